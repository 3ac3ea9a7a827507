"""Steps of a continuous convolution that are no cases: completing the square, and the rules for pairs of terms."""

from __future__ import annotations

from typing import Any

from symconv.pages.nodes import Block, Equation, Heading, Lines, Paragraph, Prose, Spelled
from symconv.pages.spelled import both
from symconv.topics.continuous.facts import Bell, Convolution
from symconv.topics.continuous.spelled import TAU, T, bracketed, doubled, exact, moved, plus, scaled

NORMAL = Spelled(
    "∫ exp(-(τ - m)^2/(2 s^2)) dτ", r"\int_{-\infty}^{\infty} \exp\!\left(-\frac{(\tau - m)^{2}}{2 s^{2}}\right) d\tau"
)


# completing the square
def square(made: Convolution) -> list[Block]:
    """Two normal densities: the exponent is a square in tau and a rest."""
    f, g = (terms_[0] for terms_ in made.operands)
    assert isinstance(f, Bell)
    assert isinstance(g, Bell)
    by = {c.kind: c.verdict for c in made.checks}
    mean = -f.mean if made.correlate else f.mean
    v, w = exact(f.variance), exact(g.variance)
    two_v, two_w = below(f.variance), below(g.variance)
    z, y = shifted_square(TAU, mean), shifted_square(both_tau(), g.mean)
    total = exact(f.variance + g.variance)
    m, s = both("m"), Spelled("s^2", "s^{2}")
    rest = shifted_square(T, mean + g.mean)
    exponent = Spelled(
        f"{z.text}/{two_v.text} + {y.text}/{two_w.text}",
        rf"\frac{{{z.latex}}}{{{two_v.latex}}} + \frac{{{y.latex}}}{{{two_w.latex}}}",
    )
    done = Spelled(
        f"(τ - m)^2/(2 s^2) + {rest.text}/(2 ({total.text}))",
        rf"\frac{{(\tau - m)^{{2}}}}{{2 s^{{2}}}} + \frac{{{rest.latex}}}{{2\left({total.latex}\right)}}",
    )
    top = numerator(mean, f.variance, g.mean, g.variance)
    pair = Spelled(f"{v.text} {w.text}", rf"{grouped(v).latex}\,{grouped(w).latex}")
    lines = [
        Equation(exponent, Spelled(f"= {done.text}", f"= {done.latex}"), Prose("cont.rule.square"), by.get("square")),
        Equation(m, Spelled(f"= {top.text}/({total.text})", rf"= \frac{{{top.latex}}}{{{total.latex}}}")),
        Equation(s, Spelled(f"= ({pair.text})/({total.text})", rf"= \frac{{{pair.latex}}}{{{total.latex}}}")),
        Equation(NORMAL, Spelled("= sqrt(2 π s^2)", r"= \sqrt{2\pi s^{2}}"), Prose("cont.rule.normal"), by.get("normal")),
    ]
    said = [Prose("cont.square"), *([Prose("cont.square.mirrored")] if made.correlate else [])]
    return [
        Heading(Prose("cont.heading.square")),
        Paragraph(tuple(said)),
        Lines.argument(tuple(lines)),
        Paragraph((Prose("cont.square.rest"),)),
    ]


def below(variance: Any) -> Spelled:
    """2 v, as it stands under a line."""
    shown = doubled(variance)
    return Spelled(f"({shown.text})" if " " in shown.text else shown.text, shown.latex)


def both_tau() -> Spelled:
    """t - tau."""
    return Spelled("t - τ", r"t - \tau")


def grouped(s: Spelled) -> Spelled:
    """A sum held together."""
    return bracketed(s, " + " in s.text or " - " in s.text)


def shifted_square(x: Spelled, by: Any) -> Spelled:
    """(x - by)^2."""
    shown = grouped(moved(x, by))
    return Spelled(f"{shown.text}^2", f"{shown.latex}^{{2}}")


def numerator(mean: Any, v: Any, other: Any, w: Any) -> Spelled:
    """mean w + (t - other) v."""
    inner = plus([(False, T), *([scaled(-other, None)] if other != 0 else [])])
    second = scaled(v, grouped(inner))
    parts = [second] if mean == 0 else [scaled(mean * w, None), second]
    return Spelled(grouped(plus(parts)).text if len(parts) > 1 else plus(parts).text, plus(parts).latex)


# rules
def rules(made: Convolution) -> list[Block]:
    """The rules that make a result without cases."""
    by = {c.kind: c.verdict for c in made.checks}
    lines = [Equation(left, right, Prose(f"cont.rule.{rule}"), by.get(f"rule-{kind}")) for kind, left, right, rule in RULES
             if f"rule-{kind}" in by]  # fmt: skip
    if not lines:
        return []
    said = [
        Prose("cont.rules"),
        *([Prose("cont.rules.density")] if any("N" in r.left.text for r in lines if isinstance(r.left, Spelled)) else []),
    ]
    return [Heading(Prose("cont.heading.rules")), Paragraph(tuple(said)), Lines.argument(tuple(lines))]


POWER = Spelled("(t - a)₊^m/m!", r"\frac{(t - a)_{+}^{m}}{m!}")
RULES = (
    (
        "powers",
        Spelled(f"{POWER.text} * (t - b)₊^n/n!", rf"{POWER.latex} * \frac{{(t - b)_{{+}}^{{n}}}}{{n!}}"),
        Spelled("= (t - a - b)₊^(m + n + 1)/(m + n + 1)!", r"= \frac{(t - a - b)_{+}^{m + n + 1}}{(m + n + 1)!}"),
        "powers",
    ),
    (
        "fractions",
        Spelled("u(t) e^(-p t) * u(t) e^(-q t)", r"u(t)\,e^{-p\,t} * u(t)\,e^{-q\,t}"),
        Spelled("= u(t) (e^(-p t) - e^(-q t))/(q - p)", r"= u(t)\,\frac{e^{-p\,t} - e^{-q\,t}}{q - p}"),
        "fractions",
    ),
    ("impulse", Spelled("δ(t - a) * g", r"\delta(t - a) * g"), both("= g(t - a)"), "impulse"),
    ("slope", Spelled("δ'(t - a) * g", r"\delta'(t - a) * g"), both("= g'(t - a)"), "slope"),
    ("smooth", Spelled(f"{POWER.text} * N", rf"{POWER.latex} * N"), Spelled("= I_m(t - a)", "= I_{m}(t - a)"), "smooth"),
    (
        "smooth",
        Spelled("m I_m(x)", r"m\,I_{m}(x)"),
        Spelled("= x I_(m - 1)(x) + v I_(m - 2)(x)", r"= x\,I_{m-1}(x) + v\,I_{m-2}(x)"),
        "recursion",
    ),
    (
        "smooth",
        Spelled("I_0(x)", "I_{0}(x)"),
        Spelled("= Φ(x/σ),  I_(-1) = N", r"= \Phi(x/\sigma),\quad I_{-1} = N"),
        "start",
    ),
    (
        "fading",
        Spelled(f"{POWER.text} e^(-r (t - a)) * N", rf"{POWER.latex}\,e^{{-r(t - a)}} * N"),
        Spelled("= e^(-r x + r^2 v/2) I_m(x - r v), x = t - a", r"= e^{-r x + r^{2} v/2}\,I_{m}(x - r v),\quad x = t - a"),
        "fading",
    ),
    (
        "bells",
        Spelled("N(μ, v) * N(ν, w)", r"N(\mu, v) * N(\nu, w)"),
        Spelled("= N(μ + ν, v + w)", r"= N(\mu + \nu, v + w)"),
        "bells",
    ),
    (
        "cauchy",
        Spelled("a/(π (t^2 + a^2)) * b/(π (t^2 + b^2))", r"\frac{a}{\pi(t^{2} + a^{2})} * \frac{b}{\pi(t^{2} + b^{2})}"),
        Spelled("= (a + b)/(π (t^2 + (a + b)^2))", r"= \frac{a + b}{\pi(t^{2} + (a + b)^{2})}"),
        "cauchy",
    ),
)
