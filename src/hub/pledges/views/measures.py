from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from hub.commitments import actions as commitments
from hub.commitments.forms import KindForm, MeasureForm, OneFigureForm, TargetForm, TurnForm, as_it_was
from hub.commitments.models import Measure
from hub.commitments.queries import by_group_in_words
from hub.commitments.rules import DIRECTION
from hub.core.access import allow
from hub.core.forms import send_once
from hub.pledges.models import Pledge
from hub.pledges.permissions import reports_on_pledge


def _pledge(request, pk):
    return get_object_or_404(
        Pledge.objects.reportable_by(request.user).select_related("commitment", "organisation__partnership"), pk=pk
    )


def _measure(pledge, measure):
    measure = get_object_or_404(pledge.commitment.measures.filter(ended_at=None), pk=measure)
    measure.commitment = pledge.commitment
    return measure


@allow(reports_on_pledge)
@require_http_methods(["GET", "POST"])
def choose_measure(request, pk):
    pledge = _pledge(request, pk)
    form = KindForm(request.POST or None)
    if form.is_valid():
        return redirect("pledges:add_measure", pk, form.cleaned_data["kind"])
    return render(request, "pledges/choose_measure.html", {"form": form, "pledge": pledge})


@allow(reports_on_pledge)
@require_http_methods(["GET", "POST"])
def add_measure(request, pk, kind):
    pledge = _pledge(request, pk)
    if kind not in Measure.Kind.values:
        raise Http404
    form = MeasureForm(request.POST or None, kind=kind)
    if form.is_valid():

        def add():
            commitments.add_measure(pledge.commitment, by=request.user, **form.values())
            return pledge

        return redirect(send_once(form, add))
    context = {"form": form, "pledge": pledge, "kind": Measure.Kind(kind)}
    return render(request, "pledges/add_measure.html", context)


@allow(reports_on_pledge)
@require_http_methods(["GET", "POST"])
def set_target(request, pk, measure):
    pledge = _pledge(request, pk)
    measure = _measure(pledge, measure)
    before = measure.targets.first()
    form = TargetForm(request.POST or None, measure=measure, before=before)
    if form.is_valid():

        def set_it():
            commitments.set_target(measure, form.values(), by=request.user)
            return pledge

        return redirect(send_once(form, set_it))
    context = {"form": form, "pledge": pledge, "measure": measure, "before": before}
    return render(request, "pledges/set_target.html", context)


@allow(reports_on_pledge)
@require_http_methods(["GET", "POST"])
def turn_measure(request, pk, measure):
    """Look again at which way it should go."""
    pledge = _pledge(request, pk)
    measure = _measure(pledge, measure)
    form = TurnForm(request.POST or None, initial={name: getattr(measure, name) for name in DIRECTION})
    if form.is_valid():

        def turn():
            commitments.turn_measure(measure, by=request.user, **form.values())
            return pledge

        return redirect(send_once(form, turn))
    return render(request, "pledges/turn_measure.html", {"form": form, "pledge": pledge, "measure": measure})


@allow(reports_on_pledge)
@require_http_methods(["GET", "POST"])
def add_reading(request, pk, measure):
    pledge = _pledge(request, pk)
    measure = _measure(pledge, measure)
    is_baseline = request.GET.get("start") == "1" and not measure.readings.filter(is_baseline=True).exists()
    form = OneFigureForm(request.POST or None, measure=measure, needed=True)
    if form.is_valid():

        def add():
            commitments.add_reading(form.figure(), by=request.user, is_baseline=is_baseline)
            return pledge

        return redirect(send_once(form, add))
    context = {"form": form, "pledge": pledge, "measure": measure, "is_baseline": is_baseline}
    return render(request, "pledges/add_reading.html", context)


@allow(reports_on_pledge)
@require_http_methods(["GET", "POST"])
def correct_reading(request, pk, measure, reading):
    """The wrong one stays in sight, with the right one beside it."""
    pledge = _pledge(request, pk)
    measure = _measure(pledge, measure)
    wrong = get_object_or_404(measure.readings.current(), pk=reading)
    form = OneFigureForm(request.POST or None, measure=measure, needed=True, initial=as_it_was(wrong))
    too_late = False
    if form.is_valid():

        def correct():
            commitments.correct_reading(wrong, form.figure(), by=request.user)
            return pledge

        try:
            return redirect(send_once(form, correct))
        except commitments.AlreadyCorrected:
            too_late = True
    context = {
        "form": form, "pledge": pledge, "measure": measure, "too_late": too_late,
        "wrong": by_group_in_words(measure, wrong), "wrong_on": wrong.on,
    }  # fmt: skip
    return render(request, "pledges/correct_reading.html", context)


@allow(reports_on_pledge)
@require_POST
def end_measure(request, pk, measure):
    pledge = _pledge(request, pk)
    commitments.end_measure(_measure(pledge, measure), by=request.user)
    return redirect(pledge)
