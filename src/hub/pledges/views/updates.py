from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hub.accounts import words
from hub.commitments import actions as commitments
from hub.commitments.forms import FigureForm, UpdateForm
from hub.commitments.models import Update
from hub.core.access import allow
from hub.core.forms import send_once
from hub.pledges import actions
from hub.pledges.models import Pledge
from hub.pledges.permissions import leads_pledge, reports_on_pledge

SAID = ["stage", "happened", "worked", "hard", "next", "help_wanted", "changed", "evidence", "evidence_url"]


def _pledge(request, pk):
    pledges = Pledge.objects.reportable_by(request.user).select_related("commitment", "organisation__partnership")
    return get_object_or_404(pledges, pk=pk)


@allow(reports_on_pledge)
@require_http_methods(["GET", "POST"])
def report_progress(request, pk):
    pledge = _pledge(request, pk)
    form = UpdateForm(request.POST or None, initial={"stage": _stage_now(pledge)})
    figures = [
        FigureForm(request.POST or None, measure=measure)
        for measure in pledge.commitment.measures.filter(ended_at=None)
    ]
    if all([form.is_valid(), *(figure.is_valid() for figure in figures)]):
        return redirect(send_once(form, lambda: _report(pledge, form, figures, by=request.user)))
    return render(request, "pledges/report_progress.html", {"form": form, "figures": figures, "pledge": pledge})


def _report(pledge, form, figures, *, by):
    actions.report_progress(
        pledge,
        by=by,
        figures=[figure for figure in (one.figure() for one in figures) if figure],
        asks_the_group=form.cleaned_data["asks_the_group"],
        **form.said(),
    )
    return pledge


def _stage_now(pledge):
    latest = pledge.commitment.updates.current().first()
    return latest.stage if latest else Update.Stage.STARTED


@allow(reports_on_pledge)
@require_http_methods(["GET", "POST"])
def correct_update(request, pk, update):
    """What was wrong stays in sight and points to what is right."""
    pledge = _pledge(request, pk)
    wrong = get_object_or_404(pledge.commitment.updates.select_related("corrected_by"), pk=update)
    form = UpdateForm(request.POST or None, initial={name: getattr(wrong, name) for name in SAID})
    if wrong.is_corrected and not form.is_bound:
        return redirect(pledge)
    too_late = False
    if form.is_valid():

        def correct():
            commitments.correct_update(wrong, by=request.user, **form.said())
            return pledge

        try:
            return redirect(send_once(form, correct))
        except commitments.AlreadyCorrected:
            too_late = True
    context = {"form": form, "pledge": pledge, "wrong": wrong, "too_late": too_late}
    return render(request, "pledges/correct_update.html", context)


@allow(leads_pledge)
@require_http_methods(["GET", "HEAD", "POST"])
def erase_words(request, pk, update):
    """What somebody wrote in one update, out for good. Asked twice, because nothing brings it back."""
    pledge = get_object_or_404(Pledge.objects.led_by(request.user), pk=pk)
    update = get_object_or_404(pledge.commitment.updates, pk=update)
    back = f"{pledge.get_absolute_url()}#update-{update.pk}"
    if request.method == "POST":
        words.erase_words(update, by=request.user)
        messages.success(request, _("The words are taken out."))
        return redirect(back)
    return render(request, "accounts/erase_words.html", {"written": update, "back": back})
