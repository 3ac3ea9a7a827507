"""Warnings of libraries about a user's file, which are not ours to report.

Python keeps the filters of warnings per process: two threads that change them at once may restore each other's.  One at a time.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

_LOCK = RLock()


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing is warned of in the block."""
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
