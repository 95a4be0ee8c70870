"""A table that somebody types or pastes: groups of one list, of two lists together, or of staff at each pay band."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from equity.submission.bands import STAGE, columns_of, tables_by_band
from equity.submission.document import Crossed, Rows, Submission, Table
from equity.submission.pasted import EVERYONE, read_paste, read_paste_of_two
from equity.vocabulary import Unknown
from hub.submissions import words

SOFTWARE = "typed here"


@dataclass(frozen=True)
class OfOneList:
    """What is not known and everyone are always there."""

    set_code: str

    @property
    def codes(self):
        return [*words.groups_of(self.set_code), *map(str, Unknown), EVERYONE]

    @property
    def name(self):
        return words.list_name(self.set_code)

    @property
    def how_to_paste(self):
        return _("A group on each row, then its counts in the order of the columns above")

    def headings(self, stages):
        return words.stage_names(stages)

    def label(self, code):
        return _("Everyone") if code == EVERYONE else words.group_name(self.set_code, code)

    def broad(self, code):
        return words.broad_name(self.set_code, code)

    def pasted(self, text, stages):
        """Counts by code, and what is wrong."""
        found = read_paste(text, self.set_code, stages)
        return dict(found.groups) | ({EVERYONE: found.total} if found.total else {}), found.wrong

    def document(self, period, stages, counts):
        groups = {code: values for code, values in counts.items() if code != EVERYONE}
        total = counts[EVERYONE] if any(counts[EVERYONE]) else _added(groups)
        table = Table(period, words.characteristic_of(self.set_code), self.set_code, groups)
        return Submission("people", stages, {period: total}, (table,), Rows(), SOFTWARE)


@dataclass(frozen=True)
class ByBand(OfOneList):
    """All staff of each group at each pay band, where what is not known of either has its place."""

    bands: str

    def headings(self, stages):
        return columns_of(self.bands)

    def document(self, period, stages, counts):
        groups = {code: values for code, values in counts.items() if code != EVERYONE}
        total = counts[EVERYONE] if any(counts[EVERYONE]) else _added(groups)
        table, crossed = tables_by_band(period, self.set_code, self.bands, groups)
        return Submission("people", (STAGE,), {period: (sum(total),)}, (table,), Rows(), SOFTWARE, crossed=(crossed,))


@dataclass(frozen=True)
class OfTwoLists:
    """Only people for whom both are known; everybody else stands in the tables by one characteristic."""

    sets: tuple[str, str]

    @property
    def codes(self):
        first, second = (words.groups_of(set_code) for set_code in self.sets)
        return [words.JOINED.join((one, other)) for one in first for other in second]

    @property
    def name(self):
        return words.characteristic_name(words.JOINED.join(map(words.characteristic_of, self.sets)))

    @property
    def how_to_paste(self):
        return _("Two groups on each row, in two columns, then their counts in the order of the columns above")

    def headings(self, stages):
        return words.stage_names(stages)

    def label(self, code):
        return words.joined_group_name(words.JOINED.join(self.sets), code)

    def broad(self, code):
        return ""

    def pasted(self, text, stages):
        found = read_paste_of_two(text, self.sets, stages)
        return {words.JOINED.join(pair): counts for pair, counts in found.groups.items()}, found.wrong

    def document(self, period, stages, counts):
        groups = {tuple(code.split(words.JOINED)): values for code, values in counts.items() if any(values)}
        about = tuple(map(words.characteristic_of, self.sets))
        crossed = Crossed(period, about, self.sets, groups)
        return Submission("people", stages, {period: _added(counts)}, (), Rows(), SOFTWARE, crossed=(crossed,))


def table_of(what):
    if what.get("bands"):
        return ByBand(what["list"], what["bands"])
    if not what["second"]:
        return OfOneList(what["list"])
    return OfTwoLists((what["list"], what["second"]))


def _added(groups):
    return tuple(map(sum, zip(*groups.values(), strict=True)))
