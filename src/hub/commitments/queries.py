"""Reading what there is to say about a commitment, as far as the reader may know it."""

import enum
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from hub.assessments.models import SharedPractice
from hub.commitments import breakdowns, charts, rules
from hub.commitments.models import Ask, Measure, Offer, OfferStep, Reading, Target, Update
from hub.organisations.permissions import Kind, roles_of
from hub.toolkit.models import Area


class Reader(enum.Enum):
    """Who is looking: those who made it, their partners, or everybody."""

    OURS = "ours"
    PARTNER = "partner"
    PUBLIC = "public"


@dataclass(frozen=True)
class MeasureShown:
    measure: Measure
    target: Target | None
    earlier_targets: list[Target]
    baseline: Reading | None
    readings: list[Reading]
    corrected: list[Reading]
    figures_shown: bool
    trend: charts.Trend | None = None
    rhythm: charts.Rhythm | None = None
    seats: charts.Seats | None = None
    step: charts.Step | None = None
    # By group, newest first: only for those whose figures they are.
    is_ours: bool = False
    by_group: tuple[breakdowns.Breakdown, ...] = ()

    @property
    def is_public_safe(self):
        return rules.is_public_safe(self.measure)

    @property
    def asks_where_it_starts(self):
        return bool(rules.ASKS[self.measure.kind].start) and not self.baseline

    @property
    def baseline_is_late(self):
        due = self.measure.baseline_due_on
        return bool(due and not self.baseline and due < timezone.localdate())

    @property
    def has_direction(self):
        return "direction" in rules.ASKS[self.measure.kind].measure

    @property
    def direction_is_due(self):
        return bool(self.measure.review_on and self.measure.review_on <= timezone.localdate())

    @property
    def how_often(self):
        return charts.how_often(self.measure)

    @property
    def target_in_words(self):
        return target_in_words(self.measure, self.target) if self.target else ""

    @property
    def targets_before(self):
        """Each earlier target with the later one that took its place, and why."""
        later = [self.target, *self.earlier_targets]
        return [
            {"words": target_in_words(self.measure, old), "until": new.set_at, "why": new.reason, "by": old.by}
            for new, old in zip(later, self.earlier_targets, strict=False)
        ]

    @property
    def readings_in_words(self):
        return [(reading, in_words(self.measure, reading)) for reading in self.readings]

    @property
    def corrected_in_words(self):
        """What was wrong, and what took its place."""
        say = by_group_in_words if self.is_ours else in_words
        return [(wrong, say(self.measure, wrong), say(self.measure, wrong.corrected_by)) for wrong in self.corrected]

    @property
    def for_each_hundred(self):
        return rules.per_of(self.measure.kind, self.measure.per) == 100


@dataclass(frozen=True)
class Story:
    """Everything about one commitment that its partials show."""

    commitment: object
    reader: Reader
    updates: list[Update]
    measures: list[MeasureShown]
    ended_measures: list[MeasureShown]
    asks: list[Ask]
    stage: str
    # Asked for only by the pages that show them.
    wordings: Iterable = ()
    hand_overs: Iterable = ()

    @property
    def public(self):
        return self.reader is Reader.PUBLIC

    @property
    def names_shown(self):
        return self.reader is Reader.OURS

    @property
    def open_asks(self):
        return [ask for ask in self.asks if not ask.closed_at]


def story(commitment, *, reader=Reader.PUBLIC):
    """One commitment, told to one kind of reader. A constant number of queries."""
    updates = list(commitment.updates.select_related("made_by", "corrects", "corrected_by"))
    current = [update for update in updates if not update.is_corrected]
    changes = [(timezone.localdate(update.stands_at), update.changed) for update in current if update.changed]
    measures = [shown(measure, reader=reader, changes=changes) for measure in _measures(commitment)]
    _say_figures(updates, measures)
    return Story(
        commitment=commitment,
        reader=reader,
        updates=updates,
        measures=[one for one in measures if not one.measure.ended_at],
        ended_measures=[one for one in measures if one.measure.ended_at],
        asks=asks_about(commitment, reader=reader),
        stage=current[0].stage if current else Update.Stage.PROMISED,
        wordings=commitment.wordings.select_related("changed_by"),
        hand_overs=commitment.hand_overs.select_related("from_owner", "to_owner"),
    )


def _say_figures(updates, measures):
    """Each update with the figures that came with it, as far as this reader may see them."""
    figures = defaultdict(list)
    for one in measures:
        for reading in one.readings:
            figures[reading.update_id].append((one.measure.name, in_words(one.measure, reading)))
    for update in updates:
        update.figures = figures[update.pk]


def _measures(commitment):
    readings = Reading.objects.select_related("corrected_by").prefetch_related("parts").order_by("on", "pk")
    measures = commitment.measures.select_related("characteristic").prefetch_related(
        "targets", "turns", Prefetch("readings", readings)
    )
    for measure in measures:
        measure.commitment = commitment
        yield measure


def shown(measure, *, reader=Reader.OURS, changes=()):
    targets = list(measure.targets.all())
    target = targets[0] if targets else None
    if not may_see_figures(measure, reader):
        return _untold(measure, targets)
    everything = [_as_seen(measure, reading, reader) for reading in measure.readings.all()]
    readings = [reading for reading in everything if not reading.is_corrected]
    baseline = next((reading for reading in readings if reading.is_baseline), None)
    drawn = _drawing(measure, readings, target=target, changes=changes)
    corrected = [reading for reading in everything if reading.is_corrected]
    if reader is Reader.OURS:
        drawn |= {"is_ours": True, "by_group": _by_group(measure, readings)}
    return MeasureShown(measure, target, targets[1:], baseline, readings, corrected, figures_shown=True, **drawn)


def _by_group(measure, readings):
    """How a share differs between groups is never public, whatever it counts: their numbers are small."""
    newest_first = sorted(readings, key=lambda reading: (reading.on, reading.pk), reverse=True)
    found = (breakdowns.breakdown(measure, reading) for reading in newest_first)
    return tuple(one for one in found if one)


def _untold(measure, targets):
    """That it is followed, without its figures. The target for a small group says who is in it, so it goes too."""
    kept = [] if measure.kind == Measure.Kind.COMPOSITION else targets
    return MeasureShown(measure, kept[0] if kept else None, kept[1:], None, [], [], figures_shown=False)


def may_see_figures(measure, reader):
    """Only those in the organisation see who makes up a small group; the public sees what counts nobody's group."""
    if reader is Reader.OURS:
        return True
    if reader is Reader.PARTNER:
        return measure.kind != Measure.Kind.COMPOSITION
    return rules.is_public_safe(measure)


def _as_seen(measure, reading, reader):
    """Partners read what share of a group it is. Of how many people stays with those whose figure it is."""
    if reader is Reader.OURS or measure.counting != Measure.Counting.A_GROUP or not reading.denominator:
        return reading
    seen = copy(reading)
    seen.value = charts.value_of(measure, reading)[0]
    seen.numerator = seen.denominator = seen.unknown = None
    return seen


def _drawing(measure, readings, *, target, changes):
    today = timezone.localdate()
    if measure.kind == Measure.Kind.CADENCE:
        return {"rhythm": charts.rhythm(measure, readings, today)}
    if measure.kind == Measure.Kind.COMPOSITION:
        return {"seats": charts.seats(measure, readings)}
    if measure.kind == Measure.Kind.MILESTONE:
        return {"step": charts.step(readings, target=target, today=today)}
    return {"trend": charts.trend(measure, readings, target=target, changes=changes)}


def in_words(measure, reading):
    """One reading as a person would say it."""
    if measure.kind == Measure.Kind.COMPOSITION:
        return ", ".join(f"{part.label} {part.count}" for part in reading.parts.all()) or reading.words
    if measure.kind == Measure.Kind.MILESTONE:
        return _("Done") if reading.value else _("Not yet")
    if measure.kind == Measure.Kind.CADENCE:
        return _("It happened")
    point = charts.point_of(measure, reading)
    if point is None:
        return reading.words
    return f"{point.text} ({point.of})" if point.of else point.text


def by_group_in_words(measure, reading):
    """The same, with its groups. Only for those who work on it."""
    words = _("%(label)s: %(some)s of %(all)s")
    groups = [
        words % {"label": part.label, "some": charts.plain(part.count), "all": charts.plain(part.out_of)}
        for part in reading.groups
    ]
    return "; ".join([in_words(measure, reading), *groups])


def target_in_words(measure, target):
    return target.words or charts.say(measure, target.value)


# Asks and offers.


def asks_about(commitment, *, reader):
    """A public page shows only the offers whose organisations agreed to it."""
    offers = with_step(Offer.objects.select_related("organisation"))
    if reader is Reader.PUBLIC:
        offers = offers.filter(may_be_public=True)
    offers = offers.exclude(step__in=[OfferStep.Step.WITHDRAWN, OfferStep.Step.DECLINED])
    return list(
        commitment.asks.select_related("area").prefetch_related(Prefetch("offers", offers, to_attr="offers_shown"))
    )


def with_step(offers):
    """Offers with the step they stand at, or '' for a new one."""
    latest = OfferStep.objects.filter(offer=OuterRef("pk"))
    return offers.annotate(
        step=Coalesce(Subquery(latest.values("step")[:1]), Value("")),
        step_words=Coalesce(Subquery(latest.values("words")[:1]), Value("", output_field=TextField())),
    )


def asks_for_list(asks):
    """Flat, newest first, with how many offers each has: two queries for a page, however many there are."""
    return (
        asks.select_related("organisation", "area").annotate(offers_made=Count("offers")).order_by("-asked_at", "-pk")
    )


def areas_of(asks):
    return Area.objects.filter(pk__in=asks.values("area")).select_related("edition__chapter")


def who_may_help(area, user, *, but=None):
    """Organisations that shared a practice in this area, in whatever edition."""
    if area is None:
        return []
    practices = SharedPractice.objects.visible_to(user).filter(
        statement__section__area__number=area.number,
        statement__section__area__edition__chapter=area.edition.chapter_id,
        organisation__partnership__in=roles_of(user).values("partnership"),
    )
    if but:
        practices = practices.exclude(organisation=but)
    return practices.select_related("organisation", "statement").order_by("organisation__name", "-offered_at")[:10]


def organisations_that_may_offer(ask, user):
    """Where the person works, except the organisation that asks."""
    from_ = roles_of(user).filter(kind__in=[Kind.LEAD, Kind.COLLEAGUE], partnership=ask.partnership_id)
    return ask.partnership.organisations.filter(pk__in=from_.values("organisation")).exclude(pk=ask.organisation_id)


# Where commitments stand, for lists.


def latest_update(commitment="pk"):
    """The update that counts, as a sub-query for lists of what stands on commitments."""
    return Update.objects.current().filter(commitment=OuterRef(commitment)).order_by("-stands_at", "-pk")


def stage_of(commitment="pk"):
    return Coalesce(Subquery(latest_update(commitment).values("stage")[:1]), Value(Update.Stage.PROMISED))
