"""The meaning of a formula about sizes: every name gets a role, a layer gives what is derived, and a question is asked.

    o = floor((i + 2p - k)/s) + 1        asks whether the count of windows of the layer (i, k, s, p, d = 1) is that number

A parameter that the formula does not mention has its default, unless an operator is given: then it is free.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from symconv.claims.lexer import refuse
from symconv.claims.syntax import Reading, Statement, read
from symconv.claims.vocabulary import DERIVED, KINDS, LEAST, Role, described, recognise
from symconv.core.claims import Published
from symconv.core.formula import Node, name, number
from symconv.core.question import Link, Question, call, relation
from symconv.errors import SymconvError, nearest

FAMILIES = {
    "conv": "conv", "convolution": "conv", "correlate": "conv", "convolve": "conv", "correlation": "conv", "unfold": "conv",
    "im2col": "conv", "conv_transpose": "transposed", "transposed": "transposed", "deconv": "transposed",
    "deconvolution": "transposed",
    "transpose": "transposed", "fold": "transposed", "max_pool": "pool", "avg_pool": "average", "pool": "pool",
    "pooling": "pool",
    "maxpool": "pool", "avgpool": "average", "lp_pool": "pool", "convtranspose": "transposed", "linear": "linear",
    "average_pooling": "average",
    "max_pooling": "pool", "depthwise": "depthwise", "tconv": "transposed",
}  # fmt: skip
FREE = {
    "conv": ("kernel", "stride", "padding", "dilation"),
    "transposed": ("kernel", "stride", "padding", "dilation", "output-padding"),
    "pool": ("kernel", "stride", "padding", "dilation"),
    "average": ("kernel", "stride", "padding"),
    "depthwise": ("kernel", "stride", "padding", "dilation"),
    "linear": (),
}
CANONICAL = {"input": "N", "kernel": "K", "stride": "s", "padding": "p", "dilation": "d", "output-padding": "op",
             "in-channels": "C_in", "out-channels": "C_out", "groups": "G", "output": "O", "rf-in": "r_in",
             "jump-in": "j_in"}  # fmt: skip
LONG = {"input": "input_size", "kernel": "kernel_size", "stride": "stride", "padding": "padding", "dilation": "dilation",
        "output-padding": "output_padding"}  # fmt: skip
DEFAULT = {"stride": 1, "padding": 0, "dilation": 1, "output-padding": 0, "groups": 1, "kernel": None, "input": None}


@dataclass
class Setting:
    """The operator that a formula is about."""

    family: str = "conv"
    free: bool = False
    mode: str = ""  # "", same, valid, ceil
    dims: int = 0
    bias: bool = True
    given: str = ""


@dataclass
class Meaning:
    """Names with their roles and definitions, and the words that say so."""

    topic: str
    setting: Setting
    conventions: dict[str, str]
    roles: dict[str, Role] = field(default_factory=dict)
    formulas: dict[str, Node] = field(default_factory=dict)
    given: list[Node] = field(default_factory=list)
    own: dict[str, int] = field(default_factory=dict)  # names that are brought in, with their least value
    least: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    open: dict[str, str] = field(default_factory=dict)  # conventions left open by the text

    def say(self, sentence: str) -> None:
        """Keep a sentence of the reading, once."""
        if sentence not in self.words:
            self.words.append(sentence)


def setting(text: str) -> Setting:
    """The operator from its name and words, as in "conv_transpose2d", "max_pool2d ceil_mode", "conv2d same".

    Raises SymconvError for an unknown name, with the nearest.
    """
    if not text.strip():
        return Setting()
    found = Setting(free=True, given=text.strip())
    words = [w for w in re.split(r"[\s,;()=]+", text.strip()) if w]
    head = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", words[0]).lower().removeprefix("nn.").removeprefix("f.")
    plain = re.match(r"(.*?)_?([123])_?d\Z", head)
    key, dims = (plain[1], int(plain[2])) if plain else (head, 0)
    if key in ("same", "valid", "full", "causal"):
        key, words = "conv", ["conv", *words]
    if key not in FAMILIES:
        raise SymconvError(
            f"operator: expected conv2d, conv_transpose2d, max_pool2d, avg_pool2d, unfold or the like, got {words[0][:40]!r}"
            f"{nearest(key, list(FAMILIES))}"
        )
    found.family, found.dims = FAMILIES[key], dims
    for word in (w.lower() for w in words[1:]):
        if word in ("same", "same_upper", "same_lower"):
            found.mode, found.free = "same", False
        elif word in ("valid", "full", "causal"):
            found.mode, found.free = word, False
        elif word in ("ceil_mode", "ceil"):
            found.mode = "ceil"
        elif word in ("no_bias", "nobias", "no-bias"):
            found.bias = False
        elif word not in ("padding", "true", "mode", "layer", "2d", "1d", "3d", "bias", "with", "auto_pad"):
            raise SymconvError(f"operator: expected words such as same, valid, ceil_mode or no_bias, got {word[:30]!r}")
    return found


def question(published: Published, conventions: dict[str, str]) -> tuple[Question, Meaning]:
    """The question that a formula asks, and how it was read.

    Raises FormulaError for what cannot be read, SymconvError for names without a meaning and contradictions.
    """
    how = Reading(brackets=conventions.get("brackets", "group"))
    statements = read(published.formula, how)
    meaning = Meaning(published.about or "output-size", setting(published.operator), conventions)
    own_words(meaning, published)
    labels(meaning, statements)
    conditions(meaning, published)
    claims = definitions(meaning, statements, published)
    named(meaning, claims, published)
    asked = [link for s in claims for link in links(meaning, s, published)]
    return assembled(meaning, asked, published), meaning


def own_words(meaning: Meaning, published: Published) -> None:
    """The user's own meanings: a role in words, or a formula."""
    for key, value in published.where:
        if key in meaning.roles or key in meaning.formulas:
            raise SymconvError(f"where: expected each name once, got {key!r} twice")
        role = None if is_formula(value) else described(value)
        plain = canonical_name(key, "where")
        if role is not None:
            known = recognise(plain, meaning.topic)
            if not role.axis and known is not None and role.kind not in ("in-channels", "out-channels", "number"):
                role = replace(role, axis=known.axis)
            meaning.roles[plain] = role
            odd = re.search(r"\b(odd|even)\b", value, re.I)
            if odd:
                meaning.given.append(parity(name(plain), odd[1].lower()))
            bound = re.search(r"(?:>=|≥|at least)\s*(\d+)", value)
            if bound:
                meaning.least[plain] = int(bound[1])
            continue
        meaning.formulas[plain] = expression(value, f"where: {key}")


def is_formula(value: str) -> bool:
    """Whether a meaning is a formula such as k-1 or floor(k/2), and not words."""
    words = [w for w in re.split(r"\s+", value.strip()) if re.fullmatch(r"[A-Za-z]{3,}[,.;:]?", w)]
    if re.match(r"\s*[\w\[\]]+\s*[-+*/^=]\s*[\w(]", value) and not re.match(r"\s*[A-Za-z]+-[A-Za-z]{2,}", value):
        return True
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


def labels(meaning: Meaning, statements: list[Statement]) -> None:
    """VALID: and SAME: before a formula say which output size is meant."""
    for statement in statements:
        word = re.sub(r"[^a-z]", "", statement.label.lower())
        if word.startswith("same"):
            meaning.setting = replace(meaning.setting, mode="same", free=False)
            meaning.say(f"{statement.label} is read as the output size ceil(N/s) of SAME padding")
        elif word.startswith("valid"):
            meaning.setting = replace(meaning.setting, mode="valid")
            meaning.say(f"{statement.label} is read as no padding")
        elif statement.label:
            meaning.say(f"the words {' '.join(statement.label.split())[:40]!r} before the formula are read as its title")


def conditions(meaning: Meaning, published: Published) -> None:
    """What is given: a name equal to a formula is a definition, the rest are conditions."""
    for text in published.given:
        for node in stated(text):
            left = node.parts[1] if node.kind == "relation" and node.parts[0] == "=" else None
            if left is not None and left.kind == "name" and left.parts[0] not in meaning.formulas:
                known = meaning.roles.get(left.parts[0]) or recognise(left.parts[0], meaning.topic)
                if known is None or known.kind not in DERIVED:
                    meaning.formulas[left.parts[0]] = node.parts[2]
                    continue
            meaning.given.append(node)


def definitions(meaning: Meaning, statements: list[Statement], published: Published) -> list[Statement]:
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
                meaning.say(f"{left} is defined by the formula itself")
                continue
        if node.kind == "relation" and node.parts[0] in RANGES and equations and only_names(node):
            meaning.given.append(tested(node, statement.text))
            continue
        claims.append(statement)
    if not claims:
        raise SymconvError("formula: expected a claim, got definitions only")
    return claims


RANGES = ("<", "<=", ">", ">=", "!=", "in")


def kernel_known(statements: list[Statement], meaning: Meaning) -> bool:
    """Whether some name is a kernel size, so that the extent of the dilated kernel can be worked out."""
    names = [n for s in statements for n in s.node.names()]
    return any((meaning.roles.get(n) or recognise(n, meaning.topic) or Role("")).kind == "kernel" for n in names)


def only_names(node: Node) -> bool:
    """Whether a relation is a range of a name, as in 0 <= a < s."""
    return any(p.kind == "name" for p in node.inner())


# roles
def named(meaning: Meaning, claims: list[Statement], published: Published) -> None:
    """A role for every name that occurs; two names for one role, or none for a name, are errors with a place."""
    inner = {n for node in meaning.formulas.values() for n in node.names()}
    inner |= {n for node in meaning.given for n in node.names()}
    seen = [n for s in claims for n in s.node.names()]
    free_topic = meaning.topic in ("identity", "arithmetic")
    for each in dict.fromkeys([*seen, *inner, *meaning.formulas]):
        if each in meaning.roles:
            continue
        role = recognise(each, meaning.topic)
        helper = each in inner and each not in seen and each not in meaning.formulas
        if free_topic or (helper and (role is None or taken(meaning, each, role))):
            role = Role("number")
        if role is None and each in meaning.formulas:
            role = Role("number")
        if role is None:
            raise unbound(each, claims, published)
        meaning.roles[each] = adjusted(meaning, each, role, claims)
    for each, role in layered(meaning, seen).items():
        meaning.roles[each] = role
    compete(meaning, claims, published)
    for each, role in meaning.roles.items():
        if each in seen or each in inner or each in meaning.formulas:
            meaning.say(f"{each} is {in_words(meaning, each, role, free_topic)}")


def in_words(meaning: Meaning, each: str, role: Role, free_topic: bool) -> str:
    """What a name is, for the reading."""
    if role.kind in ("number", "rational"):
        return (
            f"= {plain(meaning.formulas[each])}"
            if each in meaning.formulas
            else KINDS["number" if free_topic else role.kind]
        )
    defined = f"= {plain(meaning.formulas[each])}, " if each in meaning.formulas else ""
    return f"{defined}the {role.words()}"


def layered(meaning: Meaning, seen: list[str]) -> dict[str, Role]:
    """n[l] and n[l-1] are the output and the input of layer l."""
    found: dict[str, Role] = {}
    for each in seen:
        before = re.fullmatch(r"(.+?)(?:\^)?(\[\(?l-1\)?\]|\(l-1\)|_l-1)", each)
        if before:
            after = next(
                (n for n in seen if n != each and re.fullmatch(re.escape(before[1]) + r"\^?(\[l\]|\(l\)|_l)", n)), None
            )
            if after and meaning.roles[each].kind in ("input", "output", "number"):
                axis = meaning.roles[each].axis
                found |= {each: Role("input", axis), after: Role("output", axis)}
    return found


def taken(meaning: Meaning, each: str, role: Role) -> bool:
    """Whether another name has the role already."""
    return any(other != each and r.kind == role.kind and r.axis == role.axis for other, r in meaning.roles.items())


def adjusted(meaning: Meaning, each: str, role: Role, claims: list[Statement]) -> Role:
    """A role in the light of the topic and the conventions."""
    left = {s.node.parts[1].parts[0] for s in claims if s.node.kind == "relation" and s.node.parts[1].kind == "name"}
    if (
        meaning.topic == "padding"
        and role.kind in ("padding", "padding-total")
        and each in left
        and each not in meaning.formulas
    ):
        wanted = {"full": "full-padding", "causal": "causal-padding"}.get(meaning.setting.mode, "same-padding")
        role = Role(wanted + ("-total" if role.kind == "padding-total" and wanted == "same-padding" else ""), role.axis)
    if role.kind == "padding" and not role.said:
        choice = meaning.conventions.get("padding")
        if choice == "total":
            return Role("padding-total", role.axis, True)
        if choice is None:
            meaning.open["padding"] = "total"
    if role.kind == "dilation" and not role.said:
        choice = meaning.conventions.get("dilation")
        if choice == "0":
            return Role("dilation-0", role.axis, True)
        if choice is None:
            meaning.open["dilation"] = "0"
    if (
        meaning.topic == "parameters"
        and role.kind == "output"
        and not any(
            (meaning.roles.get(n) or recognise(n, "parameters") or Role("")).kind == "input"
            for s in claims
            for n in s.node.names()
        )
    ):
        return Role("output", role.axis, True)
    return role


def compete(meaning: Meaning, claims: list[Statement], published: Published) -> None:
    """Two names for one role of one axis: the one that is defined by the other stays, else it is an error."""
    unify(meaning)
    said = {key for key, _ in published.where}
    inner = {n for node in (*meaning.formulas.values(), *meaning.given) for n in node.names()} - said
    for each in [n for n in meaning.roles if n in inner and n not in meaning.formulas]:
        if taken(meaning, each, meaning.roles[each]):
            meaning.roles[each] = Role("number")
    holders: dict[tuple[str, str], str] = {}
    for each, role in meaning.roles.items():
        if role.kind in ("number", "rational") or role.kind in DERIVED:
            continue
        key = (role.kind, role.axis)
        if key in holders and each != holders[key]:
            other = holders[key]
            raise unbound(each, claims, published, f"{other} and {each} both read as the {role.words()}")
        holders[key] = each


def unify(meaning: Meaning) -> None:
    """stride[0] beside H_out is the stride of the height: numbered axes are height and width (after depth, in 3D)."""
    found = {r.axis for r in meaning.roles.values()}
    if not found & {"h", "w", "d"} or not found & {"0", "1", "2"}:
        return
    order = ["d", "h", "w"] if "d" in found or meaning.setting.dims == 3 else ["h", "w"]
    for each, role in meaning.roles.items():
        if role.axis in ("0", "1", "2") and int(role.axis) < len(order):
            meaning.roles[each] = replace(role, axis=order[int(role.axis)])


def unbound(each: str, claims: list[Statement], published: Published, why: str = "") -> SymconvError:
    """An error at the place of a name."""
    what = why or f"no meaning is known for the name {each!r}"
    message = f"{what}: say it with --where '{each}=...'"
    for statement in claims:
        for node in statement.node.walk():
            if node.kind == "name" and node.parts[0] == each:
                return refuse(published.formula, *node.place, message)
    return SymconvError(f"formula: {message}")


# layers
class Layer:
    """The operator along one axis, with what the formula names and defaults for the rest."""

    def __init__(self, meaning: Meaning, axis: str) -> None:
        self.meaning, self.axis = meaning, axis

    def find(self, kind: str) -> Node | None:
        """The name of a role on this axis, or for all axes."""
        for axis in (self.axis, ""):
            for each, role in self.meaning.roles.items():
                if role.kind == kind and role.axis == axis:
                    return name(each)
        if not self.axis or self.axis == "i":
            held = [each for each, role in self.meaning.roles.items() if role.kind == kind]
            if len(held) == 1:
                return name(held[0])
        return None

    def get(self, kind: str) -> Node:
        """A parameter: named, free, or its default."""
        found = self.find(kind)
        if found is not None:
            return found
        setting, default = self.meaning.setting, DEFAULT.get(kind)
        if (setting.free and kind in FREE[setting.family]) or default is None:
            return self.bring(kind)
        self.meaning.say(f"{KINDS[kind].split(' (')[0]} is not in the formula: {default}")
        return number(default)

    def bring(self, kind: str) -> Node:
        """A new name for a parameter that the formula forgets."""
        made = CANONICAL[kind]
        if kind == "input" and self.axis in ("h", "w", "d"):
            made = self.axis.upper()
        elif self.axis:
            made = f"{made}_{self.axis}"
        clash = made in self.meaning.roles and self.meaning.roles[made].kind != kind
        made = LONG.get(kind, made) + (f"_{self.axis}" if self.axis else "") if clash else made
        if made not in self.meaning.own:
            self.meaning.own[made] = LEAST.get(kind, 1)
            self.meaning.roles[made] = Role(kind, self.axis, True)
            self.meaning.say(f"{made}, the {Role(kind, self.axis).words()}, is free")
        return name(made)

    def pads(self) -> tuple[Node, Node]:
        """(lo, hi)."""
        low, high, total = self.find("padding-lo"), self.find("padding-hi"), self.find("padding-total")
        if total is not None:
            return total, number(0)
        if low is not None or high is not None:
            return low or number(0), high or number(0)
        if self.meaning.setting.mode == "valid" and self.find("padding") is None:
            return number(0), number(0)
        p = self.get("padding")
        return p, p

    def dilation(self) -> Node:
        """The dilation, from 1."""
        zero = self.find("dilation-0")
        return Node("add", (zero, number(1))) if zero is not None else self.get("dilation")

    def kernel(self) -> tuple[Node, Node]:
        """(kernel size, dilation); the extent of a dilated kernel stands for an undilated one."""
        extent = self.find("extent")
        if extent is not None and self.find("kernel") is None:
            return extent, number(1)
        return self.get("kernel"), self.dilation()

    def windows(self) -> Node:
        """The output size."""
        setting = self.meaning.setting
        n, s = self.get("input"), self.get("stride")
        if setting.mode == "same":
            return Node("mul", (n, s)) if setting.family == "transposed" else call("every", n, s)
        k, d = self.kernel()
        lo, hi = self.pads()
        if setting.family == "transposed":
            return call("scattered", n, k, s, lo, hi, d, self.get("output-padding"))
        return call("pooled" if setting.mode == "ceil" else "windows", n, k, s, lo, hi, d)

    def fits(self) -> list[Node]:
        """The domain: at least one complete window, or one entry of output."""
        setting = self.meaning.setting
        if setting.mode == "same":
            return []
        size = self.windows()
        found = [relation("<=", number(1), size)]
        if setting.mode == "ceil":
            k, d = self.kernel()
            lo, hi = self.pads()
            found = [relation(">=", call("windows", *size.parts[1:]), number(1)), relation("<=", Node("add", (lo, hi)), k)]
            self.meaning.say("as in the frameworks, 2 x padding is at most the window")
        if setting.family == "transposed" and self.find("output-padding") is not None:
            op, s = self.get("output-padding"), self.get("stride")
            _, d = self.kernel()
            found.append(relation("<", op, Node("max", (s, d))))
        return found

    def extent(self) -> Node:
        """d(K-1)."""
        k, d = self.kernel()
        return Node("mul", (d, Node("add", (k, Node("neg", (number(1),))))))


def axes(meaning: Meaning) -> list[str]:
    """The axes that names speak of, kernels first."""
    return list(dict.fromkeys(r.axis for r in meaning.roles.values() if r.axis)) or [""]


def derived(meaning: Meaning, role: Role) -> tuple[Node, list[Node]]:
    """What a derived role is, and the conditions under which it is defined."""
    layer = Layer(meaning, axis_of(meaning, role))
    if role.kind == "output":
        return layer.windows(), layer.fits()
    if role.kind == "extent":
        return Node("add", (layer.extent(), number(1))), []
    if role.kind in ("full-padding", "causal-padding"):
        return layer.extent(), []
    if role.kind == "direct-padding":
        return Node("add", (layer.extent(), Node("neg", (layer.pads()[0],)))), []
    if role.kind == "remainder":
        n, s = layer.get("input"), layer.get("stride")
        lo, hi = layer.pads()
        total = Node("add", (n, lo, hi, Node("neg", (layer.extent(),)), Node("neg", (number(1),))))
        return Node("mod", (total, s)), layer.fits()
    if role.kind == "rf":
        return Node("add", (layer.get("rf-in"), Node("mul", (layer.extent(), layer.get("jump-in"))))), []
    if role.kind == "jump":
        return Node("mul", (layer.get("jump-in"), layer.get("stride"))), []
    return counted(meaning, role.kind), []


def axis_of(meaning: Meaning, role: Role) -> str:
    """The axis of a derived quantity; an output without one takes the input's, if there is only one."""
    if role.axis:
        return role.axis
    held = {r.axis for r in meaning.roles.values() if r.kind == "input"}
    return held.pop() if len(held) == 1 else ""


def counted(meaning: Meaning, kind: str) -> Node:
    """Weights, biases, parameters and multiply-adds of a convolution layer."""
    spatial = [a for a in axes(meaning) if a and any(r.kind == "kernel" and r.axis == a for r in meaning.roles.values())]
    plain = Layer(meaning, "")
    setting = meaning.setting
    dims = setting.dims or 2
    kernels = [Layer(meaning, a).get("kernel") for a in spatial] if spatial else [plain.get("kernel")] * dims
    if setting.family == "linear":
        kernels = []
    c, o = plain.get("in-channels"), plain.get("out-channels")
    each: tuple[Node, ...] = (o, *kernels) if setting.family == "depthwise" else (o, c, *kernels)
    weights = Node("mul", each)
    groups = plain.find("groups")
    if groups is not None:
        weights = Node("div", (weights, groups))
        meaning.given += [relation("|", groups, c), relation("|", groups, o)]
    if kind == "weights":
        return weights
    if kind == "biases":
        return o
    if kind == "parameters":
        return Node("add", (weights, o)) if setting.bias else weights
    places = [plain_output(meaning, a) for a in (spatial or [""] * dims)]
    macs = Node("mul", (weights, *places))
    return macs if kind == "macs" else Node("mul", (number(2), macs))


def plain_output(meaning: Meaning, axis: str) -> Node:
    """The output size along an axis: named, or that of the layer."""
    layer = Layer(meaning, axis)
    found = layer.find("output")
    return found if found is not None else layer.windows() if layer.find("input") is not None else layer.bring("output")


IMPLIED = {"output-size": "output", "padding": "same-padding", "receptive-field": "rf", "parameters": "parameters"}


# what is asked
def links(meaning: Meaning, statement: Statement, published: Published) -> list[Link]:
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
    if role is not None and role.kind.startswith("same-padding") and sign == "=":
        return [padded(meaning, role, left, right, text)]
    return [Link(node, text, (left, right), statement.condition)]


def padded(meaning: Meaning, role: Role, left: Node, right: Node, text: str) -> Link:
    """p = formula, where p keeps the size: the layer with that padding has as many outputs as inputs."""
    layer = Layer(meaning, axis_of(meaning, role))
    n, s = layer.get("input"), layer.get("stride")
    k, d = layer.kernel()
    pads = (right, number(0)) if role.kind.endswith("total") else (right, right)
    meaning.say("the claim is read as: with this padding the output has the size of the input")
    return Link(
        relation("=", call("windows", n, k, s, *pads, d), n),
        text,
        (right, call("keeping", n, k, s, d, number(len(set(pads))))),
    )


def implied(meaning: Meaning, node: Node, text: str, published: Published) -> list[Link]:
    """A formula without a relation says what the topic is about."""
    if meaning.topic not in IMPLIED:
        raise refuse(published.formula, *node.place, "expected an equation or an inequality, got an expression")
    kind = IMPLIED[meaning.topic]
    parts = node.parts if node.kind == "mul" and kind == "output" else (node,)
    found_axes = [axes_in(meaning, p) for p in parts]
    if len(parts) > 1 and all(len(a) == 1 for a in found_axes) and len({min(a) for a in found_axes}) == len(parts):
        pairs = [(p, min(a)) for p, a in zip(parts, found_axes, strict=True)]
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
        meaning.say(f"no equation is given: the formula is read as the {role.words()}")
        if kind == "same-padding":
            made.append(padded(meaning, role, name(shown), part, text))
            continue
        meaning.roles[shown] = replace(role, said=True)
        meaning.own.setdefault(shown, -1)
        made.append(Link(relation("=", name(shown), part), text, (name(shown), part)))
    return made


def axes_in(meaning: Meaning, node: Node) -> set[str]:
    """The axes of the names in an expression."""
    return {meaning.roles[n].axis for n in node.names() if n in meaning.roles and meaning.roles[n].axis}


def assembled(meaning: Meaning, asked: list[Link], published: Published) -> Question:
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
            if role.kind == "extent" and Layer(meaning, role.axis).find("kernel") is None:
                continue
            if role.kind.startswith("same-padding"):
                continue
            defined[each], conditions = derived(meaning, role)
            given += [c for c in conditions if c not in given]
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


def fitting(meaning: Meaning, used: set[str], given: list[Node]) -> list[Node]:
    """Where a layer's input and kernel both occur without its output, its windows still fit."""
    if meaning.topic not in ("output-size", "padding") or any("windows" in str(g) or "scattered" in str(g) for g in given):
        return []
    found = []
    for axis in axes(meaning):
        layer = Layer(meaning, axis)
        if (
            meaning.topic == "output-size"
            and layer.find("input") is not None
            and layer.find("kernel") is not None
            and meaning.setting.mode != "same"
        ):
            found += [f for f in layer.fits() if set(f.names()) <= set(meaning.roles)]
    return found


def least(each: str, role: Role, meaning: Meaning, asked: list[Link]) -> int:
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


def plain(node: Node) -> str:
    """An expression in plain text."""
    from symconv.core.spelling import spelled

    return spelled(node)


__all__ = ["Meaning", "question", "setting"]
