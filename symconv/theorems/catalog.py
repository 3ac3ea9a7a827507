"""The catalogue.  Notation: N input, K kernel, O output, stride s, dilation d, pads P and Q, remainder a, e = d(K-1).

Every theorem is a list of claims; each is an identity between sums over arbitrary tensors, or a claim about sizes, for all
values of its names within the hypotheses.  ``expected`` says what the prover must find: some statements stand here because
they are often believed and false.  Sources: Dumoulin & Visin, A guide to convolution arithmetic (2016); Oppenheim & Schafer,
Discrete-Time Signal Processing, chapter 2; Araujo, Norris & Sim, Computing receptive fields (2019).
"""

from __future__ import annotations

from functools import cache

from symconv.core.facts import Theorem
from symconv.theorems.borders import folds
from symconv.theorems.layers import gradients, sizes, transposed
from symconv.theorems.notation import Build
from symconv.theorems.properties import properties
from symconv.theorems.signals import algebra, differences, shifts
from symconv.theorems.stacks import others, stacks


@cache
def catalogue(build: Build) -> dict[str, Theorem]:
    """All theorems by name; ``build`` makes operators (the house hands it in)."""
    found = [*gradients(build), *sizes(), *transposed(), *folds(), *algebra(), *differences(), *shifts(), *stacks()]
    found += [*others(), *properties(build)]
    return {theorem.name: theorem for theorem in found}
