from django.urls import path, re_path

from hub.core import views

app_name = "core"
COLOUR = "[0-9a-f]{6}|house"

urlpatterns = [
    path("display/", views.display, name="display"),
    re_path(rf"^brand/({COLOUR})-({COLOUR})\.css$", views.brand_stylesheet, name="brand_stylesheet"),
]
