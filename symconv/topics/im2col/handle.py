"""im2col in the user's hands."""

from __future__ import annotations

from typing import Any

from symconv.errors import SymconvError
from symconv.public.door import door
from symconv.public.operators import Operator
from symconv.public.page import Page
from symconv.topics.im2col.facts import Unfolding
from symconv.topics.im2col.story import unfolding


@door
def im2col(op: Operator, input: Any, kernel: Any, **given: Any) -> Page[Unfolding]:
    """An operator as a matrix product at concrete sizes (see ``Operator.at``): U, W, and the three products, checked.

    Raises SymconvError for a transposed layer and for more than 20,000 entries of the unfolded input.
    """
    if not isinstance(op, Operator):
        raise SymconvError(f"expected an operator such as sc.conv2d(stride=2), got {type(op).__name__}")
    return Page(unfolding(op.at(input=input, kernel=kernel, **given).data))
