"""Measures each row of ``ROWS``, prints a table, and exits with status 1 if a bound is missed.

The unit is T, the time that ``import sympy`` takes, measured in the same run, so that the figures mean the same on every
machine.  A row is a name, how it is measured, and its bound in T.  To add one, add a line to ``ROWS``:

    inside(setup, statement)   seconds for the statement in one fresh interpreter: after the setup, warm, median of many
    command(words)             seconds for a whole process ``symconv ...``, median of several, started from cold; as in a shell,
                               words with blanks are quoted
    beyond(words)              the same, less a bare ``python -c pass``

Then the explicit identity beside the naive way and symengine's: see ``explicit.py``.

    python -m tests.benchmarks [--rounds N] [--only WORD]
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from tests.benchmarks import chains, claims, continua, explicit, networks, proofs, signals

Measure = Callable[[int], float]
SYMCONV = "from symconv.cli import main; main()"


def timed(code: str, *words: str) -> float:
    """Seconds for a fresh interpreter to run the code, from start to end."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as nowhere:
        subprocess.run([sys.executable, "-c", code, *words], stdout=nowhere, check=True)
    return time.perf_counter() - start


def told(code: str) -> float:
    """The number that a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def unit(rounds: int) -> float:
    """T: SymPy's own import time."""
    code = "import time\nstart = time.perf_counter()\nimport sympy\nprint(time.perf_counter() - start)"
    return median(told(code) for _ in range(rounds))


def inside(setup: str, statement: str, rounds: int) -> float:
    """The median over several interpreters of the median of twenty runs after two that warm up."""
    code = "\n".join([
        "import time, statistics",
        setup,
        "found = []",
        "for _ in range(22):",
        "    start = time.perf_counter()",
        f"    {statement}",
        "    found.append(time.perf_counter() - start)",
        "    forget()",
        "print(statistics.median(found[2:]))",
    ])  # fmt: skip
    return median(told(code) for _ in range(rounds))


def command(words: str, rounds: int) -> float:
    """``symconv`` with the words, as a process."""
    return median(timed(SYMCONV, *shlex.split(words)) for _ in range(rounds))


def beyond(words: str, rounds: int) -> float:
    """The same, less a bare interpreter's start."""
    return command(words, rounds) - median(timed("pass") for _ in range(rounds))


# what was tried on one run is not to help the next: the chosen cases are forgotten
SETUP = """
import symconv as sc
from symconv.check.cases import choose
forget = choose.cache_clear
op = sc.conv2d(stride=("s1", "s2"), padding=("P1", "P2"), dilation=("d1", "d2"))
"""


# the numbers of a worked example are plain: no SymPy; imports are its start-up
EXAMPLE = """
import symconv as sc
from symconv.public.examples import Example
op = sc.conv2d(padding=1)
warm = sc.example(sc.conv1d(), input=3, kernel=2)
warm.text(), warm.picture("svg")
def forget():
    pass
"""


@dataclass(frozen=True)
class Row:
    """One line of the table; the bound is in T."""

    name: str
    measure: Measure
    bound: float


ROWS = [
    Row(
        "derive conv2d dL/dx, all parameters names, unchecked",
        partial(inside, SETUP, "sc.derive(op, 'x', check=False)"),
        0.05,
    ),
    Row(
        "derive conv2d dL/dx, all parameters names, every step checked",
        partial(inside, SETUP, "sc.derive(op, 'x', proof=False)"),
        0.5,
    ),
    Row("symconv --help, beyond bare Python", partial(beyond, "--help"), 0.16),
    Row(
        "symconv derive without sizes, checked, in all",
        partial(command, "derive conv2d --wrt x --stride s --padding P --dilation d --no-proof"),
        1.5,
    ),
    Row(
        "symconv derive with small sizes, checked, in all",
        partial(command, "derive conv1d --wrt x --input 5 --kernel 3 --no-proof"),
        3.0,
    ),
    Row(
        "symconv derive without sizes, every step proved, in all",
        partial(command, "derive conv2d --wrt x --stride s --padding P --dilation d"),
        1.2,
    ),
]
ROWS += [
    Row(
        "example 6x6 * 3x3, both backward passes, text and SVG",
        partial(inside, EXAMPLE, "e = sc.example(op, input=(6, 6), kernel=(3, 3)); e.text(), e.picture('svg')"),
        0.5,
    ),
    Row(
        "symconv example 6x6 * 3x3 --to latex, in all",
        partial(command, "example conv2d --input 6x6 --kernel 3x3 --to latex"),
        1.5,
    ),
]
INSIDE = [*proofs.INSIDE, *chains.INSIDE, *signals.INSIDE, *continua.INSIDE, *claims.INSIDE, *networks.INSIDE]
ROWS += [Row(name, partial(inside, setup, statement), bound) for name, setup, statement, bound in INSIDE]
COMMANDS = [*proofs.COMMANDS, *signals.COMMANDS, *continua.COMMANDS, *claims.COMMANDS]
ROWS += [Row(name, partial(command, words), bound) for name, words, bound in COMMANDS]
ROWS += [Row(name, partial(claims.corpus, statistic), bound) for name, statistic, bound in claims.WHOLE]


def measured(row: Row, rounds: int) -> tuple[float, float]:
    """(seconds, ratio), medians; every round measures T anew just before the row, so that a busy machine slows both."""
    seconds, ratios = [], []
    for _ in range(rounds):
        T = unit(1)
        seconds.append(row.measure(1))
        ratios.append(seconds[-1] / T)
    return median(seconds), median(ratios)


def table(rows: list[Row], rounds: int) -> bool:
    """Measure and print; whether all bounds hold."""
    column = max(len(row.name) for row in rows) + 2
    T = unit(rounds)
    print(f"T = {T:.3f} s, SymPy's import; medians of {rounds}; Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
    print(f"{'name':{column}}{'seconds':>10}{'ratio':>9}{'bound':>9}  ok")
    good = True
    for row in rows:
        seconds, ratio = measured(row, rounds)
        ok = ratio <= row.bound
        good = good and ok
        print(f"{row.name:{column}}{seconds:10.4f}{ratio:7.3f} T{row.bound:7.2f} T  {'yes' if ok else 'NO'}", flush=True)
    return good


def arguments() -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="rows whose name holds this word")
    return parser.parse_args()


if __name__ == "__main__":
    options = arguments()
    chosen = [row for row in ROWS if options.only in row.name]
    good = not chosen or table(chosen, options.rounds)
    sys.exit(0 if explicit.table(options.only) and good else 1)
