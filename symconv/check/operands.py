"""What a user gives as arrays of NumPy, and exact results as plain as they can be.

Integers stay integers (int64 where no sum can overflow, Python's own otherwise); fractions are brought to one common denominator;
beside floats everything is float64.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from symconv.check.sweep import within
from symconv.errors import SymconvError, brief

Array = Any
DEEPEST = 8


def as_array(value: Any, role: str) -> Array:
    """An operand as an array: int64, object (large integers and fractions) or float64.

    How many entries it has is looked at before any is copied: a broadcast array or a list of one row many times takes no room.
    """
    if hasattr(value, "mask"):
        raise SymconvError(f"{role}: expected plain numbers, got a masked array")
    within(math.prod(value.shape) if isinstance(value, np.ndarray) else along_first(value), role)
    if isinstance(value, np.ndarray) and value.dtype.kind not in "iufO":
        raise SymconvError(f"{role}: expected numbers, got an array of {value.dtype.name}")
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.dtype != np.uint64:
        return value.astype(np.int64)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        with np.errstate(over="ignore"):  # what float64 does not hold is infinite, and refused
            return _finite(value.astype(np.float64), role)
    if type(value).__module__.startswith("torch"):
        try:
            return as_array(value.detach().cpu().numpy(), role)
        except (AttributeError, TypeError, RuntimeError, NotImplementedError):
            raise SymconvError(f"{role}: expected a dense tensor that NumPy can hold, got {type(value).__name__}") from None
    flat: list[Any] = []
    found = _measure(value, role, flat)
    return _finite(_pack(flat, role).reshape(found), role)


def along_first(value: Any) -> int:
    """How many entries nested lists have if they are as rectangular as their first rows say."""
    total = 1
    for _ in range(DEEPEST):
        if not isinstance(value, (list, tuple)) or not value:
            break
        total, value = total * len(value), value[0]
    return total * (value.size if isinstance(value, np.ndarray) else 1)


def _measure(value: Any, role: str, flat: list[Any], depth: int = 0) -> tuple[int, ...]:
    if depth > DEEPEST:
        raise SymconvError(f"{role}: expected at most {DEEPEST} levels of nesting, got more")
    if isinstance(value, np.ndarray):
        within(len(flat) + value.size, role)
        value = value.tolist()
    within(len(flat), role)
    if not isinstance(value, (list, tuple)):
        flat.append(value)
        return ()
    shapes = {_measure(entry, role, flat, depth + 1) for entry in value}
    if len(shapes) > 1:
        raise SymconvError(f"{role}: expected a rectangular array, got rows of different shapes {sorted(shapes)[:3]}")
    return (len(value), *(shapes.pop() if shapes else ()))


def _pack(flat: list[Any], role: str) -> Array:
    kinds = set()
    numbers: list[Any] = []
    for entry in flat:
        if isinstance(entry, (bool, np.bool_)):
            raise SymconvError(f"{role}: expected numbers, got {entry!r}")
        if isinstance(entry, (int, np.integer)):
            kinds.add("int")
            numbers.append(int(entry))
        elif isinstance(entry, (float, np.floating)):
            kinds.add("float")
            numbers.append(float(entry))
        elif isinstance(entry, Rational):
            kinds.add("fraction")
            numbers.append(Fraction(int(entry.numerator), int(entry.denominator)))
        else:
            raise SymconvError(f"{role}: expected integers, Fractions or floats, got {brief(entry)}")
    if "float" in kinds:
        try:
            return np.array([float(n) for n in numbers], dtype=np.float64)
        except OverflowError:
            raise SymconvError(f"{role}: expected numbers within float64's range beside floats, got a larger one") from None
    if kinds <= {"int"} and all(abs(n) < 2**63 for n in numbers):
        return np.array(numbers, dtype=np.int64)
    packed = np.empty(len(numbers), dtype=object)
    packed[:] = numbers
    return packed


def _finite(array: Array, role: str) -> Array:
    if array.dtype == np.float64 and not np.isfinite(array).all():
        raise SymconvError(f"{role}: expected finite numbers, got NaN or infinity")
    return array


def as_floats(array: Array, role: str) -> Array:
    """The operand as float64, beside operands that are floats."""
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise SymconvError(f"{role}: expected numbers within float64's range beside floats, got a larger one") from None


def common(given: dict[str, Array]) -> tuple[dict[str, Array], dict[str, int]]:
    """Integer arrays and the denominators they were multiplied by; int64 where no sum can overflow."""
    scales = {role: math.lcm(1, *(n.denominator for n in a.flat)) for role, a in given.items() if a.dtype == object}
    scales.update({role: 1 for role in given if role not in scales})
    whole: dict[str, Array] = {}
    bound = 1
    for role, array in given.items():
        entries = [int(n * scales[role]) for n in array.flat] if array.dtype == object else None
        if entries is not None:
            packed = np.empty(len(entries), dtype=object)
            packed[:] = entries
            array = packed.reshape(array.shape)
        largest = (
            max((abs(int(n)) for n in (array.flat if entries is not None else (array.min(), array.max()))), default=0)
            if array.size
            else 0
        )
        bound *= max(largest, 1) * max(array.size, 1)
        whole[role] = array
    kind = np.int64 if bound < 2**62 else object
    return {role: array.astype(kind) for role, array in whole.items()}, scales


def restored(array: Array, scale: int) -> Array:
    """Back from the common denominator; int64 where everything is a small integer."""
    if array.dtype != object and scale == 1:
        return array
    entries = [Fraction(int(n), scale) if not isinstance(n, Fraction) else n / scale for n in array.flat]
    numbers = [int(n) if n.denominator == 1 else n for n in entries]
    if all(isinstance(n, int) and abs(n) < 2**63 for n in numbers):
        return np.array(numbers, dtype=np.int64).reshape(array.shape)
    packed = np.empty(len(numbers), dtype=object)
    packed[:] = numbers
    return packed.reshape(array.shape)


def floating(arrays: Mapping[str, Array]) -> dict[str, Array]:
    """All of them as float64 if one is."""
    if all(a.dtype != np.float64 for a in arrays.values()):
        return dict(arrays)
    return {role: as_floats(a, role) for role, a in arrays.items()}


def wide(array: Array, terms: int) -> Array:
    """Python's own integers where a sum of that many could overflow int64."""
    if array.dtype == np.int64 and array.size and max(abs(int(array.min())), abs(int(array.max()))) * terms >= 2**62:
        return array.astype(object)
    return array


def tidy(array: Array) -> Array:
    """Exact numbers as plain as they can be: int64 where every entry is a small integer."""
    return restored(array, 1) if array.dtype == object else array


def divided(array: Array, by: Array) -> Array:
    """Exact quotients; integers where they all come out even."""
    by = np.broadcast_to(by, array.shape)
    if array.dtype == np.int64 and not (array % by).any():
        return array // by
    made = np.empty(array.shape, dtype=object)
    made.reshape(-1)[:] = [Fraction(n) / int(m) for n, m in zip(array.astype(object).flat, by.flat, strict=True)]
    return made
