from django.http import HttpResponse
from django.urls import include, path

from hub.core.access import allow, anyone


@allow(anyone)
def nothing(request):
    return HttpResponse("nothing")


urlpatterns = [path("do-nothing/", nothing, name="nothing"), path("", include("hub.config.urls"))]
