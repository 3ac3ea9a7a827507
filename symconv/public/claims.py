"""``sc.verify``: what is known about a published formula, as a handle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symconv.language.claims import Condition, Failure, Repair
from symconv.language.claims import Judgement as Data
from symconv.language.facts import Verdict
from symconv.public.door import door, doors
from symconv.public.page import Page


@doors
class Judgement(Page[Data]):
    """The verdict on a formula as published, with everything that a reader needs to believe it.

    ``status`` is proved, checked, conditional, refuted, ambiguous or unsupported; ``reading`` says how the formula was
    understood; ``condition``, ``counterexample`` and ``repair`` are None where they do not apply.
    """

    @property
    def formula(self) -> str:
        """The formula as published."""
        return self.facts.published.formula

    @property
    def verdict(self) -> Verdict:
        """The verdict: status, how it was reached, its domain, the solver and the time."""
        return self.facts.verdict

    @property
    def status(self) -> str:
        """The verdict in a word."""
        return self.facts.verdict.status

    @property
    def holds(self) -> bool:
        """Whether it is proved or checked."""
        return self.facts.verdict.holds

    @property
    def reading(self) -> tuple[str, ...]:
        """How the formula was understood: the role of every name, the conventions, which division was meant."""
        return tuple(map(str, self.facts.reading))

    @property
    def condition(self) -> Condition | None:
        """When a conditional one holds: ``.words``, and ``.exact`` if it is proved to fail everywhere else."""
        return self.facts.condition

    @property
    def counterexample(self) -> Failure | None:
        """The smallest failure: ``.sizes``, ``.claimed``, ``.true``, ``.entry``."""
        return self.facts.failure

    @property
    def repair(self) -> Repair | None:
        """The nearest true formula: ``.formula``, ``.edit``, ``.verdict``."""
        return self.facts.repair

    @property
    def branches(self) -> dict[str, Judgement]:
        """The verdicts under each convention of an ambiguous one."""
        return {name: Judgement(found) for name, found in self.facts.branches}

    def _repr_markdown_(self) -> str:
        return self.markdown()


@door
def verify(
    formula: str,
    about: str | None = None,
    where: str | Mapping[str, str | int] | None = None,
    given: str | Sequence[str] | None = None,
    operator: str | None = None,
    forward: str | None = None,
    conventions: str | Mapping[str, str | int] | Sequence[str] | None = None,
) -> Judgement:
    """Verify a formula as published, in LaTeX, plain text or code.

    ``about`` is a topic ("output-size", "padding", "receptive-field", "parameters", "gradient", "identity", "definition",
    "continuous", "winograd", "arithmetic"); ``where`` gives names their roles or formulas, as a dict or as
    "o=output, i=input"; ``given`` are conditions that the text states ("k odd"); with ``operator`` its parameters are free,
    so that a formula that forgets one is conditional; ``forward`` is the forward formula or operator of a gradient;
    ``conventions`` settle what the text leaves open (dilation=0).

    Raises SymconvError for a formula that cannot be read (its ``pointed()`` shows the place), for an unknown topic, and for
    a name with two meanings.

    >>> import symconv as sc
    >>> sc.verify("o = i - k + 2p + 1").status    # doctest: +SKIP
    'proved'
    """
    from symconv.api import verify as story

    return Judgement(story.judge(story.published(formula, about, where, given, operator, forward, conventions)))
