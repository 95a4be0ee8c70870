import pytest
from django.core.management import CommandError, call_command

from hub.organisations.tests.factories import PartnershipFactory

pytestmark = pytest.mark.django_db


def test_a_partnership_can_have_colours_of_its_own():
    partnership = PartnershipFactory(slug="north")
    call_command("set_look", "north", brand_colour="#123456", name="The North Partnership")
    partnership.refresh_from_db()
    assert (partnership.brand_colour, partnership.name) == ("#123456", "The North Partnership")


def test_a_colour_that_words_cannot_be_read_on_is_refused_in_words_and_changes_nothing():
    partnership = PartnershipFactory(slug="north")
    with pytest.raises(CommandError, match="Choose a darker colour"):
        call_command("set_look", "north", action_colour="#ffcc00", name="Another")
    assert type(partnership).objects.get(pk=partnership.pk).name == partnership.name


def test_a_partnership_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("set_look", "nowhere", name="x")
