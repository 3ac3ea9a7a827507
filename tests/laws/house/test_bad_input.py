"""Bad input: one clear line on standard error, exit status 2, nothing on standard output, nothing half-written, no traceback.

The line says what was expected and what came; a misspelt word is answered with the nearest one.  In Python the same line is
the message of a SymconvError, and nothing else is ever raised.
"""

from __future__ import annotations

import math
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

import symconv as sc
from symconv.api import story
from symconv.cli.common import guarded
from symconv.layers.catalog import CATALOG
from symconv.layers.given import Parameter
from tests.cases.helpers import examples
from tests.cases.wrong import WRONG
from tests.harness import refused, run


# command line -> a piece of the message
@pytest.mark.sweep(24)
@pytest.mark.parametrize("line", WRONG)
def test_one_clear_line(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    refused(run(*words), *WRONG[line])
    if list(WRONG).index(line) % 4 == 0 and "-o" not in words and words[0] not in ("list", "derve"):
        refused(run(*words, "-o", "page"), *WRONG[line])
    assert list(tmp_path.iterdir()) == []


def test_too_deep_is_bad_input() -> None:
    """Whatever slips past the limits of the readers and exhausts the stack is the input's fault."""

    def endless() -> int:
        return endless()

    with pytest.raises(SystemExit) as stop:
        guarded(endless)
    assert stop.value.code == 2


@pytest.mark.parametrize("place", ["missing/page.tex", "", "."])
def test_unwritable_output(place: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    refused(run("derive", "conv1d", "-o", str(tmp_path / place) if place else ""), "cannot write")
    assert sorted(tmp_path.rglob("*")) == before


def test_output_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old", encoding="utf-8")
    refused(run("derive", "conv1d", "-o", str(tmp_path / "file" / "page")), "cannot write")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"


def test_output_to_a_full_device() -> None:
    if os.path.exists("/dev/full"):
        assert run("derive", "conv1d", "-o", "/dev/full/page").exit_code == 2
    refused(run("derive", "conv1d", "-o", "/proc/page"), "cannot write")


def test_a_name_with_a_null_byte() -> None:
    refused(run("derive", "conv1d", "-o", "a\0b"), "cannot write")


# sizes beyond what can be checked are no crash
@pytest.mark.sweep(1)
@pytest.mark.parametrize("size", ["100000", "1000"])
def test_a_large_kernel_is_no_crash(size: str) -> None:
    """The result may be undecided (status 1) or refused (status 2), but nobody runs out of memory."""
    result = run("derive", "conv1d", "--kernel", size)
    assert isinstance(result.exception, (SystemExit, type(None)))
    assert result.exit_code in (0, 1, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["conv3d --kernel 50 --stride 7", "conv2d --kernel 400 --dilation 9", "conv1d --kernel 1000000"]
)
def test_a_large_kernel_takes_no_gigabytes(line: str) -> None:
    """In a process that may have two gigabytes: what cannot be tried is not tried, and the page says so."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30, 2 * 2**30)); "
    words = [sys.executable, "-c", limit + "from symconv.cli import main; main()", "derive", *line.split(), "--no-proof"]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize(
    "line",
    [
        "conv1d --input 1000000 --kernel 1000",
        "conv2d --input 1000000x1000000 --kernel 2x2",
        "conv2d --input 30000x30000 --kernel 1x1 --stride 30000",
        "max_pool2d --input 30000x30000 --kernel 1x1 --stride 30000",
    ],
)
def test_a_large_explicit_case_is_refused(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is derived for it."""
    monkeypatch.setattr(story, "derive", None)
    refused(run("derive", *line.split()), "the explicit case has", "over the limit of 100000")


# Python
PYTHON: dict[str, tuple[Callable[[], Any], str]] = {
    "float stride": (lambda: sc.conv1d(stride=1.0), "got 1.0"),
    "bool stride": (lambda: sc.conv1d(stride=True), "got True"),
    "nan stride": (lambda: sc.conv1d(stride=float("nan")), "got nan"),
    "negative kernel": (lambda: sc.conv1d(kernel=-1), "kernel: expected an integer >= 1, got -1"),
    "too many axes": (lambda: sc.conv2d(stride=(1, 2, 3)), "stride: expected one value or one per axis (2)"),
    "flat pads": (lambda: sc.conv1d(padding=(1, 2)), "((lo, hi), ...)"),
    "three sides": (lambda: sc.conv1d(padding=((1, 2, 3),)), "padding: expected (lo, hi)"),
    "groups do not divide": (lambda: sc.conv2d(3, 4, groups=2), "in_channels: expected a multiple of groups=2, got 3"),
    "filters do not divide": (lambda: sc.conv2d(4, 3, groups=2), "out_channels: expected a multiple of groups=2, got 3"),
    "no such parameter": (lambda: sc.conv2d(strides=2), "did you mean 'stride'"),
    "parameter of another family": (lambda: sc.correlate1d(groups=2), "no parameter 'groups'"),
    "too many by place": (lambda: sc.conv1d(*range(1, 20)), "at most"),
    "twice": (lambda: sc.conv1d(2, in_channels=2), "once"),
    "bias not a flag": (lambda: sc.conv1d(bias=1), "bias: expected True or False, got 1"),
    "flip not a flag": (lambda: sc.conv1d(flip_kernel="yes"), "flip_kernel: expected True or False"),
    "no such mode": (lambda: sc.correlate1d(mode="ful"), "did you mean 'full'"),
    "mode not a word": (lambda: sc.correlate1d(mode=3), "mode: expected"),
    "name with a space": (lambda: sc.conv1d(stride="s t"), "stride: expected"),
    "name with code": (lambda: sc.conv1d(stride="__import__('os')"), "stride: expected"),
    "empty name": (lambda: sc.conv1d(stride=""), "stride: expected"),
    "taken name": (lambda: sc.conv1d(stride="x"), "the name 'x' is taken"),
    "taken by an index": (lambda: sc.conv2d(dilation=("d", "p2")), "the name 'p2' is taken"),
    "no such role": (lambda: sc.derive(sc.conv1d(), wrt="z"), "wrt: expected x, w or b, got 'z'"),
    "role not a word": (lambda: sc.derive(sc.conv1d(), wrt=None), "wrt: expected x, w or b"),
    "no bias": (lambda: sc.derive(sc.correlate1d(), wrt="b"), "has no bias"),
    "no operator": (lambda: sc.derive("conv1d", wrt="x"), "expected an operator such as"),
    "no output": (lambda: sc.derive(sc.conv1d(kernel=3).at(input=2).data, wrt="x"), "kernel that fits"),
    "no such target": (lambda: sc.render(sc.derive(sc.conv1d()), to="latx"), "did you mean 'latex'"),
    "kernel beyond input": (lambda: sc.conv1d().at(input=2, kernel=3), "kernel that fits"),
    "sizes against the operator": (lambda: sc.conv1d(kernel=3).at(input=5, kernel=2), "kernel: expected 3"),
    "sizes missing": (lambda: sc.conv1d().at(input=5), "expected a number for K"),
    "float size": (lambda: sc.conv1d().at(input=5.0, kernel=3), "input: expected"),
    "bool size": (lambda: sc.conv1d().at(input=True, kernel=1), "input: expected"),
    "no such name": (lambda: sc.conv1d().at(input=5, kernel=3, zz=1), "zz"),
    "channels of a signal": (lambda: sc.correlate1d().at(input=5, kernel=3, in_channels=2), "one channel"),
    "channels against the operator": (
        lambda: sc.conv1d(2, 3).at(input=5, kernel=3, in_channels=4),
        "in_channels: expected 2",
    ),
    "evaluate no operator": (lambda: sc.evaluate(3, x=[1]), "expected an operator such as"),
    "shapes x and w": (lambda: sc.evaluate(sc.conv1d(), x=[[[1, 2]]], w=[[[1], [1]]]), "do not agree"),
    "shapes w and b": (lambda: sc.evaluate(sc.conv1d(), x=[[[1, 2]]], w=[[[1]]], b=[1, 2]), "do not agree"),
    "shapes y and g": (lambda: sc.evaluate(sc.conv1d(), x=[[[1, 2]]], w=[[[1]]], g=[[[1]]]), "do not agree"),
    "nan": (lambda: sc.evaluate(sc.correlate1d(), x=[float("nan")], w=[1]), "finite"),
    "infinity": (lambda: sc.evaluate(sc.correlate1d(), x=np.array([np.inf]), w=[1]), "finite"),
}


def wrong(parameter: Parameter) -> list[Any]:
    """Values that a parameter does not take, as the table of parameters says."""
    if parameter.choices:
        return ["nonsense", parameter.choices[0] + "s", 3]
    if parameter.switch is not None:
        return [1, "yes", None]
    if parameter.word == "ratio":
        return [True, math.nan, math.inf, "N"]
    return [1.5, True, math.nan, 10**30, "s t", *([] if parameter.least is None else [parameter.least - 1])]


@pytest.mark.parametrize("name", CATALOG)
def test_every_parameter_refuses_what_it_does_not_take(name: str) -> None:
    """In the words by which it is documented."""
    for parameter in CATALOG[name].parameters:
        assert f"{parameter.name}: {parameter.words} ({parameter.takes}" in getattr(sc, name).__doc__
        for value in wrong(parameter):
            with pytest.raises(sc.SymconvError) as caught:
                getattr(sc, name)(**{parameter.name: value})
            said = str(caught.value)
            assert said.startswith(f"{parameter.name}: ")
            if (not isinstance(value, (str, float, bool)) and abs(value or 0) < 10) or parameter.choices:
                assert f"expected {parameter.takes}, got" in said


@pytest.mark.parametrize(("make", "message"), PYTHON.values(), ids=PYTHON.keys())
def test_python(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(sc.SymconvError) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2
    assert len(str(caught.value)) <= 300


# no input gives a traceback
TOKENS = [
    "",
    "0",
    "1",
    "2",
    "3",
    "-1",
    "s",
    "P",
    "x",
    "N",
    "γ",
    "same",
    "valid",
    "2x1",
    "1x0x2",
    "s,t",
    "1:0",
    "1:0x2:1",
    "P:Q",
]
TOKENS += [
    ":",
    ",",
    "x",
    "1e3",
    "1.5",
    "٣",
    "９",
    "nan",
    "inf",
    "None",
    "[1]",
    "2x",
    "x2",
    "--",
    "-",
    "\n",
    "a\tb",
    "9" * 30,
]
TOKENS += [
    "__import__('os').system('true')",
    "{0}",
    "%s",
    "\\frac",
    "s" * 31,
    "1,2,3,4,5,6,7,8",
    "\U0001f600",
    "\ud800",
    "\0",
]
WORDS = st.one_of(st.sampled_from(TOKENS), st.text(max_size=8), st.lists(st.sampled_from(TOKENS), max_size=3).map("".join))
OPTIONS = [
    "wrt",
    "stride",
    "padding",
    "dilation",
    "groups",
    "mode",
    "input",
    "kernel",
    "batch",
    "in-channels",
    "out-channels",
]
OPTIONS += ["at", "to", "limit"]
FLAGS = ["--flip-kernel", "--no-bias", "--channels", "--json", "--standalone", "--no-check"]
OPERATORS = st.one_of(st.sampled_from(["conv1d", "conv2d", "correlate1d", "convolve2d", "conv3d"]), WORDS)


def clean(result: Result) -> None:
    """Whatever came in: an answer, or one line."""
    assert isinstance(result.exception, (SystemExit, type(None))), result.exception
    assert result.exit_code in (0, 1, 2)
    if result.exit_code == 2:
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert len(result.stderr) <= 400
    else:
        assert result.stderr == ""


@examples(40)
@given(
    OPERATORS, st.dictionaries(st.sampled_from(OPTIONS), WORDS, max_size=3), st.lists(st.sampled_from(FLAGS), max_size=2)
)
def test_garbage_on_the_command_line(operator: str, options: dict[str, str], flags: list[str]) -> None:
    words = [operator, *(f"--{name}={value}" for name, value in options.items()), *flags]
    clean(run("derive", "--no-proof", *words))


@examples(100)
@given(st.lists(WORDS, max_size=4))
def test_garbage_instead_of_a_command(words: list[str]) -> None:
    clean(run(*words))


ODD: list[Any] = [
    None, True, False, 0, 1, 2, 3, -1, -2, 1.5, 2.0, float("nan"), float("inf"), 10**30, -(10**30), 1j, "", "s", "x", "N", "s1",
    "same", "2x1", "1:2", "é", b"2", Fraction(1, 2), Fraction(2), np.int64(2), np.float64(2), np.array(2), np.array([1, 2]),
    [], [1], [1, 2], (1,), (1, 2), ((0, 1),), ((0, 1), (1, 0)), ((0, 1, 2),), ("s", 2), (None,), {}, {1}, {"a": 1}, object(), int,
    len, [[1]], [[[1, 2]]], "s" * 100, range(2), [1, [2]], np.zeros((0,)), np.array(["a"]), np.datetime64(1, "s"),
]  # fmt: skip
THINGS = st.sampled_from(ODD)


def attempt(make: Callable[[], Any]) -> Any:
    """The value, or None if it was refused; anything but a SymconvError of one line fails the test."""
    message = ""
    try:
        return make()
    except sc.SymconvError as error:
        message = str(error) if error.exit_status == 2 else f"status {error.exit_status}\n"
    assert "\n" not in message
    assert 0 < len(message) <= 400
    return None


def nested(depth: int) -> list[Any]:
    found: list[Any] = [1]
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("depth", [3, 40, 100, 10_000])
def test_deeply_nested_operands(depth: int) -> None:
    with pytest.raises(sc.SymconvError):
        sc.evaluate(sc.correlate1d(), x=nested(depth), w=[1])


def test_an_operand_that_holds_itself() -> None:
    endless: list[Any] = [1]
    endless.append(endless)
    with pytest.raises(sc.SymconvError):
        sc.evaluate(sc.correlate1d(), x=endless, w=[1])


NAMES = ["correlate1d", "convolve2d", "conv1d", "conv2d", "conv3d"]
PARAMETERS = [
    "kernel",
    "stride",
    "padding",
    "dilation",
    "mode",
    "groups",
    "bias",
    "flip_kernel",
    "in_channels",
    "out_channels",
]


@examples(200)
@given(
    st.sampled_from(NAMES), st.dictionaries(st.sampled_from(PARAMETERS), THINGS, max_size=2), st.lists(THINGS, max_size=2)
)
def test_garbage_in_a_constructor(name: str, given_: dict[str, Any], args: list[Any]) -> None:
    op = attempt(lambda: getattr(sc, name)(*args, **given_))
    if op is not None:
        assert op.formula.startswith("y[")
        assert op == attempt(lambda: getattr(sc, name)(*args, **given_))


@examples(120)
@given(
    st.dictionaries(
        st.sampled_from(["input", "kernel", "batch", "in_channels", "out_channels", "s", "zz"]), THINGS, max_size=4
    )
)
def test_garbage_in_sizes(given_: dict[str, Any]) -> None:
    for op in (sc.conv1d(stride="s"), sc.correlate2d()):
        attempt(lambda op=op: op.at(**given_).check())


@examples(120)
@given(st.dictionaries(st.sampled_from(["x", "w", "b", "g", "input", "kernel", "output", "s", "zz"]), THINGS, max_size=4))
def test_garbage_in_evaluate(given_: dict[str, Any]) -> None:
    for op in (sc.conv1d(stride="s"), sc.correlate1d(), sc.convolve2d()):
        attempt(lambda op=op: sc.evaluate(op, **given_))


@examples(100)
@given(THINGS, THINGS)
def test_garbage_elsewhere(one: Any, other: Any) -> None:
    attempt(lambda: sc.derive(one, wrt="x", proof=False))
    attempt(lambda: sc.derive(sc.correlate1d(), wrt=one, check=False))
    attempt(lambda: sc.evaluate(one, x=other))
    d = sc.derive(sc.correlate1d(), check=False)
    attempt(lambda: sc.render(d, to=one))
    attempt(lambda: sc.render(one))
    attempt(lambda: sc.conv1d().at(input=2, kernel=1).grad(one))
    attempt(lambda: sc.conv1d().at(input=2, kernel=1, limit=one))
