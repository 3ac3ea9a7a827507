"""The story: read -> derive -> check -> prove -> page.

    op = build("conv2d", stride=2)              layers: a row of the catalogue
    d = derived(op, "x", ...)                   derivation: steps, and the closed form
    d = checked(d)                              check: a verdict on every line, and independent checks of the result
    d = proved(d)                               check.prove, check.kernel: the verdicts that hold for all sizes
    write(d, "latex")                           pages: facts -> blocks -> a target

What a subject does at each of these stands in a module of its kind, and ``kind_of`` has the one table of them.  Worked examples
(``examples``), claims (``verify``) and topics have stories of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from symconv.api import operators
from symconv.language.facts import Derivation
from symconv.language.layer import Layer
from symconv.layers.parameters import at_least_one, flag
from symconv.layers.sizes import numbers_for
from symconv.layers.typed import case_from_text as typed_case

if TYPE_CHECKING:
    from symconv.language.functions import Function
    from symconv.language.network import Network
    from symconv.language.unshared import Windowed

Found = TypeVar("Found")  # a derivation of any kind


class Kind(Protocol):
    """What the module of a kind of subject offers; ``d`` is a derivation of its own."""

    def roles(self, op: Any, wrt: str, /) -> list[str]:
        """What a page can be about: one, or all."""

    def derived(self, op: Any, wrt: str, channels: bool, check: bool, /) -> Any:
        """The gradient in steps."""

    def checked(self, d: Any, /) -> Any:
        """A verdict on every line; InternalError for one that is false."""

    def proved(self, d: Any, /) -> Any:
        """The lines proved for all sizes where the prover shows them."""

    @property
    def at(self) -> Callable[..., Any]:
        """The subject at concrete sizes: (op, input, kernel, **sizes)."""

    def with_case(self, d: Any, concrete: Any, limit: int | None, loss: str | None, /) -> Any:
        """The derivation with its explicit case."""


def kind_of(op: Layer) -> Kind:
    """The module of a subject's kind; those of other subjects than the one at hand are not loaded."""
    if op.kind == "affine":
        return operators
    if op.kind == "net":
        from symconv.api import networks

        return networks
    if op.window is None:
        from symconv.api import functions

        return functions
    from symconv.api import nodes

    return nodes


def derive(op: Layer, wrt: str = "x", channels: bool = False, check: bool = True, proof: bool = True) -> Any:
    """dL/d(wrt) in steps; every line checked and proved unless ``check`` or ``proof`` is False (and the page says so).

    Raises SymconvError for a role that the operator lacks or sizes without output, InternalError for a line that fails.
    """
    for given, name in ((channels, "channels"), (check, "check"), (proof, "proof")):
        flag(given, name)
    kind = kind_of(op)
    found = kind.derived(op, wrt, channels, check)
    if not check:
        return found
    found = kind.checked(found)
    return kind.proved(found) if proof else found


def roles(op: Layer, wrt: str) -> list[str]:
    """What to derive by: one tensor, or all that the subject has."""
    return kind_of(op).roles(op, wrt)


def at(
    op: Layer,
    input: Any = None,
    kernel: Any = None,
    batch: Any = None,
    in_channels: Any = None,
    out_channels: Any = None,
    values: Mapping[str, int] | None = None,
) -> Any:
    """The subject at concrete sizes (see ``layers.sizes.at``)."""
    sizes = {"batch": batch, "in_channels": in_channels, "out_channels": out_channels, "values": values}
    return kind_of(op).at(op, input, kernel, **sizes)


def evaluate(op: Layer, values: Mapping[str, Any] | None = None, **given: Any) -> Any:
    """Exact numbers for y and the gradients, floats where a function is irrational; ``values`` are those of names."""
    if op.kind == "net":
        from symconv.api import networks

        return networks.evaluate(cast("Network", op), values, **given)
    from symconv.check.evaluate import evaluate as run

    return run(
        cast("Windowed | Function", op), **given, values=numbers_for(op.window, values) if op.window is not None else None
    )


def case_from_text(op: Layer, options: Mapping[str, Any]) -> Layer | None:
    """The explicit case that the words of a command line describe, or None if they give no sizes."""
    found: Layer | None = typed_case(op, options, at)
    return found


def within(concrete: Windowed, limit: int | None = None) -> None:
    """Raise SymconvError for an explicit case that is over the limit, before anything is derived for it."""
    from symconv.check import brute
    from symconv.examples.cases import LIMIT

    brute.within(concrete, LIMIT if limit is None else at_least_one(limit))


def with_case(d: Found, concrete: Windowed, limit: int | None = None, loss: str | None = None) -> Found:
    """The derivation with its explicit case; the entrywise identity is one more check."""
    within(concrete, limit)
    found: Found = kind_of(concrete).with_case(d, concrete, limit, loss)
    return found


def status(found: list[Derivation]) -> int:
    """The exit status: 1 if some line or check was not decided (though it was asked for), else 0."""
    kinds = [
        c.verdict for d in found for c in d.checks if c.kind not in ("proof", "fold-proof")
    ]  # what is only checked is no failure
    verdicts = [v for d in found for v in (s.verdict for s in d.steps) if v] + kinds
    return 0 if all(v.holds for v in verdicts) else 1
