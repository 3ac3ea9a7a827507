"""Worked examples, traces and figures of activations, losses and flatten.

truth      y and dL/dx by mpmath (50 digits and more) or fractions, from the definitions, written here; every printed digit
page       every printed line is read back: what stands between the signs of equality is evaluated anew
ways       both ways to a gradient agree, and a wrong one does not pass
figure     text stays in its cell, points lie where the numbers are
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Any

import mpmath
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symconv as sc
from symconv.api import applied as api
from symconv.api.figures import figure, trace_figure
from symconv.check import appliedexample as check
from symconv.errors import SymconvError
from symconv.examples.exponentials import Reckoner
from symconv.figures.axes import LABEL, short, ticks
from symconv.language.applied import Applied, Rounded
from symconv.language.scene import Curve, Scene, Text, flaws
from tests.harness import fields, run
from tests.laws.pages.test_gallery_tex import complaints
from tests.oracles.mathematics import faults, in_latex

mp = mpmath.mp
DIGITS = 10
POINTWISE = ("relu", "leaky_relu", "sigmoid", "tanh", "softplus", "gelu")
SMOOTH = POINTWISE[2:]
LAYERS = {
    **{name: f"{name} --x '1 -2 0; 1/2 -1/3 4'" for name in POINTWISE},
    "softmax": "softmax --x '1 2 3; 0 0 1'",
    "softmax-3d": "softmax --input 2x3x2",
    "mse": "mse --x '1 2; 3 1/2' --target '0 2; 5 1'",
    "mse-sum": "mse --x '1 2 0.5' --target '0 2 5' --reduction sum",
    "cross_entropy": "cross_entropy --x '2 1 0; 0 3 1' --target '0 2'",
    "cross_entropy-sum": "cross_entropy --x '2 1 0; 0 3 1' --target '2 1' --reduction sum",
    "one-image": "cross_entropy --x '2 -1 1/2' --target 1",
    "flatten": "flatten --input 2x2x3",
    "sum": "sum --x '1 2 -3'",
}  # fmt: skip


def words_of(text: str) -> list[str]:
    import shlex

    return shlex.split(text)


def text_of(case: str, *more: str) -> str:
    result = run("example", *words_of(LAYERS[case]), *more)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def shape(nested: Any) -> tuple[int, ...]:
    return (len(nested), *shape(nested[0])) if isinstance(nested, list) else ()


def at(nested: Any, index: tuple[int, ...]) -> Any:
    for i in index:
        nested = nested[i]
    return nested


def number(n: Any) -> Any:
    found = Fraction(str(n))
    return mp.mpf(found.numerator) / found.denominator


# truth
def value(name: str, x: Any, slope: Any = "1/100") -> Any:
    """f(x) by its definition."""
    if name in ("relu", "leaky_relu"):
        return x if x > 0 else (0 if name == "relu" else number(slope)) * x
    return {
        "sigmoid": lambda: 1 / (1 + mp.exp(-x)),
        "tanh": lambda: mp.sinh(x) / mp.cosh(x),
        "softplus": lambda: mp.log1p(mp.exp(x)),
        "gelu": lambda: x * mp.ncdf(x),
    }[name]()


def slope_of(name: str, x: Any, slope: Any = "1/100") -> Any:
    """f'(x), from the right definition: 1/(2 + 2 cosh x), sech^2, the normal density."""
    if name in ("relu", "leaky_relu"):
        return 1 if x > 0 else 0 if name == "relu" else number(slope)
    return {
        "sigmoid": lambda: 1 / (2 + 2 * mp.cosh(x)),
        "tanh": lambda: mp.sech(x) ** 2,
        "softplus": lambda: 1 / (1 + mp.exp(-x)),
        "gelu": lambda: mp.ncdf(x) + x * mp.npdf(x),
    }[name]()


def truth(found: dict[str, Any]) -> tuple[dict[tuple[int, ...], Any], dict[tuple[int, ...], Any]]:
    """(y or L, dL/dx) by index."""
    name, x, g, target = (found[key] for key in ("operator", "x", "g", "target"))
    size = shape(x)
    spots = list(product(*map(range, size)))
    at_x = {i: number(at(x, i)) for i in spots}
    at_g = {i: number(at(g, i)) for i in product(*map(range, shape(g)))} if g is not None else {}
    own = found["parameters"]
    if name in POINTWISE:
        slope = own.get("slope", "1/100")
        return {i: value(name, n, slope) for i, n in at_x.items()}, {
            i: at_g[i] * slope_of(name, n, slope) for i, n in at_x.items()
        }
    if name == "sum":
        return {(): sum(at_x.values())}, dict.fromkeys(spots, mp.mpf(1))
    if name == "mse":
        by = prod(size) if own["reduction"] == "mean" else 1
        r = {i: n - number(at(target, i)) for i, n in at_x.items()}
        return {(): sum(n * n for n in r.values()) / by}, {i: 2 * n / by for i, n in r.items()}
    if name == "flatten":
        places = {i: (i[0], sum(k * prod(size[m + 2 :]) for m, k in enumerate(i[1:]))) for i in spots}
        return {places[i]: at_x[i] for i in spots}, {i: at_g[places[i]] for i in spots}
    axis = 0 if len(size) == 1 else 1
    groups: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for i in spots:
        groups.setdefault(i[:axis] + i[axis + 1 :], []).append(i)
    y, back, losses = {}, {}, []
    for row, members in groups.items():
        total = mp.fsum(mp.exp(at_x[i]) for i in members)
        y |= {i: mp.exp(at_x[i]) / total for i in members}
        if name == "softmax":
            mean = mp.fsum(at_g[i] * y[i] for i in members)
            back |= {i: y[i] * (at_g[i] - mean) for i in members}
        else:
            by = len(groups) if own["reduction"] == "mean" else 1
            mark = target[row[0]] if row else (target[0] if isinstance(target, list) else target)
            losses.append((mp.log(total) - at_x[members[mark]]) / by)
            back |= {i: (y[i] - (k == mark)) / by for k, i in enumerate(members)}
    return (y, back) if name == "softmax" else ({(): mp.fsum(losses)}, back)


def rounded(n: Any, digits: int = DIGITS) -> Decimal:
    """An mpmath number to so many significant digits, by way of a long decimal."""
    return Decimal(f"{Decimal(mpmath.nstr(n, 60, strip_zeros=False)):.{digits - 1}e}")


def agree(ours: Any, theirs: Any) -> bool:
    """A rational number is exact; a rounded one has the digits that are printed."""
    if isinstance(ours, (int, str)) and re.fullmatch(r"-?[0-9]+(/[0-9]+)?", str(ours)):
        return bool(mp.almosteq(number(ours), theirs, rel_eps=mp.mpf(10) ** -40, abs_eps=mp.mpf(10) ** -40))
    return Decimal(str(ours)) == rounded(theirs)


def checked(found: dict[str, Any], decimals: bool = False) -> None:
    """Every entry of y and of both ways to dL/dx."""
    with mp.workdps(80):
        y, back = truth(found)
        for entries, true in ((found["y"], y), *((way["grad_x"], back) for way in found["ways"])):
            for index, n in true.items():
                ours = at(entries, index)
                close = abs(number(ours) - n) <= mp.mpf(10) ** -9 * max(1, abs(n)) if decimals else agree(ours, n)
                assert close, (found["operator"], index, ours, n)


@pytest.mark.parametrize("case", LAYERS)
def test_numbers(case: str) -> None:
    found = fields("example", *words_of(LAYERS[case]))
    checked(found, decimals=case == "mse-sum")
    assert found["exact"] == (found["operator"] in ("relu", "leaky_relu", "mse", "flatten", "sum"))
    assert found["digits"] == (None if found["exact"] else DIGITS)
    assert all(one["verdict"] == "checked" for one in found["checks"])
    assert {one["kind"] for one in found["checks"]} >= {"evaluate", "differences"}


def test_the_oracle_would_notice() -> None:
    found = fields("example", *words_of(LAYERS["softmax"]))
    found["y"][0][0] += 1e-10
    with pytest.raises(AssertionError):
        checked(found)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_layer_on_any_numbers(data: st.DataObject) -> None:
    rational = st.fractions(-8, 8, max_denominator=6)
    kind = data.draw(st.sampled_from((*POINTWISE, "softmax", "cross_entropy", "mse")))
    rows, columns = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 4))

    def block(numbers: Any) -> Any:
        return [[str(data.draw(numbers)) for _ in range(columns)] for _ in range(rows)]

    given_: dict[str, Any] = {"x": block(rational)}
    if kind == "mse":
        given_["target"] = block(rational)
    elif kind == "cross_entropy":
        given_["target"] = [data.draw(st.integers(0, columns - 1)) for _ in range(rows)]
    else:
        given_["g"] = block(rational)
    own: dict[str, Any] = {"slope": data.draw(rational)} if kind == "leaky_relu" else {}
    if kind in ("mse", "cross_entropy"):
        own["reduction"] = data.draw(st.sampled_from(("mean", "sum")))
    checked(json.loads(sc.example(getattr(sc, kind)(**own), **given_).json()))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", ["3", "2x3", "2x3x2", "1x2x2x2"])
@pytest.mark.parametrize("name", [*POINTWISE, "softmax", "sum", "mse"])
def test_any_number_of_axes(name: str, size: str, seed: int) -> None:
    checked(fields("example", name, "--input", size, "--seed", str(seed)))


# what adversaries try
HUGE = {
    "1000 0": "5.075958898e-435",
    "1000 999": "0.3132616875",
    "-1000 -1000 -1000": "1.098612289",
    "0 1000000": "1000000.000",
}


@pytest.mark.parametrize("logits", HUGE)
def test_huge_logits_do_not_overflow(logits: str) -> None:
    page = run("example", "cross_entropy", "--x", logits, "--target", "0").stdout
    assert f"≈ {HUGE[logits]}" in page
    assert "inf" not in page.replace("infinity", "")
    assert "nan" not in page


def test_numbers_that_no_float_holds_are_texts() -> None:
    found = fields("example", "cross_entropy", "--x", "1000 0", "--target", "0")
    assert found["grad_x"] == ["-5.075958898e-435", "5.075958898e-435"]
    assert fields("example", "sigmoid", "--x", "-100")["y"] == [3.720075976e-44]


def test_powers_of_ten_are_set_as_powers() -> None:
    page = run("example", "cross_entropy", "--x", "1000 0", "--target", "0", "--to", "latex").stdout
    assert r"\approx 5.075958898\cdot 10^{-435}" in page
    assert r"(0 - 5.076\cdot 10^{-435})" in page
    assert not re.search(r"[0-9]e-?[0-9]{3}", page)


@pytest.mark.parametrize(("name", "x", "y"), [
    ("sigmoid", "0", "1/2"), ("tanh", "0", 0), ("gelu", "0", 0), ("softmax", "5 5 5 5", "1/4"), ("softmax", "7", 1),
])  # fmt: skip
def test_rational_values_are_exact(name: str, x: str, y: Any) -> None:
    assert fields("example", name, "--x", x)["y"][0] == y


def test_a_constant_upstream_gradient_comes_to_nothing_exactly() -> None:
    """Softmax hands back y (g - <g, y>): 0, not 1e-17."""
    found = fields("example", "softmax", "--x", "1 2 1/3", "--g", "7 7 7")
    assert [way["grad_x"] for way in found["ways"]] == [[0, 0, 0]] * 2


def test_one_class_has_no_loss() -> None:
    found = fields("example", "cross_entropy", "--x", "[[3], [-4]]", "--target", "0 0")
    assert (found["y"], found["grad_x"]) == (0, [[0], [0]])
    assert found["entries"]["log Z"][1]["value"] == -4
    assert [e["exact"] for e in found["entries"]["Z"]] == [False, False]


def test_the_kink_and_its_convention() -> None:
    page = run("example", "relu", "--x", "1 0 -2", "--g", "2 3 5").stdout
    assert re.search(r"dL/dx\[1\] = g\[1\] relu'\(x\[1\]\) = 3·0 = 0 +x\[1\] = 0: the kink", page)
    assert "slope 0 on the left, 1 on the right, 0 taken" in " ".join(page.split())
    assert "It is met here at\n  x[1]." in page or "It is met here at x[1]." in page
    leaky = run("example", "leaky_relu", "--slope", "1/4", "--x", "0", "--g", "8").stdout
    assert "= 8·(1/4) = 2" in leaky
    concave = " ".join(run("example", "leaky_relu", "--slope", "3", "--x", "0 1").stdout.split())
    assert "No number between is a subgradient" in concave
    none = run("example", "leaky_relu", "--slope", "1", "--x", "0 1").stdout
    assert "has a kink" not in none


def test_decimals_stay_decimals() -> None:
    found = fields("example", "mse", "--x", "0.1 0.2", "--target", "0 0")
    assert (found["y"], found["grad_x"]) == (0.025, [0.1, 0.2])


# the page
PIECES = re.compile(r"(?<=[=≈]) (?!.*Σ)([^=≈✓]+)")
LETTERS = re.compile(r"[a-zA-ZΣ]")


def read(piece: str) -> Any:
    """The number that a side of a printed line says."""
    found = piece.replace("e^", "E**").replace("^", "**").replace("·", "*").replace("\u00a0", " ")
    found = re.sub(r"√\(([^()]*)\)", r"sqrt(\1)", found).replace("√2", "sqrt(2)").replace("π", "pi")
    found = re.sub(r"(?<![\w.])([0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)(?![\w.])", r"N('\1')", found)
    names = {"E": mp.e, "N": mp.mpf, "sqrt": mp.sqrt, "pi": mp.pi, "log": mp.log, "tanh": mp.tanh, "erf": mp.erf}
    return mp.mpf(eval(found, {"__builtins__": {}}, names))


@pytest.mark.parametrize("case", [c for c in LAYERS if c not in ("softmax-3d",)])
def test_every_substitution_is_true(case: str) -> None:
    """Exact sides equal the value to all its digits; sides with rounded numbers to about three."""
    found = json.loads(text_of(case, "--to", "json"))
    count = 0
    with mp.workdps(60):
        for part, lines in found["entries"].items():
            for line in lines:
                value_, numbers = line["value"], line["numbers"]
                rough = bool(re.search(r"(?<![0-9.])[0-9]\.[0-9]{3,}", numbers)) or "≈" in numbers
                truth_, side = number(value_), read(numbers)
                if rough:
                    scale = 1 + sum(abs(number(n)) for n in re.findall(r"[0-9]+\.?[0-9]*", numbers))
                    assert abs(side - truth_) < mp.mpf(10) ** -3 * scale, (part, line)
                elif line["exact"]:
                    assert mp.almosteq(side, truth_, rel_eps=mp.mpf(10) ** -12, abs_eps=mp.mpf(10) ** -12), (part, line)
                else:
                    assert rounded(side) == Decimal(str(value_)), (part, line)
                count += 1
    assert count >= 4


def test_the_page_says_what_is_rounded_and_how() -> None:
    page = " ".join(text_of("softmax").split())
    assert "rounded to 10 significant digits, 4 where it is put into a line" in page
    assert "rounded" not in text_of("relu")


@pytest.mark.parametrize("case", LAYERS)
def test_every_printed_decimal_was_checked(case: str) -> None:
    """What stands behind ≈ at the end of a line is a value of the example, to its digits."""
    page = text_of(case)
    made = json.loads(text_of(case, "--to", "json"))
    values = {str(e["value"]) for lines in made["entries"].values() for e in lines}
    ends = re.findall(r"≈ (-?[0-9.]+(?:e-?[0-9]+)?)(?: +\S.*)?$", page, re.MULTILINE)
    finals = [n for n in ends if len(n.replace("-", "").replace(".", "").lstrip("0")) >= DIGITS]
    assert {str(float(n)) for n in finals} <= {str(float(v)) for v in values if "/" not in v}


def test_both_ways_are_on_the_page() -> None:
    page = text_of("softmax")
    assert "y[0,0] (1 - y[0,0]) + g[0,1] y[0,1] (0 - y[0,0])" in page
    assert "dL/dx[0,0] = y[0,0] (g[0,0] - s[0])" in page
    apart = text_of("cross_entropy")
    assert "dL/dx[0,1] = (1/2) (p[0,1] - T[0,1])" in apart
    assert "dL/dp[0,0] = -1/(2 p[0,0])" in apart
    assert "dL/dx[0,1] = dL/dp[0,0] p[0,0] (0 - p[0,1])" in apart


def test_elision_shortens_sums() -> None:
    long, short = (run("example", "softmax", "--input", "1x6", *more).stdout for more in ((), ("--elide", "2")))
    assert len(short) < 0.75 * len(long)
    assert "…" in short
    assert re.search(r"Z\[0\] = e\^x\[0,0\] \+ … \+ e\^x\[0,5\]|Z\[0\] = e\^x\[0,0\] \+ …", short)


@pytest.mark.tex
@pytest.mark.parametrize("case", LAYERS)
def test_standalone_compiles(case: str, tmp_path: Any) -> None:
    assert complaints(text_of(case, "--to", "latex", "--standalone"), tmp_path) == []


@pytest.mark.tex
@pytest.mark.parametrize("entry", ["dx[0,1]", "y[1,0]"])
@pytest.mark.parametrize("case", ["relu", "softmax"])
def test_traces_compile(case: str, entry: str, tmp_path: Any) -> None:
    text = run("trace", entry, *words_of(LAYERS[case]), "--to", "latex", "--standalone").stdout
    assert complaints(text, tmp_path) == []


@pytest.mark.parametrize("case", LAYERS)
def test_a_second_reader_reads_the_mathematics(case: str) -> None:
    found = in_latex(text_of(case, "--to", "latex"))
    assert len(found) > 5
    assert faults(found) == []


# json
@pytest.mark.parametrize("case", LAYERS)
def test_json_goes_round(case: str) -> None:
    """The arrays that were used make the same example again."""
    first = json.loads(text_of(case, "--to", "json"))
    given_ = {key: first[key] for key in ("x", "target", "g") if first[key] is not None}
    options = [w for key, n in given_.items() for w in (f"--{key}", json.dumps(n))]
    own = [w for key, n in first["parameters"].items() for w in (f"--{key}", n)]
    again = fields("example", first["operator"], *options, *own)
    for key in ("y", "grad_x", "parts", "ways", "exact"):
        assert again[key] == first[key]
    assert again["generated"] == []
    assert again["seed"] is None


def test_json_keys() -> None:
    found = fields("example", *words_of(LAYERS["cross_entropy"]))
    assert list(found)[:6] == ["operator", "parameters", "shapes", "generated", "seed", "exact"]
    assert found["parameters"] == {"reduction": "mean"}
    assert set(found["parts"]) == {"Z", "log Z", "p", "dL/dp"}
    assert [way["way"] for way in found["ways"]] == ["fused", "apart"]
    assert found["agree"] is True
    assert found["entries"]["log Z"][0]["entry"] == "log(Z[0])"


# drawn numbers
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_drawn_numbers_meet_both_sides_and_the_kink(name: str, seed: int) -> None:
    x = fields("example", name, "--input", "5", "--seed", str(seed))["x"]
    assert {(n > 0) - (n < 0) for n in x} == {-1, 0, 1}


@pytest.mark.parametrize("seed", range(10))
def test_drawn_classes_are_classes(seed: int) -> None:
    found = fields("example", "cross_entropy", "--input", "3x4", "--seed", str(seed))
    assert all(n in range(4) for n in found["target"])
    assert len(set(found["target"])) == 3
    assert found["generated"] == ["x", "target"]


@pytest.mark.parametrize("seed", range(10))
def test_drawn_upstream_gradients_teach(seed: int) -> None:
    assert all(len(set(row)) > 1 for row in fields("example", "softmax", "--input", "2x3", "--seed", str(seed))["g"])


# traces
def terms_of(case: str, entry: str) -> dict[str, Any]:
    return fields("trace", entry, *words_of(LAYERS[case]))


@pytest.mark.parametrize("case", LAYERS)
def test_every_trace_adds_up(case: str) -> None:
    found = json.loads(text_of(case, "--to", "json"))
    draw = random.Random(case)
    for role, entries in (("dx", found["grad_x"]), ("y", found["y"])):
        spots = list(product(*map(range, shape(entries))))
        for index in draw.sample(spots, min(4, len(spots))):
            traced = terms_of(case, f"{role}[{','.join(map(str, index))}]")
            assert traced["value"] == at(entries, index)
            total = sum(number(t["value"]) for t in traced["terms"])
            if (found["operator"], role) == ("softmax", "y"):
                total = mp.exp(number(at(found["x"], index))) / total
            assert abs(total - number(traced["value"])) < 1e-8 * (1 + abs(total))
            others = (traced["others"] or {"count": 0})["count"]
            assert len(traced["terms"]) + others >= 1


def test_a_trace_of_softmax_has_the_terms_of_its_row() -> None:
    found = terms_of("softmax", "dx[0,1]")
    assert [t["term"] for t in found["terms"]] == [f"g[0,{k}] ∂y[0,{k}]/∂x[0,1]" for k in range(3)]
    assert found["others"] == {"count": 3, "reason": "rows"}
    page = run("trace", "dx[0,1]", *words_of(LAYERS["softmax"])).stdout
    assert "Terms: 3 of 6" in page
    assert "each row is by itself" in page


def test_a_trace_says_which_case_applies_and_why_the_others_do_not() -> None:
    page = " ".join(run("trace", "dx[0,1]", *words_of(LAYERS["relu"])).stdout.split())
    assert "x[i] > 0 does not hold, for x[0,1] = -2; there the slope would be 1" in page
    assert "x[i] < 0 holds, for x[0,1] = -2: the slope is 0" in page
    assert "The other 5 terms are 0: each y[k] depends on x[k] alone." in page


def test_a_trace_of_cross_entropy_has_log_z_and_the_class() -> None:
    hit, miss = (terms_of("cross_entropy", entry) for entry in ("dx[0,0]", "dx[0,1]"))
    assert [t["value"] for t in hit["terms"]] == [0.3326204779, "-1/2"]
    assert [t.get("absent") for t in miss["terms"]] == [None, "class"]


# checks that fail
def facts(name: str, **own: Any) -> Applied:
    made = sc.example(getattr(sc, name)(), **own).facts
    assert isinstance(made, Applied)
    return made


def spoilt(made: Applied, part: str) -> Applied:
    """One value of y or of every way a little off in its tenth digit."""

    def off(found: Any) -> Any:
        first = found.lines[0]
        assert isinstance(first.value, Rounded)
        moved = Rounded(first.value.low * Decimal("1.000000001"), first.value.high * Decimal("1.000000001"))
        return replace(found, lines=(replace(first, value=moved), *found.lines[1:]))

    return replace(made, y=off(made.y)) if part == "y" else replace(made, ways=tuple(map(off, made.ways)))


@pytest.mark.parametrize("part", ["y", "x"])
@pytest.mark.parametrize("name", [*SMOOTH, "softmax"])
def test_a_wrong_digit_is_noticed(name: str, part: str) -> None:
    made = facts(name, x="1 2 -1/2", g="1 -3 2")
    wrong = spoilt(made, part)
    found = check.against_decimals(made)
    assert found is not None
    assert found.verdict.holds
    again = check.against_decimals(wrong)
    assert again is not None
    assert again.verdict.status == "refuted"
    if part == "x":
        assert check.against_differences(wrong).verdict.status == "refuted"


def test_a_wrong_exact_gradient_is_noticed() -> None:
    made = facts("mse", x="1 2 3", target="0 0 1")
    lines = made.ways[0].lines
    wrong = replace(made, ways=(replace(made.ways[0], lines=(replace(lines[0], value=Fraction(1, 3)), *lines[1:])),))
    assert check.against_differences(made).verdict.holds
    assert check.against_differences(wrong).verdict.status == "refuted"
    assert check.against_evaluate(wrong).verdict.status == "refuted"


def test_a_trace_that_does_not_add_up_is_noticed() -> None:
    made = facts("softmax", x="1 2 3", g="1 0 2")
    found = api.trace("dx[1]", made)
    assert check.adds_up(found).holds
    assert check.adds_up(replace(found, terms=found.terms[1:])).status == "refuted"


def test_ways_that_differ_are_noticed() -> None:
    reckon = Reckoner(lambda name, index: {"x": (1, 2)}[name][index[0]])
    x, y = ("exp", ("entry", "x", (0,))), ("exp", ("entry", "x", (1,)))
    share = ("div", x, ("sum", x, y))
    assert reckon.same(share, ("sigmoid", ("neg", 1))) is None  # over different sums: not decided, never guessed
    assert reckon.same(share, ("div", ("times", 2, x), ("times", 2, ("sum", x, y)))) in (True, None)
    assert reckon.same(("times", share, share), ("square", share)) is True
    assert reckon.same(share, ("sum", share, ("times", Fraction(1, 10**30), share))) is False


# the public face
def test_the_public_face() -> None:
    made = sc.example(sc.relu(), x="1 -2 0", g=[1, 2, 3])
    assert (made.x, made.g, made.y, made.grad("x")) == ([1, -2, 0], [1, 2, 3], [1, 0, 0], [1, 0, 0])
    assert (made.w, made.b, made.target, made.exact) == (None, None, None, True)
    assert made.trace("dx[1]").value == 0
    loss = sc.example(sc.cross_entropy(), x=[[2, 1, 0]], target=[0])
    assert loss.exact is False
    assert abs(loss.y - 0.40760596444438) < 1e-14
    assert loss.target == [0]
    assert loss._repr_latex_().startswith("$$\\begin{aligned}")
    assert loss.trace("dx[0,1]")._repr_latex_().startswith("$$\\begin{aligned}")
    assert sc.trace("L", sc.mse(), x="1 2", target="0 0").value == Fraction(5, 2)
    with pytest.raises(SymconvError, match="wrt: expected x"):
        loss.grad("w")
    assert sc.example(sc.conv1d(), input=4, kernel=2).exact is True
    assert sc.render(made, to="markdown") == made.markdown()


def test_one_number_by_itself() -> None:
    made = sc.example(sc.relu(), x=3, g=2)
    assert (made.y, made.grad("x"), made.trace("dx").value) == (3, 2, 2)
    loss = sc.example(sc.mse(), x=3, target=1)
    assert (loss.y, loss.grad("x")) == (4, 4)
    assert sc.evaluate(sc.mse(), x=3, target=1).grad_x == 4
    for one in (made, loss, sc.example(sc.sum(), x=3)):
        assert flaws(figure(one.facts, "both")) == []  # type: ignore[arg-type]
        assert one.html()
        assert one.markdown()


def test_a_named_slope_takes_its_number() -> None:
    made = sc.example(sc.leaky_relu("alpha"), x="1 -2", g="1 1", alpha=3)
    assert (made.y, made.grad("x")) == ([1, -6], [1, 3])
    with pytest.raises(SymconvError, match="slope: expected a number"):
        sc.example(sc.leaky_relu("alpha"), x="1 -2")


def test_jupyter_shows_every_entry() -> None:
    made = sc.example(sc.tanh(), input=(4, 6))
    assert made._repr_latex_().count("tanh(x_") == 24
    assert made._repr_latex_().count("$$") == 2


@pytest.mark.parametrize("name", POINTWISE)
def test_arrays_of_numpy(name: str) -> None:
    import numpy as np

    x = np.array([[0.5, -1.25], [0.0, 2.0]])
    made = sc.example(getattr(sc, name)(), x=x, g=np.ones((2, 2)))
    run_ = sc.evaluate(getattr(sc, name)(), x=x, g=np.ones((2, 2)))
    assert np.allclose(np.array(made.y, dtype=float), run_.y, rtol=1e-12, atol=1e-12)
    assert np.allclose(np.array(made.grad("x"), dtype=float), run_.grad_x, rtol=1e-12, atol=1e-12)


# figures
@pytest.mark.parametrize("name", ["both", "forward", "backward-x"])
@pytest.mark.parametrize("case", LAYERS)
def test_figures_have_no_flaws(case: str, name: str) -> None:
    words = words_of(LAYERS[case])
    made = figure(made_of(words), name)
    assert flaws(made) == []
    assert made.description
    assert run("example", *words, "--to", "svg", "--figure", name).stdout.startswith("<?xml")


def made_of(words: list[str]) -> Applied:
    options = dict(zip((w.removeprefix("--") for w in words[1::2]), words[2::2], strict=True))
    own = {k: options.pop(k) for k in ("reduction",) if k in options}
    if "seed" in options:
        options["seed"] = int(options["seed"])  # type: ignore[assignment]
    if "input" in options:
        options["input"] = tuple(map(int, options["input"].split("x")))  # type: ignore[assignment]
    made = sc.example(getattr(sc, words[0])(**own), **options).facts  # type: ignore[arg-type]
    assert isinstance(made, Applied)
    return made


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "words", ["softmax --input 6x5", "cross_entropy --input 2x12", "mse --input 12", "flatten --input 5x3x2"]
)
def test_larger_figures_have_no_flaws(words: str, seed: int) -> None:
    made = made_of([*words.split(), "--seed", str(seed)])
    for name in ("both", "forward", "backward-x"):
        assert flaws(figure(made, name)) == []


def test_figures_of_traces() -> None:
    for case, entry in product(("relu", "gelu", "softmax", "mse", "flatten"), ("y", "dx")):
        made = made_of(words_of(LAYERS[case]))
        part = made.y if entry == "y" else made.gradient
        index = part.lines[0].index
        found = api.trace(f"{entry}[{','.join(map(str, index))}]", made)
        assert flaws(trace_figure(found)) == []


def test_the_graph_passes_through_the_points() -> None:
    """Every ring of the example has a vertex of the curve near it."""
    scene = figure(facts("tanh", x="-2 0 1", g="1 1 1"), "forward")
    curve = next(e for e in scene.elements if isinstance(e, Curve) and e.role == "result")
    rings = [e for e in scene.elements if isinstance(e, Curve) and e.role == "window" and e.closed][:3]
    for ring in rings:
        cx, cy = (sum(p[k] for p in ring.points) / len(ring.points) for k in (0, 1))
        assert min(abs(x - cx) + abs(y - cy) for x, y in curve.points) < 3.0


def test_the_moving_point() -> None:
    gif = run("example", "relu", "--x", "1 -2 0", "--to", "gif")
    assert gif.stdout_bytes.startswith(b"GIF8")
    page = run("example", "sigmoid", "--x", "1 -2 0", "--to", "stepper", "--figure", "x").stdout
    assert page.count('class="frame"') == 3


# one clear line
@pytest.mark.parametrize(("words", "says"), [
    ("example relu", "x: expected numbers for relu"),
    ("example relu --x 1,2 --target 1,2", "target: expected none for relu, which is no loss"),
    ("example sum --x 1,2 --target 1,2", "target: expected none for sum"),
    ("example conv1d --input 4 --kernel 2 --target 1", "target: expected none for conv1d"),
    ("example max_pool1d --input 4 --kernel 2 --target 1", "target: expected none for max_pool1d"),
    ("example mse --x 1,2 --g 1", "g: expected none for mse, a loss"),
    ("example mse --x 1,2 --target 1,2,3", "target: expected shape 2 for mse, got 3"),
    ("example cross_entropy --x 1,2;3,4 --target 0", "target: expected a class for each of 2 images"),
    ("example cross_entropy --x 1,2;3,4 --target 0,2", "expected classes (whole numbers from 0 to 1), got 2 for image 1"),
    ("example cross_entropy --x 1,2;3,4 --target 0,-1", "got -1 for image 1"),
    ("example cross_entropy --x 1,2;3,4 --target 0,1/2", "got 1/2 for image 1"),
    ("example cross_entropy --input 2x3x2", "flatten before it"),
    ("example flatten --x 1,2,3", "flatten: expected at least 2 axes"),
    ("example softmax --x 7 --g 1,2", "g: expected shape 1 for softmax, got 2"),
    ("example softmax --x 10000000", "x: expected numbers from -1000000 to 1000000"),
    ("example gelu --x 41", "x: expected numbers from -40 to 40"),
    ("example relu --x 1,2 --w 1,2", "w: expected none for relu"),
    ("example relu --x 1,2 --kernel 2", "kernel"),
    ("example relu --input 3 --batch 2", "batch: expected none for relu"),
    ("example relu --input 3 --stride 2", "takes no parameter 'stride'"),
    ("example relu --x 1,2 --input 3", "input: expected the sizes 2 of the array given, got 3"),
    ("example relu --x 1,2 --slope 1/2", "takes no parameter 'slope'"),
    ("example leaky_relu --x 1,2 --slope alpha", "slope: expected a number for a worked example"),
    ("example mse --x 1,2 --target 1,2 --reduction most", "reduction: expected mean or sum"),
    ("example tanh --input 40x40", "at most 1000 numbers in x, got 1600"),
    ("example relu --input 999x999", "at most 10000 numbers in x"),
    ("example softmax --input 1x1001", "use smaller sizes"),
    ("example relu --x 1,2 --to svg --figure matrix", "expected both, forward, backward-x for relu"),
    ("example relu --x 1,2 --to gif --figure w", "expected y or x for the moving point of relu"),
    ("example softmax --x 1,2 --to gif", "which has no graph"),
    ("example mse --x 1,2 --target 1,2 --to stepper", "which has no graph"),
    ("example relu --input 99 --to gif", "at most 64 steps"),
    ("example softmax --input 1x20 --to svg", "at most 12 bars"),
    ("example flatten --input 1x2x2x2x2 --to svg", "at most 3 axes"),
    ("trace dw[0] relu --x 1,2", "expected y or dx for relu, which has neither kernel nor bias"),
    ("trace dx[2] relu --x 1,2", "0 <= index < 2"),
    ("trace dx[0,0] relu --x 1,2", "expected 1 index into"),
    ("trace dx[0] softmax --x 1,2;3,4", "expected 2 indices into an array of 2x2"),
    ("trace q[0] mse --x 1,2 --target 0,0", "expected L or dx for mse"),
    ("trace dx[0] softmax --x 1,2 --to gif", "expected one picture for a trace"),
])  # fmt: skip
def test_one_clear_line(words: str, says: str) -> None:
    result = run(*words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert "internal" not in result.stderr


def test_help_names_them() -> None:
    for command in ("example", "trace"):
        said = " ".join(run(command, "--help").stdout.split())
        assert "--target" in said
        assert "--slope" in said
        assert "--reduction" in said
    assert "cross_entropy" in run("example", "--help").stdout


# what fresh eyes found
def scene_of(words: str, name: str) -> Scene:
    return figure(made_of(words_of(words)), name)


@pytest.mark.parametrize("words", [
    "example gelu --x [[[[1,2]]],[[[0,3]]]]", "trace dx[0,0,0,1] gelu --x [[[[1,2]]],[[[0,3]]]]",
    "example gelu --x [[[1,0.25]],[[0.5,3]]]",
])  # fmt: skip
def test_long_slopes_keep_within_80_columns(words: str) -> None:
    found = run(*words.split())
    assert found.exit_code == 0
    assert max(map(len, found.stdout.splitlines())) <= 80
    assert all(line.strip() or not line for line in found.stdout.splitlines())  # no line of blanks alone


def test_a_value_rounded_twice_is_written_once() -> None:
    text = run("trace", "dx[0]", "cross_entropy", "--x", "1 2", "--target", "0").output
    assert "∂log(Z)/∂x[0] = p[0] ≈ 0.2689414214\n" in text
    assert "  -∂x[0]/∂x[0] = -1\n" in text
    assert "  -log(p[0]) = log(Z) - x[0] ≈ " in run("trace", "L", "cross_entropy", "--x", "1 2", "--target", "0").output


@pytest.mark.parametrize(("slope", "says", "never"), [
    ("1", "At x = 0 the slope is 1 on both sides: there is no kink.", "subgradient;"),
    ("2", "No number between is a subgradient", "Every number between"),
    ("1/2", "Every number between is a subgradient", "No number between"),
])  # fmt: skip
def test_what_is_said_of_the_kink_is_true_for_the_slope(slope: str, says: str, never: str) -> None:
    for words in (["example", "leaky_relu", "--x", "-1 0 2"], ["derive", "leaky_relu"]):
        text = " ".join(run(*words, "--slope", slope).output.split())
        assert never not in text
        assert says in text or (slope == "1" and words[0] == "derive")


def test_one_axis_is_no_axes() -> None:
    with pytest.raises(SymconvError, match=r"at least 1 axis \("):
        sc.example(sc.softmax(), x=3)


def test_entries_that_are_none_are_named_as_such() -> None:
    assert "expected no index, since the loss is one number, got 1" in run("trace", "L[0]", "mse", "--x", "1 2").output
    assert "expected indices >= 0" in run("trace", "y[-1]", "relu", "--x", "1 2").output


@pytest.mark.parametrize("ends", [(-1160.0, 1160.0), (0.0, 0.27), (-3.5, 3.5), (0.0, 1.08), (-80.0, 6e5), (-0.002, 0.011)])
def test_the_numbers_at_an_axis_are_round_and_exact(ends: tuple[float, float]) -> None:
    found = ticks(*ends)
    assert 2 <= len(found) <= 9
    for value in found:
        assert float(short(value, LABEL).replace("\u2212", "-")) == pytest.approx(value, rel=1e-12, abs=1e-15)
    digits = str(Decimal(repr(found[1])) - Decimal(repr(found[0]))).strip("0.").replace(".", "").lstrip("0")
    assert digits.split("E")[0].rstrip("0") in ("1", "2", "5", "25")


def test_a_narrow_peak_is_drawn_to_its_height() -> None:
    for curve in [e for e in scene_of("sigmoid --x '1000 -1000 0.5'", "backward-x").elements if isinstance(e, Curve)]:
        if curve.role == "gradient":
            heights = [y for _, y in curve.points]
            break
    assert max(heights) - min(heights) == pytest.approx(170 / 1.08, rel=1e-3)  # 1/4, of an axis that ends at 0.27


def test_long_numbers_over_bars_stay_apart() -> None:
    found = scene_of("softmax --x '1000 0 -1000' --g '-2 -1 3'", "backward-x")
    small = sorted(
        (t.box.x, t.box.x + t.box.w) for t in found.elements if isinstance(t, Text) and "e\u2212" in t.runs[0][0]
    )
    assert len(small) == 3
    assert all(a[1] <= b[0] - 2 for a, b in pairwise(small))


def test_what_a_figure_leaves_out_is_counted_in_words() -> None:
    said = "".join(t.runs[0][0] for t in scene_of("softmax --input 5x2", "both").elements if isinstance(t, Text))
    assert "and 1 more row" in said
    assert "rows" not in said


@pytest.mark.parametrize("typed", ["1/10", "0.1", " 1/10 "])
def test_a_slope_may_be_a_text_as_entries_may(typed: str) -> None:
    assert sc.example(sc.leaky_relu(slope=typed), x=[-1, 2]).y == sc.example(sc.leaky_relu(slope=0.1), x=[-1, 2]).y
    with pytest.raises(SymconvError):
        sc.leaky_relu(slope="1/0")
