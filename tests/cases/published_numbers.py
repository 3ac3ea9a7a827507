"""Numbers that other projects print, as layers with their operands: correlations, transposed layers, pooling.

A case says its operator, parameters, operands ("p/q" is a fraction), results, and whether they are exact or within a tolerance.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

import symconv as sc
from tests import CORPORA
from tests.oracles.trial import exact

FILES = {"conv": "cases.json", "transposed": "transposed.json", "pooling": "pooling.json"}
CASES: list[tuple[str, dict[str, Any]]] = [
    (kind, case)
    for kind, file in FILES.items()
    for case in json.loads((CORPORA / file).read_text(encoding="utf-8"))["cases"]
]
RESULTS = ("y", "grad_x", "grad_w", "grad_b", "indices")


def name(kind: str, case: dict[str, Any]) -> str:
    """The operator's name."""
    family = {"conv": "conv", "transposed": "conv_transpose", "pooling": case.get("op")}[kind]
    return f"{family}{len(case['stride'])}d"


def parameters(kind: str, case: dict[str, Any]) -> dict[str, Any]:
    """What its constructor is given."""
    given: dict[str, Any] = {key: tuple(case[key]) for key in ("stride", "dilation")}
    given["padding"] = tuple(map(tuple, case["padding"]))
    if kind == "pooling":
        own = (
            {"ties": case["tie"] or "first"}
            if case["op"] == "max_pool"
            else {"count_include_pad": bool(case["count_include_pad"])}
        )
        return given | own | {"kernel": tuple(case["kernel"]), "ceil_mode": case["ceil_mode"]}
    given |= {"groups": case["groups"], "bias": case["b"] is not None or case["grad_b"] is not None}
    own = (
        {"output_padding": tuple(case["output_padding"])} if kind == "transposed" else {"flip_kernel": case["op"] == "conv"}
    )
    return given | own


def operator(kind: str, case: dict[str, Any]) -> Any:
    """The operator as a user builds it."""
    return getattr(sc, name(kind, case))(**parameters(kind, case))


def operands(case: dict[str, Any]) -> dict[str, Any]:
    """Its operands, floats as they are."""
    keys = {"x": "x", "w": "w", "b": "b", "g": "grad_y"}
    return {role: number(case[key]) for role, key in keys.items() if case.get(key) is not None}


def number(value: Any) -> Any:
    """Numbers as written; "p/q" is a fraction; lists entry by entry."""
    return (
        [number(v) for v in value] if isinstance(value, list) else exact(value).item() if isinstance(value, str) else value
    )


def sizes(kind: str, case: dict[str, Any]) -> dict[str, Any]:
    """Spatial sizes of what is left out."""
    found = {"input": tuple(case["x_shape"][2:])}
    return found if kind == "pooling" else found | {"kernel": tuple(case["w_shape"][2:])}


def words(kind: str, case: dict[str, Any]) -> list[str]:
    """The layer and its operands on a command line."""

    def spelled(values: Any) -> str:
        return "x".join(map(str, values))

    made = [name(kind, case), "--stride", spelled(case["stride"]), "--dilation", spelled(case["dilation"])]
    made += ["--padding", "x".join(f"{lo}:{hi}" for lo, hi in case["padding"])]
    if kind == "pooling":
        made += ["--kernel", spelled(case["kernel"])] + ["--ceil-mode"] * bool(case["ceil_mode"])
        made += (
            ["--ties", case["tie"] or "first"]
            if case["op"] == "max_pool"
            else ["--exclude-pad"] * (not case["count_include_pad"])
        )
    else:
        made += ["--groups", str(case["groups"])]
    made += ["--output-padding", spelled(case["output_padding"])] if kind == "transposed" else []
    made += ["--flip-kernel"] if kind == "conv" and case["op"] == "conv" else []
    for option, key in (("--x", "x"), ("--w", "w"), ("--b", "b"), ("--g", "grad_y")):
        made += [option, json.dumps(case[key])] if case.get(key) is not None else []
    if case["x"] is None:
        made += ["--input", spelled(case["x_shape"])]
    if kind != "pooling" and case["w"] is None:
        made += ["--kernel", spelled(case["w_shape"][2:]), "--out-channels", str(case["w_shape"][0])]
    return made


def agree(case: dict[str, Any], result: str, ours: Any) -> bool:
    """Whether a result is what was published, exactly or to the digits that were printed."""
    theirs, ours = np.array(number(case[result]), dtype=object), np.array(ours, dtype=object)
    if ours.shape != theirs.shape:
        return False
    if case["exact"]:
        return bool(np.all(ours == theirs)) or bool(np.all(ours.astype(float) == theirs.astype(float)))
    off = np.abs(ours.astype(float) - theirs.astype(float))
    return bool(np.all(off <= case["tol"]["atol"] + case["tol"]["rtol"] * np.abs(theirs.astype(float))))
