"""A closed form in sentences, under both conventions, chosen by what the operator is and simplified where it is special."""

from __future__ import annotations

from typing import Any

from symconv.language.expr import Access, Tensor
from symconv.language.facts import Derivation, Reduction
from symconv.language.integers import Int, floor
from symconv.language.operator import Axis, Operator, labels, upstream
from symconv.language.prose import Joined, Prose
from symconv.pages.laid import grouped
from symconv.pages.nodes import Math, per_axis

Said = list[Prose | Joined]


def words(d: Derivation) -> Said:
    """The closed form in sentences."""
    if not d.op.axes and d.op.derived:
        return [Prose("words.linear.derived")]
    if not d.op.axes:
        return [Prose(f"words.linear.{d.wrt}")]
    if isinstance(d.shown, Reduction):
        return [Prose("words.b", {"over": over(d.shown)})]
    if d.page.output_padding is not None:
        return _scattered(d)
    if d.wrt == "x":
        return _data(d, d.page)
    if d.page.flip and any(a.kernel != 1 for a in d.page.axes):
        return _exchanged(d, d.page)
    return _kernel(d, d.page)


def over(reduction: Reduction) -> Prose:
    """What a bias gradient sums over."""
    if not reduction.of.axes:
        return Prose("words.images.alone")
    return Prose("words.images" if "n" in labels(reduction.data) else "words.positions")


def called(d: Derivation, which: str) -> Prose:
    """The upstream gradient, the kernel or the input: by those words, on a derived member by their names."""
    op = d.page
    strides, dilations, zeros = ([getattr(a, field) for a in op.axes] for field in ("stride", "dilation", "input_dilation"))
    spread = {"g": strides, "w": dilations, "x": zeros}[which]
    name = {"g": upstream(op), "w": op.kernel.name, "x": op.data.name}[which]
    plain = "" if all(e == 1 for e in spread) else ".dilated"
    if d.op.derived:
        return Prose(f"words.named{plain}", {"name": Math((Tensor(name, ()),))})
    return Prose(f"words.{which}{plain}")


def _data(d: Derivation, op: Operator) -> Said:
    """Wrt the data: a full convolution, cropped; sampled where the data were zero-dilated."""
    said: Said = [Prose("words.data.flip" if op.flip else "words.data", {"g": called(d, "g"), "w": called(d, "w")})]
    if d.bordered is not None and d.bordered.folds:
        said.insert(0, Prose("words.border", {"bar": Math((Access(Tensor(d.left.tensor.name, ()), ()),))}))
    left, right = [a.lo for a in op.axes], [a.hi - a.remainder for a in op.axes]
    if any(e != 0 for e in left + right):
        doubt = any(may_be_negative(d, e) for e in left + right)
        slots = {"lo": per_axis(left), "hi": per_axis(right), "sign": Prose("words.crop.sign") if doubt else ""}
        said.append(Prose("words.crop", slots))
    if any(a.input_dilation != 1 for a in op.axes):
        said.append(Prose("words.sampled", {"r": per_axis([a.input_dilation for a in op.axes])}))
    rests = [a.remainder for a in op.axes]
    if any(a != 0 for a in rests):
        said.append(Prose("words.remainder.border" if d.bordered else "words.remainder", {"a": per_axis(rests)}))
    if not d.op.derived and d.bordered is None and any(_leaves_gaps(a) for a in op.axes):
        said.append(Prose("words.gaps"))
    return said


def _leaves_gaps(a: Axis) -> bool:
    """Whether inputs can lie between the taps of all windows: sure where numbers say so, possible for names."""
    window = a.kernel if a.dilation == 1 else None
    if a.stride == 1:
        return False
    if a.stride.constant is not None and window is not None and window.constant is not None:
        return a.stride.constant > window.constant
    return True


def may_be_negative(d: Derivation, e: Int) -> bool:
    """Whether an integer can be negative within the page's domain, as far as signs and least values tell."""
    lower = dict(d.op.lower)
    for group in grouped(e):
        if group.inner is None and group.factor and group.lead < 0:
            return True
        if group.inner is not None and group.lead < 0:
            return True
    least = {n: lower.get(n, 0) for n in e.names()}
    return any(not isinstance(a, str) for m, _ in e.terms for a in m) or int(e.evaluate(least)) < 0


def _kernel(d: Derivation, op: Operator) -> Said:
    """Wrt the kernel of a cross-correlation: nothing flips, stride and dilation change places, the remainder is cropped."""
    bare = Prose("words.g.bare") if not d.op.derived else called(d, "g")
    said: Said = [Prose("words.kernel", {"x": called(d, "x"), "g": bare})]
    if any(a.stride != a.dilation for a in op.axes):
        slots: dict[str, Any] = {"s": per_axis([a.stride for a in op.axes]), "d": per_axis([a.dilation for a in op.axes])}
        said.append(Prose("words.kernel.exchange", {**slots, "g": Math((Tensor(upstream(op), ()),))}))
    rests = [a.remainder for a in op.axes]
    if any(a != 0 for a in rests):
        more = [a.kernel + floor(a.remainder, a.dilation) for a in op.axes]
        slots = {"a": per_axis(rests), "K": per_axis([a.kernel for a in op.axes]), "more": per_axis(more)}
        said.append(Prose("words.kernel.crop", slots))
    return said


def _exchanged(d: Derivation, op: Operator) -> Said:
    """Wrt the kernel of a true convolution: the operands change places."""
    name = Math((Tensor(op.data.name, ()),))
    plain = Prose("words.named", {"name": name}) if d.op.derived else Prose("words.x")
    zeros = [a.input_dilation for a in op.axes]
    spread = Prose("words.kernel.spread", {"name": name, "r": per_axis(zeros)}) if any(r != 1 for r in zeros) else ""
    said: Said = [Prose("words.kernel.flip", {"g": called(d, "g"), "x": plain, "spread": spread})]
    rests = [a.remainder for a in op.axes]
    if any(a != 0 for a in rests):
        said.append(Prose("words.kernel.remainder", {"a": per_axis(rests)}))
    return said


def _scattered(d: Derivation) -> Said:
    """A transposed layer: its gradients are plain correlations of g."""
    if d.wrt == "w":
        return [Prose("words.transposed.kernel")]
    said: Said = [Prose("words.transposed.data")]
    extra = d.page.output_padding or ()
    if any(e != 0 for e in extra):
        said.append(Prose("words.transposed.extra", {"extra": per_axis(list(extra))}))
    return said
