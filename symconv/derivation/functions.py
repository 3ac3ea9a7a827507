"""The gradients of pointwise functions, softmax, losses and flatten, in steps.

pointwise       dL/dx[i] = g[i] f'(x[i])
softmax         dL/dx[n,c] = g[n,c] y[n,c] - y[n,c] sum_k g[n,k] y[n,k]
sum, mse        dL/dx[i] = 1;  2/N (x[i] - t[i])
cross_entropy   dL/dx[n,c] = 1/B (p[n,c] - T[n,c]),  p = softmax(x): fused, and apart through p
flatten         dL/dx[n,c,i] = g[n,f], f the place of (c, i)
"""

from __future__ import annotations

from fractions import Fraction

from symconv.language.expr import Access, Apply, Bracket, Equal, Expr, Factor, Item, Over, Partial, Sum, Tensor, Term
from symconv.language.facts import Step, Story
from symconv.language.functions import CLASSES, TOTAL, Function
from symconv.language.integers import Int, var

N, B, C = var("N"), var("B"), var("C")
LESS, TWICE = Factor(Fraction(-1)), Factor(Fraction(2))


def entry(name: str, *index: Int | str) -> Access:
    """A tensor's entry; the sizes follow from the names i (N), n (B), c, k (C)."""
    places = tuple(var(i) if isinstance(i, str) else i for i in index)
    known = {"i": N, "n": B, "c": C, "k": C}
    sizes = tuple(known.get((e.name or "i")[0], N) for e in places)
    return Access(Tensor(name, sizes), places)


def step(rule: str, *terms: Term) -> Step:
    """A line."""
    return Step(rule, Expr(tuple(terms)))


def equal(left: str, right: str) -> Bracket:
    """[left = right]."""
    return Bracket((Equal(var(left), var(right)),))


def formulas(layer: Function) -> list[tuple[Access, Expr]]:
    """y = ..., and what it is made of; pointwise functions are said by their cases elsewhere."""
    if layer.kind == "softmax":
        return softmax_formulas()
    if layer.kind == "flatten":
        return [(entry("y", "n", place()), Expr(((source("j1", "j2"),),)))]
    scalar = Access(Tensor("L", ()), ())
    if layer.name == "sum":
        return [(scalar, Expr(((Sum("i", N), entry("x", "i")),)))]
    front = mean(layer)
    if layer.name == "mse":
        square = (*front, Sum("i", N), entry("r", "i"), entry("r", "i"))
        return [
            (scalar, Expr((square,))),
            (entry("r", "i"), Expr(((entry("x", "i"),), (LESS, entry("t", "i"))))),
        ]
    logs: Term = (*front, Sum("n", B), Apply("log", entry(TOTAL, "n")))
    picks: Term = (LESS, *front, Sum("n", B), Sum("c", C), entry(CLASSES, "n", "c"), entry("x", "n", "c"))
    return [(scalar, Expr((logs, picks))), *softmax_formulas("p")]


def mean(layer: Function) -> list[Item]:
    """1/N or 1/B in front of a mean."""
    if layer.reduction == "sum":
        return []
    return [Over(N if layer.name == "mse" else B)]


def softmax_formulas(name: str = "y") -> list[tuple[Access, Expr]]:
    """y = exp(x)/Z and Z."""
    inverse = Access(Tensor(TOTAL, (B,), inverse=True), (var("n"),))
    return [
        (entry(name, "n", "c"), Expr(((inverse, Apply("exp", entry("x", "n", "c"))),))),
        (entry(TOTAL, "n"), Expr(((Sum("k", C), Apply("exp", entry("x", "n", "k"))),))),
    ]


def stories(layer: Function) -> list[Story]:
    """The derivations of a layer."""
    if layer.kind == "pointwise":
        return [pointwise(layer)]
    if layer.kind == "softmax":
        return [softmax("g", "y", "dL/dx")]
    if layer.kind == "flatten":
        return [flatten()]
    if layer.name == "sum":
        return [total()]
    return [squares(layer)] if layer.name == "mse" else [fused(layer), *through_softmax(layer)]


def pointwise(layer: Function) -> Story:
    """y[k] depends on x[k] alone."""
    bound = Sum("k", N)
    g, at = Access(Tensor("g", (N,)), (var("k"),)), Access(Tensor("x", (N,)), (var("k"),))
    y = Access(Tensor("y", (N,)), (var("k"),))
    steps = (
        step("chain", (bound, g, Partial(y, entry("x", "i")))),
        step("pointwise", (bound, g, Apply(layer.name, at, 1), equal("k", "i"))),
        step("survivor", (entry("g", "i"), Apply(layer.name, entry("x", "i"), 1))),
    )
    return Story("plain", entry("dL/dx", "i"), steps)


def softmax(upstream: str, value: str, left: str) -> Story:
    """dy[n,k]/dx[n,c] = y[n,k] ([k = c] - y[n,c])."""
    g, y, k = entry(upstream, "n", "k"), entry(value, "n", "k"), Sum("k", C)
    own = entry(value, "n", "c")
    steps = (
        step("chain.row", (k, g, Partial(y, entry("x", "n", "c")))),
        step("quotient", (k, g, y, equal("k", "c")), (LESS, k, g, y, own)),
        step("survivor", (entry(upstream, "n", "c"), own), (LESS, own, k, g, y)),
    )
    return Story("plain", entry(left, "n", "c"), steps)


def total() -> Story:
    """dx[k]/dx[i] = [k = i]."""
    one = Factor(Fraction(1))
    return Story(
        "plain", entry("dL/dx", "i"), (step("independent", (Sum("k", N), equal("k", "i"))), step("survivor", (one,)))
    )


def squares(layer: Function) -> Story:
    """d r[k]^2 / dx[i] = 2 r[k] [k = i]."""
    front, k = mean(layer), Sum("k", N)
    r = Access(Tensor("r", (N,)), (var("k"),))
    steps = (
        step("power", (TWICE, *front, k, r, equal("k", "i"))),
        step("survivor", (TWICE, *front, entry("r", "i"))),
        step("residual", (TWICE, *front, entry("x", "i")), (LESS, TWICE, *front, entry("t", "i"))),
    )
    return Story("plain", entry("dL/dx", "i"), steps)


def fused(layer: Function) -> Story:
    """d log Z[n]/dx[n,c] = exp(x[n,c])/Z[n] = p[n,c]."""
    front = mean(layer)
    over = Access(Tensor(TOTAL, (B,), inverse=True), (var("n'"),))
    rows, k = Sum("n'", B), Sum("k", C)
    same = (equal("n'", "n"), equal("k", "c"))
    inner = Access(Tensor("x", (B, C)), (var("n'"), var("k")))
    classes = Access(Tensor(CLASSES, (B, C)), (var("n'"), var("k")))
    here = Access(Tensor(TOTAL, (B,), inverse=True), (var("n"),))
    steps = (
        step("logarithm", (*front, rows, over, k, Apply("exp", inner), *same), (LESS, *front, rows, k, classes, *same)),
        step("survivor", (*front, here, Apply("exp", entry("x", "n", "c"))), (LESS, *front, entry(CLASSES, "n", "c"))),
        step("softmax", (*front, entry("p", "n", "c")), (LESS, *front, entry(CLASSES, "n", "c"))),
    )
    return Story("fused", entry("dL/dx", "n", "c"), steps)


def through_softmax(layer: Function) -> list[Story]:
    """L = -1/B sum T log p, differentiated by p first and then through the softmax."""
    front = mean(layer)
    inverse = Access(Tensor("p", (B, C), inverse=True), (var("n"), var("c")))
    by_p = step("logarithm", (LESS, *front, entry(CLASSES, "n", "c"), inverse))
    own, k = entry("p", "n", "c"), Sum("k", C)
    steps = (
        *softmax("dL/dp", "p", "dL/dx").steps[2:],
        step("cancel", (LESS, *front, entry(CLASSES, "n", "c")), (*front, own, k, entry(CLASSES, "n", "k"))),
        step("one", (*front, own), (LESS, *front, entry(CLASSES, "n", "c"))),
    )
    through = tuple(Step("through", s.expr) if s.rule == "survivor" else s for s in steps)
    return [Story("apart.p", entry("dL/dp", "n", "c"), (by_p,)), Story("apart.x", entry("dL/dx", "n", "c"), through)]


HEIGHT, WIDTH = var("N1"), var("N2")


def place() -> Int:
    """The place of (c, j1, j2) in a row: (c N1 + j1) N2 + j2."""
    return var("c") * HEIGHT * WIDTH + var("j1") * WIDTH + var("j2")


def source(one: str, two: str) -> Access:
    """x[n, c, j1, j2]."""
    return Access(Tensor("x", (B, C, HEIGHT, WIDTH)), (var("n"), var("c"), var(one), var(two)))


def flatten() -> Story:
    """Every entry goes to one place."""
    x = source("j1", "j2")
    f = var("f")
    g = Access(Tensor("g", (B, C * HEIGHT * WIDTH)), (var("n"), f))
    bound = Sum("f", C * HEIGHT * WIDTH)
    steps = (
        step("move", (bound, g, Bracket((Equal(f, place()),)))),
        step("survivor", (Access(g.tensor, (var("n"), place())),)),
    )
    return Story("plain", Access(Tensor("dL/dx", x.tensor.sizes), x.index), steps)
