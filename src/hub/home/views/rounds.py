"""The coordinator's pages: open a round, ask organisations, see how far they are, help, close."""

import csv

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.assessments.models import InvitationList, Place, Round, StuckNote
from hub.assessments.rounds import actions, asking, queries
from hub.audit import record
from hub.core.access import allow
from hub.core.forms import send_once
from hub.core.spreadsheets import safe_cells
from hub.home import permissions
from hub.home.forms import ExtendForm, ListForm, RoundForm
from hub.organisations.models import Partnership

A_PAGE = 25
read_or_send = require_http_methods(["GET", "HEAD", "POST"])


@allow(permissions.coordinator_somewhere)
@require_safe
def list_rounds(request):
    rounds = Round.objects.coordinated_by(request.user).select_related("partnership", "edition__chapter")
    context = {
        "page_obj": Paginator(rounds, A_PAGE).get_page(request.GET.get("page")),
        "partnerships": Partnership.objects.coordinated_by(request.user),
    }
    return render(request, "home/rounds/list.html", context)


@allow(permissions.coordinator_somewhere)
@read_or_send
def open_round(request):
    form = RoundForm(request.POST or None, user=request.user)
    if form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        return redirect(send_once(form, lambda: _invite_to(actions.open_round(by=request.user, **fields))))
    return render(request, "home/rounds/open.html", {"form": form})


@allow(permissions.coordinator_of_the_round)
@require_safe
def show_round(request, pk):
    round = _round(request, pk)
    places = queries.places_with_progress(round)
    wanted = request.GET.get("progress", "")
    chosen = [place for place in places if place.progress == wanted] if wanted in queries.PROGRESS else places
    page = Paginator(chosen, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "home/rounds/show.html",
        {
            "round": round,
            "page_obj": page,
            "counts": queries.counts_of_progress(places),
            "words": queries.PROGRESS,
            "wanted": wanted if wanted in queries.PROGRESS else "",
            "last_list": None if round.closed_at else asking.last_that_can_be_undone(round),
        },
    )


@allow(permissions.coordinator_of_the_round)
@read_or_send
def invite_organisations(request, pk):
    """Paste, look, put right in place, send. Nothing is sent before everything is right."""
    round = _open_round(request, pk)
    form = ListForm(request.POST or None)
    if form.is_valid():
        if request.POST.get("step") == "send" and not form.wrong_rows:
            asked = asking.ask_organisations(round, form.rows, by=request.user, key=form.cleaned_data["key"])
            count = asked.places.count()
            said = ngettext("%(n)d organisation is invited", "%(n)d organisations are invited", count) % {"n": count}
            messages.success(request, said)
            return redirect("home:show_round", pk=pk)
        instead, already = asking.asked_before(round, form.rows)
        context = {"round": round, "form": form, "already": already, "instead": instead}
        return render(request, "home/rounds/check_list.html", context)
    return render(request, "home/rounds/invite.html", {"round": round, "form": form})


@allow(permissions.coordinator_of_the_list)
@require_POST
def take_back_list(request, pk):
    mine = InvitationList.objects.coordinated_by(request.user)
    asked = get_object_or_404(mine.select_related("round__partnership"), pk=pk)
    if asking.take_back(asked, by=request.user):
        messages.success(request, _("The invitations are taken back. Their links no longer open anything."))
    else:
        messages.error(request, _("Somebody has already answered, so this list can no longer be taken back."))
    return redirect("home:show_round", pk=asked.round_id)


@allow(permissions.coordinator_of_the_round)
@read_or_send
def extend_round(request, pk):
    round = _open_round(request, pk)
    return _extend(request, round, place=None, now=round.due_on)


@allow(permissions.coordinator_of_the_place)
@read_or_send
def extend_place(request, pk):
    place = _place(request, pk)
    return _extend(request, place.round, place=place, now=place.due_on or place.round.due_on)


@allow(permissions.coordinator_of_the_place)
@require_POST
def nudge_place(request, pk):
    place = _place(request, pk)
    if actions.nudge(place, by=request.user):
        messages.success(request, _("A reminder is on its way to %(name)s.") % {"name": place.organisation.name})
    else:
        messages.error(
            request, _("%(name)s had a reminder today, or has no address.") % {"name": place.organisation.name}
        )
    return redirect("home:show_round", pk=place.round_id)


@allow(permissions.coordinator_of_the_round)
@require_POST
def nudge_everybody(request, pk):
    """Everybody who has not signed off and had no reminder today."""
    round = _open_round(request, pk)
    waiting = [place.pk for place in queries.places_with_progress(round) if place.progress != "signed_off"]
    mine = Place.objects.coordinated_by(request.user).filter(pk__in=waiting)
    sent = actions.nudge_all(mine.select_related("round__partnership", "organisation", "invitation"), by=request.user)
    messages.success(
        request, ngettext("%(n)d reminder is on its way.", "%(n)d reminders are on their way.", sent) % {"n": sent}
    )
    return redirect("home:show_round", pk=pk)


@allow(permissions.coordinator_of_the_note)
@require_POST
def settle_note(request, pk):
    mine = StuckNote.objects.coordinated_by(request.user)
    note = get_object_or_404(mine.select_related("place"), pk=pk)
    actions.settle(note, by=request.user)
    messages.success(request, _("Marked as sorted out."))
    return redirect("home:show_round", pk=note.place.round_id)


@allow(permissions.coordinator_of_the_round)
@read_or_send
def close_round(request, pk):
    round = _round(request, pk)
    if request.method == "POST":
        actions.close_round(round, by=request.user)
        return redirect("home:show_round", pk=pk)
    counts = queries.counts_of_progress(queries.places_with_progress(round))
    return render(request, "home/rounds/close.html", {"round": round, "counts": counts})


@allow(permissions.coordinator_of_the_round)
@require_safe
def export_round(request, pk):
    round = _round(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="round-{round.pk}.csv"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")  # So that Excel reads letters with accents.
    writer = csv.writer(response)
    writer.writerow(["organisation", "department", "how_far", "date", "asked_on", "last_reminder"])
    for place in queries.places_with_progress(round):
        cells = [place.organisation, place.unit, queries.PROGRESS[place.progress]]
        writer.writerow(safe_cells([*cells, place.date, place.asked_on, place.last_nudge or ""]))
    record("round.exported", subject=round, by=request.user)
    return response


def _extend(request, round, *, place, now):
    form = ExtendForm(request.POST or None, initial={"due_on": now})
    if form.is_valid():
        actions.extend(round, by=request.user, place=place, **form.cleaned_data)
        messages.success(request, _("The date is changed. The old date stays on the record."))
        return redirect("home:show_round", pk=round.pk)
    history = round.extensions.filter(place=place).select_related("made_by")[:A_PAGE]
    context = {"round": round, "place": place, "form": form, "now": now, "history": history}
    return render(request, "home/rounds/extend.html", context)


def _round(request, pk):
    mine = Round.objects.coordinated_by(request.user).select_related("partnership", "edition__chapter")
    return get_object_or_404(mine, pk=pk)


def _open_round(request, pk):
    return get_object_or_404(Round.objects.coordinated_by(request.user).open().select_related("partnership"), pk=pk)


def _place(request, pk):
    mine = Place.objects.coordinated_by(request.user).open()
    return get_object_or_404(mine.select_related("round__partnership", "organisation", "unit", "invitation"), pk=pk)


def _invite_to(round):
    return reverse("home:invite_organisations", args=[round.pk])
