"""What every command shares: errors as one line, the target, the output."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import Any, NoReturn

import click

from symconv.topics import topics


class Clean(click.Group):
    """A group whose errors are one line: expected, got, mend."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run; turn every error into its line and its exit status."""
        kwargs["standalone_mode"] = False
        if not args and kwargs.get("args") is None:
            brief()
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
        except OSError as error:  # what click prints by itself: help, the version
            unwritten(error)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """An unknown command names its nearest neighbour."""
        from symconv.errors import nearest

        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            raise click.UsageError(
                f"unknown command {args[0][:40]!r}: expected one of {', '.join(known)}{nearest(args[0], known)}"
            )
        return super().resolve_command(ctx, args)


def brief() -> None:
    """Settle a process that does one thing and ends.

    A second thread of NumPy's BLAS would spin for longer than all the sums of a page take.  Circles of garbage are looked for
    seldom, and not once more at the end.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    gc.set_threshold(100_000, 50, 50)
    atexit.register(gc.freeze)


class Commands(Clean):
    """The commands of the spine, and those of the topics, which are loaded when they are asked for."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for topic in topics():
            if cmd_name in topic.commands:
                members = vars(topic.part("command")).values()
                return next(one for one in members if isinstance(one, click.Command) and one.name == cmd_name)
        return None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which they are shown."""
        return sorted({**self.commands, **summaries()})

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list: click's own; of a topic's command there is nothing but its summary."""
        listed = {name: click.Command(name, help=summary) for name, summary in summaries().items()}
        click.Group(commands={**self.commands, **listed}).format_commands(ctx, formatter)


def summaries() -> dict[str, str]:
    """The commands of all topics with the first sentences of their help."""
    return {name: summary for topic in topics() for name, summary in topic.commands.items()}


def fail(message: str, status: int) -> NoReturn:
    """One line on standard error."""
    line = visible(" ".join(message.split()))
    try:
        if sys.stderr is not None:
            click.echo(f"symconv: {line}", err=True)
    except OSError:
        quiet(sys.stderr)  # there is no place left to say it
    sys.exit(status)


def visible(text: str) -> str:
    """Without what would steer a terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


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
    except RecursionError:
        fail("the input is nested too deeply: expected a simpler one", 2)
    except Exception as error:  # the last guard: whatever slipped through is ours, and one line
        fail(f"internal error: {type(error).__name__}: {error}; please report it", 3)
    return 0


STANDARD = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")  # the names of standard output


def deliver(made: str | bytes, path: str | None) -> None:
    """To the file, or to standard output in UTF-8; a reader that has gone away is no error.

    Bytes (a picture, a PDF) are not shown on a terminal.
    """
    if path is not None and path not in STANDARD:
        from symconv.pages.files import write

        write(made, path)
        return
    if sys.stdout is None:
        fail("cannot write to standard output: it is closed; use -o FILE", 2)
    if isinstance(made, bytes) and sys.stdout.isatty():
        fail("expected -o FILE for what is not text, or standard output going to a file", 2)
    try:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        if isinstance(made, bytes):
            sys.stdout.buffer.write(made)
        else:
            sys.stdout.write(made)
        sys.stdout.flush()
    except OSError as error:
        unwritten(error)


def aside(words: str) -> None:
    """What is said to whoever looks on, and to no file: the time that was spent."""
    if words and sys.stderr is not None and sys.stderr.isatty():
        click.echo(visible(words), err=True)


def unwritten(error: OSError) -> NoReturn:
    """End where standard output takes no more: in silence if its reader has gone away."""
    quiet(sys.stdout)
    if isinstance(error, BrokenPipeError):
        sys.exit(0)
    fail(f"cannot write to standard output: {error.strerror}; use -o FILE", 2)


def quiet(stream: Any) -> None:
    """Let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
