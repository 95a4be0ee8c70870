"""What a picture file is and how large, told by its first bytes. What it is called tells nothing."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_BYTES = 200_000
LEAST_HIGH, MOST_PIXELS = 44, 2000
# Frames that start a JPEG picture: all but those for tables (C4), for later use (C8) and for arithmetic coding (CC).
START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Picture:
    content: bytes
    content_type: str

    @property
    def digest(self):
        return hashlib.blake2b(self.content, digest_size=16).hexdigest()


def check_size(size):
    if size > MOST_BYTES:
        found = {"found": -(-size // 1000), "most": MOST_BYTES // 1000}
        raise ValidationError(
            _("Choose a smaller file: this one has %(found)d kB, and %(most)d kB is the most") % found
        )


def read(content: bytes) -> Picture:
    """The picture, if it is of a kind that every browser shows. Not SVG, in which a script can hide."""
    check_size(len(content))
    for content_type, measure in TYPES.items():
        found = measure(content)
        if found:
            _check_measures(*found)
            return Picture(content, content_type)
    raise ValidationError(_("Choose a PNG, JPEG or WebP picture. This file is something else, or it is damaged"))


def _check_measures(width, height):
    found = {"width": width, "height": height, "least": LEAST_HIGH, "most": MOST_PIXELS}
    if height < LEAST_HIGH:
        raise ValidationError(_("Choose a picture at least %(least)d pixels high. This one has %(height)d") % found)
    if max(width, height) > MOST_PIXELS:
        said = _("Choose a picture of at most %(most)d pixels each way. This one has %(width)d by %(height)d")
        raise ValidationError(said % found)


def _png(content):
    """PNG specification, 5.2 and 11.2.2: the signature, then the header chunk."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR" or len(content) < 33:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _jpeg(content):
    """ITU T.81, annex B: segments, each with its length, until the one that starts the frame."""
    if content[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in START_OF_FRAME:
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _webp(content):
    """WebP container specification (RFC 9649): one of three kinds of first chunk."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF
    return None


TYPES = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp}
