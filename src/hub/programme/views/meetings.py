"""Forums: who sits in them, when they meet, and what they agree."""

from django.conf import settings
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.access import allow
from hub.core.forms import send_once
from hub.programme import permissions
from hub.programme.actions import meetings as actions
from hub.programme.forms.meetings import DecisionForm, FindForm, MeetingForm, MinutesForm, SeatForm
from hub.programme.models import Forum, Meeting
from hub.programme.queries import pages
from hub.programme.queries.meetings import (
    actions_on,
    agenda_for,
    for_planning,
    still_open,
    voices_missing,
    with_attendance,
)

A_PAGE = 25


@allow(permissions.reads_forum)
@require_safe
def read_forum(request, pk):
    forums = permissions.with_keeping(Forum.objects.of(request.user), request.user)
    forum = get_object_or_404(forums.select_related("programme__partnership"), pk=pk)
    meetings = with_attendance(forum.meetings.all()).order_by("-on", "-pk")
    [shown] = pages.forums_in_brief([forum], today=timezone.localdate())
    context = {
        "forum": forum,
        "programme": forum.programme,
        "seats": voices_missing(forum),
        "page_obj": Paginator(meetings, A_PAGE).get_page(request.GET.get("page")),
        "rhythm": shown.rhythm,
        "may_keep": forum.may_keep,
    }
    return render(request, "programme/read_forum.html", context)


@allow(permissions.keeps_forum)
@require_http_methods(["GET", "POST"])
def add_seat(request, pk):
    forum = _forum(request, pk)
    form = SeatForm(request.POST or None, people=permissions.people_of(forum.programme.partnership_id))
    if form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("speaks_for", "holder", "is_chair")}
        return redirect(send_once(form, lambda: _then(forum, actions.add_seat(forum, by=request.user, **typed))))
    return render(request, "programme/add_seat.html", {"form": form, "forum": forum})


@allow(permissions.keeps_forum)
@require_http_methods(["GET", "POST"])
def plan_meeting(request, pk):
    """The agenda is drawn from what is late, stuck, newly reported or asked since the forum last met."""
    forum = get_object_or_404(for_planning(permissions.forums_kept_by(request.user)), pk=pk)
    agenda = agenda_for(forum, since=forum.last_met)
    form = MeetingForm(request.POST or None, forum=forum)
    if form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("on", "place", "papers")}

        def plan():
            return actions.plan_meeting(forum, by=request.user, agenda=actions_on(agenda), **typed)

        return redirect(send_once(form, plan))
    return render(request, "programme/plan_meeting.html", {"form": form, "forum": forum, "agenda": agenda})


@allow(permissions.reads_meeting)
@require_safe
def read_meeting(request, pk):
    meetings = permissions.with_meeting_keeping(Meeting.objects.of(request.user), request.user)
    meeting = get_object_or_404(meetings.select_related("forum__programme__partnership"), pk=pk)
    attendances = list(meeting.attendances.select_related("seat__holder"))
    seal = actions.seal_of(meeting)
    approvals = list(meeting.approvals.filter(wording=seal).select_related("approved_by"))
    was_there = any(one.came and one.seat.holder_id == request.user.pk for one in attendances)
    context = {
        "meeting": meeting,
        "forum": meeting.forum,
        "programme": meeting.forum.programme,
        "came": [one.seat for one in attendances if one.came],
        "stayed_away": [one.seat for one in attendances if not one.came],
        "agenda": meeting.agenda.select_related("commitment", "area"),
        "still_open": [] if meeting.held_at else still_open(meeting.forum),
        "decisions": meeting.decisions.select_related("commitment__owner", "commitment__programme_action"),
        "approvals": approvals,
        "may_approve": was_there and request.user.pk not in {one.approved_by_id for one in approvals},
        "may_keep": meeting.may_keep,
    }
    return render(request, "programme/read_meeting.html", context)


@allow(permissions.keeps_meeting)
@require_http_methods(["GET", "POST"])
def keep_minutes(request, pk):
    meeting = _meeting(request, pk)
    seats = meeting.forum.seats.current()
    came = [one.seat_id for one in meeting.attendances.filter(came=True)]
    initial = {"came": came, "minutes": meeting.minutes, "missing": meeting.missing}
    form = MinutesForm(request.POST or None, seats=seats, initial=initial)
    if form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("came", "minutes", "missing")}
        return redirect(
            send_once(form, lambda: _then(meeting, actions.keep_minutes(meeting, by=request.user, **typed)))
        )
    return render(request, "programme/keep_minutes.html", {"form": form, "meeting": meeting})


@allow(permissions.keeps_meeting)
@require_http_methods(["GET", "POST"])
def decide(request, pk):
    """About an action on the agenda, about something found by its words, or about neither."""
    meeting = _meeting(request, pk)
    people = permissions.people_of(meeting.forum.programme.partnership_id)
    find = FindForm(request.GET if "find" in request.GET else None)
    found = import_string(settings.DECIDED_ABOUT)(meeting, request.user, find.wanted) if find.wanted else []
    on_the_agenda = meeting.agenda.values_list("commitment", "commitment__title")
    form = DecisionForm(
        request.POST or None,
        people=people,
        choices=list(dict([*found, *on_the_agenda]).items()),
        initial={"about": found[0][0]} if found else {},
    )
    if form.is_valid():
        typed = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        return redirect(send_once(form, lambda: _then(meeting, actions.decide(meeting, by=request.user, **typed))))
    context = {"form": form, "find": find, "found": found, "meeting": meeting}
    return render(request, "programme/decide.html", context)


@allow(permissions.was_at_meeting)
@require_POST
def approve_minutes(request, pk):
    meeting = get_object_or_404(Meeting.objects.attended_by(request.user).exclude(held_at=None), pk=pk)
    actions.approve(meeting, by=request.user)
    return redirect(meeting)


def _then(place, _done):
    return place.work_address if isinstance(place, Forum) else place.get_absolute_url()


def _forum(request, pk):
    return get_object_or_404(permissions.forums_kept_by(request.user).select_related("programme__partnership"), pk=pk)


def _meeting(request, pk):
    rows = Meeting.objects.kept_by(request.user).select_related("forum__programme__partnership", "forum__rhythm")
    return get_object_or_404(rows, pk=pk)
