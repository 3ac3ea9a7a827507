"""Processes: code is never searched in the current folder, nothing executed crosses a border, and nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sympy

import symconv as sc
from symconv.api import judging
from symconv.check.kernel import relay
from symconv.check.kernel.verdict import issue
from symconv.language.claims import Condition, Failure, Judgement, Published, Repair
from symconv.language.facts import Verdict
from symconv.pages.files import write
from symconv.pages.scratch import workshop
from symconv.processes.isolated import Ended, Interpreter
from symconv.processes.pool import answers
from symconv.processes.wire import packed, unpacked
from symconv.topics.continuous import trees
from symconv.topics.continuous.terms import Beyond
from tests import ROOT

MARKER = "import pathlib\npathlib.Path(__file__).with_suffix('.ran').touch()\nraise ImportError('hostile')\n"
HOSTILE = [
    "numpy",
    "sympy",
    "mpmath",
    "z3",
    "pickle",
    "json",
    "lark",
    "click",
    "drawsvg",
    "joblib",
    "gmpy2",
    "flint",
    "PIL",
    "threading",
    "queue",
    "subprocess",
    "sitecustomize",
    "usercustomize",
    "symconv",
    "hmac",
    "secrets",
    "signal",
    "typing",
    "enum",
    "importlib_resources",
]
CLAIMS = "".join(f"[[claim]]\nformula = 'o = (i + 2p - k)/s + {k}'\nabout = 'output-size'\n" for k in range(2))


def waited(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """What the condition gives once it gives something; a test fails if it never does."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "the condition was never met"
        time.sleep(0.005)
    return found


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The console script, as an installer writes it: the folder that it lies in comes first on the path."""
    made = tmp_path / "bin" / "symconv"
    made.parent.mkdir()
    made.write_text("from symconv.__main__ import run\nrun()\n")
    return made


def attentive() -> None:
    """A process of its own that heeds Ctrl-C, even where the tests themselves were started in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def started(words: list[Any], folder: Path, **more: Any) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "preexec_fn": attentive, **more}
    return subprocess.Popen([sys.executable, *map(str, words)], cwd=folder, env=env, text=True, encoding="utf-8", **pipes)


def ended(words: list[Any], folder: Path, **more: Any) -> tuple[int, str, str]:
    with started(words, folder, **more) as process:
        out, err = process.communicate()
    return process.returncode, out, err


# the current folder
@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "hostile"
    folder.mkdir()
    for name in HOSTILE:
        (folder / f"{name}.py").write_text(MARKER)
    (folder / "claims.toml").write_text(CLAIMS)
    return folder


RUNS = {
    "the slow integral": (["continuous", "cauchy(1)", "box(0,1)"], 0),
    "jobs": (["verify", "claims.toml", "--jobs", "2"], 1),
    "a proof": (["derive", "conv1d", "--stride", "2", "--input", "5", "--kernel", "2"], 0),
    "an example": (["example", "conv1d", "--input", "5", "--kernel", "2", "--to", "svg"], 0),
    "help": (["--help"], 0),
}


STARTS = [("script", *RUNS[name]) for name in RUNS] + [("module", *RUNS[name]) for name in ("a proof", "help")]


@pytest.mark.sweep(2)
@pytest.mark.parametrize(("start", "words", "status"), STARTS, ids=lambda part: part if isinstance(part, str) else None)
def test_the_current_folder_is_not_searched(hostile: Path, script: Path, start: str, words: list[str], status: int) -> None:
    """``python -m`` itself searches it, for symconv and for ``runpy``; a line of ours never does."""
    begin: list[Any] = [script] if start == "script" else ["-m", "symconv"]
    if start == "module":
        (hostile / "symconv.py").unlink()
    code, out, err = ended([*begin, *words], hostile)
    assert (code, err) == (status, "")
    assert out
    assert [p.name for p in hostile.iterdir() if p.suffix == ".ran" or p.is_dir()] == []


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="needs /proc")
def test_the_solver_is_not_loaded_from_the_current_folder(hostile: Path) -> None:
    """z3 looks for its library in the current folder first, unless it is told where it is."""
    import z3

    for library in (Path(z3.__file__).parent / "lib").glob("libz3.so*"):
        shutil.copy(library, hostile / library.name)
    code = (
        "import symconv as sc\nassert 'z3' in sc.prove('polyphase').verdict.solver\n"
        "print([line.split()[-1] for line in open('/proc/self/maps') if 'libz3' in line][0])"
    )
    status, out, err = ended(["-P", "-c", code], hostile)
    assert (status, err) == (0, "")
    assert Path(out.split()[-1]).parent != hostile


def test_no_pickles() -> None:
    """Read off the source: nothing that runs code on reading, and joblib (which pickles) is gone."""
    for path in (ROOT / "symconv").rglob("*.py"):
        words = {
            line.split()[1].split(".")[0] for line in path.read_text().splitlines() if line.startswith(("import ", "from "))
        }
        assert not words & {"pickle", "joblib", "multiprocessing", "marshal", "shelve", "dill"}, path
    assert "joblib" not in (ROOT / "pyproject.toml").read_text()


# what crosses a border
JUDGEMENT = Judgement(
    Published("o = i\ud800", "output-size", (("o", "output"),), ("k odd",), line=3),
    Verdict("conditional", "é", "i >= 1", "z3", 1.25),
    ("read",),
    Condition("k odd", True),
    Failure((("i", "3"),), "1", "2"),
    Repair("o = i", "edit", Verdict("checked", "")),
    (("exactly", Judgement(Published("a"), Verdict("checked", "b"))),),
)


def test_facts_come_back_as_they_went() -> None:
    text = json.dumps(packed(JUDGEMENT))
    assert text.isascii()
    assert unpacked(json.loads(text), judging.KINDS) == JUDGEMENT


def test_only_known_kinds_are_made() -> None:
    with pytest.raises(sc.InternalError):
        unpacked({"is": "Popen", "args": ["true"]}, judging.KINDS)
    with pytest.raises(sc.InternalError):
        packed(object())


def test_proved_is_the_kernels_word() -> None:
    """It crosses under a key; spoilt in any field, under another key, or unsigned, it is not believed."""
    key, other = b"a" * 32, b"b" * 32
    verdict = issue("3 obligations", "i >= 1", "z3", 2.5)
    wire = json.loads(json.dumps(packed(verdict, lambda v: relay.sealed(v, key))))
    again = relay.received(key, **{name: part for name, part in wire.items() if name != "is"})
    assert again == verdict
    assert type(again) is type(verdict)
    given = {name: part for name, part in wire.items() if name != "is"}
    spoilt = [{**given, name: given[name] * 2} for name in given]
    for told, with_key in [*((s, key) for s in spoilt), (given, other), ({**given, "signature": ""}, key)]:
        with pytest.raises(sc.InternalError):
            relay.received(with_key, **told)


def expressions() -> Iterator[Any]:
    t, a = sympy.Symbol("t", real=True), sympy.Symbol("a", positive=True)
    yield from (t, a, sympy.oo, -sympy.oo, sympy.pi, sympy.E, sympy.I, sympy.Rational(-3, 7), sympy.Integer(10) ** 5000)
    yield from (sympy.erf(sympy.sqrt(2) * t / a), sympy.atan2(t, a), sympy.Abs(t - 1), sympy.exp(-a * t) / (t**2 + 1))
    yield sympy.Piecewise((t, t < a), (sympy.sin(t), sympy.Or(t > 2 * a, sympy.Eq(t, a))), (0, True))
    yield sympy.Max(t, a, 3) + sympy.Heaviside(t) + sympy.lowergamma(a, t)


@pytest.mark.parametrize("expression", list(expressions()), ids=range(len(list(expressions()))))
def test_expressions_come_back_as_they_went(expression: Any) -> None:
    again = trees.unpacked(json.loads(json.dumps(trees.packed(expression))))
    assert again == expression
    assert again.free_symbols == expression.free_symbols


def test_other_expressions_do_not_cross() -> None:
    with pytest.raises(Beyond, match="answers with f, which"):
        trees.packed(sympy.Function("f")(1))
    for tree in (["Lambda", ["n", "1", "1"]], ["lambdify"], ["s", "commutative", "x"], ["sympify", "__import__('os')"]):
        with pytest.raises(Beyond):
            trees.unpacked(tree)


# the pool
def test_answers_come_in_order_and_a_dead_process_costs_one() -> None:
    """A process that is killed costs its question alone; the others are answered."""
    claims = [Published(f"{k} + 1 = {k + 1}", "arithmetic", id=str(k)) for k in range(6)]
    key = b"k" * 32
    lines = [judging.judge_line(c, key) for c in claims]
    lines[2] = "no JSON"
    found = list(answers(lines, 3, "symconv.api.judge"))
    assert len(found) == 6
    judged = [judging.judged(a, c, key) for k, (a, c) in enumerate(zip(found, claims, strict=True)) if k != 2]
    assert [j.published.id for j in judged] == ["0", "1", "3", "4", "5"]
    assert all(j.verdict.holds for j in judged)
    with pytest.raises(sc.InternalError):
        judging.judged(found[2], claims[2], key)
    gone = judging.judged(Ended(-9), claims[0], key)
    assert (gone.verdict.status, "signal 9" in str(gone.verdict.how)) == ("unsupported", True)


def test_a_process_without_an_answer() -> None:
    interpreter = Interpreter("symconv.topics.continuous.serving")
    asked = {"f": "cauchy(1)", "g": "gaussian(1)", "correlate": False, "steps": 10**12}
    with pytest.raises(Ended):
        interpreter.ask(json.dumps(asked), seconds=0.01)
    interpreter.close()


@pytest.mark.slow
def test_steps_not_seconds() -> None:
    """The same budget, the same answer: a larger one finds it, a smaller one does not."""
    from symconv.topics.continuous.story import integrated

    texts = ("cauchy(1)", "box(0,1)")
    with pytest.raises(Beyond, match="within 20,000 steps"):
        integrated(texts, False, "why", 20_000)
    assert integrated(texts, False, "why")


# stopping
def children(parent: int) -> list[int]:
    """The processes that a process has started, from /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def blocked(pid: int, number: signal.Signals) -> bool:
    """Whether a process has come so far that a thread of its own waits for the signal."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    mask = int(next(line.split()[1] for line in lines if line.startswith("SigBlk:")), 16)
    return bool(mask >> (number - 1) & 1)


needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="needs /proc")
STOPS = {signal.SIGINT: (130, "symconv: stopped\n"), signal.SIGTERM: (143, "symconv: stopped\n"), signal.SIGKILL: (-9, "")}


@pytest.mark.sweep(2)
@needs_proc
@pytest.mark.parametrize("how", STOPS, ids=lambda s: s.name)
def test_no_worker_outlives_its_parent(tmp_path: Path, script: Path, how: signal.Signals) -> None:
    (tmp_path / "claims.toml").write_text(CLAIMS * 40)
    with started([script, "verify", "claims.toml", "--jobs", "2", "-o", "report"], tmp_path) as process:
        workers = waited(lambda: len(found := children(process.pid)) == 2 and found)
        process.send_signal(how)
        _, err = process.communicate()
    assert (process.returncode, err) == STOPS[how]
    for worker in workers:
        waited(lambda worker=worker: gone(worker))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bin", "claims.toml"]


@pytest.mark.sweep(2)
@needs_proc
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
@pytest.mark.parametrize("moment", ["at the start", "with the solver at work", "with SymPy at work"])
def test_stopped_at_any_moment(tmp_path: Path, script: Path, how: signal.Signals, moment: str) -> None:
    """One line, no traceback, whatever was loaded or running."""
    words = ["continuous", "cauchy(1)", "gaussian(1)"] if "SymPy" in moment else ["theorems"]
    library = {"with the solver at work": "libz3", "with SymPy at work": ""}.get(moment)
    with started([script, *words], tmp_path) as process:
        waited(lambda: blocked(process.pid, how))
        if library:
            waited(lambda: library in Path(f"/proc/{process.pid}/maps").read_text())
        elif library is not None:
            (worker,) = waited(lambda: children(process.pid))
        process.send_signal(how)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (128 + how, "", "symconv: stopped\n")
    if library == "":
        waited(lambda: gone(worker))


@needs_proc
def test_what_a_script_ignores_is_ignored(tmp_path: Path, script: Path) -> None:
    """A command in the background of a script ignores Ctrl-C, as under nohup the end of its terminal."""
    begin = "import os, signal, sys\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nos.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    with started(["-c", begin, script, "list"], tmp_path) as process:
        waited(lambda: blocked(process.pid, signal.SIGTERM))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    assert "conv1d" in out


# places to write
WRITTEN = ["derive", "conv1d", "--no-proof"]


@pytest.mark.sweep(1)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(
    "words",
    [WRITTEN, ["derive", "--help"], ["list"], ["--help"], ["--version"], ["list", "--json"]],
    ids=" ".join,
)
def test_a_full_disk(tmp_path: Path, script: Path, words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        status, _, err = ended([script, *words], tmp_path, stdout=full)
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith("symconv: cannot write to standard output: No space left on device")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_no_room_for_the_error_either(tmp_path: Path, script: Path) -> None:
    with Path("/dev/full").open("w") as full:
        status, out, _ = ended([script, "derive", "nothing"], tmp_path, stderr=full)
    assert (status, out) == (2, "")


@pytest.mark.sweep(2)
@pytest.mark.parametrize(
    "words",
    [WRITTEN, ["--help"], ["list"], ["example", "conv2d", "--input", "9x9", "--kernel", "3x3", "--to", "html"]],
    ids=" ".join,
)
def test_a_reader_that_has_gone_away(tmp_path: Path, script: Path, words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    status, _, err = ended([script, *words], tmp_path, stdout=writer)
    os.close(writer)
    assert (status, err) == (1 if words == ["--help"] else 0, "")  # click's own status


@pytest.mark.sweep(2)
@pytest.mark.parametrize("place", ["folder", "none/page", "x" * 300, "read-only/page", "folder/"])
def test_places_that_cannot_be_written(tmp_path: Path, script: Path, place: str) -> None:
    """One line, status 2, and nothing is left or harmed."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "read-only").write_text("old")
    (tmp_path / "read-only").chmod(0o400)
    status, out, err = ended([script, *WRITTEN, "-o", place], tmp_path)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "cannot write" in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bin", "folder", "read-only"]
    assert list((tmp_path / "folder").iterdir()) == []
    assert (tmp_path / "read-only").read_text() == "old"


PAUSED = """
import sys, os
from symconv.pages import {module}
def pause(*_):
    print("here", flush=True)
    sys.stdin.read()
{body}
"""
INSIDE = {
    "a file": ("files", "os.replace = pause\nfiles.write('new', 'page')"),
    "a folder": ("scratch", "with scratch.workshop():\n    pause()"),
}


@pytest.mark.parametrize(("module", "body"), INSIDE.values(), ids=INSIDE)
def test_what_a_killed_process_leaves_is_cleared_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, body: str
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "page").write_text("old")
    (tmp_path / ".symconv-notes").write_text("a user's")

    def left() -> list[str]:
        return [p.name for p in tmp_path.iterdir() if p.name not in ("page", ".symconv-notes")]

    def next_run() -> None:
        write("again", tmp_path / "page")
        with workshop():
            pass

    with started(["-c", PAUSED.format(module=module, body=body)], tmp_path, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        assert (tmp_path / "page").read_text() == "old"
        next_run()
        assert len(left()) == 1, "what a living process holds is not touched"
        process.kill()
        process.communicate()
    assert len(left()) == 1
    next_run()
    assert left() == []
    assert (tmp_path / ".symconv-notes").read_text() == "a user's"
