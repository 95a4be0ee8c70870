from datetime import date, timedelta

import pytest

from hub.home import rules

NOTHING = rules.Standing(has_begun=False, is_signed_off=False, pledges=0, updates_due=0, public_pledges=0)


def standing(**known):
    return rules.Standing(**{**vars(NOTHING), **known})


@pytest.mark.parametrize(
    ("where", "step"),
    [
        (NOTHING, "assess"),
        (standing(has_begun=True), "assess"),
        (standing(has_begun=True, pledges=2), "assess"),
        (standing(has_begun=True, is_signed_off=True), "choose"),
        (standing(has_begun=True, is_signed_off=True, pledges=2), "act"),
    ],
)
def test_there_is_always_one_step_at_which_an_organisation_is(where, step):
    assert rules.step_now(where) == step
    assert [name for name, state in rules.steps(where) if state == "now"] == [step]


def test_steps_before_the_present_one_are_done():
    states = [state for _name, state in rules.steps(standing(is_signed_off=True, pledges=1))]
    assert states == ["done", "done", "now", "", ""]


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(("days", "is_due"), [(0, False), (60, False), (61, True)])
def test_an_update_is_due_after_two_months(days, is_due):
    assert rules.update_is_due(stage="moving", moved_on=TODAY - timedelta(days=days), today=TODAY) is is_due


@pytest.mark.parametrize("stage", ["kept", "stopped"])
def test_a_pledge_that_has_ended_needs_no_more_news(stage):
    assert not rules.update_is_due(stage=stage, moved_on=TODAY - timedelta(days=900), today=TODAY)


def test_the_seats_of_those_not_heard_are_named():
    assert rules.may_need_somebody(staff=3, service_users=0, carers=0) == ["service_users", "carers"]
    assert rules.may_need_somebody(staff=1, service_users=2, carers=1) == []
