"""Pages as they should read, one file a page.  ``python -m tests.golden`` writes them anew; read the diff before committing."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from symconv.cli import main

HERE = Path(__file__).parent

PAGES = {
    "conv1d-names-x.txt": "derive conv1d --wrt x --stride s --padding P --dilation d",
    "conv2d-groups-w.txt": "derive conv2d --wrt w --stride 2x1 --padding 1:0x2:1 --groups 2 --channels",
    "convolve1d-x.txt": "derive convolve1d --wrt x",
    "conv1d-explicit.txt": "derive conv1d --wrt x --input 5 --kernel 3",
    "conv2d-x.tex": "derive conv2d --wrt x --stride s --padding P --dilation d --to latex --standalone",
    "conv1d-flip-w.tex": "derive conv1d --wrt w --stride 2 --flip-kernel --to latex",
    "conv2d-x.json": "derive conv2d --wrt x --input 5x7 --kernel 3x2 --stride 2x1 --padding 1x0 --to json",
    "conv1d-b.json": "derive conv1d --wrt b --channels --to json",
}


def page(name: str) -> str:
    """The page as the command prints it now."""
    result = CliRunner().invoke(main, PAGES[name].split())
    assert result.exit_code == 0, result.stderr
    return result.stdout


def kept(name: str) -> str:
    """The page as it was kept."""
    return (HERE / name).read_text(encoding="utf-8")
