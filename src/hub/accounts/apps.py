from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hub.accounts"
    label = "accounts"

    def ready(self):
        from hub.accounts import record  # noqa: F401 - connects what django-allauth tells to the record
