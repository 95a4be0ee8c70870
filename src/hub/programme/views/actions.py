"""Working on an action: reading all of it, saying how it goes, handing it on."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.commitments import actions as commitments
from hub.commitments.forms import FigureForm
from hub.commitments.models import Update
from hub.commitments.queries import Reader
from hub.core.access import allow
from hub.core.forms import send_once
from hub.programme import actions, permissions
from hub.programme.forms import DeputyForm, HandOverForm, HelpForm, OwnersViewForm, ReportForm
from hub.programme.models import Action
from hub.programme.queries import measures, one_action, standings

SAID = ["stage", "happened", "worked", "hard", "next", "help_wanted", "changed", "evidence", "evidence_url"]


@allow(permissions.reads_action)
@require_safe
def read_action(request, pk):
    action = get_object_or_404(one_action.for_work(Action.objects.of(request.user), request.user), pk=pk)
    reader = Reader.OURS if action.may_report else Reader.PARTNER
    context = {
        "shown": one_action.action_at_work(action, reader=reader),
        "owner_has_left": action.commitment.owner_id and not action.owner_is_here,
        "may_report": action.may_report,
        **_frame(action),
    }
    return render(request, "programme/read_action.html", context)


@allow(permissions.reads_action)
@require_safe
def read_figures(request, pk):
    """Its measures and those of the key targets that it serves, with their pictures and each reading."""
    action = get_object_or_404(one_action.for_work(Action.objects.of(request.user), request.user), pk=pk)
    reader = Reader.OURS if action.may_report else Reader.PARTNER
    found = measures.followed_on(action)
    context = {
        "measures": measures.measures_shown(found, today=timezone.localdate(), reader=reader),
        "may_report": action.may_report,
        **_frame(action),
    }
    return render(request, "programme/read_figures.html", context)


@allow(permissions.reads_action)
@require_safe
def read_history(request, pk):
    """What it said before, and who looked after it."""
    action = get_object_or_404(one_action.for_work(Action.objects.of(request.user), request.user), pk=pk)
    commitment = action.commitment
    context = {
        "wordings": commitment.wordings.select_related("changed_by"),
        "hand_overs": commitment.hand_overs.select_related("from_owner", "to_owner"),
        "may_report": action.may_report,
        **_frame(action),
    }
    return render(request, "programme/read_history.html", context)


@allow(permissions.reports_on_action)
@require_http_methods(["GET", "POST"])
def report_progress(request, pk):
    action = _reportable(request, pk)
    form = ReportForm(request.POST or None, initial={"stage": _stage_now(action)})
    figures = [
        FigureForm(request.POST or None, measure=measure)
        for measure in action.commitment.measures.filter(ended_at=None)
    ]
    if all([form.is_valid(), *(figure.is_valid() for figure in figures)]):
        return redirect(send_once(form, lambda: _report(action, form, figures, by=request.user)))
    context = {"form": form, "figures": figures, "can_ask": actions.organisation_asking(action, request.user)}
    return render(request, "programme/report_progress.html", context | _frame(action))


def _report(action, form, figures, *, by):
    told = [figure for figure in (one.figure() for one in figures) if figure]
    actions.report_progress(action, by=by, figures=told, **form.said())
    return action


def _stage_now(action):
    latest = action.commitment.updates.current().first()
    return latest.stage if latest else Update.Stage.STARTED


@allow(permissions.reports_on_action)
@require_POST
def say_still_true(request, pk):
    action = _reportable(request, pk)
    if action.commitment.updates.exists():
        actions.say_still_true(action, by=request.user)
        messages.success(request, _("Thank you. It counts as reported today."))
    return redirect(action)


@allow(permissions.reports_on_action)
@require_http_methods(["GET", "POST"])
def correct_update(request, pk, update):
    """What was wrong stays in sight and points to what is right."""
    action = _reportable(request, pk)
    wrong = get_object_or_404(action.commitment.updates.select_related("corrected_by"), pk=update)
    form = ReportForm(request.POST or None, initial={name: getattr(wrong, name) for name in SAID})
    if wrong.is_corrected and not form.is_bound:
        return redirect(action)
    too_late = False
    if form.is_valid():

        def correct():
            commitments.correct_update(wrong, by=request.user, **{name: form.cleaned_data[name] for name in SAID})
            return action

        try:
            return redirect(send_once(form, correct))
        except commitments.AlreadyCorrected:
            too_late = True
    context = {"form": form, "wrong": wrong, "too_late": too_late} | _frame(action)
    return render(request, "programme/correct_update.html", context)


@allow(permissions.reports_on_action)
@require_http_methods(["GET", "POST"])
def see_differently(request, pk):
    """The owner's own words beside where it stands."""
    action = _reportable(request, pk)
    standing = standings.standing_now(action)
    now = action.owners_views.filter(ended_at=None).first()
    form = OwnersViewForm(request.POST or None, initial={"words": now.words if now else ""})
    if form.is_valid():
        words = form.cleaned_data["words"]
        return _once(form, action, actions.see_differently, by=request.user, standing=standing, words=words)
    return render(request, "programme/see_differently.html", {"form": form, "standing": standing} | _frame(action))


@allow(permissions.reports_on_action)
@require_http_methods(["GET", "POST"])
def name_deputy(request, pk):
    action = _reportable(request, pk)
    people = permissions.people_of(action.area.programme.partnership_id).exclude(pk=action.commitment.owner_id)
    now = action.deputies.current().first()
    initial = {"person": now.person_id, "until": now.until} if now else {}
    form = DeputyForm(request.POST or None, people=people, initial=initial)
    if form.is_valid():
        named = {name: form.cleaned_data[name] for name in ("person", "until")}
        return _once(form, action, actions.name_deputy, by=request.user, **named)
    return render(request, "programme/name_deputy.html", {"form": form} | _frame(action))


@allow(permissions.reports_on_action)
@require_http_methods(["GET", "POST"])
def hand_over(request, pk):
    action = _reportable(request, pk)
    people = permissions.people_of(action.area.programme.partnership_id).exclude(pk=action.commitment.owner_id)
    form = HandOverForm(request.POST or None, people=people)
    if form.is_valid():
        handed = {name: form.cleaned_data[name] for name in ("to", "owner_role", "words")}
        return _once(form, action, actions.hand_over, by=request.user, goes_to="/programme/", **handed)
    return render(request, "programme/hand_over.html", {"form": form} | _frame(action))


@allow(permissions.reports_on_action)
@require_http_methods(["GET", "POST"])
def ask_for_help(request, pk):
    action = _reportable(request, pk)
    if actions.organisation_asking(action, request.user) is None:
        return redirect(action)
    form = HelpForm(request.POST or None)
    if form.is_valid():
        return _once(form, action, actions.ask_for_help, by=request.user, text=form.cleaned_data["text"])
    return render(request, "programme/ask_for_help.html", {"form": form} | _frame(action))


def _once(form, action, act, *, goes_to=None, **given):
    """Do it once, then show the action; or another page, where somebody has just given it away."""

    def do():
        act(action, **given)
        return goes_to or action

    return redirect(send_once(form, do))


def _reportable(request, pk):
    rows = Action.objects.reportable_by(request.user)
    about = ("commitment__owner", "organisation", "area__programme__partnership", "area__programme__organisation")
    return get_object_or_404(rows.select_related(*about), pk=pk)


def _frame(action):
    programme = action.area.programme
    return {"action": action, "programme": programme, "partnership": programme.partnership}
