"""What the pages of a programme show."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from hub.commitments.models import Measure, Update
from hub.organisations.models import Partnership
from hub.programme import rules
from hub.programme.models import (
    Action,
    Community,
    Forum,
    FurtherPromise,
    KeyTarget,
    Outcome,
    Principle,
    ProgrammeFact,
    ServiceArea,
    Strand,
)
from hub.programme.queries.measures import AimShown, TargetInBrief, aims_shown
from hub.programme.queries.standings import (
    counts_of,
    standings_of,
    told,
    with_reports,
)
from hub.toolkit.models import Characteristic, Group


@dataclass(frozen=True)
class Row:
    """One action in a list, with where it stands."""

    action: Action
    standing: rules.Standing


def rows_of(actions, *, every_weeks, aims=None):
    """The actions of a page or of a whole programme, in their order, each with its standing."""
    return _rows(list(reported(actions)), every_weeks=every_weeks, aims=aims)


def _rows(actions, *, every_weeks, aims=None):
    standings = standings_of(actions, every_weeks=every_weeks, aims=aims)
    return [Row(action, standings[action.pk]) for action in actions]


def reported(actions):
    return with_reports(actions.select_related("commitment", "area", "area__strand"))


def standing_at(actions, kind, *, every_weeks):
    """The numbers of the actions that stand so, in order. All have to be looked at, but no more than that needs."""
    aims = None if kind in BY_AIMS else {}
    standings = standings_of(told(actions), every_weeks=every_weeks, aims=aims)
    return [pk for pk, standing in standings.items() if standing.kind == kind]


# Where an action stands only because of the targets that it serves.
BY_AIMS = ("at_risk", "on_course")


@dataclass(frozen=True)
class AreaInBrief:
    area: ServiceArea
    counts: list
    reported: list

    @property
    def actions(self):
        return sum(number for _kind, number in self.counts)


def areas_in_brief(areas, *, every_weeks):
    """Each area with how many of its actions stand where, and how many targets and outcomes it has."""
    areas = list(areas.select_related("strand").annotate(targets=_number_of(KeyTarget), aims=_number_of(Outcome)))
    rows = told(Action.objects.filter(area__in=areas).order_by())
    standings = standings_of(rows, every_weeks=every_weeks)
    by_area = defaultdict(list)
    for row in rows:
        by_area[row.area_id].append(row)
    return [_area_in_brief(area, by_area[area.pk], standings) for area in areas]


def _area_in_brief(area, rows, standings):
    counts = counts_of(standings[row.pk] for row in rows)
    return AreaInBrief(area, counts, [row for row in rows if row.reported_on])


def _number_of(model):
    of_area = model.objects.filter(area=OuterRef("pk")).order_by().values("area")
    return Coalesce(Subquery(of_area.annotate(number=Count("pk")).values("number")), 0)


def counts_together(areas):
    """The counts of several areas as one."""
    together = Counter()
    for one in areas:
        together.update(dict(one.counts))
    return [(kind, together[kind]) for kind in rules.STANDINGS if together[kind]]


# A list that can be narrowed.


def choices_in(programme):
    """What one can choose from in the list of actions, in one query: for each kind its (value, words)."""
    actions = Action.objects.filter(area__programme=programme)
    commitments = actions.values("commitment")
    groups = Group.objects.filter(commitments__in=commitments)
    characteristics = Characteristic.objects.filter(Q(actions__in=actions) | Q(groups__in=groups))
    mine = Q(programme=programme)
    parts = [
        _choice("strand", Strand.objects.filter(mine), "position", "slug", "title"),
        _choice("area", ServiceArea.objects.filter(mine), "position", "slug", "title"),
        _choice("principle", Principle.objects.filter(mine & Exists(_tied(actions, "principles"))), "position"),
        _choice("forum", Forum.objects.filter(mine & Exists(_tied(actions, "forums"))), "position"),
        _choice("community", Community.objects.filter(mine & Exists(_tied(actions, "community"))), "position"),
        _choice("group", groups.distinct(), "position", "slug", "name"),
        _choice("characteristic", characteristics.distinct(), "position", "slug", "name"),
        _owners(actions),
    ]
    gathered = defaultdict(list)
    for kind, _position, value, words in sorted(parts[0].union(*parts[1:])):
        gathered[kind].append((value, words))
    return gathered


def _tied(actions, name):
    return actions.filter(**{name: OuterRef("pk")})


def _choice(kind, rows, position, value="slug", words="title"):
    return rows.order_by().annotate(_kind=Value(kind)).values_list("_kind", position, value, words)


def _owners(actions):
    roles = actions.exclude(commitment__owner_role="").order_by()
    named = roles.annotate(_kind=Value("owner"), _position=Value(0)).distinct()
    return named.values_list("_kind", "_position", "commitment__owner_role", "commitment__owner_role")


NARROWED_BY = {
    "area": "area__slug",
    "strand": "area__strand__slug",
    "principle": "principles__slug",
    "forum": "forums__slug",
    "community": "community__slug",
    "owner": "commitment__owner_role",
    "group": "commitment__groups__slug",
}


def narrowed(actions, *, characteristic="", **wanted):
    """Only the actions that fit everything that is asked for."""
    for name, value in wanted.items():
        actions = actions.filter(**{NARROWED_BY[name]: value})
    if characteristic:
        told = Q(characteristics__slug=characteristic) | Q(commitment__groups__characteristic__slug=characteristic)
        actions = actions.filter(pk__in=Action.objects.filter(told).values("pk"))
    return actions


# One area.


# More than these have a list of their own.
MOST_ACTIONS, MOST_TARGETS = 25, 12


@dataclass(frozen=True)
class AreaShown:
    area: ServiceArea
    rows: list
    number_of_actions: int
    targets: list
    number_of_targets: int
    outcomes: list
    facts: list
    further_promises: list


def area_shown(area, *, today):
    """Everything on an area's page, as far as it has room for it."""
    words = _words_of(area)
    actions = list(reported(area.actions.order_by("position")[:MOST_ACTIONS]))
    first = words["target"][:MOST_TARGETS]
    wanted = KeyTarget.objects.filter(Q(pk__in=[told["pk"] for told in first]) | Q(actions__in=actions), area=area)
    own_or_tied = Q(commitment__programme_action__in=actions) | Q(key_targets__in=wanted)
    measures = aims_shown(Measure.objects.filter(own_or_tied).select_related("commitment__programme_action"), today)
    tied = _tied_to(wanted)
    aims = _aims_by_action(area, measures, tied)
    return AreaShown(
        area=area,
        rows=_rows(actions, every_weeks=area.programme.report_every_weeks, aims=aims),
        number_of_actions=area.number_of_actions,
        targets=[_brief(area, told, measures, tied) for told in first],
        number_of_targets=len(words["target"]),
        outcomes=words["outcome"],
        facts=words["fact"],
        further_promises=words["promise"],
    )


def _tied_to(targets):
    """The measures and the actions of key targets: for (target, kind) their numbers."""
    links = [("measure", KeyTarget.measures.through), ("action", KeyTarget.actions.through)]
    measures, actions = (
        link.objects.filter(keytarget__in=targets).annotate(_kind=Value(kind)).values_list("keytarget", "_kind", kind)
        for kind, link in links
    )
    tied = defaultdict(list)
    for target, kind, pk in sorted(measures.union(actions)):
        tied[target, kind].append(pk)
    return tied


def _brief(area, told, measures, tied):
    target = KeyTarget(pk=told["pk"], area=area, key=told["key"], title=told["title"])
    return TargetInBrief(target, [measures[pk] for pk in tied[target.pk, "measure"] if pk in measures])


def _aims_by_action(area, measures, tied):
    """Each action's own aims, and those of the key targets that it serves."""
    aims = defaultdict(list)
    for one in measures.values():
        if one.measure.commitment_id != area.commitment_id:
            aims[one.measure.commitment.programme_action.pk].append(one.aim)
    for (target, kind), counted in list(tied.items()):
        if kind == "measure":
            for action in tied.get((target, "action"), ()):
                aims[action] += [measures[pk].aim for pk in counted if pk in measures]
    return aims


def _words_of(area):
    """Key targets, outcomes, facts and further promises in one query, each with its source."""
    parts = [
        ("target", KeyTarget.objects.filter(area=area), "title", "words"),
        ("outcome", Outcome.objects.filter(area=area), "title", "words"),
        ("fact", ProgrammeFact.objects.filter(area=area), "text", "text"),
        ("promise", FurtherPromise.objects.filter(area=area), "words", "words"),
    ]
    columns = ["_kind", "position", "pk", "key"]
    queries = [
        rows.order_by().annotate(_kind=Value(kind)).values_list(*columns, title, words, "source")
        for kind, rows, title, words in parts
    ]
    gathered = defaultdict(list)
    for kind, _position, pk, key, title, words, source in sorted(queries[0].union(*queries[1:])):
        gathered[kind].append({"pk": pk, "key": key, "title": title, "words": words, "source": source})
    return gathered


def about(programme):
    """Strands, principles, phases, plans for one community and facts in one query."""
    parts = [
        ("strand", programme.strands, "slug", "title", "summary", Value("")),
        ("principle", programme.principles, "slug", "title", "words", Value("")),
        ("phase", programme.phases, "slug", "title", "words", F("when")),
        ("community", programme.communities, "slug", "title", "summary", Value("")),
        ("fact", programme.facts.filter(area=None), "key", "key", "text", F("source")),
    ]
    queries = [
        rows.order_by()
        .annotate(_kind=Value(kind), _more=more)
        .values_list("_kind", "position", slug, title, words, "_more")
        for kind, rows, slug, title, words, more in parts
    ]
    gathered = {kind: [] for kind, *_rest in parts}
    for kind, _position, slug, title, words, more in sorted(queries[0].union(*queries[1:])):
        gathered[kind].append({"slug": slug, "title": title, "words": words, "more": more})
    return gathered


# Forums.


@dataclass(frozen=True)
class ForumInBrief:
    forum: Forum
    rhythm: AimShown | None


def forums_in_brief(forums, *, today):
    """Forums of a page, each with whether it keeps its rhythm."""
    forums = list(forums)
    rhythms = aims_shown(Measure.objects.filter(forums__in=forums), today)
    return [ForumInBrief(one, rhythms.get(one.rhythm_id)) for one in forums]


# What happened.


def news_of(areas, most=3):
    """The latest updates in which somebody says what happened."""
    reported = [row.pk for one in areas for row in one.reported]
    updates = Update.objects.current().filter(commitment__programme_action__in=reported).exclude(happened="")
    return updates.select_related("commitment__programme_action__area").order_by("-stands_at", "-pk")[:most]


def partnership_at(slug):
    """That a partnership is here is public."""
    return Partnership.objects.filter(slug=slug).first()
