from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.access import allow, anyone, signed_in
from hub.core.forms import send_once
from hub.core.public import public_page
from hub.toolkit import actions, queries
from hub.toolkit.forms import FeedbackForm, ReplyForm
from hub.toolkit.models import Chapter, Edition, Feedback, Statement, edits_the_toolkit
from hub.toolkit.permissions import toolkit_editors

A_PAGE = 25


@allow(anyone)
@require_safe
def read_toolkit(request, partnership):
    chapters = queries.chapters_for(request.user)
    return page(request, "toolkit/read_toolkit.html", partnership, chapters=chapters)


@allow(anyone)
@require_safe
def read_chapter(request, partnership, chapter, number):
    edition = edition_or_404(request, chapter, number)
    others = Edition.objects.visible_to(request.user).filter(chapter=edition.chapter).exclude(pk=edition.pk)
    return page(
        request,
        "toolkit/read_chapter.html",
        partnership,
        edition=edition,
        areas=queries.areas_with_sections(edition),
        others=others,
        is_editor=edits_the_toolkit(request.user, partnership__slug=partnership),
    )


@allow(anyone)
@require_safe
def print_chapter(request, partnership, chapter, number):
    edition = edition_or_404(request, chapter, number)
    areas = queries.whole_text(edition)
    return page(request, "toolkit/print_chapter.html", partnership, edition=edition, areas=areas)


@allow(anyone)
@require_safe
def read_section(request, partnership, chapter, number, section):
    edition = edition_or_404(request, chapter, number)
    text = queries.section_text(edition, section)
    if text is None:
        raise Http404
    before, after = queries.neighbours(edition, section)
    return page(
        request, "toolkit/read_section.html", partnership, edition=edition, section=text, before=before, after=after
    )


@allow(anyone)
@require_safe
def see_changes(request, partnership, chapter, older, newer):
    editions = {"older": edition_or_404(request, chapter, older), "newer": edition_or_404(request, chapter, newer)}
    changes = queries.what_changed(**editions)
    return page(request, "toolkit/see_changes.html", partnership, changes=changes, **editions)


@allow(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def give_feedback(request, partnership, chapter, number, section, key):
    edition = edition_or_404(request, chapter, number)
    statements = Statement.objects.visible_to(request.user).filter(section__area__edition=edition)
    statement = get_object_or_404(statements.select_related("section"), section__number=section, key=key)
    form = FeedbackForm(request.POST or None)

    def give():
        actions.give_feedback(statement, by=request.user, text=form.cleaned_data["text"])
        return reverse("toolkit:see_my_feedback", args=[partnership])

    if form.is_valid():
        messages.success(request, _("Thank you. The toolkit’s editors will read it. Here you see what becomes of it."))
        return redirect(send_once(form, give))
    context = {"edition": edition, "statement": statement, "section": statement.section, "form": form}
    return page(request, "toolkit/give_feedback.html", partnership, **context)


@allow(signed_in)
@require_safe
def see_my_feedback(request, partnership):
    page_obj = Paginator(queries.feedback_of(request.user), A_PAGE).get_page(request.GET.get("page"))
    return page(request, "toolkit/see_my_feedback.html", partnership, page_obj=page_obj)


@allow(toolkit_editors)
@require_safe
def see_feedback(request, partnership, chapter):
    chapter = get_object_or_404(Chapter.objects.visible_to(request.user), slug=chapter)
    waiting = request.GET.get("show") == "waiting"
    keys = list(queries.keys_with_feedback(chapter, request.user, waiting=waiting))
    page_obj = Paginator(keys, A_PAGE).get_page(request.GET.get("page"))
    statements = queries.feedback_by_statement(chapter, page_obj.object_list, request.user)
    return page(
        request,
        "toolkit/see_feedback.html",
        partnership,
        chapter=chapter,
        statements=statements,
        waiting=waiting,
        page_obj=page_obj,
    )


@allow(toolkit_editors)
@require_http_methods(["GET", "HEAD", "POST"])
def reply_to_feedback(request, partnership, pk):
    feedback = get_object_or_404(Feedback.objects.visible_to(request.user), pk=pk)
    statement = feedback.statement
    form = ReplyForm(request.POST or None)

    def reply():
        answer = {name: form.cleaned_data[name] for name in ("kind", "reason")}
        actions.reply_to_feedback(feedback, by=request.user, **answer)
        chapter = statement.section.area.edition.chapter
        return reverse("toolkit:see_feedback", args=[partnership, chapter.slug]) + f"#{statement.key}"

    if form.is_valid():
        messages.success(request, _("Saved. The person who said it can read your answer now."))
        return redirect(send_once(form, reply))
    return page(request, "toolkit/reply_to_feedback.html", partnership, feedback=feedback, form=form)


def edition_or_404(request, chapter, number):
    editions = Edition.objects.visible_to(request.user).select_related("chapter")
    return get_object_or_404(editions, chapter__slug=chapter, number=number)


def page(request, template, partnership, **context):
    partnership = queries.partnership_at(partnership)
    request.brand = partnership.brand
    return public_page(request, render(request, template, {"partnership": partnership, **context}))
