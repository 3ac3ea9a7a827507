"""The stepper and the pages in a real browser: keys, focus, print, a narrow screen, no scripts.

Needs Chromium (apt install chromium) and the extra "browser"; run with ``pytest -m browser``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import symconv as sc

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as play:
        held = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield held
        held.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    made = sc.example(sc.conv2d(stride=2, padding=1), input=(5, 6), kernel=(3, 2), in_channels=2, seed=7)
    derived = sc.derive(sc.conv2d(stride="s", padding="P"), "x", proof=False)
    pages = {"stepper": made.picture("stepper"), "example": made.html(), "derivation": derived.html()}
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


def opened(browser: Any, files: Path, name: str, **options: Any) -> tuple[Any, list[str]]:
    shown = browser.new_page(**options)
    said: list[str] = []
    shown.on("console", lambda m: said.append(m.text))
    shown.on("pageerror", lambda e: said.append(str(e)))
    shown.on("request", lambda r: said.append(r.url) if not r.url.startswith(("file:", "data:")) else None)
    shown.goto((files / f"{name}.html").as_uri())
    return shown, said


def step(shown: Any) -> int:
    return int(shown.locator("output").inner_text().split()[1])


def test_keys(browser: Any, files: Path) -> None:
    shown, said = opened(browser, files, "stepper")
    steps = [step(shown)]
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home", "ArrowLeft", "j", "k"):
        shown.keyboard.press(key)
        steps.append(step(shown))
        assert shown.locator("li[aria-current=step]").count() == 1
        assert shown.locator(".frame:visible").count() == 1
    assert steps == [1, 2, 3, 2, 12, 12, 1, 1, 2, 1]
    assert said == []


def test_play_and_pause(browser: Any, files: Path) -> None:
    shown, _ = opened(browser, files, "stepper")
    play = shown.locator("[data-act=play]")
    shown.keyboard.press("Space")
    assert (play.inner_text(), play.get_attribute("aria-pressed")) == ("Pause", "true")
    shown.locator("output").filter(has_text="Step 2 ").wait_for()  # the page's policy forbids to evaluate text
    shown.keyboard.press("Space")
    assert (play.inner_text(), play.get_attribute("aria-pressed")) == ("Play", "false")
    shown.locator("[data-act=next]").focus()
    before = step(shown)
    shown.keyboard.press("Space")  # on a button, space presses that button
    assert step(shown) == before + 1
    shown.locator("input").focus()
    shown.keyboard.press("ArrowRight")  # on the slider, arrows move the slider, once
    assert step(shown) == before + 2


def test_less_motion(browser: Any, files: Path) -> None:
    shown, _ = opened(browser, files, "stepper", reduced_motion="reduce")
    duration = "getComputedStyle(document.querySelector('.equations li')).transitionDuration"
    assert shown.evaluate(duration) == "0s"
    shown.keyboard.press("End")
    assert shown.evaluate("document.querySelector('.equations').scrollTop") > 0  # at once, not smoothly


@pytest.mark.parametrize("name", ["stepper", "example", "derivation"])
def test_typeset_without_complaint(browser: Any, files: Path, name: str) -> None:
    shown, said = opened(browser, files, name)
    assert shown.locator(".katex-error").count() == 0
    assert shown.locator(".katex").count() > 10
    assert shown.evaluate("[...document.fonts].filter(f => f.status === 'error').length") == 0
    assert said == []
    wide = "[...document.querySelectorAll('.display, .fit')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert shown.evaluate(wide) == 0


@pytest.mark.parametrize("name", ["stepper", "example", "derivation"])
def test_a_narrow_screen_is_not_widened(browser: Any, files: Path, name: str) -> None:
    shown, _ = opened(browser, files, name, viewport={"width": 390, "height": 800})
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_the_formulas_can_be_read(browser: Any, files: Path) -> None:
    shown, _ = opened(browser, files, "derivation", java_script_enabled=False)
    assert r"\sum" in shown.locator("body").inner_text()
    assert "written in LaTeX" in shown.locator("body").inner_text()
