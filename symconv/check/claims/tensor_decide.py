"""The verdict on a case: every equation compared for all small sizes, then proved, or compared at larger ones.

Where one fails, a condition is looked for under which it holds.

A sign without a mode is taken in the mode in which the result has the shape of what it shall equal.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from symconv.check.claims.tensor_conditions import condition
from symconv.check.claims.tensor_extremes import additive
from symconv.check.claims.tensor_finite import proof as finite_proof
from symconv.check.claims.tensor_proof import proof
from symconv.check.claims.tensor_repair import mended
from symconv.check.claims.tensor_search import ENTRIES_WIDE, beyond, fits, once, search
from symconv.check.claims.tensor_values import World
from symconv.check.kernel.verdict import Proved, together
from symconv.errors import SymconvError
from symconv.language.facts import Verdict
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.prose import Joined, Prose, Words
from symconv.language.tensorial import Case, Equation, Failing, Found, Meaning, Outcome

THOROUGH = 60_000
MODES = ("valid", "full", "same")
DEFAULT = {"convolve": "full"}
NOT_OPEN = {"layer", "transposed"}


@dataclass
class Looked:
    """One equation with what the search found."""

    equation: Equation
    found: Found


def case(chosen: Case, meaning: Meaning) -> Outcome:
    """The outcome of one case; another reading of the same text is taken where it alone holds."""
    first = decided(chosen, meaning)
    if first.verdict.holds:
        return first
    for words, equations in chosen.others:
        found = decided(Case(chosen.label, equations, (words,)), meaning)
        if found.verdict.holds:
            return found
    return first


def decided(chosen: Case, meaning: Meaning) -> Outcome:
    """The outcome of one reading."""
    notes: list[Words] = list(chosen.notes)
    looked: list[Looked] = []
    for equation in chosen.equations:
        fitted, mode = with_modes(equation)
        if mode:
            notes.append(mode)
        looked.append(Looked(fitted, search(fitted)))
    notes = list(dict.fromkeys(notes))
    failed = [k for k in looked if k.found.failure is not None]
    if failed:
        defining = failed[0].equation.defining
        first = failed[0].found.failure
        if first is not None and first.words and not failed[0].equation.sizes:
            return Outcome(Verdict("unsupported", Prose("claim.shapes", {"why": first.words})), notes=tuple(notes))
        made = refuted(failed[0], tuple(notes))
        return replace(made, undefined=defining)
    if any(k.found.trivial or not k.found.compared for k in looked):
        return Outcome(Verdict("unsupported", Prose("claim.zero.sizes")), notes=tuple(notes))
    return confirmed(looked, meaning, tuple(notes))


def confirmed(looked: list[Looked], meaning: Meaning, notes: tuple[Words, ...]) -> Outcome:
    """Proved where the prover reaches every equation, else checked."""
    shown: list[Proved] = []
    for k in looked:
        made = proof(additive(k.equation), domain(k.equation, meaning))
        if made is not None and made[1] is not None:
            sizes = {n: v for n, v in made[1].sizes if n in dict(k.equation.sizes)}
            again = once(k.equation, sizes)
            if again is not None:
                return refuted(Looked(k.equation, replace(k.found, failure=again)), notes)
        if made is None or not isinstance(made[0], Proved):
            return thorough(looked, meaning, notes)
        shown.append(made[0])
    key = "claim.sizes.all" if len(looked) == 1 else "claim.sizes.equations"
    return Outcome(together(shown, Prose(key, {"equations": len(looked)})), notes=notes)


def thorough(looked: list[Looked], meaning: Meaning, notes: tuple[Words, ...]) -> Outcome:
    """What is not proved is compared at more sizes, and at larger ones."""
    small = [Looked(k.equation, search(k.equation, work=THOROUGH)) for k in looked]
    more = [Looked(k.equation, beyond(k.equation)) for k in looked]
    failed = [k for k in (*small, *more) if k.found.failure is not None]
    return refuted(failed[0], notes) if failed else Outcome(checked(small, more, meaning), notes=notes)


def checked(small: list[Looked], more: list[Looked], meaning: Meaning) -> Verdict:
    """Held exactly at every size compared."""
    cases = sum(k.found.compared for k in small)
    if not any(k.equation.sizes for k in small):
        whole = finite_proof([k.equation for k in small])
        return whole or Verdict("checked", Prose("claim.tensors.cases", {"cases": cases}), meaning.domain)
    bound = min(k.found.bound for k in small)
    wide = {"cases": sum(k.found.compared for k in more), "largest": max((k.found.largest for k in more), default=0)}
    larger = Prose("claim.tensors.larger", wide) if wide["cases"] else ""
    how = Prose("claim.tensors.bound", {"cases": cases, "bound": bound, "more": larger})
    return Verdict("checked", how, meaning.domain)


def domain(equation: Equation, meaning: Meaning) -> str:
    """For which sizes a proof holds."""
    least = ", ".join(f"{n} >= {low}" for n, low in equation.sizes)
    axes = {1: "one axis", 2: "two axes", 3: "three axes"}.get(equation.axes, "")
    return ", ".join(p for p in (meaning.domain, axes, least) if p)


# modes
def open_modes(node: Node) -> list[Node]:
    """Operations without a mode, in order."""
    found = []
    for n in node.walk():
        if n.kind == "times" and n.parts[0] in ("*", "ast", "star", "otimes", "circledast"):
            found.append(n)
        if n.kind == "call" and n.parts[0] in ("conv", "corr", "convolve") and not moded(n):
            found.append(n)
    return found


def moded(node: Node) -> bool:
    """Whether a call says its mode, or its padding."""
    return any(
        p.kind == "string"
        or (p.kind == "relation" and p.parts[1].parts[:1] in (("mode",), ("padding",), ("pad",), ("stride",)))
        for p in node.inner()
    )


def with_modes(equation: Equation) -> tuple[Equation, str]:
    """The equation with a mode for every operation, chosen by the shape; and which was chosen, in words."""
    senses = dict(equation.senses)
    if equation.lattice:
        return equation, ""
    found = [
        n for n in open_modes(equation.claimed) if not senses.get(n.parts[0], "").startswith(("circ", "entry", "matrix"))
    ]
    if not found or len(found) > 3 or not equation.whole:
        return equation, ""
    sizes = next(generic(equation), None)
    for modes in itertools.product(MODES, repeat=len(found)):
        if any(n.parts[0] == "convolve" and m != "full" for n, m in zip(found, modes, strict=True)):
            continue
        tried = replace(equation, claimed=moded_as(equation.claimed, found, modes))
        if sizes is not None and fits(tried, sizes):
            return tried, f"taken in mode {', '.join(modes)}: so the result has the shape of the left side"
    modes = tuple(DEFAULT.get(n.parts[0], "valid") for n in found)
    return replace(equation, claimed=moded_as(equation.claimed, found, modes)), f"taken in mode {', '.join(modes)}"


def generic(equation: Equation) -> Iterator[dict[str, int]]:
    """Sizes without coincidences: large inputs, small kernels of even and odd length."""
    world = World(equation)
    names = [n for n, _ in equation.sizes]
    least = dict(equation.sizes)
    kernels = {n for a in equation.arrays[1:2] for s in a.sizes for n in s.names()}
    for grow in (8, 11, 14):
        sizes = {n: (3 + k % 2 if n in kernels else grow + k if least[n] == 1 else least[n]) for k, n in enumerate(names)}
        for n in names:
            if n not in {x for a in equation.arrays for s in a.sizes for x in s.names()}:
                sizes[n] = least[n]
        if world.at(sizes):
            yield sizes


def moded_as(node: Node, found: list[Node], modes: tuple[str, ...]) -> Node:
    """Modes written into the operations."""
    chosen = {id(n): m for n, m in zip(found, modes, strict=True)}

    def change(n: Node) -> Node:
        parts = tuple(change(p) if isinstance(p, Node) else p for p in n.parts)
        if id(n) in chosen:
            return Node(n.kind, (f"{parts[0]}_{chosen[id(n)]}", *parts[1:]), n.place)
        return Node(n.kind, parts, n.place)

    return change(node)


# failures
def refuted(failed: Looked, notes: tuple[Words, ...]) -> Outcome:
    """The smallest failure, evaluated a second time."""
    failing = failed.found.failure
    assert failing is not None
    sizes = {n: v for n, v in failing.sizes if isinstance(v, int)}
    if failing not in (once(failed.equation, sizes), once(failed.equation, sizes, ENTRIES_WIDE)):
        raise SymconvError("a counterexample did not survive its second evaluation")
    return Outcome(
        Verdict("refuted", Prose("claim.fails.at", {"failure": words(failing)})),
        failing,
        notes=notes,
        equation=failed.equation,
    )


def explained(outcome: Outcome, meaning: Meaning) -> Outcome:
    """Under which condition a refuted equation holds all the same, and what would be true."""
    if outcome.equation is None:
        return outcome
    when = condition(outcome.equation, meaning, outcome.failure)
    made = outcome
    if when is not None:
        verdict = Verdict("conditional", Prose("claim.outside", {"how": when.how, "outside": outcome.verdict.how}))
        made = replace(outcome, verdict=verdict, condition=when.words, exact=when.exact)
    repair = mended(outcome.equation)
    if repair:
        node, edit, verdict = repair
        made = replace(made, repair=node, edit=edit, repair_verdict=verdict)
    return made


def words(failing: Failing) -> Words:
    """Sizes and values, in a line."""
    sizes = ", ".join(f"{n} = {v}" for n, v in failing.sizes)
    if failing.words:
        return Prose("noted", {"words": sizes, "how": failing.words}) if sizes else failing.words
    entry = Prose("claim.entry", {"index": ", ".join(map(str, failing.entry))}) if failing.entry else ""
    product = Prose("claim.product", {"product": failing.product}) if failing.product not in ("", "1") else ""
    slots = {"claimed": failing.claimed, "product": product, "true": failing.true}
    values = Prose("claim.values.product", slots)
    where = tuple(p for p in (sizes, entry) if p)
    return Prose("noted", {"words": Joined(where, " "), "how": values}) if where else values
