"""What a person sends with each page's form, filled in rightly, so that only access can stand in the way."""

import datetime
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hub.organisations.models import Invitation
from hub.organisations.rules import hash_of
from hub.organisations.tests.factories import a_png
from hub.stocktakes.queries import Draft
from hub.stocktakes.tests.factories import a_word_document
from hub.submissions.queries import recent_periods
from hub.submissions.tests.factories import a_document
from hub.ties.models import Undoing
from tests.access.world import LATER, SOON, TODAY, YEAR


def once(**values):
    return {"once": str(uuid.uuid4())} | values


def a_day(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def nothing(world, place):
    return {}


def an_answer(world, **values):
    prefix = f"s{world.toolkit['statement'].pk}"
    answer = {"version": 1, "stage": "usual", "confidence": "", "evidence": "New words", "in_the_way": ""}
    return {f"{prefix}-{name}": value for name, value in (answer | values).items()}


def heard(world, place):
    return {"heard-staff": 3, "heard-service_users": 2, "heard-carers": 1, "heard-not_heard": "Young people"}


def code(world, place):
    """The letter's code is known to nobody afterwards, so a known one is put in its place."""
    invitation = place["invitation"]
    type(invitation).objects.filter(pk=invitation.pk).update(code_hash=hash_of("BCDF-GHJK", invitation.public_id))
    return {"code": "BCDF-GHJK"}


def a_look(world, place):
    colours = {"brand_colour": "#123456", "action_colour": "#123456"}
    return {"name": "Example North", "place": "North", "licence": "ask_us", "step": "save"} | colours


def used_up(world, place):
    """Only a code that does not work any more is replaced."""
    long_ago = place["invitation"].sent_at.replace(year=2020)
    type(place["invitation"]).objects.filter(pk=place["invitation"].pk).update(tries=5, sent_at=long_ago)
    return {}


def sent_long_ago(world, place):
    """No letter follows another within minutes."""
    Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(days=1))
    return {}


def start(world, place):
    part = place.unit.pk if place.unit else "new"
    name = {} if place.unit else {"name": "New part"}
    chosen = {"organisation": place.organisation.pk, "part": part, "edition": world.toolkit["edition"].pk}
    return chosen | name | {"audience": "providers", "year": YEAR}


def signed_off(world, place):
    place["assessment"].answers.update(needs_review=False)
    return {"sharing": "only_us"}


def signed_off_already(world, place):
    type(place["assessment"]).objects.filter(pk=place["assessment"].pk).update(
        signed_off_at=place["assessment"].started_at
    )
    return {}


def a_change(world, place):
    return {"title": "A clearer promise", "inequality": "As before", "seen": place["pledge"].commitment.version}


def a_figure(world, place):
    start = f"measure{place['measure'].pk}"
    # The form has both its own name and the measure's in front of its boxes.
    figure = {"numerator": 20, "denominator": 40, "unknown": "", "value": "", "source": "Our books"} | a_day(
        "on", TODAY
    )
    return {f"{start}-{name}": value for name, value in (figure | once()).items()}


def a_measure(world, place):
    asked = {"name": "pairs of mentors", "unit": "", "counting": "things", "direction": "up"}
    return (
        once()
        | asked
        | {"start_value": "3", "target_value": "25"}
        | a_day("start_on", TODAY)
        | a_day("target_by", SOON)
    )


def a_list(world, place):
    row = "Example Newcomers, new@newcomers.example, charity, provides".replace(", ", "\t")
    return {"key": str(uuid.uuid4()), "list": row, "step": "send"}


def a_round(world, place):
    asked = {"partnership": world.north.pk, "edition": world.toolkit["older"].pk, "title": "Another", "year": YEAR}
    return once() | asked | a_day("due_on", SOON)


def service_of(place):
    return f"{place.organisation.pk}-{place.unit.pk}" if place.unit else str(place.organisation.pk)


def a_data_round(world, place):
    asked = {"kind": "round", "title": "Spring", "period": recent_periods(TODAY)[0]}
    chosen = {"stages": ["referred"], "lists": ["sex"], "services": [service_of(place)]}
    return once() | asked | chosen | a_day("due_on", SOON)


def a_file_of_counts(world, place):
    file = SimpleUploadedFile("submission.json", a_document(completed=3).text().encode())
    return {"service": service_of(place), "readers": "only_us", "file": file}


def a_typed_table(world, place):
    what = {"period": recent_periods(TODAY)[0], "list": "sex", "stages": ["referred"]}
    return what | {"service": service_of(place), "readers": "only_us", "n-F-referred": "4", "n-not_known-referred": "1"}


def untied(world, place):
    """Tying what is tied already would change nothing."""
    Undoing.objects.create(tie=place["action"].commitment.ties.standing().get(pledge=place["pledge"]))
    return {}


def last_year(world, place):
    """Before the year of any other."""
    first, last = datetime.date(YEAR - 3, 1, 1), datetime.date(YEAR - 3, 12, 31)
    return once(year=YEAR - 3) | a_day("starts_on", first) | a_day("ends_on", last)


def a_number(world, place):
    """The form has both its own name and the measure's in front of its boxes."""
    start = f"measure{place[MEASURE_OF_ACTION].pk}"
    figure = once() | {"value": 20, "source": "Our books"} | a_day("on", TODAY)
    return {f"{start}-{name}": value for name, value in figure.items()}


MEASURE_OF_ACTION = "action's measure"
FORMS = {
    "accounts:sign_out_everywhere": nothing,
    "account_logout": nothing,
    "organisations:join": code,
    "organisations:send_new_code": used_up,
    "organisations:change_look": a_look,
    "organisations:change_logo": lambda world, place: {"logo": SimpleUploadedFile("logo.png", a_png())},
    "organisations:show_people": lambda world, place: once() | {"email": "more@own.example", "kind": "board"},
    "organisations:take_back_invitation": nothing,
    "organisations:send_again": sent_long_ago,
    "organisations:end_role": nothing,
    "organisations:you": lambda world, place: {"name": "Another name"},
    "organisations:erase_me": lambda world, place: {"sure": "on"},
    "toolkit:give_feedback": lambda world, place: once() | {"text": "Is this still so?"},
    "toolkit:reply_to_feedback": lambda world, place: once() | {"kind": "read", "reason": ""},
    "assessments:start": start,
    "assessments:section": lambda world, place: an_answer(world) | heard(world, place) | {"then": "stay"},
    "assessments:save_answer": lambda world, place: an_answer(world),
    "assessments:save_heard": heard,
    "assessments:settle": lambda world, place: {"version": 1, "stage": "usual", "evidence": "Both", "in_the_way": ""},
    "assessments:sign_off": signed_off,
    "assessments:approve": signed_off,
    "assessments:reopen": signed_off_already,
    "assessments:sharing": lambda world, place: {"sharing": "partnership"},
    "assessments:carry_on": lambda world, place: {"edition": world.toolkit["edition"].pk, "year": YEAR + 1},
    "assessments:invite_colleague": lambda world, place: once() | {"email": "more@own.example", "kind": "colleague"},
    "assessments:take_back_invitation": nothing,
    "assessments:send_again": sent_long_ago,
    "assessments:end_role": nothing,
    "assessments:share_practice": lambda world, place: {"text": "We book by phone", "sharing": "partnership"},
    "assessments:withdraw_practice": nothing,
    "assessments:voices_at": lambda world, place: (
        once() | {"speaker": "staff", "people": 2, "text": "It is better now"}
    ),
    "assessments:share_voices": lambda world, place: {"choice": "us", "understood": "on"},
    "assessments:erase_voice": nothing,
    "assessments:make_link": lambda world, place: (
        once() | {"purpose": "section", "section": world.toolkit["section"].pk, "speaker": "staff", "days": 30}
    ),
    "assessments:revoke_link": nothing,
    "assessments:erase_words": nothing,
    "assessments:erase_contributor": nothing,
    "assessments:contribute": lambda world, place: {
        f"s{world.toolkit['statement'].pk}-stage": "started",
        f"s{world.toolkit['statement'].pk}-text": "Something new",
    },
    "pledges:make_pledge": lambda world, place: once(title="A promise", year=YEAR),
    "pledges:change_pledge": a_change,
    "pledges:hand_over": lambda world, place: once(to=place.people["colleague"].pk, owner_role="Manager"),
    "pledges:carry_on": lambda world, place: once() | a_day("due_on", SOON),
    "pledges:choose_sharing": lambda world, place: once(sharing="partnership"),
    "pledges:publish": lambda world, place: once(sharing="partnership"),
    "pledges:ask_approvers": nothing,
    "pledges:report_progress": lambda world, place: once(stage="moving", happened="It began"),
    "pledges:correct_update": lambda world, place: once(stage="started", happened="It only began"),
    "pledges:erase_words": nothing,
    "pledges:add_measure": a_measure,
    "pledges:set_target": lambda world, place: once(value="60") | a_day("by", SOON),
    "pledges:add_reading": a_figure,
    "pledges:correct_reading": a_figure,
    "pledges:turn_measure": lambda world, place: once(direction="down"),
    "pledges:end_measure": nothing,
    "pledges:ask_about_pledge": lambda world, place: once(text="Who has done this?"),
    "pledges:make_ask": lambda world, place: once(text="Who has done this?"),
    "pledges:offer_help": lambda world, place: once(text="An hour on the phone"),
    "pledges:close_ask": lambda world, place: once(came_of_it="We found somebody"),
    "pledges:take_step": lambda world, place: once(words="Yes please"),
    "submissions:open_round": a_data_round,
    "submissions:close_round": nothing,
    "submissions:send_file": a_file_of_counts,
    "submissions:type_figures": a_typed_table,
    "submissions:send": nothing,
    "submissions:take_back": nothing,
    "submissions:choose_readers": lambda world, place: {"readers": "analysts"},
    "findings:make_pledge": lambda world, place: once(service=service_of(place)),
    "findings:answer_finding": lambda world, place: once(text="We count in another way now"),
    "findings:write_narrative": lambda world, place: once(text="We advertise senior posts outside now"),
    "findings:show_suggestions": lambda world, place: once(
        partnership=world.north.pk,
        measure="completion",
        characteristic="",
        statement_key=world.toolkit["statement"].key,
        reason="Because it helps",
    ),
    "findings:end_suggestion": nothing,
    "findings:ask_release": lambda world, place: once(),
    "findings:approve_release": nothing,
    "findings:decline_release": lambda world, place: {"words": "Too short a time"},
    "findings:answer_release": lambda world, place: once(text="We ask everybody now"),
    "findings:withdraw_release": lambda world, place: {"words": "It was counted twice"},
    "programme:start_programme": lambda world, place: once(title="Fair parks", report_every_weeks=13),
    "programme:change_programme": lambda world, place: once(title="Fair parks", report_every_weeks=13),
    "programme:publish_programme": nothing,
    "programme:add_part": lambda world, place: once(title="As a neighbour"),
    "programme:import_sheet": lambda world, place: {"rows": '[["What", "Title"], ["strand", "As a friend"]]'},
    "programme:change_action": lambda world, place: {"seen": place["action"].commitment.version, "title": "Benches"},
    "programme:tie_action": lambda world, place: {"goes_with": ""},
    "programme:change_part": lambda world, place: {
        "title": "Fair parks",
        "strand": place["programme's area"].strand_id,
        "seen": place["programme's area"].programme.rewordings.filter(what="area").count(),
    },
    "programme:follow_at_work": lambda world, place: once(
        topic="champions", area=place["programme's area"].pk, name="Fairness champions", kind="number"
    ),
    "programme:report_decision": lambda world, place: once(stage="moving", happened="It began"),
    "programme:hand_over_decision": lambda world, place: once(to=place.people["colleague"].pk, owner_role="Manager"),
    "programme:report_progress": lambda world, place: once(stage="moving", happened="It began"),
    "programme:say_still_true": nothing,
    "programme:correct_update": lambda world, place: once(stage="started", happened="It only began"),
    "programme:see_differently": lambda world, place: once(words="We see it differently"),
    "programme:name_deputy": lambda world, place: once(person=place.people["colleague"].pk),
    "programme:hand_over": lambda world, place: once(to=place.people["colleague"].pk, owner_role="Manager"),
    "programme:ask_for_help": lambda world, place: once(text="Who has done this?"),
    "programme:ask_question": lambda world, place: once(words="Why is it late?"),
    "programme:add_measure": a_measure,
    "programme:add_reading": a_number,
    "programme:correct_reading": a_number,
    "programme:set_target": lambda world, place: once(value="60") | a_day("by", SOON),
    "programme:end_measure": nothing,
    "programme:add_seat": lambda world, place: once(speaks_for="Families"),
    "programme:plan_meeting": lambda world, place: once() | a_day("on", SOON),
    "programme:keep_minutes": lambda world, place: once(minutes="We spoke"),
    "programme:decide": lambda world, place: once(words="Ask again", about=place["action"].commitment_id),
    "ties:tie": untied,
    "ties:undo": nothing,
    "programme:approve_minutes": nothing,
    "programme:reply_to_question": lambda world, place: once(words="Because of the roof"),
    "programme:ask_again": lambda world, place: once(words="Which roof?"),
    "programme:close_question": nothing,
    "stocktakes:open_stocktake": last_year,
    "stocktakes:gather_again": nothing,
    "stocktakes:write_part": lambda world, place: {"seen": 0, "said": "We said a lot"},
    "stocktakes:approve": lambda world, place: {"seal": Draft(place["stocktake"]).seal, "read": "on"},
    "stocktakes:retract": lambda world, place: {"why": "A figure was wrong"},
    "stocktakes:make_pack": nothing,
    "stocktakes:pack_stocktake": nothing,
    "stocktakes:stop_pack": nothing,
    "stocktakes:change_template": lambda world, place: {
        "template": SimpleUploadedFile("council.docx", a_word_document())
    },
    "home:say_stuck": lambda world, place: once(text="We need a room"),
    "home:open_round": a_round,
    "home:invite_organisations": a_list,
    "home:extend_round": lambda world, place: {"reason": "Half-term"} | a_day("due_on", LATER),
    "home:nudge_everybody": nothing,
    "home:close_round": nothing,
    "home:take_back_list": nothing,
    "home:extend_place": lambda world, place: {"reason": "Half-term"} | a_day("due_on", LATER),
    "home:nudge_place": nothing,
    "home:settle_note": nothing,
}
# These change nothing that anybody would look for on the record.
LEAVE_NO_TRACE = {
    "account_login": "asks for a code by e-mail",
    "account_request_login_code": "asks for a code by e-mail",
    "account_confirm_login_code": "needs the code that was sent; the tests of signing in send it",
    "mfa_login_webauthn": "needs a passkey; the browser's tests have one",
    "mfa_authenticate": "needs a sign-in that is half done; the tests of signing in have one",
    "mfa_reauthenticate": "needs an app; the tests of signing in have one",
    "mfa_reauthenticate_webauthn": "needs a passkey; the browser's tests have one",
    "mfa_activate_totp": "needs an app; the tests of signing in have one",
    "mfa_deactivate_totp": "needs an app; the tests of signing in have one",
    "mfa_generate_recovery_codes": "needs an app; the tests of signing in have one",
    "mfa_add_webauthn": "needs a passkey; the browser's tests have one",
    "mfa_edit_webauthn": "needs a passkey; the browser's tests have one",
    "mfa_remove_webauthn": "needs a passkey; the browser's tests have one",
    "core:display": "sets a cookie",
    "pledges:choose_measure": "only leads to the next page",
    "programme:choose_measure": "only leads to the next page",
    "demo:become": "answers in the demonstration only; its own tests go there",
    "assessments:who_is_here": "is forgotten after two minutes",
    "assessments:erase_own": "needs the cookie of somebody who said something; its own tests have it",
    "assessments:start_afresh": "takes a cookie away",
}
