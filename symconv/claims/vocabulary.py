"""What names mean: H_out, kernel_size[0], padW, o', "zero padding on each side" are roles of an operator.

A name is cut into words (at _ . [ ] digits and capitals); each word says a role, an axis, a side, or nothing:

    input_spatial_shape[i]  ->  input            padW  ->  padding, axis w        O_{H}  ->  output, axis h
    K_W                     ->  kernel, axis w   PH_L  ->  padding, axis h, low side      L_{in}  ->  input

The tables hold what the field writes; whatever they get wrong, ``where`` overrides, and the reading is always shown.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.korean import english
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose

LEAST = {
    "padding": 0,
    "padding-total": 0,
    "padding-lo": 0,
    "padding-hi": 0,
    "dilation-0": 0,
    "position": 0,
    "tap": 0,
    "same-padding": 0,
    "same-padding-total": 0,
    "output-padding": 0,
    "remainder": 0,
}
DERIVED = {
    "output", "weights", "biases", "parameters", "macs", "flops", "extent", "same-padding", "same-padding-total",
    "full-padding", "causal-padding", "direct-padding", "rf", "jump", "remainder", "start", "window-start", "window-end",

    "input-index", "input-first", "input-last", "fan-in", "fan-out", "multiplications",
     "same-total", "same-lo", "same-hi", "tiles", "span-in", "smallest-input",
}  # fmt: skip
AXES = {
    "h": "h", "height": "h", "rows": "h", "row": "h", "y": "h", "w": "w", "width": "w", "cols": "w", "columns": "w",
    "col": "w", "column": "w", "x": "w", "depth": "d", "z": "d", "0": "0", "1": "1", "2": "2", "dim": "i", "vertical": "h",
    "horizontal": "w", "v": "h", "wd": "w", "ht": "h",
}  # fmt: skip
WORDS = {
    "in": "input", "input": "input", "image": "input", "img": "input", "inputs": "input", "inp": "input", "src": "input",
    "out": "output", "output": "output", "outputs": "output", "new": "output", "result": "output", "dst": "output",
    "outsize": "output", "insize": "input", "outdim": "output", "final": "output", "activation": "output",
    "kernel": "kernel", "filter": "kernel", "filters": "kernel", "ksize": "kernel", "kernels": "kernel", "window": "kernel",
    "pool": "kernel", "pooling": "kernel", "ker": "kernel", "fil": "kernel", "weight": "kernel", "kern": "kernel",
    "stride": "stride", "strides": "stride", "step": "stride", "steps": "stride", "subsample": "stride", "str": "stride",
    "subsampling": "stride", "pad": "padding", "padding": "padding", "pads": "padding", "paddings": "padding",
    "zeros": "padding",
    "dilation": "dilation", "dilations": "dilation", "dilate": "dilation", "rate": "dilation", "dil": "dilation",
    "atrous": "dilation",
    "channels": "channels", "channel": "channels", "ch": "channels", "chn": "channels", "depths": "channels",
    "nc": "channels",
    "groups": "groups", "group": "groups", "batch": "batch", "bs": "batch", "batchsize": "batch", "weights": "weights",
    "biases": "biases", "bias": "biases", "parameters": "parameters", "params": "parameters", "param": "parameters",
    "macs": "macs", "mac": "macs", "madds": "macs", "macc": "macs", "flops": "flops", "flop": "flops", "mults": "macs",
    "multiplications": "macs", "receptive": "rf", "rf": "rf", "jump": "jump", "remainder": "remainder",
}  # fmt: skip
NEUTRAL = {
    "size", "sizes", "shape", "shapes", "dim", "dimension", "dimensions", "length", "len", "spatial", "n", "num",
    "number", "of", "the",
    "self", "zero", "zeropadding", "amount", "total", "each", "both", "side", "sides", "on", "per", "and", "feature",
    "map", "maps",
    "field", "conv", "convolution", "convolutional", "s", "layer", "i", "with", "a", "an", "its", "size.", "pixels",
    "along", "axis", "in.", "to",
    "edge", "symmetric",
    "value", "count", "units", "entries", "samples", "extent", "all",
}  # fmt: skip
LOW = {
    "left",
    "top",
    "begin",
    "beginning",
    "start",
    "before",
    "lo",
    "low",
    "front",
    "l",
    "t",
    "head",
    "lower",
    "pre",
    "b",
    "minus",
}
HIGH = {
    "right",
    "bottom",
    "end",
    "ending",
    "stop",
    "after",
    "hi",
    "high",
    "back",
    "r",
    "tail",
    "upper",
    "post",
    "e",
    "plus",
}
LETTERS = {
    "o": "output", "O": "output", "i": "input", "I": "input", "n": "input", "N": "input", "L": "input", "M": "output",
    "m": "input",
    "k": "kernel", "K": "kernel", "f": "kernel", "F": "kernel", "s": "stride", "S": "stride", "p": "padding", "P": "padding",
    "d": "dilation", "D": "dilation", "H": "input", "W": "input", "h": "input", "w": "input", "r": "kernel", "R": "kernel",
    "C": "in-channels", "c": "in-channels", "G": "groups", "g": "groups", "B": "batch", "l": "input", "T": "input",
    "x": "input",
}  # fmt: skip


@dataclass(frozen=True)
class Role:
    """What a name is: a kind (``role.<kind>`` of words), the axis it belongs to, and whether the convention was said."""

    kind: str
    axis: str = ""
    said: bool = False

    def words(self) -> Prose:
        """The role in words."""
        role = Prose(f"role.{self.kind}")
        if not self.axis:
            return role
        return Prose(f"role.axis.{self.axis}" if self.axis in "hwd" else "role.axis", {"role": role, "axis": self.axis})


def pieces(name: str) -> list[str]:
    """The words of a name, in order: input_size.height, padW, K_H, L_in, stride[0]."""
    plain = re.sub(r"\^(hat|tilde|bar)|'", "", name)
    plain = re.sub(r"\^?[\[(_]\(?[lijLtd](-1)?\)?[\])]$", "", plain)  # the number of the layer
    plain = plain.replace("^-", "_minus").replace("^+", "_plus")
    cut = re.sub(r"([a-z])([A-Z])", r"\1_\2", plain)
    return [w for w in re.split(r"[^A-Za-z0-9]+", re.sub(r"(?<=[A-Za-z])(?=\d)", "_", cut)) if w]


def recognise(name: str, topic: str = "output-size") -> Role | None:
    """The role of a name, or None if it says nothing."""
    name = english(name.replace("_", " ")).replace(" ", "_") if not name.isascii() else name
    found = pieces(name)
    if not found or "+1" in name or not name.isascii():  # the layer behind this one is none of ours
        return None
    if topic == "receptive-field" and (role := recurrence(found)) is not None:
        return role
    if len(found) == 1 and len(found[0]) == 1:
        return letter(found[0])
    if topic == "winograd" and found == ["m"]:
        return Role("tile")
    if found[0] in ("n", "num", "N", "nb") and len(found) > 1 and {WORDS.get(w.lower()) for w in found[1:]} & COUNTS:
        return spelled(found, topic)
    if len(found) == 1 and (glued := re.fullmatch(r"([LHWDN])_?(in|out)", found[0])):
        axis = {"H": "h", "W": "w", "D": "d"}.get(glued[1], "")
        return Role("input" if glued[2] == "in" else "output", axis)
    if len(found) == 1 and re.fullmatch(r"[FKSPDOIfkspdoi][hwHW]", found[0]) and found[0] not in TAGS:
        role = letter(found[0][0])
        return Role(role.kind, AXES[found[0][1].lower()]) if role is not None else None
    if len(found[0]) == 1:
        return subscripted(found, topic)
    return spelled(found, topic)


def letter(c: str) -> Role | None:
    """A single letter."""
    kind = LETTERS.get(c)
    axis = {"H": "h", "W": "w", "h": "h", "w": "w"}.get(c, "")
    return Role(kind, axis) if kind else None


def recurrence(found: list[str]) -> Role | None:
    """r_out, j_in, start_out: the quantities of a layer and of the one before; a number of equal layers."""
    if not found:  # a name without a Latin letter
        return None
    low = [w.lower() for w in found]
    if low in (["layers"], ["depth"], ["num", "layers"], ["n", "layers"], ["nb", "layers"], ["number", "layers"]):
        return Role("layers")
    if len(found) == 1 and found[0] in ("L", "N", "n", "l"):
        return Role("layers")
    kinds = {
        "r": "rf",
        "R": "rf",
        "rf": "rf",
        "RF": "rf",
        "j": "jump",
        "J": "jump",
        "jump": "jump",
        "start": "start",
        "s": "start",
    }
    kind = kinds.get(found[0])
    ends = {
        "in": "-in",
        "prev": "-in",
        "previous": "-in",
        "out": "",
        "new": "",
        "next": "",
        "l": "",
        "l1": "-in",
        "k1": "-in",
    }
    end = "".join(low[1:])
    if kind is None or not end or end not in ends or (found[0] == "s" and end in ("l", "l1", "k1")):
        return None
    return Role(kind + ends[end])


def subscripted(found: list[str], topic: str) -> Role | None:
    """A letter with subscripts: K_H, H_{out}, C_in, p_h, W_1."""
    head, rest = found[0], found[1:]
    low = [w.lower() for w in rest]
    role = letter(head)
    if head in ("C", "c", "D", "N", "n", "M", "F") and any(w in ("in", "out") for w in low) and head in ("C", "c"):
        return Role("in-channels" if "in" in low else "out-channels")
    ends = {
        "in": "input",
        "out": "output",
        "input": "input",
        "output": "output",
        "new": "output",
        "next": "output",
        "prev": "input",
        "previous": "input",
        "old": "input",
        "i": "",
        "o": "",
    }
    for word in low:
        if ends.get(word) and head in "HWLDNTXhwlntxdO":
            axis = AXES.get(head.lower(), "") if head.lower() in "hw" else ("d" if head in "Dd" else "")
            return Role(ends[word], axis)
    if role is None:
        return None
    if role.kind in ("padding", "stride", "kernel", "dilation", "output", "input"):
        for word in low:
            if word in ("eff", "effective"):
                return Role("extent", role.axis)
            if word in AXES and not (role.kind == "padding" and word in ("l", "r")):
                role = replace(role, axis=AXES[word])
            elif role.kind == "padding" and word in LOW | HIGH:
                role = replace(role, kind="padding-lo" if word in LOW else "padding-hi")
            elif word in ("p",) and role.kind == "output":
                role = Role("output-padding")
            elif word in ("total", "tot"):
                role = replace(role, kind="padding-total", said=True)
            elif word == "l" and role.kind in ("kernel", "stride", "dilation") and word == low[-1]:
                continue
            elif word not in ends and word not in NEUTRAL and WORDS.get(word) is None:
                return None if not word.isdigit() else role
    return role


COUNTS = {"weights", "biases", "parameters", "macs", "flops", "channels"}
TAGS = {"OH": ("output", "h"), "OW": ("output", "w"), "OD": ("output", "d"), "IH": ("input", "h"), "IW": ("input", "w"),
        "ID": ("input", "d"), "KH": ("kernel", "h"), "KW": ("kernel", "w"), "KD": ("kernel", "d"), "SH": ("stride", "h"),
        "SW": ("stride", "w"), "PH": ("padding", "h"), "PW": ("padding", "w"), "PD": ("padding", "d"), "FH": ("kernel", "h"),
        "FW": ("kernel", "w"), "DH": ("dilation", "h"), "DW": ("dilation", "w"), "IC": ("in-channels", ""),
        "SD": ("stride", "d"),
        "OC": ("out-channels", ""), "HH": ("kernel", "h"), "WW": ("kernel", "w"), "DKH": ("extent", "h"),
        "DKW": ("extent", "w"),
        "DD": ("dilation", "d")}  # fmt: skip
GLUED = [
    ("owidth", "output", "w"), ("oheight", "output", "h"), ("owid", "output", "w"), ("iheight", "input", "h"), ("iwidth",
    "input", "w"),
    ("odepth", "output", "d"), ("otime", "output", ""), ("osize", "output", ""), ("isize", "input", ""), ("ksize",
    "kernel", ""),
    ("noutput", "output", ""), ("ninput", "input", ""), ("nout", "output", ""), ("nin", "input", ""), ("kwidth",
    "kernel", "w"),
    ("kheight", "kernel", "h"), ("inheight", "input", "h"), ("inwidth", "input", "w"), ("outheight", "output", "h"),
    ("outwidth", "output", "w"), ("outsize", "output", ""), ("insize", "input", ""), ("kernelsize", "kernel", ""),
    ("filtersize", "kernel", ""), ("inputsize", "input", ""), ("outputsize", "output", ""), ("effk", "extent", ""),
    ("keff", "extent", ""),
    ("dk", "extent", ""),
]  # fmt: skip


def spelled(found: list[str], topic: str) -> Role | None:
    """Words: spatial_filter_shape[i], input padding top, kernel_size[0]."""
    if found[0] in TAGS and all(w in ("L", "R", "T", "B", "l", "r") for w in found[1:]):
        kind, axis = TAGS[found[0]]
        if kind == "padding" and len(found) > 1:
            kind = "padding-lo" if found[1] in ("L", "T", "l") else "padding-hi"
        return Role(kind, axis)
    low = [w.lower() for w in found]
    for word, kind, axis in GLUED:
        if "".join(low) == word:
            return Role(kind, axis)
    kinds, axis, side, said, unknown = [], "", "", "", []
    for at, word in enumerate(low):
        if word in WORDS:
            kinds.append(WORDS[word])
        elif word in ("effective", "dilated", "eff", "equivalent"):
            kinds.append("extent")
        elif word in ("h", "w", "d", "x", "y", "z", "0", "1", "2", "i") and at == 0 and len(low) > 1 and word in ("h", "w"):
            axis, kinds = AXES[word], [*kinds, "size"]
        elif word in AXES:
            axis = AXES[word]
        elif word in ("total", "along", "needed"):
            said = "total"
        elif (len(word) > 1 and word in LOW | HIGH) or (word in LOW | HIGH and "padding" in kinds):
            side = "lo" if word in LOW else "hi"
        elif word not in NEUTRAL and not word.isdigit():
            unknown.append(word)
    if unknown:
        return None
    return settle(kinds, axis, side, said, low, topic)


def settle(kinds: list[str], axis: str, side: str, said: str, low: list[str], topic: str) -> Role | None:
    """One role from all that the words of a name say."""
    has = set(kinds)
    if "channels" in has or (
        topic == "parameters" and low in (["filters"], ["self", "filters"], ["num", "filters"], ["n", "filters"])
    ):
        out = "output" in has or "filters" in low
        return Role("out-channels" if out else "in-channels")
    if topic == "parameters" and "filters" in low and ("num" in low or "n" in low or "number" in low):
        return Role("out-channels")
    if "extent" in has and "kernel" in has:
        return Role("extent", axis)
    if "padding" in has:
        if "output" in has:
            return Role("output-padding", axis)
        if said:
            return Role("padding-total", axis, True)
        return Role(f"padding-{side}" if side else "padding", axis)
    for kind in (
        "weights",
        "biases",
        "parameters",
        "macs",
        "flops",
        "rf",
        "groups",
        "batch",
        "stride",
        "dilation",
        "kernel",
        "output",
        "input",
    ):
        if kind in has and not (kind == "biases" and "weights" in has):
            if kind == "rf" and "input" in has:
                kind = "rf-in"
            return Role(kind, axis)
    if "jump" in has:
        return Role("jump-in" if "input" in has else "jump")
    if axis and (not has or has == {"size"}):
        return Role("input", axis)  # width, height
    if not has and set(low) & {"size", "shape", "length"}:
        return Role("input", axis)
    return None


EACH = re.compile(r"each side|both sides(?! together)|per side|either side|one side|every side|symmetric", re.I)
TOTAL = re.compile(r"total|together|sum of|combined|in all", re.I)
FROM_0 = re.compile(
    r"from 0|0-based|zero-based|base 0|number of (gaps|holes|zeros)|0 ?= ?(no|ordinary|none)|gaps|0 means no", re.I
)
FROM_1 = re.compile(r"from 1|1-based|base 1|1 ?= ?(no|ordinary|none)|1 means no", re.I)
PHRASES = [
    (re.compile(r"padded (input|image|signal|data)|"
                r"(input|image|signal).*(padding|padded|pads|zeros).*(includ|contain|added|counted)|"
                r"(input|image|signal).*(includ|contain|with|after).*(padding|pads\b)", re.I), "padded-input"),
    (re.compile(r"fan[- _]?in\b", re.I), "fan-in"),
    (re.compile(r"fan[- _]?out\b", re.I), "fan-out"),
    (re.compile(r"(first|start\w*|left\w*).*(input|image).*(read|window|output|see)|(start|beginning) of the receptive", re.I),
     "input-first"),
    (re.compile(r"(last|end\w*|right\w*).*(input|image).*(read|window|output|see)|end of the receptive", re.I), "input-last"),
    (re.compile(r"(input|image|data) (index|position|coordinate|entry)|(index|position|coordinate) (of|in|into) (an |the )?"
                r"(input|image|data)", re.I), "input-index"),
    (re.compile(r"(kernel|tap|filter|weight|window) (index|offset)|(index|number) (of|in|into) (a |the )?(tap|kernel|filter)\b",
                re.I), "tap"),
    (re.compile(r"multiplications (of|in|for|by|with|needed).*(F\(|winograd|minimal|toom|algorithm|tile)|"
                r"(winograd|minimal|F\().*multiplications", re.I), "multiplications"),
    (re.compile(r"layers (per|of|in|of each|in each|of a|in a) (block|stack)", re.I), "layers"),
    (re.compile(r"number of (equal |residual )?(blocks|stacks)$|^(blocks|stacks)$", re.I), "blocks"),
    (re.compile(r"(smallest|least|minimal|minimum|required|needed) (input|size of the input)", re.I), "smallest-input"),
    (re.compile(r"number of (neighbou?ring |consecutive )?(outputs|output (entries|units|pixels)) (that|to)", re.I), "span"),
    (re.compile(r"causal|no (later|future)", re.I), "causal-padding"),
    (re.compile(r"\bSAME\b.*total|total.*\bSAME\b"), "same-total"),
    (re.compile(r"number of (equal |stacked |conv\w* )*layers|^layers$|depth of the (stack|net\w*)", re.I), "layers"),
    (re.compile(r"number of tiles", re.I), "tiles"),
    (re.compile(r"outputs (of|per) (a |each )?tile|tile size|output tile", re.I), "tile"),
    (re.compile(r"(end|stop) of (the )?window", re.I), "window-end"),
    (re.compile(r"(start|begin\w*|first entry) of (the )?window", re.I), "window-start"),
    (re.compile(r"(output|window|unit) (index|position)|(index|position) of (an |the )?(output|window|unit)", re.I), "position"),
    (re.compile(r"number of (blocks|windows|patches|positions|outputs|tiles|columns of)", re.I), "output"),
    (re.compile(r"(start|cent(re|er)|offset).*(before|input|previous)", re.I), "start-in"),
    (re.compile(r"\b(start|cent(re|er)|offset) of (the )?first", re.I), "start"),
    (re.compile(r"(same|keeps? (the )?(size|length)|half).*pad|pad.*(same|keeps? (the )?(size|length)|"
                r"half)|output.*equals.*input", re.I), "same-padding"),
    (re.compile(r"full.*pad|pad.*full", re.I), "full-padding"),
    (re.compile(r"direct|equivalent.*conv|pad.*transpos(e|ed)\b.*direct", re.I), "direct-padding"),
    (re.compile(r"output ?padding|adjustment|output_padding", re.I), "output-padding"),
    (re.compile(r"(out(put)?|number of) (channels|filters|feature maps|kernels)|^filters$|out(put)? depth|"
                r"number of (filters|kernels)", re.I), "out-channels"),
    (re.compile(r"(in(put)?) (channels|depth|feature maps)|number of input channels|^(channels|depth)$|"
                r"input planes", re.I), "in-channels"),
    (re.compile(r"receptive field.*(before|input|previous)|(before|input|previous).*receptive field", re.I), "rf-in"),
    (re.compile(r"receptive field", re.I), "rf"),
    (re.compile(r"number of output features$", re.I), "output"),
    (re.compile(r"number of input features$", re.I), "input"),
    (re.compile(r"jump.*(before|input|previous|\bin$)|(before|input|previous).*jump", re.I), "jump-in"),
    (re.compile(r"jump|total stride", re.I), "jump"),
    (re.compile(r"effective|dilated (kernel|filter)|extent", re.I), "extent"),
    (re.compile(r"multipl\w*[- ](adds?|accumul\w*)|\bmacs?\b|multiplications$", re.I), "macs"),
    (re.compile(r"flops|operations|multiplications and additions", re.I), "flops"),
    (re.compile(r"weights and bias|parameters|params", re.I), "parameters"),
    (re.compile(r"\bweights\b", re.I), "weights"),
    (re.compile(r"\bbias(es)?\b", re.I), "biases"),
    (re.compile(r"\bbatch\b|minibatch", re.I), "batch"),
    (re.compile(r"\bgroups?\b", re.I), "groups"),
    (re.compile(r"remainder", re.I), "remainder"),
    (re.compile(r"^(an? )?(rational|real)( number)?$|^real$", re.I), "rational"),
    (re.compile(r"^(an? )?(whole |natural |positive )?(number|integer|variable|int|free)s?( of .*)?$|"
                r"^number of .*|any integer", re.I), "number"),
    (re.compile(r"\bpad", re.I), "padding"),
    (re.compile(r"\bdilat|atrous|\brate\b", re.I), "dilation"),
    (re.compile(r"\bstrid|\bstep\b|subsampl", re.I), "stride"),
    (re.compile(r"\bkernel|\bfilter|\bwindow|\bpool(ing)? size|\bmask\b|receptive size", re.I), "kernel"),
    (re.compile(r"\bout(put)?s?\b|\bfeature map\b|result", re.I), "output"),
    (re.compile(r"\bin(put)?s?\b|\bimage\b|\bsignal\b|^(size|width|height|length)$", re.I), "input"),
    (re.compile(r"\b(width|height|length)\b", re.I), "input"),
]  # fmt: skip
AXIS_WORDS = [(re.compile(r"\b(height|vertical|rows)\b", re.I), "h"), (re.compile(r"\b(width|horizontal|columns)\b", re.I), "w"),
              (re.compile(r"\b(depth)\b(?! of)", re.I), "d")]  # fmt: skip


def described(text: str) -> Role | None:
    """The role that a meaning in words gives, as in "zero padding on each side"; None if no word is known."""
    text = english(text)
    for pattern, kind in PHRASES:
        if not pattern.search(text):
            continue
        axis = next((a for p, a in AXIS_WORDS if p.search(text) and kind not in ("in-channels", "out-channels")), "")
        said = True
        if kind in ("padding", "same-padding") and TOTAL.search(text):
            kind += "-total"
        elif kind == "padding" and not EACH.search(text):
            side = re.search(r"\b(left|top|before|begin\w*|start|front|right|bottom|after|end\w*|back)\b", text, re.I)
            if side:
                kind = "padding-lo" if side[1].lower() in LOW else "padding-hi"
            said = side is not None
        elif kind == "dilation":
            kind, said = ("dilation-0", True) if FROM_0.search(text) else ("dilation", FROM_1.search(text) is not None)
        return Role(kind, axis, said)
    return None
