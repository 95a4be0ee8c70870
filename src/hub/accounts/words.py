"""What people wrote: found for them to take away, and taken out where it says who somebody is."""

from typing import ClassVar

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from hub.audit import record

# Stands where words stood, so that readers know why, and no promise of the database about a text is broken.
TAKEN_OUT = "(taken out on request)"


class Written(models.Model):
    """Something that one person wrote. Its words can be taken out; that it was written, and when, stays."""

    WORDS: ClassVar[tuple[str, ...]]
    AUTHOR: ClassVar[str]
    WRITTEN_AT: ClassVar[str]

    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def what_it_says(self):
        """The words that stand in it, by the name of the field."""
        found = {name: getattr(self, name) for name in self.WORDS}
        return {name: text for name, text in found.items() if text and text != TAKEN_OUT}

    @property
    def named_words(self):
        return [(self._meta.get_field(name).verbose_name, text) for name, text in self.what_it_says.items()]

    def passed_on(self):
        """Rows into which the same words may have been copied."""
        return ()


@transaction.atomic
def erase_words(written, *, by):
    """Take out what it says, also where it was passed on unchanged. The row, its stage and its dates stay."""
    words = set(written.what_it_says.values())
    copies = [one for one in written.passed_on() if one != written]
    for one in [written, *copies]:
        _take_out(one, words, by)


def _take_out(one, words, by):
    same = [name for name, text in one.what_it_says.items() if text in words]
    if not same:
        return
    for name in same:
        setattr(one, name, "" if isinstance(one._meta.get_field(name), models.URLField) else TAKEN_OUT)
    one.erased_at = timezone.now()
    one.save(update_fields=[*same, "erased_at"])
    record(f"{one._meta.model_name}.words_erased", subject=one, by=by)


def kinds():
    """Everything that people write, by its name."""
    return {model._meta.model_name: model for model in apps.get_models() if issubclass(model, Written)}


def written_by(user):
    """All that a person wrote and that still has its words."""
    for name, model in kinds().items():
        for one in model._default_manager.filter(**{model.AUTHOR: user}).order_by(model.WRITTEN_AT, "pk"):
            if one.what_it_says:
                yield name, one
