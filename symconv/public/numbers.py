"""Exact numbers of operators, of their closed forms and of nets."""

from __future__ import annotations

from typing import Any

from symconv import api
from symconv.errors import SymconvError
from symconv.public.door import door
from symconv.public.networks import Network, core
from symconv.public.operators import Operator, Sum


@door
def evaluate(
    op: Operator,
    x: Any = None,
    w: Any = None,
    b: Any = None,
    g: Any = None,
    input: Any = None,
    kernel: Any = None,
    output: Any = None,
    target: Any = None,
    params: Any = None,
    **values: int,
) -> Any:
    """Exact values and gradients: run.y, run.grad_x, run.grad_w, run.grad_b as NumPy arrays (None where undetermined).

    Operands are nested lists or arrays of ints, Fractions or floats, in PyTorch's axis order for the layers and bare spatial
    arrays for correlate/convolve.  A loss takes a ``target``; a net takes its parameters as ``params`` = {"conv1.w": ...}
    and gives run.loss, run.outputs, run.grads, run.exact.  ``input``, ``kernel``, ``output`` give the spatial sizes of
    operands left out.  A batch without images gives a y without images, and gradients of w and b that are 0.
    Raises SymconvError for windows that do not fit into the padded input, NaN, infinity, ragged arrays and shapes that do not
    agree.
    """
    if isinstance(op, Sum):
        return api.evaluate_sum(op.data, x)
    if isinstance(op, Network):
        extra = [
            n for n, v in (("w", w), ("b", b), ("input", input), ("kernel", kernel), ("output", output)) if v is not None
        ]
        if extra or values:
            raise SymconvError(
                f"{[*extra, *values][0]}: expected x, params, target and g for a net; parameters go into params"
            )
        return api.evaluate_network(op.data, x, params, target, g)
    if params is not None:
        raise SymconvError(f"params: expected none for {op!r:.60}: give w and b")
    return api.evaluate(
        core(op), x=x, w=w, b=b, g=g, input=input, kernel=kernel, output=output, values=values, target=target
    )
