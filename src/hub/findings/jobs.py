"""Work that waits its turn: one task for each analysis, and finding out what needs one.

A worker may be stopped at any moment. What has to be done is read from the figures themselves, and a result is written
whole or not at all, so nothing is lost or done by halves; a task that its worker left behind is given to the next one.
"""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from hub.findings import actions, queries
from hub.findings.models import Analysis, Release
from hub.findings.releases import preparing
from hub.findings.releases.actions import begin, end_outdated, publish_due, tell_of_other_figures

PATIENCE = datetime.timedelta(seconds=5)
LONGER_PATIENCE = datetime.timedelta(minutes=5)  # Several years may go through the gate one after another.


@task()
def analyse(pk):
    actions.carry_out(pk)


@task()
def make_safe(pk):
    preparing.prepare(pk)


def look_for_work():
    """Want an analysis wherever figures have changed since the last, and again where a worker was stopped."""
    look_at_releases()
    for analysis in queries.analyses_without_figures():
        tell_of_other_figures(analysis.organisation_id, analysis.unit_id)
    actions.forget_what_was_taken_back()
    for wanted in queries.services_to_look_at():
        tell_of_other_figures(wanted.get("organisation_id"), wanted.get("unit_id"))
        _enqueue(actions.want(**wanted))
    stopped = Analysis.objects.unfinished().filter(beat_at__lt=timezone.now() - PATIENCE)
    for analysis in stopped:
        actions.begin_again(analysis)
        _enqueue(analysis)


def _enqueue(analysis):
    transaction.on_commit(lambda: analyse.enqueue(analysis.pk))


def look_at_releases():
    """Have made safe what was asked for, and put out what only waited for a reply."""
    end_outdated()
    publish_due()
    left_behind = Q(begun_at=None) | Q(begun_at__lt=timezone.now() - LONGER_PATIENCE)
    for release in Release.objects.under_way().filter(left_behind, ready_at=None):
        if begin(release):
            make_safe.enqueue(release.pk)
