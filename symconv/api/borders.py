"""Padding that is not zeros: the derivation on the padded tensor, and then the padding taken back, checked and proved.

operator -> plain member on xbar -> its derivation -> the fold along every axis -> checks -> one derivation
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.core.example import Example
from symconv.core.expr import Expr
from symconv.core.facts import Bordered, Check, Derivation, Fold, Step, Verdict
from symconv.core.operator import Operator, inner, outer, spatial
from symconv.derivation.fold import circular, folds


def derive(op: Operator, wrt: str, channels: bool, check: bool, proof: bool) -> Derivation:
    """dL/d(wrt) of a bordered operator."""
    from symconv import api

    assert op.border is not None
    d: Derivation = api.derive(inner(op), wrt, channels, check, proof)
    closed = outer(d.closed_form, op) if isinstance(d.closed_form, Operator) else d.closed_form
    made: tuple[Fold, ...] = folds(op, wrt) if wrt == op.border.role else ()
    wrapped: tuple[Step, ...] = ()
    written: tuple[Expr, ...] = ()
    left = None
    if made and wrt == "x" and op.border.mode == "circular" and op.ndim == 1:
        left, wrapped, written = circular(op)
    found = Bordered(op, closed, made, wrapped, left)
    if not check:
        return replace(d, bordered=found)
    d = checked(replace(d, bordered=found), written)
    return proved(d, written) if proof else d


def checked(d: Derivation, written: Any) -> Derivation:
    """The folds and the whole gradient against brute force.

    Raises InternalError for a line that is false.
    """
    from symconv import api
    from symconv.check.borders import check_bordered, check_folds, check_wrapped

    found = d.bordered
    assert found is not None
    verdicts, whole, how = check_folds(found.op, found.folds)
    checks = check_bordered(found.op, d.wrt, found.closed_form)
    if found.folds:
        checks.insert(0, Check("fold", whole, f"{sum(len(f.steps) for f in found.folds)} lines, each {how}"))
    for one, marks in zip(found.folds, verdicts, strict=True):
        for step, verdict in zip(one.steps, marks, strict=True):
            api.refuse(verdict, f"the rule {step.rule!r} of the fold")
    for check in checks:
        api.refuse(check.verdict, f"the check {check.kind!r}")
    made = tuple(
        replace(one, steps=tuple(replace(s, verdict=v) for s, v in zip(one.steps, marks, strict=True)))
        for one, marks in zip(found.folds, verdicts, strict=True)
    )
    wrapped = found.wrapped
    if wrapped:
        marks = check_wrapped(spatial(found.op) if found.op.layered else found.op, written)
        for step, verdict in zip(wrapped, marks, strict=True):
            api.refuse(verdict, f"the rule {step.rule!r}")
        wrapped = tuple(replace(s, verdict=v) for s, v in zip(wrapped, marks, strict=True))
    kept = tuple(c for c in d.checks if c.kind != "numpy-forward")
    return replace(d, bordered=replace(found, folds=made, wrapped=wrapped), checks=(*kept, *checks))


def proved(d: Derivation, written: Any) -> Derivation:
    """The lines of the fold proved for all sizes where the prover shows them; the others stay as they were checked."""
    from symconv.check.prove.border import prove_lines
    from symconv.check.prove.theorem import bounds, solver
    from symconv.rendering.text import domain_text

    found = d.bordered
    assert found is not None
    domain = domain_text(d.page)
    made, tallies = [], []
    for one in found.folds:
        proofs = prove_lines(d.page, found.op, one)
        tallies += [p for p in proofs if p is not None]
        made.append(replace(one, steps=_graded(one.steps, proofs, domain)))
    wrapped = found.wrapped
    if wrapped:
        anywhere = replace(d.page, fits=d.page.fits[: d.page.ndim])  # these lines need no limit on the pads
        proofs = prove_lines(anywhere, found.op, None, written)
        tallies += [p for p in proofs if p is not None]
        wrapped = _graded(wrapped, proofs, domain_text(anywhere))
    standing = all(p.proved for p in tallies) and all(c.verdict.status == "proved" for c in d.checks if c.kind == "proof")
    checks = d.checks
    if tallies:
        total = type(tallies[0])()
        for p in tallies:
            total.ways += p.ways
            total.milliseconds += p.milliseconds
            total.bounded |= p.bounded
        status = "proved" if standing else "unsupported"
        verdict = Verdict(status, total.words(), domain + bounds(total), solver(total), round(total.milliseconds, 1))
        checks = (*checks, Check("fold-proof", verdict, total.words()))
    return replace(d, bordered=replace(found, folds=tuple(made), wrapped=wrapped), checks=checks)


def _graded(steps: tuple[Step, ...], proofs: list[Any], domain: str) -> tuple[Step, ...]:
    """Lines with the verdict proved as far as every line before them is."""
    made, standing = [], True
    for step, tally in zip(steps, proofs, strict=True):
        standing = standing and (tally is None or tally.proved)
        how = "the definition" if tally is None else tally.words()
        made.append(replace(step, verdict=Verdict("proved", how, domain)) if standing else step)
    return tuple(made)


def padding_formula(page: Operator, op: Operator) -> str:
    """xbar[m] = x[phi(m - P)] and phi, as Unicode text."""
    from symconv.rendering.border import definition, folded
    from symconv.rendering.text import TextTarget

    assert op.border is not None
    target = TextTarget()
    rows = (folded if op.border.role == "y" else definition)(page, op.border).rows
    return ", ".join(f"{target.inline(left)} = {target.math(right)}" for left, right, _ in rows).replace("\u00a0", " ")


def example_checks(made: Example) -> list[Check]:
    """What is checked of an example beside the others: the padded array, and the lines of the fold that its page quotes.

    Raises InternalError for a line that is false.
    """
    from symconv import api
    from symconv.check.borders import check_folds
    from symconv.check.example import against_padded

    found = made.gradient("x").derivation
    assert found is not None
    assert found.bordered is not None
    assert made.op.border is not None
    checks = [against_padded(made)]
    if made.op.border.once:  # else the page quotes the transpose alone
        verdicts, whole, _ = check_folds(found.bordered.op, found.bordered.folds)
        for marks in verdicts:
            for verdict in marks:
                api.refuse(verdict, "a rule of the fold")
        checks.append(Check("fold", whole, f"{sum(map(len, verdicts))} lines, each equal to brute force"))
    return checks
