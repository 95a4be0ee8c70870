"""Starting an assessment, agreeing on it and carrying it on."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.assessments import actions, permissions, queries
from hub.assessments.forms import CarryOnForm, SharingForm, StartForm
from hub.assessments.models import Assessment
from hub.assessments.views.answering import found
from hub.core.access import allow, signed_in


@allow(signed_in)
@require_safe
def my_assessments(request):
    context = {
        "assessments": queries.assessments_of(request.user, page=request.GET.get("page")),
        "may_start": permissions.places_to_start(request.user).exists(),
    }
    return render(request, "assessments/my_assessments.html", context)


@allow(permissions.leads_somewhere)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request):
    organisations = permissions.organisations_to_start(request.user)
    organisation = _chosen(organisations, request)
    form = StartForm(request.POST or None, user=request.user, organisation=organisation)
    if form.is_valid():
        assessment = actions.begin_year(
            organisation,
            form.cleaned_data["edition"],
            by=request.user,
            unit=_unit(form, organisation, by=request.user),
            **form.for_whom,
        )
        return redirect(_first_page(assessment))
    context = {"form": form, "organisation": organisation, "organisations": organisations}
    return render(request, "assessments/start.html", context)


def _chosen(organisations, request):
    """Nearly everybody leads in one organisation. The others say which by its number."""
    asked = request.POST.get("organisation") or request.GET.get("organisation")
    if asked and asked.isdecimal():
        return get_object_or_404(organisations, pk=asked)
    return organisations.first()


def _unit(form, organisation, *, by):
    part = form.cleaned_data["part"]
    if part == StartForm.WHOLE:
        return None
    if part == StartForm.NEW:
        name, staff = form.cleaned_data["name"], form.cleaned_data["staff"]
        return actions.name_unit(organisation, by=by, name=name, slug=slugify(name)[:80] or "part", staff=staff)
    return organisation.units.get(pk=part)


@allow(permissions.takes_the_place)
@require_safe
def begin(request, place):
    """From an invitation straight to the first question. Coming again finds what is there, so a link may lead here."""
    places = permissions.places_of(request.user).select_related("round__edition", "organisation", "unit")
    place = get_object_or_404(places, pk=place)
    return redirect(_first_page(actions.begin(place, by=request.user)))


def _first_page(assessment):
    section = queries.first_open_section(assessment)
    if section is None:
        return redirect("assessments:task_list", assessment.pk).url
    return redirect("assessments:section", assessment.pk, section.pk).url


@allow(permissions.leads)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request, pk):
    return _sign(request, found(Assessment.objects.led_by(request.user), pk))


@allow(permissions.approves)
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request, pk):
    """The same as for a lead, for the person who approves in an organisation that has one."""
    return _sign(request, found(Assessment.objects.approvable_by(request.user), pk))


def _sign(request, assessment):
    """What is agreed and who may read it are decided in one place, because the first makes the second true."""
    form = SharingForm(request.POST or None, initial={"sharing": assessment.sharing})
    tasks = queries.task_list(assessment)
    if form.is_valid() and not tasks.to_review:
        actions.choose_sharing(assessment, by=request.user, sharing=form.cleaned_data["sharing"])
        actions.sign_off(assessment, by=request.user)
        messages.success(request, _("Signed off. Thank you for taking the time."))
        return redirect(settings.RESULTS_URL, assessment.pk)
    context = {"assessment": assessment, "list": tasks, "form": form}
    return render(request, "assessments/sign_off.html", context)


@allow(permissions.opens_again)
@require_POST
def reopen(request, pk):
    assessment = found(Assessment.objects.signable_by(request.user), pk)
    actions.reopen(assessment, by=request.user)
    messages.success(request, _("It is open again. Until you sign it off, only your own people can read it."))
    return redirect("assessments:task_list", pk)


@allow(permissions.leads)
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request, pk):
    assessment = found(Assessment.objects.led_by(request.user), pk)
    form = SharingForm(request.POST or None, initial={"sharing": assessment.sharing})
    if form.is_valid():
        actions.choose_sharing(assessment, by=request.user, sharing=form.cleaned_data["sharing"])
        messages.success(request, _("Saved: %(who)s.") % {"who": assessment.get_sharing_display()})
        return redirect("assessments:task_list", pk)
    return render(request, "assessments/sharing.html", {"assessment": assessment, "form": form})


@allow(permissions.leads)
@require_http_methods(["GET", "HEAD", "POST"])
def carry_on(request, pk):
    previous = found(Assessment.objects.led_by(request.user), pk)
    form = CarryOnForm(request.POST or None, assessment=previous, this_year=timezone.localdate().year)
    if form.is_valid():
        assessment = actions.carry_on(previous, by=request.user, **form.cleaned_data)
        return redirect("assessments:task_list", assessment.pk)
    return render(request, "assessments/carry_on.html", {"assessment": previous, "form": form})
