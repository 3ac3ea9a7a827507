"""The constructors of layers: one for every row of the catalogue, under its name, with the row's signature and words.

What ``inspect.signature``, ``help`` and a completion show comes from the row: the parameters by name with their types and
defaults, the mathematics of its family, the shapes of its tensors, what is refused, and a small case to try.
"""

from __future__ import annotations

import inspect
import textwrap
from functools import cache
from sys import modules
from typing import Any

from symconv.language.operator import Operator as Core
from symconv.language.unshared import tensor_of
from symconv.layers.catalog import CATALOG, build
from symconv.layers.row import Row
from symconv.public.door import door
from symconv.public.operators import Operator

REFUSED = """\
Raises SymconvError, in one line that says what was expected, what came and how to mend it: for a parameter that it does not
take (with the nearest name), a value that is none of the kinds above, names that are taken by a tensor, an index or a size of
the page, and sizes that leave no output."""


@cache
def constructor(name: str) -> Any:
    """The public constructor of a row."""
    row = CATALOG[name]

    def make(*args: Any, **parameters: Any) -> Operator:
        return Operator(build(name, *args, **parameters))

    make.__name__ = make.__qualname__ = name
    made: Any = door(make)
    made.__module__, made.__doc__ = "symconv", described(row)
    made.__signature__ = signature(row)
    made.__annotations__ = {p.name: p.annotation for p in made.__signature__.parameters.values()} | {"return": Operator}
    return made


def signature(row: Row) -> inspect.Signature:
    """The parameters that a user may pass, with their types; what the row gives ahead is left out."""
    whole = inspect.signature(row.make, eval_str=True)
    return whole.replace(parameters=list(whole.parameters.values())[len(row.given) :], return_annotation=Operator)


def described(row: Row) -> str:
    """What the layer computes, what it takes, and what it refuses."""
    words = row.words[:1].upper() + row.words[1:]
    parts = [f"{words}.", (modules[row.make.__module__].__doc__ or "").strip()]
    if row.parameters:
        parts.append("\n".join(["Parameters:", *(f"    {p.name}: {p.documented}" for p in row.parameters)]))
    parts.append(shapes(row))
    parts += [REFUSED, f"A small case:  symconv example {row.name} {row.case}"]
    return "\n\n".join(filter(None, parts)) + "\n"


def shapes(row: Row) -> str:
    """The tensors with their shapes, sizes by their names on a page."""
    op = row.build()
    layer = op if isinstance(op, Core) or getattr(op, "window", None) is not None else None
    if layer is None:
        return "Shapes: x of any shape; y has the same." if row.function is not None else ""
    roles = ("x", "w", "b", "y") if isinstance(op, Core) else (*op.roles, "y")
    known = [role for role in roles if role != "b" or getattr(op, "bias", None) is not None or not isinstance(op, Core)]
    listed = (f"{role} ({', '.join(map(str, tensor_of(layer, role).sizes))})" for role in known)
    return textwrap.fill(f"Shapes: {'; '.join(listed)}.", 124, subsequent_indent="    ")
