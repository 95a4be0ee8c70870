"""Measures with their targets, as an area, a target or an action shows them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from hub.commitments.charts import how_often, say
from hub.commitments.models import Measure, Reading, Target
from hub.commitments.queries import MeasureShown, Reader, in_words, shown
from hub.commitments.rules import is_public_safe
from hub.programme import rules
from hub.programme.models import (
    Action,
    AtWork,
    Forum,
    KeyTarget,
    ServiceArea,
    StatedTarget,
)
from hub.programme.queries.standings import (
    aim_of,
    aims_of,
    targets_of,
)


@dataclass(frozen=True)
class TargetInBrief:
    """A key target, where it stands, what it should reach, and what it showed last."""

    target: KeyTarget
    measures: list

    @property
    def standing(self):
        """That of the part which wants attention first."""
        order = [*rules.STANDINGS, "in_words"]
        found = [one.standing for one in self.measures]
        return min(found, key=lambda one: order.index(one.kind), default=rules.Standing("unreported"))


@dataclass(frozen=True)
class AimShown:
    measure: Measure
    aim: rules.Aim
    standing: rules.Standing
    goals: list

    @property
    def how_often(self):
        return how_often(self.measure)


def aims_shown(measures, today, *, reader=Reader.PUBLIC):
    """For each measure in use: its aim, where it stands, and its targets, newest first. Three queries."""
    found = list(measures.filter(ended_at=None).order_by("pk").distinct())
    goals = targets_of([measure.pk for measure in found])
    aims = aims_of(found, goals)
    return {
        measure.pk: AimShown(
            measure,
            aims[measure.pk],
            rules.standing_of_aim(aims[measure.pk], today),
            goals_told(measure, goals[measure.pk], reader=reader),
        )
        for measure in found
    }


def goals_told(measure, goals, *, reader=Reader.PUBLIC):
    """The target for a small group says who is in it, so that outsiders read it only where a document has said it."""
    if measure.kind != Measure.Kind.COMPOSITION or reader is Reader.OURS:
        return list(goals)
    return [goal for goal in goals if _is_published(goal)]


def _is_published(goal):
    said = stated(goal)
    return bool(said and said.source)


def stated(goal):
    """What a published document says about a target, if one does."""
    try:
        return goal.stated
    except StatedTarget.DoesNotExist:
        return None


@dataclass(frozen=True)
class MeasureAndAim:
    """A measure with its picture, where its target stands, and what its documents say."""

    shown: MeasureShown
    aim: rules.Aim
    standing: rules.Standing
    goals: list

    @property
    def measure(self):
        return self.shown.measure


def followed_on(action):
    """Its own measures, and those of the key targets that it serves."""
    own_or_served = Q(commitment=action.commitment_id) | Q(key_targets__actions=action)
    return Measure.objects.filter(own_or_served, ended_at=None).order_by("pk").distinct()


def measures_shown(measures, *, today, reader=Reader.PUBLIC):
    """Measures with their pictures, as far as the reader may see their figures."""
    readings = Reading.objects.select_related("corrected_by").prefetch_related("parts").order_by("on", "pk")
    found = measures.select_related("characteristic", "commitment").prefetch_related(
        Prefetch("targets", Target.objects.select_related("stated")), "turns", Prefetch("readings", readings)
    )
    return [measure_and_aim(shown(measure, reader=reader), today, reader) for measure in found]


def measure_and_aim(one, today, reader):
    measure = one.measure
    current = [reading for reading in measure.readings.all() if not reading.is_corrected]
    targets = list(measure.targets.all())
    aim = aim_of(measure, targets, current)
    goals = goals_told(measure, targets, reader=reader)
    return MeasureAndAim(one, aim, rules.standing_of_aim(aim, today), goals)


def targets_in_brief(targets, *, today):
    """Key targets of a page, each with its measures and where they stand."""
    targets = list(targets)
    tied = KeyTarget.measures.through.objects.filter(keytarget__in=targets).values_list("keytarget", "measure")
    by_target = defaultdict(list)
    for target, measure in sorted(tied):
        by_target[target].append(measure)
    measures = aims_shown(Measure.objects.filter(key_targets__in=targets), today)
    return [TargetInBrief(one, [measures[pk] for pk in by_target[one.pk] if pk in measures]) for one in targets]


def topics_of(rows):
    """What measures about people at work are about, with how many there are: (topic, words, number)."""
    counted = dict(rows.order_by().values_list("topic").annotate(number=Count("pk")))
    return [(topic, words, counted[topic]) for topic, words in AtWork.Topic.choices if topic in counted]


def at_work_in_brief(rows, *, today):
    """Measures about people at work, for a page of them: each with its area, and where it stands."""
    rows = list(rows.select_related("area__programme", "group"))
    found = Measure.objects.filter(at_work__in=rows).select_related("commitment")
    measures = aims_shown(found.prefetch_related("commitment__groups"), today)
    return [AtWorkInBrief(row, measures[row.measure_id]) for row in rows]


@dataclass(frozen=True)
class AtWorkInBrief:
    about: AtWork
    counted: AimShown

    @property
    def last(self):
        """What it showed last, where everybody may know: a figure about one group of staff is not among it."""
        return self.counted.aim.last if is_public_safe(self.counted.measure) else None

    @property
    def last_in_words(self):
        if self.last is None or self.last.value is None:
            return ""
        if self.last.out_of:
            return _("%(some)d of %(all)d") % {"some": self.last.some, "all": self.last.out_of}
        return say(self.counted.measure, self.last.value)


def forum_rhythm(forum, *, today):
    if forum.rhythm_id is None:
        return None
    [found] = measures_shown(Measure.objects.filter(pk=forum.rhythm_id), today=today)
    return found


MOST_READINGS = 25


def readings_to_keep(measure):
    """The newest readings of a measure that nobody has put right, each in words."""
    current = measure.readings.current().prefetch_related("parts").order_by("-on", "-pk")
    return [(reading, in_words(measure, reading)) for reading in current[:MOST_READINGS]]


def home_of(measure):
    """The address of the page that shows a measure. A draft has no public pages: there it is where one builds."""
    commitment = measure.commitment
    if action := Action.objects.filter(commitment=commitment).first():
        return action.get_absolute_url()
    if target := measure.key_targets.select_related("area__programme__partnership").first():
        return _shown_or_built(target, target.area)
    if forum := Forum.objects.filter(commitment=commitment).select_related("programme__partnership").first():
        return forum.get_absolute_url() if forum.programme.published_at else forum.work_address
    area = ServiceArea.objects.select_related("programme__partnership").get(commitment=commitment)
    return _shown_or_built(area, area)


def _shown_or_built(place, area):
    if area.programme.published_at:
        return place.get_absolute_url()
    return reverse("programme:build_area", args=[area.pk])
