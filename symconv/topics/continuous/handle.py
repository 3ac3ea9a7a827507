"""Continuous convolution in the user's hands."""

from __future__ import annotations

from typing import Any

from symconv.errors import SymconvError
from symconv.pages.files import write as to_file
from symconv.public.door import door, doors
from symconv.public.page import Page
from symconv.topics.continuous import story as continuum
from symconv.topics.continuous import theorem as derivative
from symconv.topics.continuous.facts import Convolution
from symconv.topics.continuous.page import text, whole
from symconv.topics.continuous.theorem_facts import DerivativeTheorem


@doors
class Continuous(Page[Convolution]):
    """The convolution (or cross-correlation) of two functions of t, checked; ``facts`` is its data.

    Calling it gives the value at t, parameters by keyword: ``sc.continuous("exp_decay(a)", "exp_decay(b)")(1, a=2, b=3)``.
    """

    def __call__(self, t: float, **values: float) -> float:
        """The value at t; an impulse counts 0.  Raises SymconvError for parameters that are missing or unknown."""
        numbers = {"t": t, **values}
        for name, given in numbers.items():
            if isinstance(given, bool) or not isinstance(given, (int, float)):
                raise SymconvError(f"{name}: expected a number, got {type(given).__name__}")
            if not -1e150 <= given <= 1e150:
                raise SymconvError(f"{name}: expected a number of at most 1e150 in size, got {given:g}")
        try:
            return continuum.evaluated(self.facts, float(t), {n: float(v) for n, v in values.items()})
        except (ZeroDivisionError, OverflowError):
            raise SymconvError(
                f"expected numbers whose squares and exponentials a float holds, got {', '.join(map(str, numbers.values()))}"
            ) from None

    @property
    def result(self) -> str:
        """The result on one line, as text."""
        return text(whole(self.facts))

    def svg(self, path: Any = None) -> str:
        """The figure, f and g and their overlap as t moves; with ``path`` it is also written (whole, or not at all)."""
        made = str(self.picture("svg"))
        if path is not None:
            to_file(made, path)
        return made


@doors
class Derivative(Page[DerivativeTheorem]):
    """The theorem (f * g)' = f * g' on its page."""


@door
def continuous(f: str, g: str, correlate: bool = False) -> Continuous:
    """(f * g)(t) = integral of f(tau) g(t - tau) dtau, or with ``correlate`` the integral of f(tau) g(t + tau) dtau.

    f and g are texts in box(a,b), triangle, gaussian(sigma), gaussian(mu,sigma), exp_decay(a), exp_abs(a), ramp, step,
    delta(t0), cauchy(a), t, numbers and parameters, joined by + - * / ^, shift(F, t0) and reverse(F).  Raises SymconvError for
    what cannot be read, for integrals that do not converge, and for functions that neither the terms nor SymPy can integrate.
    """
    return Continuous(continuum.continuous(f, g, correlate))


@door
def derivative_theorem() -> Derivative:
    """The theorem (f * g)' = f * g', its condition, its discrete twin, and why it is not backpropagation."""
    return Derivative(derivative.derivative_theorem())


__all__ = ["Continuous", "Derivative", "continuous", "derivative_theorem"]
