from django import forms

from hub.core.forms import PlainWords


class FieldsByCase(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_fields()


class CaseForm(PlainWords, FieldsByCase):
    """A form whose fields depend on what it is about. They are added before their errors get plain words."""
