"""What a verdict on a claim says of how it was reached."""

from __future__ import annotations

VERDICTS = {
    "claim.rounding": "correct as it is {rounded}, by exact arithmetic and balls that hold the values",
    "claim.rounding.false": "not correct to the digits shown: the value is {value}",
    "claim.rounding.exact": "a decimal number with so few digits is not the value itself",
    "claim.rounded": "rounded to {digits} decimal places",
    "claim.rounded.one": "rounded to {digits} decimal place",
    "claim.rounded.exact": "{rounded}, by exact arithmetic",
    "claim.rounded.open": "refuted as an exact number, proved when {rounded}",
    "claim.open": "{one} for the {thing} {first}, {other} for the {thing} {second}; {mend} decides",
    "claim.open.matrix": "{one} for a layer W x + b, {other} for W^T x + b; --forward decides",
    "claim.open.convention": "it depends on the convention: {branches}",
    "claim.ill": "ill-formed: {why}",
    "claim.each": "under each convention ({conventions})",
    "claim.ended": "the process that judged it ended ({how})",
    "claim.zero.sizes": "both sides are 0 at all sizes that were compared",
    "claim.zero.points": "both sides are 0 at every point that was tried",
    "claim.fails": "fails at {at}: claimed {claimed}, true {true}",
    "claim.fails.at": "fails at {failure}",
    "claim.fails.product": "fails at {at}: claimed {claimed} of {product}, true {true}",
    "claim.fails.points": "{how}; fails at {failures} of the {points} points tried",
    "claim.values": "claimed {claimed}, true {true}",
    "claim.values.product": "claimed {claimed}{product}, true {true}",
    "claim.product": " of {product}",
    "claim.entry": "at [{index}]",
    "claim.smallest": "by the smallest counterexample",
    "claim.smallest.found": "by the smallest counterexample that was found",
    "claim.shapes": "the shapes do not fit: {why}",
    "claim.exact": "by exact arithmetic",
    "claim.coefficients": "every coefficient of both sides, exactly",
    "claim.sizes.all": "for all sizes",
    "claim.sizes.equations": "all {equations} equations, for all sizes",
    "claim.exactly": "proved: it holds if and only if the condition does",
    "claim.under.proved": "proved under the condition",
    "claim.under.points": (
        "under the condition it held at all {points} points tried, up to {largest}; it is not proved there"
    ),
    "claim.under.cases": "under the condition it held at all {cases} choices of sizes compared{more}; not proved",
    "claim.under.larger": ", and {cases} larger ones with sizes up to {largest}",
    "claim.outside": "{how}; outside it {outside}",
    "claim.outside.all": "{how}; outside it fails at all {points} points tried",
    "claim.outside.some": "{how}; outside it fails at {failed} of {points} points tried",
    "claim.condition.regions": "every region was decided, inside and outside",
    "claim.condition.tried": "the condition was found by trying points",
    "claim.repair.cases": "equal at {cases} choices of sizes, and at {larger} larger ones",
    "claim.tensors.cases": "equal as polynomials in the entries at {cases} choices of sizes",
    "claim.tensors.bound": (
        "equal as polynomials in the entries at {cases} choices of sizes, all with sum up to {bound}{more}"
    ),
    "claim.tensors.larger": ", and at {cases} larger ones with sizes up to {largest}",
    "claim.scalars.hollow": "a sum is over nothing, or no window fits, at all points that were tried",
    "claim.scalars.differ": "{tried}, but the sides are different polynomials",
    "claim.scalars.missed": "{tried}; {constants}, a constant of the formula, was not among them",
    "claim.scalars.held": "held at {points} points: all with {sum} <= {bound}{more}{left}",
    "claim.scalars.larger": ", and {points} larger ones up to {largest}{marks}",
    "claim.scalars.neighbour": ", with {constants} and its neighbours among them",
    "claim.scalars.neighbours": ", with {constants} and their neighbours among them",
    "claim.scalars.left": "; not looked at where {where}",
    "claim.functions.agree": "the sides differ as functions, but agree at all {points} points tried",
    "claim.functions.none": "no point was found at which both sides have a value",
    "claim.functions.one": (
        "both sides are one function of exponentials and variables{cases}; {points} points, evaluated without it, agree"
    ),
    "claim.functions.cases": ", in each of {cases} cases",
    "claim.functions.sizes": (
        "the sides agree at {points} points; at others numbers of the formula are too large or too small to tell"
    ),
    "claim.functions.points": (
        "equal at {points} points, by exact numbers or balls narrower than 1e-30: constants of the formula and "
        "their neighbours, both signs, up to 10^6; not proved for all"
    ),
    "claim.square": "{matrix} must be square for both sides to have one shape",
    "claim.kink": "a value at a kink is a convention: any number between the slopes on its two sides is a subgradient",
    "claim.integrals.open": "neither a substitution nor a counterexample was found",
    "claim.integrals.unbounded": "an integral over a variable that no function bounds",
    "claim.integrals.fails": "fails for indicator functions, {at}: claimed {claimed}, true {true}",
    "claim.integrals.derivative": "the derivative goes to one factor where it may be taken under the integral",
    "claim.fourier.equal": (
        "equal in exact arithmetic with the roots of unity, product by product, for all {size} <= {largest}{others}"
    ),
    "claim.fourier.others": ", and {sizes} <= {most}",
    "claim.fourier.random": "{how}; for entries at random, modulo a prime that has the roots, also at {size} = {larger}",
}
