"""The open data: which tables there are, what each column holds, and the rows. One description serves every format."""

from django.utils.translation import gettext_lazy as _

from hub.commitments.models import Ask, Offer, OfferStep, Update
from hub.commitments.queries import with_step
from hub.pledges.queries import pledges_for_list
from hub.publishing.columns import EXAMPLE, NOT_STATED, Column, Table
from hub.publishing.finding_tables import FINDINGS
from hub.publishing.programme_tables import PROGRAMME_TABLES
from hub.publishing.queries import public_pledges, taking_part


def _organisation_rows(partnership, address):
    for one in taking_part(partnership).order_by("name"):
        kind = [one.slug, one.name, one.kind, one.provides, one.commissions, one.size_in_words, one.website]
        yield (*kind, one.is_example, address(f"organisations/{one.slug}/"))


def _pledge_rows(partnership, address):
    pledges = pledges_for_list(public_pledges(partnership)).prefetch_related("commitment__groups")
    for pledge in pledges.order_by("-year", "organisation__name", "pk").iterator(chunk_size=500):
        made = pledge.commitment
        yield (
            str(pledge.public_id),
            pledge.organisation.slug,
            pledge.organisation.name,
            pledge.unit.name if pledge.unit else NOT_STATED,
            pledge.year,
            made.title,
            made.inequality,
            made.action,
            made.outcome,
            made.knowing,
            made.work,
            made.owner_role,
            made.due_on,
            "; ".join(group.name for group in made.groups.all()),
            made.people,
            pledge.stage or Update.Stage.PROMISED,
            pledge.moved_at.date(),
            made.source,
            made.is_example,
            address(f"pledges/{pledge.public_id}/"),
        )


def _update_rows(partnership, address):
    updates = Update.objects.current().filter(commitment__in=public_pledges(partnership).values("commitment"))
    said = ["stage", "happened", "worked", "hard", "next", "help_wanted", "evidence_url", "commitment__is_example"]
    rows = updates.order_by("stands_at", "pk").values_list("pk", "commitment__pledge__public_id", "stands_at", *said)
    for pk, pledge, at, *rest in rows.iterator(chunk_size=2000):
        yield (pk, str(pledge), at.date(), *rest)


def _offer_rows(partnership, address):
    """Help that was asked for and offered around public pledges, where those who offer agreed to be named."""
    asks = Ask.objects.filter(commitment__in=public_pledges(partnership).values("commitment"))
    refused = [OfferStep.Step.WITHDRAWN, OfferStep.Step.DECLINED]
    offers = with_step(Offer.objects.filter(ask__in=asks, may_be_public=True)).exclude(step__in=refused)
    for offer in offers.select_related("ask__commitment__pledge", "organisation").order_by("offered_at", "pk"):
        ask = offer.ask
        pledge = str(ask.commitment.pledge.public_id)
        yield (
            offer.pk,
            pledge,
            ask.text,
            ask.asked_at.date(),
            offer.organisation.slug,
            offer.text,
            offer.offered_at.date(),
            offer.step or "",
            offer.step_words or "",
            ask.is_example,
        )


STAGES = tuple(Update.Stage.values)

TABLES = {
    table.name: table
    for table in [
        Table(
            "organisations",
            _("Organisations"),
            _("Who takes part."),
            "id",
            (
                Column("id", "string", _("Short name, the same in all tables"), required=True),
                Column("name", "string", _("Name"), required=True),
                Column(
                    "kind",
                    "string",
                    _("What kind it is"),
                    required=True,
                    options=("voluntary", "nhs", "council", "other"),
                ),
                Column("provides", "boolean", _("Provides services"), required=True),
                Column("commissions", "boolean", _("Commissions services"), required=True),
                Column("size_in_words", "string", _("Its size, in its own words or those of a published source")),
                Column("website", "string", _("Its website")),
                EXAMPLE,
                Column("page", "string", _("Its page here"), required=True),
            ),
            _organisation_rows,
        ),
        Table(
            "pledges",
            _("Pledges"),
            _("What organisations promised and chose to publish. An empty cell was not stated."),
            "id",
            (
                Column("id", "string", _("The pledge's stable number"), required=True),
                Column("organisation", "string", _("Who made it: id in organisations"), required=True),
                Column("organisation_name", "string", _("Who made it: name"), required=True),
                Column("department", "string", _("The department or project, if it is only one")),
                Column("year", "integer", _("For which year"), required=True),
                Column("title", "string", _("The pledge in a few words"), required=True),
                Column("inequality", "string", _("What is unfair now?")),
                Column("action", "string", _("What will we do?")),
                Column("outcome", "string", _("What do we want to come of it?")),
                Column("knowing", "string", _("How will we know?")),
                Column("work", "string", _("Work they already do, or something new"), options=("existing", "new")),
                Column("owner_role", "string", _("The job of who looks after it. Never a name")),
                Column("due_on", "date", _("By when")),
                Column("groups", "string", _("Who it is for, with a semicolon between groups")),
                Column("people", "string", _("Who it is for, in their own words")),
                Column("stage", "string", _("How it is going"), required=True, options=STAGES),
                Column("stage_since", "date", _("The day of the latest news"), required=True),
                Column("source", "string", _("The published document it is taken from, if it is")),
                EXAMPLE,
                Column("page", "string", _("Its page here"), required=True),
            ),
            _pledge_rows,
        ),
        Table(
            "updates",
            _("Updates"),
            _("How published pledges went. Updates are added, never changed; a mistake is replaced by a correction."),
            "id",
            (
                Column("id", "integer", _("Number of the update"), required=True),
                Column("pledge", "string", _("Which pledge: id in pledges"), required=True),
                Column("on", "date", _("The day"), required=True),
                Column("stage", "string", _("How it was going"), required=True, options=STAGES),
                Column("happened", "string", _("What happened?")),
                Column("worked", "string", _("What worked?")),
                Column("hard", "string", _("What was hard?")),
                Column("next", "string", _("What is next?")),
                Column("help_wanted", "string", _("What would help?")),
                Column("evidence_url", "string", _("Where one can read more")),
                EXAMPLE,
            ),
            _update_rows,
        ),
        Table(
            "offers",
            _("Offers of help"),
            _("Help that organisations offered each other with published pledges, where they agreed to be shown."),
            "id",
            (
                Column("id", "integer", _("Number of the offer"), required=True),
                Column("pledge", "string", _("Which pledge: id in pledges"), required=True),
                Column("asked", "string", _("What was asked for"), required=True),
                Column("asked_on", "date", _("The day it was asked"), required=True),
                Column("from_organisation", "string", _("Who offered: id in organisations"), required=True),
                Column("offered", "string", _("What was offered"), required=True),
                Column("offered_on", "date", _("The day it was offered"), required=True),
                Column("step", "string", _("What became of it"), options=("accepted", "thanked")),
                Column("thanks", "string", _("What came of it")),
                EXAMPLE,
            ),
            _offer_rows,
        ),
        *PROGRAMME_TABLES,
        FINDINGS,
    ]
}
