"""HTML pages: one file, nothing fetched, everything escaped, well-formed, the same on every run."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser

import pytest

import symconv as sc
from symconv.errors import SymconvError
from symconv.language.prose import Prose
from symconv.language.scene import Box, cell, scene, words
from symconv.pages import page as frames
from symconv.pages.html import HtmlTarget
from symconv.pages.html import render as as_html
from symconv.pages.layout import Name
from symconv.pages.nodes import Document, Figure, Heading, Paragraph, Table
from symconv.pages.stepper import Step
from symconv.pages.stepper import render as stepper
from symconv.topics.theorems import story
from tests.cases.pages import PAGES, page
from tests.harness import printed, run
from tests.oracles.mathematics import Formula, complaint

pytestmark = pytest.mark.sweep(3)

VOID = {"meta", "input", "br", "hr", "img", "link"}
NAMES = ["channels", "explicit-2d", "second-xw", "unchecked", "names-with-tails", "explicit-large", "conv2d-axes-x", "loss"]
WICKED = "</script><script>alert(1)</script>\"'&<b>\\href{javascript:alert(1)}{x}"


class Reader(HTMLParser):
    """Every tag closed in order; the texts of the elements of class math."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.maths: list[str] = []
        self.feed(text)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)
            if "math" in (dict(attrs).get("class") or "").split():
                self.maths.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.maths and self.stack and self.stack[-1] in ("span", "div") and self.open_maths:
            self.maths[-1] += data

    @property
    def open_maths(self) -> bool:
        return next((a for t, a in reversed(self.tags) if t == self.stack[-1]), {}).get("class", "") in (
            "math",
            "math display",
        )


def made(name: str) -> str:
    return page(name).html()


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_whole(name: str) -> None:
    assert name in PAGES
    text = made(name)
    reader = Reader(text)
    tags = [t for t, _ in reader.tags]
    assert tags.count("h1") == 1
    assert tags.count("main") == 1
    assert text.startswith("<!DOCTYPE html>\n<html lang=")
    assert text == made(name)
    assert reader.maths
    assert "<title></title>" not in text


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", NAMES)
def test_its_mathematics_is_read_by_another(name: str) -> None:
    """What stands in the page is LaTeX that a second reader takes."""
    for latex in Reader(made(name)).maths:
        assert complaint(Formula(latex, True)) == "", latex
    assert complaint(Formula(r"\frac{1", True))


def test_nothing_is_fetched() -> None:
    text = made("explicit")
    outside = re.sub(r"<script>.*?</script>", "", text, flags=re.S)  # KaTeX names namespaces and its own page
    assert re.findall(r"(?:src|href)\s*=", outside) == []
    assert set(re.findall(r"url\((data:[a-z0-9/]+)", outside)) == {"data:font/woff2"}
    assert re.findall(r"url\((?!data:font/woff2;base64,|#)", outside) == []
    assert "@import" not in outside
    assert set(re.findall(r"https?://[^\"' ]+", outside)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_its_policy_names_its_own_scripts() -> None:
    text = made("explicit")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.S)
    named = re.findall(r"'sha256-([^']+)'", html.unescape(policy))
    assert named == [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert len(scripts) == 2


def test_only_the_fonts_that_are_needed() -> None:
    plain = frames.faces("<p>x</p>")
    ticked = frames.faces(r"\checkmark")
    assert plain.count("@font-face") == 6
    assert ticked.count("@font-face") == 7
    assert "KaTeX_Fraktur-" not in plain
    held = {p.stem.removeprefix("KaTeX_") for p in (frames.KATEX / "fonts").iterdir()}
    assert held == set(frames.FONTS)
    assert (frames.KATEX / "LICENSE").read_text(encoding="utf-8").startswith("The MIT License")


@pytest.mark.parametrize("name", NAMES)
def test_every_font_that_the_page_uses_is_there(name: str) -> None:
    """The commands that call for a font of KaTeX's that is not always there."""
    text = made(name)
    css = re.search(r"<style>(.*?)</style>", text, flags=re.S)
    assert css is not None
    for font, when in frames.FONTS.items():
        wanted = when is None or any(re.search(when, m) for m in Reader(text).maths)
        family, style = font.split("-")
        faces = re.findall(r"@font-face\{[^}]*\}", css[1])
        weight, slant = {"Regular": ("400", "normal"), "Italic": ("400", "italic"), "Bold": ("700", "normal")}[style]
        there = any(f"KaTeX_{family};" in f and f"font-weight:{weight}" in f and f"font-style:{slant}" in f for f in faces)
        assert there or not wanted, font


def test_user_s_words_are_escaped() -> None:
    drawing = scene([cell(Box(0, 0, 900, 30), words(WICKED))], WICKED, WICKED)
    said = Prose("plain", {"words": WICKED})
    document = Document(
        (
            Heading(said, 1),
            Heading(said),
            Paragraph((said, Name("x"))),
            Table(((WICKED, said),)),
            Figure(drawing, said),
        )
    )
    text = as_html([document], language='en" onload="alert(1)')
    assert "<script>alert" not in text
    assert len(re.findall("<script", text)) == 2
    reader = Reader(text)
    assert not [a for _, a in reader.tags if any(k.startswith("on") for k in a)]
    assert text.count("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;") >= 6


def test_the_stepper_escapes_too() -> None:
    drawing = scene([cell(Box(0, 0, 900, 30), words(WICKED))], WICKED, WICKED)
    text = stepper(WICKED, WICKED, [Step(WICKED, drawing, WICKED)] * 2)
    assert "<script>alert" not in text
    reader = Reader(text)
    assert not [a for _, a in reader.tags if any(k.startswith("on") for k in a)]
    with pytest.raises(SymconvError, match="at least one step"):
        stepper("t", "d", [])


def test_ticks_say_what_they_mean() -> None:
    marks = [a for t, a in Reader(made("unchecked")).tags if a.get("role") == "img" and t == "span"]
    assert {a["aria-label"] for a in marks} == {"not checked"}
    marks = [a for t, a in Reader(made("channels")).tags if a.get("role") == "img" and t == "span"]
    assert {a["aria-label"] for a in marks} == {"checked"}


def test_the_title_is_plain_text() -> None:
    assert re.search(r"<title>dL/dx of conv1d: .*</title>", made("explicit"))


def test_a_level_lower() -> None:
    document = Document((Heading(Prose("plain", {"words": "a"}), 1), Heading(Prose("plain", {"words": "b"}))))
    assert HtmlTarget(2).render(document) == "<h2>a</h2>\n<h3>b</h3>\n"


# the command line
def test_commands_write_html(tmp_path: object) -> None:
    several = printed("derive", "conv1d", "--wrt", "all", "--no-proof", "--to", "html")
    assert [t for t, _ in Reader(several).tags].count("h1") == 1
    theorem = printed("prove", "conv-commutes", "--to", "html") if "conv-commutes" in story.theorem_list() else ""
    name = next(iter(story.theorem_list()))
    theorem = theorem or run("prove", name, "--to", "html").stdout
    assert "<h1>" in theorem
    assert sc.derive(sc.conv1d(), "b").html().count("<h1>") == 1


def test_an_example_holds_its_figures() -> None:
    text = printed(
        "example", "conv2d", "--input", "2x5x6", "--kernel", "3x2", "--stride", "2", "--seed", "7", "--to", "html"
    )
    reader = Reader(text)
    drawings = [a for t, a in reader.tags if t == "svg"]
    assert len(drawings) == 4  # forward; dL/dw; the upstream gradient and dL/dx
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert text == printed(
        "example", "conv2d", "--input", "2x5x6", "--kernel", "3x2", "--stride", "2", "--seed", "7", "--to", "html"
    )


@pytest.mark.slow
def test_an_example_that_is_too_large_for_figures_says_so() -> None:
    text = printed("example", "correlate2d", "--input", "36x36", "--kernel", "2x2", "--to", "html")
    assert "There is no figure here: expected at most 1200 cells" in text


def test_the_stepper_of_an_example() -> None:
    text = printed("example", "conv1d", "--input", "6", "--kernel", "3", "--padding", "1", "--to", "stepper")
    reader = Reader(text)
    tags = reader.tags
    frames_ = [a for t, a in tags if a.get("class") == "frame"]
    assert [a["data-name"] for a in frames_] == [f"y[{k}]" for k in range(6)]
    assert ["hidden" in a for a in frames_] == [False] + [True] * 5
    assert [a["data-act"] for t, a in tags if t == "button"] == ["first", "back", "play", "next", "last"]
    assert [t for t, _ in tags].count("li") == 6
    labelled = {a.get("aria-label") for _, a in tags}
    assert {"Steps", "Step", "Equations"} <= labelled
    assert any(a.get("aria-live") == "polite" for _, a in tags)
    assert "prefers-reduced-motion" in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_a_trace_in_a_picture() -> None:
    text = printed(
        "trace",
        "dx[0,0,1,3]",
        "conv2d",
        "--input",
        "1x5x6",
        "--kernel",
        "3x3",
        "--stride",
        "2",
        "--padding",
        "1",
        "--to",
        "svg",
    )
    assert "<title" in text
    assert "dL/dx[1,3]" in text
    result = run("trace", "db[0]", "conv1d", "--input", "5", "--kernel", "2", "--to", "svg")
    assert result.exit_code == 2
    assert "only a sum" in result.stderr
