"""The types of the public names: the stub is what the rows and topics say, and static checkers go by it."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import symconv as sc
from symconv.layers.catalog import CATALOG
from tests import ROOT
from tests.stub import STUB, stub

RIGHT = """\
import symconv as sc

op: sc.Operator = sc.conv2d(3, out_channels=4, kernel=(3, 2), stride="s", padding=((1, 0), (0, 1)), bias=False)
shared = [sc.max_pool2d(2, ties="split"), sc.silu(), sc.leaky_relu(0.1), sc.flatten(), sc.linear(5), sc.cross_entropy(reduction="sum")]
net: sc.Network = sc.chain(sc.conv2d(1, 2, kernel=3), *shared, input=(1, 8, 8))
d: sc.Derivation = sc.derive(op, wrt="w")
text: str = d.latex() + sc.derive(net).text() + sc.prove("symmetric-kernel").html()
shape: tuple[int, int] = sc.matrix(sc.correlate1d(), 5, 3).shape
holds: bool = sc.verify("o = i - k + 1", about="output-size").holds
"""
# a line -> what mypy says of it
WRONG = {
    "sc.conv2d(strides=2)": 'Unexpected keyword argument "strides" for "conv2d"; did you mean "stride"?',
    "sc.conv2d(stride=1.5)": 'Argument "stride" to "conv2d" has incompatible type "float"; expected "int | str | Sequence',
    "sc.correlate1d(groups=2)": 'Unexpected keyword argument "groups" for "correlate1d"',
    "sc.silu(3)": 'Too many arguments for "silu"',
    "sc.max_pool2d(2, ties=1)": 'Argument "ties" to "max_pool2d" has incompatible type "int"; expected "str"',
    "sc.conv9d()": 'Module has no attribute "conv9d"',
    "sc.relu().formulas": '"Operator" has no attribute "formulas"',
    "sc.derive('conv2d')": 'Argument 1 to "derive" has incompatible type "str"; expected "Operator',
    "sc.matrix(sc.conv1d(), 5, 3).cell": '"Matrix" has no attribute "cell"; maybe "cells"?',
}


def test_the_stub_is_what_the_rows_say() -> None:
    """Else: python -m tests.stub."""
    assert STUB.read_text(encoding="utf-8") == stub()


def test_the_stub_has_the_public_names_and_no_other() -> None:
    found = set()
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            found |= {alias.asname for alias in node.names}
        elif isinstance(node, ast.AnnAssign):
            found.add(ast.unparse(node.target))
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    assert {name for name in found if name and (not name.startswith("_") or name == "__version__")} == set(dir(sc))


@pytest.mark.parametrize("name", CATALOG)
def test_the_stub_and_the_constructor_agree(name: str) -> None:
    """Parameters, in order, and their defaults, as a call at run time has them."""
    (node,) = (n for n in ast.parse(stub()).body if isinstance(n, ast.FunctionDef) and n.name == name)
    known = inspect.signature(getattr(sc, name)).parameters.values()
    assert [a.arg for a in node.args.args] == [p.name for p in known]
    made = [repr(p.default).replace("Fraction", "_Fraction") for p in known]
    assert [ast.unparse(value).replace('"', "'") for value in node.args.defaults] == made


def test_a_script_under_mypy(tmp_path: Path) -> None:
    """Used rightly it passes; every wrong use is named, at its line."""
    script = tmp_path / "script.py"
    script.write_text(RIGHT + "".join(f"{line}\n" for line in WRONG), encoding="utf-8")
    words = ["-m", "mypy", "--strict", "--follow-imports=silent", "--ignore-missing-imports", "--config-file=", str(script)]
    cache = ["--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run(
        [sys.executable, *words, *cache], cwd=tmp_path, env={"MYPYPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )  # fmt: skip
    lines = re.findall(r"script\.py:(\d+): error: (.*)", done.stdout)
    first = RIGHT.count("\n") + 1
    assert [int(number) for number, _ in lines] == list(range(first, first + len(WRONG))), done.stdout + done.stderr
    for (_, said), wanted in zip(lines, WRONG.values(), strict=True):
        assert wanted in said


def test_the_script_runs() -> None:
    """What mypy passes is right at run time too, and what it refuses is refused."""
    exec(compile(RIGHT, "script", "exec"), {})
    for line in WRONG:
        with pytest.raises((sc.SymconvError, AttributeError)):
            exec(line, {"sc": sc})
