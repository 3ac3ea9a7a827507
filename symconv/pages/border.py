"""Padding that is not zeros, on a page: the padded tensor, whose convention it is, and the padding taken back."""

from __future__ import annotations

from typing import Any

from symconv.language.border import BAR, Border
from symconv.language.expr import Access, Bracket, Divides, Expr, Sum, Tensor
from symconv.language.facts import Bordered, Derivation
from symconv.language.integers import Int, var
from symconv.language.operator import Operator, numbered, spatial_names, tensor, upstream
from symconv.pages.nodes import Block, Equations, Heading, Math, Paragraph, Prose, Spelled, Steps
from symconv.pages.spelling import LATEX, TEXT, Speller, Style

# phi(t) where t < 0, and where t >= N
ENDS = {
    "circular": ("t + N", "t - N"),
    "reflect": ("-t", "2(N-1) - t"),
    "symmetric": ("-1 - t", "2N - 1 - t"),
    "replicate": ("0", "N - 1"),
}
# phi(t) for every t, as text and as LaTeX
ANYWHERE = {
    "circular": ("t mod N", r"t \bmod N"),
    "reflect": (
        "min(u, 2(N-1) - u), u = t mod 2(N-1); 0 for N = 1",
        r"\min(u,\, 2(N-1) - u),\quad u = t \bmod 2(N-1);\quad 0 \text{ for } N = 1",
    ),
    "symmetric": ("min(u, 2N - 1 - u), u = t mod 2N", r"\min(u,\, 2N - 1 - u),\quad u = t \bmod 2N"),
}
EXAMPLE = {"circular": "c d | a b c d | a b", "reflect": "c b | a b c d | c b", "symmetric": "b a | a b c d | d c"}
REPLICATED = "a a | a b c d | d d"


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


def definition(op: Operator, border: Border) -> Equations:
    """xbar[m] = x[phi(m - lo)], and phi."""
    bare, letter = padded_name(op, border)
    shown = []
    for style in (TEXT, LATEX):
        speller = Speller(style)
        at = tuple(var(numbered(letter, k, op.ndim)) for k in range(op.ndim))
        left = speller.access(Access(Tensor(bare + BAR, border.lengths), at))
        right = style.access.format(style.name(bare), style.comma.join(_inside(border, at, style)))
        shown.append((left, right))
    (text_left, text_right), (latex_left, latex_right) = shown
    return Equations(((Math((Spelled(text_left, latex_left),)), Spelled(text_right, latex_right), None), phi(border)))


def folded(op: Operator, border: Border) -> Equations:
    """dL/dx[j] = the sum of dL/dxbar[m] over phi(m - lo) = j, and phi."""
    return Equations((transpose(op.result.name.removesuffix(BAR), border), phi(border)))


def transpose(name: str, border: Border) -> tuple[Math, Spelled, None]:
    """gradient[j] = the sum over m of its padded twin[m] [phi(m - lo) = j]."""
    ndim = len(border.sizes)
    shown = []
    for style in (TEXT, LATEX):
        speller = Speller(style)
        at = tuple(var(numbered("m", k, ndim)) for k in range(ndim))
        to = tuple(var(numbered("j", k, ndim)) for k in range(ndim))
        pairs = zip(_inside(border, at, style), to, strict=True)
        bracket = style.bracket.format(style.comma.join(f"{read} = {speller.integer(j)}" for read, j in pairs))
        over = ",".join(speller.integer(m) for m in at)
        total = f"Σ_{over}" if style is TEXT and ndim == 1 else style.sum_over.format(over)
        inner = speller.access(Access(Tensor(name + BAR, border.lengths), at))
        shown.append((speller.access(Access(Tensor(name, border.sizes), to)), f"{total} {inner} {bracket}"))
    (text_left, text_right), (latex_left, latex_right) = shown
    return Math((Spelled(text_left, latex_left),)), Spelled(text_right, latex_right), None


def _inside(border: Border, at: tuple[Int, ...], style: Style) -> list[str]:
    """phi(m - lo) per axis; m where the axis is not padded."""
    speller, name = Speller(style), "φ" if style is TEXT else r"\varphi"
    pairs = zip(at, border.pads, strict=True)
    return [speller.integer(m) if lo == 0 and hi == 0 else f"{name}({speller.integer(m - lo)})" for m, (lo, hi) in pairs]


def phi(border: Border) -> tuple[Math, Spelled, None]:
    """phi in its three cases; by its arithmetic where the pads are numbers beyond the limits."""
    if not border.once:
        return Math((Spelled("φ(t)", r"\varphi(t)"),)), Spelled(*ANYWHERE[border.mode]), None
    before, behind = ENDS[border.mode]
    text = f"{before} for t < 0;  t for 0 ≤ t < N;  {behind} for t ≥ N"
    latex = rf"\begin{{cases}} {before} & t < 0 \\ t & 0 \le t < N \\ {behind} & t \ge N \end{{cases}}"
    return Math((Spelled("φ(t)", r"\varphi(t)"),)), Spelled(text, latex), None


def convention(border: Border) -> Paragraph:
    """Whose mode it is, with four letters as an example, and how far the formulas reach."""
    said = [Prose(f"border.{border.mode}", {"example": Math((example_of(border),))})]
    if len(border.sizes) > 1:
        said.append(Prose("border.axes"))
    said.append(Prose("border.limit.replicate" if border.mode == "replicate" else "border.limit"))
    return Paragraph(tuple(said))


def example_of(border: Border) -> Spelled:
    """Four letters, continued."""
    letters = EXAMPLE.get(border.mode, REPLICATED)
    return Spelled(letters, rf"\mathtt{{{_spaced(letters)}}}")


def _spaced(letters: str) -> str:
    return letters.replace(" ", r"\,").replace("|", r"\mid ")


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
        blocks.append(Steps(one.left, tuple(line(d, step) for step in one.steps)))
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
    text, latex = (_wrapped_upstream(page, n, style) for style in (TEXT, LATEX))
    g = (Math((Spelled("G[t]", "G_{t}"),)), Spelled(text, latex), Prose("fold.wrapped.g", {"n": Math((n,))}))
    axis = page.axes[0]
    said = [Prose("fold.wrapped.words" if not page.flip else "fold.wrapped.words.flip")]
    if axis.stride == 1:
        said.append(Prose("fold.wrapped.same"))
    return [
        Heading(Prose("heading.circular")),
        Steps(found.left, tuple(line(d, step) for step in found.wrapped)),
        Equations((g,)),
        Paragraph(tuple(said)),
    ]


def _wrapped_upstream(page: Operator, n: Int, style: Style) -> str:
    """sum_i g[i] [N divides s i - t], spelled."""
    (i,), axis = spatial_names(page, page.result), page.axes[0]
    place = Bracket((Divides(n, axis.stride * var(i) - var("t")),))
    g = Access(tensor(page, page.result, upstream(page)), (var(i),))
    return Speller(style).expr(Expr(((Sum(i, axis.output), g, place),)))


def proofs(d: Derivation) -> list[Prose]:
    """What was proved of the folds."""
    found = next((c for c in d.checks if c.kind == "fold-proof"), None)
    if found is None:
        return []
    return [Prose("proof.fold" if found.verdict.status == "proved" else "proof.fold.part", {"how": found.verdict.how})]
