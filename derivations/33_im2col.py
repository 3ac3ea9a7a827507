"""im2col: a layer as a matrix product

Lay the windows of the input out as the columns of a matrix, and the layer is one matrix product; so are both its gradients.
col2im, which adds every entry back to the place that it was copied from, is the adjoint of im2col, and not its inverse.
"""

import symconv as sc

page = [
    sc.im2col(sc.conv2d(), input=(4, 4), kernel=(2, 2)),
    sc.im2col(sc.conv1d(stride=2, padding=((1, 2),), groups=2), input=5, kernel=3, in_channels=2, out_channels=4),
    sc.im2col(sc.convolve1d(padding=1, padding_mode="reflect"), input=4, kernel=3),
]
