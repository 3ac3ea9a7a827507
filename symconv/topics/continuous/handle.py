"""Continuous convolution in the user's hands."""

from __future__ import annotations

from typing import Any

from symconv import api
from symconv.errors import SymconvError
from symconv.language.facts import Verdict
from symconv.public.door import door, doors
from symconv.topics.continuous import story as continuum
from symconv.topics.continuous import theorem as derivative
from symconv.topics.continuous.facts import Convolution
from symconv.topics.continuous.theorem_facts import DerivativeTheorem


@doors
class Continuous:
    """The convolution (or cross-correlation) of two functions of t, checked; ``data`` is its core data.

    Calling it gives the value at t, parameters by keyword: ``sc.continuous("exp_decay(a)", "exp_decay(b)")(1, a=2, b=3)``.
    """

    def __init__(self, data: Convolution) -> None:
        self.data = data

    def __call__(self, t: float, **values: float) -> float:
        """The value at t; an impulse counts 0.  Raises SymconvError for parameters that are missing or unknown."""
        numbers = {"t": t, **values}
        for name, given in numbers.items():
            if isinstance(given, bool) or not isinstance(given, (int, float)):
                raise SymconvError(f"{name}: expected a number, got {type(given).__name__}")
            if not -1e150 <= given <= 1e150:
                raise SymconvError(f"{name}: expected a number of at most 1e150 in size, got {given:g}")
        try:
            return continuum.evaluated(self.data, float(t), {n: float(v) for n, v in values.items()})
        except (ZeroDivisionError, OverflowError):
            raise SymconvError(
                f"expected numbers whose squares and exponentials a float holds, got {', '.join(map(str, numbers.values()))}"
            ) from None

    @property
    def result(self) -> str:
        """The result on one line, as text."""
        return continuum.result_text(self.data)

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdict of every case and check."""
        return [*(c.verdict for c in self.data.cases if c.verdict), *(c.verdict for c in self.data.checks)]

    @property
    def document(self) -> Any:
        """The page as blocks with its figure, for the gallery."""
        return continuum.continuous_document(self.data)

    def text(self) -> str:
        """The page for a terminal."""
        return str(continuum.continuous_page(self.data, "text"))

    def latex(self, standalone: bool = False) -> str:
        """The page as LaTeX."""
        return str(continuum.continuous_page(self.data, "latex", standalone=standalone))

    def markdown(self) -> str:
        """The page in GitHub's Markdown."""
        return str(continuum.continuous_page(self.data, "markdown"))

    def html(self) -> str:
        """The page as one HTML file that works offline."""
        return str(continuum.continuous_page(self.data, "html"))

    def json(self) -> str:
        """The convolution as one JSON object."""
        return str(continuum.continuous_page(self.data, "json"))

    def svg(self, path: Any = None) -> str:
        """The figure, f and g and their overlap as t moves; with ``path`` it is also written (whole, or not at all)."""
        made = continuum.figure(self.data)
        if path is not None:
            api.write(made, path)
        return made

    def __repr__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return continuum.continuous_jupyter(self.data)


@doors
class Derivative:
    """The theorem (f * g)' = f * g' on its page; ``data`` is its core data."""

    def __init__(self, data: DerivativeTheorem) -> None:
        self.data = data

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdict of every line of the theorem."""
        return [c.verdict for c in self.data.lines]

    @property
    def document(self) -> Any:
        """The page as blocks, for the gallery."""
        return derivative.derivative_document(self.data)

    def text(self) -> str:
        """The page for a terminal."""
        return str(derivative.derivative_page(self.data, "text"))

    def latex(self, standalone: bool = False) -> str:
        """The page as LaTeX."""
        return str(derivative.derivative_page(self.data, "latex", standalone=standalone))

    def markdown(self) -> str:
        """The page in GitHub's Markdown."""
        return str(derivative.derivative_page(self.data, "markdown"))

    def html(self) -> str:
        """The page as one HTML file that works offline."""
        return str(derivative.derivative_page(self.data, "html"))

    def json(self) -> str:
        """The theorem as one JSON object."""
        return str(derivative.derivative_page(self.data, "json"))

    def __repr__(self) -> str:
        return self.text()


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
