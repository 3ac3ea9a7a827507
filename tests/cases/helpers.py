"""What several laws share: derivations checked but not proved (which takes longer), and closed forms applied to numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import settings

import symconv as sc
from symconv.language.facts import Reduction
from symconv.public import Derivation, Operator


def checked(op: Operator, wrt: str = "x", channels: bool = False) -> Derivation:
    """The derivation with every line checked; no proof for all sizes."""
    return sc.derive(op, wrt, channels=channels, proof=False)


def closed_value(d: Derivation, arrays: dict[str, Any], output: Any = None, /, **values: int) -> Any:
    """The closed form of a derivation, evaluated on arrays by the tensors' names (x, w, g)."""
    facts = d.facts.closed_form
    if isinstance(facts, Reduction):
        return sc.evaluate(d.closed_form, x=arrays[facts.data.name]).y
    data, kernel = arrays[facts.data.name], arrays[facts.kernel.name]
    return sc.evaluate(d.closed_form, x=data, w=kernel, output=output, **values).y


def examples(whole: int) -> settings:
    """So many examples by hypothesis in the marked set; in the suite proper the share that the profile has of its own."""
    return settings(
        max_examples=max(5, whole * settings.default.max_examples // settings.get_profile("whole").max_examples)
    )


def beside(rows: Iterable[Any], name: Callable[[Any], str], slow: Callable[[int, str], bool]) -> list[Any]:
    """Parameters of a test with their names; those for which ``slow`` (of place and name) holds run beside the suite proper."""
    named = [(row if isinstance(row, tuple) else (row,), name(row)) for row in rows]
    marks = [(pytest.mark.slow,) if slow(place, called) else () for place, (_, called) in enumerate(named)]
    return [pytest.param(*row, id=called, marks=mark) for (row, called), mark in zip(named, marks, strict=True)]
