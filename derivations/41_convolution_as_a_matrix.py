"""A convolution as a matrix

Read input and output row by row, and a layer is y = T x with a matrix T that is nearly empty and repeats one kernel in every
row. At stride 1 it is Toeplitz: constant along its diagonals. In 2D it is so twice over, block by block and within the blocks.
With a stride it keeps every s-th row of such a matrix.

The gradient dL/dx is the transpose of T, applied to the upstream gradient; and the transpose of T is the matrix of the form with
the flipped kernel. Beside it the same windows without shared weights, and no windows at all. A locally connected layer by itself
has a weight of its own in every cell; padding that reflects adds a fold to the first rows and the last.
"""

import symconv as sc

page = [
    sc.matrix(sc.correlate1d(), input=5, kernel=3),
    sc.matrix(sc.correlate2d(), input=(3, 4), kernel=(2, 2)),
    sc.matrix(sc.correlate1d(stride=2, padding=((1, 0),)), input=7, kernel=3),
    sc.matrix(sc.conv1d(), input=6, kernel=3, compare=True),
    sc.matrix(sc.local1d(), input=5, kernel=3),
    sc.matrix(sc.correlate1d(padding=2, padding_mode="reflect"), input=6, kernel=5),
    sc.prove("matrix"),
    sc.prove("matrix-transpose"),
    sc.prove("matrix-toeplitz"),
    sc.prove("matrix-toeplitz-stride"),
    sc.prove("matrix-rows"),
]
