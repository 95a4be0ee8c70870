"""Forums: an agenda drawn from the record, who came, what was agreed, and minutes that are approved."""

import uuid

import pytest
from django.urls import reverse

from hub.commitments.models import Commitment, Reading
from hub.commitments.tests.factories import AskFactory, MeasureFactory, TargetFactory, UpdateFactory, somebody
from hub.programme.models import Challenge, Decision, Forum, Meeting, Seat
from hub.programme.queries.meetings import agenda_for, for_planning
from hub.programme.tests.factories import (
    ActionFactory,
    ForumFactory,
    ProgrammeFactory,
    days_ago,
    moment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum():
    return ForumFactory(programme=ProgrammeFactory())


@pytest.fixture
def chair(forum):
    return seated(forum, "the neighbourhood", is_chair=True)


def seated(forum, speaks_for, **fields):
    """Somebody of the partnership with a seat."""
    person = somebody("colleague", forum.programme.organisation)
    Seat.objects.create(forum=forum, speaks_for=speaks_for, holder=person, **fields)
    return person


def address(name, thing):
    return reverse(f"programme:{name}", args=[thing.pk])


def send(client, name, thing, **typed):
    return client.post(address(name, thing), {"once": str(uuid.uuid4())} | typed)


def a_day(day):
    return {"on-day": day.day, "on-month": day.month, "on-year": day.year}


def plan(client, forum, day=None):
    send(client, "plan_meeting", forum, **a_day(day or days_ago(1)))
    return Meeting.objects.get(on=day or days_ago(1))


def action_of(forum, **fields):
    action = ActionFactory(area__programme=forum.programme, **fields)
    action.forums.add(forum)
    return action


def test_the_agenda_holds_what_is_asked_in_trouble_due_or_new_and_nothing_else(forum):
    late, asked, helped, due, aimed, new, quiet, elsewhere = (action_of(forum) for _ in range(8))
    elsewhere.forums.clear()
    dates = ((late, days_ago(2)), (due, days_ago(-50)), (quiet, days_ago(-60)))
    for action, day in dates:
        Commitment.objects.filter(pk=action.commitment_id).update(due_on=day)
    TargetFactory(measure__commitment=aimed.commitment, by=days_ago(-10))
    AskFactory(commitment=helped.commitment, organisation=forum.programme.organisation)
    for action in (late, due, aimed, quiet):
        UpdateFactory(commitment=action.commitment, stage="moving", stands_at=moment(40))
    for action in (new, elsewhere):
        UpdateFactory(commitment=action.commitment, stage="moving", stands_at=moment(3))
    Challenge.objects.create(action=asked, words="Why?")
    [planned] = for_planning(Forum.objects.filter(pk=forum.pk))
    agenda = agenda_for(planned, since=days_ago(10))
    found = {heading: [row.action for row in rows] for heading, rows in agenda.items()}
    assert found == {"asked": [asked], "help": [helped], "troubled": [late], "due": [due, aimed], "news": [new]}


def test_what_was_agreed_is_on_the_table_of_the_next_meeting_until_it_is_done(client, forum, chair):
    client.force_login(chair)
    send(client, "decide", plan(client, forum), words="Write to the minister", owner=chair.pk)
    following = plan(client, forum, days_ago(-20))
    assert "Write to the minister" in client.get(following.get_absolute_url()).text
    UpdateFactory(commitment=Decision.objects.get().commitment, stage="kept")
    assert "Write to the minister" not in client.get(following.get_absolute_url()).text


def test_what_was_on_the_table_stays_when_actions_move_on(client, forum, chair):
    action = action_of(forum)
    UpdateFactory(commitment=action.commitment, stage="stuck", help_wanted="A room", stands_at=moment(1))
    client.force_login(chair)
    meeting = plan(client, forum)
    UpdateFactory(commitment=action.commitment, stage="kept")
    assert list(meeting.agenda.all()) == [action]


def test_a_meeting_that_was_held_is_a_beat_of_the_forum_s_rhythm(client, forum, chair):
    forum.rhythm = MeasureFactory(commitment=forum.commitment, kind="cadence", every_weeks_to=8, counting="")
    forum.save()
    client.force_login(chair)
    meeting = plan(client, forum)
    for words in ("We spoke of ramps", "We spoke of ramps and benches"):
        send(client, "keep_minutes", meeting, minutes=words, came=[forum.seats.get().pk])
    assert Reading.objects.get().on == meeting.on
    assert "On course" in client.get(forum.work_address).text


def test_seats_that_stayed_empty_are_in_sight(client, forum, chair):
    Seat.objects.create(forum=forum, speaks_for="disabled staff")
    client.force_login(chair)
    meeting = plan(client, forum)
    came = [forum.seats.get(holder=chair).pk]
    send(client, "keep_minutes", meeting, minutes="We spoke", came=came, missing="Young people")
    text = client.get(meeting.get_absolute_url()).text
    assert "disabled staff: the seat is kept" in text
    assert "Young people" in text


def test_only_who_was_there_approves_and_changed_minutes_are_approved_anew(client, forum, chair):
    came, stayed = seated(forum, "families"), seated(forum, "shops")
    client.force_login(chair)
    meeting = plan(client, forum)
    seats = [seat.pk for seat in forum.seats.filter(holder__in=[chair, came])]
    send(client, "keep_minutes", meeting, minutes="We spoke of ramps", came=seats)
    client.force_login(stayed)
    assert client.post(address("approve_minutes", meeting)).status_code == 404
    client.force_login(came)
    client.post(address("approve_minutes", meeting))
    client.post(address("approve_minutes", meeting))
    assert "1 person who was there approved" in client.get(meeting.get_absolute_url()).text
    client.force_login(chair)
    send(client, "keep_minutes", meeting, minutes="We spoke of benches", came=seats)
    assert "Nobody who was there has approved" in client.get(meeting.get_absolute_url()).text


def test_what_was_agreed_is_found_from_the_meeting_and_from_the_action(client, forum, chair):
    action = action_of(forum)
    Challenge.objects.create(action=action, words="Why?")
    client.force_login(chair)
    meeting = plan(client, forum)
    send(client, "decide", meeting, words="Ask the builders again", about=action.commitment_id)
    assert "Ask the builders again" in client.get(meeting.get_absolute_url()).text
    text = client.get(action.get_absolute_url()).text
    assert "Ask the builders again" in text
    assert meeting.get_absolute_url() in text


def test_an_agreement_that_stands_by_itself_has_an_owner(client, forum, chair):
    client.force_login(chair)
    meeting = plan(client, forum)
    assert "Choose who looks after it" in send(client, "decide", meeting, words="Write to the minister").text
    send(client, "decide", meeting, words="Write to the minister", owner=chair.pk, owner_role="Chair")
    assert Decision.objects.get().commitment.owner == chair


def test_two_meetings_on_one_day_are_one_too_many(client, forum, chair):
    client.force_login(chair)
    plan(client, forum)
    page = send(client, "plan_meeting", forum, **a_day(days_ago(1)))
    assert "There is a meeting on that day already" in page.text


def test_a_member_reads_but_only_the_chair_keeps(client, forum, chair):
    meeting = Meeting.objects.create(forum=forum, on=days_ago(1))
    client.force_login(seated(forum, "families"))
    assert client.get(meeting.get_absolute_url()).status_code == 200
    for name, thing in (("plan_meeting", forum), ("add_seat", forum), ("keep_minutes", meeting), ("decide", meeting)):
        assert client.get(address(name, thing)).status_code == 404


def test_a_meeting_is_for_the_partnership_only(client, forum):
    meeting = Meeting.objects.create(forum=forum, on=days_ago(1), minutes="A quiet word")
    assert client.get(meeting.get_absolute_url()).status_code == 302
    client.force_login(somebody("board", partnership=ProgrammeFactory().partnership))
    assert client.get(meeting.get_absolute_url()).status_code == 404
