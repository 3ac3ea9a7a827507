"""The same words, the same bytes: on every run, whatever the order of hashes; times stand in one field of JSON alone.

Two processes write every page, one after the other, each with hashes of its own; a process starts slowly, so it writes them all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from symconv.cli import main
from tests import ROOT

SIZES = ["--input", "5", "--kernel", "2"]
LAYERS = "conv2d(2,3,kernel=3,stride=2) relu max_pool2d(2) flatten linear(5) cross_entropy"
CLAIM = r"O_W = \frac{H + 2P - K_W}{S} + 1"

# every command, with what it has most to say on
COMMANDS = {
    "derive": ["derive", "conv2d", "--wrt", "all", "--stride", "s", "--padding", "P", "--dilation", "d"],
    "derive with channels": [
        "derive",
        "conv2d",
        "--stride",
        "s,1",
        "--padding",
        "1:0x2:1",
        "--dilation",
        "1,d",
        "--channels",
    ],
    "derive explicitly": ["derive", "conv1d", "--padding-mode", "reflect", "--padding", "1", *SIZES],
    "derive pooling": ["derive", "max_pool2d", "--kernel", "2x3"],
    "derive a function": ["derive", "softmax"],
    "derive net": ["derive", "net", "--layers", LAYERS, "--input", "2x13x13"],
    "example": ["example", "conv2d", "--input", "2x5x4", "--kernel", "2x3", "--out-channels", "2", "--stride", "2"],
    "example of a local layer": ["example", "local2d", "--input", "2x4x3", "--kernel", "2x2", "--padding", "1:0x0"],
    "example of pooling": ["example", "max_pool2d", "--input", "2x5x5", "--kernel", "3", "--stride", "2", "--padding", "1"],
    "example of an activation": ["example", "gelu", "--x", "1 -2 0; 1/2 -1/3 4"],
    "example of a loss": ["example", "cross_entropy", "--x", "2 1 0; 0 3 1", "--target", "0 2"],
    "example of a shape": ["example", "flatten", "--input", "2x2x3"],
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
    "derivative": ["derivative"],
    "winograd": ["winograd", "2x3", "3"],
    "toom-cook": ["toom-cook", "3", "2"],
    "karatsuba": ["karatsuba", "4"],
    "theorems": ["theorems"],
}
# how a page is written is seen once, on the derivation with channels; what it is made of, on every line
TARGETS = {name: ["json"] for name in COMMANDS}
TARGETS |= {name: ["json", "svg"] for name in COMMANDS if name.startswith("example")}
TARGETS |= {"derive with channels": ["text", "markdown", "latex", "html", "json"]}
TARGETS |= {"list": ["text", "json"], "theorems": ["json"], "verify with jobs": ["json"]}

RUN = """
import json, sys
from click.testing import CliRunner
from symconv.cli import main
from PIL import Image
Image.new("RGB", (6, 5), (90, 30, 200)).save("in.png")
for words in json.load(sys.stdin):
    done = CliRunner().invoke(main, words)
    print(json.dumps([done.exit_code, done.stdout, done.stderr]))
"""
EVERY = [[*words, "--to", to] for name, words in COMMANDS.items() for to in TARGETS[name]]


def written(every: list[list[str]], folder: Path) -> list[dict[str, Any]]:
    """What two processes print, by the command line."""
    pytest.importorskip("PIL")
    (folder / "claims.toml").write_text(
        "[[claim]]\nformula = 'o = i - k + 1'\n[[claim]]\nformula = 'o = i - k + a'\nabout = 'output-size'\n"
    )
    found = []
    for seed, zone in (("1", "UTC"), ("23", "Asia/Seoul")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", RUN],
            input=json.dumps(every),
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(dict(zip(map(" ".join, every), map(json.loads, done.stdout.splitlines()), strict=True)))
    return found


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every page that this run compares."""
    law = [
        item for item in request.session.items if getattr(item, "originalname", "") == "test_two_runs_give_the_same_bytes"
    ]
    return written([item.callspec.params["words"] for item in law], tmp_path_factory.mktemp("pages"))  # type: ignore[attr-defined]


def names(value: Any) -> set[str]:
    """The names of all fields, at any depth."""
    if isinstance(value, dict):
        return set(value).union(*map(names, value.values()))
    return set().union(*map(names, value)) if isinstance(value, list) else set()


def timeless(text: str) -> str:
    """JSON without its field of times, laid out as it was; any other document as it is."""
    if not text.startswith("{"):
        return text
    whole = json.loads(text)
    whole.pop("timing", None)
    assert not names(whole) & {"milliseconds", "seconds", "timing", "time", "elapsed", "date"}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def same(words: list[str], runs: list[dict[str, Any]]) -> None:
    """The same status and the same bytes, and something was written."""
    (status, out, err), (again, *other) = (found[" ".join(words)] for found in runs)
    assert status == again
    assert status in (0, 1), err
    assert [timeless(out), err] == [timeless(other[0]), other[1]]
    assert out


@pytest.mark.sweep(2)
@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_two_runs_give_the_same_bytes(words: list[str], runs: list[dict[str, Any]]) -> None:
    same(words, runs)


@pytest.mark.slow
@pytest.mark.parametrize("to", ["text", "json"])
def test_two_runs_of_what_sympy_integrates(to: str, tmp_path: Path) -> None:
    words = ["continuous", "gaussian(1)*box(-1,1)", "box(0,2)", "--to", to]
    same(words, written([words], tmp_path))


def test_every_command_is_here() -> None:
    known = main.list_commands(click.Context(main))

    assert {words[0] for words in COMMANDS.values()} == set(known) - {"gallery"}
