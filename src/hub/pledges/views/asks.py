from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hub.commitments import actions as commitments
from hub.commitments import queries as told
from hub.commitments import rules
from hub.commitments.forms import AskForm, CloseAskForm, OfferForm, StepForm
from hub.commitments.models import Ask, Offer, OfferStep
from hub.core.access import allow
from hub.core.forms import send_once
from hub.pledges import actions, permissions, queries
from hub.pledges.forms import NewAskForm
from hub.pledges.models import Pledge

PER_PAGE = 25


def _link(request, ask):
    return request.build_absolute_uri(reverse("pledges:read_ask", args=[ask.pk]))


@allow(permissions.reads_asks)
@require_safe
def read_asks(request):
    """What organisations ask the group, newest first; those that are settled on request."""
    asks = Ask.objects.visible_to(request.user)
    shows_settled = request.GET.get("settled") == "1"
    asks = asks.exclude(closed_at=None) if shows_settled else asks.open()
    areas = list(told.areas_of(asks))
    area = next((area for area in areas if str(area.pk) == request.GET.get("area")), None)
    if area:
        asks = asks.filter(area=area)
    context = {
        "page_obj": Paginator(told.asks_for_list(asks), PER_PAGE).get_page(request.GET.get("page")),
        "areas": areas,
        "area": area,
        "shows_settled": shows_settled,
        "may_ask": permissions.organisations_that_pledge_by(request.user).exists(),
    }
    return render(request, "pledges/read_asks.html", context)


@allow(permissions.reads_ask)
@require_safe
def read_ask(request, pk):
    asks = Ask.objects.visible_to(request.user).select_related("organisation", "area__edition", "commitment__pledge")
    ask = get_object_or_404(asks, pk=pk)
    is_ours = permissions.asks_of(request.user).filter(pk=ask.pk).exists()
    made = set(permissions.offers_of(request.user).filter(ask=ask).values_list("pk", flat=True))
    context = {
        "ask": ask,
        "is_ours": is_ours,
        "offers": [_offer_shown(offer, is_ours, offer.pk in made) for offer in _offers_seen_by(ask, is_ours, made)],
        "pledge": Pledge.objects.visible_to(request.user).filter(commitment=ask.commitment_id).first(),
        "who_may_help": told.who_may_help(ask.area, request.user, but=ask.organisation),
        "may_offer": not ask.closed_at and told.organisations_that_may_offer(ask, request.user).exists(),
    }
    return render(request, "pledges/read_ask.html", context)


def _offers_seen_by(ask, is_ours, made):
    """The group sees offers; one that was not needed or was taken back stays between the two."""
    offers = told.with_step(ask.offers.select_related("organisation", "offered_by"))
    hidden = {OfferStep.Step.DECLINED, OfferStep.Step.WITHDRAWN}
    return [offer for offer in offers if is_ours or offer.pk in made or offer.step not in hidden]


def _offer_shown(offer, asked, offered):
    """With the steps that this reader may take."""
    return {
        "offer": offer,
        "stands": OfferStep.Step(offer.step) if offer.step else None,
        "steps": [OfferStep.Step(step) for step in _steps_open_to(offer, asked, offered)],
    }


def _steps_open_to(offer, asked, offered):
    """For whoever asked, for whoever offered, or for somebody who did both."""
    sides = [side for side, is_theirs in (("asker", asked), ("offerer", offered)) if is_theirs]
    return [step for side in sides for step in rules.steps_from(offer.step, side)]


@allow(permissions.pledges)
@require_http_methods(["GET", "POST"])
def make_ask(request):
    """An ask that is not about one pledge."""
    organisations = permissions.organisations_that_pledge_by(request.user)
    form = NewAskForm(request.POST or None, organisations=organisations, initial={"area": request.GET.get("area")})
    if form.is_valid():
        asked = {name: form.cleaned_data[name] for name in ("text", "area")}
        organisation = form.organisation()
        return redirect(
            send_once(form, lambda: _address(commitments.ask_group(organisation, by=request.user, **asked)))
        )
    return render(request, "pledges/make_ask.html", {"form": form})


@allow(permissions.reports_on_pledge)
@require_http_methods(["GET", "POST"])
def ask_about_pledge(request, pk):
    pledge = get_object_or_404(
        Pledge.objects.reportable_by(request.user).select_related("commitment", "organisation__partnership"), pk=pk
    )
    form = AskForm(request.POST or None, initial={"text": _help_wanted(pledge)})
    if form.is_valid():
        text = form.cleaned_data["text"]
        return redirect(send_once(form, lambda: _address(actions.ask_group(pledge, by=request.user, text=text))))
    area = queries.area_of(pledge)
    helpers = told.who_may_help(area, request.user, but=pledge.organisation)
    return render(
        request, "pledges/make_ask.html", {"form": form, "pledge": pledge, "area": area, "who_may_help": helpers}
    )


def _help_wanted(pledge):
    latest = pledge.commitment.updates.current().first()
    return latest.help_wanted if latest else ""


def _address(ask):
    return reverse("pledges:read_ask", args=[ask.pk])


@allow(permissions.may_offer)
@require_http_methods(["GET", "POST"])
def offer_help(request, pk):
    ask = get_object_or_404(
        permissions.asks_open_to(request.user).select_related("organisation", "area", "partnership"), pk=pk
    )
    organisations = told.organisations_that_may_offer(ask, request.user)
    if not organisations:
        raise Http404
    form = OfferForm(request.POST or None, organisations=organisations)
    if form.is_valid():
        offered = {name: form.cleaned_data[name] for name in ("text", "may_be_public")}

        def offer():
            commitments.offer_help(
                ask, organisation=form.organisation(), by=request.user, link=_link(request, ask), **offered
            )
            return _address(ask)

        return redirect(send_once(form, offer))
    return render(request, "pledges/offer_help.html", {"form": form, "ask": ask})


@allow(permissions.handles_offer)
@require_http_methods(["GET", "POST"])
def take_step(request, pk, step):
    """One step with an offer, if it may be taken from where the offer stands now."""
    theirs = Offer.objects.filter(pk__in=permissions.offers_handled_by(request.user).values("pk"))
    offer = get_object_or_404(told.with_step(theirs.select_related("ask__organisation", "organisation")), pk=pk)
    if step not in OfferStep.Step.values:
        raise Http404
    form = StepForm(request.POST or None, step=step)
    asked = permissions.asks_of(request.user).filter(pk=offer.ask_id).exists()
    offered = permissions.offers_of(request.user).filter(pk=offer.pk).exists()
    may_be_taken = step in _steps_open_to(offer, asked, offered)
    if form.is_valid():

        def take():
            if may_be_taken:
                words = form.cleaned_data["words"]
                commitments.take_step(offer, by=request.user, step=step, words=words, link=_link(request, offer.ask))
            return _address(offer.ask)

        return redirect(send_once(form, take))
    context = {"form": form, "offer": offer, "step": OfferStep.Step(step), "may_be_taken": may_be_taken}
    return render(request, "pledges/take_step.html", context)


@allow(permissions.made_ask)
@require_http_methods(["GET", "POST"])
def close_ask(request, pk):
    ask = get_object_or_404(permissions.asks_of(request.user).open().select_related("organisation"), pk=pk)
    form = CloseAskForm(request.POST or None)
    if form.is_valid():
        came_of_it = form.cleaned_data["came_of_it"]

        def close():
            commitments.close_ask(ask, by=request.user, came_of_it=came_of_it, link=_link(request, ask))
            return _address(ask)

        return redirect(send_once(form, close))
    return render(request, "pledges/close_ask.html", {"form": form, "ask": ask})
