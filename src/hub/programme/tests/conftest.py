"""Who builds a programme in tests."""

import pytest

from hub.accounts.tests.second_check import pass_second_check
from hub.commitments.tests.factories import somebody
from hub.programme.tests.factories import ProgrammeFactory


@pytest.fixture
def programme(db):
    return ProgrammeFactory(published_at=None)


@pytest.fixture
def coordinator(client, programme):
    person = somebody("coordinator", partnership=programme.partnership)
    client.force_login(person)
    pass_second_check(client, person)
    return person


@pytest.fixture
def owner(programme):
    return somebody("lead", programme.organisation, email="olu@example.org", name="Olu Example")
