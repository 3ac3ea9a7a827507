"""Average pooling: a convolution, where it is one

With its padding counted and no window overhanging, average pooling divides by the same number everywhere: it is the depthwise
convolution with a constant kernel, and its gradient is that layer's. Otherwise every window has a count of its own, and the
gradient is shared out by it.
"""

import symconv as sc

page = [
    sc.derive(sc.avg_pool1d(stride="s", padding="P"), wrt="x"),
    sc.derive(sc.avg_pool2d((3, 2), stride=(2, 1), padding=(1, 0)), wrt="x"),
    sc.derive(sc.avg_pool1d(3, stride=2, padding=1, count_include_pad=False), wrt="x").at(input=4),
    sc.derive(sc.avg_pool1d(2, ceil_mode=True), wrt="x").at(input=5),
]
