"""Numbers that teach, drawn the same on every machine.

Small integers; a kernel that no flip maps to itself (else a wrong flip would not show); no two windows of the input alike
and no two results equal where that can be had (else a wrong window would not show); results within two digits where they can
be.  Several draws are tried and the one with the fewest blemishes is taken.  The generator is Knuth's 64-bit linear
congruence (MMIX; The Art of Computer Programming, volume 2, section 3.3.4), so no library's version has a say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import prod

from symconv.examples.build import pooled, sizes, tap
from symconv.examples.sums import Sums, every
from symconv.language.example import Array
from symconv.language.expand import Entry, Index, Number

MASK = 2**64 - 1
TRIES = 24
WORK = 60_000  # products looked at in all
TWO_DIGITS = 99
# role: the numbers to draw from (a zero in the kernel teaches little, in the input it is welcome)
CHOICES = {"x": (0, 1, 2, 3, 4), "w": (-1, 1, 2, 3, -2, 1, 2), "b": (1, -1, 2, -2, 3), "g": (1, 2, -1, 3, -2, 1)}
CALM = {"x": (0, 1, 2, 1), "w": (-1, 1, 2, 1), "b": (1, -1, 2), "g": (1, -1, 2, 1)}
POOLED = {"x": (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), "g": (1, 2, -1, 3, -2, 4, 5)}
CALM_FROM = 20  # products in an entry of y from which smaller numbers are drawn
Rule = Callable[[Mapping[str, Array]], int]  # the blemishes of what is drawn, beside the arrays that stand


def stream(seed: int, *salt: int) -> Iterator[int]:
    """31-bit numbers."""
    state = seed & MASK
    for extra in (*salt, 0, 0):
        state = (state * 6364136223846793005 + 1442695040888963407 + extra * 2862933555777941757) & MASK
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) & MASK
        yield state >> 33


def draw(shape: Index, choices: tuple[int, ...], numbers: Iterator[int]) -> tuple[int, ...]:
    """Entries for an array."""
    return tuple(choices[next(numbers) % len(choices)] for _ in range(prod(shape)))


def fill(sums: Sums, given: Mapping[str, Array], wanted: Mapping[str, Array], seed: int) -> dict[str, Array]:
    """Arrays by name for the operands that are ``wanted`` (their shapes count, not their entries), beside those ``given``."""
    crowd = sums.products // max(1, len(sums.y))
    choices = POOLED if sums.pooled else CALM if crowd >= CALM_FROM else CHOICES
    names = {role: sums.names.get(role, "") for role in [*"wxbg"] if role in choices}
    return drawn(names, rules(sums, names), choices, given, wanted, sums.products, seed)


def rules(sums: Sums, names: Mapping[str, str]) -> dict[str, Rule]:
    """By role, what a draw is judged by: the kernel by itself, the input by y, the upstream gradient by dL/dx and dL/dw."""

    def entries(role: str, all_: Mapping[str, Array]) -> list[Number]:
        return list(all_[names[role]].entries)

    if sums.pooled:
        return {"x": lambda all_: window_blemishes(sums, all_[names["x"]]), "g": lambda all_: alike(entries("g", all_))}
    local = sums.node is not None
    plan = Plan(sums)
    found: dict[str, Rule] = {
        "w": lambda all_: kernel_blemishes(all_[names["w"]], sums.op.ndim if local else 0),
        "x": lambda all_: data_blemishes(plan, all_) if names["w"] in all_ else 0,
        "b": lambda all_: alike(entries("b", all_)),
        "g": lambda all_: upstream_blemishes(plan, all_),
    }
    return found


class Plan:
    """The products of y as bare indices, made ready so that many draws are judged quickly."""

    def __init__(self, sums: Sums) -> None:
        self.sums, self.local = sums, sums.node is not None
        self.rows: list[tuple[Index, list[tuple[Index, Index]], list[Entry]]] = []
        for at, found in sums.y.items():
            pairs = [(one.factors[0][1], one.factors[1][1]) for one in found if len(one.factors) > 1]
            self.rows.append((at, pairs, [one.factors[0] for one in found if len(one.factors) == 1]))

    def y(self, arrays: Mapping[str, Array]) -> list[Number]:
        """The entries of y."""
        w, x = (arrays[self.sums.names[role]].table for role in ("w", "x"))
        made = []
        for _, pairs, more in self.rows:
            bias = sum([arrays[name][at] for name, at in more if name in arrays], start=0)
            made.append(sum([w[p] * x[j] for p, j in pairs], start=bias))
        return made

    def back(self, wrt: str, arrays: Mapping[str, Array]) -> list[Number]:
        """The entries of dL/dx or dL/dw."""
        found: dict[Index, Number] = dict.fromkeys(every(self.sums.shapes[wrt]), 0)
        g, own = arrays[self.sums.names["g"]].table, 1 if wrt == "x" else 0
        other = arrays[self.sums.names["w" if wrt == "x" else "x"]].table
        for at, pairs, _ in self.rows:
            up = g[at]
            for pair in pairs:
                found[pair[own]] += up * other[pair[1 - own]]
        return list(found.values())


def drawn(
    names: Mapping[str, str],
    rules: Mapping[str, Rule],
    choices: Mapping[str, tuple[int, ...]],
    given: Mapping[str, Array],
    wanted: Mapping[str, Array],
    products: int,
    seed: int,
) -> dict[str, Array]:
    """Arrays by name, those ``wanted`` drawn in the order of ``names``: the best of several draws by the rule of its role."""
    arrays = dict(given)
    tries = max(2, min(TRIES, WORK // max(1, products)))
    for number, (role, name) in enumerate(names.items()):
        if name in wanted:
            draws = (
                replace(wanted[name], entries=draw(wanted[name].shape, choices[role], stream(seed, number, attempt)))
                for attempt in range(tries)
            )
            arrays[name] = best_of(draws, partial(judged, rules[role], arrays, name))
    return arrays


def judged(rule: Rule, arrays: Mapping[str, Array], name: str, array: Array) -> int:
    """The blemishes of a draw beside the arrays that stand."""
    return rule({**arrays, name: array})


def best_of(draws: Iterator[Array], blemishes: Callable[[Array], int]) -> Array:
    """The first draw without a blemish, else the first of those with the fewest."""
    best = next(draws)
    least = blemishes(best)
    for array in draws:
        if least == 0:
            break
        flaws = blemishes(array)
        if flaws < least:
            best, least = array, flaws
    return best


def kernel_blemishes(w: Array, places: int = 0) -> int:
    """Planes that a flip along some axis maps to themselves, and planes that are alike; of ``places`` axes a plane for each."""
    w = replace(w, lead=w.lead + places)
    spatial = w.shape[w.lead :]
    planes = [entries for _, entries in w.planes()]
    flaws = 3 * (len(planes) - len(set(planes)))
    for plane in planes:
        turns = [plane[::-1]] + [flipped(plane, spatial, k) for k, n in enumerate(spatial) if n > 1]
        flaws += 2 * sum(turn == plane for turn in turns) if len(plane) > 1 else 0
        flaws += max(0, len(plane) - len(set(plane)) - len(plane) // 2)
    return flaws


def flipped(plane: tuple[Number, ...], shape: Index, axis: int) -> tuple[Number, ...]:
    """A spatial block read backwards along one axis."""
    inner = prod(shape[axis + 1 :])
    n = shape[axis]
    turned = []
    for place in range(len(plane)):
        outer, rest = divmod(place, n * inner)
        k, below = divmod(rest, inner)
        turned.append(plane[outer * n * inner + (n - 1 - k) * inner + below])
    return tuple(turned)


def alike(entries: list[Number]) -> int:
    """How many entries repeat another."""
    return len(entries) - len(set(entries))


def long(entries: list[Number]) -> int:
    """How many entries need more than two digits."""
    return sum(n > TWO_DIGITS or n < -TWO_DIGITS for n in entries)


def data_blemishes(plan: Plan, arrays: Mapping[str, Array]) -> int:
    """Windows that are alike, results that are equal or long; the kernels of a locally connected layer tell windows apart."""
    y = plan.y(arrays)
    if plan.local:
        return alike(y) + 2 * long(y)
    op, x = plan.sums.op, arrays[plan.sums.names["x"]].table
    windows: dict[Index, list[tuple[Index, Number]]] = {}
    for at, pairs, _ in plan.rows:
        own = [(p[len(op.kernel.layout) :], x[j]) for p, j in pairs]
        if own:
            windows.setdefault(at[1:] if op.result.layout else at, []).extend(own)
    seen = [tuple(window) for window in windows.values()]
    return 6 * (len(seen) - len(set(seen))) + alike(y) + 2 * long(y)


def upstream_blemishes(plan: Plan, arrays: Mapping[str, Array]) -> int:
    """An upstream gradient that is constant, or that makes gradients long or equal."""
    entries = arrays[plan.sums.names["g"]].entries
    flaws = 0 if plan.local or len(entries) == 1 or len(set(entries)) > 1 else 9
    for wrt in ("x", "w"):
        values = plan.back(wrt, arrays)
        flaws += 2 * long(values) + (alike(values) if wrt == "w" or plan.local else 0)
    return flaws


def window_blemishes(sums: Sums, x: Array) -> int:
    """Ties, windows whose largest entry stands at one and the same tap, means that are no whole numbers, equal results."""
    lines = pooled(sums, x)
    y = [line.value for line in lines]
    if sums.averaged:
        return alike(y) + 3 * sum(not isinstance(n, int) for n in y)
    tied, first = 0, set()
    for line in lines:
        best = [one for one, j in zip(line.terms, line.entries, strict=True) if x[j] == line.value]
        tied += len(best) > 1
        first |= {tap(sums, one) for one in best if one.factors[0] == best[0].factors[0]}
    dull = len(first) == 1 and len(lines) > 1 and prod(sizes(sums.op, sums.op.kernel)) > 1
    return alike(y) + 5 * tied + 9 * dull
