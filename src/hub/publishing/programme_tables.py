"""The open data of published programmes: actions, key targets with their history and readings, and outcomes."""

from collections import defaultdict
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.commitments.models import Measure, Reading, Target
from hub.commitments.rules import is_public_safe
from hub.programme.models import Action, AtWork, KeyTarget, Outcome, Programme
from hub.programme.queries.measures import at_work_in_brief, goals_told, stated, targets_in_brief
from hub.programme.queries.pages import rows_of
from hub.programme.rules import STANDINGS
from hub.publishing.columns import EXAMPLE, NOT_STATED, Column, Table


def published(partnership):
    return Programme.objects.published().filter(partnership=partnership)


def _id(area, key):
    """The same in all tables, and for good: the programme, the area and the thing's own key."""
    return f"{area.programme.slug}/{area.slug}/{key}"


def _page(area, rest):
    return f"programmes/{area.programme.slug}/areas/{area.slug}/{rest}"


def action_rows(partnership, address):
    for programme in published(partnership):
        actions = Action.objects.filter(area__programme=programme).select_related("area__programme")
        told = actions.prefetch_related("commitment__groups").order_by("area__position", "position")
        for row in rows_of(told, every_weeks=programme.report_every_weeks):
            yield _action(row, address)


def _action(row, address):
    action, made, area = row.action, row.action.commitment, row.action.area
    return (
        _id(area, action.key),
        area.programme.slug,
        area.strand.slug,
        area.slug,
        made.title,
        made.inequality,
        made.action,
        made.outcome,
        made.knowing,
        made.owner_role,
        made.due_on,
        "; ".join(group.name for group in made.groups.all()),
        made.people,
        row.standing.kind,
        row.standing.why,
        action.reported_on,
        made.source,
        area.has_example_updates and bool(made.owner_role or action.stage),
        address(_page(area, f"actions/{action.key}/")),
    )


def target_rows(partnership, address):
    targets = KeyTarget.objects.filter(area__programme__in=published(partnership)).prefetch_related("actions")
    found = targets.select_related("area__programme").order_by("area__programme", "area__position", "position")
    for one in targets_in_brief(found, today=timezone.localdate()):
        target, area = one.target, one.target.area
        yield (
            _id(area, target.key),
            area.programme.slug,
            area.slug,
            target.title,
            target.words,
            "; ".join(_id(area, action.key) for action in target.actions.all()),
            one.standing.kind,
            target.source,
            area.has_example_updates and one.standing.kind != "unreported",
            address(_page(area, f"targets/{target.key}/")),
        )


def goal_rows(partnership, address):
    """Each target that was ever set, newest first: the first of a measure is the present one."""
    homes = _homes(partnership)
    goals = Target.objects.filter(measure__in=homes).select_related("measure", "stated")
    for measure, found in groupby(goals.order_by("measure", "-set_at", "-pk"), key=lambda goal: goal.measure):
        for place, goal in enumerate(goals_told(measure, list(found))):
            yield _goal(goal, homes[measure.pk], is_present=place == 0)


def _goal(goal, target, *, is_present):
    said = stated(goal)
    return (
        goal.pk,
        _id(target.area, target.key),
        goal.measure.name,
        goal.measure.kind,
        goal.value,
        goal.words,
        said.when if said else NOT_STATED,
        goal.by,
        is_present,
        goal.set_at.date(),
        goal.reason,
        said.source if said else NOT_STATED,
    )


def _homes(partnership):
    """The measures of key targets, each with the first target that it belongs to."""
    targets = KeyTarget.objects.filter(area__programme__in=published(partnership)).select_related("area__programme")
    by_pk = {target.pk: target for target in targets}
    links = KeyTarget.measures.through.objects.filter(keytarget__in=by_pk).order_by("-keytarget")
    return {measure: by_pk[target] for target, measure in links.values_list("keytarget", "measure")}


def reading_rows(partnership, address):
    """What key targets showed. Counts of people of a group, and who is in a small one, are left out."""
    homes = _homes(partnership)
    measures = Measure.objects.filter(pk__in=homes).select_related("commitment").prefetch_related("commitment__groups")
    safe = {measure.pk: measure for measure in measures if is_public_safe(measure)}
    for reading in Reading.objects.current().filter(measure__in=safe).order_by("measure", "on", "pk").iterator(2000):
        target = homes[reading.measure_id]
        yield (
            reading.pk,
            _id(target.area, target.key),
            safe[reading.measure_id].name,
            reading.on,
            reading.value,
            reading.numerator,
            reading.denominator,
            reading.words,
            reading.is_baseline,
            reading.source,
            target.area.has_example_updates,
        )


def outcome_rows(partnership, address):
    outcomes = Outcome.objects.filter(area__programme__in=published(partnership)).select_related("area__programme")
    found = outcomes.prefetch_related("indicators", "actions")
    for outcome in found.order_by("area__programme", "area__position", "position"):
        area = outcome.area
        yield (
            _id(area, outcome.key),
            area.programme.slug,
            area.slug,
            outcome.title,
            outcome.words,
            "; ".join(measure.name for measure in outcome.indicators.all()),
            "; ".join(_id(area, action.key) for action in outcome.actions.all()),
            outcome.source,
            address(_page(area, f"#outcome-{outcome.key}")),
        )


def at_work_rows(partnership, address):
    """Measures about people at work, each with its target and what it showed last, as far as everybody may know."""
    rows = AtWork.objects.filter(area__programme__in=published(partnership), measure__ended_at=None)
    for one in at_work_in_brief(
        rows.order_by("area__programme", "topic", "area__position", "pk"), today=timezone.localdate()
    ):
        about, aim, last = one.about, one.counted.aim, one.last
        area = about.area
        yield (
            about.measure_id,
            area.programme.slug,
            area.slug,
            about.topic,
            about.service,
            about.group.name if about.group else NOT_STATED,
            about.language,
            one.counted.measure.name,
            one.counted.measure.kind,
            one.counted.standing.kind,
            aim.value,
            aim.by,
            last.on if last else None,
            last.value if last else None,
            last.some if last else None,
            last.out_of if last else None,
            area.has_example_updates and one.counted.standing.kind != "unreported",
            address(f"programmes/{area.programme.slug}/people-at-work/?topic={about.topic}"),
        )


def everything(partnerships, address_in):
    """All published programmes of this site in one answer: what can be counted from outside."""
    gathered = defaultdict(list)
    for partnership in partnerships:
        address = address_in(partnership)
        gathered["programmes"] += [_programme(one, address) for one in published(partnership)]
        for table in (ACTIONS, TARGETS, OUTCOMES):
            rows = table.rows(partnership, address)
            gathered[table.name] += [dict(zip(table.header, row, strict=True)) for row in rows]
    return {name: gathered[name] for name in ("programmes", ACTIONS.name, TARGETS.name, OUTCOMES.name)}


def _programme(programme, address):
    return {
        "id": programme.slug,
        "partnership": programme.partnership.slug,
        "title": programme.title,
        "summary": programme.summary,
        "source": programme.source,
        "page": address(f"programmes/{programme.slug}/"),
    }


KINDS = tuple(Measure.Kind.values)
STANDS = Column("standing", "string", _("Where it stands, worked out"), required=True, options=STANDINGS)
IDENTITY = Column("id", "string", _("Programme, area and its own key; the same for good"), required=True)
PROGRAMME = Column("programme", "string", _("Which programme"), required=True)
AREA = Column("area", "string", _("Which area"), required=True)
SOURCE = Column("source", "string", _("Where the published document says it"))
PAGE = Column("page", "string", _("Its page here"), required=True)
MEASURE = Column("measure", "string", _("What is counted, or the step to be done"), required=True)

ACTIONS = Table(
    "actions",
    _("Actions of a programme"),
    _("What a programme says will be done. An empty cell was not stated, or is not answered yet."),
    "id",
    (
        IDENTITY,
        PROGRAMME,
        Column("strand", "string", _("Which strand"), required=True),
        AREA,
        Column("title", "string", _("The action in a few words"), required=True),
        Column("inequality", "string", _("What is unfair now?")),
        Column("action", "string", _("What will be done?")),
        Column("outcome", "string", _("What should come of it?")),
        Column("knowing", "string", _("How will we know?")),
        Column("owner_role", "string", _("The job of who looks after it. Never a name")),
        Column("due_on", "date", _("By when")),
        Column("groups", "string", _("Who it is for, with a semicolon between groups")),
        Column("people", "string", _("Who it is for, in words")),
        STANDS,
        Column("reason", "string", _("Why it stands there, in one word")),
        Column("reported_on", "date", _("The day of the last update")),
        SOURCE,
        EXAMPLE,
        PAGE,
    ),
    action_rows,
)
TARGETS = Table(
    "targets",
    _("Key targets of a programme"),
    _("What is to be reached by when. What was set and what was counted stand in target-history and target-readings."),
    "id",
    (
        IDENTITY,
        PROGRAMME,
        AREA,
        Column("title", "string", _("The target in a few words"), required=True),
        Column("words", "string", _("The whole target")),
        Column("actions", "string", _("Actions that serve it: ids in actions, with a semicolon between them")),
        Column(
            "standing",
            "string",
            _("Where it stands, worked out"),
            required=True,
            options=(*STANDINGS, "in_words"),
        ),
        SOURCE,
        EXAMPLE,
        PAGE,
    ),
    target_rows,
)
HISTORY = Table(
    "target-history",
    _("What key targets were, over time"),
    _("Each target that was ever set for a measure. Nothing is taken away when it changes."),
    "id",
    (
        Column("id", "integer", _("Its number"), required=True),
        Column("target", "string", _("Which key target: id in targets"), required=True),
        MEASURE,
        Column("kind", "string", _("What kind of measure it is"), required=True, options=KINDS),
        Column("value", "number", _("The figure to be reached. Shares count in the hundred unless the words say so")),
        Column("words", "string", _("In words")),
        Column("when", "string", _("By when, in the words of its source")),
        Column("by", "date", _("The last day that counts")),
        Column("is_present", "boolean", _("True for the one that counts today"), required=True),
        Column("set_on", "date", _("The day it was set here"), required=True),
        Column("reason", "string", _("Why it changed, or what is unclear")),
        SOURCE,
    ),
    goal_rows,
)
READINGS = Table(
    "target-readings",
    _("What key targets showed"),
    _("Figures on a day. Counts of people of a group, and of who is in a small group, are not in it."),
    "id",
    (
        Column("id", "integer", _("Its number"), required=True),
        Column("target", "string", _("Which key target: id in targets"), required=True),
        MEASURE,
        Column("on", "date", _("The day"), required=True),
        Column("value", "number", _("The figure. For a step: 1 is done, 0 is not yet")),
        Column("numerator", "integer", _("How many")),
        Column("denominator", "integer", _("Out of how many")),
        Column("words", "string", _("In words")),
        Column("is_baseline", "boolean", _("True for where it starts"), required=True),
        SOURCE,
        EXAMPLE,
    ),
    reading_rows,
)
OUTCOMES = Table(
    "outcomes",
    _("Outcomes of a programme"),
    _("What all of it is for. Most have no number; then none is invented."),
    "id",
    (
        IDENTITY,
        PROGRAMME,
        AREA,
        Column("title", "string", _("The outcome in a few words"), required=True),
        Column("words", "string", _("The whole outcome")),
        Column("indicators", "string", _("What is counted for it, with a semicolon between them")),
        Column("actions", "string", _("Actions that serve it: ids in actions, with a semicolon between them")),
        SOURCE,
        PAGE,
    ),
    outcome_rows,
)
AT_WORK = Table(
    "people-at-work",
    _("People at work"),
    _("Champions, training, mentoring, languages. Figures about one group of staff are left out."),
    "id",
    (
        Column("id", "integer", _("Its number"), required=True),
        PROGRAMME,
        AREA,
        Column("topic", "string", _("What it is about"), required=True, options=tuple(AtWork.Topic.values)),
        Column("service", "string", _("Which service, where it is not the whole area")),
        Column("group", "string", _("Which group of staff, if one")),
        Column("language", "string", _("Which language, if one")),
        MEASURE,
        Column("kind", "string", _("What kind of measure it is"), required=True, options=KINDS),
        Column("standing", "string", _("Where it stands, worked out"), required=True, options=(*STANDINGS, "in_words")),
        Column("target", "number", _("The figure that is needed")),
        Column("by", "date", _("The last day that counts")),
        Column("last_on", "date", _("The day of the last figure")),
        Column("last_value", "number", _("The last figure. Shares count in the hundred")),
        Column("last_numerator", "integer", _("How many")),
        Column("last_denominator", "integer", _("Out of how many")),
        EXAMPLE,
        PAGE,
    ),
    at_work_rows,
)
PROGRAMME_TABLES = [ACTIONS, TARGETS, HISTORY, READINGS, OUTCOMES, AT_WORK]
