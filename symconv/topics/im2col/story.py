"""im2col: a concrete operator -> its matrices -> checks -> a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.language.operator import Operator
from symconv.topics.im2col.facts import Unfolding
from symconv.topics.im2col.unfold import unfold


def unfolding(op: Operator) -> Unfolding:
    """The matrices of a concrete operator, with the checks of all three products.

    Raises SymconvError for sizes beyond the limit, InternalError for a product that is false.
    """
    from symconv import api
    from symconv.topics.im2col.check_unfolding import check_unfolding

    found = unfold(op)
    checks = check_unfolding(found)
    for one in checks:
        api.refuse(one.verdict, f"the matrix product {one.kind!r}")
    return replace(found, checks=checks)


def document(found: Any) -> Any:
    """The page as a document, for the gallery."""
    from symconv.topics.im2col.page import document as made

    return made(found)


def page(found: Unfolding, to: str, **options: Any) -> str:
    """The page in a target."""
    from symconv import api
    from symconv.topics.im2col.page import as_json

    api.target(to)
    return as_json(found) if to == "json" else api.render_pages([document(found)], to, **options)
