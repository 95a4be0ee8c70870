"""Who said what, as far as the reader may know."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hub.assessments import rules
from hub.assessments.models import Contributor, Speaker, Voice

# Seats that are kept although nobody sits there yet.
KEPT_SEATS = (Speaker.STAFF, Speaker.SERVICE_USER, Speaker.CARER)


@dataclass(frozen=True)
class Seat:
    """One kind of people at the table for one statement."""

    speaker: Speaker
    people: int
    voices: tuple[Voice, ...]

    @property
    def symbol(self):
        if not self.people:
            return "seat"
        return {Speaker.STAFF: "staff", Speaker.SERVICE_USER: "user", Speaker.CARER: "carer"}.get(
            self.speaker, "people"
        )


def what_is_seen_by(user, assessment):
    reach, is_lead = assessment.reader(user)
    shared = None if is_lead else assessment.voices_shared.first()
    return rules.what_is_seen(
        is_lead=is_lead,
        reader=reach,
        what=shared.what if shared else None,
        sharing=shared.sharing if shared else rules.REACH[0],
    )


def seats(voices: Iterable[Voice], *, seen: rules.Seen, user) -> tuple[Seat, ...]:
    """A seat for each kind of people. Whoever wrote a voice down goes on seeing it."""
    by_speaker = defaultdict(list)
    for voice in voices:
        by_speaker[voice.speaker].append(voice)
    kinds = [kind for kind in Speaker if kind in KEPT_SEATS or by_speaker[kind]]
    return tuple(_seat(kind, by_speaker[kind], seen, user) for kind in kinds)


def _seat(kind, voices, seen, user):
    own = [voice for voice in voices if user.is_authenticated and voice.recorded_by_id == user.pk]
    known = own if seen is rules.Seen.NOTHING else voices
    readable = voices if seen is rules.Seen.WORDS else own
    return Seat(kind, sum(voice.people for voice in known), tuple(readable))


@dataclass(frozen=True)
class VoicesPage:
    """What a lead weighs before more people read the voices."""

    people: dict[str, int]
    risks: tuple[rules.Risk, ...]
    is_small_team: bool
    contributors: int


def voices_page(assessment):
    """How many were heard of each kind over all statements: the most at any one, as the same people speak again."""
    most: dict[str, int] = {}
    heard: dict[tuple[int, str], int] = defaultdict(int)
    voices = assessment.voices.current().values_list("statement", "speaker", "people", "contributor")
    contributors = set()
    for statement, speaker, people, contributor in voices:
        heard[statement, speaker] += people
        most[speaker] = max(most.get(speaker, 0), heard[statement, speaker])
        contributors.add(contributor)
    risks = rules.who_could_be_recognised(most)
    staff = assessment.unit.staff if assessment.unit else None
    small = assessment.unit is not None and rules.is_a_small_team(staff)
    return VoicesPage(most, risks, small, len(contributors - {None}))


def own_voices(contributor):
    """What this person said before, for the form to show again."""
    if contributor.pk is None:
        return {}
    voices = contributor.voices.current().values("statement", "stage", "text")
    return {voice.pop("statement"): voice for voice in voices}


def own_difference(contributor):
    if contributor.pk is None:
        return None
    return contributor.differences.filter(erased_at=None).values("reply", "text").first()


def said_by(contributor):
    """What this person said, in the order of the page."""
    if contributor.pk is None:
        return []
    return list(contributor.voices.current().select_related("statement").order_by("statement__position"))


def contributors_to(assessment):
    return Contributor.objects.filter(link__assessment=assessment)


def is_full(link):
    """A link that got into the wrong hands cannot fill the disk."""
    return link.contributors.count() >= rules.MOST_PEOPLE_BY_A_LINK
