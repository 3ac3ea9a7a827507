"""Figures as they should look, an SVG and a PNG each.  ``python -m tests.drawings`` draws them anew; look before committing."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import symconv as sc
from symconv.api.examples import example
from symconv.figures.geometry import overlaps, strides
from symconv.figures.matrix import matrix
from symconv.figures.upstream import upstream
from symconv.figures.window import both, window
from symconv.language.example import Example
from symconv.language.scene import Arrow, Box, Curve, Scene, Text, cell, joined, scene, words
from symconv.pages import png, svg
from symconv.topics.matrix.facts import MatrixPage
from symconv.topics.matrix.figure import bands, compared
from symconv.topics.matrix.story import as_matrix
from symconv.topics.sizes.figure import pyramid
from symconv.topics.sizes.story import receptive_field
from tests import TESTS

HERE = TESTS / "golden" / "figures"


def planes() -> Example:
    return example(
        sc.conv2d(stride=(2, 1), padding=((1, 0), (0, 1))).data, input=(5, 4), kernel=(3, 2), in_channels=2, seed=3
    )


def line() -> Example:
    return example(sc.conv1d(stride=3, dilation=2, padding=1).data, input=9, kernel=3, seed=4)


def volume() -> Example:
    return example(sc.correlate3d().data, input=(2, 3, 3), kernel=(2, 2, 1), seed=5)


def ring() -> Example:
    return example(sc.conv2d(padding=((1, 0), (1, 1)), padding_mode="circular").data, input=(3, 3), kernel=(2, 3), seed=2)


def mirrored() -> Example:
    op = sc.conv1d(stride=2, dilation=2, padding=((3, 1),), padding_mode="reflect")
    return example(op.data, input=(2, 5), kernel=3, seed=4)


def numbers() -> Example:
    x = [[7, -1024, Fraction(1, 2)], [-42, 128, -3], [Fraction(-3, 14), 0, 999]]
    return example(sc.correlate2d().data, x=x, w=[[1, -2], [Fraction(1, 2), 10]], g=[[1, -1], [2, 1000]])


def linear(name: str, input: object, kernel: object, compare: bool = False, **given: object) -> MatrixPage:
    sizes = {k: given.pop(k) for k in ("in_channels", "out_channels") if k in given}
    return as_matrix(getattr(sc, name)(**given).at(input=input, kernel=kernel, **sizes).data, compare)


def korean() -> Scene:
    """Labels in Korean beside entries: 창 is the window, 커널 the kernel."""
    cells = [cell(Box(40.0 * k, 0, 40, 34), words(str(3 * k - 4).replace("-", "−")), role="data") for k in range(5)]
    curve = Curve(tuple((50.0 * k, 110 - 30 * (k % 2)) for k in range(5)), "band5", smooth=True)
    more = [
        Text(0, 52, joined("입력 ", (("x", "i"),), ", 창이 오른쪽으로 한 칸씩 움직인다"), 13.0, "start"),
        Arrow(((0, 72), (120, 72)), "window"),
        curve,
    ]
    return scene([*cells, *more], "창의 이동", "창이 입력 위를 한 칸씩 움직인다.", "ko")


DRAWINGS: dict[str, Callable[[], Scene]] = {
    "window-2d": lambda: window(planes()),
    "window-1d": lambda: window(line()),
    "window-3d": lambda: window(volume()),
    "window-numbers": lambda: window(numbers()),
    "forward-backward": lambda: both(planes()),
    "border-1d": lambda: window(mirrored()),
    "border-2d": lambda: both(ring()),
    "border-kernel": lambda: window(
        example(sc.convolve1d(padding=((1, 2),), padding_mode="replicate").data, input=4, kernel=3, seed=1), "w"
    ),
    "border-fold": lambda: window(mirrored(), "x"),
    "border-strides": lambda: strides(mirrored().op),
    "border-matrix": lambda: matrix(mirrored().op),
    "border-circulant": lambda: matrix(ring().op, True),
    "upstream-1d": lambda: upstream(line()),
    "upstream-2d": lambda: upstream(planes()),
    "upstream-crop": lambda: upstream(
        example(sc.conv2d(stride=(3, 2), padding=((2, 0), (-1, 0))).data, input=(6, 5), kernel=(2, 2), seed=6)
    ),
    "strides-1d": lambda: strides(line().op),
    "strides-2d": lambda: strides(planes().op),
    "overlaps-2d": lambda: overlaps(sc.conv_transpose2d(stride=2, padding=1).at(input=(3, 3), kernel=(3, 3)).data),
    "overlaps-1d": lambda: overlaps(sc.conv_transpose1d(stride=2, output_padding=1).at(input=4, kernel=3).data),
    "matrix-1d": lambda: matrix(line().op),
    "matrix-2d": lambda: matrix(sc.correlate2d().at(input=(4, 4), kernel=(3, 2)).data),
    "matrix-transposed": lambda: matrix(sc.convolve1d(mode="full").at(input=6, kernel=3).data, True),
    "korean": korean,
    "bands-2d": lambda: bands(linear("conv2d", (4, 4), (2, 2))),
    "bands-channels": lambda: bands(
        linear("conv2d", (3, 4), (2, 2), in_channels=2, out_channels=2, stride=(1, 2), padding=((1, 0), (0, 0)))
    ),
    "bands-transposed": lambda: bands(linear("conv1d", 7, 3, stride=2, padding=1), True),
    "bands-large": lambda: bands(linear("conv2d", (9, 10), (3, 3), stride=(1, 2))),
    "compared": lambda: compared(linear("conv1d", 6, 3, True, padding=1)),
    "compared-2d": lambda: compared(linear("conv2d", (4, 4), (2, 3), True, stride=(2, 1))),
    "compared-large": lambda: compared(linear("conv2d", (9, 8), (3, 3), True)),
    "pyramid": lambda: pyramid(receptive_field("conv2d(kernel=3) conv2d(kernel=3) max_pool2d(2)")),
    "pyramid-holes": lambda: pyramid(
        receptive_field("conv1d(kernel=2,stride=4,dilation=3) relu conv1d(kernel=2,dilation=2)")
    ),
    "pyramid-padding": lambda: pyramid(
        receptive_field(
            "conv2d(kernel=3,padding=1) conv2d(kernel=(3,2),dilation=2,padding=(2,1)) max_pool2d(2)", unit=(0, 1)
        )
    ),
    "pyramid-wide": lambda: pyramid(
        receptive_field("conv1d(kernel=7,stride=2,padding=3) " + "conv1d(kernel=3,stride=2) " * 5)
    ),
}


def drawn(name: str) -> tuple[str, bytes]:
    """A figure as SVG and as PNG, a pixel a point."""
    picture = DRAWINGS[name]()
    return svg.render(picture), png.render(picture, 1.0)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name in DRAWINGS:
        text, picture = drawn(name)
        (HERE / f"{name}.svg").write_text(text, encoding="utf-8")
        (HERE / f"{name}.png").write_bytes(picture)
        print(name)
