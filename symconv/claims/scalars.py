"""The meaning of a formula about sizes: every name gets a role, a layer gives what is derived, and a question is asked.

    o = floor((i + 2p - k)/s) + 1        asks whether the count of windows of the layer (i, k, s, p, d = 1) is that number

A parameter that the formula does not mention has its default, unless an operator is given: then it is free.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symconv.claims.dilated import of_growing
from symconv.claims.function_names import APPLIED, canonical
from symconv.claims.given import conditions, definitions, labels, own_words
from symconv.claims.layer import OperatorAxis, axes, axis_of, derived
from symconv.claims.multiplications import minimal, of_minimal
from symconv.claims.reading import Reading
from symconv.claims.relations import Statement
from symconv.claims.roles import named
from symconv.claims.setting import DEFAULT, Interpretation, setting
from symconv.claims.stacks import indexed, recurring, stacked
from symconv.claims.symbols import GREEK
from symconv.claims.syntax import read
from symconv.claims.tokens import refuse
from symconv.claims.vocabulary import DERIVED, LEAST, Role, recognise
from symconv.claims.worked import Instance, instance, numeric
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.prose import Prose
from symconv.language.question import Link, Question, call, relation


def question(published: Published, conventions: dict[str, str]) -> tuple[Question, Interpretation]:
    """The question that a formula asks, and how it was read.

    Raises FormulaError for what cannot be read, SymconvError for names without a meaning and contradictions.
    """
    if minimal(published.formula):
        meaning = Interpretation(published.about, setting(published.operator), conventions)
        return of_minimal(published, meaning), meaning
    published, conventions = signed(published, conventions)
    how = Reading(brackets=conventions.get("brackets", "group"))
    statements = read(published.formula, how)
    statements = [divided(s, conventions.get("division", "exact")) for s in statements]
    if published.about in ("identity", "arithmetic"):
        statements = split_products(statements, {name_.strip() for name_, _ in published.where})
    not_applied(statements, published)
    meaning = Interpretation(published.about or "output-size", setting(published.operator), conventions)
    example = instance(statements)
    if example is not None:
        statements = exemplified(meaning, example)
    if not any(s.node.names() for s in statements):
        statements = [*statements, *of_layer(meaning, example.statements if example else statements, published)]
    if not statements and meaning.worked is not None:
        return meaning.worked, replace(meaning, worked=None)
    if any(unrounded(s.node) for s in statements):
        meaning.say(Prose("reading.quotient"))
    stack = of_growing(published, statements, meaning) if published.about == "receptive-field" else None
    if stack is not None:
        return stack, meaning
    own_words(meaning, published)
    for each, value in example.values if example is not None else ():
        meaning.formulas.setdefault(each, value)
    if any(indexed(s.node) for s in statements):
        return of_stack(meaning, statements, published), meaning
    labels(meaning, statements)
    conditions(meaning, published)
    claims = [updated(meaning, s) for s in definitions(meaning, statements, published)]
    meaning.claims = [n for s in claims for n in s.node.walk()]
    named(meaning, claims, published)
    asked = [link for s in claims for link in links(meaning, s, published)]
    return assembled(meaning, asked, published), meaning


def exemplified(meaning: Interpretation, example: Instance) -> list[Statement]:
    """The laws of a worked example; its equations between numbers are kept beside them."""
    meaning.worked = numbers_alone([s for s in example.statements if numeric(s.node)])
    meaning.bound = Prose("reading.worked")
    for sentence in example.said:
        meaning.say(sentence)
    return [s for s in example.statements if not numeric(s.node)]


def of_layer(meaning: Interpretation, statements: Sequence[Statement], published: Published) -> list[Statement]:
    """Numbers alone beside a layer whose numbers are all given: what they come to is the count that the topic asks for."""
    fixed, last = meaning.setting.fixed, statements[-1].node
    whole = {"in-channels", "out-channels"} <= set(fixed) and ("kernel" in fixed or meaning.setting.family == "linear")
    if published.about != "parameters" or not whole or last.kind != "relation" or last.parts[0] != "=":
        return []
    meaning.roles["parameters"] = Role("parameters", "", True)
    meaning.say(Prose("reading.count", {"operator": meaning.setting.given}))
    return [replace(statements[-1], node=relation("=", name("parameters"), last.parts[2]), text=published.formula)]


def signed(published: Published, conventions: dict[str, str]) -> tuple[Published, dict[str, str]]:
    """What --where says of signs, as conventions: / is integer division, [ ] is the floor."""
    kept, found = [], dict(conventions)
    for key, value in published.where:
        if key.strip() in ("/", "//", "÷") and re.search(r"integer|floor|whole|rounded? down|truncat", value, re.I):
            found.setdefault("division", "floor")
        elif key.strip() in ("[]", "[ ]", "[.]", "[x]") and (rounds := re.search(r"floor|ceil", value, re.I)):
            found.setdefault("brackets", rounds[0].lower())
        else:
            kept.append((key, value))
    return replace(published, where=tuple(kept)), found


def numbers_alone(statements: list[Statement]) -> Question:
    """The question that equations between numbers ask."""
    return Question((), (), (), tuple(Link(s.node, s.text, (s.node.parts[1], s.node.parts[2])) for s in statements))


def split_products(statements: list[Statement], told: set[str]) -> list[Statement]:
    """Letters side by side that all occur alone are a product: 2ab beside a and b."""
    letters = {n for s in statements for n in s.node.names() if len(n) == 1}

    def change(node: Node) -> Node:
        word = node.parts[0] if node.kind == "name" else ""
        if 2 <= len(word) <= 4 and set(word) <= letters and word not in told:
            start, end = node.place
            at = [(start + k, start + k + 1) if end - start == len(word) else node.place for k in range(len(word))]
            return Node("mul", tuple(Node("name", (c,), place) for c, place in zip(word, at, strict=True)), node.place)
        return Node(node.kind, tuple(change(p) if isinstance(p, Node) else p for p in node.parts), node.place)

    return [
        replace(s, node=change(s.node), condition=change(s.condition) if s.condition is not None else None)
        for s in statements
    ]


BRACKET = re.compile(r"\}?\s*(?:\\left|\\[bB]igg?l?)?\s*\(")


def not_applied(statements: list[Statement], published: Published) -> None:
    """Raise FormulaError for a name that may be a function: one that is, or that stands before brackets wherever it stands.

    A name that --where gives, a name that the formula defines, a limit of a sum and a word for a size are numbers.
    """
    told = {word.strip() for word, _ in published.where}
    ranges = (n for s in statements for n in s.node.walk() if n.kind == "range")
    told |= {name for r in ranges for limit in r.inner() for name in limit.names()}
    found: dict[str, list[tuple[int, int]]] = {}
    for node in (n for s in statements for n in s.node.walk() if n.kind == "name"):
        found.setdefault(node.parts[0], []).append(node.place)
    for word, places in found.items():
        applied = [p for p in places if BRACKET.match(published.formula, p[1])]
        known = canonical(word) in APPLIED and len(word) > 1 and word not in GREEK
        if not applied or word in told or (recognise(word) is not None and len(word) > 1):
            continue
        if known or (len(applied) == len(places) and (len(places) > 1 or len(word) > 1)):
            words = f"{word}(...) may be a function, or a product: say with --where '{word}=...' what {word} is"
            raise refuse(published.formula, *applied[0], words)


IMPLIED = {
    "winograd": "tiles",
    "output-size": "output",
    "padding": "same-padding",
    "receptive-field": "rf",
    "parameters": "parameters",
}


def divided(statement: Statement, convention: str) -> Statement:
    """The statement with a/b rounded down everywhere, where that is the convention."""

    def down(node: Node) -> Node:
        parts = tuple(down(p) if isinstance(p, Node) else p for p in node.parts)
        return Node("quotient" if node.kind == "div" else node.kind, parts, node.place)

    return replace(statement, node=down(statement.node)) if convention == "floor" else statement


def unrounded(node: Node) -> bool:
    """Whether a quotient of names stands outside of floor and ceil."""
    if node.kind in ("floor", "ceil"):
        return False
    if node.kind == "div" and node.parts[1].names():
        return True
    return any(unrounded(p) for p in node.inner())


def of_stack(meaning: Interpretation, statements: list[Statement], published: Published) -> Question:
    """A formula whose names change with the index of a sum: it is about a stack of layers.

    Raises FormulaError where it is not about the receptive field of one.
    """
    node = statements[0].node
    if meaning.topic != "receptive-field" or len(statements) != 1:
        raise refuse(
            published.formula,
            *node.place,
            "names that change with the index of a sum are understood for receptive fields alone",
        )
    if node.kind != "relation":
        return stacked(meaning, None, node, published)
    sign, left, right = node.parts
    role = meaning.roles.get(left.parts[0]) or recognise(left.parts[0], meaning.topic) if left.kind == "name" else None
    base = left.parts[0].split("_")[0] if left.kind == "name" else ""
    told = meaning.roles.get(base)
    unknown = (role is None or role.kind not in ("rf", "kernel")) and (told is None or told.kind != "rf")
    unknown = unknown and not recurring(left, right)
    if sign != "=" or left.kind != "name" or (unknown and not re.fullmatch(r"[rR](_?0|F|_?L)?", left.parts[0])):
        start, end = left.place
        raise refuse(published.formula, start, end, "expected the receptive field on the left")
    return stacked(meaning, left, right, published)


def updated(meaning: Interpretation, statement: Statement) -> Statement:
    """n = n - k + 1, as in a program: the left n is the new size, the right one the old."""
    node = statement.node
    if meaning.topic != "output-size" or node.kind != "relation" or node.parts[0] != "=" or node.parts[1].kind != "name":
        return statement
    left, right = node.parts[1], node.parts[2]
    each = left.parts[0]
    known = meaning.roles.get(each) or recognise(each)
    if each not in right.names() or (known is not None and known.kind not in ("input", "output")):
        return statement
    new = f"{each} (new)"
    meaning.roles[each] = Role("input", known.axis if known else "", True)
    meaning.roles[new] = Role("output", known.axis if known else "", True)
    meaning.say(Prose("reading.both", {"name": each}))
    put = Node("relation", ("=", Node("name", (new,), left.place), right), node.place)
    return replace(statement, node=put)


def links(meaning: Interpretation, statement: Statement, published: Published) -> list[Link]:
    """What one statement asks."""
    node, text = statement.node, statement.text or published.formula
    if node.kind != "relation":
        return implied(meaning, node, text, published)
    sign, left, right = node.parts
    if sign in ("~", "<=>", "->", "/=", "+=", "-=", "*=", "in", "is"):
        raise refuse(
            published.formula, *node.place, f"the sign {sign!r} has no meaning for a formula about {meaning.topic}"
        )
    role = meaning.roles.get(left.parts[0]) if left.kind == "name" else None
    if meaning.topic == "padding" and sign == "=":
        undecided(meaning, node, published)
        kept(meaning, node)
    if role is not None and role.kind.startswith("same-padding") and sign == "=":
        return [padded(meaning, role, left, right, text)]
    if (
        right.kind == "product"
        and any(r.kind == "each" for r in right.parts[1:])
        and role is not None
        and role.kind == "output"
    ):
        meaning.say(Prose("reading.axes"))
        return [Link(relation("=", left, right.parts[0]), text, (left, right.parts[0]), statement.condition)]
    plain = sign == "=" and role is not None and meaning.topic in IMPLIED and left.parts[0] not in meaning.formulas
    if plain and role is not None and not inverted(meaning, role, right):
        claimed(meaning, left, role, published)
    return [Link(node, text, (left, right), statement.condition)]


def inverted(meaning: Interpretation, role: Role, right: Node) -> bool:
    """Whether an input size is told by the output size of the layer: true where no entry is left over."""
    kinds = {meaning.roles[n].kind for n in right.names() if n in meaning.roles}
    if meaning.topic != "output-size" or role.kind != "input" or not {"output", "kernel"} <= kinds or "input" in kinds:
        return False
    meaning.say(Prose("reading.sizes.told"))
    return True


def claimed(meaning: Interpretation, left: Node, role: Role, published: Published) -> None:
    """Raise FormulaError where the left side is a quantity that nothing decides: a free parameter is no claim."""
    if role.kind in DERIVED or (meaning.topic == "parameters" and role.kind == "output"):
        return
    what = f"the left side, {role.words()}, follows from nothing that the topic {meaning.topic} knows"
    raise refuse(published.formula, *left.place, f"{what}: say its meaning with --where, or another --about")


def undecided(meaning: Interpretation, node: Node, published: Published) -> None:
    """Raise FormulaError for an equation about padding in which every name is free: nothing says which padding is meant."""
    roles = [meaning.roles[n].kind for n in node.names() if n in meaning.roles and n not in meaning.formulas]
    said = {k for k in roles if k in DERIVED}
    free = {k for k in roles if k.startswith("padding")}
    if free and not said:
        what = "which padding is meant is not known: write it alone on the left, as in p = (k - 1)/2"
        start, end = node.parts[1].place
        raise refuse(published.formula, start, end, what)


def kept(meaning: Interpretation, node: Node) -> None:
    """d(k - 1) = 2p, not solved for p: the padding is one with which the output has the size of the input."""
    if node.parts[1].kind == "name" and node.parts[1].parts[0] not in node.parts[2].names():
        return
    for each in node.names():
        role = meaning.roles.get(each)
        if role is None or not role.kind.startswith("same-padding") or each in meaning.formulas:
            continue
        layer = OperatorAxis(meaning, axis_of(meaning, role))
        n, s = layer.get("input"), layer.get("stride")
        k, d = layer.kernel()
        pads = (name(each), number(0)) if role.kind.endswith("total") else (name(each), name(each))
        meaning.say(Prose("reading.sizes.kept"))
        meaning.given.append(relation("=", call("windows", n, k, s, *pads, d), n))


def padded(meaning: Interpretation, role: Role, left: Node, right: Node, text: str) -> Link:
    """p = formula, where p keeps the size: the layer with that padding has as many outputs as inputs."""
    layer = OperatorAxis(meaning, axis_of(meaning, role))
    n, s = layer.get("input"), layer.get("stride")
    k, d = layer.kernel()
    pads = (right, number(0)) if role.kind.endswith("total") else (right, right)
    meaning.say(Prose("reading.sizes.kept"))
    return Link(
        relation("=", call("windows", n, k, s, *pads, d), n),
        text,
        (right, call("keeping", n, k, s, d, number(len(set(pads))))),
    )


def implied(meaning: Interpretation, node: Node, text: str, published: Published) -> list[Link]:
    """A formula without a relation says what the topic is about."""
    if meaning.topic not in IMPLIED:
        raise refuse(published.formula, *node.place, "expected an equation or an inequality, got an expression")
    kind = IMPLIED[meaning.topic]
    if kind == "same-padding":
        kind = {"full": "full-padding", "causal": "causal-padding", "same": "same-total"}.get(meaning.setting.mode, kind)
        kind = "direct-padding" if meaning.setting.family == "transposed" else kind
    if kind == "parameters" and any(meaning.roles[n].kind == "output" for n in node.names() if n in meaning.roles):
        kind = "macs"  # a product with the output's size counts products
    if kind == "tiles" and not any(r.kind in ("input", "output") for r in meaning.roles.values()):
        raise refuse(published.formula, *node.place, "expected an equation, got an expression: what shall it be equal to?")
    parts = node.parts if node.kind == "mul" and kind == "output" else (node,)
    found_axes = [axes_in(meaning, p) for p in parts]
    if len(parts) > 1 and all(len(a) == 1 for a in found_axes) and len({min(a) for a in found_axes}) == len(parts):
        pairs = [(p, min(a)) for p, a in zip(parts, found_axes, strict=True)]
    elif len(parts) > 1 and all(sized(meaning, p) for p in parts):
        pairs = [(p, min(axes_in(meaning, p) or {""})) for p in parts]
    elif node.kind == "tuple" and kind == "output":
        pairs = [(p, min(axes_in(meaning, p) or {""})) for p in node.parts]
    else:
        pairs = [(node, min(axes_in(meaning, node) or {""}))]
    made = []
    for part, axis in pairs:
        role = Role(kind, axis)
        shown = {"output": "output", "rf": "receptive_field"}.get(kind, kind.replace("-", "_")) + (
            f"_{axis}" if axis else ""
        )
        meaning.say(Prose("reading.alone", {"role": role.words()}))
        if kind == "same-padding":
            made.append(padded(meaning, role, name(shown), part, text))
            continue
        meaning.roles[shown] = replace(role, said=True)
        meaning.own.setdefault(shown, -1)
        made.append(Link(relation("=", name(shown), part), text, (name(shown), part)))
    return made


def sized(meaning: Interpretation, node: Node) -> bool:
    """Whether an expression speaks of an input and of a kernel or stride: it is the size along one axis."""
    kinds = {meaning.roles[n].kind for n in node.names() if n in meaning.roles}
    return "input" in kinds and bool(kinds & {"kernel", "stride", "extent"})


def axes_in(meaning: Interpretation, node: Node) -> set[str]:
    """The axes of the names in an expression."""
    return {meaning.roles[n].axis for n in node.names() if n in meaning.roles and meaning.roles[n].axis}


def assembled(meaning: Interpretation, asked: list[Link], published: Published) -> Question:
    """Variables, definitions in order, conditions and links."""
    defined: dict[str, Node] = {}
    given = list(meaning.given)
    used = {n for link in asked for n in (*link.claim.names(), *(link.condition.names() if link.condition else []))}
    variable_outputs = meaning.topic == "parameters"
    for each, role in list(meaning.roles.items()):
        if each in meaning.formulas:
            defined[each] = meaning.formulas[each]
        elif role.kind in DERIVED and (each in used or any(each in g.names() for g in given)):
            if role.kind == "output" and variable_outputs and role.said:
                continue
            if role.kind == "extent" and OperatorAxis(meaning, role.axis).find("kernel") is None:
                continue
            if role.kind.startswith("same-padding"):
                continue
            defined[each], conditions = derived(meaning, role)
            given += [c for c in (*conditions, *meaning.given) if c not in given]
    given += fitting(meaning, used, given)
    ordered = in_order(defined)
    needed = set(used) | {n for g in given for n in g.names()} | {n for node in defined.values() for n in node.names()}
    variables = []
    for each in dict.fromkeys([*meaning.roles, *sorted(needed)]):
        if each in defined or each not in needed:
            continue
        role = meaning.roles.get(each, Role("number"))
        variables.append((each, meaning.least.get(each, least(each, role, meaning, asked))))
    brought = ((n, DEFAULT.get(meaning.roles[n].kind)) for n, _ in variables if n in meaning.own)
    forgotten = tuple((n, default) for n, default in brought if default is not None)
    return Question(tuple(variables), tuple(ordered), tuple(given), tuple(asked), forgotten)


def fitting(meaning: Interpretation, used: set[str], given: list[Node]) -> list[Node]:
    """Where a layer's input and kernel both occur without its output, its windows still fit."""
    if meaning.topic not in ("output-size", "padding") or any("windows" in str(g) or "scattered" in str(g) for g in given):
        return []
    found = []
    for axis in axes(meaning):
        layer = OperatorAxis(meaning, axis)
        if (
            meaning.topic == "output-size"
            and layer.find("input") is not None
            and layer.find("kernel") is not None
            and meaning.setting.mode != "same"
        ):
            found += [f for f in layer.fits() if set(f.names()) <= set(meaning.roles)]
    return found


def least(each: str, role: Role, meaning: Interpretation, asked: list[Link]) -> int:
    """The least value of a variable: 1 for sizes and divisors, 0 for pads and plain numbers."""
    if role.kind in ("number", "rational"):
        plain = recognise(each, meaning.topic)
        nodes = [n for link in asked for n in link.claim.walk()] + [n for f in meaning.formulas.values() for n in f.walk()]
        divides = any(n.kind in ("div", "mod", "quotient") and each in factors(n.parts[1]) for n in nodes)
        if divides or (plain is not None and LEAST.get(plain.kind, 1) == 1):
            return 1
        return 0
    return LEAST.get(role.kind, 1)


def factors(node: Node) -> set[str]:
    """The names that multiply to an expression: none of them is 0 where it divides."""
    if node.kind == "name":
        return {node.parts[0]}
    if node.kind in ("mul", "pow"):
        return {n for p in node.inner() for n in factors(p)}
    return set()


def in_order(defined: dict[str, Node]) -> list[tuple[str, Node]]:
    """Definitions so that each uses only those before it.

    Raises SymconvError for a circle.
    """
    made: list[tuple[str, Node]] = []
    waiting = dict(defined)
    while waiting:
        ready = [n for n, node in waiting.items() if not set(node.names()) & set(waiting)]
        if not ready:
            raise SymconvError(f"where: the meanings of {', '.join(sorted(waiting))} depend on each other in a circle")
        for each in ready:
            made.append((each, waiting.pop(each)))
    return made
