"""Padding that is not zeros, on a page: the padded tensor, whose convention it is, and the padding taken back."""

from __future__ import annotations

from typing import Any

from symconv.language.border import BAR, Border
from symconv.language.expr import Access, Bracket, Divides, Expr, Sum, Tensor
from symconv.language.facts import Bordered, Derivation
from symconv.language.integers import Int, integer, mod, var
from symconv.language.operator import Operator, numbered, spatial_names, tensor, upstream
from symconv.language.prose import Prose
from symconv.pages.laid import access, expression
from symconv.pages.laid import integer as laid
from symconv.pages.layout import COMMA, EQUALS, SPACE, Form, Layout, Name, Number, Row, Sign, Words, joined, row
from symconv.pages.nodes import Block, Heading, Lines, Math, Paragraph

T, N, U = var("t"), var("N"), var("u")
# phi(t) where t < 0, and where t >= N
ENDS = {
    "circular": (T + N, T - N),
    "reflect": (-T, 2 * (N - 1) - T),
    "symmetric": (-1 - T, 2 * N - 1 - T),
    "replicate": (integer(0), N - 1),
}
# phi(t) for every t: the period, and what u, its remainder, is the lesser of together with
FOLDS = {"reflect": (2 * (N - 1), 2 * (N - 1) - U), "symmetric": (2 * N, 2 * N - 1 - U)}
EXAMPLE = {"circular": "c d | a b c d | a b", "reflect": "c b | a b c d | c b", "symmetric": "b a | a b c d | d c"}
REPLICATED = "a a | a b c d | d d"
SIGNS = {" ": Sign("thin"), "|": Sign("bar")}


def border_of(d: Derivation) -> Border | None:
    """The border of the operator that a derivation is about."""
    return d.bordered.op.border if d.bordered is not None else None


def wanted(d: Derivation) -> str:
    """The name of what the page is about: dL/dx, where the steps speak of dL/dxbar."""
    name = d.left.tensor.name
    return name.removesuffix(BAR) if d.bordered is not None and d.bordered.folds else name


def padded_name(op: Operator, border: Border) -> tuple[str, str]:
    """(the tensor that is padded, its index letter): an operand, or the direction where the result is folded."""
    operand = op.operand(border.role)
    name = upstream(op) if border.role == "y" else operand.name
    return name.removesuffix(BAR), "m" if border.role == "y" else operand.index


def definition(op: Operator, border: Border) -> Lines:
    """xbar[m] = x[phi(m - lo)], and phi."""
    bare, letter = padded_name(op, border)
    at = tuple(var(numbered(letter, k, op.ndim)) for k in range(op.ndim))
    left = access(Access(Tensor(bare + BAR, border.lengths), at))
    right = Form("access", (Name(bare), joined(_inside(border, at), COMMA)))
    return Lines.definitions(((Math((left,)), right, None), phi(border)))


def folded(op: Operator, border: Border) -> Lines:
    """dL/dx[j] = the sum of dL/dxbar[m] over phi(m - lo) = j, and phi."""
    return Lines.definitions((transpose(op.result.name.removesuffix(BAR), border), phi(border)))


def transpose(name: str, border: Border) -> tuple[Math, Layout, None]:
    """gradient[j] = the sum over m of its padded twin[m] [phi(m - lo) = j]."""
    ndim = len(border.sizes)
    at = tuple(var(numbered("m", k, ndim)) for k in range(ndim))
    to = tuple(var(numbered("j", k, ndim)) for k in range(ndim))
    pairs = zip(_inside(border, at), to, strict=True)
    bracket = Form("iverson", (joined((row(read, EQUALS, laid(j)) for read, j in pairs), COMMA),))
    total = Form("sum.each" if ndim == 1 else "sum.over", (joined(map(laid, at), Sign(",")),))
    inner = access(Access(Tensor(name + BAR, border.lengths), at))
    return Math((access(Access(Tensor(name, border.sizes), to)),)), row(total, SPACE, inner, SPACE, bracket), None


def _inside(border: Border, at: tuple[Int, ...]) -> list[Layout]:
    """phi(m - lo) per axis; m where the axis is not padded."""
    pairs = zip(at, border.pads, strict=True)
    return [laid(m) if lo == 0 and hi == 0 else phi_of(laid(m - lo)) for m, (lo, hi) in pairs]


def phi_of(place: Layout) -> Layout:
    """phi(place)."""
    return Form("apply", (Sign("φ"), place))


def phi(border: Border) -> tuple[Math, Layout, None]:
    """phi in its three cases; by its arithmetic where the pads are numbers beyond the limits."""
    head, t, n = Math((phi_of(laid(T)),)), laid(T), laid(N)
    if not border.once:
        return head, anywhere(border.mode), None
    before, behind = map(laid, ENDS[border.mode])
    rows = (
        (before, row(t, Sign("<"), Number(0))),
        (t, row(Number(0), Sign("≤"), t, Sign("<"), n)),
        (behind, row(t, Sign("≥"), n)),
    )
    return head, Form("cases", (joined((Form("case", one) for one in rows), Sign("case")),)), None


def anywhere(mode: str) -> Layout:
    """phi(t) for every t: t mod N, or the lesser of u and its mirror image, u = t mod the period."""
    if mode == "circular":
        return laid(mod(T, N))
    period, mirrored = FOLDS[mode]
    least = Form("apply", (Sign("min"), joined((laid(U), laid(mirrored)), COMMA)))
    remainder = row(laid(U), EQUALS, Form("remainder", (laid(T), laid(period))))
    if mode == "symmetric":
        return row(least, Sign("where"), remainder)
    return row(least, Sign("where"), remainder, Sign("else"), Number(0), Words(" for "), laid(N), EQUALS, Number(1))


def convention(border: Border) -> Paragraph:
    """Whose mode it is, with four letters as an example, and how far the formulas reach."""
    said = [Prose(f"border.{border.mode}", {"example": Math((example_of(border),))})]
    if len(border.sizes) > 1:
        said.append(Prose("border.axes"))
    said.append(Prose("border.limit.replicate" if border.mode == "replicate" else "border.limit"))
    return Paragraph(tuple(said))


def example_of(border: Border) -> Layout:
    """Four letters, continued."""
    return Form("typed", (Row(tuple(SIGNS.get(c) or Name(c) for c in EXAMPLE.get(border.mode, REPLICATED))),))


def padded_row(op: Operator, border: Border, ranges: Any) -> tuple[Any, Any]:
    """x[j], the tensor itself."""
    name, letter = padded_name(op, border)
    index = tuple(var(numbered("j" if border.role in "xy" else letter, k, op.ndim)) for k in range(op.ndim))
    key = "role.own.direction" if border.role == "y" else "role.own"
    return Math((Access(Tensor(name, border.sizes), index),)), Prose(key, {"range": ranges(index, border.sizes)})


def taken_back(d: Derivation, line: Any) -> list[Block]:
    """The folds, step by step, and what they mean in words."""
    found = d.bordered
    if found is None or not found.folds or found.op.border is None:
        return []
    mode = found.op.border.mode
    blocks: list[Block] = [Heading(Prose("heading.fold"))]
    many = found.op.ndim > 1
    if many:
        blocks.append(Paragraph((Prose("fold.axes", {"bar": whole(d.left.tensor.name)}),)))
    for one in found.folds:
        if many and len(found.folds) > 1:
            blocks.append(Paragraph((Prose("fold.axis", {"axis": str(one.axis + 1)}),)))
        blocks.append(Lines.steps(one.left, tuple(line(d, step) for step in one.steps)))
    said = [Prose(f"fold.{mode}", {"bar": whole(d.left.tensor.name)}), Prose("fold.adjoint")]
    if d.left.tensor.lead:
        said.insert(0, Prose("fold.channels"))
    blocks.append(Paragraph(tuple(said)))
    return blocks + wrapped(found, d, line)


def whole(name: str) -> Math:
    """A tensor as a whole."""
    return Math((Access(Tensor(name, ()), ()),))


def wrapped(found: Bordered, d: Derivation, line: Any) -> list[Block]:
    """A circular operator's gradient as a circular operator."""
    if not found.wrapped or found.left is None or found.op.border is None:
        return []
    page, (n,) = d.page, found.op.border.sizes
    left = Form("access", (Name("G"), laid(T)))
    g = (Math((left,)), _wrapped_upstream(page, n), Prose("fold.wrapped.g", {"n": Math((n,))}))
    axis = page.axes[0]
    said = [Prose("fold.wrapped.words" if not page.flip else "fold.wrapped.words.flip")]
    if axis.stride == 1:
        said.append(Prose("fold.wrapped.same"))
    return [
        Heading(Prose("heading.circular")),
        Lines.steps(found.left, tuple(line(d, step) for step in found.wrapped)),
        Lines.definitions((g,)),
        Paragraph(tuple(said)),
    ]


def _wrapped_upstream(page: Operator, n: Int) -> Layout:
    """sum_i g[i] [N divides s i - t]."""
    (i,), axis = spatial_names(page, page.result), page.axes[0]
    place = Bracket((Divides(n, axis.stride * var(i) - var("t")),))
    g = Access(tensor(page, page.result, upstream(page)), (var(i),))
    return expression(Expr(((Sum(i, axis.output), g, place),)))


def proofs(d: Derivation) -> list[Prose]:
    """What was proved of the folds."""
    found = next((c for c in d.checks if c.kind == "fold-proof"), None)
    if found is None:
        return []
    return [Prose("proof.fold" if found.verdict.status == "proved" else "proof.fold.part", {"how": found.verdict.how})]
