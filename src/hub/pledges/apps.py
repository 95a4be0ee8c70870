from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "hub.pledges"
    label = "pledges"
