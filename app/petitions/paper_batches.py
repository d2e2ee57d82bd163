"""Signatures on paper: batches with place, day, number and a scan, each change with a reason and in the audit log.

Their sum stands in petitions_total, and by day in petitions_paper_day, both changed in the transaction that changes a
batch. Works in the caller's transaction.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.accounts import holders
from app.campaigns.models import Campaign
from app.kernel import audit, listing, pagecache
from app.kernel.db import db

from . import ends
from .desk_models import PaperBatch, PaperScan
from .models import Petition
from .total_models import PaperDay, PetitionTotal

LARGEST_SCAN = 10 * 1024 * 1024
LONGEST_BEFORE = timedelta(days=366)
KEEP_SCANS = timedelta(days=365)
BATCH = 100
_BEGINNINGS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
MIMETYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}


def kind_of(content: bytes) -> str | None:
    """What a scan is by its own beginning, whatever it is called: pdf, jpeg, png; None: something else. Pure."""
    return next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)


def day_fault(day: date, petition: Petition, today: date) -> str | None:
    """What is wrong with a day of collecting: "future", "after" the petition's end, "early"; None: nothing. Pure.

    After its end a petition still takes what was collected until then. Sheets may be older than the page on the web,
    by a year at most: what is older was typed wrongly.
    """
    if day > today:
        return "future"
    if day < petition.opened_on - LONGEST_BEFORE:
        return "early"
    end = ends.end_of(petition)
    return "after" if end is not None and day > end.day else None


def add(
    petition: Petition,
    campaign: str,
    *,
    place: str,
    day: date,
    number: int,
    scan: bytes | None,
    actor: int,
    now: datetime,
) -> int:
    """Enter a batch; its id. `scan` is of a kind that `kind_of` knows."""
    batch = PaperBatch(
        petition_id=petition.id, place=place, collected_on=day, number=number, entered_by=actor, entered_at=now
    )
    db.session.add(batch)
    db.session.flush()
    if scan is not None:
        db.session.add(PaperScan(batch_id=batch.id, kind=kind_of(scan), content=scan, at=now))
    _count(petition.id, number, now)
    after = {"place": place, "day": day.isoformat(), "number": number, "scan": scan is not None}
    audit.record("paper.enter", _subject(batch), actor=actor, now=now, campaign=campaign, after=after)
    return batch.id


def change(
    batch: PaperBatch,
    campaign: str,
    *,
    place: str,
    day: date,
    number: int,
    scan: bytes | None,
    reason: str,
    actor: int,
    now: datetime,
) -> None:
    """Correct a batch; a new scan takes the place of the old one. `batch` is locked and not removed."""
    before = {"place": batch.place, "day": batch.collected_on.isoformat(), "number": batch.number}
    _count(batch.petition_id, number - batch.number, now)
    batch.place, batch.collected_on, batch.number = place, day, number
    after = {"place": place, "day": day.isoformat(), "number": number, "scan": scan is not None}
    if scan is not None:
        db.session.execute(delete(PaperScan).where(PaperScan.batch_id == batch.id))
        db.session.add(PaperScan(batch_id=batch.id, kind=kind_of(scan), content=scan, at=now))
    audit.record(
        "paper.correct",
        _subject(batch),
        actor=actor,
        now=now,
        campaign=campaign,
        before=before,
        after=after,
        reason=reason,
    )


def remove(batch: PaperBatch, campaign: str, reason: str, *, actor: int, now: datetime) -> None:
    """Have a batch count no more; its scan goes, what is known of it stays. `batch` is locked and not removed."""
    batch.removed_at, batch.removed_reason = now, reason
    db.session.execute(delete(PaperScan).where(PaperScan.batch_id == batch.id))
    _count(batch.petition_id, -batch.number, now)
    audit.record(
        "paper.remove",
        _subject(batch),
        actor=actor,
        now=now,
        campaign=campaign,
        before={"number": batch.number},
        reason=reason,
    )


def tell(petition_id: int, number: int, now: datetime) -> None:
    """Note that so many have signed on paper, in all, as whoever counts the sheets says."""
    total = select(PetitionTotal.on_paper).where(PetitionTotal.petition_id == petition_id).with_for_update()
    _count(petition_id, number - db.session.scalar(total), now)


def _count(petition_id: int, more: int, now: datetime) -> None:
    db.session.execute(
        update(PetitionTotal)
        .where(PetitionTotal.petition_id == petition_id)
        .values(on_paper=PetitionTotal.on_paper + more)
        .execution_options(synchronize_session=False)
    )
    day = upsert(PaperDay).values(petition_id=petition_id, day=now.astimezone(UTC).date(), number=more)
    db.session.execute(
        day.on_conflict_do_update(
            index_elements=["petition_id", "day"], set_={"number": PaperDay.number + day.excluded.number}
        )
    )
    pagecache.bump()


def _subject(batch: PaperBatch) -> str:
    return f"paper:{batch.id}"


@dataclass(frozen=True)
class Line:
    """One batch of the list."""

    id: int
    place: str
    day: date
    number: int
    entered_at: datetime
    entered_by: str | None
    scan: bool
    removed_at: datetime | None
    removed_reason: str | None


def page(petition_id: int, cursor: str | None) -> tuple[list[Line], listing.Part]:
    """The batches of a petition, the last entered first. Raises listing.WrongCursor."""
    scan = exists().where(PaperScan.batch_id == PaperBatch.id).label("scan")
    statement = select(*PaperBatch.__table__.columns, scan).where(PaperBatch.petition_id == petition_id)
    part = listing.part(statement, listing.Order((PaperBatch.__table__.c.id,), True), cursor)
    who = holders.names({row.entered_by for row in part.rows})
    lines = [
        Line(
            row.id,
            row.place,
            row.collected_on,
            row.number,
            row.entered_at,
            who.get(row.entered_by),
            row.scan,
            row.removed_at,
            row.removed_reason,
        )
        for row in part.rows
    ]
    return lines, part


def get(campaign: str, petition: str, batch_id: int, lock: bool = False) -> tuple[PaperBatch, Petition] | None:
    """A batch of a campaign's petition, with the petition; None when there is none."""
    statement = (
        select(PaperBatch, Petition)
        .join(Petition, Petition.id == PaperBatch.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Campaign.slug == campaign, Petition.slug == petition, PaperBatch.id == batch_id)
    )
    row = db.session.execute(statement.with_for_update(of=PaperBatch) if lock else statement).one_or_none()
    return row and tuple(row)


def has_scan(batch_id: int) -> bool:
    """Whether a batch has a scan."""
    return db.session.scalar(select(exists().where(PaperScan.batch_id == batch_id)))


def any_of(petition_id: int) -> bool:
    """Whether any batch has been entered of a petition, so that its number on paper is their sum."""
    return db.session.scalar(select(exists().where(PaperBatch.petition_id == petition_id)))


def look(batch: PaperBatch, campaign: str, reason: str, *, actor: int, now: datetime) -> tuple[bytes, str] | None:
    """The scan of a batch and its kind, written down as a look with its reason; None when there is none any longer."""
    scan = db.session.get(PaperScan, batch.id)
    if scan is None:
        return None
    audit.record("paper.look", _subject(batch), actor=actor, now=now, campaign=campaign, reason=reason)
    return scan.content, scan.kind


def forget_scans(now: datetime) -> int:
    """Delete scans that are a year old. Returns how many of this batch; 0: none is left."""
    old = select(PaperScan.batch_id).where(PaperScan.at <= now - KEEP_SCANS).limit(BATCH)
    done = db.session.execute(
        delete(PaperScan).where(PaperScan.batch_id.in_(old)).execution_options(synchronize_session=False)
    )
    return done.rowcount
