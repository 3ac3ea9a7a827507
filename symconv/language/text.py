"""Reading what users type: the values of parameters, and losses.

    2        2x1        s        s1,s2        1:0x2:1        P:Q,1        same

One entry per axis, joined by ``x`` between numbers or by commas; a pair ``lo:hi`` gives the two sides of an axis.
A loss is an expression in the entries of y:

    y0^2/2 + y1*y2        sum(y^2)/2        exp(y[0,1]) - 3*y0_2

Texts are data: they are parsed by the grammars below (lark, LALR) and never evaluated.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Any

from symconv.errors import SymconvError, nearest
from symconv.language.lazy import dataclass

LONGEST = 200

GRAMMAR = r"""
start: entry (_SEPARATOR entry)*
entry: atom (":" atom)?
atom: INT | NAME
_SEPARATOR.2: /\s*,\s*|(?<=[0-9])\s*[x×]\s*(?=[-0-9])/
INT: /[-+]?[0-9]+/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
%ignore /[ \t]+/
"""

PLAIN = re.compile(r"[ \t]*[0-9]{1,9}(?:[ \t]*[x×,][ \t]*[0-9]{1,9})*[ \t]*\Z")
NUMBER = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,18})?|[-+]?[0-9]{1,18}/0*[1-9][0-9]{0,17}")  # 0.1 or 1/10, as typed
Entry = int | str | tuple[int | str, int | str]
NAME = re.compile(r"(?=.{1,30}\Z)[A-Za-z]+(?:[0-9]*|_[A-Za-z0-9]+)\Z")


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr")


def read_entries(text: str, what: str) -> list[Entry]:
    """The entries of a parameter as typed, one per axis.

    Raises SymconvError with the place of the first character that does not fit.
    """
    if len(text) > LONGEST:
        raise SymconvError(f"{what}: expected at most {LONGEST} characters, got {len(text)}")
    if PLAIN.match(text):  # sizes alone need no parser, which takes longer to load than to run
        return [int(number) for number in re.split("[x×,]", text)]
    from lark.exceptions import UnexpectedInput

    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        column = getattr(error, "column", 1)
        place = f"at character {column}" if isinstance(column, int) and 0 < column <= len(text) else "at the end"
        raise SymconvError(
            f"{what}: expected numbers or names like 2, 2x1, s, s1,s2 or sides lo:hi, got {text!r} (wrong {place})"
        ) from None
    return [_entry(node) for node in tree.children]


def _entry(node: Any) -> Entry:
    atoms = [_atom(child.children[0]) for child in node.children]
    return atoms[0] if len(atoms) == 1 else (atoms[0], atoms[1])


def _atom(token: Any) -> int | str:
    return int(token) if token.type == "INT" else str(token)


def read_assignments(text: str, what: str) -> dict[str, int]:
    """Numbers for names, as in ``s=2, P=1``."""
    values: dict[str, int] = {}
    for part in (p.strip() for p in text.split(",")):
        name, equals, number = (s.strip() for s in part.partition("="))
        if not equals or not NAME.match(name) or not re.fullmatch(r"[-+]?[0-9]{1,9}", number):
            raise SymconvError(f"{what}: expected name=number pairs like s=2,P=1, got {part!r}")
        if name in values:
            raise SymconvError(f"{what}: expected each name once, got {name!r} twice")
        values[name] = int(number)
    return values


LOSS = r"""
?start: sum
?sum: product | sum "+" product -> add | sum "-" product -> sub
?product: unary | product "*" unary -> mul | product "/" unary -> div
?unary: power | "-" unary -> neg | "+" unary
?power: atom | atom _POWER unary -> pow
?atom: NUMBER -> number
     | ENTRY -> entry
     | "y" "[" INT ("," INT)* "]" -> entry
     | "y" -> whole
     | WORD "(" sum ")" -> call
     | "(" sum ")"
_POWER: "^" | "**"
ENTRY: /y_?[0-9]+(_[0-9]+)*/
WORD: /[a-xz][a-z]*/
NUMBER: /[0-9]{1,30}(\.[0-9]{1,30})?/
INT.2: /[0-9]{1,9}/
%ignore /[ \t]+/
"""
FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tanh", "sum")
DEEPEST = 40
LARGEST_POWER = 12
HIGHEST = 24


@dataclass(frozen=True)
class Loss:
    """A node of a loss: ``kind`` add, mul, div, neg, pow, call, number, entry or whole (every entry of y, within sum)."""

    kind: str
    parts: tuple[Any, ...]
    depth: int
    power: int  # exponents multiplied along the deepest way
    loose: bool  # whether a bare y stands in it outside of sum


@cache
def _loss_parser() -> Any:
    from lark import Lark

    return Lark(LOSS, parser="lalr", transformer=_Nodes())


class _Nodes:
    """Builds nodes while lark parses, so that no tree is walked recursively."""

    def _node(self, kind: str, *parts: Any, depth: int = 1) -> Loss:
        inner = [p for p in parts if isinstance(p, Loss)]
        deepest = depth + max((p.depth for p in inner), default=0)
        if deepest > DEEPEST:
            raise SymconvError(f"loss: expected at most {DEEPEST} levels of nesting, got more")
        power = max((p.power for p in inner), default=1)
        if kind == "pow":
            power *= max(1, abs(round(parts[1])))
        if power > HIGHEST:
            raise SymconvError(f"loss: expected powers of at most {HIGHEST} in all, got {power}")
        return Loss(kind, tuple(parts), deepest, power, any(p.loose for p in inner))

    def add(self, parts: list[Any]) -> Loss:
        left, right = parts
        if left.kind == "add":  # a long sum is one level
            flat = Loss("add", (*left.parts, right), max(left.depth, right.depth + 1), 1, left.loose or right.loose)
            return self._node("add", *flat.parts)
        return self._node("add", left, right)

    def sub(self, parts: list[Any]) -> Loss:
        return self.add([parts[0], self._node("neg", parts[1])])

    def mul(self, parts: list[Any]) -> Loss:
        left, right = parts
        return self._node("mul", *left.parts, right) if left.kind == "mul" else self._node("mul", left, right)

    def div(self, parts: list[Any]) -> Loss:
        return self._node("div", *parts)

    def neg(self, parts: list[Any]) -> Loss:
        return self._node("neg", *parts)

    def pow(self, parts: list[Any]) -> Loss:
        base, power = parts
        exponent = _constant(power)
        if exponent is None or abs(exponent) > LARGEST_POWER:
            raise SymconvError(f"loss: expected a number between -{LARGEST_POWER} and {LARGEST_POWER} as exponent")
        return self._node("pow", base, exponent)

    def number(self, parts: list[Any]) -> Loss:
        return self._node("number", Fraction(str(parts[0])))

    def entry(self, parts: list[Any]) -> Loss:
        words = [str(p) for p in parts]
        if len(words) == 1 and words[0].startswith("y"):
            words = words[0][1:].strip("_").split("_")
        if any(len(word) > 9 for word in words):
            raise SymconvError("loss: expected indices of at most 9 digits")
        return self._node("entry", tuple(int(word) for word in words))

    def whole(self, parts: list[Any]) -> Loss:
        return Loss("whole", (), 1, 1, True)

    def call(self, parts: list[Any]) -> Loss:
        name, inner = str(parts[0]), parts[1]
        if name not in FUNCTIONS:
            raise SymconvError(
                f"loss: unknown function {name!r}: expected {', '.join(FUNCTIONS)}{nearest(name, list(FUNCTIONS))}"
            )
        made = self._node("call", name, inner)
        if name == "sum":
            if not inner.loose:
                raise SymconvError("loss: expected y inside sum(...), as in sum(y^2)")
            return Loss(made.kind, made.parts, made.depth, made.power, False)
        return made


def _constant(node: Loss) -> Fraction | None:
    """The number that an exponent is."""
    if node.kind == "number":
        return Fraction(node.parts[0])
    if node.kind == "neg":
        inner = _constant(node.parts[0])
        return None if inner is None else -inner
    if node.kind == "div":
        top, bottom = _constant(node.parts[0]), _constant(node.parts[1])
        return top / bottom if top is not None and bottom else None
    return None


def read_loss(text: str) -> Loss:
    """A scalar loss in the entries of y.

    Raises SymconvError where the text cannot be read (with the place), is no scalar, or is nested too deeply.
    """
    from lark.exceptions import UnexpectedInput, VisitError

    if not isinstance(text, str) or len(text) > 10_000:
        raise SymconvError("loss: expected a text of at most 10000 characters")
    try:
        node: Loss = _loss_parser().parse(text)
    except VisitError as error:
        if isinstance(error.orig_exc, SymconvError):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        column = getattr(error, "column", 1)
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        place = (
            f"at character {column}" if not ended and isinstance(column, int) and 0 < column <= len(text) else "at the end"
        )
        raise SymconvError(
            "loss: expected an expression in entries of y such as y0^2/2 + y1*y2, "
            f"got {' '.join(text.split())[:60]!r} (wrong {place})"
        ) from None
    if node.loose:
        raise SymconvError("loss: expected a scalar, got all of y; name entries (y0) or write sum(...) around y")
    return node
