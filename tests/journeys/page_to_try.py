"""One page more than the platform has: a form that saves as somebody types."""

from django.http import HttpResponse
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
saved = []


@allow(anyone)
def form(request):
    words = saved[-1] if saved else ""
    return HttpResponse(engines["django"].from_string(PAGE).render({"words": words}, request))


@allow(anyone)
def save(request):
    saved.append(request.POST["words"])
    return HttpResponse("")


urlpatterns = [path("try/", form), path("try/save/", save), path("", include("hub.config.urls"))]
