"""One stocktake that is frozen and one that is being written, both from nothing but what the record holds.

The updates of one area are examples, so the stocktakes are marked as examples too. Of all others nothing is reported.
"""

import datetime

from hub.programme.models import Programme
from hub.stocktakes import actions, queries, rules
from hub.stocktakes.models import Job, Stocktake

FROZEN, WRITTEN = 2021, 2022
STORY = {
    "did": "Example words. One area has updates here, and they are made up. Of the other seven nothing is on record.",
    "still": "Example words. Most actions are not reported. That says only that nobody told us, not what was done.",
    "learned": "Example words. People who never fill in forms stopped to talk at a stall.",
    "priorities": "Ask every owner for one update\nSay where each target starts\nHear from people under 25",
}


def make_stocktakes(world):
    programme = Programme.objects.get(partnership=world.partnership)
    coordinator, board = world.people["coordinator"], world.people["board"]
    frozen = _gathered(programme, FROZEN, by=coordinator)
    actions.tell(frozen, rules.WHOLE, STORY, by=coordinator, seen=0)
    seal = queries.Draft(Stocktake.objects.get(pk=frozen.pk)).seal
    for person in (coordinator, board):
        actions.approve(frozen, by=person, seal=seal)
    _do_all()
    _gathered(programme, WRITTEN, by=coordinator)


def _gathered(programme, year, *, by):
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    stocktake = actions.open_stocktake(programme, by=by, year=year, starts_on=first, ends_on=last)
    _do_all()
    return Stocktake.objects.get(pk=stocktake.pk)


def _do_all():
    """At once, where otherwise a worker does it."""
    for job in Job.objects.under_way():
        actions.carry_out(job.pk)
