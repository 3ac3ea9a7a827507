"""The prose of padding modes, the DFT theorem, image filters and im2col, by key."""

from __future__ import annotations

SIGNALS = {
    # padding that is not zeros
    "parameters.padding_mode": "padding_mode {mode}",
    "heading.fold": "The padding taken back",
    "heading.circular": "Circular again",
    "role.own.direction": "the direction, {range}",
    "role.own": "input, {range}",
    "role.padded": "the padded {name}, 0 outside {range}",
    "border.circular": (
        "circular: the input goes on with its other end ({example}); PyTorch's circular, NumPy's wrap, ndimage's wrap."
    ),
    "border.reflect": (
        "reflect: the mirror stands on the edge entry, which is not repeated ({example}); PyTorch's and NumPy's "
        "reflect, ndimage's mirror. (What ndimage calls reflect is symmetric here.)"
    ),
    "border.symmetric": (
        "symmetric: the mirror stands beyond the edge entry, which is repeated ({example}); NumPy's symmetric, "
        "ndimage's reflect. PyTorch has no such mode: its reflect is another."
    ),
    "border.replicate": (
        "replicate: the edge entry goes on ({example}); PyTorch's replicate, NumPy's edge, ndimage's nearest."
    ),
    "border.axes": "N is the size along the axis in question.",
    "border.limit": "φ as written holds within the limits on the pads above; beyond them one wraps or reflects again.",
    "border.limit.replicate": "No pad is too large.",
    "fold.axes": (
        "The padding map is a product of one map per axis, and so is its transpose: {bar} is folded along one "
        "axis after the other. r is what is folded along an axis, f the fold; the indices of the other axes stand "
        "still."
    ),
    "fold.channels": "Batch and channels stand still.",
    "fold.axis": "Along axis {axis}:",
    "fold.circular": (
        "What lies in the padding is added to the entry at the other end that it was copied from; {bar} is 0 outside."
    ),
    "fold.reflect": (
        "What lies in the padding is reflected back about the edge entry and added to the entry that it was "
        "copied from; the edge entry itself has no copy. {bar} is 0 outside."
    ),
    "fold.symmetric": (
        "What lies in the padding is reflected back and added to the entry that it was copied from, the edge "
        "entry included; {bar} is 0 outside."
    ),
    "fold.replicate": (
        "All that lies in the padding on one side is added to the edge entry of that side; {bar} is 0 outside."
    ),
    "fold.adjoint": (
        "In one word: the gradient is the transpose of the padding map, applied to the gradient of the padded tensor."
    ),
    "fold.wrapped.g": "the upstream gradient wrapped round; its period is {n}",
    "fold.wrapped.words": (
        "For any padding, the gradient is again a circular cross-correlation: of G, with the flipped kernel; "
        "equally, a circular convolution with the kernel itself."
    ),
    "fold.wrapped.words.flip": (
        "For any padding, the gradient is again circular: a circular cross-correlation of G with the kernel as it stands."
    ),
    "fold.wrapped.same": "Where as many outputs come out as entries go in, O = N, G is the upstream gradient itself.",
    "proof.fold": "So does every line by which the padding is taken back.",
    "proof.fold.part": (
        "Not every line by which the padding is taken back was proved for all sizes; they were checked ({how})."
    ),
    "rule.pieces": "{tensor} in pieces",
    "rule.wrap": "the definition, indices mod N",
    "rule.congruent": "congruent mod N",
    "rule.member": "G; reflect the taps",
    "rule.member.flip": "name the sum G",
    "words.border": "First {bar}, the gradient of the padded tensor; then its fold.",
    "words.remainder.border": "The last {a} places of the padded input are read by no window.",
    "kind.fold": "the fold",
    "kind.border": "with the border",
    "kind.numpy-pad": "np.pad",
    "kind.border-adjoint": "adjoint, whole",
    "kind.border-differences": "differences, whole",
    # the DFT theorem
    "fourier.title": "The DFT theorem for circular cross-correlation",
    "fourier.title.convolution": "The DFT theorem for circular convolution",
    "fourier.parameters": "N = {N}, K = {K}, lo = {lo}, d = {d}; as many outputs as inputs",
    "fourier.omega": "a primitive root of unity of order {order}, a zero of {phi}",
    "fourier.omega.axes": "one root per axis, all powers of ω = e^(-2πi/{order}), which is a zero of {phi}",
    "fourier.root": "the root of axis {axis}",
    "fourier.transform": "the transform F x, unnormalised, 0 ≤ k < N; W, Y, G likewise of w, y and g = dL/dy",
    "fourier.transform.axes": (
        "the transform F x, unnormalised; W, Y, G likewise of w, y and g = dL/dy; k·n is short for one factor per "
        "axis, each with its own root, and lo, d p are per axis"
    ),
    "fourier.y": "{formula}, circular cross-correlation (the kernel is not flipped)",
    "fourier.y.flip": "{formula}, circular convolution (the kernel is flipped); e = d(K-1)",
    "fourier.exact": (
        "w is real. W is taken with tap p at place d p, modulo N. The arithmetic is exact: integers in the powers "
        "of ω, reduced by that polynomial; no floating point."
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
        "The factor is the shift by e - lo; it is 1 for lo = e, the textbook's convolution. Cross-correlation "
        "would conjugate W: that is the flip, seen from the other side."
    ),
    "fourier.periodic": ("The kernel reaches round the input: taps that meet on one entry are added, w is made periodic."),
    "fourier.F": "The matrix of F:",
    "fourier.C": "The matrix of the operator, a circulant: y = C x.",
    "fourier.diagonal": (
        "{product} is diagonal, with the factors of the theorem on its diagonal: that is the theorem as a "
        "statement on matrices."
    ),
    "fourier.gradients": "Gradients",
    "fourier.adjoint": (
        "The adjoint of a multiplication by a number is that by its conjugate. |N| is the number of entries of x."
    ),
    "fourier.linear": "Linear against circular",
    "fourier.z": "the linear (zero-padded, full) operator, 0 ≤ m < N + e",
    "fourier.wraps": (
        "The linear operator has {length} outputs, the circular one {all}: what is beyond its end wraps round. "
        "{mixed} of its {all} outputs are mixed in this way, and are not outputs of the linear operator."
    ),
    "fourier.pad": (
        "To compute the linear operator by the DFT, pad x and w with zeros to at least N + e = {length} (N + K - "
        "1 for d = 1): then nothing wraps. With less, something does."
    ),
    "fourier.none": "With one tap along every axis nothing wraps: the circular operator is the linear one.",
    "fourier.checked": (
        "Each check compares all products of entries at once, so it is a proof at these sizes; for other sizes "
        "run it again."
    ),
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
        "Cross-correlation: y[r, c] is the sum of w[p, q] x[r + p - {r}, c + q - {c}]; the kernel is laid on the "
        "picture as it stands."
    ),
    "filter.mode.convolve": (
        "True convolution: the kernel is turned by 180 degrees and then laid on the picture; y[r, c] is the sum "
        "of w[p, q] x[r + K1 - 1 - p - {r}, c + K2 - 1 - q - {c}] for K1 x K2 taps."
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
    "filter.laplacian": (
        "The sum of the second differences along rows and columns: edges and points, whatever their direction."
    ),
    "filter.sobel-x.correlate": (
        "Positive where the picture grows brighter to the right (the sign of scipy.ndimage.sobel); a convolution "
        "turns the sign."
    ),
    "filter.sobel-x.convolve": (
        "Negative where the picture grows brighter to the right: the convolution turns the sign of scipy.ndimage.sobel."
    ),
    "filter.sobel-y.correlate": (
        "Positive where the picture grows brighter downwards (the sign of scipy.ndimage.sobel); a convolution "
        "turns the sign."
    ),
    "filter.sobel-y.convolve": (
        "Negative where the picture grows brighter downwards: the convolution turns the sign of scipy.ndimage.sobel."
    ),
    "filter.emboss": "A slope along the diagonal added to the picture: light falls in from one corner.",
    "filter.separable": "Separable",
    "filter.not.separable": (
        "No: its rank is {rank}, so it is no outer product u vᵀ; each pixel takes up to {all} multiplications. A "
        "minor that is not 0:"
    ),
    "filter.saving": (
        "Two passes, down the columns and along the rows, take {sum} multiplications a pixel instead of "
        "{product}: {saved} % fewer."
    ),
    "filter.no.saving": (
        "Two passes would take {sum} multiplications a pixel where one takes {product}: nothing is saved at this size."
    ),
    "filter.pixel": "Pixel ({place}), {channel}",
    "filter.level": "Written: {level} ({range}).",
    "filter.beyond": "Beyond the edge: {list}.",
    "filter.beyond.zeros": "{n} places lie beyond the edge and count as 0.",
    "kind.filter-pixels": "pixels",
    "kind.filter-factors": "factors",
    # im2col
    "unfold.title": "im2col of {op}: the operator as a matrix product",
    "unfold.U": (
        "{height} by {width}, the unfolded input: a row per channel and tap, a column per image and output; its "
        "entry is {read}"
    ),
    "unfold.W": "{height} by {width}, the kernel: a row per filter, a column per channel and tap",
    "unfold.G": "{height} by {width}, the upstream gradient g = dL/dy: a row per filter, a column per image and output",
    "unfold.col2im": "adds every entry of a matrix of U's shape to the entry of x that stands there in U",
    "unfold.order": (
        "The last tap and the last output axis run fastest, as in torch.nn.functional.unfold; a dot is a zero of "
        "the padding."
    ),
    "unfold.bias": "The bias b is added to every column.",
    "unfold.flip": "A true convolution: the row of tap p holds what the flipped kernel reads there.",
    "unfold.matrix": (
        "The unfolded input U; to the left the tap that multiplies a row, above the output that a column adds up to:"
    ),
    "unfold.kernel": "The kernel W:",
    "unfold.back": "Wᵀ G, which col2im adds up over equal entries of U:",
    "unfold.products": "The three products",
    "unfold.group": "Group {number}",
    "unfold.group.same": "The same products with this group's own channels and filters.",
    "unfold.cost": "What it costs",
    "unfold.copies": (
        "U has {entries} entries where x has {size}: an entry of x is copied between {least} and {most} times. "
        "That memory is the price of one large matrix product."
    ),
    "unfold.inverse": (
        "col2im is the adjoint of im2col and not its inverse: col2im(im2col(x)) is every entry times its copies."
    ),
    "unfold.exact": "Exact, with symbols for all entries, at these sizes.",
    "kind.im2col-y": "y",
    "kind.im2col-w": "dL/dw",
    "kind.im2col-x": "dL/dx",
    "kind.im2col-adjoint": "adjoint",
    "kind.im2col-numbers": "in numbers",
}
