"""The operator that a formula is about, and what its names are found to mean."""

from __future__ import annotations

import re
from dataclasses import field

from symconv.claims.function_names import POINTWISE
from symconv.claims.vocabulary import Role
from symconv.errors import SymconvError, nearest
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.prose import Words
from symconv.language.question import Question

FAMILIES = {
    "conv": "conv", "convolution": "conv", "correlate": "conv", "convolve": "conv", "correlation": "conv", "unfold": "conv",
    "im2col": "conv", "conv_transpose": "transposed", "transposed": "transposed", "deconv": "transposed",
    "deconvolution": "transposed",
    "transpose": "transposed", "fold": "transposed", "max_pool": "pool", "avg_pool": "average", "pool": "pool",
    "pooling": "pool",
    "maxpool": "pool", "avgpool": "average", "lp_pool": "pool", "convtranspose": "transposed", "linear": "linear",
    "average_pooling": "average",
    "max_pooling": "pool", "depthwise": "depthwise", "separable": "separable", "separable_conv": "separable",
    "depthwise_separable": "separable", "depthwise_separable_conv": "separable", "depthwise_conv": "depthwise",
    "adaptive_avg_pool": "adaptive", "adaptive_max_pool": "adaptive", "adaptive_pool": "adaptive", "tconv": "transposed",
    "local": "local", "locally_connected": "local", "localconv": "local", "unshared": "local", "tcn": "conv", "wavenet": "conv",
}  # fmt: skip
FUNCTIONS = (*POINTWISE, "softmax", "cross_entropy", "mse", "bce", "dense")
FREE = {
    "conv": ("kernel", "stride", "padding", "dilation"),
    "transposed": ("kernel", "stride", "padding", "dilation", "output-padding"),
    "pool": ("kernel", "stride", "padding", "dilation"),
    "average": ("kernel", "stride", "padding"),
    "depthwise": ("kernel", "stride", "padding", "dilation"),
    "separable": ("kernel", "stride", "padding", "dilation"),
    "local": ("kernel", "stride", "padding", "dilation"),
    "linear": (),
    "adaptive": (),
}
CANONICAL = {"input": "N", "kernel": "K", "stride": "s", "padding": "p", "dilation": "d", "output-padding": "op",
             "position": "i", "tap": "k",
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
    fixed: dict[str, tuple[int, ...]] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)


@dataclass
class Interpretation:
    """Names with their roles and definitions, and the words that say so."""

    topic: str
    setting: Setting
    conventions: dict[str, str]
    roles: dict[str, Role] = field(default_factory=dict)
    formulas: dict[str, Node] = field(default_factory=dict)
    given: list[Node] = field(default_factory=list)
    own: dict[str, int] = field(default_factory=dict)  # names that are brought in, with their least value
    least: dict[str, int] = field(default_factory=dict)
    words: list[Words] = field(default_factory=list)
    claims: list[Node] = field(default_factory=list)  # every node of what is claimed
    open: dict[str, str] = field(default_factory=dict)  # conventions left open by the text
    bound: Words = ""  # a bound within which it is decided
    worked: Question | None = None  # equations between numbers beside it

    def say(self, sentence: Words) -> None:
        """Keep a sentence of the reading, once."""
        if sentence not in self.words:
            self.words.append(sentence)


FIXED = {
    "stride": "stride", "strides": "stride", "dilation": "dilation", "dilations": "dilation", "padding": "padding",
    "output_padding": "output-padding", "kernel": "kernel", "kernel_size": "kernel", "pool_size": "kernel", "input": "input",
    "in_channels": "in-channels", "out_channels": "out-channels", "filters": "out-channels", "groups": "groups",
    "input_size": "input", "channels": "in-channels", "in_features": "in-channels", "out_features": "out-channels",
}  # fmt: skip
ORDER = {
    "conv": ("in_channels", "out_channels", "kernel", "stride", "padding", "dilation", "groups"),
    "transposed": ("in_channels", "out_channels", "kernel", "stride", "padding", "output_padding", "groups"),
    "linear": ("in_channels", "out_channels"),
    "pool": ("kernel", "stride", "padding"), "average": ("kernel", "stride", "padding"),
}  # fmt: skip
MODES = {"same": "same", "same_upper": "same", "same_lower": "same", "valid": "valid", "full": "full", "causal": "causal"}
TRUE, FALSE = ("true", "1", "yes"), ("false", "0", "no", "none")


def setting(text: str) -> Setting:
    """The operator from its name and what is fixed, as in "conv_transpose2d", "max_pool2d ceil_mode", "conv2d(stride=1)".

    Raises SymconvError for an unknown name or parameter, with the nearest.
    """
    if not text.strip():
        return Setting(family="conv")
    if len(text) > 200:
        raise SymconvError(f"operator: expected at most 200 characters, got {len(text)}")
    found = Setting(free=True, given=text.strip())
    parts = re.findall(r"[^\s,;()=]+\s*=\s*\([^()]*\)|[^\s,;()=]+\s*=\s*[^\s,;()=]+|[^\s,;()=]+", text.strip())
    if not parts:
        raise SymconvError(f"operator: expected a name such as conv2d, got {text[:40]!r}")
    head = re.sub(r"(?<=[a-z])([A-Z])", r"_\1", parts[0]).lower().removeprefix("nn.").removeprefix("f.")
    plain = re.match(r"(.*?)_?([123])_?d\Z", head)
    key, dims = (plain[1], int(plain[2])) if plain else (head, 0)
    if key in MODES:
        key, parts = "conv", ["conv", *parts]
    if key not in FAMILIES:
        raise SymconvError(
            f"operator: expected conv2d, conv_transpose2d, max_pool2d, unfold, relu, softmax, cross_entropy or the like,"
            f" got {parts[0][:40]!r}{nearest(key, [*FAMILIES, *FUNCTIONS])}"
        )
    found.family, found.dims = FAMILIES[key], dims
    found.mode = {"tcn": "two", "wavenet": "one"}.get(key, "")  # convolutions a block
    order = list(ORDER.get(found.family, ()))
    for part in parts[1:]:
        if re.fullmatch(r"\d{1,6}|\(\d{1,6}(?:\s*,\s*\d{1,6})*\)", part) and order:
            part = f"{order.pop(0)}={part}"
        word, _, value = (w.strip().lower() for w in part.partition("="))
        _detail(found, word, value, part)
    return found


def _detail(found: Setting, word: str, value: str, part: str) -> None:
    """One parameter of an operator: a mode, a flag, or a number."""
    mode = MODES.get(value if word in ("padding", "auto_pad", "mode", "pad") else word)
    if mode is not None and value in ("", *MODES):
        found.mode = mode
        found.free = found.free and (mode == "valid" or found.family in ("pool", "average"))
    elif word in ("ceil_mode", "ceil") and value in ("", *TRUE, *FALSE):
        found.mode = "ceil" if value not in FALSE else found.mode
    elif word in ("no_bias", "nobias", "no-bias") and not value:
        found.bias = False
        found.said.add("bias")
    elif word in ("bias", "use_bias") and value in ("", *TRUE, *FALSE):
        found.bias = value not in FALSE
        found.said.add("bias")
    elif word in ("layer", "2d", "1d", "3d", "with", "without") and not value:
        return
    elif word in FIXED and re.fullmatch(r"\(?\d{1,6}(\s*[x,]\s*\d{1,6})*\)?", value):
        found.fixed[FIXED[word]] = tuple(int(n) for n in re.findall(r"\d+", value))
    else:
        raise SymconvError(
            f"operator: expected parameters such as stride=1, padding=same, ceil_mode or bias=false, got {part[:40]!r}"
            f"{nearest(word, [*FIXED, *MODES, 'ceil_mode', 'bias'])}"
        )
