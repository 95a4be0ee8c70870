"""Colleagues who work on an assessment, and strengths that it offers to others."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hub.assessments import actions, permissions, queries
from hub.assessments.forms import ColleagueForm, PracticeForm
from hub.assessments.models import Assessment
from hub.assessments.views.answering import found, statement_of
from hub.core.access import allow
from hub.core.forms import send_once
from hub.organisations import actions as organisations
from hub.organisations.permissions import roles_ended_by


@allow(permissions.leads)
@require_http_methods(["GET", "HEAD", "POST"])
def invite_colleague(request, pk):
    assessment = found(Assessment.objects.led_by(request.user), pk)
    form = ColleagueForm(request.POST or None)
    if form.is_valid():
        return redirect(send_once(form, lambda: _invite(request, assessment, form)))
    context = {
        "assessment": assessment,
        "form": form,
        "people": queries.people_of(assessment),
        "may_end": set(roles_ended_by(request.user).values_list("pk", flat=True)),
        "invited": queries.invited_to(assessment),
    }
    return render(request, "assessments/invite_colleague.html", context)


def _invite(request, assessment, form):
    email = form.cleaned_data["email"]
    organisations.invite(
        email,
        kind=form.cleaned_data["kind"],
        partnership=assessment.organisation.partnership,
        by=request.user,
        organisation=assessment.organisation,
        unit=assessment.unit,
        next_url=reverse("assessments:task_list", args=[assessment.pk]),
    )
    messages.success(request, _("A letter with a code is on its way to %(email)s.") % {"email": email})
    return reverse("assessments:invite_colleague", args=[assessment.pk])


@allow(permissions.leads)
@require_POST
def take_back_invitation(request, pk, invitation):
    assessment = found(Assessment.objects.led_by(request.user), pk)
    organisations.withdraw(get_object_or_404(queries.invited_to(assessment), pk=invitation), by=request.user)
    messages.success(request, _("Taken back. The code in the letter does not work any more."))
    return redirect("assessments:invite_colleague", pk)


@allow(permissions.leads)
@require_POST
def send_again(request, pk, invitation):
    assessment = found(Assessment.objects.led_by(request.user), pk)
    if organisations.send_again(get_object_or_404(queries.invited_to(assessment), pk=invitation), by=request.user):
        messages.success(request, _("A letter with a new code is on its way."))
    else:
        messages.info(request, _("A letter went out a few minutes ago. Give it a little time."))
    return redirect("assessments:invite_colleague", pk)


@allow(permissions.leads)
@require_POST
def end_role(request, pk, role):
    """Somebody no longer works here. What they wrote stays."""
    assessment = found(Assessment.objects.led_by(request.user), pk)
    theirs = queries.people_of(assessment).filter(pk__in=roles_ended_by(request.user).values("pk"))
    role = get_object_or_404(theirs, pk=role)
    try:
        organisations.end_role(role, by=request.user)
    except organisations.NobodyLeftError:
        messages.error(request, _("Somebody has to lead here. Invite another lead first."))
    else:
        messages.success(request, _("Done. %(person)s reaches nothing here any more.") % {"person": role.user})
    is_still_here = Assessment.objects.led_by(request.user).filter(pk=pk).exists()
    return redirect("assessments:invite_colleague", pk) if is_still_here else redirect("/")


@allow(permissions.leads)
@require_http_methods(["GET", "HEAD", "POST"])
def share_practice(request, pk, statement):
    """Offer a strength to others, as far as one likes. Until somebody presses the button it stays at home."""
    assessment = found(Assessment.objects.led_by(request.user), pk)
    statement = statement_of(assessment, statement)
    offered = assessment.shared_practices.current().filter(statement=statement).first()
    form = PracticeForm(request.POST or None, initial=_first_words(assessment, statement, offered))
    if form.is_valid():
        actions.share_practice(assessment, statement, by=request.user, **form.cleaned_data)
        messages.success(request, _("Shared. Thank you: others can learn from it now."))
        return redirect("assessments:task_list", pk)
    context = {"assessment": assessment, "statement": statement, "offered": offered, "form": form}
    return render(request, "assessments/share_practice.html", context)


def _first_words(assessment, statement, offered):
    if offered:
        return {"text": offered.text, "how_to_ask": offered.how_to_ask, "sharing": offered.sharing}
    answer = assessment.answers.filter(statement=statement).order_by("-version").first()
    return {"text": answer.evidence if answer else ""}


@allow(permissions.leads)
@require_POST
def withdraw_practice(request, pk, practice):
    assessment = found(Assessment.objects.led_by(request.user), pk)
    practice = get_object_or_404(assessment.shared_practices, pk=practice)
    actions.withdraw_practice(practice, by=request.user)
    messages.success(request, _("It is no longer offered."))
    return redirect("assessments:share_practice", pk, practice.statement_id)
