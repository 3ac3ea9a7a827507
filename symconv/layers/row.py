"""One row of the catalogue: what a layer is called, what it takes, and where everything else about it is found.

A row stands beside the constructor of its layer, whose signature has the parameters.  ``case`` is the layer's small case in the
words of a command line: the one that a lesson, an example, a docstring, the gallery and the tests use.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from symconv.language.functions import Pointwise
from symconv.language.lazy import dataclass
from symconv.layers.given import PARAMETERS, Parameter


@dataclass(frozen=True)
class Row:
    """A layer of the catalogue.

    ``make``, with ``given`` ahead of what a user passes, is its constructor.  ``words`` say what it computes, ``label`` is its
    word in a net (pool of pool1), ``aliases`` are what other people call it.  ``oracle`` names the truth by which the tests know
    it.  Of a pointwise function ``function`` is the definition, and ``said`` the same in a line of text.
    """

    name: str
    family: str
    make: Callable[..., Any]
    words: str
    case: str
    given: tuple[Any, ...] = ()
    label: str = ""
    aliases: tuple[str, ...] = ()
    oracle: str = ""
    function: Pointwise | None = None
    said: str = ""

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What a user may pass, in order."""
        signature = inspect.signature(partial(self.make, *self.given))
        return tuple(
            replace(PARAMETERS[p.name], default=p.default, kind=str(p.annotation)) for p in signature.parameters.values()
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        return tuple(p.name for p in self.parameters)

    def build(self, *args: Any, **parameters: Any) -> Any:
        """The layer."""
        return self.make(*self.given, *args, **parameters)


def spatial(family: str, make: Callable[..., Any], words: str, case: tuple[str, str, str], **more: Any) -> list[Row]:
    """The rows of a family with one, two and three spatial axes; ``case`` has a small case for each."""
    ahead: tuple[Any, ...] = more.pop("given", ())
    return [Row(f"{family}{n}d", family, make, words.format(n=n), case[n - 1], (n, *ahead), **more) for n in (1, 2, 3)]
