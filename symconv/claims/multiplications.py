r"""How many multiplications a minimal filtering algorithm needs: \mu(F(m, r)) = m + r - 1.

F(m, r) computes m outputs of a filter of r taps; nested along several axes the numbers are multiplied.  Source: Winograd,
Arithmetic Complexity of Computations (1980), chapter V; Lavin & Gray, Fast Algorithms for Convolutional Neural Networks (2015).
"""

from __future__ import annotations

import re

from symconv.claims.reading import Reading
from symconv.claims.setting import Interpretation
from symconv.claims.syntax import read
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.prose import Prose
from symconv.language.question import Link, Question

MINIMAL = re.compile(r"(?:\\mu|μ|\bmu)\s*\(\s*F\s*\(([^()]*)\)\s*\)")
CROSS = re.compile(r"\\times|×|\s+x\s+")


def minimal(text: str) -> bool:
    """Whether a formula speaks of mu(F(m, r))."""
    return MINIMAL.search(text) is not None


def of_minimal(published: Published, meaning: Interpretation) -> Question:
    """The question that such a formula asks.

    Raises SymconvError for sizes that are not understood.
    """
    found = list(MINIMAL.finditer(published.formula))
    text, truths = published.formula, []
    for at, match in reversed(list(enumerate(found))):
        truths.append((f"M_{at}", counted(match[1])))
        text = text[: match.start()] + f" M_{{{at}}} " + text[match.end() :]
    statements = read(text, Reading())
    put = dict(truths)
    links = []
    for s in statements:
        if s.node.kind != "relation" or s.node.parts[0] not in ("=", "<", "<=", ">", ">="):
            raise SymconvError("expected an equation about mu(F(m, r))")
        node = s.node.subs(put)
        links.append(Link(node, published.formula, (node.parts[1], node.parts[2])))
    names = sorted({n for link in links for n in link.claim.names()})
    if any(n.startswith("mu") for n in names) or published.where:
        raise SymconvError("expected mu(F(m, r)) with the sizes within, and nothing said beside it")
    meaning.say(Prose("reading.multiplications"))
    for n in names:
        meaning.say(Prose("reading.size", {"name": n}))
    return Question(tuple((n, 1) for n in names), (), (), tuple(links))


def counted(inner: str) -> Node:
    """The product over the axes of m + r - 1."""
    sides = inner.split(",")
    if len(sides) != 2:
        raise SymconvError(f"expected F(outputs, taps), got F({inner.strip()[:40]})")
    outputs, taps = ([size(p) for p in CROSS.split(s)] for s in sides)
    if len(outputs) != len(taps):
        raise SymconvError("expected as many sizes of outputs as of taps")
    each = [Node("add", (m, r, Node("neg", (number(1),)))) for m, r in zip(outputs, taps, strict=True)]
    return each[0] if len(each) == 1 else Node("mul", tuple(each))


def size(text: str) -> Node:
    """A name or a number."""
    plain = text.strip().strip("{}")
    if re.fullmatch(r"\d{1,4}", plain):
        return number(int(plain))
    if not re.fullmatch(r"[A-Za-z](?:_?\{?\w\}?)?", plain):
        raise SymconvError(f"expected a size such as m, got {plain[:40]!r}")
    return name(re.sub(r"[{}]", "", plain))
