"""Work that waits its turn. What has to be done is read from the database, so nothing is lost where a worker stops."""

import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from hub.stocktakes import actions
from hub.stocktakes.models import Job

PATIENCE = datetime.timedelta(seconds=20)


@task()
def carry_out(pk):
    actions.carry_out(pk)


def look_for_work():
    """Begin what nobody has begun, and begin again where a worker was stopped."""
    for job in Job.objects.under_way().filter(tries=0):
        _begin(job)
    for job in Job.objects.under_way().filter(beat_at__lt=timezone.now() - PATIENCE):
        _begin(job)


def _begin(job):
    if actions.begin(job):
        transaction.on_commit(lambda: carry_out.enqueue(job.pk))
