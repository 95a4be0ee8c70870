"""One migration after another, each safe to follow the last."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tests.architecture.contexts import LEVELS


def forks(edges):
    """Migrations that more than one other migration of the same app follows."""
    followers = Counter(parent for child, parent in edges if child[0] == parent[0])
    return sorted(parent for parent, count in followers.items() if count > 1)


@pytest.fixture
def loader():
    return MigrationLoader(None)


def test_history_is_one_line_in_every_context(loader):
    ours = {key: migration for key, migration in loader.disk_migrations.items() if key[0] in LEVELS}
    edges = [(key, parent) for key, migration in ours.items() for parent in migration.dependencies]
    assert forks(edges) == []
    for app in {key[0] for key in ours}:
        assert len(loader.graph.leaf_nodes(app)) == 1


def test_a_fork_would_be_seen():
    one, two, three = ("core", "0001"), ("core", "0002_a"), ("core", "0002_b")
    assert forks([(two, one), (three, one)]) == [one]


def test_migrations_only_wait_for_contexts_below(loader):
    upward = [
        (key, parent)
        for key, migration in loader.disk_migrations.items()
        for parent in migration.dependencies
        if key[0] in LEVELS and parent[0] in LEVELS and LEVELS[key[0]] < LEVELS[parent[0]]
    ]
    assert upward == []


@pytest.mark.django_db
def test_no_model_waits_for_a_migration():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())
    assert connections["default"].introspection.table_names()
