"""Worked examples and traces of activations, losses and flatten as JSON, with the keys of ``worked_json`` where they fit.

    operator parameters shapes generated seed exact digits  x target g  y grad_x  parts ways agree  entries  checks

A number that is rounded stands with its digits (as a text, if no float is so large or so small), and ``exact`` is false.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.applied import Applied, AppliedTrace, Line, Part, Rounded, Value, nest
from symconv.language.example import PLACES
from symconv.pages.json import check
from symconv.pages.spelling import HARD
from symconv.pages.trees import Speller, symbol, text
from symconv.pages.worked_json import dumped

LARGEST = 300  # powers of ten that a float holds


def number(made: Applied, value: Value) -> Any:
    """A number of JSON, or a text where none holds it."""
    if isinstance(value, Rounded):
        return float(value.text()) if abs(value.low.adjusted()) < LARGEST else value.text()
    if isinstance(value, Fraction):
        return float(value) if made.decimal else str(value)
    return value


def nested(made: Applied, part: Part) -> Any:
    """The numbers of a part."""
    return nest([number(made, v) for v in part.values], part.shape)


def settings(made: Applied) -> dict[str, Any]:
    """The slope or the reduction."""
    if made.layer.parameters:
        return {what: str(value) for what, value in made.layer.parameters}
    return {"reduction": made.layer.reduction} if made.layer.name in ("mse", "cross_entropy") else {}


def head(made: Applied) -> dict[str, Any]:
    """What an example and a trace begin with."""
    return {"operator": made.layer.name, "parameters": settings(made)}


def render(made: Applied, elide: int | None = None) -> str:
    """The example as one object."""
    names = {"x": "x", "target": "t", "g": "g"}
    there = {role: made.array(name) for role, name in names.items() if made.has(name)}
    found: dict[str, Any] = {
        **head(made),
        "shapes": {**{role: list(a.shape) for role, a in there.items()}, "y": list(made.y.shape)},
        "generated": [role for role, name in names.items() if name in made.generated],
        "seed": made.seed if made.generated else None,
        "exact": made.exact,
        "digits": None if made.exact else PLACES,
    }
    for role in names:
        found[role] = nest([number(made, n) for n in there[role].entries], there[role].shape) if role in there else None
    found["y"], found["grad_x"] = nested(made, made.y), nested(made, made.gradient)
    found["parts"] = {part.name: nested(made, part) for part in (*made.parts, *made.before)}
    found["ways"] = [
        {"way": way.key, "grad_x": nested(made, way), "entries": [entry(made, way, one, elide) for one in way.lines]}
        for way in made.ways
    ]
    found["agree"] = True if len(made.ways) > 1 else None
    every = (*made.parts, *made.before)
    found["entries"] = {
        "y": [entry(made, made.y, one, elide) for one in made.y.lines],
        "grad_x": [entry(made, made.gradient, one, elide) for one in made.gradient.lines],
        **{part.name: [entry(made, part, one, elide) for one in part.lines] for part in every},
    }
    found["checks"] = [check(one) for one in made.checks]
    return dumped(found)


def entry(made: Applied, part: Part, line: Line, elide: int | None) -> dict[str, Any]:
    """One entry: symbol, substitution, result, and the case that applies."""
    left = text(Speller(made).of(line.left) if line.left is not None else symbol(part.name, line.index))
    found = {"entry": left, **shown(made, line.symbols, line.substituted, line.value, elide)}
    return {**found, "case": line.case} if line.case in ("above", "below", "kink") else found


def shown(made: Applied, symbols: Any, substituted: Any, value: Value, elide: int | None) -> dict[str, Any]:
    """A tree in symbols, with numbers, and what it comes to."""
    inner, put = Speller(made, False, elide), Speller(made, True, elide)
    return {
        "symbols": " ".join(map(text, inner.pieces(symbols))).replace(HARD, " "),
        "numbers": " ".join(map(text, put.pieces(substituted))).replace(HARD, " "),
        "value": number(made, value),
        "exact": not isinstance(value, Rounded),
    }


def render_trace(found: AppliedTrace) -> str:
    """The trace as one object."""
    made = found.example
    listed = []
    for term in found.terms:
        one = {
            "term": text(Speller(made).of(term.left)),
            **shown(made, term.symbols, term.numbers or term.symbols, term.value, None),
        }
        listed.append({**one, "absent": term.absent} if term.absent else one)
    part = made.y if found.role == "y" else made.gradient
    name = "dx" if found.role == "x" else made.y.name
    reason, count = found.others
    return dumped({
        **head(made),
        "entry": f"{name}[{','.join(map(str, found.index))}]" if found.index else name,
        "index": list(found.index),
        "terms": listed,
        "others": {"count": count, "reason": reason} if count else None,
        "line": entry(made, part, found.line, None),
        "value": number(made, found.line.value),
        "exact": not isinstance(found.line.value, Rounded),
        "seed": made.seed if made.generated else None,
        "checks": [check(one) for one in made.checks],
    })  # fmt: skip
