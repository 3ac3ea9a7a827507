"""The command line: arguments in, ``api`` call, renderer out.  Nothing is computed here.

Exit status: 0 all checked; 1 something was refuted or could not be decided; 2 bad input, one clear line on standard error;
3 an internal error (a step that fails its check is one).
"""

from __future__ import annotations

import sys
from typing import Any

import click

SIZE_OPTIONS = ("input", "kernel", "batch", "in_channels", "out_channels")


class Clean(click.Group):
    """A group whose errors are one line: expected, got, mend."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; turn every error into its line and its exit status."""
        kwargs["standalone_mode"] = False
        try:
            sys.exit(super().main(*args, **kwargs) or 0)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help() if error.ctx else "")
            sys.exit(0)
        except click.exceptions.Exit as stop:
            sys.exit(stop.exit_code)
        except click.ClickException as error:
            fail(error.format_message(), 2)
        except click.Abort:
            fail("stopped", 2)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """An unknown command names its nearest neighbour."""
        from symconv.errors import nearest

        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            raise click.UsageError(
                f"unknown command {args[0][:40]!r}: expected one of {', '.join(known)}{nearest(args[0], known)}"
            )
        return super().resolve_command(ctx, args)


def fail(message: str, status: int) -> None:
    """One line on standard error."""
    line = " ".join(message.split())
    if sys.stderr is not None:
        click.echo(f"symconv: {line}", err=True)
    sys.exit(status)


def guarded(run: Any) -> int:
    """Run a command's body; a SymconvError becomes its line and status."""
    from symconv.errors import SymconvError

    try:
        return int(run() or 0)
    except SymconvError as error:
        fail(str(error), error.exit_status)
    except MemoryError:
        fail("out of memory: use smaller sizes", 2)
    except (click.ClickException, click.exceptions.Exit):
        raise
    except Exception as error:  # the last guard: whatever slipped through is ours, and one line
        fail(f"internal error: {type(error).__name__}: {error}; please report it", 3)
    except RecursionError:
        fail("the input is nested too deeply: expected a simpler one", 2)
    return 0


@click.group(cls=Clean, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(package_name="symconv")
def main() -> None:
    """Derive the calculus of convolution, check every line, write it down."""


@main.command()
@click.argument("operator")
@click.option("--wrt", default="x", show_default=True, help="x, w, b or all.")
@click.option("--stride", help="2, 2x1, or names: s, s1,s2.")
@click.option("--padding", help="1, 1x0, sides 1:0x2:1, a name P, or same.")
@click.option("--dilation", help="Like --stride.")
@click.option("--output-padding", help="Like --stride (conv_transpose).")
@click.option("--groups", help="Groups of channels (layers).")
@click.option("--mode", help="valid, same or full (correlate, convolve).")
@click.option("--flip-kernel", is_flag=True, help="Make the layer a true convolution.")
@click.option("--no-bias", is_flag=True, help="Leave the bias out (layers).")
@click.option("--channels", is_flag=True, help="Carry batch, channels and groups through every step.")
@click.option("--input", help="Sizes of an explicit case: 5x7, CxSPATIAL or NxCxSPATIAL.")
@click.option("--kernel", help="Kernel sizes of the explicit case, like 3x2.")
@click.option("--batch", help="Images in the explicit case.")
@click.option("--in-channels", help="Channels of the input, in all.")
@click.option("--out-channels", help="Filters, in all.")
@click.option("--at", "at_", help="Numbers for named parameters in the explicit case: s=2,P=1.")
@click.option("--loss", help="A loss in the entries of y for the explicit case: y0^2/2 + y1*y2.")
@click.option("--limit", type=click.IntRange(min=1), help="Most products in an explicit case.")
@click.option("--to", help="text (the default), latex, markdown or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
@click.option("--no-proof", is_flag=True, help="Check the lines, but do not prove them for all sizes.")
@click.option("--no-check", is_flag=True, help="Skip the checks; every line then says that it was not checked.")
def derive(operator: str, **options: Any) -> int:
    """Derive dL/dx, dL/dw or dL/db of OPERATOR.

    With --input and --kernel an explicit case follows, entry by entry.
    """
    return guarded(lambda: _derive(operator, options))


def _derive(operator: str, options: dict[str, Any]) -> int:
    from symconv import api

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    op = api.from_text(operator, options)
    wanted = api.case_from_text(op, options)
    roles = api.roles(op, options["wrt"])
    found = []
    for wrt in roles:
        derivation = api.derive(op, wrt, options["channels"], not options["no_check"], not options["no_proof"])
        found.append(
            api.with_case(derivation, wanted, options["limit"], options["loss"]) if wanted is not None else derivation
        )
    extra: dict[str, Any] = {"standalone": options["standalone"]} if to == "latex" else {}
    if to == "text" and options["output"] is None and sys.stdout is not None and sys.stdout.isatty():
        extra["colour"] = True
    made = api.render(found if options["wrt"] == "all" else found[0], to, **extra)
    deliver(made, options["output"])
    return api.status(found)


def chosen(to: str | None, as_json: bool) -> str:
    """The target: --json is --to json, and contradicts any other."""
    if as_json and to not in (None, "json"):
        raise click.UsageError(f"--json: expected no other target beside it, got --to {to}")
    return "json" if as_json else to or "text"


def deliver(made: str, path: str | None) -> None:
    """To the file, or to standard output in UTF-8; a reader that has gone away is no error."""
    if path is not None:
        from symconv import api

        api.write(made, path)
        return
    if sys.stdout is None:
        fail("cannot write to standard output: it is closed; use -o FILE", 2)
    try:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(made)
        sys.stdout.flush()
    except BrokenPipeError:
        quiet()
        sys.exit(0)
    except OSError as error:
        quiet()
        fail(f"cannot write to standard output: {error.strerror}; use -o FILE", 2)


def quiet() -> None:
    """Let the interpreter's last flush go nowhere."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@main.command("list")
@click.option("--to", help="text (the default) or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
def list_(to: str | None, as_json: bool) -> int:
    """List the operators with their parameters."""

    def run() -> int:
        from symconv import api

        deliver(api.catalogue(chosen(to, as_json)), None)
        return 0

    return guarded(run)


@main.command()
@click.argument("name")
@click.option("--to", help="text (the default), latex, markdown or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--standalone", is_flag=True, help="With --to latex: a whole document for pdflatex.")
@click.option("--certificate", help="Write the obligations as SMT-LIB 2, for any solver to replay.")
@click.option("-o", "--output", help="Write to a file (whole, or not at all).")
def prove(name: str, **options: Any) -> int:
    """Prove the theorem NAME for all sizes, or refute it by its smallest counterexample (exit status 1)."""
    return guarded(lambda: _prove(name, options))


def _prove(name: str, options: dict[str, Any]) -> int:
    from symconv import api

    to = api.target(chosen(options["to"], options["as_json"]))
    if options["standalone"] and to != "latex":
        raise click.UsageError(f"--standalone: expected --to latex beside it, got --to {to}")
    statement = api.theorem(name)
    result, shown = api.prove(statement)
    made = api.theorem_page(result, to, **({"standalone": options["standalone"]} if to == "latex" else {}))
    if options["certificate"] is not None:
        api.write(api.certificate(statement, shown), options["certificate"])
    deliver(made, options["output"])
    return 0 if result[1].holds else 1


@main.command()
@click.option("--to", help="text (the default) or json.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
def theorems(to: str | None, as_json: bool) -> int:
    """Prove or refute every theorem of the catalogue; exit status 0 if all are as expected."""

    def run() -> int:
        from symconv import api

        results = [api.prove(statement)[0] for statement in api.theorems().values()]
        deliver(api.theorem_table(results, chosen(to, as_json)), None)
        return 0 if all(verdict.status == statement.expected for statement, verdict, _, _ in results) else 1

    return guarded(run)


@main.command()
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


if __name__ == "__main__":
    main()
