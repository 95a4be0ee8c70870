"""Stopped dead at any moment, nothing is done by halves, nothing that was acknowledged is lost, twice is once."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from hub.findings.tests.factories import with_a_gap

pytestmark = pytest.mark.django_db(transaction=True)
BEGIN = """
import django
django.setup()
from hub.findings.tests.factories import HALVES, with_a_gap
from hub.organisations.tests.factories import RoleFactory
from hub.submissions.tests.factories import sent
lead = RoleFactory(kind="lead").user
sent(lead.roles.get().organisation, by=lead, document=with_a_gap(HALVES))
"""
HAND_IN = """
import sys
import django
django.setup()
from hub.findings.tests.factories import with_a_gap
from hub.organisations.models import Role
from hub.submissions import actions
from hub.submissions.queries import Service
lead = Role.objects.get(kind="lead")
for number in range(int(sys.argv[1])):
    document = with_a_gap(["2025 Apr-Sep"], **{"2025 Apr-Sep": {"M": (110 + number, 18)}})
    draft = actions.draft(Service(lead.organisation), document, by=lead.user, way="file", readers="only_us")
    actions.send(draft, by=lead.user)
    print(document.checksum, flush=True)
"""
CELLS = len(list(with_a_gap(["2025 Apr-Sep"]).cells()))


class Copy:
    """A database in a file, and processes that work on it, the first of which makes what `begin` says."""

    def __init__(self, folder, begin=BEGIN):
        self.folder, self.file = folder, folder / "hub.sqlite3"
        if "HUB_TEST_MADE" in os.environ:  # by ./run test, with all tables
            shutil.copyfile(os.environ["HUB_TEST_MADE"], self.file)
        elif connection.vendor == "sqlite":
            # The test's own, which has its tables already.
            connection.ensure_connection()
            with sqlite3.connect(self.file) as copy:
                connection.connection.backup(copy)
        else:
            assert self.start("manage.py", "migrate", "--verbosity", "0").communicate() == ("", None)
        assert self.start("-c", begin).communicate() == ("", None)

    def start(self, *words):
        environment = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HUB_TEST_POSTGRESQL")
        }
        environment |= {
            "HUB_VAR": str(self.folder), "PYTHONPATH": os.pathsep.join(sys.path),
            "DJANGO_SETTINGS_MODULE": "hub.config.settings",
        }  # fmt: skip
        return subprocess.Popen(
            [sys.executable, *words], cwd=settings.ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )

    def ask(self, sql):
        with sqlite3.connect(self.file, timeout=30) as database:
            return database.execute(sql).fetchall()


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)


def stop_dead(process, delay):
    """What it said, up to the moment when it was stopped."""
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    return process.communicate()[0]


def kills(number):
    return [pytest.param(2, id="a few"), pytest.param(number, id="many", marks=pytest.mark.soak)]


def begun(process):
    """The first line that it says: from here on it is at work."""
    return process.stdout.readline()


@pytest.mark.parametrize("times", kills(50))
def test_handing_in(copy, times):
    chance, acknowledged = random.Random(5), set()
    for _each in range(times):
        process = copy.start("-c", HAND_IN, "400")
        first = begun(process)
        acknowledged |= {
            line for line in (first + stop_dead(process, chance.uniform(0, 0.5))).split() if len(line) == 64
        }
        cells = copy.ask(
            "select s.checksum, (select count(*) from submissions_count c where c.submission_id = s.id) "
            "from submissions_submission s where s.id > (select min(id) from submissions_submission)"
        )
        assert {count for _checksum, count in cells} == {CELLS}
        assert acknowledged <= {checksum for checksum, _count in cells}
    [(checksums, rows)] = copy.ask("select count(distinct checksum), count(*) from submissions_submission")
    assert checksums == rows
    assert copy.ask("pragma integrity_check") == [("ok",)]


@pytest.mark.parametrize("times", kills(50))
def test_looking_at_figures(copy, times):
    chance = random.Random(7)
    for _each in range(times):
        stop_dead(copy.start("manage.py", "work", "--pause", "0.05"), chance.uniform(1.0, 5.0))
        finished, findings, rows = counted(copy)
        # All of it or none of it.
        assert (finished, findings > 0, rows > 0) in {(0, False, False), (1, True, True)}
        copy.ask("update findings_analysis set beat_at = '2020-01-01 00:00:00'")
    last = copy.start("manage.py", "work", "--once")
    last.communicate()
    finished, findings, rows = counted(copy)
    assert (last.returncode, finished) == (0, 1)
    assert findings > 0
    assert copy.ask("select count(*) from findings_analysis") == [(1,)]
    assert copy.ask("select count(*) from findings_finding") == copy.ask(
        "select count(distinct code) from findings_finding"
    )


def counted(copy):
    queries = (
        "select count(*) from findings_analysis where finished_at is not null",
        "select count(*) from findings_finding",
        "select count(*) from findings_row",
    )
    return tuple(copy.ask(query)[0][0] for query in queries)
