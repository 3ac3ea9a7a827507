r"""Formulas about discrete Fourier transforms: which names are signals, which spectra, what F stands for.

    \mathcal{F}(x * w) = \mathcal{F}(x) \cdot \mathcal{F}(w)      Y[k] = H[k] X[k]      \sum |x[n]|^2 = \frac{1}{N} \sum |X[k]|^2

A capital letter is the transform of the small one, and a hat that of what stands below it; where an operator or a forward
formula is given, y is its output.  The transform is X[k] = sum_n e^(-2 pi i k n/N) x[n], its inverse has the 1/N.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import field, replace

from symconv.claims.fourier_names import (
    UNITS,
    all_names,
    extents,
    frequency,
    imaginary,
    loose,
    modulus,
    plays_index,
    split_letters,
    tensors,
)
from symconv.claims.fourier_text import TOLD, prepared
from symconv.claims.reading import Reading
from symconv.claims.relations import Statement
from symconv.claims.syntax import read
from symconv.claims.tensor_forms import bound_in, modular, rewritten, settled
from symconv.claims.tensor_forward import parsed_operator
from symconv.claims.tensor_links import signs_of
from symconv.claims.tensor_names import given as told
from symconv.claims.tensor_names import kind_of, plain_name, sense
from symconv.errors import SymconvError, first
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words
from symconv.language.transforms import Transformed

OF = re.compile(r"\bof\s+(?:the\s+)?(?:signal\s+|kernel\s+|output\s+)?\$?\\?([A-Za-z]\w*)\$?\s*\Z")
CIRCULAR = ("circular convolution", "circular correlation", "circular correlation, data first")
COEFFICIENTS = ("a", "b", "c", "alpha", "beta", "gamma", "lambda", "mu")


@dataclass
class Spectra:
    """What is known of the names."""

    published: Published
    spectra: dict[str, str] = field(default_factory=dict)
    senses: dict[str, str] = field(default_factory=dict)
    defined: dict[str, tuple[str, Node]] = field(default_factory=dict)
    symbols: dict[str, None] = field(default_factory=dict)
    real: bool | None = None
    notes: list[Words] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


def transformed(published: Published) -> tuple[tuple[Words, ...], list[Transformed]]:
    """The reading, and the claims under every open convention.

    Raises FormulaError for what cannot be read, SymconvError for names without a meaning.
    """
    known = Spectra(published)
    words(known)
    statements = parsed(prepared(published.formula), known)
    pairs = [(n.parts[1], n.parts[2]) for n in statements if n.kind == "relation" and n.parts[0] == "="]
    if not pairs:
        raise SymconvError("expected an equation between transforms")
    if any(n.kind not in ("relation", "range") for n in statements):
        raise SymconvError("expected equations alone beside a transform")
    factors(known, pairs)
    pairs = [(marked(a, known), marked(b, known)) for a, b in pairs]
    capitals(known, pairs)
    pairs = forward(known, pairs)
    claims = [c for pair in pairs for c in meant(known, *pair)]
    notes: list[Words] = [Prose("reading.transform")]
    notes += [Prose("reading.transform.of", {"a": a, "b": b}) for a, b in known.spectra.items()]
    return (*notes, *known.notes), claims


def factors(known: Spectra, pairs: list[tuple[Node, Node]]) -> None:
    """The numbers before signals: a x + b y.

    Raises SymconvError for two names side by side of which it is not seen whether one is a number.
    """
    indexed = {
        n.parts[0].parts[0] for p in pairs for s in p for n in s.walk() if n.kind == "index" and n.parts[0].kind == "name"
    }
    for n in (n for p in pairs for s in p for n in s.walk() if n.kind in ("mul", "times")):
        if n.kind == "times" and n.parts[0] not in ("·", " "):
            continue
        bare = [p.parts[0] for p in n.inner() if p.kind == "name" and p.parts[0] not in indexed]
        known.symbols |= dict.fromkeys(b for b in bare if b in COEFFICIENTS and len(list(n.inner())) > 1)
        rest = [b for b in bare if len(b) == 1 and b.islower() and b not in known.symbols and b not in UNITS]
        if len(rest) > 1 and n.kind == "mul" and not indexed & set(rest) and inside(n, pairs):
            raise SymconvError(f"is {rest[0]!r} a number or a signal? write \\cdot between signals, or say it with --where")
    if known.symbols:
        known.notes.append(f"{', '.join(known.symbols)}: numbers")


def inside(node: Node, pairs: list[tuple[Node, Node]]) -> bool:
    """Whether a product stands within a transform."""
    calls = [n for p in pairs for s in p for n in s.walk() if n.kind == "call" and str(n.parts[0]).endswith("fourier")]
    return any(node is m for c in calls for m in c.walk())


def marked(node: Node, known: Spectra) -> Node:
    """Numbers before signals as symbols of their own."""

    def change(n: Node) -> Node | None:
        return Node("symbol", n.parts, n.place) if n.kind == "name" and n.parts[0] in known.symbols else None

    return rewritten(node, change)


def words(known: Spectra) -> None:
    """What is said of names beside the formula."""
    for key, value in known.published.where:
        plain = plain_name(key)
        if TOLD.search(value):
            of = OF.search(value.strip())
            if of is None:
                if plain in ("F", "DFT", "FFT"):
                    continue
                raise SymconvError(f"where: expected a transform of something, as in {plain}=DFT of x, got {value[:40]!r}")
            known.spectra[plain] = of[1]
        elif sense(value):
            known.senses[plain] = sense(value)
        else:
            known.said[plain] = value
            if re.search(r"\b(number|scalar|constant)\b", value):
                known.symbols[plain] = None
            if re.search(r"\breal\b", value):
                known.real = True
            elif re.search(r"\bcomplex\b", value):
                known.real = False
    for text in known.published.given:
        if re.search(r"\breal\b", text):
            known.real = True
        elif re.search(r"\bcomplex\b", text):
            known.real = False
        else:
            raise SymconvError(f"given: did not understand {text[:40]!r} beside a transform")


def parsed(text: str, known: Spectra) -> list[Node]:
    """The statements, every one settled."""
    arrays = {*known.spectra, *known.spectra.values()}
    scalars = {n for n, w in known.said.items() if re.search(r"\b(length|size|number|padding|shift|index)\b", w)}
    found: list[Statement] = read(text, Reading(tensors=True, arrays=arrays, scalars=scalars | {"e", "pi", "W_N"}))
    if any(n.kind == "index" and len(n.parts) != 2 for s in found for n in s.node.walk()):
        raise SymconvError("expected signals along one axis, with one index")
    if any(s.condition is not None for s in found):
        raise SymconvError("did not expect a condition beside a transform")
    return [split_letters(modular(settled(s.node), text)) for s in found]


def capitals(known: Spectra, pairs: list[tuple[Node, Node]]) -> None:
    """Capitals and hats are transforms of the small letters."""
    every = list(dict.fromkeys(t for pair in pairs for n in pair for t in tensors(n)))
    anchored = bool(known.published.operator or known.published.forward or known.spectra)
    for t in every:
        if t in known.spectra or t in known.spectra.values():
            continue
        if t.endswith("^hat"):
            known.spectra[t] = t.removesuffix("^hat")
        elif len(t) == 1 and t.isupper() and (t.lower() in every or anchored):
            known.spectra[t] = t.lower()


def forward(known: Spectra, pairs: list[tuple[Node, Node]]) -> list[tuple[Node, Node]]:
    """The signals that are defined: by the forward formula, by an operator, or beside the claim."""
    text = known.published.forward or known.published.operator
    if "=" in re.sub(r"\([^()]*\)", "", text):
        for node in parsed(prepared(text), known):
            if node.kind != "relation" or node.parts[0] != "=":
                raise SymconvError("forward: expected y[n] = ...")
            define(known, node.parts[1], node.parts[2])
    elif sense(text).startswith("circular") or re.search(r"conv\w*\(.*circular|correlate|convolve", text):
        operated(known, text, pairs)
    elif text and not TOLD.search(text):
        raise SymconvError(
            f"did not understand {text[:40]!r} beside a transform: expected y[n] = ..., or circular convolution"
        )
    kept = []
    for a, b in pairs:
        left = a.parts[0].parts[0] if a.kind == "index" and a.parts[0].kind == "name" else ""
        used = any(s == left for s in known.spectra.values()) and left not in tensors(b)
        opposite = any(known.spectra.get(t) == left for t in tensors(b))
        if used and len(pairs) > 1 and not opposite and left not in known.defined:
            define(known, a, b)
        else:
            kept.append((a, b))
    claimed = [p for p in kept if not pure(known, p)]
    if not claimed:
        raise SymconvError("a definition of a transform, with nothing to compare: say --operator DFT")
    return claimed


def pure(known: Spectra, pair: tuple[Node, Node]) -> bool:
    """X[k] = sum ... defines X by x, unless the transform is what it is judged by."""
    a, b = pair
    left = a.parts[0].parts[0] if a.kind == "index" and a.parts[0].kind == "name" else ""
    said = TOLD.search(" ".join([known.published.operator, *(w for _, w in known.published.where)]))
    mine = known.spectra.get(left)
    calls = any(n.kind == "call" and n.parts[0].endswith("fourier") for n in b.walk())
    others = [t for t in tensors(b) if t in known.spectra]
    return mine is not None and not said and not calls and not others and mine not in known.defined


def define(known: Spectra, left: Node, right: Node) -> None:
    """y[n] = ..., or y = x * w."""
    base = left.parts[0] if left.kind == "index" else left
    if base.kind != "name" or (left.kind == "index" and (len(left.parts) != 2 or left.parts[1].kind != "name")):
        raise SymconvError("expected y[n] = ... or y = ... for the signal that is transformed")
    known.defined[base.parts[0]] = (left.parts[1].parts[0] if left.kind == "index" else "", right)


def operated(known: Spectra, text: str, pairs: list[tuple[Node, Node]]) -> None:
    """y of an operator by name, its operands as they are called."""
    small = list(dict.fromkeys(known.spectra.get(t, t) for pair in pairs for n in pair for t in tensors(n)))
    left = pairs[0][0]
    target = next((known.spectra.get(t, t) for t in tensors(left)), "")
    operands = [s for s in small if s != target]
    if not target or len(operands) != 2 or len(tensors(left)) != 1:
        raise SymconvError("expected the transform of the output on the left, of both operands on the right")
    kernels = [s for s in operands if kind_of(s, told(Published(""))) == "kernel" or s in ("h", "w", "k", "f", "g")]
    kernel = kernels[0] if len(kernels) == 1 else operands[1]
    data = first((s for s in operands if s != kernel), f"expected two operands, got {kernel!r} twice")
    if not sense(text):
        layer(known, text, target, data, kernel, pairs)
        return
    chosen = sense(text) if sense(text) == "circular convolution" else "circular correlation"
    known.senses["op"] = chosen
    known.defined[target] = ("", Node("times", ("op", name(kernel), name(data))))
    sign = "n - k" if chosen == "circular convolution" else "n + k"
    known.notes.append(Prose("reading.circular", {"target": target, "kernel": kernel, "data": data, "sign": sign}))
    if chosen != "circular convolution":
        known.real = True if known.real is None else known.real


def layer(known: Spectra, text: str, target: str, data: str, kernel: str, pairs: list[tuple[Node, Node]]) -> None:
    """y[i] = sum_p w[p] x[(i + p - lo) mod N], the layer with circular padding that keeps the size."""
    made = parsed_operator(text, free=False)
    if (
        made is None
        or made.border != "circular"
        or made.stride not in (None, number(1))
        or made.dilation not in (None, number(1))
    ):
        raise SymconvError("expected a layer with circular padding and stride 1 beside a transform")
    if made.senses[0] != "correlation" or known.real is False:
        raise SymconvError("expected a layer with real entries that is a cross-correlation")
    found = {n for pair in pairs for side in pair for n in all_names(side)}
    lo = made.padding or next((name(n) for n in ("lo", "P", "p") if n in found), number(0))
    place = Node("mod", (Node("add", (name("n_"), name("p_"), Node("neg", (lo,)))), name("N")))
    body = Node("mul", (Node("index", (name(kernel), name("p_"))), Node("index", (name(data), place))))
    known.defined[target] = (
        "n_",
        Node("sum", (body, Node("range", ("p_", number(0), Node("add", (name("N"), Node("neg", (number(1),)))))))),
    )
    known.real = True
    shown = "" if lo == number(0) else f" - {lo.parts[0]}"
    known.notes.append(
        Prose("reading.circular.forward", {"target": target, "kernel": kernel, "data": data, "shown": shown})
    )


def meant(known: Spectra, left: Node, right: Node) -> list[Transformed]:
    """One equation under every open convention."""
    bodies = [left, right, *(b for _, b in known.defined.values())]
    names = {n for b in bodies for n in all_names(b)}
    unit = imaginary(bodies)
    signals = tuple(dict.fromkeys(
        t for b in bodies for t in (known.spectra.get(n, n) for n in tensors(b)) if t not in known.defined and t != "N"
    ))  # fmt: skip
    if not signals:
        raise SymconvError("expected signals and their transforms")
    alone = {known.spectra.get(t, t) for t in tensors(left)} ^ {known.spectra.get(t, t) for t in tensors(right)}
    unknown = sorted(alone & set(signals)) if not any(known.defined) else []
    if unknown:
        raise SymconvError(
            f"what is {unknown[0]!r}? it stands on one side alone: say it with --forward, as in {unknown[0]}[n] = ..."
        )
    size = "N" if "N" in names else modulus(bodies) or "N"
    bound = {i for b in bodies for i in bound_in(b)} | {i for i, _ in known.defined.values() if i}
    taken = {*signals, *known.spectra, *known.defined, *bound, size, unit, "e", "pi", f"W_{size}"}
    outside = [n for n in dict.fromkeys(n for s in (left, right) for n in loose(s)) if n not in taken]
    inner = {n for b in bodies for n in all_names(b) if n not in taken and n not in outside}
    whole = all(entire(s, known, signals) for s in (left, right))
    lengths = extents(bodies, size, signals)
    sizes = {n for _, e in lengths for n in e.names()}
    indices = [n for n in outside if n not in sizes and plays_index(n, left, right)]
    others = [n for n in outside if n not in indices]
    others += [n for n in sorted(sizes) if n not in others]
    others += [
        n for _, b in known.defined.values() for n in loose(b) if n not in taken and n not in others and n not in indices
    ]
    del inner
    left, right = lifted(left, right, known, signals, indices, whole)
    base = Transformed(
        "", left, right, size, signals, tuple(known.spectra.items()), tuple((y, i, b) for y, (i, b) in known.defined.items()),
        lengths, tuple(indices), tuple(others), (), unit, whole,
    )  # fmt: skip
    return list(conventions(known, base, bodies))


def conventions(known: Spectra, base: Transformed, bodies: list[Node]) -> list[Transformed]:
    """What is open: real or complex entries, periodic or 0 beyond the ends, the operation that a sign is."""
    conj = any(n.kind in ("conj", "abs") for b in bodies for n in b.walk()) or any(
        "correlation" in s for s in known.senses.values()
    )
    reals = [known.real] if known.real is not None else ([True, False] if conj else [False])
    signs = [s for s in signs_of(bodies) if s != "op"]
    choices = [operations(known, s) for s in signs]
    found = []
    for real, periodic, chosen in itertools.product(reals, (True, False), itertools.product(*choices)):
        senses = (*zip(signs, chosen, strict=True), *((("op", known.senses["op"]),) if "op" in known.senses else ()))
        parts = [f"{s} is the {c}" for s, c in zip(signs, chosen, strict=True)]
        parts += ["real signals" if real else "complex signals"] if len(reals) > 1 else []
        parts += ["periodic beyond their ends" if periodic else "0 beyond their ends"]
        found.append(replace(base, label=", ".join(parts), real=bool(real), periodic=periodic, senses=senses))
    return found


def operations(known: Spectra, sign: str) -> tuple[str, ...]:
    """What a sign between signals can be."""
    chosen = known.senses.get(sign, "")
    if chosen in ("convolution", "correlation") and chosen == known.senses.get(sign) and "circular" not in chosen:
        raise SymconvError(
            "a linear operation beside a transform of N entries: the lengths differ; say that it is circular, or pad to N"
        )
    if chosen == "circular correlation":
        return CIRCULAR[1:]
    if chosen:
        return (chosen,)
    known.notes.append(Prose("reading.circular.sign", {"sign": sign}))
    if sign == "star":
        return CIRCULAR
    return CIRCULAR[:1]


def entire(node: Node, known: Spectra, signals: tuple[str, ...]) -> bool:
    """Whether a side is a whole signal or spectrum."""
    if node.kind == "name":
        return node.parts[0] in signals or node.parts[0] in known.spectra or node.parts[0] in known.defined
    if node.kind == "call":
        return str(node.parts[0]).endswith("fourier")
    return node.kind in ("times", "mul", "add", "neg", "conj", "div") and any(
        entire(p, known, signals) for p in node.inner()
    )


def lifted(
    left: Node, right: Node, known: Spectra, signals: tuple[str, ...], indices: list[str], whole: bool
) -> tuple[Node, Node]:
    """F(x[n - m]) beside an entry at k is its entry at k."""
    if whole:
        return left, right
    made = []
    for side, other in ((left, right), (right, left)):
        if not entire(side, known, signals):
            made.append(side)
            continue
        mine = [i for i in indices if i in loose(other) and frequency(other, i)]
        if len(mine) != 1:
            raise SymconvError("one side is an entry, the other a whole signal: write its index, as in F(x)[k]")
        made.append(Node("index", (side, name(mine[0]))))
    return made[0], made[1]
