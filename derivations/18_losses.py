"""Losses: where the gradient begins

Sum, squared error and cross entropy. The last one twice: with the softmax fused in, and apart, through the probabilities. Both
ways end in probability less target.
"""

import symconv as sc

page = [sc.derive(sc.sum()), sc.derive(sc.mse()), sc.derive(sc.cross_entropy())]
