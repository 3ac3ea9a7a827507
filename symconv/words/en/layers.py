"""The prose of the pages on pooling, unshared kernels, activations, losses and networks, by key."""

from __future__ import annotations

LAYERS = {
    "title.net": "Backpropagation, layer by layer: {gradients}",
    "net.all": "the gradients of the input and of every parameter",
    "net.one": "{left}",
    "net.layers": "{count} layers",
    "heading.shapes": "Shapes",
    "heading.functions": "Activations",
    "net.input": "input",
    "net.layer": "{name}{parameters}: {behind}",
    "net.scalar": "a number",
    "net.shape": "({sizes})",
    "net.kernel": ", kernel {value}",
    "net.with": ", {list}",
    "net.parameter": "{name} {shape}",
    "net.whole": "Entry by entry, {i} stands for a whole index. {B} images.",
    "net.whole.bare": "{B} images.",
    "net.upstream": "{label}, from {upstream} {shape} back",
    "net.upstream.loss": "{label}, where the gradient begins",
    "rule.net.x": "to its input {shape}",
    "rule.net.w": "{name}, {shape}",
    "role.L": "the loss",
    "role.size": "the size behind {label}",
    "net.words": (
        "Each layer takes the upstream gradient of what it made, and hands on the upstream gradient of what it was given; its "
        "parameters' gradients fall out on the way. Nothing but the layer's own derivation is used at any edge."
    ),
    "net.kink": "At its kink {name} has the slope {taken}, by convention.",
    "net.kink.at": "At its kink {at} {name} has the slope {taken}, by convention.",
    "net.tie": "At a tie max pooling goes by its convention, {ties}.",
    "kind.formulas": "forwards",
    "function.pointwise": "an activation, entry by entry",
    "function.softmax": "softmax over the channels, each image by itself",
    "function.flatten": "all axes behind the first in one, row by row",
    "function.sum": "a loss, the sum of all entries",
    "function.mse": "a loss, the squared error",
    "function.cross_entropy": "a loss on logits, the softmax fused in",
    "parameters.reduction": "reduction {value}",
    "parameters.none": "no parameters",
    "parameters.slope": "slope {value}",
    "parameters.alpha": "alpha {value}",
    "parameters.constant": "{name} = {value}",
    "role.x.function": "input, of any shape; {i} stands for a whole index, {N} entries in all",
    "role.x.rows": "input, {n} the image, {c} the channel",
    "role.x.logits": "logits, {n} the image, {c} the class",
    "role.x.block": "input, {n} the image, {c} the channel",
    "role.g.function": "upstream gradient {dy} of a scalar loss {L}",
    "role.t": "target, of the input's shape",
    "role.r": "the residual",
    "role.T": "1 where {c} is the class of image {n}, else 0; one class per image",
    "role.p": "the probabilities, softmax of the logits",
    "role.Z": "the normaliser",
    "case.when": "where {when}",
    "case.otherwise": "otherwise",
    "case.only": "",
    "heading.derivative": "Derivative",
    "derivative.derived": "derived by SymPy",
    "derivative.form": "by the function's own value f",
    "derivative.same": "the same, in another form",
    "kink.none": (
        "At {x} = {at} the function has a kink and no derivative: the slope is {left} on the left and {right} on the right."
    ),
    "kink.convention": (
        "Every number between is a subgradient; by convention the gradient takes {taken} there, as PyTorch and TensorFlow do."
    ),
    "kink.named": (
        "For {left} ≤ 1 every number between is a subgradient; by convention the gradient takes {taken} there, as PyTorch and "
        "TensorFlow do."
    ),
    "kink.concave": (
        "No number between is a subgradient, for the function is concave there; by convention the gradient takes {taken}, as "
        "PyTorch does."
    ),
    "story.fused": "Softmax and logarithm together",
    "story.apart.p": "Apart: first by the probabilities",
    "story.apart.x": "Apart: then through the softmax",
    "rule.chain.row": "chain rule; images are apart",
    "rule.pointwise": "each entry by itself",
    "rule.quotient": "quotient rule",
    "rule.power": "power rule",
    "rule.residual": "the residual",
    "rule.logarithm": "logarithm",
    "rule.softmax": "that is softmax",
    "rule.through": "softmax's gradient",
    "rule.cancel": "the probabilities cancel",
    "rule.one": "one class per image",
    "rule.move": "each entry has one place",
    "words.pointwise": "The upstream gradient, entry by entry times the slope at the input.",
    "words.softmax": (
        "Each entry: its probability times the upstream gradient there, less that gradient's mean under the probabilities. The "
        "gradient of a row sums to 0, for adding a constant to a row changes nothing."
    ),
    "span.images": "{range} images",
    "span.classes": "{range} classes",
    "span.channels": "{range} channels",
    "span.rows": "{range} rows",
    "span.columns": "{range} columns",
    "words.flatten": "The upstream gradient, put back in the input's shape; no number changes.",
    "words.sum": "Every entry adds to the loss as it is: its gradient is 1. An upstream gradient of the loss multiplies it.",
    "words.mse": "Twice the residual, over the number of entries if the mean is taken.",
    "words.mse.sum": "Twice the residual.",
    "words.cross_entropy": (
        "Probability less target, over the number of images if the mean is taken. Fused and apart are equal; the fused form "
        "divides by no probability, which may be 0 in floating point."
    ),
    "kind.kink": "kink",
    "kind.rows": "rows",
    "kind.linear": "a fully connected layer, every input to every output",
    "parameters.linear": "{in} inputs, {out} outputs",
    "role.x.linear": "input, a row for every image",
    "role.w.linear": "weights, a row for every output",
    "role.b.linear": "bias",
    "role.g.linear": "upstream gradient {dy} of a scalar loss {L}",
    "label.o.linear": "{range} outputs",
    "label.c.linear": "{range} inputs",
    "words.images.alone": "all images",
    "role.x.linear.derived": "data",
    "role.w.linear.derived": "the other operand",
    "role.g.linear.derived": "the direction",
    "words.linear.derived": "A product of matrices again.",
    "kind.matrix": "matrices",
    "closed.linear": "{left} = {product}, a product of matrices",
    "words.linear.x": "Every output sends its gradient back through its row of weights: the outputs o are summed.",
    "words.linear.w": (
        "A weight is used once per image: its gradient is the upstream gradient of its output times its input, summed over the "
        "images. No weight is shared between places, as a convolution's is."
    ),
    "words.linear.b": "The bias is added once per image: its gradient is the upstream gradient, summed over the images.",
    "node.max_pool": "max pooling, the largest entry of every window",
    "node.avg_pool": "average pooling, the mean of every window",
    "node.local": "a locally connected layer, a cross-correlation with a kernel of its own for every place",
    "parameters.kernel": "kernel {value}",
    "parameters.ties": "ties: {ties}",
    "parameters.ceil_mode": "ceil_mode",
    "parameters.exclude": "padding is not counted",
    "role.x.max": "input, {range}; padding is minus infinity: it is never the largest",
    "role.x.bare": "input, {range}",
    "role.x.avg": "input, 0 outside {range}",
    "role.w.local": "kernels, one for every place {places}, {range}",
    "role.b.local": "bias, one for every place",
    "role.y.node": "the output",
    "role.m.met": "how many taps of window {i} meet the input",
    "role.m.padded": "how many taps of window {i} lie in the padded input",
    "role.O.ceil": "the output size, rounded up",
    "node.ceil": "The last window begins before the right padding.",
    "role.S": "the selection, held fixed",
    "node.max.over": "The maximum is over the taps whose place lies in the input.",
    "node.count": "The divisor is the same in every window: all {taps} taps, padding included.",
    "node.count.plain": "The divisor is the same in every window: all {taps} taps, for there is no padding.",
    "node.domain": ", every window meeting the input",
    "rule.select": "{y} is its largest entry",
    "note.select.first": "{S} = 1 at the first largest entry of window {i}, else 0",
    "note.select.split": "{S} = 1/t at each of the t largest entries of window {i}, else 0",
    "note.select.all": "{S} = 1 at each largest entry of window {i}, else 0",
    "words.max_pool": (
        "The upstream gradient of a window goes to the entry that was its largest. Windows that share an entry add up what "
        "they send it; an entry that is the largest of no window gets 0."
    ),
    "words.max_pool.apart": "Here no two windows overlap: an entry is in one window at most, so at most one term survives.",
    "words.avg_pool": "The upstream gradient of a window is shared out evenly among its {taps} taps.",
    "words.avg_pool.padding": "What falls on the padding is lost.",
    "words.avg_pool.met": "The upstream gradient of a window is shared out evenly among the taps that are counted in it.",
    "words.local.x": (
        "Like the gradient of a convolution layer, tap by tap; but the weight that brings {g} back is the one of the place it "
        "comes from, so the sum is no convolution: no single kernel could be flipped."
    ),
    "words.local.w": (
        "Every weight meets one place of the output, so nothing is summed over places: that sum is what sharing a kernel adds. "
        "Summing these gradients over the places gives the gradient of the shared kernel."
    ),
    "words.local.b": "Every bias meets one place of the output.",
    "words.node.channels": "Each image and each channel by itself: n and c are carried along.",
    "heading.ties": "Ties",
    "ties.none": (
        "Where two taps share the largest entry, {y} has a kink and no derivative; the gradient there is a convention."
    ),
    "ties.members": (
        "In a window the subgradients of the maximum are the weights that are nonnegative, sum to 1, and vanish off the largest "
        "entries. So first (all to the first, row by row) and split (equal shares) are subgradients at every tie."
    ),
    "ties.all": (
        "all (the whole to each) is a subgradient at no tie: adding t to every entry raises the maximum by t, so the entries of "
        "a subgradient sum to 1, and those of all sum to the number of ties."
    ),
    "ties.here": "This page takes {ties}.",
    "heading.depthwise": "As a convolution",
    "depthwise.is": (
        "Average pooling is the depthwise convolution layer of the same windows with the constant kernel {kernel}; so its "
        "gradient is that layer's:"
    ),
    "depthwise.call": "{left} = correlate({data}, {w}), {w} = {kernel} at every tap",
    "depthwise.stride": (
        "A convolution layer with the same kernel size, stride and padding has the same windows and the same output size; it can "
        "take the pooling layer's place, and learns the weights that pooling fixes."
    ),
    "depthwise.not": (
        "This is no convolution with a constant kernel: windows at the border divide by fewer taps. It is one in the interior, "
        "and everywhere if the padding is counted and no window overhangs."
    ),
    "heading.shift": "Small shifts",
    "shift.stays.max_pool": (
        "Under a shift of the input by one place {y} stays as it is where neither the entry that leaves the window nor the one "
        "that enters is larger than the largest that stays. Along one axis (kernel {K}, stride {s}): {x} and the same one place "
        "further on both give {out}."
    ),
    "shift.stays.avg_pool": (
        "Under a shift of the input by one place {y} stays as it is where the entry that enters the window equals the one that "
        "leaves it. Along one axis (kernel {K}, stride {s}): {x} and the same one place further on both give {out}."
    ),
    "shift.stays.bare.max_pool": (
        "Under a shift of the input by one place {y} stays as it is where neither the entry that leaves the window nor the one "
        "that enters is larger than the largest that stays."
    ),
    "shift.stays.bare.avg_pool": (
        "Under a shift of the input by one place {y} stays as it is where the entry that enters the window equals the one that "
        "leaves it."
    ),
    "shift.fails": (
        "It is not invariant: the smallest counterexample in which no entry is lost is {x}, which gives {y}; shifted, {moved} "
        "gives {after}."
    ),
    "shift.whole": "A shift by the stride moves the output by one place (away from the border).",
    "proof.node": "Every line equals the one before it: {domain}.",
    "proof.selected": (
        "From the second line on every line equals the one before it, whatever {S} is: {domain}. That the second line is the "
        "derivative where no window has a tie was checked, not proved."
    ),
    "kind.numpy": "NumPy",
    "kind.subgradient": "ties",
    "kind.shift": "shifts",
    "kind.depthwise": "convolution",
    "kind.formula": "formula",
    "kind.entries": "entries",
    "kind.shared": "shared kernel",
    "explicit.node": (
        "{gradient} is the gradient of {sum} with {g} held fixed, entry by entry{selection}; each is what the last line gives."
    ),
    "explicit.selection": ", {S} the selection of window and tap",
}
