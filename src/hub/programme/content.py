"""Reading the files of a programme. What is wrong, and what found no place, is said in plain sentences."""

from pathlib import Path

from hub.programme.building import Builder
from hub.programme.building import examples as examples_from
from hub.programme.checking import Known, problems_with_examples, problems_with_programme
from hub.toolkit.content import ContentError, read_characteristics, read_checked, read_editions, read_schema, read_yaml

PROGRAMME = "programme.yaml"
EXAMPLES = "example-updates.yaml"


def read_programmes(content):
    """Every programme under `programmes` in the content folder."""
    known = known_in(content)
    schemas = Path(content) / "schemas"
    folders = sorted(file.parent for file in (Path(content) / "programmes").glob(f"*/{PROGRAMME}"))
    return [read_programme(folder, schemas, known) for folder in folders]


def read_programme(folder, schemas, known):
    """The programme in a folder: one file for what holds it together, and one for each area."""
    folder = Path(folder)
    given = read_checked(folder / PROGRAMME, read_schema(schemas, "programme"))
    area_schema = read_schema(schemas, "programme-area")
    areas = [read_checked(file, area_schema) for file in area_files(folder)]
    strangers = [area["area"] for area in areas if area["programme"] != given["programme"]]
    programme = Builder(given["sources"]).programme(given, areas)
    problems = [f"The area '{area}' says that it is part of another programme." for area in strangers]
    problems += problems_with_programme(programme, given, areas, known)
    if problems:
        raise ContentError([f"{folder.name}: {problem}" for problem in problems])
    return programme


def area_files(folder):
    return sorted(file for file in folder.glob("*.yaml") if file.name not in (PROGRAMME, EXAMPLES))


def read_examples(folder, schemas, programme):
    """The made-up updates for one area of the programme, or None where there are none."""
    file = Path(folder) / EXAMPLES
    if not file.exists():
        return None
    examples = examples_from(read_checked(file, read_schema(schemas, "programme-examples")))
    area = next((area for area in programme.areas if area.key == examples.area), None)
    if area is None:
        raise ContentError([f"{file.name}: '{examples.area}' is no area of {programme.title}."])
    problems = list(problems_with_examples(examples, area))
    if problems:
        raise ContentError([f"{file.name}: {problem}" for problem in problems])
    return examples


def known_in(content):
    """What the other content files say that there is: organisations, characteristics, groups and toolkit statements."""
    content = Path(content)
    schemas = content / "schemas"
    characteristics = read_characteristics(content / "characteristics.yaml", schemas)
    partnerships = [read_yaml(file) for file in sorted((content / "partnerships").glob("*.yaml"))]
    editions = read_editions(content / "toolkits", schemas)
    return Known(
        organisations=frozenset(item["slug"] for world in partnerships for item in world["organisations"]),
        characteristics=frozenset(item["slug"] for item in characteristics),
        groups=frozenset(group["slug"] for item in characteristics for group in item["groups"]),
        statements=frozenset(
            statement.key for edition in editions for section in edition.sections for statement in section.statements
        ),
    )


def without_a_place(programme):
    """What the document holds and the programme cannot show, one plain sentence each."""
    return [f"{fact.text} ({fact.source})" for fact in programme.unplaced]
