"""The pages, as text. Whatever comes from the file goes through `words`."""

from collections.abc import Mapping
from functools import cache
from html import escape as words

from equity.cli.local.desk import Desk
from equity.reading.checking import MOST_SHOWN, NOT_USABLE, Quality, rejected_rows
from equity.reading.mapping import UNITS
from equity.submission.document import STAGES, Submission
from equity.vocabulary import UNKNOWN_WORDS, RecognitionReport, Unknown, category_set, category_sets, characteristics

UNIT_WORDS = {
    "first": "Each person once in a half-year, as they first came",
    "persons": "Each person once, whatever changed about them",
    "events": "Each row, so a person may count more than once",
}
STAGE_WORDS = {stage: stage.replace("_", " ").capitalize() for stage in STAGES} | {
    "completed": "Finished", "entered": "Began", "at_caseness": "Ill enough to be counted as recovering",
}  # fmt: skip


STOP = (
    '<form method="post" action="stop"><button class="quiet" type="submit">Stop and forget everything</button></form>'
)


def page(title: str, main: str, *, problem: str = "", stop: str = STOP) -> str:
    error, mark = "", ""
    if problem:
        mark = "Error: "
        said = "<br>".join(words(line) for line in problem.splitlines())
        error = f'<div class="error" role="alert" id="error"><h2>There is a problem</h2><p>{said}</p></div>'
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{mark}{words(title)}</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="style.css"></head><body>'
        f"<header><p>Counts by group <span>on this machine only</span></p>{stop}</header>"
        f"<main>{error}{main}</main>"
        "<footer><p>Nothing leaves this machine. Only what you download yourself is kept.</p></footer></body></html>\n"
    )


def start(problem: str = "") -> str:
    main = (
        "<h1>Turn your list into counts</h1>"
        '<p class="lede">Choose the list of the people your service worked with. You get a small file with how many '
        "people of each group there were, and nobody’s row.</p>"
        '<form method="post" action="file" enctype="multipart/form-data"><label for="file">Your list</label>'
        '<p class="hint" id="file-hint">A spreadsheet (.xlsx, .ods) or a .csv file, one row for each person or '
        "referral. Its first sheet is read.</p>"
        '<input id="file" name="file" type="file" required accept=".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods" '
        'aria-describedby="file-hint"><button type="submit">Read it</button></form>'
    )
    return page("Turn your list into counts", main, problem=problem)


def columns(desk: Desk, problem: str = "") -> str:
    assert desk.file
    boxes = "".join(
        f'<div class="pair"><label for="c{place}">{words(column)}</label>'
        f'<select id="c{place}" name="column-{place}">{options(desk.chosen.get(column, ""))}</select></div>'
        for place, column in enumerate(desk.file.columns)
    )
    counts = "".join(
        f'<div class="choice"><input type="radio" name="count" id="u-{unit}" value="{unit}"'
        f'{" checked" if unit == desk.count else ""}><label for="u-{unit}">{UNIT_WORDS[unit]}</label></div>'
        for unit in sorted(UNITS, key=list(UNIT_WORDS).index)
    )
    main = (
        "<h1>What is in each column?</h1>"
        f'<p class="lede">{words(desk.file.name)}: {desk.file.rows:,} rows. We guessed. Change what is wrong; '
        "what is not used is not read.</p>"
        f'<form method="post" action="columns"><fieldset><legend>Columns of your list</legend>{boxes}</fieldset>'
        f"<fieldset><legend>What is one count?</legend>{counts}</fieldset>"
        '<label for="period">Which time is it about?</label>'
        '<p class="hint" id="period-hint">Only when no column holds a date. For example 2025-26, 2025 Apr-Sep or '
        "2025-26 Oct-Mar.</p>"
        f'<input id="period" name="period" value="{words(desk.period)}" aria-describedby="period-hint" size="18">'
        '<button type="submit">Check and count</button></form><p><a href="./">Choose another file</a></p>'
    )
    return page("What is in each column?", main, problem=problem)


def options(chosen: str) -> str:
    return "".join(
        f'<optgroup label="{words(label)}">{"".join(option(value, name, chosen) for value, name in of)}</optgroup>'
        if label
        else "".join(option(value, name, chosen) for value, name in of)
        for label, of in choices()
    )


def option(value: str, name: str, chosen: str) -> str:
    return f'<option value="{words(value)}"{" selected" if value == chosen else ""}>{words(name)}</option>'


@cache
def choices() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    plain = (("", "Not used"), ("person", "A person’s number (never sent)"), ("date", "Date"))
    groups = [(what.name, lists_for(code)) for code, what in characteristics().items()]
    stages = tuple((f"stage:{stage}", name) for stage, name in STAGE_WORDS.items())
    return (("", plain), ("How far they got", stages), *(pair for pair in groups if pair[1]))


def lists_for(characteristic: str) -> tuple[tuple[str, str], ...]:
    sets = (one for one in category_sets().values() if one.characteristic == characteristic)
    return tuple((f"{characteristic}:{one.code}", one.name) for one in sets)


def only_known(chosen: Mapping[str, str]) -> dict[str, str]:
    """What stands on our own list of choices; anything else counts as not used."""
    known = {value for _label, of in choices() for value, _name in of}
    return {column: value if value in known else "" for column, value in chosen.items()}


def counts(desk: Desk) -> str:
    assert desk.quality
    assert desk.submission
    main = (
        "<h1>Look it over</h1>"
        f'<p class="lede">{read_words(desk.quality)}</p>'
        '<p><a class="button" href="submission.json" download="submission.json">Download the counts</a></p>'
        '<p class="hint">The file holds how many people of each group reached each stage, and nobody’s row. It is '
        "what you send to your partnership: on the platform, under Figures, choose Send a file.</p>"
        f"{totals(desk.submission)}<h2>What was recognised</h2>{recognised(desk.quality)}{rejected(desk.quality)}"
        '<p><a href="columns">Change what the columns are</a></p>'
    )
    return page("Look it over", main)


def read_words(quality: Quality) -> str:
    left_out = len(rejected_rows(quality.rejected))
    said = f"{quality.rows:,} rows read, {quality.kept:,} kept, {left_out:,} left out."
    if quality.duplicates:
        said += f" {quality.duplicates:,} are exact copies of another row; they are kept."
    return said


def totals(found: Submission) -> str:
    head = "".join(f'<th scope="col">{words(STAGE_WORDS[stage])}</th>' for stage in found.stages)
    rows = "".join(
        f'<tr><th scope="row">{words(period)}</th>{"".join(f"<td>{count:,}</td>" for count in counted)}</tr>'
        for period, counted in found.totals.items()
    )
    unit = "people" if found.counts == "people" else "rows"
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="Everyone together"><table><caption>Everyone '
        f'together, counted in {unit}</caption><thead><tr><th scope="col">When</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def recognised(quality: Quality) -> str:
    return "".join(card(characteristics()[code].name, report) for code, report in quality.recognised)


def card(name: str, report: RecognitionReport) -> str:
    lines = [f"{report.usable:,} in a group of the list"]
    lines += [f"{count:,} {UNKNOWN_WORDS[Unknown(kind)].lower()}" for kind, count in report.unknown]
    lines += [
        f"{count:,} say “{words(label[:80])}”: {NOT_USABLE.get(kind, kind)}"
        for label, kind, count in report.not_usable[:MOST_SHOWN]
    ]
    more = len(report.not_usable) - MOST_SHOWN
    lines += [f"and {more:,} other words that were not recognised"] if more > 0 else []
    items = "".join(f"<li>{line}</li>" for line in lines)
    return (
        f"<section><h3>{words(name)}</h3><p>{words(category_set(report.set_code).name)}</p><ul>{items}</ul></section>"
    )


def rejected(quality: Quality) -> str:
    """Where to look in one's own list. What stands in the row is not shown."""
    if not quality.rejected:
        return ""
    items = "".join(
        f"<li>Row {one.row:,}{f', column {words(one.column)}' if one.column else ''}: {words(one.reason)}</li>"
        for one in quality.rejected[:MOST_SHOWN]
    )
    more = len(quality.rejected) - MOST_SHOWN
    items += f"<li>and {more:,} more</li>" if more > 0 else ""
    return f"<h2>Rows left out</h2><p>Row 1 is the first below the names of the columns.</p><ul>{items}</ul>"


def stopped() -> str:
    main = '<h1>Stopped</h1><p class="lede">Everything is forgotten. You can close this window.</p>'
    return page("Stopped", main, stop="")
