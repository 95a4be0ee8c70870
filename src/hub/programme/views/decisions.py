"""What a meeting agreed and no action holds: it lives on by itself, with an owner who says how it goes."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.commitments import actions as commitments
from hub.core.access import allow
from hub.core.forms import send_once
from hub.programme import permissions, rules
from hub.programme.forms import HandOverForm, ReportForm
from hub.programme.models import Decision
from hub.programme.queries.one_action import log_of

ABOUT = ("commitment__owner", "meeting__forum__programme__partnership")


@allow(permissions.reads_decision)
@require_safe
def read_decision(request, pk):
    decisions = Decision.objects.of(request.user).standing_alone().select_related(*ABOUT)
    decision = get_object_or_404(permissions.with_decision_keeping(decisions, request.user), pk=pk)
    story = log_of(decision.commitment, names_shown=decision.may_report)
    context = {"story": story, "standing": _standing(decision, story), **_frame(decision)}
    return render(request, "programme/read_decision.html", context)


def _standing(decision, story):
    """As an action stands, without targets."""
    latest = story.latest
    reported = rules.Reported(
        due_on=decision.commitment.due_on,
        stage=latest.stage if latest else "",
        reported_on=timezone.localdate(latest.stands_at) if latest else None,
    )
    every_weeks = decision.meeting.forum.programme.report_every_weeks
    return rules.standing_of(reported, timezone.localdate(), every_weeks=every_weeks)


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
