"""Explicit cases, as SymPy arrays of y and of the gradients."""

from __future__ import annotations

from typing import Any

from symconv.api import nodes, operators, spelled
from symconv.language.facts import Verdict
from symconv.language.operator import Operator as Core
from symconv.language.unshared import Unshared
from symconv.public.door import doors


@doors
class Instance:
    """An explicit case: SymPy arrays of y and of the gradients, found by differentiating L = sum g y."""

    def __init__(self, concrete: Core, limit: int | None = None, loss: str | None = None) -> None:
        self.data = concrete
        self._case = operators.explicit(concrete, limit)
        self._own = operators.composed(self._case, loss) if loss is not None else None

    @property
    def y(self) -> Any:
        """y as a SymPy array."""
        return operators.sympy_array(self._case, self._case.y, "y")

    @property
    def loss(self) -> Any:
        """L = sum g y, or the user's own loss in the entries of y; a SymPy expression."""
        return self._own.loss if self._own is not None else self._case.loss

    @property
    def upstream(self) -> Any:
        """g = dL/dy as a SymPy array: symbols, or the derivatives of the user's own loss."""
        entries = self._own.upstream if self._own is not None else self._case.symbols(self._case.upstream)
        return operators.sympy_array(self._case, entries, "y")

    def grad(self, wrt: str) -> Any:
        """dL/d(wrt), wrt x, w or b, as a SymPy array: L differentiated by SymPy.

        With a loss of the user's, L(y(x, w)) is differentiated directly.
        """
        role = operators.role(wrt)
        found = self._own.gradient(role) if self._own is not None else self._case.gradient(role)
        return operators.sympy_array(self._case, found, role)

    def closed_form(self, wrt: str) -> Any:
        """The closed form's entries as a SymPy array, built by hand from padded arrays of symbols."""
        member = operators.concrete_closed(self.data, operators.role(wrt))
        return operators.sympy_array(self._case, self._case.closed(member), wrt)

    def check(self) -> Verdict:
        """Whether dL/dx, dL/dw (and dL/db) equal their closed forms, entry by entry, exactly."""
        return operators.check_explicit(self.data, self._case, self._own)

    def __repr__(self) -> str:
        return f"{self.data.name} at explicit sizes: y has shape {tuple(self._case.shape('y'))}"

    def _repr_latex_(self) -> str:
        return spelled.entries_latex(self.data, self._case)


@doors
class WindowInstance:
    """An explicit case: SymPy arrays of y and of the gradients of L = sum g y.

    The gradient of a maximum is written with the selection: S0_1 is 1 if window 0 takes tap 1, else 0.
    """

    def __init__(self, concrete: Unshared, limit: int | None = None) -> None:
        self.data = concrete
        self._case = operators.explicit(concrete, limit)

    @property
    def y(self) -> Any:
        """y as a SymPy array."""
        return operators.sympy_array(self._case, self._case.y, "y")

    @property
    def loss(self) -> Any:
        """L = sum g y, a SymPy expression."""
        return self._case.loss

    @property
    def upstream(self) -> Any:
        """g as a SymPy array."""
        return operators.sympy_array(self._case, self._case.symbols("g"), "y")

    def grad(self, wrt: str) -> Any:
        """dL/d(wrt) as a SymPy array."""
        return operators.sympy_array(self._case, self._case.gradient(nodes.own_role(self.data, wrt)), wrt)

    def check(self) -> Verdict:
        """Whether the gradients equal SymPy's own derivatives, entry by entry."""
        verdict: Verdict = self._case.check_windows()
        return verdict

    def __repr__(self) -> str:
        return f"{self.data.name} at explicit sizes: y has shape {self.y.shape}"
