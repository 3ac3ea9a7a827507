r"""Dense layers: h = f(W x + b), delta = dL/dz, and the step from one delta to the one below.

\delta = dL/dz, z = W x + b        \delta^l = (W^T \delta^{l+1}) \odot f'(z^l)
"""

from __future__ import annotations

from symconv.claims.function_names import LOSSES
from symconv.claims.function_roles import Draft, everything, given
from symconv.errors import SymconvError
from symconv.language.formula import Node, name
from symconv.language.prose import Prose


def dense(draft: Draft) -> None:
    """z = W x + b, h = f(z), a loss L of h; delta = dL/dz."""
    names = everything(draft)

    told = set(draft.context.roles)

    def pick(what: str, options: tuple[str, ...], default: str) -> str:
        return given(draft, what) or next((w for w in options if w in names and w not in told), default)

    w = pick("weight", ("W", "w", "W^l", "w^l", "theta", "A"), "W")
    x = pick("input", ("x", "a^l-1", "a_prev", "h^l-1", "X", "x^l-1"), "x")
    b = pick("bias", ("b", "b^l"), "b")
    z = pick("logits", ("z", "z^l", "a", "u", "s", "net"), "z")
    h = pick("output", ("h", "h^l", "y", "a^l", "o"), "h")
    loss = next(iter([w_ for w_ in names if w_ in LOSSES and w_ not in (w, x, b, z, h)]), "L")
    delta = next((d for d in ("delta", "delta^l", "dz", "dZ") if d in names), "delta")
    applied = any(n.kind in ("call", "prime") for n in draft.nodes()) or draft.context.function
    if h == "y" and z not in names and not applied:
        z, h = h, "h"  # y = W x + b
    if len({w, x, b, z, h}) != 5:
        raise SymconvError("dense: expected one layer h = f(W x + b), with delta = dL/dz: say the names with --where")
    if "delta^l+1" in names or any(all(name(delta) in list(side.walk()) for side in pair) for pair in draft.pairs):
        two_layers(draft, delta, loss)
        return
    for word, shape in ((w, 2), (x, 1), (b, 1), (z, 1), (h, 1), (delta, 1), ("g", 1)):
        draft.shapes[word] = shape
    i, j = name("_i"), name("_j")
    entry = Node("index", (name(w), j, i) if draft.context.transposed else (name(w), i, j))
    product = Node("mul", (entry, Node("index", (name(x), j))))
    bias = Node("index", (name(b), i))
    activation = draft.context.function
    draft.definitions[z] = (("_i",), Node("add", (Node("sum", (product, Node("each", ("_j",)))), bias)))
    inner_z = Node("index", (name(z), name("_i")))
    draft.definitions[h] = (
        ("_i",),
        Node("call", (activation, inner_z)) if activation else Node("call", ("sigma", inner_z)),
    )
    draft.context.aliases.setdefault("sigma", activation or "?")
    draft.losses[loss] = h
    draft.definitions[delta] = (("_i",), Node("partial", (name(loss), inner_z)))
    if "g" in names:
        draft.definitions["g"] = (("_i",), Node("partial", (name(loss), Node("index", (name(h), name("_i"))))))
        draft.say(f"g = d{loss}/d{h}")
    f = activation or "f"
    matrix = f"{w}^T" if draft.context.transposed else w
    slots = {"h": h, "f": f, "z": z, "matrix": matrix, "x": x, "b": b, "loss": loss, "delta": delta}
    draft.say(Prose("reading.function.dense", slots))
    if not activation:
        draft.say(Prose("reading.function.any"))


def two_layers(draft: Draft, delta: str, loss: str) -> None:
    """delta = dL/dz below and above one layer: a = f(z), u = W a + b, L of u; the delta above is dL/du."""
    names = everything(draft)
    above = "delta^l+1" if "delta^l+1" in names else "delta above"
    if above not in names:
        lower, upper = draft.pairs[0]
        draft.pairs = [(lower, upper.subs({delta: name(above)}))]
    w = given(draft, "weight") or next((c for c in ("W", "w", "W^l+1", "w^l+1", "W^l", "w^l", "theta") if c in names), "W")
    z = given(draft, "logits") or next((c for c in ("z", "z^l", "a", "u", "s", "net") if c in names), "z")
    for word, shape in ((w, 2), (z, 1), (delta, 1), (above, 1), ("a above", 1), ("b above", 1)):
        draft.shapes[word] = shape
    i, j = name("_i"), name("_j")
    activation = draft.context.function or "sigma"
    active = Node("call", (activation, Node("index", (name(z), j))))
    total = Node("sum", (Node("mul", (Node("index", (name(w), i, j)), active)), Node("each", ("_j",))))
    draft.definitions["a above"] = (("_i",), Node("add", (total, Node("index", (name("b above"), i)))))
    draft.context.aliases.setdefault("sigma", draft.context.function or "?")
    draft.losses[loss] = "a above"
    draft.definitions[above] = (("_i",), Node("partial", (name(loss), Node("index", (name("a above"), i)))))
    draft.definitions[delta] = (("_m",), Node("partial", (name(loss), Node("index", (name(z), name("_m"))))))
    f = draft.context.function or "f"
    draft.say(Prose("reading.function.layers", {"loss": loss, "z": z, "w": w, "f": f}))
    if f == "f":
        draft.say(Prose("reading.function.any"))
