"""Operators on Z as sums: (a * b)(i) = sum_p a(p) b(i - p), where the finite support of one side bounds the sum."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symconv.check.claims.tensor_indices import Indices
from symconv.check.claims.tensor_terms import NoForm, Summand, Terms, conjugated, constant, nonzero, scaled
from symconv.language.expr import Access
from symconv.language.formula import Node
from symconv.language.integers import Int, var

Index = tuple[Int, ...]


def on_lattice(low: Indices, node: Node, at: Index) -> Terms:
    """An entry of a signal on Z; finite support, so that the sums are finite."""
    kind, parts = node.kind, node.parts
    if kind == "name" and parts[0] in low.arrays:
        place = tuple(e - low.first(parts[0], k) for k, e in enumerate(at))
        return [Summand(accesses=(Access(low.tensors[parts[0]], place),))]
    if kind == "neg":
        return scaled(on_lattice(low, parts[0], at), Fraction(-1))
    if kind == "div":
        return scaled(on_lattice(low, parts[0], at), 1 / nonzero(parts[1]))
    if kind == "mul":
        return multiplied(low, parts, at)
    if kind == "add":
        return [t for p in parts for t in on_lattice(low, p, at)]
    if kind == "conj":
        return [replace(t, accesses=tuple(conjugated(a) for a in t.accesses)) for t in on_lattice(low, parts[0], at)]
    if kind == "call" and parts[0] == "flip" and len(parts) == 2:
        inner = parts[1]
        if inner.kind != "name" or inner.parts[0] not in low.arrays:
            raise NoForm
        sizes = low.tensors[inner.parts[0]].sizes
        turned = tuple(2 * low.first(inner.parts[0], k) + n - 1 - e for k, (n, e) in enumerate(zip(sizes, at, strict=True)))
        return on_lattice(low, inner, turned)
    if kind == "times":
        return product(low, node, at)
    if kind == "call" and parts[0] == "difference" and len(at) == 1:
        after, here = on_lattice(low, parts[1], (at[0] + 1,)), on_lattice(low, parts[1], at)
        return after + scaled(here, Fraction(-1))
    raise NoForm


def multiplied(low: Indices, parts: tuple[Node, ...], at: Index) -> Terms:
    """Numbers, by value or by name, times one signal."""
    made = [Summand()]
    (signal,) = (p for p in parts if not scalar(low, p)) if sum(not scalar(low, p) for p in parts) == 1 else (None,)
    if signal is None:
        raise NoForm
    for p in parts:
        if p.kind == "name" and p is not signal:
            made = [t.times(Summand(accesses=(Access(low.tensors[p.parts[0]], ()),))) for t in made]
        elif p is not signal:
            made = scaled(made, constant(p))
    return [t.times(s) for t in made for s in on_lattice(low, signal, at)]


def scalar(low: Indices, node: Node) -> bool:
    """Whether a factor is a number: written in digits, or a tensor without axes."""
    if node.kind == "name":
        return node.parts[0] in low.arrays and not low.arrays[node.parts[0]].sizes
    return all(n.kind in ("number", "neg", "div") for n in node.walk())


def product(low: Indices, node: Node, at: Index) -> Terms:
    """A convolution or a correlation of which one side is a tensor: it bounds the sum."""
    sign, left, right = node.parts
    sense = dict(low.equation.senses).get(sign, "")
    swap = left.kind != "name"
    inner = right if swap else left
    if inner.kind != "name" or inner.parts[0] not in low.arrays:
        raise NoForm
    sizes = low.tensors[inner.parts[0]].sizes
    names = [low.new() for _ in at]
    here = tuple(var(n) + low.first(inner.parts[0], k) for k, n in enumerate(names))
    if sense == "convolution":
        there = tuple(i - p for i, p in zip(at, here, strict=True))
    elif sense == "correlation":  # sum_p left(p) right(p + i)
        there = tuple(p - i if swap else p + i for i, p in zip(at, here, strict=True))
    elif sense == "correlation, data first":  # sum_p left(p + i) right(p)
        there = tuple(p + i if swap else p - i for i, p in zip(at, here, strict=True))
    else:
        raise NoForm
    bound = Summand(bound=tuple(zip(names, sizes, strict=True)))
    x, y = on_lattice(low, inner, here), on_lattice(low, right if inner is left else left, there)
    if sense != "convolution" and not low.equation.real:
        back = (inner is left) == (sense == "correlation")
        x = [replace(t, accesses=tuple(conjugated(a) for a in t.accesses)) for t in x] if back else x
        y = y if back else [replace(t, accesses=tuple(conjugated(a) for a in t.accesses)) for t in y]
    return [bound.times(a).times(b) for a in x for b in y]
