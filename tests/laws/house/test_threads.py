"""Eight threads at once, from a cold start: the very answers that one thread gives, and nothing on standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests import ROOT

# every thread does all of it, each beginning elsewhere; the interpreter changes threads as often as it can
SCRIPT = """
import json, sys, threading
import symconv as sc
import numpy as np

X, W = np.arange(20).reshape(1, 2, 10), np.ones((3, 2, 3), dtype=int)
TASKS = [
    lambda: [v.status for v in sc.derive(sc.conv1d(stride=2)).verdicts],
    lambda: sc.derive(sc.conv2d(stride="s", padding="P"), wrt="w").latex(),
    lambda: sc.verify("O_W = H - K_W + 1").text(),
    lambda: sc.verify(r"\\\\sigma'(x) = \\\\sigma(x)(1 - \\\\sigma(x))").markdown(),
    lambda: sc.evaluate(sc.conv1d(), x=X, w=W, g=np.ones((1, 3, 8), dtype=int)).grad_x.tolist(),
    lambda: sc.example(sc.conv2d(), input=(4, 5), kernel=2).picture("svg"),
    lambda: sc.continuous("exp_decay(a)", "gaussian(s)").text(),
    lambda: sc.continuous("gaussian(1/3)", "box(0,1)")(0.7),
    lambda: sc.winograd(2, 3).latex(),
    lambda: repr(sc.derive(sc.softmax())),
    lambda: sc.prove("output-size").verdict.status,
    lambda: str(sc.conv1d().at(input=4, kernel=2).grad("x")),
    lambda: sc.sizes("conv2d(1,2,kernel=3) relu max_pool2d(2)", "1x9x9").json(),
    lambda: sc.receptive_field("conv1d(kernel=3) conv1d(kernel=3)").picture("tikz"),
    lambda: sc.matrix(sc.conv1d(), input=4, kernel=2).html(),
    lambda: sc.fourier(4, 2).text(),
]

def run(first, found):
    order = [(first + k) % len(TASKS) for k in range(len(TASKS))]
    found.extend(sorted((k, TASKS[k]()) for k in order))

many = [[] for _ in range(int(sys.argv[1]))]
sys.setswitchinterval(1e-5)
threads = [threading.Thread(target=run, args=(2 * k, found)) for k, found in enumerate(many)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(many))
"""
ISSUE = (
    "import symconv as sc, threading\nts = [threading.Thread(target=lambda: print(sc.derive(sc.conv1d(stride=2))"
    ".verdicts[-1].status + '\\n', end='')) for _ in range(8)]\n[t.start() for t in ts]\n[t.join() for t in ts]"
)


def run(code: str, *words: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code, *words], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
def test_threads_give_what_one_gives() -> None:
    ((alone,), many) = (json.loads(run(SCRIPT, count)) for count in ("1", "8"))
    assert len(many) == 8
    assert len(alone) == 16
    for found in many:
        assert [name for (name, one), (_, other) in zip(found, alone, strict=True) if one != other] == []


def test_one_word_eight_times() -> None:
    words = run(ISSUE).split()
    assert len(words) == 8
    assert len(set(words)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_in_the_midst_is_not_stuck() -> None:
    """A process forked while another thread is inside: the child can go in."""
    code = (
        "import os, threading, warnings\nimport symconv as sc\nsc.conv1d()\nwarnings.simplefilter('ignore')\n"
        "ts = [threading.Thread(target=lambda: sc.derive(sc.conv1d(stride=2))) for _ in range(2)]\n[t.start() for t in ts]\n"
        "child = os.fork()\n"
        "if child == 0:\n    os.write(1, repr(sc.conv1d()).encode())\n    os._exit(0)\n"
        "os.waitpid(child, 0)\n[t.join() for t in ts]"
    )
    assert "conv1d: y[" in run(code)
