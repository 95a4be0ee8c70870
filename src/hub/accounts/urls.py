from django.urls import path

from hub.accounts import views

app_name = "accounts"

urlpatterns = [
    path("accounts/security/", views.security, name="security"),
    path("accounts/security/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("accounts/second-check/", views.second_check, name="second_check"),
]
