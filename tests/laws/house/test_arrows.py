"""The arrows of the house, held on its text: who may import whom, what is imported late, by name, or nowhere.

    errors <- language <- layers <- derivation         language <- check, examples, claims, pages, figures, processes
    topics <- all of these and api's story, never one another         api <- all of these         public, cli <- api, and topics by name;
    facts go from public and cli to a target through pages

No two files import each other in a circle, whatever way the import is written.  A checker is known by its place or its name:
everything below check/ and every ``check_*.py``.  What is not yet so stands in a list of its own, which may shrink and not grow.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

import symconv
from tests.oracles.source import FILES, HOUSE, nodes, trees

TOPICS = sorted(p.name for p in (HOUSE / "topics").iterdir() if (p / "__init__.py").exists())
LANGUAGE = {"errors", "words", "language"}
SPINE = {"layers", "derivation", "check", "examples", "claims", "pages", "figures", "processes"}

# each part of the house, and the other parts that it may see
ARROWS = {
    "errors": set[str](),
    "words": set[str](),
    "language": {"errors", "words"},  # a sentence as a plain string is English
    "layers": LANGUAGE,
    "derivation": LANGUAGE | {"layers"},
    "check": LANGUAGE,
    "examples": LANGUAGE | {"layers"},
    "claims": LANGUAGE | {"layers"},
    "pages": LANGUAGE,
    "figures": LANGUAGE,
    "processes": LANGUAGE,
    "topics": LANGUAGE | SPINE | {"api", "public", "cli"},
    "api": LANGUAGE | SPINE,
    "public": LANGUAGE | {"layers", "api", "pages", "topics"},
    "gallery": LANGUAGE | {"pages", "public"},
    "cli": LANGUAGE | {"__main__", "api", "gallery", "layers", "pages", "topics"},
    "__init__": {"errors", "public"},
    "__main__": LANGUAGE | {"cli"},
}

# what is not yet so
STANDING_ON_A_TOPIC = {
    "topics.continuous.theorem": {"topics.theorems.story"},
    "topics.matrix.story": {"topics.sizes.sizes"},
}
LIGHT_INSIDE = {  # parts and modules that import inside functions what could stand at the top
    "cli", "__init__", "__main__", "public.examples", "public.claims", "api.story",  # a command, a name, a story is loaded when it is asked for
    "pages.write",  # and so is a target
    "language.prose",  # a table is loaded once something is said
    "api.borders", "api.claims", "api.examples",
    "api.nodes", "api.operators", "api.spelled", "api.verify", "claims.files", "pages.html", "pages.latex",
    "pages.text", "topics.continuous.story", "topics.theorems.command",
}  # fmt: skip
BY_NAME = {"processes.isolated"}

HEAVY = {"sympy", "mpmath", "z3", "lark", "numpy", "flint", "drawsvg", "PIL", "resvg_py"}
LATE = {"sympy", "mpmath", "z3", "lark", "numpy"}
FRAMEWORKS = {"torch", "scipy", "jax", "tensorflow"}


# the text of the house
def parsed_of(module: str) -> ast.Module:
    """A module of the house as Python reads it."""
    return trees()[module]


def named(node: ast.AST) -> Iterator[str]:
    """The modules that one statement imports, in full."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if node.module == "symconv" or inner.removeprefix("symconv.") in FILES else str(node.module)


@cache
def imported(module: str) -> frozenset[tuple[str, bool, bool]]:
    """What a module imports, whether inside a function, and whether for types alone."""
    found: set[tuple[str, bool, bool]] = set()

    def visit(parts: list[ast.AST], within: bool, types: bool) -> None:
        for node in parts:
            found.update((name, within, types) for name in named(node))
            inside = within or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            alone = types or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
            for block in ("body", "orelse", "finalbody", "handlers", "cases"):
                below = getattr(node, block, [])
                visit(below if isinstance(below, list) else [], inside, alone)  # a lambda's body is no statement

    visit(list(parsed_of(module).body), False, False)
    return frozenset(found)


@cache
def imports(module: str, inside: bool | None = None) -> frozenset[str]:
    """What a module imports: anywhere, inside functions alone, or (False) when it is imported itself."""
    return frozenset(
        name for name, within, types in imported(module) if inside is None or (inside is within and (inside or not types))
    )


@cache
def seen(module: str, inside: bool | None = None) -> frozenset[str]:
    """The modules of the house that a module imports."""
    names = {name.removeprefix("symconv.") for name in imports(module, inside) if name.startswith("symconv.")}
    return frozenset(name for name in names if name in FILES) - {module}


def reached(start: set[str], step: Callable[[str], frozenset[str]]) -> set[str]:
    """Everything that steps lead to, the start included."""
    found, todo = set[str](), list(start)
    while todo:
        module = todo.pop()
        if module not in found:
            found.add(module)
            todo += step(module)
    return found


def part(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def topic(module: str) -> str:
    """The topic in whose folder a module lies, or nothing."""
    folders = module.split(".")
    return folders[1] if folders[0] == "topics" and len(folders) > 2 else ""


def last(module: str) -> str:
    return module.rpartition(".")[2]


def checker(module: str) -> bool:
    return part(module) == "check" or last(module).startswith("check_")


def facts(module: str) -> bool:
    """A topic's facts: what it is about, as data."""
    return bool(topic(module)) and (last(module) == "facts" or last(module).endswith("_facts"))


# who sees whom
def test_the_house_is_known() -> None:
    assert {part(module) for module in FILES} == set(ARROWS)
    assert TOPICS, "no topic was found"


def test_the_rooms_see_what_they_stand_on() -> None:
    beyond = {
        (module, name)
        for module in FILES
        for name in seen(module)
        if part(name) not in ARROWS[part(module)] | {part(module)} and name not in STANDING_ON_A_TOPIC.get(module, ())
    }
    assert beyond == set()


def test_nothing_stands_on_a_topic_and_topics_never_see_one_another() -> None:
    found = {module: {name for name in seen(module) if topic(name) and topic(name) != topic(module)} for module in FILES}
    assert {
        m: names - STANDING_ON_A_TOPIC.get(m, set())
        for m, names in found.items()
        if names - STANDING_ON_A_TOPIC.get(m, set())
    } == {}


def test_no_circle_of_files() -> None:
    """Imports inside functions and for types alone count like all others."""
    sorter = TopologicalSorter({m: seen(m) for m in FILES})
    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


# independence, by name
def test_checkers_see_the_language_and_one_another_alone() -> None:
    """Everything below check/, and check_*.py in any folder, which sees its topic's facts besides."""
    beyond = {
        (module, name)
        for module in FILES
        if checker(module)
        for name in seen(module)
        if part(name) not in LANGUAGE and not (part(name) == "check" or (topic(name) and topic(name) == topic(module) and (checker(name) or facts(name))))
    }  # fmt: skip
    assert beyond == set()
    assert any(topic(module) and checker(module) for module in FILES)


def test_facts_see_the_language_alone() -> None:
    beyond = {
        (module, name)
        for module in FILES
        if facts(module)
        for name in seen(module)
        if part(name) not in LANGUAGE and not facts(name)
    }
    assert beyond == set()


def test_the_deriver_and_the_checkers_share_nothing_but_the_language() -> None:
    deriver = reached({m for m in FILES if part(m) == "derivation"}, seen)
    checkers = reached({m for m in FILES if checker(m)}, seen)
    shared = {part(module) for module in deriver & checkers}
    assert "language" in shared
    assert shared <= LANGUAGE


@pytest.mark.parametrize("module", ["check.brute", "check.sweep", "check.maps", "check.exact"])
def test_independent_routes_start_from_the_definition(module: str) -> None:
    """They use the operator's data, neither its formula nor ``expand``, no line evaluator and no rewriting; brute force lends its
    counting of sizes alone."""
    assert {name for name in seen(module) if part(name) == "check"} <= {"check.brute"}
    taken = {alias.name for n in nodes(parsed_of(module)) if isinstance(n, ast.ImportFrom) for alias in n.names}
    assert not taken & {"formula", "expand"}


def test_the_kernel_sees_the_language_and_solvers_alone() -> None:
    kernel = {m for m in FILES if m.startswith("check.kernel")}
    assert {name for m in kernel for name in seen(m) if part(name) not in LANGUAGE} <= kernel
    outside = {name.split(".")[0] for m in kernel for name in imports(m)} - set(sys.stdlib_module_names) - {"symconv"}
    assert outside <= {"z3", "flint"}


# what is imported late, by name, or nowhere
@cache
def heavy() -> set[str]:
    """The modules whose import loads one of the heavy libraries: those that import one, and those that import these."""
    found = {m for m in FILES if any(name.split(".")[0] in HEAVY for name in imports(m, False))}
    while more := {m for m in FILES if m not in found and seen(m, False) & found}:
        found |= more
    return found


@cache
def light_inside() -> dict[str, set[str]]:
    """Imports inside functions that load nothing heavy, and no topic: they could stand at the top."""
    found = {m: {n for n in seen(m, True) if not topic(n) and n not in heavy()} for m in FILES}
    return {m: names for m, names in found.items() if names}


def test_inside_functions_stand_topics_and_heavy_modules_alone() -> None:
    assert {m for m in light_inside() if part(m) not in LIGHT_INSIDE} - LIGHT_INSIDE == set()


def test_no_framework_but_in_an_adapter() -> None:
    using = {m for m in FILES if FRAMEWORKS & {name.split(".")[0] for name in imports(m)}}
    assert {m for m in using if not (topic(m) and last(m).startswith("adapter"))} == set()


def at_home(module: str) -> set[str]:
    """The numeric and symbolic libraries that a module may use.

    NumPy is the checkers' and the examples'; a filter's picture is an array, its levels come and go as one.  SymPy differentiates
    the pointwise functions, reads and prints expressions, and is a checker of its own.
    """
    numpy = (
        checker(module) or part(module) == "examples" or topic(module) == "filters" or module == "topics.continuous.curves"
    )
    sympy = checker(module) or part(module) in ("pages", "claims", "examples", "derivation")
    sympy = sympy or topic(module) in ("theorems", "continuous")
    return {name for name, home in (("numpy", numpy), ("sympy", sympy), ("mpmath", sympy)) if home}


def test_third_parties_are_used_where_they_are_at_home() -> None:
    libraries = {"numpy", "sympy", "mpmath"}
    used = {m: libraries & {name.split(".")[0] for name in imports(m)} for m in FILES}
    assert {m: names - at_home(m) for m, names in used.items() if names - at_home(m)} == {}


def test_heavy_libraries_are_imported_late() -> None:
    """SymPy, z3 and lark inside functions alone; NumPy at the top only where it is at home."""
    top = {m: LATE & {name.split(".")[0] for name in imports(m, False)} for m in FILES}
    assert {m: names for m, names in top.items() if names - (at_home(m) & {"numpy"})} == {}


@cache
def calls(module: str) -> set[str]:
    """What a module calls, as it is written."""
    return {ast.unparse(node.func) for node in nodes(parsed_of(module)) if isinstance(node, ast.Call)}


def test_nothing_is_imported_by_name() -> None:
    """The arrows can be read off the text: what is found by name are topics, in topics/__init__ alone."""
    by_name = {"import_module", "importlib.import_module", "__import__"}
    assert {m for m in FILES if calls(m) & by_name} <= BY_NAME | {"topics"}


def test_no_user_text_is_executed() -> None:
    executing = {"eval", "exec", "compile", "sympify", "parse_expr", "sympy.sympify"}
    found = {m: calls(m) & executing for m in FILES if calls(m) & executing}
    assert found == {"language.lazy": {"exec"}}  # constructors of our own classes, as the library's


# where LaTeX is written
COMMAND = re.compile(
    r"\\(?:frac|sum|tilde|begin|end|text\w*|left|right|[bB]igg?[lr]?|[lr]floor|[lr]vert|partial|uparrow|mathrm|mathbf|quad|qquad"
    r"|cdot|le|ge|mid|gamma|dots|ldots|substack|boxed|colorbox|operatorname|underbrace|section|paragraph|usepackage|document\w*)\b"
)


def strings(tree: ast.Module) -> Iterator[str]:
    """String constants that are no docstrings."""
    docs = {
        id(node.body[0].value)
        for node in nodes(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_latex_is_written_on_pages_and_read_in_claims_alone() -> None:
    """Pages, figures and topics' pages write it; a claim is read from it."""
    found = {m for m in FILES if any(COMMAND.search(s) for s in strings(parsed_of(m)))}
    pages = {m for m in found if topic(m) and last(m).startswith(("page", "spelled", "figure"))}
    assert {m for m in found - pages if part(m) not in ("pages", "figures", "claims")} == set()


# at run time
def loaded(code: str) -> set[str]:
    """The top-level modules that are loaded once the code has run in a fresh interpreter."""
    script = f"import sys\n{code}\nprint('\\n'.join(sorted({{m.split('.')[0] for m in sys.modules}})), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, cwd=HOUSE.parent)
    return set(done.stderr.split())


def command(*words: str) -> str:
    return f"from symconv.cli import main\ntry:\n    main({list(words)!r})\nexcept SystemExit as stop:\n    assert not stop.code"


# what a process does not load: every one of these in turn, in one process for those that load the same
LAZY = {
    "import symconv": (["import symconv"], {"sympy", "numpy", "z3", "lark", "click"}),
    "help, and claims about sizes": (
        [
            command("--help"),
            command("derive", "--help"),
            command("example", "--help"),
            command("verify", "o = i - k + 1", "--where", "o=output, i=input, k=kernel"),
        ],
        {"sympy", "numpy", "z3", "lark"},
    ),
    "symconv list": ([command("list")], {"sympy", "numpy", "z3"}),
    "derive unchecked": ([command("derive", "conv2d", "--no-check")], {"sympy", "numpy", "z3"}),
    "examples": (
        [
            command("example", "conv2d", "--input", "6x6", "--kernel", "3x3"),
            command("example", "conv2d", "--x", "1 2; 3 4", "--w", "1/2; 1", "--to", "latex"),
            command("example", "conv1d", "--x", "1 2 3", "--w", "1 2", "--g", "1 1", "--json"),
        ],
        {"sympy", "z3", "lark"},
    ),
    "traces, numbers, lines that are checked": (
        [
            command("trace", "dx[2]", "conv1d", "--input", "5", "--kernel", "3", "--stride", "2"),
            "import symconv as sc\nsc.evaluate(sc.correlate1d(), x=[1, 2], w=[3])",
            command("derive", "conv1d", "--no-proof"),
        ],
        {"sympy", "z3"},
    ),
    "derivations that are proved": (
        [
            command("derive", "conv2d", "--stride", "s", "--padding", "P"),
            command("derive", "conv1d", "--wrt", "all", "--to", "latex"),
        ],
        {"sympy"},
    ),
}


@pytest.mark.sweep(3)
@pytest.mark.parametrize(("codes", "unwanted"), LAZY.values(), ids=LAZY.keys())
def test_what_is_not_loaded(codes: list[str], unwanted: set[str]) -> None:
    assert loaded("\n".join(codes)) & unwanted == set()


def test_the_probe_would_notice() -> None:
    assert {"lark", "click", "symconv"} <= loaded(command("--help") + "\nimport lark")


def test_public_names_survive_in_any_order() -> None:
    """A room must not take the place of a public function of the same name once it has been imported."""
    code = "import symconv as sc\n" + "\n".join(
        f"assert callable(sc.{name}), {name!r}" for name in ("derive", "render", "evaluate")
    )
    both = f"{code}\nd = sc.derive(sc.conv1d(), 'x')\nsc.render(d, to='latex')\n{code}\nsc.derive(d.closed_form, 'x')"
    assert "symconv" in loaded(both)
    assert sorted(set(symconv.__all__)) == sorted(symconv.__all__)
    assert all(getattr(symconv, name) is not None for name in symconv.__all__)
