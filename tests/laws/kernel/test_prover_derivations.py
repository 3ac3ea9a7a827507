"""Derivations as they are handed out: every line proved for all sizes, said where it belongs, and graded down honestly."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

import symconv
from symconv.api import story
from symconv.check.prove import derivation
from symconv.language.facts import Check, Derivation
from symconv.layers.catalog import build
from symconv.pages.timing import spent
from symconv.pages.write import write
from symconv.topics.theorems.story import prove, theorem
from tests.harness import run

QUESTIONS: dict[str, tuple[str, dict[str, Any], str]] = {
    "conv1d-x": ("conv1d", {"stride": "s", "padding": "P", "dilation": "d"}, "x"),
    "conv1d-w": ("conv1d", {"stride": "s", "padding": "P", "dilation": "d"}, "w"),
    "conv1d-b": ("conv1d", {"stride": "s", "padding": "P", "dilation": "d"}, "b"),
    "conv1d-numbers": ("conv1d", {"stride": 3, "padding": 2, "dilation": 2}, "x"),
    "conv1d-crop": ("conv1d", {"stride": 2, "padding": ((-1, -2),)}, "x"),
    "conv1d-sides": ("conv1d", {"stride": "s", "padding": (("lo", "hi"),)}, "w"),
    "conv1d-flip": ("conv1d", {"stride": "s", "padding": "P", "dilation": "d", "flip_kernel": True}, "x"),
    "conv1d-one-tap": ("conv1d", {"kernel": 1, "stride": 2, "padding": 1}, "x"),
    "conv1d-same": ("conv1d", {"padding": "same", "kernel": 4, "dilation": 3}, "x"),
    "conv1d-groups": ("conv1d", {"stride": 2, "groups": 2}, "x"),
    "conv1d-group-names": ("conv1d", {"stride": "s", "groups": "G"}, "w"),
    "conv2d-x": ("conv2d", {"stride": "s", "padding": "P", "dilation": "d"}, "x"),
    "conv2d-mixed": ("conv2d", {"stride": ("s", 1), "padding": ((1, 0), (2, 1)), "dilation": (1, "d")}, "w"),
    "conv3d": ("conv3d", {"stride": (1, 2, 1), "padding": (0, 1, 0)}, "x"),
    "correlate1d-full": ("correlate1d", {"mode": "full"}, "x"),
    "correlate1d-same": ("correlate1d", {"mode": "same", "stride": 2, "dilation": 3}, "x"),
    "convolve1d": ("convolve1d", {"stride": "s", "padding": (("lo", "hi"),), "dilation": "d"}, "w"),
    "convolve2d-same": ("convolve2d", {"mode": "same", "kernel": (4, 3)}, "x"),
    "transpose1d-x": ("conv_transpose1d", {"stride": "s", "padding": "P", "dilation": "d"}, "x"),
    "transpose1d-w": ("conv_transpose1d", {"stride": "s", "padding": "P", "output_padding": "op"}, "w"),
}


def derived(key: str, **options: Any) -> Derivation:
    """The derivation of that question."""
    name, parameters, wrt = QUESTIONS[key]
    return story.derive(build(name, **parameters), wrt, **options)


def proof(d: Derivation) -> Check:
    """The one check that is a proof."""
    (found,) = [c for c in d.checks if c.kind == "proof"]
    return found


def all_proved(d: Derivation) -> None:
    """Every line, the line with channels and the whole are proved, with a domain."""
    verdict = proof(d).verdict
    assert verdict.status == "proved", verdict.how
    assert verdict.domain
    for step in d.steps:
        assert step.verdict is not None
        assert step.verdict.status == "proved", step.rule
        assert step.verdict.domain
    if d.channels is not None:
        assert d.channels_verdict is not None
        assert d.channels_verdict.status == "proved"


@pytest.mark.sweep(3)
@pytest.mark.parametrize("key", QUESTIONS)
def test_every_line_is_proved(key: str) -> None:
    all_proved(derived(key))


@pytest.mark.parametrize("key", ["conv1d-x", "conv1d-groups", "conv1d-group-names"])
def test_every_line_with_channels_is_proved(key: str) -> None:
    all_proved(derived(key, channels=True))


@pytest.mark.parametrize("wrt", ["x", "w"])
def test_the_derivative_of_a_derivative_is_proved(wrt: str) -> None:
    first = symconv.derive(symconv.conv1d(stride="s", padding="P", dilation="d", bias=False), "x", proof=False)
    second = symconv.derive(first.closed_form, wrt)
    all_proved(second.facts)


def test_the_proof_is_named_with_domain_solver_and_time_in_json() -> None:
    done = run("derive", "conv1d", "--wrt", "x", "--stride", "s", "--padding", "P", "--to", "json")
    assert done.exit_code == 0, done.output
    page = json.loads(done.stdout)
    (found,) = [c for c in page["checks"] if c["kind"] == "proof"]
    assert found["verdict"] == "proved"
    assert found["domain"]
    assert found["solver"] is None, "identities decide every obligation"
    assert page["timing"]["milliseconds"] > 0
    assert {s["verdict"] for s in page["steps"]} == {"proved"}


def test_without_a_proof_every_line_is_checked() -> None:
    done = run("derive", "conv1d", "--wrt", "x", "--stride", "s", "--no-proof", "--to", "json")
    assert done.exit_code == 0, done.output
    page = json.loads(done.stdout)
    assert {s["verdict"] for s in page["steps"]} == {"checked"}
    assert not [c for c in page["checks"] if c["kind"] == "proof"]
    text = run("derive", "conv1d", "--wrt", "x", "--stride", "s", "--no-proof").stdout
    assert "proved" not in text.lower()


def test_without_checks_nothing_is_proved() -> None:
    d = derived("conv1d-x", check=False)
    assert not d.checks
    assert all(step.verdict is None for step in d.steps)


TIMED = re.compile(r"\d+ ?ms\b|z3|solver", re.IGNORECASE)


def test_pages_carry_no_times() -> None:
    """What is kept in files stays the same from run to run."""
    d = derived("conv1d-x")
    for to in ("text", "latex", "markdown"):
        made = write(d, to)
        assert not TIMED.search(made), to
        assert write(derived("conv1d-x"), to) == made
    assert re.fullmatch(r"\(\d+ ms\)", spent(c.verdict for c in d.checks))
    assert re.fullmatch(r"\(z3 \d[\d.]*, \d+ ms\)", spent([prove(theorem("polyphase")).verdict]))


# graded down
def refusing(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """The search finds no certificate for claims with these words (for none at all, if they are empty)."""
    plain = derivation.tried
    monkeypatch.setattr(
        derivation,
        "tried",
        lambda claim, *more: (None, None, "told so") if claim.words.startswith(words) else plain(claim, *more),
    )


def test_an_undecided_prover_leaves_checked_lines_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, "")
    d = derived("conv1d-x")
    assert [s.verdict.status for s in d.steps if s.verdict] == ["checked"] * len(d.steps)
    assert proof(d).verdict.status == "unsupported"
    assert story.status([d]) == 0
    for to in ("text", "latex", "markdown"):
        assert "only checked" in " ".join(write(d, to).split())
    done = run("derive", "conv1d", "--wrt", "x", "--stride", "s")
    assert done.exit_code == 0, done.output
    assert "only checked" in " ".join(done.stdout.split())


def test_what_rests_on_an_undecided_line_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that follows from an undecided one is only checked, though its own step was decided."""
    refusing(monkeypatch, derived("conv1d-x", check=False).steps[1].rule)
    d = derived("conv1d-x")
    assert [s.verdict.status for s in d.steps[1:] if s.verdict] == ["checked"] * (len(d.steps) - 1)
    assert proof(d).verdict.status != "proved"


def test_an_undecided_line_with_channels_is_only_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, "with channels")
    d = derived("conv1d-groups")
    assert d.channels_verdict is not None
    assert d.channels_verdict.status == "checked"
    assert proof(d).verdict.status != "proved"


# independence
PACKAGE = Path(symconv.__file__).parent


def modules(folder: str) -> set[str]:
    """The modules of symconv below a folder."""
    return {
        "symconv." + ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        for path in (PACKAGE / folder).rglob("*.py")
    }


def imported(module: str) -> set[str]:
    """The modules of symconv that a module imports anywhere in its text."""
    base = PACKAGE.joinpath(*module.split(".")[1:])
    path = base.with_suffix(".py") if base.with_suffix(".py").exists() else base / "__init__.py"
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    every = {n for n in found if n.split(".")[0] == "symconv"}
    return {n for n in every if PACKAGE.joinpath(*n.split(".")[1:]).with_suffix(".py").exists() or n in packages()}


def packages() -> set[str]:
    """The packages of symconv that hold more than a docstring."""
    return {n for n in modules(".") if PACKAGE.joinpath(*n.split(".")[1:], "__init__.py").exists() and n != "symconv"}


def reached(starts: set[str]) -> set[str]:
    """Everything of symconv that the modules import, directly or not."""
    found, waiting = set(starts), list(starts)
    while waiting:
        for name in imported(waiting.pop()) - found:
            found.add(name)
            waiting.append(name)
    return found


@pytest.mark.slow
def test_the_deriver_and_the_prover_share_the_language_and_its_sentences_alone() -> None:
    shared = reached(modules("derivation")) & reached(modules("check/prove"))
    assert {n for n in shared if not n.startswith(("symconv.language", "symconv.words"))} <= {"symconv.errors"}


def test_the_prover_knows_nothing_of_sympy() -> None:
    for module in modules("check/prove"):
        text = PACKAGE.joinpath(*module.split(".")[1:])
        path = text.with_suffix(".py") if text.with_suffix(".py").exists() else text / "__init__.py"
        assert "import sympy" not in path.read_text(encoding="utf-8")
        assert "from sympy" not in path.read_text(encoding="utf-8")
