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

from symconv.examples.working import Triple, forward, scatter, sizes
from symconv.language.example import Array, Entry, Index, Number
from symconv.language.operator import Operator, upstream

MASK = 2**64 - 1
TRIES = 24
WORK = 60_000  # products looked at in all
TWO_DIGITS = 99
# role: the numbers to draw from (a zero in the kernel teaches little, in the input it is welcome)
CHOICES = {"x": (0, 1, 2, 3, 4), "w": (-1, 1, 2, 3, -2, 1, 2), "b": (1, -1, 2, -2, 3), "g": (1, 2, -1, 3, -2, 1)}
CALM = {"x": (0, 1, 2, 1), "w": (-1, 1, 2, 1), "b": (1, -1, 2), "g": (1, -1, 2, 1)}
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


def fill(
    op: Operator, given: Mapping[str, Array], wanted: Mapping[str, Array], found: list[Triple], seed: int
) -> dict[str, Array]:
    """Arrays by name for the operands that are ``wanted`` (their shapes count, not their entries), beside those ``given``."""
    crowd = len(found) // max(1, prod(sizes(op, op.result)))
    choices = CALM if crowd >= CALM_FROM else CHOICES
    roles = {"w": op.kernel.name, "x": op.data.name, "b": op.bias.name if op.bias else "", "g": upstream(op)}
    rules: dict[str, Rule] = {
        "w": lambda all_: kernel_blemishes(all_[roles["w"]]),
        "x": lambda all_: data_blemishes(op, found, all_) if roles["w"] in all_ else 0,
        "b": lambda all_: len(all_[roles["b"]].entries) - len(set(all_[roles["b"]].entries)),
        "g": lambda all_: upstream_blemishes(op, found, all_, roles["g"]),
    }
    return drawn(roles, rules, choices, given, wanted, len(found), seed)


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


def kernel_blemishes(w: Array) -> int:
    """Planes that a flip along some axis maps to themselves, and planes that are alike."""
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


def data_blemishes(op: Operator, found: list[Triple], arrays: Mapping[str, Array]) -> int:
    """Windows that are alike, results that are equal or long."""
    x = arrays[op.data.name]
    windows: dict[Index, list[tuple[Index, Number]]] = {}
    for i, p, j in found:
        windows.setdefault(i[1:] if op.result.layout else i, []).append((p[len(op.kernel.layout) :], x[j]))
    seen = [tuple(window) for window in windows.values()]
    y = [e.value for e in forward(op, found, arrays)]
    return 6 * (len(seen) - len(set(seen))) + alike(y) + 2 * long(y)


def upstream_blemishes(op: Operator, found: list[Triple], arrays: Mapping[str, Array], name: str) -> int:
    """An upstream gradient that is constant, or that makes gradients long or equal."""
    g = arrays[name]
    flaws = 0 if len(g.entries) == 1 or len(set(g.entries)) > 1 else 9
    for wrt in ("x", "w"):
        values = values_of(scatter(op, wrt, found, arrays))
        flaws += 2 * long(values) + (alike(values) if wrt == "w" else 0)
    return flaws


def values_of(entries: tuple[Entry, ...]) -> list[Number]:
    """The numbers of entries."""
    return [e.value for e in entries]
