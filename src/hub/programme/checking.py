"""What a schema cannot say of a programme's files: counts, sources, links and dates, each in one plain sentence."""

import re
from dataclasses import dataclass

from hub.programme.definitions import NO_DATE
from hub.toolkit.rules.checking import twice, wrong_counts


@dataclass(frozen=True)
class Known:
    """What a programme may point to, by short name."""

    organisations: frozenset[str]
    characteristics: frozenset[str]
    groups: frozenset[str]
    statements: frozenset[str]


def problems_with_programme(programme, given, areas_given, known):
    return [
        *wrong_counts(programme.counts, given["counts"]),
        *(f"{area.title}: {problem}" for area, counts in _declared(programme, areas_given) for problem in counts),
        *twice("area", [area.key for area in programme.areas]),
        *twice("area number", [area.number for area in programme.areas]),
        *twice("forum", [forum.key for forum in programme.forums]),
        *twice("item", [item.key for item in programme.items]),
        *twice("measure", [measure.key for area in programme.areas for measure in area.measures]),
        *(problem for area in programme.areas for problem in problems_with_area(area, programme)),
        *problems_with_links(programme, known),
        *problems_with_sources(programme, given["sources"]),
        *lines_told_twice(programme),
    ]


def _declared(programme, areas_given):
    declared = {area["area"]: area["counts"] for area in areas_given}
    return [(area, wrong_counts(area.counts, declared[area.key])) for area in programme.areas]


def problems_with_area(area, programme):
    if area.strand not in {strand.key for strand in programme.strands}:
        yield f"{area.title}: '{area.strand}' is no strand of this programme."
    actions = {action.key for action in area.actions}
    for item in (*area.targets, *area.outcomes):
        for key in item.actions:
            if key not in actions:
                yield f"{area.title}: '{item.key}' belongs to '{key}', which is no action of this area."
    for measure in area.measures:
        yield from problems_with_measure(measure)


def problems_with_measure(measure):
    for said in measure.targets:
        if said.by and said.when == NO_DATE:
            yield f"{measure.key}: it has a day, so say in words when that is."
        if not said.by and re.search(r"\d", said.when):
            yield f"{measure.key}: give the last day that '{said.when}' allows."
        if said.start and said.by and said.by < said.start:
            yield f"{measure.key}: it ends before it begins."
        if measure.kind == "share" and said.value is not None and not 0 <= said.value <= 100:
            yield f"{measure.key}: a share counts in the hundred, so it is between 0 and 100."


def problems_with_links(programme, known):
    """Everything that one thing says of another leads somewhere."""
    for wrong, place, noun in _links(programme, known):
        yield f"{place}: '{wrong}' is {noun}."


def _links(programme, known):
    items = {item.key for item in programme.items}
    forums = {forum.key for forum in programme.forums}
    communities = {community.key for community in programme.communities}
    measures = {measure.key for area in programme.areas for measure in area.measures}
    for place, links in _linked(programme):
        yield from _missing(links.organisations, known.organisations, place, "no organisation of the partnership")
        yield from _missing(links.characteristics, known.characteristics, place, "no characteristic that we know")
        yield from _missing(links.groups, known.groups, place, "no group that we know")
        yield from _missing(links.statements, known.statements, place, "no statement of the toolkit")
        yield from _missing(links.related, items, place, "no action, target or outcome")
        yield from _missing(links.forums, forums, place, "no forum of this programme")
        yield from _missing(filter(None, [links.community]), communities, place, "no community of this programme")
    for measure in (measure for area in programme.areas for measure in area.measures):
        named = filter(None, [measure.characteristic])
        yield from _missing(named, known.characteristics, measure.key, "no characteristic that we know")
    for forum in programme.forums:
        members = [member.organisation for member in forum.members if member.organisation]
        yield from _missing(members, known.organisations, forum.name, "no organisation of the partnership")
        yield from _missing(forum.part_of, forums, forum.name, "no forum of this programme")
        yield from _missing(forum.measures, measures, forum.name, "no measure of this programme")
    for phase in programme.phases:
        yield from _missing(phase.forums, forums, phase.name, "no forum of this programme")
        yield from _missing(phase.characteristics, known.characteristics, phase.name, "no characteristic that we know")
    for community in programme.communities:
        yield from _missing(filter(None, [community.group]), known.groups, community.name, "no group that we know")
        yield from _missing(community.organisations, known.organisations, community.name, "no organisation")
        yield from _missing(community.related, items, community.name, "no action, target or outcome")
    publisher = filter(None, [programme.publisher])
    yield from _missing(publisher, known.organisations, programme.title, "no organisation of the partnership")


def _missing(named, there, place, noun):
    return [(key, place, noun) for key in named if key not in there]


def _linked(programme):
    for area in programme.areas:
        for item in (*area.items, *area.also_promised):
            yield item.key, item.links


def problems_with_sources(programme, documents):
    for place, source in every_source(programme):
        if source.document not in documents:
            yield f"{place}: '{source.document}' is none of the programme's sources."
            continue
        ranges = ranges_of(source.lines)
        last = documents[source.document].get("lines")
        if any(end < start for start, end in ranges) or (last and any(end > last for _, end in ranges)):
            yield f"{place}: there are no such lines as {source.lines} in '{source.title}'."


def every_source(programme):
    for thing in (*programme.strands, *programme.principles, *programme.phases, *programme.communities):
        yield thing.key, thing.source
    for thing in (*programme.forums, *programme.facts, *programme.unplaced, *programme.responsibility):
        yield thing.key, thing.source
    for area in programme.areas:
        yield area.key, area.source
        for item in (*area.facts, *area.items, *area.also_promised):
            yield item.key, item.source
        for action in area.actions:
            for answer in (action.inequality, action.action, action.outcome, action.knowing):
                if answer:
                    yield action.key, answer.source
        for measure in area.measures:
            yield from ((measure.key, said.source) for said in measure.targets)


def lines_told_twice(programme):
    """Each line of the document's lists belongs to one item, or something was counted twice."""
    owners = {}
    for item in programme.items:
        for start, end in ranges_of(item.source.lines):
            for line in range(start, end + 1):
                owners.setdefault((item.source.document, line), []).append(item.key)
    shared = {}
    for (_, line), keys in owners.items():
        if len(keys) > 1:
            shared.setdefault(" and ".join(f"'{key}'" for key in keys), []).append(line)
    return [f"{keys} both claim lines {lines[0]} to {lines[-1]}." for keys, lines in shared.items()]


def ranges_of(lines):
    found = re.findall(r"(\d+)(?:-(\d+))?", lines)
    return [(int(start), int(end or start)) for start, end in found]


def problems_with_examples(examples, area):
    actions = {action.key for action in area.actions}
    measures = {measure.key for measure in area.measures}
    named = [*examples.owners, *(update.action for update in examples.updates)]
    named += [question.action for question in examples.questions]
    yield from (f"'{key}' is no action of {area.title}." for key in named if key not in actions)
    for reading in examples.readings:
        if reading.measure not in measures:
            yield f"'{reading.measure}' is no measure of {area.title}."
        if reading.value is None and reading.numerator is None and not reading.words:
            yield f"{reading.measure}, {reading.on}: a reading says something."
    for update in examples.updates:
        if not update.happened.startswith("Example update"):
            yield f"{update.key}: begin with 'Example update', so that nobody takes it for news."
        if update.stage == "stuck" and not update.help_wanted:
            yield f"{update.key}: being stuck means saying what would help."
