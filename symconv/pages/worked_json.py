"""Worked examples and traces as JSON: numbers as numbers, fractions as "p/q", stable keys.

    operator parameters shapes generated seed  x w b y g  grad_x grad_w grad_b  closed_form  unreached  entries  checks
    operator parameters shapes generated seed exact digits  x target g y  grad_x  parts ways agree  entries  checks

The second line is that of activations, softmax, losses and flatten.  A number that is rounded stands with its digits (as a text,
if no float is so large or so small), and ``exact`` is false.

With a border ``padded`` is x as the windows read it: its values, the ``origin`` of each (an index of x), which are ``copies``;
closed_form.x.padded is the gradient of that array, and ``places`` says per axis which index of x each place is added to.

Of unshared kernels ``closed_form`` has the gradients collected entry by entry, ``shared`` is dL/dw summed over the places, and
``unmet`` names the weights that meet padding alone.  Pooling has x y g alone, ``windows`` with what each sends, and ``indices``:
the places of the largest entries as ``sc.evaluate`` and PyTorch count them, flattened in their plane.

An array has as many axes as the user wrote: y leaves out what x left out, where its size is 1.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from symconv.language.example import Array, Example, Gradient, Line, Part, Trace, View, nested, shared
from symconv.language.expand import Guard, Index, Number
from symconv.language.facts import Reduction, WindowDerivation
from symconv.language.rounded import PLACES, Rounded, Value
from symconv.pages.arrays import FRAMES, framed, products, symbols
from symconv.pages.bordered import is_copy
from symconv.pages.fields import parameters as operator_parameters
from symconv.pages.spelling import HARD
from symconv.pages.text import TextTarget
from symconv.pages.trees import Speller, symbol, text
from symconv.pages.windows import own_fields
from symconv.pages.work import DOT, work
from symconv.pages.worked_windows import pooled

LARGEST = 300  # powers of ten that a float holds


def plain(made: Example, found: Any) -> Any:
    """Numbers within lists: fractions as "p/q", or as floats where the user wrote decimals; rounded ones with their digits."""
    if isinstance(found, list):
        return [plain(made, part) for part in found]
    if isinstance(found, Rounded):
        return float(found.text()) if abs(found.low.adjusted()) < LARGEST else found.text()
    if isinstance(found, Fraction):
        return float(found) if made.decimal else str(found)
    return found


def roles(made: Example) -> dict[str, str]:
    """The names of the arrays by their roles."""
    if made.kind == "function":
        return {"x": "x", "target": "t", "g": "g", "y": made.y.name}
    op = made.op
    names = {"x": op.data.name, "w": op.kernel.name, "b": op.bias.name if op.bias else "", "y": op.result.name}
    names["g"] = made.upstream
    return {role: names[role] for role in "xyg"} if pooled(made) else names


def head(made: Example) -> dict[str, Any]:
    """What an example and a trace begin with: the layer with its stride, padding and the like."""
    d = made.gradients[0].derivation
    if made.kind == "function":
        own: Any = settings(made)
    else:
        own = own_fields(d) if isinstance(d, WindowDerivation) and pooled(made) else operator_parameters(made.op)
    return {"operator": made.layer.name, "parameters": own}


def as_object(made: Example, elide: int | None = None) -> dict[str, Any]:
    """The example."""
    names, there = roles(made), {**made.named, made.y.name: made.y.array}
    found = {
        **head(made),
        "shapes": {role: list(there[name].shape) for role, name in names.items() if name in there},
        "generated": [role for role, name in names.items() if name in made.generated],
        "seed": made.seed if made.generated else None,
        **sizes(made),
    }
    found |= {role: plain(made, there[name].nested()) if name in there else None for role, name in names.items()}
    gradients = {d.wrt: plain(made, d.array.nested()) for d in made.gradients}
    found |= {f"grad_{wrt}": gradients.get(wrt) for wrt in "xwb" if wrt in names}
    found |= ways(made, elide) if made.kind == "function" else again(made)
    parts = {"y": made.y, **{f"grad_{d.wrt}": d.scatter for d in made.gradients}, **inner(made)}
    found["entries"] = {name: entries(made, part, elide) for name, part in parts.items()}
    return {**found, "checks": made.checks}


def sizes(made: Example) -> dict[str, Any]:
    """How many places there are along each axis, and what is left; of a function whether its numbers are exact."""
    if made.kind == "function":
        return {"exact": made.exact, "digits": None if made.exact else PLACES}
    found = {"output_size": [a.output for a in made.op.axes]}
    return found if pooled(made) else {**found, "remainder": [a.remainder for a in made.op.axes]}


# functions
def settings(made: Example) -> dict[str, Any]:
    """The slope or the reduction."""
    if made.function.parameters:
        return {what: str(value) for what, value in made.function.parameters}
    return {"reduction": made.function.reduction} if made.function.name in ("mse", "cross_entropy") else {}


def inner(made: Example) -> dict[str, Part]:
    """What is worked out on the way to y and to dL/dx."""
    return {part.name: part for part in (*made.parts, *(part for d in made.gradients for part in d.before))}


def ways(made: Example, elide: int | None) -> dict[str, Any]:
    """The parts, and dL/dx in every way."""
    every = made.gradient("x").ways
    return {
        "parts": {name: plain(made, part.array.nested()) for name, part in inner(made).items()},
        "ways": [
            {"way": way.key, "grad_x": plain(made, way.array.nested()), "entries": entries(made, way, elide)}
            for way in every
        ],
        "agree": True if len(every) > 1 else None,
    }


def told(made: Example, part: Part, line: Line, elide: int | None) -> dict[str, Any]:
    """One entry of a function: symbol, substitution, result, and the case that applies."""
    left = text(Speller(made).of(line.left) if line.left is not None else symbol(part.name, line.index))
    found = {"entry": left, **both_sides(made, line.symbols, line.substituted, line.value, elide)}
    return {**found, "case": line.case} if line.case in ("above", "below", "kink") else found


def both_sides(made: Example, symbols: Any, substituted: Any, value: Value, elide: int | None = None) -> dict[str, Any]:
    """A tree in symbols, with numbers, and what it comes to."""
    in_symbols, put = Speller(made, False, elide), Speller(made, True, elide)
    return {
        "symbols": " ".join(map(text, in_symbols.pieces(symbols))).replace(HARD, " "),
        "numbers": " ".join(map(text, put.pieces(substituted))).replace(HARD, " "),
        "value": plain(made, value),
        "exact": not isinstance(value, Rounded),
    }


# windows
def again(made: Example) -> dict[str, Any]:
    """What the windows read and send, and every gradient once more."""
    op, found = made.op, dict[str, Any]()
    if op.border is not None:
        found["padded"] = viewed(made, made.views[0])
    if pooled(made):
        found["indices"] = indices(made) if made.kind == "max_pool" else None
    found["agree"] = all(d.agree for d in made.gradients)
    if pooled(made):
        found["gather"] = again_of(made, made.gradient("x"))
    else:
        found["closed_form"] = {d.wrt: closed_form(made, d) for d in made.gradients}
    if made.kind == "local":
        unmet = [line.index for line in made.gradient("w").scatter.lines if not line.terms]
        found["shared"] = plain(made, shared(made).nested())
        found["unmet"] = [named(made.array(op.kernel.name), index) for index in unmet]
    found["unreached"] = [
        {"axis": one.axis, "places": list(one.places), "reason": one.reason} for d in made.gradients for one in d.unreached
    ]
    return {**found, "windows": [window(made, line) for line in made.y.lines]} if pooled(made) else found


def again_of(made: Example, d: Gradient) -> Any:
    """A gradient once more, worked out by itself."""
    return plain(made, d.closed.array.nested())


def closed_form(made: Example, d: Gradient) -> dict[str, Any]:
    """The member with the very arrays that it reads; its result once more, worked out by itself."""
    again, member = again_of(made, d), d.member
    if member is None:
        return {"name": "collect", "value": again}
    if isinstance(member, Reduction):
        return {"name": "sum", "data": member.data.name, "value": again}
    return {
        "name": "correlate",
        "data": member.data.name,
        "kernel": member.kernel.name,
        "stride": [a.stride for a in member.axes],
        "input_dilation": [a.input_dilation for a in member.axes],
        "dilation": [a.dilation for a in member.axes],
        "padding": [[a.lo, a.hi] for a in member.axes],
        "flip": member.flip,
        "arrays": {view.part: viewed(made, view) for view in d.views},
        **folded(made, d),
        "value": again,
    }


def folded(made: Example, d: Gradient) -> dict[str, Any]:
    """The gradient of the padded tensor, and along every axis the entry that each of its places is added to."""
    if d.fold is None:
        return {}
    array, places = d.fold.part.array, [list(p) for p in d.fold.places]
    return {"padded": {"name": TextTarget().entry(array.name, ()), "value": plain(made, array.nested()), "places": places}}


def viewed(made: Example, view: View) -> dict[str, Any]:
    """An array as it is read: the zeros that were put in are 0 in ``values`` and a dot in ``origin``."""
    array = made.array(view.name)
    values: list[Number] = []
    for at, _ in array.planes():
        values += [0 if isinstance(c, str) else array[at + c] for c in view.cells]
    shape = (*array.shape[: array.lead], *view.shape)
    places: tuple[Any, ...] = tuple(DOT if isinstance(c, str) else ",".join(map(str, c)) for c in view.cells)
    found = {
        "name": view.name,
        "shape": list(shape),
        "values": plain(made, nested(tuple(values), shape)),
        "origin": nested(places, view.shape),
    }
    if view.copies:  # which of them a border put in
        copies = tuple(view.copied(at) for at in product(*map(range, view.shape)))
        found["copies"] = nested(copies, view.shape)
    return found


def indices(made: Example) -> Any:
    """The places of the first largest entries, in the shape of y."""
    x, y = made.array(made.op.data.name), made.y.array
    flat = []
    for line in made.y.lines:
        place = 0
        for n, i in zip(x.shape[x.lead :], made.largest(line)[0][x.lead :], strict=True):
            place = place * n + i
        flat.append(place)
    return nested(tuple(flat), y.shape[len(y.shape) - y.axes :])


def window(made: Example, line: Line) -> dict[str, Any]:
    """One window: the entries it reads, who is largest, and what it hands back to each that gets something."""
    x, g = made.array(made.op.data.name), made.array(made.upstream)
    found: dict[str, Any] = {"entry": named(made.y, line.index), "reads": [named(x, j) for j in line.entries]}
    if line.case == "max":
        largest = made.largest(line)
        found |= {"largest": [named(x, j) for j in largest], "tie": len(largest) > 1}
    else:
        found["divisor"] = line.divisor
    found["sends"] = {named(x, j): plain(made, whole(g[line.index] * line.share(j))) for j in line.selected}
    return found


def whole(n: Number) -> Number:
    """A whole number as an int."""
    return int(n) if n.denominator == 1 else n


def named(array: Array | Part, index: Index) -> str:
    """x[0,1]."""
    return TextTarget().entry(array.name, array.short(index))


def entries(made: Example, part: Part, elide: int | None, lines: list[Line] | None = None) -> list[dict[str, Any]]:
    """Entries by symbol, substitution, result."""
    if made.kind == "function":
        return [told(made, part, line, elide) for line in part.lines]
    target, found = TextTarget(), []
    shown = [row.right for row in work(made, part, lines, elide=elide).lines]
    for row, line in zip(shown, part.lines if lines is None else lines, strict=True):
        parts, numbers = symbols(target, row.symbols), products(row.numbers)
        if row.function:
            parts, numbers = framed(row, parts, FRAMES), framed(row, numbers, FRAMES)
        found.append(
            {
                "entry": target.entry(row.name, row.index),
                "symbols": " ".join(parts) or "0",
                "numbers": " ".join(numbers) or "0",
                "value": plain(made, line.value),
            }
        )
    return found


# traces
def trace_object(found: Trace) -> dict[str, Any]:
    """The trace as one object."""
    made, at = found.example, f"[{','.join(map(str, found.index))}]"
    function = made.kind == "function"
    name = f"d{found.role}" if found.role != "y" else made.y.name if function else "y"
    return {
        **head(made),
        "entry": name + at if found.index or not function else name,
        "index": list(found.index),
        **(summands(found) if function else terms(found)),
        "value": plain(made, found.line.value),
        **({"exact": not isinstance(found.line.value, Rounded)} if function else {}),
        "seed": made.seed if made.generated else None,
        "checks": made.checks,
    }


def summands(found: Trace) -> dict[str, Any]:
    """The terms of a function's entry, how many others are 0 and why, and the entry itself."""
    made, (reason, count) = found.example, found.others
    listed = []
    for term in found.summands:
        one = {
            "term": text(Speller(made).of(term.left)),
            **both_sides(made, term.symbols, term.numbers or term.symbols, term.value),
        }
        listed.append({**one, "absent": term.absent} if term.absent else one)
    part = made.y if found.role == "y" else made.gradient("x").scatter
    others = {"count": count, "reason": reason} if count else None
    return {"terms": listed, "others": others, "line": told(made, part, found.line, None)}


def terms(found: Trace) -> dict[str, Any]:
    """The products, taps or windows that reach an entry, and those that do not."""
    made, role = found.example, found.role
    there, absent = [], []
    for one in found.terms:
        shown: dict[str, Any] = {"bound": dict(one.bound), "factors": [named(made.array(n), i) for n, i in one.factors]}
        if one.through:
            shown |= {"place": list(one.through), "copy": is_copy(made, one.through)}
        if one.killed:
            absent.append({**shown, "killed_by": [guard(g) for g in one.killed]})
            continue
        numbers = [made.value(f) for f in one.factors]
        shown["numbers"] = plain(made, numbers)
        total_: Number = 1
        for n in numbers:
            total_ = total_ * n
        if pooled(made) and role == "x":
            line = made.y[one.factors[0][1]]
            shown["window"] = window(made, line)
            total_ = whole(numbers[0] * line.share(found.index))
        if not pooled(made) or role == "x":
            shown["value"] = plain(made, total_)
        there.append(shown)
    key = "products" if not pooled(made) else "windows" if role == "x" else "taps"
    line_of = entries(made, made.part(role), None, [made.part(role)[found.index]])[0]
    return {key: there, "absent": absent, **({"numbers": line_of["numbers"]} if pooled(made) else {})}


def guard(one: Guard) -> dict[str, Any]:
    """A condition that fails."""
    said = f"{one.divisor} does not divide {one.top}" if one.kind == "divides" else f"not 0 <= {one.value} < {one.size}"
    return {"axis": one.axis, "index": one.name, "kind": one.kind, "says": said}
