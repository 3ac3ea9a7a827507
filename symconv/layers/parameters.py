"""Parameters as users give them, made into integers of the language: numbers, names, per axis, per side.

Each reader raises SymconvError saying what was expected, what came, and how to mend it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from fractions import Fraction
from keyword import iskeyword
from typing import Any

from symconv.errors import SymconvError, brief, nearest
from symconv.language.integers import Int, integer
from symconv.language.operator import INDEX_NAMES, SIZE_NAMES, TENSOR_NAMES
from symconv.language.text import NAME, read_entries
from symconv.layers.given import FLAG, PARAMETERS, whole

LARGEST = 1_000_000
# names of the page, however their number is attached; words that mean something else
RESERVED = re.compile(rf"(?:{'|'.join((*INDEX_NAMES, *SIZE_NAMES, *TENSOR_NAMES))})_?[0-9]*\Z")
LITERALS = "nan inf infinity none true false"
KEYWORDS = "self input kernel batch in_channels out_channels limit loss output values"
WORDS = frozenset((*PARAMETERS["mode"].choices, *LITERALS.split(), *KEYWORDS.split()))

Pair = tuple[Int, Int]


def shown(value: Any) -> str:
    """A user's value in a message, short and on one line."""
    if isinstance(value, Fraction):
        return str(value)[:60]
    return brief(value)


def number(value: Any, what: str, low: int | None) -> int:
    """An integer of at least ``low``; floats, booleans and NaN are refused."""
    try:
        if isinstance(value, bool):
            raise TypeError
        result = operator.index(value)
    except TypeError:
        raise SymconvError(f"{what}: expected {whole(None)}, got {shown(value)}") from None
    if abs(result) > LARGEST:
        raise SymconvError(f"{what}: expected at most {LARGEST} in size, got {shown(result)}")
    if low is not None and result < low:
        raise SymconvError(f"{what}: expected {whole(low)}, got {result}")
    return result


def name(value: str, what: str, own: str = "") -> str:
    """A name for a parameter; it must not be a tensor, an index or a size of the page (its own name is welcome)."""
    if not NAME.match(value):
        raise SymconvError(f"{what}: expected a name of letters, digits and _ (at most 30), got {shown(value)}")
    if value == own:
        return value
    if RESERVED.match(value):
        raise SymconvError(
            f"{what}: the name {value!r} is taken by a tensor, an index or a size of the page; choose another, "
            f"for example {re.sub('[^A-Za-z]', '', value)}_{what.split('_', maxsplit=1)[0]}"
        )
    if value.lower() in WORDS or iskeyword(value):
        raise SymconvError(f"{what}: the word {value!r} has a meaning of its own; choose another name, or a number")
    return value


def atom(value: Any, what: str) -> Int:
    """A number or a name, as the parameter takes it."""
    if isinstance(value, Int):
        return value
    own, low = PARAMETERS[what].own, PARAMETERS[what].least
    return integer(name(value, what, own) if isinstance(value, str) else number(value, what, low))


def entries(value: Any, ndim: int, what: str) -> list[Any]:
    """One entry per axis: a single value serves all axes."""
    if isinstance(value, str) and not NAME.match(value):
        read: Sequence[Any] = read_entries(value, what)
    elif isinstance(value, (tuple, list)):
        read = value
    elif type(value).__name__ == "ndarray" and value.ndim:
        read = value.tolist() if value.size <= 2 * ndim else value  # what is larger is refused entry by entry
    else:
        return [value] * ndim
    if isinstance(value, str) and len(read) == 1:
        return list(read) * ndim
    if len(read) != ndim:
        hint = " (sides of an axis are pairs: ((lo, hi), ...))" if what == "padding" else ""
        raise SymconvError(f"{what}: expected one value or one per axis ({ndim}){hint}, got {len(read)}: {shown(value)}")
    return list(read)


def per_axis(value: Any, ndim: int, what: str) -> tuple[Int, ...]:
    """Stride, dilation or kernel sizes: an integer or a name for all axes, or one per axis."""
    return tuple(atom(entry, what) for entry in entries(value, ndim, what))


def per_side(value: Any, ndim: int) -> tuple[Pair, ...]:
    """Padding: an integer or a name, one per axis, or (lo, hi) per axis.  Negative numbers crop."""
    pairs = []
    for entry in entries(value, ndim, "padding"):
        if isinstance(entry, (tuple, list)):
            if len(entry) != 2:
                raise SymconvError(f"padding: expected (lo, hi) for an axis, got {shown(entry)}")
            pairs.append((atom(entry[0], "padding"), atom(entry[1], "padding")))
        else:
            both = atom(entry, "padding")
            pairs.append((both, both))
    return tuple(pairs)


def flag(value: Any, what: str) -> bool:
    """True or False and nothing else."""
    if isinstance(value, bool):
        return value
    raise SymconvError(f"{what}: expected {FLAG}, got {shown(value)}")


def at_least_one(limit: Any) -> int:
    """A limit of the user's: any whole number from 1 on."""
    try:
        found = 0 if isinstance(limit, bool) else operator.index(limit)
    except TypeError:
        found = 0
    if found < 1:
        raise SymconvError(f"limit: expected a whole number >= 1, got {' '.join(str(limit).split())[:40]!r}")
    return found


def least(*given: tuple[tuple[Int, ...], int]) -> tuple[tuple[str, int], ...]:
    """The least value of every name among the given integers: 1 for strides and sizes, 0 for pads."""
    found: dict[str, int] = {}
    for values, low in given:
        for value in values:
            if value.name:
                found[value.name] = max(low, found.get(value.name, low))
    distinct(tuple(found.items()))
    return tuple(found.items())


def distinct(given: tuple[tuple[str, int], ...]) -> None:
    """Raise SymconvError if two names would look the same on the page (s1 and s_1)."""
    seen: dict[str, str] = {}
    for one, _ in given:
        looks = re.sub(r"_(?=[0-9]+\Z)", "", one)
        if seen.setdefault(looks, one) != one:
            raise SymconvError(f"the names {seen[looks]!r} and {one!r} look the same on the page: rename one of them")


def choice(value: Any, what: str, called: str = "") -> str:
    """One of the words of a parameter, or of an option that is ``called`` otherwise.

    Raises SymconvError for another word; one that other libraries use is told what it is called here.
    """
    known, elsewhere = PARAMETERS[what].choices, dict(PARAMETERS[what].elsewhere)
    if isinstance(value, str) and value in known:
        return value
    word = value.lower() if isinstance(value, str) else ""
    hint = f"; it is called {elsewhere[word]!r} here" if word in elsewhere else nearest(word, list(known))
    raise SymconvError(f"{called or what}: expected {PARAMETERS[what].takes}, got {shown(value)}{hint}")
