"""``dataclass`` as the standard library's, made when the first instance is: a class that a command never uses costs nothing.

The library writes and compiles several methods per class, some 0.5 ms each, which was half of the time of a short command.
A type checker sees the library's own decorator.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any

MAKING = RLock()

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414
else:

    def dataclass(cls: Any = None, **options: Any) -> Any:
        """Mark a class; its methods are made when it is first instantiated."""
        if cls is None:
            return lambda marked: dataclass(marked, **options)

        def __init__(self: Any, *given: Any, **named: Any) -> None:
            finish(type(self))
            cls.__init__(self, *given, **named)

        cls._waiting = options
        cls.__init__ = __init__
        return cls


def finish(cls: Any) -> None:
    """Make the dataclasses among a class and those it is derived from, the first one first.

    The constructor comes last, from a class derived for it, so that another thread never meets a class without one.
    """
    import dataclasses

    with MAKING:
        for each in reversed(cls.__mro__):
            options = each.__dict__.get("_waiting")
            if options is None:
                continue
            dataclasses.dataclass(each, init=False, **options)
            derived = type(each.__name__, (each,), {"__annotations__": {}})
            frozen = options.get("frozen", False)
            made: Any = dataclasses.dataclass(derived, frozen=frozen, repr=False, eq=False)
            each.__init__ = made.__init__
            del each._waiting
