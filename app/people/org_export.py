"""Organisations as rows of a table: columns that name nobody, and columns that do, kept apart."""

import csv
import io
from collections.abc import Iterator

from flask import current_app
from flask_babel import lazy_gettext as lazy
from sqlalchemy import select, tuple_

from app.accounts import exports, guard
from app.kernel import spreadsheet
from app.kernel.db import db
from app.kernel.i18n import current_language
from app.states import queries as states

from . import words
from .models import Person
from .org_models import Membership, Network, Organisation, Position
from .org_queries import Search, found, network_choices
from .queries import usable
from .texts import clean

BATCH = 1000
# What is public about organisations.
SAFE = (
    "id",
    "name",
    "name_language",
    *("name_ar", "name_zh", "name_en", "name_fr", "name_ru", "name_es"),
    *("acronym", "country", "works_in", "website", "ecosoc", "networks"),
)
# Who is in them: for whoever may, after the second factor, with a purpose.
PERSONAL = ("person", "address", "title", "roles", "language", "second_language")


def rows(search: Search, networks: tuple[int, ...] | None, personal: bool = False) -> Iterator[dict[str, object]]:
    """Every organisation that was found, as a dict by SAFE; with `personal` a row for each person in it, by SAFE and
    PERSONAL. Reads batch by batch, by key, three queries each; the caller judges who may see what."""
    last: tuple[str, int] | None = None
    while True:
        lines, last = _batch(search, networks, personal, last)
        yield from lines
        if last is None:
            return


def _batch(search: Search, networks, personal: bool, last: tuple[str, int] | None):
    """The rows after a key, and the key to go on after; None: there are no more."""
    statement = found(search, networks).order_by(Organisation.sort_key, Organisation.id).limit(BATCH)
    if last is not None:
        statement = statement.where(tuple_(Organisation.sort_key, Organisation.id) > tuple_(*last))
    batch = db.session.execute(statement).all()
    ids = [row.id for row in batch]
    slugs = _networks(ids, networks)
    members = _people(ids) if personal else {}
    lines: list[dict[str, object]] = []
    for row in batch:
        line = _line(row, slugs.get(row.id, []))
        if personal:
            lines += [{**line, **dict.fromkeys(PERSONAL), **person} for person in members.get(row.id, [{}])]
        else:
            lines.append(line)
    return lines, (batch[-1].sort_key, batch[-1].id) if len(batch) == BATCH else None


class CsvLines:
    """The safe columns as CSV (RFC 4180), UTF-8 with a mark that spreadsheets need, cells defused; a batch at a time.

    Each step has an app context of its own, so that a download that breaks off leaves nothing open.
    """

    def __init__(self, search: Search, networks: tuple[int, ...] | None):
        self._app = current_app._get_current_object()
        self._search, self._networks = search, networks
        self._last: tuple[str, int] | None = None
        self._begun = self._ended = False

    def __iter__(self):
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        with self._app.app_context():
            lines, self._last = _batch(self._search, self._networks, False, self._last)
        self._ended = self._last is None
        head = "" if self._begun else "\ufeff" + _csv(SAFE)
        self._begun = True
        return head + "".join(_csv([spreadsheet.cell(row[name]) for name in SAFE]) for row in lines)


def _csv(cells) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _line(row, slugs: list[str]) -> dict[str, object]:
    names = {**row.names, row.name_language: row.name}
    return {
        "id": row.id,
        "name": row.name,
        "name_language": row.name_language,
        **{column: names.get(column.removeprefix("name_")) for column in SAFE[3:9]},
        "acronym": row.acronym,
        "country": row.country,
        "works_in": " ".join(row.works_in),
        "website": row.website,
        "ecosoc": row.ecosoc,
        "networks": " ".join(slugs),
    }


def _networks(ids: list[int], networks: tuple[int, ...] | None) -> dict[int, list[str]]:
    statement = (
        select(Membership.organisation_id, Network.slug)
        .join(Network, Network.id == Membership.network_id)
        .where(Membership.organisation_id.in_(ids))
        .order_by(Network.slug)
    )
    if networks is not None:
        statement = statement.where(Network.id.in_(networks))
    slugs: dict[int, list[str]] = {}
    for organisation_id, slug in db.session.execute(statement):
        slugs.setdefault(organisation_id, []).append(slug)
    return slugs


def _people(ids: list[int]) -> dict[int, list[dict[str, object]]]:
    statement = (
        select(Position, Person.email)
        .join(Person, Person.id == Position.person_id)
        .where(Position.organisation_id.in_(ids), Person.email.is_not(None), usable(Person.id))
        .order_by(Position.id)
    )
    people: dict[int, list[dict[str, object]]] = {}
    for position, address in db.session.execute(statement):
        people.setdefault(position.organisation_id, []).append(
            {
                "person": position.name,
                "address": address,
                "title": position.title,
                "roles": " ".join(position.roles),
                "language": position.language,
                "second_language": position.second_language,
            }
        )
    return people


def exported(filters: dict[str, str], personal: bool) -> Iterator[list[object]]:
    """The organisations that an export's filters leave, within the networks whose members its asker may see."""
    mine = filters.get("networks")
    networks = None if mine is None else tuple(int(number) for number in mine.split(",") if number)
    search = Search(
        words=filters.get("q", ""),
        country=filters.get("country", ""),
        ecosoc=filters.get("ecosoc", ""),
        network=int(filters["network"]) if filters.get("network") else None,
    )
    columns = (*SAFE, *PERSONAL) if personal else SAFE
    for row in rows(search, networks, personal):
        yield [row[column] for column in columns]


def _areas(campaign: str | None) -> list[tuple[str, str]]:
    return list(states.area_names(current_language()).items())


def _named(campaign: str | None) -> list[tuple[str, str]]:
    lang = current_language()
    return [(str(row.id), row.names.get(lang) or row.names["en"]) for row in network_choices(guard.current().networks)]


_LABELS = {**words.EXPORT_WORDS, **words.COLUMN_WORDS}
exports.register(
    "organisations",
    lazy("Organisations"),
    {column: _LABELS[column] for column in SAFE},
    {column: _LABELS[column] for column in PERSONAL},
    exported,
    action="organisations.export",
    personal_action="organisations.export",
    campaign=False,
    filters=(
        exports.Filter("q", lazy("Name, acronym or domain"), brought=lambda text: clean(text)[:200], secret=True),
        exports.Filter("country", lazy("Country"), _areas),
        exports.Filter("ecosoc", lazy("ECOSOC status"), lambda campaign: list(words.ECOSOC_WORDS.items())),
        exports.Filter("network", lazy("Network"), _named),
    ),
)
