"""Pages read as they did: text, LaTeX and JSON, word for word.

A change of wording is welcome: ``python -m tests.golden`` writes the pages anew, and the diff shows what readers will see.
"""

from __future__ import annotations

import pytest

from tests.fence import KEPT
from tests.golden import HERE, PAGES, kept, page


@pytest.mark.sweep(4)
@pytest.mark.parametrize("name", PAGES)
def test_page_reads_as_it_did(name: str) -> None:
    assert page(name) == kept(name)


def test_no_page_is_forgotten() -> None:
    assert {p.name for p in HERE.iterdir() if p.suffix in (".txt", ".tex", ".json")} == {*PAGES, KEPT.name}
