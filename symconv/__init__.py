"""symconv derives the calculus of convolution, checks every line, and writes it down.

>>> import symconv as sc
>>> sc.derive(sc.conv1d(stride="s", padding="P", dilation="d"), wrt="x")    # doctest: +SKIP

What it offers with all types stands in ``__init__.pyi``, written from the rows.
"""

from __future__ import annotations

from symconv.errors import InternalError as InternalError
from symconv.errors import SymconvError as SymconvError

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """The public names, imported when first used, so that ``symconv --help`` answers at once."""
    if name == "__all__":
        return [*__dir__()]
    if name.startswith("_"):
        raise AttributeError(f"module 'symconv' has no attribute {name!r}")
    import symconv.public

    return getattr(symconv.public, name)


def __dir__() -> list[str]:
    """What users import: the spine's names, and those of the topics."""
    import symconv.public

    return sorted(["InternalError", "SymconvError", "__version__", *symconv.public.names()])
