from django import forms
from django.utils.translation import gettext_lazy as _

from hub.commitments.models import Update
from hub.core.forms import PlainForm


class ChoosePledges(PlainForm):
    """What to show in the list of pledges. A choice that is not there any more is left out, not an error."""

    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    group = forms.ChoiceField(label=_("Who it is for"), required=False)
    stage = forms.ChoiceField(label=_("How it is going"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.areas = {str(area.pk): area for area in choices.areas}
        if choices.organisations is None:
            self.fields["organisation"] = forms.CharField(label=_("Part of a name"), required=False, max_length=160)
        else:
            self._offer("organisation", choices.organisations)
        self._offer("area", [(pk, area.title) for pk, area in self.areas.items()])
        self._offer("group", [(group.slug, group.name) for group in choices.groups])
        self._offer("stage", Update.Stage.choices)
        self._offer("year", [(str(year), str(year)) for year in choices.years])

    def _offer(self, name, offered):
        self.fields[name].choices = [("", _("All")), *offered]

    @property
    def wanted(self):
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "area" in found:
            found["area"] = self.areas[found["area"]]
        return found
