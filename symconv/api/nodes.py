"""The pipeline for nodes (pooling, unshared kernels): formula -> steps -> checks -> proof -> page."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import symconv.pages.windows  # noqa: F401  (the faces of its facts)
from symconv.api import operators
from symconv.api.operators import role
from symconv.derivation.gradient import vjp
from symconv.errors import SymconvError
from symconv.language.facts import Check, WindowDerivation, refuse
from symconv.language.operator import Operator, spatial
from symconv.language.prose import Prose
from symconv.language.unshared import Unshared, constant_count, definition, entry_of, one_image, windows_read
from symconv.layers.sizes import at as sized
from symconv.layers.sizes import has_output


def derived(node: Unshared, wrt: str, channels: bool, check: bool = False) -> WindowDerivation:
    """dL/d(wrt) of a node in steps."""
    role(wrt)
    own_role(node, wrt)
    has_output(node.window)
    if node.kind != "local":
        windows_read(node)
    page = node if channels or not node.window.layered else one_image(node)
    steps, gather = vjp(page, wrt)
    line = None
    if page is not node and node.kind == "local":
        whole, _ = vjp(node, wrt)
        line = (entry_of(node, wrt, {}, f"dL/d{wrt}"), whole[-1].expr)
    return WindowDerivation(node, page, wrt, entry_of(page, wrt, {}, f"dL/d{wrt}"), tuple(steps), gather, line)


def own_role(node: Unshared, wrt: str) -> str:
    """The role, if the node has it."""
    if wrt not in node.roles:
        bias = " without bias" if node.kind == "local" else ""
        raise SymconvError(f"wrt: expected {' or '.join(node.roles)} for {node.name}{bias}, got {str(wrt)[:40]!r}")
    return wrt


def roles(node: Unshared, wrt: str) -> list[str]:
    """One role, or all."""
    return list(node.roles) if wrt == "all" else [own_role(node, wrt)]


def checked(d: WindowDerivation) -> WindowDerivation:
    """The derivation with a verdict on every line, and the independent checks of the result."""
    from symconv.check.numeric import check_differences, check_numbers
    from symconv.check.steps import check_lines

    verdicts = check_lines(d.page, d.wrt, [s.expr for s in d.steps])
    for step, verdict in zip(d.steps, verdicts, strict=True):
        refuse(verdict, f"the rule {step.rule!r}")
    steps = tuple(replace(s, verdict=v) for s, v in zip(d.steps, verdicts, strict=True))
    line = None
    if d.channels is not None:
        (line,) = check_lines(d.op, d.wrt, [d.channels[1]], most=3)
        refuse(line, "the line with channels")
    lines = Prose("check.lines", {"lines": len(steps), "how": verdicts[0].how})
    checks = [Check("steps", verdicts[0], lines), check_formula(d.page)]
    checks += [check_numbers(d.page, d.wrt), check_differences(d.page, d.wrt)]
    d = replace(d, steps=steps, channels_verdict=line, checks=tuple(checks))
    d = about_ties(about_convolution(d))
    for one in d.checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return d


def check_formula(node: Unshared) -> Check:
    """The formula as printed, evaluated item by item, against brute force."""
    from symconv.check.formulas import check_definition

    return check_definition(node, definition(node))


def about_ties(d: WindowDerivation) -> WindowDerivation:
    """What is known of a maximum at ties, and of pooling under small shifts."""
    from symconv.check.ties import check_ties, shifts

    if d.op.kind == "local":
        return d
    checks = list(d.checks)
    if d.op.kind == "max_pool":
        checks.append(check_ties())
    found = shifts(d.page)
    if found is None:
        return replace(d, checks=tuple(checks))
    return replace(d, checks=(*checks, found[0]), shift=found[1])


def about_convolution(d: WindowDerivation) -> WindowDerivation:
    """An average with one divisor is a depthwise convolution: its gradient in closed form; a shared kernel's gradient."""
    from symconv.check.ties import check_depthwise, check_shared

    if d.op.kind == "local":
        return replace(d, checks=(*d.checks, check_shared(d.page))) if d.wrt == "w" else d
    if d.op.kind != "avg_pool" or constant_count(d.op) is None:
        return d
    found = check_depthwise(d.page)
    if found is None:
        return replace(d, checks=(*d.checks, *_recognised(d)[1]))
    member, more = _recognised(d)
    return replace(d, closed_form=member, shown=member, checks=(*d.checks, found, *more))


def _recognised(d: WindowDerivation) -> tuple[Operator, list[Check]]:
    """The closed form of the window's own gradient, checked by the engine of the closed family."""
    inner = operators.checked(operators.derived(spatial(d.op.window), "x", False, True))
    assert isinstance(inner.closed_form, Operator)
    return inner.closed_form, [c for c in inner.checks if c.kind == "brute-force"]


def proved(d: WindowDerivation) -> WindowDerivation:
    """Verdicts ``proved`` where the all-sizes prover decided; a maximum's lines stay checked, as its second line is."""
    from symconv.check.prove.node import prove_node
    from symconv.pages.text import domain_text

    start = time.perf_counter()
    found = prove_node(d)
    spent = round(1e3 * (time.perf_counter() - start), 1)
    domain = domain_text(d.page.window)
    verdict = found.verdict(lambda _: domain, spent)
    steps = d.steps
    if d.op.kind != "max_pool":  # whose first line is a derivative only where there is no tie
        steps = tuple(replace(s, verdict=found.proved(k, lambda _: domain) or s.verdict) for k, s in enumerate(steps, 1))
    return replace(d, steps=steps, checks=(Check("proof", verdict, verdict.how), *d.checks))


def at(node: Unshared, input: Any, kernel: Any, **sizes: Any) -> Unshared:
    """The node at concrete sizes."""
    in_channels = sizes.get("in_channels")
    window = node.window
    if node.kind != "local" and in_channels is not None:
        sizes["out_channels"] = None
    concrete = replace(node, window=sized(window, input, kernel, **sizes))
    if node.kind != "local":
        windows_read(concrete)
    return concrete


def with_case(
    d: WindowDerivation, concrete: Unshared, limit: int | None = None, loss: str | None = None
) -> WindowDerivation:
    """The derivation with its explicit case; every entry is compared with the last line's value."""
    if loss is not None:
        raise SymconvError(f"loss: expected none for {d.op.name}: write the loss behind it in a net")
    from symconv.check.steps import check_entries
    from symconv.examples.cases import entrywise

    found = entrywise(concrete, d.wrt)
    whole, _ = vjp(concrete, d.wrt)
    one = check_entries(concrete, d.wrt, whole[-1].expr, found)
    refuse(one.verdict, "the explicit case")
    return replace(d, explicit=found, checks=(*d.checks, one))
