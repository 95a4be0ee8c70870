"""Stopped dead at any moment, a pack or a stocktake is whole or not there, and what was begun is done in the end."""

import random
import time

import pytest

from hub.findings.tests.test_kills import Copy, stop_dead
from hub.stocktakes import actions, packing
from hub.stocktakes.models import Job, Stocktake
from hub.stocktakes.tests.factories import a_programme, do_all, gathered, people_of

BEGIN = """
import django
django.setup()
from hub.stocktakes import actions, queries
from hub.stocktakes.models import Job
from hub.stocktakes.tests.factories import a_programme, gathered, people_of
programme = a_programme()
people = people_of(programme.partnership)
stocktake = gathered(programme, by=people[0])
for person in people:
    actions.approve(stocktake, by=person, seal=queries.Draft(stocktake).seal)
actions.ask_for_pack(programme, by=people[0], stocktake=stocktake)
"""
FROZEN = 3 + 3 + 5  # Three pages, a style sheet, the data and what describes it, five tables.


class Stopped(BaseException):
    """What no code catches."""


def stops_at(monkeypatch, step):
    def beats(_pk):
        def beat(done, _of):
            if done == step:
                raise Stopped

        return beat

    monkeypatch.setattr(actions, "_beats", beats)


@pytest.mark.django_db
@pytest.mark.parametrize("step", range(len(packing.FILES) + 1))
def test_a_pack_that_was_stopped_halfway_leaves_no_file_and_is_made_when_it_is_begun_again(monkeypatch, step):
    programme = a_programme()
    job = actions.ask_for_pack(programme, by=people_of(programme.partnership)[0])
    monkeypatch.setattr(packing, "_made", lambda file, _pack: {"kind": file.kind, "content_type": "", "name": "x"})
    with monkeypatch.context() as until_it_stops:
        stops_at(until_it_stops, step)
        with pytest.raises(Stopped):
            actions.carry_out(job.pk)
    assert not job.files.exists()
    assert Job.objects.under_way().filter(pk=job.pk).exists()
    actions.carry_out(job.pk)
    assert job.files.count() == len(packing.FILES)


@pytest.mark.django_db
@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_stocktake_that_was_stopped_while_it_froze_is_not_public_and_is_frozen_when_it_is_begun_again(
    monkeypatch, step
):
    programme = a_programme()
    people = people_of(programme.partnership)
    stocktake = gathered(programme, by=people[0])
    for person in people:
        actions.approve(stocktake, by=person, seal=actions.queries.Draft(stocktake).seal)
    with monkeypatch.context() as until_it_stops:
        stops_at(until_it_stops, step)
        with pytest.raises(Stopped):
            do_all()
    assert Stocktake.objects.get().frozen_at is None
    assert not stocktake.files.exists()
    do_all()
    assert Stocktake.objects.get().frozen_at
    assert stocktake.files.count() == FROZEN


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_workers_that_are_killed_fifty_times_leave_nothing_by_halves(tmp_path):
    copy, chance = Copy(tmp_path, BEGIN), random.Random(11)
    for _each in range(50):
        worker = copy.start("manage.py", "work", "--pause", "0.05")
        until_begun(copy)
        stop_dead(worker, chance.uniform(0, 2.5))
        assert_nothing_by_halves(copy)
        # As if the worker had been gone for a while, and had not been killed so often.
        copy.ask("update stocktakes_job set beat_at = '2020-01-01 00:00:00', tries = 1 where finished_at is null")
        if copy.ask("select count(*) from stocktakes_job where finished_at is null") == [(0,)]:
            copy.ask("delete from stocktakes_packfile")
            copy.ask("update stocktakes_job set finished_at = null, beat_at = '2020-01-01' where kind = 'pack'")
    last = copy.start("manage.py", "work", "--once")
    last.communicate()
    assert last.returncode == 0
    assert_nothing_by_halves(copy)
    assert copy.ask("select kind, trouble from stocktakes_job where finished_at is null or trouble <> ''") == []
    assert copy.ask("select count(*) from stocktakes_packfile") == [(len(packing.FILES),)]
    assert copy.ask("select count(*) from stocktakes_frozenfile") == [(FROZEN,)]
    assert copy.ask("pragma integrity_check") == [("ok",)]


def until_begun(copy):
    """The worker has put its hand to a job: what follows happens while it works."""
    for _tenth in range(600):
        if copy.ask("select count(*) from stocktakes_job where finished_at is null and beat_at > '2021-01-01'") != [
            (0,)
        ]:
            return
        time.sleep(0.1)
    raise AssertionError("The worker has not begun anything within a minute.")


def assert_nothing_by_halves(copy):
    files, finished = copy.ask(
        "select (select count(*) from stocktakes_packfile), "
        "(select count(*) from stocktakes_job where kind = 'pack' and finished_at is not null)"
    )[0]
    assert (finished, files) in {(0, 0), (1, len(packing.FILES))}
    frozen, pages = copy.ask(
        "select (select count(*) from stocktakes_stocktake where frozen_at is not null), "
        "(select count(*) from stocktakes_frozenfile)"
    )[0]
    assert (frozen, pages) in {(0, 0), (1, FROZEN)}
