from django.urls import path

from hub.organisations import views

app_name = "organisations"

urlpatterns = [
    path("join/<uuid:public_id>/", views.join, name="join"),
    path("join/<uuid:public_id>/new-code/", views.send_new_code, name="send_new_code"),
    path("partnership/<slug:partnership>/look/", views.change_look, name="change_look"),
    path("partnership/<slug:partnership>/logo/", views.change_logo, name="change_logo"),
    path("partnership/<slug:partnership>/people/", views.show_people, name="show_people"),
    path("partnership/<slug:partnership>/people/<int:role>/end/", views.end_role, name="end_role"),
    path(
        "partnership/<slug:partnership>/people/invitations/<int:invitation>/take-back/",
        views.take_back_invitation,
        name="take_back_invitation",
    ),
    path(
        "partnership/<slug:partnership>/people/invitations/<int:invitation>/send-again/",
        views.send_again,
        name="send_again",
    ),
    path("logos/<slug:digest>/", views.show_logo, name="show_logo"),
    path("you/", views.you, name="you"),
    path("you/data/", views.my_data, name="my_data"),
    path("you/erase/", views.erase_me, name="erase_me"),
]
