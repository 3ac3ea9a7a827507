"""The package's source, read: nothing but the kernel can say ``proved``, and the kernel leans on little and is small."""

from __future__ import annotations

import ast
import copy
import dataclasses
import pickle
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from symconv.check.kernel.verdict import Proved, issue
from symconv.language.facts import Verdict
from tests.oracles.source import HOUSE, nodes, trees

KERNEL = HOUSE / "check" / "kernel"
VERDICTS = {"Verdict", "replace", "Proved", "weakened"}
# what makes a verdict proved is said to nothing but these: comparisons and tables of words
STATE = {"terms", "start", "goals", "open", "steps", "facts", "witnessed", "claim", "domain", "shown", "declared", "names"}
CHANGES = {
    "append",
    "extend",
    "clear",
    "pop",
    "remove",
    "discard",
    "add",
    "update",
    "setdefault",
    "popitem",
    "assume",
    "insert",
}


def outside() -> Iterator[tuple[str, ast.Module]]:
    """Every module but the kernel's, by its name."""
    yield from ((module, tree) for module, tree in trees().items() if not f"{module}.".startswith("check.kernel."))


def name(node: ast.expr) -> str:
    """The last part of a name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def says_proved(node: ast.expr) -> bool:
    """Whether a value can be the word: by itself, or as one of two."""
    return any(isinstance(n, ast.Constant) and n.value == "proved" for n in ast.walk(node))


def constructions(tree: ast.Module) -> Iterator[str]:
    """Calls that make a verdict with the word in it, or with a status that may be the word."""
    words = {
        target.id
        for node in nodes(tree)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None and says_proved(node.value)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    for node in nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        status = [*node.args[:1], *(k.value for k in node.keywords if k.arg in ("status", None))]
        if name(node.func) in VERDICTS and any(says_proved(a) or name(a) in words for a in status):
            yield f"line {node.lineno}: {ast.unparse(node)[:70]}"
        if name(node.func) in ("__setattr__", "setattr", "__new__", "__setstate__") and any(map(says_proved, node.args)):
            yield f"line {node.lineno}: {ast.unparse(node)[:70]}"


def seals(tree: ast.Module) -> Iterator[str]:
    """Names of the kernel's that make the verdict, by import or by attribute; ``Proved`` may be asked for, not called."""
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symconv.check.kernel"):
            taken = {alias.name for alias in node.names} & {"issue", "_SEAL", "*"}
            yield from (f"line {node.lineno}: imports {t}" for t in sorted(taken))
        elif (isinstance(node, ast.Attribute) and node.attr == "_SEAL") or (
            isinstance(node, ast.Attribute) and node.attr == "issue" and name(node.value) in ("verdict", "kernel")
        ):
            yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Call) and "Proved" in (
            name(node.func),
            *(name(a) for a in node.args[:1] if name(node.func) == "__new__"),
        ):
            yield f"line {node.lineno}: {ast.unparse(node)[:70]}"
        elif isinstance(node, ast.ClassDef) and any(
            name(base) in ("Proved", "Session", "Domain", "Desk") for base in node.bases
        ):
            yield f"line {node.lineno}: {node.name} derives from {', '.join(map(name, node.bases))}"


def meddling(tree: ast.Module) -> Iterator[str]:
    """Changes to what a session knows, in modules that hold one."""
    imported = {
        alias.name
        for node in nodes(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symconv.check.kernel")
        for alias in node.names
    }
    if not imported & {"Session", "Domain", "Desk", "attempt"}:
        return
    for node in nodes(tree):
        targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else [getattr(node, "target", None)]
        for target in targets:
            held = target.value if isinstance(target, ast.Subscript) else target
            if isinstance(held, ast.Attribute) and held.attr in STATE and name(held.value) != "self":
                yield f"line {held.lineno}: {ast.unparse(target)}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            held = node.func.value
            if isinstance(held, ast.Attribute) and held.attr in STATE and name(held.value) != "self":
                yield f"line {node.lineno}: {ast.unparse(node)[:70]}"


@cache
def offenders() -> dict[str, list[str]]:
    """Modules outside of the kernel that make a verdict ``proved``."""
    return {path: found for path, tree in outside() if (found := list(constructions(tree)))}


def test_nothing_but_the_kernel_says_proved() -> None:
    found = offenders()
    assert not found, "\n".join(f"{path} {site}" for path, sites in found.items() for site in sites)


def test_nothing_but_the_kernel_holds_its_seal() -> None:
    found = [f"{path} {site}" for path, tree in outside() for site in seals(tree)]
    assert not found, found


def test_nothing_but_the_kernel_changes_what_a_session_knows() -> None:
    found = [f"{path} {site}" for path, tree in outside() for site in meddling(tree)]
    assert not found, found


@pytest.mark.parametrize(
    "text",
    [
        "Verdict('proved', how)", "Verdict(status='proved', how=how)", "facts.Verdict('proved' if good else 'refuted', how)",
        "replace(v, status='proved')", "object.__setattr__(v, 'status', 'proved')", "setattr(v, 'status', 'proved')",
        "status = 'proved' if good else 'refuted'\nVerdict(status, how)", "Verdict(**{'status': 'proved', 'how': how})",
    ],
)  # fmt: skip
def test_the_reader_sees_a_construction(text: str) -> None:
    assert list(constructions(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "from symconv.check.kernel.verdict import issue", "from symconv.check.kernel import *", "verdict.issue('so', 'there')",
        "Proved('so', 'there', '', 0, seal)", "object.__new__(Proved)", "class Mine(Proved):\n    pass", "x = verdict._SEAL",
        "class Mine(Session):\n    finished = True",
    ],
)  # fmt: skip
def test_the_reader_sees_a_seal(text: str) -> None:
    assert list(seals(ast.parse(text)))


@pytest.mark.parametrize(
    "text", ["s.terms.clear()", "s.terms = {}", "s.witnessed = True", "s.open.discard(0)", "del s.terms[0]", "s.desk.shown.append(1)",
             "s.domain.assume([e])"],
)  # fmt: skip
def test_the_reader_sees_meddling(text: str) -> None:
    assert list(meddling(ast.parse(f"from symconv.check.kernel.session import Session\n{text}")))


# the verdict itself
def test_a_proved_verdict_is_not_made_outside() -> None:
    verdict = issue("so", "there")
    with pytest.raises(TypeError):
        Proved("so", "everywhere", "", 0.0, object())
    for copied in (copy.copy, copy.deepcopy, pickle.dumps, dataclasses.replace):
        with pytest.raises(TypeError):
            copied(verdict)  # type: ignore[operator]
    with pytest.raises(TypeError):
        dataclasses.replace(verdict, domain="everywhere")
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.domain = "everywhere"  # type: ignore[misc]


def test_a_proved_verdict_can_be_timed_and_weakened() -> None:
    verdict = issue("so", "there").timed(3.0)
    assert (verdict.status, verdict.domain, verdict.milliseconds) == ("proved", "there", 3.0)
    weaker = verdict.weakened("checked", "less")
    assert (type(weaker), weaker.status, weaker.domain) == (Verdict, "checked", "there")
    with pytest.raises(TypeError):
        verdict.weakened("proved", "more")


# what the kernel leans on
def imports(tree: ast.Module) -> Iterator[str]:
    """Modules imported anywhere in a module."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


PARTS = sorted(KERNEL.rglob("*.py"))


def test_the_kernel_leans_on_the_core_alone() -> None:
    for path in PARTS:
        for module in imports(ast.parse(path.read_text(encoding="utf-8"))):
            good = module.partition(".")[0] in {*sys.stdlib_module_names, "z3", "flint"}
            good = good or module.startswith(("symconv.language.", "symconv.check.kernel", "symconv.errors"))
            assert good, f"{path.name} imports {module}"


FINITE = {"finite", "cyclotomic", "integrals"}


def part(path: Path) -> str:
    """The part of the kernel that a file belongs to."""
    if path.parent != KERNEL:
        return path.parent.name
    return "finite" if path.stem in FINITE else "algebra"


def test_each_part_of_the_kernel_is_read_in_one_sitting() -> None:
    """The algebra of indices, the checker of real functions and that of finite identities lean on nothing of each other."""
    lengths = dict.fromkeys(("algebra", "reals", "finite"), 0)
    for path in PARTS:
        lengths[part(path)] += len(path.read_text(encoding="utf-8").splitlines())
    assert lengths["algebra"] <= 1500
    assert lengths["reals"] <= 1850
    assert lengths["finite"] <= 400
    homes = {".".join(p.relative_to(KERNEL).with_suffix("").parts): part(p) for p in PARTS}
    for path in PARTS:
        used = {m.partition(".kernel.")[2] for m in imports(ast.parse(path.read_text(encoding="utf-8"))) if ".kernel." in m}
        others = {m for m in used - {"verdict"} if homes.get(m, m) != part(path)}
        assert not others, f"{path.name} imports {others}"


def test_no_verdict_of_another_kind_says_proved() -> None:
    with pytest.raises(TypeError, match="kernel alone"):
        type("Mine", (Verdict,), {})
