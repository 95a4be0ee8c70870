from django.urls import path

from hub.organisations import views

app_name = "organisations"

urlpatterns = [
    path("join/<uuid:public_id>/", views.join, name="join"),
    path("join/<uuid:public_id>/new-code/", views.send_new_code, name="send_new_code"),
    path("you/", views.you, name="you"),
    path("you/data/", views.my_data, name="my_data"),
    path("you/erase/", views.erase_me, name="erase_me"),
]
