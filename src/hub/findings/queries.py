"""Reading findings for a page, and which figures nobody has looked at yet."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch

from equity.version import VERSION
from hub.assessments.models import SharedPractice
from hub.findings import together
from hub.findings.computing import MOST
from hub.findings.models import (
    Analysis,
    Audience,
    Finding,
    Follow,
    Narrative,
    Note,
    PublishedFigures,
    Reply,
    Row,
    Suggestion,
)
from hub.organisations.models import Organisation, Unit
from hub.organisations.permissions import own
from hub.submissions.models import People, Readers, Submission
from hub.submissions.queries import crossed_figures_of, figures_of
from hub.toolkit.models import Statement


def fingerprint(parts):
    return hashlib.sha256("\n".join([VERSION, *map(str, parts)]).encode()).hexdigest()


def services_to_look_at():
    """Each service, and each partnership's published figures, whose last analysis was of something else."""
    newest = {}
    of = ("partnership", "organisation", "unit", "audience", "people")
    for one in Analysis.objects.order_by("wanted_at", "pk").values_list(*of, "fingerprint"):
        newest[one[:5]] = one[5]
    clients, found = People.CLIENTS, []
    for (partnership, organisation, unit, people), sent in _standing().items():
        mark = fingerprint(sent)
        if newest.get((partnership, organisation, unit, "", people)) != mark:
            about = {"partnership_id": partnership, "organisation_id": organisation, "unit_id": unit}
            found.append(about | {"people": people, "fingerprint": mark})
    for known in PublishedFigures.objects.all():
        mark = fingerprint([known.report, known.place])
        if newest.get((known.partnership_id, None, None, "", clients)) != mark:
            found.append({"partnership_id": known.partnership_id, "fingerprint": mark})
    for (partnership, audience), services in services_together().items():
        mark = fingerprint([audience, *sorted(pk for sent in services.values() for pk in sent)])
        if newest.get((partnership, None, None, audience, clients)) != mark:
            found.append({"partnership_id": partnership, "audience": audience, "fingerprint": mark})
    return found


FOR_ANALYSTS = [Readers.ANALYSTS, Readers.COMMISSIONERS]
ADDED_FOR = {
    Audience.ANALYSTS: (FOR_ANALYSTS, together.FEWEST),
    Audience.COMMISSIONERS: ([Readers.COMMISSIONERS], together.FEWEST),
    Audience.PARTNERSHIP: (FOR_ANALYSTS, together.FEWEST_IN_WORDS),
}


def services_together():
    """By partnership and audience: of each service that lets itself be added for it, what it sent, oldest first.

    A service that keeps anything to itself is in no sum of several; neither is one alone.
    """
    readers, sent, partnerships = defaultdict(set), defaultdict(list), defaultdict(set)
    rows = Submission.objects.standing_about(People.CLIENTS).order_by("sent_at", "pk")
    for partnership, organisation, unit, pk, chosen in rows.values_list(
        "organisation__partnership", "organisation", "unit", "pk", "readers"
    ):
        readers[organisation, unit].add(chosen)
        sent[organisation, unit].append(pk)
        partnerships[partnership].add((organisation, unit))
    found = {}
    for partnership, services in partnerships.items():
        for audience, (named, fewest) in ADDED_FOR.items():
            willing = {service: sent[service] for service in services if readers[service] <= set(named)}
            if len(willing) >= fewest:
                found[partnership, str(audience)] = willing
    return found


def given_together(analysis):
    """Each of these services with its figures, by name."""
    services = services_together().get((analysis.partnership_id, analysis.audience), {})
    everything = [pk for sent in services.values() for pk in sent]
    made, crossed = figures_of(everything), crossed_figures_of(everything)
    counted = dict(Submission.objects.standing().values_list("pk", "counts"))
    names = service_names(services)
    given = [
        together.Given(
            names[service],
            counted[sent[-1]],
            {key: one for pk in sent for key, one in (made[pk] | crossed[pk]).items()},
        )
        for service, sent in services.items()
        if sent[-1] in counted
    ]  # fmt: skip
    return sorted(given, key=lambda one: one.name.casefold())


def service_names(services):
    organisations = Organisation.objects.in_bulk([organisation for organisation, _unit in services])
    units = Unit.objects.in_bulk([unit for _organisation, unit in services if unit])
    return {
        (organisation, unit): f"{organisations[organisation].name}, {units[unit].name}"
        if unit
        else organisations[organisation].name
        for organisation, unit in services
    }


def _standing():
    sent = defaultdict(list)
    rows = Submission.objects.standing().order_by("pk")
    for partnership, organisation, unit, people, pk in rows.values_list(
        "organisation__partnership", "organisation", "unit", "people", "pk"
    ):
        sent[partnership, organisation, unit, people].append(pk)
    return sent


def analyses_without_figures():
    """Of services that have taken back all that they had sent, and of sums for which too few are left."""
    there = {(organisation, unit, people) for _partnership, organisation, unit, people in _standing()}
    about_services = Analysis.objects.exclude(organisation=None)
    gone = [one for one in about_services if (one.organisation_id, one.unit_id, one.people) not in there]
    added = services_together()
    sums = Analysis.objects.exclude(audience="")
    return gone + [one for one in sums if (one.partnership_id, one.audience) not in added]


def place_of(partnership_id):
    known = PublishedFigures.objects.filter(partnership=partnership_id).first()
    return known.place if known else ""


@dataclass(frozen=True)
class Group:
    """The findings of one service, or of what is published."""

    analysis: Analysis
    findings: list


def findings_for_list(user, mine):
    """Of one's own organisations, then published, then of others. A constant number of queries, however many."""
    found = (
        Finding.objects.visible_to(user)
        .current()
        .clear()
        .exclude(analysis__people=People.STAFF, position__gt=MOST)
        .select_related("analysis__organisation", "analysis__unit", "analysis__partnership")
        .prefetch_related(Prefetch("rows", Row.objects.filter(is_named=True)))
        .order_by("analysis__organisation__name", "analysis__unit__name", "analysis", "position")
    )
    groups = {}
    for finding in found:
        groups.setdefault(finding.analysis_id, Group(finding.analysis, [])).findings.append(finding)
    # An analyst sees the sums with their numbers, and not in words alone as well.
    numbered = {
        group.analysis.partnership_id
        for group in groups.values()
        if group.analysis.is_together and not group.analysis.is_in_words
    }
    shown = [
        group
        for group in groups.values()
        if not (group.analysis.is_in_words and group.analysis.partnership_id in numbered)
    ]
    return sorted(shown, key=lambda group: _place_in_list(group.analysis, mine))


def _place_in_list(one, mine):
    """Of one service those who use it come before its staff."""
    return one.organisation_id not in mine, not one.is_published, not one.is_together, one.is_about_staff


def with_rows(findings):
    return findings.prefetch_related("rows", "points", Prefetch("notes", Note.objects.order_by("pk")))


def analyses_under_way(user):
    """Figures that wait for their turn or are being looked at, of this person's own services."""
    return Analysis.objects.unfinished().filter(own(user)).select_related("organisation", "unit")


def may_start_from(finding, service):
    """Whether a service may make a pledge of a finding: of published figures anybody, of its own only itself."""
    about = finding.analysis
    whose = service.organisation.pk, service.unit.pk if service.unit else None
    return finding.starts_a_pledge and (about.is_published or (about.organisation_id, about.unit_id) == whose)


def finding_followed(follow):
    """The finding that a followed figure comes from, as it is now, if it still says something."""
    found = Finding.objects.current().filter(
        analysis__partnership=follow.partnership_id,
        analysis__organisation=follow.organisation_id,
        analysis__unit=follow.unit_id,
        analysis__people=follow.people,
        analysis__audience="",
        code=follow.finding_code,
    )
    return found.prefetch_related("rows").first()


@dataclass(frozen=True)
class Suggested:
    """A statement that may help with a finding, why, and the practices that go with it."""

    statement: Statement
    reason: str
    practices: list


def suggestions_for(finding, partnership):
    """From the newest edition that has each statement. Of two reasons for one statement the more particular stands."""
    reasons = {}
    rows = Suggestion.objects.standing().filter(partnership=partnership, measure=finding.measure)
    for one in rows.filter(characteristic__in=["", finding.characteristic]).order_by("-characteristic", "pk"):
        reasons.setdefault(one.statement_key, one.reason)
    newest = {}
    statements = Statement.objects.filter(key__in=reasons, section__area__edition__published_on__isnull=False)
    statements = statements.filter(section__area__edition__is_example=False)
    for one in (
        statements.select_related("section__area__edition__chapter")
        .prefetch_related("practices")
        .order_by("section__area__edition__number")
    ):
        newest[one.key] = one
    return [
        Suggested(newest[key], reason, list(newest[key].practices.all()[:2]))
        for key, reason in reasons.items()
        if key in newest
    ]


def partners_strong_there(suggested, user):
    """Organisations that offer to share a practice about one of these statements, as far as this person may know."""
    keys = [one.statement.key for one in suggested]
    shared = SharedPractice.objects.visible_to(user).filter(statement__key__in=keys)
    return list(shared.select_related("organisation", "statement").order_by("organisation__name", "pk")[:6])


def replies_to(finding):
    about = finding.analysis
    if about.organisation_id is None:
        return Reply.objects.none()
    return Reply.objects.filter(organisation=about.organisation_id, unit=about.unit_id, code=finding.code)


def narratives_beside(finding):
    """What the employer says about its pay gap, the newest first."""
    about = finding.analysis
    return Narrative.objects.filter(organisation=about.organisation_id, unit=about.unit_id)


# Of staff.


@dataclass(frozen=True)
class Workforce:
    """What is known of one employer's staff."""

    analysis: Analysis
    clear: list
    by_band: list
    pay: list
    others: list
    narratives: list


def employers_seen_by(user):
    """Those whose figures of staff somebody may see, by name."""
    about_staff = Finding.objects.visible_to(user).current().filter(analysis__people=People.STAFF)
    seen = Analysis.objects.filter(pk__in=about_staff.values("analysis")).select_related("organisation", "unit")
    return list(seen.order_by("organisation__name", "unit__name", "pk"))


def workforce_of(analysis, user):
    """What figures say about one employer's staff, sorted by what it is about. A constant number of queries."""
    mine = Finding.objects.visible_to(user).filter(analysis=analysis).prefetch_related("rows").order_by("position")
    found = list(mine.select_related("analysis__organisation", "analysis__unit"))
    narratives = Narrative.objects.filter(organisation=analysis.organisation_id, unit=analysis.unit_id)
    pay = [one for one in found if one.is_pay_gap]
    by_band = [one for one in found if one.measure == "workforce_share"]
    rest = [one for one in found if one not in pay and one not in by_band]
    clear, others = ([one for one in rest if one.is_clear == which] for which in (True, False))
    return Workforce(analysis, clear, by_band, pay, others, list(narratives[:MOST]))


def follows_of(finding, user):
    """Pledges of this person's own that follow the same figure."""
    about = finding.analysis
    mine = Follow.objects.visible_to(user).filter(
        organisation=about.organisation_id, unit=about.unit_id, finding_code=finding.code
    )
    return mine.select_related("measure__commitment__pledge")


def follows_for_list(user):
    """This person's pledges that take their readings from figures, the newest first."""
    mine = Follow.objects.visible_to(user).filter(measure__ended_at=None).order_by("-pk")
    return mine.select_related("measure__commitment__pledge")


def own_findings_like(finding, user):
    """The same of this person's own services, from which a pledge can be made."""
    mine = Finding.objects.answered_by(user).current().filter(code=finding.code)
    mine = mine.filter(analysis__partnership=finding.analysis.partnership_id)
    return mine.select_related("analysis__organisation", "analysis__unit")


def by_themselves(finding, user):
    """Of two characteristics together, what was found about each alone."""
    same = Finding.objects.visible_to(user).filter(analysis=finding.analysis_id, measure=finding.measure)
    return same.filter(characteristic__in=finding.characteristics)
