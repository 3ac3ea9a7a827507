"""``symconv winograd``, ``symconv toom-cook`` and ``symconv karatsuba``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from symconv.cli.common import chosen, deliver, guarded


def targets(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every page."""
    for option in (
        click.option("-o", "--output", help="Write to a file (whole, or not at all)."),
        click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex."),
        click.option("--json", "as_json", is_flag=True, help="The same as --to json."),
        click.option("--to", help="text (the default), latex, markdown, html, pdf or json."),
    ):
        command = option(command)
    return command


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("m")
@click.argument("r")
@click.option("--points", help="Like 0,1,-1,1/2,inf; m + r - 1 of them, all different.")
@click.option("--2d", "nested", is_flag=True, help="Nested on two axes: F(M x M, R x R).")
@targets
def winograd(m: str, r: str, points: str | None, nested: bool, **options: Any) -> int:
    """F(M, R): M outputs of a correlation with R taps in M + R - 1 products.

    M and R are numbers, or one per axis: 2x3.
    """
    return guarded(lambda: _page("winograd", (m, r, points, nested), options))


@click.command("toom-cook", context_settings={"ignore_unknown_options": True})
@click.argument("n")
@click.argument("m")
@click.option("--points", help="Like 0,1,-1,1/2,inf; N + M - 1 of them, all different.")
@targets
def toom_cook(n: str, m: str, points: str | None, **options: Any) -> int:
    """The full convolution of N entries with M in N + M - 1 products."""
    return guarded(lambda: _page("toom_cook", (n, m, points), options))


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("n")
@targets
def karatsuba(n: str, **options: Any) -> int:
    """The full convolution of N entries with N, by halves."""
    return guarded(lambda: _page("karatsuba", (n,), options))


def _page(which: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> int:
    from symconv import api
    from symconv.topics.fast import story as algorithms

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    makers = {"winograd": algorithms.winograd, "toom_cook": algorithms.toom_cook, "karatsuba": algorithms.karatsuba}
    fast = makers[which](*arguments)  # type: ignore[operator]
    extra = {"standalone": options["standalone"]} if to == "latex" else {}
    deliver(algorithms.algorithm_page(fast, to, **extra), options["output"])
    return 0
