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
from collections.abc import Iterator

from symconv.claims.binding import RELATION, Equation, Found, Lines, Note, bind, notes_of
from symconv.claims.displays import rows, tidy
from symconv.claims.latexfile import blanked
from symconv.claims.meaning import note
from symconv.core.claims import Published, Skipped
from symconv.core.quiet import quiet
from symconv.errors import SymconvError

ROLE = re.compile(r":math:`([^`]+)`")
BLOCK = re.compile(r"^([ \t]*)\.\. math::[ \t]*([^\n]*)\n((?:[ \t]*\n|\1[ \t]+[^\n]*(?:\n|\Z))*)", re.MULTILINE)
DOLLARS = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
COMMENT = re.compile(r"^([ \t]*)\.\. (symconv:[^\n]*(?:\n\1[ \t]+[^\n]+)*)", re.MULTILINE)
CODE = re.compile(
    r"^[ \t]*(?:[-*•][ \t]+)?`{0,2}([A-Za-z_][\w.]*(?:\[[\w:, ]+\]|\([\w, ]+\))*[ \t]*=(?!=)[^\n`]*[-+*/%][^\n`]*?)`{0,2}[ \t]*$",
    re.MULTILINE,
)
PROSE = re.compile(r"(?:[a-z]{2,}\s+){3}[a-z]{2,}|>>>|['\"]|https?:|\.\.\. ")
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
    claims: list[Published] = []
    stated: list[bool] = []
    skipped: list[Skipped] = []
    used: set[int] = set()
    for owner, value in docstrings(tree):
        default: dict[str, str] = {}
        for line, keys in above.items():
            if _touches(owner, value, line):
                default |= keys
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


def _touches(owner: Owner, value: ast.Constant, line: int) -> bool:
    """Whether a comment stands directly above the def, between it and its docstring, or directly behind that."""
    decorators = [] if isinstance(owner, ast.Module) else [d.lineno for d in owner.decorator_list]
    first = value.lineno if isinstance(owner, ast.Module) else min([owner.lineno, *decorators])
    return first - 1 <= line <= (value.end_lineno or value.lineno) + 1


def _docstring(value: ast.Constant, default: dict[str, str]) -> Found:
    """The claims of one docstring."""
    text = str(value.value)
    lines = Lines(text, value.lineno)
    comments = [(" ".join(m[2].split()), m.start(), m.end()) for m in COMMENT.finditer(text)]
    notes: list[Note] = notes_of(comments, lines)
    blank = COMMENT.sub(lambda m: blanked(m[0]), text)
    equations = list(_equations(blank))
    visible = blank
    return bind(visible, equations, notes, lines, default)


def _equations(text: str) -> Iterator[Equation]:
    """Every formula of a docstring."""
    blank = text
    for found in BLOCK.finditer(text):
        yield from _block(text, found)
        blank = blank[: found.start()] + blanked(found[0]) + blank[found.end() :]
    for found in DOLLARS.finditer(blank):
        yield from rows(blank, found.start(1), found.end(1), "", found.span())
        blank = blank[: found.start()] + blanked(found[0]) + blank[found.end() :]
    for found in ROLE.finditer(blank):
        formula = tidy(found[1])
        yield Equation(formula, found.start(), found.end(), bool(RELATION.search(formula)), "", found.span())
        blank = blank[: found.start()] + blanked(found[0]) + blank[found.end() :]
    for found in CODE.finditer(blank):
        if not PROSE.search(found[1]):
            yield Equation(found[1].strip().rstrip(".,;"), found.start(1), found.end(1), True, "", found.span(1))


def _block(text: str, found: re.Match[str]) -> Iterator[Equation]:
    """A .. math:: block: the formula behind the colons, and paragraphs below, options left out."""
    group = (found.start(), found.start() + len(found[0].rstrip()))
    if found[2].strip():
        yield from rows(text, found.start(2), found.end(2), "", group)
    start = found.start(3)
    for paragraph in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+", found[3]):
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
