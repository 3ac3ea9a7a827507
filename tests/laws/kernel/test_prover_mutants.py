"""Wrong identities, made by rule and at random: the prover refutes them, and plain loops agree with every counterexample.

The loops (``tests.loops``) read an expression term by term and count how often each product of tensor entries occurs; they
share nothing with symconv but the expressions themselves.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from symconv.check.kernel import obligations
from symconv.check.prove.search import attempt
from symconv.check.prove.theorem import Proof
from symconv.check.prove.theorem import prove as run
from symconv.language.expr import Access, Bracket, Equal, Expr, InRange, Sum, Term
from symconv.language.facts import Claim, Counterexample, Theorem
from symconv.language.integers import Int, integer, var
from symconv.layers.catalog import build
from symconv.topics.theorems.catalog import catalogue
from symconv.topics.theorems.language import entry, equal, floor, integers, mod, plus, tensor, total, within
from symconv.topics.theorems.notation import LAYER
from symconv.topics.theorems.page import domain
from tests.oracles.loops import Side, differs, goal_holds, number


def prove(theorem: Theorem) -> Proof:
    """The proof of a theorem, its domain spelled as on the page."""
    return run(theorem, domain)


def products(expr: Expr, values: Mapping[str, int]) -> Counter[Any]:
    """How often each product of entries occurs."""
    return Counter(Side()(expr, values))


def confirm(claim: Claim, example: Counterexample) -> None:
    """The counterexample is one: within the hypotheses, and with the numbers that it states."""
    sizes, at = dict(example.sizes), dict(example.entry)
    values = {**sizes, **at}
    assert all(sizes[n] >= least for n, least in claim.sizes)
    assert all(sizes[n] == number(meaning, sizes) for n, meaning in claim.definitions)
    assert all(number(e, values) >= 0 for e in claim.given)
    assert all(size is None or 0 <= at[n] < number(size, sizes) for n, size in claim.free)
    if claim.left is None or claim.right is None:
        broken = [g for g in claim.goals if not goal_holds(g, values)]
        assert broken
        assert example.claimed in {str(number(left, values)) for _, left, _ in broken}
        return
    left, right = products(claim.left, values), products(claim.right, values)
    assert left != right
    shown = {" ".join(f"{n}{list(p)}" for n, p in sorted(product)): product for product in left | right}
    product = shown[example.product]
    assert (left[product], right[product]) == (int(example.true), int(example.claimed))
    assert left[product] != right[product]


# wrong by rule
N, K, O, s, d, P, Q, a, i, j, k, m, p, q, h, r = integers("N K O s d P Q a i j k m p q h r")
e = d * (K - 1)
SLACK = N + P + Q - e - 1
x, w, g = tensor("x", N), tensor("w", K), tensor("g", O)
BY_X = total((i, O), (p, K), entry(g, i), entry(w, p), equal(s * i + d * p - P, j))
BY_W = total((i, O), (m, N), entry(g, i), entry(x, m), equal(s * i + d * p - P, m))


def spread(index: Int, factor: Int = s) -> Access:
    """g, zero-dilated, at an index."""
    return Access(g.dilated((factor,)), (index,))


def taps(kernel: Int, index: Int, factor: Int = s, count: Int = K) -> Expr:
    """sum_q w[kernel] g^s[index]."""
    return total((q, count), entry(w, kernel), spread(index, factor))


def gathered(left: Int, right: Int, kernel: Int = p, outputs: Int = O, count: Int = K) -> Expr:
    """sum_p sum_q w[kernel] g[q] [left = right]."""
    return total((p, count), (q, outputs), entry(w, kernel), entry(g, q), equal(left, right))


def windows(index: Int, outputs: Int = O) -> Expr:
    """sum_i g[i] x[index]."""
    return total((i, outputs), entry(g, i), entry(x, index))


BACK = K - 1 - q  # the flipped tap
DX: dict[str, Expr] = {
    "flip-dropped": taps(q, j + d * q - (e - P)),
    "low-pad-one-more": taps(BACK, j + d * q - (e - P + 1)),
    "low-pad-one-less": taps(BACK, j + d * q - (e - P - 1)),
    "twice-the-pad": taps(BACK, j + d * q - (e - 2 * P)),
    "pad-dropped": taps(BACK, j + d * q - e),
    "pad-kept-as-it-was": taps(BACK, j + d * q - P),
    "high-pad-for-low": taps(BACK, j + d * q - (e - Q)),
    "remainder-on-the-low-side": taps(BACK, j + d * q - (e - P + a)),
    "remainder-taken-from-the-low-side": taps(BACK, j + d * q - (e - P - a)),
    "stride-missing": taps(BACK, j + d * q - (e - P), integer(1)),
    "stride-one-more": taps(BACK, j + d * q - (e - P), s + 1),
    "dilation-missing": taps(BACK, j + q - (K - 1 - P)),
    "dilation-missing-in-the-pad": taps(BACK, j + d * q - (K - 1 - P)),
    "dilation-missing-in-the-taps": taps(BACK, j + q - (e - P)),
    "stride-and-dilation-exchanged": taps(BACK, j + s * q - (s * (K - 1) - P), d),
    "flip-by-the-wrong-size": taps(N - 1 - q, j + d * q - (e - P)),
    "flip-off-by-one": taps(K - q, j + d * q - (e - P)),
    "dilated-by-both": taps(BACK, j + d * q - (e - P), s * d),
    "roles-exchanged": total((q, K), entry(g, K - 1 - q), Access(w.dilated((s,)), (j + d * q - (e - P),))),
    "gather-pad-dropped": gathered(s * q, j - d * p),
    "gather-pad-of-the-wrong-sign": gathered(s * q, j - P - d * p),
    "gather-twice-the-pad": gathered(s * q, j + 2 * P - d * p),
    "gather-taps-forward": gathered(s * q, j + P + d * p),
    "gather-off-by-one": gathered(s * q, j + P - d * p + 1),
    "gather-last-output-dropped": gathered(s * q, j + P - d * p, outputs=O - 1),
    "gather-kernel-flipped": gathered(s * q, j + P - d * p, kernel=K - 1 - p),
    "gather-stride-and-dilation-exchanged": gathered(d * q, j + P - s * p),
    "gather-stride-missing": gathered(q, j + P - d * p),
    "gather-dilation-missing": gathered(s * q, j + P - p),
    "gather-without-the-divisibility": total((p, K), entry(w, p), entry(g, floor(j + P - d * p, s))),
    "gather-rounded-up": total((p, K), entry(w, p), entry(g, floor(j + P - d * p + s - 1, s))),
    "counted-twice": plus(taps(BACK, j + d * q - (e - P)), taps(BACK, j + d * q - (e - P))),
}
DW: dict[str, Expr] = {
    "dw-pad-one-more": windows(s * i + d * p - P - 1),
    "dw-pad-one-less": windows(s * i + d * p - P + 1),
    "dw-twice-the-pad": windows(s * i + d * p - 2 * P),
    "dw-pad-of-the-wrong-sign": windows(s * i + d * p + P),
    "dw-high-pad-for-low": windows(s * i + d * p - Q),
    "dw-stride-missing": windows(i + d * p - P),
    "dw-dilation-missing": windows(s * i + p - P),
    "dw-stride-and-dilation-exchanged": windows(d * i + s * p - P),
    "dw-flipped": windows(s * i + d * (K - 1 - p) - P),
    "dw-last-output-dropped": windows(s * i + d * p - P, O - 1),
    "dw-remainder-in-the-index": windows(s * i + d * p - P + a),
}
LOW = e - P  # the closed form's low pad
GOALS: dict[str, tuple[str, Int, Int]] = {
    "size-with-ceil": ("eq", floor(SLACK + s - 1, s) + 1, O),
    "size-one-more": ("eq", floor(SLACK + 1, s) + 1, O),
    "size-dilation-missing": ("eq", floor(N + P + Q - K, s) + 1, O),
    "size-one-pad": ("eq", floor(N + P - e - 1, s) + 1, O),
    "dx-remainder-dropped": ("eq", s * (O - 1) + 1 + LOW + (e - Q) - e, N),
    "dx-remainder-subtracted": ("eq", s * (O - 1) + 1 + LOW + (e - Q - a) - e, N),
    "dx-remainder-by-another-stride": ("eq", s * (O - 1) + 1 + LOW + (e - Q + mod(SLACK, d)) - e, N),
    "dx-high-pad-one-more": ("eq", s * (O - 1) + 1 + LOW + (e - Q + a + 1) - e, N),
    "dw-size-uncropped": ("eq", floor(N + P + Q - s * (O - 1) - 1, d) + 1, K),
    "dw-crop-by-stride": ("eq", floor(N + P + Q - s * (O - 1) - 1, d) + 1, K + floor(a, s)),
    "dw-remainder-added": ("eq", N + P + Q + a - s * (O - 1) - 1 - d * (K - 1), integer(0)),
}


def _others() -> dict[str, Claim]:
    """Shifts, groups, two axes, leftovers of large sizes, algebra."""
    C, G, A, B = integers("C G A B")
    N1, N2, K1, K2, c, o = integers("N1 N2 K1 K2 c o")
    line: Any = {
        "sizes": (("N", 1), ("K", 1), ("s", 1), ("d", 1), ("P", 0)),
        "multipliers": ("s", "d"),
        "free": (("i", None), ("h", None)),
    }

    def window(index: Int) -> Expr:
        return total((p, K), entry(w, p), entry(x, index))

    shifted = window(s * (i - h) + d * p - P)
    wide, w2, g2 = tensor("x", C * G), tensor("w", K1, K2), tensor("g", N1, N2)
    group: Any = {"sizes": (("C", 1), ("G", 1)), "free": (("o", G),)}
    own = total((c, C), entry(tensor("w", G, C), o, c), entry(wide, c + C * o))
    plane: Any = {
        "sizes": (("N1", 1), ("N2", 1), ("K1", 1), ("K2", 1)),
        "free": (("j", N1), ("k", N2)),
    }
    true2 = total((p, K1), (q, K2), entry(w2, p, q), entry(g2, j - p, k - q))

    def flat(one: Int, two: Int, at1: Int, at2: Int) -> Expr:
        return total((p, K1), (q, K2), entry(w2, one, two), entry(g2, at1, at2))

    small: Any = {"sizes": (("N", 1), ("K", 1)), "free": (("i", N),)}
    plain = total((p, K), entry(w, p), entry(x, i + p))
    back = total((p, K), entry(w, K - 1 - p), entry(x, i + K - 1 - p))
    late = total((p, K), entry(w, p), entry(x, i + p), within(N - 1, 6))
    f, v = tensor("f", A), tensor("k", B)
    far = total((p, K), entry(w, p), entry(x, i + p), within(integer(0), N - K - 4))
    return {
        "shift-by-h": Claim("", left=window(s * i + d * p - P - h), right=shifted, **line),
        "shift-by-s-plus-h": Claim("", left=window(s * i + d * p - P - s - h), right=shifted, **line),
        "shift-by-d-h": Claim("", left=window(s * i + d * p - P - d * h), right=shifted, **line),
        "shift-the-other-way": Claim("", left=window(s * i + d * p - P + s * h), right=shifted, **line),
        "group-radix-of-the-groups": Claim(
            "", left=own, right=total((c, C), entry(tensor("w", G, C), o, c), entry(wide, c + G * o)), **group
        ),
        "group-digits-exchanged": Claim(
            "", left=own, right=total((c, C), entry(tensor("w", G, C), o, c), entry(wide, o + G * c)), **group
        ),
        "group-of-another": Claim(
            "", left=own, right=total((c, C), entry(tensor("w", G, C), o, c), entry(wide, c + C * (G - 1 - o))), **group
        ),
        "groups-summed": Claim(
            "", left=own, right=total((c, C), (m, G), entry(tensor("w", G, C), o, c), entry(wide, c + C * m)), **group
        ),
        "radix-one-more": Claim(
            "",
            sizes=(("C", 1), ("G", 1)),
            left=total((c, C), (m, G), entry(wide, c + C * m)),
            right=total((c, C), (m, G), entry(wide, c + (C + 1) * m)),
        ),
        "one-axis-flipped-by-the-other": Claim(
            "", left=true2, right=flat(K2 - 1 - p, K2 - 1 - q, j - (K1 - 1 - p), k - (K2 - 1 - q)), **plane
        ),
        "one-axis-flipped": Claim("", left=true2, right=flat(K1 - 1 - p, q, j - p, k - q), **plane),
        "axes-exchanged": Claim("", left=true2, right=flat(p, q, j - q, k - p), **plane),
        "one-axis-shifted-by-the-other": Claim("", left=true2, right=flat(p, q, j - p, k - q + K1 - K2), **plane),
        "leftover-at-large-inputs": Claim("", left=plain, right=late, **small),
        "leftover-of-a-large-difference": Claim("", left=back, right=plus(plain, far), **small),
        "leftover-at-a-large-kernel": Claim(
            "", left=plain, right=total((p, K), entry(w, p), entry(x, i + p), within(p, 5)), **small
        ),
        "correlation-commutes": Claim(
            "",
            sizes=(("A", 1), ("B", 1)),
            free=(("i", A + B - 1),),
            left=total((p, B), entry(v, p), entry(f, i + p - (B - 1))),
            right=total((p, A), entry(f, p), entry(v, i + p - (A - 1))),
        ),
        "dilation-without-holes": Claim(
            "",
            sizes=(("N", 1), ("K", 1), ("d", 1)),
            multipliers=("d",),
            left=total((p, K), entry(x, d * p)),
            right=total((p, e + 1), entry(x, p)),
        ),
        "input-dilation-shift-by-h": Claim(
            "",
            sizes=(("N", 1), ("K", 1), ("r", 1)),
            multipliers=("r",),
            free=(("i", None), ("h", None)),
            left=total((p, K), (j, N), entry(w, p), entry(x, j), equal(r * (j + h), i + p)),
            right=total((p, K), (j, N), entry(w, p), entry(x, j), equal(r * j, i - h + p)),
        ),
    }


def wrong() -> dict[str, Claim]:
    """All wrong claims by the rule that spoils them."""
    found = {n: Claim(n, left=BY_X, right=right, free=(("j", N),), **LAYER) for n, right in DX.items()}
    found |= {n: Claim(n, left=BY_W, right=right, free=(("p", K),), **LAYER) for n, right in DW.items()}
    found |= {n: Claim(n, goals=(goal,), **LAYER) for n, goal in GOALS.items()}
    return {**found, **{n: replace(c, words=n) for n, c in _others().items()}}


WRONG = wrong()


def test_there_are_many_rules() -> None:
    assert len(WRONG) >= 40


@pytest.mark.sweep(12)
@pytest.mark.parametrize("rule", WRONG)
def test_a_wrong_identity_is_refuted_by_numbers(rule: str) -> None:
    verdict, _, _, example = prove(Theorem(rule, rule, (WRONG[rule],), "refuted"))
    assert verdict.status == "refuted"
    assert example is not None
    confirm(WRONG[rule], example)


RIGHT = {
    "x": (BY_X, taps(BACK, j + d * q - (e - P)), ("j", N)),
    "x, gathered": (BY_X, gathered(s * q, j + P - d * p), ("j", N)),
    "w": (BY_W, windows(s * i + d * p - P), ("p", K)),
}


@pytest.mark.parametrize("name", RIGHT)
def test_the_identities_that_the_rules_spoil_are_proved(name: str) -> None:
    left, right, free = RIGHT[name]
    assert prove(Theorem(name, name, (Claim(name, left=left, right=right, free=(free,), **LAYER),)))[0].status == "proved"


# wrong at random
def turned(p_: Int) -> Int:
    """The tap that true convolution reads."""
    return K - 1 - p_


BASES = {
    "gather-form": (BY_X, ("j", N)),
    "closed-form-x": (BY_X, ("j", N)),
    "closed-form-w": (BY_W, ("p", K)),
    "closed-form-x-convolution": (
        total((i, O), (p, K), entry(g, i), entry(w, p), equal(s * i + d * turned(p) - P, j)),
        ("j", N),
    ),
    "closed-form-w-convolution": (
        total((i, O), (m, N), entry(g, i), entry(x, m), equal(s * i + d * turned(p) - P, m)),
        ("p", K),
    ),
}
NAMES = ("N", "K", "O", "s", "d", "P", "Q", "a")
EXCHANGED = {"N": "O", "O": "N", "K": "N", "s": "d", "d": "s", "P": "Q", "Q": "P", "a": "P"}


def mutated(expr: Expr, rng: random.Random) -> Expr:
    """The expression with one polynomial, guard or view changed."""
    (term,) = expr.terms
    at = rng.randrange(len(term))
    item = term[at]
    if rng.random() < 0.12:
        return Expr(((*term, Bracket((guard(term, rng),))),))
    changed: Any
    if isinstance(item, Sum):
        changed = Sum(item.index, rng.choice([item.size - 1, item.size + 1, item.size + 2, var(rng.choice(NAMES))]))
    elif isinstance(item, Access) and item.tensor.zeros and rng.random() < 0.3:
        changed = replace(item, tensor=item.tensor.dilated((var(rng.choice(["s", "d"])) + rng.choice([0, 1]),)))
    elif isinstance(item, Access):
        changed = replace(item, index=(poly(item.index[0], rng),))
    else:
        assert isinstance(item, Bracket)
        assert isinstance(item.conditions[0], Equal)
        left, right = item.conditions[0].left, item.conditions[0].right
        first = rng.random() < 0.5
        changed = Bracket((Equal(poly(left, rng) if first else left, right if first else poly(right, rng)),))
    return Expr(((*term[:at], changed, *term[at + 1 :]),))


def poly(e_: Int, rng: random.Random) -> Int:
    """A polynomial with a constant or a name added, a coefficient changed, a name exchanged, or a term dropped."""
    way = rng.randrange(5)
    if way == 0:
        return e_ + rng.choice([-2, -1, 1, 2])
    if way == 1:
        return e_ + rng.choice([-1, 1]) * var(rng.choice(NAMES))
    terms = list(e_.terms)
    if way == 2 and terms:
        place_ = rng.randrange(len(terms))
        monomial, coefficient = terms[place_]
        terms[place_] = (monomial, rng.choice([-coefficient, 2 * coefficient]))
        return Int(terms)
    if way == 3 and len(terms) > 1:
        del terms[rng.randrange(len(terms))]
        return Int(terms)
    there = sorted(e_.names() & EXCHANGED.keys())
    if not there:
        return e_ + 1
    name = rng.choice(there)
    return e_.subs({name: EXCHANGED[name]} if rng.random() < 0.7 else {name: 1})


def guard(term: Term, rng: random.Random) -> InRange:
    """A guard on an index of the term: sometimes one that says nothing new."""
    indices = [item for item in term if isinstance(item, Sum)]
    one = rng.choice(indices)
    return InRange(var(one.index) + rng.choice([0, 0, 1, -1]), one.size + rng.choice([0, 0, 1, 2, -1]))


def small_sizes() -> list[dict[str, int]]:
    """Sizes of layers with an output, small ones first."""
    found = []
    ranges = (range(1, 6), range(1, 4), range(1, 4), range(1, 4), range(3), range(3))
    for n, k_, s_, d_, lo, hi in itertools.product(*ranges):
        slack = n + lo + hi - d_ * (k_ - 1) - 1
        if slack >= 0:
            sizes = {"N": n, "K": k_, "s": s_, "d": d_, "P": lo, "Q": hi, "O": slack // s_ + 1, "a": slack % s_}
            found.append(sizes)
    return sorted(found, key=lambda sizes: sum(sizes.values()))


def fuzz(count: int, seed: int) -> Counter[str]:
    """Mutants of the catalogue's gradient theorems: how the prover and the loops judge them.  Any disagreement raises."""
    rng, judged, every = random.Random(seed), Counter[str](), small_sizes()
    stated = catalogue(build)
    for number_ in range(count):
        name = rng.choice(list(BASES))
        left, free = BASES[name]
        original = stated[name].claims[0].right
        assert original is not None
        right = mutated(original, rng)
        claim = Claim(f"{name}, mutant {number_}", left=left, right=right, free=(free,), **LAYER)
        failing = next((sizes for sizes in every if differs(claim, sizes)), None)
        verdict, _, _, example = prove(Theorem(claim.words, claim.words, (claim,)))
        judged[f"{'false' if failing else 'no failure'} by loops, {verdict.status}"] += 1
        if verdict.status == "proved":
            assert failing is None, f"proved, but false at {failing}: {right}"
        if example is not None:
            confirm(claim, example)
        if failing is not None and number_ % 4 == 0:  # the solver's nonlinear part has no proof of it either
            judged["false by loops, tried to the end"] += 1
            assert attempt(claim)[1] is None, f"proved, but false at {failing}: {right}"
    return judged


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver gives up soon: what is not proved stays so."""
    monkeypatch.setattr(obligations, "STEPS", 300_000)


def report(judged: Counter[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Print the counts."""
    with capsys.disabled():
        print("\nmutants: " + "; ".join(f"{n} {how}" for how, n in sorted(judged.items())))


@pytest.mark.usefixtures("impatient")
def test_sixteen_mutants(capsys: pytest.CaptureFixture[str]) -> None:
    judged = fuzz(16, 20240611)
    report(judged, capsys)
    assert judged["false by loops, refuted"] >= 8
    assert judged["no failure by loops, proved"] >= 1


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
def test_six_hundred_mutants(capsys: pytest.CaptureFixture[str]) -> None:
    judged = fuzz(600, 7)
    report(judged, capsys)
    assert judged["false by loops, refuted"] >= 300
    assert judged["no failure by loops, proved"] >= 15


def test_the_loops_find_no_difference_in_what_is_right() -> None:
    for left, right, free in RIGHT.values():
        claim = Claim("", left=left, right=right, free=(free,), **LAYER)
        assert not any(differs(claim, sizes) for sizes in small_sizes()[:60])
