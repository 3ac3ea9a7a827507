"""The pipeline for networks: layers -> shapes -> lines backwards -> checks -> page; and numbers through the whole net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import symconv.pages.networks  # noqa: F401  (the faces of its facts)
from symconv.api.nodes import refuse
from symconv.derivation.networks import backward, forward
from symconv.errors import SymconvError
from symconv.language.facts import Check, NetDerivation, Verdict
from symconv.language.network import Network
from symconv.language.prose import Prose
from symconv.layers.chain import from_layer_list, labelled, parameter, shaped


def derive_network(net: Network, wrt: str, check: bool, input: Any = None) -> NetDerivation:
    """Backpropagation through the net, down to x, to one parameter, or to all of them."""
    wanted = parameter(net, wrt)
    if input is not None or not net.links:
        net = shaped(net, input)
    lines = tuple(backward(net, wanted))
    rows = tuple(forward(net, k) for k in range(1, len(net.links) + 1))
    found = NetDerivation(net, net, wrt, rows, lines, definitions=definitions(net), functions=slopes(net))
    return checked(found) if check else found


def definitions(net: Network) -> tuple[tuple[str, Any], ...]:
    """The sizes that have names of their own, in order."""
    found = []
    for link in net.links:
        found += list(link.op.window.definitions) if link.op.window is not None else []
    return tuple(found)


def slopes(net: Network) -> tuple[tuple[str, Any, Any], ...]:
    """(name, cases, derivative) of every activation in the net, by SymPy."""
    used = {op.name: op for _, op in net.layers if op.kind == "pointwise"}
    if not used:
        return ()
    from symconv.derivation.slopes import derivatives, values

    return tuple((name, values(op), derivatives(op)) for name, op in used.items())


def checked(d: NetDerivation) -> NetDerivation:
    """A verdict on every line, and central differences of the whole loss."""
    from symconv.check.netchecks import check_directions, check_forward, check_net_lines, numbers_for

    numbers = numbers_for(d.op)
    if numbers is None:
        none = Verdict("unsupported", Prose("check.net.sizes.none"))
        lines = tuple(replace(line, verdict=none) for line in d.lines)
        return replace(d, lines=lines, checks=(Check("differences", none, none.how),))
    verdicts, total = check_net_lines(numbers, list(d.lines))
    for line, verdict in zip(d.lines, verdicts, strict=True):
        refuse(verdict, f"the gradient of {line.wrt} in {line.label}")
    lines = tuple(replace(line, verdict=v) for line, v in zip(d.lines, verdicts, strict=True))
    differences = check_directions(numbers, list(d.lines))
    refuse(differences.verdict, "the check 'differences'")
    forwards = check_forward(numbers, d.forward)
    refuse(forwards.verdict, "the check 'formulas'")
    shape = " x ".join(str(n) for n in numbers.x.shape)
    slots = {"gradients": len(lines), "entries": total, "shape": shape}
    one = Check("steps", verdicts[0], Prose("check.net.gradients", slots))
    return replace(d, lines=lines, checks=(one, forwards, differences, *symbolic_checks(d)))


def symbolic_checks(d: NetDerivation) -> list[Check]:
    """The derivatives of the activations, as on their own pages."""
    from symconv.check.functionlines import check_symbolic

    found = []
    used = {op.name: op for _, op in d.op.layers if op.kind == "pointwise"}
    for name, op in used.items():
        from symconv.derivation.slopes import agrees, derivatives

        one = check_symbolic(op, derivatives(op), agrees(op))
        refuse(one.verdict, f"the derivative of {name}")
        found.append(Check("sympy", one.verdict, Prose("noted", {"words": name, "how": one.detail})))
    return found


def evaluate_network(net: Network, x: Any, parameters: Mapping[str, Any] | None, target: Any = None, g: Any = None) -> Any:
    """Numbers through the whole net, forwards and backwards."""
    from symconv.check.evaluate import as_array
    from symconv.check.network import read_parameters, run

    if x is None:
        raise SymconvError("x: expected the input of the net, got nothing")
    found = as_array(x, "x")
    if found.ndim < 2:
        raise SymconvError(
            f"x: expected a batch of inputs, (images, features) or (images, channels, ...), got {found.shape}"
        )
    bound = shaped(net, found.shape[1:])
    links = tuple(replace(link, op=link.op.subs({"B": found.shape[0]})) for link in bound.links)
    bound = replace(bound, links=links)
    if net.loss is None and target is not None:
        raise SymconvError(
            f"target: expected none, for the net ends in {net.layers[-1][0]}, which is no loss; leave it out"
        )
    return run(bound, found, read_parameters(bound, parameters or {}), target, g)


def network(layers: Any, input: Any = None) -> Network:
    """The net of a layer list, or of operators."""
    net = from_layer_list(layers) if isinstance(layers, str) else labelled(list(layers))
    return shaped(net, input) if input is not None else net


def network_roles(net: Network, wrt: str) -> list[str]:
    """What a page is about: one derivation, whatever is wanted."""
    parameter(net, wrt)
    return [wrt]


def read_input(text: str) -> list[Any]:
    """The input's shape as typed: 2x6x6, or names by commas."""
    from symconv.language.text import read_entries

    found = read_entries(text, "input")
    if any(isinstance(n, tuple) for n in found):
        raise SymconvError(f"input: expected sizes like 2x6x6, got {text[:60]!r}")
    return list(found)
