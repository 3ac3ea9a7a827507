"""``symconv prove`` and ``symconv theorems``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import STANDARD, aside, chosen, deliver, guarded


@click.command()
@click.argument("name")
@click.option("--to", help="text (the default), latex, markdown, html, pdf or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option(
    "--certificate", help="Write the theorem, its steps and every obligation as SMT-LIB 2, for any solver to replay."
)
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def prove(name: str, **options: Any) -> int:
    """Prove the theorem NAME for all sizes, or refute it by its smallest counterexample (exit status 1)."""
    return guarded(lambda: _prove(name, options))


def _prove(name: str, options: dict[str, Any]) -> int:
    from symconv import api

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    if options["certificate"] in STANDARD and (options["output"] is None or options["output"] in STANDARD):
        raise click.UsageError("--certificate: expected -o FILE for the page where the certificate goes to standard output")
    statement = api.theorem(name)
    result, proof = api.prove(statement)
    made = api.theorem_page(result, to, **({"standalone": options["standalone"]} if to == "latex" else {}))
    if options["certificate"] is not None:
        deliver(api.certificate(statement, proof), options["certificate"])
    deliver(made, options["output"])
    aside(api.spent([result[1]]))
    return 0 if result[1].holds else 1


@click.command()
@click.option("--to", help="text (the default) or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
def theorems(to: str | None, as_json: bool) -> int:
    """Prove or refute every theorem of the catalogue; exit status 0 if all are as expected."""

    def run() -> int:
        from symconv import api

        results = [api.prove(statement)[0] for statement in api.theorem_list().values()]
        deliver(api.theorem_table(results, chosen(to, as_json)), None)
        aside(api.spent(verdict for _, verdict, _, _ in results))
        return 0 if all(verdict.status == statement.expected for statement, verdict, _, _ in results) else 1

    return guarded(run)
