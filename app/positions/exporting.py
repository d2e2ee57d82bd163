"""Evidence as an export (accounts/exports.py): the columns that an import takes, loss-free, and behind them those of
disputes, which it reads past."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.accounts import exports
from app.campaigns.models import Ask, Campaign
from app.kernel.db import db

from . import csv_form, desk_queries, desk_words, queries, record
from .models import Evidence as Row

BATCH = 1000


def rows(filters: dict[str, str], personal: bool) -> Iterator[list[str]]:
    """A campaign's evidence that the filters leave, by ref, read a batch at a time, and which states dispute it."""
    campaign_id = db.session.scalars(select(Campaign.id).where(Campaign.slug == filters["campaign"])).one()
    chosen = [getattr(Row, name) == filters[name] for name in desk_queries.NARROWED if filters.get(name)]
    if filters.get("needs"):
        chosen.append(desk_queries.needing(filters["needs"]))
    if filters.get("q"):
        chosen.append(desk_queries.saying(filters["q"]))
    disputes, last = queries.disputes(campaign_id), ""
    while True:
        part = select(Row.ref).where(Row.campaign_id == campaign_id, Row.ref > last, *chosen)
        found = queries.records(campaign_id, Row.ref.in_(part.order_by(Row.ref).limit(BATCH)))
        yield from ([*csv_form.cells(piece), *csv_form.disputed(disputes.get(piece.ref))] for piece in found)
        if len(found) < BATCH:
            return
        last = found[-1].ref


def _asks(campaign: str | None) -> list[tuple[str, str]]:
    statement = select(Ask.slug).join(Campaign, Campaign.id == Ask.campaign_id).where(Campaign.slug == campaign)
    return [(slug, slug) for slug in db.session.scalars(statement.order_by(Ask.position))]


def _statuses(campaign: str | None) -> list[tuple[str, str]]:
    return [(status, str(STATUS_WORDS[status])) for status in record.STATUSES]


def _speakers(campaign: str | None) -> list[tuple[str, str]]:
    statement = select(Row.speaker).join(Campaign, Campaign.id == Row.campaign_id).where(Campaign.slug == campaign)
    return [(code, code) for code in db.session.scalars(statement.distinct().order_by(Row.speaker))]


def _words(words):
    return lambda campaign: [(code, str(label)) for code, label in words.items()]


STATUS_WORDS = {
    record.DRAFT: lazy("Draft"),
    record.CHECKED: lazy("Checked"),
    record.PUBLISHED: lazy("Published"),
    record.WITHDRAWN: lazy("Withdrawn"),
}


def register() -> None:
    """Have evidence among what a campaign can export."""
    exports.register(
        "evidence",
        lazy("Evidence"),
        # The head of the file is what an import reads: names, not words.
        safe_columns={name: name for name in (*csv_form.COLUMNS, *csv_form.DISPUTED)},
        personal_columns={},
        rows=rows,
        action="evidence.see",
        filters=(
            exports.Filter("ask", lazy("Ask"), _asks),
            exports.Filter("status", lazy("Status"), _statuses),
            exports.Filter("type", lazy("What was done"), _words(desk_words.TYPES)),
            exports.Filter("speaker", lazy("Who spoke or acted"), _speakers),
            exports.Filter("relevance", lazy("Relevance"), _words(desk_words.RELEVANCES)),
            exports.Filter("confidence", lazy("Confidence"), _words(desk_words.CONFIDENCES)),
            exports.Filter("needs", lazy("Needs"), _words(desk_words.NEEDS)),
            exports.Filter("q", lazy("Search"), brought=str, secret=True),
        ),
    )
