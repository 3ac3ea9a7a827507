"""Derivations, as users hold them: steps, closed form, verdicts, and the page."""

from __future__ import annotations

from typing import Any

from symconv.api import spelled, story
from symconv.language.facts import Derivation as Facts
from symconv.language.facts import Reduction, Verdict
from symconv.language.facts import Step as Line
from symconv.public.door import door, doors
from symconv.public.networks import Network, core
from symconv.public.operators import Operator, Sum
from symconv.public.page import Page


class Step:
    """One line of a derivation: ``rule`` by name, ``expr`` as core data, ``formula`` as text, ``latex``, ``verdict``."""

    def __init__(self, facts: Facts, number: int) -> None:
        self._facts, self._number = facts, number
        line = facts.steps[number]
        self.rule, self.expr = line.rule, line.expr
        self.verdict = line.verdict or Verdict("unsupported", "not checked")

    @property
    def formula(self) -> str:
        """The right-hand side as Unicode text, with its guards."""
        return spelled.step_text(self._facts, self._number)

    @property
    def latex(self) -> str:
        """The right-hand side as LaTeX, with its guards."""
        return spelled.step_latex(self._facts, self._number)

    def __repr__(self) -> str:
        return f"{self.formula}    ({self.rule}: {self.verdict.status})"

    def _repr_latex_(self) -> str:
        return spelled.line_latex(self._facts, self._number)


@doors
class Derivation(Page[Facts]):
    """dL/d(wrt) in steps, with the closed form and the verdicts."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines: each with .rule, .formula, .latex, .verdict."""
        return tuple(Step(self.facts, k) for k in range(len(self.facts.steps)))

    @property
    def result(self) -> str:
        """The gather form, as Unicode text with its guards."""
        return spelled.gather_text(self.facts)

    @property
    def closed_form(self) -> Operator | Sum | None:
        """The gradient as a member of the family: data x (usually g), kernel w, to be evaluated or derived again.

        None where it is none (a maximum, unshared kernels); average pooling's is that of the layer with a constant kernel.
        """
        bordered = getattr(self.facts, "bordered", None)
        closed = bordered.closed_form if bordered else self.facts.closed_form
        if closed is None:
            return None
        return Sum(closed) if isinstance(closed, Reduction) else Operator(closed)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdict of each step, then of each check of the result."""
        steps = [s.verdict or Verdict("unsupported", "not checked") for s in every_step(self.facts)]
        return (*steps, *(c.verdict for c in self.facts.checks))

    def at(
        self, input: Any = None, kernel: Any = None, limit: int | None = None, loss: str | None = None, **given: Any
    ) -> Derivation:
        """The same derivation, continued with the explicit case at small sizes (see ``Operator.at``).

        ``loss`` is a scalar expression in the entries of y, such as "y0^2/2 + y1*y2".
        """
        bordered = getattr(self.facts, "bordered", None)
        op = bordered.op if bordered else self.facts.op
        named = ("batch", "in_channels", "out_channels")
        values = {key: value for key, value in given.items() if key not in named}
        sizes = {key: given.get(key) for key in named}
        concrete = story.at(op, input, kernel, **sizes, values=values)
        return Derivation(story.with_case(self.facts, concrete, limit, loss))


def every_step(facts: Facts) -> tuple[Line, ...]:
    """The lines of a derivation, those by which padding is taken back included."""
    bordered = getattr(facts, "bordered", None)  # other kinds of derivation have no border
    if bordered is None:
        return facts.steps
    return (*facts.steps, *(s for f in bordered.folds for s in f.steps), *bordered.wrapped)


@door
def derive(
    op: Operator | Network, wrt: str = "x", channels: bool = False, check: bool = True, proof: bool = True
) -> Derivation:
    """Derive dL/d(wrt) of an operator, wrt "x", "w" or "b"; check every line, and prove it for all sizes.

    ``channels=True`` carries batch, channels and groups through every step; otherwise the spatial step is shown and one
    checked line gives the channels.  ``proof=False`` leaves out the proof for all sizes.  Raises SymconvError for bad input,
    InternalError for a line that fails its check.
    """
    return Derivation(story.derive(core(op), wrt, channels, check, proof))
