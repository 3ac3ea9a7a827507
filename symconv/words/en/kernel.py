"""What the kernel shows, in words: its obligations, and what it says of finite identities."""

from __future__ import annotations

KERNEL = {
    "obligation.divisor": "a divisor is positive",
    "obligation.fact": "a fact on the way",
    "obligation.factor": "a factor is not negative",
    "obligation.factor.positive": "a factor is positive",
    "obligation.multiple": "a multiple is above minus the factor",
    "obligation.range": "the range is not empty",
    "obligation.empty": "the term has no points",
    "obligation.reads": "the same entries are read",
    "obligation.exact": "a quotient is exact",
    "obligation.extent": "{name} has one extent",
    "obligation.points": "its points are points of the other term",
    "obligation.inverse": "the maps are inverse to each other",
    "obligation.count": "{count} obligations: {ways}",
    "obligation.none": "nothing to show",
    "obligation.identity": "{count} by identity",
    "obligation.linear": "{count} linear",
    "obligation.nonlinear": "{count} nonlinear",
    "kernel.integrals": "each integral becomes the other by an affine substitution",
    "finite.nothing": "nothing was compared",
    "finite.differ": "at {place} one side has {a}, the other {b}",
    "finite.place": "the sides differ at {place}",
    "finite.stretch": "t = {t} lies on another stretch",
    "finite.differ.at": "at t = {t} one side is {a}, the other {b}",
    "finite.places": "{places} places do not determine a polynomial of degree {degree}",
    "finite.none": "no stretch was meant",
    "finite.shapes": "the matrices have other shapes",
    "finite.bilinear": "all {count} coefficients of the products of two entries agree, exactly",
}
