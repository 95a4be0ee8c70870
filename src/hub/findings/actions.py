"""Everything that is written about findings."""

from pathlib import Path

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from equity.content import read_toml
from equity.model import measure
from hub import audit
from hub.commitments import actions as commitments
from hub.commitments.actions import Figure
from hub.commitments.models import Measure
from hub.findings import computing, drafts, following, queries, together
from hub.findings.models import (
    Analysis,
    Finding,
    Follow,
    Narrative,
    Note,
    Point,
    PublishedFigures,
    Reply,
    Row,
    Suggestion,
)
from hub.findings.releases.ledgers import enter_what_is_known
from hub.findings.workforce.figures import figures_of_staff
from hub.findings.workforce.looking import look_at_staff
from hub.pledges import actions as pledges
from hub.submissions.models import People
from hub.submissions.queries import standing_crossed, standing_figures, standing_pay
from hub.toolkit.models import Group

# Looking at figures.


@transaction.atomic
def want(**about):
    analysis = Analysis.objects.create(beat_at=timezone.now(), **about)
    audit.record("analysis.wanted", subject=analysis)
    return analysis


@transaction.atomic
def begin_again(analysis):
    """Its worker was stopped. Whatever it had found was kept nowhere, so nothing is there to undo."""
    analysis.beat_at, analysis.steps_done = timezone.now(), 0
    analysis.save(update_fields=["beat_at", "steps_done"])
    audit.record("analysis.begun_again", subject=analysis)


def carry_out(pk):
    """Compute, showing how far it is; then keep everything at once, or nothing. Twice does no harm."""
    analysis = Analysis.objects.select_related("partnership", "organisation", "unit").get(pk=pk)
    if analysis.finished_at:
        return
    figures = {}
    if analysis.is_published:
        known = PublishedFigures.objects.get(partnership=analysis.partnership)
        result = computing.look_at_published(known.report)
    elif analysis.is_together:
        place = queries.place_of(analysis.partnership_id)
        given = queries.given_together(analysis)
        result = together.look_at_together(analysis.partnership.name, given, place=place, step=_beats(pk))
        result = together.in_words(result) if analysis.is_in_words else result
    elif analysis.is_about_staff:
        figures = all_figures(analysis.organisation_id, analysis.unit_id, People.STAFF)
        result = _look_at_staff(analysis, figures)
    else:
        figures = all_figures(analysis.organisation_id, analysis.unit_id)
        place = queries.place_of(analysis.partnership_id)
        result = computing.look_at_service(analysis.service_name, figures, place=place, step=_beats(pk))
    _keep(analysis, result)
    if not analysis.is_together:
        add_readings(analysis, figures)


def all_figures(organisation, unit, people=People.CLIENTS):
    """By one characteristic, and by two together where a service counted that. Of staff, with their bands counted."""
    figures, crossed = (read(organisation, unit, people) for read in (standing_figures, standing_crossed))
    return figures_of_staff(figures, crossed) if people == People.STAFF else figures | crossed


def _look_at_staff(analysis, figures):
    where = analysis.organisation_id, analysis.unit_id
    return look_at_staff(
        analysis.service_name,
        figures,
        standing_crossed(*where, People.STAFF),
        standing_pay(*where),
        place=queries.place_of(analysis.partnership_id),
        step=_beats(analysis.pk),
    )


def _beats(pk):
    def step(done, of):
        Analysis.objects.filter(pk=pk).update(beat_at=timezone.now(), steps_done=done, steps_all=of)

    return step


@transaction.atomic
def _keep(analysis, result):
    locked = Analysis.objects.select_for_update().get(pk=analysis.pk)
    if locked.finished_at:
        return
    same = Analysis.objects.filter(
        partnership=locked.partnership,
        organisation=locked.organisation,
        unit=locked.unit,
        audience=locked.audience,
        people=locked.people,
        wanted_at__lt=locked.wanted_at,
    )
    # The same finding keeps its address when figures are looked at again.
    known = dict(Finding.objects.filter(analysis__in=same).values_list("code", "pk"))
    same.delete()
    for position, made in enumerate(result.made, start=1):
        _keep_finding(locked, position, made, known.get(made.code))
    locked.finished_at, locked.looked_at = timezone.now(), result.looked_at
    locked.save(update_fields=["finished_at", "looked_at"])
    audit.record("analysis.finished", subject=locked)


def _keep_finding(analysis, position, made, pk):
    table, what = made.table, made.what
    finding = Finding.objects.create(
        pk=pk,
        analysis=analysis,
        position=position,
        code=made.code,
        measure=table.measure,
        characteristic=made.characteristic,
        set_code=table.set_code,
        title=table.title[:300],
        place=table.place_name[:200],
        period=table.period[:60],
        ends_on=made.ends_on,
        years=made.years,
        sentence=made.finding.sentence[:2000],
        detail=made.finding.detail[:2000],
        says=what.unit[:120],
        per=int(what.per),
        better=what.better,
        reference=table.reference_value if table.reference != "none" else None,
        missing=made.missing or 0,
        sure=_sure(made),
        population=next((row.population_source for row in table.rows if row.population_source), "")[:200],
        moved=(made.series.sentence if made.series else "")[:600],
    )
    Row.objects.bulk_create(_row(finding, row, made, of_staff=analysis.is_about_staff) for row in table.rows)
    if made.series:
        named = set(made.named)
        Point.objects.bulk_create(
            Point(
                finding=finding, code=line.code, label=line.label[:160], period=point.period, x=point.x, n=point.n,
                value=point.value, low=point.low, high=point.high,
            )
            for line in made.series.lines
            if line.code in named
            for point in line.points
        )  # fmt: skip
    notes = [(Note.Kind.CAVEAT, text) for text in table.caveats]
    notes += [(Note.Kind.SURER, text) for text in made.surer]
    notes += [(Note.Kind.SOURCE, text) for text in table.sources]
    Note.objects.bulk_create(Note(finding=finding, kind=kind, text=text[:2000]) for kind, text in notes)


def _sure(made):
    if not made.is_clear:
        return Finding.Sure.NOT
    return Finding.Sure.VERY if made.is_very_sure else Finding.Sure.FAIRLY


def _row(finding, row, made, *, of_staff):
    code, more = computing.code_of(row), {}
    if of_staff and row.value is not None:
        more = {"ratio": row.ratio, "ratio_low": row.ratio_lower95, "ratio_high": row.ratio_upper95}
        more |= {"beside": made.beside.get(code), "median": made.medians.get(code)}
    return Row(
        finding=finding, code=code, label=row.label[:160], broad=row.broad[:120], x=row.x, n=row.n, value=row.value,
        low=row.lower95, high=row.upper95, compared=row.compared, missing=row.people_missing, unknown=row.n_unknown,
        reason=row.reason[:200], is_named=code in made.named, **more,
    )  # fmt: skip


@transaction.atomic
def forget_what_was_taken_back():
    """Numbers that a service took back are in no finding either."""
    for analysis in queries.analyses_without_figures():
        # Before it goes, because what is deleted has no number to be named by.
        audit.record("analysis.forgotten", subject=analysis)
        analysis.delete()


@transaction.atomic
def load_published(partnership, *, report, place):
    known, _made = PublishedFigures.objects.update_or_create(
        partnership=partnership, defaults={"report": report, "place": place}
    )
    enter_what_is_known(partnership, report=report)
    audit.record("published_figures.loaded", subject=known, report=report)
    return known


# Following a measure.


def add_readings(analysis, figures):
    """Each measure that follows these figures gets a reading for every period it has none for."""
    follows = Follow.objects.of_their_own().filter(
        partnership=analysis.partnership_id, organisation=analysis.organisation_id, unit=analysis.unit_id,
        people=analysis.people,
    )  # fmt: skip
    for follow in follows.select_related("measure"):
        if follow.measure.ended_at is None:
            _add_readings_to(follow, seen_by(follow, figures))


def seen_by(follow, figures=None):
    """What the figures say about a followed measure, oldest first."""
    if follow.organisation_id is None:
        return _seen_in_published(follow)
    if figures is None:
        figures = all_figures(follow.organisation_id, follow.unit_id, follow.people)
    mine = {
        period: one
        for (period, code), one in figures.items()
        if code == follow.characteristic and one.set_code == follow.set_code and " " in period
    }
    years = {
        period: one
        for (period, code), one in figures.items()
        if code == follow.characteristic and one.set_code == follow.set_code and " " not in period
    }
    return following.seen_in_service(follow.measured, follow.groups, mine or years)


def _seen_in_published(follow):
    known = PublishedFigures.objects.filter(partnership=follow.partnership_id).first()
    if known is None:
        return []
    for section in read_toml("reports", f"{known.report}.toml")["section"]:
        each = computing.published_years(section) if _may_be(section, follow) else []
        if each:
            return following.seen_in_tables([(table.period, table.rows) for table in each], follow.groups)
    return []


def _may_be(section, follow):
    return section["kind"] == "share" and section["measure"] == follow.measured and section["set"] == follow.set_code


@transaction.atomic
def _add_readings_to(follow, seen):
    """For every period after the start. One whose figures were put right is corrected."""
    measure = follow.measure
    there = {reading.on: reading for reading in measure.readings.current()}
    start = start_of(follow)
    for number, one in enumerate(seen, start=1):
        if start and one.on <= start.on:
            continue
        figure = Figure(
            measure=measure,
            on=one.on,
            numerator=one.x,
            denominator=one.n,
            unknown=one.unknown or None,
            source=_source(one, following.verdict(seen[:number], start)[0]),
        )
        before = there.get(one.on)
        if before is None:
            commitments.add_reading(figure, by=None)
        elif (before.numerator, before.denominator) != (one.x, one.n):
            commitments.correct_reading(before, figure, by=None)


def start_of(follow):
    """Where the pledge started, as something to compare with."""
    start = follow.measure.readings.current().filter(is_baseline=True, denominator__gt=0).first()
    return following.Seen("", start.on, start.numerator, start.denominator, 0) if start else None


def _source(one, verdict):
    return f"{_('Figures for')} {one.period}. {VERDICTS[verdict]()}"[:300]


VERDICTS = {
    "first": lambda: _("The first one."),
    "chance": lambda: _("Since the start, no more than chance could do."),
    "up": lambda: _("Up since the start, by more than chance."),
    "down": lambda: _("Down since the start, by more than chance."),
    "usual": lambda: _("Within the usual ups and downs."),
    "special_up": lambda: _("A change: above the usual ups and downs."),
    "special_down": lambda: _("A change: below the usual ups and downs."),
}


# From a finding to a pledge.


class NotTheirsError(Exception):
    """A pledge starts from a service's own figure, or from one that is public."""


@transaction.atomic
def make_pledge(finding, service, *, by, year, is_example=False, from_the_first=False):
    """The four questions, the people, where we start, a target and the measure, from the finding.

    `from_the_first` starts where the figures start, so that the years that have passed are readings.
    """
    rows = list(finding.rows.all())
    start = drafts.baseline(finding, rows)
    if start is None or not queries.may_start_from(finding, service):
        raise NotTheirsError
    suggested = queries.suggestions_for(finding, service.organisation.partnership)
    goal = drafts.goal_of(finding, start)
    pledge = pledges.make_pledge(
        service.organisation,
        by=by,
        unit=service.unit,
        year=year,
        owner=by,
        statements=[one.statement for one in suggested],
        groups=_groups(finding, rows),
        is_example=is_example,
        **drafts.questions(finding, rows, suggested, goal),
    )
    follow = _following(finding, rows)
    seen = seen_by(follow) if from_the_first else []
    if seen:
        first = {"on": seen[0].on, "numerator": seen[0].x, "denominator": seen[0].n}
        start = first | {"source": _source(seen[0], "first")}
    follow.measure = commitments.add_measure(
        pledge.commitment,
        by=by,
        kind=Measure.Kind.SHARE,
        name=_name(finding, drafts.shortly(rows))[:200],
        unit=finding.says.removeprefix("% of ")[:120],
        per=finding.per,
        counting=Measure.Counting.A_GROUP,
        direction=Measure.Direction.DOWN if finding.better == "lower" else Measure.Direction.UP,
        baseline=start,
        target=drafts.target(finding, goal),
    )
    follow.save()
    _add_readings_to(follow, seen)
    audit.record("finding.made_a_pledge", subject=pledge, by=by, finding=finding.code, follow=follow.pk)
    return pledge


def _following(finding, rows):
    about = finding.analysis
    return Follow(
        organisation=about.organisation,
        unit=about.unit,
        partnership=about.partnership,
        people=about.people,
        finding_code=finding.code,
        measured=finding.measure,
        characteristic=finding.characteristic,
        set_code=finding.set_code,
        codes=",".join(row.code for row in rows if row.is_named)[:300],
    )


def _name(finding, people):
    return f"{measure(finding.measure).name}: {people}"


def _groups(finding, rows):
    """The toolkit's own names for the people a finding is about, where it has them."""
    known = read_groups().get(finding.set_code or finding.characteristic, {})
    return list(Group.objects.filter(slug__in=[known[row.code] for row in rows if row.is_named and row.code in known]))


def read_groups():
    return _read(settings.CONTENT / "findings" / "groups.yaml")


def _read(path: Path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


# What may help.


@transaction.atomic
def load_suggestions(partnership):
    """Those of the content files that the partnership does not have yet. One that an editor ended stays ended."""
    made = 0
    for one in _read(settings.CONTENT / "findings" / "suggestions.yaml")["suggestions"]:
        for key in one["statements"]:
            _kept, is_new = Suggestion.objects.get_or_create(
                partnership=partnership,
                measure=one["measure"],
                characteristic=one.get("characteristic", ""),
                statement_key=key["key"],
                defaults={"reason": key["reason"]},
            )
            made += is_new
    if made:
        audit.record("suggestions.loaded", subject=partnership, number=made)
    return made


@transaction.atomic
def suggest(partnership, *, by, **fields):
    """Add a suggestion, or put its reason in other words; one that was ended stands again."""
    about = {name: fields[name] for name in ("measure", "characteristic", "statement_key")}
    suggestion, _made = Suggestion.objects.update_or_create(
        partnership=partnership, **about, defaults={"reason": fields["reason"], "is_ours": True, "ended_at": None}
    )
    audit.record("suggestion.added", subject=suggestion, by=by)
    return suggestion


@transaction.atomic
def end_suggestion(suggestion, *, by):
    if suggestion.ended_at is None:
        suggestion.ended_at = timezone.now()
        suggestion.save(update_fields=["ended_at"])
        audit.record("suggestion.ended", subject=suggestion, by=by)


# The right of reply.


@transaction.atomic
def reply(finding, *, by, text):
    """What those whose figure it is say stands beside it from now on, wherever it is shown."""
    about = finding.analysis
    said = Reply.objects.create(
        organisation=about.organisation, unit=about.unit, code=finding.code, text=text, said_by=by
    )
    audit.record("finding.answered", subject=said, by=by, finding=finding.code)
    return said


# What an employer says about its pay gap.


@transaction.atomic
def write_narrative(finding, *, by, text):
    """From now on these words stand beside the gap. What they said before stays below them."""
    about = finding.analysis
    said = Narrative.objects.create(
        organisation=about.organisation, unit=about.unit, period=finding.period, text=text, written_by=by
    )
    audit.record("pay_gap.told", subject=said, by=by, finding=finding.code)
    return said
