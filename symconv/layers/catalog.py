"""The operators by name: what ``symconv list`` prints and what a misspelt name is compared with."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from symconv.errors import SymconvError, nearest
from symconv.language.lazy import dataclass

FAMILIES = [
    "correlate",
    "convolve",
    "conv",
    "conv_transpose",
    "linear",
    "local",
    "max_pool",
    "avg_pool",
    "activation",
    "shape",
    "loss",
]


@dataclass(frozen=True)
class Entry:
    """A constructor with its family: a module of this room, loaded when it is asked for, a function in it, what it is given."""

    name: str
    family: str
    module: str
    function: str
    given: tuple[Any, ...] = ()

    @property
    def build(self) -> Callable[..., Any]:
        """The constructor."""
        return partial(getattr(import_module(f"symconv.layers.{self.module}"), self.function), *self.given)

    @property
    def parameters(self) -> list[str]:
        """The names a user may pass, in order."""
        return [p for p in inspect.signature(self.build).parameters if p not in ("ndim", "flip", "which")]

    def describe(self) -> str:
        """What the operator computes, from its family's own file."""
        return (import_module(f"symconv.layers.{self.module}").__doc__ or "").strip()


ACTIVATIONS = ("relu", "sigmoid", "tanh", "softplus", "gelu")
PLAIN = [
    Entry("linear", "linear", "dense", "linear"),
    *(Entry(name, "activation", "functions", "pointwise", (name,)) for name in ACTIVATIONS),
    Entry("leaky_relu", "activation", "functions", "leaky_relu"),
    Entry("softmax", "activation", "functions", "softmax"),
    Entry("flatten", "shape", "functions", "flatten"),
    Entry("sum", "loss", "functions", "total"),
    *(Entry(name, "loss", "functions", "loss", (name,)) for name in ("mse", "cross_entropy")),
]
SPATIAL = [
    ("correlate", "correlation", "correlation", (False,)),
    ("convolve", "correlation", "correlation", (True,)),
    ("conv", "layers", "layer", ()),
    ("conv_transpose", "transposed", "transposed", ()),
    ("local", "local", "local", ()),
    ("max_pool", "pooling", "max_pooling", ()),
    ("avg_pool", "pooling", "avg_pooling", ()),
]


def _entries() -> dict[str, Entry]:
    """All of them by name, family by family."""
    table = [
        *PLAIN,
        *(
            Entry(f"{family}{n}d", family, module, function, (n, *given))
            for n in (1, 2, 3)
            for family, module, function, given in SPATIAL
        ),
    ]
    return {e.name: e for e in sorted(table, key=lambda e: (FAMILIES.index(e.family), e.name))}


CATALOG = _entries()


def build(name: str, *args: Any, **parameters: Any) -> Any:
    """The operator of that name.

    Raises SymconvError for an unknown operator or parameter, with the nearest name.
    """
    if name not in CATALOG:
        families = ", ".join(n for n in CATALOG if n.endswith("1d"))
        others = ", ".join(n for n in CATALOG if not n.endswith(("1d", "2d", "3d")))
        raise SymconvError(
            f"unknown operator {name!r}: expected one of {families} (2d, 3d), {others}{nearest(name, list(CATALOG))}"
        )
    entry = CATALOG[name]
    known = entry.parameters
    for given in parameters:
        if given not in known:
            shown = ", ".join(known) or "none"
            raise SymconvError(f"{name} takes no parameter {given!r}: expected {shown}{nearest(given, known)}")
    if name == "linear" and len(args) == 1 and not {"in_features", "out_features"} & parameters.keys():
        return entry.build(out_features=args[0], **parameters)  # one number: what comes out
    if len(args) > len(known):
        raise SymconvError(f"{name} takes at most {len(known)} parameters, got {len(args)}")
    for given, _ in zip(known, args, strict=False):
        if given in parameters:
            raise SymconvError(f"{name}: expected {given} once, got it by place and by name")
    return entry.build(*args, **parameters)
