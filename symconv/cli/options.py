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


class OfLayers(click.Command):
    """A command that takes the parameters of layers: their options are made, with the catalogue's words, when it is called."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The options, those of layers where they were left open."""
        self.params = [one for held in self.params for one in (held.made() if isinstance(held, Later) else [held])]
        return super().get_params(ctx)


class Later(click.Option):
    """The place of the options of layers among those of a command; ``only`` some, or all."""

    def __init__(self, *args: Any, only: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = only

    def made(self) -> list[click.Option]:
        """The options of the parameters that have a flag of their own."""
        from symconv.layers.given import PARAMETERS

        return [
            click.Option([p.flag, p.option], help=p.help, is_flag=p.switch is not None or None)
            for p in PARAMETERS.values()
            if p.help and p.name != "kernel" and (not self.only or p.name in self.only)
        ]


LAYERS: Group = (click.option("--parameters-of-layers", cls=Later),)
WINDOWS: Group = (
    click.option(
        "--parameters-of-layers",
        cls=Later,
        only=(
            "stride",
            "padding",
            "dilation",
            "output_padding",
            "groups",
            "multiplier",
            "mode",
            "padding_mode",
            "flip_kernel",
            "bias",
        ),
    ),
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
