"""The report on verified formulas: the card of one, the table of many, JSON, JUnit; escaping everywhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

import symconv as sc
import symconv.pages.claims_data
from symconv.check.kernel.verdict import issue
from symconv.language.claims import Condition, Failure, Judgement, Published, Repair, Report, Skipped
from symconv.language.facts import VERDICTS, Verdict
from symconv.pages.claims import edit, summary
from symconv.pages.faces import verdicts
from symconv.pages.quoted import clean
from symconv.pages.spelling import width as columns
from symconv.pages.timing import spent
from symconv.pages.write import CLAIMS, target, write

HOSTILE = "O_{W} = \\input{x} $%#&~^_<script>\x1b[31m `|` ⌊한 ω₁²⌋ ''\"--\u202e ]]> \ud800"
FAILURE = Failure((("H", "1"), ("W|", "2")), "3/2", "1", "y[0]")


def judgement(status: str, formula: str = "O_W = H - K_W + 1", **more: object) -> Judgement:
    published = Published(formula, "output-size", id=f"id {status}", line=3, source="a slide")
    said = ("by counting_windows & more", "for all H, W >= 1", "z3", 12.4)
    verdict = issue(*said) if status == "proved" else Verdict(status, *said)
    return Judgement(published, verdict, ("O_W is the output size, width", "a_b is 100% {free}"), **more)  # type: ignore[arg-type]


REPAIR = Repair("O_W = W - K_W + 1", "W in place of H", issue("", "for all W >= 1"))
ALL = (
    judgement("proved"),
    judgement("checked", "o = \\frac{a}{b} " * 12),
    judgement("conditional", condition=Condition("H = W", True), failure=FAILURE, repair=REPAIR),
    judgement("conditional", condition=Condition("s_1 = 1", False), failure=FAILURE),
    judgement("refuted", HOSTILE, failure=FAILURE, repair=Repair(HOSTILE + "_", HOSTILE, REPAIR.verdict)),
    judgement(
        "ambiguous", branches=(("dilation from 0", judgement("proved")), ("from 1", judgement("refuted", failure=FAILURE)))
    ),
    judgement("unsupported", pointer="  a = b)\n       ^"),
)
REPORT = Report("chapter_1.tex", ALL, (Skipped("E = mc^2", 7, "no_meaning"), Skipped(HOSTILE, 9, HOSTILE)))
TARGETS = ("text", "markdown", "latex", "html", "json", "junit")


def pages(to: str) -> list[str]:
    return [*(write(j, to) for j in ALL), write(REPORT, to)]


@pytest.mark.parametrize("to", TARGETS)
def test_pages_are_the_same_every_time_and_encode(to: str) -> None:
    assert pages(to) == pages(to)
    for page in pages(to):
        page.encode()
        assert "\x1b" not in page
        assert "\u202e" not in page or to in ("json", "junit")  # data, not a page
        assert page.endswith("\n")


def test_text_keeps_to_its_columns() -> None:
    for page in pages("text"):
        assert [line for line in page.splitlines() if columns(line) > 80] == []
        assert [line for line in page.splitlines() if line != line.rstrip()] == []


def test_times_are_on_the_terminal_and_in_json_alone() -> None:
    for to in ("text", "markdown", "latex", "junit"):
        assert all("12" not in page and "z3" not in page for page in pages(to))
    assert spent([ALL[0].verdict]) == "(z3, 12 ms)"
    assert json.loads(write(ALL[0], "json"))["timing"] == {"milliseconds": 12.4, "solver": "z3", "claims": [12.4]}


def test_a_card_says_everything() -> None:
    page = " ".join(write(ALL[2], "text").split())
    for words in ("conditional", "True exactly when H = W", "O_W is the output size, width", "H = 1", "the formula says 3/2",
                  "the true value 1", "W in place of H: proved for all W >= 1", "by counting_windows"):  # fmt: skip
        assert words in page
    assert "true at least when s_1 = 1" in write(ALL[3], "text")
    assert "from 1 refuted at H = 1" in " ".join(write(ALL[5], "text").split())
    assert "  a = b)\n       ^" in write(ALL[6], "text")
    assert all("  a = b)\n       ^" in write(ALL[6], to) for to in ("markdown", "html"))
    assert "  a = b)\\n       ^" in write(ALL[6], "typst")


def test_the_edit_is_marked_below_the_symbol() -> None:
    lines = write(ALL[2], "text").splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith("  published"))
    old, marks, new, under = lines[at : at + 4]
    assert old[marks.index("^")] == "H"
    assert new[under.index("^")] == "W"
    assert marks.count("^") == under.count("^") == 1


@pytest.mark.parametrize(
    ("old", "new", "cut", "put"),
    [
        ("a + b", "a - b", ["+"], ["-"]),
        ("a + b", "a + b + 1", [], ["+ 1"]),
        (
            "\\lceil x + y - z + 1 \\rceil",
            "\\lfloor x + y - z + 1 \\rfloor",
            ["\\lceil", "\\rceil"],
            ["\\lfloor", "\\rfloor"],
        ),
        ("a = b + c", "sum_p w[p]", [], []),  # another formula altogether
        ("a", "a", [], []),
        ("", "a", [], ["a"]),
    ],
)
def test_edits(old: str, new: str, cut: list[str], put: list[str]) -> None:
    made = edit(old, new)
    assert [made.old[a:b] for a, b in made.cut] == cut
    assert [made.new[a:b] for a, b in made.put] == put


def test_a_long_edit_is_cut_into_lines_with_its_marks() -> None:
    old = "o = " + " + ".join(f"a_{k}" for k in range(40))
    page = write(judgement("refuted", old, repair=Repair(old.replace("a_30 ", "b_30 "), "x", REPAIR.verdict)), "text")
    lines = page.splitlines()
    marks = [k for k, line in enumerate(lines) if line.strip() == "^"]
    assert [lines[k - 1][lines[k].index("^")] for k in marks] == ["a", "b"]


def test_colours_are_asked_for() -> None:
    assert "\x1b[" in write(ALL[0], "text", colour=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", write(REPORT, "text", colour=True))
    assert plain == write(REPORT, "text")


def test_a_row_per_claim_and_a_summary() -> None:
    page = write(REPORT, "text")
    for made in ALL:
        assert len(re.findall(rf"^. {re.escape(made.published.id)} +{made.verdict.status}\b", page, re.MULTILINE)) >= 1
    assert " ".join(page.split()).endswith(str(summary(REPORT)))
    assert (
        str(summary(REPORT))
        == "7 claims: 1 proved, 1 checked, 2 conditional, 1 refuted, 1 ambiguous, 1 unsupported; 2 equations skipped"
    )
    assert str(summary(Report("f", ()))) == "0 claims"


# Markdown
def test_markdown_parses_and_escapes() -> None:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    for page in pages("markdown"):
        kinds = {token.type for token in walk(parser.parse(page))}
        assert not kinds & {"html_inline", "html_block", "image", "link_open"}
    page = write(REPORT, "markdown")
    table = parser.parse(page.split("## What does not hold")[0])
    rows = split(table)
    assert len(rows) == 1 + len(ALL)
    assert {sum(t.type in ("td_open", "th_open") for t in row) for row in rows} == {5}
    skipped = split(parser.parse(page.split("## Skipped")[1]))
    assert {sum(t.type in ("td_open", "th_open") for t in row) for row in skipped} == {3}
    assert [j.published.id for j in ALL if not j.verdict.holds] == re.findall(r"^### (.*):", page, re.MULTILINE)


def walk(tokens: list) -> list:  # type: ignore[type-arg]
    return [inner for token in tokens for inner in (token, *walk(token.children or []))]


def split(tokens: list) -> list:  # type: ignore[type-arg]
    rows: list = []  # type: ignore[type-arg]
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif rows:
            rows[-1].append(token)
    return rows


def test_the_repair_is_a_diff() -> None:
    assert "```diff\n- O_W = H - K_W + 1\n+ O_W = W - K_W + 1\n```" in write(ALL[2], "markdown")


# LaTeX
def test_nothing_of_a_formula_is_run_by_tex() -> None:
    for page in pages("latex"):
        assert "\\input" not in page
        assert '\\char"5C{}input' in page or "input" not in page
        assert page.isascii()


@pytest.mark.tex
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
def test_latex_compiles(tmp_path: Path) -> None:
    for k, page in enumerate([*(write(j, "latex", standalone=True) for j in ALL), write(REPORT, "latex", standalone=True)]):
        (tmp_path / f"p{k}.tex").write_text(page, encoding="utf-8")
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"p{k}.tex"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:]


# HTML and PDF
class Seen(HTMLParser):
    """The tags of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_html_holds_what_the_card_says_and_runs_nothing() -> None:
    for made, page, text in zip((*ALL, REPORT), pages("html"), pages("text"), strict=True):
        seen = Seen(page)
        assert "script" not in seen.tags
        assert "noscript" not in seen.tags  # there is no mathematics to be set
        assert "default-src 'none'" in page
        told = "".join(seen.words.split())
        judged = made.judgements if isinstance(made, Report) else (made,)
        for one in judged:
            assert "".join(clean(one.published.formula).split()) in told
            assert one.verdict.status in told
        assert "whatdoesnothold" in told.lower() or not isinstance(made, Report)
        assert not [word for word in ("Read as", "smallest failure") if word in text and "".join(word.split()) not in told]


def test_html_marks_the_edit_and_colours_the_verdict() -> None:
    page = write(ALL[2], "html")
    assert "<code>O_W = <del>H</del> - K_W + 1</code>" in page
    assert "<code>O_W = <ins>W</ins> - K_W + 1</code>" in page
    assert '<span class="verdict conditional">! conditional</span>' in page
    assert all(f".{status}" in page for status in VERDICTS)
    assert page.split("<title>")[1].startswith("O_W = H - K_W + 1</title>")


@pytest.mark.tex
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize("made", [ALL[4], REPORT], ids=["card", "report"])
def test_pdf_is_the_same_every_time(made: Judgement | Report) -> None:
    page = write(made, "pdf")
    assert page.startswith(b"%PDF")
    assert page == write(made, "pdf")


def test_a_target_shows_what_is_meant_for_it() -> None:
    """The table of claims is Markdown's, the entries the others'; cards of what does not hold are on pages alone."""
    details = {to: "What does not hold" in write(REPORT, to) for to in ("text", "latex", "markdown", "html", "typst")}
    assert details == {"text": False, "latex": False, "markdown": True, "html": True, "typst": True}
    assert write(REPORT, "html").count('<tr><th scope="row"><span class="verdict') == len(ALL)


# data
KEYS = {"id", "formula", "reading", "verdict", "domain", "condition", "counterexample", "repair", "how"}


def test_json_has_stable_keys() -> None:
    whole = json.loads(write(REPORT, "json"))
    assert list(whole) == ["claims", "summary", "skipped", "timing"]
    assert all(list(claim) == list(whole["claims"][0]) and set(claim) >= KEYS for claim in whole["claims"])
    assert whole["summary"] == {"claims": 7, "proved": 1, "checked": 1, "conditional": 2, "refuted": 1, "ambiguous": 1,
                                "unsupported": 1, "skipped": 2}  # fmt: skip
    assert [claim["verdict"] for claim in whole["claims"]] == [j.verdict.status for j in ALL]
    bad = whole["claims"][2]
    assert bad["counterexample"] == {"sizes": {"H": 1, "W|": 2}, "entry": "y[0]", "claimed": "3/2", "true": 1}
    assert (bad["condition"], bad["condition_exact"], bad["repair"]) == ("H = W", True, "O_W = W - K_W + 1")
    assert whole["claims"][5]["branches"]["from 1"]["verdict"] == "refuted"
    assert whole["skipped"][0] == {"line": 7, "formula": "E = mc^2", "reason": "no_meaning"}


def test_junit_parses_and_counts() -> None:
    suites = ElementTree.fromstring(write(REPORT, "junit"))
    (suite,) = suites.findall("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("9", "4", "1", "2")
    cases = suite.findall("testcase")
    assert len(cases) == 9
    assert [len(case.findall("failure")) for case in cases] == [0, 0, 1, 1, 1, 1, 0, 0, 0]
    assert [len(case.findall("error")) for case in cases] == [0, 0, 0, 0, 0, 0, 1, 0, 0]
    assert [len(case.findall("skipped")) for case in cases] == [0] * 7 + [1, 1]
    assert cases[4].find("failure").text.startswith("O_{W} = \\input{x} $%#&~^_<script>")  # type: ignore[union-attr]
    assert {case.get("name") for case in cases} >= {"id proved", "line 7"}


def test_unknown_targets_name_the_nearest() -> None:
    with pytest.raises(
        sc.SymconvError,
        match="to: expected text, markdown, latex, html, typst, pdf, json, junit, got 'jsn'; did you mean 'json'",
    ):
        target("jsn", CLAIMS)


def test_every_verdict_has_its_look() -> None:
    for status in VERDICTS:
        assert status in write(judgement(status), "text")
        assert status in write(judgement(status), "latex")


def test_the_status_of_a_report() -> None:
    assert all(v.holds for v in verdicts(Report("f", ALL[:2], REPORT.skipped)))
    assert not any(all(v.holds for v in verdicts(Report("f", (ALL[0], bad)))) for bad in ALL[2:])


# the public face
def test_the_handle() -> None:
    v = sc.verify("O_W = H - K_W + 1", about="output-size", where={"O_W": "output width", "H": "input height"})
    assert (v.status, v.holds, v.formula) == ("conditional", False, "O_W = H - K_W + 1")
    assert v.condition is not None
    assert v.condition.words
    assert v.counterexample is not None
    assert dict(v.counterexample.sizes)["H"] == "1"
    assert v.repair is not None
    assert v.repair.formula.replace(" ", "") == "O_W=W-K_W+1"
    assert any("output size, width" in line for line in v.reading)
    assert repr(v) == v.text()
    assert v._repr_markdown_() == v.markdown()
    assert v.latex(standalone=True).startswith("\\documentclass")
    assert json.loads(v.json())["claims"][0]["verdict"] == v.verdict.status
    assert v.branches == {}
    assert sc.verify("o = i - k + 2p + 1", where="o=output, i=input, k=kernel, p=padding on each side").holds


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"formula": 3}, "expected a formula as a string, got int"),
        ({"formula": ""}, "expected a formula, got an empty string"),
        ({"formula": "o = i \ud800"}, "UTF-8"),
        ({"formula": "o = i", "about": "outputsize"}, "did you mean 'output-size'"),
        ({"formula": "o = i", "where": "o"}, "expected name=meaning"),
        ({"formula": "o = i", "where": {"o": ["x"]}}, "where: o: expected a string, got list"),
        ({"formula": "o = i", "where": {"o": ""}}, "got an empty string"),
        ({"formula": "o = i", "given": 3}, "given: expected"),
        ({"formula": "o = i", "conventions": 3}, "conventions: expected"),
    ],
)
def test_bad_arguments_are_one_line(given: dict[str, object], words: str) -> None:
    with pytest.raises(sc.SymconvError, match=words) as raised:
        sc.verify(**given)  # type: ignore[arg-type]
    assert "\n" not in str(raised.value)
