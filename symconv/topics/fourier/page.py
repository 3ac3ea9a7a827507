"""The DFT theorem on a page: the root of unity, the lines of the theorem, the transforms in symbols, linear against circular."""

from __future__ import annotations

from itertools import product
from math import prod

from symconv.pages.faces import Fields, fields, page
from symconv.pages.headed import ZERO, compact, matrix
from symconv.pages.nodes import Block, Display, Document, Heading, Math, Matrix, Paragraph, Prose, Rows, Spelled, Title
from symconv.pages.spelling import SUBSCRIPTS
from symconv.topics.fourier.facts import Index, Spectrum

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
LARGEST = 12
SHOWN = 8


def power(exponent: int, order: int) -> Spelled:
    """omega^3; 1 for exponent 0."""
    e = exponent % order
    if e == 0:
        return Spelled("1", "1")
    return Spelled("ω" + (str(e).translate(SUPERSCRIPTS) if e > 1 else ""), r"\omega" + (f"^{{{e}}}" if e > 1 else ""))


@page.register(Spectrum)
def document(found: Spectrum) -> Document:
    """The page."""
    op = found.op
    ndim = len(found.sizes)
    blocks: list[Block] = [Title(Prose("fourier.title.convolution" if op.flip else "fourier.title"))]
    blocks.append(Paragraph((Prose("fourier.parameters", parameters(found)),)))
    blocks += [Heading(Prose("heading.setting")), Rows(tuple(setting(found))), Paragraph((Prose("fourier.exact"),))]
    blocks += [Heading(Prose("fourier.theorem")), Paragraph((Prose("fourier.textbook"),)), Display(((TEXTBOOK, None),))]
    blocks += [Paragraph((Prose("fourier.here"),)), Display(tuple(theorem(op.flip, ndim)))]
    blocks.append(Paragraph(tuple(remarks(found))))
    blocks += explicit(found)
    blocks += [
        Heading(Prose("fourier.gradients")),
        Display(gradients(op.flip, ndim)),
        Paragraph((Prose("fourier.adjoint"),)),
    ]
    blocks += linear(found)
    rows = tuple((Prose(f"kind.{c.kind}"), c.detail) for c in found.checks)
    blocks += [Heading(Prose("heading.checks")), Rows(rows), Paragraph((Prose("fourier.checked"),))]
    return Document(tuple(blocks))


def parameters(found: Spectrum) -> dict[str, str]:
    """Sizes and shifts as numbers."""

    def shown(values: Index) -> str:
        return str(values[0]) if len(set(values)) == 1 else "(" + ", ".join(map(str, values)) + ")"

    slots = {"N": found.sizes, "K": found.taps, "lo": found.shifts, "d": found.dilations}
    return {name: shown(values) for name, values in slots.items()}


def setting(found: Spectrum) -> list[tuple[Math, Prose]]:
    """omega, its polynomial, the transform, the operator."""
    ndim, order = len(found.sizes), found.order
    if ndim == 1:
        omega, more = Spelled(f"ω = e^(-2πi/{order})", rf"\omega = e^{{-2\pi i/{order}}}"), []
        transform = Spelled("X[k] = Σ_n ω^(k n) x[n]", r"X_{k} = \sum_{n=0}^{N-1} \omega^{k n}\, x_{n}")
    else:
        omega, *more = (
            Spelled(f"ω{str(a + 1).translate(SUBSCRIPTS)} = e^(-2πi/{n})", rf"\omega_{{{a + 1}}} = e^{{-2\pi i/{n}}}")
            for a, n in enumerate(found.sizes)
        )
        transform = Spelled("X[k] = Σ_n ω^(k·n) x[n]", r"X_{k} = \sum_{n} \omega^{k\cdot n}\, x_{n}")
    y = Spelled("y[i]", "y_{i}")
    key = "fourier.y.flip" if found.op.flip else "fourier.y"
    slots = {"order": str(order), "phi": Math((polynomial(found),))}
    axes = "" if ndim == 1 else ".axes"
    return [
        (Math((omega,)), Prose(f"fourier.omega{axes}", slots)),
        *((Math((root,)), Prose("fourier.root", {"axis": str(a)})) for a, root in enumerate(more, start=2)),
        (Math((transform,)), Prose(f"fourier.transform{axes}")),
        (Math((y,)), Prose(key, {"formula": Math((definition(found.op.flip),))})),
    ]


def polynomial(found: Spectrum) -> Spelled:
    """Phi_6(t) = t^2 - t + 1."""
    text, latex = "", ""
    for k in range(len(found.minimal) - 1, -1, -1):
        c = found.minimal[k]
        if not c:
            continue
        sign = ("-" if c < 0 else "") if not text else " - " if c < 0 else " + "
        size = str(abs(c)) if abs(c) != 1 or k == 0 else ""
        text += sign + size + ("" if k == 0 else "t" + (str(k).translate(SUPERSCRIPTS) if k > 1 else ""))
        latex += sign + size + ("" if k == 0 else "t" + (f"^{{{k}}}" if k > 1 else ""))
    name = str(found.order)
    return Spelled(f"Φ{name.translate(SUBSCRIPTS)}(t) = {text}", rf"\Phi_{{{name}}}(t) = {latex}")


def definition(flip: bool) -> Spelled:
    """y with its index modulo N."""
    through = "d(K-1-p)" if flip else "d p"
    latex = "d(K-1-p)" if flip else r"d\,p"
    return Spelled(f"Σ_p w[p] x[(i + {through} - lo) mod N]", rf"\sum_{{p}} w_{{p}}\, x_{{(i + {latex} - lo) \bmod N}}")


DIAGONAL = Spelled("F C F⁻¹", "F C F^{-1}")
TEXTBOOK = Spelled("F(x * w) = F x · F w", r"F(x * w) = F x \cdot F w")


def theorem(flip: bool, ndim: int) -> list[tuple[Spelled, Prose]]:
    """The lines from the definition to the product."""
    dot, k = ("·", r"\cdot ") if ndim > 1 else (" ", r"\,")
    read, tex = ("d(K-1-p)", "d(K-1-p)") if flip else ("d p", r"d\,p")
    last = (
        (f"ω^(-k{dot}(e - lo)) X[k] W[k]", rf"\omega^{{-k{k}(e - lo)}}\, X_{{k}}\, W_{{k}}")
        if flip
        else (f"ω^(k{dot}lo) X[k] conj(W[k])", rf"\omega^{{k{k}lo}}\, X_{{k}}\, \overline{{W_{{k}}}}")
    )
    lines = [
        (f"Y[k] = Σ_i ω^(k{dot}i) y[i]", rf"Y_{{k}} = \sum_{{i}} \omega^{{k{k}i}}\, y_{{i}}", "fourier.line.definition"),
        (
            f"= Σ_i Σ_p ω^(k{dot}i) w[p] x[(i + {read} - lo) mod N]",
            rf" = \sum_{{i}}\sum_{{p}} \omega^{{k{k}i}}\, w_{{p}}\, x_{{(i + {tex} - lo) \bmod N}}",
            "fourier.line.y",
        ),
        (
            f"= Σ_p w[p] ω^(-k{dot}({read} - lo)) Σ_j ω^(k{dot}j) x[j]",
            rf" = \sum_{{p}} w_{{p}}\, \omega^{{-k{k}({tex} - lo)}} \sum_{{j}} \omega^{{k{k}j}}\, x_{{j}}",
            "fourier.line.shift",
        ),
        (f"= {last[0]}", f" = {last[1]}", "fourier.line.last.flip" if flip else "fourier.line.last"),
    ]
    shown = []
    for n, (text, latex, key) in enumerate(lines):
        shown.append((Spelled(("  " if n else "") + text, latex), Prose(key)))
    return shown


def remarks(found: Spectrum) -> list[Prose]:
    """The phase, and a kernel that is longer than the input."""
    factor = Spelled("ω^(k lo) = e^(-2πi k lo/N)", r"\omega^{k\,lo} = e^{-2\pi i\,k\,lo/N}")
    said = [Prose("fourier.phase.flip") if found.op.flip else Prose("fourier.phase", {"factor": Math((factor,))})]
    if any(d * (k - 1) >= n for d, k, n in zip(found.dilations, found.taps, found.sizes, strict=True)):
        said.append(Prose("fourier.periodic"))
    return said


def gradients(flip: bool, ndim: int) -> tuple[tuple[Spelled, None], ...]:
    """The transforms of dL/dx, and dL/dw."""
    dot, k = ("·", r"\cdot ") if ndim > 1 else (" ", r"\,")
    if flip:
        dx = Spelled(
            f"F(dL/dx)[k] = ω^(k{dot}(e - lo)) conj(W[k]) G[k]",
            rf"F\left(\frac{{\partial L}}{{\partial x}}\right)_{{k}} = \omega^{{k{k}(e - lo)}}\, \overline{{W_{{k}}}}\, G_{{k}}",
        )
    else:
        dx = Spelled(
            f"F(dL/dx)[k] = ω^(-k{dot}lo) W[k] G[k]",
            rf"F\left(\frac{{\partial L}}{{\partial x}}\right)_{{k}} = \omega^{{-k{k}lo}}\, W_{{k}}\, G_{{k}}",
        )
    read, tex = ("d(K-1-p)", "d(K-1-p)") if flip else ("d p", r"d\,p")
    many = ("1/N", r"\frac{1}{N}") if ndim == 1 else ("1/|N|", r"\frac{1}{|N|}")
    dw = Spelled(
        f"dL/dw[p] = {many[0]} Σ_k ω^(-k{dot}({read} - lo)) conj(G[k]) X[k]",
        rf"\frac{{\partial L}}{{\partial w_{{p}}}} = {many[1]} \sum_{{k}} \omega^{{-k{k}({tex} - lo)}}\,"
        r" \overline{G_{k}}\, X_{k}",
    )
    return ((dx, None), (dw, None))


def explicit(found: Spectrum) -> list[Block]:
    """The transforms in symbols, the circulant matrix, and the matrix F."""
    blocks: list[Block] = [Heading(Prose("heading.explicit"))]
    frequencies = list(product(*(range(n) for n in found.sizes)))
    chosen = frequencies[:SHOWN] if len(found.sizes) == 1 else frequencies[: SHOWN // 2]
    if prod(found.sizes) <= 24:
        for name, capital, sizes, steps in (("x", "X", found.sizes, None), ("w", "W", found.taps, found.dilations)):
            lines = [(transformed(found, capital, name, k, sizes, steps), None) for k in chosen]
            blocks.append(Display(tuple(lines)))
        if len(chosen) < len(frequencies):
            blocks.append(Paragraph((Prose("explicit.more", {"n": str(len(frequencies) - len(chosen))}),)))
    if len(found.sizes) == 1 and found.sizes[0] <= LARGEST:
        blocks += [roots(found), circulant(found), Paragraph((Prose("fourier.diagonal", {"product": Math((DIAGONAL,))}),))]
    return blocks


def transformed(found: Spectrum, capital: str, name: str, k: Index, sizes: Index, steps: Index | None) -> Spelled:
    """X[1] = x0 + omega x1 + ..."""
    terms = []
    for at in product(*(range(n) for n in sizes)):
        place = at if steps is None else tuple(d * p for d, p in zip(steps, at, strict=True))
        e = sum(f * p * (found.order // n) for f, p, n in zip(k, place, found.sizes, strict=True)) % found.order
        entry, root = compact(name, at), power(e, found.order)
        plain = e == 0
        terms.append(
            (
                entry.text if plain else f"{root.text} {entry.text}",
                entry.latex if plain else rf"{root.latex}\,{entry.latex}",
            )
        )
    head = ",".join(map(str, k))
    text = " + ".join(t for t, _ in terms)
    rows = [terms[n : n + 10] for n in range(0, len(terms), 10)]  # a long sum goes on below
    latex = (r" \\" + "\n" + r" &\quad + ").join(" + ".join(t for _, t in row) for row in rows)
    return Spelled(f"{capital}[{head}] = {text}", f"{capital}_{{{head}}} = {latex}")


def roots(found: Spectrum) -> Matrix:
    """F as powers of omega."""
    (n,) = found.sizes
    heads = [compact("x", (j,)) for j in range(n)]
    rows = [
        (Spelled(f"X[{k}]", f"X_{{{k}}}"), [power(k * j, n) for j in range(n)])
        for k in range(n)
    ]  # fmt: skip
    return matrix(Prose("fourier.F"), Spelled("F", "F"), heads, rows)


def circulant(found: Spectrum) -> Matrix:
    """The matrix of the operator: every diagonal, wrapped round, holds one tap (or the sum of those that meet)."""
    (n,), (taps,), (lo,), (d,) = found.sizes, found.taps, found.shifts, found.dilations
    rows = []
    for i in range(n):
        cells: list[list[Spelled]] = [[] for _ in range(n)]
        for p in range(taps):
            through = taps - 1 - p if found.op.flip else p
            cells[(i + d * through - lo) % n].append(compact("w", (p,)))
        spelled = [
            Spelled("+".join(c.text for c in cell), "+".join(c.latex for c in cell)) if cell else ZERO for cell in cells
        ]
        rows.append((compact("y", (i,)), spelled))
    return matrix(Prose("fourier.C"), Spelled("C", "C"), [compact("x", (j,)) for j in range(n)], rows)


def linear(found: Spectrum) -> list[Block]:
    """Linear against circular, and how much to pad."""
    reach, ndim = found.reaches, len(found.sizes)
    wanted = tuple(n + e for n, e in zip(found.sizes, reach, strict=True))
    mixed = sum(1 for _, places in found.linear if len(places) != 1)

    def shown(values: Index) -> str:
        return " x ".join(map(str, values))

    read = "m - d p" if found.op.flip else "m - e + d p"
    tex = r"m - d\,p" if found.op.flip else r"m - e + d\,p"
    z = Spelled(f"z[m] = Σ_p w[p] x[{read}]", rf"z_{{m}} = \sum_{{p}} w_{{p}}\, x_{{{tex}}}")
    blocks: list[Block] = [Heading(Prose("fourier.linear")), Display(((z, Prose("fourier.z")),))]
    if prod(found.sizes) <= LARGEST and ndim == 1:
        lines = []
        for i, places in found.linear:
            left = compact("y", i)
            parts = [compact("z", m) for m in places]
            text, latex = (" + ".join(getattr(p, key) for p in parts) or "0" for key in ("text", "latex"))
            lines.append((Spelled(f"{left.text} = {text}", f"{left.latex} = {latex}"), None))
        blocks.append(Display(tuple(lines)))
    slots = {"mixed": str(mixed), "all": str(prod(found.sizes)), "length": shown(wanted), "reach": shown(reach)}
    blocks.append(
        Paragraph((Prose("fourier.wraps", slots), Prose("fourier.pad", slots)) if any(reach) else (Prose("fourier.none"),))
    )
    return blocks


@fields.register(Spectrum)
def spectrum_fields(found: Spectrum) -> Fields:
    """For other programs."""
    return {
        "operator": found.op.name,
        "input": found.sizes,
        "kernel": found.taps,
        "lo": found.shifts,
        "dilation": found.dilations,
        "order": found.order,
        "minimal_polynomial": found.minimal,
        "theorem": theorem(found.op.flip, len(found.sizes))[-1][0].text.strip().removeprefix("= "),
        "linear": {",".join(map(str, i)): places for i, places in found.linear},
        "pad_to": [n + e for n, e in zip(found.sizes, found.reaches, strict=True)],
        "checks": found.checks,
    }
