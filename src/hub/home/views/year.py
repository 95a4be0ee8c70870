from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub.assessments.models import Place
from hub.assessments.rounds import actions
from hub.core.access import allow, signed_in
from hub.core.forms import send_once
from hub.home import permissions, queries
from hub.home.forms import StuckForm
from hub.organisations.models import Organisation, Partnership
from hub.programme.models import Action

A_PAGE = 25


@allow(signed_in)
@require_safe
def choose_year(request):
    """Straight to the only place where somebody works; otherwise they choose."""
    parts = queries.parts_of(request.user)
    if len(parts) == 1:
        return redirect("home:show_year", *parts[0].where)
    partnerships = Partnership.objects.of(request.user)
    return render(request, "home/choose_year.html", {"parts": parts, "partnerships": partnerships})


@allow(permissions.works_here)
@require_safe
def show_year(request, partnership, organisation, unit=None):
    """The one next thing, the year in five steps, and the rest."""
    organisations = Organisation.objects.of(request.user).select_related("partnership")
    organisation = get_object_or_404(organisations, partnership__slug=partnership, slug=organisation)
    unit = get_object_or_404(organisation.units, slug=unit) if unit else None
    part = queries.Part(organisation, unit)
    units = organisation.units.all() if unit is None else []
    year = queries.year_of(part, request.user)
    context = {
        "year": year,
        "may_say_stuck": year.place and Place.objects.answered_by(request.user).filter(pk=year.place.pk).exists(),
        "units": units,
        "actions": Action.objects.owned_by(request.user).count(),
        "greeting": greeting(timezone.localtime()),
        "has_other_places": len(queries.parts_of(request.user)) > 1,
    }
    return render(request, "home/year.html", context)


@allow(permissions.answers_at_the_place)
@require_http_methods(["GET", "HEAD", "POST"])
def say_stuck(request, pk):
    places = Place.objects.answered_by(request.user).open().select_related("organisation__partnership", "unit", "round")
    place = get_object_or_404(places, pk=pk)
    form = StuckForm(request.POST or None)
    if form.is_valid():
        address = send_once(form, lambda: _say(place, request.user, form.cleaned_data["text"]))
        messages.success(request, _("The coordinator can see it now, and will be in touch."))
        return redirect(address)
    return render(request, "home/stuck.html", {"form": form, "place": place})


@allow(permissions.looks_over_the_partnership)
@require_safe
def show_board(request, partnership):
    """What was promised, what moved, who is stuck, what is due: as far as organisations share it."""
    partnership = get_object_or_404(Partnership.objects.of(request.user), slug=partnership)
    context = {"partnership": partnership, "overview": queries.overview_of(partnership, request.user)}
    return render(request, "home/board.html", context)


@allow(permissions.commissioner_here)
@require_safe
def show_commissioner(request, partnership):
    partnership = get_object_or_404(Partnership.objects.of(request.user), slug=partnership)
    shared = queries.shared_with_commissioners(partnership, request.user)
    context = {
        "partnership": partnership,
        "page_obj": Paginator(shared, A_PAGE).get_page(request.GET.get("page")),
        "practices": queries.practices_shared(partnership, request.user),
        "own": queries.commissions_for(request.user, partnership),
    }
    return render(request, "home/commissioner.html", context)


def greeting(now):
    if now.hour < 12:
        return _("Good morning.")
    return _("Good afternoon.") if now.hour < 18 else _("Good evening.")


def _say(place, user, text):
    actions.say_stuck(place, by=user, text=text)
    return reverse("home:show_year", args=queries.Part(place.organisation, place.unit).where)
