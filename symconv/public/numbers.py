"""Exact numbers of operators, of their closed forms and of nets."""

from __future__ import annotations

from typing import Any

from symconv.api import operators, story
from symconv.errors import SymconvError
from symconv.public.door import door
from symconv.public.networks import Network, core
from symconv.public.operators import Operator, Sum


@door
def evaluate(
    op: Operator | Sum | Network,
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
        return operators.evaluate_sum(op.data, x)
    given: dict[str, Any] = {"w": w, "b": b, "input": input, "kernel": kernel, "output": output}
    if isinstance(op, Network):
        return story.evaluate(op.data, values, x=x, params=params, target=target, g=g, **given)
    if params is not None:
        raise SymconvError(f"params: expected none for {op!r:.60}: give w and b")
    return story.evaluate(core(op), values, x=x, g=g, target=target, **given)
