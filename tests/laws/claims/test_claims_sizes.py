"""Formulas about sizes, as published: their verdicts, conditions, counterexamples and repairs.

The true value is worked out here a second time, by listing the places that windows read (never by a formula).
"""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from math import ceil, floor

import pytest

import symconv as sc
from symconv.api.claims import judge
from symconv.check.claims import values
from symconv.errors import SymconvError
from symconv.language.claims import Judgement, Published
from symconv.language.formula import Node, number
from tests.oracles import published


def verdict(
    formula: str, about: str = "", where: str = "", given: tuple[str, ...] = (), operator: str = "", **conventions: str
) -> Judgement:
    told = tuple((k.strip(), v.strip()) for k, v in (p.split("=", 1) for p in where.split(";") if p.strip()))
    return judge(Published(formula, about, told, given, operator, "", tuple(conventions.items())))


TRUE = [
    (r"o = \left\lfloor \frac{i + 2p - k}{s} \right\rfloor + 1", "", (), ""),
    ("o = (i - k) + 2p + 1", "", (), ""),
    ("O_W = W - K_W + 1", "", (), ""),
    ("O = ceil((W - K + 2P + 1)/S)", "", (), ""),
    (r"H_{out} = \left\lfloor\frac{H_{in} + 2 \times \text{padding}[0] - \text{dilation}[0] \times (\text{kernel\_size}[0] - 1) - 1}{\text{stride}[0]} + 1\right\rfloor", "", (), ""),
    (r"W_{out} = \left\lfloor\frac{W_{in} + 2 \times \text{padding}[1] - \text{dilation}[1] \times (\text{kernel\_size}[1] - 1) - 1}{\text{stride}[1]} + 1\right\rfloor", "", (), "conv2d"),
    ("out = (in + 2*pad - ksize) // stride + 1", "", (), ""),
    ("out_h = 1 + int((h + 2 * pad - filter_h) / stride)", "", (), ""),
    ("out_height = ceil(float(in_height) / float(strides[1]))", "", (), "conv2d(padding=SAME)"),
    ("out_height = ceil(float(in_height - filter_height + 1) / float(strides[1]))", "", (), ""),
    ("L_out = (L_in - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1", "", (), "conv_transpose1d"),
    ("new_length = (length - 1) * stride + kernel_size", "", (), "conv_transpose1d(dilation=1, padding=0, output_padding=0)"),
    (r"\lfloor \frac{n+2p-f}{s} + 1 \rfloor \times \lfloor \frac{n+2p-f}{s} + 1 \rfloor", "", (), ""),
    ("o = i + (k - 1)", "", ("p = k - 1",), ""),
    ("o = i", "", ("k = 2n + 1", "p = n"), ""),
    ("OH = floor((IH - DKH + PH_L + PH_R)/SH) + 1, DKH = 1 + (KH - 1)*(DH + 1)", "DH=dilation counted from 0", (), ""),
    ("r_out = r_in + (k - 1) * j_in", "", (), ""),
    ("j_out = j_in * s", "", (), ""),
    (r"k_{eff} = k + (k-1)(d-1)", "", (), ""),
    ("n_params = (k * k * c_in + 1) * c_out", "", (), ""),
    (r"\lceil a/b \rceil = \lfloor (a+b-1)/b \rfloor", "", (), ""),
    ("padding = kernel_size // 2", "", ("kernel_size odd",), ""),
    ("p = d*(k-1)/2", "", ("d*(k-1) is even",), ""),
    ("28x28 with 3x3 -> 26x26", "", (), ""),
    ("6x6x3, two 3x3x3 filters -> 4x4x2", "", (), ""),
    ("input size 6, kernel size 2, stride 2 -> 3", "", (), ""),
    (r"0\times 1+ 1\times 2 +2\times 4+ 3 \times5 =25", "", (), ""),
]  # fmt: skip
FALSE = [
    ("O_W = H - K_W + 1", "", (), ""),
    ("o = i - k", "", (), ""),
    ("o = floor((i + 2p - k)/s)", "", (), ""),
    ("o = ceil((i + 2p - k)/s) + 1", "", (), ""),
    ("(W - F + 2P)/S + 1", "", (), ""),
    ("new_height = in_height - filter_height / stride_height", "", (), ""),
    ("o = floor((i + 2p - d*(k-1) + 1)/s) + 1", "", (), ""),
    ("L_out = (L_in - 1) * stride - 2 * padding + kernel_size", "", (), "conv_transpose1d"),
    ("out = floor((in + 2*pad - ksize)/stride) + 1", "", (), "max_pool2d"),
    ("p = (k - 1)/2", "", (), ""),
    ("p = k // 2", "", (), ""),
    ("params = K*K*C_out + C_out", "", (), ""),
    ("r_out = r_in + k * j_in", "", (), ""),
    ("112x112x64, 2x2, stride 2 -> 112x112x64", "", (), "max_pool2d"),
    ("5x5 input, 3x3 filter -> 2x2", "", (), ""),
    ("2 + 2 = 5", "", (), ""),
    (r"\lceil a/b \rceil = \lfloor a/b \rfloor + 1", "", (), ""),
]  # fmt: skip


@pytest.mark.sweep(3)
@pytest.mark.parametrize(("formula", "where", "given", "operator"), TRUE)
def test_true_formulas(formula: str, where: str, given: tuple[str, ...], operator: str) -> None:
    assert verdict(formula, "", where, given, operator).verdict.holds


@pytest.mark.sweep(1)
@pytest.mark.parametrize(("formula", "where", "given", "operator"), FALSE)
def test_false_formulas(formula: str, where: str, given: tuple[str, ...], operator: str) -> None:
    found = verdict(formula, "", where, given, operator)
    assert found.verdict.status in ("refuted", "conditional")
    assert found.failure is not None


def test_the_notes_width_is_true_for_squares_only() -> None:
    found = verdict("O_W = H - K_W + 1")
    assert found.verdict.status == "conditional"
    assert found.condition is not None
    assert (found.condition.words, found.condition.exact) == ("H = W", True)
    assert found.failure is not None
    assert dict(found.failure.sizes) == {"H": "1", "K_W": "1", "W": "2"}
    assert (found.failure.claimed, found.failure.true) == ("1", "2")
    assert found.repair is not None
    assert found.repair.formula == "O_W = W - K_W + 1"
    assert found.repair.verdict.status == "proved"


REPAIRS = [
    ("o = floor((i + 2p - k)/s)", "o = floor((i + 2p - k)/s) + 1"),
    ("o = floor((i - 2p - k)/s) + 1", "o = floor((i + 2p - k)/s) + 1"),
    ("o = ceil((i + 2p - k)/s) + 1", "o = floor((i + 2p - k)/s) + 1"),
    ("(W - F + 2P)/S + 1", "floor((W - F + 2P)/S) + 1"),
    (r"o = \frac{i + 2p - k}{s} + 1", r"o = \left\lfloor \frac{i + 2p - k}{s} \right\rfloor + 1"),
    ("o = i - k", "o = i - k + 1"),
]


@pytest.mark.sweep(1)
@pytest.mark.parametrize(("wrong", "right"), REPAIRS)
def test_the_repair_is_a_small_edit_in_the_authors_notation(wrong: str, right: str) -> None:
    found = verdict(wrong)
    assert found.repair is not None
    assert found.repair.formula == right
    assert verdict(right).verdict.status == "proved"


def windows(n: int, k: int, s: int, p: int, d: int) -> int:
    """The windows that lie within the padded input, listed."""
    inside = range(-p, n + p)
    starts = itertools.count(-p, s)
    return sum(1 for _ in itertools.takewhile(lambda a: a + d * (k - 1) in inside, starts))


PARTS = {
    "n": ["n", "n + 1", "n - 1"],
    "p": ["2*p", "p", "3*p"],
    "k": ["d*(k - 1)", "d*k", "k - 1", "k"],
    "c": ["- 1", "+ 1", ""],
    "r": ["floor", "ceil", ""],
    "e": ["+ 1", "", "- 1"],
}


def random_formula(rng: random.Random) -> tuple[str, object]:
    """A size formula put together from right and wrong parts, and its value as a function."""
    n, p, k, c, r, e = (rng.choice(PARTS[key]) for key in "npkcre")
    inner = f"({n} + {p} - {k if ' ' not in k or '*' in k else f'({k})'} {c})/s"
    text = f"o = {r}({inner}) {e}" if r else f"o = {inner} {e}"

    def run(**v: int) -> Fraction:
        def term(t: str) -> int:
            return {
                "n": v["n"], "n + 1": v["n"] + 1, "n - 1": v["n"] - 1, "2*p": 2 * v["p"], "p": v["p"], "3*p": 3 * v["p"],
                "d*(k - 1)": v["d"] * (v["k"] - 1), "d*k": v["d"] * v["k"], "k - 1": v["k"] - 1, "k": v["k"],
                "- 1": -1, "+ 1": 1, "": 0,
            }[t]  # fmt: skip

        x = Fraction(term(n) + term(p) - term(k) + term(c), v["s"])
        return {"floor": Fraction(floor(x)), "ceil": Fraction(ceil(x)), "": x}[r] + term(e)

    return text, run


@pytest.mark.sweep(2)
@pytest.mark.parametrize("seed", range(60))
def test_random_formulas_against_listed_windows(seed: int) -> None:
    rng = random.Random(seed)
    text, run = random_formula(rng)
    where = "o=output;n=input;k=kernel;s=stride;p=zero padding on each side;d=dilation from 1"
    found = verdict(text, "output-size", where, (), "conv1d")
    points = [
        dict(zip("nkspd", v, strict=True))
        for v in itertools.product(range(1, 7), range(1, 4), range(1, 4), range(3), range(1, 4))
        if windows(*v) >= 1
    ]
    wrong = [v for v in points if run(**v) != windows(v["n"], v["k"], v["s"], v["p"], v["d"])]  # type: ignore[operator]
    assert found.verdict.holds == (not wrong)
    if wrong:
        assert found.failure is not None
        sizes = {k: int(n) for k, n in found.failure.sizes}
        sizes = {key: sizes.get(key, sizes.get(key.upper(), 1 if key in "sd" else 0)) for key in "nkspd"}
        assert str(run(**sizes)) == found.failure.claimed  # type: ignore[operator]
        assert str(windows(*(sizes[key] for key in "nkspd"))) == found.failure.true
        assert sum(sizes.values()) <= min(sum(v.values()) for v in wrong)
        if found.condition is not None and found.condition.exact and "|" not in found.condition.words:
            assert len(wrong) < len(points)


RENAMED = [
    (
        "o = floor((i + 2p - k)/s) + 1",
        "y = floor((a + 2*b - c)/e) + 1",
        "y=output;a=input;b=padding on each side;c=kernel;e=stride",
    ),
    ("o = i - k", "y = a - c", "y=output;a=input;c=kernel"),
    ("O_W = H - K_W + 1", "Q = A - U + 1", "Q=output width;A=input height;U=kernel width"),
]


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("formula", "renamed", "where"), RENAMED)
def test_renaming_does_not_change_the_verdict(formula: str, renamed: str, where: str) -> None:
    assert verdict(formula).verdict.status == verdict(renamed, "output-size", where).verdict.status


SPELLINGS = [
    r"o = \left\lfloor \frac{i + 2p - k}{s} \right\rfloor + 1",
    r"o = \lfloor (i + 2\cdot p - k)/s \rfloor + 1",
    "o = ⌊(i + 2p − k)/s⌋ + 1",
    "o = floor((i + 2*p - k) / s) + 1",
    "o = (i + 2*p - k) // s + 1",
    "o = math.floor(((i) + (2 * p) - (k)) / (s)) + (1)",
    r"o = 1 + \lfloor \tfrac{i + 2 p - k}{s} \rfloor",
    r"$$o = \left\lfloor \dfrac{i+2p-k}{s} + 1 \right\rfloor$$",
    "o = floor(i/s + 2*p/s - k/s) + 1",
    "o = int(np.floor((i + 2*p - k)/s)) + 1",
    r"o = \Bigl\lfloor \frac{i + 2 \times p - k}{s} \Bigr\rfloor + 1 \quad",
]


@pytest.mark.sweep(8)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spelling_does_not_change_the_verdict(spelling: str) -> None:
    assert verdict(spelling).verdict.status == "proved"


@pytest.mark.sweep(1)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("+ 2p", "- 2p"),
        ("2p", "3p"),
        ("- k", "+ k"),
        ("+ 1", "- 1"),
        ("+ 1", "+ 2"),
        ("{s}", "{k}"),
        ("floor", "ceil"),
        ("i +", "i s +"),
    ],
)
def test_one_wrong_edit_is_not_proved(before: str, after: str) -> None:
    wrong = r"o = \left\lfloor \frac{i + 2p - k}{s} \right\rfloor + 1".replace(before, after)
    assert verdict(wrong).verdict.status in ("refuted", "conditional", "ambiguous")


def test_a_convention_that_is_left_open_is_ambiguous() -> None:
    found = verdict("o = i + p - k + 1")
    assert found.verdict.status == "ambiguous"
    assert [j.verdict.status for _, j in found.branches] == ["conditional", "proved"]
    assert verdict("o = i + p - k + 1", "", "p=total padding").verdict.status == "proved"
    assert verdict("o = i + p - k + 1", "", "p=zero padding on each side").verdict.status == "conditional"
    assert verdict("o = i + p - k + 1", padding="total").verdict.status == "proved"


def test_what_the_formula_forgets_is_free_with_an_operator() -> None:
    text = "H_out = (H_in - 1)*stride[0] - 2*padding[0] + kernel_size[0] + output_padding[0]"
    found = verdict(text, "output-size", "", (), "conv_transpose2d")
    assert found.verdict.status == "conditional"
    assert found.condition is not None
    assert found.condition.words in ("kernel_size[0] = 1 or d_h = 1", "d_h = 1 or kernel_size[0] = 1")
    assert verdict(text, "output-size", "", (), "conv_transpose2d(dilation=1)").verdict.status == "proved"


BAD = [
    ("o = floor((i + 2p - q)/s) + 1", "", "q"),
    ("o = (i + k", "", "bracket"),
    ("o = i ++* k", "", "character"),
    (r"o = \foo{i}", "", r"\foo"),
    ("o = i - k + 1", "o=output;o=input", "once"),
    ("o = i - k + 1", "i=k;k=i", "circle"),
    ("s = i + 1", "", "stride"),
    ("x\x07 = 1", "", "character"),
    ("(" * 60 + "i" + ")" * 60, "", "levels"),
    ("i + " * 3000 + "i", "", "characters"),
    ("", "", "formula"),
]


@pytest.mark.parametrize(("formula", "where", "word"), BAD)
def test_bad_input_is_one_line(formula: str, where: str, word: str) -> None:
    with pytest.raises(SymconvError) as error:
        verdict(formula, "output-size", where)
    assert word in str(error.value)
    assert "\n" not in str(error.value)


def test_contradictory_conditions_are_refused() -> None:
    with pytest.raises(SymconvError, match="no sizes"):
        verdict("o = i - k + 1", "output-size", "", ("k > 3", "k < 2"))


def test_what_is_too_large_decides_nothing() -> None:
    assert verdict(r"\frac{(n+1)n}{2} = \sum_{i=1}^{n} i", "identity").verdict.status == "checked"
    assert verdict("2^n >= n", "identity").verdict.holds


def test_what_is_counted_at_once_is_what_is_counted_one_by_one() -> None:
    """Windows, pooling windows, scattered places and pads, over all small sizes."""
    for n, k, s, d in itertools.product(range(1, 8), range(1, 5), range(1, 5), range(1, 4)):
        for lo, hi in itertools.product(range(4), repeat=2):
            counted = published.windows(n, k, s, lo, hi, d)
            assert values.windows(n, k, s, lo, hi, d) == counted
            more = 1
            while s * (more - 1) + d * (k - 1) < n + lo + hi - 1 and s * more < n + lo:
                more += 1
            assert values.pooled(n, k, s, lo, hi, d) == more
            assert (
                values.scattered(n, k, s, lo, hi, d, 1)
                == max(s * i + d * p for i in range(n) for p in range(k)) + 2 - lo - hi
            )
        for sides in (1, 2):
            tried = range(n * s + d * k + 2)
            kept = next((p for p in tried if published.windows(n, k, s, p, p if sides == 1 else 0, d) == n), None)
            if kept is None:
                with pytest.raises(values.Undefined, match="no padding keeps"):
                    values.keeping(n, k, s, d, sides)
            else:
                assert values.keeping(n, k, s, d, sides) == kept
        least = next(p for p in itertools.count() if published.windows(n, k, s, p, 0, d) >= len(range(0, n, s)))
        assert values.same_total(n, k, s, d) == least


def test_sums_are_limited_by_their_terms_and_not_by_time() -> None:
    """The terms of a point are counted, whatever was worked out before; a limit is restored behind it."""
    many = Node("range", ("a", number(0), number(199)))
    body = Node("sum", (number(1), many))
    assert values.value(body, {}) == 200
    with values.terms(300):
        assert values.compiled(body)({}) == 200
        with pytest.raises(values.TooLarge, match="a sum is too long"):
            values.compiled(body)({})
    for _ in range(1_001):  # together far more terms than one point may have
        assert values.value(body, {}) == 200
    twice = Node("product", (Node("sum", (body, many)), many))
    with pytest.raises(values.TooLarge, match="a sum is too long"):
        values.value(twice, {})


def test_the_short_formulas_that_took_long() -> None:
    """A layer's places are not listed one by one where the kernel is a power of a size: counted in calls, not in seconds."""
    assert verdict("O_W^T").verdict.status == "conditional"
    assert values.scattered(5_000, 5_000, 3, 0, 0, 2, 0) == 3 * 4_999 + 2 * 4_999 + 1
    assert values.windows(10**12, 3, 1, 0, 0, 1) == 10**12 - 2
    assert values.keeping(5_000, 5_000, 5_000, 1, 2) == 5_000 * 4_999
    assert values.same_total(5_000, 5_000, 5_000, 5_000) == 5_000 * 4_999 + 1 - 5_000


def test_the_public_face() -> None:
    v = sc.verify(r"O_W = H - K_W + 1", about="output-size")
    assert v.status == "conditional"
    assert not v.holds


def test_conventions_by_name() -> None:
    assert verdict("o = (i + 2p - k)/s + 1").verdict.status == "conditional"
    assert verdict("o = (i + 2p - k)/s + 1", division="floor").verdict.status == "proved"
    assert verdict("o = [ (i + 2p - k)/s ] + 1", brackets="floor").verdict.status == "proved"
    assert verdict("params = K*K*C_in*C_out", count="weights").verdict.status == "proved"
    with pytest.raises(SymconvError, match="did you mean 'padding'"):
        verdict("o = i - k + 1", pading="total")
    with pytest.raises(SymconvError, match="each or total"):
        verdict("o = i - k + 1", padding="both")
