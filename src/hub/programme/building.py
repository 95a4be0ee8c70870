"""From checked content files to definitions."""

from hub.programme.definitions import (
    QUESTIONS,
    ActionText,
    Answer,
    AreaText,
    Community,
    ExampleQuestion,
    ExampleReading,
    Examples,
    ExampleUpdate,
    Fact,
    ForumText,
    Links,
    MeasureText,
    Member,
    Named,
    OutcomeText,
    Phase,
    ProgrammeText,
    Promise,
    Said,
    Source,
    TargetText,
)
from hub.toolkit.content import day

LINK_LISTS = ("organisations", "named", "characteristics", "groups", "forums", "statements", "related")
NEVER = (None, None)


class Builder:
    """Knows the documents by their short names, so that every item can name its source in full."""

    def __init__(self, sources):
        self.sources = sources

    def source(self, given):
        document = self.sources.get(given["document"], {})
        return Source(
            document=given["document"],
            title=document.get("title", ""),
            publisher=document.get("publisher", ""),
            published=document.get("published", ""),
            lines=given.get("lines", ""),
            place=given.get("place", ""),
            url=document.get("url", ""),
        )

    def facts(self, given):
        return tuple(Fact(fact["key"], fact["text"], self.source(fact["source"])) for fact in given)

    def answer(self, given, source):
        if given is None:
            return None
        return Answer(given["text"], self.source({"document": source["document"], "lines": given["lines"]}))

    def said(self, given, source):
        return Said(
            value=given.get("value"),
            words=given.get("words", ""),
            when=given["when"],
            start=day(given.get("from")),
            by=day(given.get("by")),
            note=given.get("note", ""),
            source=self.source(given.get("source", source)),
        )

    def measures(self, given, source):
        return tuple(self.measure(measure, source) for measure in given)

    def measure(self, given, source):
        return MeasureText(
            key=given["key"],
            kind=given["kind"],
            name=given["name"],
            unit=given.get("unit", ""),
            counting=given.get("counting", ""),
            characteristic=given.get("characteristic", ""),
            group_size=given.get("group_size"),
            per=given.get("per"),
            instrument=given.get("instrument", ""),
            every_weeks=tuple(given.get("every_weeks", NEVER)),
            direction=given.get("direction", ""),
            direction_reason=given.get("direction_reason", ""),
            baseline_due=day(given.get("baseline_due")),
            at_work=given.get("at_work", ""),
            targets=tuple(self.said(said, source) for said in given.get("targets", [])),
        )

    def action(self, given):
        answers = {name: self.answer(given.get(name), given["source"]) for name in QUESTIONS}
        return ActionText(
            key=given["key"],
            title=given["title"],
            heading=given.get("heading", ""),
            **answers,
            at_work=tuple(given.get("at_work", [])),
            measures=self.measures(given.get("measures", []), given["source"]),
            links=links(given),
            source=self.source(given["source"]),
        )

    def target(self, given):
        return TargetText(
            key=given["key"],
            title=given["title"],
            text=given["text"],
            measures=self.measures(given["measures"], given["source"]),
            actions=tuple(given.get("actions", [])),
            links=links(given),
            source=self.source(given["source"]),
        )

    def outcome(self, given):
        return OutcomeText(
            key=given["key"],
            title=given["title"],
            text=given["text"],
            indicators=self.measures(given.get("indicators", []), given["source"]),
            actions=tuple(given.get("actions", [])),
            links=links(given),
            source=self.source(given["source"]),
        )

    def promise(self, given):
        return Promise(
            key=given["key"],
            text=given["text"],
            measures=self.measures(given.get("measures", []), given["source"]),
            links=links(given),
            source=self.source(given["source"]),
        )

    def area(self, given):
        return AreaText(
            key=given["area"],
            number=given["number"],
            strand=given["strand"],
            title=given["title"],
            summary=given["summary"],
            facts=self.facts(given.get("facts", [])),
            actions=tuple(self.action(action) for action in given["actions"]),
            targets=tuple(self.target(target) for target in given["targets"]),
            outcomes=tuple(self.outcome(outcome) for outcome in given["outcomes"]),
            also_promised=tuple(self.promise(promise) for promise in given.get("also_promised", [])),
            source=self.source(given["source"]),
        )

    def named(self, given):
        return tuple(
            Named(item["key"], item["name"], item.get("summary", ""), self.source(item["source"])) for item in given
        )

    def phase(self, given):
        return Phase(
            key=given["key"],
            name=given["name"],
            summary=given.get("summary", ""),
            when=given.get("when", ""),
            start=day(given.get("from")),
            by=day(given.get("by")),
            forums=tuple(given.get("forums", [])),
            characteristics=tuple(given.get("characteristics", [])),
            source=self.source(given["source"]),
        )

    def community(self, given):
        return Community(
            key=given["key"],
            name=given["name"],
            summary=given.get("summary", ""),
            group=given.get("group", ""),
            organisations=tuple(given.get("organisations", [])),
            named=tuple(given.get("named", [])),
            related=tuple(given.get("related", [])),
            source=self.source(given["source"]),
        )

    def forum(self, given):
        return ForumText(
            key=given["key"],
            name=given["name"],
            summary=given.get("summary", ""),
            kind=given.get("kind", "other"),
            every_weeks=tuple(given.get("every_weeks", NEVER)),
            rhythm=given.get("rhythm", ""),
            chair_role=given.get("chair_role", ""),
            members=tuple(member(item) for item in given.get("members", [])),
            does=tuple(given.get("does", [])),
            part_of=tuple(given.get("part_of", [])),
            status=given.get("status", ""),
            also_called=tuple(given.get("also_called", [])),
            measures=tuple(given.get("measures", [])),
            source=self.source(given["source"]),
        )

    def programme(self, given, areas):
        return ProgrammeText(
            key=given["programme"],
            partnership=given["partnership"],
            title=given["title"],
            publisher=given.get("publisher", ""),
            published=given.get("published", ""),
            summary=given["summary"],
            questions={question["key"]: question["text"] for question in given.get("questions", [])},
            responsibility=self.facts(given.get("responsibility", [])),
            strands=self.named(given["strands"]),
            principles=self.named(given["principles"]),
            phases=tuple(self.phase(phase) for phase in given["phases"]),
            communities=tuple(self.community(community) for community in given.get("communities", [])),
            forums=tuple(self.forum(forum) for forum in given["forums"]),
            facts=self.facts(given["facts"]),
            unplaced=self.facts(given.get("unplaced", [])),
            areas=tuple(sorted((self.area(area) for area in areas), key=lambda area: area.number)),
        )


def links(given):
    lists = {name: tuple(given.get(name, [])) for name in LINK_LISTS}
    return Links(**lists, people=given.get("people", ""), community=given.get("community", ""))


def member(given):
    return Member(given.get("organisation", ""), given.get("named", ""), given.get("role", ""), given.get("note", ""))


def examples(given):
    return Examples(
        area=given["area"],
        note=given["note"],
        owners={owner["action"]: owner["role"] for owner in given.get("owners", [])},
        updates=tuple(example_update(update) for update in given["updates"]),
        readings=tuple(example_reading(reading) for reading in given.get("readings", [])),
        questions=tuple(example_question(question) for question in given.get("questions", [])),
    )


def example_update(given):
    return ExampleUpdate(
        key=given["key"],
        action=given["action"],
        on=day(given.get("on")),
        weeks_ago=given.get("weeks_ago"),
        stage=given["stage"],
        happened=given["happened"],
        worked=given.get("worked", ""),
        hard=given.get("hard", ""),
        next=given.get("next", ""),
        help_wanted=given.get("help_wanted", ""),
        evidence=given.get("evidence", ""),
    )


def example_reading(given):
    return ExampleReading(
        measure=given["measure"],
        on=day(given["on"]),
        value=given.get("value"),
        numerator=given.get("numerator"),
        denominator=given.get("denominator"),
        unknown=given.get("unknown"),
        words=given.get("words", ""),
        baseline=given.get("baseline", False),
    )


def example_question(given):
    return ExampleQuestion(
        action=given["action"],
        on=day(given["on"]),
        asked_by_role=given["asked_by_role"],
        text=given["text"],
        answer=given.get("answer", ""),
        answered_on=day(given.get("answered_on")),
    )
