"""Looking after an action: reporting, standing in, handing over, being asked."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.second_check import pass_second_check
from hub.audit.models import Entry
from hub.commitments.models import Ask, HandOver, Reading, Target, Update
from hub.commitments.tests.factories import (
    CommitmentFactory,
    MeasureFactory,
    ReadingFactory,
    UpdateFactory,
    somebody,
    told_by_group,
)
from hub.programme.models import Challenge, Decision, Deputy, Meeting
from hub.programme.tests.factories import (
    ActionFactory,
    ForumFactory,
    KeyTargetFactory,
    ProgrammeFactory,
    days_ago,
    moment,
)
from hub.programme.tests.test_public_pages import standings_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def owner(programme):
    return somebody("lead", programme.organisation, name="Olu Example")


@pytest.fixture
def action(programme, owner):
    return ActionFactory(area__programme=programme, commitment__owner=owner, commitment__owner_role="Head of reading")


def partner(programme, kind="colleague", **user):
    if kind in ("lead", "colleague"):
        return somebody(kind, programme.organisation, **user)
    return somebody(kind, partnership=programme.partnership, **user)


def sign_in(client, person):
    client.force_login(person)
    pass_second_check(client, person)


def address(name, thing, *more):
    return reverse(f"programme:{name}", args=[thing.pk, *more])


def send(client, name, thing, *more, **typed):
    return client.post(address(name, thing, *more), {"once": str(uuid.uuid4())} | typed)


def a_day(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def read(client, thing):
    return client.get(address("read_action", thing))


def test_the_owner_reports_in_one_answer(client, action, owner):
    client.force_login(owner)
    assert send(client, "report_progress", action, stage="moving").status_code == 302
    assert standings_on(read(client, action))[0] == "On course"
    assert Update.objects.get().made_by == owner


def test_pressing_twice_makes_one_update(client, action, owner):
    client.force_login(owner)
    form = {"once": str(uuid.uuid4()), "stage": "moving"}
    for _ in range(2):
        client.post(address("report_progress", action), form)
    assert Update.objects.count() == 1


def test_being_stuck_asks_the_group_and_puts_it_at_risk(client, action, owner):
    client.force_login(owner)
    send(client, "report_progress", action, stage="stuck", help_wanted="A room", asks_the_group="on")
    assert Ask.objects.get().commitment == action.commitment
    assert standings_on(read(client, action))[0] == "At risk"


def test_help_asked_for_an_action_is_offered_and_settled_like_any_other(client, action, owner):
    client.force_login(owner)
    send(client, "ask_for_help", action, text="Who has built a ramp?")
    ask = Ask.objects.get()
    assert "Who has built a ramp?" in client.get(f"/asks/{ask.pk}/").text
    assert "Who has built a ramp?" in client.get("/asks/").text
    client.post(f"/asks/{ask.pk}/close/", {"once": str(uuid.uuid4()), "came_of_it": "The library has"})
    assert "The library has" in read(client, action).text


def test_stuck_without_what_would_help_keeps_what_was_typed(client, action, owner):
    client.force_login(owner)
    page = send(client, "report_progress", action, stage="stuck", happened="The roof leaks")
    assert page.status_code == 200
    assert "Say what would help" in page.text
    assert "The roof leaks" in page.text
    assert not Update.objects.exists()


def test_still_true_counts_as_a_report(client, action, owner):
    UpdateFactory(commitment=action.commitment, stage="moving", stands_at=moment(120))
    client.force_login(owner)
    assert standings_on(read(client, action))[0].startswith("Not reported since")
    client.post(address("say_still_true", action))
    assert standings_on(read(client, action))[0] == "On course"


def test_still_true_says_nothing_where_nothing_was_said(client, action, owner):
    client.force_login(owner)
    client.post(address("say_still_true", action))
    assert not Update.objects.exists()


def test_evidence_counts_until_its_day(client, action, owner):
    client.force_login(owner)
    told = {"stage": "moving", "evidence": "A survey"}
    send(client, "report_progress", action, **told, **a_day("evidence_until", days_ago(1)))
    page = read(client, action)
    assert standings_on(page)[0] == "At risk"
    assert "Its evidence was good until" in page.text


def test_a_day_without_evidence_is_a_mistake(client, action, owner):
    client.force_login(owner)
    page = send(client, "report_progress", action, stage="moving", **a_day("evidence_until", days_ago(-9)))
    assert "Say what shows it, or leave the day empty" in page.text


def test_a_wrong_update_is_put_right_and_stays_in_sight(client, action, owner):
    wrong = UpdateFactory(commitment=action.commitment, stage="kept", happened="It is open")
    client.force_login(owner)
    send(client, "correct_update", action, wrong.pk, stage="moving", happened="It opens in May")
    assert wrong.corrected_by.happened == "It opens in May"
    assert standings_on(read(client, action))[0] == "On course"


def test_a_deputy_reports_until_the_day_that_was_agreed(client, action, owner):
    deputy = partner(action.area.programme, name="Dee Example")
    client.force_login(owner)
    send(client, "name_deputy", action, person=deputy.pk, **a_day("until", timezone.localdate()))
    client.force_login(deputy)
    assert send(client, "report_progress", action, stage="moving").status_code == 302
    Deputy.objects.update(until=days_ago(1))
    assert send(client, "report_progress", action, stage="moving").status_code == 404


def test_only_one_stands_in_at_a_time_and_nobody_after_none_is_chosen(client, action, owner):
    first, second = partner(action.area.programme), partner(action.area.programme)
    client.force_login(owner)
    for person in (first.pk, second.pk):
        send(client, "name_deputy", action, person=person)
    assert [one.person for one in action.deputies.current()] == [second]
    send(client, "name_deputy", action, person="")
    assert not action.deputies.current().exists()
    assert action.deputies.count() == 2


def test_handing_over_is_on_the_record_and_takes_effect_at_once(client, action, owner):
    other = partner(action.area.programme, name="Nia Example")
    client.force_login(owner)
    send(client, "hand_over", action, to=other.pk, owner_role="Head of places", words="The key is at the desk")
    assert HandOver.objects.get().from_owner == owner
    assert send(client, "report_progress", action, stage="moving").status_code == 404
    client.force_login(other)
    assert "The key is at the desk" in client.get(address("read_history", action)).text
    assert Entry.objects.filter(event="commitment.handed_over").exists()


def test_an_owner_who_left_reports_no_more_and_the_page_says_so(client, action, owner):
    coordinator = partner(action.area.programme, "coordinator")
    owner.roles.update(ended_at=timezone.now())
    client.force_login(owner)
    assert send(client, "report_progress", action, stage="moving").status_code == 404
    sign_in(client, coordinator)
    assert "has left" in read(client, action).text


def test_who_sees_it_differently_says_so_and_takes_it_back(client, action, owner):
    UpdateFactory(commitment=action.commitment, stage="stuck", help_wanted="A room", stands_at=moment(2))
    client.force_login(owner)
    send(client, "see_differently", action, words="The room is promised")
    assert "The room is promised" in read(client, action).text
    send(client, "see_differently", action, words="")
    assert "The room is promised" not in read(client, action).text


def test_somebody_of_another_partnership_finds_nothing(client, action):
    stranger = partner(ProgrammeFactory(), "board")
    client.force_login(stranger)
    assert read(client, action).status_code == 404
    assert send(client, "ask_question", action, words="Why?").status_code == 404


def test_the_board_asks_until_it_is_answered(client, action, owner):
    member = partner(action.area.programme, "board", name="Bo Example")
    client.force_login(member)
    send(client, "ask_question", action, words="Why is the ramp late?")
    question = Challenge.objects.get()
    client.force_login(owner)
    assert "The board asks you 1 question" in client.get("/programme/").text
    send(client, "reply_to_question", question, words="The steel came in May")
    assert "The board asks you" not in client.get("/programme/").text
    client.force_login(member)
    assert "Why is the ramp late?" in client.get("/programme/questions/").text
    send(client, "ask_again", question, words="And when will it open?")
    client.force_login(owner)
    assert "The board asks you 1 question" in client.get("/programme/").text
    client.force_login(member)
    client.post(address("close_question", question))
    assert "Why is the ramp late?" not in client.get("/programme/questions/").text
    assert "Why is the ramp late?" in client.get("/programme/questions/?answered=1").text


def test_a_colleague_neither_asks_for_the_board_nor_answers_for_the_owner(client, action):
    question = Challenge.objects.create(action=action, words="Why?")
    client.force_login(partner(action.area.programme))
    assert send(client, "ask_question", action, words="Why?").status_code == 404
    assert send(client, "reply_to_question", question, words="So").status_code == 404
    assert client.post(address("close_question", question)).status_code == 404


def test_figures_of_a_key_target_are_added_by_who_serves_it(client, action, owner):
    target = KeyTargetFactory(area=action.area)
    measure = target.measures.get()
    client.force_login(owner)
    assert client.get(address("add_reading", measure)).status_code == 404
    target.actions.add(action)
    figure = {f"measure{measure.pk}-value": "20", f"measure{measure.pk}-once": str(uuid.uuid4())}
    figure |= a_day(f"measure{measure.pk}-on", timezone.localdate())
    assert client.post(address("add_reading", measure), figure).status_code == 302
    assert Reading.objects.get().value == 20


def test_a_changed_target_says_why_and_the_old_one_stays(client, action, owner):
    measure = MeasureFactory(commitment=action.commitment, kind="number", counting="things")
    client.force_login(owner)
    send(client, "set_target", measure, value="20")
    assert send(client, "set_target", measure, value="25").status_code == 200
    send(client, "set_target", measure, value="25", reason="More came than we thought")
    assert [target.value for target in measure.targets.all()] == [25, 20]
    assert Target.objects.count() == 2


def test_what_wants_an_update_comes_first(client, action, owner):
    fresh = ActionFactory(area=action.area, commitment__owner=owner, commitment__title="Told yesterday")
    UpdateFactory(commitment=fresh.commitment, stands_at=moment(1))
    client.force_login(owner)
    text = client.get("/programme/").text
    assert text.index(action.commitment.title) < text.index("Told yesterday")
    assert text.count("Say how it is going") == 1


def test_a_wrong_figure_stays_in_sight_beside_the_right_one(client, action, owner):
    measure = MeasureFactory(commitment=action.commitment, kind="number", counting="things")
    wrong = ReadingFactory(measure=measure, value=200, numerator=None, denominator=None)
    client.force_login(owner)
    assert address("correct_reading", wrong) in client.get(address("read_figures", action)).text
    figure = {f"measure{measure.pk}-value": "20", f"measure{measure.pk}-once": str(uuid.uuid4())}
    figure |= a_day(f"measure{measure.pk}-on", timezone.localdate())
    assert client.post(address("correct_reading", wrong), figure).status_code == 302
    assert [one.value for one in measure.readings.current()] == [20]
    assert measure.readings.count() == 2
    assert client.get(address("correct_reading", wrong)).status_code == 404


def test_who_reports_on_it_reads_it_by_group_and_nobody_else(client, action, owner):
    told_by_group(MeasureFactory(commitment=action.commitment, counting="things"))
    target = KeyTargetFactory(area=action.area, measured_by="share")
    target.actions.add(action)
    told_by_group(target.measures.get())
    client.force_login(owner)
    page = client.get(address("read_figures", action))
    assert page.text.count("(7,731 of 8,187)") == 2
    assert "32%" in page.text
    for person in (partner(action.area.programme), partner(action.area.programme, "board")):
        sign_in(client, person)
        page = client.get(address("read_figures", action))
        assert "9,412" in page.text
        assert "over 60" not in page.text
    client.logout()
    public = reverse("programme:show_action", args=[*action.area.where, action.key])
    for there in (public, target.get_absolute_url(), action.area.get_absolute_url()):
        page = client.get(there)
        assert page.status_code == 200
        assert "over 60" not in page.text
        assert "7,731" not in page.text


def test_an_owner_says_it_by_group_with_an_update(client, action, owner):
    measure = MeasureFactory(commitment=action.commitment, counting="things")
    client.force_login(owner)
    typed = {"numerator": "10", "denominator": "100", "groups": "Women: 7 of 40\nMen: 3 of 60"}
    figure = {f"measure{measure.pk}-{name}": value for name, value in typed.items()}
    assert send(client, "report_progress", action, stage="moving", **figure).status_code == 302
    assert [(part.label, part.count, part.out_of) for part in measure.readings.get().groups] == [
        ("Women", 7, 40), ("Men", 3, 60),
    ]  # fmt: skip


def test_what_was_decided_about_no_action_is_reported_on_by_its_owner(client, action, owner):
    forum = ForumFactory(programme=action.area.programme)
    meeting = Meeting.objects.create(forum=forum, on=timezone.localdate(), held_at=timezone.now())
    agreed = CommitmentFactory(partnership=forum.programme.partnership, owner=owner, title="Ask the youth council")
    decision = Decision.objects.create(meeting=meeting, commitment=agreed, words="We ask the youth council")
    client.force_login(owner)
    assert "Ask the youth council" in client.get("/programme/").text
    assert send(client, "report_decision", decision, stage="kept", happened="They came").status_code == 302
    text = client.get(decision.get_absolute_url()).text
    assert "They came" in text
    assert "Done" in text
    assert "Ask the youth council" not in client.get("/programme/").text
    client.force_login(partner(action.area.programme))
    assert client.get(decision.get_absolute_url()).status_code == 200
    assert send(client, "report_decision", decision, stage="stopped", happened="No").status_code == 404


def test_a_page_for_work_asks_ten_questions_at_most_however_much_there_is(
    client, action, owner, django_assert_max_num_queries
):
    for number in range(30):
        own = ActionFactory(area=action.area, commitment__owner=owner)
        UpdateFactory(commitment=own.commitment, stands_at=moment(number))
        Challenge.objects.create(action=own, words="Why?")
    client.force_login(owner)
    for page in ("/programme/", "/programme/questions/", address("read_action", own)):
        with django_assert_max_num_queries(10):
            assert client.get(page).status_code == 200
