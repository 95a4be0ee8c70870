"""What a programme has already, as a form or the row of a sheet would say it."""

from hub.commitments.models import Measure
from hub.programme.models import (
    Action,
    Community,
    Forum,
    KeyTarget,
    Outcome,
    Phase,
    Principle,
    ServiceArea,
    Strand,
)
from hub.programme.spreadsheet import COUNTED, IN_AN_AREA, KINDS, same

PARTS = {
    "strand": Strand,
    "principle": Principle,
    "phase": Phase,
    "community": Community,
    "forum": Forum,
    "area": ServiceArea,
    "target": KeyTarget,
    "outcome": Outcome,
}
# What a part says is kept under another name in some.
WORDS_OF = {
    "strand": "summary",
    "principle": "words",
    "phase": "words",
    "community": "summary",
    "forum": "summary",
    "area": "summary",
    "target": "words",
    "outcome": "words",
}
READ_WITH = {
    "community": ["group"],
    "forum": ["rhythm"],
    "area": ["strand", "commitment"],
    "target": ["area"],
    "outcome": ["area"],
}
PREFETCHED = {
    "community": ["organisations"],
    "target": ["measures__targets", "actions__commitment"],
    "outcome": ["actions__commitment"],
}


def parts_of(programme, what):
    """Strands, areas and so on of a programme, by the word for them."""
    where = {"area__programme": programme} if what in IN_AN_AREA else {"programme": programme}
    rows = PARTS[what].objects.filter(**where).select_related(*READ_WITH.get(what, ()))
    return rows.prefetch_related(*PREFETCHED.get(what, ()))


def actions_of(programme):
    about = ("commitment__owner", "area", "phase", "community")
    return Action.objects.filter(area__programme=programme).select_related(*about)


def indicators_of(programme):
    """What outcomes are counted by, each with the area and the title of its outcome."""
    rows = Outcome.indicators.through.objects.filter(outcome__area__programme=programme, measure__ended_at=None)
    return rows.order_by("outcome__area__position", "outcome__position", "measure").values_list(
        "outcome__area__title", "measure__name", "measure", "outcome__title", "outcome"
    )


def as_it_is(what, part):
    """What a part says, by the names that its form has."""
    now = {"title": part.title, "words": getattr(part, WORDS_OF[what])}
    return now | {name: say(part) for name, say in MORE.get(what, {}).items()}


def takes_part(community):
    """Who plans together: organisations of the partnership, then others by name."""
    names = [one.name for one in community.organisations.all()]
    return "\n".join([*names, community.named] if community.named else names)


def serves(part):
    """The actions that a key target or an outcome belongs to, by their titles."""
    return "\n".join(sorted(action.commitment.title for action in part.actions.all()))


MORE = {
    "phase": {"when": lambda phase: phase.when},
    "community": {"group": lambda community: community.group, "takes_part": takes_part},
    "area": {"strand": lambda area: area.strand},
    "target": {"serves": serves},
    "outcome": {"serves": serves},
}


def rhythm_of(forum):
    """At most how many weeks lie between two meetings, where that is known."""
    return forum.rhythm.every_weeks_to if forum.rhythm else None


def titles_beside(part):
    """The titles of the actions in the area of a key target or an outcome."""
    if not isinstance(part, KeyTarget | Outcome):
        return set()
    return {same(title) for title in part.area.actions.order_by().values_list("commitment__title", flat=True)}


def goal_of(target):
    """The measure of a key target that has one measure only, with its present goal: a sheet can change that."""
    measures = [one for one in target.measures.all() if one.ended_at is None]
    if len(measures) != 1:
        return None, None
    return measures[0], next(iter(measures[0].targets.all()), None)


def as_rows(programme):
    """The whole programme as rows of the sheet, each a mapping of the cells that say something."""
    for what in ("strand", "principle", "phase", "community", "forum", "area"):
        for part in parts_of(programme, what).order_by("position"):
            yield {"what": what} | _cells(as_it_is(what, part)) | _rhythm_cell(what, part)
    for action in actions_of(programme).order_by("area__position", "position"):
        yield {"what": "action"} | _action_cells(action)
    for what in ("target", "outcome"):
        for part in parts_of(programme, what).order_by("area__position", "position"):
            told = {"what": what, "area": part.area.title} | _cells(as_it_is(what, part))
            yield told | _goal_cells(part) if what == "target" else told
    yield from _indicator_rows(programme)


def _cells(said):
    return {name: str(value or "") for name, value in said.items()}


def _rhythm_cell(what, part):
    weeks = rhythm_of(part) if what == "forum" else None
    return {"value": weeks} if weeks else {}


def _action_cells(action):
    made = action.commitment
    names = ("title", "inequality", "action", "outcome", "knowing", "owner_role")
    told = {name: getattr(made, name) for name in names}
    return told | {
        "area": action.area.title,
        "owner": made.owner.email if made.owner else "",
        "due_on": _day(made.due_on),
        "phase": action.phase.title if action.phase else "",
        "community": action.community.title if action.community else "",
    }


def _goal_cells(target):
    measure, goal = goal_of(target)
    if measure is None or measure.kind not in KINDS:
        return {}
    value = measure.every_weeks_to if measure.kind == "cadence" else goal and goal.value
    return {"kind": measure.kind, "value": number_cell(value), "due_on": _day(goal and goal.by)}


def _indicator_rows(programme):
    there = list(indicators_of(programme))
    found = Measure.objects.filter(pk__in=[pk for _area, _name, pk, *_rest in there], kind__in=COUNTED)
    measures = {measure.pk: measure for measure in found.prefetch_related("targets")}
    for area, name, pk, outcome, _outcome in there:
        if pk in measures:
            goal = next(iter(measures[pk].targets.all()), None)
            value = goal.value if goal else None
            told = {"what": "indicator", "title": name, "area": area, "shows": outcome, "kind": measures[pk].kind}
            yield told | {"value": number_cell(value), "due_on": _day(goal.by) if value is not None else ""}


def number_cell(value):
    return "" if value is None else f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else str(value)


def _day(day):
    return day.isoformat() if day else ""
