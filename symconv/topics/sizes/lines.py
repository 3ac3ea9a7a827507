r"""The formulas of the pages, as expressions: an output size, the sizes that have names, the step of a receptive field.

    O = ⌊(N + lo + hi - d(K-1) - 1)/s⌋ + 1      J' = J s      start' = start - lo J      R' = R + d(K-1) J

Nothing here is true by being written: ``check_lines`` evaluates every line on windows that are slid one by one.
"""

from __future__ import annotations

from symconv.language.formula import Node, equal, indices
from symconv.language.integers import Int, floor, var
from symconv.topics.sizes.facts import Chain

N, K, s, d, lo, hi, O, J, R, u, start = indices("N K s d lo hi O J R u start")


def sizes(found: Chain) -> dict[str, Node]:
    """The output size, and what each named size stands for."""
    short = found.short if found.short is not None else found
    made = {"O": equal(O, floor(N + lo + hi - d * (K - 1) - 1, s) + 1)}
    return made | {name: equal(var(name), meaning) for name, meaning in short.names}


def fields() -> dict[str, Node]:
    """What a unit sees, and what one of the next layer sees."""
    return {
        "first": equal(var("first"), J * u + start),
        "last": equal(var("last"), J * u + start + R - 1),
        "J'": equal(var("J'"), J * s),
        "start'": equal(var("start'"), start - lo * J),
        "R'": equal(var("R'"), R + d * (K - 1) * J),
    }


def right(line: Node) -> Int:
    """What stands on the right of a line, an integer of the index language."""
    found = line.parts[2].parts[0]
    assert isinstance(found, Int)
    return found
