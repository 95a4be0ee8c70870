"""The demonstration world as a place for journeys, and the people in it."""

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.management import call_command

from hub.accounts.models import User
from hub.assessments.models import Assessment, Round
from hub.demo.personas import DOMAIN
from hub.demo.world import load
from hub.pledges.models import Pledge

CHARITY = "example-counselling-project"


def make_islington():
    call_command("load_content", with_examples=True, verbosity=0)
    load()


class Islington:
    """Finds people and things of the demonstration by what they are."""

    def person(self, slug):
        return User.objects.get(email=f"{slug}@{DOMAIN}")

    @property
    def open_round(self):
        return Round.objects.open().get()

    def assessments_of(self, slug):
        return Assessment.objects.filter(organisation__slug=slug, unit=None).order_by("-year")

    @property
    def under_way(self):
        """The charity's assessment of this round, begun from last year's."""
        return self.assessments_of(CHARITY).filter(signed_off_at=None).first()

    @property
    def signed_off(self):
        return self.assessments_of(CHARITY).exclude(signed_off_at=None).first()

    @property
    def stuck_pledge(self):
        return Pledge.objects.get(commitment__title__startswith="Meet people in places")


def second_check(user):
    """What a session holds once somebody has entered the code of their app."""
    return {
        AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "mfa", "type": "totp", "at": 0}],
        "account_authentication_methods_user": str(user.pk),
    }
