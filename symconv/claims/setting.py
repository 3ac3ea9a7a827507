"""The operator that a formula is about, and what its names are found to mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symconv.claims.vocabulary import Role
from symconv.core.formula import Node
from symconv.errors import SymconvError, nearest

FAMILIES = {
    "conv": "conv", "convolution": "conv", "correlate": "conv", "convolve": "conv", "correlation": "conv", "unfold": "conv",
    "im2col": "conv", "conv_transpose": "transposed", "transposed": "transposed", "deconv": "transposed",
    "deconvolution": "transposed",
    "transpose": "transposed", "fold": "transposed", "max_pool": "pool", "avg_pool": "average", "pool": "pool",
    "pooling": "pool",
    "maxpool": "pool", "avgpool": "average", "lp_pool": "pool", "convtranspose": "transposed", "linear": "linear",
    "average_pooling": "average",
    "max_pooling": "pool", "depthwise": "depthwise", "tconv": "transposed",
}  # fmt: skip
FREE = {
    "conv": ("kernel", "stride", "padding", "dilation"),
    "transposed": ("kernel", "stride", "padding", "dilation", "output-padding"),
    "pool": ("kernel", "stride", "padding", "dilation"),
    "average": ("kernel", "stride", "padding"),
    "depthwise": ("kernel", "stride", "padding", "dilation"),
    "linear": (),
}
CANONICAL = {"input": "N", "kernel": "K", "stride": "s", "padding": "p", "dilation": "d", "output-padding": "op",
             "in-channels": "C_in", "out-channels": "C_out", "groups": "G", "output": "O", "rf-in": "r_in",
             "jump-in": "j_in"}  # fmt: skip
LONG = {"input": "input_size", "kernel": "kernel_size", "stride": "stride", "padding": "padding", "dilation": "dilation",
        "output-padding": "output_padding"}  # fmt: skip
DEFAULT = {"stride": 1, "padding": 0, "dilation": 1, "output-padding": 0, "groups": 1, "kernel": None, "input": None}


@dataclass
class Setting:
    """The operator that a formula is about."""

    family: str = "conv"
    free: bool = False
    mode: str = ""  # "", same, valid, ceil
    dims: int = 0
    bias: bool = True
    given: str = ""


@dataclass
class Meaning:
    """Names with their roles and definitions, and the words that say so."""

    topic: str
    setting: Setting
    conventions: dict[str, str]
    roles: dict[str, Role] = field(default_factory=dict)
    formulas: dict[str, Node] = field(default_factory=dict)
    given: list[Node] = field(default_factory=list)
    own: dict[str, int] = field(default_factory=dict)  # names that are brought in, with their least value
    least: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    open: dict[str, str] = field(default_factory=dict)  # conventions left open by the text

    def say(self, sentence: str) -> None:
        """Keep a sentence of the reading, once."""
        if sentence not in self.words:
            self.words.append(sentence)


def setting(text: str) -> Setting:
    """The operator from its name and words, as in "conv_transpose2d", "max_pool2d ceil_mode", "conv2d same".

    Raises SymconvError for an unknown name, with the nearest.
    """
    if not text.strip():
        return Setting()
    found = Setting(free=True, given=text.strip())
    words = [w for w in re.split(r"[\s,;()=]+", text.strip()) if w]
    head = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", words[0]).lower().removeprefix("nn.").removeprefix("f.")
    plain = re.match(r"(.*?)_?([123])_?d\Z", head)
    key, dims = (plain[1], int(plain[2])) if plain else (head, 0)
    if key in ("same", "valid", "full", "causal"):
        key, words = "conv", ["conv", *words]
    if key not in FAMILIES:
        raise SymconvError(
            f"operator: expected conv2d, conv_transpose2d, max_pool2d, avg_pool2d, unfold or the like, got {words[0][:40]!r}"
            f"{nearest(key, list(FAMILIES))}"
        )
    found.family, found.dims = FAMILIES[key], dims
    for word in (w.lower() for w in words[1:]):
        if word in ("same", "same_upper", "same_lower"):
            found.mode, found.free = "same", False
        elif word in ("valid", "full", "causal"):
            found.mode, found.free = word, False
        elif word in ("ceil_mode", "ceil"):
            found.mode = "ceil"
        elif word in ("no_bias", "nobias", "no-bias"):
            found.bias = False
        elif word not in ("padding", "true", "mode", "layer", "2d", "1d", "3d", "bias", "with", "auto_pad"):
            raise SymconvError(f"operator: expected words such as same, valid, ceil_mode or no_bias, got {word[:30]!r}")
    return found
