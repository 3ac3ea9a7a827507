"""The forward pass of a gradient: given as a formula, as an operator with its parameters, or assumed from the claim itself."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import field

from symconv.claims.reading import Reading
from symconv.claims.syntax import read
from symconv.claims.tensor_forms import add, bound_in, indices_of, scalars_of, stands_alone
from symconv.claims.tensor_layers import Layered, Layout, NamedLayer
from symconv.claims.tensor_names import (
    CHANNELS,
    DILATION,
    INPUT_SIZES,
    KERNEL_SIZES,
    OUTPUT_SIZES,
    PADDING,
    STRIDE,
    kind_of,
    sense,
)
from symconv.claims.tensor_recognise import Parameters, recognised
from symconv.claims.tensor_stated import Gradients
from symconv.errors import SymconvError
from symconv.language.border import ELSEWHERE, MODES
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words

OPERATOR = re.compile(
    r"\s*(?:torch\.nn\.|nn\.|F\.|sc\.|np\.|numpy\.)?([A-Za-z_]+?)([123])?[dD]?\s*(?:\((.*)\))?\s*\Z", re.S
)
PARAMETER = re.compile(r"(?<![A-Za-z_])(stride|padding|dilation|s|p|d|pad)\s*=\s*([\"']?[\w]+[\"']?)")
KEYWORD = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)\s*[\"']?([\w]*)")
TAKEN = ("stride", "padding", "dilation", "s", "p", "d", "pad", "flip_kernel", "bias")
BORDERS = ("padding_mode", "pad_mode", "boundary")
KNOWN = {
    "conv": "correlation", "correlate": "correlation", "corr": "correlation", "convolve": "convolution",
    "correlation": "correlation", "crosscorrelation": "correlation", "cross_correlation": "correlation",
    "convolution": "convolution", "trueconvolution": "convolution", "Conv": "correlation",
    "local": "correlation", "locallyconnected": "correlation", "LocallyConnected": "correlation",
    "locally_connected": "correlation", "locallyconnectedlayer": "correlation", "unsharedconvolution": "correlation",
}  # fmt: skip


CONTINUED = {
    "circular": Prose("reading.border.circular"),
    "reflect": Prose("reading.border.reflect"),
    "symmetric": Prose("reading.border.symmetric"),
    "replicate": Prose("reading.border.replicate"),
}


@dataclass
class Plan:
    """The layers that a forward pass can be: one for each sense, in each number of axes."""

    senses: tuple[str, ...]
    layers: Callable[[str, tuple[int, int]], Sequence[Layered]]
    bases: tuple[tuple[int, int], ...] = ((0, 0),)  # where positions and channels begin, the likely one first
    open_base: bool = False
    sign: str = ""
    notes: list[Words] = field(default_factory=list)
    domain: str = ""
    parameters: tuple[str, ...] = ()


def given_forward(claims: Gradients, operands: dict[str, str], bodies: list[Node]) -> Plan | None:
    """The plan of a forward pass that was given, if it was."""
    text = claims.published.forward or claims.published.operator
    if not text.strip():
        return None
    found = parsed_operator(text, free=not claims.published.forward and not claims.names.written)
    if found is None:
        found = from_formula(claims, text, operands)
    return planned(claims, operands, bodies, found)


def parsed_operator(text: str, free: bool) -> Parameters | None:
    """conv2d, conv2d(stride=2), cross-correlation: an operator by name; None if the text is a formula."""
    if "=" in re.sub(r"\([^()]*\)", "", text):
        return None
    words = sense(text)
    match = OPERATOR.match(text.strip())
    base = (match[1] if match else "").replace("-", "").rstrip("_")
    known = KNOWN.get(base)
    if known is None and not words:
        raise SymconvError(
            f"forward: expected a formula such as y[i] = ..., or an operator such as conv2d, got {text[:60]!r}"
        )
    made = Parameters((known or words,), int(match[2] or 0) if match else 0, given=True, free=free)
    made.local = "oicp" if base.lower().startswith(("local", "unshared")) else ""
    made.border = bordered(text)
    if made.senses[0] not in ("correlation", "convolution"):
        raise SymconvError(f"forward: gradients of a {made.senses[0]} are not understood")
    for key, value in PARAMETER.findall((match[3] if match else "") or (text if match is None else "")):
        value = value.strip("\"'")
        node = number(int(value)) if value.isdecimal() else name(value)
        if key in ("padding", "pad", "p") and value == "same":
            made.same = True
        elif key in ("padding", "pad", "p") and value == "valid":
            made.padding = number(0)
        else:
            setattr(made, {"s": "stride", "d": "dilation", "p": "padding", "pad": "padding"}.get(key, key), node)
    if re.search(r"\bflip_kernel\s*=\s*True", text):
        made.senses = ("convolution",)
    if re.search(r"\bsame\b", text):
        made.same = True
    return made


def bordered(text: str) -> str:
    """What stands in the padding, by the names of the libraries.

    Raises SymconvError for a parameter that is not understood: none is dropped.
    """
    for key, value in KEYWORD.findall(text):
        if key in BORDERS:
            mode = ELSEWHERE.get(value, value)
            if mode not in MODES:
                raise SymconvError(f"forward: expected {key} to be one of {', '.join(MODES)}, got {value[:40]!r}")
            return "" if mode == "zeros" else mode
        if key not in TAKEN:
            raise SymconvError(f"forward: the parameter {key!r} is not understood here")
    return ""


def from_formula(claims: Gradients, text: str, operands: dict[str, str]) -> Parameters:
    """The layer that a forward formula is: y_i = sum_p w_p x_(s i + d p - P), Y = X * W."""
    reading = Reading(tensors=True, arrays={n for n in operands.values() if n})
    statements = read(text, reading)
    return recognised(claims, statements, reading.arrays, operands)


def assumed(claims: Gradients, operands: dict[str, str], bodies: list[Node]) -> Plan:
    """The plan of a forward pass of which nothing is said."""
    made = Parameters()
    if claims.names.forward:
        made.senses, made.given = (claims.names.forward,), True
    made.same = claims.names.same
    plan = planned(claims, operands, bodies, made)
    plan.notes.insert(0, Prose("reading.assumed"))
    return plan


def planned(claims: Gradients, operands: dict[str, str], bodies: list[Node], known: Parameters) -> Plan:
    """Layers with the names of the claim."""
    arrays = {claims.upstream, *operands.values()}
    scalars = dict.fromkeys(s for b in bodies for s in scalars_of(b, arrays))
    scalars |= dict.fromkeys(s for c in claims.conditions for s in c.names())
    indices = {i.parts[0] for c in claims.stated for i in c[1] if i.kind == "name"}
    alone = {n for b in bodies for n in stands_alone(b, arrays)} | {n for b in bodies for n in bound_in(b)}
    named = [s for s in scalars if s not in indices and s not in alone]
    layout = laid_out(claims, operands, bodies, known.axes, bool(known.local))
    if known.local and layout[0].channels and claims.pattern is None:
        raise SymconvError("forward: the order of the axes of the kernel is not known: write y[...] = sum ... as --forward")
    bases, open_base = based(claims, bodies, layout[0])
    roles = {s: role_of(claims, s, layout[0]) for s in named}
    for s, role in roles.items():
        if role == "":
            raise SymconvError(f"what is {s!r}? say it with --where, as in {s}=stride or {s}=kernel size")
    parameters = {p: next((s for s, r in roles.items() if r == p), "") for p in ("stride", "dilation", "padding")}
    notes: list[Words] = []

    def layers(sense_: str, base: tuple[int, int]) -> list[NamedLayer]:
        return [
            built(claims, operands, lay, known, roles, parameters, sense_, base, arrays | indices | alone) for lay in layout
        ]

    first = layers(known.senses[0], bases[0])[0]
    said = [f"{p} {shown(getattr(first, p))}" for p in ("stride", "dilation", "padding")]
    notes.append(", ".join([*said[:2], "same padding" if known.same else said[2]]))
    if known.border:
        notes.append(Prose("reading.border", {"mode": known.border, "words": CONTINUED[known.border]}))
    if known.local:
        notes.append(Prose("reading.local.layer"))
    if len(known.senses) == 1 and known.given:
        notes.append(
            f"the forward pass is a {'cross-correlation' if known.senses[0] == 'correlation' else 'true convolution'}"
        )
    free = tuple(n for e in (first.stride, first.dilation, first.padding) for n in e.names())
    domain = "one channel" if not layout[0].channels else "all channels"
    return Plan(known.senses, layers, bases, open_base, known.sign, notes, domain, free)


def shown(node: Node) -> str:
    """A parameter in words."""
    return str(node.parts[0])


def built(
    claims: Gradients,
    operands: dict[str, str],
    layout: Layout,
    known: Parameters,
    roles: dict[str, str],
    parameters: dict[str, str],
    sense_: str,
    base: tuple[int, int],
    taken: set[str],
) -> NamedLayer:
    """One layer, its sizes named as the claim names them."""
    defaults = {"stride": number(1), "dilation": number(1), "padding": number(0)}
    values: dict[str, Node] = {}
    for p, default in defaults.items():
        explicit = getattr(known, p)
        if parameters[p]:
            values[p] = name(parameters[p])
            if p == "dilation" and not claims.names.dilation:
                values[p] = add(values[p], 1)
        elif explicit is not None:
            values[p] = explicit
        else:
            values[p] = name(fresh(p[0] if p != "padding" else "P", taken | set(roles))) if known.free else default
    if known.same:
        values["padding"] = number(0)
    if known.stride is not None and known.stride.kind == "number" and parameters["stride"]:
        values["stride"] = name(parameters["stride"])
    used = set(taken) | set(roles) | {n for v in values.values() for n in v.names()}

    def axis_names(role: str, letter: str) -> list[str]:
        every = next((s for s, r in roles.items() if r == role), "")
        made: list[str] = []
        for k in range(layout.axes):
            own = next((s for s, r in roles.items() if r == f"{role} {k}"), "")
            made.append(own or every or fresh(letter + (str(k + 1) if layout.axes > 1 else ""), used | set(made)))
        return made

    names = {"input": operands.get("input", ""), "kernel": operands.get("kernel", ""), "bias": operands.get("bias", "")}
    for role, letter in (("input", "x"), ("kernel", "w"), ("bias", "b")):
        names[role] = names[role] or fresh(letter, used)
    names["upstream"] = claims.upstream
    inputs, kernels = axis_names("input size", "N"), axis_names("kernel size", "K")
    used |= set(inputs) | set(kernels)
    outputs = axis_names("output size", "O")
    channels = {}
    for key, role, letter in (("c", "channels in", "C"), ("o", "channels out", "M"), ("n", "batch", "B")):
        channels[key] = next((s for s, r in roles.items() if r == role), "") or fresh(letter, used)
        used.add(channels[key])
    return NamedLayer(
        layout, sense_ == "convolution", values["stride"], values["dilation"], values["padding"], known.same, *base, names,
        "bias" in operands, inputs, kernels, outputs, channels, known.full, known.border, known.local,
    )  # fmt: skip


def fresh(letter: str, used: set[str]) -> str:
    """A name not yet in use."""
    made = letter
    while made in used:
        made += "_"
    return made


def laid_out(
    claims: Gradients, operands: dict[str, str], bodies: list[Node], axes: int, local: bool = False
) -> list[Layout]:
    """The numbers of axes that the tensors can have: as they are indexed, else one and two."""
    counts: dict[str, int] = {}
    for b in bodies:
        for n, c in indices_of(b, {claims.upstream, *operands.values()}).items():
            counts[n] = c
    for wrt, index, _, left in claims.stated:
        if index:
            counts[wrt or "x"] = len(index)
        elif left.kind == "partial" and kind_of(wrt, claims.names) == "bias":
            counts[wrt] = 0
    for n, shape in claims.names.shapes.items():
        if n in operands.values():
            counts.setdefault(n, len(shape))
    roles = {"kernel": operands.get("kernel"), "input": operands.get("input"), "upstream": claims.upstream}
    possible = []
    for spatial, channels, batch in itertools.product((1, 2, 3), (False, True), (False, True)):
        if (axes and spatial != axes) or (batch and not channels):
            continue
        data = spatial + channels + batch
        own = spatial * local  # a kernel and a bias for every place
        kernel, bias = spatial + 2 * channels + own, channels + own
        expected = {"kernel": kernel, "input": data, "upstream": data, "bias": bias}
        found = {r: counts[t] for r, t in {**roles, "bias": operands.get("bias")}.items() if t in counts}
        if all(expected[r] == c for r, c in found.items()):
            possible.append(Layout(spatial, channels, batch))
    if not possible:
        raise SymconvError(f"the numbers of indices fit no layer: {', '.join(f'{n} has {c}' for n, c in counts.items())}")
    if counts and any(c > 0 for c in counts.values()):
        return possible[:1]
    if "bias" in operands:
        return bias_layouts(bodies, possible)
    plain = [p for p in possible if not p.channels and p.axes <= 2]
    return plain or possible[:1]


def bias_layouts(bodies: list[Node], possible: list[Layout]) -> list[Layout]:
    """The axes over which a bias gradient sums tell how many axes there are: (0, 2, 3) is n, o, i, j."""
    totals = [n for b in bodies for n in b.walk() if n.kind == "call" and n.parts[0] in ("total", "mean")]
    for t in totals:
        axes = next((a.parts[2] for a in t.inner() if a.kind == "relation"), t.parts[2] if len(t.parts) > 2 else None)
        if axes is None:
            continue
        parts = [p.parts[0] for p in (axes.inner() if axes.kind in ("tuple", "list") else [axes]) if p.kind == "number"]
        for layout in possible:
            if layout.channels and layout.batch and parts == [0, *range(2, 2 + layout.axes)]:
                return [layout]
            usual = layout.axes < 3 or all(p.axes == 3 for p in possible)  # (1, 2, 3) of n, o, i, j is none
            if usual and layout.channels and not layout.batch and parts == list(range(1, 1 + layout.axes)):
                return [layout]
        if parts != list(range(len(parts))):
            shown_ = ", ".join(map(str, parts)) or "these"
            raise SymconvError(f"a sum over the axes {shown_} is no bias gradient of a layer n, channels, positions")
    return [p for p in possible if not p.channels and p.axes <= 2]


def based(claims: Gradients, bodies: list[Node], layout: Layout) -> tuple[tuple[tuple[int, int], ...], bool]:
    """Where positions and channels can begin: at 1 where (i - 1) s stands in an index or a sum begins at 1; else at 0.

    A sum that begins at 0 decides it too.

    An index such as j + m - 1 leaves it open.
    """
    if claims.names.base is not None:
        return ((claims.names.base, claims.names.base),), False
    minus_one = Node("neg", (number(1),))
    strong = weak = zero = False
    for b in bodies:
        for n in b.walk():
            strong |= n.kind == "range" and n.parts[1] == number(1)
            zero |= n.kind == "range" and n.parts[1] == number(0)
            strong |= n.kind == "mul" and any(p.kind == "add" and minus_one in p.parts for p in n.inner())
            if n.kind == "index":
                plain = [e for e in n.parts[1:] if not any(x.kind in ("mod", "min", "max", "abs") for x in e.walk())]
                weak |= any(e.kind == "add" and (minus_one in e.parts or number(1) in e.parts) for e in plain)
    if strong:
        return ((1, 1), (0, 1), (0, 0)) if layout.channels else ((1, 1), (0, 0)), False
    return (((0, 0), (1, 1)), True) if weak and not zero else (((0, 0),), False)


def role_of(claims: Gradients, s: str, layout: Layout) -> str:
    """The role of a size or a parameter."""
    role = claims.names.role(s)
    if role in (
        "stride",
        "dilation",
        "padding",
        "channels in",
        "channels out",
        "batch",
        "input size",
        "kernel size",
        "output size",
    ):
        return role
    tables: list[tuple[str, dict[str, int]]] = [
        ("kernel size", KERNEL_SIZES),
        ("output size", OUTPUT_SIZES),
        ("input size", INPUT_SIZES),
    ]
    for p, group in (("stride", STRIDE), ("padding", PADDING), ("dilation", DILATION)):
        if s in group and not any(s in t for _, t in tables):
            return p
    if layout.channels and s in CHANNELS:
        return {"c": "channels in", "o": "channels out", "n": "batch"}[CHANNELS[s]]
    for p, group in (("stride", STRIDE), ("padding", PADDING)):
        if s in group:
            return p
    for r, table in tables:
        if s in table:
            at = table[s]
            return r if at < 0 or layout.axes == 1 else f"{r} {at}"
    return "dilation" if s in DILATION else ""
