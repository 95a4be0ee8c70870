"""QR codes for paper, drawn as SVG in the page."""

import io
from functools import lru_cache

import segno
from django.utils.html import escape
from django.utils.safestring import mark_safe


def qr_code(address, title):
    """The code takes its colour from the words around it, and needs no picture file."""
    drawing = io.BytesIO()
    segno.make(address, error="m").save(
        drawing,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=2,
        title=None,
        svgclass="qr",
        lineclass=None,
    )
    svg = drawing.getvalue().decode()
    # Made by segno from a string that it turned into black squares: nothing typed is left in it.
    return mark_safe(svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1))  # noqa: S308


@lru_cache(maxsize=1000)
def page_code(address, title):
    """The code of a page, drawn once. Addresses that open something by themselves are not kept in memory."""
    return qr_code(address, title)
