"""Networks: shapes, backpropagation, exact numbers, finite differences, pages, bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.api import story
from symconv.api.networks import checked, derived, network
from symconv.errors import InternalError
from symconv.language.expr import Expr
from tests.harness import run

ISSUE = "conv2d(2,3,kernel=3) relu max_pool2d(2) flatten linear(5) cross_entropy"
NETS = {
    "issue": (ISSUE, (2, 6, 6)),
    "one dimension": ("conv1d(2,3,kernel=3,stride=2,padding=1:2) tanh avg_pool1d(2,stride=1,ceil_mode=True) flatten linear(4) mse", (2, 9)),
    "groups and places": ("conv2d(4,6,kernel=3x2,stride=2x1,groups=2) gelu local2d(6,2,kernel=2) leaky_relu flatten linear(3) softmax sum", (4, 7, 5)),
    "three dimensions": ("conv3d(1,2,kernel=2) sigmoid max_pool3d(2,stride=1,padding=1) flatten linear(3,bias=False)", (1, 3, 4, 2)),
    "transposed": ("conv_transpose1d(3,2,kernel=3,stride=2) softplus conv1d(2,2,kernel=2,flip_kernel=True) sum", (3, 4)),
    "dense": ("linear(4) relu linear(3) cross_entropy", 5),
    "ties": ("max_pool2d(2,ties=split,stride=1) avg_pool2d(3,padding=1,stride=2,count_include_pad=False) conv2d(2,1,kernel=1)", (2, 5, 4)),
    "names": ("conv2d(kernel=3,stride=s,padding=P) relu sum", None),
    "open": ("conv2d() relu avg_pool2d() sum", None),
}  # fmt: skip


def arrays(net: Any, shape: tuple[int, ...], seed: int = 0, whole: bool = False) -> tuple[Any, dict[str, Any]]:
    """An input of two images and parameters, floats or small integers."""
    rng = np.random.RandomState(seed)
    draw = (lambda *n: rng.randint(-3, 4, n)) if whole else rng.randn
    bound = net.at(input=shape).data
    params = {
        f"{link.label}.{role}": draw(*(e.constant for e in link.shape(role)))
        for link in bound.links
        for role in link.parameters
    }
    return draw(2, *shape), params


# pooling alone takes any number of channels: the net of ties is not open
CHECKED = [(which, open_sizes) for which in NETS for open_sizes in (False, True) if not (open_sizes and which == "ties")]


@pytest.mark.sweep(4)
@pytest.mark.parametrize(("which", "open_sizes"), CHECKED)
def test_every_gradient_is_checked(which: str, open_sizes: bool) -> None:
    text, shape = NETS[which]
    d = sc.derive(sc.chain(text, input=None if open_sizes else shape), wrt="all")
    assert {v.status for v in d.verdicts} == {"checked"}
    assert {line.wrt for line in d.facts.lines} >= {"x", *sc.chain(text).parameters}
    assert "?" not in d.text()
    assert r"\checkmark" in d.latex()
    assert "```math" in d.markdown()
    assert {s["verdict"] for s in json.loads(d.json())["steps"]} == {"checked"}


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    "which", ["issue", "one dimension", "groups and places", "three dimensions", "transposed", "dense"]
)
def test_finite_differences_of_every_entry(which: str) -> None:
    """Each entry of each gradient against a central difference of ``evaluate``'s own loss."""
    text, shape = NETS[which]
    net = sc.chain(text)
    shape = shape if isinstance(shape, tuple) else (shape,)
    x, params = arrays(net, shape)
    out = (
        sc.evaluate(net, x=x, params=params, target=_target(net, text, shape, x, params))
        if "sum" in text or "mse" in text or "entropy" in text
        else None
    )
    extra: dict[str, Any] = {"target": _target(net, text, shape, x, params)} if out is not None else {}
    if out is None:
        y = sc.evaluate(net, x=x, params=params).y
        extra = {"g": np.random.RandomState(5).randn(*y.shape)}
    run = sc.evaluate(net, x=x, params=params, **extra)

    def loss(x: Any, params: dict[str, Any]) -> float:
        found = sc.evaluate(net, x=x, params=params, **extra).y
        return float((found * extra["g"]).sum() if "g" in extra else found)

    h, rng = 1e-6, np.random.RandomState(3)
    for name, at in [("x", x), *params.items()]:
        for flat in rng.permutation(at.size)[:6]:
            index = np.unravel_index(flat, at.shape)
            values = []
            for sign in (1, -1):
                moved = at.copy()
                moved[index] += sign * h
                values.append(loss(moved, params) if name == "x" else loss(x, {**params, name: moved}))
            assert np.isclose((values[0] - values[1]) / (2 * h), run.grad(name)[index], rtol=1e-5, atol=1e-7), (name, index)


def _target(net: Any, text: str, shape: tuple[int, ...], x: Any, params: Any) -> Any:
    if "entropy" in text:
        return [1, 2]
    if "mse" in text:
        bare = sc.chain(text.removesuffix(" mse"))
        return np.random.RandomState(9).randn(*sc.evaluate(bare, x=x, params=params).y.shape)
    return None


def test_exact_up_to_the_logits() -> None:
    net = sc.chain(ISSUE)
    x, params = arrays(net, (2, 6, 6), whole=True)
    run = sc.evaluate(net, x=x, params=params, target=[1, 4])
    assert run.exact["linear1"]
    assert not run.exact["cross_entropy1"]
    assert not run.exact
    assert repr(run.exact) == "exact up to linear1; float64 from cross_entropy1 on"
    assert run.logits.dtype == np.int64
    assert np.array_equal(run.outputs["linear1"], run.logits)


def test_exact_throughout() -> None:
    net = sc.chain(
        sc.conv1d(1, 1, kernel=2), sc.leaky_relu(Fraction(1, 2)), sc.avg_pool1d(2), sc.flatten(), sc.linear(1), sc.mse()
    )
    params = {"conv1": {"w": [[[1, Fraction(1, 3)]]], "b": [0]}, "linear1.w": [[3, 5]], "linear1.b": [1]}
    run = sc.evaluate(net, x=[[[1, -3, 2, 4, 0]]], params=params, target=[[7]])
    assert run.exact
    # conv: 0, -7/3, 10/3, 4;  leaky: 0, -7/6, 10/3, 4;  means: -7/12, 11/3;  out: 1 - 7/4 + 55/3
    out = 1 - Fraction(7, 4) + Fraction(55, 3)
    assert run.loss == (out - 7) ** 2
    assert run.grad("linear1.b").tolist() == [2 * (out - 7)]
    assert run.grad("linear1.w").tolist() == [[2 * (out - 7) * Fraction(-7, 12), 2 * (out - 7) * Fraction(11, 3)]]


def test_symbolic_sizes_where_the_layers_allow() -> None:
    d = sc.derive(sc.chain(ISSUE), wrt="conv1.w")
    told = json.loads(d.json())
    assert told["input"] == ["B", 2, "N1", "N2"]
    assert set(told["definitions"]) == {"H_conv1", "W_conv1", "H_pool1", "W_pool1"}
    assert told["steps"][-1]["wrt"] == "conv1.w"
    assert [s["layer"] for s in told["steps"]] == ["cross_entropy1", "linear1", "flatten1", "pool1", "relu1", "conv1"]
    fixed = sc.derive(sc.chain(ISSUE, input=(2, 6, 6)), wrt="linear1.b")
    assert [line.wrt for line in fixed.facts.lines] == ["h5", "linear1.b"]


def test_a_wrong_line_stops_the_derivation() -> None:
    """A gradient with a factor too many is an internal error that names it."""
    d = derived(network(ISSUE, (2, 6, 6)), "all")
    line = next(one for one in d.lines if one.wrt == "h4")
    wrong = replace(line, expr=Expr(tuple((*term, *line.expr.terms[0][-1:]) for term in line.expr.terms)))
    with pytest.raises(InternalError, match="gradient of h4 in linear1"):
        checked(replace(d, lines=tuple(wrong if one is line else one for one in d.lines)))


@pytest.mark.parametrize(
    ("layers", "shape", "said"),
    [
        ("conv2d(2,3,kernel=3) relu conv2d(4,5,kernel=3)", (2, 6, 6), "relu1 (relu) gives (B, 3, 4, 4), conv2 (conv2d) expects (B, 4,"),
        ("conv2d(2,3,kernel=3) linear(5)", (2, 6, 6), "conv1 (conv2d) gives (B, 3, 4, 4), linear1 (linear) expects"),
        ("conv2d(2,3,kernel=3) conv1d(3,2,kernel=2)", (2, 6, 6), "conv2 (conv1d) expects (B, 3,"),
        ("linear(3,4) linear(5,2)", (3,), "linear1 (linear) gives (B, 4), linear2 (linear) expects (B, 5)"),
        ("conv2d(2,3,kernel=3)", (3, 6, 6), "the input gives (B, 3, 6, 6), conv1 (conv2d) expects (B, 2,"),
        ("conv2d(2,3,kernel=7)", (2, 6, 6), "conv1: conv2d: expected a kernel that fits"),
        ("max_pool2d(2) max_pool2d(4)", (2, 6, 6), "pool2: max_pool2d: expected a kernel that fits"),
        ("relu cross_entropy", (3, 4, 4), "expects logits (B, classes); put flatten and linear between them"),
        ("relu mse relu", (3,), "expected the loss at the end, got mse"),
        ("relu", None, "give input=(2, 6, 6)"),
        ("conv2d(2,3,kernl=3)", None, "did you mean 'kernel'"),
        ("conv2d(2,3,kernel=3) max_pol2d(2)", None, "did you mean 'max_pool2d'"),
        ("max_pool2d(2,padding=2)", (1, 4, 4), "entirely inside the padding"),
        ("leaky_relu(slope) sum", (2,), "expected a number for slope"),
        ("correlate2d(kernel=3)", (2,), "unknown layer 'correlate2d'"),
    ],
)  # fmt: skip
def test_bad_nets(layers: str, shape: Any, said: str) -> None:
    with pytest.raises(sc.SymconvError) as caught:
        sc.derive(sc.chain(layers, input=shape), "all")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"x": np.zeros((2, 3, 6, 6))}, "do not chain"),
        ({"x": np.zeros(5)}, "expected a batch of inputs"),
        ({"x": None}, "expected the input of the net"),
        ({"target": [1, 5]}, "classes from 0 to 4, got 5 for image 1"),
        ({"target": [1]}, "for each of 2 images"),
        ({"target": None}, "expected one for cross_entropy"),
        ({"params": {"conv1.v": 1}}, "did you mean 'conv1.w'"),
        ({"params": {}}, "conv1.w: expected an array of shape (3, 2, 3, 3), got nothing"),
        ({"w": [1]}, "parameters go into params"),
    ],
)
def test_bad_numbers(change: dict[str, Any], said: str) -> None:
    net = sc.chain(ISSUE)
    x, params = arrays(net, (2, 6, 6))
    with pytest.raises(sc.SymconvError) as caught:
        sc.evaluate(net, **{"x": x, "params": params, "target": [1, 4], **change})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names() -> None:
    net = sc.chain(
        sc.conv2d(1, 2, kernel=3), sc.relu(), sc.conv2d(2, 2, kernel=3, bias=False), sc.avg_pool2d(2), sc.max_pool2d(2)
    )
    assert net.labels == ("conv1", "relu1", "conv2", "pool1", "pool2")
    assert net.parameters == ("conv1.w", "conv1.b", "conv2.w")
    for bad in ((), (3,), (sc.correlate2d(),), (sc.derive(sc.conv1d()).closed_form,)):
        with pytest.raises(sc.SymconvError, match="chain: expected"):
            sc.chain(*bad)
    with pytest.raises(sc.SymconvError, match="did you mean"):
        sc.derive(net, "conv1.v")
    assert story.roles(net.data, "all") == ["all"]


@pytest.mark.sweep(3)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "json"])
def test_command(to: str) -> None:
    words = ["derive", "net", "--layers", ISSUE, "--input", "2x6x6", "--wrt", "all", "--to", to]
    result = run(*words)
    assert (result.exit_code, result.stderr) == (0, "")
    again = run(*words)
    assert again.stdout == result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["net"], "symconv derive net --layers"),
        (["net", "--layers", ""], "expected at least one layer"),
        (["net", "--layers", "conv2d(2,3,kernel=3) linear(5)", "--input", "2x6x6"], "put flatten between them"),
        (["conv2d", "--layers", "relu"], "symconv derive net --layers"),
        (["net", "--layers", ISSUE, "--wrt", "w"], "wrt: expected x, conv1.w"),
        (["net", "--layers", ISSUE, "--input", "2x2x2"], "expected a kernel that fits"),
    ],
)
def test_bad_commands(words: list[str], said: str) -> None:
    result = run("derive", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


MODES = {"circular": "wrap", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge"}  # as NumPy calls them
PADDED = "conv2d(2,4,kernel=3x2,stride=2x1,padding=1:2x1:0,groups=2,padding_mode={0}) relu conv2d(4,1,kernel=2,padding=1,padding_mode={0})"


@pytest.mark.sweep(4)
@pytest.mark.parametrize("shape", [(2, 5, 4), (2, "H", "W")])
@pytest.mark.parametrize("mode", MODES)
def test_padding_that_copies_entries_is_checked(mode: str, shape: Any) -> None:
    d = sc.derive(sc.chain(PADDED.format(mode) + " sum", input=shape), wrt="all")
    assert {v.status for v in d.verdicts} == {"checked"}
    assert f"padding_mode {mode}" in " ".join(d.text().split())


@pytest.mark.parametrize("mode", MODES)
def test_it_is_the_bare_layer_on_the_padded_input(mode: str) -> None:
    """The gradient of the input collects, place by place, what NumPy's pad copied."""
    behind = " tanh flatten linear(2) mse"
    first, rng = PADDED.format(mode).partition(" relu")[0], np.random.RandomState(3)
    places = np.pad(np.arange(20).reshape(5, 4), ((1, 2), (1, 0)), mode=MODES[mode])  # type: ignore[call-overload]
    x, params = arrays(sc.chain(first + behind), (2, 5, 4), 4)
    target = rng.randn(2, 2)
    ours = sc.evaluate(sc.chain(first + behind), x=x, params=params, target=target)
    bare = sc.chain(first.replace(",padding=1:2x1:0", "").replace(f",padding_mode={mode}", "") + behind)
    theirs = sc.evaluate(bare, x=x.reshape(2, 2, 20)[:, :, places], params=params, target=target)
    assert np.isclose(ours.loss, theirs.loss)
    assert all(np.allclose(ours.grads[name], theirs.grads[name]) for name in params)
    collected = np.zeros((20, 2, 2))
    np.add.at(collected, places.ravel(), theirs.grads["x"].reshape(2, 2, -1).transpose(2, 0, 1))
    assert np.allclose(ours.grads["x"], collected.transpose(1, 2, 0).reshape(2, 2, 5, 4))


@pytest.mark.parametrize("mode", MODES)
def test_a_line_that_forgets_the_copies_is_refused(mode: str) -> None:
    d = derived(network(PADDED.format(mode) + " sum", (2, 5, 4)), "x")
    *rest, line = d.lines
    plain = derived(network(PADDED.format("zeros") + " sum", (2, 5, 4)), "x").lines[-1]
    with pytest.raises(InternalError, match="the gradient of x"):
        checked(replace(d, lines=(*rest, replace(line, expr=plain.expr))))


@pytest.mark.parametrize(
    ("layers", "shape", "left_out"),
    [
        ("relu relu relu sum", (2, 3, 4), "h1, h2 left out"),  # the zeros of a relu are the kink of the next
        ("conv2d(2,3,kernel=2) relu leaky_relu flatten linear(2) mse", (2, 4, 5), None),
        ("conv2d(2,3,kernel=3) relu", (2, "H", "W"), None),  # names of the user's own for the input's places
        ("conv2d(2,2,kernel=7,stride=3) relu avg_pool2d(3,stride=1) flatten sum", (2, "H", "W"), None),
    ],
)
def test_kinks_and_named_inputs_are_decided(layers: str, shape: Any, left_out: str | None) -> None:
    d = sc.derive(sc.chain(layers, input=shape), wrt="all")
    assert {v.status for v in d.verdicts} == {"checked"}
    assert left_out is None or left_out in " ".join(d.text().split())


@pytest.mark.slow
def test_a_net_of_usual_size_is_checked() -> None:
    """The net of LeCun et al. (1998) on 28 x 28, in its usual modern form."""
    layers = (
        "conv2d(1,6,kernel=5,padding=2) tanh avg_pool2d(2) conv2d(6,16,kernel=5) tanh avg_pool2d(2) flatten linear(120) tanh "
        "linear(84) tanh linear(10) cross_entropy"
    )
    d = sc.derive(sc.chain(layers, input=(1, 28, 28)), wrt="conv1.w")
    assert {v.status for v in d.verdicts} == {"checked"}
    assert "2 x 1 x 28 x 28" in " ".join(d.text().split())


@pytest.mark.parametrize("name", ["x", "B", "i1", "j", "h2", "g", "p", "S_1", "nan", "H W", ""])
def test_names_of_the_page_are_no_sizes_of_an_input(name: str) -> None:
    with pytest.raises(sc.SymconvError, match=r"input: (the name|expected a size)"):
        sc.chain("conv2d(2,3,kernel=3) sum", input=(2, name, "W"))
    for free in ("H", "N1", "height", "H_in"):
        assert sc.chain("conv2d(2,3,kernel=3) sum", input=(2, free, "W")).data.links


@pytest.mark.parametrize("extra", ["--stride 2", "--kernel 3x3", "--batch 3", "--loss y0", "--ties split", "--no-bias"])
def test_options_of_one_layer_are_refused_for_a_net(extra: str) -> None:
    words = ["derive", "net", "--layers", "conv2d(2,3,kernel=3) sum", "--input", "2x6x6", *extra.split()]
    result = run(*words)
    assert result.exit_code == 2
    assert extra.split(maxsplit=1)[0] in result.stderr
    assert result.stderr.count("\n") == 1
