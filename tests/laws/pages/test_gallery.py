"""The gallery: one source per question, its pages beside it, generated and never edited.

fresh        the committed .md and .tex are what the sources give, on every machine
regenerate   an altered page is noticed (--check: status 1) and mended; a second run changes nothing
whole        a source that fails is one line and status 2, and leaves every page as it was
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import symconv as sc
from symconv.gallery import Page, load, regenerate, sources, written_by
from symconv.public import Derivation, Proof
from symconv.public.examples import Example, Trace
from tests import ROOT
from tests.harness import run

FOLDER = ROOT / "derivations"
SOURCES = sorted(FOLDER.glob("[0-9]*.py"))
TARGETS = (".md", ".tex")
ON_EACH = pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)


@cache
def generated(source: Path) -> dict[str, str]:
    """What a source gives, by the names of its files."""
    return {path.name: text for path, text in written_by(loaded(source))}


def committed(name: str) -> str:
    """A page as it stands; that the sources give it is the first law."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def loaded(source: Path) -> Page:
    return load(source)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones included."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


SMALL = {
    "01_one": ("One", 'sc.derive(sc.correlate1d(), "x", check=False)'),
    "02_two": ("Two", 'sc.derive(sc.conv1d(), "b", check=False)'),
}


def written(title: str, derivation: str) -> str:
    """A small source."""
    return f'"""{title}\n\nWords."""\nimport symconv as sc\npage = [{derivation}]\n'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with two small sources and their pages."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for stem, (title, derivation) in SMALL.items():
        (folder / f"{stem}.py").write_text(written(title, derivation), encoding="utf-8")
    regenerate(folder)
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The gallery's own page about the bias."""
    folder = tmp_path / "copy"
    folder.mkdir()
    for ending in (".py", *TARGETS):
        shutil.copy(FOLDER / f"08_db{ending}", folder)
    return folder


def regenerated(folder: Path, *words: str) -> tuple[int, str]:
    result = run("gallery", str(folder), *words)
    return result.exit_code, result.output


# fresh
@pytest.mark.sweep(2)
@ON_EACH
def test_committed_pages_are_what_the_sources_give(source: Path) -> None:
    """Every file of a source, pictures included."""
    assert [name for name, text in generated(source).items() if committed(name) != text] == []
    assert {source.with_suffix(ending).name for ending in TARGETS} <= generated(source).keys()


@pytest.mark.slow
def test_nothing_else_lies_about() -> None:
    """Every page has a source, every source both its pages, and every picture stands in one."""
    pages = {p.name for p in FOLDER.iterdir() if p.suffix in (*TARGETS, ".svg")}
    assert pages == {name for source in SOURCES for name in generated(source)}
    assert [p.name for p in sources(FOLDER)] == [p.name for p in SOURCES]


def test_every_picture_is_on_its_page() -> None:
    shown = {name: stem for stem in (p.stem for p in SOURCES)
             for name in re.findall(r"^!\[.+\]\((.+\.svg)\)$", committed(f"{stem}.md"), re.MULTILINE)}  # fmt: skip
    assert shown.keys() == {p.name for p in FOLDER.glob("*.svg")}
    assert {"13_max_pooling", "20_worked_example", "30_continuous", "43_receptive_fields"} <= set(shown.values())
    for name, stem in shown.items():
        assert name.startswith(stem)


def test_the_first_twelve() -> None:
    assert len(SOURCES) >= 12
    assert [p.stem[:2] for p in SOURCES[:12]] == [f"{k:02d}" for k in range(1, 13)]


WANTED = {
    "dL/dx at stride 1": r"dx.*stride_1", "dL/dx with stride": r"dx.*stride_2", "padding": "padding", "dilation": "dilation",
    "a true convolution": "true_convolution", "dL/dw at stride 1": r"dw.*stride_1", "dL/dw at stride 2": r"dw.*stride_2",
    "dL/db": "db", "channels": "channels", "groups": "groups", "conv_transpose": "conv_transpose", "second": "second",
}  # fmt: skip


@pytest.mark.parametrize("question", WANTED)
def test_every_question_has_its_page(question: str) -> None:
    assert [p for p in SOURCES if re.search(WANTED[question], p.stem)]


def derived(page: Page) -> list[Derivation]:
    """The derivations of a page; beside them it may hold matrices, transforms and filters."""
    return [d for d in page.derivations if isinstance(d, Derivation)]


@pytest.mark.sweep(2)
@ON_EACH
def test_sources_are_small_and_use_the_public_face(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert len(text.split("\n")) <= 40
    assert set(re.findall(r"^(?:import|from) .*", text, re.M)) == {"import symconv as sc"}
    page = loaded(source)
    assert all(isinstance(d, sc.Page) for d in page.derivations)
    known = [d for d in page.derivations if isinstance(d, (Derivation, Example, Trace))]
    assert {operator_of(d).ndim for d in known if hasattr(operator_of(d), "ndim")} <= {0, 1, 2}  # linear has no axes


def operator_of(d: Any) -> Any:
    """The operator that a part of a page is about."""
    if isinstance(d, Trace):
        return d.facts.example.layer
    if isinstance(d, Example):
        return d.facts.layer
    return d.facts.page if hasattr(d.facts, "page") else getattr(d.facts, "op", None)


@pytest.mark.sweep(3)
@ON_EACH
def test_every_line_has_its_tick(source: Path) -> None:
    """No verdict is open: as many ticks as there are lines, and no question mark where a tick belongs."""
    page = loaded(source)
    proofs = [d for d in page.derivations if isinstance(d, Proof)]
    assert all(d.verdict.status == d.theorem.expected for d in proofs)
    verdicts = [v.status for d in page.derivations if not isinstance(d, Proof) for v in d.verdicts]
    assert set(verdicts) <= {"checked", "proved"}
    lines = sum(len(d.steps) + (getattr(d.facts, "channels", None) is not None) for d in derived(page))
    for ending in TARGETS:
        text = committed(source.with_suffix(ending).name)
        assert text.count(r"\;\checkmark") >= lines
        assert not re.search(r"\\;\?|\?\s*\\\\", text)


@pytest.mark.slow
def test_worked_examples_and_traces_are_checked() -> None:
    """Both ways agree, and the numbers are those of brute force and of sc.evaluate; every such entry has its tick."""
    parts = [d for source in SOURCES for d in loaded(source).derivations if isinstance(d, (Example, Trace))]
    assert {type(d) for d in parts} == {Example, Trace}
    for d in parts:
        facts = d.facts.example if isinstance(d, Trace) else d.facts
        assert {c.verdict.status for c in facts.checks} == {"checked"}
        if isinstance(d, Example):
            assert d.markdown().count(r"\checkmark") == ticks(facts)


def ticks(facts: Any) -> int:
    """A tick for every entry of a gradient; for a loss that is found in two ways one more."""
    if facts.kind == "function":
        return len(facts.gradient("x").closed.lines) + (facts.again is not None)
    return sum(len(g.closed.lines) for g in facts.gradients)


@pytest.mark.sweep(3)
@ON_EACH
def test_pages_open_with_the_sources_words(source: Path) -> None:
    """The docstring's first line is the title; its paragraphs follow."""
    title, _, rest = loaded(source).introduction.partition("\n")
    markdown = committed(source.with_suffix(".md").name).replace("\\", "")
    assert markdown.startswith(f"# {title}\n")
    assert all(" ".join(p.split()) in markdown for p in rest.strip().split("\n\n"))


@ON_EACH
def test_pages_tell_no_time_and_no_place(source: Path) -> None:
    """Nothing of the machine: no version, no seconds, no path."""
    for ending in TARGETS:
        text = committed(source.with_suffix(ending).name)
        assert not re.search(r"/(home|tmp|work|usr)/|\d\s?ms\b|\d+ seconds|0x[0-9a-f]{6}|Python 3|\d+\.\d+\.\d+", text)


def test_the_pages_say_what_they_are_asked() -> None:
    """Why dL/dw does not flip, what the remainder does, adjoint and not inverse, the pure second derivatives vanish."""
    said = {stem[:2]: committed(f"{stem}.md") for stem in (p.stem for p in SOURCES)}
    assert "not flip" in said["06"]
    assert "remainder" in said["02"]
    assert "remainder" in said["07"]
    assert "not the inverse" in said["11"]
    assert "vanish" in said["12"]


# regenerate
def test_a_copy_of_the_gallery_is_up_to_date(copy: Path) -> None:
    before = contents(copy)
    assert regenerated(copy, "--check") == (0, "every page is up to date\n")
    spoil(copy / "08_db.tex", "altered")
    assert regenerated(copy, "--check") == (1, "08_db.tex: out of date\n")
    assert regenerated(copy) == (0, "08_db.tex: written\n")
    assert contents(copy) == before


def test_up_to_date(small: Path) -> None:
    before = contents(small)
    assert before.keys() == {f"{stem}{ending}" for stem in SMALL for ending in (".py", *TARGETS)}
    assert regenerated(small, "--check") == (0, "every page is up to date\n")
    assert regenerated(small) == (0, "every page is up to date\n")
    assert contents(small) == before


@pytest.mark.sweep(3)
@pytest.mark.parametrize("name", [f"{stem}{ending}" for stem in SMALL for ending in TARGETS])
@pytest.mark.parametrize("change", ["altered", "emptied", "deleted", "longer by a line"])
def test_an_altered_page_is_noticed_and_mended(small: Path, name: str, change: str) -> None:
    before = contents(small)
    spoil(small / name, change)
    spoilt = contents(small)
    assert spoilt != before
    assert regenerated(small, "--check") == (1, f"{name}: out of date\n")
    assert contents(small) == spoilt
    assert regenerated(small) == (0, f"{name}: written\n")
    assert contents(small) == before
    assert regenerated(small, "--check")[0] == 0


def spoil(path: Path, change: str) -> None:
    text = path.read_text(encoding="utf-8")
    if change == "deleted":
        path.unlink()
    else:
        changed = {"altered": text.replace("dL/d", "dl/d", 1), "emptied": "", "longer by a line": text + "\n"}
        path.write_text(changed[change] if changed[change] != text else text + "%", encoding="utf-8")


def test_a_changed_source_changes_its_pages_alone(small: Path) -> None:
    source, before = small / "02_two.py", contents(small)
    source.write_text(written("Two", 'sc.derive(sc.conv2d(), "b", check=False)'), encoding="utf-8")
    assert regenerate(small) == ["02_two.md", "02_two.tex"]
    after = contents(small)
    assert {name for name in after if after[name] != before.get(name)} == {"02_two.py", "02_two.md", "02_two.tex"}


def test_a_new_source_gets_its_pages(small: Path) -> None:
    (small / "20_new.py").write_text(written("New", 'sc.derive(sc.conv1d(), "b", check=False)'), encoding="utf-8")
    assert regenerated(small, "--check") == (1, "20_new.md: out of date\n20_new.tex: out of date\n")
    assert not (small / "20_new.md").exists()
    assert regenerated(small) == (0, "20_new.md: written\n20_new.tex: written\n")
    assert (small / "20_new.md").read_text(encoding="utf-8").startswith("# New\n\nWords.")


def test_private_files_are_no_sources(small: Path) -> None:
    (small / "_notes.py").write_text("this is not Python")
    assert regenerated(small, "--check")[0] == 0


# whole
BAD = {
    "no docstring": "import symconv as sc\npage = [sc.derive(sc.conv1d(), 'b')]\n",
    "no page": '"""Title"""\n',
    "a page that is no list": '"""Title"""\nimport symconv as sc\npage = sc.derive(sc.conv1d(), "b")\n',
    "an operator on the page": '"""Title"""\nimport symconv as sc\npage = [sc.conv1d()]\n',
    "text on the page": '"""Title"""\npage = ["words"]\n',
    "bad parameters": '"""Title"""\nimport symconv as sc\npage = [sc.derive(sc.conv1d(stride=0), "x")]\n',
    "a syntax error": '"""Title"""\npage = [\n',
    "a name that is not there": '"""Title"""\npage = [nothing]\n',
    "a module that is not there": '"""Title"""\nimport no_such_module_here\npage = []\n',
    "an exception": '"""Title"""\nraise RuntimeError("of two\\nlines")\n',
    "a division by zero": '"""Title"""\npage = [1 / 0]\n',
    "not UTF-8": None,
    "a null": '"""Title"""\n\0',
}


@pytest.mark.sweep(8)
@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("words", [[], ["--check"]], ids=["write", "check"])
@pytest.mark.parametrize("name", ["00_bad.py", "99_bad.py"])
def test_a_bad_source(small: Path, kind: str, words: list[str], name: str) -> None:
    """One line, status 2, the source's name in it; no page is touched, whichever comes first."""
    text = BAD[kind]
    (small / name).write_bytes(b'"""\xff"""' if text is None else text.encode())
    spoil(small / "01_one.md", "altered")
    before = contents(small)
    status, output = regenerated(small, *words)
    assert status == 2
    assert output.startswith("symconv: ")
    assert output.count("\n") == 1
    assert kind == "bad parameters" or name in output
    assert contents(small) == before


def test_a_source_that_exits(small: Path) -> None:
    (small / "99_bad.py").write_text('"""Title"""\nimport sys\nsys.exit(0)\n')
    assert regenerated(small)[0] == 2


def test_no_folder(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path):
        status, output = regenerated(folder)
        assert status == 2
        assert output.count("\n") == 1


def test_a_file_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text("")
    assert regenerated(tmp_path / "page.py")[0] == 2


def test_a_page_that_cannot_be_written(small: Path) -> None:
    """A folder stands in a page's place: one line, and nothing half-written is left."""
    (small / "02_two.md").unlink()
    (small / "02_two.md").mkdir()
    status, output = regenerated(small)
    assert status == 2
    assert output.count("\n") == 1
    assert not [p.name for p in small.iterdir() if p.name.startswith(".")]
