r"""The words of a formula: LaTeX, Unicode, plain text and code become one stream of tokens, each with its place.

    \lfloor, ⌊, \left\lfloor       LFLOOR          \times, ×, and x between sizes     CROSS
    \frac, \tfrac                  FRAC            \text{kernel\_size}, \mathrm{..}   NAME (its words)
    \le, ≤, <=                     COMPARE         spacing, \left, \displaystyle      nothing

An unknown command or character is an error that shows its place: nothing is dropped silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from symconv.claims.bars import paired
from symconv.claims.symbols import COMMANDS, GREEK, SPACING, SYMBOLS, TEXT, UNICODE, WORDS
from symconv.claims.tokens import Word, refuse
from symconv.errors import SymconvError, nearest

LONGEST = 5_000
MOST = 1_500
DEEPEST = 40
DIGITS = 400


SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₘₙₚₛₓ", "0123456789ijkmnpsx", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ", "0123456789n", strict=True))
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\d.])|\d+(?:\.\d+)?", re.A)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?![\d,.])", re.A)
CODED = re.compile(
    r"(?:[A-Za-z]*[Cc]onv(?:olve|Transpose|_transpose)?|[Cc]orr(?:elate)?|convolution|im|row|col|vec)[123][Dd]?(?:col|row|im)?\b"
)
COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.S)
STRING = re.compile(r"'([A-Za-z_ ]{2,20})'|\"([^\"\n]{0,40})\"")
ENVIRONMENT = re.compile(r"\\(begin|end)\{([a-zA-Z]+\*?)\}")
CLOSING = {"LPAR": "RPAR", "LBRACKET": "RBRACKET", "LBRACE": "RBRACE", "LSET": "RSET", "LANGLE": "RANGLE"}
CODE_SUFFIX = re.compile(r"\\?_[A-Za-z0-9]+(?:\\?_[A-Za-z0-9]+)*")


def words(text: str) -> list[Word]:
    """The tokens of a formula.

    Raises FormulaError for an unknown command, a control character, brackets that do not match, and beyond the limits.
    """
    if len(text) > LONGEST:
        raise SymconvError(f"formula: expected at most {LONGEST} characters, got {len(text)}")
    scanned = _crossed(_braced([w for w in _scan(text) if w.kind != "SPACE"]))
    found = paired(text, _settled(text, list(_joined(text, scanned))))
    if len(found) > MOST:
        raise SymconvError(f"formula: expected at most {MOST} symbols, got {len(found)}")
    _balanced(text, found)
    return found


def _crossed(found: list[Word]) -> list[Word]:
    """An x between factors is the sign of a product (28 x 28), unless x is a name elsewhere in the formula: 2 x y + x^2."""
    if not any(w.kind == "NAME" and w.text == "x" for w in found):
        return found
    return [Word("NAME", "x", w.start, w.end) if (w.kind, w.text) == ("CROSS", "x") else w for w in found]


def _braced(found: list[Word]) -> list[Word]:
    r"""Braces around the arguments of a fraction, where TeX takes one symbol: \frac12, \frac1{n}, \frac{a}b."""
    rest, made = found[::-1], []
    while rest:
        made += _piece(rest, 0)
    return made


def _piece(rest: list[Word], depth: int) -> list[Word]:
    """The next word; a fraction with its two arguments."""
    word = rest.pop()
    if word.kind != "FRAC" or depth > DEEPEST:
        return [word]
    return [word, *_argued(rest, depth + 1), *_argued(rest, depth + 1)]


def _argued(rest: list[Word], depth: int) -> list[Word]:
    """An argument: a group in braces, or one symbol, which gets them."""
    if not rest or rest[-1].kind not in ("LBRACE", "NAME", "NUMBER", "PARTIAL", "INFINITY"):
        return []
    if rest[-1].kind == "LBRACE":
        made, open_ = [], 0
        while rest:
            piece = _piece(rest, depth)
            open_ += {"LBRACE": 1, "RBRACE": -1}.get(piece[0].kind, 0)
            made += piece
            if open_ == 0:
                break
        return made
    word = rest.pop()
    plain = len(word.text) == word.end - word.start and word.text.isalnum() and word.kind in ("NAME", "NUMBER")
    if plain and len(word.text) > 1:
        more = word.text[1:]
        rest.append(Word("NUMBER" if more.isdigit() else "NAME", more, word.start + 1, word.end))
        word = Word(word.kind, word.text[0], word.start, word.start + 1)
    return [Word("LBRACE", "{", word.start, word.start), word, Word("RBRACE", "}", word.end, word.end)]


def _scan(text: str) -> Iterator[Word]:
    at = 0
    prose = "\\" in text
    while at < len(text):
        c = text[at]
        if c in " \t\r\u00a0\u2009\u202f\u200b":
            at += 1
            continue
        made, at = _next(text, at, prose)
        yield from made


def _next(text: str, at: int, prose: bool) -> tuple[list[Word], int]:
    c = text[at]
    if c == "\\":
        return _command(text, at)
    if c in "'\"" and (found := STRING.match(text, at)) and _opens_string(text, at):
        return [Word("STRING", found[1] or found[2] or "", at, found.end())], found.end()
    if c.isdigit() and c.isascii():
        found = (THOUSANDS.match(text, at) if not _inside(text, at) else None) or NUMBER.match(text, at)
        assert found is not None
        return [_number(text, found[0].replace(",", ""), at, found.end())], found.end()
    if c in SUBSCRIPTS or c in SUPERSCRIPTS:
        return _small(text, at)
    if c in UNICODE:
        kind, meaning = UNICODE[c]
        return [Word(kind, meaning, at, at + 1)], at + 1
    if c.isalpha():
        return _letters(text, at)
    for length in (3, 2, 1):
        if at + length <= len(text) and text[at : at + length] in SYMBOLS:
            kind, meaning = SYMBOLS[text[at : at + length]]
            return [Word(kind, meaning, at, at + length)], at + length
    label = unicodedata.name(c, f"U+{ord(c):04X}")
    raise refuse(text, at, at + 1, f"unknown character {label}")


def _number(text: str, shown: str, start: int, end: int) -> Word:
    """A number that is written in so many digits at most; its exponent counts as digits, and is not worked out."""
    mantissa, _, exponent = shown.lower().partition("e")
    if len(mantissa) > DIGITS or len(exponent) > 4 or len(mantissa) + abs(int(exponent or 0)) > DIGITS:
        raise refuse(text, start, end, f"expected a number of at most {DIGITS} digits")
    return Word("NUMBER", shown, start, end)


def _inside(text: str, at: int) -> bool:
    """Whether brackets are open at a place: a comma separates there, and groups no digits."""
    return any(text.count(a, 0, at) > text.count(b, 0, at) for a, b in ("()", "[]", "{}"))


def _opens_string(text: str, at: int) -> bool:
    """A quote opens a string after a bracket, a comma or an equals sign; after a name it is a prime."""
    before = text[:at].rstrip()
    return not before or before[-1] in "(,=["


def _letters(text: str, at: int) -> tuple[list[Word], int]:
    coded = CODED.match(text, at)
    end = coded.end() if coded else _lettered(text, at)
    word = unicodedata.normalize("NFC", text[at:end])
    cross = re.match(r"x(\d+)\Z", word)
    if cross and re.search(r"\d\s*\Z|[\])}]\Z", text[:at]):  # 3x3
        return [Word("CROSS", "×", at, at + 1), Word("NUMBER", cross[1], at + 1, end)], end
    related = re.match(r"\s*\\(?:g|l)(?:e|t|eq|eqslant)\b|\s*\\(?:neq?|in)\b", text[end:])  # \text{if } x \geq 0
    if (
        word == "x"
        and not related
        and re.search(r"\d\Z|[\w)\]}]\s+\Z", text[:at])
        and re.match(r"\s+[\w(\[\\{]|\d", text[end:])
    ):
        return [Word("CROSS", "x", at, end)], end
    if re.fullmatch(r"x[A-Z]\w*", word) and re.search(r"\d\Z", text[:at]):
        return [Word("CROSS", "×", at, at + 1)], at + 1
    following = CODE_SUFFIX.match(text, end)
    if following and (len(word) > 1 or len(following[0].strip("\\_")) > 1) and following[0][-1] not in "_":
        whole = word + following[0].replace("\\", "")
        return [Word("NAME", whole, at, following.end())], following.end()
    kind, meaning = WORDS.get(word, ("NAME", word))
    return [Word(kind, meaning, at, end)], end


def _lettered(text: str, at: int) -> int:
    """Where letters of any script end, with the marks that combine with them and the plain digits behind."""
    while at < len(text) and _is_letter(text[at]):
        at += 1
    while at < len(text) and text[at] in "0123456789":
        at += 1
    return at


def _is_letter(c: str) -> bool:
    if c in SUBSCRIPTS or c in SUPERSCRIPTS or c in UNICODE:
        return False
    return c.isalpha() or unicodedata.category(c) in ("Mn", "Mc")


def _small(text: str, at: int) -> tuple[list[Word], int]:
    """Unicode subscripts and superscripts, as if written with _ and ^."""
    table, kind = (SUBSCRIPTS, "SUB") if text[at] in SUBSCRIPTS else (SUPERSCRIPTS, "POWER")
    end = at
    while end < len(text) and text[end] in table:
        end += 1
    body = "".join(table[c] for c in text[at:end])
    inner = Word("NUMBER" if body.isdigit() else "NAME", body, at, end)
    return [Word(kind, "_" if kind == "SUB" else "^", at, at + 1), inner], end


def _command(text: str, at: int) -> tuple[list[Word], int]:
    environment = ENVIRONMENT.match(text, at)
    if environment:
        return _environment(text, at, environment)
    found = COMMAND.match(text, at)
    if found is None:
        raise refuse(text, at, at + 1, "expected a command after \\")
    word, end = found[1], found.end()
    if word in (",", ";", ":", "!", " ", "/", "-", "\n", ">") or word in SPACING:
        return [], _dot(text, end) if word in ("left", "right") else end
    if word in ("(", ")", "[", "]"):
        return [], end  # \( .. \) and \[ .. \] around the whole
    if word == "|":
        return [Word("DIVIDES", "|", at, end)], end
    if word in ("{", "}"):
        return [Word("LSET" if word == "{" else "RSET", word, at, end)], end
    if word in ("_", "%", "&", "#"):
        kind, meaning = SYMBOLS.get(word, ("NAME", word))
        return [Word(kind, meaning, at, end)], end
    if word.rstrip("*") in TEXT:
        return _text(text, at, end)
    if word in ("tag", "label", "hspace", "vspace", "color", "textcolor", "phantom"):
        return [], _argument(text, end)[1]
    if word in COMMANDS:
        kind, meaning = COMMANDS[word]
        return [Word(kind, meaning, at, end)], end
    raise refuse(text, at, end, f"unknown command \\{word}{nearest(word, [*COMMANDS, *TEXT])}")


def _dot(text: str, at: int) -> int:
    r"""The empty delimiter of \\left. and \\right."""
    return at + 1 if text[at : at + 1] == "." else at


def _environment(text: str, at: int, found: re.Match[str]) -> tuple[list[Word], int]:
    side, name = found[1], found[2].rstrip("*")
    if name == "array" and of_equations(text, at, side):
        return [], _argument(text, found.end())[1] if side == "begin" else found.end()
    if name == "cases":
        return [Word("LCASES" if side == "begin" else "RCASES", "", at, found.end())], found.end()
    if name in ("bmatrix", "pmatrix", "matrix", "array", "vmatrix"):
        end = found.end()
        if name == "array" and side == "begin":
            end = _argument(text, end)[1]
        return [Word("LMATRIX" if side == "begin" else "RMATRIX", "", at, end)], end
    if name in (
        "aligned",
        "align",
        "equation",
        "split",
        "gathered",
        "gather",
        "multline",
        "eqnarray",
        "alignedat",
        "displaymath",
    ):
        return [], found.end()
    raise refuse(text, at, found.end(), f"unknown environment {name}")


def of_equations(text: str, at: int, side: str) -> bool:
    """Whether an array holds equations, row by row, and no matrix."""
    begin, end = r"\begin{array}", r"\end{array}"
    first = at if side == "begin" else text.rfind(begin, 0, at)
    last = text.find(end, at) if side == "begin" else at
    return first >= 0 and last >= 0 and re.search(r"(?<![<>!:])=", text[first:last]) is not None


def _argument(text: str, at: int) -> tuple[str, int]:
    """The contents of {...}, and where it ends."""
    start = at
    while start < len(text) and text[start] in " \t\n":
        start += 1
    if text[start : start + 1] != "{":
        raise refuse(text, at, at + 1, "expected {...} after the command")
    depth = 0
    for end in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return text[start + 1 : end], end + 1
    raise refuse(text, start, start + 1, "expected a closing }")


def _text(text: str, at: int, end: int) -> tuple[list[Word], int]:
    r"""\text{...}: one name, or the word of a relation (if, mod, and, s.t.)."""
    inner, after = _argument(text, end) if text[end:].lstrip(" ")[:1] == "{" else (text[end : end + 1], end + 1)
    if inner.count("{") > DEEPEST:
        raise refuse(text, at, end, f"expected at most {DEEPEST} levels of brackets")
    plain = inner.replace("\\_", "_").replace("\\ ", " ").replace("~", " ").strip().strip(",")
    plain = re.sub(r"_\{?\\(?:text|mathrm)\{([A-Za-z0-9]+)\}\}?", r"_\1", plain)
    if not plain:
        return ([Word("COMMA", ",", at, after)] if "," in inner else []), after
    low = plain.lower().rstrip(":")
    if low in WORDS:
        kind, meaning = WORDS[low]
        return [Word(kind, meaning, at, after)], after
    if low in ("s.t.", "such that", "subject to", "st"):
        return [Word("SUCH", "such that", at, after)], after
    if low in ("for all", "for every", "for"):
        return [Word("FOR", "for", at, after)], after
    if re.fullmatch(r"[^\W\d_][\w.\- ]*(?:\[\w+\])?", plain):
        name = unicodedata.normalize("NFC", re.sub(r"[\s\-]+", "_", plain))
        return [Word("NAME", name, at, after)], after
    scanned = [w for w in _scan(plain) if w.kind != "SPACE"]
    return [Word(w.kind, w.text, at, after) for w in scanned], after


def _joined(text: str, found: list[Word]) -> Iterator[Word]:
    """Words of prose that stand side by side are one name: "filter size" is filter_size."""
    at = 0
    while at < len(found):
        word = found[at]
        if word.kind == "FULLSTOP":
            following = found[at + 1] if at + 1 < len(found) else None
            tight = following is not None and following.start == word.end and following.kind in ("NAME", "FUNCTION")
            if tight:
                yield Word("ATTRIBUTE", ".", word.start, word.end)
            elif following is not None and following.kind != "SEPARATE":
                yield Word("SEPARATE", ";", word.start, word.end)
            at += 1
            continue
        if word.kind == "NAME" and _prose(word.text):
            last = at
            while last + 1 < len(found) and found[last + 1].kind == "NAME" and _prose(found[last + 1].text):
                if text[found[last].end : found[last + 1].start].strip(" "):
                    break
                last += 1
            run = found[at : last + 1]
            yield Word("NAME", "_".join(w.text for w in run), word.start, run[-1].end)
            at = last + 1
            continue
        yield word
        at += 1


OPERAND_ENDS = {
    "NAME",
    "NUMBER",
    "RPAR",
    "RBRACKET",
    "RBRACE",
    "RSET",
    "RFLOOR",
    "RCEIL",
    "INFINITY",
    "DOTS",
    "PRIME",
    "RABS",
    "RANGLE",
}
OPERAND_BEGINS = {
    "NAME",
    "NUMBER",
    "LPAR",
    "LBRACKET",
    "LBRACE",
    "LSET",
    "LFLOOR",
    "LCEIL",
    "FUNCTION",
    "MINUS",
    "FRAC",
    "STYLE",
}
RELATIONS = {"EQUAL", "COMPARE", "IFF", "ARROW", "IN", "APPROX"}


def _settled(text: str, found: list[Word]) -> list[Word]:
    """What a word is by its neighbours: "in" as a name, spacing around relations, & outside of tables, "and" in conditions."""
    made: list[Word] = []
    tables: list[str] = []
    for at, word in enumerate(found):
        before, after = found[at - 1] if at else None, found[at + 1] if at + 1 < len(found) else None
        if word.kind in ("LCASES", "LMATRIX"):
            tables.append(word.kind)
        elif word.kind in ("RCASES", "RMATRIX") and tables:
            tables.pop()
        if word.kind == "ALIGN" and not tables:
            continue
        if (
            tables[-1:] == ["LCASES"]
            and word.kind == "COMMA"
            and after is not None
            and after.kind in ("SEPARATE", "RCASES")
        ):
            continue  # a comma at the end of a row
        if word.kind == "SEPARATE" and not tables and _beside(word, before, after, text):
            continue
        if word.text in ("in", "is", "for", "if", "with", "odd", "even", "floor", "sum") and word.kind != "NAME":
            operand = before is not None and before.kind in OPERAND_ENDS, after is not None and after.kind in OPERAND_BEGINS
            named = before is not None and before.kind == "SUB"
            braced = before is not None and before.kind == "LBRACE" and after is not None and after.kind == "RBRACE"
            if named or braced or (word.kind == "IN" and text[word.start] == "i" and not all(operand)):
                word = Word("NAME", word.text, word.start, word.end)
        made.append(word)
    return made


def _beside(word: Word, before: Word | None, after: Word | None, text: str) -> bool:
    """Spacing beside a relation, or at an open operator, does not separate; a line break there continues the line."""
    if text[word.start : word.end] == ";":
        return False
    joins = RELATIONS | {"PLUS", "MINUS", "TIMES"}
    return (after is not None and after.kind in joins - {"MINUS"}) or (before is not None and before.kind in joins)


def _prose(text: str) -> bool:
    """A word of three letters or more is not a product of variables."""
    return (
        len(text) >= 3
        and text.replace("_", "").isalpha()
        and text not in GREEK
        and text.lower() not in ("rot", "flip", "pad")
    )


def _balanced(text: str, found: list[Word]) -> None:
    """Every bracket has its partner, and they are not nested too deeply."""
    closing = {**CLOSING, "LFLOOR": "RFLOOR", "LCEIL": "RCEIL", "LCASES": "RCASES", "LMATRIX": "RMATRIX", "LABS": "RABS"}
    open_: list[Word] = []
    marks = 0  # accents and styles, one upon the other
    for word in found:
        marks = marks + 1 if word.kind in ("ACCENT", "STYLE", "OVERLINE", "SUBSTACK") else 0
        if marks > DEEPEST:
            raise refuse(text, word.start, word.end, f"expected at most {DEEPEST} marks on one symbol")
        if word.kind in closing:
            open_.append(word)
            if len(open_) > DEEPEST:
                raise refuse(text, word.start, word.end, f"expected at most {DEEPEST} levels of brackets")
        elif word.kind in closing.values():
            if not open_ or closing[open_[-1].kind] != word.kind:
                raise refuse(text, word.start, word.end, "a closing bracket without its opening one")
            open_.pop()
    if open_:
        raise refuse(text, open_[-1].start, open_[-1].end, "an opening bracket without its closing one")
