"""What a browser sends with a form, read by hand: Python's own reader of it is gone from the newest versions."""

import re
from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qsl

MOST_BYTES = 300_000_000
BOUNDARY = re.compile(r"[\w'()+,./:=? -]{1,70}")


class NotAForm(Exception):  # noqa: N818 - it is an answer to a browser
    """Nothing that one of our own forms would send."""


@dataclass(frozen=True)
class Part:
    name: str
    content: bytes
    file: str = ""


def fields_of(kind: str, body: bytes) -> dict[str, str]:
    """A form without a file."""
    if not kind.startswith("application/x-www-form-urlencoded"):
        raise NotAForm
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=5_000))


def parts_of(kind: str, body: bytes) -> dict[str, Part]:
    """A form with a file, each part by its name."""
    said = Message()
    said["Content-Type"] = kind
    boundary = said.get_param("boundary")
    if said.get_content_type() != "multipart/form-data" or not isinstance(boundary, str):
        raise NotAForm
    if not BOUNDARY.fullmatch(boundary):
        raise NotAForm
    pieces = body.split(f"--{boundary}".encode())
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise NotAForm
    parts = [part_of(piece) for piece in pieces[1:-1]]
    return {part.name: part for part in parts}


def part_of(piece: bytes) -> Part:
    head, mark, content = piece.partition(b"\r\n\r\n")
    if not mark:
        raise NotAForm
    said = Message()
    for line in head.decode("utf-8", "replace").strip().split("\r\n"):
        heading, _, value = line.partition(":")
        if heading.casefold() == "content-disposition":
            said["Content-Disposition"] = value.strip()
    name = said.get_param("name", header="Content-Disposition")
    if not isinstance(name, str):
        raise NotAForm
    return Part(name, content.removesuffix(b"\r\n"), said.get_filename() or "")
