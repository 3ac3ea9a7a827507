"""How a claim was read: what its names are, what is assumed, which conventions are taken."""

from __future__ import annotations

READINGS = {
    "reading.open": "the text does not say whether the {thing} is {first} or {second}",
    "reading.open.matrix": "the text does not say on which side the matrix stands",
    "reading.by.definition": "by its definition, {convention}",
    "reading.pooled": "{channels} output channels: pooling keeps them",
    "reading.filters": "{channels} output channels: one for each filter",
    "reading.algorithm.sizes": "{data} has {rows}, {kernel} has {columns} entries",
    "reading.filter": "the weights are those of one filter, without bias",
    "reading.channels": "the kernel has the input's channels",
    "reading.dilated.kernel": "{kernel} is the kernel size of every layer",
    "reading.written": "the formula is written out {bound}",
    "reading.dilated.stack": "a stack of {layers} layers of {many}, each with stride {base} and dilation 1",
    "reading.dilated.growing": (
        "a stack of {layers} layers of {many}, layer l = {first}, {second}, .. with dilation {base}^l and stride 1"
    ),
    "reading.dilated.stacks": "{stacks} such stacks, one behind the other, each with the dilations from the first on",
    "reading.function.dense": (
        "{h} = {f}({z}), {z} = {matrix} {x} + {b}, and {loss} any function of {h}; {delta} = d{loss}/d{z}"
    ),
    "reading.function.layers": (
        "two layers: the delta on the left is d{loss}/d{z}, that on the right d{loss}/du above, u = {w} {f}({z}) + b"
    ),
    "reading.function.any": "f is any differentiable function, entry by entry",
    "reading.loss.any": "{loss} is any function of {output}",
    "reading.loss.entrywise": "{output} = {function}({wrt}), entry by entry",
    "reading.loss.squares": "L = {before}sum_i ({wrt}[i] - {target}[i])^2, over all {size} entries",
    "reading.loss.bce": "L = -({target} log {prob} + (1 - {target}) log(1 - {prob})), one entry",
    "reading.loss.class": "the loss of one sample of class {label}: L = -log {prob}[{label}]",
    "reading.loss.target": "{what}, where {target} is a target that sums to 1 over the classes (one-hot, or probabilities)",
    "reading.loss.rows": ", row by row",
    "reading.loss.mean": "the loss is the mean over {size} samples",
    "reading.loss.sample": "the loss of one sample; the mean over a batch divides it by the number of samples",
    "reading.logits": "{left} is {right}, z the logits",
    "reading.leaky.default": "the slope of leaky_relu is 0.01, its default",
    "reading.forward": "forward: {left} = {right}",
    "reading.alpha": "alpha is 1, its default",
    "reading.leaky.number": "the slope of leaky_relu is {slope}, the number in the formula",
    "reading.base.one": "indices are counted from 1",
    "reading.default": "{word} is {value}, its default",
    "reading.name": "{name} is a name for the expression behind it",
    "reading.mode.given": "the padding is {mode}, as given",
    "reading.count": "the numbers shall come to the parameters of {operator}",
    "reading.value": "{name} is a name for the value {value}",
    "reading.instance": "the symbols take the values of the numbers at their places: {values}",
    "reading.worked": "a worked instance, at its own numbers",
    "reading.same": "{label} is read as the output size ceil(N/s) of SAME padding",
    "reading.valid": "{label} is read as no padding",
    "reading.itself": "{name} is defined by the formula itself",
    "reading.depthwise": "a depthwise convolution, then a pointwise one; a bias is that of the second alone",
    "reading.local": "every place of the output has a kernel and a bias of its own",
    "reading.frameworks": "as in the frameworks, 2 x padding is at most the window",
    "reading.multiplications": (
        "mu(F(m, r)) is the least number of multiplications for m outputs of r taps, m + r - 1 along each axis"
    ),
    "reading.size": "{name} is a size, at least 1",
    "reading.pooling.upstream": "g = dL/dy, the upstream gradient; y is the average pooling of {data}",
    "reading.variables": "every entry of x is a variable of its own",
    "reading.base.start.one": "indices start at 1",
    "reading.pooling.counted": "padding counts as zeros, and is counted",
    "reading.pooling.infinite": "an entry outside counts as -infinity",
    "reading.both": "{name} stands on both sides: on the left it is the new size, the output",
    "reading.sizes.told": "the input size is told by the output size: the layer has that many outputs",
    "reading.sizes.kept": "the claim is read as: with this padding the output has the size of the input",
    "reading.quotient": "a/b is the exact quotient where nothing rounds it; --convention division=floor rounds it down",
    "reading.axes": "the product over the axes is compared factor by factor",
    "reading.stacks.layers": "the formula is written out for {layers} layers, each with sizes of its own",
    "reading.stacks.index": "{name} with its index is the {kind} of that layer",
    "reading.stacks.field": "{name} is the receptive field of one unit of the last layer",
    "reading.functions.integrable": "all functions are integrable, real, and on the whole line or space",
    "reading.operator": "{operator} of {data} and {kernel}",
    "reading.outside": "a tensor is 0 outside its extents",
    "reading.vectors.operator": "{operator} of {data} and {kernel}, both of length N",
    "reading.vectors.start": "{name} starts at {base}",
    "reading.real": "the tensors are real",
    "reading.position": (
        "backpropagation differentiates by the entries of {f}, not by the position: dL/d{f}[j] = sum_i dL/dy[i] {g}[i - j]"
    ),
    "reading.position.difference": "{g}' is the difference {g}(n + 1) - {g}(n)",
    "reading.border.circular": "x is read at its index modulo its size; the padding is at most the size",
    "reading.border.reflect": "x[-t] for x before its beginning, without its border; the padding is less than the size",
    "reading.border.symmetric": "x[-1 - t] for x before its beginning, with its border; the padding is at most the size",
    "reading.border.replicate": "the border of x is repeated",
    "reading.assumed": (
        "the forward pass is assumed: a layer without bias, of the stride, dilation and padding that the formula names"
    ),
    "reading.border": "{mode} padding: {words}",
    "reading.local.layer": "a locally connected layer: every place of the output has a kernel and a bias of its own",
    "reading.transform": "the transform of x is X[k] = sum_n e^(-2 pi i k n/N) x[n], its inverse has the factor 1/N",
    "reading.transform.of": "{a} is the transform of {b}",
    "reading.circular": "{target}[n] = sum_k {kernel}[k] {data}[{sign} mod N]",
    "reading.circular.forward": (
        "{target}[i] = sum_p {kernel}[p] {data}[(i + p{shown}) mod N], of real tensors; {kernel} padded with zeros to N"
    ),
    "reading.circular.sign": (
        "{sign} is the circular convolution of length N (a linear one padded with zeros to N >= N_1 + N_2 - 1)"
    ),
    "reading.upstream": "L is a loss; the upstream gradient dL/d(output) is written {name}",
    "reading.conditions": "{names}: all values that meet the condition",
    "reading.sign": "{sign} is the same operation as in the forward pass",
    "reading.star": "\\star is a cross-correlation",
    "reading.activation": "the factor f'(u) belongs to the activation: the rest is the gradient by the input of the layer",
    "reading.map": "{names} names a map: one channel",
    "reading.axis": "the same on the next axis: {condition}",
    "reading.outside.arbitrary": "a tensor is 0 outside its extents, and arbitrary within",
    "reading.impulse": "{name} is the unit impulse",
    "reading.columns": "{names} are columns, of one axis each: u v^T is their outer product",
    "reading.mode.full": "operations on arrays in full mode",
    "reading.base.from": "indices start at {base}",
    "reading.jacobian": "the entry of the Jacobian of {of} by {wrt}, for every pair of indices",
    "reading.recased": "{name} is read as the {other} of the forward formula",
    "reading.product": "the forward pass is a matrix product; {factors}, and every entry is free",
    "reading.unfolded": (
        "{function} along one axis, with stride 1 and one channel; {kernel} is a matrix, one kernel for each of M filters"
    ),
    "reading.algorithm.correlation": "the algorithm shall compute the valid cross-correlation of the data with the kernel",
    "reading.algorithm": "the algorithm shall compute the valid {operation}",
    "reading.entrywise.vectors": "vectors side by side are multiplied entry by entry",
    "reading.entrywise": "{sign}: entry by entry, between arrays of one shape",
    "reading.asis": "the forward pass is taken as it is written, with indices from 0",
}
