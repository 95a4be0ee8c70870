"""Reading stocktakes for their pages."""

from collections import defaultdict

from django.db.models.functions import Length
from django.template.loader import render_to_string
from django.utils.functional import cached_property

from hub.stocktakes import document, rules
from hub.stocktakes.models import Job, Stocktake, Telling


class Draft:
    """A stocktake while it is written: the record as it was gathered, and the latest words of its story."""

    def __init__(self, stocktake):
        self.stocktake = stocktake

    @cached_property
    def record(self):
        return document.read(self.stocktake.record)

    @cached_property
    def tellings(self):
        return list(self.stocktake.tellings.order_by("told_at", "pk"))

    @cached_property
    def story(self):
        """Part -> heading -> the latest words."""
        told = defaultdict(dict)
        for telling in self.tellings:
            told[telling.part][telling.heading] = telling.words
        with_words = {part: {name: words for name, words in said.items() if words} for part, said in told.items()}
        return {part: said for part, said in with_words.items() if said}

    @property
    def priorities(self):
        return rules.priorities_in(self.story.get(rules.WHOLE, {}).get(Telling.NEXT_YEAR, ""))

    @cached_property
    def seal(self):
        """Of all that is said: what people approve, and what is frozen."""
        said = {"record": self.stocktake.record_seal, "story": self.story, "priorities": self.priorities}
        return rules.seal_of(rules.as_one_text(said))

    @cached_property
    def parts(self):
        return dict(self.stocktake.contents)

    def seen(self, part):
        """How often words were added to a part, so that the second of two people who write is told."""
        return sum(telling.part == part for telling in self.tellings)

    def headings_told(self, part):
        return len(set(self.story.get(part, {})) & set(rules.HEADINGS))

    @cached_property
    def all_approvals(self):
        return list(self.stocktake.approvals.select_related("approved_by"))

    @cached_property
    def approvals(self):
        """Of the words as they stand."""
        return [one for one in self.all_approvals if one.seal == self.seal]

    @property
    def outdated_approvals(self):
        return len(self.all_approvals) - len(self.approvals)


def page_made_ahead(stocktake, path, seal):
    """What was made of these very words, if anything was."""
    return stocktake.preview_pages.filter(path=path, seal=seal).values_list("body", flat=True).first()


def is_large(stocktake):
    """Without reading the record."""
    size = Stocktake.objects.filter(pk=stocktake.pk).values_list(Length("record"), flat=True).get()
    return rules.is_large(size)


def previous_of(stocktake):
    """The last stocktake of the programme that stands, and began before this one."""
    standing = Stocktake.objects.standing().defer("record").filter(programme=stocktake.programme_id)
    return standing.filter(starts_on__lt=stocktake.starts_on).order_by("-starts_on").first()


def priorities_of(stocktake):
    """As they were frozen."""
    return stocktake.priorities.splitlines()


def job_under_way(stocktake):
    return stocktake.jobs.under_way().first()


def latest_trouble(stocktake):
    latest = stocktake.jobs.exclude(finished_at=None).order_by("-finished_at").first()
    return latest.trouble if latest else ""


def packs_of(user):
    return (
        Job.objects.of(user)
        .filter(kind=Job.Kind.PACK)
        .select_related("programme", "stocktake")
        .defer("stocktake__record")
    )


def beside_programme(programme, user, *, keeps):
    """What a programme's public page shows of its stocktakes: what comes first, and where to read them."""
    found = list(Stocktake.objects.standing().defer("record").filter(programme=programme).order_by("-starts_on")[:5])
    if not found:
        return ""
    context = {"stocktakes": found, "latest": found[0], "priorities": priorities_of(found[0]), "programme": programme}
    return render_to_string("stocktakes/_beside_programme.html", context)
