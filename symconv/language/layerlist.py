"""Reading layer lists: the layers of a network in a row, each with its parameters.

    conv2d(2,3,kernel=3) relu max_pool2d(2) flatten linear(5) cross_entropy
    conv2d(3, 64, kernel=7, stride=2, padding=3) -> max_pool2d(3x2, padding=1:0x2:1, ceil_mode=True)

Layers stand in a row, with blanks, commas or arrows between them.  A value is a number (``3``, ``0.1``, ``1/10``), one number
or name per axis (``3x2``, ``(3,2)``), the two sides of each axis (``1:0x2:1``, ``((1,0),(2,1))``; ``1:0`` alone serves all
axes), a word (``same``, ``s``), ``True``, ``False`` or ``None``.  Which layers there are, and with what parameters, the
caller says.  Texts are data: they are parsed by the grammar below (lark, LALR) and never evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from symconv.errors import SymconvError, nearest

LONGEST = 20_000  # characters
MOST = 1_000  # layers
DEEPEST = 3  # tuples within tuples
EXAMPLE = "conv2d(2,3,kernel=3) relu max_pool2d(2)"

GRAMMAR = r"""
start: layer (_SEPARATOR? layer)*
layer: NAME [OPEN [argument ("," argument)* ","?] CLOSE]
?argument: value -> by_place
         | NAME "=" value -> by_name
?value: per_axis | fraction | single
?single: atom | tuple | OPEN value CLOSE -> bracketed
fraction: NUMBER "/" NUMBER
per_axis: entry (_BY entry)+ | sides
?entry: atom | sides
sides: atom ":" atom
tuple: OPEN value "," CLOSE | OPEN value ("," value)+ ","? CLOSE
atom: NUMBER -> number
    | NAME -> word
    | QUOTED -> quoted
OPEN: "("
CLOSE: ")"
_SEPARATOR: "->" | "→" | "," | ";"
_BY: /[x×]/
NUMBER: /[-+]?[0-9]{1,18}(\.[0-9]{1,18})?(e[-+]?[0-9]{1,2})?/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
QUOTED: /'[A-Za-z0-9_]{0,40}'|"[A-Za-z0-9_]{0,40}"/
%ignore /\s+/
"""
CONSTANTS: dict[str, bool | None] = {"True": True, "true": True, "False": False, "false": False, "None": None, "none": None}

Value = int | Fraction | str | bool | tuple["Value", ...] | None


class LayerText(NamedTuple):
    """One layer as typed: its name, values by place and by name, where it begins (character, from 1) and its own text."""

    name: str
    args: tuple[Value, ...]
    keywords: dict[str, Value]
    place: int
    text: str


class _Named(NamedTuple):
    """An argument as it stands; ``name`` is None for one by place."""

    name: str | None
    value: Value
    place: int


class _Layer(NamedTuple):
    name: Any  # the token
    arguments: tuple[_Named, ...]
    end: int


class _Nodes:
    """Builds plain data while lark parses, so that no tree is walked recursively."""

    def start(self, parts: list[Any]) -> list[_Layer]:
        return parts

    def layer(self, parts: list[Any]) -> _Layer:
        inside = tuple(p for p in parts[1:] if isinstance(p, _Named))
        tokens = [p for p in parts if hasattr(p, "end_pos")]
        return _Layer(parts[0], inside, tokens[-1].end_pos)

    def by_place(self, parts: list[Any]) -> _Named:
        return _Named(None, parts[0][0], parts[0][1])

    def by_name(self, parts: list[Any]) -> _Named:
        return _Named(str(parts[0]), parts[1][0], parts[0].start_pos)

    # values are pairs (value, place)
    def number(self, parts: list[Any]) -> tuple[Value, int]:
        text = str(parts[0])
        found = Fraction(text)
        whole = text.lstrip("+-").isdigit()
        return (int(found) if whole else found), parts[0].start_pos

    def fraction(self, parts: list[Any]) -> tuple[Value, int]:
        top, bottom = Fraction(str(parts[0])), Fraction(str(parts[1]))
        if not bottom:
            raise SymconvError(f"expected a number below the bar, got 0 at character {parts[1].start_pos + 1}")
        return top / bottom, parts[0].start_pos

    def word(self, parts: list[Any]) -> tuple[Value, int]:
        text = str(parts[0])
        return CONSTANTS.get(text, text), parts[0].start_pos

    def quoted(self, parts: list[Any]) -> tuple[Value, int]:
        return str(parts[0])[1:-1], parts[0].start_pos

    def sides(self, parts: list[Any]) -> tuple[Value, int]:
        return (parts[0][0], parts[1][0]), parts[0][1]

    def per_axis(self, parts: list[Any]) -> tuple[Value, int]:
        return tuple(value for value, _ in parts), parts[0][1]

    def bracketed(self, parts: list[Any]) -> tuple[Value, int]:
        return parts[1]  # type: ignore[no-any-return]

    def tuple(self, parts: list[Any]) -> tuple[Value, int]:
        opening = parts[0]
        found = tuple(p[0] for p in parts if not hasattr(p, "end_pos"))
        if _depth(found) > DEEPEST:
            raise SymconvError(
                f"expected at most {DEEPEST} levels of brackets in a value, got more at character {opening.start_pos + 1}"
            )
        return found, opening.start_pos


def _depth(value: Value) -> int:
    """Levels of tuples; what lies within was counted when it was made, so this stops early."""
    return 1 + max((_depth(v) for v in value), default=0) if isinstance(value, tuple) else 0


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", transformer=_Nodes())


def read_layers(text: str, known: Mapping[str, Sequence[str]], what: str = "layers") -> tuple[LayerText, ...]:
    """The layers of a list, in order; ``known`` gives the names of the layers with those of their parameters, in order.

    Raises SymconvError, with the place, for a text that is no layer list, an unknown layer or parameter (with the nearest
    name), a parameter given twice, too many values, and for a text that is too long or nested too deeply.
    """
    if not isinstance(text, str):
        raise SymconvError(f"{what}: expected a text like {EXAMPLE!r}, got {type(text).__name__}")
    if len(text) > LONGEST:
        raise SymconvError(f"{what}: expected at most {LONGEST} characters, got {len(text)}")
    if not text.strip():
        raise SymconvError(f"{what}: expected at least one layer, as in {EXAMPLE!r}, got an empty text")
    layers = _parsed(text, what)
    if len(layers) > MOST:
        raise SymconvError(f"{what}: expected at most {MOST} layers, got {len(layers)}")
    return tuple(_typed(layer, text, known, what) for layer in layers)


def _parsed(text: str, what: str) -> list[_Layer]:
    from lark.exceptions import UnexpectedInput

    try:
        found: list[_Layer] = _parser().parse(text)
    except SymconvError as error:  # of a value
        raise SymconvError(f"{what}: {error}") from None
    except UnexpectedInput as error:
        at = error.pos_in_stream
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        if ended or at is None or at >= len(text):
            place = "at the end; is a bracket open?"
        else:
            place = f"at character {at + 1}, near {_near(text, at)!r}"
        raise SymconvError(f"{what}: expected layers in a row like {EXAMPLE!r}, got something else {place}") from None
    return found


def _near(text: str, at: int) -> str:
    """A few characters around a place, on one line."""
    return " ".join(text[max(0, at - 12) : at + 12].split())


def _typed(layer: _Layer, text: str, known: Mapping[str, Sequence[str]], what: str) -> LayerText:
    """The layer, its name and parameters compared with those that are known."""
    name, place = str(layer.name), layer.name.start_pos
    if name not in known:
        hint = nearest(name, list(known)) or f"; expected one of {', '.join(known)}"
        raise SymconvError(f"{what}: unknown layer {name[:40]!r} at character {place + 1}{hint}")
    parameters = list(known[name])
    args: list[Value] = []
    keywords: dict[str, Value] = {}
    for one in layer.arguments:
        here = f"at character {one.place + 1}"
        if one.name is None:
            if keywords:
                raise SymconvError(
                    f"{what}: {name} {here}: expected a parameter by name behind {list(keywords)[-1]}=..., got a bare value"
                )
            if len(args) == len(parameters):
                most = f"at most {len(args)} parameters ({', '.join(parameters)})" if parameters else "no parameters"
                raise SymconvError(f"{what}: {name} {here}: expected {most}, got one more")
            args.append(one.value)
            continue
        if one.name not in parameters:
            expected = f"expected {', '.join(parameters)}" if parameters else "it takes none"
            raise SymconvError(
                f"{what}: {name} takes no parameter {one.name[:40]!r} ({here}): {expected}{nearest(one.name, parameters)}"
            )
        if one.name in keywords or one.name in parameters[: len(args)]:
            raise SymconvError(f"{what}: {name} {here}: expected {one.name} once, got it twice")
        keywords[one.name] = one.value
    return LayerText(name, tuple(args), keywords, place + 1, " ".join(text[place : layer.end].split()))
