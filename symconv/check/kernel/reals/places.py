"""Regions in words: where a claim fails, or where no side of it exists, as few and as short conditions as they allow.

Regions that differ in the sign of one polynomial are joined, a polynomial whose three signs are there is left out, and so is one
without which a region still meets none in which the claim holds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from symconv.check.kernel.reals.field import UNIT, Generator, Monomial
from symconv.check.kernel.reals.signs import Atom, Region, Signs
from symconv.language.functional import Functional
from symconv.language.lazy import dataclass
from symconv.language.spelling import spelled as written

Cube = dict[Atom, frozenset[int]]
EVERY = frozenset({-1, 0, 1})
WORDS = {
    frozenset({0}): "=", frozenset({1}): ">", frozenset({-1}): "<", frozenset({0, 1}): ">=", frozenset({0, -1}): "<=",
    frozenset({1, -1}): "!=",
}  # fmt: skip
LONGEST = 240
CHOICES = 9


@dataclass(frozen=True)
class Pattern:
    """Which free indices are equal: the class of each, and the named classes of every group."""

    classes: tuple[tuple[str, str], ...]
    named: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Found:
    """A region of one pattern and one link: equal, nowhere (why), silent, left or right (that side alone is missing), differ."""

    link: int
    pattern: Pattern
    region: Region
    status: str
    why: str = ""

    @property
    def fails(self) -> bool:
        """Whether the claim is false there."""
        return self.status in ("left", "right", "differ")


@dataclass(frozen=True)
class Possible:
    """Whether a region may have a point."""

    positive: list[Generator]
    small: list[Generator]
    named: dict[str, int]

    def __call__(self, region: Region) -> bool:
        """Unless it is surely empty."""
        return Signs(region, self.positive, self.small, self.named).satisfiable()


class Wordless(Exception):
    """A polynomial without a short spelling."""


def cubes(bad: Sequence[Region], good: Sequence[Region], possible: Callable[[Region], bool]) -> list[Cube]:
    """The bad regions, joined and widened up to the good ones."""
    made = joined([{a: frozenset({s}) for a, s in r} for r in bad])
    for cube in made:
        for atom in sorted(cube, key=lambda a: (-len(a), repr(a))):
            wider = {a: s for a, s in cube.items() if a != atom}
            if not any(meets(wider, r, possible) for r in good):
                del cube[atom]
    made = joined(made)
    return [
        c for k, c in enumerate(made) if not any(implies(c, d) for j, d in enumerate(made) if j != k and (j < k or d != c))
    ]


def joined(made: list[Cube]) -> list[Cube]:
    """Cubes that differ in one polynomial alone become one."""
    changed = True
    while changed:
        changed = False
        for k, one in enumerate(made):
            for other in made[k + 1 :]:
                if set(one) != set(other):
                    continue
                apart = [a for a in one if one[a] != other[a]]
                if len(apart) > 1:
                    continue
                both = {a: one[a] | other[a] for a in one}
                made = [c for c in made if c is not one and c is not other]
                made.append({a: s for a, s in both.items() if s != EVERY})
                changed = True
                break
            if changed:
                break
    return made


def meets(cube: Cube, region: Region, possible: Callable[[Region], bool]) -> bool:
    """Whether a region may have a point in a cube."""
    at = dict(region)
    if not all(a not in at or at[a] in s for a, s in cube.items()):
        return False
    choices = [[(a, s) for s in sorted(signs)] for a, signs in cube.items() if a not in at]
    if math.prod(map(len, choices)) > CHOICES:
        return True
    return any(possible((*region, *chosen)) for chosen in itertools.product(*choices))


def implies(a: Cube, b: Cube) -> bool:
    """Whether a lies in b."""
    return all(atom in a and a[atom] <= s for atom, s in b.items())


def outside(claim: Functional, bad: Sequence[Found], good: Sequence[Found]) -> str:
    """The condition that no bad region meets; nothing where it is too long, or different from pattern to pattern."""
    told: dict[str, None] = {}
    positive: list[Generator] = [
        ("v", f.name, ()) for f in claim.families if f.domain in ("positive", "fraction", "probability")
    ]
    small: list[Generator] = [("v", f.name, ()) for f in claim.families if f.domain in ("fraction", "probability")]
    for pattern in dict.fromkeys(f.pattern for f in (*bad, *good)):
        mine, rest = ([f.region for f in part if f.pattern == pattern] for part in (bad, good))
        try:
            possible = Possible(positive, small, {g: len(v) for g, v in pattern.named})
            told[" and ".join(sorted(clauses(claim, mine, rest, possible)))] = None
        except Wordless:
            return ""
    if len(told) == 1:
        (words,) = told
        return words if len(words) <= LONGEST else ""
    return ""


def clauses(
    claim: Functional, bad: Sequence[Region], good: Sequence[Region], possible: Callable[[Region], bool]
) -> list[str]:
    """One for every cube: one of its signs is otherwise.  Raises Wordless where everything is bad."""
    made = []
    found = cubes(bad, good, possible)
    for cube in found:
        if not cube:
            raise Wordless
        parts = [
            relation(claim, atom, EVERY - signs)
            for atom, signs in sorted(cube.items(), key=lambda c: (len(c[0]), repr(c[0])))
        ]
        made.append(" or ".join(parts) if len(parts) == 1 or len(found) == 1 else f"({' or '.join(parts)})")
    return made


def relation(claim: Functional, atom: Atom, signs: frozenset[int]) -> str:
    """x != -100, w*x + b > 0, y - t <= 1."""
    p = dict(atom)
    word = WORDS[signs]
    constant = p.get(UNIT, Fraction(0))
    rest = {m: c for m, c in p.items() if m}
    if len(rest) == 1:
        ((m, c),) = rest.items()
        return f"{monomial(claim, m)} {word} {-constant / c}"
    whole = {m: c for m, c in rest.items() if not (len(m) == 1 and next(iter(m))[0][0] == "logn")}
    logs = Fraction(1)
    for m, c in rest.items():
        if m not in whole and c.denominator == 1 and abs(c) < 100:
            logs *= Fraction(next(iter(m))[0][1]) ** int(c)
        elif m not in whole:
            return f"{total(claim, rest)} {word} {-constant}"
    if logs != 1 and not constant:
        right = f"log({1 / logs})"
        if len(whole) == 1:
            ((m, c),) = whole.items()
            flip = word.translate(str.maketrans("<>", "><")) if c < 0 else word
            return f"{monomial(claim, m)} {flip} {right}" + (f"/{c}" if c != 1 else "")
        return f"{total(claim, whole)} {word} {right}"
    if len(rest) == 2 and not constant and sum(c < 0 for c in rest.values()) == 1:
        low, high = ({m: abs(c)} for m, c in sorted(rest.items(), key=lambda item: item[1] < 0))
        return f"{total(claim, low)} {word} {total(claim, high)}"
    return f"{total(claim, rest)} {word} {-constant}"


def total(claim: Functional, p: dict[Monomial, Fraction]) -> str:
    """A sum of terms."""
    made = ""
    for m, c in sorted(p.items(), key=lambda item: (item[1] < 0, repr(sorted(map(repr, item[0]))))):
        factor = "" if abs(c) == 1 else f"{abs(c)}*"
        sign = ("-" if c < 0 else "") if not made else (" - " if c < 0 else " + ")
        made += f"{sign}{factor}{monomial(claim, m)}" if m else f"{sign}{abs(c)}"
    return made


def monomial(claim: Functional, m: Monomial) -> str:
    """w*x^2."""
    parts = []
    for g, e in sorted(m, key=repr):
        base = spelled(claim, g, e)
        if g[0] == "E" or e == 1:
            parts.append(base)
        elif e == Fraction(1, 2):
            parts.append(f"sqrt({base})")
        else:
            parts.append(f"{base}^{e}" if e.denominator == 1 and e > 0 else f"{base}^({e})")
    return "*".join(parts)


def spelled(claim: Functional, g: Generator, e: Fraction) -> str:
    """A generator."""
    if g[0] == "v":
        return f"{g[1]}[{','.join(g[2])}]" if g[2] else str(g[1])
    if g[0] == "E" and isinstance(g[1], frozenset):
        return f"exp({total(claim, {g[1]: e})})"
    if g[0] == "logn":
        return f"log({g[1]})"
    if g[0] == "log":
        return f"log({total(claim, dict(g[1]))})"
    if g[0] == "n":
        return str(g[1])
    if g[0] in ("C", "S"):
        return f"{'cos' if g[0] == 'C' else 'sin'}({total(claim, {g[1]: Fraction(1, g[2])})})"
    if g[0] == "pi":
        return "pi"
    if g[0] == "root":
        return f"({total(claim, dict(g[1]))})"
    if g[0] == "size":
        for group, word in claim.sizes:
            if group == g[1]:
                return word
    raise Wordless


def domain(claim: Functional, found: Sequence[Found]) -> str:
    """For which values: what is real, positive, a fraction, a target; without the places at which no side exists."""
    given = [f for f in claim.families if not f.groups and f.domain == "real"]
    words = f"all real {', '.join(f.name for f in given)}" if given and len(given) <= 3 else "all real values"
    notes = [f"{f.name} > 0" for f in claim.families if f.domain == "positive"]
    notes += [f"0 < {f.name} < 1" for f in claim.families if f.domain in ("fraction", "probability")]
    notes += [f"{f.name} with sum 1" for f in claim.families if f.domain == "target"]
    if any(f.groups for f in claim.families):
        words += " and any number of entries"
    notes += [written(g) for g in claim.given]
    words = ", ".join([words, *notes])
    taken = [f for f in found if f.status == "nowhere"]
    if any(f.status == "silent" for f in found):
        words += ", where a case applies"
    if taken:
        good = [f for f in found if f.status != "nowhere"]
        told = outside(claim, taken, good) or "wherever both sides are defined"
        words += f", {told}" if told.startswith("wherever") else f" with {told}"
    return words
