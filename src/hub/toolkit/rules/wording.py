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


@dataclass(frozen=True)
class PlacedStatement:
    """A statement of one edition, and the section it stands in."""

    key: str
    section: str
    section_title: str
    text: str
    hint: str


@dataclass(frozen=True)
class StatementChange:
    """What happened to one statement. `kind` is added, removed, changed or moved."""

    kind: str
    old: PlacedStatement | None
    new: PlacedStatement | None

    @property
    def place(self):
        return self.new or self.old

    @property
    def text_pieces(self):
        return changed_words(self.old.text if self.old else "", self.new.text if self.new else "")

    @property
    def hint_pieces(self):
        return changed_words(self.old.hint if self.old else "", self.new.hint if self.new else "")


def compare(old, new):
    """Every statement that differs, in the order of the new edition; in each section what went comes last."""
    before = {statement.key: statement for statement in old}
    after = {statement.key: statement for statement in new}
    changes = [change for key, statement in after.items() if (change := change_of(before.get(key), statement))]
    changes += [StatementChange("removed", statement, None) for key, statement in before.items() if key not in after]
    order = {number: place for place, number in enumerate(dict.fromkeys(s.section for s in [*new, *old]))}
    return sorted(changes, key=lambda change: order[change.place.section])


def change_of(old, new):
    if old is None:
        return StatementChange("added", None, new)
    if (old.text, old.hint) != (new.text, new.hint):
        return StatementChange("changed", old, new)
    if old.section != new.section:
        return StatementChange("moved", old, new)
    return None
