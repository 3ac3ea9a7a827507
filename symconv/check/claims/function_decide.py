"""The verdict on an equation between functions: numbers refute, the normal form proves, and what neither decides is checked.

Points are tried by increasing simplicity: sizes 1, 2, 3; values 0, 1, -1, 2, ...; a difference counts if two rigorous
intervals, or two exact numbers, are apart.  A condition is said if it holds at every point inside and, where it is called
exact, at no point outside.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

from symconv.check.claims.function_field import NoForm
from symconv.check.claims.function_normal import Seen, identical
from symconv.check.claims.function_values import Absent, Corner, Numbers, Real, Silent, Unable, differ, shown
from symconv.core.claims import Condition, Failure
from symconv.core.facts import Verdict
from symconv.core.formula import Node
from symconv.core.functional import Family, Functional
from symconv.core.lazy import dataclass

Q = Fraction
REAL = (Q(0), Q(1), Q(-1), Q(2), Q(-2), Q(1, 2), Q(-1, 2), Q(3), Q(-3), Q(7, 2), Q(-11, 2))
INSIDE = (Q(1, 2), Q(1, 4), Q(3, 4), Q(1, 3), Q(9, 10))
POSITIVE = (Q(1), Q(2), Q(1, 2), Q(3), Q(5, 2))
SMALL = (Q(1), Q(0), Q(-1), Q(2))
POINTS = 120
SILENT = "not defined: no case applies"
CORNER = "not defined: no derivative there, a kink"
LARGEST = 3


@dataclass(frozen=True)
class Tried:
    """A point: sizes, values, free indices; whether it held, and both sides."""

    sizes: dict[str, int]
    values: dict[tuple[str, tuple[int, ...]], Fraction]
    place: dict[str, int]
    held: bool
    claimed: str = ""
    true: str = ""
    corner: bool = False  # the true side is a derivative at a kink
    zero: bool = False  # both sides are 0


@dataclass(frozen=True)
class Decided:
    """What was found."""

    verdict: Verdict
    condition: Condition | None = None
    failure: Failure | None = None


def decide(claim: Functional) -> Decided:
    """The verdict on a claim."""
    if claim.misfit:
        words = f"{claim.misfit} must be square for both sides to have one shape"
        failure = Failure(
            (("m", "2"), ("n", "1")), "shapes that do not fit", "both sides of one shape", f"{claim.misfit} being m x n"
        )
        return Decided(Verdict("refuted", words), None, failure)
    form: list[Seen] | None
    try:
        form = identical(claim)
    except (NoForm, RecursionError):
        form = None
    tried = list(sampled(claim, borders(form)))
    if not tried:
        return Decided(Verdict("unsupported", "no point was found at which both sides have a value"))
    failed = [t for t in tried if not t.held]
    if failed:
        return refuted(claim, tried, failed[0])
    if all(t.zero for t in tried):
        return Decided(Verdict("unsupported", "both sides are 0 at every point that was tried"))
    count = len(tried)
    if form is not None and all(s.equal is not False for s in form) and any(s.equal for s in form):
        cases = len({s.region for s in form})
        how = "both sides are one function of exponentials and variables"
        how += f", in each of {cases} cases" if cases > 1 else ""
        how += f"; {count} points, evaluated without it, agree"
        return Decided(Verdict("proved", how, domain(claim)))
    if form is not None and any(s.equal is False and not s.pattern and s.region for s in form):
        return Decided(Verdict("unsupported", f"equal at {count} points, but not decided between them"))
    how = f"equal at {count} points, by exact numbers or intervals narrower than 1e-30; not proved for all"
    return Decided(Verdict("checked", how, f"at {count} points"))


def domain(claim: Functional) -> str:
    """For which values."""
    given = [f.name for f in claim.families if not f.groups and f.domain == "real"]
    words = f"all real {', '.join(given)}" if given and len(given) <= 3 else "all real values"
    if claim.groups and any(f.groups for f in claim.families):
        words += " and any number of entries"
    return words


# points
def borders(form: list[Seen] | None) -> dict[str, list[Fraction]]:
    """The places at which cases change, and points between and beyond."""
    found: dict[str, set[Fraction]] = {}
    for s in form or ():
        for v, low, high in s.region:
            found.setdefault(v, set()).update(b for b in (low, high) if b is not None)
    made = {}
    for v, at in found.items():
        marks = sorted(at)
        between = [(a + b) / 2 for a, b in itertools.pairwise(marks)]
        made[v] = [*marks, *between, marks[0] - 1, marks[-1] + 1, marks[0] - Q(5, 2), marks[-1] + Q(5, 2)]
    return made


def choices(family: Family, extra: list[Fraction]) -> tuple[Fraction, ...]:
    """The values of a variable, the simplest first."""
    if family.domain in ("probability", "fraction"):
        return INSIDE
    if family.domain == "positive":
        return POSITIVE
    if family.groups:
        return SMALL
    return tuple(dict.fromkeys((*sorted(extra, key=lambda q: (q.denominator, abs(q), q < 0)), *REAL))) if extra else REAL


def sampled(claim: Functional, extra: dict[str, list[Fraction]]) -> Iterator[Tried]:
    """Points, sizes first, then values by the sum of their places in the lists."""
    groups = sorted(
        {g for _, g in claim.groups} | {g for f in claim.families for g in f.groups} | {g for g, _ in claim.sizes}
    )
    for total in range(len(groups) * LARGEST + 1):
        for sizes in itertools.product(range(1, LARGEST + 1), repeat=len(groups)):
            if sum(sizes) == total:
                yield from at_sizes(claim, dict(zip(groups, sizes, strict=True)), extra)


def at_sizes(claim: Functional, sizes: dict[str, int], extra: dict[str, list[Fraction]]) -> Iterator[Tried]:
    """Points at one choice of sizes."""
    most = POINTS // {0: 2, 1: 6}.get(len(sizes), 15)
    free = claim.free
    spans = [range(sizes[dict(claim.groups)[k]]) for k in free]
    made = 0
    for values in assigned(claim, sizes, extra):
        for place in itertools.product(*spans):
            tried = compared(claim, sizes, values, dict(zip(free, place, strict=True)))
            if tried is not None:
                made += 1
                yield tried
        if made >= most:
            return


def assigned(
    claim: Functional, sizes: dict[str, int], extra: dict[str, list[Fraction]]
) -> Iterator[dict[tuple[str, tuple[int, ...]], Fraction]]:
    """Values of every entry: targets are one-hot rows first, then a mixture; the rest by increasing place."""
    spans: list[list[list[tuple[tuple[str, tuple[int, ...]], Fraction]]]] = []
    for f in claim.families:
        places = list(itertools.product(*(range(sizes[g]) for g in f.groups)))
        if f.domain == "target" and f.groups:
            for row in itertools.product(*(range(sizes[g]) for g in f.groups[:-1])):
                spans.append(list(rows(f.name, row, sizes[f.groups[-1]])))
            continue
        for k, place in enumerate(places):
            options = choices(f, extra.get(f.name, []))
            turn = k % len(options) if f.groups else 0
            options = (*options[turn:], *options[:turn]) if f.groups else options
            spans.append([[((f.name, place), v)] for v in options])
    if not spans:
        yield {}
        return
    for chosen in diagonal([len(s) for s in spans]):
        yield dict(item for s, k in zip(spans, chosen, strict=True) for item in s[k])


def rows(family: str, row: tuple[int, ...], size: int) -> Iterator[list[tuple[tuple[str, tuple[int, ...]], Fraction]]]:
    """One-hot rows, and one with unequal parts."""
    for c in range(size):
        yield [((family, (*row, k)), Q(int(k == c))) for k in range(size)]
    if size > 1:
        total = size * (size + 1) // 2
        yield [((family, (*row, k)), Q(k + 1, total)) for k in range(size)]


def diagonal(lengths: list[int], most: int = 400) -> Iterator[tuple[int, ...]]:
    """Tuples of places by increasing sum, at most so many."""
    made = 0

    def sums(total: int, rest: list[int]) -> Iterator[tuple[int, ...]]:
        if not rest:
            if total == 0:
                yield ()
            return
        for k in range(min(total, rest[0] - 1) + 1):
            for tail in sums(total - k, rest[1:]):
                yield (k, *tail)

    for total in range(sum(n - 1 for n in lengths) + 1):
        for chosen in sums(total, lengths):
            yield chosen
            made += 1
            if made >= most:
                return


def compared(
    claim: Functional, sizes: dict[str, int], values: dict[tuple[str, tuple[int, ...]], Fraction], place: dict[str, int]
) -> Tried | None:
    """Both sides of every link at a point; None where neither is defined, or nothing can be said."""
    numbers = Numbers(claim, sizes, values)
    try:
        if not all(numbers.true(g, dict(place)) for g in claim.given):
            return None
    except (Unable, Absent):
        return None
    some, zero = False, True
    for left, right in claim.links:
        try:
            sides = [value_of(numbers, side, place) for side in (left, right)]
        except Unable:
            continue
        (true, why), (claimed, other) = sides
        if (true is None and claimed is None) or other in (CORNER, SILENT):
            continue
        some = True
        zero = zero and isinstance(true, Q) and isinstance(claimed, Q) and true == claimed == 0
        if true is None or claimed is None or differ(true, claimed):
            return Tried(
                sizes, values, place, False,
                other if claimed is None else shown(claimed), why if true is None else shown(true), why is CORNER,
            )  # fmt: skip
    return Tried(sizes, values, place, True, zero=zero) if some else None


def value_of(numbers: Numbers, side: Node, place: dict[str, int]) -> tuple[Real | None, str]:
    """A side's value, or why it has none."""
    try:
        return numbers.value(side, dict(place)), ""
    except Corner:
        return None, CORNER
    except Silent:
        return None, SILENT
    except Absent as absent:
        return None, f"not defined: {absent}"


# failures
def refuted(claim: Functional, tried: list[Tried], failed: Tried) -> Decided:
    """The smallest failure, and the weakest simple condition under which there is none."""
    words = described(claim, failed)
    failure = Failure(words, failed.claimed, failed.true)
    condition = next(conditions(claim, tried), None)
    corner = "; a value at a kink is a convention: any number between the slopes on its two sides is a subgradient"
    at = ", ".join(f"{n} = {v}" for n, v in words)
    how = (
        f"fails at {at}: claimed {failed.claimed}, true {failed.true}"
        if at
        else f"claimed {failed.claimed}, true {failed.true}"
    )
    how += corner if failed.corner else ""
    return Decided(Verdict("conditional" if condition else "refuted", how), condition, failure)


def described(claim: Functional, t: Tried) -> tuple[tuple[str, str], ...]:
    """Sizes, values and indices, in words; what a formula does not hold is left out."""
    used = {n for pair in claim.links for side in pair for n in side.names()} | {
        n for d in claim.defined if d.body is not None for n in d.body.names()
    }
    made: list[tuple[str, str]] = []
    names = dict(claim.sizes)
    for group, size in t.sizes.items():
        if group in names:
            made.append((names[group], str(size)))
    for f in claim.families:
        if f.name not in used and not f.name.startswith("d"):
            continue
        if not f.groups:
            made.append((f.name, str(t.values[f.name, ()])))
        elif len(f.groups) == 1:
            row = [str(t.values[f.name, (k,)]) for k in range(t.sizes[f.groups[0]])]
            made.append((f.name, f"({', '.join(row)})"))
        else:
            places = itertools.product(*(range(t.sizes[g]) for g in f.groups[:-1]))
            last = range(t.sizes[f.groups[-1]])
            text = "; ".join(", ".join(str(t.values[f.name, (*p, k)]) for k in last) for p in places)
            made.append((f.name, f"({text})"))
    made += [(k, str(v + 1)) for k, v in t.place.items()]
    return tuple(made)


Test = Callable[[Tried], bool]
Key = Callable[[Tried], object]
Candidate = tuple[str, Test, Key]


def conditions(claim: Functional, tried: list[Tried]) -> Iterator[Condition]:
    """Conditions that hold at every point inside; those that fail for every value outside come first."""
    corners = [t for t in tried if not t.held]
    for f in (f for f in claim.families if not f.groups):
        places = sorted({t.values[f.name, ()] for t in corners})
        holding = any(t.held for t in tried if t.values[f.name, ()] in places)
        if all(t.corner for t in corners) and len(places) <= 4 and not holding:
            yield Condition(" and ".join(f"{f.name} != {q}" for q in places), True)
            return
    for f in (f for f in claim.families if len(f.groups) == 1):
        for k in claim.free:
            zeros = (
                [t for t in tried if t.values[f.name, (t.place[k],)] == 0] if dict(claim.groups)[k] == f.groups[0] else []
            )
            if zeros and all(t.corner for t in corners) and {id(t) for t in zeros} == {id(t) for t in corners}:
                yield Condition(f"{f.name}[{k}] != 0", True)
                return
    partial: list[tuple[int, str]] = []
    for words, test, key in simple(claim):
        inside = [t for t in tried if test(t)]
        if len(inside) < 2 or len(inside) == len(tried) or not all(t.held for t in inside):
            continue
        outside = {key(t) for t in tried if not test(t)}
        if outside == {key(t) for t in tried if not t.held}:
            yield Condition(words, True)
            return
        partial.append((len(inside), words))
    if partial:
        yield Condition(max(partial, key=lambda p: p[0])[1], False)


HALVES: tuple[tuple[str, Callable[[Fraction], bool]], ...] = (
    ("> 0", lambda v: v > 0),
    (">= 0", lambda v: v >= 0),
    ("< 0", lambda v: v < 0),
    ("<= 0", lambda v: v <= 0),
    ("<= 1", lambda v: v <= 1),
    (">= 1", lambda v: v >= 1),
)


def simple(claim: Functional) -> Iterator[Candidate]:
    """Candidates, the weakest first."""
    scalars = [f for f in claim.families if not f.groups]
    for f in scalars:
        if f.domain == "real":
            yield f"{f.name} != 0", tested(f.name, lambda v: v != 0), valued(f.name)
    for f in scalars:
        if f.domain != "real":
            continue
        for word, test in HALVES:
            yield f"{f.name} {word}", tested(f.name, test), valued(f.name)
    groups = dict(claim.groups)
    for a, b in itertools.combinations([k for k in claim.free if k in claim.told], 2):
        if groups.get(a) == groups.get(b):
            yield f"{a} = {b}", same(a, b, True), placed(a, b)
            yield f"{a} != {b}", same(a, b, False), placed(a, b)
    for group, n in claim.sizes:
        for value in (1, 2):
            yield f"{n} = {value}", sized(group, value), counted(group)
    yield from parameters(claim, scalars)


def parameters(claim: Functional, scalars: list[Family]) -> Iterator[Candidate]:
    """Values of what is neither differentiated by nor a function's argument."""
    nodes = [n for pair in claim.links for s in pair for n in s.walk()]
    varied = {n.parts[1].parts[0] for n in nodes if n.kind == "partial" and n.parts[1].kind == "name"}
    varied |= {w for n in nodes if n.kind in ("slope", "call", "if", "max", "min") for w in n.names()}
    for f in scalars:
        if f.domain != "positive" and f.name in varied:
            continue
        for value in (Q(1), Q(0), Q(2), Q(1, 2), Q(-1)):
            yield f"{f.name} = {value}", equal_to(f.name, value), valued(f.name)


def tested(name: str, test: Callable[[Fraction], bool]) -> Test:
    """A condition on a variable."""
    return lambda t: test(t.values[name, ()])


def equal_to(name: str, value: Fraction) -> Test:
    """One value of a variable."""
    return lambda t: t.values[name, ()] == value


def valued(name: str) -> Key:
    """The value of a variable."""
    return lambda t: t.values[name, ()]


def same(a: str, b: str, equal: bool) -> Test:
    """Two indices that are equal, or not."""
    return lambda t: (t.place[a] == t.place[b]) == equal


def placed(a: str, b: str) -> Key:
    """Whether two indices are equal."""
    return lambda t: t.place[a] == t.place[b]


def sized(group: str, value: int) -> Test:
    """A size."""
    return lambda t: t.sizes[group] == value


def counted(group: str) -> Key:
    """The value of a size."""
    return lambda t: t.sizes[group]
