"""Locally connected: what sharing a kernel adds

Take the convolution layer and give every place of the output a kernel of its own. The gradient of a weight then sums over the
images alone; a shared kernel's sums over the places as well. The way back to the input keeps its shape, but no single kernel can
be flipped any more.

At the end a small layer in numbers: three windows with stride 2 over a padded input, a kernel for each of them, and every
product forward and backward. The last array of dL/dw is the sum over the windows, what a shared kernel would get.
"""

import symconv as sc

page = [
    sc.derive(sc.local1d(stride="s", padding="P", dilation="d"), wrt="x"),
    sc.derive(sc.local1d(stride="s", padding="P", dilation="d"), wrt="w"),
    sc.derive(sc.local2d(stride=2), wrt="b"),
    sc.example(
        sc.local1d(stride=2, padding=((1, 0),)),
        x="2 0 1 3 1 4 2",
        w="1 2 -1; 0 1 3; 2 -1 1",
        b="1 0 -1",
        g="1 -2 3",
    ),
    sc.trace("dx[0,1]", sc.local2d(stride=(1, 2)), x="1 2 3 4; 5 6 7 8; 9 1 2 3", kernel=(2, 3), seed=1),
]
