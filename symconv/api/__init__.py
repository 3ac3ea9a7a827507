"""The only room that sees every other room; each module is one subject, ``pipeline`` the way from an operator to its page.

The names below are imported when first used: a command loads what it needs, and no more.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symconv.api.networks import evaluate_network as evaluate_network
    from symconv.api.networks import network as network
    from symconv.api.networks import read_input as read_input
    from symconv.api.nodes import own_role as own_role
    from symconv.api.pipeline import *  # noqa: F403
    from symconv.api.spelled import *  # noqa: F403
    from symconv.layers.catalog import *  # noqa: F403
    from symconv.layers.typed import *  # noqa: F403

_ELSEWHERE = {
    "api.networks": "evaluate_network network read_input",
    "api.nodes": "own_role",
    "api.pipeline": (
        "at case_from_text check_explicit composed concrete_closed derive evaluate evaluate_sum "
        "explicit explicit_node node_array refuse role roles status sympy_array with_case"
    ),
    "api.spelled": (
        "catalogue entries_latex formula_latex formula_of formula_text gather_text line_latex step_latex step_text "
        "steps_latex sum_latex"
    ),
    "layers.catalog": "CATALOG build",
    "layers.typed": "from_text",
}
_HOME = {name: f"symconv.{module}" for module, names in _ELSEWHERE.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'symconv.api' has no attribute {name!r}")
