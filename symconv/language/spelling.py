"""A formula's expressions in plain text, as in floor((i + 2 p - k)/s) + 1."""

from __future__ import annotations

from symconv.language.formula import Node

TIGHT = {"add": 1, "neg": 1, "mul": 2, "div": 2, "quotient": 2, "mod": 2, "pow": 3}


def spelled(node: Node, outer: int = 0) -> str:
    """The text of an expression, with brackets where they are needed."""
    text = _plain(node)
    level = TIGHT.get(node.kind, 9)
    return f"({text})" if level < outer or (level == 1 and outer == 1 and node.kind == "neg") else text


def _plain(node: Node) -> str:
    parts = node.parts
    if node.kind in ("name", "number", "string"):
        return str(parts[0])
    if node.kind == "add":
        out = spelled(parts[0], 0)
        for part in parts[1:]:
            out += f" - {spelled(part.parts[0], 2)}" if part.kind == "neg" else f" + {spelled(part, 1)}"
        return out
    if node.kind == "neg":
        return "-" + spelled(parts[0], 2)
    if node.kind == "mul":
        shown = [spelled(p, 2) if k == 0 else spelled(p, 3) for k, p in enumerate(parts)]
        return shown[0] + "".join((" " if not s[0].isdigit() else "*") + s for s in shown[1:])
    if node.kind in ("div", "quotient", "mod"):
        sign = {"div": "/", "quotient": "//", "mod": " mod "}[node.kind]
        return f"{spelled(parts[0], 2)}{sign}{spelled(parts[1], 3)}"
    if node.kind == "pow":
        return f"{spelled(parts[0], 4)}^{spelled(parts[1], 4)}"
    if node.kind == "relation":
        return f"{spelled(parts[1])} {parts[0]} {spelled(parts[2])}"
    if node.kind == "and":
        return " and ".join(spelled(p) for p in node.inner())
    if node.kind == "or":
        return " or ".join(spelled(p) for p in node.inner())
    if node.kind == "if":
        return f"({spelled(parts[1])} if {spelled(parts[0])} else {spelled(parts[2])})"
    if node.kind == "call":
        return f"{parts[0]}({', '.join(spelled(p) for p in parts[1:])})"
    return f"{node.kind}({', '.join(spelled(p) if isinstance(p, Node) else str(p) for p in parts)})"
