"""Padding that is not zeros: the derivation on the padded tensor, and then the padding taken back, checked and proved.

the derivation on xbar -> the fold along every axis -> checks -> one derivation
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from symconv.derivation.fold import circular, folds
from symconv.language.example import Example
from symconv.language.facts import Bordered, Check, Derivation, Step, Verdict, refuse
from symconv.language.operator import Operator, outer, spatial
from symconv.language.prose import Prose


def folded(d: Derivation, op: Operator) -> Derivation:
    """The derivation on the padded tensor, with the lines by which the padding is taken back."""
    assert op.border is not None
    closed = outer(d.closed_form, op) if isinstance(d.closed_form, Operator) else d.closed_form
    made = folds(op, d.wrt) if d.wrt == op.border.role else ()
    left, wrapped = None, tuple[Step, ...]()
    if made and d.wrt == "x" and op.border.mode == "circular" and op.ndim == 1:
        left, wrapped, _ = circular(op)
    return replace(d, bordered=Bordered(op, closed, made, wrapped, left))


def checked(d: Derivation) -> Derivation:
    """The folds and the whole gradient against brute force.

    Raises InternalError for a line that is false.
    """
    from symconv.check.borders import check_bordered, check_folds, check_wrapped

    found = d.bordered
    assert found is not None
    verdicts, whole, how = check_folds(found.op, found.folds)
    checks = check_bordered(found.op, d.wrt, found.closed_form)
    if found.folds:
        lines = sum(len(f.steps) for f in found.folds)
        checks.insert(0, Check("fold", whole, Prose("check.border.fold", {"lines": lines, "how": how})))
    for one, marks in zip(found.folds, verdicts, strict=True):
        for step, verdict in zip(one.steps, marks, strict=True):
            refuse(verdict, f"the rule {step.rule!r} of the fold")
    for check in checks:
        refuse(check.verdict, f"the check {check.kind!r}")
    made = tuple(
        replace(one, steps=tuple(replace(s, verdict=v) for s, v in zip(one.steps, marks, strict=True)))
        for one, marks in zip(found.folds, verdicts, strict=True)
    )
    wrapped = found.wrapped
    if wrapped:
        marks = check_wrapped(spatial(found.op) if found.op.layered else found.op, circular(found.op)[2])
        for step, verdict in zip(wrapped, marks, strict=True):
            refuse(verdict, f"the rule {step.rule!r}")
        wrapped = tuple(replace(s, verdict=v) for s, v in zip(wrapped, marks, strict=True))
    kept = tuple(c for c in d.checks if c.kind != "numpy-forward")
    return replace(d, bordered=replace(found, folds=made, wrapped=wrapped), checks=(*kept, *checks))


def proved(d: Derivation) -> Derivation:
    """The lines of the fold proved for all sizes where the prover shows them; the others stay as they were checked."""
    from symconv.check.prove.border import prove_fold, prove_wrapped
    from symconv.pages.text import domain_text

    found = d.bordered
    assert found is not None
    start = time.perf_counter()
    domain = domain_text(d.page)
    chains = [prove_fold(d.page, found.op, one) for one in found.folds]
    made = tuple(
        replace(one, steps=_folded(one.steps, chain, domain)) for one, chain in zip(found.folds, chains, strict=True)
    )
    wrapped = found.wrapped
    if wrapped:
        anywhere = replace(d.page, fits=d.page.fits[: d.page.ndim])  # these lines need no limit on the pads
        around = prove_wrapped(anywhere, found.op, circular(found.op)[2])
        wrapped = _graded(wrapped, around, domain_text(anywhere))
        chains.append(around)
    checks = d.checks
    if chains:
        spent = round(1e3 * (time.perf_counter() - start), 1)
        verdict = sum(chains[1:], chains[0]).verdict(lambda _: domain, spent)
        standing = all(c.verdict.status == "proved" for c in d.checks if c.kind == "proof")
        if not standing and verdict.status == "proved":
            verdict = Verdict("unsupported", Prose("check.border.padded"))
        checks = (*checks, Check("fold-proof", verdict, verdict.how))
    return replace(d, bordered=replace(found, folds=made, wrapped=wrapped), checks=checks)


def _folded(steps: tuple[Step, ...], chain: Any, domain: str) -> tuple[Step, ...]:
    """The first line is the chain rule, and stands as far as the second, which is shown equal to it, does."""
    rest = _graded(steps[1:], chain, domain)
    return (replace(steps[0], verdict=chain.proved(1, lambda _: domain) or steps[0].verdict), *rest)


def _graded(steps: tuple[Step, ...], chain: Any, domain: str) -> tuple[Step, ...]:
    """Lines with the verdict proved as far as every line before them is."""
    return tuple(replace(s, verdict=chain.proved(k, lambda _: domain) or s.verdict) for k, s in enumerate(steps, 1))


def padding_formula(page: Operator, op: Operator) -> str:
    """xbar[m] = x[phi(m - P)] and phi, as Unicode text."""
    from symconv.pages.border import definition, folded
    from symconv.pages.text import TextTarget

    assert op.border is not None
    target = TextTarget()
    rows = (folded if op.border.role == "y" else definition)(page, op.border).rows
    return ", ".join(f"{target.inline(left)} = {target.math(right)}" for left, right, _ in rows).replace("\u00a0", " ")


def example_checks(made: Example) -> list[Check]:
    """What is checked of an example beside the others: the padded array, and the lines of the fold that its page quotes.

    Raises InternalError for a line that is false.
    """
    from symconv.check.borders import check_folds
    from symconv.check.example import against_padded

    found = made.gradient("x").derivation
    assert isinstance(found, Derivation)
    assert found.bordered is not None
    assert made.op.border is not None
    checks = [against_padded(made)]
    if made.op.border.once:  # else the page quotes the transpose alone
        verdicts, whole, _ = check_folds(found.bordered.op, found.bordered.folds)
        for marks in verdicts:
            for verdict in marks:
                refuse(verdict, "a rule of the fold")
        checks.append(Check("fold", whole, Prose("check.border.lines", {"lines": sum(map(len, verdicts))})))
    return checks
