"""``symconv list`` and ``symconv gallery``."""

from __future__ import annotations

from typing import Any

import click

from symconv.cli.common import deliver, guarded
from symconv.cli.options import asked, options, output


@click.command("list")
@options(output(pages=("json",))[:2])
def list_(**options: Any) -> int:
    """List the operators with their parameters."""

    def run() -> int:
        out = asked(options, pages=("text", "json"))
        from symconv.api import spelled

        deliver(spelled.catalogue(out.to), None)
        return 0

    return guarded(run)


@click.command()
@click.argument("folder", default="derivations", type=click.Path())
@click.option("--check", is_flag=True, help="Only compare; exit status 1 if a page is out of date.")
def gallery(folder: str, check: bool) -> int:
    """Regenerate the gallery's pages from their sources in FOLDER."""

    def run() -> int:
        from pathlib import Path

        from symconv.gallery import regenerate

        changed = regenerate(Path(folder), check)
        verb = "out of date" if check else "written"
        deliver(("\n".join(f"{name}: {verb}" for name in changed) or "every page is up to date") + "\n", None)
        return 1 if check and changed else 0

    return guarded(run)
