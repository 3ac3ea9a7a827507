"""Every block of every page says to which part of the page it belongs."""

from __future__ import annotations

import pytest

from symconv.language.prose import Prose
from symconv.pages.nodes import PARTS, Block, Document, Figure, Heading, Paragraph
from tests import harness

PAGES = (
    ("derive", "conv2d", "--wrt", "w", "--stride", "2", "--input", "5x4", "--kernel", "2x3"),
    ("derive", "max_pool1d", "--stride", "2"),
    ("derive", "softmax"),
    ("derive", "net", "--layers", "conv1d(1,2,kernel=2) relu flatten linear(2) mse", "--input", "1x4"),
    ("example", "conv1d", "--x", "1 2 3", "--w", "1 -1"),
    ("trace", "y[1]", "conv1d", "--input", "4", "--kernel", "2"),
    ("sizes", "conv1d(kernel=3,stride=2) relu", "--input", "1x9"),
    ("matrix", "conv1d", "--input", "5", "--kernel", "2"),
    ("fourier", "--input", "4", "--kernel", "2"),
    ("winograd", "2", "3"),
    ("continuous", "box(0,1)", "box(0,1)"),
    ("prove", "convolution-commutes"),
    ("verify", "O_W = H - K_W + 1"),
)


@pytest.mark.sweep(4)
@pytest.mark.parametrize("words", PAGES, ids=lambda words: " ".join(words[:2]))
def test_every_block_has_its_part(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[tuple[Block, ...]] = []
    kept = Document.shown

    def shown(page: Document, to: str) -> tuple[Block, ...]:
        pages.append(page.blocks)
        return kept(page, to)

    monkeypatch.setattr(Document, "shown", shown)
    harness.run(*words, "--to", "html")
    assert pages
    for blocks in pages:
        parts = [block.part for block in blocks]
        assert set(parts) <= set(PARTS)
        assert parts[0] == "question"
        assert {"step", "statement"} & set(parts)
        assert {"closed form", "receipt"} & set(parts) or words[0] == "trace"
        assert all(block.part == "figure" for block in blocks if isinstance(block, Figure))
        receipts = [b for b in blocks if isinstance(b, Heading) and isinstance(b.text, Prose)
                    and b.text.key in ("heading.checks", "heading.proof", "verify.how")]  # fmt: skip
        assert all(b.part == "receipt" for b in receipts)


def test_what_follows_a_heading_belongs_to_its_part() -> None:
    said = Prose("plain", {"words": "x"})
    page = Document((Heading(said, 1), Paragraph((said,)), Heading(said, part="receipt"), Paragraph((said,)),
                     Paragraph((said,), part="step"), Heading(said), Paragraph((said,))))  # fmt: skip
    assert [b.part for b in page.blocks] == ["question", "question", "receipt", "receipt", "step", "step", "step"]
    assert Document(page.blocks) == page


def test_a_target_that_nobody_named_shows_a_page() -> None:
    """What is for a terminal or for notes alone is not on it; a new target loses nothing else."""
    said = Prose("plain", {"words": "x"})
    page = Document(tuple(Paragraph((said,), only=only) for only in ((), ("terminal",), ("notes", "page"), ("fragment",))))
    kept = {
        to: [page.blocks.index(b) for b in page.shown(to)] for to in ("text", "latex", "markdown", "html", "typst", "epub")
    }
    assert kept == {"text": [0, 1], "latex": [0, 3], "markdown": [0, 2], "html": [0, 2], "typst": [0, 2], "epub": [0, 2]}
