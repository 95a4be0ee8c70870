"""What the rows of a spreadsheet would do to a programme, and what is wrong with them beside each other."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from hub.programme.permissions import people_of
from hub.programme.queries.parts import (
    actions_of,
    as_it_is,
    goal_of,
    indicators_of,
    parts_of,
    rhythm_of,
)
from hub.programme.spreadsheet import IN_AN_AREA, Problem, kind_of, names_in, same, what_a_new_target_lacks
from hub.toolkit.models import Group

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

    @property
    def row_by_row(self):
        """Each row that would do something: (number, what it would do, title)."""
        both = zip(self.rows, self.doings, strict=True)
        return [(row.number, doing, row["title"]) for row, doing in both if doing != "there"]


def key_of(what, title, area=""):
    return (same(area), same(title)) if what in IN_AN_AREA else same(title)


class There:
    """What a programme has already, found by the words that people use for it. Each kind is read when it is wanted."""

    def __init__(self, programme, rows=()):
        self.programme, self.rows = programme, rows
        self._keys, self._parts = {}, {}

    def keys(self, what):
        """The number of each thing of a kind."""
        if what not in self._keys:
            self._keys[what] = dict(self._read_keys(what))
        return self._keys[what]

    def _read_keys(self, what):
        if what == "indicator":
            return [(key_of(what, name, area), pk) for area, name, pk, *_rest in indicators_of(self.programme)]
        rows, title = (actions_of(self.programme), "commitment__title") if what == "action" else (
            parts_of(self.programme, what).prefetch_related(None), "title"
        )  # fmt: skip
        if what in IN_AN_AREA:
            found = rows.order_by().values_list("area__title", title, "pk")
            return [(key_of(what, name, area), pk) for area, name, pk in found]
        return [(key_of(what, name), pk) for name, pk in rows.order_by().values_list(title, "pk")]

    def knows(self, row):
        """Whether the very thing is there."""
        return self._key(row) in self.keys(row.what)

    def _key(self, row):
        return key_of(row.what, row["title"], row["area"])

    def part(self, row):
        """The thing itself. All that the rows of a sheet name are read at once."""
        if row.what not in self._parts:
            named = {self.keys(row.what).get(self._key(one)) for one in [*self.rows, row] if one.what == row.what}
            whole = actions_of(self.programme) if row.what == "action" else parts_of(self.programme, row.what)
            self._parts[row.what] = {part.pk: part for part in whole.filter(pk__in=named - {None})}
        return self._parts[row.what][self.keys(row.what)[self._key(row)]]

    def number(self, what, title, area=""):
        return self.keys(what).get(key_of(what, title, area))

    def will_have(self, what, title, area=""):
        """Whether it is there, or a row of the sheet makes it."""
        key = key_of(what, title, area)
        return key in self.keys(what) or (what, key) in self.coming

    @cached_property
    def coming(self):
        return {(row.what, self._key(row)) for row in self.rows}

    def has_made(self, what, part, title, area=""):
        self.keys(what)[key_of(what, title, area)] = part.pk

    @cached_property
    def people(self):
        found = defaultdict(list)
        for person in people_of(self.programme.partnership_id):
            for name in {same(person.email), same(person.name)} - {""}:
                found[name].append(person)
        return found

    @cached_property
    def groups(self):
        found = defaultdict(list)
        for group in Group.objects.order_by():
            for name in {same(group.name), group.slug}:
                found[name].append(group)
        return found


def plan_for(programme, rows):
    """What the rows would do, and what is wrong with them beside the others and what is there."""
    there = There(programme, rows)
    problems = [problem for row in rows for problem in row.problems]
    for look in (_doubles, _places, _people, _new_targets):
        problems += look(rows, there)
    doings = [_doing(row, there) for row in rows] if not problems else []
    return Plan(rows, sorted(problems, key=lambda problem: problem.row), doings)


def _doing(row, there):
    if not there.knows(row):
        return "new"
    return "changed" if differences(row, there) else "there"


def _doubles(rows, _there):
    seen = {}
    for row in rows:
        name = (row.what, key_of(row.what, row["title"], row["area"]))
        if row["title"] and name in seen:
            yield Problem(row.number, _("The same stands in row %(row)d already") % {"row": seen[name]})
        seen.setdefault(name, row.number)


def _places(rows, there):
    for row in rows:
        for what, name, area, sentence in _wanted(row):
            if name and (area or what not in IN_AN_AREA) and not there.will_have(what, name, area):
                yield Problem(row.number, sentence % {"name": name})


def _wanted(row):
    """What a row names that has to be there: (what, its name, in which area, what is said where it is not)."""
    if row.what in IN_AN_AREA:
        yield "area", row["area"], "", _("There is no area called “%(name)s”")
    if row.what == "area":
        yield "strand", row["strand"], "", _("There is no strand called “%(name)s”")
    if row.what == "action":
        yield "phase", row["phase"], "", _("There is no phase called “%(name)s”")
        yield "community", row["community"], "", _("There is no plan for a community called “%(name)s”")
    if row.what == "indicator":
        yield "outcome", row["shows"], row["area"], _("There is no outcome called “%(name)s” in this area")
    for name in names_in(row["serves"]) if row.what in ("target", "outcome") else ():
        yield "action", name, row["area"], _("There is no action called “%(name)s” in this area")


def _people(rows, there):
    for row in rows:
        if row["owner"]:
            yield from _one_only(
                row, row["owner"], there.people,
                _("Two people are called “%(name)s”. Write the e-mail address instead"),
                _("Nobody in the partnership is called “%(name)s”. Invite them first, or leave this empty"),
            )  # fmt: skip
        if row["group"]:
            yield from _one_only(
                row, row["group"], there.groups,
                _("Two groups of people are called “%(name)s”. Write the group’s short name from the open data"),
                _("There is no group of people called “%(name)s”. Leave this empty, or write it as our list does"),
            )  # fmt: skip


def _one_only(row, name, known, two, none):
    found = known.get(same(name), [])
    if len(found) != 1:
        yield Problem(row.number, (two if found else none) % {"name": name})


def _new_targets(rows, there):
    for row in rows:
        if row.what == "target" and not there.knows(row):
            yield from (Problem(row.number, sentence) for sentence in what_a_new_target_lacks(row))


# What a row says differently from what is there. An empty cell leaves what is there.


def differences(row, there):
    if row.what == "indicator":
        return {}
    part = there.part(row)
    said, now = (_of_action if row.what == "action" else _of_part)(row, part, there)
    told = {name: value for name, value in said.items() if value and not _is_known(value, now[name])}
    goal = _goal(row, part) if row.what == "target" else None
    return told | {"goal": goal} if goal else told


def _of_action(row, action, there):
    made = action.commitment
    names = ("title", *QUESTIONS, "owner_role")
    said = {name: row[name] for name in names} | {"due_on": row.due_on}
    [said["owner"]] = there.people[same(row["owner"])] if row["owner"] else [None]
    now = {name: getattr(made, name) for name in (*names, "due_on", "owner")}
    for name, part in (("phase", action.phase), ("community", action.community)):
        said[name], now[name] = row[name], part.title if part else ""
    return said, now


def _of_part(row, part, there):
    now = as_it_is(row.what, part)
    said = {name: row[name] for name in now}
    if row.what == "area":
        now["strand"] = now["strand"].title
    if row.what == "community":
        [said["group"]] = there.groups[same(row["group"])] if row["group"] else [None]
    for name in ("serves", "takes_part"):
        if name in said and set(map(same, names_in(said[name]))) == set(map(same, names_in(now[name]))):
            said[name] = ""
    if row.what == "forum":
        now["weeks"], said["weeks"] = rhythm_of(part), row.value if rhythm_of(part) is None else None
    return said, now


def _is_known(value, now):
    """Spaces and capitals alone change nothing."""
    return same(value) == same(now) if isinstance(value, str) and isinstance(now, str) else value == now


def _goal(row, target):
    """Another figure or another day for a key target with one measure."""
    measure, goal = goal_of(target)
    if measure is None or measure.kind == "cadence" or not (row.value is not None or row.due_on):
        return None
    if row["kind"] and measure.kind != kind_of(row):
        return None
    counted = measure.kind in ("number", "share")
    value = (row.value if row.value is not None else goal and goal.value) if counted else None
    by = row.due_on or (goal and goal.by)
    if goal and (goal.value, goal.by) == (value, by):
        return None
    words = "" if value is not None else (goal.words if goal else row["title"])
    return {"value": value, "words": words[:300], "by": by}
