"""Through the client: what people see, do, and are not let do."""

import pytest
from django.urls import reverse

from hub.assessments.models import Assessment
from hub.assessments.tests.factories import (
    an_edition,
    statements_in,
)
from hub.organisations.models import Role
from hub.organisations.tests.factories import RoleFactory

pytestmark = pytest.mark.django_db


def section_address(assessment, statement=None):
    statement = statement or statements_in(assessment)[0]
    return reverse("assessments:section", args=[assessment.pk, statement.section_id])


def answered(statement, *, version=0, **fields):
    """What a browser sends for one statement."""
    sent = {"version": version, "stage": "", "confidence": "", "evidence": "", "in_the_way": ""} | fields
    return {f"s{statement.pk}-{name}": value for name, value in sent.items()}


class TestStarting:
    def test_a_lead_starts_and_lands_on_the_first_questions(self, client):
        role = RoleFactory(kind=Role.Kind.LEAD)
        edition = an_edition()
        client.force_login(role.user)
        response = client.post(
            reverse("assessments:start"),
            {"organisation": role.organisation.pk, "part": "whole", "edition": edition.pk, "audience": "providers"},
        )
        assessment = Assessment.objects.get()
        assert (assessment.organisation, assessment.unit) == (role.organisation, None)
        assert response.url == section_address(assessment)
