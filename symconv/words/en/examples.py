"""The prose of worked examples and traces, by key."""

from __future__ import annotations

EXAMPLES = {
    "worked.title": "Worked example: {op}, {kind}",
    "worked.conventions": (
        "Indices start at 0; {x} is 0 outside its extents. In an index, leading axes of size 1 are left out."
    ),
    "worked.shapes": "Shapes: {list}.",
    "worked.shape": "{name} is {shape}",
    "worked.sizes": "Per axis: {sizes}.",
    "worked.drawn": "Drawn with seed {seed}: {names}. All other numbers were given.",
    "worked.drawn.all": "All numbers were drawn with seed {seed}.",
    "worked.given": "All numbers were given.",
    "worked.no_bias": "No bias was given, so none is added; its gradient does not depend on it.",
    "worked.rounded": "A decimal that ends in … goes on; everything was computed and compared with exact fractions.",
    "heading.numbers": "Numbers",
    "heading.forward": "Forward",
    "heading.backward": "Backward",
    "heading.gradient": "The gradient {gradient}",
    "numbers.x": "The input {name}",
    "numbers.w": "The kernel {name}",
    "numbers.b": "The bias {name}",
    "numbers.g": "The upstream gradient {name} = {dy}",
    "numbers.y": "The output {name}",
    "numbers.y.rounded": "The output {name}, rounded to {digits} digits",
    "numbers.result": "Together",
    "numbers.result.rounded": "Together, rounded to {digits} digits",
    "numbers.view.padded": "{name} with its padding (· is a zero that was put in)",
    "numbers.view.dilated": "{name} with {zeros} between entries (· is a zero that was put in)",
    "numbers.view.both": "{name} with {zeros} between entries and its padding (· is a zero that was put in)",
    "numbers.view.cropped": "{name}, cropped",
    "numbers.view.plain": "{name}",
    "numbers.view.flipped": "{name}, flipped along every spatial axis",
    "numbers.view.flipped.dilated": (
        "{name}, flipped along every spatial axis, with {zeros} between entries (· is a zero that was put in)"
    ),
    "numbers.view.border": "{bar}: {name} with its padding ({mode}); beyond the lines stand copies",
    "numbers.view.border.planes": (
        "{bar}: {name} with its padding ({mode}); beyond the lines stand copies, and a plane beyond the ends is a copy as a whole"
    ),
    "numbers.view.border.all": "{bar}: {name} with its padding ({mode}); along some axis only copies are left of it",
    "numbers.view.border.none": "{bar}: {name}, cropped",
    "numbers.view.border.less": "{bar} without the places that no window reads; beyond the lines stand copies",
    "border.reads": "the entries of {name} that stand at {places}",
    "border.conventions": (
        "Indices start at 0; those of {bar} count from its first place. In an index, leading axes of size 1 are left out."
    ),
    "role.padded.inside": "the padded {name}, {range}",
    "forward.windows.border": (
        "Each entry of {y} is the sum of the products of the kernel with the window of {bar} that it lies on, written with the "
        "entries of {x} that stand there."
    ),
    "forward.windows.border.flip": (
        "Each entry of {y} is the sum of the products of the flipped kernel with the window of {bar} that it lies on, written "
        "with the entries of {x} that stand there."
    ),
    "gradient.scatter.border": (
        "First way: accumulate. Every product hands back to the entry that it read, also where it read a copy of it. The "
        "contributions in the order of the outputs that hand them back:"
    ),
    "fold.numbers": "The padding taken back: what arrives at a copy is added to the entry that was copied.",
    "fold.numbers.axes": (
        "Along one axis after the other; r is what is folded along an axis, f the fold, and the indices of the other axes stand "
        "still:"
    ),
    "fold.numbers.entries": "Entry by entry, the sum over all places of {bar} that hold it:",
    "unreached.border": "No gradient for {name} at {places}: no window reads it, nor a copy of it.",
    "trace.places": "In {bar} the entry stands at {list}{copies}.",
    "trace.places.copies": ", of which {list} lie beyond the ends: copies",
    "trace.places.copy": ", of which {list} lies beyond the ends: a copy",
    "trace.places.none": "No place of {bar} holds the entry: the negative padding crops it. Nothing reaches it.",
    "trace.through": "What reaches each of its places",
    "trace.drawn.through": "What each tap of {w} meets at {place} (· nothing)",
    "trace.copies": "Read from copies",
    "trace.copy": "{name} read at {place}, a copy",
    "trace.at": "at {place}",
    "zeros.one": "1 zero",
    "zeros.many": "{count} zeros",
    "zeros.axes": "{list} zeros",
    "forward.windows": "Each entry of {y} is the sum of the products of the kernel with the window that it lies on.",
    "forward.windows.flip": (
        "Each entry of {y} is the sum of the products of the flipped kernel with the window that it lies on."
    ),
    "forward.linear": "Each entry of {y} is the sum of the products of a row of {w} with the entries of an image of {x}.",
    "gradient.closed.sum.linear": "Second way: the closed form, a sum column by column (over the images).",
    "gradient.products.linear": "Entry by entry, a row times a column:",
    "forward.scatter": (
        "Each entry of {x} sends itself times the whole kernel to {y}, {s} apart; what lands on the same place is added. "
        "Entry by entry, these are the products that land there."
    ),
    "forward.scatter.view": "The same as a correlation: the flipped kernel over {x} with zeros put in.",
    "backward.loss": (
        "{L} is any scalar loss, and {g} its derivative by {y}. Every product of an entry of {w} and one of {x} in {y} hands "
        "the upstream gradient of that entry of {y} back twice: times the one to {x}, and times the other to {w}."
    ),
    "gradient.scatter": "First way: accumulate. The contributions in the order of the outputs that hand them back:",
    "gradient.closed": "Second way: the closed form.",
    "gradient.closed.sum": "Second way: the closed form, a sum row by row.",
    "gradient.reads": "It reads these arrays:",
    "gradient.products": "The windows, entry by entry (data times kernel, the zeros that were put in included):",
    "gradient.agree": "Both ways agree in all {count} entries.",
    "gradient.agree.one": "Both ways agree.",
    "unreached.remainder": (
        "No gradient for {name} at {places}: the last {formula} = {count} places, behind the last window (remainder a = {a}, "
        "right padding hi = {hi})."
    ),
    "unreached.gap": "No gradient for {name} at {places}: a gap that no tap reaches.",
    "unreached.cropped": "No gradient for {name} at {places}: the negative padding crops it.",
    "unreached.outside": "No gradient for {name} at {places}: all that it sends lands outside of {y}.",
    "unreached.none": "Every entry of {name} gets a gradient.",
    "unreached.none.remainder": (
        "Every entry of {name} gets a gradient: the remainder {rests} is no larger than the right padding, so only padding is "
        "left over."
    ),
    "kind.agree": "both ways",
    "kind.evaluate": "sc.evaluate",
    "trace.title": "Trace: {entry} of {op}, {kind}",
    "trace.formula": "The sum that the entry is",
    "trace.where": "where {guards}",
    "trace.drawn": "What each tap of {w} meets (· nothing)",
    "trace.drawn.over": "What each entry of {over} meets (· nothing)",
    "trace.sum": "Products: {count} of {all} candidates",
    "trace.absent": "Absent, with the condition that kills it",
    "trace.none": "No candidate is absent.",
    "trace.divides": "{divisor} does not divide {top}, so {index} = {top}/{divisor} is no index",
    "trace.range": "{index} = {value} is not in {range}",
    "trace.padding": "{index} = {value} lies in the padding (not in {range}), so the factor is 0",
    "trace.numbers": "The numbers",
    # pooling
    "pooled.conventions": "Indices start at 0. In an index, leading axes of size 1 are left out.",
    "pooled.forward.max_pool": "Each entry of {y} is the largest entry of {x} that its window reads.",
    "pooled.forward.avg_pool": (
        "Each entry of {y} is the mean of its window: the sum of the entries of {x} that it reads, over the count."
    ),
    "pooled.marks.first": "It is marked *; an entry behind it that is as large is marked °.",
    "pooled.marks.split": "It is marked *; where several are as large, each of them is.",
    "pooled.marks.all": "It is marked *; where several are as large, each of them is.",
    "pooled.ties.none": "No window has a tie: every maximum is attained once, and the gradient is the derivative.",
    "pooled.ties.one": "Tie: {windows}, the one window. There {y} has no derivative, and the gradient is a convention.",
    "pooled.ties": ("Ties: {windows} (of {all} windows). There {y} has no derivative, and the gradient is a convention."),
    "pooled.ties.first": "First: the whole upstream gradient goes to the first largest entry, row by row.",
    "pooled.ties.split": "Split: the upstream gradient is shared evenly among the largest entries.",
    "pooled.ties.all": (
        "All: each of the largest entries gets the whole upstream gradient, which is no subgradient of the maximum."
    ),
    "pooled.backward.max_pool": (
        "{L} is any scalar loss, and {g} its derivative by {y}. Every window hands its entry of {g} back to the entry that is "
        "marked; the others of the window get nothing from it."
    ),
    "pooled.backward.max_pool.several": (
        "{L} is any scalar loss, and {g} its derivative by {y}. Every window hands its entry of {g} back to the entries that are "
        "marked; the others of the window get nothing from it."
    ),
    "pooled.backward.avg_pool": (
        "{L} is any scalar loss, and {g} its derivative by {y}. Every window hands its entry of {g} back in equal parts to the "
        "entries that it counts; what falls on padding is lost."
    ),
    "pooled.scatter": "First way: accumulate. What the windows hand back, in their order:",
    "pooled.gather": "Second way: collect. For every entry, tap by tap, the window that meets it there:",
    "pooled.unread": "No window reads {name} at {places}: no gradient there.",
    "pooled.never": "{count} entries that are read are the choice of no window, and get 0.",
    "pooled.never.one": "One entry that is read is the choice of no window, and gets 0.",
    "trace.windows": "Windows that hold the entry: {count} of {all} candidates",
    "trace.taps": "Entries that the window reads: {count} of {all} taps",
    "trace.sends.largest": "= {value}; {x} is its largest entry, so it sends {sends}",
    "trace.sends.smaller": "= {value}; its largest entry is {largest}, so it sends 0",
    "trace.sends.smaller.tied": "= {value}; its largest entries are {largest}, so it sends 0",
    "trace.sends.tie.first": "= {value}; {largest} tie, {x} is the first of them, so it sends {sends}",
    "trace.sends.tie.first.other": "= {value}; {largest} tie, {first} is the first of them, so it sends 0",
    "trace.sends.tie.split": "= {value}; {largest} tie, each gets 1/{many} of the upstream gradient: it sends {sends}",
    "trace.sends.tie.all": "= {value}; {largest} tie, each gets the whole upstream gradient: it sends {sends}",
    "trace.sends.mean": "= {value}; it counts {count} entries, so it sends 1/{count} of its upstream gradient: {sends}",
    "trace.padding.max_pool": "{index} = {value} lies in the padding (not in {range}), which is never the largest",
    "trace.padding.avg_pool": "{index} = {value} lies in the padding (not in {range}), so it adds 0",
    # locally connected layers
    "numbers.w.local": "The kernels {name}, one for every window {i}: {entry}, in a grid as the windows lie",
    "numbers.w.local.rows": "The kernels {name}, a row for every window {i}",
    "numbers.b.local": "The biases {name}, one for every window {i}",
    "numbers.result.local": "Together, kernel by kernel",
    "numbers.result.local.rows": "Together, a row for every window {i}",
    "forward.local": (
        "Each entry of {y} is the sum of the products of its own kernel with the window that the kernel lies on. No two windows "
        "share a weight of {w}."
    ),
    "forward.local.bias": (
        "Each entry of {y} is its own bias and the sum of the products of its own kernel with the window that the kernel lies "
        "on. No two windows share a weight of {w}."
    ),
    "local.collect.x": (
        "Second way: collect. For every entry, tap by tap, the window that meets it there, with the weight of that window:"
    ),
    "local.collect.w": "Second way: one product. Only window {i} has the weight, and its tap meets one place of the input:",
    "local.collect.w.images": (
        "Second way: one product for every image {images}. Only window {i} has the weight, and its tap meets one place of each "
        "image:"
    ),
    "local.collect.b": "Second way: only window {i} has the bias.",
    "local.collect.b.images": "Second way: only window {i} has the bias; one term for every image {images}.",
    "local.sharing": (
        "Nothing is summed over the windows {i}. That sum is what sharing adds: if all windows shared one kernel, as in the "
        "convolution layer, its gradient would be the sum of these kernels over the windows."
    ),
    "local.shared": "{name}, summed over the windows",
    "local.unmet": "{count} weights meet padding alone, and get 0: {list}.",
    "local.unmet.one": "One weight meets padding alone, and gets 0: {list}.",
    "local.only.w": "No other window than {i} has this weight, so there is one candidate for every image.",
    "local.only.b": "No other window than {i} has this bias, so there is one candidate for every image.",
    # figures
    "figure.caption": "Figure: {title}.",
    "figure.none": "There is no figure here: {reason}.",
}
