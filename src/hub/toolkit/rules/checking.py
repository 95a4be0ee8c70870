"""What can be wrong with a content file, each said in one plain sentence that names the place."""

from collections import Counter

from jsonschema import Draft202012Validator, FormatChecker

ORDINARY_WORDS = {
    "areas": "area",
    "sections": "section",
    "changed_sections": "changed section",
    "statements": "statement",
    "practices": "practice",
    "examples": "example",
    "training": "training",
    "reading": "reading",
    "characteristics": "characteristic",
    "groups": "group",
    "actions": "action",
    "targets": "target",
    "outcomes": "outcome",
    "measures": "measure",
    "indicators": "indicator",
    "forums": "forum",
    "facts": "fact",
    "updates": "update",
    "readings": "reading",
}


def problems_with_shape(data, schema):
    validator = Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
    return [
        sentence(error) for error in sorted(validator.iter_errors(data), key=lambda error: list(map(str, error.path)))
    ]


def sentence(error):
    place = place_of(list(error.absolute_path))
    return f"{place}: {what_to_do(error)}" if place else what_to_do(error)


def place_of(path):
    """For instance 'area 2, section 1, statement 3, key'. Things are counted from one, in the order of the file."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int):
            words[-1] = f"{ORDINARY_WORDS.get(words[-1], words[-1])} {step + 1}"
        else:
            words.append(step)
    return ", ".join(words)


def what_to_do(error):
    advice = {
        "required": lambda: f"add {', '.join(missing(error))}.",
        "additionalProperties": lambda: f"take out or respell {', '.join(unexpected(error))}.",
        "oneOf": lambda: "give either areas, or based_on with changed_sections.",
        "pattern": lambda: f"'{error.instance}' is not written as it should be: {meaning(error)}.",
        "format": lambda: f"'{error.instance}' is no date. Write it as 2026-11-21.",
        "enum": lambda: f"'{error.instance}' is none of {', '.join(map(str, error.validator_value))}.",
        "maxLength": lambda: f"shorten this to {error.validator_value} characters. It has {len(error.instance)}.",
        "minItems": lambda: f"there are {len(error.instance)}; at least {error.validator_value} are needed.",
        "maxItems": lambda: f"there are {len(error.instance)}; {error.validator_value} at most fit on a page.",
        "uniqueItems": lambda: "the same thing stands here twice.",
        "type": lambda: f"this should be of the type {error.validator_value}.",
    }
    return advice.get(error.validator, lambda: f"{error.message}.")()


def missing(error):
    return [name for name in error.validator_value if name not in error.instance]


def unexpected(error):
    return sorted(set(error.instance) - set(error.schema["properties"]))


def meaning(error):
    return error.schema.get("description", error.validator_value)


def problems_with_sense(edition, declared_counts):
    """Whatever a schema cannot say: what belongs together, and whether the counts are right."""
    return [
        *twice("area", [area.number for area in edition.areas]),
        *twice("section", [section.number for section in edition.sections]),
        *twice("key", [statement.key for section in edition.sections for statement in section.statements]),
        *sections_out_of_place(edition),
        *(problem for section in edition.sections for problem in problems_with_helping(section)),
        *wrong_counts(edition.counts, declared_counts),
    ]


def twice(noun, values):
    return [
        f"The {noun} '{value}' stands there twice. Each {noun} is used once."
        for value, times in Counter(values).items()
        if times > 1
    ]


def sections_out_of_place(edition):
    return [
        f"Section {section.number} stands in area {area.number}. Its number should start with {area.number}."
        for area in edition.areas
        for section in area.sections
        if section.number.partition(".")[0] != str(area.number)
    ]


def problems_with_helping(section):
    keys = {statement.key for statement in section.statements}
    helpers = [
        *((practice.text, practice.helps) for practice in section.practices),
        *((example.organisation, example.helps) for example in section.examples),
        *((resource.title, resource.helps) for resource in section.resources),
    ]
    for words, helps in helpers:
        for key in helps:
            if key not in keys:
                yield f"Section {section.number}: '{words[:50]}' helps '{key}', which is no statement of this section."
    helped = {key for practice in section.practices for key in practice.helps}
    for statement in section.statements:
        if statement.key not in helped:
            yield f"Section {section.number}: add a practice that helps with '{statement.key}'. A gap leads somewhere."


def wrong_counts(found, declared):
    return [
        f"The file says that there are {declared[name]} {name}, and there are {found[name]}."
        for name in found
        if declared[name] != found[name]
    ]
