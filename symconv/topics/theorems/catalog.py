"""The catalogue.  Notation: N input, K kernel, O output, stride s, dilation d, pads P and Q, remainder a, e = d(K-1).

Every theorem is a list of claims; each is an identity between sums over arbitrary tensors, or a claim about sizes, for all
values of its names within the hypotheses.  ``expected`` says what the prover must find: some statements stand here because
they are often believed and false.  Sources: Dumoulin & Visin, A guide to convolution arithmetic (2016); Oppenheim & Schafer,
Discrete-Time Signal Processing, chapter 2; Araujo, Norris & Sim, Computing receptive fields (2019).
"""

from __future__ import annotations

from functools import cache

from symconv.language.facts import Theorem
from symconv.topics.theorems.borders import folds
from symconv.topics.theorems.layers import gradients, sizes, transposed
from symconv.topics.theorems.notation import Build
from symconv.topics.theorems.properties import properties
from symconv.topics.theorems.signals import algebra, differences, shifts
from symconv.topics.theorems.stacks import others, stacks


@cache
def catalogue(build: Build) -> dict[str, Theorem]:
    """All theorems by name; ``build`` makes operators (the house hands it in)."""
    found = [*gradients(build), *sizes(), *transposed(), *folds(), *algebra(), *differences(), *shifts(), *stacks()]
    found += [*others(), *properties(build)]
    return {theorem.name: theorem for theorem in found}
