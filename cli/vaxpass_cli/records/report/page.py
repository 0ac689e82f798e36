"""Pieces of a page: elements, text in both languages, bars. Nothing in it comes from elsewhere.

TODO-MERGED: How the page looks: data. Dark on white, on wide and narrow screens and on paper.

TODO-MERGED: The counts as one page of HTML, which needs nothing but itself and speaks two languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Final

from vaxpass import escape_for_display, messages
from vaxpass.messages import LANGUAGES
from vaxpass_cli.records.report.counts import ANSWERS, Cause, Counts, Progress, Question
from vaxpass_cli.records.report.data import ordered
from vaxpass_cli.records.report.words import meaning, reason

_GAP: Final = "\u202f"
"""Groups digits, and means the same in every language"""


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str) -> Html:
    """An element; text in it is escaped, `Html` is not. `class_` stands for `class`.

    >>> element("td", "A<B", class_="n")
    '<td class="n">A&lt;B</td>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items()
    )
    inner = "".join(each if isinstance(each, Html) else escape(each) for each in content)
    return Html(f"<{name}{given}>{inner}</{name}>")


def together(*pieces: str) -> Html:
    """Pieces one after the other."""
    return Html("".join(each if isinstance(each, Html) else escape(each) for each in pieces))


def both(said: dict[str, str]) -> Html:
    """Text in every language; the page shows one of them."""
    return together(*(element("span", said[language], lang=language) for language in LANGUAGES))


def number(count: int) -> str:
    """A number with its digits in groups of three.

    >>> number(1234567).split("\\u202f")
    ['1', '234', '567']
    """
    return f"{count:,}".replace(",", _GAP)


def share(part: int, whole: int) -> str:
    """A share in whole per cent; what is neither nothing nor everything never looks like that.

    >>> [share(*each).replace("\\u202f", " ") for each in ((1, 3), (1, 999), (998, 999), (0, 0))]
    ['33 %', '< 1 %', '> 99 %', '-']
    """
    if not whole:
        return "-"
    rounded = round(100 * part / whole)
    if part and not rounded:
        return f"<{_GAP}1{_GAP}%"
    if part < whole and rounded == 100:
        return f">{_GAP}99{_GAP}%"
    return f"{rounded}{_GAP}%"


def bar(part: int, whole: int) -> Html:
    """A bar as long as a share; the number is always written beside it."""
    width = f"{100 * part / whole if whole else 0:.2f}"
    return Html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="all" width="100" height="10"/>'
        f'<rect class="part" width="{width}" height="10"/></svg>'
    )


STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 76rem; background: #fff; color: #1a1a1a;
  font: 16px/1.45 "DejaVu Sans", "Noto Sans", "Segoe UI", Roboto, Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .2rem 0 .3rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .5rem; border-bottom: 2px solid #1a1a1a; }
h3 { font-size: 1.02rem; margin: 1.4rem 0 .4rem; }
p { margin: .3rem 0 .6rem; max-width: 60rem; }
.made, .note { color: #444; font-size: .9rem; }
.choice { display: flex; justify-content: flex-end; gap: .4rem; font-size: .9rem; }
.choice label { padding: .25rem .7rem; border: 1px solid #555; border-radius: .3rem; cursor: pointer; }
input[name="language"] { position: absolute; opacity: 0; }
.wide { overflow-x: auto; margin: 0 0 .6rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .32rem .5rem; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #555; vertical-align: bottom; }
th.n, td.n { text-align: right; white-space: nowrap; }
tr.sum td, tr.sum th { border-top: 2px solid #555; font-weight: 700; }
tbody th { font-weight: 400; }
td.chart { width: 26%; min-width: 5.5rem; }
code { font: .86em "DejaVu Sans Mono", Consolas, monospace; color: #444; overflow-wrap: anywhere; }
.bar { display: block; width: 100%; height: .95rem; margin-top: .22rem; }
.bar .all { fill: #e9edf0; }
.bar .part { fill: #1d5f8a; }
.steps th { width: 11rem; font-weight: 700; }
.steps .bar { height: 1.3rem; margin-top: .05rem; }
.steps td.chart { width: auto; }
.steps td.n { width: 5.5rem; }
.full { font-size: .79rem; }
.full th, .full td { padding: .3rem .28rem; }
.full { margin-top: 1rem; }
.full thead th.n { white-space: normal; min-width: 3rem; hyphens: auto; }
.full thead .group { text-align: left; border-bottom: 1px solid #888; }
.full thead .empty { border-bottom: 0; }
.full .first { border-left: 1px solid #aaa; }
.full tbody th, .full thead th.name { position: sticky; left: 0; background: #fff; min-width: 8.5rem; }
@media (max-width: 40rem) {
  body { padding: .8rem; font-size: 15px; }
  h1 { font-size: 1.35rem; }
  .answers td.chart, .causes td.chart { display: none; }
  .answers thead th.chart, .causes thead th.chart { display: none; }
  .steps th { width: 6.4rem; }
  .steps td.n { width: auto; }
  .provinces { font-size: .8rem; }
  .provinces th, .provinces td { padding: .3rem .18rem; }
  th, td { padding: .3rem .35rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .choice { display: none; }
  .wide { overflow: visible; }
  .full { font-size: 6.5pt; }
  .full th, .full td { padding: .1rem .15rem; }
  .full thead th.n { min-width: 0; }
  tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""

_CHOICE: Final = """
#choose-{0}:checked ~ main [lang]:not([lang="{0}"]) {{ display: none; }}
#choose-{0}:checked ~ .choice label[for="choose-{0}"] {{ background: #1a1a1a; color: #fff;
  font-weight: 700; }}
#choose-{0}:focus-visible ~ .choice label[for="choose-{0}"] {{ outline: 3px solid #1d5f8a;
  outline-offset: 2px; }}
"""
"""Shows one language alone; for each language"""

_STEPS = (
    (Question.MATCHING, "MATCHED"),
    (Question.ATTESTING, "attested"),
    (Question.ISSUING, "issued"),
)
# The page may load nothing and run nothing, wherever it is opened.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(progress: Progress, at: datetime, language: str) -> str:
    """The whole page; `language` is the one that it opens in."""
    total = progress.total
    radios = [
        Html(
            f'<input type="radio" name="language" id="choose-{each}"'
            f"{' checked' if each == language else ''}>"
        )
        for each in LANGUAGES
    ]
    labels = [
        element("label", messages.text("language.name", each), for_=f"choose-{each}", lang=each)
        for each in LANGUAGES
    ]
    made = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    main = element(
        "main",
        element("h1", _said("title")),
        element("p", _said("made", at=made), class_="made"),
        element("p", _said("internal"), class_="note"),
        *_steps(progress, total),
        *_answers(progress, total),
        *(piece for cause in Cause for piece in _causes(progress, cause, total)),
        *_provinces(progress),
        *_facilities(progress),
        *_notes(progress, total),
    )
    head = together(
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", messages.text("report.title", language)),
        Html(f"<style>{STYLE}{''.join(map(_CHOICE.format, LANGUAGES))}</style>"),
    )
    body = together(*radios, element("div", *labels, class_="choice"), main)
    parts = (element("head", head), element("body", body))
    return f"<!DOCTYPE html>\n{element('html', *parts, lang=language)}\n"


def _said(name: str, **values: object) -> Html:
    return both(
        {language: messages.text(f"report.{name}", language, **values) for language in LANGUAGES}
    )


def _table(kind: str, heads: Sequence[Html], rows: Iterator[Html]) -> Html:
    head = element("thead", element("tr", *heads))
    return element("div", element("table", head, element("tbody", *rows), class_=kind), class_="wide")


def _head(name: str, kind: str = "") -> Html:
    return element("th", _said(name), class_=kind, scope="col")


def _numbers(count: int, of: int) -> tuple[Html, Html]:
    return element("td", number(count), class_="n"), element("td", share(count, of), class_="n")


def _steps(progress: Progress, total: Counts) -> Iterator[Html]:
    yield element("h2", _said("overview"))
    steps = [("records", total.records)]
    steps += [(answer, total.of(asked, answer)) for asked, answer in _STEPS if asked in progress.asked]
    rows = [
        element(
            "tr",
            element("th", _said(name), scope="row"),
            element("td", bar(count, total.records), class_="chart"),
            *_numbers(count, total.records),
        )
        for name, count in steps
    ]
    yield element("table", element("tbody", *rows), class_="steps")


def _answers(progress: Progress, total: Counts) -> Iterator[Html]:
    yield element("h2", _said("answers"))
    heads = (
        _head("result"),
        _head("meaning"),
        element("th", class_="chart"),
        _head("records", "n"),
        _head("share", "n"),
    )
    for question in progress.asked:
        yield element("h3", _said(question))
        rows = [
            element(
                "tr",
                element("th", element("b", _said(answer)), scope="row"),
                element("td", both({each: meaning(answer, each) for each in LANGUAGES})),
                element("td", bar(total.of(question, answer), total.records), class_="chart"),
                *_numbers(total.of(question, answer), total.records),
            )
            for answer in ANSWERS[question]
        ]
        rows.append(_sum(5, total.records))
        yield _table("answers", heads, iter(rows))


def _sum(columns: int, count: int) -> Html:
    return element(
        "tr",
        element("th", _said("total"), scope="row"),
        *(
            element("td", class_="chart" if place == columns - 4 else "")
            for place in range(columns - 3)
        ),
        *_numbers(count, count),
        class_="sum",
    )


def _causes(progress: Progress, cause: Cause, total: Counts) -> Iterator[Html]:
    if cause is Cause.REFUSAL and Question.ISSUING not in progress.asked:
        return
    yield element("h2", _said(cause))
    yield element("p", _said(f"{cause}_note"), class_="note")
    yield _reasons(cause, total.causes[cause])


def _reasons(cause: Cause, found: Counter[str]) -> Html:
    count = found.total()
    if not count:
        return element("p", _said("none"))
    heads = (
        _head("reason"),
        element("th", class_="chart"),
        _head("records", "n"),
        _head("share", "n"),
    )
    rows = [
        element(
            "tr",
            element(
                "td",
                both({each: reason(cause, code, each) for each in LANGUAGES}),
                " ",
                element("code", escape_for_display(code)),
            ),
            element("td", bar(found[code], count), class_="chart"),
            *_numbers(found[code], count),
        )
        for code in ordered(found)
    ]
    rows.append(_sum(4, count))
    return _table("causes", heads, iter(rows))


def _provinces(progress: Progress) -> Iterator[Html]:
    yield element("h2", _said("provinces"))
    steps = [each for each in _STEPS if each[0] in progress.asked]
    heads = (_head("province"), _head("records", "n"), *(_head(answer) for _, answer in steps))

    def row(name: Html, counts: Counts, kind: str = "") -> Html:
        cells = [
            element(
                "td", share(counts.of(*step), counts.records), bar(counts.of(*step), counts.records)
            )
            for step in steps
        ]
        records = element("td", number(counts.records), class_="n")
        return element("tr", element("th", name, scope="row"), records, *cells, class_=kind)

    rows = [row(_name(province), counts) for province, counts in progress.provinces().items()]
    rows.append(row(_said("total"), progress.total, "sum"))
    yield _table("provinces", heads, iter(rows))
    yield _full("province", progress, progress.provinces())


def _facilities(progress: Progress) -> Iterator[Html]:
    yield element("h2", _said("facilities"))
    for province, counts in progress.provinces().items():
        yield element("h3", _name(province))
        of_province = {
            place.facility: progress.places[place]
            for place in progress.ordered()
            if place.province == province
        }
        yield _full("facility", progress, of_province, counts)
        for cause in Cause:
            if counts.causes[cause]:
                yield element("h4", _said(cause))
                yield _reasons(cause, counts.causes[cause])


def _full(
    what: str, progress: Progress, places: Mapping[str, Counts], total: Counts | None = None
) -> Html:
    """Every answer in a column, a place in a row."""
    columns = [(asked, answer) for asked in progress.asked for answer in ANSWERS[asked]]
    more = ["replaced"] if Question.ISSUING in progress.asked else []
    more += ["revoked"] if progress.revocations else []
    firsts = {ANSWERS[question][0] for question in progress.asked} | set(more[:1])
    groups = [
        element("th", _said(asked), class_="group first", colspan=str(len(ANSWERS[asked])), scope="col")
        for asked in progress.asked
    ]
    # Passports are counted apart from records: they need not add up to them.
    if more:
        span = str(len(more))
        passports = _said("passports")
        groups.append(element("th", passports, class_="group first", colspan=span, scope="col"))
    names = ("records", *(answer for _, answer in columns), *more)

    def place(name: str) -> str:
        return "n first" if name in firsts else "n"

    def row(name: Html, counts: Counts, kind: str = "") -> Html:
        cells = [counts.records, *(counts.of(*column) for column in columns)]
        cells += [getattr(counts, each) for each in more]
        return element(
            "tr",
            element("th", name, scope="row"),
            *(
                element("td", number(cell), class_=place(each))
                for cell, each in zip(cells, names, strict=True)
            ),
            class_=kind,
        )

    head = element(
        "thead",
        element("tr", element("th", class_="empty name"), element("th", class_="empty"), *groups),
        element("tr", _head(what, "name"), *(_head(each, place(each)) for each in names)),
    )
    rows = [row(_name(name), counts) for name, counts in places.items()]
    rows.append(row(_said("total"), total or progress.total, "sum"))
    table = element("table", head, element("tbody", *rows), class_="full")
    return element("div", table, class_="wide")


def _name(name: str) -> Html:
    return together(escape_for_display(name)) if name else _said("unnamed")


def _notes(progress: Progress, total: Counts) -> Iterator[Html]:
    yield element("h2", _said("notes"))
    yield element("p", _said("sums"))
    yield element("p", _said("shares"))
    yield element("p", _said("people", count=number(progress.people)))
    if Question.ISSUING in progress.asked:
        yield element("p", _said("replaced.meaning", count=number(total.replaced)))
    if progress.revocations:
        yield element("p", _said("revoked.meaning", count=number(total.revoked)))
    for name in ("unreadable", "not_listed", "withdrawn"):
        if count := getattr(progress, name):
            yield element("p", _said(name, count=number(count)))
