"""From the rows of a spreadsheet, or from one form, into a programme: everything or nothing."""

from django.db import transaction
from django.utils.text import slugify

from hub import audit
from hub.commitments import actions as commitments
from hub.programme.actions.building import actions_called, change_part, set_who_takes_part
from hub.programme.actions.planning import QUESTIONS, There, differences, plan_for
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
from hub.programme.queries.parts import goal_of
from hub.programme.spreadsheet import kind_of, same

LONGEST_GOAL = 300


class NotInOrderError(Exception):
    """Something changed meanwhile, so the plan does not hold any more."""


@transaction.atomic
def carry_out(programme, rows, *, by):
    """Do what the rows say, in the order in which one thing needs another."""
    plan = plan_for(programme, rows)
    if plan.problems:
        raise NotInOrderError
    there = There(programme, rows)
    for what, make in MAKERS.items():
        for row in (row for row in rows if row.what == what):
            if there.knows(row):
                _change(programme, row, there, by)
            else:
                there.has_made(what, make(programme, row, there, by), row["title"], row["area"])
    audit.record("programme.imported", subject=programme, by=by, rows=len(rows))
    return plan


def _change(programme, row, there, by):
    """Only what the sheet says differently. What stood there before is kept."""
    told = differences(row, there)
    if not told:
        return
    part = there.part(row)
    if row.what == "action":
        _change_action(part, told, there, by)
        return
    if goal := told.pop("goal", None):
        commitments.set_target(goal_of(part)[0], goal, by=by)
    if weeks := told.pop("weeks", None):
        _give_rhythm(part, int(weeks), by)
    if "strand" in told:
        told["strand"] = programme.strands.get(pk=there.number("strand", told["strand"]))
    if told:
        change_part(programme, row.what, part, by=by, **told)


def _change_action(action, told, there, by):
    commitment, owner = action.commitment, told.pop("owner", None)
    belongs = {f"{name}_id": there.number(name, told.pop(name)) for name in ("phase", "community") if name in told}
    if belongs:
        Action.objects.filter(pk=action.pk).update(**belongs)
        audit.record("action.tied", subject=action, by=by, **belongs)
    if told:
        commitments.change_commitment(commitment, by=by, seen=commitment.version, **told)
    if owner:
        commitment.refresh_from_db()
        commitments.hand_over(commitment, to=owner, by=by, owner_role=commitment.owner_role)


# Making what is not there yet.


def _make_strand(programme, row, there, by):
    return _placed(Strand(programme=programme, title=row["title"], summary=row["words"]), programme.strands)


def _make_principle(programme, row, there, by):
    return _placed(Principle(programme=programme, title=row["title"], words=row["words"]), programme.principles)


def _make_phase(programme, row, there, by):
    phase = Phase(programme=programme, title=row["title"], words=row["words"], when=row["when"])
    return _placed(phase, programme.phases)


def _make_community(programme, row, there, by):
    [group] = there.groups[same(row["group"])] if row["group"] else [None]
    community = Community(programme=programme, title=row["title"], summary=row["words"], group=group)
    community = _placed(community, programme.communities)
    set_who_takes_part(community, row["takes_part"])
    return community


def _make_forum(programme, row, there, by):
    commitment = commitments.make_commitment(programme.partnership, by=by, title=row["title"])
    forum = Forum(programme=programme, commitment=commitment, title=row["title"], summary=row["words"])
    forum = _placed(forum, programme.forums)
    if row.value is not None:
        _give_rhythm(forum, int(row.value), by)
    return forum


def _give_rhythm(forum, weeks, by):
    forum.rhythm = commitments.add_measure(
        forum.commitment, by=by, kind="cadence", name=forum.title, every_weeks_to=weeks
    )
    forum.save(update_fields=["rhythm"])


def _make_area(programme, row, there, by):
    commitment = commitments.make_commitment(programme.partnership, by=by, title=row["title"])
    area = ServiceArea(
        programme=programme, strand_id=there.number("strand", row["strand"]), commitment=commitment,
        title=row["title"], summary=row["words"],
    )  # fmt: skip
    return _placed(area, programme.areas)


def _make_action(programme, row, there, by):
    answers = {name: row[name] for name in QUESTIONS}
    [owner] = there.people[same(row["owner"])] if row["owner"] else [None]
    given = {"title": row["title"], "due_on": row.due_on, "owner_role": row["owner_role"], **answers}
    commitment = commitments.make_commitment(programme.partnership, by=by, owner=owner, **given)
    area = _area_of(programme, row, there)
    action = Action(
        commitment=commitment, area=area, organisation=programme.organisation,
        phase_id=there.number("phase", row["phase"]), community_id=there.number("community", row["community"]),
    )  # fmt: skip
    return _placed(action, area.actions, name="key")


def _make_target(programme, row, there, by):
    area = _area_of(programme, row, there)
    target = _placed(KeyTarget(area=area, title=row["title"], words=row["words"]), area.key_targets, name="key")
    kind = kind_of(row)
    weeks = {"every_weeks_to": int(row.value)} if kind == "cadence" else {}
    value = row.value if kind in ("number", "share") else None
    goal = {"value": value, "words": (row["words"] or row["title"])[:LONGEST_GOAL], "by": row.due_on}
    made = commitments.add_measure(area.commitment, by=by, kind=kind, name=row["title"], target=goal, **weeks)
    target.measures.add(made)
    target.actions.set(actions_called(area, row["serves"]))
    return target


def _make_outcome(programme, row, there, by):
    area = _area_of(programme, row, there)
    outcome = _placed(Outcome(area=area, title=row["title"], words=row["words"]), area.outcomes, name="key")
    outcome.actions.set(actions_called(area, row["serves"]))
    return outcome


def _make_indicator(programme, row, there, by):
    """A measure by which one sees whether an outcome comes about. It may have a figure to reach."""
    area = _area_of(programme, row, there)
    goal = {"value": row.value, "by": row.due_on} if row.value is not None else None
    made = commitments.add_measure(area.commitment, by=by, kind=kind_of(row), name=row["title"], target=goal)
    Outcome.objects.get(pk=there.number("outcome", row["shows"], row["area"])).indicators.add(made)
    return made


def _area_of(programme, row, there):
    return programme.areas.select_related("commitment").get(pk=there.number("area", row["area"]))


def _placed(thing, others, *, name="slug"):
    """Behind the others, under an address of its own."""
    thing.position = (others.order_by("-position").values_list("position", flat=True).first() or 0) + 1
    start = slugify(getattr(thing, "title", "") or str(thing))[:70] or "part"
    taken = set(others.filter(**{f"{name}__startswith": start}).values_list(name, flat=True))
    number = next(number for number in range(1, len(taken) + 2) if _numbered(start, number) not in taken)
    setattr(thing, name, _numbered(start, number))
    thing.save()
    return thing


def _numbered(start, number):
    return start if number == 1 else f"{start}-{number}"


MAKERS = {
    "strand": _make_strand,
    "principle": _make_principle,
    "phase": _make_phase,
    "community": _make_community,
    "forum": _make_forum,
    "area": _make_area,
    "action": _make_action,
    "target": _make_target,
    "outcome": _make_outcome,
    "indicator": _make_indicator,
}
