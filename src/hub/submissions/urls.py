from django.urls import path

from hub.submissions import views

app_name = "submissions"

urlpatterns = [
    path("figures/", views.show_figures, name="show_figures"),
    path("figures/rounds/new/", views.open_round, name="open_round"),
    path("figures/rounds/<int:pk>/", views.show_round, name="show_round"),
    path("figures/rounds/<int:pk>/close/", views.close_round, name="close_round"),
    path("figures/send/", views.send_file, name="send_file"),
    path("figures/type/", views.type_figures, name="type_figures"),
    path("figures/template.xlsx", views.show_template, name="show_template"),
    path("figures/<int:pk>/", views.read_submission, name="read_submission"),
    path("figures/<int:pk>/send/", views.send, name="send"),
    path("figures/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("figures/<int:pk>/readers/", views.choose_readers, name="choose_readers"),
]
