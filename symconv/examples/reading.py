"""Numbers as users give them, read exactly: literals, nested JSON, CSV, JSON files, .npy and .npz, Python lists and arrays.

    1 2; 3 4        [[1, 2], [3, "1/2"]]        x.csv        x.json        x.npy        all.npz

Whole numbers, fractions p/q and decimals; a decimal or a float is the number that it shows: 0.1 is 1/10.  In a .json object
or a .npz archive the array of the operand's own name is taken (x, w, b, g), or the only one.  Files are data: nothing is
unpickled, nothing is evaluated, and their size is looked at before they are read.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from dataclasses import replace
from fractions import Fraction
from math import prod
from numbers import Rational
from typing import Any

from symconv.errors import SymconvError, brief
from symconv.language.expand import Index, Number
from symconv.language.lazy import dataclass

MOST = 10_000  # entries of one array
BYTES = 2_000_000
DIGITS = 40
DEEPEST = 8  # filters, channels, three places, three taps
NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:/[0-9]+)?|(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?)\Z")
WHOLE = re.compile(r"[-+]?[0-9]+\Z")
SUFFIXES = (".csv", ".json", ".npy", ".npz")


@dataclass(frozen=True)
class Given:
    """An array as it was given; ``decimal`` if some number was written with a point.

    ``row``: one row of a literal or a table, which is a plane of one row where planes are expected.
    """

    shape: Index
    entries: tuple[Number, ...]
    decimal: bool = False
    row: bool = False


def shown(value: Any) -> str:
    """A user's text in a message, short and on one line."""
    return repr(brief(value, 40, plain=True))


def read(value: Any, role: str) -> Given:
    """The array that a value is: a text (literal, JSON or the name of a file), nested lists, or a NumPy array.

    Raises SymconvError for ragged rows, what is no finite number, empty arrays, more than MOST entries, files that cannot be
    read or that hold pickled objects.
    """
    if isinstance(value, (str, os.PathLike)):
        return from_text(os.fspath(value), role)
    return from_nested(plain(value), role)


def from_text(text: str, role: str) -> Given:
    """A file by its ending, else JSON by its bracket, else a literal."""
    if not isinstance(text, str):
        raise SymconvError(f"{role}: expected numbers or a file's name as text, got bytes")
    ending = os.path.splitext(text.strip())[1].lower()
    if ending in SUFFIXES and "\n" not in text:
        return from_file(text.strip(), ending, role)
    if len(text) > BYTES:
        raise SymconvError(f"{role}: expected at most {BYTES} characters, got {len(text)}")
    if text.lstrip()[:1] in ("[", "{"):
        return from_json(text, role)
    if re.search("[A-Za-z]{2}", text) and "\0" not in text and len(text) < 1000 and os.path.isfile(text):
        raise SymconvError(f"{role}: expected a file ending in {', '.join(SUFFIXES)}, got {shown(text)}")
    return literal(text, role)


def literal(text: str, role: str) -> Given:
    """Rows of one plane, split by semicolons or ends of lines: "1 2; 3 4"; one row alone has one axis (see ``Given``)."""
    rows = [re.split(r"[,\s]+", row.strip()) for row in re.split(r"[;\n]", text.strip().rstrip(";")) if row.strip()]
    if not rows:
        raise SymconvError(f"{role}: expected numbers like 1 2; 3 4, got {shown(text)}")
    return rectangle(rows, role)


def rectangle(rows: list[list[str]], role: str) -> Given:
    """Rows of words as a plane; one row alone has one axis."""
    lengths = [len(row) for row in rows]
    for k, n in enumerate(lengths):
        if n != lengths[0]:
            raise SymconvError(f"{role}: expected rows of one length, got {lengths[0]} in row 1 and {n} in row {k + 1}")
    if len(rows) > 1:
        return from_nested(rows, role)
    return replace(from_nested(rows[0], role), row=True)


def from_file(path: str, ending: str, role: str) -> Given:
    """A file; its size is looked at first."""
    try:
        if os.path.getsize(path) > BYTES:
            raise SymconvError(
                f"{role}: expected a file of at most {BYTES} bytes, got {os.path.getsize(path)} in {shown(path)}"
            )
        if not os.path.isfile(path):
            raise SymconvError(f"{role}: expected a file, got the folder or device {shown(path)}")
        if ending in (".npy", ".npz"):
            return from_numpy(path, ending, role)
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        if isinstance(error, SymconvError):
            raise
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise SymconvError(f"{role}: cannot read {shown(path)}: {reason}") from None
    if not text.strip():
        raise SymconvError(f"{role}: expected numbers in {shown(path)}, got an empty file")
    return from_json(text, role) if ending == ".json" else from_csv(text, role)


def from_csv(text: str, role: str) -> Given:
    """A plane of numbers: commas, semicolons or tabs between them."""
    first = text.strip().split("\n")[0]
    delimiter = next((ch for ch in ",;\t" if ch in first), ",")
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise SymconvError(f"{role}: expected comma-separated numbers, got a table that cannot be read ({error})") from None
    return rectangle(rows, role)


def from_json(text: str, role: str) -> Given:
    """Nested lists; of an object the operand's own entry."""

    def refuse(word: str) -> None:
        raise SymconvError(f"{role}: expected finite numbers, got {word}")

    try:
        value = json.loads(text, parse_int=str, parse_float=str, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise SymconvError(
            f"{role}: expected nested lists like [[1, 2], [3, 4]], got text that is no JSON ({error.msg} at character "
            f"{error.pos + 1})"
        ) from None
    except RecursionError:
        raise SymconvError(f"{role}: expected at most {DEEPEST} levels of nesting, got more") from None
    if isinstance(value, dict):
        value = chosen(value, role)
    return from_nested(value, role)


def chosen(arrays: Any, role: str) -> Any:
    """The operand's own array among several, or the only one."""
    names = list(arrays)
    if role in names:
        return arrays[role]
    if len(names) == 1:
        return arrays[names[0]]
    raise SymconvError(f"{role}: expected an array named {role!r} among several, got {shown(', '.join(map(str, names)))}")


def from_numpy(path: str, ending: str, role: str) -> Given:
    """A .npy or .npz file, without pickle."""
    from symconv.examples.npy import read as array

    def wanted(names: list[str]) -> str:
        return str(chosen({name: name for name in names}, role))

    return from_nested(plain(array(path, ending, BYTES, wanted, f"{role}: {shown(path)}")), role)


def plain(value: Any) -> Any:
    """NumPy's and PyTorch's arrays as nested lists, floats as the decimals that they show."""
    if hasattr(value, "detach"):
        try:
            value = value.detach().cpu().numpy()
        except (TypeError, RuntimeError, NotImplementedError, AttributeError):
            return value
    if hasattr(value, "mask") or not hasattr(value, "tolist") or not hasattr(value, "dtype"):
        return value
    if value.dtype.kind == "V":  # records are no numbers
        return str(value)
    if value.size > MOST:
        return Large(int(value.size))
    if value.dtype.kind == "f":
        return [plain(v) for v in value] if value.ndim else str(value).lower()
    return value.tolist()


@dataclass(frozen=True)
class Large:
    """An array too large to be looked at."""

    size: int


def from_nested(value: Any, role: str) -> Given:
    """Nested lists (or one number) of numbers or their texts."""
    if isinstance(value, Large):
        raise too_many(role, value.size)
    words: list[Any] = []
    shape = measure(value, role, words)
    if prod(shape) == 0:
        raise SymconvError(f"{role}: expected at least one number, got an empty array")
    found = [number(word, role) for word in words]
    return Given(shape, tuple(n for n, _ in found), any(decimal for _, decimal in found))


def measure(value: Any, role: str, words: list[Any], depth: int = 0) -> Index:
    """The shape of nested lists, whose entries are gathered; ragged ones are refused."""
    if depth > DEEPEST:
        raise SymconvError(f"{role}: expected at most {DEEPEST} levels of nesting, got more")
    if not isinstance(value, (list, tuple)):
        if len(words) >= MOST:
            raise too_many(role, None)
        words.append(plain(value))
        return ()
    shapes = {measure(part, role, words, depth + 1) for part in value}
    if len(shapes) > 1:
        raise SymconvError(f"{role}: expected rows of one length, got rows of shapes {sorted(shapes, key=str)[:3]}")
    return (len(value), *(shapes.pop() if shapes else ()))


def too_many(role: str, size: int | None) -> SymconvError:
    """The error for a huge array."""
    got = "more" if size is None else size
    return SymconvError(
        f"{role}: expected at most {MOST} numbers in an example, got {got}; use sc.evaluate for large arrays"
    )


def number(word: Any, role: str) -> tuple[Number, bool]:
    """(the exact number, whether it was written as a decimal)."""
    if isinstance(word, float):
        word = repr(word)
    if isinstance(word, str):
        found = parsed(word.strip(), role)
    elif isinstance(word, Rational) and not isinstance(word, bool):
        found = Fraction(int(word.numerator), int(word.denominator)), False
    else:
        raise SymconvError(f"{role}: expected numbers like 3, -1/2 or 0.25, got {shown(word)}")
    value, decimal = found
    if abs(value.numerator) >= 10**DIGITS or value.denominator >= 10 ** (2 * DIGITS):
        raise SymconvError(f"{role}: expected numbers of at most {DIGITS} digits, got a longer one")
    return (int(value) if value.denominator == 1 else value), decimal


def parsed(word: str, role: str) -> tuple[Fraction, bool]:
    """A number's text."""
    if word.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise SymconvError(f"{role}: expected finite numbers, got {shown(word)}")
    if len(word) > 4 * DIGITS or not NUMBER.match(word):
        raise SymconvError(f"{role}: expected numbers like 3, -1/2 or 0.25, got {shown(word)}")
    exponent = re.search(r"[eE]([-+]?[0-9]+)", word)
    if exponent and abs(int(exponent[1])) > DIGITS:
        raise SymconvError(f"{role}: expected numbers of at most {DIGITS} digits, got {shown(word)}")
    try:
        return Fraction(word), bool(re.search(r"[.eE]", word))
    except ZeroDivisionError:
        raise SymconvError(f"{role}: expected a denominator other than 0, got {shown(word)}") from None
