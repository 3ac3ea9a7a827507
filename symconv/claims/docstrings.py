r"""The formulas in a Python file's docstrings.  The file is parsed, never imported or run.

:math:`..` with a relation, .. math:: blocks, $$ .. $$, and lines such as  H_out = (H_in - 1)*stride + kernel_size
.. symconv: about=output-size        a comment within the docstring: the meaning of the formula beside it
# symconv: about=output-size         a comment above the def, or behind the docstring: of all its formulas
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from symconv.claims.binding import RELATION, Equation, Found, Lines, Note, bind, notes_of, states
from symconv.claims.displays import rows, tidy
from symconv.claims.latexfile import blanked, without
from symconv.claims.meaning import note
from symconv.errors import SymconvError
from symconv.language.claims import Published, Skipped
from symconv.language.quiet import quiet

ROLE = re.compile(r":math:`([^`]+)`")
BLOCK = re.compile(r"^([ \t]*)\.\. math::[ \t]*([^\n]*)\n((?:[ \t]*\n|\1[ \t]+[^\n]*(?:\n|\Z))*)", re.MULTILINE)
DOLLARS = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
COMMENT = re.compile(r"^([ \t]*)\.\. (symconv:[^\n]*(?:\n\1[ \t]+[^\n]+)*)", re.MULTILINE)
CODE = re.compile(
    r"^[ \t]*(?:[-*•][ \t]+)?`{0,2}([A-Za-z_][\w.]*(?:\[[\w:, ]+\]|\([\w, ]+\))*[ \t]*=(?!=)[^\n`]*+)`{0,2}[ \t]*$",
    re.MULTILINE,
)
SPAN = re.compile(r"``([^`\n]+)``")
OPERATOR = re.compile(r"[-+*/%]")
PROSE = re.compile(r"(?<![a-z])(?:[a-z]{2,}\s+){3}[a-z]{2,}|>>>|['\"]|https?:|\.\.\. ")
Owner = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def read(text: str) -> Found:
    """The claims of a file.

    Raises SymconvError for a file that Python cannot parse, and for a symconv comment that cannot be read.
    """
    try:
        with quiet():  # an odd escape in a user's file is not ours to report
            tree = ast.parse(text)
    except SyntaxError as error:
        raise SymconvError(f"line {error.lineno or 1}: not Python: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise SymconvError(f"not Python: {error or type(error).__name__}") from None
    above = _comments(text)
    written = sorted(above)
    claims: list[Published] = []
    stated: list[bool] = []
    skipped: list[Skipped] = []
    used: set[int] = set()
    for owner, value in docstrings(tree):
        default: dict[str, str] = {}
        for line in _touching(owner, value, written):
            default |= above[line]
            used.add(line)
        found = _docstring(value, default)
        claims += found.claims
        stated += found.stated
        skipped += found.skipped
    unused = sorted(set(above) - used)
    if unused:
        raise SymconvError(
            f"line {unused[0]}: this symconv comment stands beside no docstring; put it above the def or class"
        )
    return Found(tuple(claims), tuple(stated), tuple(skipped))


def docstrings(tree: ast.Module) -> Iterator[tuple[Owner, ast.Constant]]:
    """Every docstring in the order of the file, and what it documents."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
                found.append((node, first.value))
    yield from sorted(found, key=lambda pair: pair[1].lineno)


def _comments(text: str) -> dict[int, dict[str, str]]:
    """Our comments by their lines."""
    made = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                try:
                    keys = note(token.string.lstrip("#"))
                except SymconvError as error:
                    raise SymconvError(f"line {token.start[0]}: {error}") from None
                if keys is not None:
                    made[token.start[0]] = keys
    except (tokenize.TokenError, IndentationError):
        return made
    return made


def _touching(owner: Owner, value: ast.Constant, written: list[int]) -> list[int]:
    """The lines of comments directly above the def, between it and its docstring, or directly behind that."""
    decorators = [] if isinstance(owner, ast.Module) else [d.lineno for d in owner.decorator_list]
    first = value.lineno if isinstance(owner, ast.Module) else min([owner.lineno, *decorators])
    last = (value.end_lineno or value.lineno) + 1
    return written[bisect_left(written, first - 1) : bisect_right(written, last)]


def _docstring(value: ast.Constant, default: dict[str, str]) -> Found:
    """The claims of one docstring."""
    text = str(value.value)
    lines = Lines(text, value.lineno)
    comments = [(" ".join(m[2].split()), m.start(), m.end()) for m in COMMENT.finditer(text)]
    notes: list[Note] = notes_of(comments, lines)
    blank = COMMENT.sub(lambda m: blanked(m[0]), text)
    return bind(blank, list(equations(blank)), notes, lines, default)


def equations(text: str) -> Iterator[Equation]:
    """Every formula of a docstring, or of a page in reStructuredText."""
    blocks = list(BLOCK.finditer(text))
    for found in blocks:
        yield from _block(text, found)
    blank = without(text, [m.span() for m in blocks])
    dollars = list(DOLLARS.finditer(blank))
    for found in dollars:
        yield from rows(blank, found.start(1), found.end(1), "", found.span())
    blank = without(blank, [m.span() for m in dollars])
    roles = list(ROLE.finditer(blank))
    for found in roles:
        formula = tidy(found[1])
        yield Equation(formula, found.start(), found.end(), bool(RELATION.search(formula)), "", found.span())
    blank = without(blank, [m.span() for m in roles])
    spans = [m for m in SPAN.finditer(blank) if states(m[1]) and not PROSE.search(m[1])]
    for found in spans:
        yield Equation(found[1].strip(), found.start(1), found.end(1), True, "", found.span())
    blank = without(blank, [m.span() for m in spans])
    for found in CODE.finditer(blank):
        formula = found[1].rstrip()
        place = found.start(1), found.start(1) + len(formula)
        if OPERATOR.search(formula, formula.index("=")) and not PROSE.search(formula):
            yield Equation(formula.rstrip(".,;"), *place, True, "", place)


def _block(text: str, found: re.Match[str]) -> Iterator[Equation]:
    """A .. math:: block: the formula behind the colons, and paragraphs below, options left out."""
    group = (found.start(), found.start() + len(found[0].rstrip()))
    if found[2].strip():
        yield from rows(text, found.start(2), found.end(2), "", group)
    start = found.start(3)
    for paragraph in re.finditer(r"^(?:[^\S\n]*+\S[^\n]*(?:\n|\Z))+", found[3], re.MULTILINE):
        begin, end = start + paragraph.start(), start + paragraph.end()
        options = re.compile(r"(?:[ \t]*:\w+:[^\n]*\n?)+").match(text, begin, end)
        begin = options.end() if options else begin
        environment = re.compile(r"\s*\\begin\{(align|gather|equation|multline|eqnarray|flalign)\*?\}").match(
            text, begin, end
        )
        if environment:
            close = text.find("\\end{", environment.end(), found.end())
            last = text.rfind("\\end{", environment.end(), found.end())
            if close >= 0:
                yield from rows(text, environment.end(), last, environment[1], group)
            continue
        if begin < end:
            yield from rows(text, begin, end, "align" if "&" in text[begin:end] else "", group)
