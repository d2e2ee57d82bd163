"""A CSV of evidence taken in whole or not at all; `reading.py` judges it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from psycopg import sql
from sqlalchemy import select

from app.campaigns.models import Ask, Campaign
from app.kernel import audit, pagecache
from app.kernel.db import db

from . import operations, queries, reading, refreshing
from .models import Evidence as Row
from .reading import FAULTY, NEW, Reading
from .record import CHECKED, PUBLISHED, WITHDRAWN, Evidence

PACK_FILE = "evidence.csv"
BATCH = 2000


def judge(campaign: Campaign, content: bytes, now: datetime) -> Reading:
    """What would become of every row of the file, today."""
    return reading.read(content, operations.known(campaign, now.date()))


def take_in(
    campaign: Campaign,
    content: bytes,
    *,
    actor: int | None,
    now: datetime,
    tell: Callable[[float], object] = lambda part: None,
) -> Reading:
    """Store the file's new rows if it has no fault, and refresh what they touch; answers what became of each row.
    Stores nothing otherwise. What a row says of its status holds: it was checked where it comes from, or, where
    somebody brings it at the desk, by that one person, which is then said. `tell` is called with how much of the
    storing is done, from 0 to 1."""
    found = judge(campaign, content, now)
    if found.accepted:
        pieces = found.new()
        _store(campaign, pieces, actor, now, tell)
        if pieces:
            _log(campaign, pieces, actor, now)
    return found


def take_in_new(campaign: Campaign, content: bytes, now: datetime) -> Reading:
    """As `take_in`, for the file that comes with a pack: what is on file here stays as it is, whatever the file says of
    it; the other rows are stored if they have no fault, all of them or none. The log says nothing of it, as of all
    that a pack says."""
    known = operations.known(campaign, now.date())
    found = reading.read(content, known)
    held = {row.line for row in found.rows if row.fate == FAULTY and row.ref in known.on_file}
    found.rows = [row for row in found.rows if row.line not in held]
    found.faults = [fault for fault in found.faults if fault.line not in held]
    if found.accepted:
        _store(campaign, found.new(), None, now, lambda part: None)
    return found


def _store(
    campaign: Campaign, pieces: list[Evidence], actor: int | None, now: datetime, tell: Callable[[float], object]
) -> None:
    versions = dict(db.session.execute(select(Ask.slug, Ask.version).where(Ask.campaign_id == campaign.id)).all())
    for start in range(0, len(pieces), BATCH):
        rows = [_row(campaign.id, piece, versions[piece.ask], actor, now) for piece in pieces[start : start + BATCH]]
        _copy(rows)
        tell(0.8 * (start + len(rows)) / len(pieces))
    for ask in sorted({piece.ask for piece in pieces}):
        refreshing.refresh(campaign.id, ask, None, "evidence", now)
    if pieces:
        pagecache.bump()


def _log(campaign: Campaign, pieces: list[Evidence], actor: int | None, now: datetime) -> None:
    after = {"rows": len(pieces), "published": sum(piece.status == PUBLISHED for piece in pieces)}
    subject = f"campaign:{campaign.slug}"
    audit.record("evidence.import", subject, actor=actor, now=now, campaign=campaign.slug, after=after)


def _copy(rows: list[dict]) -> None:
    """COPY, in the session's transaction: rows by the hundred thousand."""
    db.session.flush()
    columns = list(rows[0])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(Row.__tablename__), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    cursor = db.session.connection().connection.cursor()
    with cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[column] for column in columns])


def _row(campaign_id: int, piece: Evidence, version: int, actor: int | None, now: datetime) -> dict:
    return {
        "campaign_id": campaign_id,
        **operations.values(piece),
        "ask_version": version,
        "entered_by": actor,
        "entered_at": now,
        "changed_at": now,
        "checked_at": now if piece.status in (CHECKED, PUBLISHED) else None,
        "checked_by": actor if piece.status in (CHECKED, PUBLISHED) else None,
        "checked_alone": actor is not None and piece.status in (CHECKED, PUBLISHED),
        "published_at": now if piece.status == PUBLISHED else None,
        "withdrawn_at": now if piece.status == WITHDRAWN else None,
        "withdrawn_reason": "" if piece.status == WITHDRAWN else None,
    }


def on_file(campaign: Campaign) -> list[Evidence]:
    """All evidence of a campaign as a file has it, by ref."""
    return [replace(piece, of_current_version=True) for piece in queries.records(campaign.id)]


def count(found: Reading, fate: str = NEW) -> int:
    """How many rows of a file have this fate."""
    return sum(row.fate == fate for row in found.rows)
