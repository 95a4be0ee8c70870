"""What people choose when they tie."""

from django import forms
from django.utils.translation import gettext_lazy

from hub.core.forms import PlainForm


class FindForm(PlainForm):
    words = forms.CharField(
        label=gettext_lazy("Find a pledge, a finding or a meeting"),
        help_text=gettext_lazy("Some words of its title, or whose it is"),
        required=False,
        max_length=100,
    )

    @property
    def wanted(self):
        return self.cleaned_data["words"] if self.is_valid() else ""
