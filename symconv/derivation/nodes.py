"""The vector-Jacobian product of a node (pooling, unshared kernels), in steps, by the rules of ``rules.py``.

An average and an unshared kernel are affine in each tensor, and go the way of ``gradient.py``.  A maximum has one step more:
wherever every window has one largest entry, y[i] is that entry, so

    dy[i]/dx[j] = sum_p S[i,p] [s i + d p - lo = j]

with S the selection (``language.node``); what follows is index algebra, whatever S is.
"""

from __future__ import annotations

from symconv.derivation import rules
from symconv.derivation.gradient import Story, one_survives
from symconv.language.expr import Access, Expr, Item, Over, Partial, Sum, Term, avoid
from symconv.language.facts import Step
from symconv.language.integers import Int, var
from symconv.language.node import Node, definition, entry_of, frozen, name_sizes, own_names

UPSTREAM = "g"


def node_vjp(node: Node, wrt: str) -> tuple[list[Step], int]:
    """The steps of dL/d(wrt) of a node, and the number of the gather form among them."""
    story = Story([])
    target = entry_of(node, wrt, {})
    at = chain_rule(story, node, wrt, target)
    linearity(story, node, wrt, target, at)
    story.say("independent", rules.partial_to_bracket(story.term), own_names(node, wrt))
    one_survives(story)
    if wrt == "x":
        names = tuple(at[n].name or n for n in own_names(node, "y")[-node.ndim :])
        aim = rules.Target(names, UPSTREAM)
        story.say("swap", constants_first(rules.swap(story.term, aim)), names)
        story.say("solve", rules.solve(story.term, aim), names, names=names)
    return story.steps, len(story.steps) - 1


def chain_rule(story: Story, node: Node, wrt: str, target: Access) -> dict[str, Int]:
    """The sum over every output entry, its names kept apart from the target's."""
    outputs = own_names(node, "y")
    at: dict[str, Int] = {n: var(n) for n in outputs}
    at.update(avoid(outputs, own_names(node, wrt)))
    sizes = name_sizes(node)
    bound = [Sum(at[n].name or n, sizes[n]) for n in outputs]
    g, y = (entry_of(node, "y", at, name) for name in (UPSTREAM, None))
    story.say("chain", (*bound, g, Partial(y, target)), tuple(s.index for s in bound))
    return at


def linearity(story: Story, node: Node, wrt: str, target: Access, at: dict[str, Int]) -> None:
    """Put the formula in (with the selection held fixed); in the term with T, T[e] becomes dT[e]/dT[t]."""
    free = own_names(node, wrt)
    name = target.tensor.name
    whole = frozen(node, at, taken=free)
    (inner,) = [t for t in whole.terms if _reads(t, name)]
    others = len(whole.terms) > 1
    before = [item for item in story.term if not isinstance(item, Partial)]
    outer = [i for i in before if isinstance(i, Sum)]
    rest = [i for i in before if not isinstance(i, Sum)]
    bound = [i for i in inner if isinstance(i, Sum)]
    (hit,) = [i for i in inner if isinstance(i, Access) and i.tensor.name == name]
    factors: list[Item] = [i for i in inner if not isinstance(i, Sum) and i != hit]
    if node.kind == "max_pool":
        taps = tuple(i.index for i in bound if i.index.startswith("p"))
        story.say("select", (*outer, *bound, *rest, *factors, Partial(hit, target)), taps, ties=node.ties)
        return
    slots: dict[str, object] = {"dropped": "sum" if wrt == "b" else "bias"} if others else {}
    story.say("linearity", constants_first((*outer, *bound, *rest, *factors, Partial(hit, target))), (), **slots)


def constants_first(term: Term) -> Term:
    """Divisors that no index moves stand before the sums."""
    fixed = [i for i in term if isinstance(i, Over)]
    return (*fixed, *(i for i in term if not isinstance(i, Over)))


def _reads(term: Term, name: str) -> bool:
    return any(isinstance(i, Access) and i.tensor.name == name for i in term)


def formula(node: Node) -> Expr:
    """y[...] = ..., as it stands."""
    return definition(node)


__all__ = ["formula", "node_vjp"]
