"""How a person likes to see the pages: kept in a cookie, so it works without signing in."""

from dataclasses import dataclass

from django.utils.html import format_html_join

COOKIE = "display"
THEMES = ("light", "dark", "high")
SIZES = ("large",)
A_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Display:
    """An empty theme follows the device; an empty size is the usual one."""

    theme: str = ""
    size: str = ""

    @classmethod
    def of(cls, request):
        asked_for = request.GET.get("print", "")
        theme, _, size = request.COOKIES.get(COOKIE, "").partition(".")
        if asked_for in SIZES:
            size = asked_for
        return cls(theme if theme in THEMES else "", size if size in SIZES else "")

    @property
    def cookie(self):
        return f"{self.theme}.{self.size}"

    @property
    def attributes(self):
        """What the html element says about it, ready for the page."""
        chosen = [("theme", self.theme), ("size", self.size)]
        return format_html_join("", ' data-{}="{}"', [pair for pair in chosen if pair[1]])
