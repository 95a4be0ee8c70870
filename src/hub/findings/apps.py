from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "hub.findings"
    label = "findings"
