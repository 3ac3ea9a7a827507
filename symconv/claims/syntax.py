r"""From the flat tree to expressions: what is a name, a product, a call, an entry; how far a sum reaches.

In a formula about sizes every name is a number, so that ``s(i-1)`` is a product, ``kernel_size[0]`` and ``H_{in}`` are names
and ``*``, ``\times``, ``\cdot`` multiply.  In a formula about tensors the names that are indexed are tensors, so that ``f(p)``,
``w[p,q]`` and ``x_{i+p}`` are entries, and ``*`` between tensors is an operation on them.

    a / b c is (a/b) c, but 1/2p is 1/(2p)       sum_p a b + c is (sum_p a b) + c       -a^2 is -(a^2)

Statements come out as ``Node``s of kind relation, each link of a chain as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symconv.claims.grammar import parse
from symconv.claims.lexer import GREEK, FormulaError, refuse
from symconv.core.formula import Node

FUNCTIONS = {
    "floor": "floor", "math.floor": "floor", "np.floor": "floor", "torch.floor": "floor", "tf.floor": "floor", "int": "trunc",
    "ceil": "ceil", "math.ceil": "ceil", "np.ceil": "ceil", "tf.ceil": "ceil", "round": "round", "ceiling": "ceil",
    "max": "max", "min": "min", "abs": "abs", "ceil_div": "ceildiv", "floor_div": "quotient", "cdiv": "ceildiv",
    "div_ceil": "ceildiv", "mod": "mod", "sum": "sum", "np.sum": "sum", "prod": "prod", "np.prod": "prod", "sqrt": "sqrt",
    "pow": "pow", "floordiv": "quotient", "divmod": "divmod", "len": "len", "range": "range", "gcd": "gcd", "log": "log",
    "exp": "exp", "sin": "sin", "cos": "cos", "tanh": "tanh", "float": "exact", "Max": "max", "Min": "min", "fix": "trunc",
    "log2": "log2", "idiv": "quotient", "trunc": "trunc", "Math.floor": "floor", "Math.ceil": "ceil", "ceildiv": "ceildiv",
}  # fmt: skip
OPERATIONS = {
    "rot180": "flip", "rot": "flip", "flip": "flip", "flipud": "flip", "fliplr": "flip", "flipall": "flip", "reverse": "flip",
    "np.flip": "flip", "torch.flip": "flip", "flip_kernel": "flip", "rotate180": "flip", "Rot180": "flip", "rot_180": "flip",
    "Flip": "flip", "conj": "conj", "np.conj": "conj", "conjugate": "conj", "pad": "pad", "zero_pad": "pad", "np.pad": "pad",
    "F.pad": "pad", "dilate": "dilate", "upsample": "dilate", "zero_insert": "dilate", "zero_dilate": "dilate",
    "conv": "conv", "convolve": "conv", "np.convolve": "conv", "conv2": "conv", "convn": "conv", "scipy.signal.convolve": "conv",
    "signal.convolve": "conv", "scipy.signal.convolve2d": "conv", "convolve2d": "conv", "signal.convolve2d": "conv",
    "correlate": "corr", "np.correlate": "corr", "xcorr": "corr", "corr": "corr", "correlate2d": "corr", "corr2d": "corr",
    "signal.correlate": "corr", "signal.correlate2d": "corr", "filter2": "corr", "scipy.signal.correlate": "corr",
    "scipy.signal.correlate2d": "corr", "cross_correlation": "corr", "cross_correlate": "corr", "xcorr2": "corr",
    "conv1d": "layer", "conv2d": "layer", "conv3d": "layer", "F.conv1d": "layer", "F.conv2d": "layer", "F.conv3d": "layer",
    "Conv": "layer", "Conv2d": "layer", "Conv2D": "layer", "torch.nn.functional.conv2d": "layer", "nn.functional.conv2d": "layer",
    "conv_full": "conv_full", "full_conv": "conv_full", "fullconv": "conv_full", "convolve_full": "conv_full",
    "correlate_full": "corr_full", "corr_full": "corr_full", "full_correlate": "corr_full", "full_corr": "corr_full",
    "conv_valid": "conv_valid", "valid_conv": "conv_valid", "corr_valid": "corr_valid", "conv_same": "conv_same",
    "correlate_valid": "corr_valid", "convolve_valid": "conv_valid", "full_convolution": "conv_full", "fullConv": "conv_full",
    "full_cross_correlation": "corr_full", "valid_corr": "corr_valid", "conv_transpose2d": "transposed",
    "conv_transpose1d": "transposed", "conv_transpose3d": "transposed", "F.conv_transpose2d": "transposed",
    "ConvTranspose2d": "transposed", "deconv": "transposed", "shift": "shift", "roll": "roll", "np.roll": "roll",
    "circshift": "roll", "transpose": "transpose", "np.transpose": "transpose", "sum": "total", "np.sum": "total",
    "vec": "vec", "im2col": "im2col", "col2im": "col2im", "full": "full", "dot": "dot", "np.dot": "dot",
    "convolution": "conv", "Convolution": "conv", "convolution_full": "conv_full",
}  # fmt: skip
RELATION = {"EQUAL": "=", "COMPARE": None, "IN": "in", "ARROW": "->", "IFF": "<=>", "DIVIDES": None, "APPROX": "~", "IS": "is",
            "UPDATE": None}  # fmt: skip
MARKS = {"l", "L", "l+1", "l-1", "(l)", "(l+1)", "(l-1)", "[l]", "[l-1]", "[l+1]", "t", "(i)", "(k)", "(n)"}
TRANSPOSES = {"T", "top", "⊤", "t", "H", "dagger"}
LETTER = re.compile(r"(?:[a-z]|[^\W\d_A-Za-z])'*\Z")


@dataclass
class Reading:
    """How a formula is to be read: whether names are tensors, what is known of them, and what was decided on the way."""

    tensors: bool = False
    scalars: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    brackets: str = "group"
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Keep a decision, once."""
        if text not in self.notes:
            self.notes.append(text)


@dataclass(frozen=True)
class Statement:
    """One item of a formula: a relation, or a bare expression; ``label`` stood before it with a colon."""

    node: Node
    label: str = ""
    condition: Node | None = None
    text: str = ""


def read(text: str, how: Reading) -> list[Statement]:
    """The statements of a formula.

    Raises FormulaError with the place of whatever cannot be read.
    """
    tree = parse(text)
    reader = _Reader(text, how)
    if not how.tensors:
        return reader.statements(tree)
    reader.survey(tree)
    while True:  # what is found to be a tensor on the right makes products on the left operations
        before = len(how.arrays)
        found = reader.statements(tree)
        if len(how.arrays) == before:
            return found


def names_in(text: str, how: Reading) -> list[str]:
    """Every name of a formula in reading order."""
    found: dict[str, None] = {}
    for statement in read(text, how):
        found |= dict.fromkeys(statement.node.names())
    return list(found)


def stem(name: str) -> str:
    """A name without its marks and primes: delta^l, w' are delta, w."""
    return name.split("^")[0].rstrip("'")


class _Reader:
    """Turns lark's tree into nodes; one method per kind of tree."""

    def __init__(self, text: str, how: Reading) -> None:
        self.text, self.how = text, how
        self.bound: set[str] = set()
        self.depth = 0  # within an index: no name is a tensor's there, unless it must be

    # places and errors
    def span(self, tree: Any) -> tuple[int, int]:
        """Where a tree stands in the text."""
        if hasattr(tree, "start_pos"):
            return tree.start_pos, tree.end_pos
        meta = tree.meta
        return (meta.start_pos, meta.end_pos) if not meta.empty else (0, 1)

    def refuse(self, tree: Any, what: str) -> FormulaError:
        """An error at a tree."""
        found = refuse(self.text, *self.span(tree), what)
        assert isinstance(found, FormulaError)
        return found

    # what is a tensor
    def survey(self, tree: Any) -> None:
        """The names that are indexed, and those that sums bind."""
        for big in tree.find_pred(lambda t: t.data == "scripted" and getattr(t.children[0], "data", "") == "big"):
            for script in big.children[1:]:
                self.bound |= self._bound_names(script)
        applied: set[str] = set()
        for scripted in tree.find_data("scripted"):
            name = self._base(scripted)
            if name and any(self._indexing(s) for s in scripted.children[1:]):
                applied.add(name)
        self.how.arrays |= {n for n in applied if n not in self.how.scalars and n not in self.bound}

    def _bound_names(self, script: Any) -> set[str]:
        found = set()
        for leaf in script.scan_values(lambda t: getattr(t, "type", "") == "NAME"):
            found.add(str(leaf))
        return found if str(script.children[0].type if hasattr(script.children[0], "type") else "") == "SUB" else set()

    def _base(self, scripted: Any) -> str:
        atom = scripted.children[0]
        while getattr(atom, "data", "") in ("styled", "accent") and atom.children:
            atom = atom.children[-1]
        if getattr(atom, "data", "") == "scripted":
            return self._base(atom)
        if getattr(atom, "data", "") == "parens":
            pieces = self.pieces(atom)
            return self._base(pieces[0]) if len(pieces) == 1 and pieces[0] != "neg" else ""
        return str(atom.children[0]) if getattr(atom, "data", "") == "name" else ""

    def _indexing(self, script: Any) -> bool:
        """Whether a subscript is an index: signs, several letters, or one small letter."""
        if not hasattr(script.children[0], "type") or script.children[0].type != "SUB":
            return False
        value = script.children[1]
        shown = re.sub(r"\\[a-z]+\s?|[{}\s\\]", "", self.text[slice(*self.span(value))]) or self._plain(value)
        if re.search(r"[-+,]", shown):
            return True
        words = (
            [str(t) for t in value.scan_values(lambda t: t.type in ("NAME", "NUMBER"))]
            if hasattr(value, "scan_values")
            else []
        )
        return bool(words) and all(LETTER.match(w) or w in GREEK or w.isdigit() or self._letters(w) for w in words)

    def _letters(self, word: str) -> bool:
        """Whether a word is letters side by side, each an index: w_{ij}."""
        return (
            len(word) in (2, 3)
            and word.isalpha()
            and word.islower()
            and word not in ("in", "out", "pad", "max", "min", "lo", "hi", "eff", "new", "old")
        )

    def _plain(self, tree: Any) -> str:
        return "".join(str(t) for t in tree.scan_values(lambda t: True)) if hasattr(tree, "scan_values") else str(tree)

    # statements
    def statements(self, tree: Any) -> list[Statement]:
        """Every item; one followed by a colon that has no relation is a label."""
        made: list[Statement] = []
        label = ""
        children = list(tree.children)
        for at, child in enumerate(children):
            if child.data != "item":
                continue
            following = children[at + 1] if at + 1 < len(children) else None
            colon = following is not None and following.data == "separator" and following.children[0].type == "COLON"
            if colon and not any(t.type in RELATION for t in child.scan_values(lambda t: hasattr(t, "type"))):
                label = self.text[slice(*self.span(child))].strip()
                continue
            start, end = self.span(child)
            for statement in self.item(child.children[0]):
                made.append(Statement(statement.node, label, statement.condition, self.text[start:end].strip()))
        if not made:
            raise refuse(self.text, 0, len(self.text), "expected a formula")
        return made

    def item(self, tree: Any) -> list[Statement]:
        """A chain of relations, link by link."""
        if tree.data == "guarded":
            chain, *rest = [c for c in tree.children if hasattr(c, "data")]
            condition = self.condition(rest[0])
            if len(rest) == 1:
                return [Statement(s.node, "", condition) for s in self.item(chain)]
            sides, relations = self.sides(chain)
            sides[-1] = Node("if", (condition, sides[-1], self.side(rest[1])), self.span(tree))
            return self.links(sides, relations)
        if tree.data == "choice":
            chain, _, yes, _, no = tree.children
            sides, relations = self.sides(chain)
            cut = next((k + 1 for k, r in enumerate(relations) if r == "="), 0)
            tested = self.conjoined(sides[cut:], relations[cut:]) if relations[cut:] else sides[cut]
            chosen = Node("if", (tested, self.side(yes), self.value(no)), self.span(tree))
            return self.links([*sides[:cut], chosen], relations[:cut])
        return self.links(*self.sides(tree))

    def value(self, tree: Any) -> Node:
        """A guarded element that must be one expression."""
        (statement,) = self.item(tree)
        return statement.node

    def sides(self, tree: Any) -> tuple[list[Node], list[str]]:
        """The sides of a chain and the relations between them."""
        if tree.data != "chain":
            return [self.side(tree)], []
        sides = [self.side(c) for c in tree.children[::2]]
        relations = []
        for relation in tree.children[1::2]:
            token = relation.children[0]
            relations.append(RELATION[token.type] or str(token))
        return sides, relations

    def links(self, sides: list[Node], relations: list[str]) -> list[Statement]:
        """Each link of a chain is a statement of its own."""
        if not relations:
            return [Statement(sides[0])]
        return [
            Statement(Node("relation", (r, a, b), (a.place[0], b.place[1])))
            for r, a, b in zip(relations, sides, sides[1:], strict=False)
        ]

    def conjoined(self, sides: list[Node], relations: list[str]) -> Node:
        """A chain as one condition."""
        found = [s.node for s in self.links(sides, relations)]
        return found[0] if len(found) == 1 else Node("and", tuple(found), found[0].place)

    def condition(self, tree: Any) -> Node:
        """A condition: relations joined by and."""
        if tree.data == "both":
            return Node("and", (self.condition(tree.children[0]), self.condition(tree.children[2])), self.span(tree))
        return self.conjoined(*self.sides(tree))

    # sums and products
    def side(self, tree: Any) -> Node:
        """One side: an expression."""
        if tree.data == "word":
            return Node("string", (str(tree.children[0]),), self.span(tree))
        if tree.data != "signed":
            return self.atom(tree)
        made: list[Node] = []
        sign = 1
        for child in tree.children:
            if child.data == "sign":
                sign = -1 if child.children[0].type == "MINUS" else 1
                continue
            node = self.term(child)
            made.append(node if sign == 1 else Node("neg", (node,), node.place))
            sign = 1
        return made[0] if len(made) == 1 else Node("add", tuple(made), self.span(tree))

    def flat(self, tree: Any) -> list[Any]:
        """The factors of a term with the operators between them, in order."""
        made: list[Any] = []
        while tree.data in ("term", "negative_term"):
            rest = tree.children[1:]
            made[:0] = [Node("string", ("negative",)), *rest[-1:]] if tree.data == "negative_term" else rest[-1:]
            made[:0] = rest[:-1] if tree.data == "term" else [rest[0]]
            if not rest:
                return [tree.children[0], *made[1:]] if made[:1] == [tree.children[0]] else [tree.children[0], *made]
            tree = tree.children[0]
        return [tree, *made]

    def term(self, tree: Any) -> Node:
        """A product: what is tight first, then from left to right; a sum takes all that follows."""
        return self.product(self.flattened(tree), self.span(tree))

    def flattened(self, tree: Any) -> list[Any]:
        """Operators and factors in reading order; a sign after an operator is ("-",)."""
        stack, made = [tree], []
        while stack:
            node = stack.pop()
            if isinstance(node, str) and not hasattr(node, "type"):
                made.append(node)
            elif hasattr(node, "type"):
                made.append("neg")
            elif node.data in ("term", "negative_term"):
                stack.extend(reversed(node.children))
            else:
                made.append(node)
        return made

    def product(self, pieces: list[Any], place: tuple[int, int]) -> Node:
        """Pieces from left to right."""
        made: Node | None = None
        operator, negative, at = "", False, 0
        while at < len(pieces):
            piece = pieces[at]
            if piece == "neg":
                negative, at = True, at + 1
                continue
            if piece.data == "operator":
                operator, at = self.operator(piece), at + 1
                continue
            if self.is_big(piece):
                node, at = self.big(piece, pieces[at + 1 :]), len(pieces)
            elif self.is_partial(piece):
                node, at = self.derivative(piece, pieces[at + 1 :]), len(pieces)
            else:
                node, at = self.applied(pieces, at)
                node, at = self.tight(node, pieces, at)
                if node.kind == "partial" and node.parts[0].kind == "following":
                    if at >= len(pieces):
                        raise refuse(self.text, *node.place, "expected what is differentiated behind the derivative")
                    body = self.product(pieces[at:], place)
                    node, at = Node("partial", (body, node.parts[1]), (node.place[0], place[1])), len(pieces)
            node = Node("neg", (node,), node.place) if negative else node
            made = node if made is None else self.combine(operator or " ", made, node, (place[0], node.place[1]))
            operator, negative = "", False
        assert made is not None
        return made

    def tight(self, node: Node, pieces: list[Any], at: int) -> tuple[Node, int]:
        """A number with the name that touches it is one factor: 1/2p is 1/(2p)."""
        while node.kind == "number" and at < len(pieces) and pieces[at] != "neg" and pieces[at].data == "scripted":
            following = pieces[at]
            touching = self.span(following)[0] == node.place[1] and self._base(following)
            if not touching or self.is_big(following):
                break
            inner, at = self.applied(pieces, at)
            node = Node("mul", (node, inner), (node.place[0], inner.place[1]))
        return node, at

    def operator(self, tree: Any) -> str:
        """The sign of an operator; a word below it is kept: star_full."""
        token = tree.children[0]
        sign = {"FLOORDIV": "//", "SLASH": "/", "OVER": "/", "MOD": "mod"}.get(token.type, str(token))
        if len(tree.children) > 1:
            sign += "_" + re.sub(r"\W", "", self._plain(tree.children[-1]))
        return sign

    def combine(self, sign: str, a: Node, b: Node, place: tuple[int, int]) -> Node:
        """Two factors and the sign between them."""
        if sign in ("/", "//", "mod"):
            if sign == "/" and (self.tensorial(a) or self.tensorial(b)) and self.tensorial(b):
                raise refuse(self.text, *place, "cannot divide by a tensor")
            kind = {"/": "div", "//": "quotient", "mod": "mod"}[sign]
            return Node(kind, (a, b), place)
        if self.tensorial(a) and self.tensorial(b):
            return Node("times", (sign.strip() or "·", a, b), place)
        if "_" in sign:
            raise refuse(
                self.text,
                *place,
                f"{sign.split('_')[0]} with a word below it stands between tensors: declare them with --where",
            )
        if sign == "circ":
            return Node("times", (sign, a, b), place)
        parts = (*a.parts, b) if a.kind == "mul" else (a, b)
        return Node("mul", parts, place)

    def tensorial(self, node: Node) -> bool:
        """Whether an expression is a tensor, not a number."""
        if not self.how.tensors:
            return False
        if node.kind == "name":
            return stem(node.parts[0]) in self.how.arrays
        if node.kind in ("times", "flip", "transpose", "list", "slice"):
            return True
        if node.kind == "call":
            return node.parts[0] in OPERATIONS.values()
        if node.kind == "index":
            return any(isinstance(p, Node) and p.kind in ("all", "slice") for p in node.parts[1:])
        if node.kind == "partial":
            return self.tensorial(node.parts[1])
        if node.kind in ("neg", "conj"):
            return self.tensorial(node.parts[0])
        if node.kind in ("add", "mul"):
            return any(self.tensorial(p) for p in node.inner())
        return node.kind in ("div",) and self.tensorial(node.parts[0])

    # calls and entries
    def applied(self, pieces: list[Any], at: int) -> tuple[Node, int]:
        """A factor with the brackets that follow it, where they are its arguments."""
        piece = pieces[at]
        function = self.function(piece)
        following = pieces[at + 1] if at + 1 < len(pieces) else None
        group = self.group(following)
        if function and group in ("parens", "braces", "brackets"):
            return self.called(self.call(function, following, piece), pieces, at + 2)
        if function and self.function_only(piece):
            if (
                following is not None
                and following != "neg"
                and following.data != "operator"
                and function not in ("max", "min")
            ):
                inner, after = self.applied(pieces, at + 1)
                return Node("call", (function, inner), (self.span(piece)[0], inner.place[1])), after
            raise self.refuse(piece, f"expected brackets after {function}")
        node = self.scripted(piece)
        return self.called(node, pieces, at + 1)

    def called(self, node: Node, pieces: list[Any], at: int) -> tuple[Node, int]:
        """Brackets behind a tensor are an index; behind the name of a size, part of the name."""
        while at < len(pieces) and pieces[at] != "neg":
            group = self.group(pieces[at])
            if group == "brackets" and self.is_slice(pieces[at]) and self.how.tensors:
                node = self.sliced(node, pieces[at])
            elif group == "brackets" and not self.how.tensors and node.kind == "name":
                node = Node(
                    "name", (node.parts[0] + self.bracket_name(pieces[at]),), (node.place[0], self.span(pieces[at])[1])
                )
            elif group in ("parens", "brackets") and self.accepts(node, group, pieces[at]):
                node = self.entry(node, pieces[at])
            else:
                break
            pieces[at] = self.rescripted(pieces[at])
            if pieces[at] is not None:
                node = self.scripts(node, pieces[at])
            at += 1
        return node, at

    def accepts(self, node: Node, group: str, tree: Any) -> bool:
        """Whether a bracket behind a node is its index."""
        if not self.how.tensors:
            return False
        if node.kind == "name":
            name = node.parts[0]
            if name in self.how.scalars or name in self.bound or re.fullmatch(r"\d+", name):
                return False
            if stem(name) in self.how.arrays:
                return True
            if self.depth and group == "parens":
                return False
            self.how.arrays.add(stem(name))
            return True
        return (
            node.kind in ("times", "flip", "conj", "transpose")
            or (node.kind == "call" and node.parts[0] in OPERATIONS.values())
            or (node.kind == "partial" and self.tensorial(node))
            or (node.kind in ("add", "neg") and self.tensorial(node))
        )

    def entry(self, node: Node, tree: Any) -> Node:
        """node[index, ...]."""
        inner = tree.children[0] if tree.data == "scripted" else tree
        self.depth += 1
        index: list[Node] = []
        for element in self.elements(inner):
            index.append(element)
        self.depth -= 1
        return Node("index", (node, *index), (node.place[0], self.span(tree)[1]))

    def elements(self, tree: Any) -> list[Node]:
        """The elements within brackets."""
        made = []
        for child in tree.children:
            if not hasattr(child, "data") or child.data != "elements":
                continue
            for element in child.children:
                if element.data == "joint":
                    continue
                if element.data == "slice":
                    made.append(self.slice(element))
                else:
                    made += [s.node for s in self.item(element)]
        return made

    def slice(self, tree: Any) -> Node:
        """a:b:c, or all of an axis."""
        parts: list[Node | None] = []
        pending: Node | None = None
        for child in tree.children:
            if hasattr(child, "type"):
                parts.append(pending)
                pending = None
            else:
                pending = self.side(child)
        parts.append(pending)
        if all(p is None for p in parts):
            return Node("all", (), self.span(tree))
        return Node("slice", tuple(p or Node("all") for p in parts), self.span(tree))

    def is_slice(self, tree: Any) -> bool:
        """Whether brackets hold [::-1]."""
        inner = tree.children[0] if tree.data == "scripted" else tree
        return any(
            t.data == "slice" and len([c for c in t.children if hasattr(c, "type")]) == 2 for t in inner.iter_subtrees()
        )

    def sliced(self, node: Node, tree: Any) -> Node:
        """x[::-1] is x read backwards, on every axis that says so."""
        inner = tree.children[0] if tree.data == "scripted" else tree
        axes = []
        for part in self.elements(inner):
            step = part.parts[2] if part.kind == "slice" and len(part.parts) == 3 else None
            backwards = (
                step is not None and step.kind == "neg" and step.parts[0].kind == "number" and step.parts[0].parts[0] == 1
            )
            if not backwards and part.kind != "all":
                raise self.refuse(tree, "expected [::-1], or : for a whole axis")
            axes.append(backwards)
        return Node(
            "call",
            ("flip", node, Node("string", ("".join("r" if a else "-" for a in axes),))),
            (node.place[0], self.span(tree)[1]),
        )

    def bracket_name(self, tree: Any) -> str:
        """[0] or [i] behind the name of a size."""
        shown = re.sub(r"\s|\\[,;]", "", self.text[slice(*self.span(tree))])
        if not re.fullmatch(r"\[[\w\-+:]{1,20}\](?:\[[\w\-+]{1,20}\])*", shown):
            raise self.refuse(tree, "expected a number or a letter in brackets, as in stride[0]")
        return shown

    def group(self, tree: Any) -> str:
        """The kind of brackets that a piece is, or nothing."""
        if tree is None or tree == "neg" or not hasattr(tree, "data") or tree.data != "scripted":
            return ""
        inner = tree.children[0]
        return str(inner.data) if getattr(inner, "data", "") in ("parens", "brackets", "braces") else ""

    def rescripted(self, tree: Any) -> Any:
        """The scripts behind brackets, if there are any: f(x)^2."""
        return tree if tree.data == "scripted" and len(tree.children) > 1 else None

    def function(self, tree: Any) -> str:
        """The function that a piece names, as the tables spell it."""
        if not hasattr(tree, "data") or tree.data != "scripted":
            return ""
        name = self.dotted(tree)
        if self.how.tensors and name in OPERATIONS and name not in self.how.scalars and name not in self.how.arrays:
            return OPERATIONS[name]
        return FUNCTIONS.get(name, "") if name not in self.how.scalars else ""

    def function_only(self, tree: Any) -> bool:
        """Whether a piece can be nothing but a function."""
        return getattr(tree.children[0], "data", "") == "function" and len(tree.children) == 1

    def dotted(self, tree: Any) -> str:
        """The name of a piece with its attributes, if it has no other scripts."""
        atom, *scripts = tree.children
        if getattr(atom, "data", "") not in ("name", "function"):
            return ""
        name = str(atom.children[0])
        for script in scripts:
            token = script.children[0]
            if token.type == "ATTRIBUTE":
                name += "." + str(script.children[1])
            elif token.type == "SUB" and name in ("rot", "Rot") and "180" in self._plain(script.children[1]):
                return "rot180"
            else:
                return ""
        return name

    def call(self, function: str, tree: Any, named: Any) -> Node:
        """A function with its arguments."""
        place = (self.span(named)[0], self.span(tree)[1])
        inner = tree.children[0]
        arguments = self.elements(inner)
        node = self.built(function, arguments, place, tree)
        return self.scripts(node, tree) if len(tree.children) > 1 else node

    def built(self, function: str, arguments: list[Node], place: tuple[int, int], tree: Any) -> Node:
        """The node of a function that the language has itself."""
        one = {"floor", "ceil", "abs", "trunc", "exact", "round"}
        if function in one and len(arguments) != 1:
            raise self.refuse(tree, f"expected one argument of {function}, got {len(arguments)}")
        if function == "exact":
            return arguments[0]
        if function in ("floor", "ceil", "abs"):
            return Node(function, tuple(arguments), place)
        if function in ("max", "min"):
            if len(arguments) == 1 and arguments[0].kind == "list":
                arguments = list(arguments[0].inner())
            if not arguments:
                raise self.refuse(tree, f"expected arguments of {function}")
            return Node(function, tuple(arguments), place)
        if function in ("mod", "quotient", "pow", "ceildiv"):
            if len(arguments) != 2:
                raise self.refuse(tree, f"expected two arguments of {function}, got {len(arguments)}")
            if function == "ceildiv":
                return Node("ceil", (Node("div", tuple(arguments), place),), place)
            return Node(function, tuple(arguments), place)
        return Node("call", (function, *arguments), place)

    # atoms and their scripts
    def scripted(self, tree: Any) -> Node:
        """An atom with its subscripts, superscripts, primes and attributes."""
        return self.scripts(self.atom(tree.children[0]), tree)

    def scripts(self, node: Node, tree: Any) -> Node:
        """The scripts of a piece, one after the other; an index waits for marks: x_i^l."""
        indices: list[Node] = []
        for script in tree.children[1:]:
            token = script.children[0]
            value = script.children[1] if len(script.children) > 1 else None
            place = (node.place[0], self.span(script)[1])
            if token.type == "PRIME":
                node = self.suffixed(node, str(token), place, script)
            elif token.type == "ATTRIBUTE":
                if str(value) in ("T", "t"):
                    node = Node("transpose", (node,), place)
                    continue
                node = self.suffixed(node, "." + str(value), place, script)
            elif token.type == "TRANSPOSED":
                node = Node("transpose", (node,), place)
            elif token.type == "BANG":
                raise self.refuse(script, "factorials are not understood")
            elif token.type == "SUB":
                if self.how.tensors and self.may_index(node, script):
                    indices += self.subscripts(value)
                else:
                    node = self.suffixed(node, "_" + self.script_name(value), place, script)
            else:
                node = self.superscript(node, value, place, script)
        if indices:
            return Node("index", (node, *indices), (node.place[0], self.span(tree)[1]))
        return node

    def may_index(self, node: Node, script: Any) -> bool:
        """Whether a subscript is an index of this node."""
        if node.kind in ("times", "flip", "call", "partial", "conj", "transpose") or (
            node.kind != "name" and self.tensorial(node)
        ):
            return True
        if node.kind != "name" or node.parts[0] in self.how.scalars:
            return False
        return stem(node.parts[0]) in self.how.arrays and self._indexing(script)

    def subscripts(self, value: Any) -> list[Node]:
        """The indices below a tensor: separated by commas, or side by side."""
        if not hasattr(value, "data") or value.data in ("number", "name", "infinity"):
            return self.spelled(self.plain_value(value))
        self.depth += 1
        found = self.elements(value) if value.data in ("braces", "parens") else [self.atom(value)]
        self.depth -= 1
        return [part for node in found for part in self.spelled(node)]

    def spelled(self, node: Node) -> list[Node]:
        """Letters side by side, each an index of its own: ij, i'j'd."""
        if node.kind == "mul" and all(p.kind == "name" for p in node.parts):
            return [q for p in node.parts for q in self.spelled(p)]
        if node.kind == "name" and self._letters(node.parts[0].rstrip("'")) and node.parts[0] not in self.bound:
            word, primes = node.parts[0].rstrip("'"), len(node.parts[0]) - len(node.parts[0].rstrip("'"))
            letters = [*word[:-1], word[-1] + "'" * primes]
            return [Node("name", (letter,), node.place) for letter in letters]
        return [node]

    def plain_value(self, value: Any) -> Node:
        """A script that is one number or one name."""
        if hasattr(value, "type"):
            return Node("name", (str(value),), self.span(value))
        return self.atom(value)

    def suffixed(self, node: Node, suffix: str, place: tuple[int, int], script: Any) -> Node:
        """A longer name."""
        if node.kind == "index" and set(suffix) == {"'"}:
            raise self.refuse(script, "expected the prime before the index")
        if node.kind != "name":
            raise self.refuse(script, "a script that belongs to no name")
        return Node("name", (node.parts[0] + suffix,), place)

    def script_name(self, value: Any) -> str:
        """A script as part of a name."""
        if hasattr(value, "type"):
            return str(value)
        shown = self._plain(value)
        shown = re.sub(r"[{}()\s\\]", "", shown)
        if not re.fullmatch(r"[\w,'.+\-\[\]:*/^]{1,40}", shown):
            raise self.refuse(value, "expected a word, a letter or a number as a subscript")
        return shown

    def superscript(self, node: Node, value: Any, place: tuple[int, int], script: Any) -> Node:
        """A power, a transpose, a conjugate, or a mark of the name."""
        shown = re.sub(r"[{}\s\\]", "", self._plain(value) if not hasattr(value, "type") else str(value))
        if shown in ("*", "ast") and self.how.tensors:
            return Node("conj", (node,), place)
        if shown in ("+", "-", "*", "ast", "star"):
            return self.suffixed(node, "^" + shown, place, script)
        if set(shown) <= {"'"} or shown == "prime":
            return self.suffixed(node, "'" * max(1, shown.count("'")), place, script)
        if node.kind != "number" and (shown in TRANSPOSES and self.how.tensors) and not (shown in self.how.scalars):
            return Node("transpose", (node,), place)
        if (
            node.kind == "name"
            and (shown in MARKS and shown not in self.how.scalars)
            and (self.how.tensors or "[" in shown or "(" in shown)
        ):
            return Node("name", (f"{node.parts[0]}^{shown}",), place)
        exponent = self.plain_value(value) if not hasattr(value, "data") or value.data != "braces" else self.braced(value)
        return Node("pow", (node, exponent), place)

    def braced(self, tree: Any) -> Node:
        """Braces or parentheses around one expression."""
        found = self.elements(tree)
        if len(found) != 1:
            raise self.refuse(tree, f"expected one expression within the brackets, got {len(found)}")
        return found[0]

    def atom(self, tree: Any) -> Node:
        """An atom, by its kind."""
        if hasattr(tree, "type"):
            return Node("name", (str(tree),), self.span(tree))
        make = getattr(self, f"_{tree.data}", None)
        if make is None:
            raise self.refuse(tree, f"did not expect this {tree.data} here")
        made: Node = make(tree)
        return made

    def _number(self, tree: Any) -> Node:
        value = Fraction(str(tree.children[0]))
        return Node("number", (int(value) if value.denominator == 1 else value,), self.span(tree))

    def _name(self, tree: Any) -> Node:
        return Node("name", (str(tree.children[0]),), self.span(tree))

    _function = _name

    def _infinity(self, tree: Any) -> Node:
        return Node("infinity", (), self.span(tree))

    def _dots(self, tree: Any) -> Node:
        return Node("dots", (), self.span(tree))

    def _string(self, tree: Any) -> Node:
        return Node("string", (str(tree.children[0]),), self.span(tree))

    def _signed(self, tree: Any) -> Node:
        return self.side(tree)

    def _scripted(self, tree: Any) -> Node:
        return self.scripted(tree)

    def _parens(self, tree: Any) -> Node:
        found = self.elements(tree)
        if len(found) == 1:
            return Node(found[0].kind, found[0].parts, self.span(tree)) if found[0].kind != "name" else found[0]
        return Node("tuple", tuple(found), self.span(tree))

    def _brackets(self, tree: Any) -> Node:
        found = self.elements(tree)
        if len(found) == 1 and not self.how.tensors:
            if self.how.brackets in ("floor", "ceil"):
                return Node(self.how.brackets, tuple(found), self.span(tree))
            if found[0].kind == "relation":
                return Node("truth", tuple(found), self.span(tree))
            return found[0]
        if len(found) == 1 and (self.tensorial(found[0]) or found[0].kind not in ("number", "list", "name", "neg", "div")):
            return found[0] if found[0].kind != "relation" else Node("truth", tuple(found), self.span(tree))
        return Node("list", tuple(found), self.span(tree))

    def _braces(self, tree: Any) -> Node:
        found = self.elements(tree)
        return found[0] if len(found) == 1 else Node("tuple", tuple(found), self.span(tree))

    def _set(self, tree: Any) -> Node:
        return Node("set", tuple(self.elements(tree)), self.span(tree))

    def _floor(self, tree: Any) -> Node:
        return Node("floor", (self.side(tree.children[1]),), self.span(tree))

    def _ceil(self, tree: Any) -> Node:
        return Node("ceil", (self.side(tree.children[1]),), self.span(tree))

    def _abs(self, tree: Any) -> Node:
        return Node("abs", (self.side(tree.children[1]),), self.span(tree))

    def _pmod(self, tree: Any) -> Node:
        raise self.refuse(tree, "congruences (pmod) are not understood: write a mod b")

    def _styled(self, tree: Any) -> Node:
        return (
            self.atom(tree.children[-1]) if not hasattr(tree.children[-1], "type") else self.plain_value(tree.children[-1])
        )

    def _accent(self, tree: Any) -> Node:
        kind, inner = str(tree.children[0]), tree.children[1]
        node = self.plain_value(inner) if hasattr(inner, "type") else self.atom(inner)
        if node.kind != "name":
            raise self.refuse(tree, f"expected a name below \\{kind}")
        return Node("name", (f"{node.parts[0]}^{kind.removeprefix('wide')}",), self.span(tree))

    def _overline(self, tree: Any) -> Node:
        inner = tree.children[1]
        node = self.plain_value(inner) if hasattr(inner, "type") else self.atom(inner)
        if self.how.tensors:
            return Node("conj", (node,), self.span(tree))
        if node.kind != "name":
            raise self.refuse(tree, "expected a name below \\overline")
        return Node("name", (f"{node.parts[0]}^bar",), self.span(tree))

    def _frac(self, tree: Any) -> Node:
        top, bottom = tree.children[1], tree.children[2]
        wrt = self.differential(bottom)
        if wrt is not None:
            return self.quotient(top, wrt, tree)
        a, b = self.braced(top), self.braced(bottom)
        return Node("div", (a, b), self.span(tree))

    def _cases(self, tree: Any) -> Node:
        rows = [c for c in tree.children if hasattr(c, "data") and c.data == "row"]
        made: Node | None = None
        for row in reversed(rows):
            parts = [c for c in row.children if hasattr(c, "data") and c.data != "mark"]
            otherwise = any(getattr(c, "type", "") == "ELSE" for c in row.children)
            value = self.side(parts[0])
            if len(parts) == 1 or otherwise:
                made = value if made is None else made
                if not otherwise and row is not rows[-1]:
                    raise self.refuse(row, "expected a condition in this row of the cases")
                continue
            made = Node("if", (self.condition(parts[1]), value, made or Node("undefined")), self.span(row))
        if made is None:
            raise self.refuse(tree, "expected rows within the cases")
        return made

    def _matrix(self, tree: Any) -> Node:
        rows = [c for c in tree.children if hasattr(c, "data") and c.data == "line"]
        lines = [tuple(self.side(c) for c in row.children if hasattr(c, "data")) for row in rows]
        if len(lines) == 1:
            return Node("list", lines[0], self.span(tree))
        return Node(
            "list",
            tuple(Node("list", line, self.span(row)) for line, row in zip(lines, rows, strict=True)),
            self.span(tree),
        )

    def _truth(self, tree: Any) -> Node:
        return self.side(tree)

    # sums
    def is_big(self, tree: Any) -> bool:
        """Whether a piece is a sum, a product or an integral sign."""
        return hasattr(tree, "data") and tree.data == "scripted" and getattr(tree.children[0], "data", "") == "big"

    def big(self, tree: Any, rest: list[Any]) -> Node:
        """A sum with its limits, over all that follows."""
        sign = tree.children[0].children[0].type
        lower, upper = None, None
        for script in tree.children[1:]:
            if script.children[0].type == "SUB":
                lower = script.children[1]
            elif script.children[0].type == "POWER":
                upper = script.children[1]
        if not rest:
            raise self.refuse(tree, "expected something to add up behind the sign")
        place = (self.span(tree)[0], self.span(rest[-1])[1] if rest[-1] != "neg" else self.span(tree)[1])
        if sign == "INT":
            return self.integral(rest, place, tree)
        ranges = self.ranges(lower, upper, tree)
        outer = set(self.bound)
        self.bound |= {r.parts[0] for r in ranges if r.kind in ("range", "each")}
        body = self.product(list(rest), place)
        self.bound = outer
        return Node("sum" if sign == "SUM" else "product", (body, *ranges), place)

    def ranges(self, lower: Any, upper: Any, tree: Any) -> list[Node]:
        """The limits of a sum: p=0 .. K-1, bare p,q, or conditions below the sign."""
        if lower is None:
            raise self.refuse(tree, "expected what the sum runs over, below its sign")
        self.depth += 1
        found = self.elements(lower) if getattr(lower, "data", "") in ("braces", "parens") else [self.plain_value(lower)]
        top = (
            None
            if upper is None
            else (self.braced(upper) if getattr(upper, "data", "") in ("braces", "parens") else self.plain_value(upper))
        )
        self.depth -= 1
        made: list[Node] = []
        for node in found:
            made += self.range(node, top)
        if upper is not None and not any(r.kind == "range" for r in made):
            raise self.refuse(tree, "expected an index with its lower limit, as in p=0, below the sign")
        return made

    def range(self, node: Node, top: Node | None) -> list[Node]:
        """What one element below a sum's sign says."""
        if node.kind == "tuple":
            return [r for p in node.inner() for r in self.range(p, top)]
        if node.kind == "name":
            return [Node("each", (p.parts[0],), node.place) for p in self.spelled(node)]
        if node.kind == "mul" and all(p.kind == "name" for p in node.parts):
            return [Node("each", (p.parts[0],), node.place) for p in node.parts]
        if node.kind == "relation":
            sign, left, right = node.parts
            if sign == "=" and left.kind == "name" and top is not None:
                return [Node("range", (left.parts[0], right, top), node.place)]
            if sign == "in" and left.kind == "name":
                return [Node("each", (left.parts[0],), node.place)] + self.member(left, right)
            return [Node("such", (node,), node.place)]
        if node.kind == "string":
            return []
        raise refuse(self.text, *node.place, "expected an index, or a condition, below the sign of the sum")

    def member(self, index: Node, where: Node) -> list[Node]:
        """p in {0, ..., K-1}; in Z."""
        if where.kind == "name" and where.parts[0] in ("Z", "R", "N"):
            return []
        if where.kind in ("set", "list") and len(where.parts) >= 3 and any(p.kind == "dots" for p in where.inner()):
            first, last = where.parts[0], where.parts[-1]
            return [
                Node("such", (Node("relation", ("<=", first, index), where.place),), where.place),
                Node("such", (Node("relation", ("<=", index, last), where.place),), where.place),
            ]
        raise refuse(self.text, *where.place, "expected a range such as {0, ..., K-1}")

    def integral(self, rest: list[Any], place: tuple[int, int], tree: Any) -> Node:
        """An integral over everything: the last factor is d and the variable."""
        *body, last = rest
        name = self.dotted(last) if hasattr(last, "data") else ""
        if len(name) < 2 or name[0] != "d":
            name = "d" + name if len(rest) > 1 and self.dotted(rest[-2]) == "d" else ""
            body = body[:-1]
        if not name or not body:
            raise self.refuse(tree, "expected dz, with the variable of the integral, at its end")
        outer = set(self.bound)
        self.bound.add(name[1:])
        node = Node("integral", (self.product(list(body), place), name[1:]), place)
        self.bound = outer
        return node

    # derivatives
    def is_partial(self, tree: Any) -> bool:
        """Whether a piece is a bare partial sign."""
        return hasattr(tree, "data") and tree.data == "scripted" and getattr(tree.children[0], "data", "") == "partial"

    def derivative(self, tree: Any, rest: list[Any]) -> Node:
        raise self.refuse(tree, "expected the derivative as a fraction, as in dL/dx or \\frac{\\partial L}{\\partial x}")

    def differential(self, tree: Any) -> Any:
        """What stands behind d or the partial sign in a denominator, as pieces; None if it is no differential."""
        pieces = self.pieces(tree)
        if not pieces:
            return None
        if self.is_partial(pieces[0]) and len(pieces) > 1:
            return pieces[1:]
        if self.is_partial(pieces[0]):
            return []
        name = self._base(pieces[0]) if pieces[0] != "neg" and pieces[0].data == "scripted" else ""
        if name == "d" and len(pieces) > 1:
            return pieces[1:]
        if (
            len(name) >= 2
            and name[0] == "d"
            and len(pieces) == 1
            and self.how.tensors
            and name not in self.how.arrays | self.how.scalars
        ):
            return pieces
        return None

    def pieces(self, tree: Any) -> list[Any]:
        """The factors within braces that hold one term."""
        inner = [e for c in tree.children if getattr(c, "data", "") == "elements" for e in c.children if e.data != "joint"]
        if len(inner) != 1 or inner[0].data != "signed" or len(inner[0].children) != 1:
            return []
        return self.flattened(inner[0].children[0])

    def quotient(self, top: Any, wrt: list[Any], tree: Any) -> Node:
        r"""\frac{\partial L}{\partial x_j}; with nothing above, what follows is differentiated."""
        above = self.pieces(top)
        if above and self.is_partial(above[0]):
            above = above[1:]
        elif above and above[0] != "neg" and self._base(above[0]) == "d" and len(above) > 1:
            above = above[1:]
        elif above and above[0] != "neg" and self._base(above[0])[:1] == "d" and len(self._base(above[0])) == 2:
            of = Node("name", (self._base(above[0])[1:],), self.span(above[0]))
            return Node("partial", (of, self.wrt(wrt, tree)), self.span(tree))
        else:
            raise self.refuse(tree, "expected a derivative such as \\partial L over \\partial x")
        if not above or not wrt:
            return Node("partial", (Node("following"), self.wrt(wrt, tree)), self.span(tree))
        of = self.product(list(above), self.span(top))
        return Node("partial", (of, self.wrt(wrt, tree)), self.span(tree))

    def wrt(self, pieces: list[Any], tree: Any) -> Node:
        """The variable of a derivative; dX in a denominator is X."""
        if not pieces:
            raise self.refuse(tree, "expected the variable of the derivative")
        node = self.product(list(pieces), self.span(tree))
        inner = node.parts[0] if node.kind == "index" else node
        if (
            inner.kind == "name"
            and inner.parts[0][0] == "d"
            and len(inner.parts[0]) > 1
            and inner.parts[0] not in self.how.arrays
        ):
            plain = Node("name", (inner.parts[0][1:],), inner.place)
            return Node("index", (plain, *node.parts[1:]), node.place) if node.kind == "index" else plain
        return node
