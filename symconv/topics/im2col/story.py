"""im2col: a concrete operator -> its matrices -> checks -> a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import symconv.topics.im2col.page  # noqa: F401  (the faces of its facts)
from symconv.api.story import at
from symconv.language.facts import refuse
from symconv.language.operator import Operator, formula, inner
from symconv.layers.typed import case_from_text
from symconv.layers.typed import from_text as typed
from symconv.topics.im2col.facts import Unfolding
from symconv.topics.im2col.unfold import unfold


def from_text(name: str, options: Mapping[str, Any]) -> Unfolding:
    """The matrices of the operator and the sizes that the words of a command line describe."""
    given = {**options, **dict.fromkeys(("at_", "loss"))}
    case = case_from_text(typed(name, given), given, at)
    assert case is not None
    return unfolding(case)


def unfolding(op: Operator) -> Unfolding:
    """The matrices of a concrete operator, with the checks of all three products.

    Raises SymconvError for sizes beyond the limit, InternalError for a product that is false.
    """
    from symconv.topics.im2col.check_lines import check, defined
    from symconv.topics.im2col.check_unfolding import check_unfolding
    from symconv.topics.im2col.lines import lines

    found = unfold(op)
    checks = check_unfolding(found)
    for one in checks:
        refuse(one.verdict, f"the matrix product {one.kind!r}")
    return replace(
        found, checks=checks, definition=defined(found, formula(inner(found.op))), lines=check(found, lines(found))
    )
