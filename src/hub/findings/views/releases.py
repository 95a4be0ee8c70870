from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.access import allow
from hub.core.forms import send_once
from hub.findings import charts, permissions
from hub.findings.forms import AskForm, PublicReplyForm, WhyForm
from hub.findings.models import Finding, Release
from hub.findings.releases import actions, queries, rules
from hub.organisations.permissions import leads

A_PAGE = 25


@allow(permissions.asks_to_publish)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_release(request, pk):
    """What happens before everybody may read it, and the button that begins it."""
    mine = Finding.objects.publishable_by(request.user)
    finding = get_object_or_404(mine.select_related("analysis__organisation", "analysis__unit"), pk=pk)
    form = AskForm(request.POST or None)
    if form.is_valid():
        link = request.build_absolute_uri("/").rstrip("/")
        return redirect(send_once(form, lambda: actions.ask(finding, by=request.user, link=link)))
    about = finding.analysis
    may_answer = about.organisation and not leads(request.user, about.organisation, about.unit)
    context = {"form": form, "finding": finding, "may_answer": may_answer, "days": rules.DAYS_TO_REPLY}
    return render(request, "findings/ask_release.html", context)


@allow(permissions.reads_findings)
@require_safe
def list_releases(request):
    page = Paginator(queries.releases_for_list(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "findings/list_releases.html", {"page_obj": page})


@allow(permissions.reads_release)
@require_safe
def read_release(request, pk):
    release = _visible(request, pk)
    context = {
        "release": release,
        "steps": release.steps.select_related("made_by")[: queries.STEPS_SHOWN],
        "replies": queries.replies_beside(release),
        "waits_for_reply": _waits_for_reply(release),
        "may_decide": Release.objects.approvable_by(request.user).filter(pk=pk).exists(),
        "may_answer": Release.objects.answered_by(request.user).filter(pk=pk).exists(),
        "may_withdraw": Release.objects.withdrawable_by(request.user).filter(pk=pk).exists(),
        "sees_why": queries.may_see_why_refused(release, request.user),
        "needed": rules.APPROVALS,
    }
    if release.ready_at and (finding := queries.document_of(release)):
        context |= {
            "finding": finding,
            "chart": charts.chart(finding, list(finding.rows)),
            "panels": charts.panels(finding, list(finding.points)),
        }
    return render(request, "findings/read_release.html", context)


def _waits_for_reply(release):
    return not release.ended_at and rules.may_still_reply(
        release.reply_by, heard=release.heard_at is not None, today=timezone.localdate()
    )


def _visible(request, pk):
    visible = Release.objects.visible_to(request.user).select_related("organisation", "unit", "partnership")
    return get_object_or_404(visible, pk=pk)


@allow(permissions.decides_on_release)
@require_POST
def approve_release(request, pk):
    release = get_object_or_404(Release.objects.approvable_by(request.user), pk=pk)
    return _done(request, release, lambda: actions.approve(release, by=request.user))


@allow(permissions.decides_on_release)
@require_http_methods(["GET", "HEAD", "POST"])
def decline_release(request, pk):
    release = get_object_or_404(Release.objects.approvable_by(request.user), pk=pk)
    form = WhyForm(request.POST or None)
    if form.is_valid():
        return _done(request, release, lambda: actions.decline(release, by=request.user, **form.cleaned_data))
    context = {
        "form": form,
        "release": release,
        "heading": _("Do not approve it"),
        "lede": _("Then it does not go out. Whoever asked reads your reason, and may ask again when it is gone."),
        "button": _("Do not approve it"),
    }
    return render(request, "findings/say_why.html", context)


@allow(permissions.answers_release)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_release(request, pk):
    mine = Release.objects.answered_by(request.user).select_related("organisation", "unit")
    release = get_object_or_404(mine, pk=pk)
    form = PublicReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def answered():
            return actions.answer(release, by=request.user, text=form.cleaned_data["text"])

        return _done(request, release, lambda: send_once(form, answered))
    return render(request, "findings/answer_release.html", {"form": form, "release": release})


@allow(permissions.withdraws_release)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_release(request, pk):
    release = get_object_or_404(Release.objects.withdrawable_by(request.user), pk=pk)
    form = WhyForm(request.POST or None)
    if form.is_valid():
        return _done(request, release, lambda: actions.withdraw(release, by=request.user, **form.cleaned_data))
    context = {
        "form": form,
        "release": release,
        "heading": _("Take it back"),
        "lede": _(
            "Its page then says that it was taken back, when and why. Everybody reads your reason. "
            "Whoever has seen it has seen it."
        ),
        "button": _("Take it back"),
    }
    return render(request, "findings/say_why.html", context)


def _done(request, release, act):
    try:
        act()
    except actions.NotPossibleError as reason:
        messages.error(request, str(reason))
    return redirect(release)
