"""Operators, as users hold them: what is built, fixed to sizes, derived and evaluated."""

from __future__ import annotations

from typing import Any

from symconv.api import spelled, story
from symconv.errors import SymconvError
from symconv.language.facts import Reduction
from symconv.language.layer import Layer
from symconv.language.operator import Operator as Core
from symconv.public.door import doors
from symconv.public.instances import Instance, WindowInstance


@doors
class Operator:
    """A convolution or cross-correlation, or a gradient of one: a member of the closed family; or a layer outside of it.

    ``formula`` is its forward formula, ``at`` fixes sizes, ``data`` is its core data.
    """

    def __init__(self, data: Layer) -> None:
        self.data = data

    @property
    def name(self) -> str:
        """The operator's name, as in the catalogue."""
        return str(self.data.name)

    @property
    def formula(self) -> str:
        """y[...] = ..., as Unicode text."""
        return spelled.formula_text(self.data)

    def at(
        self,
        input: Any = None,
        kernel: Any = None,
        batch: Any = None,
        in_channels: Any = None,
        out_channels: Any = None,
        limit: int | None = None,
        loss: str | None = None,
        **values: int,
    ) -> Any:
        """The explicit case at small sizes.

        ``input`` and ``kernel`` are spatial sizes (an integer, or one per axis); channels are totals.  Keywords give numbers
        to parameters that are names (``s=2``).  Raises SymconvError for sizes that are missing, not positive, without
        output, or with more products than ``limit``.
        """
        concrete = story.at(self.data, input, kernel, batch, in_channels, out_channels, values)
        if not isinstance(concrete, Core):
            if loss is not None:
                raise SymconvError(f"loss: expected none for {self.name}: put a loss behind it in a net")
            return WindowInstance(concrete, limit)
        return Instance(concrete, limit, loss)

    def __repr__(self) -> str:
        return f"{self.name}: {self.formula}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Operator) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def _repr_latex_(self) -> str:
        return spelled.formula_latex(self.data)


class Sum:
    """A closed form that only adds up: dL/db is the upstream gradient, summed."""

    def __init__(self, data: Reduction) -> None:
        self.data = data

    def __repr__(self) -> str:
        return f"the sum of {self.data.data.name}"

    def _repr_latex_(self) -> str:
        return spelled.sum_latex(self.data)
