"""Activations, and their derivatives

Each acts entry by entry, so its gradient is the upstream gradient times a slope. The slopes are derived by SymPy from the
definitions and compared with numerical derivatives of 40 digits. Softmax alone mixes the entries of a row.

Three are worked out on numbers. For relu and hardswish, which leave numbers rational, with an entry on a kink; for softmax, where
e comes in, every entry in symbols with its decimals behind the sign of approximation, and the gradient in two ways that are equal
exactly.
"""

import symconv as sc

page = [
    sc.derive(sc.relu()),
    sc.derive(sc.leaky_relu("alpha")),
    sc.derive(sc.sigmoid()),
    sc.derive(sc.tanh()),
    sc.derive(sc.softplus()),
    sc.derive(sc.gelu()),
    sc.derive(sc.silu()),
    sc.derive(sc.mish()),
    sc.derive(sc.selu()),
    sc.derive(sc.hardswish()),
    sc.derive(sc.softmax()),
    sc.example(sc.relu(), x="1 -2 0 1/2", g="3 -1 2 4"),
    sc.example(sc.hardswish(), x="1 -2 3 4", g="3 -1 2 4"),
    sc.example(sc.softmax(), x="1 2 0", g="1 -2 3"),
]
