from django.core.exceptions import ValidationError

from hub.core import colour


def readable_on_panels(value):
    """A colour of a brand, on which the words of panels stand by day and in the dark theme."""
    _refuse(colour.check_brand(value))


def readable_on_buttons(value):
    _refuse(colour.check_action(value))


def _refuse(problems):
    if problems:
        raise ValidationError(problems)
