"""An operator as a matrix: concrete operator -> cells -> pattern -> closed form of dL/dx -> checks -> page.

A locally connected layer has a derivation in place of the closed form, and weights to be counted in place of one kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any

import symconv.topics.matrix.figure  # noqa: F401  (the faces of its facts)
from symconv.api import nodes
from symconv.api.operators import concrete_closed
from symconv.api.story import at as settled
from symconv.errors import SymconvError
from symconv.examples.cases import entrywise
from symconv.language.facts import Check, Verdict, refuse
from symconv.language.integers import integer
from symconv.language.operator import Operand, Operator, inner, outer
from symconv.language.prose import Prose
from symconv.language.unshared import Unshared, tensor_of
from symconv.layers.described import described
from symconv.layers.sizes import at
from symconv.layers.typed import case_from_text
from symconv.layers.typed import from_text as typed
from symconv.topics.matrix.cells import comparisons, matrix, sizes
from symconv.topics.matrix.facts import Comparison, Index, MatrixPage
from symconv.topics.matrix.pattern import pattern
from symconv.topics.sizes.sizes import chain


def placed(op: Any, input: Any = None, kernel: Any = None, **given: Any) -> Any:
    """The operator at concrete sizes; a border may wrap or reflect more than once."""
    if isinstance(op, Operator):
        return at(op, input, kernel, **{**given, "far": True})
    return settled(op, input, kernel, **given)


def given(op: Any, input: Any, kernel: Any, more: Mapping[str, Any]) -> Any:
    """The operator at the sizes of keywords: channels and batch by name, the others are parameters."""
    named = {what: more[what] for what in ("batch", "in_channels", "out_channels") if what in more}
    values = {what: n for what, n in more.items() if what not in named}
    return placed(op, input, kernel, **named, values=values)


def subject(name: str, options: Mapping[str, Any]) -> Any:
    """The operator that the words of a command line name; linear, whose matrix is its own parameter, is refused."""
    op = typed(name, {**options, "kernel": None} if name == "linear" else options)
    windowed(op)
    return op


def from_text(op: Any, options: Mapping[str, Any]) -> Any:
    """The explicit case that the words of a command line describe, or None if they give no sizes."""
    return case_from_text(op, options, placed)


def as_matrix(concrete: Any, compare: bool = False) -> MatrixPage:
    """The matrix of a concrete operator, checked against its forward definition and against the closed form of dL/dx.

    Raises SymconvError without sizes or with too many cells, InternalError if a check fails.
    """
    from symconv.topics.matrix.check_matrix import check_matrix, check_pattern, check_transpose

    if concrete is None:
        raise SymconvError("matrix: expected sizes: give --input and --kernel, as in --input 4x4 --kernel 2x2")
    windowed(concrete)
    if concrete.kind == "local":
        return own_matrix(concrete, compare)
    if not isinstance(concrete, Operator) or not concrete.axes:
        raise SymconvError(
            f"matrix: expected a convolution, a correlation or a locally connected layer, got {concrete.name}: try conv2d"
        )
    if compare and concrete.border is not None:
        raise SymconvError(
            f"compare: expected zero padding, got padding_mode={concrete.border.mode}: leave out the comparison or the mode"
        )
    if compare and (concrete.output_padding is not None or concrete.flip):
        raise SymconvError(f"compare: expected a layer like conv2d, whose windows gather, got {concrete.name}")
    found = matrix(concrete)
    member = concrete_closed(inner(concrete), "x")
    assert isinstance(member, Operator)
    member = outer(member, concrete) if concrete.border is not None else member
    closed = matrix(member)
    others = comparisons(concrete, found) if compare else ()
    named = pattern(concrete, found)
    verdicts = {"forward": check_matrix(concrete, found)}
    if all(one.kind != "none" for one in named.levels):
        verdicts["pattern"] = check_pattern(concrete, named.levels)
    verdicts["transpose"] = check_transpose(concrete, found, member, closed)
    if compare:
        verdicts["counts"] = check_counts(concrete, others)
    checks, skip = held(verdicts), leading_ones(concrete)
    back = replace(closed, names=(concrete.data.name, concrete.kernel.name, concrete.result.name))
    return MatrixPage(concrete, found, named, back, member, skip, others, checks)


def own_matrix(node: Unshared, compare: bool) -> MatrixPage:
    """The matrix of a concrete locally connected layer."""
    from symconv.topics.matrix.check_matrix import check_derived, check_own, check_unshared

    op, skip = node.window, leading_ones(node.window)
    windows_alone = matrix(op)
    found = matrix(node)
    others = comparisons(op, windows_alone) if compare else ()
    derivation = nodes.derived(node, "x", True)
    verdicts = {
        "forward": check_own(node, found),
        "pattern": check_unshared(node, found),
        "transpose": check_derived(node, found, derivation.steps[-1].expr, skip, entrywise(node, "x")),
        "counts": check_own_counts(node),
    }
    if compare:
        verdicts["counts"] = check_counts(op, others)
    named = pattern(op, windows_alone)
    back = found.transposed
    return MatrixPage(op, found, named, back, None, skip, others, held(verdicts), node)


def held(verdicts: Mapping[str, Verdict]) -> tuple[Check, ...]:
    """The checks; raises InternalError for one that fails."""
    for kind, verdict in verdicts.items():
        refuse(verdict, f"the check {kind!r}")
    return tuple(Check(kind, verdict, verdict.how) for kind, verdict in verdicts.items())


def leading_ones(op: Operator) -> tuple[int, int, int]:
    """How many leading axes of size 1 the names of the entries of y, w and x leave out."""
    return ones(op, op.result), ones(op, op.kernel), ones(op, op.data)


def windowed(op: Any) -> None:
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
            return Verdict("refuted", Prose("check.matrix.beyond", {"layer": one.name, "weights": one.weights}))
    dense, local, conv = found
    if (sizes(op, op.data)[0] if op.layered else 1) != 1:
        return Verdict("unsupported", Prose("check.matrix.batch"))
    common, given = layer_text(op)
    total = len(dense.cells)
    for one, text, shape in (
        (conv, f"conv{op.ndim}d({common})", given),
        (local, f"local{op.ndim}d({common})", given),
        (dense, f"linear({total},bias={op.bias is not None})", (len(dense.cells[0]),)),
    ):
        if counted(text, shape) != (one.weights, one.biases):
            return Verdict("refuted", Prose("check.matrix.counts.layer", {"layer": one.name}))
    return Verdict("checked", Prose("check.matrix.counts.net"))


def check_own_counts(node: Unshared) -> Verdict:
    """The sizes of w and b of a locally connected layer against those of a chain of one layer."""
    common, given = layer_text(node.window)
    weights, biases = parameters(node)
    if counted(f"local{node.ndim}d({common})", given) != (weights, biases):
        return Verdict("refuted", Prose("check.matrix.counts.not"))
    return Verdict("checked", Prose("check.matrix.counts", {"weights": weights, "biases": biases}))


def parameters(node: Unshared) -> tuple[int, int]:
    """The numbers of weights and biases of a concrete node."""
    counts = [prod(n.constant or 0 for n in tensor_of(node, role).sizes) for role in node.roles[1:]]
    return counts[0], sum(counts[1:])


def counted(text: str, given: tuple[int, ...]) -> tuple[Any, Any]:
    """(weights, biases) of a layer by its chain."""
    edge = chain(described(text), tuple(integer(n) for n in given)).edges[0]
    return edge.weights, edge.biases


def layer_text(op: Operator) -> tuple[str, tuple[int, ...]]:
    """The parameters of a layer as a chain reads them, and the shape of one sample."""
    _, channels, *spatial = (1, 1, *sizes(op, op.data)) if not op.layered else sizes(op, op.data)
    filters = sizes(op, op.result)[1] if op.layered else 1
    ways = [f"{name}=({','.join(map(str, part))},)" for name, part in windows(op).items()]
    common = f"{channels},{filters},{','.join(ways)},groups={op.groups.constant},bias={op.bias is not None}"
    return common, (channels, *spatial)


def windows(op: Operator) -> dict[str, list[Any]]:
    """The parameters of the windows, in numbers."""
    return {
        "kernel": [a.kernel.constant for a in op.axes],
        "stride": [a.stride.constant for a in op.axes],
        "dilation": [a.dilation.constant for a in op.axes],
        "padding": [f"({a.lo.constant},{a.hi.constant})" for a in op.axes],
    }


def symbols(page: MatrixPage) -> list[list[list[str]]]:
    """The entries of the kernel in every cell, by name: w0_1."""

    def one(tap: Index) -> str:
        return page.op.kernel.name + "_".join(map(str, tap[page.skip[1] :]))

    return [[[one(tap) for tap in cell] for cell in row] for row in page.matrix.cells]


def names(page: MatrixPage) -> list[list[str | None]]:
    """The cells by name: w0_1, w0 + w2 where taps meet, or None."""
    return [[" + ".join(cell) or None for cell in row] for row in symbols(page)]


def sympy_matrix(page: MatrixPage) -> Any:
    """T as a SymPy matrix."""
    from symconv.topics.matrix.check_matrix import as_sympy

    return as_sympy(symbols(page))
