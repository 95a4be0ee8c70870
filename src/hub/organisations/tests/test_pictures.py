import pytest
from django.core.exceptions import ValidationError

from hub.organisations import pictures
from hub.organisations.tests.factories import a_png


def a_jpeg(width, height, *, frame=0xC0):
    comment = b"\xff\xfe" + (6).to_bytes(2, "big") + b"said"
    frame = b"\xff" + bytes([frame]) + (11).to_bytes(2, "big") + b"\x08" + height.to_bytes(2, "big")
    return b"\xff\xd8" + comment + frame + width.to_bytes(2, "big") + b"\x01\x11\x00\x00\xff\xd9"


def a_webp(kind, data):
    return b"RIFF" + (len(data) + 12).to_bytes(4, "little") + b"WEBP" + kind + len(data).to_bytes(4, "little") + data


def measures_and(width, height, size=3):
    return (width - 1).to_bytes(size, "little") + (height - 1).to_bytes(size, "little")


def lossless(width, height):
    return b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little") + b"\0" * 8


def lossy(width, height):
    return b"\0\0\0\x9d\x01\x2a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\0" * 4


KINDS = {
    "png": lambda width, height: a_png(width, height),
    "jpeg": a_jpeg,
    "progressive jpeg": lambda width, height: a_jpeg(width, height, frame=0xC2),
    "webp": lambda width, height: a_webp(b"VP8 ", lossy(width, height)),
    "webp without loss": lambda width, height: a_webp(b"VP8L", lossless(width, height)),
    "webp with more": lambda width, height: a_webp(b"VP8X", b"\0" * 4 + measures_and(width, height)),
}


def why_not(content):
    with pytest.raises(ValidationError) as refused:
        pictures.read(content)
    return refused.value.message


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
class TestKinds:
    def test_a_picture_is_known_by_its_bytes(self, make):
        picture = pictures.read(make(300, 60))
        assert picture.content_type in pictures.TYPES
        assert len(picture.digest) == 32

    def test_one_that_would_be_blurred_is_refused(self, make):
        assert "at least 44 pixels high. This one has 43" in why_not(make(300, 43))

    def test_one_that_is_far_too_large_is_refused(self, make):
        assert "at most 2000 pixels each way. This one has 2001 by 60" in why_not(make(2001, 60))

    def test_one_that_was_cut_off_is_refused(self, make):
        assert "something else" in why_not(make(300, 60)[:18])


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg/>',
        b"GIF89a" + b"\0" * 60,
        b"<html><script>alert(1)</script></html>" + a_png(),
        b"\xff\xd8\xff\xe0" + b"\0" * 60,
        b"x",
    ],
)
def test_anything_else_is_refused(content):
    assert "PNG, JPEG or WebP" in why_not(content)


def test_a_heavy_file_is_refused_with_its_size():
    assert "this one has 201 kB, and 200 kB is the most" in why_not(a_png(more=b"\0" * 200_000))


def test_other_bytes_have_another_name():
    assert pictures.read(a_png(64, 64)).digest != pictures.read(a_png(64, 65)).digest
