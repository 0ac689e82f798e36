"""The counts as one page of HTML, which needs nothing but itself and speaks two languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from vaxpass import printable
from vaxpass.messages import LANGUAGES
from vaxpass_cli.progress.counts import ANSWERS, Cause, Counts, Progress, Question
from vaxpass_cli.progress.data import ordered
from vaxpass_cli.progress.html import Html, bar, both, element, number, share, together
from vaxpass_cli.progress.style import STYLE
from vaxpass_cli.progress.words import meaning, reason, word

_STEPS = (
    (Question.MATCHING, "MATCHED"),
    (Question.ATTESTING, "attested"),
    (Question.ISSUING, "issued"),
)
# The page may load nothing and run nothing, wherever it is opened.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_NAMES = {"en": "English", "vi": "Tiếng Việt"}


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
    labels = [element("label", _NAMES[each], for_=f"choose-{each}", lang=each) for each in LANGUAGES]
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
        element("title", word("title", language)),
        Html(f"<style>{STYLE}</style>"),
    )
    body = together(*radios, element("div", *labels, class_="choice"), main)
    parts = (element("head", head), element("body", body))
    return f"<!DOCTYPE html>\n{element('html', *parts, lang=language)}\n"


def _said(name: str, **values: object) -> Html:
    return both({language: word(name, language, **values) for language in LANGUAGES})


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
                element("code", printable(code)),
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
    return together(printable(name)) if name else _said("unnamed")


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
