"""The work of a pooling example: every window, its largest entries or its count, and both ways to dL/dx.

    scatter   window by window, in order: g[i] goes to the entries that window i selects (its shares)
    gather    entry by entry: over the taps p, the window i with s i + d p - lo = j, if there is one, gives g[i] S[i,p]

The gather looks the windows up by that equation, not by the list that the scatter walks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod

from symconv.errors import SymconvError
from symconv.examples.generating import Rule, alike, drawn
from symconv.examples.tracing import ENTRY, NAMES, terms
from symconv.examples.working import Triple, entry, numbers, sizes, unreached
from symconv.language.example import Array, Candidate, Entry, Factor, Index, Number, Product, Unreached
from symconv.language.node import SELECTION, Node
from symconv.language.operator import Axis, gradient_name, upstream
from symconv.language.pooled import Pooled, PooledTrace, Window

CHOICES = {"x": (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), "g": (1, 2, -1, 3, -2, 4, 5)}


def plain(n: Fraction) -> Number:
    """A whole number as an int."""
    return int(n) if n.denominator == 1 else n


def windows(node: Node, found: list[Triple], x: Array) -> tuple[Window, ...]:
    """Every window of a concrete node over an input."""
    reads: dict[Index, list[tuple[Index, Index]]] = {
        i: [] for i in product(*map(range, sizes(node.window, node.window.result)))
    }
    for i, p, j in found:
        reads[i].append((p, j))
    return tuple(window(node, i, tuple(taps), x) for i, taps in reads.items())


def window(node: Node, index: Index, taps: tuple[tuple[Index, Index], ...], x: Array) -> Window:
    """One window with its shares."""
    if node.kind == "avg_pool":
        m = counted(node, index[len(index) - node.ndim :], len(taps))
        return Window(index, taps, m, (), (plain(Fraction(1, m)),) * len(taps))
    best = max(x[j] for _, j in taps)
    largest = tuple(j for _, j in taps if x[j] == best)
    whole: Number = plain(Fraction(1, len(largest))) if node.ties == "split" else 1
    chosen = largest[:1] if node.ties == "first" else largest
    return Window(index, taps, len(taps), largest, tuple(whole if j in chosen else 0 for _, j in taps))


def counted(node: Node, place: Index, met: int) -> int:
    """What the average at a place divides by: the taps in the padded input, or those that meet the input."""
    if not node.count_include_pad:
        return met
    taps = 1
    for axis, i in zip(node.window.axes, place, strict=True):
        n, size, _, s, _, d, lo, hi = numbers(axis)
        taps *= sum(s * i + d * p < n + lo + hi for p in range(size))
    return taps


def forward(node: Node, found: tuple[Window, ...], x: Array) -> tuple[Entry, ...]:
    """The entries of y: the entries of x that each window reads, and their largest or their mean."""
    made = []
    for one in found:
        values = [x[j] for _, j in one.taps]
        value = max(values) if node.kind == "max_pool" else plain(Fraction(sum(values)) / one.count)
        made.append(Entry(one.index, tuple(Product(((x.name, j),)) for _, j in one.taps), value, node.kind, one.count))
    return tuple(made)


def selection(node: Node, found: tuple[Window, ...], lead: int) -> Array:
    """S[i, p]: every window's shares, 0 at the taps that lie in the padding."""
    taps = sizes(node.window, node.window.kernel)
    entries: list[Number] = []
    for one in found:
        shares = dict(zip((p for p, _ in one.taps), one.shares, strict=True))
        entries += [shares.get(p, 0) for p in product(*map(range, taps))]
    shape = (*sizes(node.window, node.window.result), *taps)
    return Array(SELECTION, shape, tuple(entries), lead, len(shape))


def handed(node: Node, i: Index, p: Index, count: int) -> Product:
    """What a window hands to the entry at its tap."""
    g = upstream(node.window)
    if node.kind == "avg_pool":
        return Product(((g, i),), plain(Fraction(1, count)))
    return Product(((g, i), (SELECTION, (*i, *p))))


def scatter(node: Node, found: tuple[Window, ...], arrays: Mapping[str, Array]) -> tuple[Entry, ...]:
    """dL/dx by accumulation: windows in order, each handing g to the entries it selects."""
    sums: dict[Index, list[Product]] = {j: [] for j in product(*map(range, sizes(node.window, node.window.data)))}
    g = upstream(node.window)
    for one in found:
        for (_, j), share in zip(one.taps, one.shares, strict=True):
            if share:
                sums[j].append(Product(((g, one.index),), share))
    return tuple(summed(j, parts, arrays) for j, parts in sums.items())


def summed(index: Index, parts: list[Product], arrays: Mapping[str, Array]) -> Entry:
    """An entry with its value, a whole number as an int."""
    found = entry(index, parts, arrays)
    return replace(found, value=plain(Fraction(found.value)))


def gather(node: Node, arrays: Mapping[str, Array]) -> tuple[Entry, ...]:
    """dL/dx by the last line of its derivation: over the taps, the window that meets the entry there."""
    axes = [[meeting(a, m) for m in range(a.data.constant or 0)] for a in node.window.axes]
    made, counts = [], dict[Index, int]()
    for j in product(*map(range, sizes(node.window, node.window.data))):
        lead, spot = j[: len(j) - node.ndim], j[len(j) - node.ndim :]
        parts = []
        for pairs in product(*(axis[m] for axis, m in zip(axes, spot, strict=True))):
            p, place = (tuple(found) for found in zip(*pairs, strict=True))
            if place not in counts:
                counts[place] = counted(node, place, met(node, place)) if node.kind == "avg_pool" else 1
            parts.append(handed(node, lead + place, p, counts[place]))
        made.append(summed(j, parts, arrays))
    return tuple(made)


def meeting(axis: Axis, m: int) -> list[tuple[int, int]]:
    """(p, i) for every tap p by which a window i meets entry m along an axis: s i = m + lo - d p, by whichever is fewer."""
    _, taps, out, s, _, d, lo, _ = numbers(axis)
    if taps <= out:
        return [
            (p, (m + lo - d * p) // s) for p in range(taps) if (m + lo - d * p) % s == 0 and 0 <= m + lo - d * p < s * out
        ]
    return sorted(
        ((m + lo - s * i) // d, i) for i in range(out) if (m + lo - s * i) % d == 0 and 0 <= m + lo - s * i < d * taps
    )


def met(node: Node, place: Index) -> int:
    """How many taps of the window at a place meet the input."""
    found = 1
    for axis, i in zip(node.window.axes, place, strict=True):
        n, taps, _, s, _, d, lo, _ = numbers(axis)
        found *= sum(0 <= s * i + d * p - lo < n for p in range(taps))
    return found


def unread(node: Node) -> tuple[Unreached, ...]:
    """Places of x along each axis that no window reads; rounded up, what is left out lies in a gap."""
    found = unreached(node.window)
    return tuple(replace(one, reason="gap") for one in found) if node.ceil_mode else found


# numbers
def fill(
    node: Node, given: Mapping[str, Array], wanted: Mapping[str, Array], found: list[Triple], seed: int
) -> dict[str, Array]:
    """The input and the upstream gradient that are wanted: no ties, results that differ, means that are whole if possible."""
    names = {"x": node.window.data.name, "g": upstream(node.window)}
    rules: dict[str, Rule] = {
        "x": lambda all_: blemishes(node, found, all_[names["x"]]),
        "g": lambda all_: alike(list(all_[names["g"]].entries)),
    }
    return drawn(names, rules, CHOICES, given, wanted, len(found), seed)


def blemishes(node: Node, found: list[Triple], x: Array) -> int:
    """Ties, windows whose largest entry stands at one and the same tap, means that are no whole numbers, equal results."""
    seen = windows(node, found, x)
    y = [e.value for e in forward(node, seen, x)]
    if node.kind == "avg_pool":
        return alike(y) + 3 * sum(not isinstance(n, int) for n in y)
    first = {p for one in seen for p, j in one.taps if j == one.largest[0]}
    dull = len(first) == 1 and len(seen) > 1 and prod(sizes(node.window, node.window.kernel)) > 1
    return alike(y) + 5 * sum(one.tied for one in seen) + 9 * dull


# traces
def role_of(text: str, node: Node) -> None:
    """Raise SymconvError for an entry of a kernel or a bias, which pooling lacks."""
    found = ENTRY.match(text) if isinstance(text, str) else None
    name = found[1].replace("dL/d", "d").replace("grad_", "d") if found else ""
    if NAMES.get(name) in ("w", "b"):
        raise SymconvError(f"entry: expected y or dx for {node.name}, which has neither kernel nor bias, got {name!r}")


def trace(made: Pooled, role: str, index: Index) -> PooledTrace:
    """Every candidate for an entry: the taps of its window, or for dL/dx the windows that hold it, tap by tap."""
    node, op = made.node, made.op
    candidates = [traced(made, role, one) for one in terms(op, role, op.operand(role), index)]
    arrays = {a.name: a for a in made.arrays}
    there = [one for one in candidates if not one.killed]
    value: Number
    if role == "y":
        read = [made.value(one.factors[0]) for one in there]
        count = counted(node, index[len(index) - node.ndim :], len(there))
        value = max(read) if node.kind == "max_pool" else plain(Fraction(sum(read)) / count)
    else:
        value = summed(index, [sent(made, one) for one in there], arrays).value
    name = "y" if role == "y" else gradient_name(op, op.data)
    return PooledTrace(example=made, role=role, name=name, index=index, candidates=tuple(candidates), value=value)


def traced(made: Pooled, role: str, one: Candidate) -> Candidate:
    """A candidate of the windows' own member, with the selection in the kernel's place."""
    op = made.op
    found: dict[str, Factor] = {name: (name, index) for name, index in one.factors}
    if role == "y":
        return replace(one, factors=tuple(f for n, f in found.items() if n == op.data.name))
    g, tap = upstream(op), found[op.kernel.name][1]
    if one.killed or made.node.kind == "avg_pool":
        return replace(one, factors=tuple(f for n, f in found.items() if n == g))
    return replace(one, factors=(found[g], (SELECTION, (*found[g][1], *tap))))


def sent(made: Pooled, one: Candidate) -> Product:
    """What the window of a candidate hands back."""
    if made.node.kind == "max_pool":
        return Product(one.factors)
    return Product(one.factors, plain(Fraction(1, made.window(one.factors[0][1]).count)))
