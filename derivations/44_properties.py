"""Shifts, symmetry, order: what a convolution keeps and what it does not

A convolution commutes with shifts, on the whole line. Inside a frame it does so where the windows stay inside; padding breaks it
at the border, and a stride keeps only the shifts that it divides. Convolution commutes; cross-correlation does not, but reverses.
The two are the same for a kernel that equals itself turned round, and for no other.

One kernel serves all places, so its gradient is the sum of what every place asks for. A layer with a stride gives every s-th
output of the layer without, which is how it takes the place of a pooling layer; an average over windows is such a layer itself.
"""

import symconv as sc

page = [
    sc.prove(name)
    for name in (
        "shift-equivariance", "shift-in-a-frame", "shift-in-a-frame-padded", "shift-equivariance-stride",
        "shift-by-h-with-stride", "convolution-commutes", "correlation-commutes", "correlation-reverses",
        "correlation-is-convolution", "symmetric-kernel", "symmetric-kernel-2d", "symmetric-kernel-only",
        "shared-weights", "shared-weights-one-place", "strided-is-sampled", "average-pooling-is-depthwise",
    )
]  # fmt: skip
