"""Explicit cases of pooling and unshared kernels, as SymPy arrays."""

from __future__ import annotations

from typing import Any

from symconv import api
from symconv.language.facts import Verdict
from symconv.public.door import doors


@doors
class NodeInstance:
    """An explicit case: SymPy arrays of y and of the gradients of L = sum g y.

    The gradient of a maximum is written with the selection: S0_1 is 1 if window 0 takes tap 1, else 0.
    """

    def __init__(self, concrete: Any, limit: int | None = None) -> None:
        self.data = concrete
        self._case = api.explicit_node(concrete, limit)

    @property
    def y(self) -> Any:
        """y as a SymPy array."""
        return api.node_array(self._case.y())

    @property
    def loss(self) -> Any:
        """L = sum g y, a SymPy expression."""
        return self._case.loss()

    @property
    def upstream(self) -> Any:
        """g as a SymPy array."""
        return api.node_array(self._case.arrays()["g"])

    def grad(self, wrt: str) -> Any:
        """dL/d(wrt) as a SymPy array."""
        return api.node_array(self._case.gradient(api.own_role(self.data, wrt)))

    def check(self) -> Verdict:
        """Whether the gradients equal SymPy's own derivatives, entry by entry."""
        verdict: Verdict = self._case.check()
        return verdict

    def __repr__(self) -> str:
        return f"{self.data.name} at explicit sizes: y has shape {self.y.shape}"
