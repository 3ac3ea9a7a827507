"""Worked examples and traces of activations, losses and flatten as JSON, with the keys of ``worked_json`` where they fit.

    operator parameters shapes generated seed exact digits  x target g  y grad_x  parts ways agree  entries  checks

A number that is rounded stands with its digits (as a text, if no float is so large or so small), and ``exact`` is false.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symconv.language.example import Example, Line, Part, Trace, nested
from symconv.language.rounded import PLACES, Rounded, Value
from symconv.pages.spelling import HARD
from symconv.pages.trees import Speller, symbol, text

LARGEST = 300  # powers of ten that a float holds


def number(made: Example, value: Value) -> Any:
    """A number of JSON, or a text where none holds it."""
    if isinstance(value, Rounded):
        return float(value.text()) if abs(value.low.adjusted()) < LARGEST else value.text()
    if isinstance(value, Fraction):
        return float(value) if made.decimal else str(value)
    return value


def numbers(made: Example, part: Part) -> Any:
    """The numbers of a part."""
    return nested([number(made, v) for v in part.values], part.shape)


def settings(made: Example) -> dict[str, Any]:
    """The slope or the reduction."""
    if made.function.parameters:
        return {what: str(value) for what, value in made.function.parameters}
    return {"reduction": made.function.reduction} if made.function.name in ("mse", "cross_entropy") else {}


def head(made: Example) -> dict[str, Any]:
    """What an example and a trace begin with."""
    return {"operator": made.function.name, "parameters": settings(made)}


def as_object(made: Example, elide: int | None = None) -> dict[str, Any]:
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
        found[role] = nested([number(made, n) for n in there[role].entries], there[role].shape) if role in there else None
    found["y"], found["grad_x"] = numbers(made, made.y), numbers(made, made.gradient("x").scatter)
    found["parts"] = {part.name: numbers(made, part) for part in (*made.parts, *made.gradient("x").before)}
    found["ways"] = [
        {"way": way.key, "grad_x": numbers(made, way), "entries": [entry(made, way, one, elide) for one in way.lines]}
        for way in made.gradient("x").ways
    ]
    found["agree"] = True if len(made.gradient("x").ways) > 1 else None
    every = (*made.parts, *made.gradient("x").before)
    found["entries"] = {
        "y": [entry(made, made.y, one, elide) for one in made.y.lines],
        "grad_x": [entry(made, made.gradient("x").scatter, one, elide) for one in made.gradient("x").scatter.lines],
        **{part.name: [entry(made, part, one, elide) for one in part.lines] for part in every},
    }
    found["checks"] = made.checks
    return found


def entry(made: Example, part: Part, line: Line, elide: int | None) -> dict[str, Any]:
    """One entry: symbol, substitution, result, and the case that applies."""
    left = text(Speller(made).of(line.left) if line.left is not None else symbol(part.name, line.index))
    found = {"entry": left, **shown(made, line.symbols, line.substituted, line.value, elide)}
    return {**found, "case": line.case} if line.case in ("above", "below", "kink") else found


def shown(made: Example, symbols: Any, substituted: Any, value: Value, elide: int | None) -> dict[str, Any]:
    """A tree in symbols, with numbers, and what it comes to."""
    inner, put = Speller(made, False, elide), Speller(made, True, elide)
    return {
        "symbols": " ".join(map(text, inner.pieces(symbols))).replace(HARD, " "),
        "numbers": " ".join(map(text, put.pieces(substituted))).replace(HARD, " "),
        "value": number(made, value),
        "exact": not isinstance(value, Rounded),
    }


def trace_object(found: Trace) -> dict[str, Any]:
    """The trace as one object."""
    made = found.example
    listed = []
    for term in found.summands:
        one = {
            "term": text(Speller(made).of(term.left)),
            **shown(made, term.symbols, term.numbers or term.symbols, term.value, None),
        }
        listed.append({**one, "absent": term.absent} if term.absent else one)
    part = made.y if found.role == "y" else made.gradient("x").scatter
    name = "dx" if found.role == "x" else made.y.name
    reason, count = found.others
    return {
        **head(made),
        "entry": f"{name}[{','.join(map(str, found.index))}]" if found.index else name,
        "index": list(found.index),
        "terms": listed,
        "others": {"count": count, "reason": reason} if count else None,
        "line": entry(made, part, found.line, None),
        "value": number(made, found.line.value),
        "exact": not isinstance(found.line.value, Rounded),
        "seed": made.seed if made.generated else None,
        "checks": made.checks,
    }
