"""The parameters of all layers by name: what each means, what it takes, and its words on a command line.

A name means the same in every layer that takes it.  Which layers take it, in what order and with what default, the signatures of
their constructors say (``row.Row.parameters``).  What a parameter ``takes`` is said here alone: its documentation and the line
that refuses anything else (``parameters``) have the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symconv.language.border import ELSEWHERE, MODES
from symconv.language.lazy import dataclass

# what users give: a whole number or a name; one for all axes or one each; padding also by (lo, hi)
Number = int | str
PerAxis = Number | Sequence[Number]
Padding = PerAxis | Sequence[Sequence[Number]]
Real = int | float | Fraction | str

FLAG, REAL = "True or False", "a number or a name"  # what is taken, in the words of an error line


def whole(least: int | None) -> str:
    """Whole numbers from ``least`` on."""
    return "an integer" if least is None else f"an integer >= {least}"


def one_of(choices: Sequence[str]) -> str:
    """One of a few words."""
    *rest, last = choices
    return f"one of {', '.join(choices)}" if len(rest) > 2 else f"{', '.join(rest)} or {last}"


@dataclass(frozen=True)
class Parameter:
    """A parameter by its name, and what it means (``words``).

    On a command line it is ``flag``, with ``help`` beside it; a flag that takes no value gives ``switch``.  ``word`` says how a
    word behind the flag is read: "" as the constructor reads it, "one" a number or a name, "ratio" a number like 1/10 or a name.
    A ``sized`` one tells the size of an explicit case where the layer does not take it.  ``default`` and ``kind``, the type, are
    those of the constructor.

    It takes one of ``choices`` (``elsewhere`` has the words of other libraries for them), True or False where there is a
    ``switch``, any number where the word is a ratio, else whole numbers from ``least`` on; and names for numbers, but none that
    the page has in use, except for its ``own``.
    """

    name: str
    words: str
    flag: str = ""
    help: str = ""
    switch: bool | None = None
    word: str = ""
    sized: bool = False
    least: int | None = None
    own: str = ""
    choices: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    default: Any = None
    kind: str = ""

    @property
    def option(self) -> str:
        """The name under which a command keeps what was typed: output_padding of --output-padding."""
        return self.flag.lstrip("-").replace("-", "_")

    @property
    def takes(self) -> str:
        """What it expects, in the words of its error line."""
        if self.choices:
            return one_of(self.choices)
        if self.switch is not None:
            return FLAG
        return REAL if self.word == "ratio" else whole(self.least)

    @property
    def documented(self) -> str:
        """What it means and what it takes."""
        counts = not self.choices and self.switch is None and self.word != "ratio"
        return f"{self.words} ({self.takes}{' or a name' if counts else ''})"


PARAMETERS = {
    p.name: p
    for p in (
        Parameter("in_channels", "channels of the input, in all", least=1, own="C"),
        Parameter("out_channels", "filters, in all: channels of the output", least=1, own="F"),
        Parameter(
            "multiplier",
            "filters for every channel",
            "--multiplier",
            "Filters for every channel (depthwise).",
            word="one",
            least=1,
            own="M",
        ),
        Parameter(
            "kernel", "kernel sizes, per axis", "--kernel", "Kernel sizes, like 3x2, or 3 on every axis.", least=1, own="K"
        ),
        Parameter("stride", "the step between windows, per axis", "--stride", "2, 2x1, or names: s, s1,s2.", least=1),
        Parameter(
            "padding",
            "zeros before and behind, per axis or per side",
            "--padding",
            "1, 1x0, sides 1:0x2:1, a name P, or same.",
        ),
        Parameter("dilation", "the distance between taps, per axis", "--dilation", "Like --stride.", least=1),
        Parameter(
            "output_padding",
            "places added to the output's end, per axis",
            "--output-padding",
            "Like --stride (conv_transpose).",
            least=0,
        ),
        Parameter("groups", "groups of channels", "--groups", "Groups of channels (layers).", word="one", least=1, own="G"),
        Parameter(
            "mode",
            "which windows there are",
            "--mode",
            "valid, same or full (correlate, convolve).",
            choices=("valid", "same", "full"),
        ),
        Parameter(
            "padding_mode",
            "what stands in the padding: zeros, or copies of the input",
            "--padding-mode",
            "zeros, circular, reflect, symmetric or replicate.",
            choices=MODES,
            elsewhere=tuple(ELSEWHERE.items()),
        ),
        Parameter(
            "flip_kernel", "True for a true convolution", "--flip-kernel", "Make the layer a true convolution.", switch=True
        ),
        Parameter("bias", "False for none", "--no-bias", "Leave the bias out (layers).", switch=False),
        Parameter(
            "ceil_mode",
            "True to round the output size up",
            "--ceil-mode",
            "Round the output size up (pooling).",
            switch=True,
        ),
        Parameter(
            "count_include_pad",
            "False to average over what meets the input alone",
            "--exclude-pad",
            "Average over what meets the input alone (avg_pool).",
            switch=False,
        ),
        Parameter(
            "ties",
            "the gradient at a tie",
            "--ties",
            "first (the default), split or all (max_pool).",
            choices=("first", "split", "all"),
        ),
        Parameter(
            "slope",
            "the slope for negative inputs",
            "--slope",
            "The slope for negative inputs (leaky_relu): 0.1, 1/10 or a name.",
            word="ratio",
            own="slope",
        ),
        Parameter(
            "alpha",
            "minus the value that is neared far left",
            "--alpha",
            "Minus what elu nears far left: 1 (the default), 1/2 or a name.",
            word="ratio",
            own="alpha",
        ),
        Parameter(
            "reduction",
            "what is made of the losses",
            "--reduction",
            "mean (the default) or sum (mse, cross_entropy).",
            choices=("mean", "sum"),
        ),
        Parameter("in_features", "features in", "--in-channels", word="one", sized=True, least=1, own="C"),
        Parameter("out_features", "features out", "--out-channels", word="one", sized=True, least=1, own="F"),
    )
}
