"""Kernels, filters and channels

A kernel is a plane of weights; a filter has one kernel for every input channel and gives one output channel. So a 4x4 kernel has
16 weights, and a filter of size 4x4x3 has 48. A layer has as many output channels as filters. A layer whose kernel is 1x1 is a
matrix product over the channels, at every place the same.

A depthwise layer keeps the channels apart, one kernel each; a pointwise (1x1) layer then mixes them. Together they are one layer
whose filters share their kernels up to a factor, with 1/F + 1/K of the weights, K taps in all.
"""

import symconv as sc

page = [
    sc.sizes("conv2d(3,1,kernel=4)", input=(3, 4, 4)),
    sc.sizes("conv2d(3,2,kernel=3)", input=(3, 6, 6)),
    sc.matrix(sc.conv2d(in_channels=2, out_channels=3, kernel=1, bias=False), input=(1, 2)),
    sc.prove("one-by-one"),
    sc.sizes("conv2d(16,32,kernel=3,padding=1,bias=False)", input=(16, 28, 28)),
    sc.sizes("conv2d(16,16,kernel=3,padding=1,groups=16,bias=False) conv2d(16,32,kernel=1,bias=False)", input=(16, 28, 28)),
    sc.prove("depthwise-separable"),
    sc.prove("depthwise-separable-saving"),
    sc.prove("depthwise-separable-fewer"),
]
