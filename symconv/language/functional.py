"""A claim about functions, softmax and losses, elaborated: plain data.

Scalars and entries of families are real variables; what is ``defined`` stands for its body.  An index runs over a group, whose
size is any number >= 1.  Kinds of nodes beside those of ``language.formula``:

    slope body v n a    body differentiated n times by the name v, taken at a        truth c    1 where c holds, else 0
    partial of wrt      extremum m body range..                                      size g     how many a group has
"""

from __future__ import annotations

from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.prose import Words


@dataclass(frozen=True)
class Defined:
    """name[parameters] = body; with ``of`` instead of a body an unknown function of the entries of that family."""

    name: str
    parameters: tuple[str, ...] = ()
    body: Node | None = None
    of: str = ""


@dataclass(frozen=True)
class Family:
    """Variables name[i, ...]: the groups of the indices; ``domain`` is real, probability or target.

    A target is not negative, and sums to 1 over its last index.
    """

    name: str
    groups: tuple[str, ...] = ()
    domain: str = "real"


@dataclass(frozen=True)
class Functional:
    """Equations ``links`` that must all hold for every value of the families, of the free indices and of the sizes.

    ``groups`` gives the group of an index; ``sizes`` the name of a group's size; ``given`` are conditions.
    """

    links: tuple[tuple[Node, Node], ...]
    families: tuple[Family, ...]
    defined: tuple[Defined, ...] = ()
    free: tuple[str, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()
    sizes: tuple[tuple[str, str], ...] = ()
    given: tuple[Node, ...] = ()
    reading: tuple[Words, ...] = ()
    told: tuple[str, ...] = ()  # the indices that the formula itself writes
    misfit: str = ""  # a matrix that must be square for both sides to have one shape
