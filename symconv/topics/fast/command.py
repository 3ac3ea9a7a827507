"""``symconv winograd``, ``symconv toom-cook`` and ``symconv karatsuba``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import guarded
from symconv.cli.options import OUTPUT, asked, emit, options


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("m")
@click.argument("r")
@click.option("--points", help="Like 0,1,-1,1/2,inf; m + r - 1 of them, all different.")
@click.option("--2d", "nested", is_flag=True, help="Nested on two axes: F(M x M, R x R).")
@options(OUTPUT)
def winograd(m: str, r: str, points: str | None, nested: bool, **options: Any) -> int:
    """F(M, R): M outputs of a correlation with R taps in M + R - 1 products.

    M and R are numbers, or one per axis: 2x3.
    """
    return guarded(lambda: _page("winograd", (m, r, points, nested), options))


@click.command("toom-cook", context_settings={"ignore_unknown_options": True})
@click.argument("n")
@click.argument("m")
@click.option("--points", help="Like 0,1,-1,1/2,inf; N + M - 1 of them, all different.")
@options(OUTPUT)
def toom_cook(n: str, m: str, points: str | None, **options: Any) -> int:
    """The full convolution of N entries with M in N + M - 1 products."""
    return guarded(lambda: _page("toom_cook", (n, m, points), options))


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("n")
@options(OUTPUT)
def karatsuba(n: str, **options: Any) -> int:
    """The full convolution of N entries with N, by halves."""
    return guarded(lambda: _page("karatsuba", (n,), options))


def _page(which: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> int:
    """An algorithm by its name."""
    out = asked(options)
    from symconv.topics.fast import story

    makers: dict[str, Any] = {"winograd": story.winograd, "toom_cook": story.toom_cook, "karatsuba": story.karatsuba}
    return emit(makers[which](*arguments), out)
