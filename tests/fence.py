"""The fence: the bytes of every command x target x layer, as hashes in one file.

A page is named by its command line.  What it writes to standard output and standard error and its exit status are hashed
together; times and the solver's version are masked.  Whoever moves or merges code changes none of them::

    python -m tests.fence                  # compare all with golden/fence.json; names what differs, exit status 1
    python -m tests.fence --only example   # those alone whose command line holds a word (several words: any of them)
    python -m tests.fence --show "derive conv1d --wrt x --to json"   # the page itself, as hashed
    python -m tests.fence --bless          # write the file anew (with --only: those lines alone)

Keep a page of the old tree with --show before a change; a hash alone tells that, not what.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shlex
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from click.testing import CliRunner

from symconv.cli import main
from symconv.layers.catalog import CATALOG

KEPT = Path(__file__).parent / "golden" / "fence.json"
PAGES = ("text", "latex", "markdown", "html", "typst", "json")
PICTURES = ("svg", "tikz")
DIMENSIONS = (1, 2, 3)

# per axis, cut to the layer's axes: no two axes alike
STRIDE, PADDING, DILATION = ("2", "1", "3"), ("1:2", "0", "1"), ("1", "2", "1")
INPUT, KERNEL = ("7", "6", "5"), ("3", "2", "2")


def axes(parts: tuple[str, ...], n: int) -> str:
    """The first n parts, as an option takes them."""
    return "x".join(parts[:n])


def derivations() -> Iterator[str]:
    """Every layer by every tensor, with nothing, with names and with numbers."""
    for n in DIMENSIONS:
        numbers = f"--stride {axes(STRIDE, n)} --padding {axes(PADDING, n)}"
        for kind in ("correlate", "convolve"):
            yield f"derive {kind}{n}d --wrt all --mode full"
            yield f"derive {kind}{n}d --wrt all {numbers} --dilation {axes(DILATION, n)}"
        yield f"derive conv{n}d --wrt all {numbers}"
        yield f"derive conv{n}d --wrt all --groups 2 --channels {numbers} --dilation {axes(DILATION, n)} --flip-kernel"
        yield f"derive conv_transpose{n}d --wrt all --stride {axes(STRIDE, n)} --channels"
        yield f"derive max_pool{n}d {numbers} --ceil-mode"
        yield f"derive avg_pool{n}d {numbers} --exclude-pad"
        yield f"derive local{n}d --wrt all {numbers}"
    for to in PAGES:
        yield f"derive correlate1d --wrt x --to {to}"
        yield f"derive conv1d --wrt x --stride s --padding P --dilation d --to {to}"
        yield f"derive conv2d --wrt w --stride s --padding P --groups G --channels --to {to}"
        yield f"derive conv2d --wrt b --channels --to {to}"
        yield f"derive conv2d --wrt x --stride 2x1 --padding 1:0x2 --input 2x5x6 --kernel 3x2 --out-channels 2 --to {to}"
        yield f"derive conv1d --wrt w --input 5 --kernel 3 --stride 2 --loss 'y0^2/2 + y1' --to {to}"
        yield f"derive conv_transpose2d --wrt x --stride 2 --padding 1 --output-padding 1 --to {to}"
        yield f"derive conv_transpose1d --wrt w --stride 3 --output-padding 2 --input 3 --kernel 4 --to {to}"
        yield f"derive linear --wrt all --to {to}"
        yield f"derive local2d --wrt w --stride 2x1 --to {to}"
        yield f"derive local1d --wrt x --input 5 --kernel 2 --stride 2 --to {to}"
        yield f"derive max_pool2d --stride 2x1 --ties split --to {to}"
        yield f"derive max_pool1d --input 6 --kernel 3 --stride 2 --to {to}"
        yield f"derive avg_pool2d --stride 2x3 --padding 1 --exclude-pad --to {to}"
        yield f"derive net --layers 'conv2d(1,2,kernel=3) relu flatten linear(3) cross_entropy' --input 1x5x4 --wrt all --to {to}"
        yield f"derive net --layers 'conv1d(2,3,kernel=2) tanh max_pool1d(2) avg_pool1d(2) sum' --wrt all --to {to}"
    for mode in ("circular", "reflect", "symmetric", "replicate"):
        yield f"derive conv1d --wrt x --padding 2:1 --padding-mode {mode} --stride 2"
        yield f"derive conv2d --wrt w --padding 1x2 --padding-mode {mode} --channels"
        yield f"derive correlate2d --wrt x --padding P --padding-mode {mode} --to json"
    for to in PAGES:
        yield f"derive conv2d --wrt x --padding 1 --padding-mode reflect --input 4x5 --kernel 3x2 --to {to}"
    for name in (
        "relu",
        "leaky_relu",
        "sigmoid",
        "tanh",
        "softplus",
        "gelu",
        "softmax",
        "mse",
        "cross_entropy",
        "sum",
        "flatten",
    ):
        for to in PAGES:
            yield f"derive {name} --to {to}"
    for row in CATALOG.values():
        yield f"derive {row.name}"
        yield f"example {row.name} {row.case}"
    yield "derive leaky_relu --slope r --to json"
    yield "derive mse --reduction sum"


def worked() -> Iterator[str]:
    """Every family worked out and traced."""
    cases = [
        "correlate1d --x '1 2 -1 3 1/2' --w '2 0 -1'",
        "convolve2d --input 4x5 --kernel 2x3 --mode same --seed 4",
        "correlate3d --input 3x2x4 --kernel 2x1x2 --stride 1x2x2",
        "conv1d --input 2x6 --kernel 3 --stride 2 --padding 2:0 --out-channels 4 --groups 2 --batch 2",
        "conv2d --input 2x5x6 --kernel 3x2 --stride 2x1 --padding 1:0x2 --out-channels 3",
        "conv2d --input 5x5 --kernel 2x2 --dilation 2x1 --stride 3 --flip-kernel --no-bias",
        "conv_transpose2d --input 2x3x2 --kernel 3x2 --stride 2x3 --padding 1x0 --output-padding 1x2 --out-channels 2",
        "conv_transpose1d --input 3 --kernel 4 --stride 3 --dilation 2",
        "linear --x '1 2 -1; 0 1/2 3' --out-channels 2",
        "local1d --input 2x5 --kernel 2 --stride 2 --padding 1:0 --out-channels 2",
        "local2d --input 3x4 --kernel 2x1 --stride 1x2",
        "max_pool1d --x '1 3 3 2 3' --kernel 3 --stride 1 --ties split",
        "max_pool2d --input 2x5x4 --kernel 3x2 --stride 2x1 --padding 1x0 --ceil-mode",
        "avg_pool2d --input 5x4 --kernel 3x2 --stride 2 --padding 1 --exclude-pad",
        "avg_pool3d --input 3x3x2 --kernel 2x2x1 --ceil-mode",
        "conv1d --input 4 --kernel 3 --padding 2:1 --padding-mode reflect --stride 2",
        "conv2d --input 3x4 --kernel 2x3 --padding 1x1:2 --padding-mode circular --out-channels 2",
        "conv2d --input 3x3 --kernel 3x2 --padding 2 --padding-mode replicate",
        "correlate1d --input 4 --kernel 2 --padding 3 --padding-mode symmetric",
    ]
    for case, to in product(cases, PAGES):
        yield f"example {case} --to {to}"
    for case, picture in product(cases, PICTURES):
        yield f"example {case} --to {picture}"
    functions = [
        "relu --x '1 -2 0'",
        "leaky_relu --x '1 -2 0 3/4' --slope 1/5",
        "sigmoid --x '1 -2 0'",
        "tanh --x '1/2 -2'",
        "softplus --x '1 -2 0'",
        "gelu --x '1 -2 0'",
        "softmax --x '1 2 0; -1 3 1'",
        "sum --x '1 2; 3 4'",
        "mse --x '1 2 0' --target '0 1 1/2' --reduction sum",
        "cross_entropy --x '1 2 0; -1 3 1' --target '2 0'",
        "flatten --input 2x2x3",
    ]
    for case, to in product(functions, PAGES):
        yield f"example {case} --to {to}"
    figures = (
        "both",
        "forward",
        "backward-x",
        "backward-w",
        "upstream",
        "strides",
        "overlaps",
        "matrix",
        "matrix-transposed",
    )
    for figure in figures:
        yield f"example conv2d --input 4x3 --kernel 2x1 --stride 2x1 --padding 1:0x0 --figure {figure} --to svg"
    for figure in ("y", "x", "w"):
        yield f"example conv2d --input 4x3 --kernel 2x1 --figure {figure} --to gif"
        yield f"example conv1d --input 5 --kernel 3 --stride 2 --figure {figure} --to stepper"
    yield "example conv1d --input 5 --kernel 3 --to png"
    traces = [
        "'y[0,1]' conv2d --input 3x4 --kernel 2x3 --padding 1",
        "'dx[1,0]' conv2d --input 4x3 --kernel 3x2 --stride 2x1 --padding 1:0x1 --out-channels 2",
        "'dw[1,0,2,1]' conv2d --input 2x4x3 --kernel 3x2 --stride 2 --padding 1 --out-channels 2",
        "'db[0]' conv1d --input 5 --kernel 2",
        "'dx[2]' conv_transpose1d --input 4 --kernel 3 --stride 2 --output-padding 1",
        "'dx[1,0]' conv2d --input 3x3 --kernel 2x2 --padding 1x0:1 --padding-mode circular",
        "'dw[1]' conv1d --input 4 --kernel 3 --padding 2 --padding-mode replicate",
        "'dx[2]' max_pool1d --x '1 3 3 2 3' --kernel 3 --stride 1",
        "'y[1,1]' max_pool2d --input 4x5 --kernel 2x3 --padding 1",
        "'dx[1]' avg_pool1d --input 5 --kernel 3 --stride 2 --padding 1",
        "'dw[1,0]' local1d --input 5 --kernel 2 --stride 2",
        "'dx[2]' local1d --input 5 --kernel 2",
        "'dx[1]' softmax --x '1 2 0'",
        "'y[0]' gelu --x '1 2 0'",
        "L cross_entropy --x '1 2 0' --target 1",
        "'dx[0]' linear --x '1 2 3' --out-channels 2",
    ]
    for case, to in product(traces, PAGES):
        yield f"trace {case} --to {to}"


def claims() -> Iterator[str]:
    """Formulas of every kind and verdict."""
    formulas = [
        "'O_W = H - K_W + 1'",
        "'o = \\lfloor (i + 2p - k)/s \\rfloor + 1'",
        "'o = (i + 2p - k)/s + 1'",
        "'\\sum_k f[k] g[n-k] = \\sum_k f[n-k] g[k]'",
        "'dL/dx[i] = sum_k w[k] g[i - k]' --forward correlate1d",
        "'\\frac{\\partial L}{\\partial x_j} = \\sum_p w_p g_{j+p}' --forward 'y[i] = sum_p w[p] x[i+p]'",
        "'\\tanh(x) = 2\\sigma(2x) - 1'",
        "'\\sigma(x) = 1/(1 + e^x)'",
        "'r_l = r_{l-1} + (k_l - 1) s_l' --about receptive-field",
        "'params = k k c_in c_out + c_out' --about parameters --operator conv2d",
        "'p = (k-1)/2' --about padding",
        "'o = s (i - 1) + k - 2p' --operator conv_transpose2d",
        "'foo bar baz'",
    ]
    for formula, to in product(formulas, ("text", "markdown", "latex", "json", "junit")):
        yield f"verify {formula} --to {to}"


def topics() -> Iterator[str]:
    """The subjects that stand on the spine."""
    cases = [
        "prove same-associates",
        "prove convolution-commutes",
        "sizes 'conv2d(3,8,kernel=3,stride=2,padding=1) relu max_pool2d(2)' --input 3x32x28",
        "receptive-field 'conv1d(kernel=3,stride=2) conv1d(kernel=3,dilation=2)'",
        "matrix conv2d --input 3x4 --kernel 2x1 --stride 1x2",
        "matrix conv_transpose1d --input 3 --kernel 3 --stride 2",
        "matrix conv1d --input 4 --kernel 3 --padding 1 --padding-mode circular",
        "im2col conv2d --input 2x4x3 --kernel 2x1 --stride 2x1 --out-channels 3",
        "fourier --input 4 --kernel 3",
        "fourier --input 3x4 --kernel 2x3",
        "continuous 'box(-1,2)' 'exp_decay(a)'",
        "continuous 'box(0,1)' triangle",
        "continuous 'gaussian(1)' 'gaussian(2,s)'",
        "derivative",
        "winograd 2 3",
        "winograd 4 3",
        "toom-cook 2 3",
        "karatsuba 4",
    ]
    for case, to in product(cases, PAGES):
        yield f"{case} --to {to}"
    for picture in PICTURES:
        yield f"matrix conv1d --input 5 --kernel 3 --to {picture}"
    yield "fourier --input 4 --kernel 3 --padding 2 --convolve --to text"
    yield "filter sample:astronaut --kernel sobel-x --to text"
    yield "list"
    yield "theorems"


def helps() -> Iterator[str]:
    """What each command says of itself."""
    yield "--help"
    for name in sorted(main.list_commands(main.make_context("symconv", [], resilient_parsing=True))):
        yield f"{name} --help"


def wrong() -> Iterator[str]:
    """Bad input: one line each."""
    yield from (
        "derive conv9d",
        "derive conv1d --stride 0",
        "derive conv1d --wrt z",
        "derive conv2d --padding 1x2x3",
        "derive conv1d --input 2 --kernel 5",
        "derive relu --wrt w",
        "derive leaky_relu --slope x",
        "derive max_pool1d --ties none",
        "example conv1d --x '1 2' --w '1 2 3'",
        "example conv1d --x '1 a'",
        "example conv2d --padding-mode mirror --input 3x3 --kernel 2",
        "example mse --x '1 2' --target '1'",
        "trace 'y[9]' conv1d --input 3 --kernel 2",
        "matrix relu",
        "im2col max_pool1d --input 4 --kernel 2",
        "sizes 'conv2d(3' --input 3x4x4",
        "winograd 0 3",
        "continuous 'foo(t)' 'rect(t)'",
        "prove nothing",
        "verify",
        "derive conv1d --to docx",
        "derive net --layers 'conv1d(1,1,kernel=2) nosuch'",
    )


def commands() -> list[str]:
    """Every page, by its command line."""
    parts = (derivations(), worked(), claims(), topics(), helps(), wrong())
    return list(dict.fromkeys(command for part in parts for command in part))


def masked(text: str) -> str:
    """Without what differs from run to run: milliseconds, the solver's version."""
    text = re.sub(r"[\d.]+ ms\b", "- ms", text)
    text = re.sub(r'"timing": \{[^{}]*\}', '"timing": {}', text)
    return re.sub(r"z3 \d[\d.]*", "z3 -", text)


def page(command: str) -> bytes:
    """What a command gives: exit status, standard output, standard error."""
    result = CliRunner().invoke(main, shlex.split(command), env={"COLUMNS": "80"}, prog_name="symconv")
    shown = b"%d\n" % result.exit_code + result.stdout_bytes + b"\n--- stderr\n" + result.stderr_bytes
    try:
        return masked(shown.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        return shown  # a picture


def digest(command: str) -> str:
    """The hash of a page."""
    return hashlib.sha256(page(command)).hexdigest()[:16]


def kept() -> dict[str, str]:
    """The hashes that stand."""
    found: dict[str, str] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def bless(chosen: list[str]) -> None:
    """Write the hashes of the chosen pages anew, in the order of the table."""
    known = kept() if KEPT.exists() else {}
    known |= {command: digest(command) for command in chosen}
    ordered = {command: known[command] for command in commands() if command in known}
    KEPT.write_text(json.dumps(ordered, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def differing(chosen: list[str]) -> list[str]:
    """The chosen pages whose bytes are not those that were kept."""
    known = kept()
    return [command for command in chosen if digest(command) != known.get(command)]


def run(arguments: list[str]) -> int:
    """The command line of the fence."""
    parser = argparse.ArgumentParser(prog="python -m tests.fence", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="WORD", help="pages alone whose command holds one of these"
    )
    parser.add_argument("--show", metavar="COMMAND", help="print one page as it is hashed")
    parser.add_argument("--bless", action="store_true", help="write the hashes anew")
    options = parser.parse_args(arguments)
    if options.show is not None:
        sys.stdout.buffer.write(page(options.show))
        return 0
    chosen = [c for c in commands() if not options.only or any(word in c for word in options.only)]
    if options.bless:
        bless(chosen)
        return 0
    found = differing(chosen)
    print(*found, f"{len(chosen)} pages, {len(found)} differ", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
