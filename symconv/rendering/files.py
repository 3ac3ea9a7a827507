"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from symconv.errors import SymconvError


def write(text: str | bytes, path: Any) -> None:
    """Write a file (text, or a picture's bytes) whole: to a temporary file beside it, then renamed.

    Raises SymconvError if the place cannot be written.
    """
    try:
        target = os.path.realpath(os.fspath(path))
        if os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target):
            with open(target, "wb") as device:  # a device or a pipe is written, never replaced
                device.write(text if isinstance(text, bytes) else text.encode())
            return
        if os.path.exists(target) and not os.access(target, os.W_OK):
            raise PermissionError("the file is read-only")
        _replace(text, target)
    except (OSError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SymconvError(f"cannot write {str(path)!r}: {reason}; choose a file in a folder that can be written") from None


def _replace(text: str | bytes, target: Any) -> None:
    """Write a temporary file beside the target, give it the target's mode, rename it."""
    handle, name = tempfile.mkstemp(
        dir=os.path.dirname(target), prefix=b".symconv-" if isinstance(target, bytes) else ".symconv-"
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _mode(target: Any) -> int:
    """The mode of the file that is replaced, or the one that a new file gets."""
    if os.path.exists(target):
        return os.stat(target).st_mode & 0o7777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
