"""SVG: well-formed, escaped, deterministic; every role has a look that survives without colour."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from symconv.language.scene import ROLES, Area, Arrow, Box, Curve, Scene, Text, cell, entry, joined, scene, words
from symconv.pages import svg
from symconv.pages.palette import HATCHES, LOOKS

NS = "{http://www.w3.org/2000/svg}"
WICKED = "</text><script>alert(1)</script> & \" ' ]]> \x00\x1b {x} ￾"


def sample(words_: str = "12", title: str = "A title", description: str = "Words") -> Scene:
    elements = [cell(Box(0, 0, 300, 36), words(words_), role="hit", key=words_, outline="window")]
    elements += [cell(Box(60.0 * k, 50, 40, 30), words("1/2"), role=role) for k, role in enumerate(ROLES)]
    more = [
        Area(Box(0, 90, 40, 20), "band3", fill=True, dash=True, radius=4),
        Curve(((0, 120), (40, 130), (80, 110), (120, 150)), "band2", smooth=True, closed=True, fill=True),
        Curve(((0, 160), (1 / 3, 170)), dash=True),
        Arrow(((0, 200), (50, 210)), both=True),
        Text(0, 230, joined(entry("y", (0, 1)), " = 2·1 ", (("2", "sup"),), " 창"), anchor="start"),
        Text(0, 260, words(words_), anchor="start"),
    ]
    return scene([*elements, *more], title, description)


def test_parses_and_names_itself() -> None:
    root = ET.fromstring(svg.render(sample()))
    title, desc = root.find(f"{NS}title"), root.find(f"{NS}desc")
    assert title is not None
    assert desc is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert (title.text, desc.text) == ("A title", "Words")
    assert list(root)[:2] == [title, desc]


def test_text_is_text_and_escaped() -> None:
    made = svg.render(sample(WICKED, WICKED, WICKED))
    root = ET.fromstring(made)
    shown = ["".join(t.itertext()) for t in root.iter(f"{NS}text")]
    assert shown.count(WICKED.replace("\x00", "�").replace("\x1b", "�").replace("￾", "�")) == 2
    assert not list(root.iter(f"{NS}script"))
    assert root.find(f"{NS}title").text.startswith("</text>")  # type: ignore[union-attr]
    wild = Scene(10, 10, "t", "d", (), language='en" onload="alert(1)')
    assert ET.fromstring(svg.render(wild)).attrib.keys() == ET.fromstring(svg.render(sample())).attrib.keys()


def test_the_baseline_comes_back_after_a_subscript() -> None:
    root = ET.fromstring(svg.render(sample()))
    for text in root.iter(f"{NS}text"):
        shifts = [float(s.get("dy", 0)) for s in text.iter(f"{NS}tspan")]
        if shifts and text[-1].get("font-size") is None:
            assert sum(shifts) == pytest.approx(0)


def test_ids_are_its_own_and_every_reference_has_one() -> None:
    one, two = svg.render(sample()), svg.render(sample("13"))
    ids = [set(re.findall(r' id="([^"]+)"', made)) for made in (one, two)]
    assert not ids[0] & ids[1]
    assert set(re.findall(r"url\(#([^)]+)\)", one)) <= ids[0]
    assert 'id="s1-title"' in svg.render(sample(), prefix="s1")


def test_inline_has_no_header() -> None:
    assert svg.render(sample()).startswith("<?xml")
    assert svg.render(sample(), inline=True).startswith("<svg")


def test_every_role_has_a_look() -> None:
    assert set(LOOKS) == set(ROLES)
    assert {look.hatch for look in LOOKS.values()} <= {"", *HATCHES}


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("role", ROLES)
def test_dark_text_stays_legible(role: str) -> None:
    ink = luminance(LOOKS["ink"].stroke)
    assert (luminance(LOOKS[role].fill) + 0.05) / (ink + 0.05) >= 4.5  # WCAG AA


@pytest.mark.parametrize("group", ["band", "cell"])
def test_told_apart_without_colour(group: str) -> None:
    cells = ("window", "hit", "pad", "hole", "crop", "unread", "winner", "tie", "copy", "hit-copy")
    roles = [r for r in ROLES if r.startswith("band")] if group == "band" else cells
    for one, other in combinations(roles, 2):
        a, b = LOOKS[one], LOOKS[other]
        apart = abs(luminance(a.fill) - luminance(b.fill)) > 0.15
        assert (a.hatch, a.dash) != (b.hatch, b.dash) or apart, (one, other)


def test_numbers_are_short() -> None:
    assert [svg.number(v) for v in (1.0, 0.5, 1 / 3, -0.001, 1e-9, 120, -2.5)] == [
        "1",
        "0.5",
        "0.33",
        "0",
        "0",
        "120",
        "-2.5",
    ]
