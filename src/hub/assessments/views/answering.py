"""The pages on which a team answers."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.accounts import words
from hub.assessments import actions, permissions, queries
from hub.assessments.forms import AnswerForm, HeardForm, SettleForm
from hub.assessments.models import Assessment, Stage
from hub.assessments.qr import page_code
from hub.assessments.rules import Outcome
from hub.core.access import allow

# An answer that could not be kept tells the browser to keep the words.
NOT_SAVED = "X-Not-Saved"


@dataclass(frozen=True)
class Opened:
    """A page of an assessment that somebody has before them, and what they may do there."""

    assessment: Assessment
    page: queries.SectionPage
    may: permissions.May


def found(rows, pk):
    return get_object_or_404(rows.select_related("organisation__partnership", "unit", "edition__chapter"), pk=pk)


def section_of(assessment, section):
    return get_object_or_404(queries.pages_of(assessment).select_related("area"), pk=section)


def statement_of(assessment, statement):
    return get_object_or_404(queries.asked_statements(assessment).select_related("section__area"), pk=statement)


@allow(permissions.reads)
@require_safe
def task_list(request, pk):
    assessment = found(Assessment.objects.visible_to(request.user), pk)
    context = {
        "assessment": assessment,
        "list": queries.task_list(assessment),
        "may": permissions.what_may_be_done(assessment, request.user),
        "results": resolve_url(settings.RESULTS_URL, pk),
    }
    return render(request, "assessments/task_list.html", context)


@allow(permissions.reads)
@require_http_methods(["GET", "HEAD", "POST"])
def section(request, pk, section):
    assessment = found(Assessment.objects.visible_to(request.user), pk)
    section = section_of(assessment, section)
    page = queries.section_page(assessment, section, request.user)
    opened = Opened(assessment, page, permissions.what_may_be_done(assessment, request.user))
    if request.method == "POST":
        get_object_or_404(Assessment.objects.answerable_by(request.user), pk=pk)
        return _save_page(request, opened)
    if not opened.may.answer:
        return _show(request, opened)
    forms = [AnswerForm.of(asked) for asked in page.asked]
    return _show(request, opened, forms, HeardForm.of(page.heard))


def _save_page(request, opened):
    """The whole page at once: what the button does, with or without a script."""
    assessment, page = opened.assessment, opened.page
    forms = [AnswerForm.of(asked, request.POST) for asked in page.asked]
    heard = HeardForm.of(page.heard, request.POST)
    try:
        saved = [
            actions.save_answer(assessment, asked.statement, by=request.user, **form.saved)
            for asked, form in zip(page.asked, forms, strict=True)
            if form.was_sent and form.is_valid()
        ]
        if heard.was_sent and heard.is_valid():
            actions.record_heard(assessment, page.section, by=request.user, **heard.numbers)
    except actions.SignedOffError:
        return _show(request, opened, forms, heard, closed=True)
    if heard.errors or any(form.errors for form in forms if form.was_sent):
        return _show(request, opened, forms, heard)
    waiting = next((one.set_aside for one in saved if one.outcome is Outcome.SET_ASIDE), None)
    return redirect(_where_to(request, assessment, page, waiting))


def _where_to(request, assessment, page, waiting):
    if waiting:
        return reverse("assessments:settle", args=[assessment.pk, waiting.pk])
    if request.POST.get("then") == "stay":
        return reverse("assessments:section", args=[assessment.pk, page.section.pk])
    if request.POST.get("then") == "stop" or page.next is None:
        messages.success(request, _("Saved. You can come back at any time."))
        return reverse("assessments:task_list", args=[assessment.pk])
    return reverse("assessments:section", args=[assessment.pk, page.next.pk])


def _show(request, opened, forms=(), heard=None, closed=False):
    assessment, page, may = opened.assessment, opened.page, opened.may
    template = "assessments/section_read.html" if heard is None else "assessments/section.html"
    back = request.build_absolute_uri(reverse("assessments:section", args=[assessment.pk, page.section.pk]))
    context = {
        "assessment": assessment,
        "page": page,
        "may": may,
        "rows": list(zip(page.asked, forms, strict=True)) if forms else [(asked, None) for asked in page.asked],
        "heard_form": heard,
        "wrong": [form for form in [*forms, heard] if form is not None and form.is_bound and form.errors],
        "closed": closed,
        "address": back,
        "qr": page_code(back, _("Code for the address of this page")),
    }
    return render(request, template, context, status=409 if closed else 200)


@allow(permissions.answers)
@require_POST
def save_answer(request, pk, statement):
    """One answer, saved while somebody writes. Only a line about it and its version come back."""
    assessment = found(Assessment.objects.answerable_by(request.user), pk)
    statement = statement_of(assessment, statement)
    form = AnswerForm(request.POST, prefix=f"s{statement.pk}")
    context = {"assessment": assessment, "statement": statement, "form": form}
    if form.is_valid():
        try:
            context["saved"] = actions.save_answer(assessment, statement, by=request.user, **form.saved)
        except actions.SignedOffError:
            context["closed"] = True
    response = render(request, "assessments/saved.html", context)
    if "saved" not in context:
        response[NOT_SAVED] = "1"
    return response


@allow(permissions.answers)
@require_POST
def save_heard(request, pk, section):
    assessment = found(Assessment.objects.answerable_by(request.user), pk)
    form = HeardForm(request.POST, prefix="heard")
    context = {"form": form}
    if form.is_valid():
        try:
            context["heard"] = actions.record_heard(
                assessment, section_of(assessment, section), by=request.user, **form.numbers
            )
        except actions.SignedOffError:
            context["closed"] = True
    response = render(request, "assessments/saved_heard.html", context)
    if "heard" not in context:
        response[NOT_SAVED] = "1"
    return response


@allow(permissions.answers)
@require_POST
def who_is_here(request, pk, section):
    assessment = get_object_or_404(Assessment.objects.answerable_by(request.user), pk=pk)
    section = section_of(assessment, section)
    actions.note_presence(assessment, section, by=request.user)
    people = queries.people_here(assessment, section, request.user)
    return render(request, "assessments/here.html", {"people": people})


@allow(permissions.works_there)
@require_safe
def history(request, pk, statement):
    assessment = found(Assessment.objects.own_to(request.user), pk)
    statement = statement_of(assessment, statement)
    context = {
        "assessment": assessment,
        "statement": statement,
        "history": queries.history(assessment, statement),
        "may": permissions.what_may_be_done(assessment, request.user),
    }
    return render(request, "assessments/history.html", context)


@allow(permissions.leads)
@require_http_methods(["GET", "HEAD", "POST"])
def erase_words(request, pk, answer):
    """What somebody wrote in one version, out for good. Asked twice, because nothing brings it back."""
    assessment = found(Assessment.objects.led_by(request.user), pk)
    answer = get_object_or_404(assessment.answers, pk=answer)
    back = reverse("assessments:history", args=[pk, answer.statement_id])
    if request.method == "POST":
        words.erase_words(answer, by=request.user)
        messages.success(request, _("The words are taken out."))
        return redirect(back)
    return render(request, "accounts/erase_words.html", {"written": answer, "back": back})


@allow(permissions.answers)
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request, pk, set_aside):
    """Two people wrote at once: both texts, side by side, and one to agree on."""
    assessment = found(Assessment.objects.answerable_by(request.user), pk)
    ours = get_object_or_404(assessment.set_aside.select_related("statement", "written_by"), pk=set_aside)
    back = redirect(reverse("assessments:section", args=[pk, ours.statement.section_id]) + f"#s{ours.statement_id}")
    if ours.settled_at:
        return back
    form = SettleForm(request.POST or None)
    if form.is_valid():
        try:
            saved = actions.settle(ours, by=request.user, content=form.content, based_on=form.cleaned_data["version"])
        except actions.SignedOffError:
            messages.warning(
                request, _("This is signed off now. Both texts are kept. Open it again to put them together.")
            )
            return back
        if saved.outcome is not Outcome.SET_ASIDE:
            return back
        messages.warning(request, _("Somebody saved another text meanwhile. It is shown here beside yours."))
        form = None
    theirs = assessment.answers.filter(statement=ours.statement).select_related("saved_by").order_by("-version").first()
    if form is None or not form.is_bound:
        form = SettleForm(initial=_as_typed(ours, theirs))
    context = {"assessment": assessment, "statement": ours.statement, "ours": ours, "theirs": theirs, "form": form}
    return render(request, "assessments/settle.html", context)


def _as_typed(ours, theirs):
    typed = {name: getattr(ours, name) for name in ("stage", "confidence", "evidence", "in_the_way")}
    return typed | {"version": theirs.version if theirs else 0}


@allow(permissions.reads)
@require_safe
def workbook(request, pk):
    """All pages for paper: to prepare, to talk over, to fill in by hand."""
    assessment = found(Assessment.objects.visible_to(request.user), pk)
    pages = queries.workbook(assessment, request.user)
    context = {
        "assessment": assessment,
        "filled": "answers" in request.GET,
        "stages": Stage.choices,
        "pages": [(page, _code_for(request, assessment, page)) for page in pages],
    }
    return render(request, "assessments/workbook.html", context)


def _code_for(request, assessment, page):
    address = request.build_absolute_uri(reverse("assessments:section", args=[assessment.pk, page.section.pk]))
    return page_code(address, _("Code for the page about “%(title)s”") % {"title": page.section.title})
