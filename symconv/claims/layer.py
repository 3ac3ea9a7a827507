"""The operator along one axis: what the formula names, what is free, and defaults for the rest."""

from __future__ import annotations

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
    if role.kind in ("window-start", "window-end"):
        i, n, o = (layer.get(kind) for kind in ("position", "input", "output"))
        if role.kind == "window-start":
            return Node("floor", (Node("div", (Node("mul", (i, n)), o)),)), [relation("<", i, o)]
        after = Node("add", (i, number(1)))
        return Node("ceil", (Node("div", (Node("mul", (after, n)), o)),)), [relation("<", i, o)]
    if role.kind == "output":
        return layer.windows(), layer.fits()
    if role.kind == "extent":
        return Node("add", (layer.extent(), number(1))), []
    if role.kind == "input-index":
        reach = (
            Node("mul", (layer.get("stride"), layer.get("position"))),
            Node("mul", (layer.dilation(), layer.get("tap"))),
        )
        return Node("add", (*reach, Node("neg", (layer.pads()[0],)))), []
    if role.kind in ("input-first", "input-last"):
        start = (Node("mul", (layer.get("stride"), layer.get("position"))), Node("neg", (layer.pads()[0],)))
        return Node("add", (*start, layer.extent()) if role.kind == "input-last" else start), []
    if role.kind == "multiplications":
        each = Node("add", (layer.get("tile"), layer.get("kernel"), Node("neg", (number(1),))))
        return (Node("mul", (each,) * meaning.setting.dims) if meaning.setting.dims > 1 else each), []
    if role.kind in ("full-padding", "causal-padding"):
        return layer.extent(), []
    if role.kind == "direct-padding":
        return Node("add", (layer.extent(), Node("neg", (layer.pads()[0],)))), []
    if role.kind == "remainder":
        n, s = layer.get("input"), layer.get("stride")
        lo, hi = layer.pads()
        total = Node("add", (n, lo, hi, Node("neg", (layer.extent(),)), Node("neg", (number(1),))))
        return Node("mod", (total, s)), layer.fits()
    if role.kind in ("same-total", "same-lo", "same-hi"):
        k, d = layer.kernel()
        total = call("same_total", layer.get("input"), k, layer.get("stride"), d)
        half = Node("quotient", (total, number(2)))
        rest = Node("add", (total, Node("neg", (half,))))
        return {"same-total": total, "same-lo": half, "same-hi": rest}[role.kind], []
    if role.kind == "tiles":
        n, k = layer.get("input"), layer.get("kernel")
        outputs = call("windows", n, k, number(1), number(0), number(0), number(1))
        return call("every", outputs, layer.get("tile")), [relation("<=", number(1), outputs)]
    if role.kind == "span-in":
        k, d = layer.kernel()
        steps = Node(
            "mul",
            (layer.find("stride") or layer.bring("stride"), Node("add", (layer.get("span"), Node("neg", (number(1),))))),
        )
        return Node("add", (steps, layer.extent(), number(1))), []
    if role.kind == "smallest-input":
        pads = [Node("neg", (p,)) for p in layer.pads()]
        steps = Node("mul", (layer.get("stride"), Node("add", (layer.get("output"), Node("neg", (number(1),))))))
        made = Node("add", (steps, layer.extent(), number(1), *pads))
        return made, [relation(">=", made, number(1))]
    if role.kind == "rf" and layer.find("rf-in") is None:
        layers = layer.find("layers")
        if layers is None:
            raise SymconvError(
                "receptive-field: expected the receptive field of the layer before (r_in) or a number of equal layers among"
                " the names: say which with --where"
            )
        if layer.find("kernel") is None or any(n.kind == "pow" and layers in n.walk() for n in meaning.claims):
            raise SymconvError("receptive-field: expected a formula of equal layers with their kernel size in it")
        k, d = layer.kernel()
        return call("stack", layers, k, layer.get("stride"), d), []
    if role.kind == "rf":
        return Node("add", (layer.get("rf-in"), Node("mul", (layer.extent(), layer.get("jump-in"))))), []
    if role.kind == "start":
        half = Node("div", (layer.extent(), number(2)))
        moved = Node("mul", (Node("add", (half, Node("neg", (layer.pads()[0],)))), layer.get("jump-in")))
        return Node("add", (layer.get("start-in"), moved)), []
    if role.kind == "jump":
        return Node("mul", (layer.get("jump-in"), layer.find("stride") or layer.bring("stride"))), []
    return counted(meaning, role.kind), []


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
