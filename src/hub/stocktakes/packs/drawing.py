"""A measure's picture as SVG that stands by itself, from the same places as on the screen."""

from html import escape

import resvg_py

from hub.stocktakes.templatetags.stocktakes import day

WIDTH, HEIGHT = 900, 420
LEFT, TOP, RIGHT, BOTTOM = 110, 30, 870, 330
INK, SOFT, LINE, SKY = "#2b1b35", "#5e4f68", "#ddd3df", "#46579f"
FONT = "system-ui, Segoe UI, Roboto, Noto Sans, DejaVu Sans, Helvetica, Arial, sans-serif"


def as_svg(picture, colour):
    parts = [*_grid(picture), *_goal(picture, colour), *_lines(picture), *_points(picture)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{FONT}" font-size="20"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f"{''.join(parts)}</svg>"
    )


def as_png(picture, colour):
    return bytes(resvg_py.svg_to_bytes(svg_string=as_svg(picture, colour), zoom=2))


def _across(place):
    return LEFT + (RIGHT - LEFT) * float(place.rstrip("%")) / 100


def _down(place):
    return TOP + (BOTTOM - TOP) * float(place.rstrip("%")) / 100


def _line(x1, y1, x2, y2, colour, width, more=""):
    where = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {where} stroke="{colour}" stroke-width="{width}"{more}/>'


def _text(x, y, words, *, anchor="middle", colour=INK, weight="400"):
    look = f'text-anchor="{anchor}" fill="{colour}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


def _grid(picture):
    for label, y in picture.ticks:
        yield _line(LEFT, _down(y), RIGHT, _down(y), LINE, 1)
        yield _text(LEFT - 12, _down(y) + 7, label, anchor="end", colour=SOFT)


def _goal(picture, colour):
    if picture.goal_y:
        yield _line(LEFT, _down(picture.goal_y), RIGHT, _down(picture.goal_y), colour, 2.5, ' stroke-dasharray="8 6"')
        yield _text(RIGHT, _down(picture.goal_y) - 8, picture.goal_text, anchor="end", colour=colour, weight="700")


def _lines(picture):
    for x1, y1, x2, y2 in picture.lines:
        yield _line(_across(x1), _down(y1), _across(x2), _down(y2), SKY, 3)


def _points(picture):
    for point in picture.shown:
        x = _across(point.x)
        if point.low:
            yield _line(x, _down(point.low), x, _down(point.high), SKY, 2)
        yield f'<circle cx="{x:.1f}" cy="{_down(point.y):.1f}" r="8" fill="{SKY}"/>'
        yield _text(x, BOTTOM + 36, point.text, weight="700")
        yield _text(x, BOTTOM + 64, day(point.on, "M Y"), colour=SOFT)
