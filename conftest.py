"""What every test has: no network, files of its own, and a record that can be emptied between tests."""

import gc
import os
import shutil

import pytest
from django.db import connection
from pytest_socket import socket_allow_hosts
from tests.facts import ran_on

from hub.audit.triggers import ENTRIES
from hub.findings.releases.triggers import LINES, RELEASED
from hub.stocktakes.triggers import FROZEN

MADE = os.environ.get("HUB_TEST_MADE")  # ./run test has made a database with all migrations already.


def pytest_collection_finish():
    """Thousands of collected tests stay until the end, so nobody need look again and again whether they are rubbish."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_sessionfinish(session):
    """Nothing is skipped in silence: a test that did not run is a failure."""
    gc.unfreeze()  # Libraries that count what they leave behind would take it for a leak.
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter.stats.get("skipped"):
        reporter.write_line("\nA skipped test is a failed one: make it run, or take it out.")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def network_is_closed():
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "audit-anchor.txt"
    settings.PUBLIC_PAGES_LOOK_EVERY = 0  # A change is seen at once, not after a second.
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """A file, because SQLite in memory cannot show how several writers wait for each other."""
    if connection.vendor != "sqlite":
        return
    file = tmp_path_factory.mktemp("database") / "test.sqlite3"
    connection.settings_dict["TEST"]["NAME"] = str(file)
    if MADE:
        shutil.copy(MADE, file)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb):
    """What was copied is there before Django makes it, and is to stay."""
    return django_db_keepdb or (connection.vendor == "sqlite" and bool(MADE))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that really commit empty every table afterwards, which triggers refuse: lift them for that."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        version = ".".join(str(part) for part in connection.get_database_version())
    ran_on(f"database: {connection.display_name} {version}")
    operations = type(connection.ops)  # All connections: a browser's test opens one more.
    flush = operations.sql_flush

    def flush_without_triggers(self, style, tables, **kwargs):
        statements = flush(self, style, tables, **kwargs)
        if not any("audit_entry" in statement for statement in statements):
            return statements
        if connection.vendor == "postgresql" and not kwargs.get("reset_sequences"):
            return emptied_as_in_a_replica(tables)
        lifted, back = (
            [line for table in (ENTRIES, LINES, RELEASED, FROZEN) for line in table.statements(connection.vendor, step)]
            for step in ("take_down", "put_up")
        )
        return [*lifted, *statements, *back]

    operations.sql_flush = flush_without_triggers
    yield
    connection.close()  # A database that is kept is not closed by anybody else.


def emptied_as_in_a_replica(tables):
    """Asks neither triggers nor foreign keys. Deleting a few rows is quicker than giving every table a new file."""
    rows = ";\n".join(f'DELETE FROM "{table}"' for table in tables)  # noqa: S608 - our own tables
    return ["SET LOCAL session_replication_role = replica", rows, "SET LOCAL session_replication_role = DEFAULT"]
