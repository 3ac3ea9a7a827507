r"""The names of functions and losses as people spell them, and their definitions.

    \sigma, logistic, Sigmoid -> sigmoid       ReLU, (x)^+ -> relu       \ln -> log       swish, SiLU -> silu

The definitions of the activations are those of their rows (``layers.activations``); the others are

    logsigmoid(x) = log sigmoid(x)    Phi(x) = (1 + erf(x / sqrt 2))/2    softsign(x) = x/(1 + |x|)
    hardtanh(x) = max(-1, min(1, x))    normal density phi(x) = exp(-x^2/2)/sqrt(2 pi)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from symconv.language.formula import Node, name, number
from symconv.layers.activations import ROWS
from symconv.layers.row import Row

POINTWISE = {row.name: row for row in ROWS}
SPELLED = {
    **{word: row.name for row in ROWS for word in (row.name, *row.aliases)},
    "logsigmoid": "logsigmoid", "ln": "log",
    "log": "log", "exp": "exp", "softmax": "softmax", "logsoftmax": "logsoftmax", "logsumexp": "logsumexp",
    "lse": "logsumexp", "erf": "erf", "sqrt": "sqrt", "abs": "abs", "max": "max", "min": "min", "sinh": "sinh",
    "cosh": "cosh", "sech": "sech", "hardtanh": "hardtanh", "softsign": "softsign", "sign": "sign",
    "sgn": "sign", "tanhshrink": "tanhshrink",
    "hardsigmoid": "hardsigmoid", "celu": "celu", "diag": "diag", "coth": "coth",
    "sin": "sin", "cos": "cos", "tan": "tan", "erfc": "erfc", "logit": "logit",
}  # fmt: skip
NORMAL = {"Phi": "Phi", "phi": "density", "varphi": "density"}
ELEMENTARY = ("exp", "log", "tanh", "erf", "sqrt", "sinh", "cosh", "sech", "coth", "sin", "cos", "tan", "erfc", "logit")
ACTIVATIONS = (
    *POINTWISE, "logsigmoid", "hardtanh", "softsign", "tanhshrink", "celu", "hardsigmoid",
)  # fmt: skip
VECTOR = ("softmax", "logsoftmax", "logsumexp")
UNARY = {*ELEMENTARY, *ACTIVATIONS, *VECTOR, "abs", "diag", "sign", "max", "min"} - {"sigmoid"}
APPLIED = {*UNARY, "sigmoid"}
LOSSES = {
    "L", "J", "E", "C", "Loss", "loss", "cost", "Cost", "ell", "l", "CE", "BCE", "MSE", "NLL", "H", "L_CE", "L_BCE",
    "L_MSE", "calL", "L_i", "XE", "L_n", "l_n", "cross_entropy", "crossentropy",
}  # fmt: skip


SAID = {
    **{row.name: row.said for row in ROWS if row.name not in ELEMENTARY},
    "logsigmoid": "logsigmoid(x) = log sigmoid(x)",
    "hardtanh": "hardtanh(x) = max(-1, min(1, x))",
    "softsign": "softsign(x) = x/(1 + |x|)",
    "tanhshrink": "tanhshrink(x) = x - tanh(x)",
    "celu": "celu(x) = max(0, x) + min(0, alpha (exp(x/alpha) - 1))",
    "hardsigmoid": "hardsigmoid(x) = max(0, min(1, x/6 + 1/2))",
    "Phi": "Phi(x) = (1 + erf(x/sqrt 2))/2, the normal distribution",
    "density": "phi(x) = exp(-x^2/2)/sqrt(2 pi), the normal density",
    "softmax": "softmax(z)[i] = exp(z[i]) / sum_k exp(z[k])",
    "logsoftmax": "logsoftmax(z)[i] = z[i] - log sum_k exp(z[k])",
    "logsumexp": "logsumexp(z) = log sum_k exp(z[k])",
}


def canonical(word: str) -> str:
    """A function's name as this house spells it, or the word itself."""
    plain = re.sub(r"[_\s\-]", "", word.rsplit(".", maxsplit=1)[-1]).lower()
    if word in ("H", "E", "Ln", "L"):
        return word
    return SPELLED.get(plain, word)


@cache
def body(function: str, slope: Node | None = None) -> Node | None:
    """What a function makes of the name "#"; None for an elementary one."""
    x = name("#")
    if function in POINTWISE and function not in ELEMENTARY:
        return of_row(POINTWISE[function], x, slope)
    one, two, alpha = number(1), number(2), slope or number(1)
    ramp = Node("max", (number(0), Node("min", (one, Node("add", (Node("div", (x, number(6))), Node("div", (one, two))))))))
    gate = Node("div", (one, Node("add", (one, Node("call", ("exp", Node("neg", (x,))))))))
    root = Node("call", ("sqrt", two))
    table = {
        "logsigmoid": Node("call", ("log", gate)),
        "hardtanh": Node("max", (Node("min", (x, one)), number(-1))),
        "softsign": Node("div", (x, Node("add", (one, Node("max", (x, Node("neg", (x,)))))))),
        "tanhshrink": Node("add", (x, Node("neg", (Node("call", ("tanh", x)),)))),
        "celu": Node(
            "add",
            (
                Node("max", (number(0), x)),
                Node("min", (number(0), Node("mul", (alpha, exponential(Node("div", (x, alpha))))))),
            ),
        ),
        "hardsigmoid": ramp,
        "Phi": Node("div", (Node("add", (one, Node("call", ("erf", Node("div", (x, root)))))), two)),
        "density": Node(
            "div",
            (
                Node("call", ("exp", Node("neg", (Node("div", (Node("pow", (x, two)), two)),)))),
                Node("call", ("sqrt", Node("mul", (two, name("pi"))))),
            ),
        ),
        "logit": Node("call", ("log", Node("div", (x, Node("add", (one, Node("neg", (x,)))))))),
        "tan": Node("div", (Node("call", ("sin", x)), Node("call", ("cos", x)))),
        "erfc": Node("add", (one, Node("neg", (Node("call", ("erf", x)),)))),
        "sech": Node("div", (one, Node("call", ("cosh", x)))),
        "coth": Node("div", (Node("call", ("cosh", x)), Node("call", ("sinh", x)))),
        "sign": Node(
            "if",
            (
                Node("relation", (">", x, number(0))),
                one,
                Node("if", (Node("relation", ("<", x, number(0))), number(-1), number(0))),
            ),
        ),
    }
    return table.get(function)


def exponential(x: Node) -> Node:
    """exp(x) - 1."""
    return Node("add", (Node("call", ("exp", x)), number(-1)))


def of_row(row: Row, x: Node, given: Node | None) -> Node:
    """What a row's function makes of x; its parameter is what is given, or its default."""
    function = row.function
    assert function is not None
    values = {p.name: given or number(p.default) for p in row.parameters} | {n: number(v) for n, v in function.constants}
    made = of_tree(function.cases[-1], x, values)
    for at, value in zip(reversed(function.breaks), reversed(function.cases[:-1]), strict=True):
        made = Node("if", (Node("relation", (">", x, number(at))), of_tree(value, x, values), made))
    return made


def of_tree(tree: Any, x: Node, values: Mapping[str, Node]) -> Node:
    """A tree of ``language.functions`` as a node."""
    if not isinstance(tree, tuple):
        return number(tree)
    head, *rest = tree
    if head == "name":
        return values[rest[0]]
    inner = [of_tree(t, x, values) for t in rest]
    if head == "x":
        return x
    if head == "pi":
        return name("pi")
    if head in ("neg", "add", "mul", "div"):
        return Node(head, tuple(inner))
    return Node("call", (head, *inner))
