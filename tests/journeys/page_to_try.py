"""One page more than the platform has: a form that saves as somebody types."""

import time

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

from hub.core.access import allow, anyone

PAGE = """{% extends "core/base.html" %}
{% block htmx %}{% include "core/htmx.html" %}{% endblock %}
{% block main %}<h1 class="govuk-heading-xl">A form</h1>
<form method="post" action="/try/save/" data-draft="try-1"
 data-hx-post="/try/save/" data-hx-swap="none"
 data-hx-trigger="input changed delay:100ms from:find textarea, submit">{% csrf_token %}
<label class="govuk-label" for="words">Words</label>
<textarea class="govuk-textarea" id="words" name="words">{{ words }}</textarea>
<button class="govuk-button" type="submit">Save</button></form>
<button class="govuk-button" type="button" data-copy="https://example.org/1" hidden>Copy link</button>
{% endblock %}"""
IN_PARTS = """{% extends "core/base.html" %}
{% block htmx %}{% include "core/htmx.html" %}{% endblock %}
{% block main %}<h1 class="govuk-heading-xl">A form in parts</h1>
<form method="post" action="/try/whole/">{% csrf_token %}
<div data-draft="try-2" data-hx-post="/try/slow/" data-hx-swap="none" data-hx-trigger="input">
<label class="govuk-label" for="words">Words</label>
<textarea class="govuk-textarea" id="words" name="words"></textarea></div>
<button class="govuk-button" type="submit">Save</button></form>
{% endblock %}"""
saved = []


@allow(anyone)
def form(request):
    words = saved[-1] if saved else ""
    return HttpResponse(engines["django"].from_string(PAGE).render({"words": words}, request))


@allow(anyone)
def save(request):
    saved.append(request.POST["words"])
    return HttpResponse("")


@allow(anyone)
def form_in_parts(request):
    return HttpResponse(engines["django"].from_string(IN_PARTS).render({}, request))


@allow(anyone)
def save_slowly(request):
    time.sleep(0.5)
    saved.append(f"part: {request.POST['words']}")
    return HttpResponse("")


@allow(anyone)
def save_whole(request):
    saved.append(f"whole: {request.POST['words']}")
    return redirect("/try/")


urlpatterns = [
    path("try/", form),
    path("try/save/", save),
    path("try/parts/", form_in_parts),
    path("try/slow/", save_slowly),
    path("try/whole/", save_whole),
    path("", include("hub.config.urls")),
]
