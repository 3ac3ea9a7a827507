"""Receptive fields: what a unit sees

A unit deep in a stack depends on a window of the input that grows with every layer: by d(K-1) steps, and a step is as long as all
the strides before it make it. Pooling counts like any other window. Dilation makes the window wider and leaves holes in it.

Two layers of kernel 3 see as much as one of kernel 5: 5 places along each axis. They have fewer weights, 18 C^2 against 25 C^2 in
2D with C channels in and out, and room for an activation between them; without one they are a layer of kernel 5, and not every
5x5 kernel is made of two of 3x3.
"""

import symconv as sc

page = [
    sc.receptive_field("conv2d(kernel=3) conv2d(kernel=3) max_pool2d(2)"),
    sc.receptive_field("conv1d(kernel=3,padding=1) conv1d(kernel=3,dilation=2) max_pool1d(2) conv1d(kernel=3)", input=24),
    sc.receptive_field("conv2d(kernel=3) conv2d(kernel=3)"),
    sc.receptive_field("conv2d(kernel=5)"),
    sc.sizes("conv2d(64,64,kernel=3,bias=False) conv2d(64,64,kernel=3,bias=False)", input=(64, 28, 28)),
    sc.sizes("conv2d(64,64,kernel=5,bias=False)", input=(64, 28, 28)),
    sc.prove("two-3-see-5"),
    sc.prove("two-3x3-save"),
    sc.prove("receptive-field"),
    sc.prove("receptive-field-without-holes"),
]
