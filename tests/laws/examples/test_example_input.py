"""The numbers that users give: read exactly from every source, and refused in one line where they cannot be.

exact      whole numbers, fractions and decimals from literals, JSON, CSV, .npy, .npz and Python arrays are the same numbers
refused    one clear line on standard error, exit status 2, nothing on standard output, nothing half-written
"""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symconv as sc
from symconv.examples.reading import BYTES, MOST, read
from tests.cases.helpers import beside, examples
from tests.harness import refused, run

PLANE = [[1, Fraction(1, 2), -3], [Fraction(5, 4), 0, 7]]


def npy(folder: Path, name: str, array: Any, **options: Any) -> str:
    np.save(folder / name, array, **options)
    return str(folder / name)


def text(folder: Path, name: str, words: str, encoding: str = "utf-8") -> str:
    (folder / name).write_text(words, encoding=encoding)
    return str(folder / name)


def archive(folder: Path, name: str, **arrays: Any) -> str:
    np.savez(folder / name, **arrays)
    return str(folder / name)


def header(folder: Path, words: str, version: bytes = b"\x01\x00") -> str:
    """A .npy file with one number and this header."""
    (folder / "a.npy").write_bytes(b"\x93NUMPY" + version + len(words).to_bytes(2, "little") + words.encode() + b"\0" * 8)
    return str(folder / "a.npy")


def packed(folder: Path, how: int, content: bytes, name: str = "x.npy") -> str:
    with zipfile.ZipFile(folder / "a.npz", "w", how) as made:
        made.writestr(name, content)
    return str(folder / "a.npz")


def patched(path: str, local: int, central: int, value: int) -> str:
    """An archive with another number at these places of the member's two headers."""
    content = bytearray(Path(path).read_bytes())
    for mark, place in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        content[content.index(mark) + place] = value
    Path(path).write_bytes(content)
    return path


def bomb(folder: Path) -> str:
    """Three hundred megabytes in a few hundred bytes (thousands of its own kind would fit into the limit of a file)."""
    path = packed(folder, zipfile.ZIP_BZIP2, bytes(300_000_000))
    content = Path(path).read_bytes()
    return patched(path, 22, 24, 1) if len(content) < BYTES else ""  # the size that it says of itself


FLOATS = np.array([[1, 0.5, -3], [1.25, 0, 7]])
SOURCES: dict[str, Callable[[Path], Any]] = {
    "literal": lambda _: "1 1/2 -3; 5/4 0 7",
    "literal with commas": lambda _: " 1,1/2, -3 ;\n 1.25,0,+7; ",
    "json": lambda _: '[[1, "1/2", -3], ["5/4", 0, 7]]',
    "json with decimals": lambda _: "[[1, 0.5, -3.0], [12.5e-1, 0, 7]]",
    "json file": lambda d: text(d, "x.json", '[[1, 0.5, -3], ["5/4", 0, 7]]'),
    "json object": lambda d: text(d, "x.json", '{"w": [1], "x": [[1, 0.5, -3], ["5/4", 0, 7]]}'),
    "json object of one": lambda d: text(d, "x.json", '{"anything": [[1, 0.5, -3], ["5/4", 0, 7]]}'),
    "csv": lambda d: text(d, "x.csv", "1,1/2,-3\n5/4,0,7\n"),
    "csv with semicolons": lambda d: text(d, "x.csv", "1; 1/2 ;-3\r\n5/4;0;7"),
    "csv with tabs and a mark": lambda d: text(d, "x.CSV", "1\t.5\t-3.\n\n1.25\t0\t7\n", "utf-8-sig"),
    "npy": lambda d: npy(d, "x.npy", FLOATS),
    "npy of float32": lambda d: npy(d, "x.npy", FLOATS.astype(np.float32)),
    "npy in Fortran's order": lambda d: npy(d, "x.npy", np.asfortranarray(FLOATS)),
    "npz": lambda d: archive(d, "x.npz", w=np.ones(2), x=FLOATS),
    "npz of one": lambda d: archive(d, "x.npz", anything=FLOATS),
    "lists": lambda _: PLANE,
    "tuples of texts": lambda _: (("1", "1/2", "-3"), ("5/4", "0", "7")),
    "array": lambda _: FLOATS,
    "array of objects": lambda _: np.array(PLANE, dtype=object),
    "a path": lambda d: Path(npy(d, "x.npy", FLOATS)),
}


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_gives_the_same_numbers(source: str, tmp_path: Path) -> None:
    found = read(SOURCES[source](tmp_path), "x")
    assert found.shape == (2, 3)
    assert list(found.entries) == [n for row in PLANE for n in row]
    assert all(type(n) is int for n in found.entries if n == int(n))


@pytest.mark.parametrize(
    "source", [s for s in SOURCES if s not in ("lists", "tuples of texts", "array", "array of objects")]
)
def test_on_the_command_line(source: str, tmp_path: Path) -> None:
    given_ = str(SOURCES[source](tmp_path))
    result = run("example", "conv2d", "--x", given_, "--w", "2", "--json")
    assert [[Fraction(n) for n in row] for row in json.loads(result.stdout)["y"]] == [[2 * n for n in row] for row in PLANE]


def test_decimals_are_the_numbers_that_they_show() -> None:
    assert read("0.1 0.2", "x").entries == (Fraction(1, 10), Fraction(1, 5))
    assert read([0.1, 1e-3], "x").entries == (Fraction(1, 10), Fraction(1, 1000))
    assert read(np.array([0.1], dtype=np.float32), "x").entries == (Fraction(1, 10),)
    assert read([np.float32(0.1), np.int8(3)], "x").entries == (Fraction(1, 10), 3)
    assert sc.example(sc.correlate1d(), x="0.1 0.2", w="1 1").y == [Fraction(3, 10)]


def test_one_row_is_a_plane_where_planes_are_expected() -> None:
    assert sc.example(sc.conv2d(), x="1 2 3; 4 5 6", w="1 -1").y == [[-1, -1], [-1, -1]]
    assert sc.example(sc.correlate2d(), x="1 2 3", w="1 -1").y == [[-1, -1]]
    with pytest.raises(sc.SymconvError, match="w: expected 2 to 4 axes"):
        sc.example(sc.conv2d(), x="1 2 3; 4 5 6", w="[1, -1]")
    assert sc.example(sc.conv1d(), x="1 2 3; 4 5 6", w="1 -1; 0 2").facts.op.axes[0].data == 3


def test_one_row_has_one_axis() -> None:
    assert read("1 2 3", "x").shape == (3,)
    assert read("5", "b").shape == (1,)
    assert read("1;2;3", "x").shape == (3, 1)
    assert read("[[1, 2, 3]]", "x").shape == (1, 3)


@given(st.lists(st.lists(st.fractions(max_denominator=50), min_size=3, max_size=3), min_size=2, max_size=4))
@examples(40)
def test_literals_come_back(rows: list[list[Fraction]]) -> None:
    found = read("; ".join(" ".join(map(str, row)) for row in rows), "x")
    assert list(found.entries) == [n for row in rows for n in row]


@given(st.text(max_size=30))
@examples(150)
def test_any_text_is_read_or_refused(words: str) -> None:
    said = complaint(lambda: read(words, "x"))
    assert said is None or (said.startswith("x: ") and "\n" not in said)


def complaint(read_: Callable[[], Any]) -> str | None:
    """The message of a SymconvError; anything else that is raised is a failure."""
    try:
        read_()
    except sc.SymconvError as error:
        return str(error)
    return None


# refused
HUGE = "9" * 60
LITERALS = {
    "ragged": ("1 2; 3", "rows of one length, got 2 in row 1 and 1 in row 2"),
    "ragged json": ("[[1, 2], [3]]", "rows of one length"),
    "mixed depths": ("[1, [2]]", "rows of one length"),
    "a word": ("1 x", "expected numbers like 3, -1/2 or 0.25, got 'x'"),
    "code": ("__import__('os')", "expected numbers"),
    "nan": ("1 nan", "expected finite numbers"),
    "minus infinity": ("-inf 1", "expected finite numbers"),
    "json nan": ("[1, NaN]", "expected finite numbers"),
    "json infinity": ("[-Infinity]", "expected finite numbers"),
    "nothing": ("", "expected numbers"),
    "semicolons": (" ; ;", "expected numbers"),
    "empty list": ("[]", "at least one number"),
    "empty row": ("[[], []]", "at least one number"),
    "null": ("[1, null]", "expected numbers"),
    "true": ("[true]", "expected numbers"),
    "broken json": ("[1, 2", "no JSON"),
    "deep json": ("[" * 5000, ""),
    "nine levels": ("[[[[[[[[[1]]]]]]]]]", "levels of nesting"),
    "a zero below": ("1/0", "denominator other than 0"),
    "a decimal below": ("1/0.5", "expected numbers"),
    "too long": (HUGE, "digits"),
    "too large": ("1e99", "digits"),
    "hexadecimal": ("0x10", "expected numbers"),
    "other digits": ("١", "expected numbers"),
    "other digits in json": ('["١"]', "expected numbers"),
    "underscores": ("1_000", "expected numbers"),
    "a missing file": ("none.csv", "cannot read 'none.csv'"),
    "a number of rows": (";".join(["1"] * (MOST + 1)), f"at most {MOST} numbers"),
}
FILES: dict[str, tuple[Callable[[Path], str], str]] = {
    "pickled npy": (lambda d: npy(d, "a.npy", np.array([{}, None], dtype=object), allow_pickle=True), "pickled"),
    "a pickle": (lambda d: (d / "a.npy").write_bytes(pickle.dumps([1, 2])) and str(d / "a.npy"), "pickled"),
    "pickled npz": (lambda d: archive(d, "a.npz", x=np.array([None], dtype=object)), "pickled"),
    "empty npy": (lambda d: (d / "a.npy").touch() or str(d / "a.npy"), "empty"),
    "empty npz": (lambda d: (d / "a.npz").touch() or str(d / "a.npz"), "empty"),
    "empty csv": (lambda d: text(d, "a.csv", " \n"), "empty file"),
    "empty json": (lambda d: text(d, "a.json", ""), "empty file"),
    "ragged csv": (lambda d: text(d, "a.csv", "1,2\n3\n"), "rows of one length"),
    "a heading": (lambda d: text(d, "a.csv", "h,w\n1,2\n"), "got 'h'"),
    "missing cells": (lambda d: text(d, "a.csv", "1,,2\n3,4,5\n"), "got ''"),
    "bytes": (lambda d: (d / "a.csv").write_bytes(b"\xff\xfe\0") and str(d / "a.csv"), "UTF-8"),
    "nan npy": (lambda d: npy(d, "a.npy", np.array([1, np.nan])), "finite"),
    "infinite npy": (lambda d: npy(d, "a.npy", np.array([[np.inf, 1]])), "finite"),
    "complex npy": (lambda d: npy(d, "a.npy", np.array([1j])), "expected numbers"),
    "bool npy": (lambda d: npy(d, "a.npy", np.array([True, False])), "expected numbers"),
    "text npy": (lambda d: npy(d, "a.npy", np.array(["a"])), "expected numbers"),
    "records npy": (lambda d: npy(d, "a.npy", np.zeros(2, dtype=[("a", "i4")])), "expected numbers"),
    "zero npy": (lambda d: npy(d, "a.npy", np.zeros((0, 3))), "empty"),
    "long npy": (lambda d: npy(d, "a.npy", np.zeros(MOST + 1)), f"at most {MOST} numbers"),
    "large npy": (lambda d: npy(d, "a.npy", np.zeros(BYTES)), f"at most {BYTES} bytes"),
    "large npz": (lambda d: str(d / "a.npz") if not np.savez_compressed(d / "a.npz", x=np.zeros(BYTES)) else "", "bytes"),
    "broken npz": (lambda d: (d / "a.npz").write_bytes(b"PK\3\4broken") and str(d / "a.npz"), "broken"),
    "a cut npy": (lambda d: cut(npy(d, "a.npy", np.arange(50))), "broken"),
    "a lying npy": (lambda d: lie(npy(d, "a.npy", np.arange(50))), "broken"),
    "a nested header": (lambda d: header(d, "(" * 4000 + ")" * 4000), "broken"),
    "a header with code": (lambda d: header(d, "__import__('os').system('touch ran')"), "broken"),
    "a header cut in a text": (lambda d: header(d, "{'descr': '<i8"), "broken"),
    "a header of another kind": (lambda d: header(d, "[1, 2]"), "broken"),
    "an unknown kind": (lambda d: header(d, "{'descr': '<q9', 'fortran_order': False, 'shape': (1,), }"), "broken"),
    "a negative shape": (lambda d: header(d, "{'descr': '<i8', 'fortran_order': False, 'shape': (-1, -1), }"), "broken"),
    "a huge shape": (lambda d: header(d, f"{{'descr': '<i8', 'fortran_order': False, 'shape': ({10**30},), }}"), "broken"),
    "numbers without size": (lambda d: header(d, "{'descr': '|V0', 'fortran_order': False, 'shape': (9,), }"), "broken"),
    "an unknown version": (lambda d: header(d, "{}", b"\x09\x00"), "broken"),
    "an encrypted npz": (lambda d: patched(archive(d, "a.npz", x=FLOATS), 6, 8, 1), "not encrypted"),
    "an unknown compression": (lambda d: patched(archive(d, "a.npz", x=FLOATS), 8, 10, 99), "unknown compression"),
    "a bomb": (bomb, f"at most {BYTES} bytes"),
    "a member that is no array": (lambda d: packed(d, zipfile.ZIP_STORED, b"no array"), "broken"),
    "a pickle in an archive": (lambda d: packed(d, zipfile.ZIP_LZMA, pickle.dumps([1])), "pickled"),
    "several arrays": (lambda d: archive(d, "a.npz", one=np.ones(1), two=np.ones(2)), "named 'x' among several, got 'one, two'"),
    "several lists": (lambda d: text(d, "a.json", '{"one": [1], "two": [2]}'), "named 'x' among several"),
    "another ending": (lambda d: text(d, "numbers.txt", "1 2"), "expected a file ending in .csv"),
    "a folder": (lambda d: (d / "a.csv").mkdir() or str(d / "a.csv"), "expected a file, got the folder"),
}  # fmt: skip


def cut(path: str) -> str:
    Path(path).write_bytes(Path(path).read_bytes()[:-8])
    return path


def lie(path: str) -> str:
    """A header that promises more than there is."""
    Path(path).write_bytes(Path(path).read_bytes().replace(b"(50,), }     ", b"(5000000,), }"))
    return path


@pytest.mark.sweep(48)
@pytest.mark.parametrize("role", ["x", "w", "b", "g"])
@pytest.mark.parametrize("kind", LITERALS)
def test_literals_refused(kind: str, role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words, piece = LITERALS[kind]
    result = run("example", "conv1d", "--input", "4", "--kernel", "2", f"--{role}", words, "-o", "page.txt")
    refused(result, piece)
    assert f"symconv: {role}: " in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", beside(FILES, str, lambda _, name: name == "a bomb"))
def test_files_refused(kind: str, tmp_path: Path) -> None:
    make, piece = FILES[kind]
    refused(run("example", "correlate1d", "--x", make(tmp_path), "--w", "1"), piece)


@pytest.mark.parametrize("value", [3, [[1, 2], [3]], float("nan"), np.array([np.inf]), [True], np.ma.array([1], mask=[1]),
                                   {"x": [1]}, {1, 2}, object(), b"1 2", [None], range(3), 1j, np.zeros((1, 1, 1, 1, 1, 1, 1))])  # fmt: skip
def test_python_values(value: Any) -> None:
    """Read, or refused by a SymconvError; nothing else is raised."""
    said = complaint(lambda: sc.example(sc.conv2d(), x=value, w=[[1]]))
    assert said is not None
    assert "\n" not in said


# seeds
@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "7", True, None])
def test_seeds(seed: Any) -> None:
    with pytest.raises(sc.SymconvError, match="seed: expected a whole number"):
        sc.example(sc.conv1d(), input=4, kernel=2, seed=seed)


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_archives_however_they_are_packed(how: int, tmp_path: Path) -> None:
    content = Path(npy(tmp_path, "x.npy", FLOATS)).read_bytes()
    assert read(packed(tmp_path, how, content), "x") == read(FLOATS, "x")


@pytest.mark.sweep(2)
@pytest.mark.parametrize("ending", ["npy", "npz", "npz packed"])
def test_damaged_files_are_one_line(ending: str, tmp_path: Path) -> None:
    """Cut anywhere, or with any byte changed: the numbers of some array, or one clear line; the error is never another."""
    path = npy(tmp_path, "a.npy", FLOATS) if ending == "npy" else archive(tmp_path, "a.npz", x=FLOATS)
    if "packed" in ending:
        np.savez_compressed(path, x=FLOATS)
    whole, rng = Path(path).read_bytes(), np.random.RandomState(5)
    spoilt = [whole[:k] for k in range(0, len(whole), 7)]
    for _ in range(400):
        content = bytearray(whole)
        for place in rng.randint(0, len(whole), rng.randint(1, 4)):
            content[place] = rng.randint(0, 256)
        spoilt.append(bytes(content))
    said = 0
    for content in spoilt:
        Path(path).write_bytes(content)
        try:
            read(path, "x")
        except sc.SymconvError as error:
            said += "\n" not in str(error)
    assert said > len(spoilt) // 3
