"""What the desk asks about documents of a letter: one's own, and the file of one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.kernel import listing
from app.kernel.db import db

from .handover_models import KEEP, HandoverFile


@dataclass(frozen=True)
class Made:
    """One document as the page of the desk lists it. `lost`: somebody in it is not to be named any more."""

    id: int
    work_id: int
    version: int
    language: str
    form: str
    is_full: bool
    state: str | None
    created_at: datetime
    ready: bool
    lost: bool


def own(letter_id: int, staff_id: int, now: datetime) -> list[Made]:
    """The documents of a letter that somebody asked for within a day, newest first."""
    columns = ("id", "work_id", "version", "language", "form", "is_full", "state", "created_at", "ready_at")
    rows = (
        select(*(getattr(HandoverFile, name) for name in columns), HandoverFile.content.is_not(None).label("there"))
        .where(HandoverFile.letter_id == letter_id, HandoverFile.staff_id == staff_id)
        .where(HandoverFile.created_at > now - KEEP)
        .order_by(HandoverFile.id.desc())
        .limit(listing.SIZE)
    )
    return [
        Made(*row[:8], ready=row.ready_at is not None and row.there, lost=row.ready_at is not None and not row.there)
        for row in db.session.execute(rows)
    ]


def file_of(letter_id: int, file_id: int, staff_id: int, full: bool, now: datetime) -> HandoverFile | None:
    """A document whose file can be had: by who asked for it, until its day is over or somebody in it hides."""
    return db.session.scalar(
        select(HandoverFile).where(
            HandoverFile.id == file_id,
            HandoverFile.letter_id == letter_id,
            HandoverFile.staff_id == staff_id,
            HandoverFile.is_full == full,
            HandoverFile.content.is_not(None),
            HandoverFile.created_at > now - KEEP,
        )
    )
