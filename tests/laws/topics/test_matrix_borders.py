"""The matrices of operators with borders and of locally connected layers: against np.pad and loops, and what they are called."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.pages.spelling import width
from symconv.topics.matrix.cells import sizes
from symconv.topics.matrix.facts import Cells
from tests.harness import run

pytestmark = pytest.mark.sweep(16)

Array = Any
NUMPY: dict[str, Any] = {"circular": "wrap", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge"}


def pairs(value: Any, n: int) -> list[tuple[int, int]]:
    """Pads as (lo, hi) per axis."""
    each = (value,) * n if isinstance(value, int) else value
    return [(one, one) if isinstance(one, int) else one for one in each]


def per_axis(value: Any, n: int) -> tuple[int, ...]:
    return (value,) * n if isinstance(value, int) else tuple(value)


def windows(x: Array, given: dict[str, Any], n: int) -> Array:
    """x of batch x channels x space, padded by NumPy, as batch x channels x places x taps."""
    both = pairs(given.get("padding", 0), n)
    wide = [(0, 0)] * 2 + [(max(lo, 0), max(hi, 0)) for lo, hi in both]
    mode = given.get("padding_mode")
    x = np.pad(x, wide, mode=NUMPY[mode]) if mode else np.pad(x, wide)
    x = x[(..., *(slice(max(0, -lo), m - max(0, -hi)) for (lo, hi), m in zip(both, x.shape[2:], strict=True)))]
    s, d = per_axis(given.get("stride", 1), n), per_axis(given.get("dilation", 1), n)
    k = per_axis(given["kernel"], n)
    out = [(m - d_ * (k_ - 1) - 1) // s_ + 1 for m, s_, d_, k_ in zip(x.shape[2:], s, d, k, strict=True)]
    found = np.zeros((*x.shape[:2], *out, *k), dtype=np.int64)
    for at in product(*map(range, out)):
        for p in product(*map(range, k)):
            place = tuple(s_ * i + d_ * q for s_, i, d_, q in zip(s, at, d, p, strict=True))
            found[(slice(None), slice(None), *at, *p)] = x[(slice(None), slice(None), *place)]
    return found


def applied(x: Array, w: Array, given: dict[str, Any], n: int) -> Array:
    """The layer by loops over filters and channels: w has places where it is not shared."""
    seen, groups = windows(x, given, n), given.get("groups", 1)
    filters, channels = w.shape[:2]
    places = seen.shape[2 : 2 + n]
    y = np.zeros((x.shape[0], filters, *places), dtype=np.int64)
    for image, o in product(range(x.shape[0]), range(filters)):
        for c in range(channels):
            own = (o // (filters // groups)) * channels + c
            kernel = w[o, c] if w.ndim > 2 + n else w[o, c].reshape((1,) * n + w.shape[2:])
            y[image, o] += (seen[image, own] * kernel).reshape(*places, -1).sum(axis=-1)
    return y


def made(name: str, given: dict[str, Any], **more: Any) -> Any:
    """The matrix."""
    of_op = {"stride", "padding", "dilation", "groups", "padding_mode", "flip_kernel", "mode", "bias"}
    op = getattr(sc, name)(**{key: value for key, value in given.items() if key in of_op})
    return sc.matrix(op, **{key: value for key, value in given.items() if key not in of_op}, **more)


def numbers(found: Any, seed: int) -> tuple[Array, Array, Array, Array]:
    """(T in numbers, w, x, g), w by the names that stand in the cells."""
    data, draw = found.facts, np.random.default_rng(seed)
    op = data.op
    shape = sizes(op, op.kernel)
    if data.node is not None:
        lead = len(op.kernel.layout)
        shape = (*shape[:lead], *sizes(op, op.result)[len(op.result.layout) :], *shape[lead:])
    w = draw.integers(-99, 99, shape)
    names = {"w" + "_".join(map(str, at[data.skip[1] :])): w[at] for at in np.ndindex(*shape)}
    T = np.array([[sum(names[n] for n in c.split(" + ")) if c else 0 for c in row] for row in found.cells])
    above, across = sizes(op, op.result), sizes(op, op.data)
    return T, w, draw.integers(-99, 99, across), draw.integers(-99, 99, above)


BORDERS: dict[str, tuple[str, dict[str, Any]]] = {
    "same": ("correlate1d", {"input": 5, "kernel": 3, "padding": 1}),
    "asymmetric": ("correlate1d", {"input": 5, "kernel": 3, "padding": ((2, 1),)}),
    "left alone": ("correlate1d", {"input": 6, "kernel": 3, "padding": ((2, 0),), "stride": 2}),
    "right alone": ("correlate1d", {"input": 6, "kernel": 2, "padding": ((0, 3),)}),
    "remainder": ("correlate1d", {"input": 9, "kernel": 2, "padding": ((1, 2),), "stride": 4}),
    "remainder hides the right pad": ("correlate1d", {"input": 6, "kernel": 2, "padding": ((1, 1),), "stride": 3}),
    "dilation": ("correlate1d", {"input": 7, "kernel": 3, "padding": ((3, 2),), "dilation": 2}),
    "dilation and stride": ("correlate1d", {"input": 8, "kernel": 3, "padding": 3, "dilation": 3, "stride": 2}),
    "cropping": ("correlate1d", {"input": 7, "kernel": 2, "padding": ((-2, 2),)}),
    "kernel wider than input": ("correlate1d", {"input": 3, "kernel": 5, "padding": 2}),
    "round more than once": ("correlate1d", {"input": 2, "kernel": 4, "padding": ((3, 5),)}),
    "one entry": ("correlate1d", {"input": 1, "kernel": 3, "padding": 2}),
    "channels": ("conv1d", {"input": 4, "kernel": 3, "padding": 1, "in_channels": 2, "out_channels": 3}),
    "groups": ("conv1d", {"input": 4, "kernel": 2, "padding": ((0, 1),), "groups": 2, "in_channels": 4, "out_channels": 2}),
    "batch": ("conv1d", {"input": 3, "kernel": 2, "padding": 1, "batch": 2}),
    "2d": ("correlate2d", {"input": (3, 4), "kernel": (3, 2), "padding": ((1, 1), (1, 0))}),
    "2d uneven": (
        "conv2d",
        {"input": (4, 5), "kernel": (2, 3), "padding": ((1, 0), (2, 2)), "stride": (2, 1), "dilation": (1, 2), "in_channels": 2},
    ),
    "2d one axis": ("correlate2d", {"input": (3, 3), "kernel": (2, 3), "padding": (0, 1)}),
    "3d": ("correlate3d", {"input": (2, 2, 3), "kernel": (1, 2, 3), "padding": ((0, 0), (1, 0), (1, 1))}),
}  # fmt: skip
LOCAL: dict[str, tuple[str, dict[str, Any]]] = {
    "1d": ("local1d", {"input": 5, "kernel": 3}),
    "1d uneven": ("local1d", {"input": 8, "kernel": 3, "padding": ((2, 1),), "stride": 3, "dilation": 2}),
    "1d cropping": ("local1d", {"input": 7, "kernel": 2, "padding": ((-1, -2),)}),
    "1d wide kernel": ("local1d", {"input": 2, "kernel": 4, "padding": ((2, 1),)}),
    "1d one place": ("local1d", {"input": 3, "kernel": 3}),
    "1d channels": ("local1d", {"input": 4, "kernel": 2, "in_channels": 2, "out_channels": 3}),
    "1d groups": ("local1d", {"input": 5, "kernel": 2, "stride": 2, "groups": 2, "in_channels": 4, "out_channels": 2}),
    "1d batch": ("local1d", {"input": 4, "kernel": 2, "batch": 3, "bias": False}),
    "2d": ("local2d", {"input": (3, 4), "kernel": (2, 3), "padding": ((1, 0), (0, 2)), "stride": (1, 2)}),
    "2d groups": ("local2d", {"input": (2, 3), "kernel": 2, "groups": 2, "in_channels": 2, "out_channels": 4}),
    "3d": ("local3d", {"input": (2, 2, 3), "kernel": (2, 1, 2), "padding": (0, 1, 0)}),
}  # fmt: skip
BOTH = [(name, mode) for name in BORDERS for mode in NUMPY]


def border(name: str, mode: str, **more: Any) -> Any:
    op, given = BORDERS[name]
    return made(op, {**given, "padding_mode": mode, **more})


def agrees(found: Any, given: dict[str, Any], flip: bool = False) -> None:
    """T x is the layer by loops, T^T g the gradient of sc.evaluate, both in numbers."""
    T, w, x, g = numbers(found, 7)
    op, n = found.facts.op, found.facts.op.ndim
    lead = (1,) * (2 - len(op.data.layout))
    kernel = np.flip(w, tuple(range(w.ndim - n, w.ndim))) if flip else w
    y = applied(x.reshape(lead + x.shape), kernel.reshape(lead + w.shape), given, n)
    assert (T @ x.ravel()).tolist() == y.ravel().tolist()
    done = sc.evaluate(sc.Operator(found.facts.node or op), x=x.tolist(), w=w.tolist(), g=g.tolist())
    assert (T.T @ g.ravel()).tolist() == [int(v) for v in np.ravel(done.grad_x)]
    assert {v.status for v in found.verdicts} == {"checked"}


@pytest.mark.parametrize(("name", "mode"), BOTH)
def test_the_whole_map_and_its_transpose(name: str, mode: str) -> None:
    agrees(border(name, mode), {**BORDERS[name][1], "padding_mode": mode})


@pytest.mark.parametrize("mode", NUMPY)
def test_a_true_convolution(mode: str) -> None:
    given = {"input": 5, "kernel": 3, "padding": ((2, 1),), "padding_mode": mode, "flip_kernel": True}
    agrees(made("conv1d", given), given, flip=True)


@pytest.mark.parametrize("name", LOCAL)
def test_weights_of_their_own(name: str) -> None:
    op, given = LOCAL[name]
    agrees(made(op, given), given)


@pytest.mark.parametrize("name", LOCAL)
def test_the_zeros_of_the_convolution_and_no_weight_twice(name: str) -> None:
    op, given = LOCAL[name]
    local, shared = made(op, given), made(op.replace("local", "conv"), given)
    assert [[c is None for c in row] for row in local.cells] == [[c is None for c in row] for row in shared.cells]
    own = [c for row in local.cells for c in row if c is not None]
    assert len(own) == len(set(own)) * given.get("batch", 1)
    assert len(local.verdicts) == 4


def flat(found: Any) -> str:
    return " ".join(found.text().split())


# what they are called
def kinds(found: Any) -> list[str]:
    return [one.kind for one in found.pattern.levels]


KINDS = {
    ("same", "circular"): ["circulant"], ("asymmetric", "circular"): ["ring"], ("left alone", "circular"): ["ring"],
    ("kernel wider than input", "circular"): ["circulant"], ("2d", "circular"): ["circulant", "circulant"],
    ("2d one axis", "circular"): ["toeplitz", "circulant"], ("3d", "circular"): ["toeplitz", "circulant", "circulant"],
    ("same", "reflect"): ["fold"], ("2d", "symmetric"): ["fold", "fold"], ("2d one axis", "replicate"): ["toeplitz", "fold"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "mode"), KINDS)
def test_kinds(name: str, mode: str) -> None:
    assert kinds(border(name, mode)) == KINDS[name, mode]


@pytest.mark.parametrize(("name", "mode"), BOTH)
def test_the_rows_that_differ_from_zero_padding(name: str, mode: str) -> None:
    """Along one axis: the first rows and the last are named, and there are no others."""
    op, given = BORDERS[name]
    found = border(name, mode)
    if len(found.pattern.levels) > 1 or found.facts.op.layered:
        return
    plain = made(op, given).cells
    differ = {i for i, (one, two) in enumerate(zip(found.cells, plain, strict=True)) if one != two}
    (level,) = found.pattern.levels
    if level.kind == "fold":
        assert differ == {*range(level.first), *range(level.rows - level.last, level.rows)}
    elif level.kind not in ("circulant", "ring"):
        assert not differ


@pytest.mark.parametrize(("name", "mode"), BOTH)
def test_the_names_hold(name: str, mode: str) -> None:
    """Circulant rows go round; what the fold adds to a Toeplitz matrix is Hankel, or stands in the end columns."""
    op, given = BORDERS[name]
    found = border(name, mode)
    if len(found.pattern.levels) > 1 or found.facts.op.layered:
        return
    (level,) = found.pattern.levels
    n, s, rows = level.columns, level.stride, level.rows
    if level.kind in ("circulant", "ring"):
        for i, j in product(range(rows - 1), range(n)):
            assert found.cells[i][j] == found.cells[i + 1][(j + s) % n]
    if level.kind != "fold":
        return
    plain = made(op, given).cells
    added = [
        [set((c or "").split(" + ")) - set((z or "").split(" + ")) for c, z in zip(*both, strict=True)]
        for both in zip(found.cells, plain, strict=True)
    ]
    if level.law == "ends":
        assert not any(added[i][j] for i in range(rows) for j in range(1, n - 1))
    elif level.law == "hankel":
        by: dict[int, set[str]] = {}
        assert all(by.setdefault(j + s * i, added[i][j]) == added[i][j] for i in range(rows) for j in range(n))
    elif level.law == "hankel-inside":
        by = {}
        assert all(by.setdefault(j + s * i, added[i][j]) == added[i][j] for i in range(rows) for j in range(1, n - 1))


def test_laws() -> None:
    laws = {mode: border("same", mode).pattern.levels[0].law for mode in ("reflect", "symmetric", "replicate")}
    assert laws == {"reflect": "hankel-inside", "symmetric": "hankel", "replicate": "ends"}
    assert border("round more than once", "symmetric").pattern.levels[0].law == ""


WORDS = {
    ("same", "circular"): "T is circulant: entries depend on (j - i) mod 5 alone",
    ("2d", "circular"): "T is doubly block circulant",
    ("3d", "circular"): "a circulant matrix, 3 x 3",
    ("left alone", "circular"): "every 2nd row of a circulant 6 x 6 matrix, since the stride is 2",
    ("asymmetric", "circular"): "6 rows of a circulant 5 x 5 matrix, which begin again after 5",
    ("same", "reflect"): "a Toeplitz matrix plus a fold at the borders (of its 5 rows all but the first and the last are those of",
    ("asymmetric", "symmetric"): "all but the first 2 and the last are those of zero padding",
    ("left alone", "replicate"): "every 2nd row of a Toeplitz matrix plus a fold",
    ("one entry", "replicate"): "none of its 3 rows is that of zero padding",
    ("channels", "circular"): "Every block is circulant",
}  # fmt: skip


@pytest.mark.parametrize(("name", "mode"), WORDS)
def test_words(name: str, mode: str) -> None:
    assert WORDS[name, mode] in flat(border(name, mode))


def test_words_of_local_layers() -> None:
    said = flat(made("local1d", {"input": 5, "kernel": 3}))
    assert "T is banded, with no constant diagonals" in said
    assert "w has 9 entries and b 3; the kernel and the bias of the convolution have 3 and 1." in said
    assert "stand in T" not in said
    padded = made("local1d", {"input": 3, "kernel": 3, "padding": 1, "bias": False})
    assert "w has 9 entries; the kernel of the convolution has 3. Of the entries of w 7 stand in T" in flat(padded)


# targets
@pytest.mark.sweep(8)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "html", "json"])
@pytest.mark.parametrize("name", ["kernel wider than input", "2d uneven", "channels"])
def test_every_target_of_a_border(name: str, to: str) -> None:
    page = getattr(border(name, "reflect"), to)()
    assert page
    if to == "text":
        assert max(map(width, page.split("\n"))) <= 80


@pytest.mark.sweep(12)
@pytest.mark.parametrize("to", ["text", "latex", "markdown", "html", "json"])
@pytest.mark.parametrize("name", LOCAL)
def test_every_target_of_a_local_layer(name: str, to: str) -> None:
    op, given = LOCAL[name]
    page = getattr(made(op, given), to)()
    assert page
    if to == "text":
        assert max(map(width, page.split("\n"))) <= 80


def test_sums_in_every_target() -> None:
    found = border("kernel wider than input", "circular")
    assert "w0+w3" in found.text()
    assert "w_{0}+w_{3}" in found.latex()
    assert "w_{0}+w_{3}" in found.markdown()
    assert json.loads(found.json())["matrix"][0] == ["w2", "w0 + w3", "w1 + w4"]
    assert json.loads(found.json())["padding_mode"] == "circular"
    assert found.cells[0] == ["w2", "w0 + w3", "w1 + w4"]
    wide = border("2d uneven", "symmetric").text()
    assert " + " in wide


def test_sums_in_sympy() -> None:
    import sympy

    w = sympy.symbols("w0:5")
    assert border("kernel wider than input", "circular").sympy().row(0) == sympy.Matrix([[w[2], w[0] + w[3], w[1] + w[4]]])


@pytest.mark.parametrize("to", ["svg", "tikz", "png"])
def test_pictures(to: str) -> None:
    assert made(*LOCAL["1d"], compare=True).picture(to)
    if to != "png":  # drawn from the same scene as the others
        for found in (border("kernel wider than input", "circular"), border("2d uneven", "reflect"), made(*LOCAL["2d"])):
            for which in ("T", "transpose"):
                assert found.picture(to, figure=which)


def test_pictures_say_what_they_show() -> None:
    assert "or the sum of several" in border("kernel wider than input", "circular").picture()
    assert "no weight stands twice" in made(*LOCAL["1d"]).picture()


def test_a_local_layer_is_compared() -> None:
    found = made("local1d", {"input": 6, "kernel": 3}, compare=True)
    assert [(c.name, c.weights, c.biases) for c in found.facts.comparisons] == [
        ("dense", 24, 4),
        ("local", 12, 4),
        ("conv", 3, 1),
    ]


# the command, and what is refused
def test_commands() -> None:
    done = run("matrix", "conv1d", "--input", "5", "--kernel", "3", "--padding", "1", "--padding-mode", "circular")
    assert done.exit_code == 0
    assert "y0  w1 w2  ·  · w0" in done.stdout
    done = run("matrix", "local1d", "--input", "5", "--kernel", "3")
    assert done.exit_code == 0
    assert "y1    · w10 w11 w12   ·" in done.stdout
    assert done.stdout.count("✓") == 5


# checks that can fail
def tampered(cells: Cells) -> Cells:
    """Two rows exchanged."""
    return (cells[1], cells[0], *cells[2:])


@pytest.mark.parametrize(("module", "which"), [("pattern", "fold"), ("pattern", "ring")])
def test_a_wrong_pattern_would_be_found(monkeypatch: pytest.MonkeyPatch, module: str, which: str) -> None:
    from dataclasses import replace

    from symconv.topics.matrix import pattern

    good = getattr(pattern, which)
    change = {
        "fold": lambda one: replace(one, first=one.first + 1),
        "ring": lambda one: replace(one, modulus=one.modulus + 1),
    }
    monkeypatch.setattr(pattern, which, lambda *given: change[which](good(*given)))
    with pytest.raises(SymconvError, match="'pattern' gave a line that is false"):
        border("same", "symmetric" if which == "fold" else "circular")


def test_a_wrong_border_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from symconv.examples import borders

    monkeypatch.setattr(borders, "places", lambda mode, n, lo, hi: [min(max(m - lo, 0), n - 1) for m in range(n + lo + hi)])
    with pytest.raises(SymconvError, match="'forward' gave a line that is false"):
        border("same", "circular")


def test_a_wrong_local_matrix_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from symconv.language.unshared import Unshared
    from symconv.topics.matrix import story as matrices

    def wrong(layer: Any) -> Any:
        return replace(good(layer), cells=tampered(good(layer).cells)) if isinstance(layer, Unshared) else good(layer)

    good = matrices.matrix
    monkeypatch.setattr(matrices, "matrix", wrong)
    with pytest.raises(SymconvError, match="'forward' gave a line that is false"):
        made(*LOCAL["1d"])


def test_a_derived_member_has_a_matrix() -> None:
    """dL/dx of a circular layer, and dL/dw of one, are operators themselves: T^T, and T in the entries of x."""
    op = sc.correlate1d(padding=1, padding_mode="circular")
    found = sc.derive(op, wrt="x", check=False, proof=False).closed_form
    back = sc.matrix(found, 5, 3, N=5)
    assert back.cells == [list(c) for c in zip(*border("same", "circular").cells, strict=True)]
    assert {v.status for v in back.verdicts} == {"checked"}
