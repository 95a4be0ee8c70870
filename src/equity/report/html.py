"""A report as one self-contained page: no script, nothing fetched, reads well on a phone, on paper and aloud."""
# ruff: noqa: E501 - a tag reads best on one line

from html import escape

from equity.analysis.words import where_and_when
from equity.content import folder
from equity.model import Row, Series, Table, measure
from equity.report.document import Report, Result

LOGO = (
    '<svg class="logo" viewBox="0 0 48 48" width="40" height="40" aria-hidden="true" focusable="false"><circle class="l-t" cx="24" cy="24" r="9"/>'
    '<circle class="l-a" cx="24" cy="6" r="4.5"/><circle class="l-b" cx="39.6" cy="15" r="4.5"/><circle class="l-a" cx="39.6" cy="33" r="4.5"/>'
    '<circle class="l-c" cx="24" cy="42" r="4.5"/><circle class="l-b" cx="8.4" cy="33" r="4.5"/><circle class="l-o" cx="8.4" cy="15" r="4"/></svg>'
)


def write(report: Report) -> str:
    style = folder().joinpath("reports", "report.css").read_text(encoding="utf-8")
    body = [warning(report), header(report), opening(report), contents(report)]
    body += [section(result, place) for place, result in enumerate(report.results, start=1)]
    body.append(footer(report))
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(report.title)}</title><style>{style}</style></head>'
        f'<body><a class="skip" href="#main">Skip to the findings</a>{"".join(body)}</body></html>\n'
    )


def header(report: Report) -> str:
    return (
        f'<header class="top"><div class="wrap">{LOGO}<p><b>Progressing Equality</b><br><span>{escape(report.mark)}</span></p></div>'
        '<div class="line" aria-hidden="true"></div></header>'
    )


def warning(report: Report) -> str:
    """Stays in sight on the screen, and stands on every sheet of paper."""
    return f'<p class="warning" role="note">{escape(report.warning)}</p>' if report.warning else ""


def opening(report: Report) -> str:
    items = "".join(
        f'<li class="card"><h3>{escape(finding.sentence)}</h3><p>{escape(finding.detail)}</p>{caveat_line(finding.caveats)}'
        f'<p><a href="#{finding.table}">See the figures</a></p></li>'
        for finding in report.findings
    )
    what = (
        f'<h2>What matters most</h2><p class="small">The most people first, and how sure we are. These are differences, not reasons.</p><ol class="findings">{items}</ol>'
        if items
        else (
            "<h2>What matters most</h2><p>No difference in these figures is clear enough to say. That can also mean that there are too few people to tell.</p>"
        )
    )
    return (
        f'<main id="main"><div class="wrap"><p class="over">{escape(report.place)}</p><h1>{escape(report.title)}</h1>'
        f'<p class="lede">{escape(report.about)}</p>{what}</div>'
    )


def caveat_line(caveats: tuple[str, ...]) -> str:
    return f'<p class="small">{" ".join(escape(said) for said in caveats)}</p>' if caveats else ""


def contents(report: Report) -> str:
    items = "".join(f'<li><a href="#{result.code}">{escape(result.title)}</a></li>' for result in report.results)
    return f'<nav class="wrap" aria-label="Figures"><h2>The figures</h2><ol class="toc">{items}</ol></nav>'


def section(result: Result, number: int) -> str:
    unit = measure(result.of.measure).unit if isinstance(result.of, Table) else result.of.unit
    period = result.of.period if isinstance(result.of, Table) else f"{result.of.periods[0]} to {result.of.periods[-1]}"
    people = people_counted(result.of)
    doubt = "".join(f"<li>{escape(said)}</li>" for said in result.caveats)
    return (
        f'<section class="wrap part" id="{result.code}"><h2>{number}. {escape(result.title)}</h2><p class="lede">{escape(result.sentence)}</p>'
        f'<figure class="card" role="group" aria-labelledby="f{number}"><figcaption id="f{number}"><b>{escape(capital(unit))}</b>'
        f'<span class="small">{escape(where_and_when(result.of.place_name, period))}{people}.{intervals(result.of)}</span></figcaption>'
        f"{described(result, number)}{result.chart_for_page()}{scale_note(result.of)}</figure>"
        f'<div class="beside"><h3>Before you use this</h3><ul>{doubt}</ul></div>'
        f'<details><summary>All figures in a table</summary><div class="scroll" tabindex="0" role="region" aria-label="{escape(result.title)}, all figures">'
        f'{data_table(result)}</div></details><p class="small source">Source: {escape(" ".join(result.sources))}</p></section>'
    )


def described(result: Result, number: int) -> str:
    """An inline drawing's title and description, for those who hear the page: what the chart shows."""
    return (
        f'<svg class="said" role="img" aria-labelledby="t{number} d{number}" width="1" height="1"><title id="t{number}">{escape(result.title)}</title>'
        f'<desc id="d{number}">{escape(result.sentence)} Every number is in the table below.</desc></svg>'
    )


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def people_counted(of: Table | Series) -> str:
    if isinstance(of, Series) or of.measure == "completeness":
        return ""
    of_residents = measure(of.measure).kind in ("rate", "index")
    total = sum((row.x if of_residents else row.n) or 0 for row in of.rows)
    return f", {total:,.0f} {'counted' if of_residents else 'people or referrals'} in a known group"


def intervals(of: Table | Series) -> str:
    """Funnels and control charts draw other limits."""
    other = of.funnel if isinstance(of, Table) else any(line.usual for line in of.lines)
    return "" if other else " 95% intervals."


def scale_note(of: Table | Series) -> str:
    if isinstance(of, Table) and of.funnel:
        wide = " and the usual differences between them" if of.funnel.tau else ""
        return f'<p class="small">Each mark is one place. The dotted line is everyone together. The darker band holds 95 and the lighter 99.8 of 100 places that differ only by chance{wide}.</p>'
    if isinstance(of, Table):
        return '<p class="small">Groups keep one fixed order, never best to worst. The line is the range in which the true figure probably lies.</p>'
    if any(line.usual for line in of.lines):
        return '<p class="small">A control chart for each group. The dotted line is its mean and the band its usual ups and downs, both taken from its own years. A ring marks more than noise: a point outside the band, seven in a row on one side, six in a row rising or falling, or two of three near the edge.</p>'
    ring = " A ring marks a year outside the usual ups and downs." if any(line.special for line in of.lines) else ""
    even = f" The dotted line is {escape(of.reference)}." if of.reference else ""
    return f'<p class="small">Every panel has the same scale. The band is the range in which the true figure probably lies.{even}{ring}</p>'


def data_table(result: Result) -> str:
    if isinstance(result.of, Series):
        return series_table(result.of)
    even = next((row.standardised_to for row in result.of.rows if row.standardised_to), "")
    heads = (
        "Group",
        "Counted",
        "Out of",
        "Value",
        "95% range",
        "99.8% range",
        "Beside the reference",
        *((f"Same {escape(even)}",) if even else ()),
        "p, adjusted",
        "If the unknown were known",
        "Note",
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "".join(table_row(row, with_even=bool(even)) for row in result.of.rows)
    reference = f"Reference: {escape(result.of.reference)}" + (
        f" ({result.of.reference_value:,.1f})" if result.of.reference_value is not None else ""
    )
    return f"<table><caption>{escape(where_and_when(result.title, result.of.period))}. {reference}.</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def table_row(row: Row, *, with_even: bool) -> str:
    cells = (
        figure(row.x, 0),
        figure(row.n, 0),
        figure(row.value, 1),
        spread(row.lower95, row.upper95, 1),
        spread(row.lower998, row.upper998, 1),
        f"{figure(row.ratio, 2)} {'(' + spread(row.ratio_lower95, row.ratio_upper95, 2) + ')' if row.ratio_lower95 is not None else ''}",
        *((held_even(row),) if with_even else ()),
        "" if row.p_adjusted is None else "below 0.001" if row.p_adjusted < 0.001 else f"{row.p_adjusted:.3f}",
        unknown(row),
        escape(row.reason or (row.compared if row.compared != "not comparable" else "")),
    )
    name = f"{row.broad}: {row.label}" if row.broad else row.label
    return f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def held_even(row: Row) -> str:
    """The standardised rate where there is one, and the ratio within age (and sex)."""
    if row.standardised_ratio is None:
        return "–"
    ratio = f"{row.standardised_ratio:.2f} times ({spread(row.standardised_ratio_lower95, row.standardised_ratio_upper95, 2)})"
    if row.standardised is None:
        return ratio
    return f"{row.standardised:,.1f} ({spread(row.standardised_lower95, row.standardised_upper95, 1)})<br>{ratio}"


def unknown(row: Row) -> str:
    """The value with people of unknown group shared out, and with none or all of them in this group."""
    if not row.n_unknown or row.unknown_shared is None:
        return ""
    return f"{figure(row.unknown_shared, 1)} ({spread(row.unknown_low, row.unknown_high, 1)})"


def figure(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:,.{decimals}f}"


def spread(low: float | None, high: float | None, decimals: int) -> str:
    return "–" if low is None or high is None else f"{low:,.{decimals}f} to {high:,.{decimals}f}"


def series_table(series: Series) -> str:
    head = "".join(f'<th scope="col">{escape(period)}</th>' for period in series.periods)
    decimals = 2 if series.reference else 1
    rows = "".join(
        f'<tr><th scope="row">{escape(line.label)}</th>'
        + "".join(
            f"<td>{figure(point.value, decimals)}<br><small>{spread(point.low, point.high, decimals)}</small></td>"
            for point in line.points
        )
        + "</tr>"
        for line in series.lines
    )
    return f'<table><caption>{escape(series.title)}, {escape(series.unit)}</caption><thead><tr><th scope="col">Group</th>{head}</tr></thead><tbody>{rows}</tbody></table>'


def footer(report: Report) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in report.sources)
    return f'</main><footer><div class="wrap"><h2>Where the figures come from</h2><ul>{lines}</ul><p class="small">{escape(report.mark)}. Made with the equity engine.</p></div></footer>'
