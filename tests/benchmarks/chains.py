"""What chains of layers cost: a name, a setup and a statement to be timed, and the bound in T.  Every figure is checked."""

from __future__ import annotations

SETUP = """
import symconv as sc
layers = {layers!r}
forget = lambda: None
assert all(v.holds for v in {statement}.verdicts)
"""
PLAIN = "conv2d(kernel=3) relu " * 75
MIXED = "".join("conv2d(kernel=3x5,padding=1,dilation=1x2) " * 29 + "max_pool2d(2) " for _ in range(5))
STEM = "conv2d(3,64,kernel=7,stride=2,padding=3) relu max_pool2d(3,stride=2,padding=1) "
BODY = "conv2d(64,64,kernel=3,padding=1) relu " * 16
FIELD, SIZES = "sc.receptive_field(layers)", "sc.sizes(layers, input=(3, 224, 224))"
INSIDE = [
    (name, SETUP.format(layers=layers, statement=statement), statement, bound)
    for name, layers, statement, bound in (
        ("receptive field, 150 layers, every set checked", "conv2d(kernel=3) " * 150, FIELD, 0.1),
        ("receptive field, 75 layers with activations between", PLAIN, FIELD, 0.1),
        ("receptive field, 150 layers, axes that differ, 5 poolings", MIXED, FIELD, 0.3),
        ("sizes of 35 layers, window by window", STEM + BODY, SIZES, 0.5),
    )
]
