"""The least that a Django view can do: no application and no middleware beside it."""

from django.http import HttpResponse
from django.urls import path

from benchmarks.web.settings import *

INSTALLED_APPS = []
MIDDLEWARE = []
ROOT_URLCONF = "benchmarks.web.bare"

urlpatterns = [path("do-nothing/", lambda request: HttpResponse("nothing"))]
