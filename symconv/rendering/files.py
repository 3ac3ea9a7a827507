"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from symconv.errors import SymconvError


def write(text: str, path: Any) -> None:
    """Write a file whole: to a temporary file beside it, then renamed.

    Raises SymconvError if the place cannot be written.
    """
    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".symconv-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(name, 0o666 & ~umask)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SymconvError(f"cannot write {str(path)!r}: {reason}; choose a file in a folder that can be written") from None
