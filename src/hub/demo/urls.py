from django.urls import path

from hub.demo import views

app_name = "demo"

urlpatterns = [
    path("demo/", views.show_demo, name="show_demo"),
    path("demo/be/<slug:slug>/", views.become, name="become"),
]
