"""Continuous convolution: from two texts to terms, cases, checks and a page."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from typing import Any

from symconv.errors import InternalError, SymconvError
from symconv.language.facts import Check, Verdict
from symconv.language.prose import Prose
from symconv.language.scene import Scene
from symconv.pages.faces import illustrated, verdicts
from symconv.pages.faces import scene as scenes
from symconv.pages.files import write as to_file
from symconv.pages.nodes import Document, Figure
from symconv.pages.write import write
from symconv.topics.continuous.convolve import canonical, convolved, distinct
from symconv.topics.continuous.facts import (
    Bell,
    Convolution,
    Impulse,
    Lorentz,
    Side,
    Term,
    TimeFunction,
    names,
    positive,
    read_function,
)
from symconv.topics.continuous.figure import picture
from symconv.topics.continuous.numbers import Undecided
from symconv.topics.continuous.page import convolution_page
from symconv.topics.continuous.pieces import cases, split
from symconv.topics.continuous.terms import Beyond, derivative, lowered, mirrored

STEPS = 12_000_000  # calls of Python functions: some 6 s of SymPy's own integration
PATIENCE = 120.0  # seconds, for a step that does not end
POSITIVE = ("gaussian", "exp_decay", "exp_abs", "cauchy", "triangle")


def continuous(f: Any, g: Any, correlate: bool = False) -> Convolution:
    """(f * g)(t) = integral of f(tau) g(t - tau), or with ``correlate`` the integral of f(tau) g(t + tau); checked.

    Raises SymconvError for functions that cannot be read and integrals that do not converge, Undecided where that depends on
    the parameters, InternalError if the result fails its checks.
    """
    if not isinstance(correlate, bool):
        raise SymconvError(f"correlate: expected True or False, got {' '.join(str(correlate).split())[:30]!r}")
    nodes = (read_function(f, "F"), read_function(g, "G"))
    texts = (" ".join(f.split()), " ".join(g.split()))
    above = positive(nodes[0]) | positive(nodes[1])
    made = Convolution(texts, nodes, correlate, ((), ()), None, positive=frozenset(above))
    try:
        made = by_terms(made, above)
    except Beyond as beyond:
        made = by_integration(made, str(beyond))
    return stated(checked(made))


def stated(made: Convolution) -> Convolution:
    """The rules that its page states, each evaluated."""
    from symconv.topics.continuous.lines import stating

    lines = stating({c.kind for c in made.checks}, made.square)
    if not lines:
        return made
    from symconv.topics.continuous.check_rules import check

    return replace(made, lines=check(lines))


def by_terms(made: Convolution, above: set[str]) -> Convolution:
    """The result as a sum of terms, with its cases and its derivative."""
    f, g = (lowered(node, above) for node in made.nodes)
    first = canonical(mirrored(f)) if made.correlate else f
    result = tuple(canonical(convolved(first, g)))
    made = replace(made, operands=(tuple(f), tuple(g)), result=result, conditions=conditions(made, first, g))
    made = replace(made, equal=where_equal(made, above), square=both_normal(f, g))
    try:
        own = derivative(g)
        slope, factor = derivative(list(result)), convolved(first, own)
        made = replace(made, slope=tuple(slope), factor=tuple(factor), g_slope=tuple(own))
    except Beyond:
        pass  # a Cauchy density: its derivative is not among the terms, and the page says nothing of it
    return in_cases(made)


def in_cases(made: Convolution) -> Convolution:
    """The cases, where the knots have an order that does not depend on parameters."""
    try:
        pieces = tuple(split(terms) for terms in (*made.operands, made.result or ()))
        if None in pieces:
            return made
        f, g, whole = pieces
        assert f is not None
        assert g is not None
        assert whole is not None
        return replace(made, pieces=(f, g), cases=cases(f, g, whole, made.correlate))
    except Undecided:
        return made


def both_normal(f: list[Term], g: list[Term]) -> bool:
    """Whether both are multiples of one normal density."""
    return all(len(terms) == 1 and isinstance(terms[0], Bell) and terms[0].order == 0 for terms in (f, g))


def conditions(made: Convolution, f: list[Term], g: list[Term]) -> tuple[tuple[str, Any, Any], ...]:
    """What was taken for granted: rates that differ, boxes that open before they close."""
    found = [("!=", p, q) for p, q in distinct(f, g)]
    for node in made.nodes:
        found += [("<", a, b) for a, b in boxes(node, set(made.positive))]
        found += [(">", e, 0) for e in widths(node, set(made.positive))]
    return tuple(dict.fromkeys(found))


def widths(node: TimeFunction, above: set[str]) -> list[Any]:
    """Widths and rates whose sign depends on parameters."""
    from symconv.topics.continuous.numbers import scalar, sign

    found = [e for part in node.parts if isinstance(part, TimeFunction) for e in widths(part, above)]
    if node.kind in POSITIVE and node.parts:
        value = scalar(node.parts[-1], above)
        try:
            sign(value)
        except Undecided:
            found.append(value)
    return found


def boxes(node: TimeFunction, above: set[str]) -> list[tuple[Any, Any]]:
    """The ends of boxes whose order depends on parameters."""
    from symconv.topics.continuous.numbers import scalar, sign

    found = [pair for part in node.parts if isinstance(part, TimeFunction) for pair in boxes(part, above)]
    if node.kind == "box" and node.parts:
        a, b = (scalar(part, above) for part in node.parts)
        try:
            if sign(b - a) <= 0:
                raise SymconvError(f"box: expected a < b in box(a,b), got box({a},{b})")
        except Undecided:
            found.append((a, b))
    return found


def where_equal(made: Convolution, above: set[str]) -> tuple[Any, Any, tuple[Term, ...]] | None:
    """The result for equal rates, where two single parameters were taken to differ."""
    pairs = [(p, q) for kind, p, q in made.conditions if kind == "!="]
    if len(pairs) != 1 or not all(getattr(e, "is_Symbol", False) for e in pairs[0]):
        return None
    p, q = pairs[0]
    nodes = [renamed(node, q.name, p.name) for node in made.nodes]
    f, g = (lowered(node, above) for node in nodes)
    return p, q, tuple(canonical(convolved(mirrored(f) if made.correlate else f, g)))


def renamed(node: TimeFunction, old: str, new: str) -> TimeFunction:
    """A parameter under another name."""
    value = new if node.kind == "name" and node.value == old else node.value
    return replace(node, parts=tuple(renamed(part, old, new) for part in node.parts), value=value)


def integrated(texts: tuple[str, str], correlate: bool, reason: str, steps: int = STEPS) -> tuple[Any, ...]:
    """(lo, hi, expression in t) for every range of t, by SymPy in a process of its own.

    Raises Beyond if there is no answer within the steps (or, should one of them not end, within much more than their time).
    """
    from symconv.processes.isolated import Ended, Interpreter
    from symconv.processes.serving import found
    from symconv.topics.continuous.trees import unpacked

    asked = {"f": texts[0], "g": texts[1], "correlate": correlate, "steps": steps}
    with closing(Interpreter("symconv.topics.continuous.serving")) as interpreter:
        try:
            answer = interpreter.ask(json.dumps(asked), PATIENCE)
        except Ended:
            raise Beyond(f"unsupported: {reason}, and SymPy's integration did not end") from None
    try:
        return tuple(tuple(unpacked(part) for part in row) for row in found(answer, (Beyond,)))
    except Beyond as error:
        raise Beyond(f"unsupported: {reason}, and {error}") from None


def by_integration(made: Convolution, reason: str) -> Convolution:
    """What SymPy's own integration finds within its steps; else an honest refusal."""
    from symconv.topics.continuous.slow import written

    found = integrated(made.texts, made.correlate, reason)
    return replace(made, slow=found, written=tuple(tuple(written(node, set(made.positive))) for node in made.nodes))


# checks
def parameters(made: Convolution) -> list[str]:
    """The names of the parameters."""
    return sorted(names(made.nodes[0]) | names(made.nodes[1]))


def checked(made: Convolution) -> Convolution:
    """The result with its verdicts; one that fails is never shown."""
    from symconv.topics.continuous.check_overlaps import printed_integrals
    from symconv.topics.continuous.check_quadrature import by_quadrature, case_verdicts, exactly

    free = parameters(made)
    found: list[Check] = []
    proof = exactly(made) if not free else None
    if proof is not None:
        found.append(Check("exact", proof[0], proof[0].how))
    found.append(Check("quadrature", v := by_quadrature(made, free), v.how))
    if made.square:
        from symconv.topics.continuous.check_square import completed

        found += completed(made)
    if not made.cases and not made.square and made.result:
        found += rules(made)
    per_case = proof[1] if proof is not None else case_verdicts(made, free) if made.cases else []
    integrals = [printed_integrals(made, free)] if made.cases else []  # told by the ticks of the cases
    if made.equal is not None:
        p, q, terms = made.equal
        twin = replace(made, nodes=tuple(renamed(n, q.name, p.name) for n in made.nodes), conditions=())  # type: ignore[arg-type]
        found.append(Check("equal", v := by_quadrature(twin, parameters(twin), terms), v.how))
    if made.slope is not None:
        found.append(Check("derivative", v := slopes(made), v.how))
    for verdict in [c.verdict for c in found] + per_case + integrals:
        if verdict.status == "refuted":
            if made.slow:  # SymPy's mistake, and no line of ours
                raise Beyond("unsupported: SymPy's integration gives a value that numeric quadrature contradicts")
            raise InternalError(f"internal error: a convolution that {verdict.how!s}; please report it")
    shown = (
        tuple(replace(case, verdict=v) for case, v in zip(made.cases, per_case, strict=True)) if per_case else made.cases
    )
    return replace(made, checks=tuple(found), cases=shown)


# what a rule is tried on, with the result's own machinery of checks
TRIED = {
    "powers": (("box(-1/3,1/2)", "ramp"), ("triangle", "t*step")),
    "fractions": (("exp_decay(1/2)", "exp_decay(2)"), ("step", "exp_decay(2)")),
    "impulse": (("delta(1/3)", "triangle"), ("delta(-1)", "gaussian(1/2)")),
    "slope": (("delta(1/3,1)", "gaussian(1)"),),
    "smooth": (("step", "gaussian(2/3)"), ("ramp", "gaussian(2/3)"), ("ramp*t/2", "gaussian(2/3)")),
    "fading": (("exp_decay(1/2)", "gaussian(2/3)"), ("ramp*exp_decay(1/2)", "gaussian(2/3)")),
    "bells": (("gaussian(1/3,1/2)", "gaussian(-1,2)"),),
    "cauchy": (("cauchy(1/2)", "cauchy(2)"),),
}


def rules(made: Convolution) -> list[Check]:
    """The rules that made the result, each tried on examples."""
    from symconv.topics.continuous.check_quadrature import by_quadrature

    found = []
    for kind in used(made):
        verdicts = []
        for f, g in TRIED[kind]:
            nodes = (read_function(f, "F"), read_function(g, "G"))
            terms = tuple(convolved(*(lowered(node, set()) for node in nodes)))
            verdicts.append(by_quadrature(Convolution((f, g), nodes, False, ((), ()), terms), []))
        verdict = next((v for v in verdicts if not v.holds), verdicts[0])
        found.append(Check(f"rule-{kind}", verdict, Prose("check.theorem.examples", {"examples": len(verdicts)})))
    return found


def used(made: Convolution) -> list[str]:
    """The rules that pairs of terms of the operands follow."""
    found: dict[str, None] = {}
    for a in made.operands[0]:
        for b in made.operands[1]:
            kinds = {type(a), type(b)}
            if Impulse in kinds:
                orders = [t.order for t in (a, b) if isinstance(t, Impulse)]
                found["slope" if any(orders) else "impulse"] = None
            elif kinds == {Side}:
                rates = [t.rate for t in (a, b) if isinstance(t, Side)]
                found["powers" if rates[0] == rates[1] else "fractions"] = None
            elif kinds == {Side, Bell}:
                found["smooth"] = None
                if any(isinstance(t, Side) and t.rate != 0 for t in (a, b)):
                    found["fading"] = None
            elif kinds in ({Bell}, {Lorentz}):
                found["bells" if kinds == {Bell} else "cauchy"] = None
    return list(found)


def slopes(made: Convolution) -> Verdict:
    """Whether the derivative of the result and f * g' are the same sum of terms, and the slope of the integral."""
    from symconv.topics.continuous.check_quadrature import by_slope
    from symconv.topics.continuous.pieces import vanishes
    from symconv.topics.continuous.terms import times

    assert made.slope is not None
    assert made.factor is not None
    if vanishes([*made.slope, *times(list(made.factor), -1)]):
        return by_slope(made, parameters(made))
    return Verdict("refuted", Prose("check.quadrature.derivative.not"))


def evaluated(made: Convolution, t: float, values: dict[str, float]) -> float:
    """The result at t, parameters put in; impulses count 0, equal rates go by the formula for them.

    Raises SymconvError for parameters that are missing, unknown, or break a condition of the page.
    """
    from symconv.topics.continuous.check_precise import terms_at
    from symconv.topics.continuous.check_quadrature import evaluator, slow_value, value

    wanted = parameters(made)
    if sorted(values) != wanted:
        raise SymconvError(
            f"expected numbers for {', '.join(wanted) or 'no parameters'}, got {', '.join(sorted(values)) or 'none'}"
        )
    number = evaluator(values)
    for name in sorted(made.positive):
        if not values[name] > 0:
            raise SymconvError(f"{name}: expected a number > 0, got {values[name]:g}")
    result = made.result
    for relation, a, b in made.conditions:
        left, right = number(a), number(b)
        if relation == "!=" and left == right and made.equal is not None and {a, b} == set(made.equal[:2]):
            result = made.equal[2]
        elif {"!=": left == right, "<": left >= right, ">": left <= right}[relation]:
            raise SymconvError(f"expected numbers with {a} {relation} {b}, got {left:g} and {right:g}")
    if result is None:
        return slow_value(made, t, values)
    sides = terms_at([term for term in result if isinstance(term, Side)], t, values) or 0.0  # where floats cancel
    return sides + float(sum(value(term, t, number) for term in result if not isinstance(term, Side)))


@scenes.register(Convolution)
def scene(made: Convolution, name: str | None = None) -> Scene:
    """f, g and their overlap as t moves."""
    from symconv.topics.continuous.curves import sample

    return picture(sample(made, parameters(made)), made.texts, made.correlate)


@illustrated.register(Convolution)
def with_figure(made: Convolution) -> Document:
    """The page with its figure at the end."""
    return Document((*convolution_page(made).blocks, Figure(scene(made), Prose("cont.figure"))))


@verdicts.register(Convolution)
def every_verdict(made: Convolution) -> tuple[Verdict, ...]:
    """Those of the cases, then those of the checks."""
    return (*(c.verdict for c in made.cases if c.verdict), *(c.verdict for c in made.checks))


def save(made: Convolution, path: str) -> None:
    """Write the figure as the path's ending asks (whole, or not at all).

    Raises SymconvError for an ending other than .svg and .png.
    """
    ending = path.lower()[-4:]
    if ending not in (".svg", ".png"):
        raise SymconvError(f"--plot: expected a file that ends in .svg or .png, got {path[-40:]!r}")
    to_file(write(made, ending[1:]), path)
