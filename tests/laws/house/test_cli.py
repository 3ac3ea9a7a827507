"""The command line: the commands of the issue, stable JSON, pages of 80 columns, files written whole, exit statuses.

The JSON closed form is enough for an outsider: its numbers, put into a correlation of ten lines, give the gradient.
"""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import Result
from hypothesis import given

import symconv as sc
from symconv.cli import main
from symconv.cli.common import summaries
from tests.cases.helpers import checked, examples
from tests.cases.strategies import Case, cases, same
from tests.cases.zoo import build, derived, questions
from tests.harness import printed, run, shell
from tests.oracles import brute

COLUMNS = 80
TRY = [
    "derive conv1d --wrt x --stride 2 --padding 1",
    "derive conv1d --wrt x --stride s --padding P --dilation d",
    "derive convolve1d --wrt x",
    "derive conv2d --wrt w --stride 2x1 --padding 1:0x2:1 --groups 2 --channels",
    "derive conv1d --wrt x --input 5 --kernel 3",
    "derive conv2d --wrt x --stride s --padding P --dilation d --to latex --standalone -o dx.tex",
    "derive conv2d --wrt x --input 5x7 --kernel 3x2 --stride 2x1 --padding 1x0 --to json",
]


def derive(*words: str) -> Result:
    """Without the proof for all sizes, which takes longer and has tests of its own."""
    return run("derive", *words, "--no-proof")


def told(*words: str) -> dict[str, Any]:
    result = derive(*words, "--to", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# the commands of the issue
@pytest.mark.sweep(4)
@pytest.mark.parametrize("line", TRY)
def test_try_it(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = printed(*line.split())
    written = tmp_path / "dx.tex"
    if "-o" in line:
        assert shown == ""
        assert written.read_text(encoding="utf-8").startswith(r"\documentclass")
        assert [p.name for p in tmp_path.iterdir()] == ["dx.tex"]
    else:
        assert "dL/d" in shown or json.loads(shown)["explicit"]["equal"] is True
        assert not written.exists()


def test_the_example_of_the_issue_in_json() -> None:
    found = told("conv2d", "--wrt", "x", "--input", "5x7", "--kernel", "3x2", "--stride", "2x1", "--padding", "1x0")
    closed = found["closed_form"]
    assert (closed["data"], closed["kernel"], closed["flip"]) == ("g", "w", True)
    assert closed["stride"] == [1, 1]
    assert closed["input_dilation"] == [2, 1]
    assert closed["dilation"] == [1, 1]
    assert closed["padding"] == [[1, 1], [1, 1]]
    assert closed["size"] == [5, 7]
    assert closed["groups"] == 1
    explicit = found["explicit"]
    assert explicit["equal"] is True
    assert explicit["gradient"] == explicit["closed_form"]
    assert np.array(explicit["y"]).shape == (1, 1, 3, 6)
    assert np.array(explicit["gradient"]).shape == (1, 1, 5, 7)
    assert explicit["gradient"][0][0][0][0] == "w1_0*g0_0"


# JSON
KEYS = {"operator", "wrt", "parameters", "result", "closed_form", "steps", "checks"}
CLOSED = {
    "name", "data", "kernel", "stride", "input_dilation", "dilation", "padding", "flip", "size", "groups", "words",
}  # fmt: skip


@pytest.mark.sweep(6)
@pytest.mark.parametrize(("key", "wrt"), questions())
def test_json_keys(key: str, wrt: str) -> None:
    found = json.loads(derived(key, wrt).json())
    assert found.keys() >= KEYS
    assert found["wrt"] == wrt
    assert all(step.keys() >= {"rule", "formula", "latex", "verdict"} for step in found["steps"])
    assert all(check.keys() >= {"kind", "verdict", "detail"} for check in found["checks"])
    assert {step["verdict"] for step in found["steps"]} == {check["verdict"] for check in found["checks"]} == {"checked"}
    closed = found["closed_form"]
    assert closed.keys() >= CLOSED
    per_axis = {len(closed[name]) for name in ("stride", "input_dilation", "dilation", "padding", "size")}
    assert per_axis == {0 if wrt == "b" else build(key).data.ndim}  # a sum has no axes to stride along
    assert all(len(pair) == 2 for pair in closed["padding"])


def test_symbols_are_strings_and_numbers_are_numbers() -> None:
    closed = told("conv1d", "--stride", "s", "--padding", "P")["closed_form"]
    assert closed["stride"] == [1]
    assert closed["input_dilation"] == ["s"]
    assert all(isinstance(side, str) for side in closed["padding"][0])
    assert eval(closed["padding"][0][1], {"K": 5, "P": 1, "a": 1}) == 4  # Python's own notation
    sized = told("conv1d", "--stride", "2", "--padding", "1", "--input", "6", "--kernel", "5")["closed_form"]
    assert sized["padding"] == [[3, 4]]
    assert sized["size"] == [6]


def test_wrt_all() -> None:
    found = told("conv1d", "--wrt", "all")
    assert list(found) == ["derivations", "timing"]
    assert [d["wrt"] for d in found["derivations"]] == ["x", "w", "b"]
    assert [d["wrt"] for d in told("correlate1d", "--wrt", "all")["derivations"]] == ["x", "w"]
    assert [d["wrt"] for d in told("conv1d", "--wrt", "all", "--no-bias")["derivations"]] == ["x", "w"]


def test_json_flag() -> None:
    assert derive("conv1d", "--json").stdout == derive("conv1d", "--to", "json").stdout


def test_list() -> None:
    found = json.loads(run("list", "--json").stdout)
    assert list(found) == ["operators"]
    names = {o["name"] for o in found["operators"]}
    assert names >= {f"{family}{n}d" for family in ("correlate", "convolve", "conv") for n in (1, 2, 3)}
    assert all(hasattr(sc, name) for name in names)
    assert all(o["formula"].startswith(("y[", "L = ")) for o in found["operators"])
    assert all(o["parameters"] for o in found["operators"] if o["family"] not in ("activation", "shape", "loss"))
    text = run("list")
    assert text.exit_code == 0
    assert all(name in text.stdout for name in names)


# an outsider reads the closed form
def rearranged(array: Any, view: str, groups: int) -> Any:
    """'n (gamma c) ... -> c (gamma n) ...': axes moved, with gamma the group."""
    left, right = ([part.split() for part in re.findall(r"\(([^)]*)\)|(\S+)", side) for part in [part[0] or part[1]]]
                   for side in view.replace("...", "").split("->"))  # fmt: skip
    names = [name for part in left for name in part]
    spatial = array.shape[len(left) :]
    opened: list[int] = []
    for part, size in zip(left, array.shape, strict=False):
        opened += [groups, size // groups] if part[0] == "gamma" and len(part) == 2 else [size]
    array = array.reshape(opened + list(spatial))
    order = [names.index(name) for part in right for name in part]
    array = array.transpose(order + list(range(len(names), array.ndim)))
    closed, at = [], 0
    for part in right:
        closed.append(int(np.prod(array.shape[at : at + len(part)])))
        at += len(part)
    return array.reshape(closed + list(spatial))


def outsider(closed: dict[str, Any], arrays: dict[str, Any], layered: bool) -> Any:
    """The gradient from the JSON object and the arrays alone."""
    data, kernel, views, groups = (
        arrays[closed["data"]],
        arrays[closed["kernel"]],
        closed.get("views", {}),
        closed["groups"],
    )
    if not layered:
        data, kernel = data[None, None], kernel[None, None]
    data = rearranged(data, views["data"], groups) if "data" in views else data
    kernel = rearranged(kernel, views["kernel"], groups) if "kernel" in views else kernel
    shape = (data.shape[0], kernel.shape[0], *closed["size"])
    found = brute.run(
        data, kernel, None, np.zeros(shape, dtype=object),
        stride=closed["stride"], dilation=closed["dilation"], padding=[tuple(p) for p in closed["padding"]],
        groups=groups, flip=closed["flip"], zeros=closed["input_dilation"],
    ).y  # fmt: skip
    found = rearranged(found, views["result"], groups) if "result" in views else found
    return found if layered else found[0, 0]


@examples(40)
@given(cases())
def test_json_is_enough_for_an_outsider(case: Case) -> None:
    arrays = case.arrays()
    truth = case.truth(arrays)
    for wrt in "xw":
        d = sc.derive(case.operator(), wrt, check=False)
        page = json.loads(sc.derive(case.operator(), wrt, check=False).at(**case.sizes()).json())
        assert page["explicit"]["equal"] is True
        assert d.facts.explicit is None
        assert same(outsider(page["closed_form"], arrays, case.layered), truth[wrt])


# text
def width(line: str) -> int:
    """Columns that a line takes in a terminal: combining marks none, wide characters two."""
    wide = {"W": 2, "F": 2}
    return sum(0 if unicodedata.combining(c) else wide.get(unicodedata.east_asian_width(c), 1) for c in line)


def too_wide(page: str) -> list[str]:
    return [line for line in page.splitlines() if width(line) > COLUMNS]


@pytest.mark.sweep(6)
@pytest.mark.parametrize("channels", [False, True], ids=["spatial", "channels"])
@pytest.mark.parametrize(("key", "wrt"), questions())
def test_pages_fit_eighty_columns(key: str, wrt: str, channels: bool) -> None:
    page = derived(key, wrt, channels).text()
    assert too_wide(page) == []
    assert "\x1b" not in page
    assert "\u00a0" not in page
    assert not any(line != line.rstrip() for line in page.splitlines())
    assert page.endswith("\n")


EXPLICIT = [
    "conv1d --input 5 --kernel 3",
    "conv2d --input 5x7 --kernel 3x2 --stride 2x1 --padding 1x0 --wrt all",
    "conv2d --input 2x3x4x4 --kernel 2x2 --out-channels 2 --wrt all",
    "convolve2d --input 4x4 --kernel 3x3 --wrt w",
    "correlate3d --input 3x3x3 --kernel 2x2x2",
    "conv1d --input 12 --kernel 11 --padding 4 --dilation 1",
    "conv1d --stride s --padding P --at s=2,P=1 --input 6 --kernel 3",
]


@pytest.mark.sweep(2)
@pytest.mark.parametrize("line", EXPLICIT)
def test_explicit_pages_fit_eighty_columns(line: str) -> None:
    result = derive(*line.split())
    assert (result.exit_code, result.stderr) == (0, "")
    assert too_wide(result.stdout) == []


def test_help_fits_eighty_columns() -> None:
    for words in (["--help"], ["derive", "--help"], ["list", "--help"]):
        result = run(*words)
        assert result.exit_code == 0
        assert too_wide(result.stdout) == []


@pytest.mark.parametrize("name", summaries())
def test_the_list_of_commands_says_what_each_says_of_itself(name: str) -> None:
    """A command is listed by its name and summary without being loaded: both are its own."""
    with click.Context(main) as context:
        command = main.get_command(context, name)
    assert command is not None
    assert command.name == name
    assert command.help is not None
    assert summaries()[name] == " ".join(command.help.split("\n\n", maxsplit=1)[0].split())


def test_a_command_is_loaded_alone() -> None:
    """The list of commands loads none of the topics'; one command loads no other."""
    loaded = "print([m for m in sys.modules if m.startswith('symconv.topics.') and m.endswith('.command')])"
    for words, expected in ((["--help"], []), (["list"], []), (["matrix", "--help"], ["symconv.topics.matrix.command"])):
        code = f"import sys\nsys.argv = ['symconv', *{words}]\nfrom symconv.cli import main\ntry: main()\nfinally: {loaded}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == str(expected)


def test_a_process_of_its_own_settles_itself_and_no_other() -> None:
    """One thread for the BLAS, unless the user says otherwise; a caller within Python keeps what it has."""
    said = "import gc, os\nprint(os.environ.get('OMP_NUM_THREADS'), gc.get_threshold()[0] > 10_000)"
    start = (
        "import sys\nfrom symconv.cli import main\nsys.argv = ['symconv', 'list']\ntry: main({})\nexcept SystemExit: pass\n"
    )
    plain = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    for words, threads, expected in (("", None, "1 True"), ("", "2", "2 True"), ("['list']", None, "None False")):
        env = plain if threads is None else {**plain, "OMP_NUM_THREADS": threads}
        command = [sys.executable, "-c", start.format(words) + said]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
        assert done.stdout.splitlines()[-1] == expected


def test_colour_on_a_terminal_alone() -> None:
    """A terminal gets colours; taken away, they leave the very page that a pipe gets."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "symconv.cli", "derive", "conv1d", "--stride", "2", "--no-proof"]
    with subprocess.Popen(command, stdout=follower, env={**os.environ, "TERM": "xterm"}) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                block = os.read(leader, 4096)
            except OSError:
                break
            if not block:
                break
            shown += block
        assert process.wait() == 0
    os.close(leader)
    coloured = shown.decode().replace("\r\n", "\n")
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == derive("conv1d", "--stride", "2").stdout


@pytest.mark.parametrize("to", ["text", "latex", "json"])
def test_no_colour_in_a_pipe_or_a_file(to: str, tmp_path: Path) -> None:
    target = tmp_path / "page"
    result = derive("conv1d", "--to", to, "-o", str(target))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "\x1b" not in target.read_text(encoding="utf-8")


def test_output_survives_a_narrow_encoding(tmp_path: Path) -> None:
    """Σ reaches a pipe even where the locale is plain ASCII."""
    words = [sys.executable, "-m", "symconv.cli", "derive", "conv1d", "--no-proof"]
    env = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, env=env, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Σ" in done.stdout.decode("utf-8")


# files
@pytest.mark.parametrize("to", ["text", "latex", "json"])
def test_a_file_holds_what_standard_output_would(to: str, tmp_path: Path) -> None:
    target = tmp_path / "page"
    assert derive("conv1d", "--wrt", "w", "--to", to, "-o", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8") == derive("conv1d", "--wrt", "w", "--to", to).stdout
    assert [p.name for p in tmp_path.iterdir()] == ["page"]


def test_a_failure_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "page"
    target.write_text("old", encoding="utf-8")
    assert run("derive", "conv1d", "--stride", "0", "-o", str(target)).exit_code == 2
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["page"]


def test_python_writes_files_the_same_way(tmp_path: Path) -> None:
    d = checked(sc.conv1d(), "x")
    assert sc.render(d, to="latex", path=tmp_path / "page.tex") == d.latex()
    assert (tmp_path / "page.tex").read_text(encoding="utf-8") == d.latex()
    with pytest.raises(sc.SymconvError, match="cannot write"):
        sc.render(d, to="text", path=tmp_path / "none" / "page")


# exit statuses
STATUS = {
    "derive conv1d": 0,
    "list": 0,
    "--version": 0,
    "derive --help": 0,
    "derive conv1d --no-check": 0,
    "derive nothing": 2,
    "nothing": 2,
    "derive": 2,
    "derive conv1d --stride": 2,
    "derive conv1d --strid 2": 2,
    "derive conv1d --to pdf2": 2,
}


@pytest.mark.parametrize(("line", "status"), STATUS.items())
def test_exit_status(line: str, status: int) -> None:
    result = run(*line.split())
    assert result.exit_code == status
    if status == 2:
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1


def test_latex_fragment_and_document() -> None:
    fragment = derive("conv1d", "--to", "latex").stdout
    document = derive("conv1d", "--to", "latex", "--standalone").stdout
    assert r"\documentclass" not in fragment
    assert document.count(r"\begin{document}") == document.count(r"\end{document}") == 1
    assert run("derive", "conv1d", "--standalone").exit_code == 2


# standard output by name
@pytest.mark.sweep(1)
@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_by_name(name: str, tmp_path: Path) -> None:
    """`-` and the system's names of standard output: in a pipe, and behind what a file already holds."""
    line = "sizes conv2d(1,2,kernel=3) --input 1x5x5 --to json"
    plain = printed(*line.split())
    piped = shell(f"{line} -o {name}", tmp_path)
    assert (piped.returncode, piped.stderr, piped.stdout) == (0, "", plain)
    target = tmp_path / "page"
    with target.open("w", encoding="utf-8") as held:
        held.write("before\n")
        held.flush()
        words = [sys.executable, "-m", "symconv.cli", *line.split(), "-o", name]
        subprocess.run(words, cwd=tmp_path, stdout=held, check=True)
    assert target.read_text(encoding="utf-8") == "before\n" + plain
    assert [p.name for p in tmp_path.iterdir()] == ["page"]


def test_a_pipe_is_written_and_never_replaced(tmp_path: Path) -> None:
    """/dev/fd/3, whose real path names no file, and a named pipe."""
    line = "sizes conv2d(1,2,kernel=3) --input 1x5x5 --to json"
    plain = printed(*line.split())
    reader, writer = os.pipe()
    words = [sys.executable, "-m", "symconv.cli", *line.split(), "-o", f"/dev/fd/{writer}"]
    done = subprocess.run(words, cwd=tmp_path, pass_fds=[writer], capture_output=True, text=True, check=False)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as held:
        assert (done.returncode, done.stdout, held.read()) == (0, "", plain)
    named = tmp_path / "pipe"
    os.mkfifo(named)
    handle = os.open(named, os.O_RDONLY | os.O_NONBLOCK)
    assert shell(f"{line} -o pipe", tmp_path).returncode == 0
    with os.fdopen(handle, encoding="utf-8") as held:
        assert held.read() == plain
    assert [p.name for p in tmp_path.iterdir()] == ["pipe"]


def test_a_picture_or_a_certificate_on_standard_output(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    image.new("L", (6, 5), 90).save(tmp_path / "in.png")
    words = [sys.executable, "-m", "symconv.cli", "filter", "in.png", "--kernel", "box", "-o", "-"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr, done.stdout[:8]) == (0, b"", b"\x89PNG\r\n\x1a\n")
    refused = shell("prove output-size --certificate -", tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "expected -o FILE" in refused.stderr
    aloud = shell("prove output-size --certificate - -o page.txt", tmp_path)
    assert "(check-sat)" in aloud.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.png", "page.txt"]


# times
def test_the_time_is_told_to_whoever_looks_on_and_to_no_page(tmp_path: Path) -> None:
    """On standard error, and only where that is a terminal; the page is the same to the byte."""
    line = "derive conv1d --stride s"
    plain = shell(line, tmp_path)
    assert plain.stderr == ""
    leader, follower = pty.openpty()
    words = [sys.executable, "-m", "symconv.cli", *line.split()]
    done = subprocess.run(
        words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=follower, text=True, encoding="utf-8", check=True
    )
    os.close(follower)
    told = os.read(leader, 4096).decode()
    os.close(leader)
    assert done.stdout == plain.stdout
    assert re.fullmatch(r"\((?:[a-z0-9]+ [\d.]+, )?\d+ ms\)\r\n", told)


@pytest.mark.sweep(4)
@pytest.mark.parametrize(
    "words",
    [
        "example conv2d --input 3x4", "example max_pool3d --input 3x4x5", "derive conv2d --input 4x5", "matrix conv2d --input 3x4",
        "im2col depthwise_conv2d --input 2x3x4", "trace y[1,0] local2d --input 3x4",
    ],
)  # fmt: skip
def test_a_kernel_of_one_size_has_it_on_every_axis(words: str) -> None:
    whole = "2x2x2" if "3d" in words else "2x2"
    assert printed(*words.split(), "--kernel", "2") == printed(*words.split(), "--kernel", whole)
