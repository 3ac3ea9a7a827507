"""Files are written whole or not at all."""

from __future__ import annotations

import os
from typing import Any

from symconv.errors import SymconvError, brief
from symconv.pages.scratch import part


def write(made: str | bytes, path: Any) -> None:
    """Write a file whole (text as UTF-8, or bytes): to a temporary file beside it, then renamed.

    Raises SymconvError if the place cannot be written.
    """
    try:
        content = made.encode("utf-8") if isinstance(made, str) else made
        target = os.path.realpath(os.fsdecode(path))
        if open_already(path):  # a device or a pipe is written, never replaced
            with open(path, "ab") as device:
                device.write(content)
            return
        if os.path.exists(target) and not os.access(target, os.W_OK):
            raise PermissionError("the file is read-only")
        _replace(content, target)
    except (OSError, ValueError, TypeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        place = str(path) if isinstance(path, os.PathLike) else path
        raise SymconvError(
            f"cannot write {brief(place)}: {reason}; choose a file in a folder that can be written"
        ) from None


def open_already(path: Any) -> bool:
    """Whether a path is a device, a pipe, or one of this process's open files (/dev/fd/3), whose real path names nothing."""
    if os.path.isdir(path) or not os.path.exists(path):
        return False
    folder = os.path.dirname(os.path.abspath(os.fsdecode(path)))
    return not os.path.isfile(path) or folder.startswith(("/dev", "/proc"))


def _replace(content: bytes, target: str) -> None:
    """Write a temporary file beside the target, give it the target's mode, rename it."""
    with part(os.path.dirname(target)) as (handle, name), os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.chmod(name, _mode(target))
        if os.name == "nt":  # where an open file cannot be renamed; elsewhere it is locked to the end
            file.close()
        os.replace(name, target)


def _mode(target: str) -> int:
    """The mode of the file that is replaced, or the one that a new file gets."""
    if os.path.exists(target):
        return os.stat(target).st_mode & 0o7777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
