r"""Rich display: every public object that a notebook may show has ``text/plain`` and ``text/latex``.

text/latex     $$\begin{aligned}...\end{aligned}$$, one or several, and nothing between that is not mathematics
text/plain     the repr: words and Unicode, no LaTeX
no text/html   mathematics is left to the notebook's own renderer
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

import symconv as sc
from tests.cases import zoo
from tests.cases.pages import SPECIAL, TRANSPOSED, page
from tests.oracles.mathematics import Formula, faults

pytestmark = pytest.mark.sweep(4)

DISPLAY = re.compile(r"\$\$\\begin\{aligned\}(.*?)\\end\{aligned\}\$\$", re.S)
EXPLICIT: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "conv1d": ("conv1d", {"stride": 2, "padding": 1}, {"input": 5, "kernel": 3}),
    "conv2d": ("conv2d", {}, {"input": (3, 4), "kernel": (2, 2), "in_channels": 2, "out_channels": 2, "batch": 2}),
    "conv3d": ("conv3d", {}, {"input": (2, 2, 3), "kernel": (1, 2, 2)}),
    "large": ("correlate2d", {"mode": "full"}, {"input": (7, 6), "kernel": (3, 2)}),
    "transposed": ("conv_transpose2d", {"stride": 2, "output_padding": 1}, {"input": (2, 2), "kernel": (2, 1)}),
    "loss": ("conv1d", {}, {"input": 4, "kernel": 2, "loss": "sum(y^2)/2"}),
}


def _objects() -> dict[str, Any]:
    """Makers of what a notebook may show, by name."""
    table: dict[str, Any] = {f"operator {key}": lambda key=key: zoo.build(key) for key in zoo.OPERATORS}
    for key, (name, parameters) in TRANSPOSED.items():
        table[f"operator {key}"] = lambda name=name, parameters=parameters: getattr(sc, name)(**parameters)
    for key in SPECIAL:
        table[f"derivation {key}"] = lambda key=key: page(key)
        table[f"closed form {key}"] = lambda key=key: page(key).closed_form
        table[f"first step {key}"] = lambda key=key: page(key).steps[0]
        table[f"last step {key}"] = lambda key=key: page(key).steps[-1]
        table[f"gather form {key}"] = lambda key=key: page(key).steps[page(key).facts.gather]
    for key, (name, parameters, sizes) in EXPLICIT.items():
        table[f"instance {key}"] = lambda n=name, p=parameters, s=sizes: getattr(sc, n)(**p).at(**s)
    for bias in ("conv1d", "conv2d", "conv_transpose1d"):
        table[f"sum {bias}"] = lambda bias=bias: sc.derive(getattr(sc, bias)(), "b").closed_form
    table |= {
        "matrix": lambda: sc.matrix(sc.conv1d(), 4, 2),
        "fourier": lambda: sc.fourier(4, 2),
        "im2col": lambda: sc.im2col(sc.conv2d(), (3, 3), (2, 2)),
        "sizes": lambda: sc.sizes("conv2d(3,4,kernel=3)", (3, 8, 8)),
        "receptive field": lambda: sc.receptive_field("conv1d(kernel=3) conv1d(kernel=2)"),
        "proof": lambda: sc.prove("convolution-commutes"),
        "filter": lambda: sc.image_filter([[1, 2], [3, 4]], "1 1"),
    }
    return table


OBJECTS = _objects()
ON_EACH = pytest.mark.parametrize("name", OBJECTS)


@cache
def shown(name: str) -> Any:
    return OBJECTS[name]()


@pytest.mark.slow
@ON_EACH
def test_text_latex(name: str) -> None:
    tex = shown(name)._repr_latex_()
    assert DISPLAY.search(tex)
    assert not DISPLAY.sub("", tex).strip()
    assert not any(word in tex for word in (r"\[", r"\]", r"\begin{align}", r"\begin{align*}", r"\begin{equation}"))


@ON_EACH
def test_a_second_reader_reads_it(name: str) -> None:
    displays = DISPLAY.findall(shown(name)._repr_latex_())
    assert displays
    assert not faults([Formula(rf"\begin{{aligned}}{body}\end{{aligned}}", True) for body in displays])


@ON_EACH
def test_text_plain(name: str) -> None:
    """Words and Unicode: no command, no dollar, no address of an object, and it ends."""
    plain = repr(shown(name))
    assert plain.strip()
    assert not re.search(r"\\[A-Za-z]|\$|object at 0x|\x1b", plain)


@ON_EACH
def test_no_html(name: str) -> None:
    assert not hasattr(shown(name), "_repr_html_")
    assert not hasattr(shown(name), "_repr_mimebundle_")


@pytest.mark.parametrize("key", SPECIAL)
def test_a_derivation_shows_its_lines(key: str) -> None:
    """As many ticks as steps, and the text page as plain text."""
    d = page(key)
    ticks = d._repr_latex_().count(r"\checkmark")
    assert ticks == sum(step.verdict.holds for step in d.steps)
    assert repr(d) == d.text()


@pytest.mark.parametrize("key", EXPLICIT)
def test_an_instance_shows_every_entry(key: str) -> None:
    inst = shown(f"instance {key}")
    entries = len(inst.y.reshape(len(inst.y)) if hasattr(inst.y, "reshape") else inst.y)
    left = re.findall(r"y_\{[\d,]+\} &=", inst._repr_latex_())
    assert len(left) == entries
    assert len(set(left)) == entries


def test_an_operator_shows_its_formula() -> None:
    op = sc.conv1d(stride="s", padding="P")
    assert op.formula in repr(op)
    assert "y_{n,\\,o,\\,i} &=" in op._repr_latex_()


def test_a_step_shows_its_rule_and_verdict() -> None:
    d = page("second-xw")
    for step in d.steps:
        assert step.formula in repr(step)
        assert step.rule in repr(step)
        assert step.verdict.status in repr(step)


def test_a_verdict_and_an_evaluation_are_plain() -> None:
    """They hold no mathematics; their reprs are one readable line."""
    d = sc.derive(sc.conv1d(), "x")
    assert d.verdicts[0].status in repr(d.verdicts[0])
    run = sc.evaluate(sc.correlate1d(), x=[1, 2, 3], w=[1, 1])
    assert "3" in repr(run)


def test_displays_are_the_same_each_time() -> None:
    make = OBJECTS["instance conv2d"]
    assert make()._repr_latex_() == make()._repr_latex_()
