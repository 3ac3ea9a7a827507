"""A picture filtered exactly, as arrays of whole numbers.

    y[r, c] = sum_{p,q} w[p, q] x[r + p - o1, c + q - o2]       cross-correlation; a convolution turns w round

The kernel's entries are brought to one denominator D, so that D y is a whole number: two passes of K1 + K2 slices of the padded
picture where the kernel is scale u v^T, else one slice for each tap that is not 0.  Only the level that is written is rounded,
once, half up:

    clip      y, between 0 and 255            offset    y + 128, between 0 and 255            absolute  |y|, up to 255

The window of K taps has its tap K // 2 on the pixel (for an even K a convolution its tap K - 1 - K // 2), as in scipy.ndimage.
"""

from __future__ import annotations

from math import lcm
from typing import Any

import numpy as np

from symconv.errors import SymconvError
from symconv.topics.filters.facts import Filtering, Kernel

Array = Any
RANGES = ("clip", "offset", "absolute")
PAD: dict[str, Any] = {
    "zeros": "constant",
    "circular": "wrap",
    "reflect": "reflect",
    "symmetric": "symmetric",
    "replicate": "edge",
}
WHITE = 255


def origin(kernel: Kernel, mode: str) -> tuple[int, int]:
    """The tap of the window that lies on the pixel itself."""
    return Filtering(kernel, mode, "", "", (0, 0), (), 0).origin


def denominator(kernel: Kernel) -> int:
    """D: what every entry must be multiplied by to be whole."""
    return lcm(*(e.denominator for row in kernel.entries for e in row), kernel.factors.scale.denominator)


def filtered(picture: Array, kernel: Kernel, mode: str, border: str) -> tuple[Array, int]:
    """(D y, D) for a picture of rows, columns and channels.

    Raises SymconvError for a kernel larger than the picture, and for entries that do not fit into 64 bits.
    """
    size, bottom = kernel.shape, denominator(kernel)
    if size[0] > picture.shape[0] or size[1] > picture.shape[1]:
        raise SymconvError(
            f"kernel: expected at most the picture's {picture.shape[0]} x {picture.shape[1]} pixels, got {size[0]} x {size[1]} "
            "taps; use a smaller kernel or a larger picture"
        )
    whole = [[int(e * bottom) for e in row] for row in kernel.entries]
    factors = kernel.factors
    extent = sum(abs(e) for row in whole for e in row) * WHITE * 2 + 2 * bottom
    if factors.separable:
        scale = int(factors.scale * bottom)
        extent = max(extent, sum(map(abs, factors.u)) * sum(map(abs, factors.v)) * max(scale, 1) * WHITE * 2)
    if extent >= 2**62:
        raise SymconvError("kernel: expected entries whose sums fit into 64 bits, got larger ones; use smaller numbers")
    kind = np.int32 if extent < 2**31 else np.int64
    return np.stack(
        [_plane(picture[:, :, c], kernel, whole, mode, border, kind) for c in range(picture.shape[2])], axis=2
    ), bottom


def _plane(plane: Array, kernel: Kernel, whole: list[list[int]], mode: str, border: str, kind: Any) -> Array:
    """D y for one channel."""
    at = origin(kernel, mode)
    pads = [(o, k - 1 - o) for o, k in zip(at, kernel.shape, strict=True)]
    wide = np.pad(plane, pads, mode=PAD[border]).astype(kind)
    turn, factors = -1 if mode == "convolve" else 1, kernel.factors
    if factors.separable:
        scale = int(factors.scale * denominator(kernel))
        down = _line(wide, factors.u[::turn], plane.shape[0], 0)
        return _line(down, [scale * e for e in factors.v[::turn]], plane.shape[1], 1)
    total = np.zeros(plane.shape, dtype=kind)
    for p, row in enumerate(whole[::turn]):
        for q, e in enumerate(row[::turn]):
            if e:
                total += e * wide[p : p + plane.shape[0], q : q + plane.shape[1]]
    return total


def _line(array: Array, taps: Any, length: int, axis: int) -> Array:
    """One pass: the taps along one axis."""
    shape = list(array.shape)
    shape[axis] = length
    total = np.zeros(shape, dtype=array.dtype)
    for k, e in enumerate(taps):
        if e:
            total += e * array[k : k + length] if axis == 0 else e * array[:, k : k + length]
    return total


def levels(total: Array, bottom: int, how: str) -> tuple[Array, int]:
    """(the levels 0 to 255 that are written, how many values lay outside)."""
    value = np.abs(total) if how == "absolute" else total
    rounded = value if bottom == 1 else (2 * value + bottom) // (2 * bottom)
    if how == "offset":
        rounded = rounded + (WHITE + 1) // 2
    outside = int(np.count_nonzero((rounded < 0) | (rounded > WHITE)))
    return np.clip(rounded, 0, WHITE).astype(np.uint8), outside
