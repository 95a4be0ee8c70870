"""For every page with something in its address: which of a place's things is meant."""

import uuid

from django.urls import reverse

NOTHING = {
    int: 999_999,
    uuid.UUID: uuid.UUID(int=1),
    str: "nothing-like-it",
}
TOOLKIT = {
    "partnership": lambda world, place: place.organisation.partnership.slug,
    "chapter": lambda world, place: world.toolkit["chapter"].slug,
    "number": lambda world, place: 2,
    "older": lambda world, place: 1,
    "newer": lambda world, place: 2,
    "section": lambda world, place: world.toolkit["section"].number,
    "key": lambda world, place: world.toolkit["statement"].key,
    "pk": lambda world, place: place["feedback"].pk,
}
ASSESSMENT = {
    "pk": lambda world, place: place["assessment"].pk,
    "section": lambda world, place: world.toolkit["section"].pk,
    "statement": lambda world, place: world.toolkit["statement"].pk,
    "place": lambda world, place: place["seat"].pk,
    "answer": lambda world, place: place["answer"].pk,
    "set_aside": lambda world, place: place["set_aside"].pk,
    "practice": lambda world, place: place["practice"].pk,
    "voice": lambda world, place: place["voice"].pk,
    "link": lambda world, place: place["link"].pk,
    "contributor": lambda world, place: place["contributor"].pk,
    "token": lambda world, place: place["token"],
    "invitation": lambda world, place: place["invitation"].pk,
    "role": lambda world, place: place["role"].pk,
}
PLEDGE = {
    "pk": lambda world, place: place["pledge"].pk,
    "update": lambda world, place: place["update"].pk,
    "measure": lambda world, place: place["measure"].pk,
    "reading": lambda world, place: place["reading"].pk,
    "kind": lambda world, place: "number",
    "step": lambda world, place: "accepted",
}
HOME = {
    "pk": lambda world, place: place["round"].pk,
    "partnership": lambda world, place: place.organisation.partnership.slug,
    "organisation": lambda world, place: place.organisation.slug,
    "unit": lambda world, place: world.places["unit"].unit.slug,
}
PUBLIC = HOME | {
    "public_id": lambda world, place: place["pledge"].public_id,
    "table": lambda world, place: "pledges",
}
PUBLISHED = {"public_id": lambda world, place: place["public release"].public_id}


def thing(name):
    return {"pk": lambda world, place: place[name].pk}


ORGANISATIONS = {
    "partnership": lambda world, place: place.organisation.partnership.slug,
    "public_id": lambda world, place: place["invitation"].public_id,
    "invitation": lambda world, place: place["partner's invitation"].pk,
    "role": lambda world, place: place["partner"].pk,
    "digest": lambda world, place: place.organisation.partnership.logo_id,
}
PROGRAMME = {
    "partnership": lambda world, place: place.organisation.partnership.slug,
    "programme": lambda world, place: place["programme"].slug,
    "strand": lambda world, place: place["programme's area"].strand.slug,
    "area": lambda world, place: place["programme's area"].slug,
    "action": lambda world, place: place["action"].key,
    "target": lambda world, place: place["key target"].key,
    "forum": lambda world, place: place["forum"].slug,
    "community": lambda world, place: place["community"].slug,
    "pk": lambda world, place: place["action"].pk,
    "update": lambda world, place: place["action's update"].pk,
    "kind": lambda world, place: "number",
}
TIES = {
    "pk": lambda world, place: place["action"].commitment_id,
    "kind": lambda world, place: "pledge",
    "thing": lambda world, place: place["pledge"].pk,
    "tie": lambda world, place: place["tie"].pk,
}
STOCKTAKES = thing("stocktake") | {
    "partnership": lambda world, place: place.organisation.partnership.slug,
    "stocktake": lambda world, place: place["frozen stocktake"].slug,
    "part": lambda world, place: "whole",
    "path": lambda world, place: "stocktake.css",
    "kind": lambda world, place: "ics",
}
NAMESPACES = {
    "organisations": ORGANISATIONS,
    "toolkit": TOOLKIT,
    "assessments": ASSESSMENT,
    "pledges": PLEDGE,
    "programme": PROGRAMME,
    "ties": TIES,
    "stocktakes": STOCKTAKES,
    "home": HOME,
    "publishing": PUBLIC,
    "submissions": thing("submission"),
    "findings": thing("finding"),
}
FIXED = {"core:brand_stylesheet": "/brand/house-house.css"}
PAGES = {
    "mfa_edit_webauthn": {"pk": lambda world, place: 1},
    "mfa_remove_webauthn": {"pk": lambda world, place: 1},
    "pledges:read_ask": thing("ask"),
    "pledges:offer_help": thing("ask"),
    "pledges:close_ask": thing("ask"),
    "pledges:take_step": thing("offer"),
    "pledges:read_results": thing("assessment"),
    "programme:build_programme": thing("programme"),
    "programme:change_programme": thing("programme"),
    "programme:publish_programme": thing("draft"),
    "programme:add_part": thing("programme") | {"what": lambda world, place: "strand"},
    "programme:build_area": thing("programme's area"),
    "programme:change_part": thing("programme")
    | {"what": lambda world, place: "area", "part": lambda world, place: place["programme's area"].pk},
    "programme:follow_at_work": thing("programme"),
    "programme:read_decision": thing("decision"),
    "programme:report_decision": thing("decision"),
    "programme:hand_over_decision": thing("decision"),
    "programme:import_sheet": thing("programme"),
    "programme:empty_sheet": thing("programme"),
    "programme:add_reading": thing("action's measure"),
    "programme:correct_reading": thing("action's reading"),
    "programme:set_target": thing("action's measure"),
    "programme:end_measure": thing("action's measure"),
    "programme:read_forum": thing("forum"),
    "programme:add_seat": thing("forum"),
    "programme:plan_meeting": thing("forum"),
    "programme:read_meeting": thing("meeting"),
    "programme:keep_minutes": thing("meeting"),
    "programme:decide": thing("meeting"),
    "programme:approve_minutes": thing("meeting"),
    "programme:read_question": thing("question"),
    "programme:reply_to_question": thing("question"),
    "programme:ask_again": thing("question"),
    "programme:close_question": thing("question"),
    "stocktakes:open_stocktake": thing("programme"),
    "stocktakes:make_pack": thing("programme"),
    "stocktakes:retract": thing("frozen stocktake"),
    "stocktakes:read_pack": thing("pack"),
    "stocktakes:stop_pack": thing("pack"),
    "stocktakes:download": thing("pack"),
    "demo:become": {"slug": lambda world, place: "lead"},
    "findings:write_narrative": thing("pay gap"),
    "findings:end_suggestion": thing("suggestion"),
    "findings:read_follow": thing("follow"),
    "findings:read_release": thing("release"),
    "findings:approve_release": thing("release"),
    "findings:decline_release": thing("release"),
    "findings:answer_release": thing("release"),
    "findings:withdraw_release": thing("release"),
    "publishing:show_finding": PUBLISHED,
    "publishing:download_finding_csv": PUBLISHED,
    "publishing:download_finding_json": PUBLISHED,
    "submissions:show_round": thing("data_round"),
    "submissions:close_round": thing("data_round"),
    "home:say_stuck": thing("seat"),
    "home:take_back_list": thing("list"),
    "home:extend_place": thing("seat"),
    "home:nudge_place": thing("seat"),
    "home:settle_note": thing("note"),
}


def values(page, world, place):
    known = NAMESPACES.get(page.name.partition(":")[0], {}) | PAGES.get(page.name, {})
    return {name: known[name](world, place) for name in sorted(page.parameters)}


def address(page, world, whose):
    if page.name in FIXED:
        return FIXED[page.name]
    return reverse(page.url_name, kwargs=values(page, world, world.places[whose]))


def address_of_nothing(page, world):
    """The same page about something that is not there."""
    found = values(page, world, world.places["own"])
    return reverse(page.url_name, kwargs={name: NOTHING[type(value)] for name, value in found.items()})


def mixed_address(page, world):
    """Something of one's own, and in it something of another organisation's. None where that cannot be told apart."""
    own, other = (values(page, world, world.places[whose]) for whose in ("own", "other"))
    different = [name for name in own if own[name] != other[name]]
    if len(different) < 2 or "pk" not in different:
        return None
    return reverse(page.url_name, kwargs=other | {"pk": own["pk"]})
