"""Losses: where the gradient begins

Sum, squared error and cross entropy. The last one twice: with the softmax fused in, and apart, through the probabilities. Both
ways end in probability less target, and an example with numbers follows them to the end.
"""

import symconv as sc

page = [
    sc.derive(sc.sum()),
    sc.derive(sc.mse()),
    sc.derive(sc.cross_entropy()),
    sc.example(sc.cross_entropy(), x="2 1 0; 0 3 1", target="0 2"),
]
