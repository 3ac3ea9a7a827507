"""The transposed convolution: an adjoint, not an inverse

A transposed layer scatters: each input entry adds a copy of the kernel to the output. Its gradient with respect to the input
is an ordinary layer, just as the gradient of an ordinary layer is a transposed one. That is what transposed means; it does
not undo the ordinary layer.
"""

import symconv as sc

page = [
    sc.derive(sc.conv_transpose1d(stride="s", padding="P"), wrt="x"),
    sc.derive(sc.conv_transpose1d(stride=2, padding=1, output_padding=1), wrt="x").at(input=3, kernel=3),
    sc.derive(sc.conv_transpose2d(stride=(2, 1)), wrt="w"),
]
