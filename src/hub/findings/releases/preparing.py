"""Makes what was asked for safe, and writes down its bytes. Takes up to a minute, so a worker does it."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from equity.disclosure.ledger import Asked, LedgerError
from equity.disclosure.results import from_its_publisher
from equity.disclosure.rules import Audience
from equity.model import measure
from equity.vocabulary import category_set
from hub import audit
from hub.audit.seals import name_of
from hub.findings import computing
from hub.findings.models import PublishedFigures, Release, ReleasedFile
from hub.findings.queries import place_of
from hub.findings.releases import documents, queries
from hub.findings.releases.ledgers import DatabaseStore, last_line, ledger_of
from hub.findings.releases.protecting import CannotPublishError, Service, protect
from hub.findings.workforce.figures import figures_of_staff
from hub.submissions.models import People
from hub.submissions.queries import standing_crossed, standing_figures

TRIES = 5
LICENCES = {
    "ogl_3": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    "cc_by_4": "https://creativecommons.org/licenses/by/4.0/",
    "cc0_1": "https://creativecommons.org/publicdomain/zero/1.0/",
}

OPEN_LICENCE = "Open Government Licence v3.0"


class MovedOnError(Exception):
    """Something was released meanwhile, which this one has not been looked at together with; or the figures changed."""


def prepare(pk):
    """Through the gate and into the ledger, or refused in words. Twice does no harm.

    A ledger that others keep adding to leaves it for the next round.
    """
    for _attempt in range(TRIES):
        release = Release.objects.select_related("partnership", "organisation", "unit").get(pk=pk)
        if release.ready_at or release.ended_at:
            return
        try:
            seen = _what_it_stands_on(release)
            made = _of_a_publisher(release) if release.organisation is None else _of_a_service(release)
            _keep(release, made, seen)
        except CannotPublishError as refused:
            _refuse(release, str(refused))
        except documents.TooFewToDivideError:
            _refuse(release, _("It divides a small group by two things at once. Show it by one of them only."))
        except LedgerError:
            _refuse(release, _("The ledger of releases does not hold. Whoever runs the site finds out why."))
        except MovedOnError:
            continue
        return


def _what_it_stands_on(release):
    figures = queries.seal_of(queries.sent_of(release)) if release.organisation_id else ""
    return DatabaseStore(release.partnership).length(), figures


def _of_a_publisher(release):
    """What is public already passes as it is."""
    known = PublishedFigures.objects.get(partnership=release.partnership)
    made = next((one for one in computing.look_at_published(known.report).made if one.code == release.code), None)
    if made is None:
        raise CannotPublishError(_("These figures are not there any more."))
    series = from_its_publisher(made.series) if made.series else None
    licence, address = _licence_of(made.table.sources)
    about = _about(release, made.table.period, made.table.place_name, licence=licence, address=address)
    ledger = ledger_of(release.partnership)
    names = [one["id"] for one in ledger.releases() if "published_by" in one and _is_behind(one, made.table)]
    return documents.freeze(from_its_publisher(made.table), series, about), (), names


def _licence_of(sources):
    """A publisher's terms stand in its own line; only where all are the open licence is there one to point to."""
    if sources and all(OPEN_LICENCE in line for line in sources):
        return OPEN_LICENCE, LICENCES["ogl_3"]
    return _("That of each source, as it stands above"), ""


def _is_behind(record, table):
    """Whether a publisher's table counts the people whom this result is about."""
    what, about = measure(table.measure), record["specification"]
    if about["population"] != table.place_name:
        return False
    if what.code == "completeness":
        return about["measure"] == "referred"
    of_these = category_set(table.set_code).characteristic in about["dimensions"]
    return of_these and about["measure"] in (what.numerator, what.denominator)


def _of_a_service(release):
    figures = figures_behind(release)
    past = ledger_of(release.partnership).known_outside()
    found = protect(
        _service(release), figures, wanted=release.measure, characteristic=release.characteristic, past=past
    )
    licence, address = release.partnership.get_licence_display(), LICENCES.get(release.partnership.licence, "")
    about = _about(release, found.period, release.service_name, licence=str(licence), address=address)
    about = replace(about, unknown_is_hidden=found.unknown_is_hidden)
    return documents.freeze(found.table, found.series, about), found.released, []


def figures_behind(release):
    """Of one characteristic: two together are never published."""
    where = release.organisation_id, release.unit_id, release.people
    figures = standing_figures(*where)
    return figures_of_staff(figures, standing_crossed(*where)) if release.people == People.STAFF else figures


def _service(release):
    newest = queries.sent_of(release).order_by("sent_at", "pk").last()
    return Service(
        release.service_name,
        release.organisation.slug,
        str(release.unit_id or ""),
        newest.counts if newest else "people",
        place_of(release.partnership_id),
        of_staff=release.people == People.STAFF,
    )


def _about(release, period, place, *, licence, address):
    return documents.About(period, place, licence, address, release.is_example)


@transaction.atomic
def _keep(release, made, seen):
    """All at once: the ledger's records, the files, and that it is ready."""
    files, released, names = made
    store = DatabaseStore(release.partnership)
    store.wait_for_others()
    locked = Release.objects.select_for_update().get(pk=release.pk)
    if locked.ready_at or locked.ended_at:
        return
    if _what_it_stands_on(locked) != seen:
        raise MovedOnError
    _length, figures = seen
    ledger = ledger_of(release.partnership)
    asked = Asked(name_of(locked.asked_by), Audience.PUBLIC, figures)
    names = [*names, *(ledger.record_release(one, asked) for one in released)]
    ledger.record_files(names, {name: content.encode() for name, content in files.items()})
    ReleasedFile.objects.bulk_create(
        ReleasedFile(release=locked, name=name, content=content) for name, content in files.items()
    )
    locked.ledger_names, locked.ledger_line = ",".join(names), last_line(release.partnership)
    locked.ready_at, locked.made_from = timezone.now(), figures
    locked.save(update_fields=["ledger_names", "ledger_line", "ready_at", "made_from"])
    audit.record("release.made_safe", subject=locked)


@transaction.atomic
def _refuse(release, words):
    locked = Release.objects.select_for_update().get(pk=release.pk)
    if locked.ready_at or locked.ended_at:
        return
    locked.end(refused=words)
    audit.record("release.refused", subject=locked)
