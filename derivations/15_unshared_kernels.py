"""Locally connected: what sharing a kernel adds

Take the convolution layer and give every place of the output a kernel of its own. The gradient of a weight then sums over the
images alone; a shared kernel's sums over the places as well. The way back to the input keeps its shape, but no single kernel can
be flipped any more.
"""

import symconv as sc

page = [
    sc.derive(sc.local1d(stride="s", padding="P", dilation="d"), wrt="x"),
    sc.derive(sc.local1d(stride="s", padding="P", dilation="d"), wrt="w"),
    sc.derive(sc.local2d(stride=2), wrt="b"),
]
