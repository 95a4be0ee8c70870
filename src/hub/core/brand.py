from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Brand:
    """The name, place, logo and colours of one deployment or partnership. Empty colours are the house's own."""

    name: str
    place: str = ""
    logo: str = ""
    brand_colour: str = ""
    action_colour: str = ""

    @property
    def stylesheet(self):
        if not (self.brand_colour or self.action_colour):
            return ""
        colours = [colour.lstrip("#").lower() or "house" for colour in (self.brand_colour, self.action_colour)]
        return reverse("core:brand_stylesheet", args=colours)
