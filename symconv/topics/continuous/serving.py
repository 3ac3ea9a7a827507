"""An integral by SymPy's own integration, in a process of its own: a step of it may not end."""

from __future__ import annotations

from typing import Any

from symconv.processes.serving import serve
from symconv.topics.continuous import slow, trees
from symconv.topics.continuous.numbers import Undecided
from symconv.topics.continuous.terms import Beyond


def integrate(asked: dict[str, Any]) -> Any:
    """The ranges of t with their expressions.

    Raises Beyond if there is no answer within the steps.
    """
    try:
        cut = slow.solved((asked["f"], asked["g"]), asked["correlate"], asked["steps"])
        return [[trees.packed(part) for part in row] for row in cut]
    except Undecided as error:
        raise Beyond(str(error)) from None


def main() -> None:
    """The process that integrates."""
    serve(integrate, (Beyond,))
