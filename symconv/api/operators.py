"""An operator of the closed family: its gradient in steps, the closed form, the checks, the proof; cases and numbers.

With padding that is not zeros the derivation is that of the padded tensor, and ``borders`` takes the padding back.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import symconv.pages.document  # noqa: F401  (the face of its facts)
from symconv.api import borders
from symconv.derivation.gradient import vjp
from symconv.derivation.recognise import as_layer, recognise
from symconv.errors import InternalError, SymconvError
from symconv.language.facts import Check, Derivation, Explication, LayerCall, Reduction, Step, Verdict, refuse
from symconv.language.operator import Operator, gradient_name, inner, spatial
from symconv.language.prose import Joined, Prose
from symconv.language.text import read_loss
from symconv.language.unshared import Windowed, entry_of
from symconv.layers.catalog import build
from symconv.layers.parameters import at_least_one
from symconv.layers.sizes import at as sized
from symconv.layers.sizes import has_output

ROLES = ("x", "w", "b")
SYMPY_LIMIT = 600


# the derivation
def role(wrt: str) -> str:
    """The role, if it is one of the three."""
    if not isinstance(wrt, str) or wrt not in ROLES:
        raise SymconvError(f"wrt: expected x, w or b, got {' '.join(str(wrt).split())[:40]!r}")
    return wrt


def roles(op: Operator, wrt: str) -> list[str]:
    """The roles to derive for: one, or all that the operator has."""
    if wrt == "all":
        return [r for r in ROLES if r != "b" or op.bias is not None]
    if wrt not in ROLES:
        raise SymconvError(f"wrt: expected x, w, b or all, got {wrt[:40]!r}")
    return [wrt]


def derived(op: Operator, wrt: str, channels: bool, check: bool) -> Derivation:
    """dL/d(wrt) in steps with its closed form; with ``check`` a line that is false is named where there is no closed form."""
    role(wrt)
    has_output(op)
    return stated(op, wrt, channels, check)


def stated(op: Operator, wrt: str, channels: bool = True, check: bool = False) -> Derivation:
    """The same where a border may wrap more than once, as in a page of numbers."""
    if op.border is not None:
        return borders.folded(derived(inner(op), wrt, channels, check), op)
    page = op if channels or not op.layered or not op.axes else spatial(op)
    steps, gather = vjp(page, wrt)
    left = entry_of(page, wrt, {}, gradient_name(op, op.operand(wrt)))
    shown = recognised(page, wrt, steps, check)
    closed, line, start = shown, None, None
    if page is not op:
        whole, _ = vjp(op, wrt)
        closed = recognise(op, wrt, whole[-1].expr.terms[0])
        line = (entry_of(op, wrt, {}, gradient_name(op, op.operand(wrt))), whole[-1].expr)
        start = whole[0].expr
    layer = as_layer(page, wrt, shown)
    return Derivation(op, page, wrt, left, tuple(steps), gather, closed, shown, line, start, layer=layer)


def recognised(page: Operator, wrt: str, steps: list[Step], check: bool) -> Operator | Reduction:
    """The closed form of the last line; if it has none, the line that is false is named rather than the recogniser."""
    try:
        return recognise(page, wrt, steps[-1].expr.terms[0])
    except InternalError:
        if check:
            refuse_lines(page, wrt, steps)
        raise


def refuse_lines(page: Operator, wrt: str, steps: list[Step]) -> list[Verdict]:
    """A verdict per line; raise InternalError naming the rule of the first that is false."""
    from symconv.check.steps import check_lines

    verdicts = check_lines(page, wrt, [step.expr for step in steps])
    for step, verdict in zip(steps, verdicts, strict=True):
        refuse(verdict, f"the rule {step.rule!r}")
    return verdicts


def checked(d: Derivation) -> Derivation:
    """The derivation with a verdict on every line and on the result; the fold of a border is checked behind it.

    Raises InternalError naming the rule of the first line that is false: it is never printed as if true.
    """
    from symconv.check.closed import check_closed
    from symconv.check.numeric import check_numeric
    from symconv.check.steps import check_lines

    verdicts = refuse_lines(d.page, d.wrt, list(d.steps))
    steps = tuple(replace(step, verdict=v) for step, v in zip(d.steps, verdicts, strict=True))
    line = None
    if d.channels is not None:
        (line,) = check_lines(d.op, d.wrt, [d.channels[1]])
        refuse(line, "the line with channels")
    closed, cases, entries = check_closed(d.op, d.wrt, d.closed_form)
    refuse(closed, "the rule 'recognise'")
    checks = [Check("steps", verdicts[0], Prose("check.lines", {"lines": len(steps), "how": verdicts[0].how}))]
    checks += [Check("brute-force", closed, Prose("check.closed.brute", {"cases": cases, "entries": entries}))]
    checks += check_numeric(d.op, d.wrt, d.closed_form)
    witness = None
    if d.layer is not None:
        same_layer(d, d.layer)
    if not d.op.axes and isinstance(d.closed_form, Operator):
        from symconv.check.numeric import check_matrices

        checks.append(check_matrices(d.op, d.closed_form))
    if d.op.derived:
        from symconv.check.numeric import check_hessian

        checks.append(check_hessian(d.op))
    if d.op.output_padding is not None:
        from symconv.check.inverse import against_conv

        transposes, witness = against_conv(spatial(d.page))
        checks.append(transposes)
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    d = replace(d, steps=steps, channels_verdict=line, checks=tuple(checks), witness=witness)
    return borders.checked(d) if d.bordered is not None else d


def proved(d: Derivation) -> Derivation:
    """The derivation with verdicts ``proved`` where the kernel accepts a certificate; the others stay as they were checked."""
    from symconv.check.prove.derivation import prove_derivation
    from symconv.pages.text import domain_text

    start = time.perf_counter()
    own, closed, channels = prove_derivation(d)
    spent = 1e3 * (time.perf_counter() - start)
    domain = domain_text(d.page)
    steps = [replace(step, verdict=own.proved(k, lambda _: domain) or step.verdict) for k, step in enumerate(d.steps, 1)]
    line = d.channels_verdict
    if channels.claims:
        line = channels.proved(len(channels.claims), lambda _: domain_text(d.op)) or line
    verdict = (own + closed).verdict(lambda _: domain, round(spent, 1))
    if not channels.whole:
        verdict = channels.verdict(lambda _: domain)
    checks = (Check("proof", verdict, verdict.how), *d.checks)
    d = replace(d, steps=tuple(steps), channels_verdict=line, checks=checks)
    return borders.proved(d) if d.bordered is not None else d


def same_layer(d: Derivation, layer: LayerCall) -> None:
    """Raise InternalError unless the named layer is, axis by axis, the very member that was recognised."""
    sizes = [a.kernel for a in d.page.axes]
    extra = {"output_padding": layer.output_padding} if layer.output_padding else {}
    named = build(layer.name, kernel=sizes, stride=layer.stride, padding=layer.padding, dilation=layer.dilation, **extra)
    assert isinstance(d.shown, Operator)
    for ours, theirs in zip(d.shown.axes, named.axes, strict=True):
        fields = ["stride", "input_dilation", "lo", "hi"] + ([] if ours.kernel == 1 else ["dilation"])
        turned = d.shown.flip != named.flip and any(a.kernel != 1 for a in named.axes)  # one tap: a flip changes nothing
        if turned or any(getattr(ours, f) != getattr(theirs, f) for f in fields):
            raise InternalError(
                f"internal error: the rule 'as layer' named {layer.name} where the closed form is another member"
            )


def concrete_closed(op: Operator, wrt: str) -> Operator | Reduction:
    """The closed form of a concrete operator."""
    found = derived(op, wrt, True, False)
    return found.bordered.closed_form if found.bordered is not None else found.closed_form


# explicit cases
def at(op: Operator, input: Any = None, kernel: Any = None, **sizes: Any) -> Operator:
    """The operator at concrete sizes."""
    return sized(op, input, kernel, **sizes)


def with_case(d: Derivation, concrete: Operator, limit: int | None = None, loss: str | None = None) -> Derivation:
    """The derivation with its explicit case; the entrywise identity is one more check.

    It is decided on maps, at any size, and on SymPy's own derivative where the case is small.  Raises InternalError if the
    two sides differ.
    """
    from symconv.check.maps import Identity, written
    from symconv.examples.cases import explication

    member = concrete_closed(concrete, d.wrt)
    verdicts = {"map": Identity(concrete, d.wrt, member).check()}
    found = explication(concrete, d.wrt, member, verdicts["map"].holds)
    refuse(written(concrete, d.wrt, member, found), "the explicit case, as it is written out,")
    if sum(len(p) for _, p, _ in found.gradient) <= SYMPY_LIMIT:
        verdicts["sympy"] = explicit(concrete, limit).check(d.wrt, member)
    if loss is not None:
        verdicts["loss"], found = _with_loss(found, concrete, d.wrt, member, loss, limit)
    for kind, verdict in verdicts.items():
        refuse(verdict, f"the check {kind!r}")
    checks = (*d.checks, *(Check(kind, v, v.how) for kind, v in verdicts.items()))
    layer = as_layer(concrete, d.wrt, member) if concrete.border is None else None
    return replace(d, explicit=replace(found, layer=layer), checks=checks)


def _with_loss(
    found: Explication, concrete: Operator, wrt: str, member: Operator | Reduction, loss: str, limit: int | None
) -> tuple[Verdict, Explication]:
    """The user's loss: its upstream gradient by SymPy, and the identity with y put in."""
    own = composed(explicit(concrete, limit), loss)
    g = tuple((index, e) for (index, _), e in zip(found.y, own.upstream.values(), strict=True))
    return own.check(wrt, member), replace(found, loss=own.loss, upstream=g)


def explicit(layer: Windowed, limit: int | None = None) -> Any:
    """The explicit case of a concrete layer: y, L and its derivatives as SymPy expressions, lazily."""
    from symconv.check.exact import Explicit

    return Explicit(layer, None if limit is None else at_least_one(limit))


def check_explicit(concrete: Operator, case: Any, own: Any = None) -> Verdict:
    """The entrywise identity wrt x, w and b: on maps, on SymPy's derivative, and for the user's own loss if there is one."""
    from symconv.check.maps import Identity

    verdicts = []
    for wrt in roles(concrete, "all"):
        member = concrete_closed(concrete, wrt)
        verdicts += [Identity(concrete, wrt, member).check(), case.check(wrt, member)]
        if own is not None:
            verdicts.append(own.check(wrt, member))
    return next((v for v in verdicts if not v.holds), Verdict("checked", Joined(tuple(v.how for v in verdicts), "; ")))


def composed(case: Any, loss: str) -> Any:
    """The explicit case with a loss of the user's."""
    from symconv.check.exact import Composed

    return Composed(case, read_loss(loss))


def sympy_array(case: Any, entries: Any, role: str) -> Any:
    """Entries by index as a SymPy array in the shape of the tensor in a role."""
    from symconv.check.exact import as_array

    return as_array(entries, case.shape(role))


# numbers
def evaluate_sum(reduction: Reduction, data: Any) -> Any:
    """The value of a closed form that only adds up."""
    from symconv.check.closed import apply
    from symconv.check.evaluate import Evaluation
    from symconv.check.operands import as_array

    if data is None:
        raise SymconvError("x: expected the upstream gradient that is summed, got nothing")
    array = as_array(data, "x")
    return Evaluation(apply(reduction, {}, {reduction.data.name: array}), None, None, None, array.dtype.kind != "f")
