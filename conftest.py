"""What every test has: no network, files of its own, and a record that can be emptied between tests."""

import pytest
from django.db import connection
from pytest_socket import socket_allow_hosts

from hub.audit import triggers


@pytest.fixture(autouse=True)
def network_is_closed():
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    settings.AUDIT_ANCHOR = tmp_path / "audit-anchor.txt"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    # Static files under their own names: hashed names need collectstatic, which tests do without.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """A file, because SQLite in memory cannot show how several writers wait for each other."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that really commit empty every table afterwards, which the record's triggers refuse: lift them for that."""
    flush = connection.ops.sql_flush

    def flush_without_triggers(*args, **kwargs):
        statements = flush(*args, **kwargs)
        if not any("audit_entry" in statement for statement in statements):
            return statements
        return [
            *triggers.statements(connection.vendor, "take_down"),
            *statements,
            *triggers.statements(connection.vendor, "put_up"),
        ]

    connection.ops.sql_flush = flush_without_triggers
