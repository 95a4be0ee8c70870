"""A board pack from a stocktake, or from a programme as it stands today: what is in it, and who writes each file."""

import datetime
import re
from dataclasses import dataclass
from types import SimpleNamespace

from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from hub.programme.models import Meeting
from hub.stocktakes import document, queries
from hub.stocktakes.gathering import Gathering
from hub.stocktakes.models import WordTemplate


@dataclass(frozen=True)
class Pack:
    """Everything that the files of a pack are made from."""

    title: str
    record: SimpleNamespace
    story: dict
    priorities: list[str]
    partnership: str
    slug: str
    colour: str
    made_on: datetime.date
    meetings: list[SimpleNamespace]
    template: bytes | None

    @property
    def charts(self):
        """Every measure with a picture, in order, each with its area."""
        return [(area, one) for area in self.record.areas for one in area.measures if one.picture]

    @property
    def parts(self):
        return dict(document.parts_of(self.record))


@dataclass(frozen=True)
class File:
    """One kind of file. Its writer is loaded when it is wanted, because what it stands on is heavy."""

    kind: str
    writer: str
    content_type: str
    about: str


OFFICE = "application/vnd.openxmlformats-officedocument"
FILES = [
    File("pdf", "hub.stocktakes.packs.pdf.write", "application/pdf", _("To read, to print, and to hear")),
    File("docx", "hub.stocktakes.packs.word.write", f"{OFFICE}.wordprocessingml.document", _("To change in Word")),
    File("pptx", "hub.stocktakes.packs.slides.write", f"{OFFICE}.presentationml.presentation", _("One slide a chart")),
    File("xlsx", "hub.stocktakes.packs.workbook.write", f"{OFFICE}.spreadsheetml.sheet", _("Every table")),
    File("ics", "hub.stocktakes.packs.diary.write", "text/calendar; charset=utf-8", _("When forums meet")),
]  # fmt: skip


def files_of(job, step):
    """Each file as the fields that it is kept with, one after the other, showing how far it is."""
    step(0, len(FILES) + 1)
    pack = pack_of(job)
    for number, file in enumerate(FILES, start=1):
        step(number, len(FILES) + 1)
        yield _made(file, pack)


def _made(file, pack):
    fields = {"kind": file.kind, "content_type": file.content_type, "about": str(file.about)}
    try:
        body = import_string(file.writer)(pack)
    except OSError:
        # WeasyPrint stands on a library that belongs to the machine.
        return fields | {"name": "", "about": str(_("The PDF could not be made: Pango is missing on this server."))}
    return fields | {"name": f"{pack.slug}.{file.kind}", "body": body}


def pack_of(job):
    """What its stocktake says; without one, what the record of this year says today."""
    programme, stocktake = job.programme, job.stocktake
    draft = queries.Draft(stocktake) if stocktake else None
    record = without_marks(draft.record if draft else _today(programme))
    return Pack(
        title=without_marks(programme.title),
        record=record,
        story=without_marks(dict(draft.story) if draft else {}),
        priorities=without_marks(draft.priorities if draft else []),
        partnership=without_marks(programme.partnership.name),
        slug=f"{programme.slug}-{record.year}",
        colour=programme.partnership.brand_colour,
        made_on=timezone.localdate(),
        meetings=list(_meetings(programme, record)),
        template=_template(programme.partnership),
    )


# What the XML of an office document cannot hold.
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def without_marks(value):
    """The same without what no document can hold, all the way down."""
    if isinstance(value, str):
        return NOT_TEXT.sub("", value)
    if isinstance(value, list):
        return [without_marks(one) for one in value]
    if isinstance(value, dict):
        return {name: without_marks(one) for name, one in value.items()}
    if isinstance(value, SimpleNamespace):
        return SimpleNamespace(**without_marks(vars(value)))
    return value


def _today(programme):
    today = timezone.localdate()
    year = {"year": today.year, "starts_on": today.replace(month=1, day=1), "ends_on": today.replace(month=12, day=31)}
    return document.read(Gathering(programme, **year).record().as_text())


def _meetings(programme, record):
    """Those of the year, and all that are planned."""
    first = datetime.date.fromisoformat(record.starts_on)
    rows = (
        Meeting.objects.filter(forum__programme=programme, on__gte=first).select_related("forum").order_by("on", "pk")
    )
    for meeting in rows:
        told = SimpleNamespace(forum=meeting.forum.title, place=meeting.place)
        yield SimpleNamespace(pk=meeting.pk, on=meeting.on, **vars(without_marks(told)))


def _template(partnership):
    found = WordTemplate.objects.filter(partnership=partnership).values_list("body", flat=True).first()
    return bytes(found) if found else None
