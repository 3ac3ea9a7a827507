"""Figures: their boxes hold, what they show is the example's numbers, and they look as they did when they were looked at."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

import symconv as sc
from symconv.api.examples import example
from symconv.errors import SymconvError
from symconv.figures.geometry import landings, overlaps, strides
from symconv.figures.layout import factor, shown
from symconv.figures.matrix import contributions, matrix
from symconv.figures.upstream import upstream
from symconv.figures.window import both, passes, sequence, taps, telling, window
from symconv.language.example import ZERO, Example
from symconv.language.scene import Cell, Scene, Text, flaws, plain

pytestmark = pytest.mark.sweep(6)

WIDE: list[Any] = [7, -3, 42, -15, 128, -999, 2048, -4096, Fraction(1, 2), Fraction(-3, 14), Fraction(125, 8), 0]


def grid(*shape: int, start: int = 0) -> Any:
    """Entries of one to four digits, negative ones and fractions."""
    if len(shape) == 1:
        return [WIDE[(start + 5 * k) % len(WIDE)] for k in range(shape[0])]
    return [grid(*shape[1:], start=start + 7 * k) for k in range(shape[0])]


def make(
    name: str, input: Any, kernel: Any, channels: tuple[int, int] | None = None, seed: int = 1, **parameters: Any
) -> Example:
    sizes = {} if channels is None else {"in_channels": channels[0], "out_channels": channels[1]}
    return example(getattr(sc, name)(**parameters).data, input=input, kernel=kernel, seed=seed, **sizes)  # type: ignore[arg-type]


CASES: dict[str, Any] = {
    "plain": lambda: make("correlate2d", (4, 4), (3, 3)),
    "remainder": lambda: make("conv2d", (6, 8), (3, 2), stride=(2, 3), padding=((1, 0), (0, 2))),
    "remainder-small-pad": lambda: make("conv1d", 9, 3, stride=4, padding=((0, 1),)),
    "dilation": lambda: make("conv1d", 9, 3, stride=2, dilation=2, padding=1),
    "channels": lambda: make("conv2d", (4, 5), (2, 3), channels=(2, 3)),
    "many-channels": lambda: make("conv1d", 5, 2, channels=(6, 2)),
    "groups": lambda: make("conv2d", (3, 4), (2, 1), channels=(4, 2), groups=2),
    "flip": lambda: make("convolve2d", (3, 4), (2, 3), mode="full"),
    "crop": lambda: make("conv2d", (6, 5), (2, 2), stride=(3, 2), padding=((2, 0), (-1, 0))),
    "wide-kernel": lambda: make("conv1d", 2, 5, padding=3),
    "one": lambda: make("conv2d", (1, 1), (1, 1)),
    "gaps": lambda: make("conv1d", 8, 1, stride=3),
    "three": lambda: make("conv3d", (3, 3, 4), (2, 1, 2), stride=(1, 2, 1)),
    "three-channels": lambda: make("conv3d", (2, 3, 2), (1, 2, 2), channels=(2, 2)),
    "transposed": lambda: make("conv_transpose2d", (3, 3), (3, 3), stride=2, padding=1),
    "transposed-1d": lambda: make("conv_transpose1d", 4, 3, stride=2, output_padding=1),
    "transposed-dilated": lambda: make("conv_transpose1d", 3, 2, stride=3, dilation=2, padding=1),
    "entries": lambda: example(sc.correlate2d().data, x=grid(4, 4), w=grid(2, 3, start=3), g=grid(3, 2, start=5)),
    "entries-1d": lambda: example(sc.correlate1d(padding=1).data, x=grid(6), w=grid(3, start=3), g=grid(6, start=2)),
    "decimals": lambda: example(sc.correlate1d().data, x="0.125 -1.5 2.25 1000.5", w="0.3 -0.7"),
}
MADE: dict[str, Example] = {}


@pytest.fixture(params=CASES)
def made(request: pytest.FixtureRequest) -> Example:
    if request.param not in MADE:
        MADE[request.param] = CASES[request.param]()
    return MADE[request.param]


def scenes(made: Example) -> dict[str, Scene]:
    found = {f"window-{part}": window(made, part) for part in passes(made)}
    found |= {f"both-{part}": both(made, part) for part in "xw" if part in passes(made)}
    found |= {"upstream": upstream(made), "strides": strides(made.op), "overlaps": overlaps(made.op)}
    found |= {"matrix": matrix(made.op), "transposed": matrix(made.op, True)}
    return found


@pytest.mark.sweep(1)
def test_boxes_hold(made: Example) -> None:
    for name, picture in scenes(made).items():
        assert flaws(picture) == [], name
        assert picture.title
        assert picture.description.endswith(".")


def texts(picture: Scene) -> list[str]:
    return [plain(e.runs) for e in picture.elements if isinstance(e, Text)]


def test_the_window_reads_what_the_entry_is_made_of(made: Example) -> None:
    """The cells that the window marks are exactly the factors of the entry's products that are no zeros put in."""
    for one in passes(made).values():
        index = telling(one)
        picture = window(made, {v.words: k for k, v in passes(made).items()}[one.words], index)
        leads = {
            f[1][: made.array(f[0]).lead] for p in one.entries[index].terms for f in p.factors if f[0] == one.data.name
        }
        if len(leads) > 4:
            continue  # only four planes are drawn
        marked = {e.key for e in picture.elements if isinstance(e, Cell) and e.role == "hit"}
        data, kernel = made.array(one.data.name), made.array(one.kernel.name)
        wanted = set()
        for p in one.entries[index].terms:
            for name, at in p.factors:
                if ZERO not in p.factors and name in (data.name, kernel.name):
                    wanted.add(f"{name}[{','.join(map(str, made.array(name).short(at)))}]")
        assert marked == wanted


def test_every_number_is_the_example_s(made: Example) -> None:
    for part, one in passes(made).items():
        picture = window(made, part)
        outlined = [e for e in picture.elements if isinstance(e, Cell) and e.outline]
        (cell,) = outlined
        value = one.entries[telling(one)].value
        assert plain(cell.runs) == shown(value, made.decimal)
        assert f"= {shown(value, made.decimal)}" in texts(picture)[-1] + texts(picture)[-2]
        assert shown(value, made.decimal) in picture.description


def test_the_sequence_fills_the_result() -> None:
    made = make("conv2d", (3, 4), (2, 2), padding=1, stride=2)
    steps = sequence(made, "x")
    assert len(steps) == 12
    assert len({(s.width, s.height) for _, s in steps}) == 1
    written = [sum(1 for e in s.elements if isinstance(e, Cell) and e.key.startswith("dL/dx") and e.runs) for _, s in steps]
    assert written == list(range(1, 13))
    assert all(flaws(s) == [] for _, s in steps)
    places = [[(round(e.box.x, 6), round(e.box.y, 6)) for e in s.elements if isinstance(e, Cell)] for _, s in steps]
    assert all(p == places[0] for p in places)  # nothing moves but the window


def test_the_matrix_is_the_operator(made: Example) -> None:
    """Where the matrix has taps, y has those products (of the first channels); elsewhere it has none."""
    op, found = made.op, contributions(made.op)
    lead = [made.array(o.name).lead for o in (op.result, op.data, op.kernel)]
    pairs: dict[object, list[tuple[int, ...]]] = {}
    for one in made.y.lines:
        for p in one.terms:
            names = dict(p.factors)
            if op.data.name in names and not any(one.index[: lead[0]]) and not any(names[op.data.name][: lead[1]]):
                pair = one.index[lead[0] :], names[op.data.name][lead[1] :]
                pairs.setdefault(pair, []).append(names[op.kernel.name][lead[2] :])
    assert found == pairs


def test_overlaps_count_products(made: Example) -> None:
    counts = [landings(made.op, k) for k in range(made.op.ndim)]
    per_pair = len(
        {f[1][: made.array(f[0]).lead] for p in made.y.lines[0].terms for f in p.factors if f[0] == made.op.kernel.name}
    )
    for one in made.y.lines[:6]:
        spot = one.index[made.array(made.op.result.name).lead :]
        total = 1
        for c, m in zip(counts, spot, strict=True):
            total *= c[m]
        assert total * max(per_pair, 1) == sum(1 for p in one.terms if len(p.factors) == 2)


def test_upstream_shows_the_view(made: Example) -> None:
    """The last array of the figure, cropped cells left out, is the array that the closed form reads."""
    view = made.gradient("x").views[0]
    g = made.array(view.name)
    lead = (0,) * g.lead
    wanted = [shown(0 if isinstance(c, str) else g[lead + c], made.decimal) for c in view.cells]
    cells = [e for e in upstream(made).elements if isinstance(e, Cell) and e.role != "crop"]
    assert [plain(c.runs) for c in cells[len(cells) - len(wanted) :]] == wanted


def test_taps_lie_in_the_views(made: Example) -> None:
    for one in passes(made).values():
        shape = one.result.shape[one.result.lead :]
        for at in product(*map(range, shape)):
            for place, tap in taps(one.member, at):
                assert all(0 <= m < n for m, n in zip(place, one.data.shape, strict=True))
                assert all(0 <= m < n for m, n in zip(tap, one.kernel.shape, strict=True))


def test_numbers() -> None:
    assert shown(-3) == "−3"
    assert shown(Fraction(-3, 14)) == "−3/14"
    assert shown(Fraction(-1, 8), True) == "−0.125"
    assert shown(Fraction(1, 3), True) == "0.3333333333…"
    assert shown(Fraction(4, 2)) == "2"
    assert factor(-3) == "(−3)"
    assert factor(Fraction(1, 2)) == "(1/2)"


@pytest.mark.sweep(4)
@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda m: window(m, "z"), "expected one of y, x, w, got 'z'"),
        (lambda m: window(m, "y", (0, 9)), "expected an entry of y, shape"),
        (lambda _: strides(sc.conv1d(stride="s").data), "concrete sizes"),
        (lambda _: matrix(sc.conv2d().data), "concrete sizes"),
        (lambda _: matrix(make("correlate2d", (8, 8), (2, 2)).op), "at most 50"),
        (lambda _: window(make("correlate2d", (40, 40), (1, 1))), "at most 1200 cells"),
        (lambda _: sequence(make("correlate1d", 70, 2)), "at most 64 steps"),
    ],
)
def test_refusals_are_one_line(draw: Any, words: str) -> None:
    with pytest.raises(SymconvError, match=re.escape(words)) as caught:
        draw(make("correlate2d", (3, 4), (2, 2)))
    assert "\n" not in str(caught.value)


def test_what_no_window_reads_is_marked(made: Example) -> None:
    """In the forward pass and in dL/dx: exactly the inputs that stand in no product of y."""
    op = made.op
    data = made.array(op.data.name)
    read = {f[1][data.lead :] for one in made.y.lines for p in one.terms for f in p.factors if f[0] == op.data.name}
    missed = {at[data.lead :] for at in data.indices()} - read
    if any(pad < 0 for one in made.views[:1] for pair in one.pads for pad in pair):
        return  # cropped entries do not stand in the forward figure at all
    for part in ("y", "x"):
        marked = [e for e in window(made, part).elements if isinstance(e, Cell) and e.role == "unread"]
        planes = min(len({k for k, _ in data.planes()}), 4) if part == "y" else 1
        assert len(marked) in (len(missed) * k for k in range(1, planes + 1)), part
        said = any("in no product" in t for t in texts(window(made, part)))
        assert said == bool(missed)
