"""The options that commands share, in groups: each command takes the groups that concern it, in its own order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from symconv.cli.common import deliver

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Any], Any]
Group = tuple[Option, ...]

WINDOWS: Group = (
    click.option("--stride", help="2, 2x1, or names: s, s1,s2."),
    click.option("--padding", help="1, 1x0, sides 1:0x2:1, a name P, or same."),
    click.option("--dilation", help="Like --stride."),
    click.option("--groups", help="Groups of channels (layers)."),
    click.option("--mode", help="valid, same or full (correlate, convolve)."),
    click.option("--padding-mode", help="zeros, circular, reflect, symmetric or replicate."),
    click.option("--flip-kernel", is_flag=True, help="Make the layer a true convolution."),
    click.option("--no-bias", is_flag=True, help="Leave the bias out (layers)."),
)
TRANSPOSED: Group = (click.option("--output-padding", help="Like --stride (conv_transpose)."),)
POOLING: Group = (
    click.option("--ceil-mode", is_flag=True, help="Round the output size up (pooling)."),
    click.option("--exclude-pad", is_flag=True, help="Average over what meets the input alone (avg_pool)."),
    click.option("--ties", help="first (the default), split or all (max_pool)."),
)
FUNCTIONS: Group = (
    click.option("--slope", help="The slope for negative inputs (leaky_relu): 0.1, 1/10 or a name."),
    click.option("--reduction", help="mean (the default) or sum (mse, cross_entropy)."),
)
CHANNELS: Group = (
    click.option("--batch", help="Images."),
    click.option("--in-channels", help="Channels of the input, in all."),
    click.option("--out-channels", help="Filters, in all."),
)
NAMED: Group = (click.option("--at", "at_", help="Numbers for named parameters: s=2,P=1."),)


def options(*groups: Group) -> Callable[[Command], Command]:
    """The groups as one decorator, in the order in which the help lists them."""

    def taking(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return taking


def output(pictures: Sequence[str] = (), which: str = "", pages: Sequence[str] = ()) -> Group:
    """Where a page goes, and in which target; ``pictures`` of ``which`` beside the pages (all of them if not said)."""
    known = pages or ("latex", "markdown", "html", "typst", "pdf", "json")
    listed = ["text (the default)", *known]
    words = (
        f"{', '.join(listed)}; {which}: {', '.join(pictures)}."
        if pictures
        else f"{', '.join(listed[:-1])} or {listed[-1]}."
    )
    whole = "latex or tikz" if pictures else "latex"
    return (
        click.option("--to", help=words),
        click.option("--json", "as_json", is_flag=True, help="The same as --to json."),
        click.option("--standalone", is_flag=True, help=f"With --to {whole}: a whole document for pdflatex."),
        click.option("-o", "--output", help="Write to a file (whole, or not at all)."),
    )


OUTPUT = output()


class Asked(NamedTuple):
    """Where a page goes: its target, whether as a whole document, the file or standard output."""

    to: str
    standalone: bool
    path: str | None


def asked(options: dict[str, Any], pictures: Sequence[str] = (), pages: Sequence[str] = ()) -> Asked:
    """What the output options ask for, before any work is done.

    Raises SymconvError for an unknown target, UsageError for options that contradict each other.
    """
    from symconv.pages.write import TARGETS, target

    to = target(chosen(options["to"], options["as_json"]), (*(pages or TARGETS), *pictures))
    whole = ("latex", "tikz") if "tikz" in pictures else ("latex",)
    standalone = bool(options.get("standalone"))
    if standalone and to not in whole:
        raise click.UsageError(f"--standalone: expected --to {' or '.join(whole)} beside it, got --to {to}")
    return Asked(to, standalone, options.get("output"))


def chosen(to: str | None, as_json: bool) -> str:
    """The target: --json is --to json, and contradicts any other."""
    if as_json and to not in (None, "json"):
        raise click.UsageError(f"--json: expected no other target beside it, got --to {to}")
    return "json" if as_json else to or "text"


def emit(found: Any, out: Asked, **more: Any) -> int:
    """Write the page of a fact, or of several, where it is asked for; the exit status, 0 if every verdict holds, else 1."""
    from symconv.pages.faces import verdicts
    from symconv.pages.write import write

    deliver(write(found, out.to, out.standalone, colour=coloured(out), **more), out.path)
    facts = found if isinstance(found, list) else [found]
    return 0 if all(verdict.holds for fact in facts for verdict in verdicts(fact)) else 1


def coloured(out: Asked) -> bool:
    """Whether a text is read on a terminal."""
    return out.to == "text" and out.path is None and sys.stdout is not None and sys.stdout.isatty()
