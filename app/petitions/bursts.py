"""Bursts: which networks, mail domains and hours brought most signatures of late, and how many nobody confirmed.

One statement, over the latest few thousand of a span, so that it costs the same however many there are.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from app.kernel.db import db

from . import selecting
from .models import Signature

SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
MOST = 5000
LARGEST = 10


@dataclass(frozen=True)
class Group:
    """Signatures that have something in common: `key` is the condition's value by which selecting.py finds them."""

    key: str
    number: int
    unconfirmed: int
    held: int
    false: int

    @property
    def share(self) -> int:
        """How many of a hundred nobody has confirmed."""
        return round(100 * self.unconfirmed / self.number)


@dataclass(frozen=True)
class Bursts:
    """The largest groups of a span, largest first, and every hour that brought some, latest first. `seen` signatures
    were looked at; `cut` says that there were more, and that those are the latest."""

    since: datetime
    seen: int
    cut: bool
    networks: list[Group]
    domains: list[Group]
    hours: list[Group]


def bursts(petition_id: int, span: str, now: datetime) -> Bursts:
    """What came in a span (of SPANS) before now."""
    since = now - SPANS[span]
    hour = func.date_trunc("hour", Signature.signed_at, text("'UTC'")).label("hour")
    latest = (
        select(Signature.network, Signature.domain, hour, Signature.state, Signature.held, Signature.confirmed_at)
        .where(Signature.petition_id == petition_id, Signature.signed_at > since, Signature.signed_at <= now)
        .order_by(Signature.signed_at.desc())
        .limit(MOST + 1)
        .subquery()
    )
    keys = (latest.c.network, latest.c.domain, latest.c.hour)
    rows = db.session.execute(
        select(
            func.grouping(*keys).label("kind"),
            *keys,
            func.count().label("number"),
            func.count().filter(latest.c.confirmed_at.is_(None)).label("unconfirmed"),
            func.count().filter(latest.c.held.is_not(None), latest.c.state == "pending").label("held"),
            func.count().filter(latest.c.state == "fraudulent").label("false"),
        ).group_by(func.grouping_sets(*keys))
    ).all()
    hours = sorted((r for r in rows if r.kind == 6), key=lambda r: r.hour, reverse=True)
    seen = sum(r.number for r in hours)
    return Bursts(
        since,
        min(seen, MOST),
        seen > MOST,
        _largest([r for r in rows if r.kind == 3 and r.network is not None], lambda r: selecting.short(r.network)),
        _largest([r for r in rows if r.kind == 5 and r.domain is not None], lambda r: selecting.short(r.domain)),
        [_group(r, selecting.moment(r.hour.astimezone(UTC))) for r in hours],
    )


def hour_after(key: str) -> str:
    """The key of the hour after the one of this key."""
    return selecting.moment(selecting.parsed_moment(key) + timedelta(hours=1))


def _largest(rows, key) -> list[Group]:
    rows.sort(key=lambda r: (-r.number, key(r)))
    return [_group(r, key(r)) for r in rows[:LARGEST] if r.number > 1]


def _group(row, key: str) -> Group:
    return Group(key, row.number, row.unconfirmed, row.held, row.false)
