"""The layers by name, each with its row: what ``symconv list`` prints and what a misspelt name is compared with.

The rows stand beside the constructors, family by family.
"""

from __future__ import annotations

from typing import Any

from symconv.errors import SymconvError, nearest
from symconv.layers import activations, correlation, dense, depthwise, functions, layers, local, pooling, transposed
from symconv.layers.row import Row

FAMILIES = (
    "correlate",
    "convolve",
    "conv",
    "depthwise_conv",
    "conv_transpose",
    "linear",
    "local",
    "max_pool",
    "avg_pool",
    "activation",
    "shape",
    "loss",
)
HOMES = (activations, correlation, dense, depthwise, functions, layers, local, pooling, transposed)
CATALOG: dict[str, Row] = {
    row.name: row
    for row in sorted((row for home in HOMES for row in home.ROWS), key=lambda r: (FAMILIES.index(r.family), r.name))
}


def build(name: str, *args: Any, **parameters: Any) -> Any:
    """The layer of that name.

    Raises SymconvError for an unknown layer or parameter, with the nearest name.
    """
    if name not in CATALOG:
        families = ", ".join(n for n in CATALOG if n.endswith("1d"))
        others = ", ".join(n for n in CATALOG if not n.endswith(("1d", "2d", "3d")))
        raise SymconvError(
            f"unknown operator {name!r}: expected one of {families} (2d, 3d), {others}{nearest(name, list(CATALOG))}"
        )
    row = CATALOG[name]
    known = row.names
    for given in parameters:
        if given not in known:
            shown = ", ".join(known) or "none"
            raise SymconvError(f"{name} takes no parameter {given!r}: expected {shown}{nearest(given, list(known))}")
    if name == "linear" and len(args) == 1 and not {"in_features", "out_features"} & parameters.keys():
        return row.build(out_features=args[0], **parameters)  # one number: what comes out
    if len(args) > len(known):
        raise SymconvError(f"{name} takes at most {len(known)} parameters, got {len(args)}")
    for given, _ in zip(known, args, strict=False):
        if given in parameters:
            raise SymconvError(f"{name}: expected {given} once, got it by place and by name")
    return row.build(*args, **parameters)
