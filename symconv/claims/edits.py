r"""Small edits of a formula, each as a new expression and as a change of the text.

    one name for another        one sign        a constant by one, or left out        floor for ceil, rounding added or left out
    a term added (1, a name)    a factor or divisor added (a name, 2)    k for d(k-1) + 1    brackets regrouped

The text is changed at the place where the node stood, in the notation of its author, so that a repair reads as a diff.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words
from symconv.language.spelling import spelled


@dataclass(frozen=True)
class Edit:
    """What is put in the place of a node, in the tree and in the text."""

    target: Node
    place: tuple[int, int]
    put: Node
    text: str
    words: Words
    cost: int = 1
    cut: tuple[int, int] | None = None  # what is replaced in the text, where it is not the node itself


def apply(node: Node, edit: Edit) -> Node:
    """The tree with the node at the edit's place replaced."""
    if node.place == edit.place and node == edit.target:
        return edit.put
    return Node(node.kind, tuple(apply(p, edit) if isinstance(p, Node) else p for p in node.parts), node.place)


def changed(text: str, edit: Edit) -> str:
    """The text after the edit."""
    start, end = edit.cut or edit.place
    return text[:start] + edit.text + text[end:]


def one(value: int = 1) -> Node:
    """A number."""
    return number(value)


def minus(a: Node, b: Node) -> Node:
    """a - b."""
    return Node("add", (a, Node("neg", (b,))))


def placed(new: object, old: object) -> Prose:
    """One thing in the place of another, in words."""
    return Prose("edit.place", {"new": new, "old": old})


class Editor:
    """All edits of one side of a formula, over the given names (with their text)."""

    def __init__(
        self, text: str, names: dict[str, str], dilations: list[str], kernels: set[str], strides: list[str]
    ) -> None:
        self.text, self.names = text, names
        self.dilations, self.kernels, self.strides = dilations, kernels, strides
        self.latex = "\\" in text

    def at(self, node: Node) -> str:
        """The text of a node."""
        return self.text[slice(*node.place)]

    def edits(self, side: Node) -> Iterator[Edit]:
        """Edits of every node below."""
        for node in side.walk():
            if node.place[0] >= node.place[1]:
                continue
            yield from self.node(node)
        yield from self.rounding(side)

    def node(self, node: Node) -> Iterator[Edit]:
        """Edits of one node."""
        if node.kind == "name":
            yield from self.renamed(node)
        elif node.kind == "number":
            yield from self.constant(node)
        elif node.kind == "add":
            yield from self.added(node)
        elif node.kind == "mul":
            yield from self.multiplied(node)
        elif node.kind in ("floor", "ceil"):
            yield from self.rounded(node)
        elif node.kind in ("div", "quotient"):
            yield from self.divided(node)
        elif node.kind in ("max", "min"):
            yield Edit(
                node,
                node.place,
                Node("min" if node.kind == "max" else "max", node.parts),
                self.swapped_word(node),
                Prose("edit.exchanged", {"function": node.kind}),
                2,
            )

    def swapped_word(self, node: Node) -> str:
        """max for min in the text."""
        other = "min" if node.kind == "max" else "max"
        return re.sub(node.kind, other, self.at(node), count=1, flags=re.I)

    def renamed(self, node: Node) -> Iterator[Edit]:
        """Another name; a dilated kernel; twice; times a stride."""
        each, shown = node.parts[0], self.at(node)
        for other, spelling in self.names.items():
            if other != each:
                yield Edit(node, node.place, name(other), spelling, placed(spelling, shown))
        if each in self.kernels:
            for d in self.dilations:
                put = Node("add", (Node("mul", (name(d), minus(node, one()))), one()))
                spelling = self.names.get(d, d)
                yield Edit(
                    node,
                    node.place,
                    put,
                    f"({spelling} {self.dot()}({shown} - 1) + 1)",
                    Prose("edit.dilated", {"old": shown}),
                    2,
                )
        yield Edit(
            node, node.place, Node("mul", (one(2), node)), f"2{self.dot()}{shown}", Prose("edit.twice", {"old": shown})
        )
        yield Edit(node, node.place, minus(node, one()), f"({shown} - 1)", placed(f"{shown} - 1", shown))
        yield Edit(node, node.place, Node("add", (node, one())), f"({shown} + 1)", placed(f"{shown} + 1", shown))
        yield Edit(node, node.place, Node("pow", (node, one(2))), f"{shown}^2", Prose("edit.squared", {"old": shown}), 2)

    def dot(self) -> str:
        """A product sign in the author's notation."""
        return r"\cdot " if self.latex else "*"

    def constant(self, node: Node) -> Iterator[Edit]:
        """A constant larger or smaller by one, doubled, or with the other sign."""
        value = node.parts[0]
        for other in dict.fromkeys((value + 1, value - 1, value * 2, 2, 1, 0)):
            if other != value and (other >= 0):
                yield Edit(node, node.place, number(other), str(other), placed(other, value))

    def added(self, node: Node) -> Iterator[Edit]:
        """A sign turned, a term left out, a term added, brackets regrouped."""
        parts = node.parts
        for k, part in enumerate(parts):
            inner = part.parts[0] if part.kind == "neg" else part
            turned = inner if part.kind == "neg" else Node("neg", (part,))
            shown = self.at(inner) or spelled(inner)
            put = Node("add", (*parts[:k], turned, *parts[k + 1 :]))
            rest = (*parts[:k], *parts[k + 1 :])
            left = rest[0] if len(rest) == 1 else Node("add", rest)
            if k:
                start, end = parts[k - 1].place[1], inner.place[0]
                sign = re.search(r"[-+−]", self.text[start:end])
                if sign:
                    at = start + sign.start()
                    new = "+" if sign[0] != "+" else "-"
                    yield Edit(node, node.place, put, new, Prose("edit.sign", {"old": shown}), 1, (at, at + 1))
                    yield Edit(
                        node,
                        node.place,
                        left,
                        self.text[start:at].rstrip(),
                        Prose("edit.out", {"old": shown}),
                        1,
                        (start, inner.place[1]),
                    )
                    continue
            yield self.whole(node, put, Prose("edit.sign", {"old": shown}))
            yield self.whole(node, left, Prose("edit.out", {"old": shown}))
        yield from self.terms(node)
        for k, part in enumerate(parts):  # a - b/c read as (a - b)/c
            inner = part.parts[0] if part.kind == "neg" else part
            if inner.kind in ("div", "quotient"):
                top = Node("neg", (inner.parts[0],)) if part.kind == "neg" else inner.parts[0]
                before = Node("add", (*parts[:k], top)) if k else top
                grouped = Node(inner.kind, (before, inner.parts[1]))
                put = Node("add", (grouped, *parts[k + 1 :])) if k + 1 < len(parts) else grouped
                if k:
                    yield self.regrouped(node, put, parts, k, inner)

    def regrouped(self, node: Node, put: Node, parts: tuple[Node, ...], k: int, inner: Node) -> Edit:
        """Brackets around the sum before a division."""
        words = Prose("edit.brackets")
        top, first = inner.parts[0], parts[0].parts[0] if parts[0].kind == "neg" else parts[0]
        begins, ends = first.place[0] - (parts[0].kind == "neg"), top.place[1]
        if self.latex and "frac" in self.text[inner.place[0] : top.place[0]]:
            return self.whole(node, put, words)
        return Edit(node, node.place, put, f"({self.text[begins:ends]})", words, 1, (begins, ends))

    def terms(self, node: Node) -> Iterator[Edit]:
        """One more term."""
        for extra, shown in self.extras():
            for sign in (1, -1):
                term = extra if sign == 1 else Node("neg", (extra,))
                parts = node.parts if node.kind == "add" else (node,)
                words = Prose("edit.added", {"new": f"{'+' if sign == 1 else '-'} {shown}"})
                text = f"{self.bare(node)} {'+' if sign == 1 else '-'} {shown}"
                yield Edit(
                    node,
                    node.place,
                    Node("add", (*parts, term)),
                    self.bracketed(node, text),
                    words,
                    1 if extra.kind == "number" else 2,
                )

    def extras(self) -> Iterator[tuple[Node, str]]:
        """1, and each name, once and twice."""
        yield one(), "1"
        yield one(2), "2"
        for each, shown in self.names.items():
            yield name(each), shown
            yield Node("mul", (one(2), name(each))), f"2{self.dot()}{shown}"

    def bare(self, node: Node) -> str:
        """The text of a node without brackets around it."""
        text = self.at(node).strip()
        if text[:1] == "(" and text[-1:] == ")" and balanced(text[1:-1]):
            return text[1:-1]
        if text[:1] == "{" and text[-1:] == "}" and balanced(text[1:-1]):
            return text[1:-1]
        return text

    def bracketed(self, node: Node, text: str) -> str:
        """The text with the brackets that the node had."""
        old = self.at(node).strip()
        if old != self.bare(node):
            return old[0] + text + old[-1]
        return text

    def whole(self, node: Node, put: Node, words: Words) -> Edit:
        """A node written anew."""
        return Edit(node, node.place, put, self.bracketed(node, self.spelled(put)), words, 1)

    def multiplied(self, node: Node) -> Iterator[Edit]:
        """A factor left out, or one more; brackets moved: 2(p - k) for 2p - k."""
        for k, part in enumerate(node.parts):
            rest = (*node.parts[:k], *node.parts[k + 1 :])
            yield self.whole(
                node,
                rest[0] if len(rest) == 1 else Node("mul", rest),
                Prose("edit.factor.out", {"old": self.at(part) or spelled(part)}),
            )
        for each, shown in self.names.items():
            yield Edit(
                node,
                node.place,
                Node("mul", (*node.parts, name(each))),
                f"{self.at(node)}{self.dot()}{shown}",
                Prose("edit.factor", {"new": shown}),
                2,
            )

    def rounded(self, node: Node) -> Iterator[Edit]:
        """Floor for ceil, or none."""
        other = "ceil" if node.kind == "floor" else "floor"
        yield Edit(
            node,
            node.place,
            Node(other, node.parts),
            self.rounding_text(other, self.inner(node)),
            placed(other, node.kind),
        )
        yield Edit(node, node.place, node.parts[0], f"({self.inner(node)})", Prose("edit.out", {"old": node.kind}), 2)

    def inner(self, node: Node) -> str:
        """The text within a rounding."""
        inside = node.parts[0]
        return self.bare(inside) if inside.place[1] > inside.place[0] else self.spelled(inside)

    def rounding_text(self, kind: str, inner: str) -> str:
        """floor(...) in the author's notation."""
        if self.latex:
            side = "floor" if kind == "floor" else "ceil"
            return rf"\left\l{side} {inner} \right\r{side}"
        if "⌊" in self.text or "⌈" in self.text:
            return f"⌊{inner}⌋" if kind == "floor" else f"⌈{inner}⌉"
        return f"{'math.' if f'math.{kind}' in self.text else ''}{kind}({inner})"

    def divided(self, node: Node) -> Iterator[Edit]:
        """A rounding around a quotient."""
        for kind in ("floor", "ceil"):
            exact = Node("div", node.parts)
            yield Edit(
                node,
                node.place,
                Node(kind, (exact,)),
                self.rounding_text(kind, self.at(node)),
                Prose("edit.around", {"new": kind}),
            )
        yield from self.terms_of_top(node)

    def terms_of_top(self, node: Node) -> Iterator[Edit]:
        """One more term in a numerator that is no sum."""
        top = node.parts[0]
        if top.kind not in ("add",) and top.place[1] > top.place[0]:
            for edit in self.terms(top):
                yield Edit(
                    edit.target,
                    edit.place,
                    edit.put,
                    edit.text if edit.text[:1] in "({" else f"({edit.text})",
                    edit.words,
                    edit.cost,
                )

    def rounding(self, side: Node) -> Iterator[Edit]:
        """Edits of the side as a whole: a term, a divisor, a rounding."""
        if side.place[1] <= side.place[0]:
            return
        if side.kind != "add":
            yield from self.terms(side)
        shown = self.at(side)
        for kind in ("floor", "ceil"):
            if any(n.kind == "div" for n in side.walk()):
                yield Edit(
                    side,
                    side.place,
                    Node(kind, (side,)),
                    self.rounding_text(kind, shown),
                    Prose("edit.around.all", {"new": kind}),
                )
        for s in self.strides:
            put = Node("mul", (name(s), side))
            yield Edit(
                side, side.place, put, f"{self.names.get(s, s)}{self.dot()}({shown})", Prose("edit.factor", {"new": s}), 2
            )

    def spelled(self, node: Node) -> str:
        """A new expression in the author's names."""
        return spelled(node.subs({each: name(shown) for each, shown in self.names.items()}))


def balanced(text: str) -> bool:
    """Whether every bracket of a text has its partner in it."""
    depth = 0
    for c in text:
        depth += (c in "({") - (c in ")}")
        if depth < 0:
            return False
    return depth == 0
