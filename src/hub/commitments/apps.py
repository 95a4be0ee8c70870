from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "hub.commitments"
    label = "commitments"
