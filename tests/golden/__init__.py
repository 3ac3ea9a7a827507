"""Pages as they should read, one file a page.  ``python -m tests.golden`` writes them anew; read the diff before committing.

Without proofs, whose times differ from run to run.
"""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from symconv.cli import main

HERE = Path(__file__).parent

PAGES = {
    "conv1d-names-x.txt": "derive conv1d --wrt x --stride s --padding P --dilation d --no-proof",
    "conv2d-groups-w.txt": "derive conv2d --wrt w --stride 2x1 --padding 1:0x2:1 --groups 2 --channels --no-proof",
    "convolve1d-x.txt": "derive convolve1d --wrt x --no-proof",
    "conv1d-explicit.txt": "derive conv1d --wrt x --input 5 --kernel 3 --no-proof",
    "conv2d-x.tex": "derive conv2d --wrt x --stride s --padding P --dilation d --to latex --standalone --no-proof",
    "conv1d-flip-w.tex": "derive conv1d --wrt w --stride 2 --flip-kernel --to latex --no-proof",
    "conv2d-x.json": "derive conv2d --wrt x --input 5x7 --kernel 3x2 --stride 2x1 --padding 1x0 --to json --no-proof",
    "border-example.txt": "example conv1d --input 4 --kernel 3 --stride 2 --padding 2:1 --padding-mode reflect --seed 3",
    "border-trace.txt": "trace dx[1,0] conv2d --input 3x3 --kernel 2x2 --padding 1x0:1 --padding-mode circular",
    "conv1d-b.json": "derive conv1d --wrt b --channels --to json --no-proof",
}


def page(name: str) -> str:
    """The page as the command prints it now."""
    result = CliRunner().invoke(main, PAGES[name].split())
    assert result.exit_code == 0, result.stderr
    return result.stdout


def kept(name: str) -> str:
    """The page as it was kept."""
    return (HERE / name).read_text(encoding="utf-8")
