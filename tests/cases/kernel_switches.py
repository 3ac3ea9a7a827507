"""Every check of the kernel as a switch: read off its source, so that a new check is a new switch.

A check is a clause of an ``if .. or ..`` that raises NotShown, such a ``raise`` by itself, an obligation that is owed, or a
call of a function that does nothing else.  Switched off, the clause is False, and the statement does nothing; the function
keeps its identity and gets other code.
"""

from __future__ import annotations

import ast
import importlib
import types
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from symconv.check import kernel
from symconv.check.kernel import terms

MODULES = ("hypotheses", "obligations", "session", "steps", "terms")
RAISED = {"NotShown", "Vacuous"}
CALLED = {"owe", "_positive", "_itself", "_only", "whole", "_declared", "_well_scoped"}


@cache
def source(module: str) -> str:
    """A module of the kernel."""
    return (Path(kernel.__path__[0]) / f"{module}.py").read_text(encoding="utf-8")


class Finder(ast.NodeVisitor):
    """Numbers the checks in the order of the source; with ``off`` that one is switched off in place."""

    def __init__(self, off: int | None = None) -> None:
        self.off, self.where, self.found = off, list[str](), list[tuple[str, str]]()

    def check(self, words: str) -> bool:
        """Whether the check that is met is the one to switch off."""
        self.found.append((".".join(self.where), words))
        return len(self.found) - 1 == self.off

    def visit_FunctionDef(self, node: Any) -> None:
        self.where.append(node.name)
        node.body = [self.statement(s) for s in node.body]
        self.where.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.visit_FunctionDef(node)

    def statement(self, node: ast.stmt) -> ast.stmt:
        """The statement, with what is in it seen to."""
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            self.visit(node)
            return node
        if isinstance(node, ast.If) and len(node.body) == 1 and raises(node.body[0]):
            clauses = (
                node.test.values if isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.Or) else [node.test]
            )
            kept = [c for c in clauses if not self.check(ast.unparse(c))]
            node.test = ast.BoolOp(ast.Or(), [ast.Constant(False), ast.Constant(False), *kept])
        elif raises(node) and self.check(ast.unparse(node)):
            return ast.Pass()
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and called(node.value) in CALLED:
            if self.check(ast.unparse(node)):
                return ast.Pass()
        else:
            for field in ("body", "handlers"):
                for part in getattr(node, field, []):
                    if isinstance(part, ast.ExceptHandler):
                        part.body = [self.statement(s) for s in part.body]
                if field == "body" and hasattr(node, field):
                    node.body = [self.statement(s) for s in node.body]
        if hasattr(node, "orelse"):
            node.orelse = [self.statement(s) for s in node.orelse]
        return node


def raises(node: ast.stmt) -> bool:
    """Whether a statement refuses."""
    return isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and called(node.exc) in RAISED


def called(node: ast.Call) -> str:
    """The name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@cache
def switches() -> dict[str, tuple[str, int, str]]:
    """Every check: "module.function: n" -> (module, number in the module, its text)."""
    made = {}
    for module in MODULES:
        finder = Finder()
        tree = ast.parse(source(module))
        tree.body = [finder.statement(s) for s in tree.body]
        count: dict[str, int] = {}
        for number, (where, words) in enumerate(finder.found):
            count[where] = count.get(where, 0) + 1
            made[f"{module}.{where}:{count[where]}"] = (module, number, words)
    return made


@contextmanager
def off(key: str) -> Iterator[None]:
    """The kernel with one check switched off."""
    module, number, _ = switches()[key]
    finder = Finder(number)
    tree = ast.parse(source(module))
    tree.body = [finder.statement(s) for s in tree.body]
    compiled = compile(ast.fix_missing_locations(tree), f"<{module} without a check>", "exec")
    where = key.removeprefix(f"{module}.").rpartition(":")[0]
    live: Any = importlib.import_module(f"symconv.check.kernel.{module}")
    for part in where.split("."):
        live = vars(live)[part]
    live = getattr(live, "__wrapped__", live)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(live, "__code__", code_of(compiled, where))
        terms._prepared.cache_clear()  # domains that were worked out with the check
        try:
            yield
        finally:
            terms._prepared.cache_clear()


def code_of(code: types.CodeType, name: str) -> types.CodeType:
    """The code of a function in a module's code."""
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    for one in inner:
        if one.co_qualname == name:
            return one
    for one in inner:
        if name.startswith(one.co_qualname + "."):
            return code_of(one, name)
    raise LookupError(name)
