"""What several laws share: derivations checked but not proved (which takes longer), and closed forms applied to numbers."""

from __future__ import annotations

from typing import Any

import symconv as sc
from symconv.core.facts import Reduction
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
