"""Temporary files and folders that do not pile up.

Each is locked by the process that uses it, and undone when that process is stopped.  One that was killed leaves its own behind,
unlocked: whoever makes the next of the kind removes it.  Where files cannot be locked nothing of others is touched.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from symconv.language.undoing import held

PREFIX, PART, LOCK = ".symconv-", ".part", "lock"


def locked(handle: int) -> bool | None:
    """Whether the open file is ours now; None where files cannot be locked."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return None
    return True


def abandoned(path: str) -> bool:
    """Whether a file of the kind belongs to us and to no living process."""
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        own = not hasattr(os, "getuid") or os.fstat(handle).st_uid == os.getuid()
        return own and locked(handle) is True
    finally:
        os.close(handle)


def clear(folder: str, ending: str, lock: str, remove: Callable[[str], object]) -> None:
    """Remove what killed processes left in a folder."""
    with suppress(OSError):
        names = [entry.name for entry in os.scandir(folder) if entry.name.startswith(PREFIX)]
        for path in (os.path.join(folder, name) for name in names if name.endswith(ending)):
            if abandoned(os.path.join(path, lock) if lock else path):
                with suppress(OSError):
                    remove(path)


@contextmanager
def part(folder: str) -> Iterator[tuple[int, str]]:
    """An open temporary file in a folder; it is removed if it is still there at the end."""
    clear(folder, PART, "", os.unlink)
    while True:
        handle, name = tempfile.mkstemp(dir=folder, prefix=PREFIX, suffix=PART)
        if locked(handle) is not False and os.path.exists(name):
            break
        os.close(handle)  # another run took it for a killed one's, just before it was locked
    with held(lambda: os.unlink(name)):
        try:
            yield handle, name
        finally:
            with suppress(FileNotFoundError):
                os.unlink(name)


@contextmanager
def workshop() -> Iterator[str]:
    """A temporary folder."""
    clear(tempfile.gettempdir(), "", LOCK, shutil.rmtree)
    folder = tempfile.mkdtemp(prefix=PREFIX)
    with held(lambda: shutil.rmtree(folder, ignore_errors=True)):
        try:
            handle = os.open(os.path.join(folder, LOCK), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            locked(handle)
            try:
                yield folder
            finally:
                os.close(handle)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
