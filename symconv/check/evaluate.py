"""Exact values and gradients of a member of the family for what a user gives, by one ``sweep`` of its taps.

A window that does not fit into the padded input is refused, along any axis; a batch without images is none the less a batch: y is
as empty, and dL/dw and dL/db are 0.  Integers stay integers (int64 where no sum can overflow, Python's own otherwise); fractions
are brought to one common denominator; floats are float64.  Shapes are PyTorch's for the layers, bare spatial arrays otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from symconv.check.padding import fold, widen
from symconv.check.sweep import ENTRIES, Sweep, within
from symconv.errors import SymconvError, brief
from symconv.language.border import Border
from symconv.language.integers import Int, integer
from symconv.language.lazy import dataclass
from symconv.language.operator import Operand, Operator, inner, interval, names, shape

Array = Any
DEEPEST = 8


@dataclass(frozen=True)
class Evaluation:
    """y and the gradients as NumPy arrays; None for what the given operands do not determine."""

    y: Array
    grad_x: Array
    grad_w: Array
    grad_b: Array
    exact: bool
    indices: Array = None  # of a maximum: the place of the first largest entry in its plane, flattened row by row


def evaluate(
    op: Operator,
    x: Any = None,
    w: Any = None,
    b: Any = None,
    g: Any = None,
    input: Any = None,
    kernel: Any = None,
    output: Any = None,
    values: Mapping[str, int] | None = None,
) -> Evaluation:
    """The numbers: y from x, w (and b); grad_x from w and g; grad_w from x and g; grad_b from g.

    ``input``, ``kernel`` and ``output`` give the spatial sizes of operands that are left out.  ``values`` gives numbers to
    parameters that are names.  Raises SymconvError for ragged or non-numeric operands, NaN, infinity and shapes that do
    not agree.
    """
    given = {role: as_array(value, role) for role, value in (("x", x), ("w", w), ("b", b), ("g", g)) if value is not None}
    if op.bias is None and "b" in given:
        raise SymconvError(f"b: expected no bias for {op.name} as it was built, got an array of shape {given['b'].shape}")
    sizes = Binding(op, dict(values or {}))
    for role, array in given.items():
        sizes.match(role, array.shape)
    for role, extent in (("x", input), ("w", kernel), ("y", output)):
        if extent is not None:
            sizes.match_spatial(role, extent)
    concrete = sizes.solve()
    exact = all(a.dtype != np.float64 for a in given.values())
    return sweep(concrete, given, exact) if concrete.border is None else through(concrete, concrete.border, given, exact)


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


class Binding:
    """Numbers for names, found by matching the shapes of what was given with the shapes of the operator."""

    def __init__(self, op: Operator, values: dict[str, int]) -> None:
        self.op = op
        self.known: dict[str, int] = values
        self.equations: list[tuple[Int, int, str]] = []

    def operand(self, role: str) -> Operand:
        """The operand in a role; g has the shape of y."""
        return self.op.operand("y" if role == "g" else role)

    def sizes(self, role: str) -> tuple[Int, ...]:
        """The sizes of the operand in a role."""
        return shape(self.op, self.operand(role))

    def match(self, role: str, found: tuple[int, ...]) -> None:
        """The operand's shape is ``found``."""
        sizes = self.sizes(role)
        if len(sizes) != len(found):
            wanted = f"({', '.join(map(str, sizes))})"
            raise SymconvError(f"{role}: expected {len(sizes)} axes {wanted} for {self.op.name}, got shape {found}")
        self.equations += [(e, n, f"{role} has shape {found}") for e, n in zip(sizes, found, strict=True)]

    def match_spatial(self, role: str, extent: Any) -> None:
        """The operand's spatial sizes are ``extent`` (an integer, or one per axis)."""
        given = list(extent) if isinstance(extent, (tuple, list)) else [extent] * self.op.ndim
        what = {"x": "input", "w": "kernel", "y": "output"}[role]
        if not self.op.ndim:
            raise SymconvError(f"{what}: expected none for {self.op.name}, which has no spatial sizes, got {brief(extent)}")
        if len(given) != self.op.ndim or not all(
            isinstance(n, (int, np.integer)) and not isinstance(n, bool) and 0 <= n <= ENTRIES for n in given
        ):
            raise SymconvError(f"{what}: expected {self.op.ndim} spatial size(s) from 0 to {ENTRIES}, got {brief(extent)}")
        sizes = self.sizes(role)[-self.op.ndim :]
        self.equations += [(e, int(n), f"{what} is {extent}") for e, n in zip(sizes, given, strict=True)]

    def solve(self) -> Operator:
        """The operator with every size that can be known put in.

        Raises SymconvError where two shapes contradict each other.
        """
        again = True
        while again:
            again = False
            for e, n, why in self.equations:
                again = self._unify(e, n, why) or again
            again = self._define() or again
        result = self.op.subs(dict(self.known))
        interval(result)
        missing = [
            n for n in sorted(names(self.op) - self.known.keys()) if n in dict(self.op.lower) and n[0] not in "NKBCFG"
        ]
        if missing:
            raise SymconvError(f"{self.op.name}: expected a number for {', '.join(missing)}, as in {missing[0]}=2")
        for axis in result.axes:
            if axis.kernel == 0:
                raise SymconvError("w: expected a kernel of at least one tap along every axis, got none")
        fitting(result)
        return result

    def _unify(self, e: Int, n: int, why: str) -> bool:
        """Use one equation e = n; True if it taught something."""
        rest = e.subs(self.known)
        if rest.constant is not None:
            if rest.constant != n:
                raise SymconvError(self._disagree(e, n, rest.constant, why))
            return False
        if len(rest.terms) != 1 or len(rest.terms[0][0]) != 1 or not isinstance(rest.terms[0][0][0], str):
            return False
        ((name,), factor) = rest.terms[0]
        if n % factor:
            raise SymconvError(f"{why}: expected a multiple of {factor} ({e}), got {n}; do the groups divide the channels?")
        self.known[str(name)] = n // factor
        return True

    def _disagree(self, e: Int, n: int, value: int, why: str) -> str:
        counted = {"B": " images", "C": " channels", "F": " filters"}.get(e.name or "", "")
        meaning = f"{e} = {value}{counted}" if e.constant is None else str(value)
        return f"shapes of {self.op.name} do not agree: {why}, expected {meaning} where it has {n}"

    def _define(self) -> bool:
        """O and a from their definitions; an empty output has length 0."""
        taught = False
        for name, meaning in self.op.definitions:
            value = meaning.subs(self.known).constant
            if value is None:
                continue
            value = max(0, value)
            if name not in self.known:
                self.known[name] = value
                taught = True
            elif self.known[name] != value:
                raise SymconvError(
                    f"shapes of {self.op.name} do not agree: {name} is {self.known[name]}, expected {name} = {value}"
                )
        return taught


def fitting(op: Operator) -> None:
    """Raise SymconvError where a window does not fit into the padded input, or an axis of the data holds nothing."""
    for k, axis in enumerate(op.axes):
        left, right = op.fits[k] if k < len(op.fits) else (integer(0), integer(0))
        room, data, out = (left - right).constant, axis.data.constant, axis.output.constant
        if (room is not None and room < 0) or (out is not None and out < 1):
            padded = (
                op.border.sizes[k] + sum(op.border.pads[k], integer(0))
                if op.border is not None
                else axis.data + axis.lo + axis.hi
            )
            raise SymconvError(
                f"{op.name}: expected a kernel that fits into the padded input along axis {k}, got an input of {padded} with its "
                f"padding against a reach of {axis.reach + 1}; use a smaller kernel or more padding"
                if op.output_padding is None
                else f"{op.name}: expected padding that leaves an output along axis {k}, got output size {axis.slack + 1}; "
                "use less padding or a larger input"
            )
        if data is not None and data < 1:
            raise SymconvError(f"{op.name}: expected at least one entry of {op.data.name} along axis {k}, got none")


def sweep(op: Operator, given: dict[str, Array], exact: bool) -> Evaluation:
    """All results that the given operands determine."""
    have = given.keys()
    scaled, scales = common(given) if exact else (given, dict.fromkeys(given, 1))
    taps = Sweep(op, {role: a if exact else as_floats(a, role) for role, a in scaled.items()})

    def restored(array: Array, scale: int) -> Array:
        if not exact and not np.isfinite(array).all():
            raise SymconvError(f"{op.name}: expected results within float64's range, got an overflow; use smaller numbers")
        return restored_numbers(array, scale) if exact else array

    y = grad_x = grad_w = grad_b = None
    if {"x", "w"} <= have:
        y = restored(taps.forward(), scales["x"] * scales["w"])
        if "b" in have:
            y = y + along(op, restored(taps.arrays["b"], scales["b"]))
            y = restored_numbers(y, 1) if exact else y
    if {"w", "g"} <= have and taps.sized(op.data):
        grad_x = restored(taps.grad_data(), scales["w"] * scales["g"])
    if {"x", "g"} <= have and taps.sized(op.kernel):
        grad_w = restored(taps.grad_kernel(), scales["x"] * scales["g"])
    if "g" in have and op.bias is not None:
        grad_b = restored(taps.grad_bias(), scales["g"])
    return Evaluation(y, grad_x, grad_w, grad_b, exact)


def through(op: Operator, border: Border, given: dict[str, Array], exact: bool) -> Evaluation:
    """A bordered operator: the padded operand made, the plain member swept, what belongs to the padded operand folded back."""
    role = {"y": "g"}.get(border.role, border.role)
    found = sweep(inner(op), {name: widen(border, a) if name == role else a for name, a in given.items()}, exact)
    field = {"x": "grad_x", "w": "grad_w", "g": "y"}[role]
    array = getattr(found, field)
    if array is None:
        return found
    back = fold(border, array.astype(object) if exact else array)
    return replace(found, **{field: restored_numbers(back, 1) if exact else back})


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


def restored_numbers(array: Array, scale: int) -> Array:
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


def along(op: Operator, b: Array) -> Array:
    """The bias, shaped to be added to y."""
    return b.reshape((1,) * (1 if op.result.layout else 0) + b.shape + (1,) * op.ndim)
