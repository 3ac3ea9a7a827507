"""``symconv continuous``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import chosen, deliver, guarded


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("f")
@click.argument("g")
@click.option("--correlate", is_flag=True, help="Cross-correlation: the integral of f(tau) g(t + tau).")
@click.option("--to", help="text (the default), latex, markdown, html, pdf or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("--plot", help="Write the figure, f and g and their overlap as t moves: .svg or .png.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def continuous(f: str, g: str, **options: Any) -> int:
    """The convolution of two functions of t, with every step.

    F and G are made of box(a,b), triangle, gaussian(sigma), gaussian(mu,sigma), exp_decay(a), exp_abs(a), ramp, step,
    delta(t0), cauchy(a), t and numbers, by + - * / ^, shift(F, t0) and reverse(F).  A product is one of values.
    """
    return guarded(lambda: _continuous(f, g, options))


def _continuous(f: str, g: str, options: dict[str, Any]) -> int:
    from symconv import api
    from symconv.topics.continuous import story as continuum

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    made = continuum.continuous(f, g, options["correlate"])
    page = continuum.continuous_page(made, to, **({"standalone": options["standalone"]} if to == "latex" else {}))
    if options["plot"] is not None:
        api.write(continuum.plot(made, options["plot"]), options["plot"])
    deliver(page, options["output"])
    return 0


@click.command()
@click.option("--to", help="text (the default), latex, markdown, html, pdf or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def derivative(**options: Any) -> int:
    """The theorem (f * g)' = f * g', its discrete twin, and why it is not backpropagation."""
    return guarded(lambda: _derivative(options))


def _derivative(options: dict[str, Any]) -> int:
    from symconv import api
    from symconv.topics.continuous import theorem

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    made = theorem.derivative_theorem()
    extra = {"standalone": options["standalone"]} if to == "latex" else {}
    deliver(theorem.derivative_page(made, to, **extra), options["output"])
    return 0
