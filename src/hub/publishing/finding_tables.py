"""Published findings as open data: which there are, and what one's own table holds."""

from django.utils.translation import gettext_lazy as _

from hub.findings.releases import documents
from hub.findings.releases.queries import document_of, public_in
from hub.publishing.columns import EXAMPLE, Column, Table


def _finding_rows(partnership, address):
    for release in public_in(partnership).prefetch_related("files"):
        found = document_of(release)
        if found is None:
            continue
        here = f"findings/{release.public_id}/"
        yield (
            str(release.public_id),
            found.title,
            found.sentence,
            release.measure,
            release.characteristic,
            found.place,
            found.period,
            release.organisation.slug if release.organisation else "",
            found.population,
            release.published_at.date(),
            release.is_example,
            address(here),
            address(f"{here}{documents.TABLE}"),
            address(f"{here}{documents.FINDING}"),
        )


FINDINGS = Table(
    "findings",
    _("Findings"),
    _("What figures say, where two people approved that everybody may read it. Each has a table of its own."),
    "id",
    (
        Column("id", "string", _("The finding's stable number"), required=True),
        Column("title", "string", _("What was looked at"), required=True),
        Column("sentence", "string", _("What it says"), required=True),
        Column("measure", "string", _("The measure, by its short name"), required=True),
        Column("characteristic", "string", _("By which characteristic")),
        Column("place", "string", _("The service or place"), required=True),
        Column("period", "string", _("The time it is about")),
        Column("organisation", "string", _("Whose figure it is: id in organisations. Empty for a publisher's")),
        Column("population", "string", _("The residents it is compared with: source, year and ages")),
        Column("published_on", "date", _("The day it was published"), required=True),
        EXAMPLE,
        Column("page", "string", _("Its page here"), required=True),
        Column("table", "string", _("Its table as CSV"), required=True),
        Column("json", "string", _("All of it as JSON"), required=True),
    ),
    _finding_rows,
)
COLUMNS = [
    Column(name, kind, about, required=always) for name, kind, about, always in (*documents.COLUMNS, *documents.ABOUT)
]
