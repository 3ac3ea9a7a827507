"""The frame of an HTML page: one file that works offline, its style, fonts and scripts within it.

Mathematics stands in the page as LaTeX and is set by KaTeX when the page is opened; nothing is fetched, and the page's own
policy forbids it.  Without scripts the LaTeX can still be read.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from pathlib import Path

from symconv.words import message

KATEX = Path(__file__).parent / "katex"
# a font of KaTeX's, and what in a page calls for it (None: always)
FONTS = {
    "Main-Regular": None, "Math-Italic": None, "Size1-Regular": None, "Size2-Regular": None, "Size3-Regular": None,
    "Size4-Regular": None,
    "Main-Italic": r"\\(?:mathit|textit)\b",
    "Main-Bold": r"\\(?:mathbf|textbf|boldsymbol)\b",
    "AMS-Regular": r"\\(?:checkmark|nmid|square|blacksquare|lvert|varnothing|mathbb|leqslant|geqslant)\b",
}  # fmt: skip
STYLE = """
:root { color-scheme: light; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #fff; color: #222; line-height: 1.5;
  font-family: "Source Serif 4", "Noto Serif", Georgia, "Noto Serif KR", "Apple SD Gothic Neo", "Malgun Gothic", serif; }
main { max-width: 44rem; margin: 2.5rem auto 4rem; padding: 0 1.25rem; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 0.6rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; padding-bottom: 0.15rem; border-bottom: 1px solid #ccc; }
h3 { font-size: 1rem; margin: 1.4rem 0 0.4rem; }
p { margin: 0.6rem 0; }
table { border-collapse: collapse; margin: 0.6rem 0; }
th, td { padding: 0.2rem 0.9rem 0.2rem 0; vertical-align: baseline; text-align: left; font-weight: normal; }
th.right, td.right { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; overflow-y: hidden; }
.display { margin: 0.7rem 0; padding: 0.1rem 0; overflow-x: auto; overflow-y: hidden; }
.steps { width: 100%; }
.steps td { padding: 0.35rem 0.5rem 0.35rem 0; border-bottom: 1px solid #eee; }
.steps td.left { text-align: right; padding-right: 0.1rem; white-space: nowrap; }
.steps td.rule { width: 11rem; color: #444; font-size: 0.92em; }
.steps td.mark { width: 1.2rem; padding-right: 0; color: #00664b; font-weight: bold; }
.steps td.open { color: #a33c00; }
figure { margin: 1.4rem 0; overflow-x: auto; break-inside: avoid; }
figure svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { margin-top: 0.5rem; font-size: 0.92em; color: #444; }
code { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
.math { white-space: nowrap; }
.katex-display { margin: 0; text-align: left; }
.katex-display > .katex { text-align: left; }
.katex { font-size: 1.08em; }
.katex .mathtt { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
@media (max-width: 36rem) { .steps td.rule { width: auto; } h1 { font-size: 1.25rem; } p { overflow-x: auto; } }
@media print {
  @page { margin: 1.6cm; }
  body { font-size: 10.5pt; }
  main { margin: 0; padding: 0; max-width: none; }
  h1, h2, h3 { break-after: avoid; }
  tr, .display { break-inside: avoid; }
  .display, .scroll, figure { overflow: visible; }
}
"""
# typeset, then make displays that are wider than the page smaller, for print as well
SCRIPT = """
(function () {
  "use strict";
  var all = document.querySelectorAll(".math");
  for (var k = 0; k < all.length; k++) {
    var display = all[k].classList.contains("display");
    katex.render(all[k].textContent, all[k], { displayMode: display, throwOnError: false, trust: false, strict: false });
  }
  function fit() {
    var shown = document.querySelectorAll(".display, .fit");
    for (var k = 0; k < shown.length; k++) {
      shown[k].style.fontSize = "";
      var room = shown[k].clientWidth, own = shown[k].scrollWidth;
      if (room > 0 && own > room) shown[k].style.fontSize = Math.max(0.6, 0.98 * room / own) + "em";
    }
  }
  fit();
  window.addEventListener("resize", fit);
  window.addEventListener("beforeprint", fit);
  if (document.fonts && document.fonts.ready) document.fonts.ready.then(fit);
  document.documentElement.setAttribute("data-typeset", "done");
})();
"""


def frame(title: str, body: str, language: str = "en", style: str = "", script: str = "", maths: bool = True) -> str:
    """A whole page around a body that is HTML already; ``title`` is plain text."""
    scripts = [
        *([(KATEX / "katex.min.js").read_text(encoding="utf-8"), SCRIPT] if maths else []),
        *([script] if script else []),
    ]
    css = (faces(body) if maths else "") + STYLE + style
    policy = "; ".join([
        "default-src 'none'", "style-src 'unsafe-inline'", "font-src data:", "img-src data:",
        f"script-src {' '.join(map(digest, scripts)) or repr('none')}", "base-uri 'none'", "form-action 'none'",
    ])  # fmt: skip
    without = f"<noscript><p>{message('html.noscript')}</p></noscript>\n"
    return "\n".join([
        "<!DOCTYPE html>",
        f'<html lang="{escape(language)}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>{css}</style>",
        "</head>",
        "<body>",
        f"<main>\n{without if maths else ''}{body}</main>",
        *(f"<script>{text}</script>" for text in scripts),
        "</body>",
        "</html>",
        "",
    ])  # fmt: skip


def digest(script: str) -> str:
    """A script as the page's policy names it."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"


def faces(body: str) -> str:
    """KaTeX's style, with the fonts that the body calls for inlined and the others left out."""
    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    needed = {name for name, when in FONTS.items() if when is None or re.search(when, body)}

    def face(found: re.Match[str]) -> str:
        name = re.search(r"fonts/KaTeX_([A-Za-z0-9-]+)\.woff2", found[0])
        if name is None or name[1] not in needed:
            return ""
        held = base64.b64encode((KATEX / "fonts" / f"KaTeX_{name[1]}.woff2").read_bytes()).decode()
        return re.sub(r"src:[^}]*", f'src:url(data:font/woff2;base64,{held}) format("woff2")', found[0])

    return re.sub(r"@font-face\{[^}]*\}", face, css)


def inline(latex: str) -> str:
    """A formula in a sentence."""
    return f'<span class="math">{escape(latex, quote=False)}</span>'


def display(latex: str) -> str:
    """A formula of its own."""
    return f'<div class="math display">{escape(latex, quote=False)}</div>'
