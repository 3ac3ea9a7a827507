"""Claims about functions: verdicts settled by hand, and the kernel's checks, each switched off to see what it holds back.

Each row was settled by an exact argument: P, proved; T, true, so proved or checked; F, false somewhere, with a condition allowed; C, true
under the condition alone; R, false nearly everywhere.  A condition, where one is given, is the exact one.
"""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx, fmpq

import symconv as sc
from symconv.check.claims import function_decide, function_points, function_values
from symconv.check.claims.function_points import value_of
from symconv.check.claims.function_values import Numbers, Unable, ball, differ
from symconv.check.kernel import finite, integrals
from symconv.check.kernel.reals import duals, field, functions, places, signs
from symconv.check.kernel.reals.signs import Region
from symconv.claims.function_meaning import meant
from symconv.language.claims import Published
from symconv.language.facts import Verdict
from symconv.language.formula import Node
from symconv.language.functional import Family, Functional
from symconv.language.tensorial import Integral

P, T, F, C, R = {"proved"}, {"proved", "checked"}, {"refuted", "conditional"}, {"conditional"}, {"refuted"}
ROWS: list[tuple[str, dict[str, str], set[str], str | None]] = [
    (r"\tanh(x) \cdot x/x = \tanh(x)", {}, C, "x != 0"),
    (r"\frac{\sigma(x)}{\sigma(x)} = 1", {}, P, None),
    (r"\frac{\tanh(x)}{\tanh(x)} = 1", {}, C, "x != 0"),
    (r"\frac{\sigma(x)(x-7)}{x-7} = \sigma(x)", {}, C, "x != 7"),
    (r"\frac{\sigma(x)(x^2-1)}{x-1} = \sigma(x)(x+1)", {}, C, "x != 1"),
    (r"\frac{\sigma(x)(x^2+1)}{x^2+1} = \sigma(x)", {}, P, None),
    (r"\frac{\sigma(x)}{x} = \frac{\sigma(x) x}{x^2}", {}, P, None),
    (r"\frac{1}{1/\sigma(x)} = \sigma(x)", {}, P, None),
    (r"\frac{1}{1/\tanh(x)} = \tanh(x)", {}, C, "x != 0"),
    (r"\ln(x^2) = 2\ln(x) + 0 \sigma(x)", {}, C, "x > 0"),
    (r"\ln(e^x) = x", {}, P, None),
    (r"e^{\ln(x)} = x + 0\tanh(x)", {}, C, "x > 0"),
    (r"\ln(1/\sigma(x)) = \text{softplus}(-x)", {}, P, None),
    (r"\ln \sigma(x) = -\ln(1+e^{-x})", {}, P, None),
    (r"\sqrt{\tanh(x)^2} = \tanh(x)", {}, C, "x >= 0"),
    (r"\sqrt{\sigma(x)^2} = \sigma(x)", {}, P, None),
    (r"\sqrt{x^2} = |x| + 0\tanh(x)", {}, P, None),
    (r"\sqrt{x^2}\,\text{sech}(x) = x\,\text{sech}(x)", {}, C, "x >= 0"),
    (r"\sqrt{x}^2 + \tanh(x) = x + \tanh(x)", {}, C, "x >= 0"),
    (r"\sqrt{1+\sinh(x)^2} = \cosh(x) + 0\tanh(x)", {}, T, None),
    (r"\text{sech}(x)\cosh(x) = 1", {}, P, None),
    (r"\text{sech}^2(x) = 1 - \tanh^2(x)", {}, P, None),
    (r"\cosh^2 x - \sinh^2 x + 0\tanh(x) = 1", {}, P, None),
    (r"\tanh(2x) = \frac{2\tanh(x)}{1+\tanh(x)^2}", {}, P, None),
    (r"\tanh(2x) = \frac{2\tanh(x)}{1-\tanh(x)^2}", {}, F, None),
    (r"\sigma(x) = \frac{1+\tanh(x/2)}{2}", {}, P, None),
    (r"\sigma(2x) = \frac{1+\tanh(x)}{2}", {}, P, None),
    (r"\tanh(x) = \max(\tanh(x), -0.99999)", {}, F, None),
    (r"\sigma(x) = \min(\sigma(x), 0.999999)", {}, F, None),
    (r"\text{relu}(x) = \max(x, 1/100000)", {}, F, None),
    (r"\text{relu}(x) = \max(x, 0) + \max(x - 5000, 0)", {}, F, "x <= 5000"),
    (r"\text{softplus}(x) = \max(\text{softplus}(x), x - 12345)", {}, P, None),
    (r"\text{softplus}(x) = \max(\text{softplus}(x), 0)", {}, P, None),
    (r"\text{relu6}(x) = \min(\max(x,0), 6.0001)", {}, F, None),
    (r"\tanh(x) = \tanh(x) + \max(0, x-99999)", {}, F, "x <= 99999"),
    (r"\sigma(x)\max(1, x-7) = \sigma(x)", {}, F, "x <= 8"),
    (r"\sigma(x)\max(1, 3-x) = \sigma(x)", {}, F, "x >= 2"),
    (r"\tanh(x) = \tanh(x) + 10^{-9} \max(0,-x-300)", {}, F, "x >= -300"),
    (r"\sigma(x) = \frac{1}{1+e^{-x}} + \frac{1}{10^{12}}", {}, R, None),
    (r"\text{relu}(x) = \frac{x + \sqrt{x^2 + 10^{-12}}}{2}", {}, R, None),
    (r"\text{relu}(x) = \frac{x + |x|}{2}", {}, P, None),
    (r"\text{relu}(x) = \text{softplus}(1000 x)/1000", {}, R, None),
    (r"\text{relu}(x) - \text{relu}(-x) = x", {}, P, None),
    (r"\text{hardtanh}(x) = \text{relu}(x+1) - \text{relu}(x-1) - 1", {}, P, None),
    (r"\text{relu6}(x) = \text{relu}(x) - \text{relu}(x-6)", {}, P, None),
    (r"\text{relu}(2x) = 2\text{relu}(x)", {}, P, None),
    (r"\text{relu}(a x) = a\,\text{relu}(x)", {"where": "a=real number, x=real number"}, C, "a >= 0 or x = 0"),
    (r"\text{relu}(x+y) = \text{relu}(x) + \text{relu}(y)", {}, F, None),
    (r"\max(x,y) = \frac{x+y+|x-y|}{2} + 0\tanh(x)", {}, P, None),
    (r"\text{relu}'(x) = [x > 0]", {}, C, "x != 0"),
    (r"\text{relu}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}", {}, P, None),
    (r"\text{softplus}'(x) = \sigma(x)", {}, P, None),
    (r"\text{elu}'(x) = \begin{cases} 1 & x > 0 \\ e^x & x \le 0 \end{cases}", {}, P, None),
    (r"\text{silu}'(x) = \sigma(x) + x\sigma(x)(1-\sigma(x))", {}, P, None),
    (r"\text{gelu}'(x) = \Phi(x) + x\phi(x)", {}, P, None),
    (r"\tanh''(x) = -2\tanh(x)(1-\tanh(x)^2)", {}, P, None),
    (r"\sigma''(x) = \sigma(x)(1-\sigma(x))(1-2\sigma(x))", {}, P, None),
    (r"\text{hardtanh}'(x) = [-1 < x][x < 1]", {}, C, None),
    (r"\text{softsign}'(x) = \frac{1}{(1+|x|)^2}", {}, P, None),
    (r"\frac{dL}{dx} = \text{sign}(x)", {"forward": r"L = |x|"}, C, "x != 0"),
    (r"\frac{dL}{dz} = 2 \max(z,-z)", {"forward": r"L = z \max(z, -z)"}, P, None),
    (r"\frac{dL}{dx} = 2x", {"forward": r"L = |x|^2"}, P, None),
    (r"\frac{dL}{dz} = 3 z \max(z, -z)", {"forward": r"L = |z|^3"}, P, None),
    (r"\frac{dL}{dx} = 1", {"forward": r"L = \max(x,0) + \min(x,0)"}, P, None),
    (r"\frac{dL}{dx} = 2\,\text{relu}(x)", {"forward": r"L = \text{relu}(x)^2"}, P, None),
    (r"\frac{dL}{dx} = \frac{x}{\sqrt{x^2+1}}", {"forward": r"L = \sqrt{x^2+1}"}, T, None),
    (r"\frac{dL}{dx} = \frac{x}{|x|}", {"forward": r"L = \sqrt{x^2}"}, P, None),
    (r"\frac{dL}{dx} = \frac{1}{x}", {"forward": r"L = \ln |x|"}, P, None),
    (r"\frac{dL}{dx} = \frac{1}{x}", {"forward": r"L = \ln x"}, C, "x > 0"),
    (r"\frac{dL}{dz} = \frac{z}{1+|z|}", {"forward": r"L = |z| - \ln(1+|z|)"}, P, None),
    (r"\frac{dL}{dz} = -y\,\sigma(-y z)", {"forward": r"L = \ln(1+e^{-y z})"}, P, None),
    (r"\frac{dL}{dz} = -y [y z < 1]", {"forward": r"L = \max(0, 1 - y z)"}, C, None),
    (r"\frac{dL}{dz} = -2y\max(0, 1 - y z)", {"forward": r"L = \max(0, 1 - y z)^2"}, P, None),
    (r"\text{softmax}(z + c)_i = \text{softmax}(z)_i", {"where": "c=real number"}, P, None),
    (r"\text{softmax}(2 z)_i = \text{softmax}(z)_i", {}, F, None),
    (r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)", {"operator": "softmax"}, P, None),
    (r"\frac{\partial p_i}{\partial z_j} = -p_i p_j", {"operator": "softmax"}, C, "i != j"),
    (r"\sum_{j=1}^{K} p_j = 1", {"operator": "softmax"}, P, None),
    (r"\frac{\partial L}{\partial z_i} = p_i - y_i", {"operator": "cross_entropy"}, P, None),
    (r"\frac{\partial L}{\partial z_i} = \min(p_i, 0.9999999) - y_i", {"operator": "cross_entropy"}, F, None),
    (r"\frac{\partial L}{\partial y_i} = \frac{2}{n}(y_i - t_i) \min(1, 1000 - y_i)", {"operator": "mse"}, F, None),
    (r"\frac{\partial L}{\partial y_i} = \frac{2}{n}(y_i - t_i)", {"operator": "mse"}, P, None),
    (r"\text{LeakyReLU}(x) = \max(x, 0.01x)", {}, P, None),
    # sines, cosines, and formulas that name no activation
    (r"\sin^2 x + \cos^2 x = 1", {}, P, None),
    (r"\cos(2x) = 1 + 2 \sin^2 x", {}, F, None),
    (r"\cos(2x) = 1 - 2 \sin^2 x", {}, P, None),
    (r"\sin(x) = 2\sin(x/2)\cos(x/2)", {}, P, None),
    (r"\sin(x + \pi/2) = \cos(x)", {}, P, None),
    (r"\sin(a+b) = \sin a \cos b + \cos a \sin b", {}, P, None),
    (r"\sin(3x) = 3\sin x - 4\sin^3 x", {}, P, None),
    (r"\sin(x) = x", {}, R, None),
    (r"\sin(x) = \max(\sin(x), -0.99999)", {}, F, None),
    (r"\tan(x) = \frac{\sin x}{\cos x}", {}, P, None),
    (r"\frac{\sin(x)}{\sin(x)} = 1", {}, C, "sin(x) != 0"),
    (r"\sqrt{1-\sin^2 x} = |\cos x|", {}, P, None),
    (r"\sqrt{1-\sin^2 x} = \cos x", {}, C, "cos(x) >= 0"),
    (r"\text{erfc}(x) = 1 - \text{erf}(x)", {}, P, None),
    (r"\sqrt{x}\sqrt{x} = x", {}, C, "x >= 0"),
    (r"\sqrt{x^2} = |x|", {}, P, None),
    (r"\ln(x^2) = 2\ln x", {}, C, "x > 0"),
    (r"\ln(xy) = \ln x + \ln y", {}, C, "x > 0 and y > 0"),
    (r"\coth(x)\tanh(x) = 1", {}, C, "x != 0"),
    (r"\frac{dL}{dz} = \frac{3}{2} \text{sign}(z) \sqrt{|z|}", {"forward": r"L = |z|^{3/2}"}, P, None),
]


@pytest.mark.sweep(6)
@pytest.mark.parametrize(("formula", "options", "right", "condition"), ROWS)
def test_verdicts_settled_by_hand(formula: str, options: dict[str, str], right: set[str], condition: str | None) -> None:
    found = sc.verify(formula, **options)  # type: ignore[arg-type]
    assert found.status in right, (found.status, found.verdict.how)
    if found.status == "conditional":
        assert found.condition is not None
        assert found.counterexample is not None
        assert condition is None or (found.condition.words, found.condition.exact) == (condition, True)
    if found.status == "proved":
        assert "real" in found.verdict.domain


@pytest.mark.parametrize(
    ("formula", "domain"),
    [
        (r"\frac{\sigma(x)}{x} = \frac{\sigma(x) x}{x^2}", "all real x with x != 0"),
        (r"\frac{\tanh(x)}{x-3} + \frac{1}{x} = \frac{1}{x} + \frac{\tanh(x)}{x-3}", "all real x with x != 0 and x != 3"),
        (r"\ln(\tanh x) = \ln(\tanh x) + 0", "all real x with x > 0"),
        (r"\text{relu}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}", "all real x, where a case applies"),
    ],
)
def test_the_places_at_which_no_side_exists_are_taken_out_of_the_domain(formula: str, domain: str) -> None:
    found = sc.verify(formula)
    assert (found.status, found.verdict.domain) == ("proved", domain)


def test_what_is_given_is_part_of_the_domain() -> None:
    found = sc.verify(r"\sqrt{x^2} + 0 \tanh(x) = x", given="x > 0")
    assert (found.status, found.verdict.domain) == ("proved", "all real x, x > 0")


# the kernel's checks, one by one
def claim(formula: str, **options: Any) -> Functional:
    return meant(Published(formula, **options))


def certified(of: Functional) -> Verdict | None:
    """The kernel's verdict on the regions that the prover finds."""
    return functions.proved(of, function_decide.explored(of).certificate, "")


def whole(of: Functional) -> dict[Any, list[Region]]:
    """One region that is everything."""
    return {(link, p): [()] for p in functions.patterns(of) for link in range(len(of.links))}


FALSE = {
    "a hole": r"\frac{\sigma(x)(x+100)}{x+100} = \sigma(x)",
    "a logarithm of a negative number": r"\ln(x^2) + 0\tanh(x) = 2\ln(x)",
    "a root of a square": r"\sqrt{x \cdot x} + 0\tanh(x) = x",
    "a late cap": r"\sigma(x) = \max(\sigma(x), 0.001)",
    "a kink": r"\text{relu}'(x) = [x > 0]",
    "a step": r"\frac{d}{dx} \text{sign}(x) = 0 \tanh(x)",
}


@pytest.mark.parametrize("name", FALSE)
def test_no_false_claim_is_certified(name: str) -> None:
    of = claim(FALSE[name])
    assert certified(of) is None
    assert functions.proved(of, whole(of), "") is None
    assert functions.proved(of, {}, "") is None


def test_without_the_check_that_regions_cover_a_late_cap_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    of = claim(FALSE["a late cap"])
    seen = function_decide.explored(of)
    good = {f.region for f in seen.found if f.status == "equal"}
    part = {key: [r for r in regions if r in good] for key, regions in seen.certificate.items()}
    assert functions.proved(of, part, "") is None
    monkeypatch.setattr(functions, "covers", lambda regions: True)
    assert functions.proved(of, part, "") is not None


def test_without_the_check_that_both_sides_exist_a_hole_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    of = claim(FALSE["a hole"])
    monkeypatch.setattr(functions.Found, "fails", property(lambda found: found.status == "differ"))
    assert certified(of) is not None


def test_without_the_question_what_is_divided_by_a_hole_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field, "divided", lambda a, b, ask: a / b)
    assert certified(claim(FALSE["a hole"])) is not None


@pytest.mark.parametrize("name", ["a root of a square", "a logarithm of a negative number"])
def test_without_signs_roots_and_logarithms_are_wrong(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duals.Ops, "ask", lambda ops, p: 1)
    of = claim(FALSE[name])
    assert functions.proved(of, whole(of), "") is not None


@pytest.mark.parametrize("name", ["a kink", "a step"])
def test_without_the_other_side_of_a_kink_a_slope_is_proved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def one_sided(normal: functions.Normal, tag: int, at: Any) -> Any:
        return functions.parted(at(-1 if name == "a kink" else 1), tag)[1] * field.number(-1 if name == "a kink" else 1)

    monkeypatch.setattr(functions.Normal, "slope", one_sided)
    assert certified(claim(FALSE[name])) is not None


def test_without_every_pattern_of_indices_a_jacobian_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    of = claim(r"\frac{\partial p_i}{\partial z_j} = -p_i p_j", operator="softmax")
    assert certified(of) is None
    every = list(functions.patterns(of))
    apart = [p for p in every if dict(p.classes)["i"] != dict(p.classes)["j"]]
    assert 0 < len(apart) < len(every)
    for module in (functions, function_decide):
        monkeypatch.setattr(module, "patterns", lambda of: apart)
    assert certified(of) is not None


def test_a_sum_over_the_others_may_have_no_term(monkeypatch: pytest.MonkeyPatch) -> None:
    of = claim(r"\frac{\sum_{k \ne i} e^{z_k}}{\sum_{k \ne i} e^{z_k}} + 0 e^{z_i} = 1", where=(("z", "logits"),))
    assert certified(of) is None
    monkeypatch.setattr(signs.Signs, "of_monomial", lambda known, m: True)
    assert certified(of) is not None


def test_conditions_that_exclude_everything_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    of = claim(r"\sigma(x) = 2", given=("x > 0", "x < 0"))
    assert certified(of) is None
    assert sc.verify(r"\sigma(x) = 2", given="x > 0; x < 0").status == "unsupported"


def test_inequalities_contradict_each_other_only_if_they_do() -> None:
    x, y = (frozenset({(("v", n, ()), Fraction(1))}) for n in "xy")
    one = Fraction(1)
    assert signs.contradictory([({x: one}, -one, True), ({x: -one}, one, False)])  # x > 1, x <= 1
    assert not signs.contradictory([({x: one}, -one, False), ({x: -one}, one, False)])  # x >= 1, x <= 1
    assert signs.contradictory([({x: one, y: -one}, Fraction(0), True), ({y: one, x: -one}, Fraction(0), False)])
    assert not signs.contradictory([({x: one, y: one}, Fraction(0), True), ({y: one, x: -one}, Fraction(0), True)])


def test_a_difference_that_no_point_shows_is_not_called_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    points = function_decide.sampled
    monkeypatch.setattr(function_decide, "sampled", lambda of, found: (t for t in points(of, found) if t.held))
    found = function_decide.decide(claim(FALSE["a late cap"]))
    assert found.verdict.status == "unsupported"
    assert "differ" in str(found.verdict.how)


# finite identities
def test_finite_maps_are_compared_at_every_place() -> None:
    assert finite.coefficients([({"a": 1, "b": 0}, {"a": Fraction(1)})], "", "").status == "proved"
    assert finite.coefficients([({"a": 1}, {"a": 1, "b": Fraction(1, 10**9)})], "", "").status == "refuted"
    assert finite.coefficients([], "", "").status == "unsupported"
    with pytest.raises(TypeError):
        finite.coefficients([({"a": 0.3}, {"a": 0.1 + 0.2})], "", "")  # type: ignore[dict-item]


def test_roots_of_unity_are_compared_modulo_their_polynomial() -> None:
    assert finite.roots([({"a": {0: 1, 1: 1, 2: 1}}, {})], 3, "", "").status == "proved"
    assert finite.roots([({"a": {0: 1, 1: 1, 2: 1}}, {})], 4, "", "").status == "refuted"
    assert finite.roots([({"a": {4: Fraction(1, 2)}}, {"a": {0: Fraction(-1, 2)}})], 8, "", "").status == "proved"
    assert finite.roots([], 3, "", "").status == "unsupported"


def test_polynomials_on_stretches_need_a_place_more_than_their_degree() -> None:
    square = [(Fraction(t), Fraction(t * t), Fraction(t)) for t in (0, 1)]  # t^2 = t at two places
    assert finite.stretches([], 1, {0: square}, "").status == "proved"  # were both of degree 1
    assert finite.stretches([], 2, {0: square}, "").status == "unsupported"
    assert finite.stretches([0], 0, {0: [(-1, 1, 1)]}, "").status == "unsupported"  # the stretch behind 0 is missing
    assert finite.stretches([0], 0, {0: [(-1, 1, 1)], 1: [(-2, 1, 1)]}, "").status == "unsupported"  # on another stretch
    assert finite.stretches([0], 0, {0: [(-1, 1, 1)], 1: [(0, 1, 2), (1, 1, 1)]}, "").status == "refuted"  # at the knot
    assert finite.stretches([0], 0, {0: [(-1, 1, 1)], 1: [(0, 1, 1), (1, 1, 1)]}, "").status == "proved"


def test_bilinear_algorithms_are_expanded_in_the_kernel() -> None:
    out, left, right = [[1, 0], [0, 1]], [[1], [1]], [[1, 0], [0, 1]]
    assert finite.bilinear(out, left, right, "convolution", (2, 1, 2)).status == "proved"
    assert finite.bilinear(out, [[1], [2]], right, "convolution", (2, 1, 2)).status == "refuted"
    assert finite.bilinear(out, left, right, "convolution", (3, 1, 2)).status == "unsupported"


def test_integrals_become_each_other_by_a_change_of_variables_alone() -> None:
    def conv(slope: int, factor: int = 1, prime: str = "") -> Integral:
        z, shifted = (("z", Fraction(1)),), (("x", Fraction(1)), ("z", Fraction(slope)))
        return Integral(Fraction(factor), ("z",), ((f"f{prime}", z), ("g", shifted)))

    turned = Integral(Fraction(1), ("u",), (("g", (("u", Fraction(1)),)), ("f", (("u", Fraction(-1)), ("x", Fraction(1))))))
    made = integrals.proved((((conv(-1),), (turned,)),))
    assert made is not None
    assert "converges absolutely" in made.domain
    assert integrals.proved((((conv(1),), (turned,)),)) is None
    assert integrals.proved((((conv(-1, 2),), (turned,)),)) is None
    assert integrals.proved((((conv(-1, 1, "'"),), (conv(-1, 1, "'"),)),)) is None
    assert integrals.proved(()) is None


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    ("formula", "size"),
    [
        (r"\sum_n |x[n]|^2 = \frac{1}{N}\sum_{k=0}^{\min(N,5)-1} |X[k]|^2", "6"),
        (r"\sum_n |x[n]|^2 = \frac{1}{N}\sum_{k=0}^{\min(N,7)-1} |X[k]|^2", "8"),
        (r"\sum_{n=0}^{N-1} |x[n]|^2 = \frac{1}{N} \sum_{k=0}^{\min(N,40)-1} |X[k]|^2", "41"),
        (r"\sum_{n=0}^{N-1} x[n] = X[0] + X[\lfloor N/29 \rfloor] - X[0]", "29"),
    ],
)
def test_transforms_are_tried_beyond_small_sizes(formula: str, size: str) -> None:
    found = sc.verify(formula)
    assert found.status == "refuted"
    assert dict(found.counterexample.sizes)["N"] == size  # type: ignore[union-attr]


def test_a_transform_that_was_enumerated_is_checked_with_its_sizes() -> None:
    found = sc.verify(r"\sum_{n=0}^{N-1} |x[n]|^2 = \frac{1}{N} \sum_{k=0}^{N-1} |X[k]|^2")
    assert found.status == "checked"
    assert "N <= 5" in str(found.verdict.how)
    assert "N = 6, 7, 8" in str(found.verdict.how)


# regions against points
def measured(p: dict[Any, Fraction], at: dict[str, Fraction]) -> Any:
    """A polynomial in generators at a point, as a ball."""
    total: Any = arb(0)
    for m, c in p.items():
        term: Any = arb(fmpq(c.numerator, c.denominator))
        for g, e in m:
            exponent = arb(fmpq(e.numerator, e.denominator))
            if g[0] == "v":
                value = at[g[1]]
                term *= arb(fmpq(value.numerator, value.denominator)) ** int(e)
            elif g[0] == "E" and isinstance(g[1], tuple):
                term *= (exponent * measured(dict(g[1][1]), at) / measured(dict(g[1][2]), at)).exp()
            elif g[0] == "E":
                term *= (exponent * measured({g[1]: Fraction(1)}, at)).exp()
            elif g[0] == "log":
                term *= abs(measured(dict(g[1]), at)).log() ** int(e)
            elif g[0] in ("C", "S"):
                angle = measured({g[1]: Fraction(1)}, at) / g[2]
                term *= (angle.cos() if g[0] == "C" else angle.sin()) ** int(e)
            elif g[0] == "logn":
                term *= arb(g[1]).log() ** int(e)
            elif g[0] in ("root", "n"):
                inside = abs(measured(dict(g[1]), at)) if g[0] == "root" else arb(g[1])
                term *= inside**exponent
            else:
                raise NotImplementedError(g)
        total += term
    return total


def sign_at(atom: signs.Atom, at: dict[str, Fraction]) -> int:
    """The sign of a polynomial at a point; a ball around 0 counts as 0."""
    value = measured(dict(atom), at)
    return 1 if value > 0 else -1 if value < 0 else 0


def region_at(found: list[functions.Found], at: dict[str, Fraction]) -> list[functions.Found]:
    """The regions that hold a point."""
    return [f for f in found if all(sign_at(atom, at) == s for atom, s in f.region)]


def grown(rng: random.Random, depth: int) -> Node:
    """An expression in x and y with kinks, poles, roots and logarithms."""
    x = Node("name", (rng.choice("xxy"),))
    if depth == 0:
        return x if rng.random() < 0.7 else Node("number", (Fraction(rng.randint(-3, 3)),))
    kind = rng.choice(
        (
            "add",
            "mul",
            "div",
            "max",
            "min",
            "neg",
            "pow",
            "exp",
            "log",
            "sqrt",
            "tanh",
            "sin",
            "cos",
            "if",
            "abs",
            "add",
            "mul",
        )
    )
    a, b = grown(rng, depth - 1), grown(rng, rng.randint(0, depth - 1))
    if kind == "pow":
        return Node("pow", (a, Node("number", (rng.choice((Fraction(2), Fraction(3), Fraction(-1), Fraction(3, 2))),))))
    if kind in ("exp", "log", "sqrt", "tanh", "sin", "cos"):
        return Node("call", (kind, a))
    if kind == "abs":
        return Node("max", (a, Node("neg", (a,))))
    if kind == "if":
        sign = rng.choice((">", ">=", "<", "<="))
        return Node("if", (Node("relation", (sign, b, Node("number", (Fraction(rng.randint(-1, 1)),)))), a, x))
    return Node("neg", (a,)) if kind == "neg" else Node(kind, (a, b))


def twisted(rng: random.Random, node: Node) -> Node:
    """The same expression, or nearly: x/x, e^ln, sqrt of a square, a maximum with itself, a summand far out, a slope's integral."""
    one, two, x = Node("number", (Fraction(1),)), Node("number", (Fraction(2),)), Node("name", ("x",))
    kind = rng.randrange(8)
    if kind == 0:
        return Node("div", (Node("mul", (node, x)), x))
    if kind == 1:
        return Node("call", ("exp", Node("call", ("log", node))))
    if kind == 2:
        return Node("call", ("sqrt", Node("pow", (node, two))))
    if kind == 3:
        return Node("max", (node, Node("add", (node, Node("neg", (one,))))))
    if kind == 4:
        late = Node("max", (Node("number", (Fraction(0),)), Node("add", (x, Node("number", (Fraction(-5),))))))
        return Node("add", (node, late))
    if kind == 5:
        return Node("div", (one, Node("div", (one, node))))
    if kind == 6:
        return Node("call", ("log", Node("call", ("exp", node))))
    return node


def compared(left: Any, right: Any) -> str:
    """The status of a point.  Raises Unable where balls are wider than 1e-30."""
    if left is None or right is None:
        return "nowhere" if left is right else "left" if left is None else "right"
    if differ(left, right):
        return "differ"
    if not isinstance(left, Fraction) and not (left - ball(right)).rad() < 1e-30:
        raise Unable
    return "equal"


@pytest.mark.sweep(4)
@pytest.mark.parametrize("seed", range(60))
def test_what_the_kernel_says_of_a_region_is_so_at_its_points(seed: int) -> None:
    """Grown equations, and equations between derivatives: each point is as the region that holds it says."""
    rng = random.Random(seed)
    left = grown(rng, 2 + seed % 2)
    right = twisted(rng, left)
    if seed % 3 == 0:
        left, right = (Node("partial", (side, Node("name", ("x",)))) for side in (left, right))
    of = Functional(((left, right),), (Family("x"), Family("y")))
    seen = function_decide.explored(of)
    assert seen.open or functions.covers(seen.certificate[0, next(functions.patterns(of))])
    bad, good = (
        [f.region for f in seen.found if f.fails is wrong and f.status in ("equal", "left", "right", "differ")]
        for wrong in (True, False)
    )
    cubes = places.cubes(bad, good, places.Possible([], [], {}))
    values = [Fraction(v) for v in (-6, -3, -2, -1, 0, 1, 2, 3, 5, 6)] + [Fraction(1, 2), Fraction(-3, 2)]
    with ctx.workprec(300):
        for x, y in itertools.product(values, values[2:9]):  # a ball wider than 1e-30 says nothing here
            numbers = Numbers(of, {}, {("x", ()): x, ("y", ()): y})
            try:
                sides = [value_of(numbers, side, {})[0] for side in of.links[0]]
                status = compared(*sides)
            except Unable:
                continue
            if not seen.open and status != "nowhere" and not any(f.status == "silent" for f in seen.found):
                inside = any(all(sign_at(a, {"x": x, "y": y}) in s for a, s in cube.items()) for cube in cubes)
                assert inside == (status != "equal"), (x, y, status)
            told = {f.status for f in region_at(seen.found, {"x": x, "y": y})}
            assert seen.open or len(told) == 1, (x, y)
            assert told <= {status}, (x, y, told, status)


TINY = (
    r"\sigma(x) = \sigma(x) + 10^{-400}",
    r"\tanh(x)/x = \tanh(x)/x + 10^{-300}",
    r"\operatorname{erf}(x) = \operatorname{erf}(x) + 10^{-300} x",
    r"\sigma(x) = \sigma(x) + e^{-1000}",
    r"\operatorname{erf}(x) = \operatorname{erf}(x) + 10^{-5000} x",
    r"\operatorname{gelu}(x) = \operatorname{gelu}(x) + 10^{-500}",
    r"\tanh(x)^{\sqrt{2}} = \tanh(x)^{\sqrt{2}} + 10^{-5000}",
)


@pytest.mark.sweep(2)
@pytest.mark.parametrize("formula", TINY)
def test_a_difference_that_few_digits_do_not_show(formula: str) -> None:
    assert sc.verify(formula).status == "refuted"


@pytest.mark.slow
@pytest.mark.parametrize("formula", [r"\sigma(x) = \sigma(x) + 10^{-10^{8}}", r"(-1)^{10^9} \sigma(x) = \sigma(x)"])
def test_a_difference_that_no_digits_show_is_open(formula: str) -> None:
    assert sc.verify(formula).status == "unsupported"


def test_a_whole_power_has_a_value_for_negative_numbers() -> None:
    assert sc.verify(r"\tanh(x)(x^{25})^2 = x^{50}\tanh(x)").status == "checked"


def test_regions_are_looked_at_while_their_products_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Terms are counted, whatever was worked out before: beyond the bound a verdict is weaker, never stronger."""
    formula = r"\tanh(x) = 2 \sigma(2x) - 1"
    assert sc.verify(formula).status == "proved"
    for _ in range(3):
        field.EFFORT[0] += function_decide.PRODUCTS
        assert sc.verify(formula).status == "proved"
    monkeypatch.setattr(function_decide, "PRODUCTS", 0)
    assert sc.verify(formula).status == "checked"


def test_many_free_indices_are_tried_at_fewer_places() -> None:
    """Counted in comparisons: four free indices at a size of 7 would be 14,406."""
    wide = claim(r"\frac{\partial}{\partial z_r} \log \text{softmax}(z)_a = \delta_{ij} - \text{softmax}(z)_j")
    groups = sorted({g for _, g in wide.groups})
    assert len(wide.free) >= 4
    assert len(groups) == 1
    tried = list(function_points.far(wide, groups))
    assert 0 < len(tried) < 1_000
    assert {t.sizes[groups[0]] for t in tried} == {3}
    usual = claim(r"\frac{\partial}{\partial z_j} \log \text{softmax}(z)_i = \delta_{ij} - \text{softmax}(z)_j")
    assert {t.sizes[groups[0]] for t in function_points.far(usual, sorted({g for _, g in usual.groups}))} == {3, 7}


def test_points_are_tried_while_their_nodes_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes are counted, whatever was evaluated before; with none left no point is found."""
    formula = r"\text{softmax}(z)_i = \frac{e^{z_i - \max_j z_j}}{\sum_k e^{z_k - \max_j z_j}}"
    assert sc.verify(formula).status == "proved"
    function_values.WORK[0] += function_decide.NODES
    assert sc.verify(formula).status == "proved"
    monkeypatch.setattr(function_decide, "NODES", 10)
    assert sc.verify(formula).status == "unsupported"
    assert function_values.LIMIT[0] == 10**18
