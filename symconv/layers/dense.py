"""linear: the fully connected (dense) layer, the member of the family without spatial axes.

    y[n, o] = b[o] + sum_{c<C} w[o, c] x[n, c]

for C inputs and F outputs, every input to every output; parameters and axis order as in PyTorch.  Behind it stands, as a rule, an
activation: h = sigma(W x + b) is ``chain(linear(), sigmoid())``.  Source: the documentation of torch.nn.Linear.
"""

from __future__ import annotations

from symconv.language.integers import Int, var
from symconv.language.operator import Operand, Operator
from symconv.layers.given import PARAMETERS, Number
from symconv.layers.parameters import atom, flag, least
from symconv.layers.row import Row


def linear(in_features: Number | None = None, out_features: Number | None = None, bias: bool = True) -> Operator:
    """The operator linear."""
    extents: dict[str, Int] = {"n": var("B")}
    for label, given, what in (("o", out_features, "out_features"), ("c", in_features, "in_features")):
        extents[label] = var(PARAMETERS[what].own) if given is None else atom(given, what)
    return Operator(
        name="linear",
        axes=(),
        flip=False,
        data=Operand("x", (("n",), ("c",)), ""),
        kernel=Operand("w", (("o",), ("c",)), ""),
        result=Operand("y", (("n",), ("o",)), ""),
        extents=tuple(extents.items()),
        bias=Operand("b", (("o",),), "") if flag(bias, "bias") else None,
        layered=True,
        lower=least(((*extents.values(),), 1)),
    )


CASE = '--x "1 2" --w "1 0; 2 1; 0 3" --b "1 1 1"'
ROWS = [Row("linear", "linear", linear, "every input to every output: W x + b", CASE, oracle="dense")]
