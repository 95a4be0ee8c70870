"""For the board: what is known about who is missing, what was promised about it, what moved."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Prefetch

from hub.commitments.models import Reading
from hub.findings import actions, charts, following
from hub.findings.models import Audience, Finding, Follow
from hub.pledges.models import Pledge
from hub.pledges.queries import pledges_for_list

MOST = 8


@dataclass(frozen=True)
class Promise:
    """A pledge about a finding, as far as the reader may know it; `moved` says what its figure did since."""

    pledge: Pledge
    moved: str = ""
    start: str = ""
    now: str = ""


@dataclass(frozen=True)
class Known:
    """A finding, the promises that follow its figure, and others for the same people."""

    finding: Finding
    following: list[Promise] = field(default_factory=list)
    others: list[Promise] = field(default_factory=list)


def about(partnership, user):
    """Of what is known of the whole partnership: those with most people missing first."""
    found = Finding.objects.visible_to(user).current().filter(analysis__partnership=partnership)
    found = found.filter(analysis__organisation=None, analysis__audience__in=["", Audience.PARTNERSHIP])
    found = found.select_related("analysis").prefetch_related("rows")
    findings = list(found.order_by("analysis__pk", "position")[:MOST])
    pledges = {one.pk: one for one in _pledges(partnership, user)}
    followed = _followed(partnership, pledges)
    groups = actions.read_groups()
    return [Known(one, *_promises(one, pledges, followed, groups)) for one in findings]


def _pledges(partnership, user):
    shared = Pledge.objects.visible_to(user).filter(organisation__partnership=partnership)
    return pledges_for_list(shared).prefetch_related("commitment__groups").order_by("organisation__name", "pk")


def _followed(partnership, pledges):
    """Promises whose figure is read again each time, by what it is about."""
    follows = Follow.objects.filter(partnership=partnership, measure__commitment__pledge__in=pledges)
    current = Prefetch("measure__readings", Reading.objects.current())
    found = defaultdict(list)
    for one in follows.select_related("measure__commitment__pledge").prefetch_related(current).order_by("pk"):
        pledge = pledges[one.measure.commitment.pledge.pk]
        what = one.organisation_id is None, one.measured, one.characteristic, one.set_code
        found[what].append((set(one.groups), _moved(pledge, one.measure)))
    return found


def _moved(pledge, measure):
    read = [one for one in measure.readings.all() if one.denominator]
    if not read:
        return Promise(pledge)
    seen = [following.Seen("", one.on, one.numerator, one.denominator, 0) for one in read]
    first = next((s for s, one in zip(seen, read, strict=True) if one.is_baseline), seen[0])
    said = actions.VERDICTS[following.verdict(seen, first)[0]]()
    start, now = (f"{charts.plain(100 * one.x / one.n)}%" for one in (first, seen[-1]))
    return Promise(pledge, said, start, now)


def _promises(finding, pledges, followed, groups):
    """Those that follow its figure for some of the same groups, and others for the same people."""
    named = {row.code for row in finding.rows.all() if row.is_named}
    what = finding.analysis.is_published, finding.measure, finding.characteristic, finding.set_code
    same = {promise.pledge.pk: promise for codes, promise in followed.get(what, []) if codes & named}
    known = groups.get(finding.set_code or finding.characteristic, {})
    people = {known[code] for code in named if code in known}
    others = [
        Promise(pledge)
        for pk, pledge in pledges.items()
        if pk not in same and people & {group.slug for group in pledge.commitment.groups.all()}
    ]
    return list(same.values()), others
