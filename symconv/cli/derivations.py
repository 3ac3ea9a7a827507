"""``symconv derive``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import aside, guarded
from symconv.cli.options import CHANNELS, LAYERS, NAMED, OUTPUT, OfLayers, asked, emit, options


@click.command(cls=OfLayers)
@click.argument("operator")
@click.option("--wrt", default="x", show_default=True, help="x, w, b or all; in a net x, conv1.w, ... or all.")
@options(LAYERS)
@click.option("--layers", help='The layers of a net: "conv2d(2,3,kernel=3) relu linear(5)".')
@click.option("--channels", is_flag=True, help="Carry batch, channels and groups through every step.")
@click.option("--input", help="Sizes of an explicit case: 5x7, CxSPATIAL or NxCxSPATIAL.")
@click.option("--kernel", help="Kernel sizes of the explicit case, like 3x2, or 3 on every axis.")
@options(CHANNELS, NAMED)
@click.option("--loss", help="A loss in the entries of y for the explicit case: y0^2/2 + y1*y2.")
@click.option("--limit", type=click.IntRange(min=1), help="Most products in an explicit case.")
@options(OUTPUT)
@click.option("--no-proof", is_flag=True, help="Check the lines, but do not prove them for all sizes.")
@click.option("--no-check", is_flag=True, help="Skip the checks; every line then says that it was not checked.")
def derive(operator: str, **options: Any) -> int:
    """Derive dL/dx, dL/dw or dL/db of OPERATOR.

    With --input and --kernel an explicit case follows, entry by entry.
    """
    return guarded(lambda: _derive(operator, options))


def _nothing_of_one_layer(options: dict[str, Any]) -> None:
    """A net's parameters stand in its layers: an option that would change nothing is refused."""
    from symconv.layers.given import PARAMETERS

    case = ("kernel", "batch", "in_channels", "out_channels", "at_", "loss", "limit")
    for name in dict.fromkeys((*(p.option for p in PARAMETERS.values() if p.help), *case)):
        if options[name] not in (None, False):
            flag = "--" + name.rstrip("_").replace("_", "-")
            raise click.UsageError(
                f'{flag}: expected none for net, whose layers say it themselves, as in --layers "conv2d(2,3,kernel=3,stride=2) '
                'relu sum"; leave it out'
            )


def _subject(operator: str, options: dict[str, Any]) -> tuple[Any, Any]:
    """The operator with its explicit case if there is one; or the net with its input."""
    from symconv.api import story
    from symconv.layers.typed import from_text

    if operator == "net" and options["layers"] is not None:
        from symconv.api import networks

        _nothing_of_one_layer(options)
        shape = networks.read_input(options["input"]) if options["input"] is not None else None
        return networks.network(options["layers"], shape), None
    if operator == "net" or options["layers"] is not None:
        raise click.UsageError('expected: symconv derive net --layers "conv2d(2,3,kernel=3) relu linear(5)"')
    op = from_text(operator, options)
    return op, story.case_from_text(op, options)


def _derive(operator: str, options: dict[str, Any]) -> int:
    """The derivation with regard to one tensor, or to all of them."""
    out = asked(options)
    from symconv.api import story
    from symconv.pages.timing import spent

    op, wanted = _subject(operator, options)
    if wanted is not None:
        story.within(wanted, options["limit"])
    found = []
    for wrt in story.roles(op, options["wrt"]):
        derivation = story.derive(op, wrt, options["channels"], not options["no_check"], not options["no_proof"])
        found.append(
            story.with_case(derivation, wanted, options["limit"], options["loss"]) if wanted is not None else derivation
        )
    emit(found if options["wrt"] == "all" and operator != "net" else found[0], out)
    aside(spent(c.verdict for d in found for c in d.checks))
    return story.status(found)
