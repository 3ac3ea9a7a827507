"""A published formula with its meaning, and what is found about it: plain data."""

from __future__ import annotations

from dataclasses import field

from symconv.language.facts import Verdict
from symconv.language.lazy import dataclass
from symconv.language.prose import Words

TOPICS = (
    "output-size",
    "padding",
    "receptive-field",
    "parameters",
    "gradient",
    "identity",
    "definition",
    "continuous",
    "winograd",
    "arithmetic",
)


@dataclass(frozen=True)
class Published:
    """A formula as published, and the meaning that is given to it.

    ``where`` maps names to roles or to formulas; ``given`` are conditions; ``operator`` frees its parameters; ``forward`` is
    the forward formula or operator of a gradient; ``conventions`` are (name, choice) pairs such as ("dilation", "0").
    """

    formula: str
    about: str = ""
    where: tuple[tuple[str, str], ...] = ()
    given: tuple[str, ...] = ()
    operator: str = ""
    forward: str = ""
    conventions: tuple[tuple[str, str], ...] = ()
    id: str = ""
    source: str = ""
    line: int = 0


@dataclass(frozen=True)
class Failure:
    """The smallest counterexample: sizes, the value claimed and the true one; ``entry`` where tensors are compared."""

    sizes: tuple[tuple[str, str], ...]
    claimed: str
    true: str
    entry: str = ""


@dataclass(frozen=True)
class Condition:
    """When the claim holds, in words; ``exact`` if it is proved to hold there and to fail everywhere else."""

    words: str
    exact: bool


@dataclass(frozen=True)
class Repair:
    """The nearest true formula: its text, the edit in words, and how far it was checked."""

    formula: str
    edit: Words
    verdict: Verdict


@dataclass(frozen=True)
class Judgement:
    """The verdict on a published formula, with everything that a reader needs to believe it.

    ``reading`` are the decisions that gave the formula its meaning, in words; ``branches`` are the verdicts under each
    convention of an ambiguous one; ``pointer`` shows the place of what was not understood.
    """

    published: Published
    verdict: Verdict
    reading: tuple[Words, ...] = ()
    condition: Condition | None = None
    failure: Failure | None = None
    repair: Repair | None = None
    branches: tuple[tuple[str, Judgement], ...] = field(default=())
    pointer: str = ""


@dataclass(frozen=True)
class Skipped:
    """An equation of a document that was not judged, and why; it counts as nothing."""

    formula: str
    line: int
    reason: str


@dataclass(frozen=True)
class Report:
    """The verdicts on the claims of one file, in its order; ``skipped`` are the equations that have no meaning."""

    file: str
    judgements: tuple[Judgement, ...]
    skipped: tuple[Skipped, ...] = ()
