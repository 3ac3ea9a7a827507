"""What the pipeline does with a subject outside the family: a net, a node (pooling, unshared kernels), a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symconv.api import functions, nodes
from symconv.api.pipeline import role, untargeted
from symconv.errors import SymconvError
from symconv.language.network import Network
from symconv.language.node import Node


def derive(op: Any, wrt: str, channels: bool, check: bool, proof: bool) -> Any:
    """dL/d(wrt), by the kind of subject."""
    if isinstance(op, Network):
        from symconv.api.networks import derive_network

        return derive_network(op, wrt, check)
    role(wrt)
    if isinstance(op, Node):
        return nodes.derive_node(op, wrt, channels, check, proof)
    return functions.derive_function(op, wrt, check)


def at(op: Any, input: Any, kernel: Any, **given: Any) -> Any:
    """The node at concrete sizes; a function has none."""
    if isinstance(op, Node):
        return nodes.node_at(op, input=input, kernel=kernel, **given)
    raise SymconvError(f"input: expected no explicit case for {op.name}: it acts entry by entry or row by row")


def evaluate(op: Any, values: Mapping[str, Any] | None, **given: Any) -> Any:
    """Exact numbers of a node, floats of a function."""
    if isinstance(op, Node):
        untargeted(op, given)
        return nodes.evaluate_node(op, values, **given)
    return functions.evaluate_function(op, **given)


def roles(op: Any, wrt: str) -> list[str]:
    """The roles to derive for."""
    if isinstance(op, Network):
        from symconv.api.networks import network_roles

        return network_roles(op, wrt)
    if isinstance(op, Node):
        return nodes.roles(op, wrt)
    return ["x"] if wrt in ("x", "all") else [functions.derive_function(op, wrt, False).wrt]
