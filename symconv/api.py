"""The pipeline, top to bottom: operator -> formula -> gradient -> steps -> closed form -> checks -> document -> target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from symconv.core.facts import Check, Derivation, Layer, NotInverse, Reduction, Verdict
from symconv.core.integers import Int, integer
from symconv.core.operator import Operator, formula, gradient_name, names, spatial
from symconv.derive.gradient import target_entry, vjp
from symconv.derive.recognise import as_layer, recognise
from symconv.errors import InternalError, SymconvError, nearest
from symconv.operators.catalog import CATALOG, build

ROLES = ("x", "w", "b")
TARGETS = ("text", "latex", "json")


def derive(op: Operator, wrt: str = "x", channels: bool = False, check: bool = True) -> Derivation:
    """dL/d(wrt) in steps; every line checked unless ``check`` is False (then each says that it was not).

    Raises SymconvError for a role that the operator lacks or sizes without output, InternalError for a line that fails.
    """
    role(wrt)
    has_output(op)
    page = op if channels or not op.layered else spatial(op)
    steps, gather = vjp(page, wrt)
    left = target_entry(page, page.operand(wrt), gradient_name(op, op.operand(wrt)))
    shown = recognise(page, wrt, steps[-1].expr.terms[0])
    closed, line = shown, None
    if page is not op:
        whole, _ = vjp(op, wrt)
        closed = recognise(op, wrt, whole[-1].expr.terms[0])
        line = (target_entry(op, op.operand(wrt), gradient_name(op, op.operand(wrt))), whole[-1].expr)
    layer = as_layer(page, wrt, shown)
    derivation = Derivation(op, page, wrt, left, tuple(steps), gather, closed, shown, line, layer=layer)
    return checked(derivation) if check else derivation


def has_output(op: Operator) -> None:
    """Raise SymconvError if the sizes that are fixed leave no output."""
    for k, (left, right) in enumerate(op.fits):
        room = (left - right).constant
        if room is None or room >= 0:
            continue
        if k >= op.ndim:
            raise SymconvError(f"output_padding: expected less than the stride {left}, got {right - 1}")
        axis = op.axes[k]
        if op.output_padding is not None:
            raise SymconvError(
                f"{op.name}: expected padding that leaves an output along axis {k}, got output size {axis.slack + 1}; "
                "use less padding or a larger input"
            )
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
    witness = None
    if d.layer is not None:
        same_layer(d, d.layer)
    if d.op.derived:
        from symconv.check.numeric import check_hessian

        checks.append(check_hessian(d.op))
    if d.op.output_padding is not None:
        transposes, witness = against_conv(d.page)
        checks.append(transposes)
    for one in checks:
        refuse(one.verdict, f"the check {one.kind!r}")
    return replace(d, steps=steps, channels_verdict=line, checks=tuple(checks), witness=witness)


def same_layer(d: Derivation, layer: Layer) -> None:
    """Raise InternalError unless the named layer is, axis by axis, the very member that was recognised."""
    sizes = [a.kernel for a in d.page.axes]
    extra = {"output_padding": layer.output_padding} if layer.output_padding else {}
    named = build(layer.name, kernel=sizes, stride=layer.stride, padding=layer.padding, dilation=layer.dilation, **extra)
    assert isinstance(d.shown, Operator)
    for ours, theirs in zip(d.shown.axes, named.axes, strict=True):
        fields = ("stride", "input_dilation", "dilation", "lo", "hi")
        if d.shown.flip != named.flip or any(getattr(ours, f) != getattr(theirs, f) for f in fields):
            raise InternalError(
                f"internal error: the rule 'as layer' named {layer.name} where the closed form is another member"
            )


def against_conv(page: Operator) -> tuple[Check, NotInverse | None]:
    """The transposed layer is the adjoint of the conv whose remainder is its output_padding; and not its inverse."""
    from symconv.check.cases import cases
    from symconv.check.inverse import LARGEST, check_adjoint, smallest

    pairs = [_pair(page, case) for case in cases(page)]
    line = replace(page, axes=page.axes[:1], output_padding=(page.output_padding or ())[:1], fits=page.fits[:1])
    least = {name: low for name, low in page.lower if name not in _open_sizes(page)}
    small = []
    for n, k in product(range(1, LARGEST), repeat=2):
        case = {**least, **_first_axis(page, n, k)}
        if all(int((left - right).evaluate(case)) >= 0 for left, right in line.fits):
            small.append(_pair(line, case))
    return check_adjoint(pairs), smallest([pair for pair in small if _whole(pair)])


def _open_sizes(op: Operator) -> set[str]:
    return {e.name for a in op.axes for e in (a.data, a.kernel) if e.name}


def _first_axis(op: Operator, n: int, k: int) -> dict[str, int]:
    """n entries in and k taps, where the sizes are open."""
    axis = op.axes[0]
    return {e.name: size for e, size in ((axis.data, n), (axis.kernel, k)) if e.name}


def _pair(op: Operator, case: Mapping[str, int]) -> tuple[Operator, Operator]:
    """The transposed layer at concrete sizes, and the ordinary layer from its output back to its input."""
    up = op.subs(case)
    return up, _ordinary(up)


def _ordinary(up: Operator) -> Operator:
    """The ordinary layer with the same parameters: data and result change places, output_padding is its remainder."""
    axes = tuple(
        replace(
            a,
            data=a.output,
            output=a.data,
            stride=a.input_dilation,
            input_dilation=integer(1),
            lo=a.reach - a.lo,
            hi=a.reach - a.hi + extra,
            remainder=extra,
        )
        for a, extra in zip(up.axes, up.output_padding or (), strict=True)
    )
    data, result = replace(up.result, name="x"), replace(up.data, name="y")
    return replace(up, axes=axes, flip=False, data=data, result=result, output_padding=None, bias=None)


def _whole(pair: tuple[Operator, Operator]) -> bool:
    """Both layers have outputs."""
    return all((a.output.constant or 0) > 0 and (a.data.constant or 0) > 0 for op in pair for a in op.axes)


def refuse(verdict: Verdict | None, what: str) -> None:
    """Stop at a line that is false."""
    if verdict is not None and verdict.status == "refuted":
        raise InternalError(f"internal error: {what} gave a line that is false: it {verdict.how}; please report it")


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
        if name not in names(op):
            raise SymconvError(f"{op.name} has no parameter named {name!r}: expected one of {', '.join(sorted(names(op)))}")
    for what, given, field in (("input", input, "data"), ("kernel", kernel, "kernel")):
        for k, n in enumerate(spatial_given(op, given, what)):
            fix(known, getattr(op.axes[k], field).subs(known), n, what)
    groups = op.groups.subs(known).constant
    extents = dict(op.extents)
    if op.layered:
        for what, total, label in (
            ("batch", batch, "n"),
            ("in_channels", in_channels, "c"),
            ("out_channels", out_channels, "o"),
        ):
            per = 1 if label == "n" else groups or 1
            size = extents.get(label)
            if total is None:
                if size is not None and size.subs(known).constant is None:
                    fix(known, size.subs(known), 1, what)
                continue
            count = number(total, what, 1)
            if count % per:
                raise SymconvError(f"{what}: expected a multiple of groups={per}, got {count}")
            fix(known, integer(1) if size is None else size.subs(known), count // per, what)
    elif any(v is not None for v in (batch, in_channels, out_channels)):
        raise SymconvError(f"{op.name} has one channel and no batch: expected none of batch, in_channels, out_channels")
    return settled(op, known)


def settled(op: Operator, known: dict[str, int]) -> Operator:
    """The operator with the numbers put in; every name must have one, and there must be an output."""
    missing = sorted(names(op) - known.keys())
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


def fix(known: dict[str, int], size: Int, n: int, what: str) -> None:
    """Give a size its number, or compare it with the number that it has."""
    if size.name is not None:
        known[size.name] = n
    elif size.constant != n:
        raise SymconvError(f"{what}: expected {size} as the operator was built, got {n}")


def explicit(op: Operator, limit: int | None = None) -> Any:
    """The explicit case of a concrete operator: y, L and its derivatives as SymPy expressions, lazily."""
    from symconv.check.exact import LIMIT, Explicit

    return Explicit(op, limit=LIMIT if limit is None else limit)


def concrete_closed(op: Operator, wrt: str) -> Operator | Reduction:
    """The closed form of a concrete operator."""
    return derive(op, wrt, channels=True, check=False).closed_form


def with_case(d: Derivation, concrete: Operator, limit: int | None = None) -> Derivation:
    """The derivation with its explicit case; the identity is one more check.

    Raises InternalError if SymPy's derivative and the closed form differ.
    """
    case = explicit(concrete, limit)
    member = concrete_closed(concrete, d.wrt)
    verdict = case.check(d.wrt, member)
    refuse(verdict, "the check 'sympy'")
    checks = (*d.checks, Check("sympy", verdict, verdict.how))
    return replace(d, explicit=case.explication(d.wrt, member), checks=checks)


def role(wrt: str) -> str:
    """The role, if it is one."""
    if wrt not in ROLES:
        raise SymconvError(f"wrt: expected x, w or b, got {str(wrt)[:40]!r}")
    return wrt


def check_explicit(concrete: Operator, case: Any) -> Verdict:
    """The entrywise identity wrt x, w and b."""
    roles = [r for r in ROLES if r != "b" or concrete.bias is not None]
    verdicts = [case.check(r, concrete_closed(concrete, r)) for r in roles]
    return next((v for v in verdicts if not v.holds), Verdict("checked", "; ".join(v.how for v in verdicts)))


def sympy_array(case: Any, entries: Any, operand: Any) -> Any:
    """Entries by index as a SymPy array."""
    from symconv.check.exact import as_array

    return as_array(entries, case.shape(operand))


def formula_text(op: Operator) -> str:
    """y[...] = ... as Unicode text."""
    from symconv.render.spelling import TEXT, Speller

    speller = Speller(TEXT)
    return f"{speller.access(target_entry(op, op.result))} = {speller.expr(formula(op))}"


def gather_text(d: Derivation) -> str:
    """The gather form with its guards, as Unicode text."""
    from symconv.render.json import formula as line

    return line(d.steps[d.gather])


def evaluate_sum(reduction: Reduction, data: Any) -> Any:
    """The value of a closed form that only adds up."""
    from symconv.check.closed import apply
    from symconv.check.evaluate import Evaluation, read

    if data is None:
        raise SymconvError("x: expected the upstream gradient that is summed, got nothing")
    array = read(data, "x")
    return Evaluation(apply(reduction, {}, {reduction.data.name: array}), None, None, None, array.dtype.kind != "f")


def write(text: str, path: Any) -> None:
    """Write a file whole: to a temporary file beside it, then renamed.

    Raises SymconvError if the place cannot be written.
    """
    import os
    import tempfile

    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".symconv-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(name, 0o666 & ~umask)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SymconvError(f"cannot write {str(path)!r}: {reason}; choose a file in a folder that can be written") from None


def evaluate(op: Operator, **given: Any) -> Any:
    """Exact numbers for y and the gradients (see ``check.evaluate``)."""
    from symconv.check.evaluate import evaluate as run

    return run(op, **given)


def target(to: str, known: tuple[str, ...] = TARGETS) -> str:
    """The target, if there is one of that name."""
    if to not in known:
        raise SymconvError(f"to: expected {', '.join(known)}, got {str(to)[:40]!r}{nearest(str(to), list(known))}")
    return to


def from_text(name: str, options: Mapping[str, Any]) -> Operator:
    """The operator that the words of a command line name."""
    given: dict[str, Any] = {}
    for what in ("stride", "padding", "output_padding", "dilation", "groups", "mode"):
        if options[what] is not None:
            given[what] = options[what]
    if "groups" in given:
        given["groups"] = single(given["groups"], "groups")
    if options["kernel"] is not None and options["input"] is None:
        given["kernel"] = options["kernel"]  # without an input there is no explicit case: the kernel is fixed, N stays open
    if options["flip_kernel"]:
        given["flip_kernel"] = True
    if options["no_bias"]:
        given["bias"] = False
    return build(name, **given)


def single(text: str, what: str) -> Any:
    """One number or name as typed."""
    from symconv.core.text import read_entries

    found = read_entries(text, what)
    if len(found) != 1 or isinstance(found[0], tuple):
        raise SymconvError(f"{what}: expected one number or name, got {text[:60]!r}")
    return found[0]


def roles(op: Operator, wrt: str) -> list[str]:
    """The roles to derive for: one, or all that the operator has."""
    if wrt == "all":
        return [r for r in ROLES if r != "b" or op.bias is not None]
    if wrt not in ROLES:
        raise SymconvError(f"wrt: expected x, w, b or all, got {wrt[:40]!r}")
    return [wrt]


def case_from_text(op: Operator, options: Mapping[str, Any]) -> Operator | None:
    """The explicit case that the words of a command line describe, or None if they give no sizes."""
    from symconv.core.text import read_assignments

    wanted = {what: options[what] for what in ("input", "kernel", "batch", "in_channels", "out_channels", "at_")}
    others = [what for what in wanted if what not in ("input", "kernel") and wanted[what] is not None]
    if wanted["input"] is None:
        if others:
            raise SymconvError(f"{others[0].strip('_')}: expected --input beside it (it belongs to the explicit case)")
        return None
    sizes = {what: whole_numbers(wanted[what], what) for what in ("input", "kernel") if wanted[what] is not None}
    counts = {what: whole_numbers(wanted[what], what) for what in ("batch", "in_channels", "out_channels") if wanted[what]}
    for what, found in counts.items():
        if len(found) != 1:
            raise SymconvError(f"{what}: expected one number, got {wanted[what]!r}")
    lead = sizes.get("input", [])[: -op.ndim] if len(sizes.get("input", [])) > op.ndim else []
    if lead:
        sizes["input"] = sizes["input"][-op.ndim :]
        if len(lead) > 2 or not op.layered:
            raise SymconvError(f"input: expected {op.ndim} sizes for {op.name}, got {wanted['input']!r}")
        for what, n in zip(("batch", "in_channels")[-len(lead) :], lead, strict=True):
            if counts.setdefault(what, [n]) != [n]:
                raise SymconvError(f"{what}: expected one number, got {n} in --input and {counts[what][0]} beside it")
    values = read_assignments(wanted["at_"], "at") if wanted["at_"] else None
    batch, inward, outward = (counts.get(w, [None])[0] for w in ("batch", "in_channels", "out_channels"))
    return at(op, sizes.get("input"), sizes.get("kernel"), batch, inward, outward, values)


def whole_numbers(text: str, what: str) -> list[int]:
    """Sizes as typed, like 5x7."""
    from symconv.core.text import read_entries

    found = read_entries(text, what)
    if not all(isinstance(n, int) for n in found):
        raise SymconvError(f"{what}: expected whole numbers like 5x7, got {text[:60]!r}")
    return [n for n in found if isinstance(n, int)]


def status(found: list[Derivation]) -> int:
    """The exit status: 1 if some line or check was not decided (though it was asked for), else 0."""
    verdicts = [v for d in found for v in (*(s.verdict for s in d.steps), *(c.verdict for c in d.checks)) if v]
    return 0 if all(v.holds for v in verdicts) else 1


def catalogue(to: str) -> str:
    """The operators with their parameters, as text or JSON."""
    target(to, ("text", "json"))
    rows = [(e, formula_text(e.build())) for e in CATALOG.values()]
    if to == "json":
        import json

        listed = [{"name": e.name, "family": e.family, "parameters": e.parameters, "formula": f} for e, f in rows]
        return json.dumps({"operators": listed}, ensure_ascii=False, indent=2) + "\n"
    out = []
    for entry, shown in rows:
        out.append(f"{entry.name}({', '.join(entry.parameters)})\n    {shown}")
    return "\n".join(out) + "\n"


def render(page: Derivation | list[Derivation], to: str, **options: Any) -> str:
    """The page in a target: text, latex or json.

    Raises SymconvError for an unknown target, with the nearest name.
    """
    target(to)
    if to == "json":
        from symconv.render.json import render as as_json

        return as_json(page)
    from symconv.render.document import document

    pages = [document(d) for d in (page if isinstance(page, list) else [page])]
    if to == "text":
        from symconv.render.text import render as as_text

        return "\n\n".join(as_text(p, **options) for p in pages)
    from symconv.render.latex import render as as_latex

    return as_latex(pages, **options)
