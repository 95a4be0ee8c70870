"""Whether words can be read on a colour: contrast as WCAG 2.2 defines it (success criterion 1.4.3)."""

import re

from django.utils.translation import gettext as _

ENOUGH = 4.5
ON_PLUM = "#fff7ea"
ON_ACTION = "#ffffff"
IN_DARK = 0.7  # In the dark theme a panel keeps its hue at seven tenths of its light.


def check_brand(colour: str) -> list[str]:
    """What is wrong with a colour for panels and the bead line, in sentences. Nothing wrong is an empty list."""
    if not is_colour(colour):
        return [_unreadable(colour)]
    if contrast(colour, ON_PLUM) < ENOUGH:
        return [_too_pale(_("Words on a panel"), colour, ON_PLUM)]
    if contrast(darkened(colour), ON_PLUM) < ENOUGH:
        return [_too_pale(_("Words on a panel in the dark theme"), darkened(colour), ON_PLUM)]
    return []


def check_action(colour: str) -> list[str]:
    """The same for the main button. In the dark theme every main button is marigold."""
    if not is_colour(colour):
        return [_unreadable(colour)]
    if contrast(colour, ON_ACTION) < ENOUGH:
        return [_too_pale(_("Words on the main button"), colour, ON_ACTION)]
    return []


def contrast(one: str, other: str) -> float:
    """From 1 (the same colour) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def darkened(colour: str) -> str:
    return "#" + "".join(f"{round(channel * IN_DARK):02x}" for channel in _channels(colour))


def is_colour(text: str) -> bool:
    return bool(re.fullmatch(r"#[0-9a-fA-F]{6}", text))


def _unreadable(colour: str) -> str:
    said: str = _("“%(colour)s” is not a colour we can read. Write # and six letters or digits, such as #4f2157.") % {
        "colour": colour
    }
    return said


def _too_pale(what: str, ground: str, words: str) -> str:
    said: str = _(
        "%(what)s would be hard to read: %(found).1f to 1, and 4.5 to 1 is needed. Choose a darker colour."
    ) % {
        "what": what,
        "found": contrast(ground, words),
    }
    return said


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
