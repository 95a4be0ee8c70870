"""Everything on an action's page."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import BigIntegerField, CharField, DateTimeField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.commitments.models import Commitment, HandOver, Measure, Wording
from hub.commitments.queries import Reader, Story, story
from hub.organisations.models import Role
from hub.organisations.permissions import roles_of
from hub.programme import rules
from hub.programme.models import (
    Action,
    Challenge,
    Deputy,
    Forum,
    KeyTarget,
    Outcome,
    OwnersView,
    Principle,
)
from hub.programme.queries.measures import aims_shown, measure_and_aim
from hub.programme.queries.standings import (
    standing_from,
    with_reports,
)
from hub.toolkit.models import Characteristic, Group, Statement


class _Seen:
    @property
    def view(self):
        """How the owner sees it, as long as it stands as it stood when they said so."""
        return self.action.view_words if self.action.view_of == self.standing.kind else ""


@dataclass(frozen=True)
class ActionShown(_Seen):
    """An action as everybody reads it, with its pictures."""

    action: Action
    story: Story
    standing: rules.Standing
    targets: list
    tied: dict
    measures: list


@dataclass(frozen=True)
class Log:
    """What happened, newest first."""

    commitment: Commitment
    updates: list
    names_shown: bool

    @property
    def latest(self):
        return next((update for update in self.updates if not update.is_corrected), None)

    @property
    def stage(self):
        return self.latest.stage if self.latest else ""


def log_of(commitment, *, names_shown):
    updates = commitment.updates.select_related("made_by", "corrects", "corrected_by")
    return Log(commitment, list(updates), names_shown=names_shown)


@dataclass(frozen=True)
class ActionAtWork(_Seen):
    """An action for those who work on it: what wants doing, and what was said. Pictures have a page of their own."""

    action: Action
    story: Log
    standing: rules.Standing
    targets: list
    tied: dict
    measures: list
    said: dict


def for_a_page(actions, user):
    """Actions with what their page needs to know, in one query."""
    views = OwnersView.objects.filter(action=OuterRef("pk"), ended_at=None).order_by("-made_at", "-pk")
    return (
        with_reports(actions)
        .select_related(*ON_ITS_PAGE)
        .annotate(
            view_words=Subquery(views.values("words")[:1]),
            view_of=Subquery(views.values("standing")[:1]),
            works_here=Exists(Action.objects.of(user).filter(pk=OuterRef("pk"))),
        )
    )


def for_work(actions, user):
    """The same, with what this person may do, who stands in for its owner, and whether that one is still here."""
    partnership = OuterRef("area__programme__partnership")
    mine = roles_of(user).filter(partnership=partnership)
    theirs = Role.objects.current().filter(partnership=partnership, user=OuterRef("commitment__owner"))
    deputies = Deputy.objects.current().filter(action=OuterRef("pk"))
    wordings = Wording.objects.filter(commitment=OuterRef("commitment")).order_by()
    return for_a_page(actions, user).annotate(
        may_report=Exists(Action.objects.reportable_by(user).filter(pk=OuterRef("pk"))),
        may_change=Exists(mine.filter(kind=Role.Kind.COORDINATOR)),
        may_ask=Exists(mine.filter(kind__in=Challenge.ASKED_BY)),
        owner_is_here=Exists(theirs.filter(user__is_active=True)),
        deputy=Subquery(deputies.values(named=NAMED)[:1]),
        deputy_until=Subquery(deputies.values("until")[:1]),
        was_changed=Exists(wordings) | Exists(HandOver.objects.filter(commitment=OuterRef("commitment"))),
    )


# Never the address of somebody who has not written their name yet.
NAMED = Coalesce(NullIf("person__name", Value("")), Value(_("Somebody without a name yet"), output_field=CharField()))
ON_ITS_PAGE = [
    "commitment__owner", "area__programme__partnership", "area__programme__organisation", "area__strand",
    "organisation", "phase", "community",
]  # fmt: skip


def action_shown(action, *, reader):
    """Everything on an action's public page."""
    told = story(action.commitment, reader=reader)
    served = aims_shown(Measure.objects.filter(key_targets__actions=action), timezone.localdate())
    tied = tied_to(action)
    own = [measure_and_aim(one, timezone.localdate(), reader) for one in told.measures]
    aims = (*(one.aim for one in own), *(one.aim for one in served.values()))
    return ActionShown(
        action=action,
        story=told,
        standing=standing_from(action, aims),
        targets=_with_measures(tied["target"], served),
        tied=tied,
        measures=own,
    )


def action_at_work(action, *, reader):
    """Everything on the page of those who work on an action."""
    own_or_served = Q(commitment=action.commitment_id) | Q(key_targets__actions=action)
    measures = aims_shown(Measure.objects.filter(own_or_served), timezone.localdate(), reader=reader)
    tied, said = tied_and_said(action)
    return ActionAtWork(
        action=action,
        story=log_of(action.commitment, names_shown=reader is Reader.OURS),
        standing=standing_from(action, [one.aim for one in measures.values()]),
        targets=_with_measures(tied["target"], measures),
        tied=tied,
        measures=[one for one in measures.values() if one.measure.commitment_id == action.commitment_id],
        said=said,
    )


def _with_measures(targets, measures):
    return [(target, [measures[pk] for pk in target["measures"] if pk in measures]) for target in targets]


def _said_about(action):
    """Open questions, what meetings agreed and what help was asked for."""
    return [
        _saying("question", action.challenges.open(), "asked_at", F("pk"), "words", Value("")),
        _saying("decision", action.commitment.decisions, "made_at", F("meeting"), "words", F("meeting__forum__title")),
        _saying("ask", action.commitment.asks, "asked_at", F("pk"), "text", F("came_of_it")),
    ]


def _saying(kind, rows, on, pk, words, of):
    return (
        rows.order_by()
        .annotate(_kind=Value(kind), _position=Value(0), _key=Value(""), _area=of, _number=pk, _on=F(on))
        .values_list("_kind", "_position", "_key", words, "_area", "_number", "_on")
    )


def tied_to(action):
    """What an action is tied to, by kind, in one query."""
    parts = _ties_of(action)
    return _gathered(parts[0].union(*parts[1:]))


def tied_and_said(action):
    """The same, and by kind what was said about it, newest first, still in one query."""
    said, ties = _said_about(action), _ties_of(action)
    gathered, found = defaultdict(list), []
    # The first part says of what kind each column is.
    for row in said[0].union(*said[1:], *ties):
        kind, _position, _key, words, of, number, on = row
        if kind in TIES:
            found.append(row)
        else:
            gathered[kind].append({"pk": number, "on": on, "words": words, "of": of})
    newest_first = {
        kind: sorted(rows, key=lambda one: (one["on"], one["pk"]), reverse=True) for kind, rows in gathered.items()
    }
    return _gathered(found), newest_first


def _gathered(rows):
    gathered = {kind: {} for kind in TIES}
    for kind, _position, key, title, area, measure, _on in sorted(rows, key=str):
        tie = gathered[kind].setdefault(key, {"key": key, "title": title, "area": area, "measures": []})
        if measure:
            tie["measures"].append(measure)
    return {kind: list(ties.values()) for kind, ties in gathered.items()}


def _ties_of(action):
    commitment = action.commitment_id
    return [
        _tie("target", KeyTarget.objects.filter(actions=action), "key", "title", "measures"),
        _tie("outcome", Outcome.objects.filter(actions=action), "key", "title"),
        _tie("action", Action.objects.filter(goes_with=action), "key", "commitment__title", area="area__slug"),
        _tie("principle", Principle.objects.filter(actions=action), "slug", "title"),
        _tie("forum", Forum.objects.filter(actions=action), "slug", "title"),
        _tie("characteristic", Characteristic.objects.filter(actions=action), "slug", "name"),
        _tie("organisation", _others(action), "slug", "name", position="pk"),
        _tie("statement", Statement.objects.filter(commitments=commitment), "key", "text"),
        _tie("group", Group.objects.filter(commitments=commitment), "slug", "name"),
    ]


def _others(action):
    return action.organisations.exclude(pk=action.organisation_id)


TIES = ["target", "outcome", "action", "principle", "forum", "characteristic", "organisation", "statement", "group"]


def _tie(kind, rows, key, title, measures=None, *, area=None, position="position"):
    return (
        rows.order_by()
        .annotate(
            _kind=Value(kind),
            _area=F(area) if area else Value(""),
            _measure=F(measures) if measures else Value(None, output_field=BigIntegerField()),
            _on=Value(None, output_field=DateTimeField()),
        )
        .values_list("_kind", position, key, title, "_area", "_measure", "_on")
    )
