"""Claims of files: which formulas are found, on which lines, and with which meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from symconv.claims import files
from symconv.claims.binding import Found
from symconv.claims.macros import definitions, expand
from symconv.claims.meaning import given_of, note, where_of
from symconv.errors import SymconvError


def found(tmp_path: Path, name: str, text: str) -> Found:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return files.read(path)


def shown(made: Found) -> list[tuple[int, str, str, bool]]:
    return [(c.line, c.formula, c.about, told) for c, told in zip(made.claims, made.stated, strict=True)]


# LaTeX
def latex(tmp_path: Path, body: str) -> Found:
    return found(tmp_path, "chapter.tex", body)


@pytest.mark.parametrize(
    "display",
    [
        "\\begin{equation}\n%s\n\\end{equation}",
        "\\begin{equation*}\n%s.\n\\end{equation*}",
        "\\[\n%s,\n\\]",
        "$$\n%s\n$$",
        "\\begin{gather}\n%s \\label{eq:x}\n\\end{gather}",
        "\\begin{displaymath}\n%s \\qquad\n\\end{displaymath}",
        "\\begin{multline}\n%s\n\\end{multline}",
        "\\begin{equation}\\begin{aligned}\n%s\n\\end{aligned}\\end{equation}",
        "\\begin{alignat}{2}\n%s\n\\end{alignat}",
    ],
)
def test_every_display_is_found(tmp_path: Path, display: str) -> None:
    made = latex(tmp_path, "Text.\n% symconv: about=output-size\n" + display % "o = i - k + 1" + "\nmore")
    assert shown(made) == [(4, "o = i - k + 1", "output-size", True)]


def test_rows_of_an_alignment(tmp_path: Path) -> None:
    body = r"""
\begin{align}
  a &= b + c \\
    &= d \\[2pt]
  e &= f & g &= h \label{eq:two} \\
  i &= \begin{cases} 1 & \text{if } j = k \\ 0 & \text{otherwise} \end{cases} \nonumber \\
  l &= m +
       n
\end{align}
"""
    made = latex(tmp_path, body)
    assert [c.formula.replace(" ", "") for c in made.claims] == [
        "a=b+c=d", "e=f", "g=h", r"i=\begin{cases}1&\text{if}j=k\\0&\text{otherwise}\end{cases}", "l=m+n",
    ]  # fmt: skip
    assert [c.line for c in made.claims] == [3, 5, 5, 6, 7]
    assert made.claims[2].id == "eq:two"


def test_a_comment_within_an_alignment_is_of_its_row(tmp_path: Path) -> None:
    body = "\\begin{align}\n a &= b \\\\ % symconv: about=padding\n c &= d\n\\end{align}\n"
    assert [about for _, _, about, _ in shown(latex(tmp_path, body))] == ["padding", ""]
    whole = "\\begin{align}\n % symconv: about=padding\n a &= b \\\\\n c &= d\n\\end{align}\n"
    assert [about for _, _, about, _ in shown(latex(tmp_path, whole))] == ["padding", "padding"]


def test_a_comment_may_follow_and_several_add_up(tmp_path: Path) -> None:
    body = "\\[ o = i \\]\n% symconv: about=output-size\n% symconv: where=\"o=output, i=input\" given='k = 1'\n"
    (claim,) = latex(tmp_path, body).claims
    assert (claim.about, claim.where, claim.given) == ("output-size", (("o", "output"), ("i", "input")), ("k = 1",))


def test_between_two_equations_a_comment_is_of_the_next(tmp_path: Path) -> None:
    body = "\\[ a = b \\]\n% symconv: about=padding\n\\[ c = d \\]\n"
    assert [about for *_, about, _ in shown(latex(tmp_path, body))] == ["", "padding"]


def test_formulas_within_text_need_a_comment(tmp_path: Path) -> None:
    body = "With $x = 1$, size $K$ and $o = i - k + 1$. % symconv: about=output-size\nNot $z = 2$.\n"
    assert shown(latex(tmp_path, body)) == [(1, "o = i - k + 1", "output-size", True)]


def test_what_is_no_mathematics_is_left_alone(tmp_path: Path) -> None:
    body = r"""
% \[ commented = out \]
\begin{verbatim}
\[ not = this \]
\end{verbatim}
\verb|$$ nor = this $$| costs 5\% and \$3
\[ o = i % a comment with $ and \] in it
 - k \]
\end{document}
\[ behind = all \]
"""
    assert [c.formula for c in latex(tmp_path, body).claims] == ["o = i - k"]


def test_short_commands_are_expanded(tmp_path: Path) -> None:
    body = r"""
\newcommand{\size}[2]{\left\lfloor \frac{#1}{#2} \right\rfloor}
\newcommand\half[1][k]{#1/2}
\def\inp{i}
\DeclareMathOperator{\pads}{pads}
\begin{document}
\[ o = \size{\inp - k}{s} + \half + \half[p] + \pads \]
\end{document}
"""
    (claim,) = latex(tmp_path, body).claims
    assert claim.formula == r"o = \left\lfloor \frac{i - k}{s} \right\rfloor + k/2 + p/2 + \operatorname{pads}"


def test_short_commands_that_do_not_end_are_skipped(tmp_path: Path) -> None:
    made = latex(tmp_path, "\\newcommand{\\a}{\\a + 1}\n\\[ o = \\a \\]\n\\[ p = q \\]\n")
    assert [c.formula for c in made.claims] == ["p = q"]
    assert "do not end" in made.skipped[0].reason


def test_macros_keep_the_words_apart() -> None:
    macros, _ = definitions(r"\newcommand{\x}{\times}")
    assert expand(r"a\x b \xi", macros) == r"a\times b \xi"


def test_skip_and_dollars_without_partner_are_listed(tmp_path: Path) -> None:
    made = latex(tmp_path, "% symconv: skip\n\\[ E = mc^2 \\]\n\nIt costs $5.\n\n\\[ a = b \\]\n")
    assert [(s.line, s.formula) for s in made.skipped] == [(2, "E = mc^2"), (4, "$")]
    assert [c.formula for c in made.claims] == ["a = b"]


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("a.tex", "x\n\\begin{align}\na = b\n", [(2, "\\begin{align}", "never closed; expected \\end{align}")]),
        ("a.tex", "x\n\n\\[ a = b\n", [(3, "\\[", "never closed; expected \\]")]),
        ("a.md", "$$ a = b\n", [(1, "$$", "never closed; expected $$")]),
        ("a.tex", "\\[ a = b \\]\n\n" + "\\[ c\n" * 20_000, [(3, "\\[", "19999 more of them, up to line 20002")]),
        (
            "a.tex",
            "\\[ x \n\\begin{equation} \\[\n",
            [(1, "\\[", "1 more of them"), (2, "\\begin{equation}", "\\end{equation}")],
        ),
    ],
)
def test_displays_never_closed_are_told_once(
    tmp_path: Path, name: str, text: str, rows: list[tuple[int, str, str]]
) -> None:
    made = found(tmp_path, name, text)
    assert [(b.line, b.formula) for b in made.broken] == [(line, sign) for line, sign, _ in rows]
    assert all(words in b.reason for b, (_, _, words) in zip(made.broken, rows, strict=True))


def test_what_is_open_within_a_line_is_told_once(tmp_path: Path) -> None:
    made = latex(tmp_path, "\\( x \\( y\n\n\\( a = b \\) $5\n\n\\( z")
    assert [(s.line, s.formula) for s in made.skipped] == [(1, "\\("), (3, "$")]
    assert "2 more of them, up to line 5" in made.skipped[0].reason


# Markdown
def test_markdown(tmp_path: Path) -> None:
    body = """# Sizes
<!-- symconv: about=output-size -->
```math
o = i - k + 1
```

Inline $o = i$ <!-- symconv: about=output-size -->, not $p = q$.

$$
a = b
$$

Code: `H_out = (H_in - K)/S + 1`
<!-- symconv: about=output-size
     where="H_out=output" -->

```python
x = 1
```

\\\\[ c = d \\\\]

$`e = f`$ <!-- symconv: about=padding -->

\\begin{align}
g &= h
\\end{align}
<!-- another comment: $x = y$ -->
"""
    made = shown(found(tmp_path, "page.md", body))
    assert made == [
        (4, "o = i - k + 1", "output-size", True),
        (7, "o = i", "output-size", True),
        (10, "a = b", "", False),
        (13, "H_out = (H_in - K)/S + 1", "output-size", True),
        (21, "c = d", "", False),
        (23, "e = f", "padding", True),
        (26, "g = h", "", False),
    ]


# Python
def test_docstrings(tmp_path: Path) -> None:
    body = '''r"""Sizes :math:`o = i - k + 1` and :math:`N`."""
raise SystemExit("a file is never run")

# symconv: operator=conv2d
class Conv:
    r"""Output:

    .. math::
        H_{out} = \\frac{H_{in}
                  - K}{S}

    .. symconv: about=output-size
    W_out = (W_in - K)//S + 1

    - ``D_out = D_in + 2*P``
    >>> x = 1 + 1
    key = words - that are only prose here
    stride = 1
    """

    def forward(self):
        "o = i + 2*p - k + 1"


def other():
    """No formulas."""
    return "a = b + c"
'''
    made = found(tmp_path, "layer.py", body)
    assert [(c.line, c.formula, c.about, c.operator) for c in made.claims] == [
        (1, "o = i - k + 1", "", ""),
        (9, "H_{out} = \\frac{H_{in} - K}{S}", "", "conv2d"),
        (13, "W_out = (W_in - K)//S + 1", "output-size", "conv2d"),
        (15, "D_out = D_in + 2*P", "", "conv2d"),
        (22, "o = i + 2*p - k + 1", "", ""),
    ]
    assert made.stated == (False, True, True, True, False)


# TOML
CLAIM = "[[claim]]\nformula = 'o = i'\n"


def test_toml(tmp_path: Path) -> None:
    body = """
[[claim]]
id = "one"
formula = 'O_W = H - K_W + 1'
about = "output-size"
where = {O_W = "output width", K_W = 3}
given = ["K_W odd", "H >= 1"]
conventions = {dilation = 0}
source = "a slide"

[[ claim ]]
formula = "p = q"
where = "p=padding, f(x, y)=output"
given = "a = 1; b = 2"
operator = "conv2d"
forward = "y = x"
"""
    one, two = found(tmp_path, "claims.toml", body).claims
    assert (one.id, one.line, one.where) == ("one", 2, (("O_W", "output width"), ("K_W", "3")))
    assert (one.given, one.conventions, one.source) == (("K_W odd", "H >= 1"), (("dilation", "0"),), "a slide")
    assert (two.id, two.line, two.where) == ("claim-2", 11, (("p", "padding"), ("f(x, y)", "output")))
    assert (two.given, two.operator, two.forward) == (("a = 1", "b = 2"), "conv2d", "y = x")


BAD = {
    "no toml": ("a.toml", "[[claim]\n", "not TOML: .*line 1"),
    "unknown key": ("a.toml", CLAIM + "formular = 'x'\n", r"claim 1 \(line 1\): unknown key 'formular'.*did you mean 'formula'"),
    "unknown top": ("a.toml", "[[claims]]\nformula='a=b'\n", r"unknown key 'claims'.*did you mean 'claim'"),
    "no formula": ("a.toml", "[[claim]]\nid = 'x'\n", "expected formula"),
    "number": ("a.toml", "[[claim]]\nformula = 3\n", "expected formula, a string, got '3'"),
    "topic": ("a.toml", CLAIM + "about = 'output size'\n", "did you mean 'output-size'"),
    "two ids": ("a.toml", 2 * (CLAIM + "id = 'x'\n"), "two claims are called 'x'"),
    "not tables": ("a.toml", "claim = 3\n", "expected tables"),
    "where": ("a.toml", CLAIM + "where = 'o=output, i'\n", "expected name=meaning.*'i'"),
    "two meanings": ("a.toml", CLAIM + "where = 'o=output, o=input'\n", "'o' has two meanings"),
    "where list": ("a.toml", CLAIM + "where = [1]\n", "where: expected a string, got list"),
    "given": ("a.toml", CLAIM + "given = 3\n", "given: expected a string or a list"),
    "conventions": ("a.toml", CLAIM + "conventions = 'x'\n", "expected name=choice"),
    "empty": ("a.toml", "", r"no formulas found; expected at least one \[\[claim\]\]"),
    "comment": ("a.tex", "% symconv: abuot=padding\n\\[a=b\\]\n", "line 1: .*did you mean 'about'"),
    "comment alone": ("a.tex", "\\[a=b\\]\n\ntext\n\n% symconv: about=padding\n\ntext\n", "line 5: .*beside no equation"),
    "comment empty": ("a.tex", "% symconv:\n\\[a=b\\]\n", "line 1: .*expected key"),
    "comment words": ("a.tex", "% symconv: output size\n\\[a=b\\]\n", "line 1: .*expected key.*'output size'"),
    "comment twice": ("a.tex", "% symconv: about=padding about=padding\n\\[a=b\\]\n", "stands twice"),
    "contradiction": ("a.tex", "% symconv: about=padding\n\\[a=b\\]\n% symconv: about=identity\n", "a second about"),
    "deep key": ("a.toml", "\na" + ".a" * 5_000 + " = 1\n", "line 2: expected keys of at most 20 parts"),
    "deep table": ("a.toml", "[claim" + ".a" * 5_000 + "]\n", "line 1: expected keys of at most 20 parts"),
    "deep where": ("a.toml", CLAIM + "where = {a" + ".'a'" * 5_000 + " = 1}\n", "line 3: expected keys of at most 20 parts"),
    "deep list": ("a.toml", CLAIM + "where = " + "[" * 5_000 + "\n", "not (TOML|a claim file)"),
    "long number": ("a.toml", "a = " + "9" * 5_000 + "\n", "not TOML"),
    "long meaning": ("a.toml", CLAIM + "where = 'o=" + "9" * 401 + "'\n", "where: expected numbers of at most 400 digits"),
    "long where": ("a.toml", CLAIM + "where = {o = " + "9" * 401 + "}\n", "expected a number of at most 400 digits for 'o'"),
    "no date": ("a.toml", "a = 2020-99-99\n", "not TOML"),
    "nul": ("a.toml", CLAIM + "id = 'a\0b'\n", "not TOML"),
    "where nested": ("a.toml", CLAIM + "where = {a = {b = 1}}\n", "where: a: expected a string, got dict"),
    "given nested": ("a.toml", CLAIM + "given = [[1]]\n", "given: expected a string, got list"),
    "operator": ("a.toml", CLAIM + "operator = []\n", "operator: expected a string, got list"),
    "forward": ("a.toml", CLAIM + "forward = 0\n", "forward: expected a string, got int"),
    "id": ("a.toml", CLAIM + "id = false\n", "id: expected a string, got bool"),
    "about": ("a.toml", CLAIM + "about = 2020-01-01\n", "about: expected a string, got date"),
    "key twice": ("a.toml", CLAIM + "about = 'padding'\nabout = 'padding'\n", "not TOML"),
    "claim twice": ("a.toml", CLAIM + "[claim]\n", "not TOML"),
    "nothing": ("a.md", "# Title\n", "no formulas found"),
    "no python": ("a.py", "def f(:\n", "line 1: not Python"),
    "null": ("a.py", "x = '\0'\n", "not Python"),
    "python comment": ("a.py", "# symconv: about=padding\nx = 1\n", "beside no docstring"),
    "ending": ("a.txt", "a = b", "expected a file that ends in .toml"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "words"), BAD.values(), ids=BAD.keys())
def test_bad_files_are_one_line(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(SymconvError, match=words) as raised:
        found(tmp_path, name, text)
    assert "\n" not in str(raised.value)
    assert str(tmp_path) not in str(raised.value)


def test_missing_files_directories_and_encodings(tmp_path: Path) -> None:
    with pytest.raises(SymconvError, match=r"no\.tex: cannot read the file: No such file"):
        files.read(tmp_path / "no.tex")
    (tmp_path / "d.tex").mkdir()
    with pytest.raises(SymconvError, match="directory"):
        files.read(tmp_path / "d.tex")
    with pytest.raises(SymconvError, match="is a directory"):
        files.read(tmp_path)
    (tmp_path / "l.tex").write_bytes("\\[ é = 1 \\]".encode("latin-1"))
    with pytest.raises(SymconvError, match="not utf-8 at byte 3; save"):
        files.read(tmp_path / "l.tex")
    (tmp_path / "l.py").write_bytes('# coding: latin-1\n"é a = b + c"\n'.encode("latin-1"))
    (tmp_path / "n.py").write_bytes(b"# coding: klingon\n")
    with pytest.raises(SymconvError, match="unknown encoding"):
        files.read(tmp_path / "n.py")
    (tmp_path / "big.md").write_bytes(b"x" * 4_000_001)
    with pytest.raises(SymconvError, match="at most 4 MB"):
        files.read(tmp_path / "big.md")
    (tmp_path / "many.toml").write_text("[[claim]]\nformula='a=b'\n" * 5_001)
    with pytest.raises(SymconvError, match="at most 5000 claims, got 5001"):
        files.read(tmp_path / "many.toml")


def test_windows_line_ends_and_a_mark_are_no_matter(tmp_path: Path) -> None:
    (tmp_path / "w.tex").write_bytes(b"\xef\xbb\xbfText\r\n\r\n\\[ a = b \\]\r\n")
    (claim,) = files.read(tmp_path / "w.tex").claims
    assert (claim.line, claim.formula) == (3, "a = b")


@pytest.mark.parametrize(
    ("text", "is_file"),
    [
        ("chapter.tex", True),
        ("missing/claims.toml", True),
        ("o = i - k + 1", False),
        ("(W - F + 2P)/S + 1", False),
        ("x = kernel.py", False),
        ("H_in.md = 3", False),
        ("a\nb.tex", False),
        ("", False),
        ("x" * 2000 + ".tex", False),
    ],
)
def test_a_formula_is_told_from_a_file(text: str, is_file: bool) -> None:
    assert files.is_file(text) is is_file


def test_a_file_that_exists_is_a_file_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "o = i.tex"
    path.write_text("\\[a=b\\]")
    assert files.is_file(str(path))


def test_meanings() -> None:
    assert where_of("f(x, y)=input, w_{i,j} = kernel; s=stride") == (
        ("f(x, y)", "input"),
        ("w_{i,j}", "kernel"),
        ("s", "stride"),
    )
    assert where_of({"k": 3}) == (("k", "3"),)
    assert given_of("k odd; s = 1") == ("k odd", "s = 1")
    assert note("a comment") is None
    assert note('symconv: about=padding where="i\'=input, o=out"') == {"about": "padding", "where": "i'=input, o=out"}
    assert note("symconv:skip") == {"skip": "marked so"}
