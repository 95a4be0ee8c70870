from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where we stand. The last two are proper answers too."""

    NOT_YET = "not_yet", _("Not yet")
    STARTED = "started", _("Started")
    USUAL = "usual", _("Part of how we work")
    OTHERS_COULD_LEARN = "others_could_learn", _("Others could learn from us")
    NOT_FOR_US = "not_for_us", _("Does not apply to us")
    UNKNOWN = "unknown", _("We do not know")


class Confidence(models.TextChoices):
    SURE = "sure", _("Sure")
    FAIRLY_SURE = "fairly_sure", _("Fairly sure")
    NOT_SURE = "not_sure", _("Not sure")


class Speaker(models.TextChoices):
    """In what part somebody speaks."""

    STAFF = "staff", _("Staff or volunteers")
    SERVICE_USER = "service_user", _("People who use the service")
    CARER = "carer", _("Carers, family and friends")
    CHAMPION = "champion", _("Equality champion")
