from django.apps import AppConfig


class ToolkitConfig(AppConfig):
    name = "hub.toolkit"
    label = "toolkit"
