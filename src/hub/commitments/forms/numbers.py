"""Boxes for numbers, kind to people who write words in them."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.commitments import rules

LARGEST = Decimal(10) ** 9
LONGEST = 40  # Longer than any number that people type.


class Number(forms.Field):
    """A number as people type it. Words get a kind sentence that says where words go."""

    widget = forms.TextInput

    words_instead = gettext_lazy("Write a number here, such as 12 or 12.5, and put your words in another box")

    def __init__(self, *, words_instead="", required=False, **kwargs):
        super().__init__(required=required, **kwargs)
        self.words_instead = words_instead or self.words_instead
        self.widget.attrs |= {"inputmode": "decimal", "class": "govuk-input--width-5"}

    def to_python(self, value):
        text = str(value or "").strip()
        if not text:
            return None
        number = rules.number_in(text) if len(text) <= LONGEST else None
        if number is None:
            raise forms.ValidationError(self.words_instead, code="words")
        if abs(number) > LARGEST:
            raise forms.ValidationError(_("Enter a number below 1,000,000,000"), code="large")
        return number.quantize(Decimal("0.0001")) if number % 1 else number.quantize(Decimal(1))

    def has_changed(self, initial, data):
        return bool((data or "").strip())


class WholeNumber(Number):
    words_instead = gettext_lazy("Write a whole number here, such as 12, and put your words in another box")

    def to_python(self, value):
        number = super().to_python(value)
        if number is None:
            return None
        if number % 1 or number < 0:
            raise forms.ValidationError(_("Enter a whole number, such as 12"), code="whole")
        if number > 2_000_000_000:
            raise forms.ValidationError(_("Enter a number below 2,000,000,000"), code="large")
        return int(number)
