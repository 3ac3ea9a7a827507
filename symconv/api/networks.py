"""The pipeline for networks: layers -> shapes -> lines backwards -> checks -> page; and numbers through the whole net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import symconv.pages.networks  # noqa: F401  (the faces of its facts)
from symconv.derivation.networks import backward, forward
from symconv.derivation.slopes import agrees, derivatives, values
from symconv.errors import SymconvError
from symconv.language.facts import Check, NetDerivation, Verdict, refuse
from symconv.language.network import Network
from symconv.language.prose import Prose
from symconv.language.text import read_entries
from symconv.layers.chain import from_layer_list, labelled, parameter, shaped


def derived(net: Network, wrt: str, channels: bool = False, check: bool = False) -> NetDerivation:
    """Backpropagation through the net, down to x, to one parameter, or to all of them."""
    wanted = parameter(net, wrt)
    if not net.links:
        net = shaped(net, None)
    lines = tuple(backward(net, wanted))
    rows = tuple(forward(net, k) for k in range(1, len(net.links) + 1))
    return NetDerivation(net, net, wrt, rows, lines, definitions=definitions(net), functions=slopes(net))


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
        one = check_symbolic(op, derivatives(op), agrees(op))
        refuse(one.verdict, f"the derivative of {name}")
        found.append(Check("sympy", one.verdict, Prose("noted", {"words": name, "how": one.detail})))
    return found


def evaluate(net: Network, values: Mapping[str, Any] | None = None, **given: Any) -> Any:
    """Numbers through the whole net, forwards and backwards."""
    extra = [name for name, one in given.items() if one is not None and name not in ("x", "params", "target", "g")]
    if extra or values:
        raise SymconvError(
            f"{[*extra, *(values or ())][0]}: expected x, params, target and g for a net; parameters go into params"
        )
    return through(net, given.get("x"), given.get("params"), given.get("target"), given.get("g"))


def through(net: Network, x: Any, parameters: Mapping[str, Any] | None, target: Any = None, g: Any = None) -> Any:
    """The same by name."""
    from symconv.check.network import read_parameters, run
    from symconv.check.operands import as_array

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


def proved(d: NetDerivation) -> NetDerivation:
    """The lines of its layers are proved on the layers' own pages."""
    return d


def at(net: Network, input: Any, kernel: Any, **sizes: Any) -> Any:
    """A net has no explicit case."""
    raise SymconvError("input: expected no explicit case for a net: sc.evaluate gives its numbers")


def with_case(d: NetDerivation, concrete: Any, limit: int | None = None, loss: str | None = None) -> Any:
    """Nor has its derivation."""
    return at(d.op, None, None)


def network(layers: Any, input: Any = None) -> Network:
    """The net of a layer list, or of operators."""
    net = from_layer_list(layers) if isinstance(layers, str) else labelled(list(layers))
    return shaped(net, input) if input is not None else net


def roles(net: Network, wrt: str) -> list[str]:
    """What a page is about: one derivation, whatever is wanted."""
    parameter(net, wrt)
    return [wrt]


def read_input(text: str) -> list[Any]:
    """The input's shape as typed: 2x6x6, or names by commas."""
    found = read_entries(text, "input")
    if any(isinstance(n, tuple) for n in found):
        raise SymconvError(f"input: expected sizes like 2x6x6, got {text[:60]!r}")
    return list(found)
