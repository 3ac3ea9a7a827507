"""What a proof for all sizes costs: a name, a setup and a statement to be timed once z3 is imported, and the bound in T.

One proof runs before the clock starts, so that z3's import and its first solver do not count.  The whole catalogue is
measured as a command, from cold, with everything.
"""

from __future__ import annotations

THEOREM = """
from symconv.api import story as way
from symconv.topics.theorems import story
theorem = story.theorem({name!r})
forget = lambda: None
assert story.prove(theorem).verdict.status == "proved"
"""
DERIVATION = """
from symconv.api import story as way
from symconv.topics.theorems import story
from symconv.check.prove.derivation import prove_derivation
from symconv.layers.catalog import build
op = build("correlate2d", stride=("s1", "s2"), padding=(("P1", "Q1"), ("P2", "Q2")), dilation=("d1", "d2"))
d = way.derive(op, "x", check=False)
forget = lambda: None
assert all(chain.whole for chain in prove_derivation(d))
"""
INSIDE = [
    ("prove the gather form, 1D", THEOREM.format(name="gather-form"), "story.prove(theorem)", 0.25),
    (
        "prove the closed form, stride and dilation names, 1D",
        THEOREM.format(name="closed-form-x"),
        "story.prove(theorem)",
        0.6,
    ),
    ("prove every line and the closed form, all names, 2D", DERIVATION, "prove_derivation(d)", 1.5),
]
COMMANDS = [("symconv theorems: prove the whole catalogue, in all", "theorems --to json", 8.0)]
