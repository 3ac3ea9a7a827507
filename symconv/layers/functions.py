"""Softmax, losses and flatten.

    softmax                                          over the channels, each image by itself
    sum, mse(reduction), cross_entropy(reduction)    a scalar; mse takes a target of the input's shape, cross_entropy logits
                                                     (n, c) and a class per image
    flatten                                          all axes behind the first in one, row by row

Definitions as in PyTorch (cross_entropy has the softmax fused in).  Source: the documentation of torch.nn.
"""

from __future__ import annotations

from symconv.language.functions import Function
from symconv.layers.parameters import choice
from symconv.layers.row import Row


def softmax() -> Function:
    """Over the channels."""
    return Function("softmax", "softmax")


def flatten() -> Function:
    """All axes behind the first in one."""
    return Function("flatten", "flatten")


def total() -> Function:
    """The sum of all entries as a loss."""
    return Function("sum", "loss", reduction="sum")


def loss(which: str, reduction: str = "mean") -> Function:
    """mse or cross_entropy."""
    return Function(which, "loss", reduction=choice(reduction, "reduction"))


ROWS = [
    Row("softmax", "activation", softmax, "probabilities along the channels", '--x "1 2; 0 3"', oracle="function"),
    Row("flatten", "shape", flatten, "all axes behind the first in one, row by row", "--input 1x2x2", oracle="function"),
    Row("sum", "loss", total, "the sum of all entries", '--x "1 -2 0"', oracle="function"),
    Row("mse", "loss", loss, "the squared error", '--x "1 -2" --target "0 1"', ("mse",), oracle="function"),
    Row(
        "cross_entropy", "loss", loss, "the log loss of a class per image, on logits", '--x "1 2 0; 0 3 1" --target "1 2"',
        ("cross_entropy",), oracle="function",
    ),
]  # fmt: skip
