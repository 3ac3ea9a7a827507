"""What continuous convolution and fast algorithms cost: as commands from cold, in T, and warm within one interpreter."""

from __future__ import annotations

FAMILIES = {
    "box * box": ("box(-1/2,1/2)", "box(-1/2,1/2)"),
    "triangle * triangle": ("triangle", "triangle"),
    "Gaussians": ("gaussian(sigma_1)", "gaussian(sigma_2)"),
    "exponentials": ("exp_decay(a)", "exp_decay(b)"),
    "equal exponentials": ("exp_decay(a)", "exp_decay(a)"),
    "ramp * box": ("ramp", "box(0,1)"),
    "delta * triangle": ("delta(1/2)", "triangle"),
    "box * Gaussian": ("box(0,1)", "gaussian(sigma)"),
    "exponential * Gaussian": ("exp_decay(a)", "gaussian(sigma)"),
}
# names hold no blanks here, so that the words of a command can be split at them
COMMANDS = [
    (f"symconv continuous: {name}, checked, in all", f"continuous {f} {g}", 3.5) for name, (f, g) in FAMILIES.items()
]
COMMANDS += [
    ("symconv winograd 4 3, verified, with its table, in all", "winograd 4 3", 2.0),
    ("symconv derivative, in all", "derivative", 5.0),
]
CONTINUOUS = """
import symconv as sc
forget = lambda: None
sc.continuous("exp_decay(a)", "gaussian(s)")
"""
INSIDE = [
    (f"continuous: {name}, checked, warm", CONTINUOUS, f"sc.continuous({f!r}, {g!r})", 3.0)
    for name, (f, g) in FAMILIES.items()
]
INSIDE += [
    (
        "F(4,3) generated and verified",
        "from symconv.topics.fast.story import winograd\nforget = lambda: None",
        "winograd(4, 3, growth=False)",
        1.0,
    ),
    (
        "F(6,3) generated and verified, with its table",
        "from symconv.topics.fast.story import winograd\nforget = lambda: None",
        "winograd(6, 3)",
        1.0,
    ),
    (
        "box * box, the terms alone (a tenth of a millisecond)",
        "from symconv.topics.continuous.convolve import convolved\nfrom symconv.topics.continuous.terms import lowered\n"
        "from symconv.topics.continuous.facts import read_function\nf = lowered(read_function('box', 'F'), set())\nforget = lambda: None",
        "convolved(f, f)",
        0.002,
    ),
]
