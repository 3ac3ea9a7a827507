"""``symconv verify``."""

from __future__ import annotations

import sys
from typing import Any

import click

from symconv.cli.common import aside, deliver, guarded, visible
from symconv.cli.options import chosen


@click.command()
@click.argument("formula", metavar="FORMULA_OR_FILE")
@click.option("--about", help="The topic: output-size, padding, receptive-field, parameters, gradient, identity, ...")
@click.option("--where", help='What names mean: "o=output, i=input, p=(k-1)/2".')
@click.option("--given", multiple=True, help="A condition that the text states: --given 'k odd' (repeatable).")
@click.option("--operator", help="The operator that it is about; a parameter it forgets is then free.")
@click.option("--forward", help="The forward formula or operator of a gradient.")
@click.option("--convention", multiple=True, help="name=choice: dilation=0, padding=total, ... (repeatable).")
@click.option("--to", help="text (the default), markdown, latex, html, pdf, json or junit.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="Claims judged in parallel, by so many processes.")
def verify(formula: str, **options: Any) -> int:
    r"""Verify a formula as published: proved, refuted, or true only under a condition.

    FORMULA_OR_FILE is a formula (LaTeX, plain text or code), or a file of them: claims in TOML, a LaTeX document, a Markdown
    page, a Python file's docstrings. Options given with a file fill in what its claims leave open.

    \b
      symconv verify 'o = \lfloor (i + 2p - k)/s \rfloor + 1'
      symconv verify 'O_W = H - K_W + 1' --about output-size
      symconv verify 'O_W = H - K_W + 1' --to html -o claim.html
      symconv verify chapter.tex --to junit -o report.xml

    Exit status: 0 all proved or checked; 1 something was refuted, holds only under a condition, or was not decided; 2 bad
    input.
    """
    return guarded(lambda: _verify(formula, options))


def _verify(text: str, options: dict[str, Any]) -> int:
    from symconv.api import verify as api
    from symconv.pages.timing import spent

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    extra = _extra(to, options)
    meaning = {
        "about": options["about"],
        "where": options["where"],
        "given": list(options["given"]) or None,
        "operator": options["operator"],
        "forward": options["forward"],
        "conventions": list(options["convention"]) or None,
    }
    defaults = api.published("", **meaning)
    if api.is_file(text):
        return _file(text, defaults, to, extra, options)
    judgement = _single(api, text, meaning)
    deliver(api.page(judgement, to, **extra), options["output"])
    aside(spent([judgement.verdict]))
    return 0 if judgement.verdict.holds else 1


def _extra(to: str, options: dict[str, Any]) -> dict[str, Any]:
    """Colours on a terminal, a whole document where it is asked for."""
    if to == "latex":
        return {"standalone": options["standalone"]}
    if to == "text" and options["output"] is None and sys.stdout is not None and sys.stdout.isatty():
        return {"colour": True}
    return {}


def terminal() -> bool:
    """Whether errors are read on a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def _single(api: Any, text: str, meaning: dict[str, Any]) -> Any:
    """The verdict on one formula; one that cannot be read ends with one line, on a terminal with the place below it."""
    from symconv.errors import SymconvError

    try:
        return api.judge(api.published(text, **meaning))
    except SymconvError as error:
        place = api.pointed(error)
        if not place or not terminal():
            raise
        click.echo(visible(f"symconv: {' '.join(str(error).split())}\n{place}"), err=True)
        raise click.exceptions.Exit(error.exit_status) from None


def _file(path: str, defaults: Any, to: str, extra: dict[str, Any], options: dict[str, Any]) -> int:
    """The report on a file, with a progress bar where one can be seen."""
    from symconv.api import verify as api
    from symconv.pages.timing import spent

    found = api.claims(path, defaults)
    told = bool(options["about"] or options["operator"] or options["forward"])
    if len(found.claims) > 20 and sys.stderr is not None and sys.stderr.isatty():
        with click.progressbar(length=len(found.claims), label="verifying", file=sys.stderr) as bar:
            report = api.report(path, found, options["jobs"], bar.update, told)
    else:
        report = api.report(path, found, options["jobs"], None, told)
    deliver(api.page(report, to, **extra), options["output"])
    aside(spent(j.verdict for j in report.judgements))
    return api.status(report)
