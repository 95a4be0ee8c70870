"""The figures of an action, a key target or a forum."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from hub.commitments import actions as commitments
from hub.commitments.forms import KindForm, MeasureForm, OneFigureForm, TargetForm, as_it_was
from hub.commitments.models import Measure
from hub.commitments.queries import by_group_in_words
from hub.core.access import allow
from hub.core.forms import send_once
from hub.programme.models import Action
from hub.programme.permissions import (
    keeps_measure,
    keeps_reading,
    measures_kept_by,
    readings_kept_by,
    reports_on_action,
)
from hub.programme.queries.measures import home_of, readings_to_keep


@allow(reports_on_action)
@require_http_methods(["GET", "POST"])
def choose_measure(request, pk):
    action = get_object_or_404(Action.objects.reportable_by(request.user).select_related("commitment"), pk=pk)
    form = KindForm(request.POST or None)
    if form.is_valid():
        return redirect("programme:add_measure", pk, form.cleaned_data["kind"])
    return render(request, "programme/choose_measure.html", {"form": form, "action": action})


@allow(reports_on_action)
@require_http_methods(["GET", "POST"])
def add_measure(request, pk, kind):
    action = get_object_or_404(Action.objects.reportable_by(request.user).select_related("commitment"), pk=pk)
    if kind not in Measure.Kind.values:
        raise Http404
    form = MeasureForm(request.POST or None, kind=kind)
    if form.is_valid():

        def add():
            commitments.add_measure(action.commitment, by=request.user, **form.values())
            return action

        return redirect(send_once(form, add))
    return render(request, "programme/add_measure.html", {"form": form, "action": action, "kind": Measure.Kind(kind)})


@allow(keeps_measure)
@require_http_methods(["GET", "POST"])
def add_reading(request, pk):
    measure = _measure(request, pk)
    is_baseline = request.GET.get("start") == "1" and not measure.readings.filter(is_baseline=True).exists()
    form = OneFigureForm(request.POST or None, measure=measure, needed=True)
    if form.is_valid():

        def add():
            commitments.add_reading(form.figure(), by=request.user, is_baseline=is_baseline)
            return home_of(measure)

        return redirect(send_once(form, add))
    context = {"form": form, "measure": measure, "is_baseline": is_baseline, "back": home_of(measure)}
    context["readings"] = readings_to_keep(measure)
    return render(request, "programme/add_reading.html", context)


@allow(keeps_reading)
@require_http_methods(["GET", "POST"])
def correct_reading(request, pk):
    """The wrong one stays in sight, with the right one beside it."""
    kept = readings_kept_by(request.user).select_related("measure__commitment", "measure__characteristic")
    wrong = get_object_or_404(kept, pk=pk)
    measure = wrong.measure
    form = OneFigureForm(request.POST or None, measure=measure, needed=True, initial=as_it_was(wrong))
    too_late = False
    if form.is_valid():

        def correct():
            commitments.correct_reading(wrong, form.figure(), by=request.user)
            return home_of(measure)

        try:
            return redirect(send_once(form, correct))
        except commitments.AlreadyCorrected:
            too_late = True
    told = {"wrong": by_group_in_words(measure, wrong), "wrong_on": wrong.on, "too_late": too_late}
    context = {"form": form, "measure": measure, "back": home_of(measure)} | told
    return render(request, "programme/correct_reading.html", context)


@allow(keeps_measure)
@require_http_methods(["GET", "POST"])
def set_target(request, pk):
    """A changed target is a new one; the old one stays in sight."""
    measure = _measure(request, pk)
    before = measure.targets.first()
    form = TargetForm(request.POST or None, measure=measure, before=before)
    if form.is_valid():

        def set_it():
            commitments.set_target(measure, form.values(), by=request.user)
            return home_of(measure)

        return redirect(send_once(form, set_it))
    context = {"form": form, "measure": measure, "before": before, "back": home_of(measure)}
    return render(request, "programme/set_target.html", context)


@allow(keeps_measure)
@require_POST
def end_measure(request, pk):
    """Nobody is asked for it any more. Its figures stay."""
    measure = _measure(request, pk)
    commitments.end_measure(measure, by=request.user)
    return redirect(home_of(measure))


def _measure(request, pk):
    rows = measures_kept_by(request.user).filter(ended_at=None).select_related("commitment", "characteristic")
    return get_object_or_404(rows, pk=pk)
