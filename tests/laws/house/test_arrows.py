"""The arrows of the house: who may import whom, and what is imported late or nowhere.

language <- every room;  no room sees another;  topics see the rooms, api's story and their own folder, never one another;  api sees all rooms;
public, cli and gallery call api, and topics by name; facts find their way to a target through pages
NumPy under check/, examples/ and the filters alone (a picture is an array: its levels come and go as one);  SymPy only inside functions;
LaTeX is written in pages/ and on topics' pages alone
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import symconv

HOUSE = Path(symconv.__file__).parent
FILES = {".".join(p.relative_to(HOUSE).with_suffix("").parts): p for p in sorted(HOUSE.rglob("*.py"))}
PACKAGES = sorted(p.name for p in HOUSE.iterdir() if (p / "__init__.py").exists())
ROOMS = [name for name in PACKAGES if name not in ("api", "public", "cli", "topics")]
TOPICS = sorted(p.name for p in (HOUSE / "topics").iterdir() if (p / "__init__.py").exists())

# the few modules and packages outside the rooms, with what each may see of the house
FACES = {
    "errors": set[str](),
    "__init__": {"errors", "public"},
    "__main__": {"language", "cli"},
    "api": {"errors", *ROOMS},
    "public": {"errors", "language", "layers", "api", "pages", "topics"},
    "cli": {"__main__", "errors", "api", "gallery", "pages", "topics"},
    "gallery": {"errors", "language", "pages", "public"},
}
LATE = {"sympy", "mpmath", "z3", "lark", "numpy"}
NUMERIC = {"check", "examples", "filters"}
# continuous: convolution with parameters in its numbers;  derivation: SymPy differentiates the pointwise functions
SYMBOLIC = {"check", "pages", "theorems", "continuous", "claims", "examples", "derivation"}
# who stands on a topic today: each of these is to be untied
TIED = {
    "layers.described": {"topics.sizes.facts"},
    "layers.geometry": {"topics.sizes.facts"},
    "pages.messages": {"topics.continuous.words", "topics.sizes.words"},
    "topics.continuous.theorem": {"topics.theorems.story"},
    "topics.matrix.page": {"topics.sizes.page"},
    "topics.matrix.story": {"topics.sizes.sizes"},
}


@cache
def parsed_of(module: str) -> ast.Module:
    """A module of the house as Python reads it."""
    return ast.parse(FILES[module].read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in the tree, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "symconv":
                yield from (f"symconv.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module
                inner = (f"{node.module}.{alias.name}" for alias in node.names)
                yield from (name for name in inner if name.removeprefix("symconv.") in FILES)


def at_the_top(tree: ast.Module) -> Iterator[str]:
    """What is imported when the module is: everything outside functions, type-checking blocks left out."""
    stack: list[ast.AST] = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from imports(node)
        stack += list(ast.iter_child_nodes(node))


def within(tree: ast.AST) -> set[str]:
    """The parts of the house that a module imports: rooms, or modules outside the rooms."""
    return {name.split(".")[1] for name in imports(tree) if name.startswith("symconv.")}


def room(module: str) -> str | None:
    """The room of a module, or the topic whose folder it lies in."""
    first, _, rest = module.partition(".")
    if first == "topics" and rest:
        folder = rest.split(".")[0]
        return folder if folder in TOPICS else None
    return first if first in ROOMS else None


def numeric(module: str) -> bool:
    """Whether NumPy is at home in a module: the rooms named above, the checkers of topics, points of curves."""
    return room(module) in NUMERIC or ".check_" in module or module == "topics.continuous.curves"


def topics_seen(module: str) -> set[str]:
    """The modules of topics, other than its own, that a module imports."""
    names = {name.removeprefix("symconv.") for name in imports(parsed_of(module)) if name.startswith("symconv.topics.")}
    return {name for name in names if name in FILES and room(name) != room(module)}


def test_the_house_is_known() -> None:
    assert {"language", "layers", "check"} <= set(ROOMS)
    assert {module.split(".")[0] for module in FILES if room(module) is None} == {*FACES, "topics"}


@pytest.mark.parametrize("module", [m for m in FILES if room(m) and not m.startswith("topics.")])
def test_a_room_sees_the_language_and_itself(module: str) -> None:
    own = room(module)
    assert within(parsed_of(module)) - ({"topics"} if module in TIED else set()) <= {"language", "errors", own}


@pytest.mark.parametrize("module", [m for m in FILES if room(m) == "language"])
def test_the_language_sees_nothing_but_errors(module: str) -> None:
    assert within(parsed_of(module)) <= {"language", "errors"}


@pytest.mark.parametrize("module", [m for m in FILES if not room(m)])
def test_faces(module: str) -> None:
    face = module.split(".", maxsplit=1)[0]
    assert within(parsed_of(module)) - ({"topics"} if module in TIED else set()) <= FACES.get(face, set()) | {face}


@pytest.mark.parametrize("module", FILES)
def test_nothing_stands_on_a_topic(module: str) -> None:
    assert topics_seen(module) == TIED.get(module, set())


@pytest.mark.parametrize("module", [m for m in FILES if ".check_" in m])
def test_a_topics_checkers_see_the_language_check_and_its_facts(module: str) -> None:
    names = {name.removeprefix("symconv.") for name in imports(parsed_of(module)) if name.startswith("symconv.")}
    own = module.rpartition(".")[0]
    inside = {name for name in names if name.startswith(own)}
    assert {name.split(".")[0] for name in names - inside} <= {"language", "errors", "check"}
    assert all("facts" in name or ".check_" in name for name in inside)


def reached(start: str) -> set[str]:
    """The modules of the house that a room reaches, through any number of imports."""
    seen: set[str] = set()
    todo = [m for m in FILES if room(m) == start]
    while todo:
        module = todo.pop()
        if module in seen:
            continue
        seen.add(module)
        names = [name.removeprefix("symconv.") for name in imports(parsed_of(module)) if name.startswith("symconv.")]
        todo += [name for name in names if name in FILES]
    return seen


def test_the_deriver_and_the_checkers_share_nothing_but_the_language() -> None:
    (deriver,) = (r for r in ROOMS if r.startswith("deriv"))
    shared = reached(deriver) & reached("check")
    assert all(module == "errors" or room(module) == "language" for module in shared)
    assert any(room(module) == "language" for module in shared)


@pytest.mark.parametrize("module", ["check.brute", "check.exact", "check.maps"])
def test_independent_routes_start_from_the_definition(module: str) -> None:
    """They use the operator's data, not its formula, and no line evaluator or rewriting."""
    used = set(imports(parsed_of(module)))
    own = {"symconv.check", "symconv.check.brute"}
    assert {name for name in used if name.startswith("symconv.check")} <= own
    taken = [
        alias.name for node in ast.walk(parsed_of(module)) if isinstance(node, ast.ImportFrom) and node.module == "symconv.language.operator"
        for alias in node.names
    ]  # fmt: skip
    assert "formula" not in taken


@pytest.mark.parametrize("module", FILES)
def test_third_parties(module: str) -> None:
    used = {name.split(".")[0] for name in imports(parsed_of(module))}
    if not numeric(module):
        assert "numpy" not in used
    if room(module) not in SYMBOLIC and ".check_" not in module:
        assert not {"sympy", "mpmath"} & used
    assert not {"torch", "scipy", "jax", "tensorflow"} & used


@pytest.mark.parametrize("module", FILES)
def test_heavy_modules_are_imported_late(module: str) -> None:
    """SymPy, z3 and lark inside functions alone; NumPy at the top only where it is at home."""
    top = {name.split(".")[0] for name in at_the_top(parsed_of(module))}
    assert not top & (LATE - ({"numpy"} if numeric(module) else set()))


def test_nothing_is_imported_by_name_at_run_time() -> None:
    """The arrows can be read off the text: no import_module, no __import__, but for topics, for what a command calls
    and for operators."""
    for module, parsed in ((m, parsed_of(m)) for m in FILES):
        calls = {ast.unparse(node.func) for node in ast.walk(parsed) if isinstance(node, ast.Call)}
        if module not in ("api.__init__", "layers.catalog", "topics.__init__"):
            assert not calls & {"import_module", "importlib.import_module", "__import__"}


def test_no_user_text_is_executed() -> None:
    for module, parsed in ((m, parsed_of(m)) for m in FILES):
        calls = {ast.unparse(node.func) for node in ast.walk(parsed) if isinstance(node, ast.Call)}
        allowed = {"exec"} if module == "language.lazy" else set()  # constructors of our own classes, as the library's
        assert not calls & {"eval", "exec", "compile", "sympify", "parse_expr", "sympy.sympify"} - allowed, module


COMMAND = re.compile(
    r"\\(?:frac|sum|tilde|begin|end|text\w*|left|right|[bB]igg?[lr]?|[lr]floor|[lr]vert|partial|uparrow|mathrm|mathbf|quad|qquad"
    r"|cdot|le|ge|mid|gamma|dots|ldots|substack|boxed|colorbox|operatorname|underbrace|section|paragraph|usepackage|document\w*)\b"
)


def strings(tree: ast.Module) -> Iterator[str]:
    """String constants that are no docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


@pytest.mark.parametrize("module", [m for m in FILES if room(m) not in ("pages", "claims") and not m.startswith("topics.")])
def test_latex_is_written_on_pages_alone(module: str) -> None:
    assert [s for s in strings(parsed_of(module)) if COMMAND.search(s)] == []


# at run time
def loaded(code: str) -> set[str]:
    """The top-level modules that are loaded once the code has run in a fresh interpreter."""
    script = f"import sys\n{code}\nprint('\\n'.join(sorted({{m.split('.')[0] for m in sys.modules}})), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, cwd=HOUSE.parent)
    return set(done.stderr.split())


def command(*words: str) -> str:
    return f"from symconv.cli import main\ntry:\n    main({list(words)!r})\nexcept SystemExit as stop:\n    assert not stop.code"


LAZY = {
    "import symconv": ("import symconv", {"sympy", "numpy", "z3", "lark", "click"}),
    "symconv --help": (command("--help"), {"sympy", "numpy", "z3", "lark"}),
    "symconv derive --help": (command("derive", "--help"), {"sympy", "numpy", "z3", "lark"}),
    "symconv list": (command("list"), {"sympy", "numpy", "z3"}),
    "derive without sizes": (command("derive", "conv2d", "--stride", "s", "--padding", "P"), {"sympy"}),
    "derive to latex": (command("derive", "conv1d", "--wrt", "all", "--to", "latex"), {"sympy"}),
    "derive unproved": (command("derive", "conv1d", "--no-proof"), {"sympy", "z3"}),
    "derive unchecked": (command("derive", "conv2d", "--no-check"), {"sympy", "numpy", "z3"}),
    "example --help": (command("example", "--help"), {"sympy", "numpy", "z3", "lark"}),
    "example": (command("example", "conv2d", "--input", "6x6", "--kernel", "3x3"), {"sympy", "z3", "lark"}),
    "example to latex": (
        command("example", "conv2d", "--x", "1 2; 3 4", "--w", "1/2; 1", "--to", "latex"),
        {"sympy", "z3", "lark"},
    ),
    "example to json": (
        command("example", "conv1d", "--x", "1 2 3", "--w", "1 2", "--g", "1 1", "--json"),
        {"sympy", "z3", "lark"},
    ),
    "trace": (command("trace", "dx[2]", "conv1d", "--input", "5", "--kernel", "3", "--stride", "2"), {"sympy", "z3"}),
    "verify a size": (
        command("verify", "o = i - k + 1", "--where", "o=output, i=input, k=kernel"),
        {"sympy", "numpy", "z3", "lark"},
    ),
    "evaluate": ("import symconv as sc\nsc.evaluate(sc.correlate1d(), x=[1, 2], w=[3])", {"sympy", "z3"}),
}


@pytest.mark.parametrize(("code", "unwanted"), LAZY.values(), ids=LAZY.keys())
def test_what_is_not_loaded(code: str, unwanted: set[str]) -> None:
    assert loaded(code) & unwanted == set()


def test_the_probe_would_notice() -> None:
    assert {"sympy", "numpy"} <= loaded(command("derive", "conv1d", "--input", "3", "--kernel", "2") + "\nimport sympy")


def test_public_names_survive_in_any_order() -> None:
    """A room must not take the place of a public function of the same name once it has been imported."""
    code = "import symconv as sc\n" + "\n".join(
        f"assert callable(sc.{name}), {name!r}" for name in ("derive", "render", "evaluate")
    )
    both = f"{code}\nd = sc.derive(sc.conv1d(), 'x')\nsc.render(d, to='latex')\n{code}\nsc.derive(d.closed_form, 'x')"
    assert "symconv" in loaded(both)
    assert sorted(set(symconv.__all__)) == sorted(symconv.__all__)
    assert all(getattr(symconv, name) is not None for name in symconv.__all__)
