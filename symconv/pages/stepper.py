"""The stepper: a window that moves entry by entry, one HTML file with the picture and the equation of every step.

Keys: right and left arrow (or j, k) step, Home and End jump, space plays and pauses.  Nothing moves by itself; where the reader
asks for less motion there are no transitions and no smooth scrolling.  On paper all equations and the current picture remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from symconv.errors import SymconvError
from symconv.language.example import Example, Line, Part
from symconv.language.expand import ZERO
from symconv.language.lazy import dataclass
from symconv.language.scene import Scene
from symconv.pages import svg
from symconv.pages.arrays import worked_lines
from symconv.pages.latex import LatexTarget
from symconv.pages.nodes import Lines, Worked
from symconv.pages.page import frame, inline
from symconv.pages.work import work

STYLE = """
main { max-width: 62rem; }
.stepper { outline: none; }
.stepper:focus-visible .stage { box-shadow: 0 0 0 3px #56b4e9; }
.stage { border: 1px solid #ddd; border-radius: 6px; padding: 0.5rem; overflow-x: auto; }
.stage svg { display: block; margin: 0 auto; max-width: 100%; max-height: 60vh; height: auto; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin: 0.8rem 0;
  font-family: system-ui, sans-serif; }
.controls[hidden] { display: none; }
.controls button { font: inherit; padding: 0.35rem 0.8rem; border: 1px solid #888; border-radius: 5px; background: #f6f6f6;
  color: #222; cursor: pointer; }
.controls button:hover:not(:disabled) { background: #e8f3fb; }
.controls button:disabled { color: #767676; cursor: default; }
.controls button:focus-visible, .controls input:focus-visible { outline: 3px solid #0072b2; outline-offset: 1px; }
.controls input { flex: 1 1 8rem; min-width: 6rem; }
.controls output { min-width: 8rem; }
.equations { list-style: none; margin: 0; padding: 0; max-height: 22rem; overflow-y: auto; border-top: 1px solid #ddd;
  position: relative; }
.equations li { padding: 0.3rem 0.6rem; border-left: 5px solid transparent; transition: background-color 0.25s; cursor: pointer;
  overflow-x: auto; overflow-y: hidden; }
.equations li[aria-current] { background: #fdf0e6; border-left-color: #d55e00; font-weight: bold; }
kbd { font-family: system-ui, sans-serif; font-size: 0.85em; border: 1px solid #aaa; border-radius: 4px; padding: 0 0.3em; }
@media (prefers-reduced-motion: reduce) { .equations li { transition: none; } }
@media print { .controls, .keys { display: none; } .equations { max-height: none; overflow: visible; }
  .stage, .stepper:focus-visible .stage { border: none; box-shadow: none; }
  .stage svg { max-height: none; } .equations li { break-inside: avoid; } }
"""
SCRIPT = """
(function () {
  "use strict";
  var box = document.querySelector(".stepper"), frames = box.querySelectorAll(".frame");
  var lines = box.querySelectorAll(".equations li");
  var list = box.querySelector(".equations"), slider = box.querySelector("input"), told = box.querySelector("output");
  var button = {}, at = 0, timer = null;
  box.querySelectorAll("button").forEach(function (b) { button[b.dataset.act] = b; });
  var less = window.matchMedia("(prefers-reduced-motion: reduce)");
  function show(k, still) {
    at = Math.max(0, Math.min(frames.length - 1, k));
    for (var m = 0; m < frames.length; m++) {
      frames[m].hidden = m !== at;
      if (m === at) lines[m].setAttribute("aria-current", "step"); else lines[m].removeAttribute("aria-current");
    }
    slider.value = at;
    slider.setAttribute("aria-valuetext", frames[at].dataset.name);
    told.textContent = "Step " + (at + 1) + " of " + frames.length + ": " + frames[at].dataset.name;
    button.first.disabled = button.back.disabled = at === 0;
    button.next.disabled = button.last.disabled = at === frames.length - 1;
    if (!still) {
      var top = lines[at].offsetTop - (list.clientHeight - lines[at].offsetHeight) / 2;
      list.scrollTo({ top: top, behavior: less.matches ? "auto" : "smooth" });
    }
  }
  function pause() {
    if (timer !== null) clearInterval(timer);
    timer = null;
    button.play.textContent = "Play";
    button.play.setAttribute("aria-pressed", "false");
  }
  function play() {
    if (timer !== null) { pause(); return; }
    if (at === frames.length - 1) show(0);
    button.play.textContent = "Pause";
    button.play.setAttribute("aria-pressed", "true");
    timer = setInterval(function () { if (at < frames.length - 1) show(at + 1); if (at === frames.length - 1) pause(); }, 1200);
  }
  var acts = {
    first: function () { pause(); show(0); }, back: function () { pause(); show(at - 1); }, play: play,
    next: function () { pause(); show(at + 1); }, last: function () { pause(); show(frames.length - 1); }
  };
  Object.keys(button).forEach(function (name) { button[name].addEventListener("click", acts[name]); });
  slider.addEventListener("input", function () { pause(); show(Number(slider.value)); });
  lines.forEach(function (line, k) { line.addEventListener("click", function () { pause(); show(k); }); });
  var keys = { ArrowRight: "next", ArrowLeft: "back", j: "next", k: "back", Home: "first", End: "last", " ": "play" };
  document.addEventListener("keydown", function (event) {
    var name = keys[event.key], on = event.target && event.target.tagName;
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    if (on === "INPUT" && event.key !== " " && event.key !== "j" && event.key !== "k") return;
    if (on === "BUTTON" && event.key === " ") return;
    event.preventDefault();
    acts[name]();
  });
  box.querySelector(".controls").hidden = false;
  show(0, true);
})();
"""
BUTTONS = (("first", "First"), ("back", "Back"), ("play", "Play"), ("next", "Next"), ("last", "Last"))


@dataclass(frozen=True)
class Step:
    """One step: what it is called, its picture, its equation in LaTeX."""

    name: str
    scene: Scene
    equation: str


def step(name: str, scene: Scene, rows: Sequence[Worked] | Lines) -> Step:
    """A step with its worked lines as an equation."""
    tex = LatexTarget()
    if isinstance(rows, Lines):
        return Step(name, scene, tex.argument(rows.lines).removeprefix("\\[").removesuffix("\\]"))
    lines = [line for row in rows for line in worked_lines(tex, row)]
    return Step(name, scene, "\\begin{aligned}" + " \\\\ ".join(lines) + "\\end{aligned}")


def products(made: Example, part: Part, lines: Sequence[Line]) -> list[Worked]:
    """Sums of products worked out; products with a zero that was put in are left out."""
    real = [replace(line, terms=tuple(one for one in line.terms if ZERO not in one.factors)) for line in lines]
    return [row.right for row in work(made, part, real).lines]


def render(title: str, words: str, shown: Sequence[Step], language: str = "en") -> str:
    """The page.

    Raises SymconvError if there is no step.
    """
    if not shown:
        raise SymconvError("stepper: expected at least one step, got none")
    opening = f"<h1>{escape(title, quote=False)}</h1>\n<p>{escape(words, quote=False)}</p>\n"
    return frame(title, opening + body(title, shown), language, STYLE, SCRIPT)


def body(title: str, shown: Sequence[Step]) -> str:
    """The stepper itself."""
    frames = "\n".join(
        f'<div class="frame" data-name="{escape(s.name)}"{" hidden" if k else ""}>\n'
        f"{svg.render(s.scene, inline=True, prefix=f's{k}')}</div>"
        for k, s in enumerate(shown)
    )
    buttons = "\n".join(
        f'<button type="button" data-act="{act}"{" aria-pressed=" + chr(34) + "false" + chr(34) if act == "play" else ""}>'
        f"{label}</button>"
        for act, label in BUTTONS
    )
    lines = "\n".join(f"<li>{inline(s.equation)}</li>" for s in shown)
    return "\n".join([
        f'<section class="stepper" role="group" aria-label="{escape(title)}" tabindex="0">',
        f'<div class="stage">\n{frames}\n</div>',
        '<div class="controls" role="toolbar" aria-label="Steps" hidden>',
        buttons,
        f'<input type="range" min="0" max="{len(shown) - 1}" value="0" step="1" aria-label="Step">',
        '<output aria-live="polite"></output>',
        "</div>",
        '<p class="keys">Keys: <kbd>→</kbd> <kbd>←</kbd> step, <kbd>Home</kbd> <kbd>End</kbd> jump, <kbd>Space</kbd> plays and '
        "pauses.</p>",
        f'<ol class="equations" aria-label="Equations">\n{lines}\n</ol>',
        "</section>",
        "",
    ])  # fmt: skip
