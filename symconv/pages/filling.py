"""Words and pieces filled into the lines of a terminal; columns are counted as they show, two for an East Asian letter."""

from __future__ import annotations

from symconv.pages.spelling import HARD, width

COLUMNS = 80


def fill(text: str, indent: str, columns: int = COLUMNS, first: str | None = None) -> str:
    """Words filled into lines behind ``indent``, the first behind ``first``; a word longer than a line is cut."""
    lines: list[str] = []
    current, empty = indent if first is None else first, True
    for word in text.split(" "):
        if not word:
            continue
        if not empty and width(current) + 1 + width(word) > columns:
            lines.append(current)
            current, empty = indent, True
        current += "" if empty else " "
        empty = False
        if HARD in word:  # mathematics is not broken
            current += word
        else:
            *full, current = cut(word, current, indent, columns)
            lines += full
    return "\n".join([*lines, current])


def cut(word: str, begun: str, indent: str, room: int) -> list[str]:
    """Lines of a word behind what is begun, each as long as there is room for, cut behind a comma where it holds one."""
    lines: list[str] = []
    at, used, comma = 0, width(begun), 0
    for k, c in enumerate(word):
        wide = width(c)
        if used + wide > room and k > at:
            end = comma if comma > at else k
            lines.append(begun + word[at:end])
            begun, at, used = indent, end, width(indent) + width(word[end:k])
        used += wide
        comma = k + 1 if c == "," else comma
    return [*lines, begun + word[at:]]


def slices(text: str, room: int) -> list[tuple[int, int]]:
    """Extents that fit, cut at blanks where there are any."""
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(text) or not found:
        end = start
        while end < len(text) and width(text[start : end + 1]) <= room:
            end += 1
        if end < len(text) and " " in text[start:end]:
            end = text.rindex(" ", start, end) + 1
        end = max(end, min(start + 1, len(text)))
        found.append((start, end))
        start = end
        if not text:
            break
    return found


def visible(text: str) -> int:
    """Columns of a text that may hold colour codes."""
    if "\x1b" in text:
        import click

        text = click.unstyle(text)
    return width(text)


def lay(pieces: list[str], head: str, indent: str, columns: int) -> list[str]:
    """Pieces after a head, wrapped between pieces; a piece wider than a line is broken at its commas."""
    lines, current, empty = [], head, True
    for piece in pieces:
        gap = "" if empty else " "
        if not empty and visible(current + gap + piece) > columns:
            lines.append(current)
            current, gap = indent, ""
        if visible(current + gap + piece) > columns:
            parts = piece.split(", ")
            for k, part in enumerate(parts):
                part += ", " if k < len(parts) - 1 else ""
                if visible(current + gap + part.rstrip()) > columns and current.strip():
                    lines.append(current.rstrip())
                    current, gap = indent + "  ", ""
                current += gap + part
                gap = ""
        else:
            current += gap + piece
        empty = False
    return [*lines, current]
