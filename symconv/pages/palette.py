"""How roles look: the colours of Okabe and Ito (2008), which colour-blind readers tell apart, each with a second sign.

Every role that marks a cell differs from the others by its outline, dashes or pattern as well, so that a figure survives print
without colour.  Tints are the colours mixed with white; dark text stays legible on each of them.
"""

from __future__ import annotations

from symconv.language.lazy import dataclass

BLACK, ORANGE, SKY, GREEN = "#000000", "#e69f00", "#56b4e9", "#009e73"
YELLOW, BLUE, VERMILLION, PURPLE = "#f0e442", "#0072b2", "#d55e00", "#cc79a7"
INK, GREY, PALE, WHITE = "#222222", "#595959", "#bbbbbb", "#ffffff"

# patterns: the strokes of a tile of 8 by 8, and the name of the nearest TikZ pattern
HATCHES = {
    "rise": ("M-1,1 L1,-1 M0,8 L8,0 M7,9 L9,7", "north east lines"),
    "fall": ("M-1,7 L1,9 M0,0 L8,8 M7,-1 L9,1", "north west lines"),
    "cross": ("M0,8 L8,0 M0,0 L8,8 M-1,1 L1,-1 M7,9 L9,7 M-1,7 L1,9 M7,-1 L9,1", "crosshatch"),
    "dots": ("M2,2 h1.4 M6,6 h1.4", "dots"),
    "specks": ("M0,4 h1.2 M4,0 v1.2", "crosshatch dots"),
    "across": ("M0,4 H8", "horizontal lines"),
    "upright": ("M4,0 V8", "vertical lines"),
    "grid": ("M0,4 H8 M4,0 V8", "grid"),
}


@dataclass(frozen=True)
class Look:
    """A role's tint, its full colour (lines, outlines, text), its pattern, and whether its outline is dashed."""

    fill: str
    stroke: str
    hatch: str = ""
    dash: bool = False


def tint(colour: str, share: float) -> str:
    """The colour mixed with white."""
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - p) * share):02x}" for p in parts)


LOOKS = {
    "ink": Look(WHITE, INK),
    "muted": Look(WHITE, GREY),
    "faint": Look(WHITE, PALE),
    "paper": Look(WHITE, GREY),
    "data": Look(tint(SKY, 0.30), BLUE),
    "kernel": Look(tint(ORANGE, 0.32), "#9a6a00"),
    "result": Look(tint(GREEN, 0.26), "#00664b"),
    "upstream": Look(tint(PURPLE, 0.34), "#9c3f70"),
    "gradient": Look(tint(YELLOW, 0.45), "#6d6700"),
    "bias": Look("#eeeeee", INK),
    "window": Look(tint(VERMILLION, 0.18), VERMILLION),
    "hit": Look(tint(VERMILLION, 0.30), VERMILLION, "rise"),
    "miss": Look(WHITE, PALE),
    "pad": Look(WHITE, GREY, "", True),
    "hole": Look(WHITE, GREY, "dots", True),
    "crop": Look("#f3f3f3", GREY, "cross", True),
    "unread": Look("#e4e4e4", GREY, "cross"),
    "winner": Look(tint(GREEN, 0.5), "#00664b", "across"),
    "tie": Look(tint(YELLOW, 0.6), "#6d6700", "dots"),
    "copy": Look(tint(SKY, 0.1), BLUE, "specks", True),
    "hit-copy": Look(tint(VERMILLION, 0.12), VERMILLION, "fall", True),
    "band0": Look(tint(SKY, 0.45), BLUE),
    "band1": Look(tint(ORANGE, 0.5), "#9a6a00", "rise"),
    "band2": Look(tint(GREEN, 0.4), "#00664b", "fall"),
    "band3": Look(tint(PURPLE, 0.5), "#9c3f70", "dots"),
    "band4": Look(tint(YELLOW, 0.6), "#6d6700", "across"),
    "band5": Look(tint(BLUE, 0.35), BLUE, "upright"),
    "band6": Look(tint(VERMILLION, 0.4), VERMILLION, "cross"),
    "band7": Look("#d5d5d5", INK, "grid"),
    "level0": Look(WHITE, GREY),
    "level1": Look(tint(BLUE, 0.15), BLUE),
    "level2": Look(tint(BLUE, 0.3), BLUE),
    "level3": Look(tint(BLUE, 0.45), BLUE),
    "level4": Look(tint(BLUE, 0.6), BLUE),
}
