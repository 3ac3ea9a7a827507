"""What the names of a formula about tensors stand for: given by ``where``, or by the habits of the field."""

from __future__ import annotations

import re
from dataclasses import field

from symconv.claims.evidence import evidence, scalars
from symconv.claims.reading import stem
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.lazy import dataclass

DATA = {
    "input", "inp", "image", "img", "data", "in", "signal", "x_col", "X_col", "In", "x", "X", "V", "I", "a", "A", "h",
    "i", "u",
}  # fmt: skip
KERNEL = {
    "kernel", "filter", "weight", "weights", "Wt", "ker", "filt", "w", "W", "K", "k", "F", "f", "omega", "theta",
    "Omega", "Theta",
}  # fmt: skip
BIAS = {
    "b", "B", "bias", "beta",
}  # fmt: skip
OUTPUT = {
    "out", "output", "Out", "y", "Y", "z", "Z", "o", "O", "s", "S", "H",
}  # fmt: skip
UPSTREAM = {
    "dY", "dy", "dout", "dO", "dZ", "dz", "do", "delta", "G", "g", "grad_output", "d_out", "dH", "dL_dy", "grad_y",
    "grad_out", "delta_out", "d_out_col", "dout_col", "dS", "grad", "Delta", "d_y", "d_Y", "gradOutput", "grad_Y",
    "top_diff", "dL_dY", "dout_reshaped", "output_grad", "gy", "gY", "dA", "diff", "d_output", "dout_",
}  # fmt: skip
STRIDE = {
    "s", "S", "stride", "strides", "stride_h", "stride_w", "sigma", "s_h", "s_w", "u",
}  # fmt: skip
DILATION = {
    "d", "D", "dilation", "rate", "dil", "r", "l",
}  # fmt: skip
PADDING = {
    "p", "P", "pad", "padding", "pad_h", "pad_w", "p_h", "p_w",
}  # fmt: skip
LOSSES = {
    "L", "J", "E", "C", "Loss", "loss", "z", "cost", "Cost", "ell", "cal_L", "l", "Q",
}  # fmt: skip
INPUT_SIZES = {
    "N": -1, "n": -1, "I": -1, "L": -1, "H": 0, "W": 1, "H_in": 0, "W_in": 1, "h": 0, "w": 1, "L_in": -1, "in_h": 0,
    "in_w": 1, "N_1": 0, "N_2": 1, "N_H": 0, "N_W": 1, "H_x": 0, "W_x": 1, "X_H": 0, "X_W": 1,
}  # fmt: skip
KERNEL_SIZES = {
    "K": -1, "k": -1, "F": -1, "f": -1, "M": -1, "m": -1, "R": -1, "r": -1, "K_H": 0, "K_W": 1, "k_h": 0, "k_w": 1,
    "kh": 0, "kw": 1, "KH": 0, "KW": 1, "k_1": 0, "k_2": 1, "K_1": 0, "K_2": 1, "kernel_size": -1, "HH": 0, "WW": 1,
    "K_h": 0, "K_w": 1, "F_H": 0, "F_W": 1, "k_H": 0, "k_W": 1, "H_f": 0, "W_f": 1, "H_w": 0, "W_w": 1, "H'": 0,
    "W'": 1, "f_h": 0, "f_w": 1,
}  # fmt: skip
OUTPUT_SIZES = {
    "O": -1, "o": -1, "O_H": 0, "O_W": 1, "H_out": 0, "W_out": 1, "H_o": 0, "W_o": 1, "out_h": 0, "out_w": 1, "OH": 0,
    "OW": 1, "o_h": 0, "o_w": 1, "P": 0, "Q": 1, "H''": 0, "W''": 1, "L_out": -1, "H_y": 0, "W_y": 1, "N_out": -1,
    "h_out": 0, "w_out": 1,
}  # fmt: skip
CHANNELS = {
    "C": "c", "C_in": "c", "c_in": "c", "D": "c", "in_channels": "c", "I_c": "c", "channel": "c", "channels": "c",
    "C_i": "c", "C_out": "o", "c_out": "o", "out_channels": "o", "O_c": "o", "M": "o", "C_o": "o", "D_out": "o",
    "n_filter": "o", "D''": "o", "B": "n", "N": "n", "batch_size": "n", "batch": "n",
}  # fmt: skip
STARS = ("*", "ast", "star", "otimes", "circledast", "conv")
SENSES = {
    "convolution": "convolution", "true convolution": "convolution", "correlation": "correlation",
    "cross-correlation": "correlation", "cross correlation": "correlation", "crosscorrelation": "correlation",
    "circular convolution": "circular convolution", "cyclic convolution": "circular convolution",
    "circular correlation": "circular correlation", "circular cross-correlation": "circular correlation",
    "entrywise": "entrywise", "elementwise": "entrywise", "hadamard": "entrywise", "product": "entrywise",
    "matrix product": "matrix", "element-wise product": "entrywise", "elementwise product": "entrywise",
}  # fmt: skip
LITERAL = re.compile(r"\s*\[")
EXTENT = re.compile(r"[A-Za-z][A-Za-z_0-9]*'*|\d+")


RESTRICTED = re.compile(
    r"\b(symmetric|even|odd|constant|ones|box|boxcar|gaussian|periodic|identity|orthogonal|separable|positive|negative"
    r"|non-?negative|heaviside|sparse|binary|rank|rotated|flipped|reversed|mirrored|transposed|padded|upsampled|conjugated?"
    r"|normali[sz]ed|squared)\b",
    re.IGNORECASE,
)


@dataclass
class Names:
    """What ``where`` and the conventions say."""

    roles: dict[str, str] = field(default_factory=dict)
    senses: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    lengths: dict[str, str] = field(default_factory=dict)  # tensor -> the name of its size
    forward: str = ""
    base: int | None = None
    same: bool = False
    written: tuple[tuple[str, tuple[int, ...]], ...] = ()  # entries with numbers for indices
    modes: dict[str, str] = field(default_factory=dict)  # of signs
    dilation: int = 1  # what the dilation of an ordinary layer is called
    line: bool = False  # in one axis: np.convolve
    lifted: bool = False  # a sign between entries is an operation on signals

    def role(self, name: str) -> str:
        """The role that was given to a name, or to its stem."""
        return self.roles.get(name) or self.roles.get(stem(name), "")


def sense(words: str) -> str:
    """Which operation some words name, or nothing."""
    low = re.sub(r"[^a-z\- ]", " ", words.lower()).strip()
    for spelled in sorted(SENSES, key=len, reverse=True):
        if re.search(rf"\b{re.escape(spelled)}\b", low):
            return SENSES[spelled]
    return ""


ROLES = (
    (r"\bdifference|f\(n *\+ *1\) *- *f\(n\)", "difference"),
    (r"\bderivative", "derivative"),
    (r"\bstride", "stride"),
    (r"\bdilation|\bdilated", "dilation"),
    (r"\bpadding|\bpads?\b", "padding"),
    (r"\bupstream|\bgradient|\bdelta|d[A-Z]/d|∂|\bcotangent|\berror", "upstream"),
    (r"\bbias", "bias"),
    (
        r"(kernel|filter|weight)s?['s]* (size|width|height|length|depth)|(size|width|height"
        r"|length) of (the )?(kernel|filter|w\b)",
        "kernel size",
    ),
    (
        r"(input|image|signal)s?['s]* (size|width|height|length)|(size|width|height"
        r"|length) of (the )?(input|image|signal|x\b)",
        "input size",
    ),
    ("output (size|width|height|length)|(size|width|height|length) of (the )?output", "output size"),
    ("(number of )?(input|in) channels?|channels of the input", "channels in"),
    ("(number of )?(output|out) channels?|number of (kernels|filters)|channels of the output", "channels out"),
    (r"\bbatch", "batch"),
    (r"\bcent(re|er)", "centre"),
    (r"\blag\b|\bindex\b|\bposition", "index"),
    (r"\bkernel|\bfilter|\bweight", "kernel"),
    (r"\boutput", "output"),
    (r"\binput|\bdata\b|\bimage|\bsignal", "input"),
    (r"\bloss\b", "loss"),
    (r"\b(number|integer|scalar|constant)\b", "number"),
    (r"\b(tensor|array|vector|sequence|function|matrix)", "tensor"),
)  # fmt: skip


ENTRY = re.compile(r"\s*\\?[A-Za-z]+\w*\s*(?:_\{?[^={}]+\}?|\[[^=\[\]]+\]|\([^=()]+\))\s*\Z")
COMPUTED = re.compile(r"\\sum|∑|\bsum\b|\\ast|\\star|\*|[\]})a-z0-9]\s*[-+]\s*\\?[a-z0-9]")


def defines(key: str, value: str) -> bool:
    """Whether a part of --where defines a tensor entry by entry."""
    return ENTRY.match(key) is not None and COMPUTED.search(value) is not None


def given(published: Published) -> Names:
    """What is said of the names.

    Raises SymconvError for a convention that is not known.
    """
    found = Names()
    for name, words in published.where:
        plain = plain_name(name)
        if defines(name, words):
            continue
        if LITERAL.match(words):
            found.values[plain] = words
            continue
        chosen = sense(words) if plain in STARS or not re.match(r"\w", plain) else ""
        if chosen:
            found.senses[plain] = chosen
            mode = re.search(r"\b(full|valid|same)\b", words, re.IGNORECASE)
            if mode:
                found.modes[plain] = mode[1].lower()
            continue
        measured = re.search(r"\b(?:(?:length|size|extent|support) of|len\()\s*(?:the )?([A-Za-z]\w*)\)?\s*\Z", words)
        if measured and measured[1] not in ("input", "kernel", "output", "image", "filter", "signal"):
            found.lengths[measured[1]] = plain
            found.roles[plain] = "number"
            continue
        length = re.search(r"\b(?:of )?length ([A-Za-z]\w*)\s*\Z", words)
        if length:
            found.lengths[plain] = length[1]
        if re.search(r"\b(unit )?(impulse|sample)\b|\bdirac\b", words, re.IGNORECASE):
            found.roles[plain] = "impulse"
            continue
        if (restricted := RESTRICTED.search(words)) and "(" not in plain and not re.search(r"\bsize|\bnumber\b", words):
            raise SymconvError(f"{name}: a tensor that is {restricted[0]!r} is not understood here, only arbitrary ones")
        role = next((r for pattern, r in ROLES if re.search(pattern, words, re.IGNORECASE)), "")
        found.roles[plain] = role
        shape = re.search(r"(?:\d|\w+'*)(?:\s*(?:x|×|\\times|,)\s*(?:\d+|\w+'*))+", words)
        if shape and (role in ("", "tensor", "kernel", "input", "output", "upstream", "bias")):
            found.shapes[plain] = [w for w in EXTENT.findall(shape[0]) if w not in ("x", "times")]
        if re.search(r"\b1-based|from 1\b|start(s|ing)? (at|from) 1\b|\b1\s*\.\.", words):
            found.base = 1
    for name, choice in published.conventions:
        convention(found, name, choice)
    if not published.formula.strip():
        return found
    found.line = re.search(r"\b(?:np|numpy|jnp)\.(?:convolve|correlate)\b", published.formula) is not None
    seen = evidence(published.formula)
    for name in seen.names("place") & (seen.names("asterisk") | seen.names("alone") | seen.names("star")):
        if "entry" not in seen.uses[name]:
            found.roles.setdefault(name, "index")
    for name in scalars(seen):
        found.roles.setdefault(name, "number")
    found.lifted = seen.results or bool(seen.stars)
    return found


def convention(found: Names, name: str, choice: str) -> None:
    """One convention, by name."""
    key = name.lower().strip()
    if key in ("base", "index base", "indices", "index"):
        if choice.strip() not in ("0", "1"):
            raise SymconvError(f"convention base: expected 0 or 1, got {choice[:40]!r}")
        found.base = int(choice)
    elif key in ("star", "*", "conv", "operation", "ast", "otimes"):
        chosen = sense(choice)
        if not chosen:
            raise SymconvError(f"convention {name}: expected convolution or cross-correlation, got {choice[:40]!r}")
        for sign in STARS if key in ("star", "operation") else (key,):
            found.senses.setdefault(sign, chosen)
    elif key in ("forward", "layer", "forward operation"):
        found.forward = sense(choice)
        if not found.forward:
            raise SymconvError(f"convention forward: expected convolution or cross-correlation, got {choice[:40]!r}")
    elif key == "dilation" and choice.strip() in ("0", "1"):
        found.dilation = int(choice)
    elif key == "padding" and choice.strip() in ("same", "valid"):
        found.same = choice.strip() == "same"


SIGN_NAMES = {
    "*": "*", "∗": "*", r"\ast": "ast", r"\star": "star", "⋆": "star", r"\otimes": "otimes", "⊗": "otimes",
    r"\circledast": "circledast", "⊛": "circledast", r"\odot": "odot", "⊙": "odot",
}  # fmt: skip


def plain_name(name: str) -> str:
    r"""A name as the reader spells it: \delta is delta, C_{in} is C_in, \star is star."""
    text = name.strip().strip("$")
    if text in SIGN_NAMES:
        return SIGN_NAMES[text]
    text = re.sub(r"\\(?:text|mathrm|mathbf|mathcal|operatorname|boldsymbol|bm)\s*", "", text)
    return re.sub(r"[{}\\\s]", "", text)


def is_upstream(name: str, names: Names) -> bool:
    """Whether a name is the gradient of the loss by the output."""
    role = names.role(name)
    return role == "upstream" if role else name in UPSTREAM or stem(name) in UPSTREAM


def kind_of(name: str, names: Names) -> str:
    """input, kernel, bias, output: what a tensor is, as far as its name tells."""
    role = names.role(name)
    if role in ("input", "kernel", "bias", "output", "upstream"):
        return role
    plain = stem(name)
    for table, kind in ((UPSTREAM, "upstream"), (BIAS, "bias"), (KERNEL, "kernel"), (DATA, "input"), (OUTPUT, "output")):
        if plain in table or plain.split("_")[0] in table:
            return kind
    return ""
