"""Certificates in other hands: a reader that shares no code with the package, z3's own reader of SMT-LIB, and cvc5."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from symconv.api import story as way
from symconv.check.kernel.obligations import NotShown
from symconv.check.prove.certificate import certificate
from symconv.check.prove.derivation import prove_derivation
from symconv.check.prove.search import attempt
from symconv.language.expr import Access, Bracket, Divides, Equal, Expr, InRange, Partial, Sum, Tensor
from symconv.language.facts import Claim, Theorem, Verdict
from symconv.language.integers import Int, ceil, floor, integer, least, mod, quotient, var
from symconv.layers.catalog import build
from symconv.pages.write import write
from symconv.topics.theorems import story
from symconv.topics.theorems.facts import Settled
from symconv.topics.theorems.page import domain
from tests.cases.helpers import beside
from tests.cases.kernel_by_hand import BY_HAND
from tests.cases.kernel_hands import Hand
from tests.cases.kernel_pairs import PAIRS
from tests.harness import run
from tests.oracles.certificate_reader import Wrong, compared, written

pytestmark = pytest.mark.sweep(4)

THEOREMS = story.theorem_list()
TRUE = [n for n, t in THEOREMS.items() if t.expected == "proved"]
LAYERS: dict[str, dict[str, Any]] = {
    "correlate1d": {"stride": "s", "dilation": "d", "padding": (("P", "Q"),)},
    "convolve1d": {"stride": "s", "dilation": "d", "padding": (("P", "Q"),)},
    "correlate2d": {"stride": "s", "padding": "P"},
    "convolve3d": {"stride": "s"},
    "conv1d": {"stride": "s", "dilation": "d", "padding": "P", "groups": "G"},
    "conv2d": {"stride": "s", "padding": "P"},
    "conv3d": {},
    "conv_transpose1d": {"stride": "s", "padding": "P"},
    "conv_transpose2d": {"stride": "s"},
}
QUICK = ("correlate1d", "convolve1d", "conv_transpose1d")


@cache
def text(name: str) -> str:
    """The certificate of a theorem of the catalogue."""
    return story.certificate(story.prove(THEOREMS[name]))


def lines(name: str, wrt: str) -> tuple[Claim, ...]:
    """What a derivation owes: every line equals the one before, the closed form the last, its shape, and the channels."""
    d = way.derive(build(name, **LAYERS[name]), wrt, proof=False)
    return tuple(claim for chain in prove_derivation(d) for claim in chain.claims)


@cache
def derived(name: str, wrt: str) -> str:
    """The certificate of a derivation's lines."""
    claims = lines(name, wrt)
    proofs = [(session, found) for session, found in map(attempt, claims) if found is not None]
    assert len(proofs) == len(claims)
    return certificate(Theorem(f"{name} by {wrt}", "every line of the derivation", claims), "for all sizes", proofs)


@cache
def neighbour(name: str) -> str:
    """The certificate of a true neighbour; together they have every kind of step."""
    true = PAIRS[name].true
    if name in BY_HAND:
        hand = Hand(true)
        BY_HAND[name](hand)
        proof = hand.session, hand.certificate()
    else:
        session, found = attempt(true)
        assert found is not None
        proof = session, found
    return certificate(Theorem(name, name, (true,)), "", [proof])


def blocks(file: str) -> list[str]:
    """The text of each obligation, between its push and its pop."""
    assert file.count("(push 1)") == file.count("(pop 1)") == file.count("(check-sat)")
    return [part.split("(pop 1)")[0] for part in file.split("(push 1)")[1:]]


# recomputed
@pytest.mark.parametrize("name", TRUE)
def test_the_obligations_are_those_of_the_theorem_and_its_steps(name: str) -> None:
    assert compared(text(name)) == len(blocks(text(name))) > 0


@pytest.mark.sweep(1)
@pytest.mark.parametrize("wrt", ["x", "w"])
@pytest.mark.parametrize("name", beside(LAYERS, str, lambda _, name: name not in QUICK))
def test_the_obligations_are_those_of_a_derivation(name: str, wrt: str) -> None:
    assert compared(derived(name, wrt)) > 50


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", beside(PAIRS, str, lambda _, name: name.startswith("up-to")))
def test_the_obligations_are_those_of_a_true_neighbour(name: str) -> None:
    file = neighbour(name)
    assert compared(file) == len(blocks(file))


@pytest.mark.slow
def test_every_kind_of_step_and_fact_is_read() -> None:
    every = "".join((*map(neighbour, PAIRS), *map(text, TRUE), derived("conv1d", "x")))
    for kind in ("merge", "split", "share", "drop", "cancel"):
        assert f'"{kind}":' in every
    for rule in ("have eq", "divide", "euclid"):
        assert f'"{rule}"' in every


def spoilt(file: str, change: Callable[[dict[str, Any]], None]) -> str:
    """The file with its head changed."""
    before, rest = file.split("; begin\n")
    _, after = rest.split("; end\n")
    head = written(file)[0]
    change(head)
    return f"{before}; begin\n; {json.dumps(head)}\n; end\n{after}"


def set_in(head: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    for part in path[:-1]:
        head = head[part]
    head[path[-1]] = value


CHANGES: dict[str, tuple[tuple[Any, ...], Any]] = {
    "a-least-value": (("claims", 0, "sizes", 0), ["K", 2]),
    "a-definition": (("claims", 0, "definitions", 0, 1), "floor(N + P + Q - d*K + d - 1, s)"),
    "a-range": (("claims", 0, "free", 0, 1), "N + 1"),
    "what-is-given": (("claims", 0, "given"), []),
    "the-right-side": (("claims", 0, "right", 0, 1, "at", 0), "q"),
    "a-view": (("claims", 0, "right", 0, 2, "spread", 0), "d"),
    "the-output": (("claims", 0, "output", "definition", 0, 2, "at", 0), "s*i + d*p"),
    "a-map": (("claims", 0, "steps", 0, "there", 0), "p!5"),
    "the-way-back": (("claims", 0, "steps", 0, "back", 2), "q!6"),
    "the-reads": (("claims", 0, "steps", 0, "reads"), [0, 1]),
    "no-steps": (("claims", 0, "steps"), []),
    "a-goal": (("claims", 1, "goals", 0, 2), "1"),
}


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", CHANGES)
def test_a_head_that_was_changed_has_other_obligations(name: str) -> None:
    file = text("closed-form-x")
    assert compared(spoilt(file, lambda head: None)) == compared(file)
    with pytest.raises((AssertionError, Wrong, ValueError, KeyError)):
        compared(spoilt(file, lambda head: set_in(head, *CHANGES[name])))


def test_an_obligation_less_or_another_is_seen() -> None:
    file = text("closed-form-x")
    start, first, *rest = file.split("(push 1)")
    with pytest.raises(AssertionError, match="obligations"):
        compared("(push 1)".join([start, *rest]))
    weaker = first.replace("(assert (not (>= ", "(assert (not (>= (+ 1 ", 1).replace(" 0)))", ") 0)))", 1)
    with pytest.raises(AssertionError, match="obligation 1 is another"):
        compared("(push 1)".join([start, weaker, *rest]))


# the theorem as the page states it
def claims_of(head: dict[str, Any]) -> list[Claim]:
    """The claims of a file's head, as far as a page shows them."""
    made = []
    for claim in head["claims"]:
        free = tuple((n, None if size is None else polynomial(size)) for n, size in claim["free"])
        goals = tuple((kind, polynomial(a), polynomial(b)) for kind, a, b in claim.get("goals", []))
        left, right = (side(claim[part]) if part in claim else None for part in ("left", "right"))
        made.append(Claim(claim["words"], free=free, goals=goals, left=left, right=right))
    return made


def polynomial(words: str) -> Int:
    """In the order in which it is written, which a page keeps."""
    calls = {"floor": floor, "mod": mod, "quotient": quotient, "ceil": ceil, "min": least, "v": var}
    spelt = re.sub(r"([^\W\d][\w'!]*)(?!\()\b", lambda m: m[0] if m[0] in calls else f"v({m[0]!r})", words)
    return integer(eval(spelt, {"__builtins__": {}}, calls))


def side(terms: Any) -> Expr:
    def entry(e: Any) -> Access:
        sizes, zeros = (tuple(map(polynomial, e.get(k, []))) for k in ("sizes", "spread"))
        tensor = Tensor(e["entry"], sizes, zeros, tuple(e.get("flipped", [])), 0, e.get("inverse", False))
        return Access(tensor, tuple(map(polynomial, e["at"])))

    def item(e: Any) -> Any:
        if "sum" in e:
            return Sum(e["sum"], polynomial(e["below"]))
        if "where" in e:
            kinds = {"equal": Equal, "within": InRange, "divides": Divides}
            return Bracket(tuple(kinds[k](polynomial(a), polynomial(b)) for k, a, b in e["where"]))
        return Partial(entry(e["derivative"]), entry(e["by"])) if "derivative" in e else entry(e)

    return Expr(tuple(tuple(map(item, term)) for term in terms))


def evaluates_alike(one: Claim, other: Claim) -> bool:
    """The same statement: polynomials are compared as polynomials, whatever their order."""
    plain = replace(one, sizes=(), definitions=(), given=(), multipliers=(), op=None, forward=None)
    return stripped(plain) == stripped(other)


def stripped(claim: Claim) -> Claim:
    def bare(e: Expr | None) -> Expr | None:
        if e is None:
            return None
        return Expr(
            tuple(tuple(replace(i, aside=False) if isinstance(i, Bracket) else i for i in term) for term in e.terms)
        )

    return replace(claim, left=bare(claim.left), right=bare(claim.right))


@pytest.mark.parametrize("name", TRUE)
def test_the_head_is_the_theorem_as_the_page_states_it(name: str) -> None:
    """Read back, the file's theorem is the one whose page is printed; symbol for symbol where order is kept."""
    theorem, head = THEOREMS[name], written(text(name))[0]
    assert (head["theorem"], head["statement"], head["domain"]) == (theorem.name, theorem.statement, domain(theorem.claims))
    back = claims_of(head)
    assert len(back) == len(theorem.claims)
    verdict = Verdict("unsupported", "")
    for one, other in zip(theorem.claims, back, strict=True):
        assert evaluates_alike(one, other)
        pages: list[str] = [
            str(write(Settled(Theorem("t", "t", (replace(c, definitions=()),)), verdict, (), None), "text"))
            for c in (stripped(one), stripped(other))
        ]
        assert pages[0].partition("In symbols")[2] == pages[1].partition("In symbols")[2] != ""


# other solvers
def z3_says(block: str) -> str:
    import z3

    solver = z3.Solver()
    solver.from_string(block)
    return str(solver.check())


def cvc5_says(block: str) -> str:
    """Within two seconds."""
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("tlimit-per", "2000")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, f"(set-logic ALL)\n{block}", "certificate")
    symbols, said = parser.getSymbolManager(), ""
    while not (command := parser.nextCommand()).isNull():
        said += str(command.invoke(solver, symbols))
    return said.strip()


@pytest.mark.parametrize("name", TRUE)
def test_z3_replays_the_catalogue(name: str) -> None:
    assert {z3_says(block) for block in blocks(text(name))} == {"unsat"}


@pytest.mark.slow
@pytest.mark.parametrize("name", TRUE)
def test_cvc5_replays_the_catalogue(name: str) -> None:
    assert {cvc5_says(block) for block in blocks(text(name))} == {"unsat"}


@pytest.mark.slow
@pytest.mark.parametrize("wrt", ["x", "w"])
@pytest.mark.parametrize("name", LAYERS)
def test_both_replay_a_derivation(name: str, wrt: str) -> None:
    every = blocks(derived(name, wrt))
    assert {z3_says(block) for block in every} == {"unsat"}
    assert {cvc5_says(block) for block in every} == {"unsat"}


@pytest.mark.slow
def test_both_replay_the_true_neighbours() -> None:
    """One obligation is beyond cvc5's two seconds at most; neither ever objects."""
    every = [(name, block) for name in PAIRS for block in blocks(neighbour(name))]
    assert {z3_says(block) for _, block in every} == {"unsat"}
    answers = [(name, cvc5_says(block)) for name, block in every]
    assert not [a for a in answers if a[1] == "sat"]
    assert len([a for a in answers if a[1] != "unsat"]) <= 1, [a for a in answers if a[1] != "unsat"]


def test_a_spoilt_obligation_does_not_replay() -> None:
    """The replay can fail: without its hypotheses, some obligation is satisfiable."""
    answers = set()
    for block in blocks(text("closed-form-x")):
        kept = [line for line in block.splitlines() if not line.startswith("(assert") or line.startswith("(assert (not")]
        answers.add(z3_says("\n".join(kept)))
    assert "sat" in answers


# the file
def test_a_word_stands_on_each_obligation() -> None:
    file = text("closed-form-x")
    assert file.count("(set-info :status unsat)") == len(blocks(file))
    assert sum(line.startswith(f"; {n}. ") for n in range(200) for line in file.splitlines()) == len(blocks(file))


def test_the_option_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "cx.smt2"
    done = run("prove", "closed-form-x", "--certificate", str(path))
    assert done.exit_code == 0, done.output
    assert path.read_text(encoding="utf-8") == text("closed-form-x")


def test_what_is_not_proved_is_not_certified() -> None:
    file = text("output-size-ceil")
    assert "0 of 1 claims were proved" in file
    assert not blocks(file)
    with pytest.raises(NotShown):
        attempt(Claim("no sides"))
