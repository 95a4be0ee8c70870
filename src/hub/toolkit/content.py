"""Reading content files. What is wrong with them is said in plain sentences that name the file and the place."""

import json
from datetime import date
from pathlib import Path

import yaml

from hub.toolkit.rules.checking import problems_with_sense, problems_with_shape
from hub.toolkit.rules.definitions import edition_from


class ContentError(Exception):
    """Content files cannot be used as they are. `sentences` say what to put right."""

    def __init__(self, sentences):
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class PlainYaml(yaml.SafeLoader):
    """YAML without surprises: dates stay text, and a key given twice is a mistake."""

    def construct_mapping(self, node, deep=False):
        before = []
        for key, _ in node.value:
            if key.value in before:
                raise yaml.MarkedYAMLError(problem=f"'{key.value}' stands there twice", problem_mark=key.start_mark)
            before.append(key.value)
        return super().construct_mapping(node, deep)


PlainYaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_editions(folder, schemas):
    """Every edition in the toolkit files of a folder, by chapter and number."""
    files = sorted(Path(folder).glob("*.yaml"))
    schema = read_schema(schemas, "toolkit")
    checked = [(file, read_checked(file, schema)) for file in files]
    # An edition that changes another one has to wait for it.
    checked.sort(key=lambda pair: (pair[1]["chapter"], pair[1]["edition"]))
    editions, sentences = {}, []
    for file, data in checked:
        edition, problems = build(data, editions)
        sentences += [f"{file.name}: {problem}" for problem in problems]
        if edition:
            editions[edition.chapter.slug, edition.number] = edition
    if sentences:
        raise ContentError(sentences)
    return list(editions.values())


def build(data, editions):
    """The edition, if it can be built, and what is wrong with it."""
    if (data["chapter"], data["edition"]) in editions:
        return None, [f"Edition {data['edition']} of {data['chapter']} is in another file already. Number it anew."]
    base = editions.get((data["chapter"], data.get("based_on")))
    problems = problems_with_base(data, base)
    if problems:
        return None, problems
    edition = edition_from(data, base)
    return edition, problems_with_sense(edition, data["counts"])


def problems_with_base(data, base):
    if "based_on" not in data:
        return []
    if base is None:
        return [f"It is based on edition {data['based_on']} of {data['chapter']}, which is in no file here."]
    there = {section.number for section in base.sections}
    changed = [section["number"] for section in data["changed_sections"]]
    return [
        f"Section {number} is not in edition {base.number}, so it cannot change."
        for number in changed
        if number not in there
    ]


def read_characteristics(file, schemas):
    data = read_checked(Path(file), read_schema(schemas, "characteristics"))
    slugs = [group["slug"] for item in data["characteristics"] for group in item["groups"]]
    repeated = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if repeated:
        raise ContentError([f"{Path(file).name}: the group '{slug}' stands there twice." for slug in repeated])
    return data["characteristics"]


def read_checked(file, schema):
    data = read_yaml(file)
    problems = problems_with_shape(data, schema)
    if problems:
        raise ContentError([f"{file.name}: {problem}" for problem in problems])
    return data


def read_yaml(file):
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=PlainYaml)  # noqa: S506 - it stands on SafeLoader
    except yaml.MarkedYAMLError as error:
        place = f"line {error.problem_mark.line + 1}" if error.problem_mark else "somewhere"
        raise ContentError([f"{file.name}, {place}: {error.problem}."]) from error


def read_schema(schemas, name):
    return json.loads((Path(schemas) / f"{name}.schema.json").read_text(encoding="utf-8"))


def day(text):
    return date.fromisoformat(text) if text else None
