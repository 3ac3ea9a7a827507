"""The prose of a page, by key.  ``{slot}`` stands for mathematics or words that the document supplies."""

from __future__ import annotations

ENGLISH = {
    # titles
    "title": "{gradient} of {op}: {kind}",
    "kind.layer": "a CNN layer, a cross-correlation (the kernel is not flipped)",
    "kind.layer.flip": "a CNN layer with flip_kernel, a true convolution (the kernel is flipped)",
    "kind.correlate": "a cross-correlation (the kernel is not flipped)",
    "kind.convolve": "a true convolution (the kernel is flipped)",
    "kind.derived": "a member of the closed family",
    "parameters": "{list}",
    "parameters.stride": "stride {value}",
    "parameters.dilation": "dilation {value}",
    "parameters.padding": "padding {value}",
    "parameters.both": "{value} on both sides",
    "parameters.sides": "({lo}, {hi})",
    "parameters.mode": "mode {mode}",
    "parameters.groups": "{groups} groups",
    "parameters.spatial": "spatial step (--channels: all)",
    "parameters.times": " x ",
    # headings
    "heading.setting": "Setting",
    "heading.closed": "Closed form",
    "heading.words": "In words",
    "heading.channels": "Channels",
    "heading.checks": "Checked",
    "heading.explicit": "Explicit case",
    # setting
    "role.x": "input, 0 outside {range}",
    "role.w": "kernel, {range}",
    "role.b": "bias",
    "role.g": "upstream gradient {dy} of a scalar loss {L}, {range}",
    "role.y": "the output",
    "role.O": "the output size",
    "role.a": "the remainder: places at the end that no window reaches",
    "role.labels": "{list}",
    "label.n": "{range} images",
    "label.gamma": "{range} groups",
    "label.o": "{range} filters",
    "label.o.group": "{range} filters per group",
    "label.c": "{range} channels",
    "label.c.group": "{range} channels per group",
    "domain": "for all {positive} ≥ 1{pads} with {fits}",
    "domain.pads": ", {names} ≥ 0",
    # rules
    "rule.chain": "chain rule",
    "rule.linearity": "linearity",
    "rule.linearity.bias": "linearity; b is constant",
    "rule.linearity.sum": "linearity; the rest is constant",
    "rule.channels": "with channels",
    "tuple": "({values})",
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
    "note.where": "where {guards}",
    "note.and": "and",
    "note.survivor": "only {forced}",
    "note.dilate": "{equation}, and 0 elsewhere",
    "note.reflect": "{taps}; {view} is the flipped kernel; {tensor} is 0 outside",
    "note.reflect.strided": "{taps}; {view} is the flipped kernel",
    "note.position": "{data} is 0 outside, so the sum may run over all {names}",
    # closed form
    "closed.call": "{left} = {name}({data}, {kernel})",
    "closed.sum": "{left} = the sum of {data} over {over}",
    "closed.stride": "stride",
    "closed.input_dilation": "zeros",
    "closed.zeros": "{view} is {tensor} with {count} between entries",
    "closed.dilation": "dilation",
    "closed.padding": "padding",
    "closed.length": "length",
    "closed.remainder": "remainder",
    "closed.views": "views",
    "closed.flipped": "{view}: the kernel reversed along every spatial axis",
    "closed.groups": "groups",
    # words
    "words.x": (
        "The full convolution of the {g} with the {w}; equally, its full cross-correlation with the flipped kernel."
    ),
    "words.x.flip": (
        "The full cross-correlation of the {g} with the {w}: the kernel is used as it stands, with no flip; equally, "
        "the full convolution with the flipped kernel."
    ),
    "words.g": "upstream gradient",
    "words.g.dilated": "zero-dilated upstream gradient",
    "words.kernel": "kernel",
    "words.kernel.dilated": "dilated kernel",
    "words.crop": "It is cropped by {lo} on the left and {hi} on the right{sign}.",
    "words.crop.sign": " (a negative crop adds zeros)",
    "words.remainder": (
        "The last {a} places of the padded input are read by no window: real inputs among them get gradient 0."
    ),
    "words.w": (
        "The cross-correlation of the input with the {g}, which plays the kernel: nothing is flipped. Equally, the true "
        "convolution of the input with the flipped upstream gradient."
    ),
    "words.w.exchange": "Stride and dilation change places: entries of g are {s} apart, and the output steps by {d}.",
    "words.w.crop": (
        "The right pad is short by the remainder {a}, so that exactly {K} entries come out; with the forward pads there "
        "would be {more}."
    ),
    "words.w.flip": (
        "The operands change places: the cross-correlation of the {g} with the input as its kernel. Nothing more is "
        "flipped: the true convolution's flip is in the exchange."
    ),
    "words.w.remainder": "The last {a} places of the padded input enter no product.",
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
    "words.channels.b": "The bias of filter o is shared by all images and positions.",
    "words.channels.groups": "Group γ sees only its own channels and filters.",
    # checks
    "check.steps": "{n} lines, each equal to brute force: {how}",
    "check.undecided": "not decided: {how}",
    "check.none": "nothing was checked (check=False): no line above is vouched for",
    "check.sympy": "SymPy's own derivative of L equals the closed form on all {n} entries",
    "check.sizes": "here and below: {sizes}",
    "kind.steps": "steps",
    "kind.brute-force": "brute force",
    "kind.numpy-forward": "NumPy forward",
    "kind.adjoint": "adjoint",
    "kind.differences": "differences",
    "kind.sympy": "SymPy",
    # explicit
    "explicit.sizes": "{sizes}",
    "explicit.loss": (
        "L = Σ g y. Below, L is differentiated by SymPy, entry by entry; a tick says that the closed form gives the very "
        "same sum."
    ),
    "explicit.elided": "... {n} more entries, all equal",
    "explicit.more": "... {n} more entries",
    "explicit.data": "{name} as the closed form reads it, with its zeros and padding (·)",
    "explicit.kernel": "{name} as the closed form reads it",
    "explicit.contributions": "Contributions: the sum along a row, each times the g above it, is {name}",
}


def message(key: str) -> str:
    """The template of a key."""
    return ENGLISH[key]
