"""Worked examples and traces, as users hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symconv.errors import SymconvError
from symconv.language.example import Example as Facts
from symconv.language.example import Trace as Traced
from symconv.layers.parameters import number
from symconv.pages.write import MOVING, STILL, target
from symconv.public.door import door, doors
from symconv.public.networks import core
from symconv.public.operators import Operator
from symconv.public.page import Page, alone


def story() -> Any:
    """The way from numbers to examples, loaded when it is first gone."""
    from symconv.api import examples

    return examples


@doors
class Example(Page[Facts]):
    """A worked example: every product forward and backward, checked.  ``facts`` is its core data.

    ``x``, ``w``, ``b``, ``g``, ``target`` and ``y`` are nested lists of exact numbers, with as many axes as were given; of
    functions with e and log the results that are irrational are floats, and ``exact`` is False.
    """

    def __getattr__(self, name: str) -> Any:
        """The arrays by role."""
        if name in ("x", "w", "b", "g", "y", "target"):
            return story().held(self.facts, name)
        raise AttributeError(f"an example has no attribute {name!r}")

    @property
    def exact(self) -> bool:
        """Whether every number on the page is exact; others are rounded to digits that were checked."""
        return self.facts.exact

    def grad(self, wrt: str) -> Any:
        """dL/d(wrt), wrt x, w or b, as nested lists of numbers."""
        known = story().gradients(self.facts)
        if wrt not in known:
            raise SymconvError(f"wrt: expected {', '.join(known)}, got {str(wrt)[:40]!r}")
        return known[wrt]

    def trace(self, entry: str) -> Trace:
        """Every product that reaches an entry, such as "dx[0,1]"."""
        return Trace(story().trace(entry, self.facts))

    def text(self, elide: int | None = None) -> str:
        """The page for a terminal; with ``elide`` at most so many products to a line."""
        return str(self._in("text", elide=elide))

    def latex(self, standalone: bool = False, elide: int | None = None) -> str:
        """The page as a LaTeX fragment, or as a document that plain pdflatex compiles."""
        return str(self._in("latex", standalone, elide=elide))

    def markdown(self, elide: int | None = None) -> str:
        """The page in GitHub's Markdown."""
        return str(self._in("markdown", elide=elide))

    def html(self, elide: int | None = None) -> str:
        """The page as one HTML file that works offline."""
        return str(self._in("html", elide=elide))

    def json(self, elide: int | None = None) -> str:
        """The example as one JSON object."""
        return str(self._in("json", elide=elide))

    def picture(self, to: str = "svg", figure: str | None = None) -> str | bytes:
        """A figure as svg or tikz (text) or png (bytes), or the moving window as gif (bytes) or stepper (an HTML page).

        ``figure`` is both (the default), forward, backward-x, backward-w, upstream, strides, overlaps, matrix or
        matrix-transposed (pooling and functions have the first three); for gif and stepper the part y, x or w.  Raises
        SymconvError for another name, sizes that make no figure that can be read, and if the extra that PNG and GIF need is
        not installed.
        """
        return self._in(target(to, (*STILL, *MOVING)), figure=figure)

    def render(self, to: str = "text", standalone: bool = False, elide: int | None = None) -> str | bytes:
        """The page in a target (text, latex, markdown, html, json; pdf as bytes)."""
        return self._in(target(to), alone(to, standalone), elide=elide)

    def _in(self, to: str, standalone: bool = False, **options: Any) -> str | bytes:
        elide = options.get("elide")
        return super()._in(to, standalone, **options | ({} if elide is None else {"elide": number(elide, "elide", 2)}))


@doors
class Trace(Page[Traced]):
    """Every product that reaches one entry; ``facts`` is its core data, ``value`` its number."""

    @property
    def value(self) -> Any:
        """The entry."""
        return self.facts.value


@door
def example(
    op: Operator,
    x: Any = None,
    w: Any = None,
    b: Any = None,
    g: Any = None,
    input: Any = None,
    kernel: Any = None,
    batch: Any = None,
    in_channels: Any = None,
    out_channels: Any = None,
    seed: int = 0,
    target: Any = None,
    **values: int,
) -> Example:
    """Work an operator out on numbers: y, the upstream gradient g, and dL/dw, dL/db, dL/dx each in two ways.

    Pooling (max_pool, avg_pool) has x alone: every window with its largest entries or its mean, and dL/dx in two ways.  With a
    padding mode (circular, reflect, symmetric, replicate; any pads) products name the entries of x that are read, copies
    included, and the closed form of dL/dx is the gradient of the padded tensor, folded back: dL/dx[j] is the sum of dL/dxbar[m]
    over the places m that hold x[j].

    A locally connected layer has a kernel and a bias for every window: w[o,c,place,tap], b[o,place], as ``evaluate`` takes them.

    Activations, softmax and flatten have x and g, losses x and a ``target`` (mse: numbers; cross_entropy: a class per image);
    irrational results are rounded to digits that were checked.

    Operands are nested lists, arrays, literals ("1 2; 3 4"), JSON, or names of .csv, .json, .npy and .npz files; whole
    numbers, fractions and decimals, all exact.  Leading axes that are left out have size 1.  What is left out is drawn from
    ``seed`` in the sizes ``input`` and ``kernel`` (a bias only beside a drawn kernel).  Keywords give numbers to parameters
    that are names.  Raises SymconvError for numbers that cannot be read, shapes that do not agree, and more than 10000 numbers
    in an array or 20000 products.
    """
    known: Mapping[str, int] = values
    return Example(
        story().example(core(op), x, w, b, g, input, kernel, batch, in_channels, out_channels, known, seed, target)
    )


@door
def trace(entry: str, op: Operator, **given: Any) -> Trace:
    """Every product that reaches an entry of y or of a gradient, such as "dx[0,1,3]", "y[0,2]", "dw[1,1]" or "db[0]".

    Keywords as for ``example``.  Raises SymconvError for an entry that cannot be read or lies outside of its array.
    """
    return example(op, **given).trace(entry)
