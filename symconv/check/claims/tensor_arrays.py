"""Arrays that operators make, as sums: conv_full(a, b)[i] = sum_p b[p] a[i-p], valid, strided and padded layers, flips."""

from __future__ import annotations

from dataclasses import replace

from symconv.check.claims.tensor_lowering import Lowering
from symconv.check.claims.tensor_operators import LIBRARY
from symconv.check.claims.tensor_terms import NoForm, Shaped, Summand, Terms
from symconv.language.expr import Access, Equal, InRange
from symconv.language.formula import Node
from symconv.language.integers import Int, floor, integer, var

Index = tuple[Int, ...]


def guarded(a: Shaped, at: Index) -> Terms:
    """An entry; 0 outside, which what an operator makes must be told."""
    if a.safe:
        return a.entry(at)
    inside = tuple(InRange(e, n) for e, n in zip(at, a.sizes, strict=True))
    return [Summand(conditions=inside).times(t) for t in a.entry(at)]


def shaped(low: Lowering, node: Node) -> Shaped:
    """The array of a node."""
    kind, parts = node.kind, node.parts
    if kind == "name" and parts[0] in low.arrays:
        tensor = low.tensors[parts[0]]
        return Shaped(tensor.sizes, lambda at: [Summand(accesses=(Access(tensor, at),))])
    if kind == "vjp":
        assert low.equation.forward is not None
        wrt = low.equation.forward.wrt
        base = [low.first(wrt, k) for k in range(len(low.tensors[wrt].sizes))]
        return Shaped(low.tensors[wrt].sizes, lambda at: low.gradient(tuple(e + b for e, b in zip(at, base, strict=True))))
    if kind == "neg":
        inner = shaped(low, parts[0])
        return Shaped(inner.sizes, lambda at: [replace(t, coefficient=-t.coefficient) for t in inner.entry(at)], inner.safe)
    if kind == "add":
        every = [shaped(low, p) for p in parts]
        return Shaped(every[0].sizes, lambda at: [t for e in every for t in e.entry(at)], all(e.safe for e in every))
    if kind == "times":
        base, _, mode = parts[0].partition("_")
        sense = dict(low.equation.senses).get(base, "")
        return operated(low, shaped(low, parts[1]), shaped(low, parts[2]), sense, mode or "valid")
    if kind == "call":
        return called(low, node)
    raise NoForm


def called(low: Lowering, node: Node) -> Shaped:
    """A function of arrays."""
    function, *arguments = node.parts
    positional = [a for a in arguments if a.kind not in ("relation", "string")]
    named = {a.parts[1].parts[0]: a.parts[2] for a in arguments if a.kind == "relation"}
    words = [a.parts[0] for a in arguments if a.kind == "string"]
    base, _, mode = function.partition("_")
    if function == "flip":
        if len(arguments) > 1 and not (words and set(words[0]) == {"r"} and len(words[0]) == axes_of(low, positional[0])):
            raise NoForm
        inner = shaped(low, positional[0])
        return Shaped(
            inner.sizes,
            lambda at: inner.entry(tuple(n - 1 - e for n, e in zip(inner.sizes, at, strict=True))),
            inner.safe,
        )
    if function == "dilate" and len(positional) == 2 and not named:
        return dilated(low, shaped(low, positional[0]), low.whole(positional[1], {}))
    if function == "pad" and len(positional) == 2 and not named and positional[1].kind not in ("tuple", "list"):
        inner, p = shaped(low, positional[0]), low.whole(positional[1], {})
        return Shaped(tuple(n + 2 * p for n in inner.sizes), lambda at: inner.entry(tuple(e - p for e in at)), inner.safe)
    if base in ("conv", "corr", "convolve", "layer") and function != "conv_transpose" and len(positional) == 2:
        mode = next((w for w in words if w in ("full", "valid", "same")), mode) or "valid"
        if "mode" in named:
            mode = str(named.pop("mode").parts[0])
        sense = dict(low.equation.senses).get("conv", "") if base == "conv" else LIBRARY[base]
        a, b = shaped(low, positional[0]), shaped(low, positional[1])
        if not named:
            return operated(low, a, b, sense, mode)
        if set(named) - {"stride", "padding", "dilation"} or any(
            n.kind in ("tuple", "list", "string") for n in named.values()
        ):
            raise NoForm
        s, p, d = (low.whole(named[k], {}) if k in named else integer(v) for k, v in DEFAULTS)
        return slid(low, a, b, sense == "convolution", s, p, d)
    raise NoForm


DEFAULTS = (("stride", 1), ("padding", 0), ("dilation", 1))


def axes_of(low: Lowering, node: Node) -> int:
    """How many axes an array has."""
    return len(shaped(low, node).sizes)


def dilated(low: Lowering, a: Shaped, s: Int) -> Shaped:
    """s - 1 zeros between entries."""

    def entry(at: Index) -> Terms:
        names = [low.new() for _ in at]
        bound = tuple(zip(names, a.sizes, strict=True))
        met = tuple(Equal(s * var(t), e) for t, e in zip(names, at, strict=True))
        return [Summand(bound=bound, conditions=met).times(t) for t in a.entry(tuple(var(t) for t in names))]

    return Shaped(tuple(s * (n - 1) + 1 for n in a.sizes), entry)


def operated(low: Lowering, a: Shaped, b: Shaped, sense: str, mode: str) -> Shaped:
    """Convolution or cross-correlation in mode full or valid."""
    if sense == "correlation":
        a, b = b, a
    if sense not in ("convolution", "correlation", "correlation, data first") or mode not in ("full", "valid"):
        raise NoForm
    if not low.equation.real and sense != "convolution":
        raise NoForm
    flip = sense == "convolution"
    reach = tuple(k - 1 for k in b.sizes)
    sizes = tuple(n + e if mode == "full" else n - e for n, e in zip(a.sizes, reach, strict=True))

    def entry(at: Index) -> Terms:
        names = [low.new() for _ in at]
        p = tuple(var(n) for n in names)
        back = reach if mode == "full" else tuple(integer(0) for _ in reach)
        kernel = tuple(e - q for e, q in zip(reach, p, strict=True)) if flip else p
        place = tuple(i + q - lo for i, q, lo in zip(at, p, back, strict=True))
        bound = Summand(bound=tuple(zip(names, b.sizes, strict=True)))
        return [bound.times(x).times(y) for x in b.entry(kernel) for y in guarded(a, place)]

    return Shaped(sizes, entry, safe=False)


def slid(low: Lowering, a: Shaped, b: Shaped, flip: bool, s: Int, p: Int, d: Int) -> Shaped:
    """A layer with stride, padding and dilation."""
    sizes = tuple(floor(n + 2 * p - d * (k - 1) - 1, s) + 1 for n, k in zip(a.sizes, b.sizes, strict=True))

    def entry(at: Index) -> Terms:
        names = [low.new() for _ in at]
        taps = tuple(var(n) for n in names)
        kernel = tuple(k - 1 - q for k, q in zip(b.sizes, taps, strict=True)) if flip else taps
        place = tuple(s * i + d * q - p for i, q in zip(at, taps, strict=True))
        bound = Summand(bound=tuple(zip(names, b.sizes, strict=True)))
        return [bound.times(x).times(y) for x in b.entry(kernel) for y in guarded(a, place)]

    return Shaped(sizes, entry, safe=False)
