"""Hypothesis strategies that every feature joins: operators with concrete sizes, and members of the closed family.

    cases()      a ``Case``: a catalogue operator (1-3D, stride, dilation, asymmetric and negative pads, groups, bias, flip,
                 modes) with sizes that have an output, its tensors and its truth
    members()    a ``Member``: any concrete member of the family, zero-dilated data and free remainder included, as core data

Both carry ``arrays(seed)`` (small random integers, none of them 0) and ``truth(arrays)`` (by ``tests.brute``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from hypothesis import strategies as st

import symconv as sc
from symconv.language.integers import integer
from symconv.language.operator import Axis, Operand
from symconv.language.operator import Operator as Core
from symconv.public import Operator
from tests.oracles import brute

Pads = tuple[tuple[int, int], ...]
Sizes = tuple[int, ...]


def entries(shape: Sizes, seed: int) -> Any:
    """Integers between -9 and 9 without 0, as an object array, so that no sum can wrap around."""
    rng = np.random.RandomState(seed)
    values = rng.randint(1, 10, size=shape) * rng.choice([-1, 1], size=shape)
    return np.array(values, dtype=object).reshape(shape)


def same(found: Any, expected: Any) -> bool:
    """Equal shapes and exactly equal entries."""
    return np.shape(found) == np.shape(expected) and bool(np.all(np.asarray(found) == np.asarray(expected)))


@dataclass(frozen=True)
class Case:
    """A catalogue operator as a user would build it, with concrete sizes."""

    family: str
    stride: Sizes
    dilation: Sizes
    padding: Pads
    input: Sizes
    kernel: Sizes
    mode: str | None = None
    flip_kernel: bool = False
    groups: int = 1
    bias: bool = False
    batch: int = 1
    in_channels: int = 1
    out_channels: int = 1

    @property
    def ndim(self) -> int:
        return len(self.stride)

    @property
    def layered(self) -> bool:
        return self.family == "conv"

    @property
    def name(self) -> str:
        return f"{self.family}{self.ndim}d"

    @property
    def flip(self) -> bool:
        """Whether the operator is a true convolution."""
        return self.flip_kernel or self.family == "convolve"

    @property
    def roles(self) -> tuple[str, ...]:
        """What can be differentiated by."""
        return ("x", "w", "b") if self.bias else ("x", "w")

    @cached_property
    def output(self) -> Sizes:
        return brute.output_sizes(self.input, self.kernel, self.stride, self.dilation, self.padding)

    @cached_property
    def remainder(self) -> Sizes:
        """a = N + lo + hi - d(K-1) - 1 - s(O-1) per axis."""
        parts = zip(self.input, self.kernel, self.output, self.stride, self.dilation, self.padding, strict=True)
        return tuple(n + sum(pads) - d * (k - 1) - 1 - s * (o - 1) for n, k, o, s, d, pads in parts)

    def parameters(self, **changes: Any) -> dict[str, Any]:
        """What the constructor is given."""
        given: dict[str, Any] = {"stride": self.stride, "dilation": self.dilation}
        given.update({"mode": self.mode} if self.mode else {"padding": self.padding})
        if self.layered:
            given.update(groups=self.groups, bias=self.bias, flip_kernel=self.flip_kernel)
        return given | changes

    def operator(self, **changes: Any) -> Operator:
        """The operator with its sizes left open."""
        return getattr(sc, self.name)(**self.parameters(**changes))

    def sizes(self) -> dict[str, Any]:
        """What ``.at`` is given."""
        given: dict[str, Any] = {"input": self.input, "kernel": self.kernel}
        if self.layered:
            given.update(batch=self.batch, in_channels=self.in_channels, out_channels=self.out_channels)
        return given

    @cached_property
    def shapes(self) -> dict[str, Sizes]:
        """The shapes of x, w, b and g as the operator takes them."""
        if not self.layered:
            return {"x": self.input, "w": self.kernel, "g": self.output}
        found = {
            "x": (self.batch, self.in_channels, *self.input),
            "w": (self.out_channels, self.in_channels // self.groups, *self.kernel),
            "g": (self.batch, self.out_channels, *self.output),
        }
        return found | ({"b": (self.out_channels,)} if self.bias else {})

    def arrays(self, seed: int = 0) -> dict[str, Any]:
        """Random x, w, g (and b)."""
        return {role: entries(shape, 10 * seed + k) for k, (role, shape) in enumerate(self.shapes.items())}

    def truth(self, arrays: dict[str, Any]) -> dict[str, Any]:
        """y and the gradients x, w, b, in the operator's own shapes."""
        lead = (None, None) if not self.layered else ()
        x, w, g = (arrays[role][(*lead, ...)] for role in ("x", "w", "g"))
        found = brute.run(
            x, w, arrays.get("b"), g,
            stride=self.stride, dilation=self.dilation, padding=self.padding, groups=self.groups, flip=self.flip,
        )  # fmt: skip
        trim = (0, 0) if not self.layered else ()
        return {"y": found.y[trim], "x": found.dx[trim], "w": found.dw[trim], "b": found.db}


@dataclass(frozen=True)
class Member:
    """A concrete member of the family with one channel, given by (N, K, O, s, r, d, lo, hi) per axis."""

    axes: tuple[tuple[int, int, int, int, int, int, int, int], ...]
    flip: bool

    def core(self) -> Core:
        """The member as core data."""
        made = []
        for n, k, o, s, r, d, lo, hi in self.axes:
            a = r * (n - 1) + lo + hi - d * (k - 1) - s * (o - 1)
            made.append(Axis(*map(integer, (n, k, o, s, r, d, lo, hi, a))))
        operands = (Operand(name, (), index) for name, index in (("x", "j"), ("w", "p"), ("y", "i")))
        return Core(f"correlate{len(made)}d", tuple(made), self.flip, *operands)

    def operator(self) -> Operator:
        """The member as users hold it."""
        return Operator(self.core())

    def arrays(self, seed: int = 0) -> dict[str, Any]:
        """Random x, w and g."""
        shapes = [tuple(axis[m] for axis in self.axes) for m in range(3)]
        return {role: entries(shape, 10 * seed + m) for m, (role, shape) in enumerate(zip("xwg", shapes, strict=True))}

    def truth(self, arrays: dict[str, Any]) -> dict[str, Any]:
        """y and the gradients x and w."""
        _, _, _, s, r, d, lo, hi = zip(*self.axes, strict=True)
        x, w, g = (arrays[role][None, None] for role in "xwg")
        pads = tuple(zip(lo, hi, strict=True))
        found = brute.run(x, w, None, g, stride=s, dilation=d, padding=pads, flip=self.flip, zeros=r)
        return {"y": found.y[0, 0], "x": found.dx[0, 0], "w": found.dw[0, 0]}


MODES = {
    "valid": lambda e: (0, 0),
    "full": lambda e: (e, e),
    "same": lambda e: (e - e // 2, e // 2),
}


@st.composite
def axis(draw: st.DrawFn, ndim: int, modes: tuple[str | None, ...] = (None,)) -> tuple[int, int, int, tuple[int, int], int]:
    """(stride, dilation, kernel, pads, input) of one axis with an output, small enough for plain loops."""
    small = ndim > 1
    s, d = draw(st.integers(1, 3 if small else 4)), draw(st.integers(1, 2 if small else 3))
    k = draw(st.integers(1, 3 if small else 4))
    (mode,) = modes
    pads = MODES[mode](d * (k - 1)) if mode else (draw(st.integers(-2, 3)), draw(st.integers(-2, 3)))
    least = max(1, d * (k - 1) + 1 - sum(pads))
    return s, d, k, pads, least + draw(st.integers(0, s + (1 if small else 4)))


@st.composite
def cases(
    draw: st.DrawFn,
    families: tuple[str, ...] = ("correlate", "convolve", "conv"),
    ndims: tuple[int, ...] = (1, 2, 3),
) -> Case:
    """A catalogue operator with sizes."""
    family, ndim = draw(st.sampled_from(families)), draw(st.sampled_from(ndims))
    mode = draw(st.sampled_from([None, None, *MODES])) if family != "conv" else None
    stride, dilation, kernel, padding, sizes = zip(*(draw(axis(ndim, (mode,))) for _ in range(ndim)), strict=True)
    if family != "conv":
        return Case(family, stride, dilation, padding, sizes, kernel, mode)
    groups = draw(st.integers(1, 2))
    return Case(
        family, stride, dilation, padding, sizes, kernel, None,
        flip_kernel=draw(st.booleans()),
        groups=groups,
        bias=draw(st.booleans()),
        batch=draw(st.integers(1, 2)),
        in_channels=groups * draw(st.integers(1, 2)),
        out_channels=groups * draw(st.integers(1, 3 if ndim < 3 else 2)),
    )  # fmt: skip


@st.composite
def member_axis(draw: st.DrawFn) -> tuple[int, int, int, int, int, int, int, int]:
    """One axis of a member: any r, s, d, pads of either sign, and any remainder a >= 0."""
    n, k, o = (draw(st.integers(1, 5)) for _ in range(3))
    s, r, d = (draw(st.integers(1, 3)) for _ in range(3))
    lo = draw(st.integers(-3, 5))
    remainder = draw(st.integers(0, 4))
    hi = s * (o - 1) + d * (k - 1) + remainder - r * (n - 1) - lo
    return n, k, o, s, r, d, lo, hi


def members(ndims: tuple[int, ...] = (1, 2)) -> st.SearchStrategy[Member]:
    """Any concrete member of the family."""
    axes = st.sampled_from(ndims).flatmap(lambda n: st.tuples(*[member_axis()] * n))
    return st.builds(Member, axes, st.booleans())
