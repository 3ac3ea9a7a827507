"""An operator as a matrix: concrete operator -> cells -> pattern -> closed form of dL/dx -> checks -> page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from symconv.api.pages import DRAWN, render_pages, target
from symconv.api.pipeline import concrete_closed, refuse
from symconv.core.facts import Check, Verdict
from symconv.core.integers import integer
from symconv.core.matrices import Comparison, Index, MatrixPage
from symconv.core.operator import Operand, Operator
from symconv.core.scene import Scene
from symconv.errors import SymconvError
from symconv.matrices.cells import comparisons, matrix, sizes
from symconv.matrices.pattern import pattern
from symconv.networks.sizes import chain
from symconv.operators.geometry import geometry
from symconv.operators.parameters import shown


def as_matrix(concrete: Operator | None, compare: bool = False) -> MatrixPage:
    """The matrix of a concrete operator, checked against its forward definition and against the closed form of dL/dx.

    Raises SymconvError without sizes or with too many cells, InternalError if a check fails.
    """
    from symconv.check.matrix import check_matrix, check_pattern, check_transpose

    if concrete is None:
        raise SymconvError("matrix: expected sizes: give --input and --kernel, as in --input 4x4 --kernel 2x2")
    own_matrix(concrete)
    if not isinstance(concrete, Operator) or not concrete.axes:
        raise SymconvError(f"matrix: expected a convolution or a correlation, got {concrete.name}: try conv2d")
    if concrete.border is not None:
        raise SymconvError(
            f"matrix: expected padding with zeros, got padding_mode={concrete.border.mode!r}; symconv fourier shows the "
            "circulant of circular padding, symconv im2col the product for every mode"
        )
    if compare and (concrete.output_padding is not None or concrete.flip):
        raise SymconvError(f"compare: expected a layer like conv2d, whose windows gather, got {concrete.name}")
    found = matrix(concrete)
    member = concrete_closed(concrete, "x")
    assert isinstance(member, Operator)
    closed = matrix(member)
    others = comparisons(concrete, found) if compare else ()
    named = pattern(concrete, found)
    verdicts = {"forward": check_matrix(concrete, found)}
    if all(one.kind != "none" for one in named.levels):
        verdicts["pattern"] = check_pattern(concrete, named.levels)
    verdicts["transpose"] = check_transpose(concrete, found, member, closed)
    if compare:
        verdicts["counts"] = check_counts(concrete, others)
    for kind, verdict in verdicts.items():
        refuse(verdict, f"the check {kind!r}")
    checks = tuple(Check(kind, verdict, verdict.how) for kind, verdict in verdicts.items())
    skip = tuple(ones(concrete, operand) for operand in (concrete.result, concrete.kernel, concrete.data))
    back = replace(closed, names=(concrete.data.name, concrete.kernel.name, concrete.result.name))
    return MatrixPage(concrete, found, named, back, member, skip, others, checks)  # type: ignore[arg-type]


def own_matrix(op: Any) -> None:
    """Raise SymconvError for linear, whose matrix is its own parameter."""
    if op.name == "linear":
        raise SymconvError(
            "matrix: expected a layer with windows, got linear, which is its own matrix: y = W x + b with W = w, F x C weights "
            "without a pattern; see symconv derive linear, or --compare beside a convolution"
        )


def ones(op: Operator, operand: Operand) -> int:
    """How many leading axes of size 1 an entry's name leaves out."""
    found = sizes(op, operand)
    return next((k for k in range(len(operand.layout)) if found[k] != 1), len(operand.layout))


def check_counts(op: Operator, found: tuple[Comparison, ...]) -> Verdict:
    """The counts against those of a chain of one layer, and the numbers in the cells."""
    for one in found:
        distinct = {c for row in one.cells for c in row if c is not None}
        if not distinct <= set(range(one.weights)):
            return Verdict("refuted", f"{one.name}: a cell has a weight beyond {one.weights}")
    dense, local, conv = found
    batch, channels, *spatial = (1, 1, *sizes(op, op.data)) if not op.layered else sizes(op, op.data)
    if batch != 1:
        return Verdict("unsupported", "counts of one sample are compared, and there is a batch")
    outputs = sizes(op, op.result)
    filters = outputs[1] if op.layered else 1
    ways = [f"{name}=({','.join(map(str, part))},)" for name, part in windows(op).items()]
    common = f"{channels},{filters},{','.join(ways)},groups={op.groups.constant},bias={op.bias is not None}"
    total = len(dense.cells)
    for one, text, given in (
        (conv, f"conv{op.ndim}d({common})", (channels, *spatial)),
        (local, f"local{op.ndim}d({common})", (channels, *spatial)),
        (dense, f"linear({total},bias={op.bias is not None})", (len(dense.cells[0]),)),
    ):
        edge = chain(geometry(text), tuple(integer(n) for n in given)).edges[0]
        if edge.weights != one.weights or edge.biases != one.biases:
            return Verdict("refuted", f"{one.name}: sizes counts {edge.weights} weights and {edge.biases} biases")
    return Verdict("checked", "weights and biases as symconv sizes counts them, and as numbered in the cells")


def windows(op: Operator) -> dict[str, list[Any]]:
    """The parameters of the windows, in numbers."""
    return {
        "kernel": [a.kernel.constant for a in op.axes],
        "stride": [a.stride.constant for a in op.axes],
        "dilation": [a.dilation.constant for a in op.axes],
        "padding": [f"({a.lo.constant},{a.hi.constant})" for a in op.axes],
    }


def names(page: MatrixPage) -> list[list[str | None]]:
    """The cells by name: w0_1, or None."""

    def one(cell: Index) -> str:
        return page.op.kernel.name + "_".join(map(str, cell[page.skip[1] :]))

    return [[None if c is None else one(c) for c in row] for row in page.matrix.cells]


def sympy_matrix(page: MatrixPage) -> Any:
    """T as a SymPy matrix."""
    from symconv.check.matrix import as_sympy

    return as_sympy(page.matrix, names(page))


def matrix_document(page: MatrixPage, figures: bool = False) -> Any:
    """The page as blocks; with ``figures`` the matrices are drawn as far as they can be read."""
    from symconv.rendering import layer_matrix as pages

    if not figures:
        return pages.matrix_page(page)
    from symconv.api.worked import drawn

    scenes = {which: drawn(partial(scene, page, which)) for which in PICTURES}
    return pages.matrix_page(page, {which: one for which, one in scenes.items() if isinstance(one, Scene)})


PICTURES = ("T", "transpose", "compare")


def scene(page: MatrixPage, which: str) -> Scene:
    """T, its transpose, or the comparison as a scene; raises SymconvError for another name, or where there is no picture."""
    from symconv.figures.bands import bands, compared

    if which not in PICTURES:
        raise SymconvError(f"figure: expected one of {', '.join(PICTURES)}, got {shown(which)}")
    return compared(page) if which == "compare" else bands(page, which == "transpose")


def matrix_picture(page: MatrixPage, to: str = "svg", standalone: bool = False, which: str | None = None) -> Any:
    """A picture as svg or tikz (text) or png (bytes): the comparison if there is one, else T.

    Raises SymconvError for matrices too large to be read, and if the extra that PNG needs is not installed.
    """
    from symconv.api.figures import draw

    return draw(scene(page, which or ("compare" if page.comparisons else "T")), to, standalone)


def matrix_page(page: MatrixPage, to: str, **options: Any) -> Any:
    """The matrix in a target."""
    from symconv.rendering import layer_matrix as pages

    target(to)
    if to == "json":
        return pages.matrix_json(page)
    return render_pages([matrix_document(page, to in DRAWN)], to, **options)
