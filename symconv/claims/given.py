"""What the user says of a formula: roles or formulas for names (where), conditions (given), and what is defined in it."""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.reading import Reading
from symconv.claims.relations import Statement
from symconv.claims.setting import Interpretation
from symconv.claims.syntax import read
from symconv.claims.vocabulary import DERIVED, Role, described, recognise
from symconv.errors import SymconvError, nearest
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.prose import Prose
from symconv.language.question import relation
from symconv.language.spelling import spelled


def own_words(meaning: Interpretation, published: Published) -> None:
    """The user's own meanings: a role in words, or a formula."""
    for key, value in published.where:
        if key in meaning.roles or key in meaning.formulas:
            raise SymconvError(f"where: expected each name once, got {key!r} twice")
        role = None if is_formula(value) else described(value)
        plain = canonical_name(key, "where")
        if role is not None:
            if meaning.topic == "parameters" and re.search(r"\bfeatures\b", value) and role.kind in ("input", "output"):
                role = Role("in-channels" if role.kind == "input" else "out-channels")
            if meaning.topic == "winograd" and re.search(r"multiplications|products", value):
                role = Role("multiplications")
                if re.search(r"F\([^)]*(?:x|×|\\times)[^)]*\)|2D|two.dim", value):
                    meaning.setting = replace(meaning.setting, dims=2)
            if re.search(r"transposed conv|deconv|fractionally", value, re.I) and not published.operator:
                meaning.setting = replace(meaning.setting, family="transposed")
                meaning.say(Prose("reading.transposed.told", {"words": value}))
            if role.kind == "blocks" and meaning.setting.mode not in ("one", "two"):
                role = replace(role, kind="output")  # blocks of an unfolded input, not of layers
            meaning.roles[plain] = role
            odd = re.search(r"\b(odd|even)\b", value, re.I)
            if odd:
                meaning.given.append(parity(name(plain), odd[1].lower()))
            bound = re.search(r"(?:>=|≥|at least)\s*(\d+)", value)
            if bound:
                meaning.least[plain] = int(bound[1])
            continue
        if not is_formula(value) and not named_elsewhere(value.strip(), published):
            raise SymconvError(
                f"where: did not understand what {key} is, {value[:60]!r}: expected words such as input size, kernel size, "
                f"stride, padding, number, or a formula{nearest(value, PHRASES)}"
            )
        meaning.formulas[plain] = expression(value, f"where: {key}")
    told_apart(meaning)


def told_apart(meaning: Interpretation) -> None:
    """Two names with one role are of different axes, which their letters tell; a name that is alone in its role has none."""
    for kind in {r.kind for r in meaning.roles.values()} - {"in-channels", "out-channels", "number", "rational"}:
        alike = [n for n, r in meaning.roles.items() if r.kind == kind and not r.axis]
        for each in alike if len(alike) > 1 else ():
            known = recognise(each, meaning.topic)
            if known is not None:
                meaning.roles[each] = replace(meaning.roles[each], axis=known.axis)


PHRASES = [
    "input size", "output size", "kernel size", "stride", "zero padding on each side", "total padding", "dilation",
    "output padding", "input channels", "output channels", "groups", "receptive field", "receptive field of the layer before",
    "number of parameters", "number of multiplications", "number of layers", "number", "real number", "padded input size",
    "input index", "output index", "kernel index", "output tile size",
]  # fmt: skip


def named_elsewhere(value: str, published: Published) -> bool:
    """Whether a meaning is the name of something else in the formula, or in what is said beside it."""
    texts = [published.formula, *(text for _, text in published.where), *published.given, *(n for n, _ in published.where)]
    others = [t for t in texts if t.strip() != value]
    plain = re.escape(value)
    return re.fullmatch(r"[^\W\d]\w*", value) is not None and any(
        re.search(rf"(?<![^\W\d]){plain}(?!\w)", t) for t in others
    )


def is_formula(value: str) -> bool:
    """Whether a meaning is a formula such as k-1 or floor(k/2), and not words."""
    words = [w for w in re.split(r"\s+", value.strip()) if re.fullmatch(r"[A-Za-z]{3,}[,.;:]?", w)]
    if re.match(r"\s*[\w\[\]]+\s*[-+*/^=]\s*[\w(]", value) and not re.match(r"\s*[A-Za-z]+-[A-Za-z]{2,}", value):
        return True
    if re.match(r"\s*[A-Za-z]{2,}-[A-Za-z]{2,}(?![\w(])", value):  # fan-in, cross-correlation
        return False
    return not words and re.search(r"[-+*/^()\\]|\d", value) is not None


def canonical_name(text: str, what: str) -> str:
    """A name as the syntax spells it, whichever way it is typed."""
    (statement, *more) = read(text, Reading())
    if more or statement.node.kind != "name":
        raise SymconvError(f"{what}: expected a name before the equals sign, got {text[:40]!r}")
    return str(statement.node.parts[0])


def expression(text: str, what: str) -> Node:
    """One expression in numbers.

    Raises SymconvError if it is none.
    """
    try:
        found = read(text, Reading())
    except SymconvError as error:
        raise SymconvError(f"{what}: expected a role in words or a formula, got {text[:60]!r} ({error})") from None
    if len(found) != 1 or found[0].node.kind == "relation":
        raise SymconvError(f"{what}: expected a role in words or one formula, got {text[:60]!r}")
    return found[0].node


def parity(node: Node, word: str) -> Node:
    """node is odd, or even."""
    return relation("=", Node("mod", (node, number(2))), number(1 if word == "odd" else 0))


MODE = re.compile(
    r"\s*(?:padding|pad|auto_pad|mode|padding_mode)\s*(?:=|==|is)\s*['\"]?(same|valid|full|causal|same_upper|same_lower)['\"]?\s*\Z"
    r"|\s*(same|valid)\s+(?:padding|mode)\s*\Z",
    re.IGNORECASE,
)
MULTIPLE = re.compile(r"\s*(.+?)\s+(?:is\s+)?(?:a\s+)?multiple of\s+(.+?)\s*\Z", re.I)
PARITY = re.compile(r"\s*(.+?)\s+(?:is\s+)?(odd|even)\s*\Z", re.I)
DIVIDES = re.compile(r"\s*(.+?)\s+divides\s+(.+?)\s*\Z", re.I)


def stated(text: str) -> list[Node]:
    """What is given, as relations: "k odd", "s | i + 2p - k", "1 <= p < k", "i+2p-k is a multiple of s"."""
    text = text.strip().strip("$")
    if found := PARITY.match(text):
        return [parity(expression(found[1], "given"), found[2].lower())]
    if found := MULTIPLE.match(text):
        return [relation("|", expression(found[2], "given"), expression(found[1], "given"))]
    if found := DIVIDES.match(text):
        return [relation("|", expression(found[1], "given"), expression(found[2], "given"))]
    made = [tested(s.node, text) for s in read(text, Reading())]
    for node in made:
        if node.kind not in ("relation", "and"):
            raise SymconvError(f"given: expected a condition such as k >= 1 or k odd, got {text[:60]!r}")
    return made


def tested(node: Node, text: str) -> Node:
    """A relation that can be tested: odd and even are about the rest modulo 2."""
    if node.kind == "relation" and node.parts[2].kind == "string" and node.parts[2].parts[0] in ("odd", "even"):
        return parity(node.parts[1], node.parts[2].parts[0])
    if node.kind == "relation" and node.parts[0] == "in":
        where = node.parts[2]
        ends = [p for p in where.inner() if p.kind != "dots"]
        if where.kind in ("set", "list", "tuple") and len(ends) >= 2 and len(ends) < len(where.parts):
            return Node("and", (relation("<=", ends[0], node.parts[1]), relation("<=", node.parts[1], ends[-1])))
        raise SymconvError(f"given: expected a range such as a in {{0, ..., s-1}}, got {text[:60]!r}")
    return node


def labels(meaning: Interpretation, statements: list[Statement]) -> None:
    """VALID: and SAME: before a formula say which output size is meant."""
    for statement in statements:
        word = re.sub(r"[^a-z]", "", statement.label.lower())
        if word.startswith("same") and (meaning.topic != "padding" or statement.label.isupper()):
            meaning.setting = replace(meaning.setting, mode="same", free=False)
            meaning.say(Prose("reading.same", {"label": statement.label}))
        elif word.startswith("valid"):
            meaning.setting = replace(meaning.setting, mode="valid")
            meaning.say(Prose("reading.valid", {"label": statement.label}))
        elif statement.label:
            meaning.say(Prose("reading.title", {"words": repr(" ".join(statement.label.split())[:40])}))


def conditions(meaning: Interpretation, published: Published) -> None:
    """What is given: a name equal to a formula is a definition, the rest are conditions."""
    for text in published.given:
        if mode := MODE.match(text):
            word = (mode[1] or mode[2]).lower().replace("-", "_")
            same = word.startswith("same")
            meaning.setting = replace(
                meaning.setting, mode="same" if same else word, free=meaning.setting.free and not same
            )
            meaning.say(Prose("reading.mode.given", {"mode": word.upper()}))
            continue
        for node in stated(text):
            left = node.parts[1] if node.kind == "relation" and node.parts[0] == "=" else None
            if left is not None and left.kind == "name" and left.parts[0] not in meaning.formulas:
                known = meaning.roles.get(left.parts[0]) or recognise(left.parts[0], meaning.topic)
                if known is None or known.kind not in DERIVED:
                    meaning.formulas[left.parts[0]] = node.parts[2]
                    continue
            meaning.given.append(node)


def definitions(meaning: Interpretation, statements: list[Statement], published: Published) -> list[Statement]:
    """The statements that claim something; one that gives a meaning to a name of another is a definition."""
    claims: list[Statement] = []
    equations = any(s.node.kind != "relation" or s.node.parts[0] == "=" for s in statements)
    for at, statement in enumerate(statements):
        node = statement.node
        others = {n for k, s in enumerate(statements) if k != at for n in s.node.names()}
        left = (
            node.parts[1].parts[0]
            if node.kind == "relation" and node.parts[0] == "=" and node.parts[1].kind == "name"
            else None
        )
        if left and left not in meaning.roles and left not in meaning.formulas:
            role = recognise(left, meaning.topic)
            plain = role is None or role.kind in ("number", "input", "kernel") or (role.kind == "extent")
            linked = any(s.text == statement.text and s is not statement for s in statements)
            first = not linked and len(statements) > 1 and left in others and left not in node.parts[2].names()
            if plain and first and not (role is not None and role.kind == "extent" and kernel_known(statements, meaning)):
                meaning.formulas[left] = node.parts[2]
                meaning.say(Prose("reading.itself", {"name": left}))
                continue
        if node.kind == "relation" and node.parts[0] in RANGES and equations and only_names(node):
            meaning.given.append(tested(node, statement.text))
            continue
        claims.append(statement)
    if meaning.topic == "identity":
        claims = [s for s in claims if not lonely(s, statements, meaning)]
    if not claims:
        raise SymconvError("formula: expected a claim, got definitions only")
    return claims


def lonely(statement: Statement, statements: list[Statement], meaning: Interpretation) -> bool:
    """Whether an equation only gives a new name to an expression, in an identity."""
    node = statement.node
    if node.kind != "relation" or node.parts[0] != "=" or node.parts[1].kind != "name":
        return False
    each = node.parts[1].parts[0]
    said = each in meaning.roles or each in meaning.formulas
    alone = (
        not said
        and sum(
            s.node.names().count(each) + (each in s.node.parts[2].names() if s.node.kind == "relation" else 0)
            for s in statements
        )
        == 1
    )
    if alone:
        meaning.say(Prose("reading.name", {"name": each}))
    return alone


RANGES = ("<", "<=", ">", ">=", "!=", "in")


def kernel_known(statements: list[Statement], meaning: Interpretation) -> bool:
    """Whether some name is a kernel size, so that the extent of the dilated kernel can be worked out."""
    names = [n for s in statements for n in s.node.names()]
    return any((meaning.roles.get(n) or recognise(n, meaning.topic) or Role("")).kind == "kernel" for n in names)


def only_names(node: Node) -> bool:
    """Whether a relation is a range of a name, as in 0 <= a < s."""
    return any(p.kind == "name" for p in node.inner())


def plain(node: Node) -> str:
    """An expression in plain text."""
    return spelled(node)
