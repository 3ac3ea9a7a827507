"""The checks of a net's derivation, on small sizes and random numbers.

check_lines    every printed gradient, evaluated as it stands, equals the one that ``check.network.run`` computes
check_forward  every printed formula, read item by item, equals what that run gives
differences    (L(T + h v) - L(T - h v)) / 2h along a random v equals sum of v dL/dT, for every edge and parameter
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.cases import readable
from symconv.check.formulas import Reader
from symconv.check.functionlines import functions_of
from symconv.check.functions import labels as classes_of
from symconv.check.functions import probabilities
from symconv.check.lines import World, value
from symconv.check.naive import Naive
from symconv.check.network import NetRun, run
from symconv.check.pooling import Taps
from symconv.language.expr import Access
from symconv.language.facts import Check, NetForward, NetLine, Verdict
from symconv.language.functions import CLASSES, TOTAL
from symconv.language.lazy import dataclass
from symconv.language.network import Link, Network, edge
from symconv.language.operator import names, spatial_names
from symconv.language.prose import Joined, Prose
from symconv.language.unshared import Unshared

Array = Any
STEP = 1e-6
TOLERANCE = 1e-6
LINE = 1e-9
WORK = 1_500_000
ATTEMPTS = 60
MARGIN = 1e-5  # an argument this near to a kink could cross it within a step
ENTRIES = 12


# sizes and arrays for the checks
@dataclass
class Numbers:
    """A net at numbers, with random arrays for its input, parameters and target."""

    net: Network
    sizes: dict[str, int]
    x: Array
    parameters: dict[str, Array]
    target: Any
    g: Array | None
    tied: set[str] = field(default_factory=set)  # edges that meet a tie of a pooling window, or a kink, further on


def numbers_for(net: Network, seed: int = 5) -> Numbers | None:
    """Small sizes for what the net leaves open, and random arrays; None if no small sizes were found."""
    for room in range(3, 33):
        sizes = candidate(net, room)
        made = at_sizes(net, sizes)
        if made is not None:
            return without_ties(made, sizes, seed) if work(made) <= WORK else None
    return None


def without_ties(net: Network, sizes: dict[str, int], seed: int) -> Numbers | None:
    """Random arrays, if they can be had without a tie in a pooling window and without an argument at a kink.

    relu makes both (its zeros tie, and a second relu meets them at its kink), as others do that are constant somewhere, the
    fewer the larger the biases; edges where one is left are named.
    """
    for attempt in range(ATTEMPTS):
        numbers = filled(net, sizes, seed + attempt, 0.15 * attempt)
        numbers.tied = ties_of(numbers)
        if not numbers.tied:
            break
    return numbers


def ties_of(numbers: Numbers) -> set[str]:
    """The edges between a relu, whose zeros tie, and the layer that meets the tie or has its kink there."""
    tied: set[str] = set()
    places = [k for k, link in enumerate(numbers.net.links) if _kinked(link.op)]
    if not places:
        return tied
    found = run(numbers.net, numbers.x, numbers.parameters, numbers.target, numbers.g)
    for k in places:
        h = numbers.x if k == 0 else found.outputs[numbers.net.links[k - 1].label]
        met, at = _meets_kink(numbers.net.links[k].op, h), k
        while met and at >= 0:
            tied.add(edge(at))
            before = numbers.net.links[at - 1].op if at else None
            if at == 0 or _flat(before):
                break
            at -= 1
    return tied


def _kinked(op: Any) -> bool:
    return op.kind == "max_pool" or (op.window is None and bool(op.kinks))


def _flat(op: Any) -> bool:
    """Whether a layer makes ties: a function that is constant somewhere."""
    return op is not None and op.kind == "pointwise" and bool(op.function.flat)


def _meets_kink(op: Any, h: Array) -> bool:
    """Whether a layer has no derivative at its input, or next to it."""
    if op.window is None:
        return any(bool((np.abs(h - float(kink.at)) < MARGIN).any()) for kink in op.kinks)
    _, _, ties = Taps(op).largest(h)
    return bool((ties > 1).any())


def candidate(net: Network, room: int) -> dict[str, int]:
    """Numbers for the names of a net: inputs of about ``room`` entries, all axes different."""
    free: set[str] = set().union(*(e.names() for e in net.input))
    for link in net.links:
        free |= names(link.op.window) if link.op.window is not None else set()
    defined = {name for link in net.links for name, _ in definitions(link)}
    found = {}
    for name in sorted(free - defined):
        letter = name[0]
        axis = int(name[1]) if letter == "N" and name[1:2].isdigit() else 1
        found[name] = {"B": 2, "C": 2, "F": 3, "K": 2}.get(letter, 2) if letter != "N" else room + 1 - axis % 2
    for axis, size in enumerate(net.input[2:]):  # the user's own names for the input's places, such as H and W
        for name in size.names() - defined:
            found[name] = room + axis % 2
    return found


def definitions(link: Link) -> tuple[tuple[str, Any], ...]:
    """What the output sizes of a layer stand for."""
    return link.op.window.definitions if link.op.window is not None else ()


def at_sizes(net: Network, sizes: dict[str, int]) -> Network | None:
    """The net at numbers (the sizes completed in place), or None if it has no output there."""
    links = []
    for link in net.links:
        for name, meaning in definitions(link):
            sizes[name] = int(meaning.evaluate(sizes))
            if sizes[name] < 1:
                return None
        op = link.op.subs(sizes)
        if op.window is not None and any(int((a - b).constant or 0) < 0 for a, b in op.window.fits[: op.ndim]):
            return None
        if isinstance(op, Unshared) and not readable(op):
            return None
        shapes = [tuple(e.subs(sizes) for e in shape) for shape in (link.before, link.behind)]
        if any(int(e.constant or 0) < 1 for shape in shapes for e in shape):
            return None
        links.append(Link(link.label, op, shapes[0], shapes[1]))
    return Network(net.layers, tuple(e.subs(sizes) for e in net.input), tuple(links))


def work(net: Network) -> int:
    """How many products one forward pass takes, about."""
    total = 0
    for link in net.links:
        window = link.op.window
        total += brute.count(window) if window is not None else int(np.prod([int(e.constant or 1) for e in link.before]))
    return total


def filled(net: Network, sizes: dict[str, int], seed: int, rise: float = 0) -> Numbers:
    """Random arrays; the biases raised by ``rise``, kernels the smaller the more they add up: exp stays finite."""
    rng = np.random.RandomState(seed)
    x = rng.randn(*plain(net.input))
    parameters = {}
    for link in net.links:
        for role in link.parameters:
            shape = plain(link.shape(role))
            size = min(0.5, float(np.prod(shape[1:])) ** -0.5) if role == "w" else 0.5
            parameters[f"{link.label}.{role}"] = rng.randn(*shape) * size + (rise if role == "b" else 0)
    target: Any = None
    before = plain(net.links[-1].before)
    if net.loss is not None and net.loss.name == "mse":
        target = rng.randn(*before)
    elif net.loss is not None and net.loss.name == "cross_entropy":
        target = rng.randint(0, before[1], size=before[0])
    g = None if net.loss is not None else rng.randn(*plain(net.links[-1].behind))
    return Numbers(net, sizes, x, parameters, target, g)


def plain(shape: Any) -> tuple[int, ...]:
    """Numbers."""
    return tuple(int(e.constant or 0) for e in shape)


def tensors(numbers: Numbers, found: NetRun) -> dict[str, Array]:
    """Every tensor that a line can name."""
    net = numbers.net
    arrays: dict[str, Array] = {"x": numbers.x}
    for k, link in enumerate(net.links, 1):
        if not (link is net.links[-1] and net.loss is not None):
            arrays[edge(k)] = found.outputs[link.label]
        for role in link.parameters:
            arrays[f"{role}_{link.label}"] = numbers.parameters[f"{link.label}.{role}"]
        if link.op.kind == "max_pool":
            arrays[f"S_{link.label}"] = brute.selection(link.op, arrays[edge(k - 1)]).astype(float)
        if link.op.kind == "avg_pool":
            arrays[f"m_{link.label}"] = brute.counts(link.op).astype(float)
        if link.op.kind == "softmax":
            arrays[f"{TOTAL}_{link.label}"] = np.exp(arrays[edge(k - 1)]).sum(axis=1)
    arrays |= {f"dL/d{name}": array for name, array in found.grads.items() if "." not in name}
    if numbers.g is not None:
        arrays[f"dL/d{edge(len(net.links))}"] = numbers.g
    logits = arrays[edge(len(net.links) - 1)]
    if net.loss is not None and net.loss.name == "cross_entropy":
        hot = np.zeros_like(logits)
        hot[np.arange(len(logits)), classes_of(logits, numbers.target)] = 1
        arrays |= {CLASSES: hot, "p": probabilities(logits), TOTAL: np.exp(logits).sum(axis=1)}
    if net.loss is not None and net.loss.name == "mse":
        arrays |= {"t": numbers.target, "r": logits - numbers.target}
    return arrays


def check_net_lines(numbers: Numbers, lines: list[NetLine]) -> tuple[list[Verdict], int]:
    """Every printed gradient, evaluated as it stands, against the run's; and how many entries they have together."""
    found = run(numbers.net, numbers.x, numbers.parameters, numbers.target, numbers.g)
    arrays = tensors(numbers, found)
    truths = [np.asarray(found.grads[line.wrt], dtype=float) for line in lines]
    verdicts = [one_line(numbers, line, arrays, truth) for line, truth in zip(lines, truths, strict=True)]
    return verdicts, sum(truth.size for truth in truths)


def one_line(numbers: Numbers, line: NetLine, arrays: dict[str, Array], truth: Array) -> Verdict:
    """A line over a whole index i is read with its tensors laid out in rows."""
    ranges = [(n, int(e.evaluate(numbers.sizes))) for n, e in line.free]
    known = arrays
    if [n for n, _ in ranges] == ["i"]:
        known = {name: a.reshape(-1) for name, a in arrays.items()}
    functions = _functions(next(k for k in numbers.net.links if k.label == line.label))
    world = World(numbers.sizes, known, {}, functions)
    made = np.asarray(value(line.expr, ranges, world), dtype=float)
    good = made.size == truth.size and np.allclose(made.reshape(truth.shape), truth, rtol=LINE, atol=1e-12)
    how = Prose("check.net.equal" if good else "check.net.differs", {"entries": truth.size})
    return Verdict("checked" if good else "refuted", how)


def _functions(link: Link) -> Any:
    return functions_of(link.op if link.op.window is None else None)


def check_forward(numbers: Numbers, rows: tuple[NetForward, ...]) -> Check:
    """Every formula, read item by item at some of its entries, against the run."""
    found = run(numbers.net, numbers.x, numbers.parameters, numbers.target, numbers.g)
    arrays = tensors(numbers, found)
    if numbers.net.loss is not None:
        arrays["L"] = np.asarray(found.y)
    tried = good = 0
    for row, link in zip(rows, numbers.net.links, strict=True):
        functions = _functions(link)
        for left, right in row.formulas:
            flat = link.op.kind == "pointwise" or link.op.name in ("sum", "mse")
            known = {n: a.reshape(-1) if a.ndim else a for n, a in arrays.items()} if flat else arrays
            reader = Reader(known, numbers.sizes, functions)
            for at in places(left, known[left.tensor.name].shape, numbers.sizes, link):
                index = tuple(int(e.evaluate({**numbers.sizes, **at})) for e in left.index)
                tried += 1
                good += bool(np.isclose(float(reader.expr(right, at)), float(known[left.tensor.name][index]), rtol=LINE))
    detail = Prose("check.net.definitions", {"good": good, "entries": tried})
    return Check(
        "formulas", Verdict("checked" if good == tried else "refuted", Prose("check.entries", {"entries": tried})), detail
    )


def places(left: Access, shape: tuple[int, ...], sizes: dict[str, int], link: Link) -> list[dict[str, int]]:
    """Values for the names in the left side's index: a few entries, spread over the tensor."""
    names_in = list(dict.fromkeys(n for e in left.index for n in sorted(e.names() - sizes.keys())))
    if link.op.kind == "flatten":
        names_in = [n for e in left.index for m, _ in e.terms for n in m if isinstance(n, str) and n not in sizes]
        shape = plain(link.before)
    window = link.op.window
    if window is not None:
        extents = {n: int(e.constant or 1) for n, e in window.extents}
        places_of = dict(zip(spatial_names(window, window.result), shape[len(shape) - window.ndim :], strict=True))
        known = {**extents, **places_of}
        shape = tuple(known[n] for n in names_in)
    total = int(np.prod(shape)) if shape else 1
    chosen = np.unique(np.linspace(0, total - 1, ENTRIES).astype(int))
    return [dict(zip(names_in, map(int, np.unravel_index(int(k), shape)), strict=True)) if shape else {} for k in chosen]


def check_directions(numbers: Numbers, lines: list[NetLine], seed: int = 11) -> Check:
    """Central differences of the loss by its definitions, along a random direction for every tensor in the lines."""
    rng = np.random.RandomState(seed)
    found = run(numbers.net, numbers.x, numbers.parameters, numbers.target, numbers.g)
    naive, worst, tensors_tried = Naive(numbers.net), 0.0, 0
    for line in lines:
        if line.wrt in numbers.tied:
            continue
        gradient = np.asarray(found.grads[line.wrt], dtype=float)
        v = rng.randn(*gradient.shape)
        rise = moved(naive, numbers, line, found, v * STEP) - moved(naive, numbers, line, found, -v * STEP)
        slope, claimed = rise / (2 * STEP), float((gradient * v).sum())
        worst = max(worst, abs(slope - claimed) / max(1.0, abs(claimed)))
        tensors_tried += 1
    good = worst < TOLERANCE
    tied = Prose("check.net.left", {"tensors": Joined(tuple(sorted(numbers.tied)))}) if numbers.tied else ""
    slots = {"within": f"{TOLERANCE:.0e}", "tensors": tensors_tried, "tied": tied}
    detail = Prose("check.net.differences", slots)
    if not tensors_tried:
        none = Verdict("unsupported", Prose("check.net.tied"))
        return Check("differences", none, none.how)
    return Check(
        "differences", Verdict("checked" if good else "refuted", Prose("check.tensors", {"tensors": tensors_tried})), detail
    )


def moved(naive: Naive, numbers: Numbers, line: NetLine, found: NetRun, by: Array) -> float:
    """The loss with one tensor moved."""
    net, parameters = numbers.net, dict(numbers.parameters)
    if line.wrt in parameters:
        parameters[line.wrt] = parameters[line.wrt] + by
        k = next(k for k, link in enumerate(net.links) if link.label == line.label)
        start = numbers.x if k == 0 else found.outputs[net.links[k - 1].label]
        return naive.loss(k, start, parameters, numbers.target, numbers.g)
    k = 0 if line.wrt == "x" else int(line.wrt[1:])
    start = numbers.x if k == 0 else found.outputs[net.links[k - 1].label]
    return naive.loss(k, start + by, parameters, numbers.target, numbers.g)
