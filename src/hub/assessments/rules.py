"""Decisions about answers and voices, in plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

MINUTES_FOR_A_STATEMENT = 2
FEWEST_TO_HIDE_IN = 5
LINK_DAYS = (7, 14, 30, 60)
MOST_PEOPLE_BY_A_LINK = 500


@dataclass(frozen=True)
class Content:
    """What an answer says."""

    stage: str = ""
    confidence: str = ""
    evidence: str = ""
    in_the_way: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Content()


class Outcome(Enum):
    UNCHANGED = "unchanged"
    SAVED = "saved"
    SET_ASIDE = "set aside"


def what_becomes_of(sent: Content, *, base: Content, current: Content, somebody_was_first: bool) -> Outcome:
    """Save, leave as it is, or keep beside what somebody else has saved since this page was opened.

    Words that were only passed on unchanged from an old page never stand against newer ones.
    """
    if sent in (current, base):
        return Outcome.UNCHANGED
    return Outcome.SET_ASIDE if somebody_was_first else Outcome.SAVED


def needs_another_look(*, new_year: bool, same_text: bool) -> bool:
    """A new edition keeps answers to words that did not change; a new year asks about every one."""
    return new_year or not same_text


def put_together(sent: Mapping[str, object], *, base: Mapping[str, object], theirs: Mapping[str, object]) -> dict:
    """What two people wrote down from the same old page: what one of them left alone is what the other wrote.

    Where both changed a number, the later counts; words of both stand below each other.
    """
    return {name: _one_of_two(value, base[name], theirs[name]) for name, value in sent.items()}


def _one_of_two(ours, base, theirs):
    if ours == base:
        return theirs
    if theirs == base or not isinstance(ours, str):
        return ours
    return theirs if ours in theirs else f"{theirs}\n{ours}"


def minutes_for(statements: int) -> int:
    """Honest minutes, to the next five: two for each statement when people talk it over."""
    return -(-statements * MINUTES_FOR_A_STATEMENT // 5) * 5


class Seen(Enum):
    """How much of the voices somebody sees."""

    WORDS = "words"
    COUNTS = "counts"
    NOTHING = "nothing"


REACH = ("only_us", "commissioners", "partnership", "everyone")


def what_is_seen(*, is_lead: bool, reader: str, what: str | None, sharing: str) -> Seen:
    """A lead reads every voice. Anybody else sees what was shared, if it was shared as far as them."""
    if is_lead:
        return Seen.WORDS
    if what is None or REACH.index(reader) > REACH.index(sharing):
        return Seen.NOTHING
    return Seen(what)


@dataclass(frozen=True)
class Risk:
    """Why somebody could tell who said what."""

    speaker: str
    people: int


def who_could_be_recognised(people: Mapping[str, int]) -> tuple[Risk, ...]:
    """Kinds of speaker of whom somebody was heard, but fewer than five."""
    return tuple(Risk(speaker, count) for speaker, count in people.items() if 0 < count < FEWEST_TO_HIDE_IN)


def is_a_small_team(staff: int | None) -> bool:
    """A team whose size nobody has written down may be small, so we say so."""
    return staff is None or staff < FEWEST_TO_HIDE_IN * 2


def is_enough_to_show(replies: int) -> bool:
    return replies >= FEWEST_TO_HIDE_IN


def as_five_last_replied(replies):
    """The replies as they stood when five people together had last come: what one more says changes no number.

    A second thought or one taken back waits as well, for otherwise it could be read from the numbers before and after.
    """
    came: dict[int, tuple] = {}
    for one in sorted(replies, key=_moment):
        came.setdefault(one.contributor_id or -one.pk, _moment(one))
    whole = len(came) - len(came) % FEWEST_TO_HIDE_IN
    if not whole:
        return []
    last = list(came.values())[whole - 1]
    return [one for one in replies if _moment(one) <= last and not (one.erased_at and one.erased_at <= last[0])]


def _moment(reply):
    return reply.said_at, reply.pk


def first_open(sections: Iterable[tuple[int, int]]) -> int | None:
    """The first section with something left to answer, of (section, statements left) in order."""
    return next((section for section, left in sections if left), None)
