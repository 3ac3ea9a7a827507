"""The checkers refute what is false: wrong closed forms, wrong lines, and engines whose rules are wrong.

Each hand-made mistake is put to four checkers that share nothing but the forward definition: brute force on numbers, SymPy on
symbols, index triples, and the adjoint identity.  The same checkers accept the same operators without the mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

import symconv as sc
from symconv.api import operators, story
from symconv.check.closed import check_closed
from symconv.check.exact import Explicit
from symconv.check.maps import Identity
from symconv.check.numeric import check_numeric
from symconv.check.steps import check_lines
from symconv.derivation import rules
from symconv.errors import InternalError
from symconv.language.expr import Access, Bracket, Divides, Equal, Expr, Sum, Term
from symconv.language.facts import Reduction
from symconv.language.integers import floor, integer, mod
from symconv.language.operator import Axis, Operator, altered
from tests.cases.helpers import checked
from tests.cases.zoo import build, derived
from tests.harness import run

Mistake = Callable[[Operator, Operator], Operator]


# wrong closed forms
def remade(axis: Axis, **changes: Any) -> Axis:
    """The axis with other parameters, and the length that they imply, as a reader of the formula would compute it."""
    new = replace(axis, **changes)
    return replace(new, output=floor(new.slack, new.stride) + 1, remainder=mod(new.slack, new.stride))


def first_axis(closed: Operator, axis: Axis) -> Operator:
    return replace(closed, axes=(axis, *closed.axes[1:]))


def moved(lo: int, hi: int) -> Mistake:
    def mistake(_: Operator, closed: Operator) -> Operator:
        axis = closed.axes[0]
        return first_axis(closed, remade(axis, lo=axis.lo + lo, hi=axis.hi + hi))

    return mistake


def not_flipped(_: Operator, closed: Operator) -> Operator:
    return altered(closed, flip=not closed.flip)


def no_remainder(op: Operator, closed: Operator) -> Operator:
    """The pads without a: what most hand-written backward passes forget."""
    sign = 1 if closed.data.name == "x" else -1
    axis, a = closed.axes[0], op.axes[0].remainder
    return first_axis(closed, remade(axis, hi=axis.hi + sign * a))


def exchanged(_: Operator, closed: Operator) -> Operator:
    """Stride and dilation of the layer in each other's place."""
    axis = closed.axes[0]
    if closed.data.name == "x":
        return first_axis(closed, remade(axis, stride=axis.dilation, dilation=axis.stride))
    return first_axis(closed, remade(axis, input_dilation=axis.dilation, dilation=axis.input_dilation))


def channels_kept(_: Operator, closed: Operator) -> Operator:
    """dL/dx: the kernel read as if its first axis were the channels and its second the filters.  dL/dw: images for channels."""
    operand = closed.kernel if closed.result.index == "j" else closed.data
    (*group, one), (*other_group, other) = operand.layout
    read = replace(operand, layout=((*group, other), (*other_group, one)))
    return replace(closed, **{"kernel" if operand is closed.kernel else "data": read})


def pads_without_length(_: Operator, closed: Operator) -> Operator:
    """A right pad that does not belong to the length that is claimed."""
    axis = closed.axes[0]
    return first_axis(closed, replace(axis, hi=axis.hi + 1))


def remainder_and_pad(_: Operator, closed: Operator) -> Operator:
    """One place to the left, of the same length: a member as good as any, with another remainder."""
    return altered(closed, pads=[(axis.lo + 1, axis.hi + 2) for axis in closed.axes])


PADS: dict[str, Mistake] = {
    "left pad too large": moved(1, 0),
    "left pad too small": moved(-1, 0),
    "right pad too large": moved(0, 1),
    "right pad too small": moved(0, -1),
    "shifted right": moved(1, -1),
    "shifted left": moved(-1, 1),
    "shifted right, another remainder": remainder_and_pad,
}
ALL: dict[str, Mistake] = PADS | {
    "no flip": not_flipped,
    "remainder dropped": no_remainder,
    "stride and dilation exchanged": exchanged,
}
LAYERS = {"channels not swapped": channels_kept}

SUBJECTS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "conv1d": ("conv1d", {"stride": 3, "padding": ((1, 0),), "dilation": 2}, {"input": 9, "kernel": 3}),
    "conv1d-groups": ("conv1d", {"stride": 3, "dilation": 2, "groups": 2}, {"input": 10, "kernel": 3}),
    "conv1d-flip": ("conv1d", {"stride": 3, "padding": 1, "dilation": 2, "flip_kernel": True}, {"input": 8, "kernel": 3}),
    "conv2d": ("conv2d", {"stride": (2, 1), "padding": 1, "dilation": (1, 2)}, {"input": (4, 5), "kernel": (3, 2)}),
    "correlate2d": ("correlate2d", {"stride": (3, 2), "dilation": (2, 1)}, {"input": (7, 4), "kernel": (2, 3)}),
    "convolve1d": ("convolve1d", {"stride": 2, "padding": ((0, 2),), "dilation": 3}, {"input": 7, "kernel": 2}),
}


def subject(key: str) -> tuple[Operator, Operator]:
    """The operator with open sizes, and at sizes with a remainder on the first axis."""
    name, parameters, sizes = SUBJECTS[key]
    op = getattr(sc, name)(**parameters)
    if op.data.layered:  # as many filters as channels: a wrong order then fits the shapes and shows in the numbers
        groups = parameters.get("groups", 1)
        sizes = {**sizes, "batch": 2, "in_channels": 2 * groups, "out_channels": 2 * groups}
    concrete = op.at(**sizes).data
    assert concrete.axes[0].remainder != 0
    return op.data, concrete


def closed_form(op: Operator, wrt: str) -> Operator:
    closed = story.derive(op, wrt, check=False).closed_form
    assert isinstance(closed, Operator)
    return closed


# a right pad alone shows in the length alone, and only if it makes room for another window: with dilation 2 it need not
INVISIBLE = [
    ("conv1d", "w", "right pad too large"),
    ("conv1d-groups", "w", "right pad too large"),
    ("conv1d-flip", "w", "right pad too large"),
    ("correlate2d", "w", "right pad too large"),
    ("correlate2d", "w", "remainder dropped"),
    ("convolve1d", "w", "right pad too large"),
]


def mistakes(key: str) -> list[str]:
    """The mistakes that can be made with that operator."""
    return [*ALL, *(LAYERS if SUBJECTS[key][0] in ("conv1d", "conv2d") else ())]


MADE = [(key, wrt, name) for key in SUBJECTS for wrt in "xw" for name in mistakes(key)]
WRONG = [row for row in MADE if row not in INVISIBLE]
RIGHT = [(key, wrt) for key in SUBJECTS for wrt in "xw"]
ON_WRONG = pytest.mark.parametrize(("key", "wrt", "name"), WRONG)
ON_RIGHT = pytest.mark.parametrize(("key", "wrt"), RIGHT, ids=["-".join(row) for row in RIGHT])


def spoilt(op: Operator, wrt: str, name: str) -> Operator:
    wrong = (ALL | LAYERS)[name](op, closed_form(op, wrt))
    assert wrong != closed_form(op, wrt)
    return wrong


def adjoint(op: Operator, wrt: str, closed: Operator) -> str:
    return next(c.verdict.status for c in check_numeric(op, wrt, closed) if c.kind == "adjoint")


@pytest.mark.parametrize(("key", "wrt", "name"), INVISIBLE, ids=["-".join(row) for row in INVISIBLE])
def test_a_harmless_pad_is_not_refuted(key: str, wrt: str, name: str) -> None:
    """The longer pad only leaves a larger remainder: the claim is true, and no checker says otherwise."""
    _, concrete = subject(key)
    other = spoilt(concrete, wrt, name)
    assert check_closed(concrete, wrt, other)[0].status == "checked"
    assert adjoint(concrete, wrt, other) == "checked"
    assert Explicit(concrete).check(wrt, other).status == "checked"
    assert Identity(concrete, wrt, other).check().status == "checked"


@pytest.mark.sweep(24)
@ON_WRONG
def test_brute_force_refutes(key: str, wrt: str, name: str) -> None:
    for op in subject(key):
        verdict = check_closed(op, wrt, spoilt(op, wrt, name))[0]
        assert verdict.status == "refuted"
        assert verdict.how


@pytest.mark.sweep(24)
@ON_WRONG
def test_sympy_refutes(key: str, wrt: str, name: str) -> None:
    _, concrete = subject(key)
    verdict = Explicit(concrete).check(wrt, spoilt(concrete, wrt, name))
    assert verdict.status == "refuted"
    assert verdict.how


@pytest.mark.sweep(24)
@ON_WRONG
def test_maps_refute(key: str, wrt: str, name: str) -> None:
    _, concrete = subject(key)
    assert Identity(concrete, wrt, spoilt(concrete, wrt, name)).check().status == "refuted"


@pytest.mark.sweep(8)
@ON_WRONG
def test_adjoint_refutes(key: str, wrt: str, name: str) -> None:
    for op in subject(key):
        assert adjoint(op, wrt, spoilt(op, wrt, name)) == "refuted"


@pytest.mark.sweep(6)
@ON_RIGHT
def test_the_same_checkers_accept_what_is_true(key: str, wrt: str) -> None:
    op, concrete = subject(key)
    for one in (op, concrete):
        closed = closed_form(one, wrt)
        assert check_closed(one, wrt, closed)[0].status == "checked"
        assert adjoint(one, wrt, closed) == "checked"
    right = closed_form(concrete, wrt)
    assert Explicit(concrete).check(wrt, right).status == "checked"
    assert Identity(concrete, wrt, right).check().status == "checked"


@ON_RIGHT
def test_pads_that_contradict_the_length_are_refuted(key: str, wrt: str) -> None:
    """The numbers are right, yet the page would print a pad that does not give the length."""
    for op in subject(key):
        wrong = pads_without_length(op, closed_form(op, wrt))
        assert check_closed(op, wrt, wrong)[0].status == "refuted"


def test_channels_of_a_rectangular_kernel() -> None:
    """Channels not swapped where there are more filters than channels: refuted as well, not a crash."""
    op = sc.conv1d().at(input=4, kernel=2, in_channels=2, out_channels=3).data
    wrong = spoilt(op, "x", "channels not swapped")
    assert check_closed(op, "x", wrong)[0].status == "refuted"
    assert adjoint(op, "x", wrong) == "refuted"
    assert Identity(op, "x", wrong).check().status == "refuted"
    assert Explicit(op).check("x", wrong).status == "refuted"


def test_a_sum_over_too_little_is_refuted() -> None:
    """dL/db per image: the batch is not summed."""
    op = sc.conv1d().at(input=4, kernel=2, batch=2, out_channels=3).data
    closed = story.derive(op, "b", check=False).closed_form
    assert isinstance(closed, Reduction)
    assert check_closed(op, "b", closed)[0].status == "checked"
    wrong = replace(closed, result=replace(closed.result, layout=(("n",),)))
    assert check_closed(op, "b", wrong)[0].status == "refuted"


# wrong lines
def changed(term: Term, k: int, item: Any) -> Term:
    return (*term[:k], item, *term[k + 1 :])


def wrong_terms(term: Term) -> Iterator[tuple[str, Term]]:
    """The line with one thing wrong: an index shifted, a bracket dropped or shifted, a guard dropped, a sum cut short."""
    for k, item in enumerate(term):
        if isinstance(item, Access):
            for m in range(len(item.index)):
                index = tuple(e + 1 if m == n else e for n, e in enumerate(item.index))
                yield f"{item.tensor.name}'s index {m} shifted", changed(term, k, Access(item.tensor, index))
        elif isinstance(item, Bracket) and item.aside:
            rest = tuple(c for c in item.conditions if not isinstance(c, Divides))
            if rest != item.conditions:
                yield "divisibility dropped", changed(term, k, Bracket(rest, True))
        elif isinstance(item, Bracket):
            yield "bracket dropped", (*term[:k], *term[k + 1 :])
            (condition,) = item.conditions
            assert isinstance(condition, Equal)
            yield "bracket shifted", changed(term, k, Bracket((Equal(condition.left, condition.right + 1),)))
        elif isinstance(item, Sum):
            yield f"sum over {item.index} cut short", changed(term, k, Sum(item.index, item.size - 1))


LINES = [
    ("conv1d-names", "x", False), ("conv1d-names", "x", True), ("conv1d-names", "w", True), ("conv1d", "b", True),
    ("conv1d-flip", "w", True), ("conv1d-groups", "x", True), ("conv2d-axes", "x", False), ("convolve1d-names", "w", False),
]  # fmt: skip


@pytest.mark.parametrize(("key", "wrt", "channels"), LINES)
def test_wrong_lines_are_refuted(key: str, wrt: str, channels: bool) -> None:
    d = derived(key, wrt, channels).facts
    made = [(f"{step.rule}: {what}", Expr((term,))) for step in d.steps for what, term in wrong_terms(step.expr.terms[0])]
    assert len(made) >= 3 * len(d.steps)
    verdicts = check_lines(d.page, wrt, [expr for _, expr in made])
    assert [what for (what, _), v in zip(made, verdicts, strict=True) if v.status != "refuted"] == []


# wrong engines
def off_by_one(rule: Callable[..., Term]) -> Callable[..., Term]:
    """The rule, with the first entry it leaves read one place too far."""

    def wrong(*args: Any, **kwargs: Any) -> Term:
        term = rule(*args, **kwargs)
        k = next(k for k, item in enumerate(term) if isinstance(item, Access))
        access = term[k]
        assert isinstance(access, Access)
        return changed(term, k, Access(access.tensor, (*access.index[:-1], access.index[-1] + 1)))

    return wrong


ENGINE = [
    ("partial_to_bracket", "independent", "conv1d-names", "x"),
    ("keep_survivors", "survivor", "conv1d-names", "w"),
    ("swap", "swap", "conv1d-names", "x"),
    ("solve", "solve", "conv1d-names", "x"),
    ("absorb", "dilate", "conv1d-names", "x"),
    ("absorb", "extend", "convolve1d", "x"),
    ("reflect", "reflect", "conv1d-names", "x"),
    ("single", "single", "conv2d-one-tap-axis", "x"),
    ("insert_position", "position", "conv1d-flip", "w"),
]


@pytest.mark.parametrize(("function", "rule", "key", "wrt"), ENGINE, ids=[row[1] for row in ENGINE])
def test_a_wrong_rule_is_named_and_stops(
    function: str, rule: str, key: str, wrt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, function, off_by_one(getattr(rules, function)))
    with pytest.raises(InternalError, match=f"the rule '{rule}'") as caught:
        checked(build(key), wrt)
    assert caught.value.exit_status == 3


def no_divisibility(term: Term, target: rules.Target) -> Term:
    """Solving for i as if every number were divisible by s."""
    solved = SOLVE(term, target)
    last = solved[-1]
    assert isinstance(last, Bracket)
    return (*solved[:-1], Bracket(tuple(c for c in last.conditions if not isinstance(c, Divides)), True))


SOLVE = rules.solve


def test_solving_without_divisibility_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "solve", no_divisibility)
    with pytest.raises(InternalError, match="the rule 'solve'"):
        checked(sc.conv1d(stride=2), "x")
    checked(sc.conv1d(), "x")  # at stride 1 there is nothing to forget


@pytest.mark.parametrize("name", sorted(ALL | LAYERS))
def test_a_wrong_recogniser_is_named_and_stops(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recognise = operators.recognise
    monkeypatch.setattr(operators, "recognise", lambda op, *rest: (ALL | LAYERS | {})[name](op, recognise(op, *rest)))
    with pytest.raises(InternalError, match="recognise"):
        checked(sc.conv1d(stride=3, padding=1, dilation=2), "x", True)


@pytest.mark.parametrize("to", ["text", "latex", "json"])
def test_nothing_false_is_printed(to: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(rules, "swap", off_by_one(rules.swap))
    result = run("derive", "conv1d", "--stride", "2", "--to", to)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "the rule 'swap'" in result.stderr
    assert result.stderr.count("\n") == 1
    target = tmp_path / "page"
    assert run("derive", "conv1d", "--stride", "2", "--to", to, "-o", str(target)).exit_code == 3
    assert list(tmp_path.iterdir()) == []


def test_an_unchecked_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without checks nothing is refuted, and no line carries a tick."""
    monkeypatch.setattr(rules, "solve", no_divisibility)
    result = run("derive", "conv1d", "--stride", "2", "--no-check")
    assert "✓" not in result.stdout
    assert "?" in result.stdout
    assert {v.status for v in sc.derive(build("conv1d"), "x", check=False).verdicts} == {"unsupported"}


def test_remainder_is_what_hides_the_mistake() -> None:
    """Without a remainder, dropping it changes nothing: the sizes above were needed."""
    op = sc.conv1d(stride=3, padding=((1, 0),), dilation=2).at(input=7, kernel=3).data
    assert op.axes[0].remainder == integer(0)
    assert no_remainder(op, closed_form(op, "x")) == closed_form(op, "x")
