"""dL/dx of a true convolution: no flip

If the forward pass already flips the kernel, the gradient uses it as it stands. One flip per round trip: a correlation
flips on the way back, a convolution on the way there.
"""

import symconv as sc

page = [
    sc.derive(sc.convolve1d(mode="full"), wrt="x").at(input=4, kernel=3),
    sc.derive(sc.convolve2d(stride=(2, 1)), wrt="x"),
    sc.derive(sc.convolve1d(stride="s"), wrt="w"),
]
