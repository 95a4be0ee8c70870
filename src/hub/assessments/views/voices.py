"""What people say: written down by a lead, asked for by a link, and shared only when the lead says so."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.assessments import actions, permissions, queries
from hub.assessments.forms import LinkForm, ShareVoicesForm, VoiceForm
from hub.assessments.models import Assessment, ContributionLink, Stage
from hub.assessments.qr import qr_code
from hub.assessments.views.answering import found, statement_of
from hub.core.access import allow
from hub.core.forms import send_once


@allow(permissions.answers)
@require_http_methods(["GET", "HEAD", "POST"])
def voices_at(request, pk, statement):
    """What people say of one statement, and a place to write down what somebody said in a meeting."""
    assessment = found(Assessment.objects.answerable_by(request.user), pk)
    statement = statement_of(assessment, statement)
    voices = list(assessment.voices.current().filter(statement=statement).select_related("contributor"))
    seen = queries.what_is_seen_by(request.user, assessment)
    changeable = {voice.pk for voice in permissions.voices_in_the_hands_of(request.user, assessment)}
    changing = next((one for one in voices if _is_to_change(one, request, changeable)), None)
    form = VoiceForm(request.POST or None, initial=_as_it_stands(changing, request))
    if form.is_valid():
        return redirect(send_once(form, lambda: _write_down(request, assessment, statement, form, changing)))
    context = {
        "assessment": assessment,
        "statement": statement,
        "seats": queries.seats(voices, seen=seen, user=request.user),
        "changeable": changeable,
        "changing": changing,
        "form": form,
        "seen": seen,
    }
    return render(request, "assessments/voices_at.html", context)


def _is_to_change(voice, request, changeable):
    """Nobody puts into other words what somebody wrote themselves."""
    return str(voice.pk) == request.GET.get("change") and voice.pk in changeable and not voice.contributor_id


def _as_it_stands(voice, request):
    if voice is None:
        return {"speaker": request.GET.get("speaker", "")}
    return {name: getattr(voice, name) for name in ("speaker", "people", "stage", "text")}


def _write_down(request, assessment, statement, form, changing):
    said = {name: form.cleaned_data[name] for name in ("speaker", "people", "stage", "text")}
    actions.record_voice(assessment, statement, said, by=request.user, replaces=changing)
    messages.success(request, _("Written down."))
    return reverse("assessments:section", args=[assessment.pk, statement.section_id]) + f"#s{statement.pk}"


@allow(permissions.answers)
@require_POST
def erase_voice(request, pk, voice):
    assessment = found(Assessment.objects.answerable_by(request.user), pk)
    voices = permissions.voices_in_the_hands_of(request.user, assessment)
    voice = get_object_or_404(voices.select_related("replaces"), pk=voice)
    actions.erase_voice(voice, by=request.user)
    messages.success(request, _("Taken out. The words are gone for good."))
    return redirect("assessments:voices_at", pk, voice.statement_id)


@allow(permissions.leads)
@require_safe
def links(request, pk):
    assessment = found(Assessment.objects.led_by(request.user), pk)
    said = Count("contributors__voices", filter=Q(contributors__voices__erased_at=None))
    rows = assessment.links.select_related("section", "assessment").annotate(said=said)
    people = queries.contributors_to(assessment).order_by("came_at")
    context = {
        "assessment": assessment,
        "links": rows,
        "people": _who_still_has_words(people),
    }
    return render(request, "assessments/links.html", context)


def _who_still_has_words(people):
    words = Q(voices__isnull=False, voices__erased_at=None) | Q(differences__isnull=False, differences__erased_at=None)
    return people.filter(words).distinct().select_related("link__section")


@allow(permissions.leads)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_link(request, pk):
    """The address is shown on the answer to this form and never again: only its hash is kept."""
    assessment = found(Assessment.objects.led_by(request.user), pk)
    asked = {"section": request.GET.get("page"), "speaker": request.GET.get("speaker", "")}
    asked["purpose"] = request.GET.get("purpose", ContributionLink.Purpose.SECTION)
    form = LinkForm(request.POST or None, initial=asked, sections=queries.pages_of(assessment))
    if not form.is_valid():
        return render(request, "assessments/make_link.html", {"assessment": assessment, "form": form})
    made = []
    send_once(form, lambda: _make(made, request, assessment, form))
    if not made:
        messages.warning(
            request, _("This link was made already. Its address is shown only once; make another if you lost it.")
        )
        return redirect("assessments:links", pk)
    link, address = made[0]
    context = {
        "assessment": assessment,
        "link": link,
        "address": address,
        "qr": qr_code(address, _("Code that opens the link")),
        "statements": queries.statements_of(assessment, link.section) if link.section else (),
        "stages": Stage.choices,
    }
    return render(request, "assessments/link_made.html", context)


def _make(made, request, assessment, form):
    asked = {name: form.cleaned_data[name] for name in ("purpose", "section", "speaker", "note", "days")}
    link, token = actions.make_link(assessment, by=request.user, **asked)
    made.append((link, request.build_absolute_uri(reverse("assessments:contribute", args=[token]))))
    return reverse("assessments:links", args=[assessment.pk])


@allow(permissions.leads)
@require_POST
def revoke_link(request, pk, link):
    assessment = found(Assessment.objects.led_by(request.user), pk)
    actions.revoke_link(get_object_or_404(assessment.links, pk=link), by=request.user)
    messages.success(request, _("The link no longer opens. What people said with it is kept."))
    return redirect("assessments:links", pk)


@allow(permissions.leads)
@require_POST
def erase_contributor(request, pk, contributor):
    assessment = found(Assessment.objects.led_by(request.user), pk)
    contributor = get_object_or_404(queries.contributors_to(assessment), pk=contributor)
    actions.erase_contributor(contributor, by=request.user)
    messages.success(request, _("Everything that this person said is taken out for good."))
    return redirect("assessments:links", pk)


@allow(permissions.leads)
@require_http_methods(["GET", "HEAD", "POST"])
def share_voices(request, pk):
    """Before more people read the voices, say plainly who could be recognised."""
    assessment = found(Assessment.objects.led_by(request.user), pk)
    voices = queries.voices_page(assessment)
    is_risky = bool(voices.risks) or voices.is_small_team
    now = assessment.voices_shared.first()
    form = ShareVoicesForm(
        request.POST or None, assessment=assessment, is_risky=is_risky, initial={"choice": _now(now)}
    )
    if form.is_valid():
        actions.share_voices(assessment, by=request.user, **form.decision)
        messages.success(request, _("Saved. You can change it at any time."))
        return redirect("assessments:task_list", pk)
    context = {"assessment": assessment, "voices": voices, "form": form, "now": now}
    return render(request, "assessments/share_voices.html", context)


def _now(shared):
    if shared is None or shared.what == shared.What.NOTHING:
        return ShareVoicesForm.LEAD
    if shared.what == shared.What.COUNTS:
        return ShareVoicesForm.READERS_COUNT
    return ShareVoicesForm.US if shared.sharing == "only_us" else ShareVoicesForm.READERS
