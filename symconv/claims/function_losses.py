r"""The definitions that a context puts behind a formula's names: p = softmax(z), L = -sum_k y_k log p_k, delta = dL/dz.

Which name is the logits, the probabilities, the target: given by ``where``, else the variable of the derivative and the habits
of the field; a name that could be two of them is asked for.
"""

from __future__ import annotations

from symconv.claims.function_dense import dense
from symconv.claims.function_names import LOSSES
from symconv.claims.function_roles import Draft, bare, everything, given, role, wrts
from symconv.errors import SymconvError
from symconv.language.formula import Node, name, number
from symconv.language.prose import Joined, Prose

PROBS = (
    "p",
    "probs",
    "prob",
    "preds",
    "q",
    "y^hat",
    "yhat",
    "S",
    "pi",
    "p^hat",
    "P",
    "s",
    "a",
    "o",
    "h",
    "sigma",
    "y_pred",
    "y",
)
TARGETS = ("t", "targets", "labels", "onehot", "y^*", "d", "T", "y_true", "target", "y^bar", "y^(i)", "y")
LABELS = ("c", "y_i", "t", "y", "k^*", "label", "target", "t_i", "y_n", "r")
ONE, TWO = number(1), number(2)


def fill(draft: Draft) -> None:
    """Put in the definitions of the context."""
    kind = draft.context.kind
    maker = {
        "pointwise": pointwise, "softmax": softmax, "logsoftmax": softmax, "cross_entropy": cross_entropy, "mse": mse,
        "bce": bce, "dense": dense,
    }.get(kind)  # fmt: skip
    if maker is not None:
        maker(draft)


def pointwise(draft: Draft) -> None:
    """y is the function's value where the formula says nothing else of it."""
    made = draft.context.function
    if loss_of(draft):
        entrywise(draft, made)
        return
    for word in ("y", "out", "output", "a", "h"):
        named = any(n == name(word) for n in draft.nodes())
        if named and word not in draft.shapes and word not in draft.definitions and draft.variable != name(word):
            if word in draft.context.aliases:
                continue
            draft.definitions[word] = ((), Node("call", (made, draft.variable)))
            draft.say(f"{word} = {made}({draft.variable.parts[0]})")
            break
    for letter, function in draft.context.aliases.items():
        if function not in ("?", letter):
            draft.say(f"{letter} is {function}")


def softmax(draft: Draft) -> None:
    """What is differentiated, or stands on the left, is the softmax of the logits."""
    logits = given(draft, "logits") or next(iter(wrts(draft)), "") or inner(draft)
    if not logits and draft.context.told and any(w in bare(draft) for w in PROBS):
        used = {n.parts[0] for n in draft.nodes() if n.kind == "name"}
        logits = next((w for w in ("z", "x", "a", "u") if w not in used), "")  # probabilities of logits that are not named
    if not logits:
        return
    draft.shapes.setdefault(logits, 1)
    target = given(draft, "prob") or softmax_name(draft)
    if not target:
        for n in draft.nodes():
            if n.kind == "partial" and n.parts[0].kind in ("index", "name"):
                base = n.parts[0].parts[0] if n.parts[0].kind == "index" else n.parts[0]
                if base.kind == "name" and base.parts[0] not in draft.context.aliases and base.parts[0] not in LOSSES:
                    target = base.parts[0]
    if not target:
        target = next((w for w in PROBS if w in bare(draft) and w != logits), "")
    if not target and loss_of(draft):
        target = "p" if logits != "p" else "y"
    if target and target != logits and target not in draft.definitions:
        function = "logsoftmax" if draft.context.kind == "logsoftmax" else "softmax"
        probabilities(draft, target, logits, function)
    if loss_of(draft):
        unknown_loss(draft, target)


def softmax_name(draft: Draft) -> str:
    """The name that a definition of the text makes the softmax."""
    for word, (_, made) in draft.definitions.items():
        base = made.parts[0] if made.kind == "index" else made
        if base.kind == "call" and base.parts[0] in ("softmax", "logsoftmax"):
            return word
    return ""


def loss_of(draft: Draft) -> str:
    """A loss of which nothing is said, if one is differentiated."""
    for n in draft.nodes():
        if n.kind == "partial" and n.parts[0].kind == "name":
            word = str(n.parts[0].parts[0])
            if word in LOSSES and word not in draft.definitions:
                return word
    return ""


UPSTREAM = ("g", "dy", "dout", "grad_output", "upstream", "dL_dy", "delta", "grad_out", "d_out", "gy")


def unknown_loss(draft: Draft, output: str) -> None:
    """L is any function of the output; g, dy, ... are its derivatives."""
    loss = loss_of(draft)
    rank = draft.shapes.get(output, 1)
    if rank != 1:
        raise SymconvError(f"expected one index for {output}")
    draft.losses[loss] = output
    for word in UPSTREAM:
        if word in everything(draft) and word not in draft.definitions and word != output:
            draft.shapes[word] = 1
            draft.definitions[word] = (("_i",), Node("partial", (name(loss), Node("index", (name(output), name("_i"))))))
            draft.say(f"{word} = d{loss}/d{output}")
    draft.say(Prose("reading.loss.any", {"loss": loss, "output": output}))


def entrywise(draft: Draft, function: str) -> None:
    """y_i = f(x_i) for every entry, and a loss of y."""
    wrt = next((w for w in wrts(draft) if w not in ("y", "out", "a", "h")), "x")
    output = next((w for w in ("y", "out", "a", "h", "o") if w in everything(draft) and w != wrt), "y")
    draft.shapes[wrt] = draft.shapes[output] = 1
    draft.definitions[output] = (("_i",), Node("call", (function, Node("index", (name(wrt), name("_i"))))))
    draft.variable = name(wrt)
    draft.say(Prose("reading.loss.entrywise", {"output": output, "function": function, "wrt": wrt}))
    unknown_loss(draft, output)


def inner(draft: Draft) -> str:
    """The vector in the exponents, or in softmax's brackets."""
    for n in draft.nodes():
        if n.kind == "call" and n.parts[0] in ("exp", "softmax", "logsoftmax"):
            for m in n.parts[1].walk():
                if m.kind == "index" and m.parts[0].kind == "name":
                    return str(m.parts[0].parts[0])
            if n.parts[1].kind == "name" and n.parts[0] != "exp":
                return str(n.parts[1].parts[0])
    return ""


def probabilities(draft: Draft, word: str, logits: str, function: str = "softmax") -> None:
    """p_i = softmax(z)_i; with two indices, row by row."""
    rows = draft.shapes.get(logits, 1)
    draft.shapes.setdefault(word, rows)
    draft.shapes[logits] = rows
    i, n, k = name("_i"), name("_n"), name("_k")
    at = (n, i) if rows == 2 else (i,)
    over = (n, k) if rows == 2 else (k,)
    top = Node("call", ("exp", Node("index", (name(logits), *at))))
    total = Node("sum", (Node("call", ("exp", Node("index", (name(logits), *over)))), Node("each", ("_k",))))
    made = Node("div", (top, total))
    if function == "logsoftmax":
        made = Node("call", ("log", made))
    draft.definitions[word] = (tuple(a.parts[0] for a in at), made)
    rowwise = Prose("reading.loss.rows") if rows == 2 else ""
    draft.say(Joined((f"{word} = {function}({logits})", rowwise), ""))


def cross_entropy(draft: Draft) -> None:
    """L = -sum_k y_k log p_k, or -log p_c; the mean over a batch."""
    names = bare(draft)
    logits, prob, target = given(draft, "logits"), given(draft, "prob"), given(draft, "target")
    for w in wrts(draft):
        if w in (prob, target, logits):
            continue
        if w in ("p", "q", "y^hat", "yhat", "S", "pi", "p^hat", "P", "probs"):
            prob = prob or w
        else:
            logits = logits or w
    logits = logits or inner(draft)
    label = labels(draft)
    families = [w for w in names if w not in (logits, prob, target) and role(draft, w) in ("", "prob", "target")]
    vectors = [
        w for w in families if draft.shapes.get(w, 0) or (not any(draft.shapes.values()) and w in (*PROBS, *TARGETS))
    ]
    if (
        any(n.kind == "call" and n.parts[0] == "softmax" for n in draft.nodes())
        and not prob
        and len(vectors) == 1
        and not label
    ):
        target, vectors = target or vectors[0], []
    if not prob and not target and len(vectors) == 2 and set(vectors) == {"p", "q"}:
        target, prob = "p", "q"
        vectors = []
    if not target and not label:
        target = next((t for t in TARGETS if t in vectors and t != prob), "")
    vectors = [v for v in vectors if v != target]
    if not prob:
        prob = next((p for p in PROBS if p in vectors), "")
    vectors = [v for v in vectors if v != prob]
    if vectors:
        raise SymconvError(f"what is {vectors[0]!r}? say it with --where, as in '{vectors[0]}=target' or '={'logits'}'")
    logits, prob = logits or ("z" if prob != "z" else "x"), prob or ("p" if target != "p" else "q")
    rows = max((draft.shapes.get(w, 0) for w in (logits, prob, target) if w), default=1) or 1
    draft.shapes[logits] = rows
    if prob not in draft.definitions:
        probabilities(draft, prob, logits)
    define_loss(draft, prob, target or ("" if label else "y"), label, rows)


def labels(draft: Draft) -> str:
    """The index that is the true class."""
    told = given(draft, "class")
    if told:
        return told
    indices = {e.parts[0] for n in draft.nodes() if n.kind == "index" for e in n.parts[1:] if e.kind == "name"}
    compared = {
        e.parts[0]
        for n in draft.nodes()
        if n.kind == "relation"
        for e in n.parts[1:]
        if isinstance(e, Node) and e.kind == "name"
    }
    bound = {n.parts[0] for n in draft.nodes() if n.kind in ("each", "range")}
    vectors = {w for w, s in draft.shapes.items() if s}
    for w in LABELS:
        if w in (indices | compared) - bound and w not in vectors:
            return w
    return ""


def define_loss(draft: Draft, prob: str, target: str, label: str, rows: int) -> None:
    """The loss under every name that the formula may have for it."""
    n, k = name("_m"), name("_c")
    over = (n, k) if rows == 2 else (k,)
    logarithm = Node("call", ("log", Node("index", (name(prob), *over))))
    if label and not target:
        if rows == 2:
            raise SymconvError("a batch with classes as numbers is not understood: write a one-hot target")
        body = Node("neg", (Node("call", ("log", Node("index", (name(prob), name(label))))),))
        draft.say(Prose("reading.loss.class", {"label": label, "prob": prob}))
    else:
        draft.shapes[target] = rows
        draft.domains[target] = "target"
        body = Node(
            "neg", (Node("sum", (Node("mul", (Node("index", (name(target), *over)), logarithm)), Node("each", ("_c",)))),)
        )
        what = f"L = -sum_k {target}[k] log {prob}[k]" if rows == 1 else f"L = -sum_n sum_k {target}[n,k] log {prob}[n,k]"
        draft.say(Prose("reading.loss.target", {"what": what, "target": target}))
    if rows == 2:
        body = Node("sum", (body, Node("each", ("_m",))))
        if draft.context.reduction == "mean":
            size = given(draft, "count") or next((w for w in ("N", "m", "B", "n") if w in bare(draft)), "N")
            draft.counts[size] = prob
            body = Node("div", (body, name(size)))
            draft.say(Prose("reading.loss.mean", {"size": size}))
    elif not label:
        draft.say(Prose("reading.loss.sample"))
    for word in losses(draft):
        draft.definitions.setdefault(word, ((), body))


def losses(draft: Draft) -> list[str]:
    """The names of the loss."""
    used = [w for w in everything(draft) if (w in LOSSES or role(draft, w) == "loss") and w not in draft.definitions]
    partials = [n.parts[0].parts[0] for n in draft.nodes() if n.kind == "partial" and n.parts[0].kind == "name"]
    left = [a.parts[0] for a, _ in draft.pairs if a.kind == "name"]
    return [w for w in used if w in partials or w in left or role(draft, w) == "loss"]


def mse(draft: Draft) -> None:
    """L = 1/N sum_i (x_i - t_i)^2."""
    names = bare(draft)
    size = given(draft, "count") or next((w for w in ("N", "n", "m", "M") if w in names), "")
    target = given(draft, "target")
    values = [w for w in names if w not in (size, target) and role(draft, w) not in ("count", "scalar")]
    wrt = next((w for w in wrts(draft) if w != target), "")
    target = target or next((t for t in ("t", "y", "y^*", "target", "T", "d", "y_true") if t in values and t != wrt), "t")
    wrt = wrt or next((w for w in values if w != target), "x")
    others = [w for w in values if w not in (wrt, target)]
    if others:
        raise SymconvError(
            f"what is {others[0]!r}? say it with --where, as in '{others[0]}=target' or '=number of entries'"
        )
    for w in (wrt, target):
        draft.shapes[w] = draft.shapes.get(w) or 1
    if draft.shapes[wrt] != 1 or draft.shapes[target] != 1:
        raise SymconvError("mse: expected one index: the entries in a row")
    size = size or "N"
    at = name("_k")
    gap = Node("add", (Node("index", (name(wrt), at)), Node("neg", (Node("index", (name(target), at)),))))
    body = Node("sum", (Node("pow", (gap, TWO)), Node("each", ("_k",))))
    if draft.context.reduction == "mean":
        body = Node("div", (body, name(size)))
    if size in names or draft.context.reduction == "mean":
        draft.counts[size] = wrt
    before = f"1/{size} " if draft.context.reduction == "mean" else ""
    draft.say(Prose("reading.loss.squares", {"before": before, "wrt": wrt, "target": target, "size": size}))
    for word in losses(draft):
        draft.definitions.setdefault(word, ((), body))


def bce(draft: Draft) -> None:
    """L = -(y log p + (1 - y) log(1 - p)), p = sigmoid(z)."""
    names = bare(draft)
    target = given(draft, "target") or next((t for t in ("y", "t") if t in names), "y")
    prob, logits = given(draft, "prob"), given(draft, "logits")
    for w in wrts(draft):
        if w in ("p", "y^hat", "yhat", "q", "p^hat") or role(draft, w) == "prob":
            prob = prob or w
        elif w != target:
            logits = logits or w
    prob = prob or next(
        (p for p in ("p", "y^hat", "yhat", "q", "a", "s", "h") if p in names and p not in (logits, target)), "p"
    )
    logits = logits or next((w for w in ("z", "x", "s", "u") if w in names and w not in (prob, target)), "z")
    others = [w for w in names if w not in (target, prob, logits) and role(draft, w) != "scalar"]
    if others or any(draft.shapes.get(w) for w in (target, prob, logits)):
        raise SymconvError(
            "bce: expected one entry: a logit z, a probability p = sigmoid(z), a target y; say which with --where"
        )
    p, y = name(prob), name(target)

    def one_minus(a: Node) -> Node:
        return Node("add", (ONE, Node("neg", (a,))))

    inside = Node(
        "add",
        (Node("mul", (y, Node("call", ("log", p)))), Node("mul", (one_minus(y), Node("call", ("log", one_minus(p)))))),
    )
    if prob not in draft.definitions:
        draft.definitions[prob] = ((), Node("call", ("sigmoid", name(logits))))
        draft.say(f"{prob} = sigmoid({logits})")
    draft.domains[target] = "fraction"
    draft.say(Prose("reading.loss.bce", {"target": target, "prob": prob}))
    for word in losses(draft):
        draft.definitions.setdefault(word, ((), Node("neg", (inside,))))
