r"""The formulas of the page, as expressions: the theorem line by line, the gradients, the transforms and matrices written out.

    Y[k] = Σ_i ω^(k i) y[i] = Σ_i Σ_p ω^(k i) w[p] x[(i + d p - lo) mod N] = ... = ω^(k lo) X[k] conj(W[k])

Nothing here is true by being written: ``check_spectrum`` evaluates every line at the sizes of the page.
"""

from __future__ import annotations

from itertools import product
from math import prod

from symconv.language.formula import Node, Operand, conj, equal, indices, letters, name, node, times, total
from symconv.language.integers import mod, var
from symconv.topics.fourier.facts import Index, Spectrum

LARGEST, SHOWN = 12, 8
N, K, d, lo, e, i, j, k, m, n, p = indices("N K d lo e i j k m n p")
X, Y, W, G, x, y, w, z, F, C, omega, t = letters("X Y W G x y w z F C omega t")
DX, DW = name("dL/dx"), name("dL/dw")
CIRCLE = Node("tight", (node(2), name("pi"), name("i")))  # 2πi
TEXTBOOK = equal(F(times("*", x, w)), times(" · ", Node("apply", (F, x)), Node("apply", (F, w))))


class Writing:
    """The lines for a number of axes, of a correlation or of a convolution."""

    def __init__(self, flip: bool, ndim: int) -> None:
        self.flip, self.ndim = flip, ndim
        self.read = d * (K - 1 - p) if flip else d * p  # where tap p stands

    def turn(self, at: Operand) -> Node:
        """k at, one product per axis."""
        return times("·", k, at) if self.ndim > 1 else node(k) * node(at)

    def root(self, at: Operand, back: bool = False) -> Node:
        """omega^(k at), or omega^(-k at)."""
        return omega ** (-self.turn(at) if back else self.turn(at))

    @property
    def entry(self) -> Node:
        """x[(i + d p - lo) mod N]."""
        return x[mod(i + self.read - lo, N)]

    @property
    def transformed(self) -> Node:
        """What the theorem says that Y[k] is."""
        if self.flip:
            return self.root(e - lo, back=True) * X[k] * W[k]
        return self.root(lo) * X[k] * conj(W[k])

    def theorem(self) -> dict[str, Node]:
        """From the definition to the product."""
        inner = total(self.root(j) * x[j], j)
        sides = {
            "definition": total(self.root(i) * y[i], i),
            "y": total(self.root(i) * w[p] * self.entry, i, p),
            "shift": total(w[p] * self.root(self.read - lo, back=True) * inner, p),
            "last": self.transformed,
        }
        return {f"theorem.{key}": equal(Y[k], side) for key, side in sides.items()}

    def others(self) -> dict[str, Node]:
        """The transform, y, the gradients, the linear operator, the phase."""
        many = node(1) / (N if self.ndim == 1 else Node("abs", (node(N),)))
        over = (n, 0, N - 1) if self.ndim == 1 else n
        shift = self.root(e - lo) * conj(W[k]) if self.flip else self.root(lo, back=True) * W[k]
        found = {
            "transform": equal(X[k], total(self.root(n) * x[n], over)),
            "y": equal(y[i], total(w[p] * self.entry, p)),
            "dx": equal(F(DX)[k], shift * G[k]),
            "dw": equal(DW[p], many * total(self.root(self.read - lo, back=True) * conj(G[k]) * X[k], k)),
            "z": equal(z[m], total(w[p] * x[m - d * p if self.flip else m - e + d * p], p)),
        }
        return {**found, "phase": equal(omega ** self.turn(lo), self.phase())}

    def phase(self) -> Node:
        """omega^(k lo): e^(-2πi k lo/N), or its roots axis by axis."""
        if self.ndim == 1:
            return name("e") ** -(CIRCLE * k * lo / N)
        axes = [name(f"omega{a}") ** (var(f"k{a}") * var(f"lo{a}")) for a in range(1, self.ndim + 1)]
        return Node("mul", tuple(axes))


def lines(found: Spectrum) -> dict[str, Node]:
    """Every line of the page by its name."""
    writing = Writing(found.op.flip, len(found.sizes))
    every = {**constants(found), **writing.theorem(), **writing.others(), **written_out(found), **wraps(found)}
    return {"textbook": TEXTBOOK, **every}


def constants(found: Spectrum) -> dict[str, Node]:
    """omega, of each axis where there are several, and its minimal polynomial."""
    named = [(f"omega{a + 1}" if len(found.sizes) > 1 else "omega", size) for a, size in enumerate(found.sizes)]
    made = {called: equal(name(called), name("e") ** -(CIRCLE / size)) for called, size in named}
    powers = [(q, c) for q, c in reversed(list(enumerate(found.minimal))) if c]
    terms = [scaled(c, t if q == 1 else t**q if q else None) for q, c in powers]
    phi = Node("call", (Node("entry", (name("Φ"), found.order)), t))
    return {**made, "phi": equal(phi, terms[0] if len(terms) == 1 else Node("add", tuple(terms)))}


def scaled(c: int, of: Node | None) -> Node:
    """c times something, its sign in front."""
    size = node(abs(c)) if of is None else of if abs(c) == 1 else Node("tight", (node(abs(c)), of))
    return -size if c < 0 else size


def power(exponent: int, order: int) -> Node:
    """omega^3; 1 for exponent 0."""
    q = exponent % order
    return node(1) if q == 0 else omega if q == 1 else omega**q


def entry(of: Node, at: Index) -> Node:
    """x₀₁."""
    return Node("entry", (of, *at))


def written_out(found: Spectrum) -> dict[str, Node]:
    """X[1] = x₀ + omega x₁ + ..., the same of W, and the matrices F and C, where they are small."""
    made: dict[str, Node] = {}
    if prod(found.sizes) <= 24:
        for of, big, sizes, steps in ((x, X, found.sizes, (1,) * len(found.sizes)), (w, W, found.taps, found.dilations)):
            for f in frequencies(found):
                terms = [term(found, of, f, at, steps) for at in product(*map(range, sizes))]
                made[f"{big.parts[0]}{f}"] = equal(big[f], Node("add", tuple(terms)) if len(terms) > 1 else terms[0])
    if len(found.sizes) == 1 and found.sizes[0] <= LARGEST:
        (size,) = found.sizes
        roots = [Node("list", tuple(power(f * q, size) for q in range(size))) for f in range(size)]
        made |= {"F": equal(F, Node("list", tuple(roots))), "C": equal(C, circulant(found))}
        made["diagonal"] = Node("holds", ("diagonal", Node("juxtaposed", (F, C, Node("inverse", (F,))))))
    return made


def frequencies(found: Spectrum) -> list[Index]:
    """Those whose transforms are written out."""
    every = list(product(*map(range, found.sizes)))
    return every[:SHOWN] if len(found.sizes) == 1 else every[: SHOWN // 2]


def term(found: Spectrum, of: Node, f: Index, at: Index, steps: Index) -> Node:
    """omega^3 x₃."""
    turns = (a * s * q * (found.order // size) for a, s, q, size in zip(f, steps, at, found.sizes, strict=True))
    factor = power(sum(turns), found.order)
    return entry(of, at) if factor == node(1) else factor * entry(of, at)


def circulant(found: Spectrum) -> Node:
    """The matrix of the operator: every diagonal, wrapped round, holds one tap (or the sum of those that meet)."""
    (size,), (taps,), (shift,), (step,) = found.sizes, found.taps, found.shifts, found.dilations
    rows = []
    for out in range(size):
        cells: list[list[Node]] = [[] for _ in range(size)]
        for tap in range(taps):
            through = taps - 1 - tap if found.op.flip else tap
            cells[(out + step * through - shift) % size].append(entry(w, (tap,)))
        rows.append(Node("list", tuple(summed(cell) for cell in cells)))
    return Node("list", tuple(rows))


def summed(parts: list[Node]) -> Node:
    """A sum; of nothing, 0."""
    return node(0) if not parts else parts[0] if len(parts) == 1 else Node("add", tuple(parts))


def wraps(found: Spectrum) -> dict[str, Node]:
    """y₀ = z₁ + z₇: the linear entries that fall onto each circular one."""
    if prod(found.sizes) > LARGEST or len(found.sizes) > 1:
        return {}
    return {f"wrap{at}": equal(entry(y, at), summed([entry(z, q) for q in places])) for at, places in found.linear}
