"""Switches that pause a part of the house without a deploy: rows in the database, read where the part works."""

from datetime import datetime

from sqlalchemy import ColumnElement, DateTime, Text, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from . import pagecache
from .db import db

NAMES = ("signing", "counting", "mailing")


class Switch(db.Model):
    """One part that is paused; no row, and it runs."""

    __tablename__ = "kernel_switch"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))


def paused(name: str) -> bool:
    """Whether the part of this name (one of NAMES) is paused now."""
    return db.session.scalar(select(Switch.name).where(Switch.name == name)) is not None


def since() -> dict[str, datetime]:
    """What is paused now, and since when."""
    return {row.name: row.since for row in db.session.execute(select(Switch.name, Switch.since))}


def is_paused(name: str) -> ColumnElement[bool]:
    """The same as a part of another statement, for what may cost no statement of its own."""
    return exists().where(Switch.name == name)


def pause(name: str, now: datetime) -> None:
    """Pause a part, in the caller's transaction. Pages change with it."""
    db.session.execute(insert(Switch).values(name=name, since=now).on_conflict_do_nothing())
    pagecache.bump()


def resume(name: str) -> None:
    """Let a part run again, in the caller's transaction; what waited goes on by itself."""
    db.session.execute(delete(Switch).where(Switch.name == name))
    pagecache.bump()
