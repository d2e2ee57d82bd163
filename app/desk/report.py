"""The report: two dates in, a list of sections out, the same for page, document and table.

A feature adds a section by registering what makes it:

    report.register("letters", 300, letters)

    def letters(asked: Asked) -> Section | None:    # None: nothing to say of this period
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """Two days and everything between them, in UTC."""

    first: date
    last: date


@dataclass(frozen=True)
class Asked:
    """What a report is asked for: of which campaign, in which language, of which days, and on which day."""

    campaign: str
    language: str
    period: Period
    today: date


@dataclass(frozen=True)
class Source:
    """Where something can be read: what it is called, and its address, or none."""

    name: str
    url: str


@dataclass(frozen=True)
class Row:
    """One line of a table: `code` names it for machines and in every language alike, `label` for readers. Of a table in
    words the values are words, or where something can be read."""

    code: str
    label: str
    values: tuple["int | str | Source", ...]


@dataclass(frozen=True)
class Table:
    """A table: what it shows, what its lines are, and of each column the name for machines and for readers; `worded`:
    its values are words."""

    code: str
    caption: str
    first: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    worded: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the report. `notes` stand below its tables."""

    title: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = field(default=())


_sections: dict[str, tuple[int, Callable[[Asked], Section | None]]] = {}


def register(name: str, place: int, make: Callable[[Asked], Section | None]) -> None:
    """Have a section stand in every report; `place` orders them."""
    _sections[name] = place, make


def sections(asked: Asked) -> list[Section]:
    """The report."""
    made = (make(asked) for _, make in sorted(_sections.values(), key=lambda entry: entry[0]))
    return [section for section in made if section]


def quarters(opened: date, today: date) -> list[Period]:
    """Every calendar quarter that is over, from the one in which a campaign opened, the latest first."""
    found, begins = [], date(opened.year, 3 * ((opened.month - 1) // 3) + 1, 1)
    while (after := (begins + timedelta(days=100)).replace(day=1)) <= today:
        found.append(Period(begins, after - timedelta(days=1)))
        begins = after
    return found[::-1]


def quarter_number(period: Period) -> int:
    """Which quarter of its year a period is in, by its first day."""
    return (period.first.month - 1) // 3 + 1
