"""Sizes along a chain of layers, and what the layers cost.

With M = N + lo + hi - d(K-1) - 1, a window has floor(M/s) + 1 outputs; rounded up (pooling), ceil(M/s) + 1, less 1 if the last
window would begin at or beyond N + lo; a transposed layer has s(N-1) + d(K-1) + 1 - lo - hi + output_padding.  Sizes that are
names stay names: floors of floors become one floor, floor((floor(u/v) + k)/w) = floor((u + k v)/(v w)).

Costs, for F filters, C channels, G groups, kernel K and output O along every axis (products over the axes):

    conv        F (C/G) K weights, F biases, O F (C/G) K multiply-adds      transposed  C (F/G) K, F, N C (F/G) K
    local       O F (C/G) K weights, O F biases, O F (C/G) K                linear      F C, F, F C

Multiply-adds count every tap, those on padding included; a bias adds once to every output entry.
Sources: Dumoulin & Visin, A guide to convolution arithmetic; Howard et al., MobileNets (multiply-adds).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import gcd

from symconv.errors import SymconvError
from symconv.language.border import source
from symconv.language.geometry import Geometry, Window
from symconv.language.integers import Floor, Int, floor, integer
from symconv.topics.sizes.facts import TRACED, Chain, Edge, Ranges, Shape

LARGEST = 1_000_000_000  # entries along an axis or in all: beyond, nothing that is counted has a meaning
AXES = {1: ("place",), 2: ("row", "column"), 3: ("plane", "row", "column")}


class Names:
    """Names for the sizes behind a layer that are long: H_1, W_1, ... of layer 1, each with its meaning."""

    def __init__(self, taken: frozenset[str]) -> None:
        self.taken = taken
        self.place = 0
        self.found: list[tuple[str, Int]] = []

    def of(self, outputs: Shape) -> Shape:
        """The sizes, long ones by a name; axes of one size share theirs."""
        letters = {1: "L", 2: "HW", 3: "DHW"}[len(outputs)]
        known: dict[Int, Int] = {}
        for letter, n in zip(letters, outputs, strict=True):
            if weight(n) < LONG or n in known:
                continue
            name = f"{letter}_{self.place}"
            while name in self.taken:
                name = f"{letter}{name}"
            self.found.append((name, n))
            known[n] = integer(name)
        return tuple(known.get(n, n) for n in outputs)


LONG = 4  # names, numbers and terms of a size that gets a name


def weight(n: Int) -> int:
    """How many names, numbers and terms a size is written with."""
    return sum(1 + sum(1 if isinstance(a, str) else weight(a.top) + weight(a.bottom) for a in m) for m, _ in n.terms)


def chain(layers: tuple[Geometry, ...], given: tuple[Int, ...], width: int = 4, named: bool = False) -> Chain:
    """The shape at every edge, with parameters, multiply-adds and memory; with ``named``, long sizes have names.

    Raises SymconvError where two layers do not fit together (both are named, with both shapes), where a kernel does not fit,
    and where a pooling window lies in padding alone.
    """
    shape, batch = incoming(layers, given)
    edges: list[Edge] = []
    before = shape
    names = Names(frozenset().union(*(n.names() for n in given), *map(own_names, layers))) if named else None
    for k, layer in enumerate(layers):
        if names is not None:
            names.place = k + 1
        where = joint(layers[k - 1].text if k else "the input", before, layer)
        made = edge(layer, before, batch or integer(1), where, names)
        edges.append(made)
        before = made.shape
    lost = lost_places(tuple(edges), shape)
    return Chain(shape, batch, tuple(edges), width, lost, names=tuple(names.found) if names is not None else ())


def own_names(layer: Geometry) -> frozenset[str]:
    """The names among a layer's parameters."""
    parts = [layer.inward, layer.outward, layer.groups]
    for w in layer.windows:
        parts += [w.kernel, w.stride, w.dilation, w.lo, w.hi, w.extra]
    return frozenset().union(*(e.names() for e in parts if e is not None))


def incoming(layers: tuple[Geometry, ...], given: tuple[Int, ...]) -> tuple[Shape, Int | None]:
    """(shape of one sample, batch): the sizes given are spatial, CxSPATIAL or NxCxSPATIAL, as their number tells."""
    ndim = next((layer.ndim for layer in layers if layer.ndim), None)
    if ndim is None:
        return given, None
    if len(given) == ndim:
        channels = next((layer.inward for layer in layers if layer.kind in ("conv", "transposed", "local")), None)
        return (channels or integer(1), *given), None
    if len(given) == ndim + 1:
        return given, None
    if len(given) == ndim + 2:
        return given[1:], given[0]
    first = next(layer for layer in layers if layer.ndim)
    raise SymconvError(
        f"input: expected {ndim} sizes, or {ndim + 1} with channels, or {ndim + 2} with a batch for {first.text}, "
        f"got {spelled(given)}"
    )


def joint(before: str, shape: Shape, layer: Geometry) -> str:
    """The two layers and what passes between them, for messages."""
    return f"{layer.text[:80]} after {before[:80]} of shape {spelled(shape)}"


def clash(where: str, layer: Geometry, wanted: str, mend: str) -> SymconvError:
    """Two layers that do not fit together: both by name, with both shapes."""
    return SymconvError(f"layers do not chain: {where}: expected a shape {wanted} for {layer.name}; {mend}")


def spelled(shape: Shape) -> str:
    """3x224x224, or a scalar."""
    return "x".join(str(n) for n in shape) if shape else "a scalar"


def edge(layer: Geometry, shape: Shape, batch: Int, where: str, names: Names | None = None) -> Edge:
    """What one layer makes of a shape."""
    zero = integer(0)
    if not shape:
        raise SymconvError(f"layers do not chain: {where}: expected nothing behind a loss; put the loss last")
    if layer.kind == "pointwise":
        return Edge(layer, shape, zero, zero, zero, zero, 0)
    if layer.kind == "loss":
        return Edge(layer, (), zero, zero, zero, zero, 0)
    if layer.kind == "flatten":
        return Edge(layer, (product(shape),), zero, zero, zero, zero, 0)
    return linear(layer, shape, batch, where) if layer.kind == "linear" else windowed(layer, shape, batch, where, names)


def linear(layer: Geometry, shape: Shape, batch: Int, where: str) -> Edge:
    """A fully connected layer takes features in a row."""
    if len(shape) != 1:
        wanted = layer.inward if layer.inward is not None else product(shape)
        raise clash(where, layer, str(wanted), "put flatten between them")
    inward, outward = shape[0], layer.outward or integer(1)
    if layer.inward is not None and layer.inward != inward:
        raise clash(where, layer, str(layer.inward), f"write in_features={inward}, or leave it out")
    bias = outward if layer.bias else integer(0)
    return Edge(layer, (outward,), inward * outward, bias, batch * inward * outward, batch * bias, 0)


def windowed(layer: Geometry, shape: Shape, batch: Int, where: str, names: Names | None = None) -> Edge:
    """A layer with windows: channels must agree, every axis gets its output size."""
    if len(shape) != layer.ndim + 1:
        expected = "x".join(["C", *("N1", "N2", "N3")[: layer.ndim]])
        raise clash(where, layer, expected, f"choose a layer for {max(0, len(shape) - 1)} spatial axes")
    inward, spatial = shape[0], shape[1:]
    if layer.inward is not None and layer.inward != inward:
        wanted = spelled((layer.inward, *spatial))
        raise clash(where, layer, wanted, f"it has {layer.inward} input channels, and {inward} come")
    if layer.each is not None:
        layer = replace(layer, inward=inward, outward=inward * layer.each, groups=inward, each=None)
    outputs = tuple(
        sized(layer, window, n, k, where) for k, (window, n) in enumerate(zip(layer.windows, spatial, strict=True))
    )
    unread = tuple(map(never_read, layer.windows, spatial, outputs))
    outputs = outputs if names is None else names.of(outputs)
    if layer.kind == "pool":
        return Edge(layer, (inward, *outputs), *(integer(0),) * 4, 0, unread)
    groups = layer.groups
    outward = layer.outward if layer.outward is not None else groups
    each = per_group(inward, groups, where) if layer.kind != "transposed" else inward
    to = outward if layer.kind != "transposed" else per_group(outward, groups, where)
    taps = product(tuple(window.kernel for window in layer.windows))
    kernels = to * each * taps
    count = product(outputs)
    places = product(spatial) if layer.kind == "transposed" else count
    weights = kernels * count if layer.kind == "local" else kernels
    biases = (outward * count if layer.kind == "local" else outward) if layer.bias else integer(0)
    products, sums = batch * places * kernels, batch * outward * count if layer.bias else integer(0)
    idle = resting(layer, spatial, outputs, batch * to * each, products)
    return Edge(layer, (outward, *outputs), weights, biases, products, sums, idle, unread)


def per_group(total: Int, groups: Int, where: str) -> Int:
    """Channels per group."""
    if groups == 1:
        return total
    if total == groups:
        return integer(1)
    if total.constant is None or groups.constant is None:
        raise SymconvError(f"{where}: expected numbers for channels and groups where there are groups")
    if total.constant % groups.constant:
        raise SymconvError(f"layers do not chain: {where}: expected a multiple of groups={groups} channels, got {total}")
    return integer(total.constant // groups.constant)


def product(sizes: Shape) -> Int:
    """The product of sizes."""
    found = integer(1)
    for n in sizes:
        found = found * n
    return found


# one axis
def sized(layer: Geometry, window: Window, n: Int, axis: int, where: str) -> Int:
    """The output size, which must be one, of windows that meet the input if they pool."""
    found = output(window, n)
    length = found.constant
    name = AXES[layer.ndim][axis] + "s" if layer.ndim > 1 else "the axis"
    if length is not None and length < 1:
        raise SymconvError(
            f"{where}: expected a kernel that fits into the padded input along {name}, got input {n} + padding "
            f"{window.lo + window.hi} against a reach of {window.reach + 1}; use a smaller kernel or more padding"
            if window.extra is None
            else f"{where}: expected padding that leaves an output along {name}, got output size {length}"
        )
    if length is not None and length > LARGEST:
        raise SymconvError(f"{where}: expected at most {LARGEST} outputs along {name}, got {length}")
    if layer.kind == "pool" and length is not None and n.constant is not None:
        empty = in_padding(window, n.constant, length)
        if empty is not None:
            raise SymconvError(
                f"{where}: window {empty} along {name} lies in padding alone, where a maximum or an average is undefined; "
                "use less padding"
            )
    return found


def output(window: Window, n: Int) -> Int:
    """The number of outputs along an axis of ``n`` inputs."""
    if window.extra is not None:
        return window.stride * (n - 1) + window.reach + 1 - window.lo - window.hi + window.extra
    top = n + window.lo + window.hi - window.reach - 1
    if not window.ceil:
        return floored(top + window.stride, window.stride)
    if top.constant is not None and window.numbers is not None and n.constant is not None:
        _, s, _, lo, _ = window.numbers
        rounded = -(-top.constant // s) + 1
        return integer(rounded - 1 if (rounded - 1) * s >= n.constant + lo else rounded)
    # where every window meets the input, "less 1 if ..." is the smaller of two floors; one of them is, for all n
    up, begin = top + window.stride - 1, n + window.lo - 1
    least = (up - begin).constant
    if least is None:
        raise SymconvError("ceil_mode: expected numbers for kernel, stride, dilation and padding where sizes are names")
    return floored((up if least < 0 else begin) + window.stride, window.stride)


def floored(top: Int, bottom: Int) -> Int:
    """floor(top / bottom) as one floor, multiples of the bottom taken out of it."""
    if bottom.constant is None:
        return floor(top - bottom, bottom) + 1
    inner = [a for monomial, _ in top.terms for a in monomial if isinstance(a, Floor)]
    if len(inner) == 1 and (top - Int([((inner[0],), 1)])).constant is not None and inner[0].bottom.constant:
        rest = top - Int([((inner[0],), 1)])
        return floored(inner[0].top + rest * inner[0].bottom, bottom * inner[0].bottom)
    b = bottom.constant
    whole = Int((m, c // b) for m, c in top.terms if m and c % b == 0)
    rest = top - whole * b
    if rest.constant is not None:
        return whole + rest.constant // b
    content = gcd(b, *(c for m, c in rest.terms if m))  # floor((g u + k)/(g v)) = floor((u + floor(k/g))/v)
    loose = sum(c for m, c in rest.terms if not m)
    smaller = Int((m, c // content) for m, c in rest.terms if m) + loose // content
    return whole + floor(smaller, b // content)


def in_padding(window: Window, n: int, length: int) -> int | None:
    """The first window that no input place lies in, if there is one."""
    if window.numbers is None:
        return None
    k, s, d, lo, _ = window.numbers
    inside = range(n)
    first = range(min(length, max(0, -(-lo // s)) + 1))  # only windows at the two ends reach into padding
    last = range(max(0, (n + lo - d * (k - 1) - 1) // s), length)
    for i in (*first, *last):
        if not any(s * i + d * p - lo in inside for p in range(k)):
            return int(i)
    return None


def never_read(window: Window, n: Int, length: Int) -> Ranges:
    """The places of the input that no window reads; nothing where sizes are names."""
    if window.numbers is None or n.constant is None or length.constant is None or max(n.constant, length.constant) > TRACED:
        return ()
    return runs(reads(window, n.constant, bytearray(b"\1") * length.constant))


def reads(window: Window, n: int, wanted: bytearray) -> bytearray:
    """1 for every place of the input that the wanted outputs read (of a transposed layer: that lands in them)."""
    assert window.numbers is not None
    k, s, d, lo, _ = window.numbers
    found = bytearray(n)
    for p in range(k):
        if window.border != "zeros":  # what stands in the padding is a copy of some place
            for i, live in enumerate(wanted):
                if live:
                    found[source(window.border, s * i + d * p - lo, n)] = 1
            continue
        if window.extra is not None:  # input j lands at s j + d p - lo
            for j in range(n):
                place = s * j + d * p - lo
                if 0 <= place < len(wanted) and wanted[place]:
                    found[j] = 1
            continue
        begin = max(0, -((d * p - lo) // s))  # the first output whose tap p is not before the input
        end = min(len(wanted), (n - 1 - d * p + lo) // s + 1)
        if begin < end:
            at = s * begin + d * p - lo
            held = found[at : at + s * (end - begin - 1) + 1 : s]
            found[at : at + s * (end - begin - 1) + 1 : s] = bytes(map(max, held, wanted[begin:end]))
    return found


def runs(read: bytearray) -> Ranges:
    """(first, last) of every run of zeros."""
    ends = [k for k, (a, b) in enumerate(pairwise(b"\1" + bytes(read) + b"\1")) if bool(a) != bool(b)]
    return tuple((first, last - 1) for first, last in zip(ends[::2], ends[1::2], strict=True))


def lost_places(edges: tuple[Edge, ...], shape: Shape) -> tuple[Ranges, ...]:
    """The places of the chain's input, axis by axis, that no output depends on; nothing where that cannot be listed."""
    windowed = [
        (e.layer, before) for e, before in zip(edges, (shape, *(e.shape for e in edges)), strict=False) if e.layer.ndim
    ]
    found = []
    for k in range(windowed[0][0].ndim if windowed else 0):
        sizes = [before[k + 1].constant for _, before in windowed]
        if any(w.numbers is None for layer, _ in windowed for w in layer.windows[k : k + 1]):
            return ()
        last = output(windowed[-1][0].windows[k], windowed[-1][1][k + 1]).constant
        if last is None or any(n is None or n > TRACED for n in (*sizes, last)):
            return ()
        wanted = bytearray(b"\1") * last
        for (layer, _), n in reversed(list(zip(windowed, sizes, strict=True))):
            wanted = reads(layer.windows[k], n or 0, wanted)
        found.append(runs(wanted))
    return tuple(found)


def resting(layer: Geometry, spatial: Shape, outputs: Shape, each: Int, products: Int) -> int | None:
    """How many of the products meet nothing but padding (of a transposed layer: land outside the output)."""
    if any(w.border != "zeros" for w in layer.windows):
        return 0 if products.constant is not None else None  # copies are entries: nothing rests
    inside: int | None = each.constant
    total: int | None = products.constant
    for window, n, length in zip(layer.windows, spatial, outputs, strict=True):
        if inside is None or window.numbers is None or n.constant is None or length.constant is None:
            return None
        if max(n.constant, length.constant) > TRACED:
            return None
        k, s, d, lo, _ = window.numbers
        many, most = (n.constant, length.constant) if window.extra is not None else (length.constant, n.constant)
        met = 0
        for p in range(k):  # indices i < many with 0 <= s i + d p - lo < most
            begin, end = max(0, -((d * p - lo) // s)), min(many, (most - 1 - d * p + lo) // s + 1)
            met += max(0, end - begin)
        inside = inside * met
    return None if total is None or inside is None else total - inside


__all__ = ["AXES", "chain", "output", "spelled"]
