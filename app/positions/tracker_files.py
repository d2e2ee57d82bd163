"""The tracker as files: a table for spreadsheets, and each view as a picture that stands alone."""

from pathlib import Path

from flask_babel import gettext as _

from app.campaigns.pictures import FONTS
from app.kernel import i18n, spreadsheet
from app.states.models import UN_WORLD

from . import csv_form, record
from . import wording as words
from .asking import OUTLINED
from .drawing import hall, roll, sheet, tiles, world
from .drawing.marks import Drawing
from .tracker import Tracker

COLUMNS = (
    "state", "name", "position", "level", "inferred", "flags", "withheld", "evidence", "evidence_date", "url",
    "groups", "ask", "as_of", "method", *csv_form.DISPUTED, "world",
)  # fmt: skip


def table(tracker: Tracker) -> bytes:
    """The chosen states as CSV, one row each, in the order asked for; codes as in docs/positions.md."""
    pieces: list[bytes] = []
    writer = spreadsheet.CsvWriter(pieces.append)
    writer.row(COLUMNS)
    for row in tracker.chosen:
        found = row.standing
        writer.row(
            (
                row.place.code,
                row.place.name,
                found.position,
                found.level,
                found.inferred,
                " ".join(found.flags),
                row.withheld and row.withheld.reason,
                found.evidence,
                row.source and row.source.date,
                row.source and row.source.url,
                " ".join(sorted(row.place.groups)),
                tracker.ask,
                tracker.asked.as_of,
                record.METHOD,
                *csv_form.disputed(row.dispute),
                tracker.world,
            )
        )
    writer.close()
    return b"".join(pieces)


def drawing(tracker: Tracker, view: str, seats, linked: bool) -> Drawing:
    """A view's drawing: on a page with links and all outlines, which its style sheet shows and hides; in a file with
    those that were asked for."""
    outlined = OUTLINED if linked else tracker.asked.outlined
    mirrored = i18n.BY_CODE[i18n.current_language()].dir == "rtl"
    marks = tracker.marks(linked)
    if view == "map":
        return world.draw(marks, outlined)
    if view == "tiles":
        return tiles.draw(marks, {row.place.code: row.place.tile for row in tracker.rows if row.place.tile}, outlined)
    if view == "table":
        codes = {row.place.code: row.place.label for row in tracker.rows}
        by_code = {mark.code: mark for mark in marks}
        return roll.draw([by_code[row.place.code] for row in tracker.chosen], codes, outlined, mirrored)
    members, observers = ([mark for mark in marks if mark.member is seated] for seated in (True, False))
    return hall.draw(members, observers, seats, outlined, mirrored)


def picture(
    tracker: Tracker, view: str, seats, campaign: str, title: str, address: str, outlines: dict[str, str]
) -> bytes:
    """A view as an SVG that stands alone. `address` is the page's dated address, `outlines` the names of groups."""
    lang = i18n.current_language()
    foot = [_("Source: %(address)s · Method, version %(version)s", address=address, version=record.METHOD)]
    if tracker.world != UN_WORLD:
        foot.append(_("Fictional: the states, the groups and all that is said here are invented."))
    if view == "map":
        foot.append(words.disclaimer())
    names = {row.place.code: row.place.name for row in tracker.rows}
    for ref, dispute, _rows in tracker.claims:
        for one in dispute.all:
            said = words.disputed(names.get(one.state, one.state), one.date)
            foot += [i18n.isolated(f"{ref}: {said}", lang), sheet.Quote(one.words)]
    shown = tracker.selection or tracker.whole
    day = i18n.format_day(tracker.asked.as_of)
    return sheet.svg(
        drawing(tracker, view, seats, linked=False),
        sheet.Sheet(
            language=lang,
            rtl=i18n.BY_CODE[lang].dir == "rtl",
            above=_("%(campaign)s · Where states stand", campaign=campaign),
            title=title,
            figures=[words.headline(shown), i18n.isolated(_("As of %(date)s", date=day), lang)],
            keys=[
                sheet.Key(key.position, key.inferred, f"{key.words}: {i18n.plain_number(key.count)}")
                for key in tracker.keys
            ],
            outlines=[outlines.get(code, code) for code in tracker.asked.outlined],
            neutral=_("none of these states") if view == "map" else None,
            foot=foot,
            disputed=words.disputed_key(len(tracker.disputed)) if tracker.disputed else None,
        ),
    )


def png(content: bytes) -> bytes:
    """The picture of such an SVG."""
    return sheet.png(content, Path(FONTS))
