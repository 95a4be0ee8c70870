from django.contrib.auth import login, logout
from django.urls import reverse

from hub.accounts.models import User
from hub.accounts.permissions import count_as_second_factor
from hub.assessments.actions.voices import make_link
from hub.assessments.models import Assessment, Speaker
from hub.assessments.queries import first_open_section
from hub.audit import record
from hub.demo.personas import DOMAIN

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LINK_DAYS = 1


def become(request, persona):
    """Sign in as one of the made-up people, whose second factor counts as given. Returns where they begin."""
    user = User.objects.get(email=persona.email, email__endswith=f"@{DOMAIN}")
    logout(request)
    login(request, user, backend=BACKEND)
    count_as_second_factor(request, user)
    record("demo.became", subject=user, by=user)
    return "/"


def leave(request):
    logout(request)
    return "/"


def open_a_link(request):
    """A fresh link to one page of the charity's assessment, as its lead would hand it out."""
    logout(request)
    lead = User.objects.get(email=f"lead@{DOMAIN}")
    assessment = Assessment.objects.led_by(lead).filter(unit=None).under_way().order_by("-year").first()
    section = first_open_section(assessment)
    _link, token = make_link(assessment, by=lead, speaker=Speaker.SERVICE_USER, section=section, days=LINK_DAYS)
    return reverse("assessments:contribute", args=[token])
