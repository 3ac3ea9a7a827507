"""Continuous convolution: every family against SciPy's quadrature at 50 random points, with functions of our own."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import pytest
from scipy.integrate import quad

import symconv as sc
from symconv.errors import SymconvError
from symconv.topics.continuous.check_quadrature import by_quadrature, by_slope, case_verdicts, exactly
from symconv.topics.continuous.facts import Convolution, Piece, Side, read_function
from symconv.topics.continuous.story import continuous as computed
from tests import harness

Real = Callable[[float], float]


def box(a: float, b: float) -> Real:
    return lambda x: float(a <= x < b)


def triangle(w: float = 1) -> Real:
    return lambda x: max(0.0, 1 - abs(x) / w)


def normal(m: float, s: float) -> Real:
    return lambda x: math.exp(-(((x - m) / s) ** 2) / 2) / s / math.sqrt(2 * math.pi)


def decay(a: float) -> Real:
    return lambda x: math.exp(-a * x) if x >= 0 else 0.0


def ramp(x: float) -> float:
    return max(0.0, x)


def step(x: float) -> float:
    return float(x >= 0)


def cauchy(w: float) -> Real:
    return lambda x: w / math.pi / (x * x + w * w)


# text of f, text of g, both in plain Python with their breaks, parameters, the range of t
Family = tuple[str, str, Real, list[float], Real, list[float], dict[str, float], tuple[float, float]]
FAR = 60.0
FAMILIES: dict[str, Family] = {
    "boxes": ("box(-1/2,1/2)", "box(-1/3,2)", box(-0.5, 0.5), [-0.5, 0.5], box(-1 / 3, 2), [-1 / 3, 2], {}, (-1.5, 3)),
    "boxes with names": ("box(a,b)", "box(-c,c)", box(0.2, 1.7), [0.2, 1.7], box(-0.6, 0.6), [-0.6, 0.6],
                         {"a": 0.2, "b": 1.7, "c": 0.6}, (-1, 3)),
    "triangles": ("triangle", "2*triangle(1/2)", triangle(), [-1, 0, 1], lambda x: 2 * triangle(0.5)(x), [-0.5, 0, 0.5], {}, (-2, 2)),
    "box and triangle": ("box(0,2)", "shift(triangle,-1)", box(0, 2), [0, 2], lambda x: triangle()(x + 1), [-2, -1, 0], {}, (-3, 3)),
    "gaussians": ("gaussian(sigma_1)", "gaussian(mu,sigma_2)", normal(0, 0.7), [0], normal(0.4, 1.3), [0.4],
                  {"sigma_1": 0.7, "sigma_2": 1.3, "mu": 0.4}, (-4, 5)),
    "exponentials": ("exp_decay(a)", "exp_decay(b)", decay(0.8), [0], decay(1.9), [0], {"a": 0.8, "b": 1.9}, (-1, 6)),
    "equal exponentials": ("exp_decay(a)", "3*exp_decay(a)", decay(1.1), [0], lambda x: 3 * decay(1.1)(x), [0], {"a": 1.1}, (-1, 6)),
    "ramps": ("ramp", "shift(ramp,1)", ramp, [0], lambda x: ramp(x - 1), [1], {}, (-1, 5)),
    "ramp and box": ("ramp", "box(-1,1)", ramp, [0], box(-1, 1), [-1, 1], {}, (-2, 4)),
    "step and exponential": ("step", "exp_decay(a)", step, [0], decay(0.7), [0], {"a": 0.7}, (-1, 5)),
    "box and exponential": ("box(0,1)", "exp_decay(2)", box(0, 1), [0, 1], decay(2), [0], {}, (-1, 4)),
    "box and gaussian": ("box(-1,2)", "gaussian(s)", box(-1, 2), [-1, 2], normal(0, 0.8), [0], {"s": 0.8}, (-4, 5)),
    "ramp and gaussian": ("ramp", "gaussian(1/2,2/3)", ramp, [0], normal(0.5, 2 / 3), [0.5], {}, (-2, 4)),
    "exponential and gaussian": ("t*exp_decay(a)", "gaussian(s)", lambda x: x * decay(1.2)(x), [0], normal(0, 0.5), [0],
                                 {"a": 1.2, "s": 0.5}, (-1, 5)),
    "polynomials": ("t^2*box(-1,2)", "box(0,1) - triangle/3", lambda x: x * x * box(-1, 2)(x), [-1, 2],
                    lambda x: box(0, 1)(x) - triangle()(x) / 3, [-1, 0, 1], {}, (-3, 4)),
    "two-sided": ("exp_abs(a)", "exp_abs(b)", lambda x: math.exp(-0.9 * abs(x)), [0], lambda x: math.exp(-1.7 * abs(x)), [0],
                  {"a": 0.9, "b": 1.7}, (-4, 4)),
    "cut exponential": ("exp_decay(1)*box(0,2)", "t*box(0,1)", lambda x: decay(1)(x) * box(0, 2)(x), [0, 2],
                        lambda x: x * box(0, 1)(x), [0, 1], {}, (-1, 4)),
    "cauchy": ("cauchy(w)", "cauchy(1)", cauchy(0.6), [0], cauchy(1), [0], {"w": 0.6}, (-4, 4)),
    "product of gaussians": ("gaussian(1)*gaussian(1,2)", "box(0,1)", lambda x: normal(0, 1)(x) * normal(1, 2)(x), [0], box(0, 1), [0, 1],
                             {}, (-3, 4)),
}  # fmt: skip


def integral(f: Real, at: list[float], g: Real, to: list[float], t: float, correlate: bool) -> float:
    """SciPy's, stretch by stretch between the breaks."""
    moved = [b - t if correlate else t - b for b in to]
    inner = sorted(b for b in (*at, *moved) if abs(b) < FAR)
    spread = sorted({-1e4, -FAR, *(c + d for c in inner for d in (-6, -2, 0, 2, 6)), FAR, 1e4})
    ends = [e for e in spread if -1e4 <= e <= 1e4]
    body: Real = (lambda x: f(x) * g(t + x)) if correlate else (lambda x: f(x) * g(t - x))
    return sum(quad(body, a, b, epsabs=1e-12, epsrel=1e-11, limit=200)[0] for a, b in itertools.pairwise(ends))


@pytest.mark.sweep(4)
@pytest.mark.parametrize("correlate", [False, True], ids=["convolve", "correlate"])
@pytest.mark.parametrize("name", FAMILIES)
def test_fifty_random_points(name: str, correlate: bool) -> None:
    first, second, f, at, g, to, values, (lo, hi) = FAMILIES[name]
    if correlate and name == "ramps":
        with pytest.raises(SymconvError, match="does not converge"):
            sc.continuous(first, second, correlate=True)
        return
    made = sc.continuous(first, second, correlate=correlate)
    assert all(v.holds for v in made.verdicts)
    random = Random(name)
    scale = max(1.0, *(abs(made(t, **values)) for t in (lo, (lo + hi) / 2, hi)))
    for _ in range(50):
        t = random.uniform(lo, hi) * (-1 if correlate and random.random() < 0.5 else 1)
        assert made(t, **values) == pytest.approx(integral(f, at, g, to, t, correlate), abs=3e-8 * scale), t


IMPULSES: dict[str, tuple[str, str, Real]] = {
    "delta": ("delta(1/2)", "triangle", lambda t: triangle()(t - 0.5)),
    "two": ("delta(-1) + 2*delta(1)", "gaussian(1)", lambda t: normal(0, 1)(t + 1) + 2 * normal(0, 1)(t - 1)),
    "derivative": ("delta(1,1)", "gaussian(1)", lambda t: -(t - 1) * normal(0, 1)(t - 1)),
    "second derivative": ("delta(0,2)", "gaussian(1)", lambda t: (t * t - 1) * normal(0, 1)(t)),
    "derivative of an exponential": ("delta(0,1)", "exp_decay(2)", lambda t: -2 * decay(2)(t)),
    "right factor": ("box(0,1)", "delta(3)", box(3, 4)),
}


@pytest.mark.parametrize("name", IMPULSES)
def test_impulses(name: str) -> None:
    """SymPy gives a shifted delta' the wrong sign."""
    first, second, true = IMPULSES[name]
    made = sc.continuous(first, second)
    random = Random(name)
    for _ in range(50):
        t = random.uniform(-3, 4.5)
        assert made(t) == pytest.approx(true(t), abs=1e-12)


def test_impulses_of_impulses() -> None:
    made = sc.continuous("delta(1) - delta(2,1)", "delta(3,2)")
    assert made.result == "δ''(t - 4) - δ'''(t - 5)"
    assert sc.continuous("delta(1,1)", "delta(2)", correlate=True).result == "-δ'(t - 1)"
    assert "δ(t)" in sc.continuous("delta(0,1)", "exp_decay(2)").result


EXACT = {
    ("box(-1/2,1/2)", "box(-1/2,1/2)"): "(t + 1)₊ - 2 t₊ + (t - 1)₊",
    ("triangle", "triangle"): "1/6 (t + 2)₊^3 - 2/3 (t + 1)₊^3 + t₊^3 - 2/3 (t - 1)₊^3 + 1/6 (t - 2)₊^3",
    ("ramp", "ramp"): "1/6 t₊^3",
    ("gaussian(sigma_1)", "gaussian(sigma_2)"): "exp(-t^2/(2 (σ₁^2 + σ₂^2)))/sqrt(2 π (σ₁^2 + σ₂^2))",
    ("exp_decay(a)", "exp_decay(b)"): "(e^(-b t) - e^(-a t))/(a - b) for t ≥ 0",
    ("exp_decay(a)", "exp_decay(a)"): "t e^(-a t) for t ≥ 0",
    ("cauchy(1)", "cauchy(2)"): "3/(π (t^2 + 3^2))",
}


@pytest.mark.parametrize("pair", EXACT, ids=" ".join)
def test_exact_results(pair: tuple[str, str]) -> None:
    assert sc.continuous(*pair).result == EXACT[pair]


def test_equal_rates_are_a_case_of_their_own() -> None:
    made = sc.continuous("exp_decay(a)", "exp_decay(b)")
    found = json.loads(made.json())
    assert found["conditions"] == ["a != b"]
    assert found["equal"] == {"where": "b = a", "result": "t₊ e^(-a t)"}
    near = sc.continuous("exp_decay(2)", "exp_decay(2)")
    assert made(0.7, a=2, b=2.000001) == pytest.approx(near(0.7), abs=1e-5)


def test_piecewise_polynomials_are_proved() -> None:
    """Also with unbounded ramps, products and shifts; not where a parameter or an exponential stands."""
    for pair in (
        ("box", "triangle(1/3)"),
        ("t*ramp", "shift(ramp,-2)"),
        ("t^3*box(-1,1/7)", "box(0,1)-box(2,5)/2"),
        ("reverse(ramp)", "box"),
    ):
        made = sc.continuous(*pair)
        assert made.facts.checks[0].kind == "exact"
        assert made.facts.checks[0].verdict.status == "proved"
        assert {c.verdict.status for c in made.facts.cases if c.verdict} == {"proved"}
    assert "exact" not in {c.kind for c in sc.continuous("box(0,a)", "box").facts.checks}
    assert "exact" not in {c.kind for c in sc.continuous("exp_decay(1)", "box").facts.checks}


@pytest.mark.sweep(1)
@pytest.mark.parametrize("seed", range(4))
def test_random_piecewise_polynomials_commute_and_shift(seed: int) -> None:
    random = Random(seed)
    parts = []
    for _ in range(2):
        a, n = Fraction(random.randint(-9, 9), random.randint(1, 5)), random.randint(0, 3)
        b = a + Fraction(random.randint(1, 9), random.randint(1, 4))
        parts.append(f"(t^{n} - {random.randint(0, 3)})*box({a},{b}) + {random.randint(1, 3)}/7*shift(triangle,{b})")
    one, two = sc.continuous(*parts), sc.continuous(*reversed(parts))
    third = sc.continuous(f"shift({parts[0]}, 2/3)", parts[1])
    for _ in range(5):
        t = random.uniform(-6, 8)
        assert one(t) == pytest.approx(two(t), abs=1e-9)
        assert third(t + 2 / 3) == pytest.approx(one(t), abs=1e-9)


def test_correlation_reverses() -> None:
    one, two = (
        sc.continuous(*pair, correlate=True) for pair in (("exp_decay(2)", "box(0,3)"), ("box(0,3)", "exp_decay(2)"))
    )
    for t in (-2.5, -0.3, 0.4, 1.9):
        assert one(t) == pytest.approx(two(-t), abs=1e-12)


# the checks can fail
def spoilt(made: Convolution, **changes: Any) -> Convolution:
    return Convolution(**{**vars(made), **changes})


def test_a_spoilt_result_is_refuted() -> None:
    good = computed("box(-1/2,1/2)", "triangle")
    assert good.result is not None
    for k, term in enumerate(good.result):
        assert isinstance(term, Side)
        for other in (Side(term.c + Fraction(1, 50), term.rate, term.power, term.knot), Side(-term.c, term.rate, term.power, term.knot),
                      Side(term.c, term.rate, term.power, term.knot + Fraction(1, 20))):  # fmt: skip
            bad = spoilt(good, result=(*good.result[:k], other, *good.result[k + 1 :]))
            assert by_quadrature(bad, []).status == "refuted"
            assert exactly(bad)[0].status == "refuted"


def test_a_spoilt_case_is_refuted() -> None:
    good = computed("exp_decay(a)", "exp_decay(b)")
    (rate, (c,)), *rest = good.cases[1].value.parts
    bad = type(good.cases[1])(Piece(Fraction(0), None, ((rate, (c * 2,)), *rest)), good.cases[1].overlaps)
    made = spoilt(good, cases=(good.cases[0], bad))
    assert [v.status for v in case_verdicts(made, ["a", "b"])] == ["checked", "refuted"]


def test_a_spoilt_slope_is_refuted() -> None:
    good = computed("box(0,1)", "gaussian(1/2)")
    assert by_slope(good, []).status == "checked"
    assert good.slope is not None
    assert by_slope(spoilt(good, slope=good.slope[:1]), []).status == "refuted"


# what the terms do not span
SLOW = {
    ("cauchy(1)", "box(0,1)"): lambda t: (math.atan(t) - math.atan(t - 1)) / math.pi,
    ("gaussian(1)*box(-1,1)", "box(0,2)"): lambda t: integral(
        lambda x: normal(0, 1)(x) * box(-1, 1)(x), [-1, 1], box(0, 2), [0, 2], t, False
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("pair", SLOW, ids=" ".join)
def test_the_rest_by_sympy(pair: tuple[str, str]) -> None:
    made = sc.continuous(*pair)
    for t in (-0.7, 0.3, 1.4, 2.6):
        assert made(t) == pytest.approx(SLOW[pair](t), abs=1e-9)
    assert "SymPy's integration found this" in made.text()
    assert all(v.holds for v in made.verdicts)


def test_no_answer_within_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symconv.topics.continuous.story.integrated.__defaults__", (5_000,))
    result = harness.run("continuous", "cauchy(1)", "box(0,1)")
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(r"symconv: unsupported: .* found nothing within 5,000 steps\n", result.stderr)


# pages
COMMANDS = [
    ("box(-1/2,1/2)", "box(-1/2,1/2)"), ("gaussian(sigma_1)", "gaussian(sigma_2)"), ("exp_decay(a)", "exp_decay(b)"),
    ("triangle", "ramp*exp_decay(1)"), ("delta(1,1)", "gaussian(mu,2)"), ("box(a,b)", "step"), ("t", "box(0,1)"),
    ("box(0,1)", "gaussian(s)"), ("cauchy(a)", "cauchy(b)"), ("box - box", "ramp"), ("exp_abs(p)", "gaussian(1/3)"),
]  # fmt: skip


run = partial(harness.run, "continuous")


@pytest.mark.sweep(8)
@pytest.mark.parametrize("pair", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
@pytest.mark.parametrize("more", [[], ["--correlate"]], ids=["convolve", "correlate"])
def test_every_target(pair: tuple[str, str], to: str, more: list[str]) -> None:
    if pair == ("box(a,b)", "step") and more:
        pair = ("box(a,b)", "box")
    if pair[1] == "step" and more:
        pair = (pair[0], "box")
    result = run(*pair, "--to", to, *more)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "nan" not in result.stdout
    if to == "text":
        assert max(map(len, result.stdout.splitlines())) <= 80
        assert not re.search(r" \?$", result.stdout, re.M)
    if to == "json":
        found = json.loads(result.stdout)
        assert {"operation", "definition", "result", "latex", "cases", "conditions", "checks", "derivative"} <= found.keys()
    if to == "latex":
        inner = list(re.findall(r"\\\[.*?\\\]", result.stdout, re.S))
        assert inner
        assert all(part.count("{") == part.count("}") for part in inner)
        assert all(part.count(r"\left") == part.count(r"\right") for part in inner)


def test_the_page_of_two_boxes() -> None:
    text = sc.continuous("box(-1/2,1/2)", "box(-1/2,1/2)").text()
    for words in (
        "They begin to overlap at t = -1.",
        "They cease to at t = 1.",
        "∫[-1/2, t + 1/2] 1 dτ",
        "= t + 1",
        "= 1 - t",
    ):
        assert words in text


def test_the_conventions_are_stated() -> None:
    assert "g is mirrored, and moved by t" in sc.continuous("box", "box").text()
    assert "∫ f(τ) g(t + τ) dτ" in sc.continuous("box", "box", correlate=True).text()
    assert "not mirrored" in sc.continuous("box", "box", correlate=True).text()


def test_the_figure(tmp_path: Any) -> None:
    path = tmp_path / "overlap.svg"
    assert run("exp_decay(a)", "exp_decay(b)", "--plot", str(path)).exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert text == sc.continuous("exp_decay(a)", "exp_decay(b)").svg()
    assert "<title" in text
    assert "a = 1, b = 2" in text
    assert "as t moves" in text


@pytest.mark.sweep(6)
@pytest.mark.parametrize(
    "pair",
    [*COMMANDS, ("delta", "delta(1)"), ("box(0,100)", "box(0,1/100)"), ("gaussian(m,s)", "gaussian(3)")],
    ids=" ".join,
)
def test_no_figure_overlaps_itself(pair: tuple[str, str]) -> None:
    from symconv.language.scene import flaws
    from symconv.topics.continuous.story import scene

    assert flaws(scene(computed(*pair))) == []


def test_the_marks_of_the_figure_are_the_areas() -> None:
    from symconv.topics.continuous.curves import sample

    data = sample(computed("box(0,2)", "triangle"), [])
    for (t, v), panel in zip(data["marks"], data["panels"], strict=True):
        points = panel["product"]
        area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in itertools.pairwise(points))
        assert (t, v) == (panel["t"], pytest.approx(area, abs=2e-3))


# bad input
@pytest.mark.sweep(1)
@pytest.mark.parametrize("pair", [("exp_decay(a-b)", "reverse(exp_decay(a))"), ("delta(c)*box", "gaussian(1)")])
def test_what_cannot_be_decided_is_said(pair: tuple[str, str]) -> None:
    result = run(*pair)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert re.search("cannot decide|unsupported", result.stderr)


def test_a_plot_of_an_unknown_kind(tmp_path: Any) -> None:
    result = run("box", "box", "--plot", str(tmp_path / "x.pdf"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ends in .svg or .png" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_plot_as_png(tmp_path: Any) -> None:
    assert run("box", "triangle", "--plot", str(tmp_path / "x.png")).exit_code == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_plot_that_cannot_be_written(tmp_path: Any) -> None:
    result = run("box", "box", "--plot", str(tmp_path / "none" / "x.svg"))
    assert result.exit_code == 2
    assert result.stderr.startswith("symconv: cannot write")


def test_values_want_their_parameters() -> None:
    made = sc.continuous("exp_decay(a)", "box")
    for values in ({}, {"b": 1.0}, {"a": 1.0, "b": 2.0}, {"a": "2"}):
        with pytest.raises(SymconvError):
            made(1.0, **values)  # type: ignore[arg-type]


def test_texts_are_data() -> None:
    with pytest.raises(SymconvError):
        read_function(5, "F")  # type: ignore[arg-type]
    with pytest.raises(SymconvError):
        sc.continuous("box", "box", correlate="yes")  # type: ignore[arg-type]


def test_html_holds_the_figure() -> None:
    text = sc.continuous("exp_decay(a)", "exp_decay(b)").html()
    assert "<svg" in text
    assert "as t moves" in text
    assert "Case by case" in text


def test_the_integrals_of_the_cases_are_checked() -> None:
    """A limit, or a factor drawn out of an integral, that is wrong is found, though the case's value is right."""
    from dataclasses import replace

    from symconv.topics.continuous.check_overlaps import printed_integrals

    names: dict[tuple[str, str, bool], list[str]] = {
        ("triangle", "box(0,2)", False): [],
        ("exp_decay(a)", "exp_decay(b)", False): ["a", "b"],
        ("exp_decay(1/20)", "ramp", True): [],
        ("box(0,1)*exp_decay(1)", "t^2*box(-1,2)", True): [],
    }
    for (f, g, correlate), free in names.items():
        made = sc.continuous(f, g, correlate=correlate).facts
        assert printed_integrals(made, free).status == "checked"
        k, case = next((k, c) for k, c in enumerate(made.cases) if c.overlaps)
        first = case.overlaps[0]
        end = first.lower if first.lower is not None else first.upper
        assert end is not None
        moved = replace(end, at=end.at + Fraction(1, 10))
        wrong = replace(first, lower=moved) if first.lower is not None else replace(first, upper=moved)
        cases = list(made.cases)
        cases[k] = replace(case, overlaps=(wrong, *case.overlaps[1:]))
        assert printed_integrals(replace(made, cases=tuple(cases)), free).status == "refuted"


@pytest.mark.slow
def test_values_where_floats_cancel() -> None:
    """1/(a - b)^17 and truncated powers of degree 17: 60 digits; equal rates by their own formula."""
    made = sc.continuous("t^8*exp_decay(a)", "t^8*exp_decay(b)")
    true = quad(lambda u: u**8 * math.exp(-u) * (0.5 - u) ** 8 * math.exp(-1.2 * (0.5 - u)), 0, 0.5, epsabs=1e-20)[0]
    assert made(0.5, a=1.0, b=1.2) == pytest.approx(true, rel=1e-9)
    assert "quadrature" in sc.continuous("(box(0,1)+triangle+ramp*box(0,3))^8", "(box(0,1)+triangle)^8").text()
    rates = sc.continuous("exp_decay(a)", "exp_decay(b)")
    assert rates(1, a=2, b=2) == pytest.approx(math.exp(-2))
    assert rates(1, a=2, b=2 + 1e-9) == pytest.approx(math.exp(-2))


@pytest.mark.parametrize(
    ("f", "g", "values", "said"),
    [
        ("exp_decay(a)", "exp_decay(b)", {"a": -1, "b": 2}, "a: expected a number > 0, got -1"),
        ("box(a,b)", "box(0,1)", {"a": 2, "b": 1}, "expected numbers with a < b, got 2 and 1"),
        ("gaussian(s)", "box", {"s": 0}, "s: expected a number > 0, got 0"),
        ("gaussian(s)", "gaussian(r)", {"s": 1e-200, "r": 1e-200}, "squares and exponentials a float holds"),
        ("gaussian(s)", "box", {"s": math.inf}, "s: expected a number of at most 1e150 in size, got inf"),
        ("gaussian(s)", "box", {"s": math.nan}, "s: expected a number of at most 1e150 in size, got nan"),
    ],
)
def test_values_keep_the_conditions(f: str, g: str, values: dict[str, float], said: str) -> None:
    with pytest.raises(SymconvError, match=said):
        sc.continuous(f, g)(1, **values)


@pytest.mark.parametrize(
    ("f", "g", "said"),
    [
        ("box(0,1000000)", "exp_decay(1)", "stay below 600"),  # SymPy takes e^1000000 for a power of that degree
        ("box(0,1000000)", "exp_decay(a)", "stay below 200"),
        ("exp_decay(1000000007/1000000009)", "box(0,3/7)", None),
    ],
)
def test_large_exponents_do_not_hang(f: str, g: str, said: str | None) -> None:
    if said is None:
        assert {v.status for v in sc.continuous(f, g).verdicts} == {"checked"}
    else:
        with pytest.raises(SymconvError, match=said):
            sc.continuous(f, g)


def test_the_figure_says_what_its_parameters_are() -> None:
    svg = sc.continuous("exp_decay(a)", "exp_decay(b)").svg()
    shown = re.sub(r"<desc.*?</desc>", "", svg, flags=re.DOTALL)
    assert "drawn for a = 1, b = 2" in re.sub(r"<[^>]+>", "", shown)
    assert "drawn for" not in sc.continuous("box", "triangle").svg()


# heavy tails and impulses within a function
@pytest.mark.slow
@pytest.mark.parametrize(("a", "at"), [(1.0, -0.7), (0.4, 2.0), (3.0, 0.0)])
def test_a_cauchy_density_summed_up(a: float, at: float) -> None:
    """1/2 + atan(t/a)/pi: its tail is heavy, and the quadrature that checks it goes far enough out."""
    made = sc.continuous("cauchy(a)", "step")
    assert made.text().count("1/2 + atan(t/a)/π") + made.text().count("atan(t/a)/π + 1/2") == 1
    assert made(at, a=a) == pytest.approx(0.5 + math.atan(at / a) / math.pi)
    turned = sc.continuous("step", "cauchy(a)", correlate=True)
    assert turned(at, a=a) == pytest.approx(0.5 - math.atan(at / a) / math.pi)
    assert {v.status for v in (*made.verdicts, *turned.verdicts)} == {"checked"}


def test_functions_that_sympy_integrates_are_shown() -> None:
    """Not as 0."""
    page = sc.continuous("cauchy(a)", "box(0,2)").text()
    assert "f(t) = a/(π (a^2 + t^2)) for all t" in page
    assert "g(t) = 1 for 0 ≤ t < 2" in page
    assert "A function is 0 outside of the ranges" in " ".join(page.split())


@pytest.mark.parametrize(
    ("f", "g"),
    [("cauchy(a)", "ramp"), ("t", "cauchy(2)"), ("ramp+exp_decay(1)", "cauchy(1)"), ("cauchy(1)", "ramp*t-step")],
)
def test_a_polynomial_against_a_heavy_tail_diverges(f: str, g: str) -> None:
    done = harness.run("continuous", f, g)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("symconv: the integral does not converge")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("f", "same"),
    [
        ("delta(c)*gaussian(s)", None),
        ("delta(1)*exp_decay(1/2)*t", "exp_decay(1/2)"),
        ("delta(2)*t^3", "8*delta(2)"),
        ("delta(1,1)*t^2", "delta(1,1)-2*delta(1)"),
        ("t^3*delta(1/2,2)", "delta(1/2,2)/8-3*delta(1/2,1)/2+3*delta(1/2)"),
        ("delta*(1+triangle)", "2*delta"),
        ("(box(0,1)+delta(2))*ramp", "ramp*box(0,1)+2*delta(2)"),
        ("delta*t", "box-box"),
    ],
)
def test_an_impulse_sifts(f: str, same: str | None) -> None:
    """F(t) delta(t - c) = F(c) delta(t - c), and with derivatives by the product rule."""
    made = sc.continuous(f, "gaussian(1/3)")
    assert {v.status for v in made.verdicts} == {"checked"}
    if f == "delta(c)*gaussian(s)":
        density = math.exp(-(0.3**2) / 2) / math.sqrt(2 * math.pi)
        expected = density * math.exp(-((0.5 - 0.3) ** 2) * 9 / 2) * 3 / math.sqrt(2 * math.pi)
        assert made(0.5, c=0.3, s=1) == pytest.approx(expected)
    elif f.startswith("delta(1)*exp"):
        expected = math.exp(-0.5) * math.exp(-(0.25**2) * 9 / 2) * 3 / math.sqrt(2 * math.pi)
        assert made(1.25) == pytest.approx(expected)
    else:
        assert same is not None
        twin = sc.continuous(same, "gaussian(1/3)")
        for t in (-0.3, 0.4, 0.9, 2.1):
            assert made(t) == pytest.approx(twin(t), abs=1e-12)


@pytest.mark.parametrize(
    ("f", "said"),
    [
        ("delta*step", "expected delta(0) times a function that is continuous there"),
        ("delta(1)*box(0,1)", "expected delta(1) times a function that is continuous there"),
        ("delta(0,1)*triangle", "expected delta(0) times a function that is continuous there"),
        ("delta*delta(1)", "expected delta times a function without impulses"),
        ("delta^2", "expected delta times a function without impulses"),
    ],
)
def test_an_impulse_at_a_jump_has_no_meaning(f: str, said: str) -> None:
    done = harness.run("continuous", f, "gaussian(1)")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
