"""The prose of a page, by key.  ``{slot}`` stands for mathematics or words that the document supplies."""

from __future__ import annotations

from symconv.rendering.messages_examples import ENGLISH as EXAMPLES

ENGLISH = {
    # titles
    "title": "{gradient} of {op}: {kind}",
    "kind.layer": "a CNN layer, a cross-correlation (the kernel is not flipped)",
    "kind.layer.flip": "a CNN layer with flip_kernel, a true convolution (the kernel is flipped)",
    "kind.correlate": "a cross-correlation (the kernel is not flipped)",
    "kind.convolve": "a true convolution (the kernel is flipped)",
    "kind.transposed": "a transposed CNN layer, which scatters",
    "kind.derived": "a gradient derived again; {scalar} is the sum of {h} times {result}, {h} a fixed direction",
    "title.derived": "{gradient}, from {result} of {op}: {kind}",
    "parameters": "{list}",
    "parameters.stride": "stride {value}",
    "parameters.dilation": "dilation {value}",
    "parameters.padding": "padding {value}",
    "parameters.both": "{value} on both sides",
    "parameters.sides": "({lo}, {hi})",
    "parameters.output_padding": "output_padding {value}",
    "parameters.input_dilation": "input dilation {value}",
    "parameters.mode": "mode {mode}",
    "parameters.mode.pads": "mode {mode}: padding {value}",
    "parameters.groups": "{groups} groups",
    "parameters.spatial": "the spatial step; channels below",
    # headings
    "heading.setting": "Setting",
    "heading.closed": "Closed form",
    "heading.words": "In words",
    "heading.channels": "Channels",
    "heading.hessian": "Second derivatives",
    "heading.adjoint": "Adjoint, not inverse",
    "heading.hypotheses": "Hypotheses",
    "heading.symbols": "In symbols",
    "heading.refuted": "Refuted",
    "heading.undecided": "Not decided",
    "theorem.proved": "Proved {domain}.",
    "theorem.sizes": "smallest sizes",
    "theorem.entry": "entry",
    "theorem.product": "product counted",
    "theorem.claimed": "claimed",
    "theorem.true": "true",
    "heading.proof": "Proved",
    "proof.whole": "Every line equals the one before it, and the closed form the last: {domain}.",
    "proof.how": "({how})",
    "proof.time": "({solver}, {ms} ms)",
    "proof.checked": "only checked",
    "proof.neither": "neither proved nor checked",
    "proof.part": "{lines} of {all} lines were proved for all sizes; what follows them was {rest} ({how}).",
    "heading.checks": "Checked",
    "heading.explicit": "Explicit case",
    # setting
    "role.x": "input, 0 outside {range}",
    "role.w": "kernel, {range}",
    "role.b": "bias",
    "role.g": "upstream gradient {dy} of a scalar loss {L}, {range}",
    "role.x.derived": "data, 0 outside {range}",
    "role.g.derived": "the direction, {range}",
    "role.w.derived": "kernel, {range}",
    "role.view": "and 0 elsewhere: the zero-dilated {name}",
    "role.y": "the output",
    "role.O": "the output size",
    "role.a": "the remainder: places at the end that no window reaches",
    "label.n": "{range} images",
    "label.gamma": "{range} groups",
    "label.o": "{range} filters",
    "label.o.group": "{range} filters per group",
    "label.c": "{range} channels",
    "label.c.group": "{range} channels per group",
    "domain": "for all {positive} ≥ 1{pads}{with}",
    "domain.with": " with {fits}",
    "domain.pads": ", {names} ≥ 0",
    # rules
    "rule.chain": "chain rule",
    "rule.linearity": "linearity",
    "rule.linearity.bias": "linearity; b is constant",
    "rule.linearity.sum": "linearity; the rest is constant",
    "rule.channels": "with channels",
    "tuple": "({values})",
    "plain": "{words}",
    "rule.independent": "entries are independent",
    "rule.survivor": "one term survives",
    "rule.swap": "swap the sums",
    "rule.solve": "solve for {names}",
    "rule.dilate": "zeros between entries",
    "rule.dilate.one": "1 zero between entries",
    "rule.dilate.count": "{count} zeros between entries",
    "rule.extend": "{tensor} is 0 outside",
    "rule.single": "one tap: {names} = 0",
    "rule.reflect": "reflect the taps",
    "rule.position": "name the place read",
    "note.survivor": "only {forced}",
    "note.dilate": "{equation}, and 0 elsewhere",
    "note.reflect": "{taps}; {view} is the flipped kernel; {tensor} is 0 outside",
    "note.reflect.strided": "{taps}; {view} is the flipped kernel",
    "note.position": "{data} is 0 outside, so the sum may run over all {names}",
    # closed form
    "closed.call": "{left} = correlate({data}, {kernel})",
    "closed.sum": "{left} = the sum of {data} over {over}",
    "closed.stride": "stride",
    "closed.dilation": "dilation",
    "closed.padding": "padding",
    "closed.length": "length",
    "closed.views": "views",
    "closed.groups": "groups",
    "closed.layer": "as a layer",
    "closed.layer.call": "{name}({data}, {kernel}), {parameters}",
    # words
    "words.data": ("The full convolution of {g} with {w}; equally, its full cross-correlation with the flipped kernel."),
    "words.data.flip": (
        "The full cross-correlation of {g} with {w}: the kernel is used as it stands, with no flip; equally, the full "
        "convolution with the flipped kernel."
    ),
    "words.g": "the upstream gradient",
    "words.g.dilated": "the zero-dilated upstream gradient",
    "words.g.bare": "the upstream gradient",
    "words.w": "the kernel",
    "words.w.dilated": "the dilated kernel",
    "words.x": "the input",
    "words.x.dilated": "the zero-dilated input",
    "words.named": "{name}",
    "words.named.dilated": "the zero-dilated {name}",
    "words.kernel.spread": ", with the taps of {name} {r} apart",
    "words.crop": "It is cropped by {lo} on the left and {hi} on the right{sign}.",
    "words.crop.sign": " (a negative crop adds zeros)",
    "words.sampled": "Of the result every entry at a multiple of {r} is kept: the data were zero-dilated.",
    "words.remainder": (
        "The last {a} places of the padded input are read by no window: real inputs among them get gradient 0."
    ),
    "words.gaps": "So do inputs in gaps between the taps, where the stride is larger than what a window reads.",
    "words.kernel": (
        "The cross-correlation of {x} with {g}, which plays the kernel: nothing is flipped. Equally, the true convolution "
        "with {g}, flipped."
    ),
    "words.kernel.exchange": (
        "Stride and dilation change places: the entries of {g} are {s} apart, and the output steps by {d}."
    ),
    "words.kernel.crop": (
        "The right pad is short by the remainder {a}, so that exactly {K} entries come out; with the forward pads there "
        "would be {more}."
    ),
    "words.kernel.flip": (
        "The operands change places: the cross-correlation of {g} with {x} as its kernel{spread}. Nothing more is flipped: "
        "the true convolution's flip is in the exchange."
    ),
    "words.kernel.remainder": "The last {a} places of the padded input enter no product.",
    "words.transposed.data": (
        "The ordinary layer with the same stride, dilation and padding, applied to the upstream gradient: the adjoint of a "
        "transposed convolution is the convolution. It is a cross-correlation: the kernel is not flipped."
    ),
    "words.transposed.extra": "The right pad is short by the output_padding {extra}: it is the remainder of that layer.",
    "words.transposed.kernel": (
        "The cross-correlation of the upstream gradient with the input, which plays the kernel: the operands of the ordinary "
        "layer's dL/dw have changed places."
    ),
    # second derivatives
    "hessian.linear": (
        "{result} is linear in {data} and linear in {kernel}: deriving it twice by either gives 0, so with the other tensors "
        "held fixed its pure second derivatives vanish. For a loss that is linear in y (g fixed), L has no second derivative "
        "along x alone or along w alone."
    ),
    "hessian.mixed": "The mixed derivative does not vanish: contracted with a direction {h} it is the line above.",
    # adjoint, not inverse
    "adjoint.is": (
        "The transposed layer is the adjoint (transpose) of the ordinary layer with the same parameters: the sum of "
        "conv_transpose(x) z equals the sum of x conv(z), for all x and z. The ordinary layer of that input size must have "
        "the remainder {extra}."
    ),
    "adjoint.wide": (
        "The transposed layer is the adjoint (transpose) of the correlation with the same parameters, cut to as many outputs as "
        "x has entries. No ordinary layer is that correlation: output_padding {extra} is not below the stride, and a layer's "
        "remainder is."
    ),
    "adjoint.not": (
        "It is not the inverse: the smallest case, every kernel entry {w}, is input {N}, kernel {K}: conv takes {x} to {y}, and "
        "conv_transpose takes that to {back}, not to {x}."
    ),
    "words.b": "Every output entry contains the bias once, so its gradient is the sum of the upstream gradient over {over}.",
    "words.positions": "all positions",
    "words.images": "all images and positions",
    "words.channels.x": (
        "Each filter o sends its gradient back, so o is summed; o and c change places in the kernel, which now maps filters "
        "to channels. The batch index n is carried along."
    ),
    "words.channels.w": (
        "The kernel is shared by all images and positions, so n is summed: c takes the batch's place and n the channels'."
    ),
    "words.channels.derived": "Summed over {over}; every other label is carried along.",
    "words.channels.free": "No label is summed; each is carried along.",
    "words.channels.b": "The bias of filter o is shared by all images and positions.",
    "words.channels.x.one": ("Each filter o sends its gradient back, so o is summed. The batch index n is carried along."),
    "words.channels.w.one": "The kernel is shared by all images and positions, so n is summed.",
    "words.channels.x.none": "Each channel has its own kernel, and the batch index n is carried along.",
    "words.channels.groups": "Group γ sees only its own channels and filters.",
    # checks
    "check.steps": "{n} lines, each equal to brute force: {how}",
    "check.undecided": "not decided: {how}",
    "check.none": "The lines above were not checked (as asked): none of them is vouched for.",
    "kind.steps": "steps",
    "kind.brute-force": "brute force",
    "kind.numpy-forward": "NumPy forward",
    "kind.adjoint": "adjoint",
    "kind.differences": "differences",
    "kind.sympy": "SymPy",
    "kind.map": "entrywise",
    "kind.loss": "loss",
    "kind.hessian": "Hessian",
    "kind.inverse": "adjoint of conv",
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
    "cont.symbol.delta": "the unit impulse: f * δ = f, and f * δ' = f'",
    "cont.symbol.phi": "the normal distribution function, (1 + erf(x/√2))/2",
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
    "cont.heading.square": "Completing the square",
    "cont.square": "Exponents add, so the integrand is the exponential of minus this sum:",
    "cont.square.mirrored": "Here f has been mirrored first.",
    "cont.square.rest": "Only the first square depends on τ; the second stands before the integral.",
    "cont.result": "Result",
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
    "derivative.kernel.convolved": "differenced, convolved with f",
    "derivative.kernel.correlated": "as it is, correlated with g",
    "derivative.smallest": "The smallest numbers for which they differ, f * Dk read at the entries of f:",
    "derivative.another": "And with two entries each, where only the first output matters to the loss:",
    # explicit
    "explicit.sizes": "{sizes}",
    "explicit.loss": (
        "{gradient} is the gradient of {sum} with {g} held fixed, entry by entry; a tick says that the closed form gives the "
        "very same products."
    ),
    "explicit.own": "The loss {loss}; its upstream gradient g = dL/dy, by SymPy:",
    "explicit.elided": "... {n} more entries, all equal",
    "explicit.more": "... {n} more entries",
    "explicit.data": "{name} as the closed form reads it, with its zeros and padding (·)",
    "explicit.kernel": "{name} as the closed form reads it",
    "explicit.contributions": "Contributions: the sum along a row, each times the g above it, is {name}",
}


def message(key: str) -> str:
    """The template of a key."""
    return ENGLISH[key] if key in ENGLISH else EXAMPLES[key]
