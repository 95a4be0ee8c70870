"""equity measures and equity vocabulary: what the engine knows."""
# ruff: noqa: T201 - a command speaks by printing

import argparse


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    measures = commands.add_parser("measures")
    measures.add_argument("code", nargs="?")
    measures.set_defaults(run=run_measures)
    vocabulary = commands.add_parser("vocabulary")
    vocabulary.add_argument("set", nargs="?", help="a category set, such as nhs2001")
    vocabulary.add_argument("--recognise", metavar="LABEL", nargs="+", help="what these labels mean in the set")
    vocabulary.add_argument("--join", metavar="SET", help="at which level the set can be divided by this one")
    vocabulary.set_defaults(run=run_vocabulary)


def run_measures(arguments: argparse.Namespace) -> int:
    from equity.model import measure, measures

    if arguments.code is None:
        for code, what in measures().items():
            print(f"{code:18}{what.question}  ({what.numerator} / {what.denominator}, {what.unit})")
        return 0
    what = measure(arguments.code)
    print(
        f"{what.name}: {what.question}\n  {what.numerator} over {what.denominator}, {what.unit}\n  better: {what.better}\n  {what.method}. {what.source}."  # noqa: E501
    )
    return 0


def run_vocabulary(arguments: argparse.Namespace) -> int:
    from equity.vocabulary import category_set, characteristics, sets_of

    if arguments.set is None:
        for code, found in characteristics().items():
            print(f"{code}: {found.name}")
            for listed in sets_of(code):
                print(f"  {listed.code:24}{listed.name} ({len(listed)}{', in order' if listed.ordered else ''})")
        return 0
    chosen = category_set(arguments.set)
    if arguments.recognise:
        return show_recognised(arguments.recognise, chosen.code)
    if arguments.join:
        return show_join(chosen.code, arguments.join)
    print(f"{chosen.name}. {chosen.source}")
    for category in chosen:
        print(f"  {category.code:16}{category.broad + ': ' if category.broad else ''}{category.label}")
    return 0


def show_recognised(labels: list[str], set_code: str) -> int:
    from equity.vocabulary import category_set, recognise

    for label in labels:
        found = recognise(label, set_code)
        meaning = (
            f"{found.code} {category_set(set_code).label(found.code)}"
            if found.is_usable
            else f"no code: {found.kind} {found.concept}"
        )
        print(f"{label!r}: {meaning}")
    return 0


def show_join(numerator: str, denominator: str) -> int:
    from equity.vocabulary import category_set, level_for

    print(f"They can be joined at {category_set(level_for(numerator, denominator)).name}.")
    return 0
