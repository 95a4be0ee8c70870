"""Everything on an action's page."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, F, OuterRef, Subquery, Value
from django.utils import timezone

from hub.commitments.models import Measure
from hub.commitments.queries import Story, story
from hub.organisations.models import Role
from hub.organisations.permissions import roles_of
from hub.programme import rules
from hub.programme.models import (
    Action,
    Challenge,
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


@dataclass(frozen=True)
class ActionShown:
    action: Action
    story: Story
    standing: rules.Standing
    targets: list
    tied: dict
    measures: list

    @property
    def view(self):
        """How the owner sees it, as long as it stands as it stood when they said so."""
        return self.action.view_words if self.action.view_of == self.standing.kind else ""


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
    """The same, with what this person may do and whether its owner is still here."""
    partnership = OuterRef("area__programme__partnership")
    mine = roles_of(user).filter(partnership=partnership)
    theirs = Role.objects.current().filter(partnership=partnership, user=OuterRef("commitment__owner"))
    return for_a_page(actions, user).annotate(
        may_report=Exists(Action.objects.reportable_by(user).filter(pk=OuterRef("pk"))),
        may_change=Exists(mine.filter(kind=Role.Kind.COORDINATOR)),
        may_ask=Exists(mine.filter(kind__in=Challenge.ASKED_BY)),
        owner_is_here=Exists(theirs.filter(user__is_active=True)),
    )


ON_ITS_PAGE = [
    "commitment__owner", "area__programme__partnership", "area__programme__organisation", "area__strand",
    "organisation", "phase", "community",
]  # fmt: skip


def action_shown(action, *, reader):
    """Everything on an action's page."""
    told = story(action.commitment, reader=reader)
    served = aims_shown(Measure.objects.filter(key_targets__actions=action), timezone.localdate())
    tied = tied_to(action)
    own = [measure_and_aim(one, timezone.localdate(), reader) for one in told.measures]
    aims = (*(one.aim for one in own), *(one.aim for one in served.values()))
    return ActionShown(
        action=action,
        story=told,
        standing=standing_from(action, aims),
        targets=[(target, [served[pk] for pk in target["measures"] if pk in served]) for target in tied["target"]],
        tied=tied,
        measures=own,
    )


def tied_to(action):
    """What an action is tied to, by kind, in one query."""
    commitment = action.commitment_id
    parts = [
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
    gathered = {kind: {} for kind in TIES}
    for kind, _position, key, title, area, measure in sorted(parts[0].union(*parts[1:]), key=str):
        tie = gathered[kind].setdefault(key, {"key": key, "title": title, "area": area, "measures": []})
        if measure:
            tie["measures"].append(measure)
    return {kind: list(ties.values()) for kind, ties in gathered.items()}


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
        )
        .values_list("_kind", position, key, title, "_area", "_measure")
    )
