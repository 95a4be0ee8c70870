"""Stocktakes for tests, from made-up programmes."""

import datetime
import io
import zipfile

import docx
import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from hub.commitments.tests.factories import (
    MeasureFactory,
    ReadingFactory,
    TargetFactory,
    UpdateFactory,
    told_by_group,
)
from hub.organisations.tests.factories import RoleFactory
from hub.programme.tests.factories import (
    ActionFactory,
    KeyTargetFactory,
    OutcomeFactory,
    ProgrammeFactory,
    ServiceAreaFactory,
)
from hub.stocktakes import actions, queries
from hub.stocktakes.models import Job, Stocktake

YEAR = timezone.localdate().year - 1
FIRST, LAST = datetime.date(YEAR, 1, 1), datetime.date(YEAR, 12, 31)


class StocktakeFactory(DjangoModelFactory):
    class Meta:
        model = Stocktake

    programme = factory.SubFactory(ProgrammeFactory)
    partnership = factory.SelfAttribute("programme.partnership")
    slug = factory.Sequence(lambda n: f"year-{n}")
    year = YEAR
    starts_on, ends_on = FIRST, LAST


def do_all():
    """What the worker does, at once."""
    for job in Job.objects.under_way():
        actions.carry_out(job.pk)


def gathered(programme, *, by=None, year=YEAR):
    first, last = FIRST.replace(year=year), LAST.replace(year=year)
    stocktake = actions.open_stocktake(programme, by=by, year=year, starts_on=first, ends_on=last)
    do_all()
    return Stocktake.objects.get(pk=stocktake.pk)


def people_of(partnership):
    """Two who may approve."""
    return [
        RoleFactory(kind=kind, partnership=partnership, organisation=None).user for kind in ("coordinator", "board")
    ]


def approved_by(stocktake, *people):
    for person in people:
        seal = queries.Draft(Stocktake.objects.get(pk=stocktake.pk)).seal
        actions.approve(stocktake, by=person, seal=seal)
    do_all()
    return Stocktake.objects.get(pk=stocktake.pk)


def frozen(programme, **words):
    people = people_of(programme.partnership)
    stocktake = gathered(programme, by=people[0])
    if words:
        actions.tell(stocktake, "whole", words, by=people[0], seen=0)
    return approved_by(stocktake, *people)


def a_programme(**fields):
    """One area with an action that was reported on, one that was not, a target with figures, and an outcome."""
    programme = ProgrammeFactory(**fields)
    area = ServiceAreaFactory(programme=programme, strand__programme=programme, title="Libraries")
    ActionFactory(area=area, commitment__title="Books in Tigrinya")
    action = ActionFactory(area=area, commitment__title="Open on Sundays", commitment__owner_role="Head of reading")
    moment = timezone.make_aware(datetime.datetime(YEAR, 5, 4, 12))
    UpdateFactory(
        commitment=action.commitment, stage="moving", happened="Two branches open", worked="A stall at the door",
        hard="Heating", next="A third branch", stands_at=moment, made_at=moment,
    )  # fmt: skip
    target = KeyTargetFactory(area=area, title="Sunday visits", measured_by__name="visits on Sundays")
    target.actions.add(action)
    visits_of(target.measures.get())
    OutcomeFactory(area=area, title="People feel at home")
    return programme


def visits_of(measure):
    TargetFactory(measure=measure, value=50, by=LAST)
    figure = {"measure": measure, "numerator": None, "denominator": None}
    ReadingFactory(value=5, is_baseline=True, on=FIRST.replace(year=YEAR - 1), **figure)
    ReadingFactory(value=20, on=FIRST.replace(month=6), **figure)


def sealed_away(programme):
    """Figures that nobody but their own people may see."""
    area = programme.areas.get()
    target = KeyTargetFactory(area=area, measured_by="share", measured_by__counting="a_group")
    ReadingFactory(measure=target.measures.get(), numerator=7731, denominator=9187, on=FIRST)
    MeasureFactory(commitment=area.commitment, kind="composition", name="who sits on the board")


def public_but_not_by_group(programme):
    """A share that everybody may read, told by group to those who work on it."""
    target = KeyTargetFactory(area=programme.areas.get(), measured_by="share")
    told_by_group(target.measures.get(), on=FIRST.replace(month=6))


def a_word_document(*, without="", **more):
    """A plain one, as Word would save it. `more` are further parts, or other ones, by name."""
    plain, out = io.BytesIO(), io.BytesIO()
    docx.Document().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for part in old.infolist():
            if part.filename not in {without, *more}:
                parts.writestr(part.filename, old.read(part))
        for name, text in more.items():
            parts.writestr(name, text)
    return out.getvalue()
