"""What an expression of operators makes of its arrays: conv_full(dY, rot180(W)), X * dY, A^T [(G g) (B^T d)], pad, dilate.

On arrays an operation has a mode; on Z (``lattice``) it is taken over all integers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symconv.check.claims import signals, tensor_unfold
from symconv.check.claims.polynomials import Outside, Polynomial, add, as_integer, conjugate, constant, scaled, times
from symconv.check.claims.signals import Misfit, Signal
from symconv.check.claims.tensor_support import Sides, infinite
from symconv.errors import SymconvError
from symconv.language.formula import Node

Values = dict[str, int]
SIGNS = {"convolution": (1, 1), "correlation": (-1, 1), "correlation, data first": (1, -1)}
LIBRARY = {"convolve": "convolution", "corr": "correlation, data first", "layer": "correlation, data first"}


def built(sides: Sides, node: Node, values: Values) -> Signal:
    """The array or signal of a node.

    Raises Misfit for shapes that do not fit, SymconvError for what is not understood.
    """
    make = MAKERS.get(node.kind)
    if make is None:
        raise SymconvError(f"expected an array, got {node.kind}")
    return make(sides, node, values)


def number(sides: Sides, node: Node, values: Values) -> int | Fraction | None:
    """The value of a node that is a number, else None."""
    if any(n.kind in ("index", "call", "times", "vjp", "list", "conj") for n in node.walk()):
        return None
    if any(n in sides.arrays for n in node.names()):
        return None
    return sides.count(node)(values)


def _name(sides: Sides, node: Node, values: Values) -> Signal:
    name = node.parts[0]
    if name not in sides.boxes:
        raise SymconvError(f"{name!r} is no tensor here: say what it is with --where")
    box = sides.boxes[name]
    first, shape = tuple(a for a, _ in box), tuple(b - a for a, b in box)
    made = Signal(shape, {}, first)
    made.data = {i: {((name, i),): 1} for i in made.places()}
    return made


def _vjp(sides: Sides, node: Node, values: Values) -> Signal:
    assert sides.equation.forward is not None
    found = sides.gradient(sides.equation.forward)
    return Signal(
        found.shape, {tuple(x - a for x, a in zip(i, found.first, strict=True)): p for i, p in found.data.items()}
    )


def _list(sides: Sides, node: Node, values: Values) -> Signal:
    parts = list(node.inner())
    if any(p.kind == "list" for p in parts):
        rows = [_list(sides, p, values) for p in parts]
        if len({r.shape for r in rows}) != 1:
            raise SymconvError("expected rows of one length")
        return Signal((len(rows), *rows[0].shape), {(k, *i): p for k, r in enumerate(rows) for i, p in r.data.items()})
    return Signal((len(parts),), {(k,): sides.weigh(p)(values) for k, p in enumerate(parts)})


def _times(sides: Sides, node: Node, values: Values) -> Signal:
    sign, left, right = node.parts
    base, _, mode = sign.partition("_")
    a, b = sides.signal(left, values), sides.signal(right, values)
    if base in ("·", "@", "dot"):
        return signals.matrix_product(a, b)
    sense = sides.senses.get(base, "")
    if base == "odot" or sense == "entrywise":
        return signals.entrywise(a, b)
    if sense == "matrix":
        return signals.matrix_product(a, b)
    return operated(sides, a, b, sense, mode, base)


def operated(sides: Sides, a: Signal, b: Signal, sense: str, mode: str, sign: str) -> Signal:
    """The operation that an open sign stands for."""
    if sense.startswith("circular"):
        if sense.endswith("data first"):
            a, b = b, a
        return signals.cyclic(a, b, 1 if "convolution" in sense else -1)
    if mode not in ("", "full", "valid", "same"):
        raise SymconvError(
            f"{sign}_{mode}: expected full, valid or same below the sign, or a sum with mod {mode} beside it"
        )
    if sense not in SIGNS:
        raise SymconvError(f"cannot tell which operation {sign!r} is")
    if sides.equation.lattice and not mode:
        return signals.combined(a, b, SIGNS[sense], (lambda p: p) if sides.equation.real else conjugate)
    if sense == "correlation":  # the first operand slides over the second
        a, b = b, a
    if not sides.equation.real and sense != "convolution":
        b = b.mapped(conjugate)
    return signals.operated(a, b, sense == "convolution", mode or "valid")


def _add(sides: Sides, node: Node, values: Values) -> Signal:
    made: Signal | None = None
    scalar: Polynomial = {}
    for part in node.parts:
        if arrayed(sides, part):
            more = sides.signal(part, values)
            made = more if made is None else joined(sides, made, more)
        else:
            add(scalar, sides.weigh(part)(values))
    if made is None:
        raise SymconvError("expected an array")
    if scalar:
        whole_box = Signal(made.shape, {}, made.first)
        whole_box.data = dict.fromkeys(whole_box.places(), scalar)
        made = signals.total(made, whole_box)
    return made


def joined(sides: Sides, a: Signal, b: Signal) -> Signal:
    """The sum; on Z over both supports."""
    if not sides.equation.lattice or (a.shape == b.shape and a.first == b.first):
        return signals.total(a, b)
    signals.same_axes(a, b)
    first = tuple(min(x, y) for x, y in zip(a.first, b.first, strict=True))
    end = [max(x + n, y + m) for x, n, y, m in zip(a.first, a.shape, b.first, b.shape, strict=True)]
    shape = tuple(e - f for e, f in zip(end, first, strict=True))
    return signals.total(Signal(shape, a.data, first), Signal(shape, b.data, first))


def arrayed(sides: Sides, node: Node) -> bool:
    """Whether a node is an array, not one number."""
    if node.kind == "name":
        return bool(node.parts[0] in sides.arrays and sides.arrays[node.parts[0]].sizes)
    if node.kind in ("times", "list", "transpose"):
        return True
    if node.kind == "call":
        return not (node.parts[0] in ("total", "mean") and len(node.parts) == 2)
    if node.kind == "index":
        return any(isinstance(p, Node) and p.kind in ("all", "slice") for p in node.parts[1:])
    return node.kind in ("neg", "conj", "add", "mul", "div", "sum", "vjp") and any(
        arrayed(sides, p) for p in node.inner() if p.kind not in ("range", "each", "such")
    )


def _mul(sides: Sides, node: Node, values: Values) -> Signal:
    made: Signal | None = None
    factor: Polynomial = constant(1)
    for part in node.parts:
        scale = scalar(sides, part, values)
        if scale is not None:
            factor = times(factor, scale)
            continue
        more = sides.signal(part, values)
        made = more if made is None else signals.matrix_product(made, more)
    if made is None:
        raise SymconvError("expected an array")
    return made if factor == constant(1) else made.mapped(lambda p: times(p, factor))


def scalar(sides: Sides, node: Node, values: Values) -> Polynomial | None:
    """A number, or a tensor without axes; else None."""
    if node.kind == "name" and node.parts[0] in sides.arrays and not sides.arrays[node.parts[0]].sizes:
        return {((node.parts[0], ()),): 1}
    value = number(sides, node, values)
    return None if value is None else constant(value)


def _neg(sides: Sides, node: Node, values: Values) -> Signal:
    return sides.signal(node.parts[0], values).mapped(lambda p: scaled(p, -1))


def _div(sides: Sides, node: Node, values: Values) -> Signal:
    by = number(sides, node.parts[1], values)
    if not by:
        raise SymconvError("expected a number to divide by")
    return signals.divided(sides.signal(node.parts[0], values), by)


def _conj(sides: Sides, node: Node, values: Values) -> Signal:
    return sides.signal(node.parts[0], values).mapped(conjugate)


def _transpose(sides: Sides, node: Node, values: Values) -> Signal:
    made = sides.signal(node.parts[0], values)
    if len(made.shape) > 2:
        raise SymconvError("expected a matrix to transpose")
    return signals.transposed(made)


def _index(sides: Sides, node: Node, values: Values) -> Signal:
    """x[n, j, :, :]: the entries along the axes that are left whole."""
    tensor, *index = node.parts
    made = sides.signal(tensor, values)
    if len(index) != len(made.shape):
        raise SymconvError(f"expected {len(made.shape)} indices, got {len(index)}")
    kept = [k for k, e in enumerate(index) if e.kind == "all"]
    if any(e.kind == "slice" for e in index):
        raise SymconvError("slices other than : are not understood here")
    fixed = {k: as_integer(sides.count(e)(values)) for k, e in enumerate(index) if e.kind != "all"}
    name = tensor.parts[0] if tensor.kind == "name" else ""
    for k, at in fixed.items():
        if name in sides.arrays and k in sides.arrays[name].strict and not 0 <= at - made.first[k] < made.shape[k]:
            shown = ", ".join(str(at) if k in fixed else ":" for k in range(len(index)))
            raise Outside(f"{name}[{shown}] does not exist")
    data = {
        tuple(i[k] - made.first[k] for k in kept): p
        for i, p in made.data.items()
        if all(i[k] == v for k, v in fixed.items())
    }
    return Signal(tuple(made.shape[k] for k in kept), data)


def _sum(sides: Sides, node: Node, values: Values) -> Signal:
    body, *ranges = node.parts
    made: Signal | None = None
    for inner in _running(sides, ranges, dict(values)):
        more = sides.signal(body, inner)
        made = more if made is None else signals.total(made, more)
    if made is None:
        raise SymconvError("a sum over nothing")
    return made


def _running(sides: Sides, ranges: list[Node], values: Values) -> Any:
    if not ranges:
        yield dict(values)
        return
    first, *rest = ranges
    if first.kind != "range" or any(infinite(e) for e in first.inner()):
        raise SymconvError(f"cannot tell where {first.parts[0]!r} runs: write its limits")
    lower, upper = (as_integer(sides.count(e)(values)) for e in first.inner())
    for i in range(lower, upper + 1):
        values[first.parts[0]] = i
        yield from _running(sides, rest, values)


# functions
def _call(sides: Sides, node: Node, values: Values) -> Signal:
    function, *arguments = node.parts
    positional = [a for a in arguments if a.kind not in ("relation", "string")]
    named = {a.parts[1].parts[0]: a.parts[2] for a in arguments if a.kind == "relation" and a.parts[1].kind == "name"}
    words = [a.parts[0] for a in arguments if a.kind == "string"]
    base, _, mode = function.partition("_")
    if base in ("conv", "corr", "convolve", "layer") and function != "conv_transpose":
        return _operation(sides, base, mode, positional, named, words, values)
    if not positional:
        raise SymconvError(f"expected an array within {function}(...)")
    if function not in CALLS:
        raise SymconvError(f"did not expect {function} of an array here")
    return CALLS[function](sides, positional, named, words, values)


def _operation(
    sides: Sides, base: str, mode: str, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values
) -> Signal:
    """conv(a, b, mode), correlate(a, b), conv2d(x, w, stride=, padding=, dilation=)."""
    numpy = named.pop("library", None) is not None
    if "mode" in named and named["mode"].kind in ("string", "name"):
        words = [*words, named.pop("mode").parts[0]]
    mode = next((w for w in words if w in ("full", "valid", "same")), mode)
    places = ("x", "w", "bias", "stride", "padding", "dilation") if base == "layer" else ("x", "w")
    if len(arguments) > len(places):
        raise SymconvError("more arguments than this operation has")
    given = {**dict(zip(places, arguments, strict=False)), **named}
    if (
        "padding" in given
        and given["padding"].kind in ("string", "name")
        and given["padding"].parts[0] in ("full", "same", "valid")
    ):
        mode = given.pop("padding").parts[0]
    unknown = set(given) - {"x", "w", "stride", "padding", "dilation", "pad", "strides"}
    if unknown or "x" not in given or "w" not in given:
        raise SymconvError(f"did not understand {', '.join(sorted(unknown)) or 'an operation without its two operands'}")
    a, b = sides.signal(given["x"], values), sides.signal(given["w"], values)
    turned = numpy and len(a.shape) == len(b.shape) == 1 and b.shape > a.shape
    if turned:  # the longer operand is the data; of a correlation the result is turned
        a, b = b, a
    if turned and base == "corr":
        return signals.flipped(operated(sides, a, b, LIBRARY[base], mode, base))
    sense = sides.senses.get("conv", "") if base == "conv" else LIBRARY[base]
    parameters = {"stride", "padding", "dilation", "pad", "strides"} & set(given)
    if base == "layer" or parameters:
        n = len(a.shape)
        stride = _per_axis(sides, given.get("stride", given.get("strides")), 1, n, values)
        dilation = _per_axis(sides, given.get("dilation"), 1, n, values)
        pad = _per_axis(sides, given.get("padding", given.get("pad")), 0, n, values)
        if mode == "full":
            pad = tuple(d * (k - 1) for d, k in zip(dilation, b.shape, strict=True))
        elif mode == "same":
            return signals.operated(a, b, sense == "convolution", "same")
        kernel = signals.flipped(b) if sense == "convolution" else b
        return signals.slid(a, kernel, tuple((p, p) for p in pad), stride, dilation)
    if (
        base == "corr"
        and mode == "valid"
        and a.shape != b.shape
        and all(m <= n for m, n in zip(a.shape, b.shape, strict=True))
    ):
        return signals.flipped(operated(sides, b, a, sense, mode, base))  # numpy and scipy: lags backwards
    return operated(sides, a, b, sense, mode, base)


def _per_axis(sides: Sides, node: Node | None, default: int, axes: int, values: Values) -> tuple[int, ...]:
    if node is None:
        return (default,) * axes
    parts = list(node.inner()) if node.kind in ("tuple", "list") else [node] * axes
    if len(parts) != axes:
        raise SymconvError(f"expected {axes} numbers, one per axis, got {len(parts)}")
    return tuple(as_integer(sides.count(p)(values)) for p in parts)


def _flip(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    made = sides.signal(arguments[0], values)
    axes = tuple(c == "r" for c in words[0]) if words else ()
    if axes and len(axes) < len(made.shape):
        axes = axes + (False,) * (len(made.shape) - len(axes))
    chosen = named.get("axis", named.get("dims", arguments[1] if len(arguments) > 1 else None))
    if chosen is not None:
        parts = list(chosen.inner()) if chosen.kind in ("tuple", "list") else [chosen]
        marked = {as_integer(sides.count(p)(values)) % len(made.shape) for p in parts}
        axes = tuple(k in marked for k in range(len(made.shape)))
    if sides.equation.lattice:
        made = Signal(made.shape, made.data, made.first)
    return signals.flipped(made, axes)


def _pad(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    made = sides.signal(arguments[0], values)
    if len(arguments) != 2 or named:
        raise SymconvError("expected pad(tensor, width)")
    width = _per_axis(sides, arguments[1], 0, len(made.shape), values)
    return signals.padded(made, tuple((p, p) for p in width))


def _dilate(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    made = sides.signal(arguments[0], values)
    factor = arguments[1] if len(arguments) == 2 else next(iter(named.values()), None)
    if factor is None or len(named) + len(arguments) != 2:
        raise SymconvError("expected dilate(tensor, stride)")
    return signals.spread(made, as_integer(sides.count(factor)(values)))


def _total(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    return _reduced(sides, arguments, named, values, mean=False)


def _mean(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    return _reduced(sides, arguments, named, values, mean=True)


def _reduced(sides: Sides, arguments: list[Node], named: dict[str, Node], values: Values, mean: bool) -> Signal:
    """The sum or the mean over the axes that are named, over all without a name."""
    made = sides.signal(arguments[0], values)
    chosen = named.get("axis", named.get("dim", arguments[1] if len(arguments) > 1 else None))
    axes = set(range(len(made.shape)))
    if chosen is not None:
        parts = list(chosen.inner()) if chosen.kind in ("tuple", "list") else [chosen]
        axes = {as_integer(sides.count(p)(values)) for p in parts}
        if any(not -len(made.shape) <= a < len(made.shape) for a in axes):
            raise Misfit(f"an axis that a tensor of {len(made.shape)} axes does not have")
        axes = {a % len(made.shape) for a in axes}
    kept = [k for k in range(len(made.shape)) if k not in axes]
    data: dict[tuple[int, ...], Polynomial] = {i: {} for i in itertools.product(*(range(made.shape[k]) for k in kept))}
    for i, p in made.data.items():
        add(data[tuple(i[k] - made.first[k] for k in kept)], p)
    result = Signal(tuple(made.shape[k] for k in kept), data)
    count = 1
    for a in axes:
        count *= made.shape[a]
    return signals.divided(result, count) if mean and count else result


def _transposed_call(
    sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values
) -> Signal:
    """conv_transpose(x, w, stride, padding): every entry of x lays down a copy of the kernel."""
    if len(arguments) != 2 or set(named) - {"stride", "padding"}:
        raise SymconvError("expected conv_transpose(x, w, stride=, padding=)")
    a, b = sides.signal(arguments[0], values), sides.signal(arguments[1], values)
    signals.same_axes(a, b)
    n = len(a.shape)
    stride, pad = (_per_axis(sides, named.get(k), d, n, values) for k, d in (("stride", 1), ("padding", 0)))
    shape = tuple(s * (m - 1) + k - 2 * p for s, m, k, p in zip(stride, a.shape, b.shape, pad, strict=True))
    data: dict[tuple[int, ...], Polynomial] = {}
    for i, x in a.data.items():
        for q, y in b.data.items():
            at = tuple(s * u + v - p for s, u, v, p in zip(stride, i, q, pad, strict=True))
            if all(0 <= u < m for u, m in zip(at, shape, strict=True)):
                add(data.setdefault(at, {}), times(x, y))
    if any(m < 1 for m in shape):
        raise Misfit("a transposed convolution without output")
    return Signal(shape, data)


def _roll(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    made = sides.signal(arguments[0], values)
    if len(arguments) != 2 or len(made.shape) != 1:
        raise SymconvError("expected a vector and by how much it is rolled")
    by = as_integer(sides.count(arguments[1])(values))
    (n,) = made.shape
    return Signal(
        made.shape, {((i - made.first[0] + by) % n + made.first[0],): p for (i,), p in made.data.items()}, made.first
    )


def _difference(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    """(D f)(n) = f(n + 1) - f(n)."""
    made = sides.signal(arguments[0], values)
    if len(made.shape) != 1 or not sides.equation.lattice:
        raise SymconvError("differences are understood of sequences on the integers")
    (first,), (n,) = made.first, made.shape
    data: dict[tuple[int, ...], Polynomial] = {}
    for (i,), p in made.data.items():
        add(data.setdefault((i - 1,), {}), p)
        add(data.setdefault((i,), {}), p, -1)
    return Signal((n + 1,), data, (first - 1,))


def _full(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    raise SymconvError("a mode without its operation")


def _call_transpose(
    sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values
) -> Signal:
    if len(arguments) != 1:
        raise SymconvError("transposes of named axes are not understood here")
    return signals.transposed(sides.signal(arguments[0], values))


def _reshape(sides: Sides, arguments: list[Node], named: dict[str, Node], words: list[str], values: Values) -> Signal:
    """A reshape that only adds axes of length 1 keeps the entries in their order."""
    made = sides.signal(arguments[0], values)
    if len(made.shape) != 1:
        raise SymconvError("only vectors are reshaped here")
    return made


CALLS: dict[str, Callable[..., Signal]] = {
    "flip": _flip, "pad": _pad, "dilate": _dilate, "total": _total, "mean": _mean, "transposed": _transposed_call, "roll": _roll,
    "full": _full, "difference": _difference, "transpose": _call_transpose, "reshape": _reshape,
    "im2row": tensor_unfold.unfolded, "im2col": tensor_unfold.columns, "row2im": tensor_unfold.folded,
    "col2im": tensor_unfold.columns_folded,
}  # fmt: skip
MAKERS: dict[str, Callable[[Sides, Node, Values], Signal]] = {
    "name": _name, "vjp": _vjp, "list": _list, "times": _times, "add": _add, "mul": _mul, "neg": _neg, "div": _div,
    "conj": _conj, "transpose": _transpose, "index": _index, "sum": _sum, "call": _call,
}  # fmt: skip
