r"""The formulas of the page, as expressions: the kernel, its factors or a minor that is not 0, the products of a pixel.

    w = 1/16 u vᵀ, u = (1, 2, 1)ᵀ      w[0,0] w[1,1] - w[0,1] w[1,0] = 5      16 y[2,1] = 1·12 + 2·14 + ...      y[2,1] = 9/2

Nothing here is true by being written: ``check_lines`` evaluates every line on the picture.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from symconv.language.formula import Node, equal, letters, node, times, transpose
from symconv.topics.filters.facts import Filtering, Kernel, Pixel

w, u, v, y = letters("w u v y")


def lines(found: Filtering) -> dict[str, Node]:
    """Every line of the page by its name."""
    kernel = found.kernel
    rows = (Node("list", tuple(map(node, row))) for row in kernel.entries)
    made = {"w": equal(w, Node("list", tuple(rows))), **factors(kernel)}
    for number, pixel in enumerate(found.pixels):
        made |= {f"{key}{number}": line for key, line in arithmetic(pixel).items()}
    return made


def factors(kernel: Kernel) -> dict[str, Node]:
    """scale u v^T with u and v, or the minor."""
    known = kernel.factors
    if known.minor is not None:
        i, k, j, m, value = known.minor
        return {"minor": equal(w[i, j] * w[k, m] - w[i, m] * w[k, j], value)}
    scale = () if known.scale == 1 else (node(known.scale),)
    columns = {
        name: equal(of, Node("column", tuple(map(node, entries))))
        for name, of, entries in (("u", u, known.u), ("v", v, known.v))
    }  # fmt: skip
    return {"factors": equal(w, Node("mul", (*scale, u, transpose(v)))), **columns}


def arithmetic(pixel: Pixel) -> dict[str, Node]:
    """A pixel over the common denominator of its taps, and the pixel itself."""
    bottom = lcm(*(r.weight.denominator for r in pixel.reads))
    left = y[pixel.place]
    products = tuple(times("·", whole(bottom * r.weight), r.value) for r in pixel.reads)
    sums = Node("add", products) if len(products) > 1 else products[0]
    found = {"products": equal(node(bottom) * left if bottom > 1 else left, sums, whole(bottom * pixel.exact))}
    return {**found, "exact": equal(left, pixel.exact)} if bottom > 1 else found


def whole(value: Fraction) -> int:
    """A number that has no denominator."""
    assert value.denominator == 1
    return value.numerator
