from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.assessments.models import Answer, Assessment
from hub.commitments.actions import ChangedMeanwhile, change_commitment, hand_over
from hub.commitments.queries import Reader, story
from hub.core.access import allow
from hub.core.forms import send_once
from hub.organisations.permissions import own
from hub.pledges import actions, drafts, permissions, queries
from hub.pledges.forms import CarryOnForm, ChangePledgeForm, FilterForm, HandOverForm, NewPledgeForm, newest_editions
from hub.pledges.models import Pledge

TEXTS = ["title", "inequality", "action", "outcome", "knowing", "people"]
PER_PAGE = 25


@allow(permissions.reads_pledges)
@require_safe
def read_pledges(request):
    """Our pledges, or everybody's in the partnership that we may read."""
    may_read = Pledge.objects.visible_to(request.user)
    years = may_read.order_by("-year").values_list("year", flat=True).distinct()
    form = FilterForm(request.GET, years=list(years))
    form.is_valid()
    wanted = may_read if form.chosen("whose") == "all" else may_read.filter(own(request.user))
    if form.chosen("year"):
        wanted = wanted.filter(year=form.chosen("year"))
    if form.chosen("stage"):
        wanted = queries.at_stage(wanted, form.chosen("stage"))
    page = Paginator(queries.pledges_for_list(wanted.order_by("-year", "organisation__name", "-pk")), PER_PAGE)
    context = {
        "form": form,
        "page_obj": page.get_page(request.GET.get("page")),
        "whose": form.chosen("whose"),
        "may_make": permissions.organisations_that_pledge_by(request.user).exists(),
    }
    return render(request, "pledges/read_pledges.html", context)


@allow(permissions.reads_pledge)
@require_safe
def read_pledge(request, pk):
    pledge = get_object_or_404(
        Pledge.objects.visible_to(request.user).select_related(
            "commitment__owner", "organisation__partnership", "unit", "continues", "from_answer"
        ),
        pk=pk,
    )
    reader = permissions.reader_of(pledge, request.user)
    told = story(pledge.commitment, reader=reader)
    may_report = Pledge.objects.reportable_by(request.user).filter(pk=pk).exists()
    context = {
        "pledge": pledge,
        "story": told,
        "may_report": may_report,
        "may_share": Pledge.objects.led_by(request.user).filter(pk=pk).exists(),
        "may_approve": permissions.approvable_by(request.user).filter(pk=pk).exists(),
        "missing": queries.missing_from(pledge, told) if may_report else None,
        "owner_has_left": reader is Reader.OURS and permissions.owner_has_left(pledge),
        "carried_on_as": Pledge.objects.visible_to(request.user).filter(continues=pledge).first(),
    }
    return render(request, "pledges/read_pledge.html", context)


@allow(permissions.pledges)
@require_http_methods(["GET", "POST"])
def make_pledge(request):
    """From an answer in one click, from an assessment, or from nothing."""
    start = _start_of(request)
    if start is None:
        return render(request, "pledges/choose_organisation.html", {"places": _places_of(request.user).values()})
    form = NewPledgeForm(
        request.POST or None,
        organisation=start["organisation"],
        unit=start["unit"],
        editions=[start["assessment"].edition] if start["assessment"] else None,
        initial={
            "owner": request.user.pk,
            **(drafts.questions_from(start["from_answer"]) if start["from_answer"] else {}),
        },
    )
    if form.is_valid():
        answers = {name: value for name, value in start.items() if name != "organisation"} | form.answers()
        return redirect(send_once(form, lambda: actions.make_pledge(start["organisation"], by=request.user, **answers)))
    year = timezone.localdate().year
    made = queries.pledges_this_year(start["organisation"], start["unit"], year)
    context = {"form": form, **start, "made": made, "is_more_than_suggested": made >= queries.SUGGESTED}
    return render(request, "pledges/make_pledge.html", context)


def _start_of(request):
    """What the pledge starts from. None where somebody works for several organisations and has not said which."""
    answer = assessment = None
    if number := _number(request.GET.get("answer")):
        ours = Answer.objects.filter(assessment__in=Assessment.objects.answerable_by(request.user))
        about = ("statement", "assessment__edition", "assessment__organisation")
        answer = get_object_or_404(ours.select_related(*about), pk=number)
        assessment = answer.assessment
    elif number := _number(request.GET.get("assessment")):
        assessment = get_object_or_404(
            Assessment.objects.answerable_by(request.user).select_related("edition", "organisation", "unit"), pk=number
        )
    if assessment:
        return _starting(assessment.organisation, assessment.unit, assessment, answer)
    return _start_from_nothing(request)


def _start_from_nothing(request):
    places = _places_of(request.user)
    wanted = (_number(request.GET.get("organisation")), _number(request.GET.get("unit")))
    if wanted in places:
        role = places[wanted]
    elif wanted == (None, None) and len(places) == 1:
        role = next(iter(places.values()))
    else:
        return None
    return _starting(role.organisation, role.unit, None, None)


def _places_of(user):
    """The organisations and units for which this person may make a pledge, each once."""
    roles = permissions.roles_of(user).filter(kind__in=permissions.WRITERS).select_related("organisation", "unit")
    return {(role.organisation_id, role.unit_id): role for role in roles}


def _starting(organisation, unit, assessment, answer):
    return {"organisation": organisation, "unit": unit, "assessment": assessment, "from_answer": answer}


def _number(text):
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


@allow(permissions.reports_on_pledge)
@require_http_methods(["GET", "POST"])
def change_pledge(request, pk):
    pledge = _reportable(request, pk)
    commitment = pledge.commitment
    form = ChangePledgeForm(
        request.POST or None,
        organisation=pledge.organisation,
        unit=pledge.unit,
        editions=_editions_of(pledge),
        initial=_as_it_is(commitment),
    )
    theirs = None
    if form.is_valid():
        try:
            change_commitment(commitment, by=request.user, seen=form.cleaned_data["seen"], **form.answers())
            return redirect(pledge)
        except ChangedMeanwhile:
            theirs = _what_they_changed(commitment, form)
    return render(request, "pledges/change_pledge.html", {"form": form, "pledge": pledge, "theirs": theirs})


def _as_it_is(commitment):
    values = {name: getattr(commitment, name) for name in (*TEXTS, "work", "due_on")}
    many = {name: [row.pk for row in getattr(commitment, name).all()] for name in ("groups", "statements")}
    return {**values, **many, "seen": commitment.version}


def _what_they_changed(commitment, form):
    """The texts that differ now, side by side. Saving again keeps what this person wrote."""
    commitment.refresh_from_db()
    form.data = form.data.copy()
    form.data["seen"] = str(commitment.version)
    return [
        {"label": form.fields[name].label, "theirs": getattr(commitment, name), "yours": form.cleaned_data[name]}
        for name in TEXTS
        if getattr(commitment, name) != form.cleaned_data[name]
    ]


def _editions_of(pledge):
    """Those it already serves, and the newest."""
    from_statements = {
        statement.section.area.edition
        for statement in pledge.commitment.statements.select_related("section__area__edition")
    }
    own_edition = {pledge.assessment.edition} if pledge.assessment else set()
    return from_statements | own_edition | (set() if own_edition else set(newest_editions()))


def _reportable(request, pk):
    pledges = Pledge.objects.reportable_by(request.user)
    return get_object_or_404(
        pledges.select_related("commitment__owner", "organisation__partnership", "unit", "assessment__edition"), pk=pk
    )


@allow(permissions.reports_on_pledge)
@require_http_methods(["GET", "POST"])
def hand_over_pledge(request, pk):
    pledge = _reportable(request, pk)
    form = HandOverForm(request.POST or None, pledge=pledge)
    if form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("to", "owner_role", "words")}

        def hand_it_over():
            hand_over(pledge.commitment, by=request.user, **answers)
            return pledge

        return redirect(send_once(form, hand_it_over))
    return render(request, "pledges/hand_over.html", {"form": form, "pledge": pledge})


@allow(permissions.reports_on_pledge)
@require_http_methods(["GET", "POST"])
def carry_on(request, pk):
    pledge = _reportable(request, pk)
    if already := pledge.continued_by.first():
        return redirect(already)
    form = CarryOnForm(request.POST or None, initial={"due_on": _a_year_later(pledge.commitment.due_on)})
    if form.is_valid():
        due_on = form.cleaned_data["due_on"]
        return redirect(send_once(form, lambda: actions.carry_on(pledge, by=request.user, due_on=due_on)))
    return render(request, "pledges/carry_on.html", {"form": form, "pledge": pledge, "next_year": pledge.year + 1})


def _a_year_later(day):
    if day is None:
        return None
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
