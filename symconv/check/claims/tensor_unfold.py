"""im2row and its adjoint on vectors: im2row(x)[i, p] = x[i + p], row2im(E)[j] = sum of E[i, p] over i + p = j."""

from __future__ import annotations

from typing import Any

from symconv.check.claims import signals
from symconv.check.claims.polynomials import Polynomial, add
from symconv.check.claims.signals import Misfit, Signal
from symconv.errors import SymconvError


def taps(world: Any) -> int:
    """K, as the forward formula has it."""
    found = world.values.get("K")
    if found is None:
        raise SymconvError("im2col is understood beside its forward formula alone")
    return int(found)


def unfolded(world: Any, arguments: list[Any], named: dict[str, Any], words: list[str], values: Any) -> Signal:
    """Every window as a row."""
    made, k = world.signal(arguments[0], values), taps(world)
    if len(arguments) != 1 or named or len(made.shape) != 1:
        raise SymconvError("expected im2col of a vector")
    places = made.shape[0] - k + 1
    return Signal((places, k), {(i, p): made.at((i + p,)) for i in range(places) for p in range(k)})


def columns(world: Any, arguments: list[Any], named: dict[str, Any], words: list[str], values: Any) -> Signal:
    """Every window as a column."""
    return signals.transposed(unfolded(world, arguments, named, words, values))


def folded(world: Any, arguments: list[Any], named: dict[str, Any], words: list[str], values: Any) -> Signal:
    """Rows laid down over each other and added up."""
    made = world.signal(arguments[0], values)
    if len(arguments) != 1 or named or len(made.shape) != 2:
        raise SymconvError("expected col2im of a matrix")
    return laid(made, taps(world))


def columns_folded(world: Any, arguments: list[Any], named: dict[str, Any], words: list[str], values: Any) -> Signal:
    """Columns laid down over each other and added up."""
    made = world.signal(arguments[0], values)
    if len(arguments) != 1 or named or len(made.shape) != 2:
        raise SymconvError("expected col2im of a matrix")
    return laid(signals.transposed(made), taps(world))


def laid(rows: Signal, k: int) -> Signal:
    """The sum over i + p = j."""
    if rows.shape[1] != k:
        raise Misfit(f"col2im of windows of {rows.shape[1]} entries, not {k}")
    data: dict[tuple[int, ...], Polynomial] = {}
    for (i, p), e in rows.data.items():
        add(data.setdefault((i + p,), {}), e)
    return Signal((rows.shape[0] + k - 1,), data)
