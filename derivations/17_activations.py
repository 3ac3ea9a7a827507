"""Activations, and their derivatives

Each acts entry by entry, so its gradient is the upstream gradient times a slope. The slopes are derived by SymPy from the
definitions and compared with numerical derivatives of 40 digits. Softmax alone mixes the entries of a row.
"""

import symconv as sc

page = [
    sc.derive(sc.relu()),
    sc.derive(sc.leaky_relu("alpha")),
    sc.derive(sc.sigmoid()),
    sc.derive(sc.tanh()),
    sc.derive(sc.softplus()),
    sc.derive(sc.gelu()),
    sc.derive(sc.softmax()),
]
