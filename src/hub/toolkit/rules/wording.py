"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Piece:
    """Some words that stayed, went or came. `kind` is same, removed or added."""

    kind: str
    text: str


def changed_words(old, new):
    """Split two texts into pieces: what was removed stands before what was added in its place."""
    before, after = words(old), words(new)
    pieces = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[i:j])))
            continue
        if j > i:
            pieces.append(Piece("removed", "".join(before[i:j])))
        if m > k:
            pieces.append(Piece("added", "".join(after[k:m])))
    return pieces


def words(text):
    """Each word with the space after it, so that the pieces joined are the text again."""
    return re.findall(r"\S+\s*|^\s+", text)
