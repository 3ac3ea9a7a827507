"""A certificate: facts stated on the way, and steps that make terms vanish.  Plain data; ``session`` checks it.

have      a polynomial that is >= 0 or = 0, owed under what is known
product   from u >= 0 and v >= 0:  u v >= 0
divide    from c >= 1 and c z + c - 1 >= 0:  z >= 0        (for integers: z <= -1 gives c z <= -c)
euclid    from v >= 1: new integers q and t with  v q + t = u  and  0 <= t < v

split     a term by a condition e >= 0, and the rest by -e - 1 >= 0
share     a coefficient: c f = c1 f + (c - c1) f
drop      a term that no point meets
cancel    a factor 1/n against a sum over 0 <= t < n that nothing depends on
merge     two terms A and B by maps phi: A -> B and psi: B -> A, inverse to each other, that carry reads to reads; their
          coefficients are added, and a coefficient 0 vanishes
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from symconv.language.integers import Int


class Fact(NamedTuple):
    """A fact by its rule; ``parts`` are (e) for have, (u, v) for product, (c, z) for divide, (u, v) for euclid.

    ``kind`` is ge or eq for have; ``names`` are q and t for euclid.
    """

    rule: str
    parts: tuple[Int, ...]
    kind: str = "ge"
    names: tuple[str, ...] = ()


class Split(NamedTuple):
    """The term keeps its number where e >= 0; where not, it gets the next free one."""

    term: int
    condition: Int


class Share(NamedTuple):
    """The part and the rest of the term's coefficient are two new terms; a part 0 is none."""

    term: int
    part: Fraction


class Drop(NamedTuple):
    """The term has no points: the facts end in a contradiction."""

    term: int
    facts: tuple[Fact, ...] = ()


class Cancel(NamedTuple):
    """The term's sum over ``bound`` and its factor 1/n, read number ``read``."""

    term: int
    bound: str
    read: int


class Merge(NamedTuple):
    """``phi`` gives ``other``'s bound integers in those of ``term``, ``psi`` the reverse; read k of ``term`` is ``reads[k]``."""

    term: int
    other: int
    phi: tuple[Int, ...]
    psi: tuple[Int, ...]
    reads: tuple[int, ...]
    forward: tuple[Fact, ...] = ()
    backward: tuple[Fact, ...] = ()


Step = Split | Share | Drop | Cancel | Merge


class Certificate(NamedTuple):
    """For one claim: facts about its domain, steps for an identity or facts per goal, and a witness that it is not vacuous.

    ``witness`` gives values to the sizes and free indices, and to the bound integers of the term number ``met``.
    """

    witness: Mapping[str, int]
    met: int | None = None
    domain: tuple[Fact, ...] = ()
    steps: tuple[Step, ...] = ()
    goals: tuple[tuple[Fact, ...], ...] = ()
