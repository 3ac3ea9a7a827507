"""Arrays in NumPy's files, as data: nothing is unpickled, and no more is read or made than the limit allows.

.npy    a header (shape, kind, order) and the numbers; the header is believed only if as many bytes follow as it says
.npz    a zip archive of them; a member is unpacked up to the limit, whatever the archive says of its size
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from math import prod
from tokenize import TokenError
from typing import Any

import numpy as np

from symconv.errors import SymconvError
from symconv.language.quiet import quiet

# all that a damaged file is known to raise in the readers of zip archives and of headers, which are Python's and NumPy's
DAMAGED = (
    ValueError, EOFError, TypeError, AttributeError, KeyError, IndexError, SyntaxError, TokenError, MemoryError, RecursionError,
    OverflowError, struct.error, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip


def read(path: str, ending: str, most: int, choose: Callable[[list[str]], str], where: str) -> Any:
    """The array in a file; of an archive the one that is chosen by its name.

    Raises SymconvError for what cannot be read, OSError where the file itself cannot.
    """
    hint = "save numbers with numpy.save"
    try:
        if ending == ".npz":
            return array(member(path, most, choose, where))
        with open(path, "rb") as file:
            return array(file.read(most + 1))
    except SymconvError:
        raise
    except NotImplementedError:
        raise SymconvError(
            f"{where}: expected an archive packed by numpy.savez, got an unknown compression; {hint}"
        ) from None
    except RuntimeError as error:
        if isinstance(error, RecursionError):
            raise SymconvError(f"{where}: expected a plain header, got a deeply nested one; {hint}") from None
        raise SymconvError(f"{where}: expected an archive that is not encrypted; {hint}") from None
    except DAMAGED:
        raise SymconvError(
            f"{where}: expected plain numbers, got an empty or broken file or pickled objects (which are not loaded); {hint}"
        ) from None


def member(path: str, most: int, choose: Callable[[list[str]], str], where: str) -> bytes:
    """The bytes of one member of an archive."""
    with zipfile.ZipFile(path) as archive:
        names = {name.removesuffix(".npy"): name for name in archive.namelist()}
        with archive.open(names[choose(list(names))]) as packed:
            found = packed.read(most + 1)
    if len(found) > most:
        raise SymconvError(f"{where}: expected arrays of at most {most} bytes, got a larger one")
    return found


def array(content: bytes) -> Any:
    """The array that the bytes of a .npy file are.

    Raises ValueError, and others of DAMAGED, for what is none.
    """
    stream = BytesIO(content)
    version = np.lib.format.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise ValueError("a version for records")
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    with quiet():
        shape, columns, kind = header(stream)
    start = stream.tell()
    if kind.hasobject or kind.itemsize == 0 or any(n < 0 for n in shape):
        raise ValueError("no numbers")
    if prod(shape) * kind.itemsize != len(content) - start:
        raise ValueError("another number of bytes than the header says")
    return np.frombuffer(content, kind, offset=start).reshape(shape, order="F" if columns else "C")
