import datetime
import uuid

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from hub.accounts.tests.factories import UserFactory
from hub.assessments.models import Answer, Band, Place, Round, Stage
from hub.assessments.rounds import actions, asking, queries, rules
from hub.assessments.tests.factories import AssessmentFactory, an_edition, statements_in
from hub.audit.models import Entry
from hub.organisations.models import Invitation, Organisation, Role
from hub.organisations.tests.factories import OrganisationFactory, PartnershipFactory, RoleFactory, UnitFactory

pytestmark = pytest.mark.django_db
YEAR = 2026
LIST = "Example Shelter\tshelter@example.org\tcharity\nExample Council\tcouncil@example.org\tcouncil\tboth\n"


@pytest.fixture
def coordinator():
    return UserFactory()


@pytest.fixture
def round(coordinator):
    return actions.open_round(
        PartnershipFactory(),
        by=coordinator,
        edition=an_edition(),
        title="Our year",
        year=YEAR,
        due_on=timezone.localdate() + datetime.timedelta(days=30),
    )


def rows(text=LIST):
    return rules.checked(rules.read_list(text))


def ask(round, coordinator, text=LIST, key=None):
    return asking.ask_organisations(round, rows(text), by=coordinator, key=key or uuid.uuid4())


def signed_off(round, stage, **fields):
    """An organisation of the round that signed off with the same answer everywhere."""
    organisation = fields.pop("organisation", None) or OrganisationFactory(partnership=round.partnership)
    Place.objects.get_or_create(round=round, organisation=organisation, unit=None)
    assessment = AssessmentFactory(
        organisation=organisation, edition=round.edition, year=round.year, signed_off_at=timezone.now(), **fields
    )
    for statement in statements_in(assessment):
        Answer.objects.create(assessment=assessment, statement=statement, version=1, stage=stage)
    return assessment


def test_a_list_invites_organisations_that_were_not_here_before(round, coordinator):
    asked = ask(round, coordinator)
    council = Organisation.objects.get(name="Example Council")
    assert (council.kind, council.provides, council.commissions) == ("council", True, True)
    assert asked.places.count() == 2
    invitation = Invitation.objects.get(email="shelter@example.org")
    assert invitation.next_url == f"/assessments/begin/{invitation.places.get().pk}/"


@pytest.mark.django_db(transaction=True)
def test_everybody_on_the_list_gets_one_letter(round, coordinator):
    key = uuid.uuid4()
    ask(round, coordinator, key=key)
    ask(round, coordinator, key=key)
    assert sorted(letter.to[0] for letter in mail.outbox) == ["council@example.org", "shelter@example.org"]


def test_an_organisation_in_the_round_is_not_asked_twice(round, coordinator):
    ask(round, coordinator)
    RoleFactory(organisation=Organisation.objects.get(name="Example Shelter"))
    again = ask(round, coordinator, "EXAMPLE shelter\tsomebody.else@example.org\nExample Council\tCouncil@example.org")
    assert again.places.count() == 0
    assert Place.objects.filter(round=round).count() == 2
    assert Invitation.objects.count() == 2


def test_a_mistyped_address_can_be_put_right_until_somebody_leads_there(round, coordinator):
    ask(round, coordinator, "Example Shelter\twrong@example.org\nExample Council\tcouncil@example.org")
    RoleFactory(organisation=Organisation.objects.get(name="Example Council"))
    text = "Example Shelter\tright@example.org\nExample Council\tother@example.org\nExample New\tnew@example.org"
    instead, already = asking.asked_before(round, rows(text))
    assert [row.name for row in instead] == ["Example Shelter"]
    assert [row.name for row in already] == ["Example Council"]
    again = ask(round, coordinator, text)
    assert not Invitation.objects.open().filter(email="wrong@example.org").exists()
    place = round.places.get(organisation__name="Example Shelter")
    assert place.invitation.email == "right@example.org"
    assert place.invitation.next_url == f"/assessments/begin/{place.pk}/"
    assert round.places.get(organisation__name="Example Council").invitation.email == "council@example.org"
    assert {place.organisation.name for place in again.places.all()} == {"Example Shelter", "Example New"}


def test_an_address_that_was_put_right_is_taken_back_with_its_list(round, coordinator):
    ask(round, coordinator, "Example Shelter\twrong@example.org")
    again = ask(round, coordinator, "Example Shelter\tright@example.org")
    assert asking.take_back(again, by=coordinator)
    assert not Organisation.objects.exists()
    assert not Invitation.objects.open().exists()


def test_when_the_only_lead_has_gone_somebody_else_can_be_asked(round, coordinator):
    ask(round, coordinator, "Example Shelter\tfirst@example.org")
    RoleFactory(organisation=Organisation.objects.get(), ended_at=timezone.now())
    Invitation.objects.update(accepted_at=timezone.now())
    ask(round, coordinator, "Example Shelter\tsecond@example.org")
    assert Invitation.objects.get(email="first@example.org").withdrawn_at is None
    assert round.places.get().invitation.email == "second@example.org"


def test_a_known_organisation_keeps_what_it_is(round, coordinator):
    known = OrganisationFactory(partnership=round.partnership, name="Example Shelter", kind="nhs")
    ask(round, coordinator)
    known.refresh_from_db()
    assert known.kind == "nhs"
    assert known.places.get().organisation_is_new is False


def test_two_names_with_the_same_letters_get_addresses_of_their_own(round, coordinator):
    ask(round, coordinator, "Example: Shelter\ta@example.org\nExample Shelter\tb@example.org")
    assert sorted(Organisation.objects.values_list("slug", flat=True)) == ["example-shelter", "example-shelter-2"]


@pytest.mark.django_db(transaction=True)
def test_somebody_who_leads_there_already_needs_no_code(round, coordinator):
    lead = RoleFactory(organisation__partnership=round.partnership, organisation__name="Example Shelter").user
    ask(round, coordinator, f"Example Shelter\t{lead.email}")
    assert not Invitation.objects.exists()
    assert "/assessments/begin/" in mail.outbox[0].body


def test_nothing_is_half_done(round, coordinator, monkeypatch):
    from hub.organisations import actions as organisations

    invite = organisations.invite

    def breaks_at_the_second(email, **kwargs):
        if email == "council@example.org":
            raise RuntimeError
        return invite(email, **kwargs)

    monkeypatch.setattr(organisations, "invite", breaks_at_the_second)
    with pytest.raises(RuntimeError):
        ask(round, coordinator)
    assert not Organisation.objects.exists()
    assert not Invitation.objects.exists()


def test_a_list_can_be_taken_back_while_nobody_has_answered(round, coordinator):
    asked = ask(round, coordinator)
    assert asking.take_back(asked, by=coordinator)
    assert not Organisation.objects.exists()
    assert not Place.objects.exists()
    assert not Invitation.objects.open().exists()
    assert not asking.take_back(asked, by=coordinator)


def test_an_organisation_that_was_here_before_stays_when_a_list_is_taken_back(round, coordinator):
    known = OrganisationFactory(partnership=round.partnership, name="Example Shelter")
    asking.take_back(ask(round, coordinator), by=coordinator)
    assert list(Organisation.objects.all()) == [known]


def test_once_somebody_has_answered_a_list_stays(round, coordinator):
    asked = ask(round, coordinator)
    Invitation.objects.filter(email="shelter@example.org").update(accepted_at=timezone.now())
    assert not asking.take_back(asked, by=coordinator)
    assert asked.places.count() == 2


def test_a_later_date_for_one_keeps_the_date_of_the_others(round, coordinator):
    ask(round, coordinator)
    place = round.places.first()
    later = round.due_on + datetime.timedelta(days=14)
    extension = actions.extend(round, by=coordinator, due_on=later, reason="Half-term", place=place)
    assert extension.was_due_on == round.due_on
    dates = {found.pk: found.date for found in queries.places_with_progress(round)}
    assert dates.pop(place.pk) == later
    assert set(dates.values()) == {round.due_on}


def test_a_later_date_for_all_keeps_every_date_there_was(round, coordinator):
    first = round.due_on
    for days in (7, 14):
        actions.extend(round, by=coordinator, due_on=first + datetime.timedelta(days=days))
    history = list(round.extensions.values_list("was_due_on", "due_on"))
    assert history[::-1] == [
        (first, first + datetime.timedelta(days=7)),
        (first + datetime.timedelta(days=7), first + datetime.timedelta(days=14)),
    ]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_reminded_twice_on_one_day(round, coordinator):
    ask(round, coordinator)
    mail.outbox.clear()
    place = round.places.get(organisation__name="Example Shelter")
    with time_machine.travel("2026-05-04 09:00", tick=False):
        assert actions.nudge(place, by=coordinator)
        assert not actions.nudge(place, by=coordinator)
    with time_machine.travel("2026-05-05 09:00", tick=False):
        assert actions.nudge(place, by=coordinator)
    assert [letter.to for letter in mail.outbox] == [["shelter@example.org"]] * 2
    assert place.nudges.count() == 2


def test_reminders_go_to_the_leads_once_there_are_any(round, coordinator):
    ask(round, coordinator)
    place = round.places.get(organisation__name="Example Shelter")
    lead = RoleFactory(organisation=place.organisation).user
    RoleFactory(organisation=place.organisation, kind=Role.Kind.COLLEAGUE)
    assert actions.addresses_of(place) == [lead.email]


def test_the_lead_of_a_department_gets_its_reminders_and_not_the_whole_organisation_s(round):
    department = UnitFactory(organisation__partnership=round.partnership)
    for unit in (None, department):
        place = Place.objects.create(round=round, organisation=department.organisation, unit=unit)
        lead = RoleFactory(organisation=place.organisation, unit=unit).user
        assert actions.addresses_of(place) == [lead.email]
    assert actions.addresses_of(round.places.get(unit=None)) != [lead.email]


def progress(round):
    return {place.name: place.progress for place in queries.places_with_progress(round)}


def test_how_far_somebody_is_goes_from_no_answer_to_signed_off(round, coordinator):
    ask(round, coordinator, "Example Shelter\tshelter@example.org")
    place = round.places.get()
    assert progress(round) == {"Example Shelter": "no_answer"}
    lead = RoleFactory(organisation=place.organisation).user
    assert progress(round) == {"Example Shelter": "joined"}
    assessment = AssessmentFactory(organisation=place.organisation, edition=round.edition, year=YEAR)
    assert progress(round) == {"Example Shelter": "started"}
    Answer.objects.create(assessment=assessment, statement=statements_in(assessment)[0], version=1, stage="usual")
    assert progress(round) == {"Example Shelter": "part_way"}
    note = actions.say_stuck(place, by=lead, text="We need a room")
    assert progress(round) == {"Example Shelter": "stuck"}
    actions.settle(note, by=coordinator)
    assert progress(round) == {"Example Shelter": "part_way"}
    assessment.signed_off_at = timezone.now()
    assessment.save()
    assert progress(round) == {"Example Shelter": "signed_off"}


def test_answers_that_wait_for_another_look_do_not_count(round):
    organisation = OrganisationFactory(partnership=round.partnership)
    Place.objects.create(round=round, organisation=organisation)
    assessment = AssessmentFactory(organisation=organisation, edition=round.edition, year=YEAR)
    for statement in statements_in(assessment):
        Answer.objects.create(assessment=assessment, statement=statement, version=1, stage="usual", needs_review=True)
    assert progress(round) == {organisation.name: "started"}


def test_a_departments_assessment_is_not_another_departments(round):
    organisation = OrganisationFactory(partnership=round.partnership)
    north, south = UnitFactory.create_batch(2, organisation=organisation)
    for unit in (north, south):
        Place.objects.create(round=round, organisation=organisation, unit=unit)
    AssessmentFactory(organisation=organisation, unit=north, edition=round.edition, year=YEAR)
    assert progress(round) == {north.name: "started", south.name: "no_answer"}


def test_closing_keeps_the_middle_half(round, coordinator):
    for stage in ["not_yet", "started", "started", "usual", "usual", "others_could_learn"]:
        signed_off(round, stage)
    actions.close_round(round, by=coordinator)
    bands = Band.objects.filter(round=round)
    assert {(band.lowest, band.highest, band.organisations) for band in bands} == {("started", "usual", 6)}
    assert bands.count() == 2


def test_five_organisations_leave_no_band(round, coordinator):
    for _ in range(5):
        signed_off(round, "started")
    actions.close_round(round, by=coordinator)
    assert not Band.objects.exists()


def test_what_a_newcomer_says_changes_nothing(round, coordinator):
    """Otherwise the newcomer could subtract: the band with them, less the band without."""
    for _ in range(6):
        signed_off(round, "started")
    actions.close_round(round, by=coordinator)
    before = list(Band.objects.values())
    newcomer = signed_off(round, "others_could_learn")
    Answer.objects.filter(assessment=newcomer).update(stage="not_yet")
    actions.close_round(round, by=coordinator)
    assert list(Band.objects.values()) == before


def test_what_is_changed_after_the_round_changes_nothing(round, coordinator):
    assessments = [signed_off(round, "started") for _ in range(6)]
    actions.close_round(round, by=coordinator)
    before = list(Band.objects.values())
    statement = statements_in(assessments[0])[0]
    Answer.objects.create(assessment=assessments[0], statement=statement, version=2, stage="not_yet")
    actions.close_round(Round.objects.get(pk=round.pk), by=coordinator)
    assert list(Band.objects.values()) == before


def test_drafts_are_not_in_a_band(round, coordinator):
    for _ in range(5):
        signed_off(round, "started")
    draft = signed_off(round, "started")
    draft.signed_off_at = None
    draft.save()
    actions.close_round(round, by=coordinator)
    assert not Band.objects.exists()


def test_a_trust_of_many_departments_is_one_organisation_in_a_band(round, coordinator):
    for _ in range(5):
        signed_off(round, "started")
    trust = OrganisationFactory(partnership=round.partnership)
    for _ in range(4):
        signed_off(round, "started", organisation=trust, unit=UnitFactory(organisation=trust))
    actions.close_round(round, by=coordinator)
    assert set(Band.objects.values_list("organisations", flat=True)) == {6}


def test_organisations_that_were_not_asked_are_not_in_a_band(round, coordinator):
    for _ in range(5):
        signed_off(round, "started")
    stranger = signed_off(round, "started")
    Place.objects.filter(organisation=stranger.organisation).delete()
    actions.close_round(round, by=coordinator)
    assert not Band.objects.exists()


def test_everything_a_coordinator_does_is_on_the_record(round, coordinator):
    asked = ask(round, coordinator)
    place = asked.places.first()
    actions.extend(round, by=coordinator, due_on=round.due_on)
    actions.nudge(place, by=coordinator)
    note = actions.say_stuck(place, by=coordinator, text="A room")
    actions.settle(note, by=coordinator)
    asking.take_back(asked, by=coordinator)
    actions.close_round(round, by=coordinator)
    events = set(Entry.objects.values_list("event", flat=True))
    assert {
        "round.opened",
        "round.organisations_asked",
        "round.extended",
        "round.nudged",
        "round.stuck",
        "round.stuck_settled",
        "round.list_taken_back",
        "round.closed",
        "organisation.added",
        "invitation.withdrawn",
    } <= events


def test_a_stage_is_what_the_models_call_it():
    """The rules know no database, so this holds their words to it."""
    assert set(rules.LADDER) == {Stage.NOT_YET, Stage.STARTED, Stage.USUAL, Stage.OTHERS_COULD_LEARN}
    assert rules.SMALLEST_POOL == Band.FEWEST
