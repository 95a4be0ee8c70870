"""The demonstration lets anybody be anybody, so it answers on one machine only, and with its own database only."""

import ipaddress

from django.conf import settings

from hub.core.access import policy
from hub.demo.models import Marker

# Whatever stands between us and the person says so in one of these.
SIGNS_OF_A_PROXY = ["HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA"]
THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]"}


def may_demonstrate(request, **_kwargs):
    return settings.DEMO and not settings.PRODUCTION and is_on_this_machine(request) and Marker.objects.exists()


def is_on_this_machine(request):
    host = request.META.get("HTTP_HOST", "")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    came_straight = not any(sign in request.META for sign in SIGNS_OF_A_PROXY)
    return name in THIS_MACHINE and came_straight and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address):
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


demonstration = policy("tries the demonstration on this machine", may_demonstrate, first_is_enough=True)
