"""Handing figures in: once, whole, for those who may see them, and back again."""

import pytest
from django.apps import apps
from django.db import models

from hub.audit.models import Entry
from hub.organisations.models import Role
from hub.organisations.tests.factories import OrganisationFactory, RoleFactory, UnitFactory
from hub.submissions import actions
from hub.submissions.models import Count, Noticed, Submission, Total
from hub.submissions.queries import Service
from hub.submissions.tests.factories import a_document, a_draft, sent

pytestmark = pytest.mark.django_db
Kind = Role.Kind


@pytest.fixture
def lead():
    return RoleFactory(kind=Kind.LEAD).user


@pytest.fixture
def organisation(lead):
    return lead.roles.get().organisation


def partner(organisation, kind):
    return RoleFactory(kind=kind, partnership=organisation.partnership, organisation=None).user


class TestHandingIn:
    def test_every_count_is_kept_as_it_was(self, organisation, lead):
        submission = a_draft(organisation, by=lead)
        document = a_document()
        kept = set(submission.cells.values_list("period", "characteristic", "set_code", "code", "stage", "value"))
        assert kept == {(c.period, c.characteristic, c.set_code, c.code, c.stage, c.count) for c in document.cells()}
        assert list(submission.totals.values_list("stage", "value")) == [("referred", 27), ("completed", 10)]

    def test_the_same_figures_again_are_the_same_submission(self, organisation, lead):
        assert a_draft(organisation, by=lead) == a_draft(organisation, by=lead)
        assert a_draft(organisation, by=lead, document=a_document(completed=6)) != a_draft(organisation, by=lead)
        assert Submission.objects.count() == 2

    def test_another_service_may_have_the_same_figures(self, organisation, lead):
        unit = UnitFactory(organisation=organisation)
        assert a_draft(organisation, by=lead) != a_draft(organisation, by=lead, unit=unit)

    def test_sending_twice_is_sending_once(self, organisation, lead):
        submission = sent(organisation, by=lead)
        again = actions.send(submission, by=lead)
        assert again.sent_at == submission.sent_at
        assert Entry.objects.filter(event="submission.sent").count() == 1

    def test_a_draft_that_fails_half_way_leaves_nothing(self, organisation, lead, monkeypatch):
        def fails(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr(type(Count.objects), "bulk_create", fails)
        with pytest.raises(RuntimeError):
            a_draft(organisation, by=lead)
        assert (Submission.objects.count(), Total.objects.count()) == (0, 0)

    def test_what_was_noticed_is_kept_without_a_number(self, organisation, lead):
        submission = sent(organisation, by=lead, document=a_document(completed=99, months={"2025-26": 3}))
        kinds = set(submission.noticed.values_list("kind", "characteristic"))
        assert kinds == {("part_year", ""), ("more_than_before", "sex")}
        assert not any(
            isinstance(field, models.IntegerField) and not field.primary_key for field in Noticed._meta.local_fields
        )

    def test_what_was_sent_before_is_compared(self, organisation, lead):
        sent(organisation, by=lead, document=a_document(period="2024-25", referred=400))
        later = sent(organisation, by=lead, document=a_document(period="2025-26", referred=0, completed=0))
        assert ("group_vanished", "sex") in set(later.noticed.values_list("kind", "characteristic"))

    def test_taking_back_deletes_every_number(self, organisation, lead):
        submission = actions.take_back(sent(organisation, by=lead), by=lead)
        assert (Count.objects.count(), Total.objects.count()) == (0, 0)
        assert not Submission.objects.standing().exists()
        # Put right or not, it may be handed in again.
        assert a_draft(organisation, by=lead) != submission

    def test_everything_is_on_the_record(self, organisation, lead):
        submission = sent(organisation, by=lead)
        actions.choose_readers(submission, by=lead, readers="analysts")
        actions.take_back(submission, by=lead)
        events = list(Entry.objects.filter(event__startswith="submission.").values_list("event", flat=True))
        assert events == [
            "submission.drafted", "submission.sent", "submission.readers_chosen", "submission.taken_back",
        ]  # fmt: skip


READERS = [
    ("only_us", set()),
    ("analysts", {Kind.ANALYST}),
    ("commissioners", {Kind.ANALYST, Kind.COMMISSIONER}),
]


class TestWhoSeesIt:
    @pytest.mark.parametrize(("readers", "named"), READERS)
    def test_the_readers_that_the_service_names_and_nobody_else(self, organisation, lead, readers, named):
        submission = sent(organisation, by=lead, readers=readers)
        for kind in Role.IN_THE_PARTNERSHIP:
            sees = Submission.objects.visible_to(partner(organisation, kind)).filter(pk=submission.pk).exists()
            assert sees == (kind in named), kind

    @pytest.mark.parametrize("readers", ["only_us", "analysts", "commissioners"])
    def test_nobody_outside_sees_a_draft_or_what_was_taken_back(self, organisation, lead, readers):
        draft = a_draft(organisation, by=lead, readers=readers)
        analyst = partner(organisation, Kind.ANALYST)
        assert not Submission.objects.visible_to(analyst).exists()
        actions.take_back(actions.send(draft, by=lead), by=lead)
        assert not Submission.objects.visible_to(analyst).exists()

    def test_an_analyst_of_another_partnership_sees_nothing(self, organisation, lead):
        sent(organisation, by=lead, readers="commissioners")
        stranger = RoleFactory(kind=Kind.ANALYST, organisation=None, partnership=OrganisationFactory().partnership).user
        assert not Submission.objects.visible_to(stranger).exists()

    def test_a_department_sees_its_own_only(self, organisation, lead):
        one, other = UnitFactory(organisation=organisation), UnitFactory(organisation=organisation)
        mine = sent(organisation, by=lead, unit=one)
        sent(organisation, by=lead, unit=other)
        sent(organisation, by=lead)
        person = RoleFactory(kind=Kind.LEAD, organisation=organisation, unit=one).user
        assert list(Submission.objects.visible_to(person)) == [mine]
        assert Submission.objects.of_writers(lead).count() == 3


OF_A_PERSON = (
    "nhs", "birth", "dob", "postcode", "post_code", "address_line", "gender", "ethnic", "religion", "disab", "diagnos",
    "client", "patient", "person_id", "surname", "forename", "first_name", "last_name", "pseudonym",
)  # fmt: skip


class TestNobodysRecord:
    """The platform never holds a person's record: there is no place in it to put one."""

    def test_no_table_has_a_column_for_what_a_client_is(self):
        wrong = [
            f"{model.__name__}.{field.name}"
            for model in apps.get_models()
            if model.__module__.startswith("hub.")
            for field in model._meta.local_fields
            if any(word in field.name.lower() for word in OF_A_PERSON)
        ]
        assert wrong == []

    def test_figures_have_room_for_counts_and_codes_only(self):
        """Every free text and every file would be a place to put a list of people into."""
        allowed = {"Submission.mapping"}  # What columns were called; limited, and told by the engine.
        loose = {
            f"{model.__name__}.{field.name}"
            for model in apps.get_app_config("submissions").get_models()
            for field in model._meta.local_fields
            if isinstance(field, models.TextField | models.JSONField | models.FileField | models.BinaryField)
        }
        assert loose == allowed
        longest = {
            f"{model.__name__}.{field.name}": field.max_length
            for model in apps.get_app_config("submissions").get_models()
            for field in model._meta.local_fields
            if isinstance(field, models.CharField)
        }
        assert max(longest.values()) <= 120

    def test_a_count_belongs_to_a_group_and_to_nobody(self):
        names = {field.name for field in Count._meta.local_fields}
        assert names == {"id", "submission", "period", "characteristic", "set_code", "code", "stage", "value"}

    def test_one_group_has_one_count(self, organisation, lead):
        submission = a_draft(organisation, by=lead)
        one = submission.cells.first()
        one.pk = None
        with pytest.raises(Exception, match=r"one_count_for_a_group|UNIQUE constraint"):
            one.save(force_insert=True)


def test_a_service_has_a_name_with_its_part():
    organisation = OrganisationFactory(name="Example Trust")
    assert Service(organisation, UnitFactory(organisation=organisation, name="North")).name == "Example Trust, North"
