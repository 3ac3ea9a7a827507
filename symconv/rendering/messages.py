"""The prose of a page, by key.  ``{slot}`` stands for mathematics or words that the document supplies."""

from __future__ import annotations

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
    "parameters.padding_mode": "padding_mode {mode}",
    "parameters.output_padding": "output_padding {value}",
    "parameters.input_dilation": "input dilation {value}",
    "parameters.mode": "mode {mode}",
    "parameters.mode.pads": "mode {mode}: padding {value}",
    "parameters.groups": "{groups} groups",
    "parameters.spatial": "the spatial step; channels below",
    # headings
    "heading.setting": "Setting",
    "heading.closed": "Closed form",
    "heading.fold": "The padding taken back",
    "heading.circular": "Circular again",
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
    "role.own": "input, {range}",
    "role.padded": "the padded {name}, 0 outside {range}",
    "border.circular": (
        "circular: the input goes on with its other end ({example}); PyTorch's circular, NumPy's wrap, ndimage's wrap."
    ),
    "border.reflect": (
        "reflect: the mirror stands on the edge entry, which is not repeated ({example}); PyTorch's and NumPy's reflect, "
        "ndimage's mirror. (What ndimage calls reflect is symmetric here.)"
    ),
    "border.symmetric": (
        "symmetric: the mirror stands beyond the edge entry, which is repeated ({example}); NumPy's symmetric, ndimage's "
        "reflect. PyTorch has no such mode: its reflect is another."
    ),
    "border.replicate": (
        "replicate: the edge entry goes on ({example}); PyTorch's replicate, NumPy's edge, ndimage's nearest."
    ),
    "border.axes": "N is the size along the axis in question.",
    "border.limit": "φ as written holds within the limits on the pads above; beyond them one wraps or reflects again.",
    "border.limit.replicate": "No pad is too large.",
    "fold.axes": (
        "The padding map is a product of one map per axis, and so is its transpose: {bar} is folded along one axis after the "
        "other. r is what is folded along an axis, f the fold; the indices of the other axes stand still."
    ),
    "fold.axis": "Along axis {axis}:",
    "fold.circular": "What lies in the padding is added to the entry at the other end that it was copied from; {bar} is 0 outside.",
    "fold.reflect": (
        "What lies in the padding is reflected back about the edge entry and added to the entry that it was copied from; the edge "
        "entry itself has no copy. {bar} is 0 outside."
    ),
    "fold.symmetric": (
        "What lies in the padding is reflected back and added to the entry that it was copied from, the edge entry included; "
        "{bar} is 0 outside."
    ),
    "fold.replicate": "All that lies in the padding on one side is added to the edge entry of that side; {bar} is 0 outside.",
    "fold.adjoint": "In one word: the gradient is the transpose of the padding map, applied to the gradient of the padded tensor.",
    "fold.wrapped.g": "the upstream gradient wrapped round; its period is {n}",
    "fold.wrapped.words": (
        "For any padding, the gradient is again a circular cross-correlation: of G, with the flipped kernel; equally, a circular "
        "convolution with the kernel itself."
    ),
    "fold.wrapped.words.flip": (
        "For any padding, the gradient is again circular: a circular cross-correlation of G with the kernel as it stands."
    ),
    "fold.wrapped.same": "Where as many outputs come out as entries go in, O = N, G is the upstream gradient itself.",
    "proof.fold": "So does every line by which the padding is taken back.",
    "proof.fold.part": "Not every line by which the padding is taken back was proved for all sizes; they were checked ({how}).",
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
    "rule.pieces": "{tensor} in pieces",
    "rule.wrap": "the definition, indices mod N",
    "rule.congruent": "congruent mod N",
    "rule.member": "G; reflect the taps",
    "rule.member.flip": "name the sum G",
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
    "words.border": "First {bar}, the gradient of the padded tensor; then its fold.",
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
    "words.remainder.border": "The last {a} places of the padded input are read by no window.",
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
    # the DFT theorem
    "fourier.title": "The DFT theorem for circular cross-correlation",
    "fourier.title.convolution": "The DFT theorem for circular convolution",
    "fourier.parameters": "N = {N}, K = {K}, lo = {lo}, d = {d}; as many outputs as inputs",
    "fourier.omega": "a primitive root of unity of order {order}, a zero of {phi}",
    "fourier.omega.axes": "one root per axis, all powers of ω = e^(-2πi/{order}), which is a zero of {phi}",
    "fourier.transform": "the transform F x, unnormalised, 0 ≤ k < N; W, Y, G likewise of w, y and g = dL/dy",
    "fourier.transform.axes": (
        "the transform F x, unnormalised; W, Y, G likewise of w, y and g = dL/dy; k·n is short for one factor per axis, "
        "each with its own root, and lo, d p are per axis"
    ),
    "fourier.y": "{formula}, circular cross-correlation (the kernel is not flipped)",
    "fourier.y.flip": "{formula}, circular convolution (the kernel is flipped); e = d(K-1)",
    "fourier.exact": (
        "w is real. W is taken with tap p at place d p, modulo N. The arithmetic is exact: integers in the powers of ω, "
        "reduced by that polynomial; no floating point."
    ),
    "fourier.theorem": "Theorem",
    "fourier.textbook": "For circular convolution, where (x * w)[i] is the sum of w[p] x[(i - p) mod N]:",
    "fourier.here": "For the operator at hand:",
    "fourier.line.definition": "the transform of y",
    "fourier.line.y": "the definition of y",
    "fourier.line.shift": "j, modulo N, takes every value once",
    "fourier.line.last": "w is real",
    "fourier.line.last.flip": "q = K-1-p",
    "fourier.phase": (
        "The factor {factor} is the shift by lo: where the window begins. Cross-correlation conjugates W, "
        "convolution does not; that is the flip, seen from the other side."
    ),
    "fourier.phase.flip": (
        "The factor is the shift by e - lo; it is 1 for lo = e, the textbook's convolution. Cross-correlation would conjugate W: "
        "that is the flip, seen from the other side."
    ),
    "fourier.periodic": "The kernel reaches round the input: taps that meet on one entry are added, w is made periodic.",
    "fourier.F": "The matrix of F:",
    "fourier.C": "The matrix of the operator, a circulant: y = C x.",
    "fourier.diagonal": "{product} is diagonal, with the factors of the theorem on its diagonal: that is the theorem as a statement on matrices.",
    "fourier.gradients": "Gradients",
    "fourier.adjoint": "The adjoint of a multiplication by a number is that by its conjugate. |N| is the number of entries of x.",
    "fourier.linear": "Linear against circular",
    "fourier.z": "the linear (zero-padded, full) operator, 0 ≤ m < N + e",
    "fourier.wraps": (
        "The linear operator has {length} outputs, the circular one {all}: what is beyond its end wraps round. {mixed} of its {all} "
        "outputs are mixed in this way, and are not outputs of the linear operator."
    ),
    "fourier.pad": (
        "To compute the linear operator by the DFT, pad x and w with zeros to at least N + e = {length} (N + K - 1 for d = 1): "
        "then nothing wraps. With less, something does."
    ),
    "fourier.none": "With one tap along every axis nothing wraps: the circular operator is the linear one.",
    "fourier.checked": "Each check compares all products of entries at once, so it is a proof at these sizes; for other sizes run it again.",
    "kind.dft-convolution": "convolution",
    "kind.dft-layer": "this operator",
    "kind.dft-inverse": "inverse",
    "kind.dft-dx": "dL/dx",
    "kind.dft-dw": "dL/dw",
    "kind.dft-linear": "wrapping",
    "kind.dft-numpy": "NumPy",
    "kind.dft-sweep": "other sizes",
    # image filters
    "filter.title.correlate": "The filter {name}: a cross-correlation with every channel of the picture",
    "filter.title.convolve": "The filter {name}: a true convolution with every channel of the picture",
    "filter.picture": "{rows} x {columns} pixels, {channels}; transparency is left as it is.",
    "filter.mode.correlate": (
        "Cross-correlation: y[r, c] is the sum of w[p, q] x[r + p - {r}, c + q - {c}]; the kernel is laid on the picture as it stands."
    ),
    "filter.mode.convolve": (
        "True convolution: the kernel is turned by 180 degrees and then laid on the picture; y[r, c] is the sum of w[p, q] "
        "x[r + K1 - 1 - p - {r}, c + K2 - 1 - q - {c}] for K1 x K2 taps."
    ),
    "filter.border": "Beyond its edges the picture goes on by the mode {border} (in scipy.ndimage: {elsewhere}).",
    "filter.range.clip": "Written is y, rounded half up and kept between 0 and 255.",
    "filter.range.offset": "Written is y + 128, rounded half up and kept between 0 and 255: 128 stands for 0.",
    "filter.range.absolute": "Written is the absolute value of y, rounded half up, at most 255: the sign is lost.",
    "filter.short.clip": "kept between 0 and 255",
    "filter.short.offset": "with 128 added",
    "filter.short.absolute": "the absolute value",
    "filter.clipped": "{n} values lay outside and were cut off.",
    "filter.inside": "No value lay outside.",
    "filter.kernel": "The kernel",
    "filter.entries": "Its entries, exactly:",
    "filter.total": "They add up to {total}: a constant picture is multiplied by that.",
    "filter.identity": "The picture is left as it is.",
    "filter.box": "The mean of the pixels under the window: a blur.",
    "filter.gaussian": "Binomial coefficients, the exact rational stand-in for a Gaussian: a soft blur.",
    "filter.sharpen": "The picture less its Laplacian: edges are raised.",
    "filter.laplacian": "The sum of the second differences along rows and columns: edges and points, whatever their direction.",
    "filter.sobel-x.correlate": "Positive where the picture grows brighter to the right (the sign of scipy.ndimage.sobel); a convolution turns the sign.",
    "filter.sobel-x.convolve": "Negative where the picture grows brighter to the right: the convolution turns the sign of scipy.ndimage.sobel.",
    "filter.sobel-y.correlate": "Positive where the picture grows brighter downwards (the sign of scipy.ndimage.sobel); a convolution turns the sign.",
    "filter.sobel-y.convolve": "Negative where the picture grows brighter downwards: the convolution turns the sign of scipy.ndimage.sobel.",
    "filter.emboss": "A slope along the diagonal added to the picture: light falls in from one corner.",
    "filter.separable": "Separable",
    "filter.not.separable": "No: its rank is {rank}, so it is no outer product u vᵀ; each pixel takes up to {all} multiplications. A minor that is not 0:",
    "filter.saving": "Two passes, down the columns and along the rows, take {sum} multiplications a pixel instead of {product}: {saved} % fewer.",
    "filter.no.saving": "Two passes would take {sum} multiplications a pixel where one takes {product}: nothing is saved at this size.",
    "filter.pixel": "Pixel ({place}), {channel}",
    "filter.level": "Written: {level} ({range}).",
    "filter.beyond": "Beyond the edge: {list}.",
    "filter.beyond.zeros": "{n} places lie beyond the edge and count as 0.",
    "kind.filter-pixels": "pixels",
    "kind.filter-factors": "factors",
    # im2col
    "unfold.title": "im2col of {op}: the operator as a matrix product",
    "unfold.U": "{height} by {width}, the unfolded input: a row per channel and tap, a column per image and output; its entry is {read}",
    "unfold.W": "{height} by {width}, the kernel: a row per filter, a column per channel and tap",
    "unfold.G": "{height} by {width}, the upstream gradient g = dL/dy: a row per filter, a column per image and output",
    "unfold.col2im": "adds every entry of a matrix of U's shape to the entry of x that stands there in U",
    "unfold.order": "The last tap and the last output axis run fastest, as in torch.nn.functional.unfold; a dot is a zero of the padding.",
    "unfold.bias": "The bias b is added to every column.",
    "unfold.flip": "A true convolution: the row of tap p holds what the flipped kernel reads there.",
    "unfold.matrix": "The unfolded input U; to the left the tap that multiplies a row, above the output that a column adds up to:",
    "unfold.kernel": "The kernel W:",
    "unfold.back": "Wᵀ G, which col2im adds up over equal entries of U:",
    "unfold.products": "The three products",
    "unfold.group": "Group {number}",
    "unfold.group.same": "The same products with this group's own channels and filters.",
    "unfold.cost": "What it costs",
    "unfold.copies": (
        "U has {entries} entries where x has {size}: an entry of x is copied between {least} and {most} times. That memory is the "
        "price of one large matrix product."
    ),
    "unfold.inverse": "col2im is the adjoint of im2col and not its inverse: col2im(im2col(x)) is every entry times its copies.",
    "unfold.exact": "Exact, with symbols for all entries, at these sizes.",
    "kind.im2col-y": "y",
    "kind.im2col-w": "dL/dw",
    "kind.im2col-x": "dL/dx",
    "kind.im2col-adjoint": "adjoint",
    "kind.im2col-numbers": "in numbers",
    # checks
    "check.steps": "{n} lines, each equal to brute force: {how}",
    "check.undecided": "not decided: {how}",
    "check.none": "The lines above were not checked (as asked): none of them is vouched for.",
    "kind.steps": "steps",
    "kind.brute-force": "brute force",
    "kind.fold": "the fold",
    "kind.border": "with the border",
    "kind.numpy-pad": "np.pad",
    "kind.border-adjoint": "adjoint, whole",
    "kind.border-differences": "differences, whole",
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
}


def message(key: str) -> str:
    """The template of a key."""
    return ENGLISH[key]
