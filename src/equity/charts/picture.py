"""What every picture shares: its colours, its frame with title and description, and the sources at its foot."""
# ruff: noqa: E501 - a tag reads best on one line

from collections.abc import Sequence
from html import escape

INK, SOFT, GRID, SKY = "#2b1b35", "#5e4f68", "#ddd3df", "#46579f"
COLOURS = {"low": "#b8432a", "same": SKY, "high": "#0f6e69"}
WIDTH = 900
STANDING = {
    "much lower": ("low", "much lower"),
    "lower": ("low", "lower"),
    "higher": ("high", "higher"),
    "much higher": ("high", "much higher"),
    "about the same": ("same", "about the same"),
    "not comparable": ("same", ""),
}


def picture(title: str, description: str, subtitle: str, body: str, height: int, width: int = WIDTH) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="t d" '
        f'font-family="system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, DejaVu Sans, Helvetica, Arial, sans-serif">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(description)}</desc><rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<text x="20" y="34" font-size="21" font-weight="700" fill="{INK}">{escape(title)}</text>'
        f'<text x="20" y="57" font-size="15" fill="{SOFT}">{escape(subtitle)}</text>{body}</svg>'
    )


def wrapped(sources: Sequence[str], *, letters: int = 125) -> list[str]:
    lines = []
    for source in sources:
        line = ""
        for word in source.split():
            if len(line) + len(word) > letters:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines.append(line)
    return lines


def foot(lines: Sequence[str], top: float) -> str:
    return "".join(
        f'<text x="20" y="{top + 17 * place}" font-size="12" fill="{SOFT}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )


def shape(kind: str, x: float, y: float, colour: str, size: float = 6) -> str:
    """Hollow for lower, a square for higher, a full dot otherwise: shape says it as well as colour."""
    if kind == "high":
        return f'<rect x="{x - size}" y="{y - size}" width="{2 * size}" height="{2 * size}" rx="2" fill="{colour}"/>'
    inside = "#ffffff" if kind == "low" else colour
    return f'<circle cx="{x}" cy="{y}" r="{size}" fill="{inside}" stroke="{colour}" stroke-width="3"/>'
