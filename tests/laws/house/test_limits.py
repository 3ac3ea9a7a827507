"""Sizes are looked at before anything is built: whatever is asked, a clear line at once, or an answer in bounded time and room.

Every row runs in a process of its own with 2 GB of address space and 10 s of processor time, which the kernel enforces.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.cases.helpers import beside
from tests.harness import Nursery

pytest.importorskip("resource")
ROOM, SECONDS = 2 << 30, 10
M = 1_000_000  # the largest number that a parameter may be
NINES = "9" * 3000


def windowed() -> Iterator[str]:
    """Every command with windows, each size alone at its largest, and the sizes whose products are huge."""
    sizes = [
        f"conv1d --input 5 --kernel 2 --padding {M}", f"conv1d --input 5 --kernel 2 --dilation {M} --padding {M}",
        f"conv1d --input 5 --kernel 2 --batch {M}", f"conv1d --input 5 --kernel 2 --out-channels {M}",
        f"conv1d --input {M} --kernel {M} --in-channels {M}", f"conv2d --input {M}x{M} --kernel {M}x{M}",
        "conv2d --input 15000x15000 --kernel 3x3", "conv2d --input 30000x30000 --kernel 1x1 --stride 30000",
        "conv3d --input 1000x1000x1000 --kernel 1000x1000x1000", f"conv1d --input 5 --kernel 2 --padding {M} --padding-mode circular",
    ]  # fmt: skip
    for command, words in product(("matrix", "im2col", "example", "derive"), sizes):
        yield f"{command} {words}"
    for command, words in product(("matrix", "example", "derive"), [f"conv_transpose1d --input 5 --kernel 2 --stride {M}"]):
        yield f"{command} {words}"


ALONE = [
    f"derive max_pool2d --input {M}x{M} --kernel {M}x{M}", "derive max_pool2d --input 100x100 --kernel 100x100",
    f"derive avg_pool2d --input 5x5 --kernel {M} --padding 500000", f"derive local1d --input {M} --kernel 3",
    "derive conv1d --input 30 --kernel 3 --batch 1000000 --limit 1000000000000", f"derive conv1d --groups {M}0",
    "derive net --layers 'relu " + "relu " * 3000 + "' --input 5", f"derive net --layers linear({M}0) --input 5",
    f"example max_pool1d --input {M} --kernel {M}", "example avg_pool2d --input 30000x30000 --kernel 30000x30000",
    f"example relu --input {M}", "example softmax --input 100000", f"example cross_entropy --input {M}",
    f"example local1d --input {M} --kernel 2", "example conv2d --input 100x100 --kernel 3x3 --to svg",
    "trace dx[0] conv1d --input 10000 --kernel 10000", f"trace y[0] conv1d --input {M} --kernel 3",
    f"matrix local1d --input {M} --kernel 3", "fourier --input 64x64 --kernel 64x64", "fourier --input 440 --kernel 1 --padding 512",
    f"fourier --input {M} --kernel 3", "winograd 1000 1000", "winograd 31 2", "toom-cook 1000 1000", "karatsuba 1000000000",
    f"winograd 2 3 --points 0,1,-1,{NINES}", "winograd 4 3 --points 0,1e999999,2,3,4,5",
    f"winograd 2 3 --points {','.join(map(str, range(10_000)))}", f"sizes conv1d(1,1,kernel=3) --input 1x{NINES}",
    f"sizes conv2d(3,64,kernel=3,padding={M}0) --input 3x5x5", f"sizes conv1d(1,1,kernel=3) --input 1x5 --bytes {NINES}",
    "sizes '" + f"conv_transpose1d(1,1,kernel=1,stride={M}) " * 400 + "' --input 1x5", "sizes '" + "relu " * 5000 + "' --input 5",
    f"receptive-field conv1d(kernel={M}0)", f"receptive-field conv2d(kernel=3) --input {M}x{M} --unit 500000x0 --to svg",
    "continuous t^1000000000*box(0,1) box(0,1)", f"continuous {NINES}*box box", "continuous delta(0,1000000000) gaussian(1)",
    "continuous t^300*exp_decay(1) t^300*exp_decay(2)", "continuous box(0,10^20) box(0,1)",
    "example max_pool2d --input 100x100 --kernel 100x100", "filter in.png --kernel gaussian --size 1000000001",
    f"filter in.png --kernel {NINES}", "filter in.png --kernel box --pixel 1000000000,0", "filter large.png --kernel box",
]  # fmt: skip

# what is answered, near a limit: status 0 or 1 within the same bounds
ANSWERED = [
    "example max_pool1d --input 10000 --kernel 2 --stride 1", "example avg_pool1d --input 9000 --kernel 2",
    "example max_pool2d --input 100x100 --kernel 7x7 --stride 7", "example conv1d --input 10000 --kernel 2 --to html",
    "example conv1d --input 2 --kernel 2 --padding 4000", "trace y[0] conv1d --input 10000 --kernel 2",
    "derive conv1d --input 300 --kernel 300", "derive conv1d --input 50000 --kernel 2", "derive max_pool1d --input 1000 --kernel 2",
    "derive max_pool2d --kernel 30000x30000", f"derive conv3d --kernel {M} --stride {M} --padding {M} --dilation {M}",
    "matrix conv1d --input 500 --kernel 2 --to html", "im2col conv1d --input 4 --kernel 2 --out-channels 20000",
    "fourier --input 165 --kernel 1 --padding 512", "fourier --input 50 --kernel 40", "winograd 9x9 9x9", "karatsuba 32",
    f"sizes conv1d(1,1,kernel={M},stride={M}) --input 1x{M}", f"sizes max_pool2d(3,stride=1) --input 1x{M}x{M}",
    "sizes '" + "conv2d(8,8,kernel=3,padding=1) " * 300 + "' --input 8x1000x1000",
    "receptive-field '" + "conv1d(kernel=3,stride=2) " * 200 + "'", f"receptive-field conv1d(kernel={M},dilation={M})",
    "continuous box(0,10^8) box(0,1)", "continuous t^8*box(0,1) t^8*exp_decay(1)", "continuous cauchy(1) gaussian(1)",
    "filter in.png --kernel box --size 31",
]  # fmt: skip


@pytest.fixture(scope="module")
def bounded() -> Iterator[Nursery]:
    """Processes of their own with 2 GB of address space and 10 s of processor time."""
    nursery = Nursery(RLIMIT_AS=ROOM, RLIMIT_CPU=SECONDS)
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small picture, and one of 400 million pixels in a few kilobytes."""
    image = pytest.importorskip("PIL.Image")
    folder = tmp_path_factory.mktemp("pictures")
    image.new("L", (60, 50), 90).save(folder / "in.png")
    image.new("1", (20_000, 20_000)).save(folder / "large.png")
    return folder


# refused as clearly, but only once lines were checked on cases that are themselves large
LATE = (
    "derive conv2d --input 30000x30000 --kernel 1x1 --stride 30000",
    f"derive conv1d --input 5 --kernel 2 --padding {M}",
    f"derive conv1d --input 5 --kernel 2 --dilation {M} --padding {M}",
    f"derive conv_transpose1d --input 5 --kernel 2 --stride {M}",
)


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    "line",
    beside([*windowed(), *ALONE], lambda line: line[:70], lambda _, called: any(late[:70] == called for late in LATE)),
)
def test_what_is_too_large_is_refused(line: str, bounded: Nursery, pictures: Path) -> None:
    status, out, err = bounded.run(line, pictures)
    assert (status, out, err.count("\n")) == (2, "", 1), err[-300:]
    assert err.startswith("symconv: ")
    assert "expected" in err or "over the limit" in err
    assert "out of memory" not in err
    assert len(err) < 400


@pytest.mark.slow
@pytest.mark.parametrize("line", ANSWERED, ids=lambda line: line[:70])
def test_what_is_answered_is_answered_within_bounds(line: str, bounded: Nursery, pictures: Path) -> None:
    status, out, err = bounded.run(line, pictures)
    assert status in (0, 1), err[-300:]
    assert bool(out) != bool(err), "an answer, or one line that says why there is none"
    assert err.count("\n") <= 1
