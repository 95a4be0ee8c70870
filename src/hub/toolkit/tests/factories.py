import factory

from hub.accounts.tests.factories import UserFactory
from hub.organisations.tests.factories import RoleFactory
from hub.toolkit.models import (
    Area,
    Audience,
    Chapter,
    Edition,
    Example,
    Feedback,
    Practice,
    Reply,
    Resource,
    Section,
    Statement,
)


class ChapterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Chapter

    slug = factory.Sequence(lambda number: f"chapter-{number}")
    title = factory.Sequence(lambda number: f"Chapter {number}")


class EditionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Edition

    chapter = factory.SubFactory(ChapterFactory)
    number = 1
    title = factory.LazyAttribute(lambda edition: f"{edition.chapter.title}, edition {edition.number}")
    publisher = "Example publishers"
    source = "Example source"
    published_on = factory.Faker("date_object")


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area

    edition = factory.SubFactory(EditionFactory)
    number = factory.Sequence(lambda number: number + 1)
    title = factory.Sequence(lambda number: f"Area {number}")
    audience = Audience.PROVIDERS


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    area = factory.SubFactory(AreaFactory)
    position = factory.Sequence(lambda number: number % 30000)
    number = factory.Sequence(lambda number: f"9.{number % 10000}")
    title = factory.Sequence(lambda number: f"Section {number}")


class StatementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Statement

    section = factory.SubFactory(SectionFactory)
    key = factory.Sequence(lambda number: f"statement-{number}")
    position = factory.Sequence(lambda number: number % 30000)
    text = factory.Sequence(lambda number: f"We do thing {number}.")
    hint = "It matters."
    audience = factory.SelfAttribute("section.area.audience")


class PracticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Practice
        skip_postgeneration_save = True

    section = factory.SubFactory(SectionFactory)
    text = factory.Sequence(lambda number: f"Try this {number}.")

    @factory.post_generation
    def helps(self, create, statements, **kwargs):
        self.statements.set(statements or [])


class ExampleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Example

    section = factory.SubFactory(SectionFactory)
    organisation = factory.Sequence(lambda number: f"Example Organisation {number}")
    text = "Does this."
    source = "Example source, section 9"


class ResourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Resource

    section = factory.SubFactory(SectionFactory)
    kind = Resource.Kind.TRAINING
    title = factory.Sequence(lambda number: f"Course {number}")


class FeedbackFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Feedback

    statement = factory.SubFactory(StatementFactory)
    text = factory.Sequence(lambda number: f"Somebody thinks {number}.")
    given_by = factory.LazyAttribute(lambda said: somebody_in(said.partnership))

    class Params:
        partnership = None


def somebody_in(partnership):
    return RoleFactory(organisation__partnership=partnership).user if partnership else UserFactory()


class ReplyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reply

    feedback = factory.SubFactory(FeedbackFactory)
    kind = Reply.Kind.READ
    made_by = factory.SubFactory(UserFactory)
