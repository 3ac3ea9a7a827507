"""Worked locally connected examples as JSON, with the keys of ``worked_json``; w and b have the axes of the places.

``closed_form`` has the gradients once more, collected entry by entry; ``shared`` is dL/dw summed over the places, what a kernel
that all windows share would get; ``unmet`` names the weights that meet padding alone.
"""

from __future__ import annotations

from typing import Any

from symconv.language.example import Example, Gradient
from symconv.language.local import Local
from symconv.pages.local import unmet
from symconv.pages.text import TextTarget
from symconv.pages.worked_json import again_of, plain
from symconv.pages.worked_json import as_object as affine


def as_object(made: Local, elide: int | None = None) -> dict[str, Any]:
    """The example."""
    w, target = made.array(made.op.kernel.name), TextTarget()
    own = {
        "shared": plain(made, made.shared.nested()),
        "unmet": [target.entry(w.name, w.short(index)) for index in unmet(made)],
    }
    found: dict[str, Any] = {}
    for key, value in affine(made, elide, collected).items():
        found |= own if key == "unreached" else {}
        found[key] = value
    return found


def collected(made: Example, d: Gradient) -> dict[str, Any]:
    """The gradient once more, by the last line of its derivation."""
    return {"name": "collect", "value": again_of(made, d)}
