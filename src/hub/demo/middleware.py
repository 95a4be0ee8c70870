from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponseNotFound

from hub.demo.permissions import is_on_this_machine


class OnlyThisMachine:
    """However the demonstration was started: nobody but this machine gets any page of it."""

    def __init__(self, get_response):
        if not settings.DEMO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request) if is_on_this_machine(request) else HttpResponseNotFound()
