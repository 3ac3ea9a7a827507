"""The tests: laws, what they run over, and the truths that they are held against."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
CORPORA = TESTS / "corpora"
