"""The theorem catalogue, from outside: verdicts, hypotheses, counterexamples by plain Python, certificates in other hands."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import symconv as sc
from symconv.check.prove.theorem import Proof
from symconv.check.prove.theorem import prove as run
from symconv.errors import SymconvError
from symconv.language.facts import Claim, Theorem, Verdict
from symconv.topics.theorems import story
from symconv.topics.theorems.language import entry, equal, floor, integers, product, tensor, total
from symconv.topics.theorems.notation import LAYER
from symconv.topics.theorems.page import domain
from tests import harness
from tests.laws.kernel.test_prover_mutants import confirm, differs, goal_holds, number

THEOREMS = story.theorem_list()
TRUE = [n for n, t in THEOREMS.items() if t.expected == "proved"]
FALSE = [n for n, t in THEOREMS.items() if t.expected == "refuted"]
N, K, M, i, j, m, p, q = integers("N K M i j m p q")
x, w, g = tensor("x", N), tensor("w", K), tensor("g", M)
SIZES = (("N", 1), ("K", 1))


@cache
def judged(name: str) -> Proof:
    """The verdict on a theorem of the catalogue."""
    return prove(THEOREMS[name])


def prove(theorem: Theorem) -> Proof:
    """The proof of a theorem, its domain spelled as on the page."""
    return run(theorem, domain)


@cache
def table() -> tuple[int, list[dict[str, Any]]]:
    """The exit status and the rows of ``symconv theorems --to json``."""
    done = harness.run("theorems", "--to", "json")
    return done.exit_code, json.loads(done.stdout)["theorems"]


def stated(*claims: Claim) -> Theorem:
    """A theorem of a user's own."""
    return Theorem("mine", "a statement of my own", claims)


# verdicts
@pytest.mark.sweep(12)
@pytest.mark.parametrize("name", THEOREMS)
def test_every_theorem_has_its_verdict(name: str) -> None:
    verdict, shown, certificates, example = judged(name)
    assert verdict.status == THEOREMS[name].expected
    if verdict.status == "proved":
        assert shown, "something was shown"
        assert len(certificates) == len(THEOREMS[name].claims)
        assert verdict.domain == domain(THEOREMS[name].claims)
        assert bool(verdict.solver) == any(s.way != "identity" for s in shown)
    else:
        assert example is not None


@pytest.mark.parametrize("name", FALSE)
def test_a_counterexample_is_one(name: str) -> None:
    """By plain loops over the claim: within the hypotheses, with the numbers that it states."""
    example = judged(name).counterexample
    assert example is not None
    claim = next(c for c in THEOREMS[name].claims if judged_claim(c).status == "refuted")
    confirm(claim, example)


def judged_claim(claim: Claim) -> Verdict:
    """The verdict on one claim alone."""
    return prove(stated(claim))[0]


# hypotheses
def small(claim: Claim, most: int) -> Iterator[dict[str, int]]:
    """Sizes within the hypotheses, those about free indices included, with every size within ``most`` of its least."""
    op = claim.op
    sizes = claim.sizes if op is None else tuple(LAYER["sizes"])
    definitions = claim.definitions if op is None else tuple(LAYER["definitions"])
    given = claim.given if op is None else tuple(LAYER["given"])
    for values in itertools.product(*(range(least, least + most) for _, least in sizes)):
        found = dict(zip((n for n, _ in sizes), values, strict=True))
        for name, meaning in definitions:
            found[name] = number(meaning, found)
        spans = [range(-3, 4) if size is None else range(number(size, found)) for _, size in claim.free]
        for where in itertools.product(*spans):
            both = {**found, **dict(zip((n for n, _ in claim.free), where, strict=True))}
            if all(number(e, both) >= 0 for e in given):
                yield found
                break


@pytest.mark.parametrize("name", THEOREMS)
def test_the_hypotheses_can_be_met(name: str) -> None:
    """Nothing is proved about no sizes at all: small ones meet the hypotheses, and a product is counted at some of them."""
    for claim in THEOREMS[name].claims:
        found = next(small(claim, 3), None)
        assert found is not None
        if claim.goals:
            continue
        assert claim.left is not None
        if claim.op is None:
            empty = replace(claim, right=type(claim.left)(()))
            assert any(differs(empty, sizes) for sizes in itertools.islice(small(claim, 3), 300)), (
                "the left side is never 0"
            )


def test_the_domain_of_a_layer_holds_crops_with_a_remainder() -> None:
    """The pads of the closed form, d(K-1) - P, may be negative while a > 0: such sizes are in the domain, and true there."""
    claim = next(c for c in THEOREMS["closed-form-w"].claims if c.goals)
    crops = [v for v in small(claim, 3) if v["P"] > v["d"] * (v["K"] - 1) and v["a"] > 0]
    assert crops
    assert all(goal_holds(goal, sizes) for goal in claim.goals for sizes in crops)


# counterexamples of some by plain Python of their own
def full(u: list[int], v: list[int]) -> list[int]:
    out = [0] * (len(u) + len(v) - 1)
    for a, b in itertools.product(range(len(u)), range(len(v))):
        out[a + b] += u[a] * v[b]
    return out


def valid(u: list[int], v: list[int]) -> list[int]:
    return full(u, v)[len(v) - 1 : len(u)]


def same(u: list[int], v: list[int]) -> list[int]:
    start = (len(v) - 1) // 2
    return full(u, v)[start : start + len(u)]


def slide(u: list[int], v: list[int], at: int) -> int:
    """sum_p v[p] u[at + p], u being 0 outside."""
    return sum(v[p_] * u[at + p_] for p_ in range(len(v)) if 0 <= at + p_ < len(u))


def layer(n: int, k: int, s: int, d: int, lo: int, hi: int) -> int:
    """How many windows fit."""
    return sum(1 for start in range(-lo, n + hi, s) if start + d * (k - 1) < n + hi)


def same_commutes(z: dict[str, int], e: dict[str, int]) -> bool:
    u, v = list(range(1, z["A"] + 1)), list(range(7, z["B"] + 7))
    at = e["i"]
    return same(u, v)[at] != same(v, u)[at]


def same_associates(z: dict[str, int], _e: dict[str, int]) -> bool:
    u, v, t = [1, 2, 5, 7][: z["A"]], [3, 5, 11, 2][: z["B"]], [7, 2, 3, 1][: z["C"]]
    return same(same(u, v), t) != same(u, same(v, t))


def correlation_commutes(z: dict[str, int], e: dict[str, int]) -> bool:
    u, v = list(range(1, z["A"] + 1)), list(range(7, z["B"] + 7))
    return slide(u, v, e["i"]) != slide(v, u, e["i"])


def ceil_size(z: dict[str, int], _e: dict[str, int]) -> bool:
    out = layer(z["N"], z["K"], z["s"], z["d"], z["P"], z["Q"])
    slack = z["N"] + z["P"] + z["Q"] - z["d"] * (z["K"] - 1) - 1
    return out == z["O"] and out != -(-slack // z["s"]) + 1


def uncropped(z: dict[str, int], _e: dict[str, int]) -> bool:
    out = layer(z["N"], z["K"], z["s"], z["d"], z["P"], z["Q"])
    taps = layer(z["N"], out, z["d"], z["s"], z["P"], z["Q"])  # g, dilated by s, slides with stride d
    return out == z["O"] and taps != z["K"]


def shift_by_h(z: dict[str, int], e: dict[str, int]) -> bool:
    u, v = list(range(1, z["N"] + 1)), list(range(7, z["K"] + 7))

    def value(at: int) -> int:
        taps = ((v[t], at + z["d"] * t - z["P"]) for t in range(z["K"]))
        return sum(a * u[place] for a, place in taps if 0 <= place < z["N"])

    return value(z["s"] * e["i"] - e["h"]) != value(z["s"] * (e["i"] - e["h"]))


def holes(z: dict[str, int], e: dict[str, int]) -> bool:
    read = {e["i"] + z["d"] * t for t in range(z["K"])} & set(range(z["N"]))
    hull = {e["i"] + t for t in range(z["d"] * (z["K"] - 1) + 1)} & set(range(z["N"]))
    return read != hull


def no_flip(z: dict[str, int], e: dict[str, int]) -> bool:
    out = z["N"] - z["K"] + 1
    u, v = list(range(1, out + 1)), list(range(7, z["K"] + 7))
    start = e["j"] - (z["K"] - 1)
    return slide(u, v[::-1], start) != slide(u, v, start)


PLAIN: dict[str, Callable[[dict[str, int], dict[str, int]], bool]] = {
    "same-commutes": same_commutes,
    "same-associates": same_associates,
    "correlation-commutes": correlation_commutes,
    "output-size-ceil": ceil_size,
    "dw-size-uncropped": uncropped,
    "shift-by-h-with-stride": shift_by_h,
    "receptive-field-without-holes": holes,
    "no-flip-in-dx": no_flip,
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_counterexample_by_plain_python(name: str) -> None:
    example = judged(name).counterexample
    assert example is not None
    assert PLAIN[name](dict(example.sizes), dict(example.entry))


MINIMAL = ["same-commutes", "correlation-commutes", "output-size-ceil", "receptive-field-without-holes", "no-flip-in-dx"]


@pytest.mark.parametrize("name", [*MINIMAL, "dw-size-uncropped", "shift-by-h-with-stride", "same-associates"])
def test_no_counterexample_is_smaller(name: str) -> None:
    """By an enumeration of our own of all sizes with a smaller sum."""
    example = judged(name).counterexample
    assert example is not None
    (claim,) = THEOREMS[name].claims
    total_ = sum(dict(example.sizes)[n] for n, _ in claim.sizes)
    spare = total_ - sum(least for _, least in claim.sizes)
    for sizes in small(claim, spare + 1):
        if sum(sizes[n] for n, _ in claim.sizes) < total_:
            if claim.goals:
                assert all(goal_holds(goal, sizes) for goal in claim.goals)
            else:
                assert not differs(claim, sizes)


def test_what_holds_instead_in_valid_mode() -> None:
    """valid(valid(x, a), b) = valid(x, full(a, b)), as the catalogue proves."""
    u, a, b = [2, 3, 5, 7, 11, 13], [1, 4, 2], [3, 1]
    assert valid(valid(u, a), b) == valid(u, full(a, b))


# the commands
@pytest.mark.slow
def test_the_table_as_json() -> None:
    code, rows = table()
    assert code == 0
    assert [row["name"] for row in rows] == list(THEOREMS)
    for row in rows:
        assert {"name", "statement", "verdict", "expected", "domain", "solver"} <= row.keys()
        assert row["verdict"] == row["expected"]
        assert row["domain"]


@pytest.mark.slow
def test_the_table_as_text() -> None:
    done = harness.run("theorems")
    assert done.exit_code == 0
    assert all(name in done.stdout for name in THEOREMS)
    assert "✗" not in done.stdout


@pytest.mark.parametrize(("name", "code"), [("gather-form", 0), ("output-size", 0), ("correlation-commutes", 1)])
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
def test_prove_says_the_verdict(name: str, code: int, to: str) -> None:
    done = harness.run("prove", name, "--to", to)
    assert done.exit_code == code, done.output
    assert ("proved" if code == 0 else "refuted") in done.stdout.lower()


def test_refuted_prints_the_smallest_witness() -> None:
    done = harness.run("prove", "correlation-commutes")
    assert "A = 1, B = 2" in done.stdout


def test_an_unknown_theorem() -> None:
    done = harness.run("prove", "closed-from-x")
    assert done.exit_code == 2
    assert "closed-form-x" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


# theorems of one's own
def test_a_true_theorem_of_ones_own() -> None:
    mine = stated(
        Claim(
            "turned over",
            sizes=SIZES,
            free=(("i", None),),
            left=total((p, K), entry(w, p), entry(x, i + p)),
            right=total((q, K), entry(w, K - 1 - q), entry(x, i + K - 1 - q)),
        )
    )
    assert prove(mine)[0].status == "proved"
    assert sc.prove(mine).verdict.status == "proved"


def test_a_false_theorem_of_ones_own() -> None:
    claim = Claim(
        "one too few",
        sizes=SIZES,
        free=(("i", N),),
        left=total((p, K), entry(w, p), entry(x, i + p)),
        right=total((p, K - 1), entry(w, p), entry(x, i + p)),
    )
    verdict, _, _, example = prove(stated(claim))
    assert verdict.status == "refuted"
    assert example is not None
    confirm(claim, example)
    assert sum(v for _, v in example.sizes) == 2


def test_a_claim_about_sizes_of_ones_own() -> None:
    half = Claim("halves", sizes=(("N", 0),), goals=(("eq", floor(N, 2) + floor(N + 1, 2), N),))
    assert prove(stated(half))[0].status == "proved"
    wrong = replace(half, goals=(("eq", 2 * floor(N, 2), N),))
    verdict, _, _, example = prove(stated(wrong))
    assert verdict.status == "refuted"
    assert example is not None
    assert example.sizes == (("N", 1),)


def test_a_tensor_may_be_read_twice() -> None:
    squares = total((p, K), entry(w, p), entry(w, p))
    pairs = total((p, K), (q, K), entry(w, p), entry(w, q), equal(p, q))
    assert prove(stated(Claim("squares", sizes=SIZES, left=squares, right=pairs))).verdict.status == "proved"
    wrong = total((p, K), (q, K), entry(w, p), entry(w, q))
    assert prove(stated(Claim("all pairs", sizes=SIZES, left=squares, right=wrong))).verdict.status == "refuted"


def test_one_false_claim_spoils_a_theorem() -> None:
    true = Claim("true", sizes=SIZES, goals=(("ge", N + K, N),))
    assert prove(stated(true, replace(true, goals=(("ge", N, K),))))[0].status == "refuted"


def test_a_wrong_gradient_of_a_layer_is_refuted() -> None:
    """Of a claim with derivatives too: the layer's sizes are the counterexample's."""
    theorem = THEOREMS["closed-form-w"]
    claim = theorem.claims[0]
    s, d, P, O = integers("s d P O")
    wrong = total((i, O), entry(tensor("g", O), i), entry(x, s * i + d * p - P + 1))
    verdict, _, _, example = prove(replace(theorem, claims=(replace(claim, right=wrong),)))
    assert verdict.status == "refuted"
    assert example is not None
    assert example.claimed != example.true


# bad input
BAD = {
    "contradictory hypotheses": (
        Claim("c", sizes=SIZES, given=(N - K - 1, K - N), goals=(("eq", N, K),)),
        "no sizes satisfy",
    ),
    "contradictory with a free index": (
        Claim("c", sizes=SIZES, free=(("i", N),), given=(i - N,), goals=(("eq", N, K),)),
        "no sizes satisfy",
    ),
    "undeclared in a goal": (Claim("c", sizes=SIZES, goals=(("eq", N, M),)), "undeclared name 'M'"),
    "undeclared in an identity": (
        Claim("c", sizes=SIZES, left=total((p, K), entry(w, p + m)), right=total((p, K), entry(w, p + m))),
        "undeclared name 'm'",
    ),
    "undeclared size of a tensor": (
        Claim("c", sizes=SIZES, free=(("i", N),), left=product(entry(g, i)), right=product(entry(g, i))),
        "undeclared name 'M'",
    ),
    "undeclared in a false identity": (
        Claim("c", sizes=SIZES, left=total((p, K), entry(w, p + m)), right=total((p, K), entry(w, p))),
        "undeclared name 'm'",
    ),
    "wrong number of indices": (
        Claim("c", sizes=SIZES, left=total((p, K), entry(w, p)), right=total((p, K), entry(w, p, p))),
        "'w'",
    ),
    "two numbers of axes": (
        Claim("c", sizes=SIZES, left=total((p, K), entry(tensor("w", K, K), p, p)), right=total((p, K), entry(w, p))),
        "'w'",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_error(case: str) -> None:
    claim, words = BAD[case]
    with pytest.raises(SymconvError) as caught:
        prove(stated(claim))
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("made", [lambda: 0.5 * p, lambda: "p p", lambda: 1.5, lambda: "p/2"])
def test_an_index_that_is_no_polynomial_in_the_integers(made: Any) -> None:
    def attempt() -> None:
        index = made()
        prove(stated(Claim("c", sizes=SIZES, left=total((p, K), entry(w, index)), right=total((p, K), entry(w, index)))))

    with pytest.raises(SymconvError) as caught:
        attempt()
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("given", ["gather", 3, None, stated()])
def test_what_is_no_theorem(given: Any) -> None:
    with pytest.raises(SymconvError):
        sc.prove(given)
