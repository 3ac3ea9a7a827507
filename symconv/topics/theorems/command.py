"""``symconv prove`` and ``symconv theorems``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import STANDARD, aside, deliver, guarded
from symconv.cli.options import OUTPUT, asked, emit, options, output


@click.command()
@click.argument("name")
@click.option(
    "--certificate", help="Write the theorem, its steps and every obligation as SMT-LIB 2, for any solver to replay."
)
@options(OUTPUT)
def prove(name: str, **options: Any) -> int:
    """Prove the theorem NAME for all sizes, or refute it by its smallest counterexample (exit status 1)."""
    return guarded(lambda: _prove(name, options))


def _prove(name: str, options: dict[str, Any]) -> int:
    """The theorem's page, and its certificate where one is asked for."""
    out = asked(options)
    if options["certificate"] in STANDARD and (out.path is None or out.path in STANDARD):
        raise click.UsageError("--certificate: expected -o FILE for the page where the certificate goes to standard output")
    from symconv.pages.timing import spent
    from symconv.topics.theorems import story

    found = story.prove(story.theorem(name))
    if options["certificate"] is not None:
        deliver(story.certificate(found), options["certificate"])
    status = emit(found, out)
    aside(spent([found.verdict]))
    return status


@click.command()
@options(output(pages=("json",))[:2])
def theorems(**options: Any) -> int:
    """Prove or refute every theorem of the catalogue; exit status 0 if all are as expected."""

    def run() -> int:
        out = asked(options, pages=("text", "json"))
        from symconv.pages.timing import spent
        from symconv.pages.write import write
        from symconv.topics.theorems import story
        from symconv.topics.theorems.page import table

        found = story.everything()
        deliver(table(found) if out.to == "text" else write(found, out.to), None)
        aside(spent(one.verdict for one in found.results))
        return 0 if all(one.expected for one in found.results) else 1

    return guarded(run)
