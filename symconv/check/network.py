"""A net in numbers, forwards and backwards, layer by layer.

Every layer goes by its own evaluation (NumPy): exact for ints and Fractions until exp and log come in, float64 from there on.
The way back hands the upstream gradient from layer to layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symconv.check.evaluate import GRADIENTS, results
from symconv.check.functions import forward
from symconv.check.operands import as_array, as_floats
from symconv.errors import SymconvError, nearest
from symconv.language.lazy import dataclass
from symconv.language.network import Network, edge

Array = Any


class Exactness:
    """Which values of a run are exact (ints and Fractions) and which float64; true if all are."""

    def __init__(self, by_name: dict[str, bool]) -> None:
        self.by_name = by_name

    def __bool__(self) -> bool:
        return all(self.by_name.values())

    def __getitem__(self, name: str) -> bool:
        return self.by_name[name]

    def __repr__(self) -> str:
        if all(self.by_name.values()):
            return "exact throughout"
        last = [name for name, exact in self.by_name.items() if exact]
        if not last:
            return "float64 throughout"
        first = next(name for name, exact in self.by_name.items() if not exact)
        return f"exact up to {last[-1]}; float64 from {first} on"


@dataclass(frozen=True)
class NetRun:
    """``y`` is the output, the loss if there is one; ``outputs`` by label; ``grads`` by x, conv1.w, ... and by edge (h1, ...)."""

    y: Array
    outputs: dict[str, Array]
    grads: dict[str, Array]
    logits: Array
    exact: Exactness

    @property
    def loss(self) -> Array:
        """The loss, a number."""
        return self.y[()] if np.ndim(self.y) == 0 else self.y

    def grad(self, name: str) -> Array:
        """dL/d(name), for x, conv1.w, ..., or an edge h1, h2, ....

        Raises SymconvError, with the nearest name, for anything else.
        """
        if name not in self.grads:
            raise SymconvError(f"grad: expected {', '.join(self.grads)}, got {name!r}{nearest(name, list(self.grads))}")
        return self.grads[name]


def read_parameters(net: Network, given: Mapping[str, Any]) -> dict[str, Array]:
    """The parameters as arrays by name: {"conv1.w": ...} or {"conv1": {"w": ...}}.

    Raises SymconvError for one that is missing, unknown or of the wrong shape.
    """
    flat: dict[str, Any] = {}
    for name, found in given.items():
        inner = {f"{name}.{role}": array for role, array in found.items()} if isinstance(found, Mapping) else {name: found}
        flat.update(inner)
    for name in flat:
        if name not in net.parameters:
            known = ", ".join(net.parameters) or "none: the net has no parameters"
            raise SymconvError(f"parameters: expected {known}, got {name!r}{nearest(str(name), list(net.parameters))}")
    made = {}
    for link in net.links:
        for role in link.parameters:
            name = f"{link.label}.{role}"
            size = tuple(e.constant for e in link.shape(role))
            if name not in flat:
                raise SymconvError(f"{name}: expected an array of shape {size}, got nothing")
            made[name] = as_array(flat[name], name)
            if made[name].shape != size:
                raise SymconvError(f"{name}: expected shape {size}, got {made[name].shape}")
    return made


def run(net: Network, x: Array, parameters: Mapping[str, Array], target: Any = None, g: Any = None) -> NetRun:
    """Forwards and backwards through a net whose sizes are numbers."""
    h, backs, outputs = x, [], {}
    exact = {"x": x.dtype != np.float64}
    logits = x
    for link in net.links:
        own = {role: parameters[f"{link.label}.{role}"] for role in link.parameters}
        logits = h if link.label == net.layers[-1][0] else logits
        h, back = layer(link.op, h, own, target)
        outputs[link.label] = h
        exact[link.label] = h.dtype != np.float64
        backs.append(back)
    grads: dict[str, Array] = {}
    if net.loss is not None or g is not None:
        grads = backwards(net, backs, upstream(net, h, g))
        exact["gradients"] = all(a.dtype != np.float64 for a in grads.values())
    return NetRun(h, outputs, grads, logits, Exactness(exact))


def upstream(net: Network, h: Array, g: Any) -> Array:
    """What the last layer gets back: 1 for a loss."""
    if g is None:
        return np.array(1)
    found = as_array(g, "g")
    if found.shape != np.shape(h):
        raise SymconvError(f"g: expected the shape {np.shape(h)} of the output of {net.layers[-1][0]}, got {found.shape}")
    return found


def backwards(net: Network, backs: list[Any], g: Array) -> dict[str, Array]:
    """dL/d of every edge and parameter."""
    grads: dict[str, Array] = {}
    for k in range(len(net.links), 0, -1):
        found = backs[k - 1](g)
        link = net.links[k - 1]
        grads |= {f"{link.label}.{role}": found[role] for role in link.parameters}
        g = found["x"]
        grads[edge(k - 1)] = g
    return grads


def layer(op: Any, x: Array, own: dict[str, Array], target: Any) -> tuple[Array, Any]:
    """One layer's output, and the map from its upstream gradient to its gradients."""
    if op.window is None:
        y, back = forward(op, x, target if op.kind == "loss" else None)
        return y, lambda g: {"x": back(alike(g, y))}

    def gradients(g: Array) -> dict[str, Array]:
        made = results(op, {"x": x, **own, "g": g}, GRADIENTS)
        return {role: made[f"grad_{role}"] for role in op.roles}

    return results(op, {"x": x, **own}, ("y",))["y"], gradients


def alike(g: Array, y: Array) -> Array:
    """The upstream gradient as a float where the output is one."""
    return as_floats(g, "g") if np.asarray(y).dtype == np.float64 else g
