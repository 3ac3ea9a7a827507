"""A node in plain text, for repairs and readings: dL/dx[j] = sum_i dL/dy[i] w[j - i]."""

from __future__ import annotations

from symconv.language.formula import Node

LEVEL = {
    "relation": 0,
    "add": 1,
    "neg": 1,
    "sum": 2,
    "product": 2,
    "times": 2,
    "mul": 3,
    "div": 3,
    "quotient": 3,
    "mod": 3,
    "pow": 4,
}
WRITTEN = {"star": "\\star", "ast": "*", "otimes": "\\otimes", "odot": "\\odot", "circledast": "\\circledast", "·": ""}
NAMES = {"flip": "rot180", "total": "sum", "layer": "conv", "convolve": "convolve", "corr": "correlate"}


def spelled(node: Node, level: int = 0) -> str:
    """The text of a node; parentheses where its place binds more tightly."""
    text = _spelled(node)
    return f"({text})" if LEVEL.get(node.kind, 9) < level else text


def _spelled(node: Node) -> str:
    kind, p = node.kind, node.parts
    if kind in ("name", "number", "string"):
        return str(p[0])
    if kind == "relation":
        return f"{spelled(p[1], 1)} {p[0]} {spelled(p[2], 1)}"
    if kind == "add":
        return _added(p)
    if kind == "neg":
        return "-" + spelled(p[0], 2)
    if kind == "mul":
        return " ".join(spelled(q, 3 if k + 1 < len(p) else 2) for k, q in enumerate(p))
    if kind in ("div", "quotient", "mod"):
        sign = {"div": "/", "quotient": "//", "mod": "mod"}[kind]
        return f"{spelled(p[0], 3)} {sign} {spelled(p[1], 4)}"
    if kind == "pow":
        return f"{spelled(p[0], 5)}^{spelled(p[1], 5)}"
    if kind == "times":
        sign, _, mode = p[0].partition("_")
        written = f"{WRITTEN.get(sign, sign)}{'_' + mode if mode else ''}"
        return f"{spelled(p[1], 3)} {written} {spelled(p[2], 3)}".replace("  ", " ")
    if kind == "index":
        return f"{spelled(p[0], 9)}[{', '.join(spelled(q) for q in p[1:])}]"
    if kind == "partial":
        of = spelled(p[0], 9)
        return f"d{of}/d{spelled(p[1], 9)}"
    if kind in ("sum", "product"):
        return f"{kind if kind == 'sum' else 'prod'}_({', '.join(_ranged(r) for r in p[1:])}) {spelled(p[0], 2)}"
    if kind == "call":
        return f"{NAMES.get(p[0], p[0])}({', '.join(spelled(q) for q in p[1:])})"
    if kind in ("floor", "ceil", "abs", "max", "min", "conj", "flip"):
        return f"{kind}({', '.join(spelled(q) for q in p)})"
    if kind == "transpose":
        return spelled(p[0], 9) + "^T"
    if kind in ("list", "tuple"):
        return f"[{', '.join(spelled(q) for q in p)}]"
    if kind in ("all", "dots"):
        return ":" if kind == "all" else "..."
    if kind == "infinity":
        return "infinity"
    return kind


def _added(parts: tuple[Node, ...]) -> str:
    text = spelled(parts[0], 1)
    for part in parts[1:]:
        negative = part.kind == "neg"
        text += f" {'-' if negative else '+'} {spelled(part.parts[0] if negative else part, 2)}"
    return text


def _ranged(node: Node) -> str:
    if node.kind == "each":
        return str(node.parts[0])
    if node.kind == "such":
        return spelled(node.parts[0])
    return f"{node.parts[0]}={spelled(node.parts[1])}..{spelled(node.parts[2])}"
