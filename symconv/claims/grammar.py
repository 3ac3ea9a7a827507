r"""The grammar of formulas (in lark's notation, LALR): adjacency stays flat here.

Whether ``s(i-1)`` is a product or a call, and how far a sum reaches, is decided later, by the types of the names
(``syntax``).  The tree is made of ``Node``s of these kinds:

    formula item..      item chain opens closes        chain side (relation side)..      guarded chain condition otherwise
    signed sign term (sign term)..      term factor (operator factor)..      scripted atom (script value)..
    group bracket element..      and the atoms
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from symconv.claims.automaton import END, Automaton, Token, Tree, UnexpectedWord, automaton, parse_table, written
from symconv.claims.lexer import words
from symconv.claims.tokens import Word, refuse

GRAMMAR = r"""
start: separator* | separator* item (separator+ item)* separator*
separator: COMMA | SEPARATE | COLON | WHERE | AND | SUCH | FOR | RETURN | FORALL
item: guarded
?guarded: chain
        | chain IF condition -> guarded
        | chain IF condition ELSE side -> guarded
        | chain ASK side COLON guarded -> choice
?chain: side
      | side (relation side)+ -> chain
relation: EQUAL | COMPARE | IN | ARROW | IFF | DIVIDES | APPROX | UPDATE | IS
?condition: chain | condition BOTH chain -> both
?side: signed
     | ODD -> word | EVEN -> word
signed: sign? term (sign term)*
sign: PLUS | MINUS
term: factor
    | term factor
    | term operator factor
    | term operator MINUS factor -> negative_term
operator: TIMES | SLASH | FLOORDIV | MOD | CROSS | DOT | STAR | MATMUL | OVER | STAR SUB value | TIMES SUB value
?factor: scripted
scripted: atom script*
script: SUB value | POWER value | PRIME | ATTRIBUTE (NAME | FUNCTION) | TRANSPOSED | BANG
?value: NUMBER -> number | NAME -> name | FUNCTION -> name | INFINITY -> infinity | braces | parens
      | (PLUS | MINUS | TIMES | STAR) -> mark | PRIME -> mark | LBRACE (PLUS | MINUS | TIMES | STAR | PRIME) RBRACE -> mark
      | STYLE value -> styled | ACCENT value -> accent
?atom: NUMBER -> number
     | NAME -> name
     | FUNCTION -> function
     | INFINITY -> infinity
     | DOTS -> dots
     | STRING -> string
     | parens | brackets | braces | set
     | LFLOOR side RFLOOR -> floor
     | LCEIL side RCEIL -> ceil
     | LABS side RABS -> abs
     | LANGLE side RANGLE -> angles
     | FRAC braces braces -> frac
     | SUM -> big | PROD -> big | INT -> big
     | PARTIAL -> partial
     | PMOD braces -> pmod
     | OVERLINE value -> overline
     | ACCENT value -> accent
     | STYLE value -> styled
     | SUBSTACK braces -> styled
     | LCASES row (SEPARATE row?)* RCASES -> cases
     | LMATRIX line (SEPARATE line?)* RMATRIX -> matrix
parens: LPAR elements RPAR
brackets: LBRACKET elements RBRACKET
braces: LBRACE elements RBRACE
set: LSET elements RSET
elements: element? (joint element?)*
joint: COMMA | SEPARATE | SUCH | FOR | AND | WHERE | FORALL
?element: guarded | slice
slice: COLON side? | side COLON side? | COLON side? COLON side? | side COLON side? COLON side?
row: side
   | side mark
   | side mark* (IF condition | ELSE condition?)
   | side mark condition
mark: ALIGN | COMMA | FOR
line: side (ALIGN side)*
%declare NUMBER NAME FUNCTION INFINITY DOTS STRING LPAR RPAR LBRACKET RBRACKET LBRACE RBRACE LSET RSET LFLOOR RFLOOR LCEIL
%declare RCEIL LABS RABS LANGLE RANGLE FRAC SUM PROD INT PARTIAL PMOD OVERLINE ACCENT STYLE SUBSTACK LCASES RCASES LMATRIX RMATRIX
%declare COMMA SEPARATE COLON WHERE AND BOTH SUCH FOR RETURN FORALL IF ELSE EQUAL COMPARE IN ARROW IFF DIVIDES APPROX UPDATE IS
%declare ASK ODD EVEN PLUS MINUS TIMES SLASH FLOORDIV MOD CROSS DOT STAR MATMUL OVER SUB POWER PRIME ATTRIBUTE TRANSPOSED BANG
%declare ALIGN
"""


KEPT = Path(__file__).with_name("grammar.json")  # the table of this grammar: python -m symconv.claims.grammar writes it


@cache
def _automaton() -> Automaton:
    return automaton(GRAMMAR, KEPT)


NAMES = {
    "RPAR": ")", "RBRACKET": "]", "RBRACE": "}", "RFLOOR": "⌋", "RCEIL": "⌉", "LBRACE": "{", "EQUAL": "=", "COLON": ":",
}  # fmt: skip


def parse(text: str, settle: Callable[[list[Word]], list[Word]] | None = None) -> Tree:
    """The flat tree of a formula; ``settle`` may give words another kind before.

    Raises FormulaError with the place of the first symbol that does not fit.
    """
    found = settle(words(text)) if settle is not None else words(text)
    if not any(w.kind in ("NAME", "NUMBER", "FUNCTION") for w in found):
        raise refuse(text, 0, 1, "expected a formula, got nothing to read")
    try:
        return _automaton().read(Token(w.kind, w.text, w.start, w.end) for w in found)
    except UnexpectedWord as error:
        token = error.token
        if token.type == END:
            last = found[-1]
            raise refuse(text, last.start, last.end, "the formula ends too early, after this") from None
        raise refuse(
            text, token.start_pos, token.end_pos, f"did not expect {str(token) or token.type.lower()!r} here"
        ) from None


if __name__ == "__main__":
    KEPT.write_text(written(parse_table(GRAMMAR)), encoding="utf-8")
