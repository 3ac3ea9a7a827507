"""A worked example with several channels: every product, forward and backward

Most worked examples show one filter and one channel. Here are two of each, with stride 2, small enough to follow with a
pencil. Each filter adds up the windows of both channels; on the way back each channel adds up what both
filters send it.

Every gradient is worked out twice: first by handing every product back where it came from, then by the closed form, a
correlation of the two arrays that are shown. With stride 2 there are zeros between the entries of g. The input is one entry
longer than the windows need: that entry gets no gradient.
"""

import symconv as sc

page = [
    sc.example(
        sc.conv1d(stride=2),
        x="2 1 0 3 1 4; 1 3 2 0 2 1",
        w="[[[1, 2, -1], [0, 1, 3]], [[2, 0, 1], [1, -1, 2]]]",
        b="1 -1",
        g="1 2; -1 3",
    ),
]
