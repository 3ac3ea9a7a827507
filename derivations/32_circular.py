"""Circular padding and the DFT theorem

With circular padding the input is a ring. The gradient is circular again, for any padding: a circular cross-correlation of the
upstream gradient, wrapped round, with the flipped kernel. And the discrete Fourier transform turns the operator into a product:
of the transforms themselves for a convolution, with the kernel's conjugated for a cross-correlation, which layers are.

All arithmetic with roots of unity is exact.
"""

import symconv as sc

page = [
    sc.derive(sc.correlate1d(padding=(("P", "Q"),), stride="s", dilation="d", padding_mode="circular"), wrt="x"),
    sc.derive(sc.correlate1d(padding=((1, 1),), padding_mode="circular"), wrt="x").at(input=4, kernel=3),
    sc.fourier(input=6, kernel=3),
    sc.fourier(input=4, kernel=3, convolve=True),
    sc.fourier(input=(2, 3), kernel=(2, 2)),
]
