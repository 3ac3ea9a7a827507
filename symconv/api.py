"""The pipeline, top to bottom: operator -> formula -> gradient -> steps -> closed form -> checks -> document -> target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from symconv.core.expr import Access, Expr
from symconv.core.facts import Check, Derivation, Reduction, Step, Verdict
from symconv.core.operator import Operator, spatial
from symconv.derive.gradient import target_entry, vjp
from symconv.derive.recognise import recognise
from symconv.errors import InternalError, SymconvError

ROLES = ("x", "w", "b")


def derive(op: Operator, wrt: str = "x", channels: bool = False, check: bool = True) -> Derivation:
    """dL/d(wrt) in steps; every line checked unless ``check`` is False (then each says that it was not).

    Raises SymconvError for a role that the operator lacks or sizes without output, InternalError for a line that fails.
    """
    if wrt not in ROLES:
        raise SymconvError(f"wrt: expected x, w or b, got {str(wrt)[:40]!r}")
    has_output(op)
    page = op if channels or not op.layered else spatial(op)
    steps, gather = vjp(page, wrt)
    left = target_entry(page, page.operand(wrt))
    shown = recognise(page, wrt, steps[-1].expr.terms[0])
    closed, line = shown, None
    if page is not op:
        whole, _ = vjp(op, wrt)
        closed = recognise(op, wrt, whole[-1].expr.terms[0])
        line = (target_entry(op, op.operand(wrt)), whole[-1].expr)
    derivation = Derivation(op, page, wrt, left, tuple(steps), gather, closed, shown, line)
    return checked(derivation) if check else derivation


def has_output(op: Operator) -> None:
    """Raise SymconvError if no size gives an output, or a fixed size gives none."""
    for k, axis in enumerate(op.axes):
        slack = axis.slack.constant
        if slack is not None and slack < 0:
            raise SymconvError(
                f"{op.name}: expected a kernel that fits into the padded input along axis {k}, got input {axis.data} + padding "
                f"{axis.lo + axis.hi} against a reach of {axis.reach + 1}; use a smaller kernel or more padding"
            )


def checked(d: Derivation) -> Derivation:
    """The derivation with a verdict on every line and on the result.

    Raises InternalError naming the rule of the first line that is false: it is never printed as if true.
    """
    from symconv.check.closed import check_closed
    from symconv.check.numeric import check_numeric
    from symconv.check.steps import check_lines

    verdicts = check_lines(d.page, d.wrt, [step.expr for step in d.steps])
    steps = tuple(replace(step, verdict=v) for step, v in zip(d.steps, verdicts, strict=True))
    for step in steps:
        refuse(step.verdict, f"the rule {step.rule!r}")
    line = None
    if d.channels is not None:
        (line,) = check_lines(d.op, d.wrt, [d.channels[1]])
        refuse(line, "the line with channels")
    closed, cases, entries = check_closed(d.op, d.wrt, d.closed_form)
    refuse(closed, "the rule 'recognise'")
    checks = [Check("brute-force", closed, f"the closed form equals brute force on {cases} cases, {entries} entries")]
    checks += check_numeric(d.op, d.wrt, d.closed_form)
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(d, steps=steps, channels_verdict=line, checks=tuple(checks))


def refuse(verdict: Verdict | None, what: str) -> None:
    """Stop at a line that is false."""
    if verdict is not None and verdict.status == "refuted":
        raise InternalError(f"internal error: {what} gave a line that is false: it {verdict.how}; please report it")


@dataclass(frozen=True)
class Sizes:
    """Numbers for everything that an operator leaves open."""

    values: Mapping[str, int]


def at(
    op: Operator,
    input: Any = None,
    kernel: Any = None,
    batch: Any = None,
    in_channels: Any = None,
    out_channels: Any = None,
    values: Mapping[str, int] | None = None,
) -> Operator:
    """The operator at concrete sizes.

    ``batch``, ``in_channels`` and ``out_channels`` are totals, 1 (or one per group) if left out and not fixed.
    Raises SymconvError for sizes that are missing, not positive, or without output.
    """
    from symconv.operators.parameters import number

    known: dict[str, int] = {}
    known.update({name: number(v, name, dict(op.lower).get(name)) for name, v in (values or {}).items()})
    for name in known:
        if name not in names_of(op):
            raise SymconvError(f"{op.name} has no parameter named {name!r}: expected one of {', '.join(sorted(names_of(op)))}")
    for what, given, field in (("input", input, "data"), ("kernel", kernel, "kernel")):
        for k, n in enumerate(spatial_given(op, given, what)):
            fix(known, getattr(op.axes[k], field).subs(known), n, what)
    groups = op.groups.subs(known).constant
    extents = dict(op.extents)
    if op.layered:
        for what, total, label in (("batch", batch, "n"), ("in_channels", in_channels, "c"), ("out_channels", out_channels, "o")):
            per = 1 if label == "n" else groups or 1
            size = extents.get(label)
            if total is None:
                if size is not None and size.subs(known).constant is None:
                    fix(known, size.subs(known), 1, what)
                continue
            count = number(total, what, 1)
            if count % per:
                raise SymconvError(f"{what}: expected a multiple of groups={per}, got {count}")
            fix(known, (size if size is not None else one()).subs(known), count // per, what)
    elif any(v is not None for v in (batch, in_channels, out_channels)):
        raise SymconvError(f"{op.name} has one channel and no batch: expected none of batch, in_channels, out_channels")
    return settled(op, known)


def one() -> Any:
    """The integer 1 of the language."""
    from symconv.core.integers import integer

    return integer(1)


def names_of(op: Operator) -> frozenset[str]:
    """The names that wait for numbers."""
    from symconv.core.operator import names

    return names(op)


def settled(op: Operator, known: dict[str, int]) -> Operator:
    """The operator with the numbers put in; every name must have one, and there must be an output."""
    missing = sorted(names_of(op) - known.keys())
    if missing:
        sizes = [n for n in missing if n[0] in "NK" and (n[1:].isdigit() or n[1:] == "")]
        raise SymconvError(
            f"{op.name}: expected a number for {', '.join(missing)}"
            + ("; give input and kernel sizes" if sizes else f"; give one, as in {missing[0]}=2")
        )
    concrete = op.subs(known)
    has_output(concrete)
    return concrete


def spatial_given(op: Operator, given: Any, what: str) -> list[int]:
    """Spatial sizes as the user gave them: one integer, or one per axis."""
    from symconv.operators.parameters import number

    if given is None:
        return []
    sizes = list(given) if isinstance(given, (tuple, list)) else [given] * op.ndim
    if len(sizes) != op.ndim:
        raise SymconvError(f"{what}: expected {op.ndim} spatial size(s) for {op.name}, got {len(sizes)}")
    return [number(n, what, 1) for n in sizes]


def fix(known: dict[str, int], size: Any, n: int, what: str) -> None:
    """Give a size its number, or compare it with the number that it has."""
    if size.name is not None:
        known[size.name] = n
    elif size.constant != n:
        raise SymconvError(f"{what}: expected {size} as the operator was built, got {n}")


def explicit(op: Operator, limit: int | None = None) -> Any:
    """The explicit case of a concrete operator."""
    from symconv.check.exact import LIMIT, Explicit

    return Explicit(op, limit=LIMIT if limit is None else limit)


def concrete_closed(op: Operator, wrt: str) -> Operator | Reduction:
    """The closed form of a concrete operator."""
    return derive(op, wrt, channels=True, check=False).closed_form


def evaluate(op: Operator, **given: Any) -> Any:
    """Numbers for y and the gradients."""
    from symconv.check.evaluate import evaluate as run

    return run(op, **given)


__all__ = ["Access", "Expr", "Step", "at", "derive", "evaluate", "explicit"]
