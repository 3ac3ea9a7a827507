"""What a whole net costs: a name, a setup, a statement, and the bound in T (SymPy is imported before the clock starts).

conv-relu-pool-linear-cross-entropy on inputs of 8 x 8: its derivation with open sizes and all its checks; its numbers forwards
and backwards.
"""

from __future__ import annotations

NET = """
import numpy as np
import sympy
import symconv as sc
from symconv.check.cases import choose
from symconv.derivation import slopes as pointwise
def forget():
    choose.cache_clear()
    for cached in (pointwise.values, pointwise.derivatives, pointwise.forms, pointwise.shown, pointwise.agrees):
        cached.cache_clear()
net = sc.chain("conv2d(2,3,kernel=3) relu max_pool2d(2) flatten linear(5) cross_entropy")
rng = np.random.RandomState(0)
x, target = rng.randn(16, 2, 8, 8), rng.randint(0, 5, 16)
params = {"conv1.w": rng.randn(3, 2, 3, 3), "conv1.b": rng.randn(3), "linear1.w": rng.randn(5, 27), "linear1.b": rng.randn(5)}
"""
INSIDE = [
    ("derive a net with open sizes, all gradients, checked", NET, "sc.derive(net, 'all')", 3.0),
    ("derive a net for inputs of 8x8, all gradients, checked", NET, "sc.derive(net.at(input=(2, 8, 8)), 'all')", 3.0),
    (
        "numbers of the same net, forwards and backwards",
        NET,
        "sc.evaluate(net, x=x, params=params, target=target)",
        0.3,
    ),
    ("derive max_pool2d, every line checked and proved where it can be", NET, "sc.derive(sc.max_pool2d(2))", 1.5),
    ("derive local2d dL/dw, every line proved", NET, "sc.derive(sc.local2d(stride='s'), 'w')", 1.5),
]
