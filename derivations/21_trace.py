"""Which products reach one entry of the gradient?

A trace answers the question at one entry: it takes every term of the sum and says whether it is there, and if not, which
condition kills it. With stride 2 every other tap meets a zero between the entries of g: the stride does not divide the
distance. At the border the output that a tap would need does not exist.

First an entry of dL/dx in two dimensions, where both happen; then an entry of dL/dw, some of whose terms fall into the
padding; then an entry of a transposed layer, which is a sum of this kind in the forward direction.
"""

import symconv as sc

page = [
    sc.trace("dx[0,3]", sc.conv2d(stride=2, padding=1), input=(5, 6), kernel=(3, 3)),
    sc.trace("dw[0,2]", sc.conv2d(stride=2, padding=1), input=(4, 5), kernel=(2, 3)),
    sc.trace("y[3]", sc.conv_transpose1d(stride=2, padding=1), input=4, kernel=5),
]
