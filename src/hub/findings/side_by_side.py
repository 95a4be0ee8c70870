"""Services beside each other, as far as each lets the reader see its counts. By name, never by figure."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from equity.model import Count, Counts, Source, measure, measures
from equity.submission.periods import in_order
from equity.vocabulary import VocabularyError, characteristics
from hub.findings import beside
from hub.findings.computing import full_name
from hub.submissions import words
from hub.submissions.models import People, Seat, Submission, Total
from hub.submissions.queries import figures_of
from hub.submissions.rules import in_bands, share_known

USUAL = {"characteristic": "ethnicity", "measure": "completion"}
NOWHERE = Source("own", "", "", "", "", "", is_published=False)
MOST_PERIODS = 6


@dataclass(frozen=True)
class Sender:
    """A service that was asked for figures, or that lets this reader see some."""

    name: str
    is_example: bool
    # What it sent, oldest first, so that the newest counts: as far as this reader sees it, and the rest.
    seen: tuple[int, ...]
    closed: tuple[int, ...]

    @property
    def is_seen(self):
        return bool(self.seen)


@dataclass(frozen=True)
class Room:
    """Everybody whose figures a reader may put beside each other, and what there is to choose from."""

    senders: list[Sender]
    periods: list[str]
    stages: list[str]
    measures: list[str]
    characteristics: list[str] = field(default_factory=lambda: words_for_lists())

    @property
    def seen(self):
        return [one for one in self.senders if one.is_seen]


def words_for_lists():
    return list(dict.fromkeys(words.characteristic_of(code) for code in words.LISTS))


def room_for(user, partnership):
    """A constant number of queries, however many services there are."""
    mine = Submission.objects.visible_to(user).filter(pk=OuterRef("pk"))
    standing = Submission.objects.standing_about(People.CLIENTS).filter(organisation__partnership=partnership)
    standing = standing.annotate(is_seen=Exists(mine)).select_related("organisation", "unit").order_by("sent_at", "pk")
    found = {}
    seats = Seat.objects.filter(round__partnership=partnership, round__people=People.CLIENTS).select_related(
        "organisation", "unit"
    )
    for seat in seats.order_by("organisation__name", "unit__name", "pk"):
        found.setdefault((seat.organisation_id, seat.unit_id), (seat, []))
    for sent in standing:
        key = sent.organisation_id, sent.unit_id
        if key in found or sent.is_seen:
            found.setdefault(key, (sent, []))[1].append(sent)
    senders = sorted((_sender(about, sent) for about, sent in found.values()), key=lambda one: one.name.casefold())
    seen = [pk for one in senders for pk in one.seen]
    there = set(Total.objects.filter(submission__in=seen).order_by().values_list("period", "stage").distinct())
    stages = [stage for stage in words.STAGES if stage in {stage for _period, stage in there}]
    periods = in_order(list({period for period, _stage in there}))[::-1]
    return Room(senders, periods, stages, measures_of(stages))


def _sender(about, sent):
    name = f"{about.organisation.name}, {about.unit.name}" if about.unit else about.organisation.name
    # What a service keeps to itself is left out even where it shows something else.
    seen, closed = (tuple(one.pk for one in sent if one.is_seen == is_seen) for is_seen in (True, False))
    return Sender(name, about.organisation.is_example, seen, closed)


def measures_of(stages):
    """Shares that can be worked out from these stages."""
    there, shares = set(stages), (one for one in measures().items() if one[1].kind == "share")
    return [code for code, what in shares if {what.numerator, what.denominator} <= there]


def given_by(submissions, **only):
    """For each sender its figures by period, the newest that stands."""
    made = figures_of([pk for sent in submissions.values() for pk in sent], **only)
    return {
        one: {period: figures for pk in sent for (period, _code), figures in made[pk].items()}
        for one, sent in submissions.items()
    }


# How large the gap is.


@dataclass(frozen=True)
class Gaps:
    """One group beside the others within each service."""

    shown: beside.Side
    codes: list[tuple[str, str]]
    code: str
    left_out: list[tuple[Sender, str]]


def gaps(room, *, measured, characteristic, period, code=""):
    """None where nobody sent what it takes. Without a code, the group from which most people are missing."""
    what = measure(measured)
    about = {"characteristic": characteristic, "period": period, "stage__in": [what.numerator, what.denominator]}
    given = given_by({one: one.seen for one in room.seen}, **about)
    there = {one: figures[period] for one, figures in given.items() if period in figures}
    if not there:
        return None
    set_code = Counter(figures.set_code for figures in there.values()).most_common(1)[0][0]
    tops, closed = {}, _closed_at(room, period)
    left_out = [
        (one, "nothing" if closed.isdisjoint(one.closed) else "closed") for one in room.senders if one not in there
    ]
    for one, figures in there.items():
        try:
            tops[one] = tuple(_counts(one, figures, stage).at(set_code) for stage in (what.numerator, what.denominator))
        except VocabularyError:
            left_out.append((one, "another_list"))
    codes = [(group, _full_name(set_code, group)) for group in words.groups_of(set_code)]
    chosen = code if code in dict(codes) else beside.most_missing(what, list(tops.values()), [one for one, _ in codes])
    sides = [beside.Pair(one.name, one.is_example, *beside.against(top, bottom, chosen)) for one, (top, bottom) in tops.items()]  # fmt: skip # noqa: E501
    return Gaps(beside.gaps(sides), codes, chosen, sorted(left_out, key=lambda pair: pair[0].name.casefold()))


def _closed_at(room, period):
    """What services keep to themselves about this time."""
    closed = [pk for one in room.senders for pk in one.closed]
    return set(Total.objects.filter(submission__in=closed, period=period).values_list("submission", flat=True))


def _full_name(set_code, code):
    return full_name(words.broad_name(set_code, code), words.group_name(set_code, code))


def _counts(sender, figures, stage):
    counts = tuple(Count(code, float(at.get(stage, 0))) for code, at in figures.groups.items())
    return Counts(sender.name, figures.period, stage, figures.set_code, counts, NOWHERE)


# What is written down.


@dataclass(frozen=True)
class Recorded:
    """Whose answer is known: each service at each stage, and everybody together over time."""

    shown: beside.Side
    rows: list
    stages: list[str]
    over_time: list[beside.Through]
    periods: list[str]
    of: int
    closed: list[tuple[Sender, str]]


def recorded(room, *, characteristic, stage, period):
    given = given_by({one: one.seen for one in room.seen}, characteristic=characteristic)
    there = {one: figures for one, figures in given.items() if period in figures}
    pairs = [
        beside.Pair(one.name, one.is_example, figures[period].known(stage), figures[period].at(stage))
        for one, figures in there.items()
    ]
    rows = [(one, _changes(room.stages, figures, period)) for one, figures in there.items()]
    others = [one for one in room.senders if one not in there]
    kept = given_by({one: one.closed for one in others}, characteristic=characteristic, period=period)
    closed = [(one, _band(kept[one].get(period), stage)) for one in others]
    periods, all_along = _all_along(there, period)
    over_time = [beside.through(one_stage, periods, all_along) for one_stage in room.stages]
    over_time = [one for one in over_time if one.points]
    return Recorded(beside.shares(pairs), rows, room.stages, over_time, periods, len(all_along), closed)


def _changes(stages, figures, period):
    was = figures.get(before(period, figures))
    return [beside.change(stage, figures[period], was) for stage in stages]


def before(period, figures):
    """The period of the same kind before this one that a service sent."""
    kind = [one for one in in_order(list(figures)) if (" " in one) == (" " in period)]
    place = kind.index(period)
    return kind[place - 1] if place else ""


def _band(figures, stage):
    return in_bands(share_known(figures, stage), figures.at(stage)) if figures else ""


def _all_along(there, period):
    """The last periods that at least half of the services sent, and the services that sent every one of them."""
    kind = Counter(one for figures in there.values() for one in figures if (" " in one) == (" " in period))
    periods = [one for one in in_order(list(kind)) if 2 * kind[one] >= len(there)]
    periods = periods[: periods.index(period) + 1][-MOST_PERIODS:] if period in periods else []
    return periods, [figures for figures in there.values() if all(one in figures for one in periods)]


def characteristic_names(codes):
    return [(code, characteristics()[code].name) for code in codes]
