"""Odd arguments: every public function, constructor and method x every parameter x a list of odd values.

Each gives a result or a SymconvError of one clear line; never another exception, never an internal error.  The callables and their
parameters are read off the package, so that what is added is covered, or named here as missing.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import symconv as sc
from symconv.layers.catalog import CATALOG
from tests.cases.helpers import beside


class Hostile:
    """Raises at every touch."""

    def refuse(self, *_: Any) -> Any:
        raise RuntimeError("touched")

    __repr__ = __str__ = __eq__ = __bool__ = __len__ = __iter__ = __float__ = __index__ = __call__ = __getitem__ = refuse
    __fspath__ = __array__ = refuse
    __hash__ = refuse  # type: ignore[assignment]


def odd() -> dict[str, Any]:
    """Odd values by their names; new ones each time, for an iterator is used up."""
    loop: list[Any] = []
    loop.append(loop)
    return {
        "None": None, "True": True, "-1": -1, "0": 0, "2": 2, "huge": 10**5000, "1.5": 1.5, "nan": float("nan"),
        "infinity": float("inf"), "1j": 1j, "1/2": Fraction(1, 2), "empty text": "", "x": "x", "NUL": "a\0b", "surrogate": "\ud800",
        "long text": "x" * 100_000, "lines": "a\nb", "escape": "\x1b[31m", "bytes": b"x", "bytearray": bytearray(b"x"), "[]": [],
        "[2]": [2], "(2, 3)": (2, 3), "[None]": [None], "ragged": [[1, 2], [3]], "itself": loop, "deep": [[[[[[[[[[[[[1]]]]]]]]]]]]],
        "{}": {}, "{'x': 1}": {"x": 1}, "{1: 2}": {1: 2}, "set": {1}, "generator": (n for n in (1, 2)), "iterator": iter([1]),
        "function": lambda *_: 1, "class": int, "module": sys, "object": object(), "hostile": Hostile(), "hostile inside": [Hostile()],
        "NumPy's 2": np.int64(2), "NumPy's 1.5": np.float32(1.5), "NumPy's text": np.str_("x"), "array": np.array([1, 2]),
        "plane": np.ones((2, 2)), "0-d": np.array(3), "objects": np.array([None, 1], dtype=object), "empty array": np.array([]),
        "texts": np.array(["a"]), "booleans": np.array([True]), "complex": np.array([1j]), "records": np.zeros(1, [("a", int)]),
        "masked": np.ma.array([1, 2]), "broadcast": np.broadcast_to(1.0, (1000,) * 3), "an operator": sc.conv1d(stride=2),
        "a net": sc.chain(sc.relu()), "...": ..., "slice": slice(1), "range": range(3), "exception": ValueError("x"),
        "huge inside": [10**5000], "path": Path("none"), "numbers as text": "1 2; 3", "nan inside": [float("nan")],
    }  # fmt: skip


OP = sc.conv1d(stride=1)
PIXELS = np.zeros((5, 5), dtype=np.uint8)
# arguments with which a call is right; each parameter in turn is made odd
GOOD: dict[str, dict[str, Any]] = {
    "derive": {"op": OP, "check": False, "proof": False}, "evaluate": {"op": OP, "x": [[[1, 2, 3, 4]]], "w": [[[1, 2]]]},
    "prove": {"theorem": "output-size"}, "render": {"page": sc.derive(OP, check=False, proof=False)},
    "verify": {"formula": "o = i - k + 1"}, "receptive_field": {"layers": "conv1d(kernel=3)"},
    "sizes": {"layers": "conv1d(1,1,kernel=3)", "input": "1x9"}, "matrix": {"op": OP, "input": 4, "kernel": 2},
    "chain": {"input": (3,)}, "fourier": {"input": 2, "kernel": 1}, "im2col": {"op": OP, "input": 4, "kernel": 2},
    "image_filter": {"picture": PIXELS, "kernel": "box"}, "continuous": {"f": "box", "g": "box"}, "derivative_theorem": {},
    "check_winograd": {"AT": [[1]], "G": [[1]], "BT": [[1]]}, "karatsuba": {"n": 2}, "toom_cook": {"n": 2, "m": 2},
    "winograd": {"m": 2, "r": 2}, "example": {"op": OP, "input": 4, "kernel": 2},
    "trace": {"entry": "y[0]", "op": OP, "input": 4, "kernel": 2},
}  # fmt: skip
OPEN = {"render": ["standalone"], "evaluate": ["s", "stride"], "example": ["s"], "trace": ["seed", "x", "batch"], "matrix": ["batch", "s"],
        "im2col": ["in_channels", "mode"]}  # fmt: skip
HANDLES: dict[str, Callable[[], Any]] = {
    "Operator": lambda: OP, "Derivation": lambda: GOOD["render"]["page"], "Instance": lambda: OP.at(input=4, kernel=2),
    "an instance of pooling": lambda: sc.max_pool1d(2).at(input=4), "Network": lambda: sc.chain(sc.relu(), input=(3,)),
    "Matrix": lambda: sc.matrix(OP, input=4, kernel=2), "Page": lambda: sc.im2col(OP, 4, 2),
    "Filtered": lambda: sc.image_filter(PIXELS, "box"), "Continuous": lambda: sc.continuous("box(0,a)", "box"),
    "Algorithm": lambda: sc.winograd(2, 2), "Example": lambda: sc.example(OP, input=4, kernel=2),
    "Trace": lambda: sc.trace("y[0]", OP, input=4, kernel=2), "Sizes": lambda: sc.sizes("conv1d(1,1,kernel=3)", "1x9"),
    "ReceptiveField": lambda: sc.receptive_field("conv1d(kernel=3)"), "Judgement": lambda: sc.verify("1 = 1"),
    "Proof": lambda: sc.prove("output-size"), "Derivative": sc.derivative_theorem,
}  # fmt: skip
NEEDED = {
    "wrt": "x",
    "entry": "y[0]",
    "path": "out.png",
    "to": "text",
    "u": [1, 2],
    "v": [1, 2, 3],
    "t": 0.5,
    "input": (4,),
}
DATA = {"Claim", "Theorem"}  # plain data, that ``prove`` looks at


def named(function: Callable[..., Any], more: list[str]) -> list[str]:
    """The parameters by name, and those that stand for any."""
    kinds = inspect.signature(function).parameters.values()
    return [p.name for p in kinds if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)] + more


def law(words: str, call: Callable[[], Any], failed: list[str]) -> None:
    """A result, or one clear line."""
    try:
        call()
    except sc.InternalError as error:
        failed.append(f"{words}: {error}")
    except sc.SymconvError as error:
        text = str(error)
        if not text.isprintable() or len(text) > 500:
            failed.append(f"{words}: {text[:80]!r}")
    except Exception as error:
        failed.append(f"{words}: {type(error).__name__} {error}")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.sweep(3)
@pytest.mark.parametrize("name", beside(GOOD, str, lambda _, name: name in ("fourier", "winograd")))
def test_functions(name: str, capsys: Any) -> None:
    function, failed = getattr(sc, name), list[str]()
    for parameter in named(function, OPEN.get(name, [])):
        for label, value in odd().items():
            given = {**GOOD[name], parameter: value}
            layers = (sc.relu(),) if name == "chain" else ()
            law(f"{name}({parameter}={label})", lambda: function(*layers, **given), failed)  # noqa: B023
    if name == "chain":
        for label, value in odd().items():
            law(f"chain({label})", lambda: sc.chain(value), failed)  # noqa: B023
    assert failed == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.sweep(8)
@pytest.mark.parametrize("name", CATALOG)
def test_constructors(name: str) -> None:
    make, failed = getattr(sc, name), list[str]()
    for parameter in [*CATALOG[name].names, "unknown"]:
        for label, value in odd().items():
            law(f"{name}({parameter}={label})", lambda: make(**{parameter: value}), failed)  # noqa: B023
    for label, value in odd().items():
        law(f"{name}({label})", lambda: make(value), failed)  # noqa: B023
    assert failed == []


def methods(handle: Any) -> Iterator[tuple[str, Any]]:
    for name in dir(type(handle)):
        if inspect.isfunction(getattr(type(handle), name)) and (name == "__call__" or not name.startswith("_")):
            yield name, getattr(handle, name)


@pytest.mark.sweep(4)
@pytest.mark.parametrize("kind", HANDLES)
def test_methods(kind: str) -> None:
    handle, failed = HANDLES[kind](), list[str]()
    for name, method in methods(handle):
        kinds = inspect.signature(method).parameters.values()
        needed = {
            p.name: NEEDED.get(p.name, 2) for p in kinds if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
        }
        for parameter in named(method, ["zz", "s", "a"] if any(p.kind is p.VAR_KEYWORD for p in kinds) else []):
            for label, value in odd().items():
                law(f"{kind}.{name}({parameter}={label})", lambda: method(**{**needed, parameter: value}), failed)  # noqa: B023
    assert failed == []


def test_everything_public_is_here() -> None:
    functions = {name for name in sc.__all__ if inspect.isfunction(getattr(sc, name))}
    assert functions == GOOD.keys() | CATALOG.keys()
    classes = {name for name in sc.__all__ if inspect.isclass(getattr(sc, name))} - {"SymconvError", "InternalError"}
    assert classes == (HANDLES.keys() - {"an instance of pooling"}) | DATA


def test_a_touch_would_be_noticed() -> None:
    failed: list[str] = []
    law("", lambda: int(Hostile()), failed)
    assert failed == [": RuntimeError touched"]
