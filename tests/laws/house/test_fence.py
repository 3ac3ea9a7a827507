"""No byte of any page differs from what the fence keeps: every command x target x layer."""

from __future__ import annotations

import pytest

from tests.fence import commands, differing, kept


def test_the_fence_keeps_every_page() -> None:
    assert list(kept()) == commands()


@pytest.mark.slow
def test_the_bytes_are_those_that_were_kept() -> None:
    assert differing(commands()) == []
