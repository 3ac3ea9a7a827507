"""``symconv continuous`` and ``symconv derivative``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import guarded
from symconv.cli.options import OUTPUT, asked, emit, options


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("f")
@click.argument("g")
@click.option("--correlate", is_flag=True, help="Cross-correlation: the integral of f(tau) g(t + tau).")
@click.option("--plot", help="Write the figure, f and g and their overlap as t moves: .svg or .png.")
@options(OUTPUT)
def continuous(f: str, g: str, **options: Any) -> int:
    """The convolution of two functions of t, with every step.

    F and G are made of box(a,b), triangle, gaussian(sigma), gaussian(mu,sigma), exp_decay(a), exp_abs(a), ramp, step,
    delta(t0), cauchy(a), t and numbers, by + - * / ^, shift(F, t0) and reverse(F).  A product is one of values.
    """

    def run() -> int:
        out = asked(options)
        from symconv.topics.continuous import story

        made = story.continuous(f, g, options["correlate"])
        if options["plot"] is not None:
            story.save(made, options["plot"])
        return emit(made, out)

    return guarded(run)


@click.command()
@options(OUTPUT)
def derivative(**options: Any) -> int:
    """The theorem (f * g)' = f * g', its discrete twin, and why it is not backpropagation."""

    def run() -> int:
        out = asked(options)
        from symconv.topics.continuous.theorem import derivative_theorem

        return emit(derivative_theorem(), out)

    return guarded(run)
