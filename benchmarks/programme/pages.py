"""The pages of a large programme: those that everybody reads, and those that people work with."""

from django.urls import reverse

from benchmarks.programme.world import PROGRAMME, SLUG
from benchmarks.web.pages import Page
from hub.commitments.models import Measure
from hub.programme.models import Action, Challenge, Forum, KeyTarget, Meeting, Programme

HERE = [SLUG, PROGRAMME]


def pages():
    return [Page(name, "anybody", address, True) for name, address in public()] + [
        Page(name, who, address, True) for name, who, address in work()
    ] + downloads()  # fmt: skip


def public():
    action = Action.objects.select_related("area").get(key="action-1")
    area, target = action.area.slug, KeyTarget.objects.select_related("area").get(key="target-1")
    actions, targets = at("list_actions", *HERE), at("list_targets", *HERE)
    return [
        ("Programmes", at("list_programmes", SLUG)),
        ("Programme", at("show_programme", *HERE)),
        ("Strand", at("show_strand", *HERE, "strand-1")),
        ("Area", at("show_area", *HERE, area)),
        ("Action", at("show_action", *HERE, area, action.key)),
        ("Key target", at("show_target", *HERE, target.area.slug, target.key)),
        ("Actions", actions),
        ("Actions, page 20", f"{actions}?page=20"),
        ("Actions, late ones", f"{actions}?standing=late"),
        ("Actions at risk for a group", f"{actions}?standing=at_risk&group=group-1"),
        ("Actions of a strand", f"{actions}?strand=strand-1"),
        ("Actions of an owner", f"{actions}?owner=Head of service 1"),
        ("Actions, a characteristic", f"{actions}?characteristic=age"),
        ("Key targets", targets),
        ("Key targets, page 80", f"{targets}?page=80"),
        ("Outcomes", at("list_outcomes", *HERE)),
        ("People at work", at("show_people_at_work", *HERE)),
        ("Forums", at("list_forums", *HERE)),
        ("Forum", at("show_forum", *HERE, "forum-1")),
    ]


def work():
    programme, action = Programme.objects.get(), Action.objects.get(key="action-1")
    forum = Forum.objects.get(slug="forum-1")
    meeting, question = Meeting.objects.filter(forum=forum).first(), Challenge.objects.get(action=action)
    measure = Measure.objects.filter(key_targets__actions=action).first()
    about = [
        ("Report", "report_progress"),
        ("See it differently", "see_differently"),
        ("Hand it over", "hand_over"),
        ("Name a deputy", "name_deputy"),
        ("Choose a measure", "choose_measure"),
    ]
    return [
        ("What one looks after", "lead", at("show_work")),
        ("What the board asks", "board", at("show_work")),
        ("What is coordinated", "coordinator", at("show_work")),
        ("Questions", "board", at("list_questions")),
        ("A question", "lead", at("read_question", question.pk)),
        ("An action, its owner", "lead", at("read_action", action.pk)),
        ("An action, the board", "board", at("read_action", action.pk)),
        ("An action, coordinated", "coordinator", at("read_action", action.pk)),
        *((name, "lead", at(page, action.pk)) for name, page in about),
        ("Add figures", "lead", at("add_reading", measure.pk)),
        ("Set a target", "lead", at("set_target", measure.pk)),
        ("Its figures", "lead", at("read_figures", action.pk)),
        ("What it said before", "lead", at("read_history", action.pk)),
        ("Build a programme", "coordinator", at("build_programme", programme.pk)),
        ("Build an area", "coordinator", at("build_area", action.area_id)),
        ("Change an area", "coordinator", at("change_part", programme.pk, "area", action.area_id)),
        ("Follow people at work", "coordinator", at("follow_at_work", programme.pk)),
        ("Tie an action", "coordinator", at("tie_action", action.pk)),
        ("Add an action", "coordinator", at("add_part", programme.pk, "action")),
        ("Change an action", "coordinator", at("change_action", action.pk)),
        ("A forum at work", "board", at("read_forum", forum.pk)),
        ("Plan a meeting", "board", at("plan_meeting", forum.pk)),
        ("A meeting", "board", at("read_meeting", meeting.pk)),
        ("Keep the minutes", "board", at("keep_minutes", meeting.pk)),
        ("Write down a decision", "board", at("decide", meeting.pk)),
    ]


def downloads():
    whole = Page("programme.json", "anybody", reverse("publishing:download_programmes"), False, True)
    tables = ("actions", "targets", "target-history", "target-readings", "outcomes", "people-at-work")
    return [whole] + [
        Page(f"{table}, CSV", "anybody", reverse("publishing:download_csv", args=[SLUG, table]), False, True)
        for table in tables
    ]


def at(name, *args):
    return reverse(f"programme:{name}", args=args)
