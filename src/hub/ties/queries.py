"""What goes with what, as far as the person who asks may know of it."""

import datetime
import json
from typing import NamedTuple

from django.db.models import BigIntegerField, DateField, Exists, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.urls import reverse

from hub.commitments.models import Commitment
from hub.findings.models import Finding
from hub.pledges.models import Pledge
from hub.programme.models import Action, Decision, Meeting, Programme
from hub.ties.models import Tie

A_FEW = 8  # In a list to choose from. Words find the others.
PAGES = {
    "action": "programme:read_action",
    "pledge": "pledges:read_pledge",
    "finding": "findings:read_finding",
    "meeting": "programme:read_meeting",
    "decision": "programme:read_meeting",
}


class Tied(NamedTuple):
    """One thing that goes with another. `about` says whose it is; of a meeting `on` is its day."""

    kind: str
    pk: int
    title: str
    about: str
    on: datetime.date | None
    tie: int | None = None
    tied_at: datetime.datetime | None = None
    tied_by: str | None = None
    undone_at: datetime.datetime | None = None
    undone_by: str | None = None

    @property
    def address(self):
        return reverse(PAGES[self.kind], args=[self.pk])


SHOWN = ("_kind", "_pk", "_title", "_about", "_on")
KEPT = (*SHOWN, "pk", "_tied_at", "tied_by__name", "_undone_at", "undone__undone_by__name")
NO_WORDS, NO_DAY = Value(""), Value(None, output_field=DateField())
NO_NUMBER = Value(None, output_field=BigIntegerField())
# All about a finding in one column: who may read it is a long question, not to be asked for each.
IN_ONE = Cast(JSONObject(pk="pk", title="title", about="place"), TextField())


def tied_to(ties, user, columns=SHOWN):
    """What these ties go to, meetings first: only what this person may read. Rows of `Tied`, in one query."""
    ties = ties.annotate(_tied_at=F("tied_at"), _undone_at=F("undone__undone_at"))
    meetings = ties.filter(meeting__in=Meeting.objects.of(user)).annotate(
        _kind=Value("meeting"), _pk=F("meeting"), _title=F("meeting__forum__title"), _about=NO_WORDS,
        _on=F("meeting__on"),
    )  # fmt: skip
    pledges = ties.filter(pledge__in=Pledge.objects.visible_to(user)).annotate(
        _kind=Value("pledge"), _pk=F("pledge"), _title=F("pledge__commitment__title"),
        _about=F("pledge__organisation__name"), _on=NO_DAY,
    )  # fmt: skip
    told = findings_of_ties(user).annotate(_told=IN_ONE).values("_told")[:1]
    findings = ties.exclude(code="").annotate(
        _kind=Value("finding"), _pk=NO_NUMBER, _title=Subquery(told), _about=NO_WORDS, _on=NO_DAY
    )
    if columns is KEPT:  # Counted by the page, so what this person may not read is not there to be counted.
        findings = findings.exclude(_title=None)
    parts = [rows.order_by().values_list(*columns) for rows in (meetings, pledges, findings)]
    return parts[0].union(*parts[1:])


def ties_of(commitment, user):
    """What a pledge or an action is tied to now, by kind, newest first."""
    return tied_to(commitment.ties.standing(), user, KEPT).order_by("_kind", "-_tied_at")


def undone_of(commitment, user):
    return tied_to(commitment.ties.ended(), user, KEPT).order_by("-_undone_at")


def as_tied(rows):
    """Without the findings that this person may not read, or that are not found any more."""
    tied = [Tied(*row) for row in rows]
    return [_told(one) for one in tied if one.kind != "finding" or one.title]


def _told(tied):
    return tied._replace(**json.loads(tied.title)) if tied.kind == "finding" and tied.pk is None else tied


def findings_of_ties(user):
    """Of each tie the finding as it is today, if this person may read it."""
    readable = Finding.objects.visible_to(user).current()
    service = {"_organisation": Coalesce("analysis__organisation", 0), "_unit": Coalesce("analysis__unit", 0)}
    return readable.annotate(**service).filter(
        code=OuterRef("code"),
        analysis__audience=OuterRef("audience"),
        analysis__partnership=OuterRef("commitment__partnership"),
        _organisation=Coalesce(OuterRef("organisation"), 0),
        _unit=Coalesce(OuterRef("unit"), 0),
    )


def in_order(rows):
    """Those with the newest day first, then by their titles."""
    return sorted(as_tied(rows), key=lambda one: (-one.on.toordinal() if one.on else 0, one.title.casefold(), one.pk))


def beside_action(action, user):
    return in_order(tied_to(Tie.objects.standing().filter(commitment=action.commitment_id), user))


def beside_pledge(pledge, user):
    """Actions that it serves, where it was agreed, and what meetings agreed about it."""
    agreed = tied_to(Tie.objects.standing().filter(commitment=pledge.commitment_id), user)
    decided = Decision.objects.of(user).filter(commitment=pledge.commitment_id).order_by()
    decided = decided.annotate(
        _kind=Value("decision"), _pk=F("meeting"), _title=F("meeting__forum__title"), _about=F("words"),
        _on=F("meeting__on"),
    )  # fmt: skip
    return in_order(agreed.union(decided.values_list(*SHOWN), _actions_of(pledge.ties.standing(), user)))


def beside_finding(finding, user):
    """Actions about it."""
    ties = Tie.objects.standing().to_finding(finding)
    ties = ties.filter(commitment__partnership=finding.analysis.partnership_id)
    return in_order(_actions_of(ties, user))


def beside_meeting(meeting, user):
    """Pledges and actions that were agreed there, and pledges about which it agreed something."""
    ties = meeting.ties.standing().values("commitment")
    agreed = Q(commitment__in=ties) | Q(commitment__in=meeting.decisions.values("commitment"))
    pledges = Pledge.objects.visible_to(user).filter(agreed).order_by()
    pledges = pledges.annotate(
        _kind=Value("pledge"), _pk=F("pk"), _title=F("commitment__title"), _about=F("organisation__name"), _on=NO_DAY
    )
    return in_order(_actions_of(meeting.ties.standing(), user).union(pledges.values_list(*SHOWN)))


def _actions_of(ties, user):
    there = Action.objects.of(user).filter(commitment__in=ties.values("commitment")).order_by()
    there = there.annotate(
        _kind=Value("action"), _pk=F("pk"), _title=F("commitment__title"), _about=F("area__title"), _on=NO_DAY
    )
    return there.values_list(*SHOWN)


# What everybody may see.


def public_pledges_of(action):
    """Pledges that serve an action, among those that everybody may read."""
    ties = Tie.objects.standing().filter(commitment=action.commitment_id)
    return Pledge.objects.public().filter(pk__in=ties.exclude(pledge=None).values("pledge"))


def public_actions_of(pledge):
    """Actions of published programmes that a pledge serves."""
    published = Programme.objects.published()
    ties = pledge.ties.standing().values("commitment")
    return Action.objects.filter(commitment__in=ties, area__programme__in=published)


# Finding what could be tied.


def could_be_tied(commitment, user, words):
    """By kind what holds each of the words; without words what fits best or is newest. Not what is tied already."""
    standing = Tie.objects.standing().filter(commitment=commitment)
    look = {"pledge": _pledges_for, "finding": _findings_for, "meeting": _meetings_for}
    return {
        kind: [Tied(kind, *row) for row in look[kind](commitment, user, words, standing)[:A_FEW]]
        for kind in kinds_for(commitment)
    }


def kinds_for(commitment):
    """What it may be tied to. A pledge says where it was agreed; which actions it serves, the action says."""
    return ("pledge", "finding", "meeting") if commitment.is_action else ("meeting",)


def things_of(kind, commitment, user):
    """Everything of this kind that this person may tie it to."""
    there = {"pledge": _pledges_there, "finding": _findings_there, "meeting": _meetings_there}
    return there[kind](commitment.partnership_id, user)


def _meetings_for(commitment, user, words, standing):
    there = _meetings_there(commitment.partnership_id, user).exclude(
        pk__in=standing.exclude(meeting=None).values("meeting")
    )
    rows = _holding(there, words, "forum__title", "place").order_by("-on", "-pk").annotate(_about=NO_WORDS)
    return rows.values_list("pk", "forum__title", "_about", "on")


def _pledges_for(commitment, user, words, standing):
    """Those for the same people, or about the same points of the toolkit, come first."""
    there = _pledges_there(commitment.partnership_id, user)
    there = there.exclude(pk__in=standing.exclude(pledge=None).values("pledge"))
    shared = Q(groups__in=commitment.groups.all()) | Q(statements__in=commitment.statements.all())
    fits = Exists(Commitment.objects.filter(shared, pk=OuterRef("commitment")))
    rows = _holding(there, words, *IN_A_PLEDGE).annotate(_fits=fits, _on=NO_DAY).order_by("-_fits", "-year", "-pk")
    return rows.values_list("pk", "commitment__title", "organisation__name", "_on")


def _findings_for(commitment, user, words, standing):
    ties = standing.exclude(code="").annotate(_pk=Subquery(findings_of_ties(user).values("pk")[:1]))
    there = _findings_there(commitment.partnership_id, user).exclude(pk__in=ties.exclude(_pk=None).values("_pk"))
    rows = _holding(there, words, "title", "place", "sentence").order_by("-ends_on", "analysis", "position")
    return rows.annotate(_on=NO_DAY).values_list("pk", "title", "place", "_on")


IN_A_PLEDGE = ("commitment__title", "organisation__name")


def _pledges_there(partnership, user):
    return Pledge.objects.visible_to(user).filter(organisation__partnership=partnership)


def _findings_there(partnership, user):
    return Finding.objects.visible_to(user).current().filter(analysis__partnership=partnership)


def _meetings_there(partnership, user):
    return Meeting.objects.of(user).filter(forum__programme__partnership=partnership)


def _holding(rows, words, *fields):
    """Rows that hold each word in one of these fields."""
    for word in words.split():
        holds = Q()
        for name in fields:
            holds |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(holds)
    return rows


def to_decide_on(meeting, user, words):
    """Actions and pledges that hold these words, for a meeting that agrees something about one: (number, words)."""
    partnership = meeting.forum.programme.partnership_id
    actions = Action.objects.of(user).filter(area__programme__partnership=partnership)
    actions = _holding(actions, words, "commitment__title", "area__title").order_by("commitment__title", "pk")
    pledges = _holding(_pledges_there(partnership, user), words, *IN_A_PLEDGE).order_by("commitment__title", "pk")
    titles = list(actions.values_list("commitment", "commitment__title")[:A_FEW])
    promised = pledges.values_list("commitment", "commitment__title", "organisation__name")[:A_FEW]
    return titles + [(number, f"{title} ({whose})") for number, title, whose in promised]
