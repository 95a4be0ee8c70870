"""What a meeting agreed and no action holds: it lives on by itself, with an owner who says how it goes."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hub.commitments import actions as commitments
from hub.core.access import allow
from hub.core.forms import send_once
from hub.programme import permissions
from hub.programme.forms import HandOverForm, ReportForm
from hub.programme.models import Decision
from hub.programme.queries.one_action import log_of
from hub.programme.queries.standings import standings_of, with_reports

ABOUT = ("commitment__owner", "meeting__forum__programme__partnership")


@allow(permissions.reads_decision)
@require_safe
def read_decision(request, pk):
    """As an action stands, without targets."""
    decisions = with_reports(Decision.objects.of(request.user).standing_alone().select_related(*ABOUT))
    decision = get_object_or_404(permissions.with_decision_keeping(decisions, request.user), pk=pk)
    every_weeks = decision.meeting.forum.programme.report_every_weeks
    context = {
        "story": log_of(decision.commitment, names_shown=decision.may_report),
        "standing": standings_of([decision], every_weeks=every_weeks, aims={})[decision.pk],
        **_frame(decision),
    }
    return render(request, "programme/read_decision.html", context)


@allow(permissions.reports_on_decision)
@require_http_methods(["GET", "POST"])
def report_decision(request, pk):
    decision = _reportable(request, pk)
    form = ReportForm(request.POST or None)
    if form.is_valid():

        def report():
            commitments.report_progress(decision.commitment, by=request.user, **_said(form))
            return decision

        return redirect(send_once(form, report))
    return render(request, "programme/report_decision.html", {"form": form} | _frame(decision))


def _said(form):
    return {name: value for name, value in form.said().items() if name not in ("evidence_until", "asks_the_group")}


@allow(permissions.reports_on_decision)
@require_http_methods(["GET", "POST"])
def hand_over_decision(request, pk):
    decision = _reportable(request, pk)
    partnership = decision.meeting.forum.programme.partnership_id
    people = permissions.people_of(partnership).exclude(pk=decision.commitment.owner_id)
    form = HandOverForm(request.POST or None, people=people)
    if form.is_valid():

        def hand_over():
            handed = {name: form.cleaned_data[name] for name in ("to", "owner_role", "words")}
            commitments.hand_over(decision.commitment, by=request.user, **handed)
            return decision

        return redirect(send_once(form, hand_over))
    return render(request, "programme/hand_over_decision.html", {"form": form} | _frame(decision))


def _reportable(request, pk):
    return get_object_or_404(Decision.objects.reportable_by(request.user).select_related(*ABOUT), pk=pk)


def _frame(decision):
    programme = decision.meeting.forum.programme
    return {"decision": decision, "programme": programme, "partnership": programme.partnership}
