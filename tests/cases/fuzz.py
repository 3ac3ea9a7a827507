"""Inputs by chance, each from its seed and number alone: formulas, options, arrays, claim files, command lines.

The law: no exception but SymconvError (a command ends with status 0, 1 or 2 and one line), and none over so many seconds of the
processor.  ``SYMCONV_FUZZ_SEED`` and ``SYMCONV_FUZZ_COUNT`` choose a run, ``SYMCONV_FUZZ_ONLY`` one number of it:

    SYMCONV_FUZZ_SEED=7 SYMCONV_FUZZ_COUNT=20000 python -m tests.fuzz     lists what breaks the law, and goes on
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import FrameType
from typing import Any

import click
import numpy as np
from click.testing import CliRunner

import symconv as sc
from symconv.api import verify as api
from symconv.claims import files
from symconv.claims.syntax import Reading, read
from symconv.claims.tokens import FormulaError
from symconv.cli import main
from symconv.errors import InternalError, SymconvError
from symconv.pages.write import CLAIMS, write
from tests.cases.fuzz_formulas import formula, meaning, mutated, published, strange, swapped

SECONDS = float(os.environ.get("SYMCONV_FUZZ_SECONDS", "10"))


@dataclass(frozen=True)
class Input:
    """One input: what kind, how it looks, and how it is run."""

    kind: str
    shown: str
    run: Callable[[], Any]


class Slow(BaseException):
    """Too many seconds of the processor; no code that catches exceptions may catch it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Slow where the process has used so many seconds of the processor."""

    def stop(_: int, frame: FrameType | None) -> None:
        raise Slow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fault(made: Input, seconds: float = SECONDS) -> str:
    """How an input breaks the law, in a line that names the place; an empty string if it does not."""
    begun = time.process_time()
    try:
        with limited(seconds):
            made.run()
    except SymconvError as error:
        said = str(error)
        if isinstance(error.__cause__, Exception) and not isinstance(error.__cause__, SymconvError):
            return f"unforeseen: {where(error.__cause__)}"
        if isinstance(error, InternalError) or error.exit_status != 2 or "\n" in said or not said:
            return f"no clear line: {type(error).__name__} {error.exit_status} {said[:120]!r}"
    except (Exception, Slow) as error:
        return where(error)
    spent = time.process_time() - begun  # a call into C is not stopped by a signal
    return f"Slow: {spent:.0f} s" if spent > seconds else ""


def where(error: BaseException) -> str:
    """An exception with the last of our functions that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames if "/symconv/" in f.filename]
    return f"{type(error).__name__}: {' '.join(str(error).split())[:120]} at {' < '.join(ours[:-5:-1])}"


def attempt(text: str, tensors: bool) -> None:
    """Read; a refusal is one line whose place lies within the text."""
    refused: SymconvError | None = None
    try:
        assert read(text, Reading(tensors=tensors))
    except SymconvError as error:
        refused = error
    if isinstance(refused, FormulaError):
        assert 0 <= refused.start <= len(text)
        carets = refused.pointed().split("\n")[1]
        assert set(carets) <= {" ", "^"}
        assert "^" in carets
    if refused is not None:
        raise refused


def some_formula(r: random.Random) -> Input:
    text = formula(r)
    if r.random() < 0.5:
        return Input("formula", repr(text), lambda: shown(sc.verify(text)))
    told = meaning(r, text)
    return Input("formula", f"{text!r}, **{seen(told)}", lambda: shown(sc.verify(text, **told)))


def some_text(r: random.Random) -> Input:
    """A text that is read and not judged: the place of what is refused lies within it."""
    text, tensors = formula(r), r.random() < 0.5
    return Input("text", f"{text!r}, {tensors}", lambda: attempt(text, tensors))


def seen(value: Any) -> str:
    """How a value looks, if it can be written out at all."""
    try:
        return repr(value)[:600]
    except Exception as error:
        return f"<{type(value).__name__}: {type(error).__name__}>"


def some_claim(r: random.Random) -> Input:
    """A published claim with its meaning, the one or the other spoilt."""
    claim = r.choice(published())
    told = {
        k: claim[k]
        for k in ("about", "where", "given", "operator", "forward", "conventions")
        if k in claim and r.random() < 0.8
    }
    text = claim["formula"]
    if r.random() < 0.7:
        text = swapped(r, text) if r.random() < 0.6 else mutated(r, text)
    else:
        told |= meaning(r, text)
    return Input("claim", f"{text!r}, **{seen(told)}", lambda: shown(sc.verify(text, **told)))


def shown(judgement: Any) -> None:
    """Every target is written."""
    for made in (judgement.text(), judgement.markdown(), judgement.latex(), judgement.json()):
        assert made


# arrays
def array(r: random.Random, fitting: tuple[int, ...] | None = None) -> Any:
    """Numbers in some shape: mostly sound, sometimes not."""
    if r.random() < 0.15:
        return strange(r)
    shape = tuple(r.randint(0, 4) if r.random() < 0.1 else r.randint(1, 4) for _ in range(r.randint(1, 4)))
    shape = fitting if fitting and r.random() < 0.85 else shape
    values = [
        r.choice([r.randint(-9, 9), r.randint(-9, 9), Fraction(r.randint(-9, 9), 7), 0.5])
        for _ in range(int(np.prod(shape)))
    ]
    made = np.array(values, dtype=object).reshape(shape)
    kind = r.random()
    if kind < 0.4:
        return made.tolist()
    if kind < 0.7:
        return made.astype(r.choice([float, np.float32, np.float16, object]))
    if kind < 0.8:
        return np.array(
            np.resize([1, 0, 3], shape),
            dtype=r.choice([bool, np.uint8, np.int8, np.int64, np.uint64, complex, "U5", "S3", "M8[s]"]),
        )
    nested = made.tolist()
    if isinstance(nested, list) and nested:
        nested[r.randrange(len(nested))] = strange(r, 1)
    return nested


EVALUATED = [
    "correlate1d", "correlate2d", "convolve1d", "convolve2d", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "max_pool1d",
    "max_pool2d", "avg_pool2d", "local1d", "linear", "relu", "softmax", "sigmoid", "mse", "cross_entropy", "leaky_relu", "tanh",
]  # fmt: skip
PARAMETERS = {
    "stride": [1, 2, (2, 1), 0, 10**30, "s", None, [1, 2], 1.5, True], "padding": [0, 1, (1, 0), ((1, 0), (0, 2)), "same", -1, 10**30, "P", [[1]]],
    "dilation": [1, 2, (1, 2), 0, 10**30], "groups": [1, 2, 0, 3], "mode": ["valid", "same", "full", "sme", 1], "kernel": [1, 2, (2, 2), 10**30],
    "padding_mode": ["circular", "reflect", "symmetric", "replicate", "x"], "bias": [True, False, 1], "slope": [0.1, "1/10", float("nan"), 10**5000],
    "ceil_mode": [True, 2], "output_padding": [0, 1, 10**30],
}  # fmt: skip


def shapes(r: random.Random, operator: str) -> dict[str, tuple[int, ...]]:
    """Shapes that fit an operator: (spatial) for correlate and convolve, (batch, channels, spatial) for layers."""
    axes = int(operator[-2]) if operator.endswith("d") and operator[-2].isdigit() else 1
    n, k = (tuple(r.randint(low, high) for _ in range(axes)) for low, high in ((3, 6), (1, 3)))
    if operator.startswith(("correlate", "convolve")):
        return {"x": n, "w": k}
    batch, into, out = r.randint(1, 2), r.randint(1, 3), r.randint(1, 3)
    if operator == "linear":
        return {"x": (batch, into), "w": (out, into), "b": (out,)}
    if operator.startswith("conv"):
        return {"x": (batch, into, *n), "w": (into, out, *k) if "transpose" in operator else (out, into, *k), "b": (out,)}
    if operator in ("mse", "cross_entropy"):
        return {"x": (batch, into), "target": (batch, into) if operator == "mse" else (batch,)}
    return {"x": (batch, into, *n)}


def some_array(r: random.Random) -> Input:
    operator = r.choice(EVALUATED)
    told = {k: r.choice(v) if r.random() < 0.9 else strange(r, 1) for k, v in PARAMETERS.items() if r.random() < 0.06}
    if "pool" in operator and r.random() < 0.9:
        told["kernel"] = 2
    fitting = shapes(r, operator)
    operands = {k: array(r, shape) for k, shape in fitting.items() if r.random() < 0.95}
    operands |= {k: array(r) for k in ("w", "b", "g") if k not in operands and r.random() < 0.08}
    if r.random() < 0.2:
        operands[r.choice(["input", "kernel", "output", "target", "params", "s", "P"])] = r.choice(
            [1, 4, (3, 3), 10**30, strange(r, 1)]
        )

    def run() -> None:
        getattr(sc, operator)  # a name of the catalogue
        made = sc.evaluate(getattr(sc, operator)(**told), **operands)
        assert made is not None

    return Input("array", f"{operator}(**{seen(told)}), **{seen(operands)}", run)


# files
SCRAPS = [
    "\\begin{equation}", "\\end{equation}", "\\begin{align}", "\\end{align}", "\\[", "\\]", "$", "$$", "\\(", "\\)", "% symconv: ",
    "about=output-size", 'where="o=output"', "skip", "\n", "\n\n", "o = i - k + 1", "&=", "\\\\", "<!-- symconv: ", "-->", "```math\n",
    "```", "`", "{", "}", "\\newcommand{\\a}[1]{#1\\a{b}}", "\\a", "\\a{c}", "\\def\\b{\\b\\b}", "\\b", "%", "text", "\\label{x}",
    "[[claim]]\n", "formula = 'a = b'\n", '"""', "'''", ":math:`", ".. math::\n\n    ", ".. symconv: ", "def f():\n    ", "#",
    "\\begin{verbatim}", "\\end{document}", "\\verb|", "\x00", "\\begin{cases}", "\ufeff", "where = {a = 1}\n", "given = []\n", "a.b.c = 1\n",
]  # fmt: skip
ENDINGS = files.ENDINGS
FRAMES = {
    ".tex": ["\\[ {} \\]\n", "\\begin{{align}} {} \\end{{align}}\n", "$${}$$\n", "% symconv: about=identity\n\\[ {} \\]\n"],
    ".md": ["```math\n{}\n```\n", "$$\n{}\n$$\n", "`{}` <!-- symconv: about=output-size -->\n", "text ${}$\n"],
    ".py": ["def f():\n    r'''\n    {}\n    '''\n", "class A:\n    r'''.. math::\n\n        {}\n    '''\n"],
    ".toml": ["[[claim]]\nformula = '''{}'''\n", "[[claim]]\nformula = '''{}'''\nabout = 'identity'\n"],
}


def some_file(r: random.Random) -> Input:
    ending = r.choice(ENDINGS)
    if r.random() < 0.5:
        text = "".join(r.choice(SCRAPS) for _ in range(r.randint(1, 40)))
    else:
        frames = FRAMES.get(ending, FRAMES[".tex"])
        text = "".join(r.choice(frames).format(formula(r)) for _ in range(r.randint(1, 4)))
        text = mutated(r, text) if r.random() < 0.4 else text
    raw = text.encode("utf-8", "surrogatepass")
    if r.random() < 0.1:
        at = r.randint(0, len(raw))
        raw = raw[:at] + r.choice([b"\xff", b"\x00", b"\xef\xbb\xbf", b"\xc3", b"\r"]) + raw[at:]

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"x{ending}"
            path.write_bytes(raw)
            found = api.claims(path, api.published(""))
            assert len(found.claims) == len(found.stated)
            made = api.report(path, found)
            for judgement in made.judgements:  # an outcome that hides a fault of ours is one
                assert "please report it" not in str(judgement.verdict.how), (judgement.published, judgement.verdict)
            for to in CLAIMS:
                assert write(made, to)

    return Input("file", f"{ending} {raw!r:.800}", run)


# command lines
SIZES = [
    "5",
    "7x6",
    "3x5",
    "1",
    "0",
    "-1",
    "1e99999",
    "9" * 5000,
    "x",
    "2x",
    "3x3x3x3x3x3",
    "5.0",
    "N",
    "H,W",
    "",
    "1:2",
    "99999",
    "15000x15000",
    "é",
]
OPTIONS: dict[str, list[str]] = {
    "--stride": ["1", "2", "2x1", "s", "s1,s2", "0", "1e99999", "9" * 5000, "i", "é", "", "2^{2^{2^9}}"],
    "--padding": ["1", "1x0", "1:0x2:1", "P", "same", "-1", "1e99999", "9" * 400, "a:b:c"],
    "--dilation": ["1", "2", "d", "0", "1e99999"], "--output-padding": ["0", "1", "9" * 400], "--groups": ["1", "2", "0", "g", "1e9999"],
    "--mode": ["valid", "same", "full", "x"], "--padding-mode": ["reflect", "circular", "x"], "--input": SIZES, "--kernel": SIZES,
    "--batch": SIZES, "--in-channels": SIZES, "--out-channels": SIZES, "--at": ["s=2", "s=1e99999", "s", "P=0,s=1", "=", "s=" + "9" * 5000],
    "--wrt": ["x", "w", "b", "all", "y"], "--x": ["1 2; 3 4", "[1,2,3]", "[[1,2],[3]]", "[" * 3000, "nan", "1e99999", "1/3 2", "1/0", "a", ""],
    "--w": ["1 2", "[1]", "{}", "1e-99999", "[[1,0],[0,1]]"], "--g": ["1 1", "[NaN]"], "--slope": ["0.1", "1/10", "1e99999", "x", "1/0"],
    "--points": ["0,1,-1,inf", "0,0", "1e99999", "1/0", "x", "1,2,3,4"], "--seed": ["0", "-1", "9" * 5000, "x"], "--unit": ["3", "3x0", "9" * 5000],
    "--loss": ["y[0]^2", "y[0]^9999999", "1e99999", "y[0]/0", "((((", "y[9]", "import os"], "--layers": ["conv2d(2,3,kernel=3) relu", "conv2d(", "é"],
    "--limit": ["1", "1000", "9" * 5000], "--bytes": ["4", "-1", "9" * 5000], "--to": ["text", "latex", "markdown", "html", "json", "svg", "x"],
}  # fmt: skip
ARGUMENTS: dict[str, Callable[[random.Random], list[str]]] = {
    "derive": lambda r: [r.choice(EVALUATED)],
    "example": lambda r: [r.choice(EVALUATED)],
    "trace": lambda r: [
        r.choice(["y[0]", "dx[1]", "y[0,0]", "y[99999999999]", "y", "[", "é[0]", "y[1e99999]"]),
        r.choice(EVALUATED),
    ],
    "matrix": lambda r: [r.choice(EVALUATED)],
    "im2col": lambda r: [r.choice(EVALUATED)],
    "sizes": lambda r: [r.choice(LAYERS)],
    "receptive-field": lambda r: [r.choice(LAYERS)],
    "fourier": lambda r: [],
    "continuous": lambda r: [r.choice(SIGNALS), r.choice(SIGNALS)],
    "winograd": lambda r: [r.choice(FEW), r.choice(FEW)],
    "toom-cook": lambda r: [r.choice(FEW), r.choice(FEW)],
    "karatsuba": lambda r: [r.choice(FEW)],
    "verify": lambda r: [formula(r)],
}
LAYERS = [
    "conv(3)", "conv2d(8, kernel=3, stride=2) relu pool(2)", "conv(1e99999)", "conv(" + "9" * 5000 + ")", "pool(2) " * 50, "conv(3", "é", "", "linear(10)",
    "conv2d(3,stride=s) conv2d(3,dilation=2)", "conv(0)", "conv(3) * 99999999", "flatten linear(10**9)",
]  # fmt: skip
SIGNALS = [
    "box",
    "step",
    "triangle",
    "exp_decay(2)",
    "gaussian",
    "box(0,1e99999)",
    "box(1/0,2)",
    "delta",
    "x",
    "",
    "box(((",
    "ramp",
    "box(0," + "9" * 5000 + ")",
]
FEW = ["1", "2", "3", "4", "0", "-1", "1e99999", "9" * 5000, "x", "99999", ""]


def some_command(r: random.Random) -> Input:
    command = r.choice(list(ARGUMENTS))
    words = [command, *ARGUMENTS[command](r)]
    known = main.get_command(click.Context(main), command)
    assert known is not None
    taken = {o for p in known.params for o in p.opts}
    for option in r.sample(list(OPTIONS), len(OPTIONS)):
        if r.random() < (0.3 if option in taken else 0.01):
            value = r.choice(OPTIONS[option])
            words += [option, mutated(r, value) if r.random() < 0.05 else value]
    if command == "verify":
        words = ["verify", "--", *words[1:]] if words[1:2] and words[1].startswith("-") else words

    def run() -> None:
        made = CliRunner().invoke(main, words)
        assert isinstance(made.exception, SystemExit | None), made.exc_info
        assert made.exit_code in (0, 1, 2), (made.exit_code, made.stderr[:300])
        assert "please report it" not in made.stderr, made.stderr[:300]
        if made.exit_code == 2:
            assert made.stderr.startswith("symconv: "), made.stderr[:300]
            assert made.stderr.count("\n") == 1 or "^" in made.stderr, made.stderr[:300]

    return Input("command", " ".join(w if len(w) < 300 else w[:20] + "..." for w in words).__repr__(), run)


Make = Callable[[random.Random], Input]
KINDS: list[tuple[float, Make]] = [
    (0.32, some_formula), (0.22, some_claim), (0.08, some_text), (0.12, some_array), (0.13, some_file), (0.13, some_command),
]  # fmt: skip


def chance(seed: int | str, number: int) -> random.Random:
    """What decides about the input of a number; those before it do not."""
    return random.Random(f"{seed}/{number}")


def made(seed: int, number: int) -> Input:
    """The input of a number."""
    r = chance(seed, number)
    return r.choices([k for _, k in KINDS], [w for w, _ in KINDS])[0](r)


def sweep(seed: int, count: int, first: int = 0) -> Iterator[tuple[int, Input, str, float]]:
    """Every input of a run, how it breaks the law, and its seconds."""
    for number in range(first, first + count):
        begun = time.process_time()
        one = made(seed, number)
        wrong = fault(one)
        yield number, one, wrong, time.process_time() - begun


def listed() -> int:
    """Run as the environment says, and list."""
    seed, count = int(os.environ.get("SYMCONV_FUZZ_SEED", "0")), int(os.environ.get("SYMCONV_FUZZ_COUNT", "1000"))
    only = os.environ.get("SYMCONV_FUZZ_ONLY")
    if only is not None:
        print(made(seed, int(only)).shown)
        made(seed, int(only)).run()
        return 0
    found, slowest, total = 0, (0.0, -1), 0.0
    for number, one, wrong, spent in sweep(seed, count, int(os.environ.get("SYMCONV_FUZZ_FIRST", "0"))):
        total += spent
        slowest = max(slowest, (spent, number))
        if wrong:
            found += 1
            print(f"{seed}/{number} {one.kind} {spent:.1f}s {wrong}\n    {one.shown[:400]}", flush=True)
        elif spent > 3:
            print(f"{seed}/{number} {one.kind} took {spent:.1f}s {one.shown[:200]}", flush=True)
    print(f"{count} inputs, {found} break the law; {total:.0f} s, the slowest {slowest[0]:.1f} s ({slowest[1]})")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(listed())
