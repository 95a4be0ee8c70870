"""A page for people who come by a link. It works without an account and without a script."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.assessments import actions, queries
from hub.assessments.forms import DifferenceForm, SayForm
from hub.assessments.models import ContributionLink
from hub.core.access import allow, anyone

COOKIE = "contributor"


@allow(anyone)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contribute(request, token):
    """One question at a time, or all on one page. Only one's own words are shown."""
    link = _link(token)
    if not link.is_usable:
        return _ended(request, link)
    contributor = _who(request, link)
    if contributor.pk is None and queries.is_full(link):
        return _ended(request, link)
    ask = _difference if link.purpose == ContributionLink.Purpose.DIFFERENCE else _section
    return _remembered(ask(request, token, link, contributor), token, link, contributor)


def _section(request, token, link, contributor):
    statements = list(queries.statements_of(link.assessment, link.section))
    at = None if "all" in request.GET else _number(request.GET.get("question"), len(statements))
    shown = statements if at is None else statements[at - 1 : at]
    own = queries.own_voices(contributor)
    forms = [
        SayForm(request.POST or None, prefix=f"s{statement.pk}", initial=own.get(statement.pk)) for statement in shown
    ]
    if request.method == "POST" and all(form.is_valid() for form in forms):
        for statement, form in zip(shown, forms, strict=True):
            actions.say(contributor, statement, **form.cleaned_data)
        is_last = at is None or at >= len(statements)
        address = _thanks(token) if is_last else f"{_path(token)}?question={at + 1}"
        return redirect(address)
    context = {
        "link": link,
        "token": token,
        "questions": list(zip(shown, forms, strict=True)),
        "at": at,
        "total": len(statements),
        "wrong": [form for form in forms if form.is_bound and form.errors],
    }
    return render(request, "assessments/contribute.html", context)


def _number(asked, total):
    number = int(asked) if asked and asked.isdecimal() and len(asked) < 4 else 1
    return min(max(number, 1), total)


def _difference(request, token, link, contributor):
    own = queries.own_difference(contributor)
    form = DifferenceForm(request.POST or None, initial=own)
    if form.is_valid():
        actions.reply_whether_it_made_a_difference(contributor, **form.cleaned_data)
        return redirect(_thanks(token))
    return render(request, "assessments/difference.html", {"link": link, "token": token, "form": form})


@allow(anyone)
@never_cache
@require_safe
def thanks(request, token):
    link = _link(token)
    contributor = _who(request, link)
    context = {
        "link": link,
        "token": token,
        "contributor": contributor if contributor.pk else None,
        "said": queries.said_by(contributor),
        "difference": queries.own_difference(contributor),
    }
    return render(request, "assessments/thanks.html", context)


@allow(anyone)
@require_POST
def erase_own(request, token):
    """Works as long as this browser remembers who it was, also after the link has ended."""
    link = _link(token)
    contributor = _who(request, link)
    if contributor.pk:
        actions.erase_contributor(contributor)
    messages.success(request, _("Your words are taken out for good."))
    return redirect(_thanks(token))


@allow(anyone)
@require_POST
def start_afresh(request, token):
    """Somebody else takes the same phone or tablet: nobody reads the words of whoever had it before."""
    link = _link(token)
    response = redirect("assessments:contribute", token) if link.is_usable else _ended(request, link)
    response.delete_cookie(COOKIE, path=_path(token), samesite="Lax")
    return response


def _link(token):
    links = ContributionLink.objects.with_token(token)
    return get_object_or_404(
        links.select_related("assessment__organisation__partnership", "assessment__unit", "section__area")
    )


def _ended(request, link):
    return render(request, "assessments/link_ended.html", {"link": link}, status=410)


def _who(request, link):
    key = request.get_signed_cookie(COOKIE, None, salt=link.token_hash)
    return actions.contributor_for(link, key)


def _remembered(response, token, link, contributor):
    """A number in their own browser, for this link only, so that they can change or take out what they said."""
    response.set_signed_cookie(
        COOKIE,
        str(contributor.key),
        salt=link.token_hash,
        path=_path(token),
        expires=link.expires_at,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _path(token):
    return reverse("assessments:contribute", args=[token])


def _thanks(token):
    return reverse("assessments:contribute_thanks", args=[token])
