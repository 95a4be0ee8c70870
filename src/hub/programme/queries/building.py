"""What the pages show on which a programme is built and changed."""

from collections import defaultdict

from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from hub.commitments.models import Commitment
from hub.programme.models import Action, Community, Forum, KeyTarget, Outcome, Phase, Principle, Strand
from hub.toolkit.models import Characteristic, Group, Statement


def areas_to_build(programme):
    """Its areas, each with how much is in it, and how many actions nobody looks after."""
    actions = Action.objects.filter(area=OuterRef("pk")).order_by().values("area")
    nobody = Count("pk", filter=Q(commitment__owner=None))
    return programme.areas.select_related("strand").annotate(
        actions_in_it=_number(actions.annotate(number=Count("pk"))),
        without_owner=_number(actions.annotate(number=nobody)),
        targets_in_it=_number(
            KeyTarget.objects.filter(area=OuterRef("pk")).order_by().values("area").annotate(number=Count("pk"))
        ),
        outcomes_in_it=_number(
            Outcome.objects.filter(area=OuterRef("pk")).order_by().values("area").annotate(number=Count("pk"))
        ),
    )


def _number(counted):
    return Coalesce(Subquery(counted.values("number")), 0)


def parts_by_kind(programme):
    """What frames a programme, in one query: (number, title) by the word for it."""
    parts = [
        ("strand", Strand), ("principle", Principle), ("phase", Phase), ("community", Community), ("forum", Forum),
    ]  # fmt: skip
    queries = [
        model.objects.filter(programme=programme)
        .order_by()
        .annotate(_kind=Value(kind))
        .values_list("_kind", "position", "pk", "title")
        for kind, model in parts
    ]
    gathered = defaultdict(list)
    for kind, _position, pk, title in sorted(queries[0].union(*queries[1:])):
        gathered[kind].append((pk, title))
    return gathered


# What an action may be tied to.

OF_THE_PROGRAMME = {"phase": Phase, "community": Community, "principles": Principle, "forums": Forum}


def choices_for_ties(programme):
    """What there is to choose from, by kind, in one query."""
    queries = [
        model.objects.filter(programme=programme)
        .order_by()
        .annotate(_kind=Value(kind))
        .values_list("_kind", "position", "pk", "title")
        for kind, model in OF_THE_PROGRAMME.items()
    ]
    together = F("characteristic__position") * 1000 + F("position")  # Groups of one characteristic stand together.
    for kind, rows, place in (("characteristics", Characteristic, F("position")), ("groups", Group, together)):
        named = rows.objects.order_by().annotate(_kind=Value(kind), _place=place)
        queries.append(named.values_list("_kind", "_place", "pk", "name"))
    gathered = defaultdict(list)
    for kind, _position, pk, words in sorted(queries[0].union(*queries[1:])):
        gathered[kind].append((str(pk), words))
    return gathered


def tied_now(action):
    """What it is tied to, by kind, in one query: the numbers of things, and the words by which people name others."""
    actions, commitments = Action.objects.filter(pk=action.pk), Commitment.objects.filter(pk=action.commitment_id)
    parts = [
        *(_tied(actions, name, f"{name}__pk", f"{name}__title") for name in ("principles", "forums")),
        _tied(actions, "characteristics", "characteristics__pk", "characteristics__name"),
        _tied(actions, "goes_with", "goes_with__pk", _title_and_area("goes_with__")),
        _tied(commitments, "groups", "groups__pk", "groups__name"),
        _tied(commitments, "statements", "statements__pk", "statements__key"),
    ]
    gathered = defaultdict(list)
    for kind, pk, words in parts[0].union(*parts[1:]):
        if pk:
            gathered[kind].append((pk, words))
    return gathered


def _tied(rows, kind, pk, words):
    return rows.order_by().annotate(_kind=Value(kind)).values_list("_kind", pk, words)


def _title_and_area(action=""):
    return Concat(f"{action}commitment__title", Value(" ("), f"{action}area__title", Value(")"))


def actions_by_title(programme, *, but):
    """The numbers of the other actions that have a title, by the title alone and with its area in brackets."""
    rows = Action.objects.filter(area__programme=programme).exclude(pk=but.pk).order_by()
    named = defaultdict(list)
    for pk, title, and_area in rows.values_list("pk", "commitment__title", _title_and_area()):
        named[title.casefold()].append(pk)
        named[and_area.casefold()].append(pk)
    return named


def statements_by_key(tied):
    """Those that are tied already, as they are; else of the newest edition of each chapter that is published."""
    rows = Statement.objects.exclude(section__area__edition__published_on=None)
    newest = rows.order_by("section__area__edition__number").values_list("key", "pk")
    return {key.casefold(): [pk] for key, pk in [*newest, *((key, pk) for pk, key in tied)]}
