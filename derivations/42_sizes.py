"""Sizes, weights and work along a chain of layers

What comes out of each layer, how many numbers it learns, how often it multiplies, and how much of its input it never reads: a
stride that does not divide what is left over leaves the last rows and columns out, without a word.
"""

import symconv as sc

stem = "conv2d(3,64,kernel=7,stride=2,padding=3) max_pool2d(3,stride=2,padding=1)"

page = [
    sc.sizes([stem, "conv2d(64,64,kernel=3,padding=1)"], input=(3, 224, 224)),
    sc.sizes([stem, "conv2d(64,64,kernel=3,padding=1)"], input="3,H,W"),
    sc.sizes("conv2d(2,3,kernel=2x3,stride=3x4) relu max_pool2d(2) flatten linear(5) cross_entropy", input=(2, 16, 20)),
    sc.prove("valid-size-2d"),
    sc.prove("valid-width-from-height"),
    sc.prove("valid-width-from-height-square"),
]
