"""The vector-Jacobian product of an operator, in steps, all made by the rules of ``rules.py``.

    dL/dT[t] = sum_{n,o,i} g[n,o,i] dy[n,o,i] / dT[t]            (chain rule; g = dL/dy is the upstream gradient)

The operator is affine in each of its tensors, so linearity leaves one term in which T[e] is replaced by dT[e]/dT[t] = [e = t].
What remains is index algebra: one term survives, swap, solve for one index, absorb the guards, reflect.  The same code
serves x, w and b, any number of axes, channels or none, plain members and derived ones; an average and an unshared kernel; and a
maximum, which has one step more: wherever every window has one largest entry, y[i] is that entry, so

    dy[i]/dx[j] = sum_p S[i,p] [s i + d p - lo = j]

with S the selection (``language.unshared``); what follows is index algebra, whatever S is.
Source: Griewank & Walther, Evaluating Derivatives, chapter 3 (adjoints); Dumoulin & Visin, section 4.
"""

from __future__ import annotations

from collections.abc import Callable

from symconv.derivation import rules
from symconv.language.expr import Access, Expr, Item, Max, Over, Partial, Sum, Term, avoid, sums
from symconv.language.facts import Step
from symconv.language.integers import Int, var
from symconv.language.lazy import dataclass
from symconv.language.operator import Operator, labels, numbered, spatial_names, tensor
from symconv.language.operator import upstream as upstream_name
from symconv.language.unshared import Windowed, definition, entry_of, frozen, name_sizes, own_names


@dataclass
class Story:
    """The steps so far; ``say`` adds a line unless the rule changed nothing."""

    steps: list[Step]

    @property
    def term(self) -> Term:
        """The last line."""
        return self.steps[-1].expr.terms[0]

    def say(self, rule: str, term: Term, focus: tuple[str, ...] = (), **slots: object) -> None:
        """Add a line; a trivial step is not printed."""
        if not self.steps or term != self.term:
            self.steps.append(Step(rule, Expr((term,)), focus, tuple(slots.items())))


def vjp(layer: Windowed, wrt: str) -> tuple[list[Step], int]:
    """The steps of dL/d(wrt) and the number of the gather form among them."""
    target, story, upstream = entry_of(layer, wrt, {}), Story([]), upstream_name(layer.window)
    outputs = chain_rule(story, layer, wrt, target, upstream)
    linearity(story, layer, wrt, target, outputs)
    story.say("independent", rules.partial_to_bracket(story.term), _focus(layer, wrt))
    one_survives(story)
    if not isinstance(layer, Operator):
        return story.steps, finish_windows(story, layer, wrt, outputs, upstream)
    finish: dict[str, Callable[[Story, Operator, dict[str, Int], str], int]] = {
        "x": finish_data,
        "w": finish_kernel,
        "b": lambda s, *_: len(s.steps) - 1,
    }
    return story.steps, finish[wrt](story, layer, outputs, upstream)


def _focus(layer: Windowed, wrt: str) -> tuple[str, ...]:
    if not isinstance(layer, Operator):
        return own_names(layer, wrt)
    operand = layer.operand(wrt)
    return spatial_names(layer, operand) or labels(operand)


def chain_rule(story: Story, layer: Windowed, wrt: str, target: Access, upstream: str) -> dict[str, Int]:
    """sum over every output entry; the outputs' names get primes where they clash with the target's."""
    outputs, sizes = own_names(layer, "y"), name_sizes(layer)
    at: dict[str, Int] = {n: var(n) for n in outputs}
    at.update(avoid(outputs, own_names(layer, wrt)))
    bound = [Sum(at[n].name or n, sizes[n]) for n in outputs]
    g, y = (entry_of(layer, "y", at, name) for name in (upstream, None))
    story.say("chain", (*bound, g, Partial(y, target)), tuple(s.index for s in bound))
    return at


def linearity(story: Story, layer: Windowed, wrt: str, target: Access, at: dict[str, Int]) -> None:
    """Put the formula of y in; only the term with T stays, and in it T[e] becomes dT[e]/dT[t].

    A maximum is a sum with its selection held fixed.
    """
    free, name = own_names(layer, wrt), target.tensor.name
    whole = frozen(layer, at, taken=free)
    (inner,) = [t for t in whole.terms if any(isinstance(i, Access) and i.tensor.name == name for i in t)]
    before = [item for item in story.term if not isinstance(item, Partial)]
    bound = [i for i in inner if isinstance(i, Sum)]
    (hit,) = [i for i in inner if isinstance(i, Access) and i.tensor.name == name]
    factors: list[Item] = [i for i in inner if not isinstance(i, Sum) and i != hit]
    outer = [i for i in before if isinstance(i, Sum)]
    rest = [i for i in before if not isinstance(i, Sum)]
    line = (*outer, *bound, *rest, *factors, Partial(hit, target))
    if any(isinstance(item, Max) for term in definition(layer, at).terms for item in term):
        taps = tuple(i.index for i in bound if i.index.startswith("p"))
        story.say("select", line, taps, ties=getattr(layer, "ties", ""))
        return
    slots: dict[str, object] = {"dropped": "sum" if wrt == "b" else "bias"} if len(whole.terms) > 1 else {}
    story.say("linearity", constants_first(line), (), **slots)


def constants_first(term: Term) -> Term:
    """Divisors that no index moves stand before the sums."""
    fixed = [i for i in term if isinstance(i, Over)]
    return (*fixed, *(i for i in term if not isinstance(i, Over)))


def one_survives(story: Story) -> None:
    """Sums whose index a bracket equates with a free one collapse to that one term."""
    forced = rules.survivors(story.term, set(sums(story.term)))
    if forced:
        focus = (*forced, *(v.name or "" for v in forced.values()))
        story.say("survivor", rules.keep_survivors(story.term, forced), focus, forced=tuple(forced.items()))


def finish_windows(story: Story, layer: Windowed, wrt: str, at: dict[str, Int], upstream: str) -> int:
    """Of windows that share no kernel: wrt x solve for i."""
    if wrt == "x":
        names = tuple(at[n].name or n for n in own_names(layer, "y")[-layer.ndim :])
        aim = rules.Target(names, upstream)
        story.say("swap", constants_first(rules.swap(story.term, aim)), names)
        story.say("solve", rules.solve(story.term, aim), names, names=names)
    return len(story.steps) - 1


def solve_for_outputs(story: Story, op: Operator, at: dict[str, Int], upstream: str) -> int:
    """Swap, solve the brackets for the output index, absorb its guards; return the gather form's number."""
    target = rules.Target(tuple(at[n].name or n for n in spatial_names(op, op.result)), upstream)
    story.say("swap", rules.swap(story.term, target), target.names)
    story.say("solve", rules.solve(story.term, target), target.names, names=target.names)
    gather = len(story.steps) - 1
    strides = tuple(axis.stride for axis in op.axes)
    absorbed = rules.absorb(story.term, upstream, strides)
    if any(s != 1 for s in strides):
        story.say("dilate", absorbed, target.names, tensor=upstream, factors=strides)
    else:
        story.say("extend", absorbed, (), tensor=upstream)
    return gather


def finish_data(story: Story, op: Operator, at: dict[str, Int], upstream: str) -> int:
    """wrt u: solve for i; if the tap then runs backwards, reflect it, which flips the kernel."""
    if not op.axes:  # nothing to solve for
        return len(story.steps) - 1
    gather = solve_for_outputs(story, op, at, upstream)
    if not op.flip:  # a flipped kernel's taps, and a scatter's, run forwards already
        reflect_taps(story, op)
    return gather


def reflect_taps(story: Story, op: Operator) -> None:
    """q = K-1-p, so that the line is a cross-correlation again; along an axis with one tap p = 0."""
    names = spatial_names(op, op.kernel)
    alone = tuple(p for p, axis in zip(names, op.axes, strict=True) if axis.kernel == 1)
    story.say("single", rules.single(story.term, alone, op.kernel.name), alone, names=alone)
    letter = new_letter(op, "q")
    taps = {p: numbered(letter, k, op.ndim) for k, p in enumerate(names) if p not in alone}
    if taps:
        line = story.term
        if story.steps[-1].rule == "extend":  # said together with the reflection: one line fewer at stride 1
            story.steps.pop()
        reflected = rules.reflect(line, taps, op.kernel.name)
        story.say("reflect", reflected, (*taps, *taps.values()), taps=tuple(taps.items()), tensor=op.kernel.name)


def new_letter(op: Operator, wanted: str) -> str:
    """An index letter that the operator does not use yet."""
    used = {o.index for o in (op.data, op.kernel, op.result)}
    letters: tuple[str, ...] = (wanted, "q", "m", "p", "k", "l")
    return next(letter for letter in letters if letter not in used)


def finish_kernel(story: Story, op: Operator, at: dict[str, Int], upstream: str) -> int:
    """wrt v: without a flip the gather form is the closed form; with one, the operands change places."""
    gather = len(story.steps) - 1
    if op.output_padding is not None:
        return solve_for_outputs(story, op, at, upstream)
    alone = tuple(p for p, axis in zip(spatial_names(op, op.kernel), op.axes, strict=True) if axis.kernel == 1)
    if op.flip and len(alone) == op.ndim:  # one tap everywhere: nothing to turn round
        story.say("single", rules.single(story.term, alone, op.kernel.name), alone, names=alone)
    elif op.flip and any(axis.kernel != 1 for axis in op.axes):
        letter = new_letter(op, "m")
        names = tuple(numbered(letter, k, op.ndim) for k in range(op.ndim))
        data = tensor(op, op.data)
        story.say("position", rules.insert_position(story.term, data, names), names, names=names, tensor=data.name)
        solve_for_outputs(story, op, at, upstream)
    return gather
