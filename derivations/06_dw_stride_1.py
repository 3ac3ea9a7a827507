"""dL/dw at stride 1: why it does not flip

The gradient with respect to the kernel is a cross-correlation of the input with the upstream gradient. Nothing is solved
for the output index here: the tap p is already free, so nothing runs backwards and nothing flips.
"""

import symconv as sc

page = [
    sc.derive(sc.correlate1d(), wrt="w").at(input=5, kernel=3),
    sc.derive(sc.correlate2d(), wrt="w").at(input=(3, 4), kernel=(2, 3)),
]
