"""Refusals, counted by person, page and hour, so that nobody can fill a disk by being refused."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hub.audit.chain import add, wait_for_other_writers
from hub.audit.models import Hour, Refusal
from hub.audit.seals import name_of

ROWS_AN_HOUR = 100
KEPT_FOR = timedelta(days=90)
OTHERS = "others"


def count(page, *, by=None):
    """Add one to this hour's count. Past the row limit everything goes into one row named 'others'."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0)
    if not add_one(start, name_of(by), page) and not add_one(start, OTHERS, OTHERS):
        add_row(start, name_of(by), page)


def add_one(start, actor, page):
    return Refusal.objects.filter(hour=start, actor=actor, page=page).update(count=F("count") + 1)


@transaction.atomic
def add_row(start, actor, page):
    wait_for_other_writers()
    hour, is_new = Hour.objects.get_or_create(start=start)
    if is_new:
        seal_ended_hours(before=start)
        drop_old_hours(before=start - KEPT_FOR)
    if hour.refusals.count() >= ROWS_AN_HOUR - 1:
        actor, page = OTHERS, OTHERS
    if not add_one(start, actor, page):  # another writer may have been first
        Refusal.objects.create(hour=hour, actor=actor, page=page)


@transaction.atomic
def seal_ended_hours(*, before):
    """Leaves the last hour open, because a slow request may still be counted in it."""
    for hour in Hour.objects.filter(entry=None, start__lt=before - timedelta(hours=1)):
        hour.entry = add("refusals.counted", subject=hour, **counts_of(hour))
        hour.save()


def counts_of(hour):
    return {
        "start": hour.start.isoformat(),
        "counts": [list(row) for row in hour.refusals.values_list("actor", "page", "count")],
    }


def drop_old_hours(*, before):
    """The sealed entry stays; the counts behind it are of no use after so long."""
    Hour.objects.filter(start__lt=before).exclude(entry=None).delete()
