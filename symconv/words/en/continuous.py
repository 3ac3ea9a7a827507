"""The prose of fast algorithms, of continuous convolution and of the derivative theorem, by key."""

from __future__ import annotations

CONTINUOUS = {
    # fast algorithms
    "fast.title.winograd": "{name}: {m} outputs of a correlation with {r} taps in {count} multiplications",
    "fast.title.toom-cook": "{name}: the full convolution of {m} entries with {r} in {count} multiplications",
    "fast.title.karatsuba": "{name}: the full convolution of {m} entries with {r} in {count} multiplications",
    "fast.origin.winograd": "Winograd's short correlation from the points {points}; stride 1, dilation 1.",
    "fast.origin.two": (
        "Winograd's short correlation, nested: from the points {first} on the first axis, {second} on the second; stride 1, "
        "dilation 1."
    ),
    "fast.origin.toom-cook": "Toom and Cook's algorithm, from the points {points}.",
    "fast.origin.karatsuba": (
        "Karatsuba's identity, one half at a time; a single step is Toom-Cook with the points 0, 1 and infinity."
    ),
    "fast.algorithm": "Algorithm",
    "fast.dot": "The circle multiplies entry by entry: the only products of data with taps.",
    "fast.data": "data, {range}",
    "fast.taps": "taps of the kernel, {range}",
    "fast.first": "first signal, {range}",
    "fast.second": "second signal, {range}; 0 outside",
    "fast.bounds": "{range}",
    "fast.convention.winograd": (
        "That is a cross-correlation, as in a CNN layer: the taps are not flipped. For a true convolution, reverse the taps "
        "first. A signal of any length is cut into tiles of these outputs."
    ),
    "fast.convention.full": "That is a true convolution in full mode: the product of two polynomials.",
    "fast.written": "Written out",
    "fast.why": "Why it works",
    "fast.why.winograd": (
        "Let {u} be any {m} numbers, and {s} = {u} * {g} the full convolution, {n} entries: the coefficients of the product of "
        "the polynomials with coefficients {u} and {g}. {E} has a row of powers {powers}, in all {k}, for every point {a} (at "
        "infinity the row {last}, which reads the leading coefficient), and {V} = {square}. Here {mr}. Angles stand for the "
        "inner product, the sum of the products of entries."
    ),
    "fast.why.toom-cook": (
        "{s} holds the coefficients of the product of the polynomials with coefficients {u} and {v}. {E} has a row of powers "
        "{powers}, in all {k}, for every point {a} (at infinity the row {last}, which reads the leading coefficient), and "
        "{V} = {square}."
    ),
    "fast.why.matrices": (
        "{F} is diagonal: {f} is the product of {difference} over the other finite points (1 at infinity), with the sign that "
        "makes {G} positive at the point 0. It takes the denominators from the transform of the data to that of the taps, which "
        "is computed once."
    ),
    "fast.why.full": "So the matrices are:",
    "fast.why.nested": (
        "On two axes the algorithm is nested: the same on the columns, with vectors in the place of numbers, then on the rows."
    ),
    "fast.why.karatsuba": (
        "Cut each signal after {h} entries, {cut} as polynomials; then three products of half the size do for four, and each is "
        "made in the same way:"
    ),
    "fast.rule.values": "a product's values",
    "fast.rule.interpolation": "different points",
    "fast.rule.pairing": "swap the sums",
    "fast.rule.products": "{s} put in, {V} moved",
    "fast.rule.transposed": "{E} moved",
    "fast.rule.compared": "for every {u}",
    "fast.counts": "Counts",
    "fast.multiplications": "multiplications",
    "fast.against": "{fast}; the definition makes {direct}, that is {ratio} times as many",
    "fast.addition": "{count} additions",
    "fast.addition.one": "{count} addition",
    "fast.product": "{count} products",
    "fast.product.one": "{count} product",
    "fast.cost": "{additions}, {scalings} with constants",
    "fast.stand": "Transforms are counted as their matrices stand, nothing shared between rows.",
    "fast.tiles": "A kernel's transform is computed once, and serves all tiles.",
    "fast.accuracy": "Accuracy",
    "fast.column.tile": "tile",
    "fast.column.products": "products",
    "fast.column.constant": "constant",
    "fast.column.amplification": "amplification",
    "fast.column.condition": "condition",
    "fast.column.error": "float32 error",
    "fast.accuracy.words": (
        "Larger tiles save more and lose more. constant: the largest in the three matrices. amplification: for data and taps "
        "of size at most 1, what the absolute products in one output can add up to before they cancel; the definition has the "
        "number of taps. condition: of the matrix {V} in the maximum norm. All three are exact. float32 error: the largest on "
        "2000 fixed tiles between -1 and 1, transforms and products in float32; the definition in float32 has {plain}."
    ),
    "fast.accuracy.nested": "On two axes the amplifications of the axes are multiplied.",
    "fast.kind.identity": "identity",
    "fast.kind.nesting": "nesting",
    "fast.proved.words": (
        "Both sides are linear in the data and linear in the taps: equal coefficients mean equal for all numbers."
    ),
    "fast.proved.nested": "The nested sum is the product of the two axes' sums, so the identity of each axis is that of both.",
    # continuous convolution
    "cont.title": "The convolution of f = {f} with g = {g}",
    "cont.title.correlate": "The cross-correlation of f = {f} with g = {g}",
    "cont.convention": ("That is a true convolution: g is mirrored, and moved by t. It is symmetric, f * g = g * f."),
    "cont.convention.correlate": (
        "That is a cross-correlation: g is moved by t, not mirrored. It is the convolution of f(-t) with g(t)."
    ),
    "cont.convention.order": "Exchanging f and g mirrors the result.",
    "cont.positive": "Parameters that must be positive are: {names} > 0.",
    "cont.conditions": "It is taken for granted that {list}.",
    "cont.symbol.plus": "x where x > 0, else 0",
    "cont.symbol.step": "1 where x > 0, else 0",
    "cont.symbol.delta": "the unit impulse: f * δ = f and f * δ' = f'",
    "cont.symbol.phi": "the distribution function of the normal density with mean 0 and width 1",
    "cont.heading.overlap": "Where they overlap",
    "cont.overlap": "{f} lives where {where}, and {g} where {moved}.",
    "cont.overlap.begins": "They begin to overlap at t = {t}.",
    "cont.overlap.ends": "They cease to at t = {t}.",
    "cont.overlap.always": "They overlap for every t.",
    "cont.heading.cases": "Case by case",
    "cont.cases.long": "The cases have {count} integrals in all; only their sums are shown.",
    "cont.rule.nothing": "no overlap",
    "cont.rule.pulled": "t drawn out",
    "cont.rule.formula": "in one formula",
    "cont.rule.square": "complete the square",
    "cont.rule.normal": "a normal density",
    "cont.heading.rules": "By rule",
    "cont.rules": (
        "No piece by piece integral is needed: convolution is linear, and each pair of terms follows one of these rules. A tick "
        "says that the rule agrees with numeric quadrature for examples of it."
    ),
    "cont.rule.powers": "degrees and knots add",
    "cont.rule.fractions": "partial fractions",
    "cont.rule.impulse": "an impulse shifts",
    "cont.rule.slope": "its derivative differentiates",
    "cont.rule.smooth": "a truncated power",
    "cont.rule.recursion": "by parts",
    "cont.rule.start": "where it starts",
    "cont.rule.fading": "complete the square",
    "cont.rule.bells": "means and variances add",
    "cont.rule.cauchy": "widths add",
    "cont.rules.density": "Here N is the normal density with mean 0 and variance v = σ².",
    "cont.heading.square": "Completing the square",
    "cont.square": "Exponents add, so the integrand is the exponential of minus this sum:",
    "cont.square.mirrored": "Here f has been mirrored first.",
    "cont.square.rest": "Only the first square depends on τ; the second stands before the integral.",
    "cont.result": "Result",
    "cont.figure": "As t moves.",
    "cont.written": "A function is 0 outside of the ranges that stand beside it.",
    "cont.elsewhere": "It is 0 for all other t.",
    "cont.widths": "The means add (for a cross-correlation they are subtracted), and the squares of the widths add.",
    "cont.cauchy": "The widths add.",
    "cont.slow": "SymPy's integration found this; the integral was split at the ends of the pieces first.",
    "cont.heading.equal": "Equal rates",
    "cont.equal": "Where {condition} the formula above would divide by 0; the integral gives:",
    "cont.heading.slope": "Derivative",
    "cont.slope.function": (
        "The derivative may be taken of g alone: f is integrable on the overlap, and g is continuous here, so that no impulse "
        "stands in g'."
    ),
    "cont.slope.distribution": (
        "g jumps (or is an impulse), so g' holds impulses and the formula is one of distributions; the pointwise derivative of "
        "g, which ignores the jumps, would give something else."
    ),
    "cont.kind.exact": "exact",
    "cont.kind.quadrature": "quadrature",
    "cont.kind.equal": "equal rates",
    "cont.kind.derivative": "derivative",
    "cont.kind.square": "square",
    "cont.kind.normal": "normal",
    # the derivative theorem
    "derivative.title": "The derivative theorem, {line}, and what it is not",
    "derivative.statement": (
        "If {f} is integrable, and {g} is continuously differentiable, with {g} and {g'} bounded, then {f} * {g} is "
        "differentiable and {line}: the derivative of a convolution by its position falls on one factor."
    ),
    "derivative.why": "Why",
    "derivative.why.words": "Let {bounded}; it is finite. Take the difference quotient of {f} * {g} for a step {h}.",
    "derivative.rule.quotient": "linearity",
    "derivative.rule.bound": "mean value theorem",
    "derivative.rule.limit": "dominated convergence",
    "derivative.checked": (
        "The bound does not depend on the step and is integrable, so the limit may be taken under the integral. A tick here says "
        "that the line agrees with numeric quadrature for {pairs}; a limit is not decided by machine."
    ),
    "derivative.boxes": "Where the condition is needed",
    "derivative.boxes.words": "Two boxes of width 1 about 0: {g} jumps, and the formula fails with the pointwise derivative.",
    "derivative.boxes.end": "As distributions the formula holds again: the last lines are the slope of the first.",
    "derivative.twin": "The discrete twin",
    "derivative.twin.words": (
        "For finite signals, 0 outside, with the backward difference {d}, in full mode: {twin}. There is no condition. Each "
        "statement was proved for all sizes, or refuted by its smallest counterexample:"
    ),
    "derivative.apart": "This is not backpropagation",
    "derivative.apart.words": (
        "Lecture notes print {line} as the backward pass of a convolution layer. Both are derivatives, of different things by "
        "different variables. With {y} = {f} * {k} in full mode and a loss {L} whose upstream gradient is now called {g}:"
    ),
    "derivative.column.what": "",
    "derivative.column.theorem": "derivative theorem",
    "derivative.column.backprop": "backpropagation",
    "derivative.row.by": "derivative by",
    "derivative.row.of": "derivative of",
    "derivative.row.formula": "formula",
    "derivative.row.kernel": "the kernel is",
    "derivative.by.position": "the position",
    "derivative.by.entry": "an entry of f",
    "derivative.of.function": "the output",
    "derivative.of.loss": "a loss",
    "derivative.kernel.convolved": "differenced",
    "derivative.kernel.correlated": "as it is",
    "derivative.smallest": "The smallest numbers for which they differ, f * Dk read at the entries of f:",
    "derivative.another": "And with two entries each, where only the first output matters to the loss:",
    "derivative.boxes.for": " for ",
    "derivative.boxes.slope": ", so its slope is ",
    "derivative.boxes.then": ", then ",
    "derivative.boxes.between": " between the jumps, where ",
    "derivative.boxes.would": " would be ",
}
