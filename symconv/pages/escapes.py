"""Words made safe for TeX, character by character."""

from __future__ import annotations

ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#", "$": r"\$",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": "$<$", ">": "$>$", "γ": r"$\gamma$", "≥": r"$\ge$",
    "φ": r"$\varphi$", "ω": r"$\omega$", "π": r"$\pi$", "Φ": r"$\Phi$",
    "≤": r"$\le$", "Σ": r"$\sum$", "·": r"$\cdot$", "ᵀ": "$^{T}$", "--": "-{}-", "✓": r"$\checkmark$", "|": "$|$", '"': "''",
    "τ": r"$\tau$", "δ": r"$\delta$", "σ": r"$\sigma$", "²": "$^{2}$", "≈": r"$\approx$", "°": r"$^{\circ}$",
    **{chr(0x2080 + digit): f"$_{digit}$" for digit in range(10)},
}  # fmt: skip


def escape(text: str) -> str:
    """Words made safe for TeX."""
    text = text.replace("--", "\0")
    return "".join(ESCAPES.get(ch, ch) for ch in text).replace("\0", ESCAPES["--"])
