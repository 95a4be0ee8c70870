from django.urls import include, path

handler400 = "hub.core.views.bad_request"
handler403 = "hub.core.views.not_allowed"
handler404 = "hub.core.views.not_found"
handler500 = "hub.core.views.server_error"

urlpatterns = [
    path("", include("hub.demo.urls")),
    path("", include("hub.core.urls")),
    path("", include("hub.accounts.urls")),
    path("", include("hub.accounts.sign_in_urls")),
    path("", include("hub.organisations.urls")),
    path("", include("hub.toolkit.urls")),
    path("", include("hub.submissions.urls")),
    path("", include("hub.assessments.urls")),
    path("", include("hub.commitments.urls")),
    path("", include("hub.pledges.urls")),
    path("", include("hub.findings.urls")),
    path("", include("hub.programme.urls")),
    path("", include("hub.ties.urls")),
    path("", include("hub.stocktakes.urls")),
    path("", include("hub.home.urls")),
    path("", include("hub.publishing.urls")),
]
