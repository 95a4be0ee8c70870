from django.urls import path

from hub.ties import views

app_name = "ties"

urlpatterns = [
    path("ties/<int:pk>/", views.read_ties, name="read_ties"),
    path("ties/<int:pk>/undo/<int:tie>/", views.undo, name="undo"),
    path("ties/<int:pk>/<slug:kind>/<int:thing>/", views.tie, name="tie"),
]
