"""The prose of derivations and theorems, and what pages share, by key."""

from __future__ import annotations

PAGES = {
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
    "closed.views.data": "data: {how}",
    "closed.views.kernel": "kernel: {how}",
    "closed.views.result": "result: {how}",
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
    "words.channels.b.apart": "The bias of a channel's filter is shared by all images and positions.",
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
    # what targets say themselves
    "mark.checked": "checked",
    "mark.unchecked": "not checked",
    "lines.where": "where ",
    "lines.and": "and ",
    "html.noscript": "The formulas are written in LaTeX; with scripts allowed they are typeset.",
    "shape.none": "one number",
    # theorems
    "theorem.domain": "for all {sizes}",
    "theorem.domain.none": "as it stands",
    "theorem.domain.integers": " and all integers {names}",
    "theorem.domain.with": " with {conditions}",
    "theorem.domain.ranges": ", and {ranges}",
    "theorem.integers": "all integers {name}",
}
