"""Operators and sizes as typed on a command line: words in, operators and numbers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from symconv.errors import SymconvError
from symconv.language.text import NUMBER, read_assignments, read_entries
from symconv.layers.catalog import CATALOG, build
from symconv.layers.given import PARAMETERS, Parameter
from symconv.layers.sizes import at


def from_text(name: str, options: Mapping[str, Any]) -> Any:
    """The operator that the words of a command line name."""
    given: dict[str, Any] = {}
    taken = CATALOG[name].names if name in CATALOG else ()
    for parameter in PARAMETERS.values():
        typed = options.get(parameter.option)
        if typed is None or typed is False or (parameter.sized and parameter.name not in taken):
            continue
        if parameter.name == "kernel" and options["input"] is not None and not name.startswith(POOLS):
            continue  # it belongs to the explicit case; without an input there is none: the kernel is fixed, N stays open
        given[parameter.name] = read(parameter, typed)
    return build(name, **given)


def read(parameter: Parameter, typed: Any) -> Any:
    """What was typed behind a flag, as the constructor takes it."""
    if parameter.switch is not None:
        return parameter.switch
    if parameter.word == "ratio" and NUMBER.fullmatch(typed):
        return Fraction(typed)
    return single(typed, parameter.name) if parameter.word else typed


POOLS = ("max_pool", "avg_pool")


def single(text: str, what: str) -> Any:
    """One number or name as typed."""
    found = read_entries(text, what)
    if len(found) != 1 or isinstance(found[0], tuple):
        raise SymconvError(f"{what}: expected one number or name, got {text[:60]!r}")
    return found[0]


def case_from_text(op: Any, options: Mapping[str, Any], at: Callable[..., Any] = at) -> Any:
    """The explicit case that the words of a command line describe, or None if they give no sizes.

    ``at`` fixes the sizes of the operator.
    """
    if getattr(op, "window", None) is None:
        nothing_of_sizes(op, options)
        if options["input"] is not None:
            return at(op)
        return None
    wanted = {what: options[what] for what in ("input", "kernel", "batch", "in_channels", "out_channels", "at_", "loss")}
    others = [what for what in wanted if what not in ("input", "kernel") and wanted[what] is not None]
    if op.name == "linear":
        others = [what for what in others if what not in ("in_channels", "out_channels")]
    if wanted["input"] is None:
        if others:
            raise SymconvError(f"{others[0].strip('_')}: expected --input beside it (it belongs to the explicit case)")
        return None
    sizes = {what: whole_numbers(wanted[what], what) for what in ("input", "kernel") if wanted[what] is not None}
    counts = {
        what: whole_numbers(wanted[what], what)
        for what in ("batch", "in_channels", "out_channels")
        if wanted[what] is not None
    }
    for what, found in counts.items():
        if len(found) != 1:
            raise SymconvError(f"{what}: expected one number, got {wanted[what]!r}")
    if op.name.startswith(POOLS):
        sizes.pop("kernel", None)  # a parameter there
    layered = op.window.layered
    ahead = len(sizes.get("input", [])) - op.ndim
    lead = sizes.get("input", [])[:ahead] if ahead > 0 else []
    if lead:
        sizes["input"] = sizes["input"][ahead:]
        if len(lead) > 2 or not layered:
            raise SymconvError(f"input: expected {op.ndim} sizes for {op.name}, got {wanted['input']!r}")
        for what, n in zip(("batch", "in_channels")[-len(lead) :], lead, strict=True):
            if counts.setdefault(what, [n]) != [n]:
                raise SymconvError(f"{what}: expected one number, got {n} in --input and {counts[what][0]} beside it")
    values = read_assignments(wanted["at_"], "at") if wanted["at_"] is not None else None
    batch, inward, outward = (counts.get(w, [None])[0] for w in ("batch", "in_channels", "out_channels"))
    return at(
        op,
        input=sizes.get("input"),
        kernel=sizes.get("kernel"),
        batch=batch,
        in_channels=inward,
        out_channels=outward,
        values=values,
    )


def nothing_of_sizes(op: Any, options: Mapping[str, Any]) -> None:
    """A function acts entry by entry or row by row: sizes, numbers and a loss of an explicit case would change nothing.

    Raises SymconvError for the first that is given (the input's sizes are refused where the case is made).
    """
    for what in ("kernel", "batch", "in_channels", "out_channels", "at_", "loss", "limit"):
        if options.get(what) is not None:
            name = what.rstrip("_").replace("_", "-")
            raise SymconvError(
                f"--{name}: expected none for {op.name}, which has no sizes of its own and no explicit case; leave it out "
                f"(numbers are worked out by symconv example {op.name})"
            )


def whole_numbers(text: str, what: str) -> list[int]:
    """Sizes as typed, like 5x7."""
    found = read_entries(text, what)
    if not all(isinstance(n, int) for n in found):
        raise SymconvError(f"{what}: expected whole numbers like 5x7, got {text[:60]!r}")
    return [n for n in found if isinstance(n, int)]
