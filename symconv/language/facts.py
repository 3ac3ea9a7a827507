"""What is known, as plain data: verdicts, steps, derivations.  Nothing here computes."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from symconv.errors import InternalError
from symconv.language.expr import Access, Expr
from symconv.language.integers import Int
from symconv.language.lazy import dataclass
from symconv.language.operator import Operand, Operator
from symconv.language.prose import Prose, Words

if TYPE_CHECKING:
    from symconv.language.functions import Function
    from symconv.language.network import Network
    from symconv.language.unshared import Unshared

VERDICTS = ("proved", "checked", "conditional", "refuted", "ambiguous", "unsupported")


@dataclass(frozen=True)
class Verdict:
    """How a line stands (one of VERDICTS) and how that was reached."""

    status: str
    how: Words
    domain: str = ""
    solver: str = ""
    milliseconds: float = 0.0

    def __post_init__(self) -> None:
        if self.status == "proved" and type(self) is Verdict:
            raise TypeError("a verdict 'proved' is issued by symconv.check.kernel alone")

    def __init_subclass__(cls) -> None:
        if cls.__module__ != "symconv.check.kernel.verdict":
            raise TypeError("a verdict 'proved' is issued by symconv.check.kernel alone")

    def timed(self, milliseconds: float) -> Verdict:
        """The same verdict with the time that it took."""
        return replace(self, milliseconds=milliseconds)

    def noted(self, words: Words) -> Verdict:
        """The same verdict with words before how it was reached."""
        return replace(self, how=Prose("noted", {"words": words, "how": self.how}))

    def weakened(self, status: str, how: Words) -> Verdict:
        """A weaker verdict over the same domain."""
        return Verdict(status, how, self.domain, self.solver, self.milliseconds)

    @property
    def holds(self) -> bool:
        """Whether the line may be printed as true."""
        return self.status in ("proved", "checked")


def refuse(verdict: Verdict | None, what: str) -> None:
    """Stop at what is false: it is never printed as if it were true.

    Raises InternalError that names ``what``.
    """
    if verdict is not None and verdict.status == "refuted":
        raise InternalError(f"internal error: {what} gave a line that is false: it {verdict.how!s}; please report it")


@dataclass(frozen=True)
class Step:
    """One line: the rule by name, the expression it yields, the indices that move, the views it introduces."""

    rule: str
    expr: Expr
    focus: tuple[str, ...] = ()
    slots: tuple[tuple[str, Any], ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Reduction:
    """A closed form that only adds up: result[...] = sum of the data over the labels and positions it lacks."""

    data: Operand
    result: Operand
    of: Operator


@dataclass(frozen=True)
class Check:
    """One independent check of the result: its kind, its verdict, and what was compared, in words."""

    kind: str
    verdict: Verdict
    detail: Words


@dataclass(frozen=True)
class LayerCall:
    """A member of the family named as a layer, with the layer's own parameters per axis."""

    name: str
    stride: tuple[Int, ...]
    dilation: tuple[Int, ...]
    padding: tuple[tuple[Int, Int], ...]
    output_padding: tuple[Int, ...]


# a polynomial in tensor entries: (coefficient, ((tensor, index), ...)) per product
Product = tuple[int, tuple[tuple[str, tuple[int, ...]], ...]]
Polynomial = tuple[Product, ...]
EntryIndex = tuple[int, ...]


@dataclass(frozen=True)
class Explication:
    """An explicit case: sizes, y, and dL/d(wrt) twice, by differentiating L and by the closed form."""

    sizes: tuple[tuple[str, int], ...]
    shapes: tuple[tuple[str, EntryIndex], ...]
    y: tuple[tuple[EntryIndex, Polynomial], ...]
    gradient: tuple[tuple[EntryIndex, Polynomial, Polynomial], ...]
    equal: bool
    grids: tuple[tuple[str, Any, tuple[tuple[Any, ...], ...]], ...] = ()
    closed_form: Operator | Reduction | None = None
    layer: LayerCall | None = None
    # a loss of the user's in the entries of y, and its derivatives g, as SymPy expressions
    loss: Any = None
    upstream: tuple[tuple[EntryIndex, Any], ...] = ()


@dataclass(frozen=True)
class NotInverse:
    """The smallest case in which conv_transpose(conv(x)) differs from x, along one axis; every kernel entry is ``weight``."""

    input: int
    kernel: int
    weight: int
    x: tuple[int, ...]
    y: tuple[int, ...]
    back: tuple[int, ...]


@dataclass(frozen=True)
class Fold:
    """The padding taken back along one axis: from the gradient of the padded tensor to that of the tensor."""

    axis: int
    left: Access
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Bordered:
    """What a derivation adds where the padding is not zeros; the derivation itself speaks of the padded tensor.

    ``op`` is the operator as the user gave it, ``closed_form`` its gradient as an operator; ``wrapped`` holds the lines that
    show a circular operator's gradient to be a circular operator.
    """

    op: Operator
    closed_form: Operator | Reduction
    folds: tuple[Fold, ...] = ()
    wrapped: tuple[Step, ...] = ()
    left: Access | None = None


@dataclass(frozen=True)
class Derivation:
    """dL/d(wrt) of an operator: the steps on ``page`` (the operator as the page shows it), ending in the closed form."""

    op: Operator
    page: Operator
    wrt: str
    left: Access
    steps: tuple[Step, ...]
    gather: int
    closed_form: Operator | Reduction
    shown: Operator | Reduction
    channels: tuple[Access, Expr] | None = None
    # the chain-rule line with channels, where the proof of the line above begins
    channels_from: Expr | None = None
    channels_verdict: Verdict | None = None
    checks: tuple[Check, ...] = field(default=())
    explicit: Explication | None = None
    layer: LayerCall | None = None
    witness: NotInverse | None = None
    bordered: Bordered | None = None


@dataclass(frozen=True)
class Shift:
    """Pooling and a shift by one place: an input whose output stays, and the smallest whose output changes."""

    kernel: int
    stride: int
    same: tuple[tuple[Any, ...], tuple[Any, ...]]
    x: tuple[Any, ...]
    y: tuple[Any, ...]
    moved: tuple[Any, ...]
    after: tuple[Any, ...]


@dataclass(frozen=True)
class WindowDerivation:
    """dL/d(wrt) of a node: the steps on ``page``, ending in the gather form; ``closed_form`` where it is a member."""

    op: Unshared
    page: Unshared
    wrt: str
    left: Access
    steps: tuple[Step, ...]
    gather: int
    channels: tuple[Access, Expr] | None = None
    channels_verdict: Verdict | None = None
    checks: tuple[Check, ...] = field(default=())
    closed_form: Operator | None = None
    shown: Operator | None = None
    shift: Shift | None = None
    explicit: Entrywise | None = None


@dataclass(frozen=True)
class Entrywise:
    """A node at explicit sizes: per output entry what it takes from (function, entries, divisor), and the gradient."""

    sizes: tuple[tuple[str, int], ...]
    shapes: tuple[tuple[str, EntryIndex], ...]
    y: tuple[tuple[EntryIndex, str, Polynomial, int], ...]
    gradient: tuple[tuple[EntryIndex, Polynomial], ...]


@dataclass(frozen=True)
class Story:
    """One derivation of several on a page: its key, its left side, its steps."""

    key: str
    left: Access
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class FunctionDerivation:
    """The gradient of a pointwise function, softmax, a loss or flatten.

    ``definition``, ``derived`` and ``form`` are SymPy expressions per case of a pointwise function: (condition, expression).
    """

    op: Function
    page: Function
    wrt: str
    stories: tuple[Story, ...]
    formulas: tuple[tuple[Access, Expr], ...] = ()
    definition: tuple[tuple[str, Any], ...] = ()
    derived: tuple[tuple[str, Any], ...] = ()
    form: tuple[tuple[str, Any], ...] = ()
    checks: tuple[Check, ...] = field(default=())

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines of every story."""
        return tuple(step for story in self.stories for step in story.steps)

    @property
    def left(self) -> Access:
        """The left side of the first story."""
        return self.stories[0].left

    @property
    def gather(self) -> int:
        """The number of the first story's last line."""
        return len(self.stories[0].steps) - 1

    @property
    def closed_form(self) -> None:
        """No member of the closed family."""
        return None


@dataclass(frozen=True)
class NetForward:
    """A layer of a net: its label, the tensor behind it, and its formulas in the net's names."""

    label: str
    behind: str
    formulas: tuple[tuple[Access, Expr], ...]


@dataclass(frozen=True)
class NetLine:
    """One gradient in a net: of a layer's input (role x) or of a parameter; ``wrt`` names it (h2, x, conv1.w)."""

    label: str
    role: str
    wrt: str
    left: Access
    expr: Expr
    shape: tuple[Int, ...]
    free: tuple[tuple[str, Int], ...] = ()  # the names in the left side's index with their sizes, major first
    verdict: Verdict | None = None


@dataclass(frozen=True)
class NetDerivation:
    """Backpropagation through a net: the formulas forwards, the gradients backwards, in the order of computation."""

    op: Network
    page: Network
    wrt: str
    forward: tuple[NetForward, ...]
    lines: tuple[NetLine, ...]
    checks: tuple[Check, ...] = field(default=())
    definitions: tuple[tuple[str, Int], ...] = ()
    functions: tuple[tuple[str, Any, Any], ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The lines, as steps."""
        return tuple(Step("net", line.expr, (), (), line.verdict) for line in self.lines)

    @property
    def gather(self) -> int:
        """The number of the last line."""
        return len(self.lines) - 1

    @property
    def closed_form(self) -> None:
        """A whole net is no member of the closed family."""
        return None


@dataclass(frozen=True)
class Claim:
    """A statement for all sizes: left = right for every free index, or goals about sizes.

    ``sizes`` are (name, least value); ``definitions`` (name, meaning) follow from them; ``given`` hypotheses are
    >= 0; a free index has a range 0 <= i < size, or None for all integers.
    ``goals`` are ("ge", left, right) for left >= right, or ("eq", ...).  ``op`` brings its own sizes, definitions and
    hypotheses, and y's definition, which is ``forward`` where that is given.
    """

    words: str
    sizes: tuple[tuple[str, int], ...] = ()
    definitions: tuple[tuple[str, Int], ...] = ()
    given: tuple[Int, ...] = ()
    free: tuple[tuple[str, Int | None], ...] = ()
    left: Expr | None = None
    right: Expr | None = None
    goals: tuple[tuple[str, Int, Int], ...] = ()
    multipliers: tuple[str, ...] = ()
    op: Operator | None = None
    forward: Expr | None = None


@dataclass(frozen=True)
class Counterexample:
    """Sizes, the entry, the product of tensor entries that is counted, the value claimed and the true value."""

    sizes: tuple[tuple[str, int], ...]
    entry: tuple[tuple[str, int], ...]
    product: str
    claimed: str
    true: str


@dataclass(frozen=True)
class Theorem:
    """A named statement with its claims, which hold their own domain; ``expected`` is what the catalogue stands for."""

    name: str
    statement: str
    claims: tuple[Claim, ...]
    expected: str = "proved"
    remark: str = ""
