"""The verdict on an equation between functions: points refute, the kernel proves, and what neither decides is open.

The prover splits regions until the kernel can tell what holds in each of them; the regions are the certificate.  Where the two
normal forms differ the verdict is refuted or conditional at a point that is found, or open: never ``checked``.  A condition is
exact where every region is decided: it is the words for those in which the claim fails.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

from symconv.check.claims.function_points import Tried, sampled
from symconv.check.claims.function_values import MOST_BITS, WORK, nodes, precision
from symconv.check.kernel.reals.field import EFFORT, NoForm
from symconv.check.kernel.reals.functions import Certificate, looked, patterns, proved
from symconv.check.kernel.reals.places import Found, Pattern, outside
from symconv.check.kernel.reals.signs import Region, Split
from symconv.language.claims import Condition, Failure
from symconv.language.facts import Verdict
from symconv.language.functional import Functional
from symconv.language.lazy import dataclass
from symconv.language.prose import Joined, Prose, Words

Q = Fraction
STEPS = 160  # regions looked at for one claim
PRODUCTS = 60_000  # of terms, formed in all of them
NODES = 400_000  # evaluated at all points of one claim


def spent() -> int:
    """What all decisions have cost so far, in nodes; a product of terms costs as much as seven."""
    return 7 * EFFORT[0] + WORK[0]


@dataclass(frozen=True)
class Decided:
    """What was found."""

    verdict: Verdict
    condition: Condition | None = None
    failure: Failure | None = None


@dataclass
class Explored:
    """The regions of every link and pattern: decided ones, and whether any stayed open."""

    certificate: Certificate
    found: list[Found]
    open: bool = False


def decide(claim: Functional) -> Decided:
    """The verdict on a claim."""
    if claim.misfit:
        words = Prose("claim.square", {"matrix": claim.misfit})
        failure = Failure(
            (("m", "2"), ("n", "1")), "shapes that do not fit", "both sides of one shape", f"{claim.misfit} being m x n"
        )
        return Decided(Verdict("refuted", words), None, failure)
    seen = explored(claim)
    with nodes(NODES):
        tried = list(sampled(claim, seen.found))
    failed = next((t for t in tried if not t.held), None)
    if failed is not None:
        return refuted(claim, seen, tried, failed)
    if any(f.fails for f in seen.found):
        return Decided(Verdict("unsupported", Prose("claim.functions.agree", {"points": len(tried)})))
    if not tried:
        return Decided(Verdict("unsupported", Prose("claim.functions.none")))
    if all(t.zero for t in tried):
        return Decided(Verdict("unsupported", Prose("claim.zero.points")))
    count = len(tried)
    if not seen.open:
        cases = len({f.region for f in seen.found})
        each = Prose("claim.functions.cases", {"cases": cases}) if cases > 1 else ""
        verdict = proved(claim, seen.certificate, Prose("claim.functions.one", {"cases": each, "points": count}))
        if verdict is not None:
            return Decided(verdict)
    if precision(claim) == MOST_BITS:
        words = Prose("claim.functions.sizes", {"points": count})
        return Decided(Verdict("unsupported", words))
    how = Prose("claim.functions.points", {"points": count})
    return Decided(Verdict("checked", how, f"at {count} points"))


def explored(claim: Functional) -> Explored:
    """Every pattern and region, split until the kernel can tell."""
    made = Explored({}, [])
    steps, most = 0, EFFORT[0] + PRODUCTS
    for pattern in patterns(claim):
        for link in range(len(claim.links)):
            todo: list[Region] = [()]
            done: list[Region] = []
            while todo and steps < STEPS and EFFORT[0] < most:
                steps += 1
                region = todo.pop()
                try:
                    found = looked(claim, link, pattern, region)
                except Split as split:
                    todo += [(*region, (split.atom, s)) for s in (-1, 0, 1)]
                    continue
                except (NoForm, RecursionError):
                    made.open = True
                    continue
                done.append(region)
                if found is not None:
                    made.found.append(found)
            made.open |= bool(todo)
            made.certificate[link, pattern] = done
    return made


# failures
def refuted(claim: Functional, seen: Explored, tried: list[Tried], failed: Tried) -> Decided:
    """The smallest failure, and when the claim holds."""
    words = described(claim, failed)
    failure = Failure(words, failed.claimed, failed.true)
    condition = exact(claim, seen) if not seen.open else next(conditions(claim, tried), None)
    if condition is not None and not any(t.held for t in tried):
        condition = None
    at = ", ".join(f"{n} = {v}" for n, v in words)
    how: Words = Prose("claim.fails" if at else "claim.values", {"at": at, "claimed": failed.claimed, "true": failed.true})
    if failed.corner:
        how = Joined((how, Prose("claim.kink")), "; ")
    if condition is not None:
        how = Joined((how, Prose("claim.condition.regions" if condition.exact else "claim.condition.tried")), "; ")
    return Decided(Verdict("conditional" if condition else "refuted", how), condition, failure)


def exact(claim: Functional, seen: Explored) -> Condition | None:
    """The condition that no failing region meets, where the regions in which the claim holds are more than a border."""
    bad = [f for f in seen.found if f.fails]
    good = [f for f in seen.found if f.status == "equal" and not any(same_place(f, b) for b in bad)]
    fixed = parameters(claim)
    if not any(wide(claim, f, fixed) for f in good):
        return None
    by_pattern = among(claim, bad, good)
    words = by_pattern or outside(claim, [*bad, *(f for f in seen.found if f.status == "nowhere")], good)
    return Condition(words, True) if words else None


def same_place(good: Found, bad: Found) -> bool:
    """Whether another link fails in a region in which this one holds."""
    return good.link != bad.link and good.pattern == bad.pattern and good.region == bad.region


def among(claim: Functional, bad: list[Found], good: list[Found]) -> str:
    """i = j, or i != j, where that alone decides."""
    free = [k for k in claim.free if k in claim.told]
    failing, holding = {f.pattern for f in bad}, {f.pattern for f in good}
    if failing & holding or not failing or not holding:
        return ""
    groups = dict(claim.groups)
    for a, b in itertools.combinations(free, 2):
        if groups.get(a) != groups.get(b):
            continue
        for word, test in (("=", True), ("!=", False)):
            if all(equal_classes(p, a, b) is test for p in holding) and all(
                equal_classes(p, a, b) is not test for p in failing
            ):
                return f"{a} {word} {b}"
    return ""


def equal_classes(pattern: Pattern, a: str, b: str) -> bool:
    """Whether two indices are equal in a pattern."""
    classes = dict(pattern.classes)
    return classes[a] == classes[b]


def wide(claim: Functional, found: Found, fixed: set[str]) -> bool:
    """Whether a region is no border, but for values of parameters and sizes."""
    border = [g for a, s in found.region if s == 0 for m, _ in a for g, _ in m]
    return all(g[0] == "size" or (g[0] == "v" and g[1] in fixed) for g in border)


def parameters(claim: Functional) -> set[str]:
    """What is neither differentiated by nor a function's argument."""
    nodes = [n for pair in claim.links for s in pair for n in s.walk()]
    varied = {n.parts[1].parts[0] for n in nodes if n.kind == "partial" and n.parts[1].kind == "name"}
    varied |= {w for n in nodes if n.kind in ("slope", "call", "if", "max", "min") for w in n.names()}
    if not varied and len([f for f in claim.families if not f.groups]) < 2:
        return set()
    return {f.name for f in claim.families if not f.groups and (f.domain == "positive" or f.name not in varied)}


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
    """Conditions that hold at every point tried inside; points are no proof, so none of them is called exact."""
    corners = [t for t in tried if not t.held]
    for f in (f for f in claim.families if not f.groups):
        places = sorted({t.values[f.name, ()] for t in corners})
        holding = any(t.held for t in tried if t.values[f.name, ()] in places)
        if all(t.corner for t in corners) and len(places) <= 4 and not holding:
            yield Condition(" and ".join(f"{f.name} != {q}" for q in places), False)
            return
    for f in (f for f in claim.families if len(f.groups) == 1):
        for k in claim.free:
            zeros = (
                [t for t in tried if t.values[f.name, (t.place[k],)] == 0] if dict(claim.groups)[k] == f.groups[0] else []
            )
            if zeros and all(t.corner for t in corners) and {id(t) for t in zeros} == {id(t) for t in corners}:
                yield Condition(f"{f.name}[{k}] != 0", False)
                return
    partial: list[tuple[int, str]] = []
    for words, test, key in simple(claim):
        inside = [t for t in tried if test(t)]
        if len(inside) < 2 or len(inside) == len(tried) or not all(t.held for t in inside):
            continue
        outside = {key(t) for t in tried if not test(t)}
        if outside == {key(t) for t in tried if not t.held}:
            yield Condition(words, False)
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
        for size in (1, 2):
            yield f"{n} = {size}", sized(group, size), counted(group)
    fixed = parameters(claim)
    for f in (f for f in scalars if f.name in fixed):
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
