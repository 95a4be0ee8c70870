from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from equity.model import measure
from equity.vocabulary import characteristics
from hub.core.access import allow
from hub.core.forms import send_once
from hub.findings import actions, charts, drafts, following, permissions, queries
from hub.findings.forms import PledgeForm, ReplyForm, SuggestionForm
from hub.findings.models import Finding, Follow, Note, Suggestion
from hub.organisations.models import Partnership
from hub.organisations.permissions import Kind, roles_of
from hub.submissions.queries import services_of

A_PAGE = 25


@allow(permissions.reads_findings)
@require_safe
def show_findings(request):
    """What figures say: the few things that matter of each service, and of what is published."""
    roles = list(roles_of(request.user).values_list("kind", "organisation"))
    kinds, mine = {kind for kind, _organisation in roles}, {organisation for _kind, organisation in roles} - {None}
    groups = queries.findings_for_list(request.user, mine)
    context = {
        "groups": [
            (one, [(found, charts.glance(found, found.rows.all())) for found in one.findings]) for one in groups
        ],
        "under_way": queries.analyses_under_way(request.user),
        "follows": queries.follows_for_list(request.user)[:A_PAGE],
        "edits": Kind.EDITOR in kinds,
        "sees_services": kinds & set(permissions.SEES_SERVICES),
        "looks_over": kinds & set(permissions.LOOKS_OVER),
    }
    return render(request, "findings/show_findings.html", context)


@allow(permissions.reads_findings)
@require_safe
def show_progress(request):
    """How far the engine is, to put in place of the same part of the page."""
    return render(request, "findings/_under_way.html", {"under_way": queries.analyses_under_way(request.user)})


@allow(permissions.reads_finding)
@require_safe
def read_finding(request, pk):
    visible = Finding.objects.visible_to(request.user).select_related(
        "analysis__organisation", "analysis__unit", "analysis__partnership"
    )
    finding = get_object_or_404(queries.with_rows(visible), pk=pk)
    analysis = finding.analysis
    suggested = queries.suggestions_for(finding, analysis.partnership)
    services = _services_for(request.user, finding)
    notes = list(finding.notes.all())
    context = {
        "finding": finding,
        "chart": None if analysis.is_in_words else charts.chart(finding, list(finding.rows.all())),
        "ours": queries.own_findings_like(finding, request.user) if analysis.is_together else (),
        "panels": charts.panels(finding, list(finding.points.all())),
        "what": measure(finding.measure),
        **{kind.value: [note.text for note in notes if note.kind == kind] for kind in Note.Kind},
        "suggested": suggested,
        "partners": queries.partners_strong_there(suggested, request.user),
        "replies": queries.replies_to(finding),
        "may_answer": Finding.objects.answered_by(request.user).filter(pk=pk).exists(),
        "may_publish": Finding.objects.publishable_by(request.user).filter(pk=pk).exists(),
        "form": PledgeForm(services=services) if services else None,
        "by_themselves": queries.by_themselves(finding, request.user) if finding.is_of_two else (),
        "follows": queries.follows_of(finding, request.user),
        "narratives": queries.narratives_beside(finding)[: queries.MOST] if finding.is_pay_gap else (),
    }
    return render(request, "findings/read_finding.html", context)


def _readable(request, pk):
    return get_object_or_404(
        Finding.objects.visible_to(request.user).select_related(
            "analysis__organisation", "analysis__unit", "analysis__partnership"
        ),
        pk=pk,
    )


@allow(permissions.pledges_from)
@require_POST
def make_pledge(request, pk):
    """One click: the pledge is there, part-filled, for nobody but its own organisation until it is shared."""
    finding = _readable(request, pk)
    services = _services_for(request.user, finding)
    if not services:
        raise Http404("A pledge starts from a service's own figure.")
    form = PledgeForm(request.POST, services=services)
    if not form.is_valid():
        messages.error(request, _("Choose who makes the pledge."))
        return redirect(finding)
    service, year = form.service_chosen(), timezone.localdate().year
    made = send_once(form, lambda: actions.make_pledge(finding, service, by=request.user, year=year))
    messages.success(request, _("The pledge is begun. Read it through and change what does not fit."))
    return redirect(made)


def _services_for(user, finding):
    if drafts.baseline(finding, list(finding.rows.all())) is None:
        return {}
    return {key: one for key, one in services_of(user).items() if queries.may_start_from(finding, one)}


@allow(permissions.answers_finding)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_finding(request, pk):
    finding = get_object_or_404(Finding.objects.answered_by(request.user).select_related("analysis"), pk=pk)
    form = ReplyForm(request.POST or None)
    if form.is_valid():

        def answer():
            actions.reply(finding, by=request.user, text=form.cleaned_data["text"])
            return finding

        return redirect(send_once(form, answer))
    return render(request, "findings/answer_finding.html", {"form": form, "finding": finding})


@allow(permissions.reads_follow)
@require_safe
def read_follow(request, pk):
    """A pledge's figure over time, with its usual ups and downs."""
    follows = Follow.objects.visible_to(request.user).select_related("measure__commitment__pledge__organisation")
    follow = get_object_or_404(follows, pk=pk)
    seen = actions.seen_by(follow)
    verdict, limits = following.verdict(seen, actions.start_of(follow)) if seen else ("first", None)
    words = actions.VERDICTS[verdict]() if seen else ""
    context = {
        "follow": follow,
        "noticing": drafts.noticing_in(queries.finding_followed(follow)),
        "seen": seen,
        "chart": charts.control(seen, limits, words) if seen else None,
        "words": words,
        "enough": limits is not None,
    }
    return render(request, "findings/read_follow.html", context)


@allow(permissions.edits_suggestions)
@require_http_methods(["GET", "HEAD", "POST"])
def show_suggestions(request):
    edits = roles_of(request.user).filter(kind=Kind.EDITOR).values("partnership")
    mine = Partnership.objects.of(request.user).filter(pk__in=edits)
    form = SuggestionForm(request.POST or None, partnerships=mine)
    if form.is_valid():

        def suggest():
            actions.suggest(form.cleaned_data["partnership"], by=request.user, **form.answers())
            return "findings:show_suggestions"

        return redirect(send_once(form, suggest))
    page = Paginator(Suggestion.objects.edited_by(request.user).standing(), A_PAGE).get_page(request.GET.get("page"))
    texts = dict(form.fields["statement_key"].choices)
    rows = [
        {
            "suggestion": one,
            "measure": measure(one.measure).name,
            "characteristic": characteristics()[one.characteristic].name if one.characteristic else "",
            "statement": texts.get(one.statement_key, one.statement_key),
        }
        for one in page
    ]
    return render(request, "findings/show_suggestions.html", {"form": form, "page_obj": page, "rows": rows})


@allow(permissions.edits_suggestion)
@require_POST
def end_suggestion(request, pk):
    suggestion = get_object_or_404(Suggestion.objects.edited_by(request.user), pk=pk)
    actions.end_suggestion(suggestion, by=request.user)
    return redirect("findings:show_suggestions")
