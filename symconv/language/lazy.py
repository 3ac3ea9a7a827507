"""``dataclass`` as the standard library's, at a tenth of its price, and paid when the first instance is made.

The library writes and compiles up to six methods per class, some 0.3 ms, which was half of the time of a short command.  Here
the library finds the fields; a constructor is written for each class, and the other methods are the same functions for all.
``field`` with default, default_factory and compare is the library's; so are ``replace``, ``fields`` and ``asdict``.

A type checker sees the library's own decorator.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING
from operator import attrgetter
from reprlib import recursive_repr
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

    The constructor comes last, so that another thread never meets a class without its other methods.
    """
    with MAKING:
        for each in reversed(cls.__mro__):
            options = each.__dict__.get("_waiting")
            if options is not None:
                _make(each, **options)
                del each._waiting


def _make(cls: Any, frozen: bool = False, kw_only: bool = False) -> None:
    """The methods of one class; what its body defines stays."""
    dataclasses.dataclass(cls, init=False, repr=False, eq=False, kw_only=kw_only)  # the fields: nothing is compiled
    compared = _taken([f.name for f in dataclasses.fields(cls) if f.compare])
    methods: dict[str, Any] = {"__repr__": _shown, "__eq__": _equal(compared), "__hash__": None}
    if frozen:
        methods |= {"__hash__": _hashed(compared), "__setattr__": _refused, "__delattr__": _refused}
    for name, method in methods.items():
        if cls.__dict__.get(name) is None:  # a body with __eq__ and no __hash__ has None
            setattr(cls, name, method)
    cls.__init__ = _constructor(cls, frozen)


def _constructor(cls: Any, frozen: bool) -> Any:
    """``__init__`` with the fields as its parameters, as the library writes it."""
    plain, named = ["self"], list[str]()
    lines: list[str] = []
    scope: dict[str, Any] = {"_put": object.__setattr__, "_unset": MISSING}
    for f in dataclasses.fields(cls):
        parameter = value = f.name
        if f.default is not MISSING:
            scope[f"_default_{f.name}"] = f.default
            parameter = f"{f.name}=_default_{f.name}"
        elif f.default_factory is not MISSING:
            scope[f"_make_{f.name}"] = f.default_factory
            parameter, value = f"{f.name}=_unset", f"_make_{f.name}() if {f.name} is _unset else {f.name}"
        (named if f.kw_only else plain).append(parameter)
        lines.append(f"_put(self, {f.name!r}, {value})" if frozen else f"self.{f.name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    words = ", ".join([*plain, "*", *named] if named else plain)
    exec(f"def __init__({words}):\n " + "\n ".join(lines or ["pass"]), scope)
    made = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _taken(names: list[str]) -> Callable[[Any], Any]:
    """The values of the named fields, as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple([getattr(self, name) for name in names])


def _equal(compared: Callable[[Any], Any]) -> Any:
    def __eq__(self: Any, other: Any) -> Any:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hashed(compared: Callable[[Any], Any]) -> Any:
    def __hash__(self: Any) -> int:
        return hash(compared(self))

    return __hash__


@recursive_repr()
def _shown(self: Any) -> str:
    fields = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({fields})"


def _refused(self: Any, name: str, *_: Any) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r} of {type(self).__qualname__}")
