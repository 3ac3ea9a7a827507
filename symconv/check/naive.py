"""The loss of a net from the definitions alone, with no gradient code near it.

    y[out] = sum of w[tap] x[data]  (or the mean, or the largest x[data])  over the triples of the brute-force loops

The triples of a layer are listed once, as flat indices; every value of the loss after that is one sum over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symconv.check import brute
from symconv.check.functionlines import functions_of
from symconv.check.functions import naive_loss, naive_softmax
from symconv.language.functions import Function
from symconv.language.network import Network
from symconv.language.unshared import Windowed

Array = Any


class Naive:
    """L from the tensor behind any layer on, by the definitions of the layers."""

    def __init__(self, net: Network) -> None:
        self.net = net
        self._triples: dict[str, _Triples] = {}

    def loss(self, start: int, h: Array, parameters: Mapping[str, Array], target: Any, g: Array | None) -> float:
        """L, given the tensor behind layer ``start`` (0: the input); without a loss layer the sum of g y."""
        for link in self.net.links[start:]:
            op = link.op
            if op.window is None:
                h = _function(op, h, target)
                continue
            own = {role: parameters[f"{link.label}.{role}"] for role in link.parameters}
            if link.label not in self._triples:
                self._triples[link.label] = _Triples(op, h.shape, own)
            h = self._triples[link.label].forward(h, own)
        return float(h if g is None else (g * h).sum())


class _Triples:
    """(output, tap, data) of every product of a layer, as flat indices."""

    def __init__(self, op: Windowed, shape: tuple[int, ...], own: Mapping[str, Array]) -> None:
        self.op = op
        self.result = brute.shape_of(op, "y")
        found = list(brute.terms(op))
        self.counts = np.array([w.count for w in brute.windows(op)], dtype=float) if op.kind == "avg_pool" else None
        owners = [brute.owner(op, out) for out in brute.entries(op, "y")] if "b" in own else []
        self.out, self.data = flat([t[0] for t in found], self.result), flat([t[2] for t in found], shape)
        self.tap = flat([t[1] for t in found], own["w"].shape) if "w" in own else None
        self.owner = flat(owners, own["b"].shape) if "b" in own else None

    def forward(self, x: Array, own: Mapping[str, Array]) -> Array:
        """y: the sum, the mean or the maximum over the triples of every output entry."""
        size = int(np.prod(self.result))
        read = np.asarray(x, dtype=float).reshape(-1)[self.data]
        if self.op.kind == "max_pool":
            y = np.full(size, -np.inf)
            np.maximum.at(y, self.out, read)
            return y.reshape(self.result)
        if self.tap is not None:
            read = read * own["w"].reshape(-1)[self.tap]
        y = np.bincount(self.out, weights=read, minlength=size)
        if self.counts is not None:
            y = y / self.counts
        if self.owner is not None:
            y = y + own["b"].reshape(-1)[self.owner]
        return y.reshape(self.result)


def flat(indices: list[tuple[int, ...]], shape: tuple[int, ...]) -> Array:
    """Multi-indices as places in the flattened array."""
    if not indices:
        return np.zeros(0, dtype=np.int64)
    return np.ravel_multi_index(tuple(np.array(indices, dtype=np.int64).T), shape)


def _function(op: Function, h: Array, target: Any) -> Array:
    """An activation, loss or flatten as it is defined."""
    if op.kind == "pointwise":
        return np.asarray(functions_of(op)[op.name, 0](h))
    if op.kind == "flatten":
        return np.stack([np.array([row[place] for place in np.ndindex(*row.shape)]) for row in h])
    if op.kind == "softmax":
        return naive_softmax(h)
    return np.asarray(naive_loss(op, target)(h))
