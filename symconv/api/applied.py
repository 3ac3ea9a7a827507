"""Worked examples of activations, losses and flatten: numbers in -> both ways -> checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symconv.derivation.functions import formulas, stories
from symconv.errors import SymconvError
from symconv.examples.applying import Work
from symconv.examples.operands import operands
from symconv.language.example import Example, Gradient
from symconv.language.facts import Check, FunctionDerivation, refuse
from symconv.language.functions import Function


def applied(layer: Function, given: Mapping[str, Any], input: Any, others: Mapping[str, Any], seed: int) -> Example:
    """The worked example of a layer (see ``api.examples.example``); ``others`` are what it must not be given."""
    name = layer.open
    if name is not None and others.get(name) is not None:
        number = Fraction(others[name])
        parameters = tuple((what, number if value == name else value) for what, value in layer.parameters)
        layer, others = replace(layer, parameters=parameters), {**others, name: None}
    for what, value in others.items():
        if value is not None:
            raise SymconvError(f"{what}: expected none for {layer.name}, which takes x alone; leave it out")
    found = operands(layer, given, input, seed)
    work = Work(layer, found.arrays)
    parts, y = work.forward()
    before, ways = work.backward()
    order = [name for name in ("x", "t", "T", "g") if name in found.arrays]
    made = Example(
        layer,
        tuple(found.arrays[name] for name in order),
        y,
        (Gradient("x", tuple(ways), derived(layer), before=tuple(before)),),
        generated=found.drawn,
        seed=seed,
        decimal=found.decimal,
        parts=tuple(parts),
        again=work.made.get("again"),
    )
    return checked(made, len(ways) < 2 or work.agree(*ways))


def derived(layer: Function) -> FunctionDerivation:
    """What the derivation's page says before its steps; a pointwise function's cases are spelled from its definition."""
    found = FunctionDerivation(layer, layer, "x", tuple(stories(layer)))
    return found if layer.kind == "pointwise" else replace(found, formulas=tuple(formulas(layer)))


def checked(made: Example, same: bool) -> Example:
    """The example with its checks; raises InternalError where one fails."""
    from symconv.check import appliedexample as check

    found: list[Check | None] = [check.agreeing(made, same)] if len(made.gradient("x").ways) > 1 else []
    found += [check.against_evaluate(made), check.against_decimals(made), check.against_differences(made)]
    if made.function.kind == "pointwise" and not made.function.rational:
        found.append(check.check_slope(made.function))
    found.append(check.check_kink(made))
    checks = [one for one in found if one is not None]
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(made, checks=tuple(checks))
