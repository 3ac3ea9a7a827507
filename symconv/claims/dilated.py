r"""Receptive fields of stacks whose dilations grow: r = 1 + (k-1)(2^L - 1), TCN: r = 1 + 2(k-1)(2^L - 1).

    layer l = 0, .., L-1 has the dilation b^l and stride 1:     r = 1 + sum_l (k-1) b^l = 1 + (k-1)(b^L - 1)/(b - 1)

The formula is compared with the stack itself for L = 1 .. 6, for every kernel size.  A block may hold two convolutions of one
dilation, and the dilations may begin at b: the text does not always say.
"""

from __future__ import annotations

import re

from symconv.claims.given import own_words
from symconv.claims.relations import Statement
from symconv.claims.setting import Interpretation
from symconv.claims.stacks import unrolled
from symconv.claims.tokens import refuse
from symconv.claims.vocabulary import recognise
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose
from symconv.language.question import Link, Question, call, relation

LAYERS = range(1, 7)
MANY = range(1, 4)
STACKS = re.compile(
    r"(?:self\.)?(?:(?:n|nb|num|number_of)_?)?(?:blocks|stacks|cycles|repeats)\Z|N_?(?:stack|block)s?\Z|B\Z"
)
FIELD = re.compile(r"(?:r|R|rf|RF|receptive_field|r_field|R_field|receptive_field_size)(?:_?(?:0|F|L|field)|\(L\))?\Z")


@dataclass(frozen=True)
class Growing:
    """The base of the dilations, the kernel size, the names of the number of layers and of the number of equal stacks."""

    base: Node
    kernel: Node
    layers: str
    stacks: str = ""
    strided: bool = False  # the base is the stride of every layer, not what the dilations grow by


def growing(published: Published, statements: list[Statement], meaning: Interpretation) -> Growing | None:
    """What grows in a formula, if it is about a stack whose dilations are powers."""
    if published.about != "receptive-field" or len(statements) != 1:
        return None
    node = statements[0].node
    right = node.parts[2] if node.kind == "relation" else node
    powers = [n for n in right.walk() if n.kind == "pow" and n.parts[1].names()]
    if not powers or len({p.parts[0] for p in powers}) != 1:
        return None
    base = powers[0].parts[0]
    bound = {r.parts[0] for n in right.walk() if n.kind == "sum" for r in n.inner() if r.kind == "range"}
    counts = {n for p in powers for n in p.parts[1].names() if n not in bound}
    counts |= {
        n for s in right.walk() if s.kind == "sum" for r in s.inner() if r.kind == "range" for n in r.parts[2].names()
    }
    rest = [n for n in right.names() if n not in counts and n not in base.names() and n not in bound]
    stacks = next((n for n in rest if STACKS.match(n)), "")
    rest = [n for n in rest if n != stacks]
    if len(counts) != 1 or len(rest) > 1 or base.kind not in ("number", "name"):
        return None
    told = re.search(r"kernel size (?:of )?(\d+)", " ".join(words for _, words in published.where))
    fixed = meaning.setting.fixed.get("kernel", (int(told[1]),) if told else ())
    if not rest and len(fixed) != 1:
        return None
    said = meaning.roles.get(base.parts[0])
    strided = said is not None and said.kind == "stride"
    if said is not None and said.kind not in ("stride", "number", "dilation"):
        return None
    if rest:
        role = meaning.roles.get(rest[0]) or recognise(rest[0])
        if role is None or role.kind != "kernel":
            return None
    return Growing(base, name(rest[0]) if rest else number(fixed[0]), counts.pop(), stacks, strided)


def of_growing(published: Published, statements: list[Statement], meaning: Interpretation) -> Question | None:
    """The question that a formula asks about a stack whose dilations grow; None if it is about none.

    Raises FormulaError where the left side is no receptive field.
    """
    own_words(meaning, published)
    found = growing(published, statements, meaning)
    if found is None:
        meaning.roles, meaning.formulas, meaning.given = {}, {}, []
        return None
    node = statements[0].node
    if node.kind == "relation":
        sign, left, right = node.parts
        role = meaning.roles.get(left.parts[0]) if left.kind == "name" else None
        said = role is not None and role.kind == "rf"
        if sign != "=" or left.kind != "name" or not (said or FIELD.match(left.parts[0])):
            start, end = left.place
            raise refuse(published.formula, start, end, "expected the receptive field on the left")
    else:
        right = node
    told = meaning.setting.mode if meaning.setting.mode in ("one", "two") else ""
    choice = meaning.conventions.get("stack", told)
    if not choice and not found.strided:
        meaning.open["stack"] = "two,later"
    stacked = f" and {found.stacks} = {MANY[0]} to {MANY[-1]}" if found.stacks else ""
    meaning.bound = f"for {found.layers} = {LAYERS[0]} to {LAYERS[-1]}{stacked}"
    every = [(layers, stacks) for stacks in (MANY if found.stacks else (1,)) for layers in LAYERS]
    links = [link(found, right, layers, stacks, choice, published) for layers, stacks in every]
    say(meaning, found, choice)
    variables = [(n, 1) for n in found.kernel.names()] + [(n, 2) for n in found.base.names()]
    return Question(tuple(variables), (), (), tuple(links))


def say(meaning: Interpretation, found: Growing, choice: str) -> None:
    """How the stack is read."""
    base = found.base.parts[0]
    many = "two convolutions" if choice == "two" else "one convolution"
    first = 1 if choice == "later" else 0
    if found.strided:
        meaning.say(Prose("reading.dilated.stack", {"layers": found.layers, "many": many, "base": base}))
    else:
        slots = {"layers": found.layers, "many": many, "first": first, "second": first + 1, "base": base}
        meaning.say(Prose("reading.dilated.growing", slots))
    meaning.say(Prose("reading.dilated.kernel", {"kernel": found.kernel.parts[0]}))
    if found.stacks:
        meaning.say(Prose("reading.dilated.stacks", {"stacks": found.stacks}))
    meaning.say(Prose("reading.written", {"bound": meaning.bound}))


def link(found: Growing, right: Node, layers: int, stacks: int, choice: str, published: Published) -> Link:
    """The formula and the stack, for so many layers."""
    sizes: list[Node] = []
    for layer in range(layers):
        exponent = layer + (choice == "later")
        dilation = number(found.base.parts[0] ** exponent) if found.base.kind == "number" else power(found.base, exponent)
        each = [found.kernel, found.base, number(1)] if found.strided else [found.kernel, number(1), dilation]
        sizes += each * (2 if choice == "two" else 1)
    values = {found.layers: layers, **({found.stacks: stacks} if found.stacks else {})}
    shown = (call("stack_of", *sizes * stacks), unrolled(right, values, published, {}))
    place = ", ".join(f"{n} = {v}" for n, v in values.items())
    return Link(relation("=", *shown), f"{published.formula} at {place}", shown)


def power(base: Node, exponent: int) -> Node:
    """b^l as a product."""
    if exponent == 0:
        return number(1)
    return base if exponent == 1 else Node("mul", (base,) * exponent)
