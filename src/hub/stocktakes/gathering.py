"""Gathering the record of a year: what was said and done, what moved and what did not. Only what is public is gathered,
in a number of queries that does not grow with the programme."""

import datetime
from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from hub.commitments import charts
from hub.commitments.models import Measure, Reading, Target, Update
from hub.commitments.queries import Reader, in_words, may_see_figures, target_in_words
from hub.programme import rules as programme_rules
from hub.programme.models import Action, AtWork, EvidenceDate, KeyTarget, Meeting, Outcome, OwnersView
from hub.programme.queries.measures import goals_told, stated
from hub.programme.queries.standings import aim_of
from hub.programme.templatetags.programme import reason, words_for
from hub.stocktakes import rules
from hub.stocktakes.document import (
    ActionTold,
    AreaTold,
    Breakdown,
    ForumTold,
    GoalTold,
    MeasureTold,
    OutcomeTold,
    PictureTold,
    PointTold,
    Record,
    StandingTold,
    StrandTold,
    TargetTold,
    UpdateTold,
)

NOTHING_BEFORE = ((), None)


class Gathering:
    """What the record holds about one programme and one year. `step` is told how far it is, area by area."""

    def __init__(self, programme, *, year, starts_on, ends_on, before=NOTHING_BEFORE, step=None):
        self.programme, self.year, self.starts_on, self.ends_on = programme, year, starts_on, ends_on
        self.as_of = rules.last_day(ends_on, timezone.localdate())
        self.before, self.before_year = before
        self.step = step or (lambda done, of: None)

    def record(self):
        self.areas = list(self.programme.areas.select_related("strand").order_by("strand__position", "position"))
        self.read_measures()
        self.read_updates()
        self.read_actions()
        told = []
        for number, area in enumerate(self.areas, start=1):
            told.append(self.area(area))
            self.step(number, len(self.areas))
        return self.whole(told)

    # Reading, each kind of thing once.

    def read_measures(self):
        actions = Action.objects.filter(area__programme=self.programme)
        here = Q(commitment__in=self.programme.areas.values("commitment"))
        here |= Q(commitment__in=actions.values("commitment")) | Q(pk__in=self.programme.forums.values("rhythm"))
        readings = Reading.objects.current().filter(on__lte=self.as_of).order_by("on", "pk")
        found = Measure.objects.filter(here, ended_at=None).prefetch_related(
            Prefetch("targets", Target.objects.select_related("stated")),
            Prefetch("readings", readings.prefetch_related("parts")),
            "commitment__groups",
        )
        self.measures = {measure.pk: measure for measure in found.select_related("commitment").order_by("pk")}
        self.aims = {
            pk: aim_of(measure, list(measure.targets.all()), list(measure.readings.all()))
            for pk, measure in self.measures.items()
        }
        at_work = AtWork.objects.filter(area__programme=self.programme)
        self.topics = {row.measure_id: row.get_topic_display() for row in at_work}
        self.targets = list(
            KeyTarget.objects.filter(area__programme=self.programme)
            .order_by("area__position", "position")
            .prefetch_related("measures", "actions")
        )
        self.served = defaultdict(list)
        for target in self.targets:
            for action in target.actions.all():
                self.served[action.pk] += [one.pk for one in target.measures.all() if one.pk in self.measures]

    def read_updates(self):
        until = timezone.make_aware(_end_of(self.as_of))
        updates = Update.objects.current().filter(
            commitment__programme_action__area__programme=self.programme, stands_at__lte=until
        )
        self.updates = defaultdict(list)
        for update in updates.order_by("-stands_at", "-pk").select_related("evidence_date"):
            self.updates[update.commitment_id].append(update)

    def read_actions(self):
        actions = Action.objects.filter(area__programme=self.programme).order_by("area__position", "position")
        self.actions = list(
            actions.select_related("commitment", "community").prefetch_related(
                "principles",
                "forums",
                "characteristics",
                "commitment__groups__characteristic",
                Prefetch("owners_views", OwnersView.objects.filter(ended_at=None)),
            )
        )
        own = defaultdict(list)
        for measure in self.measures.values():
            own[measure.commitment_id].append(measure.pk)
        self.standings = {
            action.pk: self.standing_of(action, [*own[action.commitment_id], *self.served[action.pk]])
            for action in self.actions
        }
        self.outcomes = defaultdict(list)
        for outcome in Outcome.objects.filter(area__programme=self.programme).order_by("position"):
            self.outcomes[outcome.area_id].append(OutcomeTold(outcome.title, outcome.words, outcome.source))

    def standing_of(self, action, measures):
        """By the programme's own rule, on the last day that the stocktake looks at."""
        latest = next(iter(self.updates[action.commitment_id]), None)
        reported = programme_rules.Reported(
            due_on=action.commitment.due_on,
            stage=latest.stage if latest else "",
            reported_on=timezone.localdate(latest.stands_at) if latest else None,
            aims=tuple(self.aims[pk] for pk in dict.fromkeys(measures)),
            evidence_until=_evidence_until(latest),
        )
        return programme_rules.standing_of(reported, self.as_of, every_weeks=self.programme.report_every_weeks)

    # Telling.

    def area(self, area):
        actions = [action for action in self.actions if action.area_id == area.pk]
        measures = self.measures_of(area, actions)
        return AreaTold(
            slug=area.slug,
            title=area.title,
            summary=area.summary,
            strand=area.strand.slug,
            is_example=area.has_example_updates,
            counts=self.counts(actions),
            actions=[self.action(action) for action in actions],
            targets=[self.target(target) for target in self.targets if target.area_id == area.pk],
            outcomes=self.outcomes[area.pk],
            measures=measures,
        )

    def counts(self, actions):
        counted = Counter(self.standings[action.pk].kind for action in actions)
        return [(kind, words_for_kind(kind), counted[kind]) for kind in programme_rules.STANDINGS if counted[kind]]

    def action(self, action):
        made = action.commitment
        standing = self.standings[action.pk]
        updates = self.updates[made.pk]
        view = next(iter(action.owners_views.all()), None)
        return ActionTold(
            key=action.key,
            title=made.title,
            inequality=made.inequality,
            action=made.action,
            outcome=made.outcome,
            knowing=made.knowing,
            owner_role=made.owner_role,
            due_on=_day(made.due_on),
            standing=standing_told(standing),
            sees_it=view.words if view and view.standing == standing.kind else "",
            reported_on=_day(timezone.localdate(updates[0].stands_at)) if updates else "",
            source=made.source,
            groups=[group.name for group in made.groups.all()],
            updates=[_update(one) for one in updates if self.is_in_the_year(timezone.localdate(one.stands_at))],
        )

    def is_in_the_year(self, day):
        return rules.is_within(day, self.starts_on, self.ends_on)

    def measures_of(self, area, actions):
        homes = {area.commitment_id: ""} | {action.commitment_id: action.key for action in actions}
        tied = {
            one.pk: target.key for target in self.targets if target.area_id == area.pk for one in target.measures.all()
        }
        return [
            self.measure(measure, tied.get(measure.pk) or homes.get(measure.commitment_id, ""))
            for measure in self.measures.values()
            if measure.commitment_id in homes
        ]

    def measure(self, measure, belongs_to):
        readings, targets = list(measure.readings.all()), list(measure.targets.all())
        is_shown = may_see_figures(measure, Reader.PUBLIC)
        finding, picture, points = "", None, []
        if is_shown:
            finding, picture, points = self.drawn(measure, readings, targets[0] if targets else None)
        standing = programme_rules.standing_of_aim(self.aims[measure.pk], self.as_of)
        return MeasureTold(
            pk=measure.pk,
            name=measure.name,
            unit=measure.unit,
            kind=measure.kind,
            topic=self.topics.get(measure.pk, ""),
            belongs_to=belongs_to,
            is_shown=is_shown,
            finding=finding,
            movement=self.movement(measure, readings) if is_shown else "hidden",
            standing=standing_told(standing),
            goals=[_goal(measure, goal) for goal in goals_told(measure, targets)],
            points=points,
            picture=picture,
        )

    def drawn(self, measure, readings, target):
        """What it shows, the picture where there is one, and every figure."""
        if measure.kind == Measure.Kind.CADENCE:
            found = charts.rhythm(measure, readings, self.as_of)
            return found.finding, None, [_said(measure, reading) for reading in readings]
        if measure.kind == Measure.Kind.MILESTONE:
            found = charts.step(readings, target=target, today=self.as_of)
            return found.finding, None, [_said(measure, reading) for reading in readings]
        trend = charts.trend(measure, readings, target=target)
        if trend is None:
            return "", None, [_said(measure, reading) for reading in readings]
        return trend.finding, _picture(trend), [_point(point) for point in trend.points]

    def movement(self, measure, readings):
        within = [reading for reading in readings if reading.on >= self.starts_on]
        if measure.kind in (Measure.Kind.CADENCE, Measure.Kind.MILESTONE):
            return "up" if any(reading.value or reading.words for reading in within) else "uncounted"
        values = [(reading.on, charts.value_of(measure, reading)[0]) for reading in readings]
        points = [(on, Decimal(value)) for on, value in values if value is not None]
        if not points and within:
            return "words"
        return rules.movement(points, self.starts_on)

    def target(self, target):
        measures = [one.pk for one in target.measures.all() if one.pk in self.measures]
        standings = [programme_rules.standing_of_aim(self.aims[pk], self.as_of) for pk in measures]
        order = [*programme_rules.STANDINGS, "in_words"]
        worst = min(standings, key=lambda one: order.index(one.kind), default=programme_rules.Standing("unreported"))
        return TargetTold(target.key, target.title, target.words, target.source, standing_told(worst), measures)

    def whole(self, areas):
        programme = self.programme
        return Record(
            title=programme.title,
            summary=programme.summary,
            partnership=programme.partnership.name,
            place=programme.partnership.brand.place,
            organisation=programme.organisation.name if programme.organisation else "",
            source=programme.source,
            year=self.year,
            starts_on=_day(self.starts_on),
            ends_on=_day(self.ends_on),
            as_of=_day(self.as_of),
            report_every_weeks=programme.report_every_weeks,
            has_examples=any(area.has_example_updates for area in self.areas),
            before=list(self.before),
            before_year=self.before_year,
            counts=self.counts(self.actions),
            standings=[(kind, words_for_kind(kind)) for kind in programme_rules.STANDINGS],
            strands=[self.strand(strand) for strand in programme.strands.all()],
            areas=areas,
            breakdowns=list(self.breakdowns()),
            forums=list(self.forums()),
        )

    def strand(self, strand):
        mine = [area for area in self.areas if area.strand_id == strand.pk]
        keys = {area.pk for area in mine}
        actions = [action for action in self.actions if action.area_id in keys]
        return StrandTold(strand.slug, strand.title, strand.summary, self.counts(actions), [area.slug for area in mine])

    def breakdowns(self):
        """Every way in which the list of actions can be narrowed on the screen."""
        areas = {area.pk: area for area in self.areas}
        ways = [
            (_("By strand"), lambda action: [areas[action.area_id].strand.title]),
            (_("By area"), lambda action: [areas[action.area_id].title]),
            (_("By principle"), lambda action: [one.title for one in action.principles.all()]),
            (_("By forum"), lambda action: [one.title for one in action.forums.all()]),
            (_("By community"), lambda action: [action.community.title] if action.community else []),
            (_("By who looks after it"), lambda action: [action.commitment.owner_role or _("Not stated")]),
            (_("By group of people"), lambda action: [one.name for one in action.commitment.groups.all()]),
            (_("By characteristic"), _characteristics),
        ]
        for title, labels in ways:
            rows = self.rows_by(labels)
            if rows:
                yield Breakdown(title, rows)

    def rows_by(self, labels):
        counted = {}
        for action in self.actions:
            for label in dict.fromkeys(labels(action)):
                counted.setdefault(label, Counter())[self.standings[action.pk].kind] += 1
        return [
            (label, [counts[kind] for kind in programme_rules.STANDINGS], counts.total())
            for label, counts in counted.items()
        ]

    def forums(self):
        meetings = defaultdict(list)
        held = Meeting.objects.filter(forum__programme=self.programme, on__range=(self.starts_on, self.as_of))
        for forum, on in held.exclude(held_at=None).order_by("on").values_list("forum", "on"):
            meetings[forum].append(_day(on))
        for forum in self.programme.forums.all():
            measure = self.measures.get(forum.rhythm_id)
            finding = charts.rhythm(measure, list(measure.readings.all()), self.as_of).finding if measure else ""
            yield ForumTold(forum.title, forum.rhythm_in_words, finding, meetings[forum.pk])


def _characteristics(action):
    of_groups = [group.characteristic.name for group in action.commitment.groups.all()]
    return [*(one.name for one in action.characteristics.all()), *of_groups]


def words_for_kind(kind):
    return words_for(programme_rules.Standing(kind)) if kind != "silent" else _("Not reported for a while")


def standing_told(standing):
    return StandingTold(standing.kind, words_for(standing), reason(standing), standing.symbol, standing.tint)


def _end_of(day):
    return datetime.datetime.combine(day, datetime.time.max)


def _day(day):
    return day.isoformat() if day else ""


def _evidence_until(update):
    try:
        return update.evidence_date.good_until if update else None
    except EvidenceDate.DoesNotExist:
        return None


def _update(update):
    words = ("happened", "worked", "hard", "next", "changed", "help_wanted", "evidence", "evidence_url")
    said = {name: getattr(update, name) for name in words}
    return UpdateTold(on=_day(timezone.localdate(update.stands_at)), stage=update.get_stage_display(), **said)


def _goal(measure, goal):
    said = stated(goal)
    return GoalTold(
        words=target_in_words(measure, goal),
        when=said.when if said else "",
        by=_day(goal.by),
        reason=goal.reason,
        source=said.source if said else "",
    )


def _said(measure, reading):
    """A reading in words, where nothing is drawn."""
    return PointTold(_day(reading.on), "", in_words(measure, reading), "", "", reading.is_baseline, reading.source)


def _point(point):
    return PointTold(
        on=_day(point.on),
        value=f"{point.value.normalize():f}",
        text=point.text,
        of=point.of,
        range=point.range_text,
        is_baseline=point.is_baseline,
        source=point.reading.source,
        x=point.x,
        y=point.y,
        low=point.low,
        high=point.high,
    )


def _picture(trend):
    return PictureTold(
        ticks=trend.ticks,
        lines=trend.lines,
        shown=[_point(point) for point in trend.shown],
        goal_y=trend.goal_y,
        goal_text=trend.goal_text,
        pins=[(pin.letter, pin.x, format_date(pin.on, "F Y"), pin.words) for pin in trend.pins],
        alternative=trend.alternative,
        caveats=trend.caveats,
        has_ranges=trend.has_ranges,
    )
