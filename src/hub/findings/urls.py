from django.urls import path

from hub.findings.views import findings, releases, services, staff

app_name = "findings"

urlpatterns = [
    path("findings/", findings.show_findings, name="show_findings"),
    path("findings/progress/", findings.show_progress, name="show_progress"),
    path("findings/staff/", staff.show_staff, name="show_staff"),
    path("findings/<int:pk>/narrative/", staff.write_narrative, name="write_narrative"),
    path("findings/suggestions/", findings.show_suggestions, name="show_suggestions"),
    path("findings/suggestions/<int:pk>/end/", findings.end_suggestion, name="end_suggestion"),
    path("findings/follows/<int:pk>/", findings.read_follow, name="read_follow"),
    path("findings/<int:pk>/", findings.read_finding, name="read_finding"),
    path("findings/<int:pk>/pledge/", findings.make_pledge, name="make_pledge"),
    path("findings/<int:pk>/answer/", findings.answer_finding, name="answer_finding"),
    path("findings/<int:pk>/publish/", releases.ask_release, name="ask_release"),
    path("findings/releases/", releases.list_releases, name="list_releases"),
    path("findings/releases/<int:pk>/", releases.read_release, name="read_release"),
    path("findings/releases/<int:pk>/approve/", releases.approve_release, name="approve_release"),
    path("findings/releases/<int:pk>/decline/", releases.decline_release, name="decline_release"),
    path("findings/releases/<int:pk>/answer/", releases.answer_release, name="answer_release"),
    path("findings/releases/<int:pk>/withdraw/", releases.withdraw_release, name="withdraw_release"),
    path("findings/services/", services.show_gaps, name="show_gaps"),
    path("findings/services/recorded/", services.show_recorded, name="show_recorded"),
    path("findings/board/", services.show_known, name="show_known"),
]
