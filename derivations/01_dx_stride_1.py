"""dL/dx at stride 1: the full convolution with the kernel

The most re-asked question of the field: where does the flipped kernel come from? A convolution layer computes a
cross-correlation. Solving its one equation i + p = j for the output index i turns the window around: each input entry
collects the upstream gradient through the taps in reverse order. That is a true convolution, or, said the other way, a
cross-correlation with the flipped kernel.

First in one dimension, with a small case written out; then in two dimensions, where both axes flip.
"""

import symconv as sc

page = [
    sc.derive(sc.correlate1d(), wrt="x").at(input=5, kernel=3),
    sc.derive(sc.correlate2d(), wrt="x").at(input=(3, 4), kernel=(2, 3)),
]
