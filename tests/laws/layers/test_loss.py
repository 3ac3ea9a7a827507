"""A loss of the user's: a scalar in the entries of y, read by our own grammar, derived by SymPy.

L as read                 equals the same expression built by hand in SymPy
dL(y(x, w))/dT            equals sympy.diff of that expression with y put in by plain loops
the upstream gradient     is dL/dy, entry by entry
anything else             is one clear line: what was expected, what came
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import symconv as sc
from symconv.errors import SymconvError
from symconv.language.text import DEEPEST, FUNCTIONS, Loss, read_loss
from tests import harness
from tests.cases.helpers import examples
from tests.cases.strategies import Case
from tests.oracles.scatter import Transposed
from tests.oracles.symbols import spelled

Layer = Case | Transposed

LAYERS: dict[str, Layer] = {
    "conv1d": Case("conv", (1,), (1,), ((0, 0),), (5,), (3,), bias=True),
    "conv1d-batch": Case("conv", (2,), (2,), ((1, -1),), (7,), (2,), bias=True, batch=2, in_channels=2, out_channels=2),
    "conv2d": Case("conv", (2, 1), (1, 2), ((1, 0), (0, 1)), (3, 4), (2, 2), bias=True, out_channels=2),
    "correlate2d": Case("correlate", (1, 2), (1, 1), ((0, 0), (1, 0)), (3, 4), (2, 3)),
    "convolve1d": Case("convolve", (2,), (1,), ((1, 2),), (4,), (3,)),
    "conv_transpose1d": Transposed((2,), (1,), ((1, 0),), (1,), (3,), (2,), 1, True, 1, 2, 1),
}  # fmt: skip
# what is typed, and what it means for the entries of y in row-major order; y0, y1, ... stand for those entries
LOSSES: dict[str, tuple[str, Callable[..., Any]]] = {
    "quadratic": ("{0}^2/2 + {1}*{2}", lambda y: y[0] ** 2 / 2 + y[1] * y[2]),
    "half the squares": ("sum(y^2)/2", lambda y: sum(e**2 for e in y) / 2),
    "one entry": ("{1}", lambda y: y[1]),
    "signs": ("-{0}^2 - -{1} + +{2} - ({0} - {1})", lambda y: -(y[0] ** 2) + y[1] + y[2] - (y[0] - y[1])),
    "precedence": ("2*{0}^2*3/4 - {1}/2/5", lambda y: sympy.Rational(3, 2) * y[0] ** 2 - y[1] / 10),
    "stars": ("{0}**3 + 2 ** -1*{1}", lambda y: y[0] ** 3 + y[1] / 2),
    "negative power": ("{0}^-2", lambda y: y[0] ** -2),
    "quotient": ("{0}/{1}", lambda y: y[0] / y[1]),
    "root": ("sqrt({0}) + {1}^(1/3)", lambda y: sympy.sqrt(y[0]) + y[1] ** sympy.Rational(1, 3)),
    "exponential": ("exp({0} - {1})", lambda y: sympy.exp(y[0] - y[1])),
    "logarithm": ("log(1 + exp({0}))", lambda y: sympy.log(1 + sympy.exp(y[0]))),
    "waves": ("sin({0})*cos({1}) + tanh({2})", lambda y: sympy.sin(y[0]) * sympy.cos(y[1]) + sympy.tanh(y[2])),
    "sum of functions": ("sum(exp(y))", lambda y: sum(sympy.exp(e) for e in y)),
    "sum with an entry": ("sum(y*{0})", lambda y: sum(e * y[0] for e in y)),
    "sum of a shift": ("sum((y - 1)^2)/2", lambda y: sum((e - 1) ** 2 for e in y) / 2),
    "product of sums": ("sum(y)*sum(y)", lambda y: sum(y) ** 2),
    "decimals": ("0.1*{0} + 2.50*{1}^2", lambda y: y[0] / 10 + sympy.Rational(5, 2) * y[1] ** 2),
    "rationals": ("1/3*{0} + {1}*(2/7)", lambda y: y[0] / 3 + sympy.Rational(2, 7) * y[1]),
    "large numbers": ("123456789012345678901*{0}^2", lambda y: 123456789012345678901 * y[0] ** 2),
    "blanks": ("  {0} ^ 2\t+{1}  ", lambda y: y[0] ** 2 + y[1]),
}
PAIRS = [(key, loss) for key in LAYERS for loss in LOSSES]
IDS = [f"{k}-{n}" for k, n in PAIRS]
# a sum of all entries, differentiated by each of many, says nothing new beyond the small layers
SLOW = {"logarithm", "sum of functions", "product of sums", "waves"}


def lead(case: Layer) -> int:
    return 2 if "n" in dict(case.operator().data.extents) else 0


def entries_of(case: Layer) -> list[str]:
    """The names of y's entries in row-major order."""
    shape = case.shapes["g"]
    return [spelled("y", place, shape, lead(case)) for place in np.ndindex(shape)]


def typed(case: Layer, loss: str) -> str:
    return LOSSES[loss][0].format(*entries_of(case))


@cache
def instance(key: str, loss: str) -> Any:
    case = LAYERS[key]
    return case.operator().at(**case.sizes(), loss=typed(case, loss))


@cache
def symbolic(key: str) -> dict[str, Any]:
    """x, w and b as arrays of symbols, and y by plain loops over them."""
    case = LAYERS[key]
    made = {}
    for name, shape in case.shapes.items():
        axes = min(lead(case), 1) if name == "b" else lead(case)
        flat = [sympy.Symbol(spelled(name, place, shape, axes)) for place in np.ndindex(shape)]
        made[name] = np.array(flat, dtype=object).reshape(shape)
    return made | {"y": case.truth(made)["y"]}


def flat(array: Any) -> list[Any]:
    """Entries in row-major order."""
    return list(np.array(array.tolist(), dtype=object).ravel())


def by_hand(key: str, loss: str) -> Any:
    """L in the entries of y, as symbols."""
    return sympy.sympify(LOSSES[loss][1]([sympy.Symbol(name) for name in entries_of(LAYERS[key])]))


@pytest.mark.sweep(32)
@pytest.mark.parametrize(("key", "loss"), PAIRS)
def test_the_loss_is_what_was_typed(key: str, loss: str) -> None:
    assert instance(key, loss).loss == by_hand(key, loss)


@pytest.mark.sweep(24)
@pytest.mark.parametrize(("key", "loss"), PAIRS)
def test_the_upstream_gradient(key: str, loss: str) -> None:
    """g = dL/dy."""
    whole = by_hand(key, loss)
    expected = [whole.diff(sympy.Symbol(name)) for name in entries_of(LAYERS[key])]
    assert flat(instance(key, loss).upstream) == expected


GRADIENTS = [(k, n, r) for k, n in PAIRS for r in LAYERS[k].roles if n not in SLOW or k in ("conv1d", "convolve1d")]


@pytest.mark.sweep(8)
@pytest.mark.parametrize(("key", "loss", "role"), GRADIENTS)
def test_the_gradient_is_sympys(key: str, loss: str, role: str) -> None:
    """sympy.diff of L(y(x, w)), with y from plain loops."""
    known = symbolic(key)
    composed = sympy.sympify(LOSSES[loss][1](list(known["y"].ravel())))
    expected = [composed.diff(entry) for entry in known[role].ravel()]
    found = flat(instance(key, loss).grad(role))
    assert len(found) == len(expected)
    assert all(vanishes(a - b) for a, b in zip(found, expected, strict=True))


def vanishes(difference: Any) -> bool:
    return difference == 0 or sympy.expand(difference) == 0 or sympy.simplify(difference) == 0


CHECKED = [(k, n) for k, n in PAIRS if k == "conv1d" or (n not in SLOW and k != "conv1d-batch")]


@pytest.mark.slow
@pytest.mark.parametrize(("key", "loss"), CHECKED, ids=[f"{k}-{n}" for k, n in CHECKED])
def test_the_identity_is_checked(key: str, loss: str) -> None:
    assert instance(key, loss).check().status == "checked"


@pytest.mark.sweep(1)
@pytest.mark.parametrize("loss", ["sqrt(y0*y1)", "log(y0*y1)", "log(y0/y1)", "1/(y0*y1)^2", "(y0*y1)^(1/2)*y2"])
def test_products_within_functions_are_decided(loss: str) -> None:
    """The chain rule holds for these as well: it is decided, not left open."""
    assert sc.conv1d().at(input=5, kernel=3, loss=loss).check().status == "checked"


# how entries may be spelled
SPELLINGS = [
    ("conv1d", "y1", ["y_1", "y[1]", "y[0,1]", "y[0,0,1]", "y0_1", "y_0_1", "y0_0_1", "y[ 0 , 1 ]", "y01"]),
    ("correlate2d", "y1_0", ["y_1_0", "y[1,0]", "y[1, 0]"]),
    ("conv2d", "y1_0_2", ["y_1_0_2", "y[1,0,2]", "y[0,1,0,2]", "y0_1_0_2"]),
    ("conv1d-batch", "y1_0_1", ["y_1_0_1", "y[1,0,1]"]),
    ("convolve1d", "y2", ["y_2", "y[2]"]),
]


@pytest.mark.parametrize(("key", "plain", "others"), SPELLINGS, ids=[k for k, _, _ in SPELLINGS])
def test_spellings_of_an_entry(key: str, plain: str, others: list[str]) -> None:
    """Leading axes of size 1 may be left out; all spellings are the same entry."""
    case = LAYERS[key]
    for spelling in (plain, *others):
        found = case.operator().at(**case.sizes(), loss=f"{spelling}^2").loss
        assert found == sympy.Symbol(plain) ** 2, spelling


def test_another_axis_is_not_left_out() -> None:
    """Where there are two channels, y[1] is no entry."""
    case = LAYERS["conv1d-batch"]
    for unknown in ("y1", "y0_1", "y[0,0,0,0]"):
        with pytest.raises(SymconvError, match="no entry"):
            case.operator().at(**case.sizes(), loss=unknown)


@given(st.fractions(-(10**6), 10**6, max_denominator=10**6), st.decimals(0, 10**6, places=4))
def test_numbers_are_exact(ratio: Any, decimal: Any) -> None:
    loss = f"({ratio.numerator})/{ratio.denominator}*y0^2 + {decimal}*y1^2 + y2"
    found = sc.conv1d().at(input=5, kernel=3, loss=loss).loss
    y = [sympy.Symbol(f"y{k}") for k in range(3)]
    assert (
        found
        == sympy.Rational(ratio.numerator, ratio.denominator) * y[0] ** 2 + sympy.Rational(str(decimal)) * y[1] ** 2 + y[2]
    )


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> tuple[str, Callable[[list[Any]], Any]]:
    """A random loss, as text in full brackets and as a function of the entries."""
    if depth == 0:
        k = draw(st.integers(0, 2))
        number = draw(st.integers(1, 9))
        return draw(st.sampled_from([(f"y{k}", lambda y: y[k]), (f"{number}", lambda y: sympy.Integer(number))]))
    (a, one), (b, two) = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    power = draw(st.integers(1, 3))
    return draw(
        st.sampled_from(
            [
                (f"({a}) + {b}", lambda y: one(y) + two(y)),
                (f"({a}) - ({b})", lambda y: one(y) - two(y)),
                (f"({a})*({b})", lambda y: one(y) * two(y)),
                (f"-({a})", lambda y: -one(y)),
                (f"({a})^{power}", lambda y: one(y) ** power),
                (f"({a})/{power}", lambda y: one(y) / power),
            ]
        )
    )


@given(expressions())
def test_random_polynomials(pair: tuple[str, Callable[[list[Any]], Any]]) -> None:
    text, function = pair
    y = [sympy.Symbol(f"y{k}") for k in range(3)]
    expected = sympy.expand(function(y))
    loss = f"y0 + ({text})"
    if not (expected + y[0]).free_symbols:
        return
    assert sympy.expand(sc.conv1d().at(input=5, kernel=3, loss=loss).loss - y[0] - expected) == 0


# the pages
WORDS = ["derive", "conv1d", "--wrt", "x", "--input", "5", "--kernel", "3"]


run = partial(harness.run, *WORDS)


def test_the_example_of_the_issue() -> None:
    """In JSON: the loss, g = dL/dy, and the identity with it."""
    result = run("--loss", "y0^2/2 + y1*y2", "--to", "json")
    assert result.exit_code == 0
    told = json.loads(result.output)
    assert sympy.sympify(told["explicit"]["loss"]) == by_hand("conv1d", "quadratic")
    assert told["explicit"]["upstream"] == [[["y0", "y2", "y1"]]]
    assert {c["kind"]: c["verdict"] for c in told["checks"]}["loss"] == "checked"
    assert told["explicit"]["equal"] is True


@pytest.mark.parametrize("to", ["text", "latex", "markdown"])
def test_the_loss_stands_on_every_page(to: str) -> None:
    result = run("--loss", "y0^2/2 + exp(y1)*y2", "--to", to)
    assert result.exit_code == 0
    shown = {"text": ["y0^2/2", "exp(y1)"], "latex": [r"\frac{y_{0}^{2}}{2}", "e^{y_{1}}"]}
    assert all(part in result.output for part in shown.get(to, shown["latex"]))


def test_derivation_at() -> None:
    d = sc.derive(sc.conv1d(), "w").at(input=5, kernel=3, loss="sum(y^2)/2")
    assert {c.kind for c in d.facts.checks} >= {"map", "loss"}
    assert all(v.holds for v in d.verdicts)


# bad input
DEEP = "-" * (DEEPEST + 5) + "y0"
BAD: dict[str, tuple[str, str]] = {
    "unknown entry": ("y7", "no entry"),
    "unknown entry in brackets": ("y[0,9]", "no entry"),
    "one index too many": ("y[0,0,0,0]", "no entry"),
    "a vector": ("y", "scalar"),
    "a vector squared": ("y^2", "scalar"),
    "a vector beside a sum": ("sum(y) + y", "scalar"),
    "a vector in a function": ("exp(y)", "scalar"),
    "a constant": ("3", "constant"),
    "a constant after all": ("y0 - y0", "constant"),
    "a sum without y": ("sum(3)", "sum"),
    "a sum of a sum": ("sum(sum(y))", "sum"),
    "unknown function": ("expp(y0)", "did you mean 'exp'"),
    "another unknown function": ("sine(y0)", "did you mean 'sin'"),
    "no function at all": ("foo(y0)", "expected exp"),
    "a variable": ("x0*y0", "expected"),
    "a word": ("loss", "expected"),
    "huge power": ("y0^1000000", "exponent"),
    "power of a power": ("y0^12^12", "exponent"),
    "symbolic power": ("y0^y1", "exponent"),
    "fractional huge power": ("y0^(1000/3)", "exponent"),
    "division by zero": ("y0/0", "divisor"),
    "division by nothing": ("y0/(y1 - y1)", "divisor"),
    "division by zero in a power": ("y0^(1/0)", "expected"),
    "zero to a negative power": ("0^-1*y0", "expected"),
    "nothing to a negative power": ("(y1 - y1)^-2*y0", "expected"),
    "logarithm of zero": ("log(0)*y0", "expected"),
    "logarithm of zero added": ("log(0) + y0", "expected"),
    "two many operators": ("y0 +* y1", "wrong at character 5"),
    "unfinished": ("y0 +", "end"),
    "no sign between": ("y0 y1", "wrong at character 4"),
    "not closed": ("(y0", "expected"),
    "not opened": ("y0)", "wrong at character 3"),
    "no argument": ("exp()", "wrong at character 5"),
    "two arguments": ("exp(y0, y1)", "wrong at character 7"),
    "empty": ("", "end"),
    "blank": ("   ", "expected"),
    "negative index": ("y[-1]", "expected"),
    "a slice": ("y[0:2]", "expected"),
    "an index like a float": ("y[0.5]", "expected"),
    "a very long index": ("y" + "9" * 50, "9 digits"),
    "a long number": ("1" * 40 + "*y0", "expected"),
    "a number of twenty thousand digits": ("y0*(((9^12)^12)^12)^12", "expected"),
    "not a number": ("nan*y0", "expected"),
    "infinity": ("inf*y0", "expected"),
    "scientific": ("1e3*y0", "expected"),
    "too deep by signs": (DEEP, str(DEEPEST)),
    "too deep by functions": ("exp(" * 60 + "y0" + ")" * 60, str(DEEPEST)),
    "too deep by brackets": ("y0+(" * 60 + "y0" + ")" * 60, str(DEEPEST)),
    "too deep by quotients": ("y0" + "/y1" * 60, str(DEEPEST)),
    "Python": ("__import__('os').system('true')", "expected"),
    "an attribute": ("y0.__class__", "expected"),
    "a lambda": ("(lambda: y0)()", "expected"),
    "a comprehension": ("[y0 for _ in y]", "expected"),
    "a string": ("'y0'", "expected"),
    "LaTeX": (r"\frac{y0}{2}", "expected"),
    "an equation": ("y0 = 3", "expected"),
    "a comparison": ("y0 < 3", "expected"),
    "two losses": ("y0; y1", "expected"),
    "a newline": ("y0\n+ y1", "expected"),
    "a null": ("y0\x00", "expected"),
    "an escape": ("y0\x1b[31m", "expected"),
    "a bell": ("\x07y0", "expected"),
    "a no-break space": ("y0\u00a0+ y1", "expected"),
    "a subscript": ("y₀", "expected"),
    "a superscript": ("y0²", "expected"),
    "Arabic digits": ("y٣", "expected"),
    "right to left": ("\u202ey0", "expected"),
    "a lone surrogate": ("y0\ud800", "expected"),
    "capitals": ("Y0", "expected"),
    "a megabyte": ("y0+" * 350_000 + "y0", "10000 characters"),
    "a megabyte of brackets": ("(" * 1_000_000, "10000 characters"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_losses(name: str) -> None:
    loss, said = BAD[name]
    with pytest.raises(SymconvError) as caught:
        sc.conv1d().at(input=5, kernel=3, loss=loss)
    told = str(caught.value)
    assert told.startswith("loss: ")
    assert said in told
    assert told.isprintable()
    assert len(told) < 300


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in BAD if len(BAD[n][0]) < 1000 and n != "a null"])
def test_bad_losses_on_the_command_line(name: str) -> None:
    result = run("--loss", BAD[name][0])
    assert result.exit_code == 2
    assert result.output.startswith("symconv: loss: ")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("loss", [3, b"y0", ["y0"], sympy.Symbol("y0"), 1.5])
def test_what_is_no_text(loss: Any) -> None:
    with pytest.raises(SymconvError, match="loss: "):
        sc.conv1d().at(input=5, kernel=3, loss=loss)


def test_a_loss_needs_sizes() -> None:
    result = harness.run("derive", "conv1d", "--loss", "y0")
    assert result.exit_code == 2
    assert "--input" in result.output
    assert result.output.count("\n") == 1


DEPTHS = {
    "signs": lambda n: "-" * n + "y0",
    "functions": lambda n: "exp(" * n + "y0" + ")" * n,
    "brackets": lambda n: "2*(y0+" * n + "y0" + ")" * n,
    "quotients": lambda n: "y0" + "/y1" * n,
}


@pytest.mark.parametrize("kind", DEPTHS)
def test_the_depth_is_bounded_whatever_it_is_made_of(kind: str) -> None:
    """Some depth is accepted, and none beyond the stated one, however deep."""
    assert read_loss(DEPTHS[kind](5))
    for n in (DEEPEST + 1, 100, 1200):
        with pytest.raises(SymconvError, match=str(DEEPEST)):
            read_loss(DEPTHS[kind](n))


@pytest.mark.parametrize("sign", ["+", "-", "*"])
def test_long_is_not_deep(sign: str) -> None:
    """A thousand terms or factors are one level; redundant brackets are none."""
    assert read_loss(sign.join(["y0"] * 1000))
    assert read_loss("(" * 1000 + "y0" + ")" * 1000)


def outcome(make: Callable[[], Any]) -> Any:
    """What is made, or the message where it is refused."""
    try:
        return make()
    except SymconvError as error:
        return str(error)


def one_line(told: str) -> bool:
    return told.startswith("loss: ") and told.isprintable()


@examples(400)
@given(st.one_of(st.text(max_size=60), st.text("y0123456789_[](),+-*/^. \texplogsinumq", max_size=40)))
def test_any_text_is_a_loss_or_one_line(text: str) -> None:
    found = outcome(lambda: read_loss(text))
    assert isinstance(found, Loss) or one_line(found)


TOKENS = ["y0", "y1", "y", "2", "0", "0.5", "+", "-", "*", "/", "^", "(", ")", *(f"{name}(" for name in FUNCTIONS)]


@examples(150)
@given(st.lists(st.sampled_from(TOKENS), max_size=12))
def test_any_row_of_tokens_is_a_scalar_or_one_line(tokens: list[str]) -> None:
    """Whatever is read becomes a finite expression in entries of y, with an upstream gradient."""
    found = outcome(lambda: sc.conv1d().at(input=4, kernel=2, loss="".join(tokens)))
    assert one_line(found) if isinstance(found, str) else sound(found)


@examples(30)
@given(expressions(), st.sampled_from(FUNCTIONS[:-1]), st.sampled_from(["({})/({})", "{}*({})^-1", "{1}({0})^-2"]))
def test_what_is_no_number_is_refused(pair: Any, function: str, shape: str) -> None:
    """A quotient of random expressions under a random function: finite, or one line."""
    text = shape.format(pair[0], function) if "{1}" in shape else shape.format("y0", pair[0])
    found = outcome(lambda: sc.conv1d().at(input=5, kernel=3, loss=text))
    assert one_line(found) if isinstance(found, str) else sound(found)


def sound(inst: Any) -> bool:
    """A finite expression in entries of y, with an upstream gradient of y's shape."""
    known = inst.loss.free_symbols <= {sympy.Symbol(f"y{k}") for k in range(3)}
    finite = not inst.loss.has(sympy.zoo, sympy.nan, sympy.oo)
    return known and finite and np.shape(inst.upstream.tolist()) == (1, 1, 3)
