"""``symconv verify``."""

from __future__ import annotations

import sys
from typing import Any

import click

from symconv.cli.common import aside, guarded, visible
from symconv.cli.options import Asked, asked, emit, options, output


@click.command()
@click.argument("formula", metavar="FORMULA_OR_FILE")
@click.option("--about", help="The topic: output-size, padding, receptive-field, parameters, gradient, identity, ...")
@click.option("--where", help='What names mean: "o=output, i=input, p=(k-1)/2".')
@click.option("--given", multiple=True, help="A condition that the text states: --given 'k odd' (repeatable).")
@click.option("--operator", help="The operator that it is about; a parameter it forgets is then free.")
@click.option("--forward", help="The forward formula or operator of a gradient.")
@click.option("--convention", multiple=True, help="name=choice: dilation=0, padding=total, ... (repeatable).")
@options(output(pages=("markdown", "latex", "html", "typst", "pdf", "json", "junit")))
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="Claims judged in parallel, by so many processes.")
def verify(formula: str, **options: Any) -> int:
    r"""Verify a formula as published: proved, refuted, or true only under a condition.

    FORMULA_OR_FILE is a formula (LaTeX, plain text or code), or a file of them: claims in TOML, a LaTeX document, a page in
    Markdown or reStructuredText, a notebook, a Python file's docstrings. Options given with a file fill in what its claims
    leave open.

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
    """The verdict on a formula, or the report on a file."""
    from symconv.api import verify as api
    from symconv.pages.faces import verdicts
    from symconv.pages.timing import spent
    from symconv.pages.write import CLAIMS

    out = asked(options, pages=CLAIMS)
    meaning = {
        "about": options["about"],
        "where": options["where"],
        "given": list(options["given"]) or None,
        "operator": options["operator"],
        "forward": options["forward"],
        "conventions": list(options["convention"]) or None,
    }
    defaults = api.published("", **meaning)
    found = _file(api, text, defaults, options) if api.is_file(text) else _single(api, text, meaning, out)
    status = emit(found, out)
    aside(spent(verdicts(found)))
    return status


def terminal() -> bool:
    """Whether errors are read on a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def _single(api: Any, text: str, meaning: dict[str, Any], out: Asked) -> Any:
    """The verdict on one formula; one that cannot be read ends with one line, on a terminal with the place below it.

    Who asked for JSON gets the refusal as JSON beside the line: the verdict is unsupported, and ``how`` says why.
    """
    from symconv.errors import InternalError, SymconvError

    published = api.published(text, **meaning)
    try:
        return api.judge(published)
    except InternalError:
        raise
    except SymconvError as error:
        if out.to == "json":
            emit(api.unread(published, error), out)
        place = api.pointed(error)
        if not place or not terminal():
            raise
        click.echo(visible(f"symconv: {' '.join(str(error).split())}\n{place}"), err=True)
        raise click.exceptions.Exit(error.exit_status) from None


def _file(api: Any, path: str, defaults: Any, options: dict[str, Any]) -> Any:
    """The report on a file, with a progress bar where one can be seen."""
    found = api.claims(path, defaults)
    told = bool(options["about"] or options["operator"] or options["forward"])
    if len(found.claims) > 20 and sys.stderr is not None and sys.stderr.isatty():
        with click.progressbar(length=len(found.claims), label="verifying", file=sys.stderr) as bar:
            return api.report(path, found, options["jobs"], bar.update, told)
    return api.report(path, found, options["jobs"], None, told)
