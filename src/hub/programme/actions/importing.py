"""From the rows of a spreadsheet, or from one form, into a programme: everything or nothing."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hub import audit
from hub.commitments import actions as commitments
from hub.programme.models import Action, KeyTarget, Outcome, Principle, ServiceArea, Strand
from hub.programme.permissions import people_of
from hub.programme.spreadsheet import Problem

QUESTIONS = ["inequality", "action", "outcome", "knowing"]


@dataclass(frozen=True)
class Plan:
    """What a sheet would do to a programme."""

    rows: list
    problems: list
    doings: list

    @property
    def counts(self):
        """How many of what would be new, changed or stay: (what, doing, number). Only where nothing is wrong."""
        counted = Counter((row.what, doing) for row, doing in zip(self.rows, self.doings, strict=True))
        return sorted((what, doing, number) for (what, doing), number in counted.items())


def _same(text):
    return " ".join(text.casefold().split())


class There:
    """What a programme has already, found by the words that people use for it."""

    def __init__(self, programme):
        self.programme = programme
        self.strands = {_same(one.title): one for one in programme.strands.all()}
        self.areas = {_same(one.title): one for one in programme.areas.all()}
        self.principles = {_same(one.title): one for one in programme.principles.all()}
        self.actions = self._in_areas(Action, "commitment__title")
        self.targets = self._in_areas(KeyTarget, "title")
        self.outcomes = self._in_areas(Outcome, "title")
        self.people = defaultdict(list)
        for person in people_of(programme.partnership_id):
            for name in {_same(person.email), _same(person.name)} - {""}:
                self.people[name].append(person)

    def _in_areas(self, model, title):
        rows = model.objects.filter(area__programme=self.programme)
        return {(_same(area), _same(name)): pk for area, name, pk in rows.values_list("area__title", title, "pk")}

    def knows(self, row):
        """Whether the very thing is there."""
        if row.what in ("strand", "area", "principle"):
            return _same(row["title"]) in getattr(self, f"{row.what}s")
        return (_same(row["area"]), _same(row["title"])) in getattr(self, f"{row.what}s")


def plan_for(programme, rows):
    """What the rows would do, and what is wrong with them beside the others and what is there."""
    there = There(programme)
    problems = [problem for row in rows for problem in row.problems]
    problems += [*_doubles(rows), *_places(rows, there), *_owners(rows, there), *_served(rows, there)]
    doings = [_doing(row, there) for row in rows] if not problems else []
    return Plan(rows, sorted(problems, key=lambda problem: problem.row), doings)


def _doing(row, there):
    if not there.knows(row):
        return "new"
    return "changed" if row.what == "action" else "there"


def _doubles(rows):
    seen = {}
    for row in rows:
        name = (row.what, _same(row["area"]) if row.what not in ("strand", "area") else "", _same(row["title"]))
        if row["title"] and name in seen:
            yield Problem(row.number, _("The same stands in row %(row)d already") % {"row": seen[name]})
        seen.setdefault(name, row.number)


def _places(rows, there):
    areas = there.areas.keys() | {_same(row["title"]) for row in rows if row.what == "area"}
    strands = there.strands.keys() | {_same(row["title"]) for row in rows if row.what == "strand"}
    for row in rows:
        if row["area"] and row.what in ("action", "target", "outcome") and _same(row["area"]) not in areas:
            yield Problem(row.number, _("There is no area called “%(name)s”") % {"name": row["area"]})
        if row.what == "area" and row["strand"] and _same(row["strand"]) not in strands:
            yield Problem(row.number, _("There is no strand called “%(name)s”") % {"name": row["strand"]})


def _owners(rows, there):
    for row in rows:
        if not row["owner"]:
            continue
        found = there.people.get(_same(row["owner"]), [])
        if len(found) > 1:
            sentence = _("Two people are called “%(name)s”. Write the e-mail address instead")
            yield Problem(row.number, sentence % {"name": row["owner"]})
        if not found:
            sentence = _("Nobody in the partnership is called “%(name)s”. Invite them first, or leave this empty")
            yield Problem(row.number, sentence % {"name": row["owner"]})


def _served(rows, there):
    actions = there.actions.keys() | {(_same(row["area"]), _same(row["title"])) for row in rows if row.what == "action"}
    for row in rows:
        for name in served_by(row):
            if (_same(row["area"]), _same(name)) not in actions:
                yield Problem(row.number, _("There is no action called “%(name)s” in this area") % {"name": name})


def served_by(row):
    return [name.strip() for name in row["serves"].split(";") if name.strip()]


class NotInOrderError(Exception):
    """Something changed meanwhile, so the plan does not hold any more."""


@transaction.atomic
def carry_out(programme, rows, *, by):
    """Do what the rows say, in the order in which one thing needs another."""
    plan = plan_for(programme, rows)
    if plan.problems:
        raise NotInOrderError
    there = There(programme)
    for what, make in MAKERS.items():
        for row in (row for row in rows if row.what == what):
            make(programme, row, there, by)
    audit.record("programme.imported", subject=programme, by=by, rows=len(rows))
    return plan


def _make_strand(programme, row, there, by):
    if not there.knows(row):
        strand = Strand(programme=programme, title=row["title"], summary=row["words"])
        there.strands[_same(row["title"])] = _placed(strand, programme.strands)


def _make_principle(programme, row, there, by):
    if not there.knows(row):
        principle = Principle(programme=programme, title=row["title"], words=row["words"])
        there.principles[_same(row["title"])] = _placed(principle, programme.principles)


def _make_area(programme, row, there, by):
    if there.knows(row):
        return
    commitment = commitments.make_commitment(programme.partnership, by=by, title=row["title"])
    strand = there.strands[_same(row["strand"])]
    area = ServiceArea(
        programme=programme, strand=strand, commitment=commitment, title=row["title"], summary=row["words"]
    )
    there.areas[_same(row["title"])] = _placed(area, programme.areas)


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


def _make_action(programme, row, there, by):
    area = there.areas[_same(row["area"])]
    answers = {name: row[name] for name in QUESTIONS}
    [owner] = there.people[_same(row["owner"])] if row["owner"] else [None]
    given = {"title": row["title"], "due_on": row.due_on, "owner_role": row["owner_role"], **answers}
    pk = there.actions.get((_same(row["area"]), _same(row["title"])))
    if pk:
        _change_action(Action.objects.select_related("commitment").get(pk=pk), given, owner, by)
        return
    commitment = commitments.make_commitment(programme.partnership, by=by, owner=owner, **given)
    action = Action(commitment=commitment, area=area, organisation=programme.organisation)
    there.actions[_same(row["area"]), _same(row["title"])] = _placed(action, area.actions, name="key").pk


def _change_action(action, given, owner, by):
    """Only what the sheet says. An empty cell leaves what is there."""
    commitment = action.commitment
    told = {name: value for name, value in given.items() if value and getattr(commitment, name) != value}
    if told:
        commitments.change_commitment(commitment, by=by, seen=commitment.version, **told)
    if owner and owner.pk != commitment.owner_id:
        commitment.refresh_from_db()
        commitments.hand_over(commitment, to=owner, by=by, owner_role=commitment.owner_role)


def _make_target(programme, row, there, by):
    if there.knows(row):
        return
    area = there.areas[_same(row["area"])]
    target = _placed(KeyTarget(area=area, title=row["title"], words=row["words"]), area.key_targets, name="key")
    target.measures.add(_measure_of(row, area.commitment, by))
    target.actions.set(there.actions[_same(row["area"]), _same(name)] for name in served_by(row))


def _measure_of(row, commitment, by):
    kind = row["kind"].casefold() or "milestone"
    weeks = {"every_weeks_to": int(row.value)} if kind == "cadence" else {}
    value = row.value if kind in ("number", "share") else None
    goal = {"value": value, "words": (row["words"] or row["title"])[:300], "by": row.due_on}
    return commitments.add_measure(commitment, by=by, kind=kind, name=row["title"], target=goal, **weeks)


def _make_outcome(programme, row, there, by):
    if there.knows(row):
        return
    area = there.areas[_same(row["area"])]
    outcome = _placed(Outcome(area=area, title=row["title"], words=row["words"]), area.outcomes, name="key")
    outcome.actions.set(there.actions[_same(row["area"]), _same(name)] for name in served_by(row))


MAKERS = {
    "strand": _make_strand,
    "principle": _make_principle,
    "area": _make_area,
    "action": _make_action,
    "target": _make_target,
    "outcome": _make_outcome,
}
