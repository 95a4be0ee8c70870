from django import forms
from django.utils.translation import gettext_lazy as _

from hub.core.forms import LongText, OnceForm, PlainForm, Radios
from hub.toolkit.models import Reply


class FeedbackForm(PlainForm, OnceForm):
    text = LongText(
        label=_("What do you want to say about it?"),
        help_text=_(
            "Is it clear? Does it fit what you do? What would you change? "
            "Please do not name anybody who uses a service."
        ),
        error_messages={"required": _("Write what you want to say about this statement")},
    )


class ReplyForm(PlainForm, OnceForm):
    kind = forms.ChoiceField(
        label=_("What will you do with it?"),
        choices=Reply.Kind.choices,
        widget=Radios,
        error_messages={"required": _("Choose what you will do with it")},
    )
    reason = LongText(
        label=_("What do you want to tell the person who said it?"),
        help_text=_("If you do not change the text, say why."),
        required=False,
        max_length=2000,
        rows=4,
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Reply.Kind.NOT_CHANGED and not cleaned.get("reason"):
            self.add_error("reason", _("Say why you did not change it. The person who said it will read this"))
        return cleaned
