import re
import uuid

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hub.assessments.rounds import rules
from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm, Radios
from hub.organisations.models import Partnership
from hub.organisations.permissions import Kind, roles_of
from hub.toolkit.models import Edition

LONGEST_PASTE = 100_000
ROWS_AT_A_TIME = 50  # Each wrong row has four boxes, and a page has to stay one that people can read and send.
FIX = re.compile(rf"row-(\d{{1,6}})-({'|'.join(rules.Row.FIELDS)})")

WRONG_ROW = {
    "open_quote": _("Take out the quote mark at the start, or close it. It is opened here and never closed"),
    "no_name": _("Give the organisation's name"),
    "long_name": _("Shorten this name to 160 letters"),
    "same_as": _("This is the same name as in row %(row)s. Change one of them, or empty this row"),
    "no_email": _("Give an e-mail address, so that we can send the invitation"),
    "not_an_email": _("Complete this e-mail address. It should look like name@example.org"),
    "unknown_kind": _("Write charity, NHS, council or other"),
    "unknown_part": _("Write provides, commissions or both"),
    "too_many_columns": _("Keep four columns: name, e-mail, kind, and provides or commissions"),
}


class RoundForm(OnceForm, PlainForm):
    partnership = forms.ModelChoiceField(Partnership.objects.none(), label=_("Partnership"), empty_label=None)
    edition = forms.ModelChoiceField(
        Edition.objects.none(), label=_("What do organisations look at?"), empty_label=None, widget=Radios
    )
    title = forms.CharField(
        label=_("What do you call this round?"),
        max_length=120,
        help_text=_("People see it in e-mails. For example: Our 2027 self-assessment"),
    )
    year = forms.IntegerField(label=_("For which year?"), min_value=2000, max_value=2100)
    due_on = DayMonthYear(label=_("By when should they sign off?"), help_text=_("For example, 31 3 2027"))

    field_order = ["partnership", "edition", "title", "year", "due_on"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Partnership.objects.filter(pk__in=roles_of(user).filter(kind=Kind.COORDINATOR).values("partnership"))
        self.fields["partnership"].queryset = mine
        self.fields["edition"].queryset = Edition.objects.published().newest_first()
        self.fields["year"].initial = timezone.localdate().year
        if len(mine) == 1:
            self.fields["partnership"].initial = mine[0]
            self.fields["partnership"].widget = forms.HiddenInput()

    def clean_due_on(self):
        return in_the_future(self.cleaned_data["due_on"])

    def clean(self):
        asked = self.cleaned_data
        if {"partnership", "edition", "year"} <= asked.keys():
            same = asked["partnership"].rounds.filter(edition=asked["edition"], year=asked["year"])
            if same.exists():
                self.add_error("year", _("There is a round with this for that year already. Choose another year"))
        return asked


class ListForm(PlainForm):
    """A pasted list, and what was typed to put single rows right."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    list = LongText(
        label=_("Paste the list"),
        max_length=LONGEST_PASTE,
        rows=10,
        strip=False,  # An empty first row keeps the others' numbers.
        error_messages={"required": _("Paste at least one organisation, with its name and e-mail address")},
        help_text=_(
            "One organisation a row: name, contact e-mail, kind, and whether it provides or commissions services"
        ),
    )

    def clean_list(self):
        pasted = self.cleaned_data["list"]
        self.rows = rules.checked(rules.put_right(rules.read_list(pasted), self._fixes()))
        self.left_out = rules.columns_left_out(pasted)
        if not self.rows:
            raise forms.ValidationError(_("Paste at least one organisation, with its name and e-mail address"))
        if len(self.rows) > rules.LONGEST_LIST:
            raise forms.ValidationError(
                _("Paste at most %(most)d organisations at a time. There are %(now)d now")
                % {"most": rules.LONGEST_LIST, "now": len(self.rows)}
            )
        return self.cleaned_data["list"]

    @cached_property
    def wrong_rows(self):
        return [row for row in self.rows if row.problems]

    @property
    def rows_to_put_right(self):
        """As many wrong rows as fit on a page, with words; the others come next."""
        first = self.wrong_rows[:ROWS_AT_A_TIME]
        return [(row, [(name, words_for(problem)) for name, problem in row.problems]) for row in first]

    @property
    def still_to_come(self):
        return len(self.wrong_rows[ROWS_AT_A_TIME:])

    @property
    def text(self):
        """The list as it is now, with what was put right."""
        return rules.as_text(self.rows)

    def _fixes(self):
        typed = ((FIX.fullmatch(name), value) for name, value in self.data.items())
        return {(int(found[1]), found[2]): value for found, value in typed if found}


class ExtendForm(PlainForm):
    due_on = DayMonthYear(label=_("New date"), help_text=_("For example, 31 3 2027"))
    reason = forms.CharField(label=_("Why, if you want to say"), max_length=300, required=False)

    def clean_due_on(self):
        return in_the_future(self.cleaned_data["due_on"])


class StuckForm(OnceForm, PlainForm):
    text = LongText(label=_("What would help?"), max_length=1000, rows=3)


def in_the_future(day):
    if day < timezone.localdate():
        raise forms.ValidationError(_("Choose a date that has not passed"))
    return day


def words_for(problem):
    code, _space, row = problem.partition(" ")
    return WRONG_ROW[code] % {"row": row} if row else WRONG_ROW[code]
