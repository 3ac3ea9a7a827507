"""The operator along one axis: what the formula names, what is free, and defaults for the rest.

``LAWS`` says what every derived quantity is, one law a role.
"""

from __future__ import annotations

from collections.abc import Callable

from symconv.claims.setting import CANONICAL, DEFAULT, FREE, LONG, Interpretation
from symconv.claims.vocabulary import LEAST, Role
from symconv.errors import SymconvError
from symconv.language.formula import Node, name, number
from symconv.language.prose import Prose
from symconv.language.question import call, relation


class OperatorAxis:
    """The operator along one axis, with what the formula names and defaults for the rest."""

    def __init__(self, meaning: Interpretation, axis: str) -> None:
        self.meaning, self.axis = meaning, axis

    def find(self, kind: str) -> Node | None:
        """The name of a role on this axis, or for all axes."""
        for axis in (self.axis, ""):
            for each, role in self.meaning.roles.items():
                if role.kind == kind and role.axis == axis:
                    return name(each)
        if not self.axis:
            held = [each for each, role in self.meaning.roles.items() if role.kind == kind]
            if len(held) == 1:
                return name(held[0])
        return None

    def get(self, kind: str) -> Node:
        """A parameter: named, free, or its default."""
        found = self.find(kind)
        if found is None and kind == "input":
            found = self.find("padded-input")
        if found is not None:
            return found
        setting, default = self.meaning.setting, DEFAULT.get(kind)
        if kind in setting.fixed:
            values = setting.fixed[kind]
            at = {"h": 0, "w": 1, "d": 0}.get(self.axis, 0)
            return number(values[min(at, len(values) - 1)])
        elsewhere = [r for r in self.meaning.roles.values() if r.kind == kind and r.axis not in ("", self.axis)]
        if (setting.free and kind in FREE[setting.family]) or default is None or elsewhere:
            return self.bring(kind)  # named on another axis alone, it is another number on this one
        absent = Prose("role.dilation.alone" if kind == "dilation" else f"role.{kind}")
        self.meaning.say(Prose("reading.absent", {"role": absent, "default": default}))
        return number(default)

    def bring(self, kind: str) -> Node:
        """A new name for a parameter that the formula forgets."""
        if kind not in CANONICAL:
            what = f"{self.meaning.topic}: expected a name for the {Role(kind).words()}"
            raise SymconvError(f"{what}: say which with --where, or another --about")
        made = CANONICAL[kind]
        if kind == "input" and self.axis in ("h", "w", "d"):
            made = self.axis.upper()
        elif self.axis:
            made = f"{made}_{self.axis}"
        clash = made in self.meaning.roles and self.meaning.roles[made].kind != kind
        made = LONG.get(kind, made) + (f"_{self.axis}" if self.axis else "") if clash else made
        if made not in self.meaning.own:
            self.meaning.own[made] = LEAST.get(kind, 1)
            self.meaning.roles[made] = Role(kind, self.axis, True)
            self.meaning.say(Prose("reading.free", {"name": made, "role": Role(kind, self.axis).words()}))
        return name(made)

    def pads(self) -> tuple[Node, Node]:
        """(lo, hi)."""
        if self.find("input") is None and self.find("padded-input") is not None:
            return number(0), number(0)
        low, high, total = self.find("padding-lo"), self.find("padding-hi"), self.find("padding-total")
        if total is not None:
            return total, number(0)
        if low is not None or high is not None:
            return low or number(0), high or number(0)
        if self.meaning.setting.mode == "valid" and self.find("padding") is None:
            return number(0), number(0)
        if self.meaning.setting.mode in ("full", "causal") and self.find("padding") is None:
            return self.extent(), self.extent() if self.meaning.setting.mode == "full" else number(0)
        p = self.get("padding")
        return p, p

    def dilation(self) -> Node:
        """The dilation, from 1."""
        zero = self.find("dilation-0")
        return Node("add", (zero, number(1))) if zero is not None else self.get("dilation")

    def kernel(self) -> tuple[Node, Node]:
        """(kernel size, dilation); the extent of a dilated kernel stands for an undilated one."""
        extent = self.find("extent")
        if extent is not None and self.find("kernel") is None:
            return extent, number(1)
        return self.get("kernel"), self.dilation()

    def windows(self) -> Node:
        """The output size."""
        setting = self.meaning.setting
        n, s = self.get("input"), self.get("stride")
        if setting.mode == "same":
            return Node("mul", (n, s)) if setting.family == "transposed" else call("every", n, s)
        k, d = self.kernel()
        lo, hi = self.pads()
        if setting.family == "transposed":
            return call("scattered", n, k, s, lo, hi, d, self.get("output-padding"))
        return call("pooled" if setting.mode == "ceil" else "windows", n, k, s, lo, hi, d)

    def fits(self) -> list[Node]:
        """The domain: at least one complete window, or one entry of output."""
        setting = self.meaning.setting
        if setting.mode == "same":
            return []
        size = self.windows()
        found = [relation("<=", number(1), size)]
        if setting.mode == "ceil":
            k, d = self.kernel()
            lo, hi = self.pads()
            found = [relation(">=", call("windows", *size.parts[1:]), number(1)), relation("<=", Node("add", (lo, hi)), k)]
            self.meaning.say(Prose("reading.frameworks"))
        if setting.family == "transposed" and self.find("output-padding") is not None:
            op, s = self.get("output-padding"), self.get("stride")
            _, d = self.kernel()
            found.append(relation("<", op, Node("max", (s, d))))
        return found

    def extent(self) -> Node:
        """d(K-1)."""
        k, d = self.kernel()
        taps = Node("add", (k, Node("neg", (number(1),))))
        return taps if d == number(1) else Node("mul", (d, taps))


def axes(meaning: Interpretation) -> list[str]:
    """The axes that names speak of, kernels first."""
    return list(dict.fromkeys(r.axis for r in meaning.roles.values() if r.axis)) or [""]


def derived(meaning: Interpretation, role: Role) -> tuple[Node, list[Node]]:
    """What a derived role is, and the conditions under which it is defined."""
    layer = OperatorAxis(meaning, axis_of(meaning, role))
    law = LAWS.get(role.kind)
    return law(layer) if law is not None else (counted(meaning, role.kind), [])


Law = tuple[Node, list[Node]]


def added(*terms: Node) -> Node:
    """A sum."""
    return Node("add", terms)


def less(term: Node) -> Node:
    """The negative, for a sum."""
    return Node("neg", (term,))


def times(*factors: Node) -> Node:
    """A product."""
    return Node("mul", factors)


def window_start(layer: OperatorAxis) -> Law:
    """floor(i n / o), of adaptive pooling."""
    i, n, o = (layer.get(kind) for kind in ("position", "input", "output"))
    return Node("floor", (Node("div", (times(i, n), o)),)), [relation("<", i, o)]


def window_end(layer: OperatorAxis) -> Law:
    """ceil((i + 1) n / o), of adaptive pooling."""
    i, n, o = (layer.get(kind) for kind in ("position", "input", "output"))
    return Node("ceil", (Node("div", (times(added(i, number(1)), n), o)),)), [relation("<", i, o)]


def input_index(layer: OperatorAxis) -> Law:
    """s i + d p - lo: which entry tap p of output i reads."""
    place = times(layer.get("stride"), layer.get("position"))
    tap = times(layer.dilation(), layer.get("tap"))
    return added(place, tap, less(layer.pads()[0])), []


def input_first(layer: OperatorAxis) -> Law:
    """s i - lo: the first entry that output i reads."""
    return added(times(layer.get("stride"), layer.get("position")), less(layer.pads()[0])), []


def input_last(layer: OperatorAxis) -> Law:
    """s i - lo + d (k - 1): the last one."""
    first, _ = input_first(layer)
    return added(*first.parts, layer.extent()), []


def multiplications(layer: OperatorAxis) -> Law:
    """(m + r - 1)^axes, of a tile of Winograd."""
    each = added(layer.get("tile"), layer.get("kernel"), less(number(1)))
    dims = layer.meaning.setting.dims
    return times(*(each,) * dims) if dims > 1 else each, []


def remainder(layer: OperatorAxis) -> Law:
    """(n + lo + hi - d (k - 1) - 1) mod s: what the last window leaves."""
    n, s = layer.get("input"), layer.get("stride")
    lo, hi = layer.pads()
    total = added(n, lo, hi, less(layer.extent()), less(number(1)))
    return Node("mod", (total, s)), layer.fits()


def same_total(layer: OperatorAxis) -> Law:
    """The padding in all that gives ceil(n / s) outputs."""
    k, d = layer.kernel()
    return call("same_total", layer.get("input"), k, layer.get("stride"), d), []


def same_lo(layer: OperatorAxis) -> Law:
    """Its smaller half."""
    return Node("quotient", (same_total(layer)[0], number(2))), []


def same_hi(layer: OperatorAxis) -> Law:
    """The rest of it."""
    return added(same_total(layer)[0], less(same_lo(layer)[0])), []


def tiles(layer: OperatorAxis) -> Law:
    """ceil(outputs / m)."""
    n, k = layer.get("input"), layer.get("kernel")
    outputs = call("windows", n, k, number(1), number(0), number(0), number(1))
    return call("every", outputs, layer.get("tile")), [relation("<=", number(1), outputs)]


def span_in(layer: OperatorAxis) -> Law:
    """s (r - 1) + d (k - 1) + 1: what a span of r outputs sees, from the top down."""
    stride = layer.find("stride") or layer.bring("stride")
    steps = times(stride, added(layer.get("span"), less(number(1))))
    return added(steps, layer.extent(), number(1)), []


def smallest_input(layer: OperatorAxis) -> Law:
    """s (o - 1) + d (k - 1) + 1 - lo - hi: the smallest input with o outputs."""
    pads = [less(p) for p in layer.pads()]
    steps = times(layer.get("stride"), added(layer.get("output"), less(number(1))))
    made = added(steps, layer.extent(), number(1), *pads)
    return made, [relation(">=", made, number(1))]


def receptive_field(layer: OperatorAxis) -> Law:
    """r_in + d (k - 1) j_in; of equal layers the field of the stack."""
    if layer.find("rf-in") is not None:
        return added(layer.get("rf-in"), times(layer.extent(), layer.get("jump-in"))), []
    layers = layer.find("layers")
    if layers is None:
        raise SymconvError(
            "receptive-field: expected the receptive field of the layer before (r_in) or a number of equal layers among"
            " the names: say which with --where"
        )
    if layer.find("kernel") is None or any(n.kind == "pow" and layers in n.walk() for n in layer.meaning.claims):
        raise SymconvError("receptive-field: expected a formula of equal layers with their kernel size in it")
    k, d = layer.kernel()
    return call("stack", layers, k, layer.get("stride"), d), []


def start(layer: OperatorAxis) -> Law:
    """start_in + (d (k - 1)/2 - lo) j_in: the centre of the first field."""
    half = Node("div", (layer.extent(), number(2)))
    moved = times(added(half, less(layer.pads()[0])), layer.get("jump-in"))
    return added(layer.get("start-in"), moved), []


def jump(layer: OperatorAxis) -> Law:
    """j_in s: the distance of neighbouring outputs, in entries of the input."""
    return times(layer.get("jump-in"), layer.find("stride") or layer.bring("stride")), []


LAWS: dict[str, Callable[[OperatorAxis], Law]] = {
    "window-start": window_start,
    "window-end": window_end,
    "output": lambda layer: (layer.windows(), layer.fits()),
    "extent": lambda layer: (added(layer.extent(), number(1)), []),
    "input-index": input_index,
    "input-first": input_first,
    "input-last": input_last,
    "multiplications": multiplications,
    "full-padding": lambda layer: (layer.extent(), []),
    "causal-padding": lambda layer: (layer.extent(), []),
    "direct-padding": lambda layer: (added(layer.extent(), less(layer.pads()[0])), []),
    "remainder": remainder,
    "same-total": same_total,
    "same-lo": same_lo,
    "same-hi": same_hi,
    "tiles": tiles,
    "span-in": span_in,
    "smallest-input": smallest_input,
    "rf": receptive_field,
    "start": start,
    "jump": jump,
}


def axis_of(meaning: Interpretation, role: Role) -> str:
    """The axis of a derived quantity; an output without one takes the input's, if there is only one."""
    if role.axis:
        return role.axis
    held = {r.axis for r in meaning.roles.values() if r.kind == "input"}
    return held.pop() if len(held) == 1 else ""


def counted(meaning: Interpretation, kind: str) -> Node:
    """Weights, biases, parameters and multiply-adds of a convolution layer."""
    spatial = [a for a in axes(meaning) if a and any(r.kind == "kernel" and r.axis == a for r in meaning.roles.values())]
    plain = OperatorAxis(meaning, "")
    setting = meaning.setting
    sized = [r.axis for r in meaning.roles.values() if r.kind == "output" and r.axis]
    dims = setting.dims or (len(sized) if len(sized) > 1 else 2)
    kernels = [OperatorAxis(meaning, a).get("kernel") for a in spatial] if spatial else [plain.get("kernel")] * dims
    if not spatial and len(setting.fixed.get("kernel", ())) > 1:
        kernels = [number(k) for k in setting.fixed["kernel"]]
    if setting.family == "linear":
        kernels = []
    c, o = plain.get("in-channels"), plain.get("out-channels")
    each: tuple[Node, ...] = (o, *kernels) if setting.family == "depthwise" else (o, c, *kernels)
    weights = Node("mul", each)
    pointwise = Node("mul", (c, o))
    if setting.family == "separable":
        weights = Node("add", (Node("mul", (c, *kernels)), pointwise))
        meaning.say(Prose("reading.depthwise"))
    groups = plain.find("groups")
    if groups is not None:
        weights = Node("div", (weights, groups))
        meaning.given += [relation("|", groups, c), relation("|", groups, o)]
    own = [plain_output(meaning, a) for a in (spatial or sized or [""] * dims)] if setting.family == "local" else []
    if own:
        meaning.say(Prose("reading.local"))
        weights = Node("mul", (weights, *own))
    if kind in ("fan-in", "fan-out"):
        side = Node("mul", ((c if kind == "fan-in" else o), *kernels))
        return Node("div", (side, groups)) if groups is not None else side
    if kind == "weights":
        return weights
    if kind == "biases":
        return Node("mul", (o, *own)) if own else o
    counting = meaning.conventions.get("count", "").removeprefix("usual")
    if kind == "parameters":
        if counting == "weights" or not setting.bias:
            return weights
        if "bias" not in setting.said:
            meaning.open["count"] = "weights"
        return Node("add", (weights, Node("mul", (o, *own)) if own else o))
    if own:
        raise SymconvError("parameters: the multiply-adds of a locally connected layer are its weights: count those")
    places = [plain_output(meaning, a) for a in (spatial or sized or [""] * dims)]
    macs = Node("mul", (weights, *places))
    outputs = Node("mul", (o, *places))
    meaning.open["count"] = "bias" if kind == "macs" else "bias,once,mults,adds"
    if kind == "macs":
        return Node("add", (macs, outputs)) if counting == "bias" else macs
    twice = Node("mul", (number(2), macs))
    ways = {
        "": twice,
        "bias": Node("mul", (number(2), Node("add", (macs, outputs)))),
        "once": Node("add", (twice, outputs)),
        "mults": macs,
        "adds": Node("add", (twice, Node("neg", (outputs,)))),
    }
    if counting not in ways:
        known = ", ".join(w or "usual" for w in ways)
        raise SymconvError(f"parameters: expected count to be {known} for operations, got {counting!r}")
    return ways[counting]


def plain_output(meaning: Interpretation, axis: str) -> Node:
    """The output size along an axis: named, or that of the layer.

    Raises SymconvError where a size is named that may be the input's or the output's.
    """
    layer = OperatorAxis(meaning, axis)
    found = layer.find("output")
    if found is not None:
        return found
    inputs = [n for n, r in meaning.roles.items() if r.kind == "input"]
    if inputs:
        what = f"{', '.join(inputs)} may be sizes of the input or of the output"
        raise SymconvError(f"parameters: {what}: say it with --where '{inputs[0]}=output size'")
    return layer.bring("output")
