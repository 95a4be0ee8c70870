"""Forms that render themselves as components of the design system."""

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hub.core.dates import DayMonthYearInput

# The first kind that fits. The second word is the class that the bare input carries.
KINDS = [
    (forms.CheckboxSelectMultiple, "checkboxes", ""),  # Django makes it a kind of RadioSelect, so it comes first.
    (forms.RadioSelect, "radios", ""),
    (forms.CheckboxInput, "checkboxes", ""),
    (forms.Select, "select", "govuk-select"),
    (forms.Textarea, "textarea", "govuk-textarea"),
    (forms.FileInput, "file_upload", "govuk-file-upload"),
    (DayMonthYearInput, "date_input", ""),
    (forms.Widget, "input", "govuk-input"),
]
# Said by the component itself, or better said by our own sentences than by the browser.
NOT_REPEATED = {"id", "class", "rows", "cols", "required", "maxlength", "minlength", "aria-describedby", "disabled"}
COUNT_SHOWS_FROM = 75


class ComponentField(BoundField):
    """A field that knows which component shows it, and what that component must be told."""

    label_size = "s"

    @property
    def kind(self):
        return next(kind for widget, kind, _css in KINDS if isinstance(self.field.widget, widget))

    @property
    def template_name(self):
        if self.field.template_name:
            return self.field.template_name
        name = "character_count" if self.kind == "textarea" and self._limit else self.kind
        return f"core/components/{name}.html"

    @property
    def first_id(self):
        """Where a link from the error summary lands."""
        return f"{self.auto_id}-day" if self.kind == "date_input" else self.auto_id

    @property
    def aria_describedby(self):
        if "aria-describedby" in self.field.widget.attrs or not self.auto_id or self.is_hidden:
            return None
        hint, error = f"{self.auto_id}-hint", f"{self.auto_id}-error"
        return " ".join(name for name, there in ((hint, self.help_text), (error, self.errors)) if there)

    def build_widget_attrs(self, attrs, widget=None):
        """The bare input, as {{ form.field }} in a template gives it."""
        attrs = super().build_widget_attrs(attrs, widget)
        attrs.pop("required", None)
        widget = widget or self.field.widget
        css = next(css for known, _kind, css in KINDS if isinstance(widget, known))
        if css and not widget.is_hidden:
            error = f"{css}--error" if self.errors else ""
            attrs["class"] = " ".join(filter(None, [css, error, attrs.get("class"), widget.attrs.get("class")]))
        return attrs

    def get_context(self):
        widget = self.field.widget
        attributes = {name: value for name, value in widget.attrs.items() if name not in NOT_REPEATED}
        if self.errors and self.kind in ("input", "textarea", "select", "file_upload"):
            attributes["aria-invalid"] = "true"
        return {
            "field": self,
            "id": self.auto_id or self.html_name,
            "name": self.html_name,
            "classes": widget.attrs.get("class", ""),
            "disabled": self.field.disabled,
            "attributes": attributes,
            "error_message": " ".join(self.errors),
            "hint": self.help_text,
            **self._words(),
            **getattr(self, f"_{self.kind}")(),
        }

    def _words(self):
        if isinstance(self.field.widget, forms.CheckboxInput):
            return {}
        if self.field.widget.use_fieldset:
            return {"legend": self.label, "legend_classes": f"govuk-fieldset__legend--{self.label_size}"}
        return {"label": self.label, "label_classes": f"govuk-label--{self.label_size}"}

    @property
    def _limit(self):
        return getattr(self.field, "max_length", None)

    def _input(self):
        widget = self.field.widget
        return {"type": widget.input_type, "value": widget.format_value(self.value())}

    def _textarea(self):
        widget = self.field.widget
        return {
            "value": widget.format_value(self.value()),
            "rows": widget.attrs.get("rows") if widget.attrs.get("rows") != "10" else 5,
            "maxlength": self._limit,
            "threshold": COUNT_SHOWS_FROM,
            "words_of_the_count": _words_of_the_count(),
        }

    def _file_upload(self):
        return {}

    def _select(self):
        return {"items": [{**choice, "selected": choice["checked"]} for choice in self._choices()]}

    def _radios(self):
        return {"items": self._choices()}

    def _checkboxes(self):
        if not isinstance(self.field.widget, forms.CheckboxInput):
            return {"items": self._choices()}
        single = {"value": "on", "text": self.label, "checked": bool(self.value()), "hint": self.help_text}
        return {"items": [single], "hint": ""}

    def _choices(self):
        hints = getattr(self.field.widget, "hints", {})
        return [
            {
                "value": option.data["value"],
                "text": option.data["label"],
                "checked": option.data["selected"],
                "disabled": self.field.disabled,
                "hint": hints.get(str(option.data["value"]), ""),
            }
            for option in self.subwidgets
        ]

    def _date_input(self):
        typed = self.field.widget.format_value(self.value())
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        wrong = self._wrong_parts()
        return {
            "items": [
                {
                    "part": part,
                    "name": f"{self.html_name}-{part}",
                    "label": label,
                    "value": getattr(typed, part),
                    "error": part in wrong,
                }
                for part, label in labels.items()
            ]
        }

    def _wrong_parts(self):
        errors = self.form.errors.as_data().get(self.name, [])
        return {part for error in errors for part in (error.params or {}).get("parts", ("day", "month", "year"))}


class Renderer(TemplatesSetting):
    form_template_name = "core/forms/form.html"
    bound_field_class = ComponentField


# The plural forms that browsers know in a language, besides "one". Where it is not here: "other".
PLURALS = {"ar": ["zero", "two", "few", "many", "other"]}


def _words_of_the_count():
    """The design system counts in the browser, and speaks English unless told otherwise."""
    words = {
        "data-i18n.characters-at-limit": _("You have 0 characters remaining"),
        "data-i18n.characters-under-limit.one": _("You have %{count} character remaining"),
        "data-i18n.characters-over-limit.one": _("You have %{count} character too many"),
    }
    for plural in PLURALS.get(get_language(), ["other"]):
        words[f"data-i18n.characters-under-limit.{plural}"] = _("You have %{count} characters remaining")
        words[f"data-i18n.characters-over-limit.{plural}"] = _("You have %{count} characters too many")
    return words
