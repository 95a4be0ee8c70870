"""Forms whose sentences say what to do. Every form of the platform stands on PlainForm or PlainModelForm."""

import uuid

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language_bidi, get_language_info, gettext_lazy

from hub.core.dates import DayMonthYear, DayMonthYearInput
from hub.core.once import send_once

__all__ = [
    "DayMonthYear",
    "DayMonthYearInput",
    "LongText",
    "OnceForm",
    "PlainForm",
    "PlainModelForm",
    "PlainWords",
    "Radios",
    "Ticks",
    "send_once",
]

LONG = 4000
ISOLATE, END = "\u2068", "\u2069"  # Unicode's marks around words of another direction.
SENTENCES = {
    "max_length": gettext_lazy("Shorten this to %(limit_value)d characters. It has %(show_value)d now"),
    "min_length": gettext_lazy("Write at least %(limit_value)d characters. There are %(show_value)d now"),
    "max_value": gettext_lazy("Enter %(limit_value)s or less"),
    "min_value": gettext_lazy("Enter %(limit_value)s or more"),
    "invalid_choice": gettext_lazy("Choose one of the answers on the list"),
    "invalid_list": gettext_lazy("Choose one or more of the answers on the list"),
    "missing": gettext_lazy("Choose a file"),
    "empty": gettext_lazy("Choose a file that has something in it"),
}
INVALID = [
    (forms.EmailField, gettext_lazy("Enter an e-mail address, such as name@example.org")),
    (forms.URLField, gettext_lazy("Enter a whole web address, such as https://example.org/page")),
    (forms.DecimalField, gettext_lazy("Enter a number, such as 12 or 12.5")),
    (forms.IntegerField, gettext_lazy("Enter a whole number, such as 12")),
    (forms.DateField, gettext_lazy("Enter a date, such as 31/3/2027")),
]


class PlainWords:
    """Replaces Django's error messages, where a field has none of its own, by sentences that say what to do."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _speak_plainly(field, field.label or name.replace("_", " "))


class PlainForm(PlainWords, forms.Form):
    pass


class PlainModelForm(PlainWords, forms.ModelForm):
    pass


class OnceForm(forms.Form):
    """Mix in for a form that makes something. In the view: `redirect(send_once(form, lambda: act(...)))`."""

    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class LongText(forms.CharField):
    """Several lines, of a kind length that is counted as the browser counts it."""

    widget = forms.Textarea

    def __init__(self, *, max_length=LONG, rows=5, **kwargs):
        super().__init__(max_length=max_length, **kwargs)
        if "widget" not in kwargs:
            self.widget.attrs["rows"] = str(rows)

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class Hinted:
    """Choices of which some have a line of explanation: `hints={value: words}`."""

    def __init__(self, *args, hints=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.hints = hints or {}

    def __deepcopy__(self, memo):
        copy = super().__deepcopy__(memo)
        copy.hints = dict(self.hints)
        return copy


class Radios(Hinted, forms.RadioSelect):
    pass


class Ticks(Hinted, forms.CheckboxSelectMultiple):
    pass


def _language_choices():
    """Each language in its own words, which is how its speakers look for it."""
    infos = [(code, get_language_info(code.partition("-")[0])) for code, _name in settings.LANGUAGES]
    return [(code, _in_its_own_words(info)) for code, info in infos]


def _in_its_own_words(info):
    direction = "rtl" if info["bidi"] else "ltr"
    return format_html('<span lang="{}" dir="{}">{}</span>', info["code"], direction, info["name_local"].capitalize())


class DisplayForm(PlainForm):
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=_language_choices,
        widget=Radios,
        help_text=gettext_lazy(
            "Arabic is translated in part, and no speaker has checked it yet. What is missing is shown in English."
        ),
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"),
        required=False,
        widget=Radios,
        choices=[
            ("", gettext_lazy("As my device is set")),
            ("light", gettext_lazy("Light")),
            ("dark", gettext_lazy("Dark")),
            ("high", gettext_lazy("High contrast")),
        ],
    )
    size = forms.ChoiceField(
        label=gettext_lazy("Size of text"),
        required=False,
        widget=Radios,
        choices=[("", gettext_lazy("Usual")), ("large", gettext_lazy("Large"))],
    )
    back = forms.CharField(required=False, widget=forms.HiddenInput)


def _speak_plainly(field, label):
    plain = {**SENTENCES, "required": _what_is_missing(field, label), "invalid": _what_would_be_right(field)}
    for code, sentence in plain.items():
        if sentence and field.error_messages.get(code, "") == _django_says(field, code):
            field.error_messages[code] = sentence


def _django_says(field, code):
    """The message that the field has when nobody has written one for it."""
    inherited = [kind.__dict__.get("default_error_messages", {}) for kind in type(field).__mro__]
    return next((messages[code] for messages in inherited if code in messages), "")


def _what_is_missing(field, label):
    label = str(label)
    if isinstance(field, DayMonthYear):
        return ""
    if isinstance(field, forms.FileField):
        return gettext_lazy("Choose a file")
    if isinstance(field, forms.BooleanField):
        return _sentence(gettext_lazy("Tick “%(label)s” to go on"), label)
    if label.endswith(("?", "؟")):
        return _sentence(gettext_lazy("Answer “%(label)s”"), label)
    if isinstance(field, forms.ChoiceField):
        return _sentence(gettext_lazy("Choose %(label)s"), _inside(label))
    return _sentence(gettext_lazy("Enter %(label)s"), _inside(label))


def _what_would_be_right(field):
    return next((sentence for kind, sentence in INVALID if isinstance(field, kind)), "")


def _sentence(words, label):
    """Between right-to-left words a label keeps its own direction, and its question mark at its own end."""
    return words % {"label": f"{ISOLATE}{label}{END}" if get_language_bidi() else label}


def _inside(label):
    """How a label reads in the middle of a sentence. Names in capitals stay as they are."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
