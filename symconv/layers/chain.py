"""chain: layers in a row, and the shape at every edge.

Shapes are (n, features), (n, c, places, ...); a layer's open sizes take what comes in, and what it fixes must agree with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symconv.errors import SymconvError, nearest
from symconv.language.functions import Function
from symconv.language.integers import Int, integer, var
from symconv.language.layerlist import read_layers
from symconv.language.network import Link, Network, Shape
from symconv.language.operator import INDEX_NAMES, TENSOR_NAMES, Operator, names, numbered, shape
from symconv.language.text import NAME
from symconv.language.unshared import Unshared, windows_read
from symconv.layers.catalog import CATALOG, build
from symconv.layers.parameters import LARGEST, number, shown
from symconv.layers.parameters import WORDS as WORDS_TAKEN
from symconv.layers.sizes import has_output

# names that stand for something else on a net's page
TAKEN = re.compile(rf"(?:{'|'.join((*INDEX_NAMES, *TENSOR_NAMES, *['B', 'h', 'S', 'T', 'Z', 't', 'r']))})_?[0-9]*\Z")
OWN = ("N", "K", "O", "a", "C", "F", "G")


def labelled(operators: Sequence[Any]) -> Network:
    """The net of the layers, in order, each with its label.

    Raises SymconvError for no layer, a signal (one channel, no batch), and a loss that is not the last.
    """
    if not operators:
        raise SymconvError("chain: expected at least one layer, got none")
    counts: Counter[str] = Counter()
    found = []
    for k, op in enumerate(operators):
        if not isinstance(op, (Operator, Unshared, Function)):
            raise SymconvError(f"chain: expected layers such as sc.relu(), got {type(op).__name__} at place {k + 1}")
        if op.window is not None and not op.window.layered:
            raise SymconvError(f"chain: expected layers, got {op.name}, which has no channels; use conv{op.ndim}d")
        if op.window is not None and op.window.derived:
            raise SymconvError(f"chain: expected layers, got a gradient of {op.window.derived}")
        if op.kind == "loss" and k < len(operators) - 1:
            raise SymconvError(f"chain: expected the loss at the end, got {op.name} at place {k + 1} of {len(operators)}")
        if op.window is None and op.open is not None:
            raise SymconvError(f"chain: expected a number for {op.open} of {op.name}, as in leaky_relu(slope=0.01)")
        bare = op.name[:-2] if op.name.endswith(("1d", "2d", "3d")) else op.name
        word = CATALOG[op.name].label or bare
        counts[word] += 1
        found.append((f"{word}{counts[word]}", op))
    return Network(tuple(found))


def from_layer_list(text: str) -> Network:
    """The net that a layer list names: conv2d(2,3,kernel=3) relu max_pool2d(2) flatten linear(5) cross_entropy."""
    known = {name: row.names for name, row in CATALOG.items() if row.family not in ("correlate", "convolve")}
    made = []
    for layer in read_layers(text, known):
        try:
            made.append(build(layer.name, *layer.args, **layer.keywords))
        except SymconvError as error:
            raise SymconvError(f"layers: {layer.text[:60]} at character {layer.place}: {error}") from None
    return labelled(made)


def input_shape(net: Network, given: Any) -> Shape:
    """The input's shape: numbers or names without the batch, (c, places, ...) or (features,), the batch open.

    Left out, it is what the first layer with sizes of its own takes.
    """
    if given is not None:
        listed = isinstance(given, (list, tuple)) or getattr(given, "ndim", 0) == 1
        sizes = list(given) if listed else [given]
        if not sizes:
            raise SymconvError("input: expected sizes like (2, 6, 6), got none")
        return (var("B"), *(_size(n) for n in sizes))
    for _, op in net.layers:
        window = op.window
        if window is not None:
            ndim = window.ndim
            channels = shape(window, window.data)[1]
            return (var("B"), channels, *(var(numbered("N", k, ndim)) for k in range(ndim)))
        if op.kind == "flatten":
            break
    raise SymconvError("input: expected the input's shape, for no layer before says what it takes; give input=(2, 6, 6)")


def _size(value: Any) -> Int:
    if isinstance(value, Int):
        return value
    if isinstance(value, str):
        if not NAME.match(value) or value.lower() in WORDS_TAKEN:
            raise SymconvError(f"input: expected a size, or a name for one like H, got {shown(value)}")
        if TAKEN.match(value):
            raise SymconvError(
                f"input: the name {value!r} is taken by a tensor, an index or the batch of the page; choose another, such as H"
            )
        return integer(value)
    return integer(number(value, "input", 1))


def shaped(net: Network, given: Any = None) -> Network:
    """The net with the shape at every edge.

    Raises SymconvError where two layers do not fit (naming both, with both shapes) and where a layer has no output.
    """
    here = input_shape(net, given)
    start, links = here, []
    before = "the input"
    for label, op in net.layers:
        try:
            bound, behind = step(label, op, here, before)
        except Mismatch as error:
            raise SymconvError(f"layers do not chain: {error}") from None
        except SymconvError as error:
            raise SymconvError(f"{label}: {error}") from None
        links.append(Link(label, bound, here, behind))
        here, before = behind, f"{label} ({op.name})"
    return replace(net, input=start, links=tuple(links))


class Mismatch(Exception):
    """Two layers with shapes that do not agree."""


def step(label: str, op: Any, here: Shape, before: str) -> tuple[Any, Shape]:
    """The layer with its sizes put in, and the shape behind it."""
    if op.window is None:
        return op, function_shape(label, op, here, before)
    window = op.window
    wanted = shape(window, window.data)
    if len(wanted) != len(here):
        hint = "; put flatten between them" if not window.axes and len(here) > 2 else ""
        raise Mismatch(f"{before} gives {spelled(here)}, {label} ({op.name}) expects {spelled(wanted)}{hint}")
    values: dict[str, Int | int] = {}
    for size, n in zip(wanted[1:], here[1:], strict=True):  # the batch is open everywhere
        _unify(size, n, values, f"{before} gives {spelled(here)}, {label} ({op.name}) expects {spelled(wanted)}")
    own = {name: var(f"{name}_{label}") for name in names(window) - values.keys() if name.rstrip("0123456789") in OWN}
    bound = op.subs({**values, **own})
    window = bound.window
    if window.definitions:
        meanings, defined = renamed_sizes(label, window)
        bound = bound.subs(meanings)
        window = replace(bound.window, definitions=defined)
        bound = replace(bound, window=window) if isinstance(bound, Unshared) else window
    has_output(window)
    if bound.kind in ("max_pool", "avg_pool"):
        windows_read(bound)
    behind = shape(window, window.result)
    return bound, (here[0], *behind[1:])


LETTERS = {1: ("L",), 2: ("H", "W"), 3: ("D", "H", "W")}


def renamed_sizes(label: str, window: Operator) -> tuple[dict[str, Int], tuple[tuple[str, Int], ...]]:
    """Output sizes that stay open under names of their own, H_pool1 and W_pool1, with what they are; a remainder as it is."""
    meanings: dict[str, Int] = {}
    defined = []
    for name, meaning in window.definitions:
        if name[0] != "O":
            meanings[name] = meaning
            continue
        axis = int(name[1:] or "1") - 1
        new = f"{LETTERS[window.ndim][axis]}_{label}"
        meanings[name] = var(new)
        defined.append((new, meaning))
    return meanings, tuple(defined)


def _unify(size: Int, n: Int, values: dict[str, Int | int], why: str) -> None:
    """size = n: an open name takes it; C per group takes its share."""
    rest = size.subs(values)
    if rest == n:
        if size.name is not None:
            values[size.name] = n
        return
    if len(rest.terms) == 1 and len(rest.terms[0][0]) == 1 and isinstance(rest.terms[0][0][0], str):
        (name,), factor = rest.terms[0]
        if str(name).rstrip("0123456789") in ("N", "C") and factor == 1:
            values[str(name)] = n
            return
        if n.constant is not None and n.constant % factor == 0:
            values[str(name)] = n.constant // factor
            return
    raise Mismatch(why)


def function_shape(label: str, op: Function, here: Shape, before: str) -> Shape:
    """The shape behind an activation, a loss or flatten."""
    if op.kind == "flatten":
        total = integer(1)
        for n in here[1:]:
            total = total * n
        if len(here) < 2:
            raise Mismatch(f"{before} gives {spelled(here)}, {label} expects at least (B, features)")
        return (here[0], total)
    if op.kind == "softmax" and len(here) != 2:
        raise Mismatch(f"{before} gives {spelled(here)}, {label} expects (B, C); put flatten between them")
    if op.kind == "loss":
        if op.name == "cross_entropy" and len(here) != 2:
            hint = "; put flatten and linear between them" if len(here) > 2 else ""
            raise Mismatch(f"{before} gives {spelled(here)}, {label} expects logits (B, classes){hint}")
        return ()
    return here


def spelled(sizes: Shape) -> str:
    """A shape in a message."""
    return f"({', '.join(map(str, sizes))})" if len(sizes) != 1 else f"({sizes[0]},)"


def parameter(net: Network, wrt: str) -> list[str]:
    """What to derive by: x, a parameter such as conv1.w, or all.

    Raises SymconvError, with the nearest name, for anything else.
    """
    known = ["x", *net.parameters]
    if wrt == "all":
        return known
    if wrt not in known:
        raise SymconvError(f"wrt: expected {', '.join(known)} or all, got {shown(wrt)}{nearest(str(wrt), known)}")
    return [wrt]


__all__ = ["LARGEST", "Fraction", "from_layer_list", "labelled", "parameter", "shaped"]
