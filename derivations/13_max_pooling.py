"""Max pooling: where the gradient goes

A maximum has no formula to differentiate by linearity. But wherever every window has one largest entry, the output is that
entry, so the gradient goes back to it, and what is left is the index algebra of a convolution with a selection in the kernel's
place.

At a tie the maximum has a kink. The convention is named on every page (ties first, split or all), and what is known of the
three there: the first two are subgradients, the third never is.
"""

import symconv as sc

page = [
    sc.derive(sc.max_pool1d(stride="s", padding="P", dilation="d"), wrt="x"),
    sc.derive(sc.max_pool2d(2), wrt="x").at(input=(2, 4)),
    sc.derive(sc.max_pool1d(3, stride=1, padding=1, ties="split"), wrt="x").at(input=4),
    sc.example(sc.max_pool2d(2, stride=(1, 2)), x=[[3, 1, 0, 2], [3, 2, 4, 4], [0, 5, 1, 4]], g=[[1, 2], [-1, 3]]),
]
