"""The constructors of operators: one for every row of the catalogue, under its name."""

from __future__ import annotations

from sys import modules
from typing import Any

from symconv.layers.catalog import CATALOG, build
from symconv.public.door import door
from symconv.public.operators import Operator


def constructor(name: str) -> Any:
    """The public constructor of a row."""
    entry = CATALOG[name]

    def make(*args: Any, **parameters: Any) -> Operator:
        return Operator(build(name, *args, **parameters))

    make.__name__ = make.__qualname__ = name
    about = modules[entry.make.__module__].__doc__ or ""
    make.__doc__ = f"{name}({', '.join(entry.names)}): see symconv.layers.\n\n{about.strip()}"
    return door(make)


CONSTRUCTORS: dict[str, Any] = {name: constructor(name) for name in CATALOG}
