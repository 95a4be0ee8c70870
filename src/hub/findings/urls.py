from django.urls import path

from hub.findings import views

app_name = "findings"

urlpatterns = [
    path("findings/", views.show_findings, name="show_findings"),
    path("findings/progress/", views.show_progress, name="show_progress"),
    path("findings/suggestions/", views.show_suggestions, name="show_suggestions"),
    path("findings/suggestions/<int:pk>/end/", views.end_suggestion, name="end_suggestion"),
    path("findings/follows/<int:pk>/", views.read_follow, name="read_follow"),
    path("findings/<int:pk>/", views.read_finding, name="read_finding"),
    path("findings/<int:pk>/pledge/", views.make_pledge, name="make_pledge"),
    path("findings/<int:pk>/answer/", views.answer_finding, name="answer_finding"),
]
