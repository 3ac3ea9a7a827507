"""The package's source as Python reads it, once for all laws that speak of it."""

from __future__ import annotations

import ast
import gc
from functools import cache
from pathlib import Path

import symconv

HOUSE = Path(symconv.__path__[0])
FILES = {
    ".".join(p.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"): p for p in sorted(HOUSE.rglob("*.py"))
}


@cache
def trees() -> dict[str, ast.Module]:
    """Every module by its name; so many nodes are kept out of the garbage collector's way."""
    gc.disable()
    found = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
    gc.freeze()
    gc.enable()
    return found


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a module, walked to once."""
    return tuple(ast.walk(tree))
