from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from equity.submission.workbook import template
from hub.core.access import allow
from hub.core.forms import send_once
from hub.organisations.models import Partnership
from hub.organisations.permissions import has_role, roles_of
from hub.submissions import actions, permissions, queries, words
from hub.submissions.forms import FileForm, ReadersForm, RoundForm, TableForm, WhatForm
from hub.submissions.models import ASKERS, WRITERS, Asked, DataRound, People, Submission

A_PAGE = 25
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@allow(permissions.sees_figures)
@require_safe
def show_figures(request):
    """What is asked of somebody, what they sent, and the rounds that they run."""
    mine = Submission.objects.visible_to(request.user).filter(taken_back_at=None)
    rounds = DataRound.objects.run_by(request.user)
    context = {
        "page_obj": Paginator(mine.select_related("organisation", "unit"), A_PAGE).get_page(request.GET.get("page")),
        "seats": queries.seats_waiting_for(request.user),
        "sends": has_role(request.user, *WRITERS),
        "rounds": queries.rounds_for_list(rounds)[:A_PAGE] if has_role(request.user, *ASKERS) else None,
    }
    return render(request, "submissions/show_figures.html", context)


@allow(permissions.asks_for_figures)
@read_or_send
def open_round(request):
    asks = roles_of(request.user).filter(kind__in=ASKERS).values("partnership")
    mine = Partnership.objects.of(request.user).filter(pk__in=asks).order_by("pk")
    chosen = request.GET.get("partnership", "")
    partnership = next((one for one in mine if one.slug == chosen), mine[0])
    people = _people(request)
    form = RoundForm(request.POST or None, partnership=partnership, people=people)
    if form.is_valid():
        return redirect(send_once(form, lambda: actions.open_round(partnership, by=request.user, **form.answers())))
    context = {"form": form, "partnership": partnership, "others": mine, "people": people, "kinds": People.choices}
    return render(request, "submissions/open_round.html", context)


def _people(request):
    """Whom figures are about, from the address or the form."""
    said = request.POST.get("people") or request.GET.get("people")
    return People.STAFF if said == People.STAFF else People.CLIENTS


@allow(permissions.runs_round)
@require_safe
def show_round(request, pk):
    round = _round(request, pk)
    page = Paginator(round.seats.select_related("organisation", "unit"), A_PAGE).get_page(request.GET.get("page"))
    asked = list(round.asked.all())
    seats = queries.seats_shown(list(page.object_list), round, asked)
    context = {
        "round": round,
        "page_obj": page,
        "seats": seats,
        "sent": sum(1 for one in seats if one.sent_at),
        "worth": sum(1 for one in seats if one.noticed),
        "stages": [words.stage_name(one.code) for one in asked if one.what == Asked.What.STAGE],
        "lists": [words.list_name(one.code) for one in asked if one.what == Asked.What.LIST],
    }
    return render(request, "submissions/show_round.html", context)


@allow(permissions.runs_round)
@require_POST
def close_round(request, pk):
    actions.close_round(_round(request, pk), by=request.user)
    return redirect("submissions:show_round", pk)


def _round(request, pk):
    return get_object_or_404(DataRound.objects.run_by(request.user).select_related("partnership"), pk=pk)


@allow(permissions.sends_figures)
@read_or_send
def send_file(request):
    services = queries.services_of(request.user)
    asked = {"service": request.GET["service"]} if request.GET.get("service") in services else {}
    form = FileForm(request.POST or None, request.FILES or None, services=services, initial=asked)
    if form.is_valid():
        way = Submission.Way.TEMPLATE if form.document.software == "the template" else Submission.Way.FILE
        return redirect(_drafted(request, form, form.document, way))
    return render(request, "submissions/send_file.html", {"form": form})


@allow(permissions.sends_figures)
@read_or_send
def type_figures(request):
    """First which table, then its boxes."""
    said = request.POST or request.GET
    people = _people(request)
    what = WhatForm(said if "period" in said else None, people=people)
    if not what.is_valid():
        context = {"form": what, "people": people, "kinds": People.choices}
        return render(request, "submissions/choose_table.html", context)
    form = TableForm(request.POST or None, services=queries.services_of(request.user), what=what.cleaned_data)
    # What was pasted is shown in its boxes once, before it is kept.
    if form.is_valid() and not form.cleaned_data["paste"]:
        return redirect(_drafted(request, form, form.document(), Submission.Way.TYPED))
    context = {
        "form": form,
        "what": what,
        "list": form.table.name,
        "period": what.cleaned_data["period"],
        "people": people,
        "was_pasted": form.is_bound and form.is_valid(),
    }
    return render(request, "submissions/type_figures.html", context)


def _drafted(request, form, document, way):
    service, readers = form.service_chosen(), form.cleaned_data["readers"]
    return actions.draft(service, document, by=request.user, way=way, readers=readers)


@allow(permissions.sends_figures)
@require_safe
def show_template(request):
    """The Excel template, for what the newest open round asks or else for what is usual."""
    people = _people(request)
    waiting = queries.seats_waiting_for(request.user)
    seat = next((seat for seat, _sent in waiting if seat.round.people == people), None)
    asked = list(seat.round.asked.all()) if seat else []
    lists = [one.code for one in asked if one.what == Asked.What.LIST] or words.USUAL_LISTS
    stages = [one.code for one in asked if one.what == Asked.What.STAGE] or words.USUAL_ABOUT[people]
    today = timezone.localdate()
    usual = queries.recent_years(today) if people == People.STAFF else []
    periods = [*usual, *queries.recent_periods(today)]
    first = [seat.round.period] if seat else []
    bands = words.PAY_BANDS[0] if people == People.STAFF else ""
    content = template(lists, words.stage_names(stages), list(dict.fromkeys([*first, *periods])), bands=bands)
    response = HttpResponse(content, content_type=EXCEL)
    name = "staff-by-group.xlsx" if people == People.STAFF else "counts-by-group.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@allow(permissions.reads_submission)
@require_safe
def read_submission(request, pk):
    visible = Submission.objects.visible_to(request.user).select_related("organisation__partnership", "unit", "made_by")
    submission = get_object_or_404(visible, pk=pk)
    may_change = Submission.objects.of_writers(request.user).filter(pk=pk).exists()
    opened = queries.opened(submission)
    chosen = request.GET.get("period", "")
    period = chosen if chosen in opened.periods else next(iter(opened.sheets), "")
    context = {
        "submission": submission,
        "opened": opened,
        "period": period,
        "sheets": [*opened.sheets.get(period, []), *opened.crossed.get(period, [])],
        "pay": opened.pay.get(period, []),
        "totals": [(words.stage_name(stage), value) for stage, value in opened.totals.get(period, {}).items()],
        "columns": [words.stage_name(stage) for stage in opened.stages],
        "counts": words.COUNTS.get(submission.counts, submission.counts),
        "may_change": may_change,
        "form": ReadersForm(initial={"readers": submission.readers}),
    }
    return render(request, "submissions/read_submission.html", context)


def _mine(request, pk):
    return get_object_or_404(Submission.objects.of_writers(request.user), pk=pk)


@allow(permissions.handles_submission)
@require_POST
def send(request, pk):
    submission = actions.send(_mine(request, pk), by=request.user)
    if submission.is_standing:
        messages.success(request, _("Sent. You can take it back whenever you like."))
    return redirect(submission)


@allow(permissions.handles_submission)
@require_POST
def take_back(request, pk):
    actions.take_back(_mine(request, pk), by=request.user)
    messages.success(request, _("Taken back. Its numbers are gone, and nothing counts them any more."))
    return redirect("submissions:show_figures")


@allow(permissions.handles_submission)
@require_POST
def choose_readers(request, pk):
    submission = _mine(request, pk)
    form = ReadersForm(request.POST)
    if form.is_valid():
        actions.choose_readers(submission, by=request.user, readers=form.cleaned_data["readers"])
        messages.success(request, _("Changed. From now on it is as you chose."))
    return redirect(submission)
