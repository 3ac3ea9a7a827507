"""Chains of layers by brute force: windows are slid, index sets are propagated, tuples are counted; no size formula is used.

Output size: windows are placed one after the other until one no longer fits (or, rounded up, begins too late).  Never read:
every place that a window reads is crossed out.  Receptive field: the index set {u} is sent backwards through the layers, i to
{s i + d p - lo}.  Multiply-adds: pairs (output, tap) are counted along each axis, those that meet the input apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import prod

from symconv.language.border import source
from symconv.language.facts import Verdict
from symconv.language.geometry import Geometry, Window
from symconv.language.prose import Prose, Words
from symconv.topics.sizes.facts import TRACED, Chain, Edge, Field, Ranges, Shape

MOST = TRACED  # places along an axis that are looked at one by one
BUDGET = 200_000_000  # bits of index sets that are moved in one check
UNITS = (0, 1, 7)  # units whose first and last place are compared; more than one, to tell the jump

Numbers = tuple[int, int, int, int, int]


def window_numbers(window: Window) -> Numbers:
    """(K, s, d, lo, hi) of a window without names."""
    found = window.numbers
    assert found is not None
    return found


def slide(window: Window, n: int) -> int:
    """How many outputs there are along an axis of n inputs, one window after the other."""
    k, s, d, lo, hi = window_numbers(window)
    if window.extra is not None:
        cells = {s * j + d * p for j in range(n) for p in range(k)}
        return len(range(min(cells), max(cells) + 1)) - lo - hi + (window.extra.constant or 0)
    padded, begin, count = n + lo + hi, 0, 0
    span = d * (k - 1) + 1
    if not window.ceil:
        while begin + span <= padded:
            begin, count = begin + s, count + 1
        return count
    covered = False  # rounded up: go on until a window covers the end, but begin none behind the input
    while not covered and begin < n + lo and begin + span < padded + s:
        covered = begin + span >= padded
        begin, count = begin + s, count + 1
    return count


def places_read(window: Window, n: int, length: int) -> set[int]:
    """The places of the input that the windows read, or that a transposed layer's outputs come from."""
    return {j for places in windows(window, n, length) for j in places}


def continued(window: Window, n: int) -> list[int]:
    """The places that the padded line holds: walked from the ends of the data, step by step, and cropped."""
    *_, lo, hi = window_numbers(window)
    inner = list(range(n))
    turn = {
        "circular": inner, "symmetric": inner + inner[::-1], "reflect": inner + inner[-2:0:-1],
    }.get(window.border)  # fmt: skip
    if turn is None:  # replicate
        line = [0] * max(lo, 0) + inner + [n - 1] * max(hi, 0)
    else:
        period = len(turn)
        rounds = 1 + max(lo, hi, 0) // period
        line = (turn * (2 * rounds + 1))[rounds * period - max(lo, 0) : (rounds * period) + n + max(hi, 0)]
    return line[max(-lo, 0) : len(line) - max(-hi, 0)]


def windows(window: Window, n: int, length: int) -> list[set[int]]:
    """The places of the input that each output depends on."""
    k, s, d, lo, _ = window_numbers(window)
    if window.border != "zeros":
        line = continued(window, n)
        return [{line[s * i + d * p] for p in range(k)} for i in range(length)]
    if window.extra is None:
        return [{j for p in range(k) if 0 <= (j := s * i + d * p - lo) < n} for i in range(length)]
    found: list[set[int]] = [set() for _ in range(length)]
    for j in range(n):
        for p in range(k):
            if 0 <= s * j + d * p - lo < length:
                found[s * j + d * p - lo].add(j)
    return found


def listed(places: set[int], n: int) -> Ranges:
    """The runs of places below n that are not among these."""
    found: list[tuple[int, int]] = []
    for j in range(n):
        if j in places:
            continue
        if found and found[-1][1] == j - 1:
            found[-1] = (found[-1][0], j)
        else:
            found.append((j, j))
    return tuple(found)


def by_ends(window: Window, n: int, length: int) -> bool:
    """For an axis too long to slide along: whether the last of so many windows fits, and one more would not."""
    k, s, d, lo, hi = window_numbers(window)
    padded, span, last = n + lo + hi, d * (k - 1) + 1, s * (length - 1)
    if window.extra is not None:
        return (
            s * (n - 1) + d * (k - 1) - lo - hi + (window.extra.constant or 0) == length - 1
        )  # the last place less the crops
    if not window.ceil:
        return last + span <= padded < last + s + span
    covers = last + span >= padded
    return last < n + lo and (covers or last + s >= n + lo) and (length == 1 or last - s + span < padded)


def check_chain(chain: Chain) -> Verdict:
    """Every size, place never read, and count of a chain whose sizes are numbers."""
    compared = long = 0
    for before, edge in zip(chain.shapes, chain.edges, strict=False):
        shapes = [n.constant for n in (*before, *edge.shape)]
        if any(n is None for n in shapes):
            return Verdict("unsupported", Prose("check.sizes.names"))
        wrong = _edge(edge, before, chain.batch.constant if chain.batch is not None else 1)
        if wrong:
            return Verdict("refuted", Prose("noted", {"words": edge.layer.text, "how": wrong}))
        compared += edge.layer.ndim
        sizes = zip(before[1:], edge.shape[1:], strict=False)
        long += sum(max(a.constant or 0, b.constant or 0) > MOST for a, b in sizes) if edge.layer.ndim else 0
    wrong = _lost(chain)
    if wrong:
        return Verdict("refuted", wrong)
    rest = Prose("check.sizes.last", {"axes": long}) if long else ""
    return Verdict("checked", Prose("check.sizes.windows", {"axes": compared, "rest": rest}))


def _edge(edge: Edge, before: Shape, batch: int | None) -> Words:
    """What is wrong with an edge, or nothing."""
    layer = edge.layer
    old, new = [n.constant or 0 for n in before], [n.constant or 0 for n in edge.shape]
    if layer.kind == "flatten":
        return "" if new == [prod(old)] else Prose("check.sizes.flatten", {"entries": prod(old)})
    if layer.kind == "linear":
        weights = sum(1 for _ in range(new[0]) for _ in old) * old[0] if old else 0
        return (
            ""
            if edge.weights == weights and edge.products == weights * (batch or 0)
            else Prose("check.sizes.weights.some", {"weights": weights})
        )
    if layer.kind in ("pointwise", "loss"):
        return "" if layer.kind == "loss" or old == new else Prose("check.sizes.shape")
    for k, window in enumerate(layer.windows):
        if max(old[k + 1], new[k + 1]) > MOST:
            if not by_ends(window, old[k + 1], new[k + 1]):
                return Prose("check.sizes.end", {"windows": new[k + 1], "axis": k})
            continue
        count = slide(window, old[k + 1])
        if count != new[k + 1]:
            return Prose("check.sizes.fit", {"windows": count, "axis": k, "claimed": new[k + 1]})
        unread = listed(places_read(window, old[k + 1], count), old[k + 1])
        if edge.unread and unread != edge.unread[k]:
            return Prose("check.sizes.unread", {"places": unread, "axis": k, "claimed": edge.unread[k]})
    return _costs(edge, layer, old, new, batch or 0)


def _costs(edge: Edge, layer: Geometry, old: list[int], new: list[int], batch: int) -> Words:
    """Parameters and products, counted: filter by filter, group by group, along each axis pair by pair."""
    if layer.kind == "pool":
        return "" if edge.weights == edge.products == 0 else Prose("check.sizes.pooling")
    groups = layer.groups.constant or 1
    taps = [window_numbers(w)[0] for w in layer.windows]
    per_group = sum(1 for c in range(old[0]) if c * groups // old[0] == 0)  # channels of the first group
    filters = sum(1 for o in range(new[0]) if o * groups // new[0] == 0)
    links = groups * per_group * filters  # (filter, channel) pairs that are joined
    cells = links * prod(taps)
    places = old[1:] if layer.kind == "transposed" else new[1:]
    weights = cells * prod(new[1:]) if layer.kind == "local" else cells
    if edge.weights != weights:
        return Prose("check.sizes.weights", {"weights": weights, "claimed": edge.weights})
    if edge.products != batch * cells * prod(places):
        return Prose("check.sizes.products", {"products": batch * cells * prod(places), "claimed": edge.products})
    if max(*old[1:], *new[1:]) > MOST or edge.idle is None:
        return ""
    met = batch * links * prod(_met(w, n, m) for w, n, m in zip(layer.windows, old[1:], new[1:], strict=True))
    return "" if edge.products == met + edge.idle else Prose("check.sizes.meet", {"products": met})


def _met(window: Window, n: int, length: int) -> int:
    """The pairs (window, tap) that meet the input, one by one; a window's taps are distinct places."""
    if window.border != "zeros":  # every tap meets a copy
        return window_numbers(window)[0] * length
    return sum(len(places) for places in windows(window, n, length))


def _lost(chain: Chain) -> Words:
    """The chain's own input: index sets are sent forwards, from every place to the outputs that it reaches."""
    steps = [(e, before) for before, e in zip(chain.shapes, chain.edges, strict=False) if e.layer.ndim]
    for k, lost in enumerate(chain.lost):
        sizes = [before[k + 1].constant or 0 for _, before in steps]
        if max(sizes) > MOST:
            continue
        origins = [1 << j for j in range(sizes[0])]  # for every unit, the places it comes from, as bits
        for edge, _ in steps:
            length = edge.shape[k + 1].constant or 0
            found = []
            for places in windows(edge.layer.windows[k], len(origins), length):
                bits = 0
                for j in places:
                    bits |= origins[j]
                found.append(bits)
            origins = found
        reached = 0
        for bits in origins:
            reached |= bits
        unseen = listed({j for j in range(sizes[0]) if reached >> j & 1}, sizes[0])
        if unseen != lost:
            return Prose("check.sizes.unseen", {"places": unseen, "axis": k, "claimed": lost})
    return ""


# receptive fields
def spread(units: int, factor: int) -> int:
    """The index set {factor u}, as bits."""
    return units if factor == 1 else int(("0" * (factor - 1)).join(bin(units)[2:]), 2)


def backwards(stack: Sequence[Numbers], unit: int) -> tuple[int, int]:
    """(first place, index set as bits from there) that a unit behind the stack depends on: {unit} sent back, layer by layer."""
    first, units = unit, 1
    for k, s, d, lo, _ in reversed(stack):
        units, wider = spread(units, s), 0
        for p in range(k):
            wider |= units << (d * p)
        first, units = s * first - lo, wider
    return first, units


def ends(stack: Sequence[Numbers], unit: int) -> tuple[int, int]:
    """The first and the last place that a unit depends on, sent back one by one."""
    first = last = unit
    for k, s, d, lo, _ in reversed(stack):
        first, last = s * first - lo, s * last + d * (k - 1) - lo
    return first, last


def check_field(found: Field) -> Verdict:
    """Every field of a stack without names, against index sets sent backwards from two units of its layer."""
    sets = fields = moved = 0
    done: set[tuple[Numbers, ...]] = set()
    for axis in range(found.ndim):
        stack: tuple[Numbers, ...] = ()
        for row in found.rows:
            stack += tuple(window_numbers(w) for w in row.layer.windows[axis : axis + 1])
            if not row.axes or not stack or stack in done or not row.layer.ndim:
                continue
            done.add(stack)
            own = row.axes[axis]
            size, jump, start = (e.constant for e in (own.size, own.jump, own.start))
            assert size is not None
            assert jump is not None
            assert start is not None
            for unit in UNITS:
                seen = (jump * unit + start, jump * unit + start + size - 1)
                if ends(stack, unit) != seen:
                    return Verdict(
                        "refuted",
                        Prose(
                            "check.sizes.sees",
                            {"layer": row.layer.text, "unit": unit, "places": ends(stack, unit), "axis": axis},
                        ),
                    )
            cost = size * len(stack)
            whole = own.seen is not None and moved + cost <= BUDGET
            if whole and backwards(stack, 0) != (start, own.seen):
                return Verdict("refuted", Prose("check.sizes.first", {"layer": row.layer.text, "axis": axis}))
            fields, sets, moved = fields + 1, sets + whole, moved + cost * whole
    rest = Prose("check.sizes.ends", {"fields": fields - sets}) if fields > sets else ""
    return Verdict("checked", Prose("check.sizes.backwards", {"sets": sets, "rest": rest}))


def dependencies(stack: Sequence[Window], sizes: Sequence[int], units: Sequence[int]) -> list[set[int]]:
    """The places of the input that units on top depend on, at given sizes of every level: what lies in padding is no place."""
    found = [{u} for u in units]
    for window, n in reversed(list(zip(stack, sizes, strict=True))):
        k, s, d, lo, _ = window_numbers(window)
        if window.border != "zeros":
            line = continued(window, n)
            found = [{line[s * i + d * p] for i in places for p in range(k)} for places in found]
            continue
        found = [{j for i in places for p in range(k) if 0 <= (j := s * i + d * p - lo) < n} for places in found]
    return found


def check_dependencies(stack: Sequence[Window], sizes: Sequence[int], units: Sequence[tuple[int, set[int]]]) -> Verdict:
    """The same the other way round: every place is sent forwards, layer by layer, to the units that it reaches.

    ``sizes`` are those of every level, the last one's included.  An entry j of a padded line is read by unit i at tap p where
    s i + d p = j; which places stand at j is asked of the border's own index map.
    """
    reached = [{j} for j in range(sizes[0])]  # for every place, where it has got to
    for window, n, length in zip(stack, sizes, sizes[1:], strict=False):
        k, s, d, lo, hi = window_numbers(window)
        heard: list[set[int]] = [set() for _ in range(n)]
        for m in range(n + lo + hi):
            j = m - lo if window.border == "zeros" else source(window.border, m - lo, n)
            if 0 <= j < n:
                heard[j] |= {(m - d * p) // s for p in range(k) if (m - d * p) % s == 0 and 0 <= m - d * p < s * length}
        reached = [set().union(*(heard[j] for j in places)) for places in reached]
    for unit, places in units:
        true = {j for j, found in enumerate(reached) if unit in found}
        if true != places:
            return Verdict(
                "refuted",
                Prose("check.sizes.unit", {"unit": unit, "places": sorted(true)[:20], "claimed": sorted(places)[:20]}),
            )
    return Verdict("checked", Prose("check.sizes.forwards"))


@cache
def _samples(names: tuple[str, ...]) -> tuple[dict[str, int], ...]:
    """Numbers for names: small ones, each name its own."""
    return tuple({name: 1 + (3 * t + 5 * k + t * k) % 7 for k, name in enumerate(names)} for t in range(12))


def samples(names: tuple[str, ...]) -> tuple[dict[str, int], ...]:
    """A dozen assignments of small numbers to names."""
    return _samples(names)
