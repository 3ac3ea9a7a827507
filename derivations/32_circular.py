"""Circular padding and the DFT theorem

With circular padding the input is a ring. The gradient is circular again, for any padding: a circular cross-correlation of the
upstream gradient, wrapped round, with the flipped kernel. And the discrete Fourier transform turns the operator into a product:
of the transforms themselves for a convolution, with the kernel's conjugated for a cross-correlation, which layers are.

As a matrix the operator is circulant where the size is kept: every row is the one above, moved by one and wrapped round. In 2D it
is so twice over.

All arithmetic with roots of unity is exact.
"""

import symconv as sc

page = [
    sc.derive(sc.correlate1d(padding=(("P", "Q"),), stride="s", dilation="d", padding_mode="circular"), wrt="x"),
    sc.derive(sc.correlate1d(padding=((1, 1),), padding_mode="circular"), wrt="x").at(input=4, kernel=3),
    sc.matrix(sc.correlate1d(padding=1, padding_mode="circular"), input=5, kernel=3),
    sc.matrix(sc.correlate2d(padding=((1, 0), (1, 1)), padding_mode="circular"), input=(3, 4), kernel=(2, 3)),
    sc.fourier(input=6, kernel=3),
    sc.fourier(input=4, kernel=3, convolve=True),
    sc.fourier(input=(2, 3), kernel=(2, 2)),
]
