"""A claim about discrete Fourier transforms, elaborated: which names are signals, which are spectra.  Plain data.

X[k] = sum_n e^(-2 pi i k n/N) x[n]; every signal has N entries, n = 0 .. N-1.
"""

from __future__ import annotations

from symconv.language.formula import Node
from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Transformed:
    """``left`` = ``right`` for every free index from 0 to N-1, or (``whole``) as arrays of N entries.

    ``spectra`` are (capital, signal); ``defined`` are signals with their index and formula; ``lengths`` are the names of signals
    that are 0 from some place on; ``others`` are further whole numbers.
    """

    label: str
    left: Node
    right: Node
    size: str
    signals: tuple[str, ...]
    spectra: tuple[tuple[str, str], ...] = ()
    defined: tuple[tuple[str, str, Node], ...] = ()
    lengths: tuple[tuple[str, Node], ...] = ()
    free: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    senses: tuple[tuple[str, str], ...] = ()
    unit: str = "i"
    whole: bool = False
    real: bool = False
    periodic: bool = True
