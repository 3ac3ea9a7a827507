"""The operators by name: what ``symconv list`` prints and what a misspelt name is compared with."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from symconv.core.lazy import dataclass
from symconv.errors import SymconvError, nearest
from symconv.operators.correlation import correlation
from symconv.operators.dense import linear
from symconv.operators.functions import flatten, leaky_relu, loss, pointwise, softmax, total
from symconv.operators.layers import layer
from symconv.operators.local import local
from symconv.operators.pooling import avg_pooling, max_pooling
from symconv.operators.transposed import transposed

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
    """A constructor with its family; ``parameters`` are the names it takes, in order."""

    name: str
    family: str
    build: Callable[..., Any]

    @property
    def parameters(self) -> list[str]:
        """The names a user may pass."""
        return [p for p in inspect.signature(self.build).parameters if p not in ("ndim", "flip", "which")]

    def describe(self) -> str:
        """What the operator computes, from its family's own file."""
        function = getattr(self.build, "func", self.build)
        return (inspect.getmodule(function).__doc__ or "").strip()


def _entries() -> dict[str, Entry]:
    table = {"linear": Entry("linear", "linear", linear)}
    for name in ("relu", "sigmoid", "tanh", "softplus", "gelu"):
        table[name] = Entry(name, "activation", partial(pointwise, name))
    table["leaky_relu"] = Entry("leaky_relu", "activation", leaky_relu)
    table["softmax"] = Entry("softmax", "activation", softmax)
    table["flatten"] = Entry("flatten", "shape", flatten)
    table["sum"] = Entry("sum", "loss", total)
    for name in ("mse", "cross_entropy"):
        table[name] = Entry(name, "loss", partial(loss, name))
    for ndim in (1, 2, 3):
        table[f"correlate{ndim}d"] = Entry(f"correlate{ndim}d", "correlate", partial(correlation, ndim, False))
        table[f"convolve{ndim}d"] = Entry(f"convolve{ndim}d", "convolve", partial(correlation, ndim, True))
        table[f"conv{ndim}d"] = Entry(f"conv{ndim}d", "conv", partial(layer, ndim))
        table[f"conv_transpose{ndim}d"] = Entry(f"conv_transpose{ndim}d", "conv_transpose", partial(transposed, ndim))
        table[f"local{ndim}d"] = Entry(f"local{ndim}d", "local", partial(local, ndim))
        table[f"max_pool{ndim}d"] = Entry(f"max_pool{ndim}d", "max_pool", partial(max_pooling, ndim))
        table[f"avg_pool{ndim}d"] = Entry(f"avg_pool{ndim}d", "avg_pool", partial(avg_pooling, ndim))
    return dict(sorted(table.items(), key=lambda item: (FAMILIES.index(item[1].family), item[0])))


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
        return linear(out_features=args[0], **parameters)  # one number: what comes out
    if len(args) > len(known):
        raise SymconvError(f"{name} takes at most {len(known)} parameters, got {len(args)}")
    for given, _ in zip(known, args, strict=False):
        if given in parameters:
            raise SymconvError(f"{name}: expected {given} once, got it by place and by name")
    return entry.build(*args, **parameters)
