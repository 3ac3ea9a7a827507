"""The same words, the same bytes: on every run, whatever the order of hashes; times stand in one field of JSON alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT

SIZES = ["--input", "5", "--kernel", "2"]
LAYERS = "conv2d(2,3,kernel=3,stride=2) relu max_pool2d(2) flatten linear(5) cross_entropy"
CLAIM = r"O_W = \frac{H + 2P - K_W}{S} + 1"

# every command, with what it has most to say on
COMMANDS = {
    "derive": ["derive", "conv2d", "--wrt", "all", "--stride", "s", "--padding", "P", "--dilation", "d"],
    "derive explicitly": ["derive", "conv1d", "--padding-mode", "reflect", "--padding", "1", *SIZES],
    "derive pooling": ["derive", "max_pool2d", "--kernel", "2x3"],
    "derive a function": ["derive", "softmax"],
    "derive net": ["derive", "net", "--layers", LAYERS, "--input", "2x13x13"],
    "example": ["example", "conv2d", "--input", "5x4", "--kernel", "2x3", "--stride", "2"],
    "example of a loss": ["example", "cross_entropy", "--x", "1 2 3", "--target", "1"],
    "trace": ["trace", "dx[2]", "conv1d", *SIZES],
    "verify": ["verify", CLAIM],
    "verify a gradient": ["verify", r"\frac{\partial L}{\partial x_i} = \sum_k g_{i-k} w_k", "--about", "gradient"],
    "verify a function": ["verify", r"\sigma'(x) = \sigma(x)(1 - \sigma(x))"],
    "verify a file": ["verify", "claims.toml"],
    "verify with jobs": ["verify", "claims.toml", "--jobs", "2"],
    "list": ["list"],
    "prove": ["prove", "closed-form-x"],
    "refute": ["prove", "valid-associates"],
    "sizes": ["sizes", LAYERS, "--input", "2x13x13"],
    "receptive-field": ["receptive-field", "conv2d(kernel=3,stride=2) conv2d(kernel=3,dilation=2)", "--input", "19x19"],
    "matrix": ["matrix", "conv1d", "--compare", *SIZES],
    "im2col": ["im2col", "conv1d", *SIZES],
    "fourier": ["fourier", *SIZES],
    "filter": ["filter", "in.png", "--kernel", "sobel-x", "--pixel", "2,3"],
    "continuous": ["continuous", "exp_decay(a)*ramp + box(b,c)", "gaussian(s) + exp_decay(d)"],
    "continuous by SymPy": ["continuous", "gaussian(1)*box(-1,1)", "box(0,2)"],
    "derivative": ["derivative"],
    "winograd": ["winograd", "2x3", "3"],
    "toom-cook": ["toom-cook", "3", "2"],
    "karatsuba": ["karatsuba", "4"],
}
SLOW = {"theorems": ["theorems"]}
VERIFIED = ["text", "markdown", "latex", "json", "junit"]
TARGETS = {name: VERIFIED for name in COMMANDS if name.startswith("verify")}
TARGETS |= {"list": ["text", "json"], "theorems": ["text", "json"]}
USUAL = ["text", "markdown", "latex", "html", "json"]

# one process per seed for all the pages of a command: it starts slowly
RUN = """
import json, sys
from click.testing import CliRunner
from symconv.cli import main
from PIL import Image
Image.new("RGB", (6, 5), (90, 30, 200)).save("in.png")
for words in json.loads(sys.argv[1]):
    done = CliRunner().invoke(main, words)
    print(json.dumps([words, done.exit_code, done.stdout, done.stderr]))
"""


def runs(words: list[str], targets: list[str], folder: Path, seed: int) -> list[Any]:
    (folder / "claims.toml").write_text(
        "[[claim]]\nformula = 'o = i - k + 1'\n[[claim]]\nformula = 'o = i - k + a'\nabout = 'output-size'\n"
    )
    every = [[*words, "--to", to] for to in targets]
    env = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(every)], cwd=folder, env=env, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def fields(value: Any) -> set[str]:
    """The names of all fields, at any depth."""
    if isinstance(value, dict):
        return set(value).union(*map(fields, value.values()))
    return set().union(*map(fields, value)) if isinstance(value, list) else set()


def timeless(text: str) -> str:
    """JSON without its field of times, laid out as it was; any other document as it is."""
    if not text.startswith("{"):
        return text
    whole = json.loads(text)
    whole.pop("timing", None)
    assert not fields(whole) & {"milliseconds", "seconds", "timing", "time", "elapsed", "date"}
    return json.dumps(whole, ensure_ascii=False, indent=2)


CASES = [
    *COMMANDS.items(),
    *(pytest.param(name, words, id=name, marks=pytest.mark.slow) for name, words in SLOW.items()),
]


@pytest.mark.parametrize(("name", "words"), CASES, ids=[*COMMANDS, *SLOW])
def test_two_runs_give_the_same_bytes(name: str, words: list[str], tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    targets = TARGETS.get(name, USUAL)
    first, second = (runs(words, targets, tmp_path, seed) for seed in (1, 23))
    assert len(first) == len(second) == len(targets)
    for to, one, two in zip(targets, first, second, strict=True):
        assert one[1] in (0, 1), one
        assert [*one[:2], timeless(one[2]), one[3]] == [*two[:2], timeless(two[2]), two[3]], to
        assert one[2], to


def test_every_command_is_here() -> None:
    from symconv.cli import COMMANDS as known

    assert {words[0] for words in (*COMMANDS.values(), *SLOW.values())} == set(known) - {"gallery"}
