"""Worked examples, traces and figures of activations, losses and flatten.

truth      y and dL/dx by mpmath (50 digits and more) or fractions, from the definitions, written here; every printed digit
page       every printed line is read back: what stands between the signs of equality is evaluated anew
ways       both ways to a gradient agree, and a wrong one does not pass
figure     text stays in its cell, points lie where the numbers are
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import mpmath
import pytest

import symconv as sc
from symconv.api import examples as api
from symconv.api.figures import figure, trace_figure
from symconv.check import appliedexample as check
from symconv.errors import SymconvError
from symconv.examples.exponentials import Reckoner
from symconv.figures.axes import LABEL, short, ticks
from symconv.language.example import Example
from symconv.language.rounded import Rounded
from symconv.language.scene import Curve, Scene, Text, flaws
from tests.harness import fields, run
from tests.laws.pages.test_gallery_tex import complaints
from tests.oracles.pointwise import POINTWISE, SMOOTH

mp = mpmath.mp
DIGITS = 10
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


# truth
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
def test_the_page_says_what_is_rounded_and_how() -> None:
    page = " ".join(text_of("softmax").split())
    assert "rounded to 10 significant digits, 4 where it is put into a line" in page
    assert "rounded" not in text_of("relu")


@pytest.mark.sweep(4)
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


# json
def test_json_keys() -> None:
    found = fields("example", *words_of(LAYERS["cross_entropy"]))
    assert list(found)[:6] == ["operator", "parameters", "shapes", "generated", "seed", "exact"]
    assert found["parameters"] == {"reduction": "mean"}
    assert set(found["parts"]) == {"Z", "log Z", "p", "dL/dp"}
    assert [way["way"] for way in found["ways"]] == ["fused", "apart"]
    assert found["agree"] is True
    assert found["entries"]["log Z"][0]["entry"] == "log(Z[0])"


# drawn numbers
@pytest.mark.sweep(8)
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
def test_drawn_numbers_meet_both_sides_and_the_kink(name: str, seed: int) -> None:
    x = fields("example", name, "--input", "5", "--seed", str(seed))["x"]
    assert {(n > 0) - (n < 0) for n in x} == {-1, 0, 1}


@pytest.mark.sweep(4)
@pytest.mark.parametrize("seed", range(10))
def test_drawn_classes_are_classes(seed: int) -> None:
    found = fields("example", "cross_entropy", "--input", "3x4", "--seed", str(seed))
    assert all(n in range(4) for n in found["target"])
    assert len(set(found["target"])) == 3
    assert found["generated"] == ["x", "target"]


@pytest.mark.sweep(4)
@pytest.mark.parametrize("seed", range(10))
def test_drawn_upstream_gradients_teach(seed: int) -> None:
    assert all(len(set(row)) > 1 for row in fields("example", "softmax", "--input", "2x3", "--seed", str(seed))["g"])


# traces
def terms_of(case: str, entry: str) -> dict[str, Any]:
    return fields("trace", entry, *words_of(LAYERS[case]))


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
def facts(name: str, **own: Any) -> Example:
    made = sc.example(getattr(sc, name)(), **own).facts
    assert isinstance(made, Example)
    return made


def spoilt(made: Example, part: str) -> Example:
    """One value of y or of every way a little off in its tenth digit."""

    def off(found: Any) -> Any:
        first = found.lines[0]
        assert isinstance(first.value, Rounded)
        moved = Rounded(first.value.low * Decimal("1.000000001"), first.value.high * Decimal("1.000000001"))
        return replace(found, lines=(replace(first, value=moved), *found.lines[1:]))

    (d,) = made.gradients
    return replace(made, y=off(made.y)) if part == "y" else ways(made, *map(off, d.ways))


def ways(made: Example, *found: Any) -> Example:
    """The example with other ways to the gradient."""
    return replace(made, gradients=(replace(made.gradient("x"), ways=found),))


@pytest.mark.parametrize("part", ["y", "x"])
@pytest.mark.parametrize("name", [*SMOOTH, "softmax"])
def test_a_wrong_digit_is_noticed(name: str, part: str) -> None:
    made = facts(name, x="-1 2 -1/2", g="1 -3 2")
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
    first = made.gradient("x").scatter
    wrong = ways(made, replace(first, lines=(replace(first.lines[0], value=Fraction(1, 3)), *first.lines[1:])))
    assert check.against_differences(made).verdict.holds
    assert check.against_differences(wrong).verdict.status == "refuted"
    assert check.against_evaluate(wrong).verdict.status == "refuted"


def test_a_trace_that_does_not_add_up_is_noticed() -> None:
    made = facts("softmax", x="1 2 3", g="1 0 2")
    found = api.trace("dx[1]", made)
    assert check.adds_up(found).holds
    assert check.adds_up(replace(found, summands=found.summands[1:])).status == "refuted"


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
def made_of(words: list[str]) -> Example:
    options = dict(zip((w.removeprefix("--") for w in words[1::2]), words[2::2], strict=True))
    own = {k: options.pop(k) for k in ("reduction",) if k in options}
    if "seed" in options:
        options["seed"] = int(options["seed"])  # type: ignore[assignment]
    if "input" in options:
        options["input"] = tuple(map(int, options["input"].split("x")))  # type: ignore[assignment]
    made = sc.example(getattr(sc, words[0])(**own), **options).facts  # type: ignore[arg-type]
    assert isinstance(made, Example)
    return made


@pytest.mark.sweep(2)
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
        part = made.y if entry == "y" else made.gradient("x").scatter
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
