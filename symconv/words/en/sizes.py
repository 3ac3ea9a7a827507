"""The prose of pages about chains of layers: sizes and receptive fields."""

from __future__ import annotations

SIZES = {
    # sizes
    "sizes.names": "Long sizes have names, with the number of their layer as the index:",
    "sizes.title": "Sizes: {n} on an input of {shape}",
    "sizes.layers": "{n} layers",
    "sizes.layer": "one layer",
    "sizes.shapes": "A shape is channels × places, for one sample{batch}.",
    "sizes.batch": "; all counts are for a batch of {n}",
    "sizes.costs": (
        "A multiply-add is one product with its addition. Every tap counts, those on padding too; pooling, activations and "
        "losses have none. A bias is added once to every output entry."
    ),
    "sizes.edges": "At every edge",
    "sizes.column.layer": "layer",
    "sizes.column.shape": "shape",
    "sizes.column.parameters": "parameters",
    "sizes.column.products": "multiply-adds",
    "sizes.column.entries": "entries",
    "sizes.column.bytes": "bytes",
    "sizes.input": "input",
    "sizes.total": "total",
    "sizes.scalar": "scalar",
    "sizes.windows": "Window by window",
    "sizes.formula": (
        "O is the number of windows along an axis, a = (N + lo + hi - d(K-1) - 1) mod s the remainder: places at the end of the "
        "padded input that no window reaches."
    ),
    "sizes.formula.ceil": (
        "Rounded up (ceil_mode), the quotient is rounded up instead, and O is 1 less if the last window would begin at or beyond "
        "N + lo."
    ),
    "sizes.formula.transposed": (
        "A transposed layer scatters: O is s(N-1) + d(K-1) + 1 - lo - hi + output_padding, and there is no remainder."
    ),
    "sizes.column.axis": "axis",
    "sizes.unread": "Never read",
    "sizes.unread.layer": "Layer {k}, {name}: no window reads {places} of its input; the gradient there is 0.",
    "sizes.unread.input": "No output depends on {places} of the input of the chain.",
    "sizes.unread.none": (
        "Every place of every layer's input is read by some window, and every place of the input reaches an output."
    ),
    "sizes.unread.long": "Not listed: there are more than {n} places along an axis.",
    "sizes.unread.names": "Not listed: sizes are names.",
    "sizes.places": "{name} {list}",
    "axis.place": "place",
    "axis.places": "places",
    "axis.row": "row",
    "axis.rows": "rows",
    "axis.column": "column",
    "axis.columns": "columns",
    "axis.plane": "plane",
    "axis.planes": "planes",
    "sizes.places.more": "... ({count} in all)",
    "check.sizes.differ": "{layer}: the operator makes {made} with {weights} weights",
    "check.sizes.operators": "y, w and b have these shapes for {compared} of the layers, built as operators",
    "sizes.run": "{first} to {last}",
    "sizes.totals": "In all",
    "sizes.sum.parameters": "parameters",
    "sizes.sum.parameters.value": "{all}: {weights} weights and {biases} biases, {bytes} bytes",
    "sizes.sum.products": "multiply-adds",
    "sizes.sum.products.value": "{n}, and {sums} additions of a bias",
    "sizes.sum.idle": "on padding",
    "sizes.sum.idle.value": "{n} of the multiply-adds meet nothing but padding",
    "sizes.sum.memory": "activations",
    "sizes.sum.memory.value": "{entries} entries, the input with every layer's output: {bytes} bytes at {width} bytes each",
    "sizes.sum.peak": "two at a time",
    "sizes.sum.peak.value": "{entries} entries at most, a layer's input with its output: {bytes} bytes",
    "kind.windows": "windows",
    "kind.operators": "operators",
    "kind.numbers": "numbers",
    "kind.sets": "index sets",
    "kind.theorem": "for all sizes",
    "check.wrong": "{status}: {how}",
    # receptive fields
    "field.borders.copies": "What a layer puts into its padding as a copy counts as the place that it is a copy of.",
    "field.border.circular": (
        "Where a layer pads by wrapping around (circular), places beyond an end of what it reads are those at its other "
        "end: a unit near the border sees both ends of the input. Given the input's size, the places are listed."
    ),
    "field.border.reflect": (
        "Where a layer pads by reflection (reflect), places beyond an end of what it reads are those before it, folded "
        "back at the last entry: a unit near the border sees fewer places. Given the input's size, they are listed."
    ),
    "field.border.symmetric": (
        "Where a layer pads by reflection (symmetric), places beyond an end of what it reads are those before it, folded "
        "back behind the last entry: a unit near the border sees fewer places. Given the input's size, they are listed."
    ),
    "field.border.replicate": (
        "Where a layer pads with copies of its first and last entries (replicate), places beyond an end are that "
        "entry: a unit near the border sees fewer places. Given the input's size, they are listed."
    ),
    "field.title": "Receptive field of {n}",
    "field.says": (
        "A unit depends on a box of places of the input: the axes do not mix. Along an axis, unit {u} of a layer sees {R} "
        "places, {first} to {last}; {J} is the jump, the product of the strides. Places before 0, or beyond the input, are "
        "padding."
    ),
    "field.step": "behind a layer with kernel {K}, stride {s}, dilation {d} and padding {lo} before the input",
    "field.every": "Layer by layer",
    "field.column.size": "sees R",
    "field.column.jump": "jump J",
    "field.column.start": "start",
    "field.column.centre": "centre",
    "field.column.holes": "holes",
    "field.everything": "all",
    "field.holes": (
        "Holes are places between the first and the last that are not read, from dilation or a stride larger than a window."
    ),
    "field.flat": "A linear layer, a softmax of units in a row, or a loss depends on everything that any unit before it sees.",
    "field.renumbered": "flatten only puts the units in a row: each sees what it saw before.",
    "field.theorem": "the step from layer to layer is a theorem of the catalogue: symconv prove receptive-field",
    "field.words": "In words",
    "field.last": "A unit behind {layer} sees {size} {noun} of the input; neighbours are {jump} apart.",
    "field.last.holes": "Of these it reads {count}.",
    "field.pyramid": "What unit {unit} behind the last window depends on{along}",
    "field.along": ", along the {axis} axis",
    "field.wide": "The field is too wide for a drawing unit by unit; each bar is as long as the field behind its layer{along}",
    "field.borders": "At the borders of an input of {n}{along}",
    "field.borders.says": "What lies in the padding of a layer is no place: there the fields are cut off.",
    "field.unit": "unit {u} of {n}",
    "field.unit.sees": "depends on {places}",
    "field.nothing": "nothing but padding",
    # matrices
    "matrix.title": "{op} as a matrix: {y} = {T} {x}",
    "matrix.flat": (
        "{y} and {x} are read row by row: {T} has {rows} rows, one an entry of {y}, and {columns} columns. {cell}"
    ),
    "matrix.cell": (
        "Along an axis, the cell in row i and column j holds the kernel at the tap {tap}, where that is one, and 0 "
        "elsewhere{each}."
    ),
    "matrix.cell.flip": (
        "Along an axis, the cell in row i and column j holds the kernel at the tap {tap} counted from its end, where that "
        "is one, and 0 elsewhere{each}."
    ),
    "matrix.cell.own": (
        "Along an axis, the cell in row i and column j holds the weight of window i at the tap {tap}, where that is one, "
        "and 0 elsewhere{each}."
    ),
    "matrix.cell.x": (
        "Along an axis, the cell in row i and column j holds the sum of the kernel at all taps p with φ({place}) = j, and 0 "
        "where there is none{each}; φ tells which of the N entries along the axis a place of the padded input is a copy of."
    ),
    "matrix.cell.x.flip": (
        "Along an axis, the cell in row i and column j holds the sum of the kernel at all taps p, counted from its end, "
        "with φ({place}) = j, and 0 where there is none{each}; φ tells which of the N entries along the axis a place of the "
        "padded input is a copy of."
    ),
    "matrix.cell.y": "Rows of the padded result are added to the row of the entry that φ names.",
    "matrix.cell.y.flip": "Rows of the padded result are added to the row of the entry that φ names.",
    "matrix.cell.w": "An entry of the padded kernel stands as the entry that φ names.",
    "matrix.cell.w.flip": "An entry of the padded kernel stands as the entry that φ names.",
    "matrix.each": " ({names}: {values})",
    "matrix.bias": "The bias is added to {y} behind it.",
    "matrix.named": "Pattern",
    "matrix.toeplitz": (
        "{what} is a banded Toeplitz matrix: entries depend on j - i alone, and stand on {n} diagonals{apart}."
    ),
    "matrix.block2": (
        "{what} is doubly block Toeplitz: Toeplitz blocks ({inner} diagonals{inner_apart}), and the same block all along a "
        "diagonal of blocks ({outer} of them{outer_apart})."
    ),
    "matrix.block3": (
        "{what} is block Toeplitz on three levels, with doubly block Toeplitz blocks: {counts} diagonals from the outside "
        "in."
    ),
    "matrix.one": "{what} is {kind}.",
    "matrix.nested": "{what} is made of blocks within blocks, one level for every axis. From the outside in: {kinds}.",
    "matrix.rows": (
        "every {s}{th} row of a Toeplitz matrix, since the stride is {s}: each row is the one above, moved by {s}"
    ),
    "matrix.columns": "every {r}{th} column of a Toeplitz matrix, with {r} as the step between inputs",
    "matrix.both": "every {s}{th} row and {r}{th} column of a Toeplitz matrix",
    "matrix.plain": "a Toeplitz matrix with {n} diagonals{apart}",
    "matrix.free": "no Toeplitz matrix",
    "matrix.circulant": "a circulant matrix, {modulus} x {modulus}",
    "matrix.circulant1": (
        "{what} is circulant: entries depend on (j - i) mod {n} alone, and each row is the one above, moved by 1 and "
        "wrapped round. So is its transpose, with the flipped kernel."
    ),
    "matrix.circulant2": (
        "{what} is doubly block circulant: circulant blocks (entries depend on (j - i) mod {n} alone), and the blocks "
        "themselves go round, modulo {outer}."
    ),
    "matrix.circulant3": (
        "{what} is block circulant on three levels, with doubly block circulant blocks: modulo {sizes} from the outside in."
    ),
    "matrix.ring.strided": (
        "every {s}{th} row of a circulant {n} x {n} matrix, since the stride is {s}: each row is the one above, moved by "
        "{s} and wrapped round"
    ),
    "matrix.ring.less": (
        "the first {rows} rows of a circulant {n} x {n} matrix: each is the one above, moved by 1 and wrapped round"
    ),
    "matrix.ring.more": (
        "{rows} rows of a circulant {n} x {n} matrix, which begin again after {n}: each is the one above, moved by 1 and "
        "wrapped round"
    ),
    "matrix.fold": "{head} plus a fold at the borders ({which}): {law}",
    "matrix.fold.toeplitz": "a Toeplitz matrix",
    "matrix.fold.rows": "every {s}{th} row of a Toeplitz matrix",
    "matrix.fold.law.hankel": (
        "what a window reads in the padding is added to the entry that is copied there, and that depends on {place} alone "
        "({hankel})"
    ),
    "matrix.fold.law.hankel-inside.both": (
        "what a window reads in the padding is added to the entry that is copied there, and that depends on {place} alone "
        "({hankel}), but for the column of the end itself, which is not repeated: the first for the left padding, the last "
        "for the right"
    ),
    "matrix.fold.law.hankel-inside.first": (
        "what a window reads in the padding is added to the entry that is copied there, and that depends on {place} alone "
        "({hankel}), but for the first column: the end itself is not repeated"
    ),
    "matrix.fold.law.hankel-inside.last": (
        "what a window reads in the padding is added to the entry that is copied there, and that depends on {place} alone "
        "({hankel}), but for the last column: the end itself is not repeated"
    ),
    "matrix.fold.law.ends.both": (
        "what a window reads in the padding is added to the first column on the left, to the last on the right"
    ),
    "matrix.fold.law.ends.first": "what a window reads in the padding is added to the first column",
    "matrix.fold.law.ends.last": "what a window reads in the padding is added to the last column",
    "matrix.fold.law.free": (
        "what a window reads in the padding is added to the entries that are copied there, reflected more than once"
    ),
    "matrix.fold.all": "none of its {rows} rows is that of zero padding",
    "matrix.fold.first": "of its {rows} rows all but the first{first} are those of zero padding",
    "matrix.fold.last": "of its {rows} rows all but the last{last} are those of zero padding",
    "matrix.fold.both": "of its {rows} rows all but the first{first} and the last{last} are those of zero padding",
    "matrix.own": (
        "{T} is banded, with no constant diagonals: its zeros are those of the matrix of {conv} with the same windows, but "
        "every output has a kernel of its own, and no weight stands twice{image}. So it is not Toeplitz."
    ),
    "matrix.own.image": " for one image",
    "matrix.own.idle": "Of the entries of {w} {own} stand in {T}: the others meet nothing but padding.",
    "matrix.fold.hankel": "a Hankel matrix",
    "matrix.fold.hankel.rows": "every {s}{th} row of a Hankel matrix",
    "matrix.own.counts": (
        "{w} has {weights} entries and {b} {biases}; the kernel and the bias of the convolution have {kernel} and "
        "{filters}."
    ),
    "matrix.own.weights": "{w} has {weights} entries; the kernel of the convolution has {kernel}.",
    "matrix.T": "{T}",
    "matrix.every": "Every block",
    "matrix.apart": ", {d} apart",
    "matrix.blocks": "{T} has {filters} x {channels} blocks, one for every filter and channel.",
    "matrix.groups": "Only the blocks of the {groups} groups on the diagonal are not 0.",
    "matrix.batch": "Every image has the same blocks, on the diagonal: {n} times.",
    "matrix.diagonal": "It is diagonal.",
    "matrix.lower": "It is lower triangular.",
    "matrix.upper": "It is upper triangular.",
    "matrix.product": (
        "Every block is a multiple of the identity: the layer is one matrix product over the channels, {filters} x "
        "{channels}, the same at every place."
    ),
    "matrix.picture": "{T}, with · for 0",
    "matrix.picture.transposed": "The transpose, with · for 0; it is also the matrix of the closed form",
    "matrix.picture.derived": "The transpose, with · for 0",
    "matrix.wide": "With {rows} x {columns} cells the matrix is too wide to be printed; --to json lists its cells.",
    "matrix.transpose": "The gradient is the transpose",
    "matrix.transpose.says": (
        "{gradient} = {T}ᵀ {g}, and that is the closed form {call}: stride {stride}, dilation {dilation}, padding "
        "{padding}. Both sides, entry by entry:"
    ),
    "matrix.transpose.folded": (
        "{gradient} = {T}ᵀ {g}. The closed form comes to the same in two steps: {bar}, the gradient of the padded input, is "
        "{call}: stride {stride}, dilation {dilation}, padding {padding}; then every entry of {bar} is added to the entry "
        "that it is a copy of, which φ names. Both, entry by entry:"
    ),
    "matrix.transpose.own": (
        "{gradient} = {T}ᵀ {g}. No kernel is flipped, since there is not one kernel: each entry of {g} goes back with the "
        "weights of its own window. Entry by entry:"
    ),
    "matrix.call": "correlate({data}, {kernel})",
    "matrix.shared": "Whose weights are whose",
    "matrix.shared.says": (
        "Equal numbers are the same weight. A dense layer joins every output to every input with a weight of its own; a "
        "locally connected layer keeps the windows but shares nothing; a convolution shares one kernel among all places."
    ),
    "matrix.column.layer": "layer",
    "matrix.column.joined": "connections",
    "matrix.column.weights": "weights",
    "matrix.column.biases": "biases",
    "matrix.compare.dense": "dense",
    "matrix.compare.local": "locally connected",
    "matrix.compare.conv": "convolutional",
    "matrix.compare.picture": "{name} ({n} weights)",
    "kind.forward": "T x",
    "kind.transpose": "transpose",
    "kind.pattern": "pattern",
    "kind.counts": "counts",
    "matrix.legend.own": "# = a weight of its own, by its window and its tap",
    "matrix.legend.others": ", # = {n} others",
}
