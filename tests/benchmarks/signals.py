"""What pictures, transforms, matrices and padding modes cost: a name, a setup, a statement and the bound in T; and commands.

A picture of 512 x 512 pixels in colour is to be filtered within 1 T: read, filtered, checked, written, once NumPy and Pillow are
loaded; and the command, from cold, beside it.
"""

from __future__ import annotations

PICTURE = """
import tempfile, os
from symconv.topics.filters import story as filters
path = os.path.join(tempfile.mkdtemp(), "out.png")
forget = lambda: None
def run(kernel):
    facts, made = filters.file_filter("sample:astronaut", (), kernel=kernel)
    assert facts.size == (512, 512) and len(facts.channels) == 3
    filters.write_picture(made, path)
run("box")
"""
BORDER = """
import symconv as sc
from symconv.check.cases import choose
forget = choose.cache_clear
op = sc.conv2d(stride=("s1", "s2"), padding=("P1", "P2"), dilation=("d1", "d2"), padding_mode="reflect")
"""
INSIDE = [
    ("filter 512 x 512 in colour, separable: read, checked, written", PICTURE, "run('sobel-x')", 1.0),
    ("filter 512 x 512 in colour, not separable", PICTURE, "run('laplacian')", 1.0),
    ("derive conv2d dL/dx, reflect padding, all names, checked", BORDER, "sc.derive(op, 'x', proof=False)", 1.5),
    (
        "the DFT theorem, N = 12, K = 5, exactly",
        "from symconv.topics.fourier.story import spectrum\nforget = lambda: None",
        "spectrum(12, 5)",
        1.5,
    ),
    (
        "im2col of conv2d, 16 x 16 * 3 x 3, four channels, exactly",
        "import symconv as sc\nforget = lambda: None\nop = sc.conv2d()",
        "sc.im2col(op, input=(16, 16), kernel=(3, 3), in_channels=4)",
        1.5,
    ),
]
COMMANDS = [
    ("symconv filter, 512 x 512 in colour, in all", "filter sample:astronaut --kernel sobel-x", 1.6),
    ("symconv fourier --input 6 --kernel 3, in all", "fourier --input 6 --kernel 3", 2.5),
    ("symconv im2col conv2d --input 4x4 --kernel 2x2, in all", "im2col conv2d --input 4x4 --kernel 2x2", 2.0),
]
