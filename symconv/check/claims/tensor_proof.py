"""An equation for all sizes: both sides as sums of products in the index language, handed to the prover.

    sum_(p=l..u) ..   ->  sum_(0 <= v < u-l+1), p = l + v        x[(j-p)/s]  ->  sum_t [s t = j - p] x[t]
    dL/dx[j]          ->  sum_i g[i] (the forward sum with [a = j] in place of x[a])
    conv_full(a, b)[i] -> sum_p b[p] a[i-p]                      flip(a)[i]  ->  a[n-1-i]

What has no such form is left to the search.
"""

from __future__ import annotations

from dataclasses import replace

from symconv.check.claims.tensor_arrays import shaped
from symconv.check.claims.tensor_lattice import on_lattice
from symconv.check.claims.tensor_lowering import Lowering
from symconv.check.claims.tensor_terms import NoForm, Terms, balanced, integers_of
from symconv.errors import SymconvError
from symconv.language.expr import Expr, Sum
from symconv.language.facts import Claim, Counterexample, Theorem, Verdict
from symconv.language.formula import Node
from symconv.language.integers import Int, var
from symconv.language.tensorial import Equation


def proof(equation: Equation, domain: str) -> tuple[Verdict, Counterexample | None] | None:
    """The prover's verdict, or None where the equation has no form in the index language."""
    try:
        claims = (claim(Lowering(equation)), *shape(Lowering(equation)))
    except NoForm:
        return None
    return settled(Theorem(equation.words, equation.words, claims), domain)


def settled(theorem: Theorem, domain: str = "") -> tuple[Verdict, Counterexample | None] | None:
    """The one door to the prover: its verdict, with a counterexample if it found one."""
    from symconv.check.prove.theorem import prove

    try:
        found = prove(theorem, lambda _: domain)
    except SymconvError:
        return None
    return found.verdict, found.counterexample


def only_if(equation: Equation, condition: Node) -> bool:
    """Whether the equation is proved to imply a condition on sizes: so far by the shapes of its sides alone."""
    try:
        low = Lowering(equation)
        shapes = shape(low)
        goals = tuple(low.goal(r) for r in (condition.parts if condition.kind == "and" else (condition,)))
    except NoForm:
        return False
    if not shapes:
        return False
    equal = tuple(e for _, a, b in shapes[0].goals for e in (a - b, b - a))
    implied = replace(shapes[0], given=(*shapes[0].given, *equal), goals=goals)
    made = settled(Theorem(equation.words, equation.words, (implied,)))
    return made is not None and made[0].status == "proved"


def claim(low: Lowering) -> Claim:
    """The equation as a claim."""
    equation = low.equation
    free: list[tuple[str, Int | None]] = []
    if equation.whole:
        left, right, free = wholes(low)
    else:
        env: dict[str, Int] = {}
        for f in equation.free:
            if f.lower is None or f.upper is None:
                free.append((low.name(f.name), None))
                env[f.name] = var(low.name(f.name))
                continue
            lower = low.whole(f.lower, {})
            name = low.name(f.name)
            free.append((name, low.whole(f.upper, {}) - lower + 1))
            env[f.name] = lower + var(name)
        left, right = low.terms(equation.true, env), low.terms(equation.claimed, env)
    sides = balanced(left, right)
    used = {n for e in sides for t in e.terms for i in t if isinstance(i, Sum) for n in (i.index,)}
    return Claim(
        equation.words,
        sizes=tuple((low.name(n), least) for n, least in equation.sizes),
        definitions=tuple((low.name(n), low.whole(e, {})) for n, e in equation.definitions),
        given=tuple(g for r in equation.given for g in low.known(r)),
        free=tuple(free),
        left=sides[0],
        right=sides[1],
        multipliers=multiplying(low, sides, used | {n for n, _ in free}),
    )


def wholes(low: Lowering) -> tuple[Terms, Terms, list[tuple[str, Int | None]]]:
    """Whole arrays, entry by entry; on Z for every index."""
    equation = low.equation
    claimed = None if equation.lattice else shaped(low, equation.claimed)
    axes = equation.axes or (len(claimed.sizes) if claimed else 1)
    names = [low.name(f"j{k + 1}" if axes > 1 else "j") for k in range(axes)]
    at = tuple(var(n) for n in names)
    if equation.lattice:
        return on_lattice(low, equation.true, at), on_lattice(low, equation.claimed, at), [(n, None) for n in names]
    assert claimed is not None
    true = shaped(low, equation.true)
    return true.entry(at), claimed.entry(at), list(zip(names, true.sizes, strict=True))


def shape(low: Lowering) -> tuple[Claim, ...]:
    """That the arrays have one shape, as a claim of its own; nothing where it is plain."""
    equation = low.equation
    if not equation.whole or equation.lattice:
        return ()
    sizes = [shaped(low, e).sizes for e in (equation.claimed, equation.true)]
    if len(sizes[0]) != len(sizes[1]):
        raise NoForm
    values = {low.name(n): low.whole(e, {}) for n, e in equation.definitions}
    goals = [(a.subs(values), b.subs(values)) for a, b in zip(*sizes, strict=True)]
    open_ = tuple(("eq", a, b) for a, b in goals if a != b)
    if not open_:
        return ()
    return (
        Claim(
            f"{equation.words}: the shapes",
            sizes=tuple((low.name(n), least) for n, least in equation.sizes),
            given=tuple(g for r in equation.given for g in low.known(r)),
            goals=open_,
        ),
    )


def multiplying(low: Lowering, sides: tuple[Expr, Expr], indices: set[str]) -> tuple[str, ...]:
    """The sizes that multiply an index."""
    names = {low.name(n) for n, _ in low.equation.sizes}
    found: set[str] = set()
    for e in sides:
        for t in e.terms:
            for item in t:
                for expression in integers_of(item):
                    for monomial, _ in expression.terms:
                        plain = [a for a in monomial if isinstance(a, str)]
                        if len(plain) > 1 and not indices.isdisjoint(plain):
                            found |= set(plain) & names
    return tuple(sorted(found))
