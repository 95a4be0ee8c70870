"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

# One word alone between two changes is no help to the reader.
WORTH_KEEPING = 2


@dataclass(frozen=True)
class Piece:
    """Some words that stayed, went or came. `kind` is same, removed or added."""

    kind: str
    text: str


def changed_words(old, new):
    """The pieces of each text: what was removed is marked in the old one, what was added in the new one."""
    before, after = words(old), words(new)
    bare = [[word.strip() for word in text] for text in (before, after)]
    removed, added = set(range(len(before))), set(range(len(after)))
    for i, k, size in SequenceMatcher(a=bare[0], b=bare[1], autojunk=False).get_matching_blocks():
        begins_both, ends_both = i == k == 0, (i + size, k + size) == (len(before), len(after))
        if size >= WORTH_KEEPING or begins_both or ends_both:
            removed -= set(range(i, i + size))
            added -= set(range(k, k + size))
    return pieces(before, removed, "removed"), pieces(after, added, "added")


def words(text):
    """Each word and each mark, with the space after it, so that the pieces joined are the text again."""
    return re.findall(r"[\w’'-]+\s*|[^\w\s]\s*|^\s+", text)


def pieces(found, marked, kind):
    runs = groupby(enumerate(found), key=lambda pair: pair[0] in marked)
    return [Piece(kind if is_marked else "same", "".join(word for _, word in run)) for is_marked, run in runs]


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
    def texts(self):
        """The old and the new text, in pieces."""
        return changed_words(self.old.text if self.old else "", self.new.text if self.new else "")

    @property
    def hints(self):
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
