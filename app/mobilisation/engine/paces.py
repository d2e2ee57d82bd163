"""How many may go now, by every limit that holds for them. Pure, apart from `load` and `save`.

A limit by the hour is a moment from which the next may go (a leaky bucket): it needs no counting. One by the day is a
count that begins anew at 00:00 UTC and, where it was used up, may grow: how a new sender earns trust.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.kernel.crypto import Keyring, keyring
from app.kernel.db import db

from ..writing.rules import PER_DAY, PER_HOUR
from .models import Pace

PURPOSE = "mobilisation.pace"
# What may go at once after a pause: as much as in two seconds.
BURST_SECONDS = 2.0
# Nothing goes where somebody has to look first, and that is asked again after an hour.
STOPPED_PAUSE = timedelta(hours=1)
# Who has to wait in a long row asks again by then, as a limit may have been raised meanwhile.
LONGEST_WAIT = timedelta(hours=1)
# A day's limit grows where nearly all of it was used.
USED_UP = 0.9
# What holds for those of a kind where nothing was set: a mission gets no more of mailings than of letters.
GIVEN = {"mission": {"per_hour": float(PER_HOUR), "per_day": PER_DAY, "growth": 1.0, "ceiling": None}}
# As far as the clocks of machines may differ. A day that lies further ahead was a wrong clock's.
_AHEAD = timedelta(days=1)

Key = tuple[str, str]


@dataclass
class Bucket:
    """What is left of one limit."""

    per_hour: float | None = None
    per_day: int | None = None
    growth: float = 1.0
    ceiling: int | None = None
    free_from: datetime | None = None
    day: date | None = None
    used: int = 0
    stopped: bool = False
    by_hand: bool = False
    id: int | None = None
    changed: bool = False

    def renew(self, now: datetime) -> None:
        """Begin a new day; its limit is larger where that of the last was used up. A clock that is behind another
        machine's at midnight does not begin the old day anew."""
        today = now.astimezone(UTC).date()
        if self.day is not None and today <= self.day <= today + _AHEAD:
            return
        if self.day is not None and self.per_day and self.used >= self.per_day * USED_UP:
            # A small limit grows, too: by one at least.
            grown = max(self.per_day + (self.growth > 1), int(self.per_day * self.growth))
            self.per_day = min(grown, max(self.ceiling, self.per_day)) if self.ceiling else grown
        self.day, self.used, self.changed = today, 0, True

    def free_at(self, now: datetime) -> datetime | None:
        """When the next may go; None: now."""
        if self.stopped:
            return now + STOPPED_PAUSE
        if self.per_day is not None and self.used >= self.per_day:
            return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
        if self.per_hour and self.free_from and self.free_from > now:
            return self.free_from
        return None

    def take(self, now: datetime) -> None:
        """One goes."""
        if self.per_hour:
            earliest = now - timedelta(seconds=BURST_SECONDS)
            begins = max(self.free_from or now, earliest)
            self.free_from = begins + timedelta(hours=1 / self.per_hour)
        self.used += 1
        self.changed = True


def grant(
    buckets: dict[Key, Bucket], wanted: Iterable[tuple[int, tuple[Key, ...]]], now: datetime
) -> dict[int, datetime | None]:
    """For each delivery and the limits that hold for it: None where it may go now, else when to ask again.

    What has to wait is told to come one after another, so that not all ask at the same moment.
    """
    if not buckets:
        return dict.fromkeys(number for number, _ in wanted)
    for bucket in buckets.values():
        bucket.renew(now)
    answers: dict[int, datetime | None] = {}
    waiting: dict[Key, int] = {}
    for number, keys in wanted:
        holds = [(key, buckets[key]) for key in keys if key in buckets]
        blocked = [(at, key, bucket) for key, bucket in holds if (at := bucket.free_at(now)) is not None]
        if not blocked:
            for _, bucket in holds:
                bucket.take(now)
            answers[number] = None
            continue
        at, key, bucket = max(blocked, key=lambda each: each[0])
        before = waiting[key] = waiting.get(key, -1) + 1
        answers[number] = at + min(LONGEST_WAIT, timedelta(hours=before / bucket.per_hour if bucket.per_hour else 0))
    return answers


def at_once(per_hour: float) -> int:
    """How many a limit by the hour lets go in one moment at most."""
    return int(per_hour * BURST_SECONDS / 3600) + 1


@lru_cache(maxsize=20_000)
def _digests(ring: Keyring, name: str) -> tuple[bytes, ...]:
    return tuple(ring.digests(name, PURPOSE))


def digests(name: str) -> tuple[bytes, ...]:
    """What the row of a name is found by, newest key first. Names of hosts and domains mean the same in any case."""
    return _digests(keyring(), name.lower())


def load(keys: Iterable[Key], own: dict[Key, float] | None = None) -> dict[Key, Bucket]:
    """The limits of these (kind, name), locked until the transaction ends; those that have none are not among them.
    `own` are an hour's limits that stand elsewhere (a mailing's)."""
    own = own or {}
    mine = {(kind, digest): (kind, name) for kind, name in keys for digest in digests(name)}
    kinds = {kind for kind, _ in mine}
    there = _rows([*mine, *((kind, digest) for kind in kinds for digest in digests(""))])
    if not there and not own and not kinds & GIVEN.keys():
        return {}
    defaults = {kind: limits for kind, limits in GIVEN.items() if kind in kinds}
    said = {row.kind for at, row in there.items() if at not in mine}
    for at, row in there.items():
        if at not in mine:
            defaults[row.kind] = {column: getattr(row, column) for column in _LIMITS}
    known = {mine[at] for at in there if at in mine}
    lacking = [key for key in sorted(set(mine.values()) - known) if key[0] in defaults or key in own]
    for kind, name in lacking:
        statement = insert(Pace).values(kind=kind, key=digests(name)[0], name=name, **defaults.get(kind, {}))
        db.session.execute(statement.on_conflict_do_nothing(index_elements=["kind", "key"]))
    buckets = {}
    for at, row in _rows(list(mine), lock=True).items() if lacking or known else ():
        buckets[mine[at]] = Bucket(
            own.get(mine[at], row.per_hour),
            row.per_day,
            row.growth,
            row.ceiling,
            row.free_from,
            row.day,
            row.used,
            row.stopped_at is not None,
            row.set_by_hand or row.kind in said,
            row.id,
        )
    return buckets


_LIMITS = ("per_hour", "per_day", "growth", "ceiling")
_ROWS = (
    "SELECT id, kind, key, per_hour, per_day, growth, ceiling, free_from, day, used, stopped_at,"
    " set_by_hand FROM mobilisation_pace"
    " WHERE (kind, key) IN (SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:keys AS bytea[]))) ORDER BY id"
)


def _rows(keys: list[tuple[str, bytes]], lock: bool = False) -> dict[tuple[str, bytes], object]:
    values = {"kinds": [kind for kind, _ in keys], "keys": [digest for _, digest in keys]}
    rows = db.session.execute(text(_ROWS + (" FOR UPDATE" if lock else "")), values)
    return {(row.kind, bytes(row.key)): row for row in rows}


def save(buckets: dict[Key, Bucket]) -> None:
    """Write down what was taken, in the caller's transaction."""
    for bucket in buckets.values():
        if bucket.changed:
            values = {"free_from": bucket.free_from, "day": bucket.day, "used": bucket.used, "per_day": bucket.per_day}
            db.session.execute(
                update(Pace).where(Pace.id == bucket.id).values(**values).execution_options(synchronize_session=False)
            )


def stop(kind: str, name: str, code: str | None, words: str, now: datetime) -> bool:
    """Have nothing more go there until somebody has looked, in the caller's transaction. Says whether it is news."""
    found = digests(name)
    of_it = (Pace.kind == kind) & Pace.key.in_(found)
    there = db.session.execute(select(Pace.id, Pace.stopped_at).where(of_it).with_for_update()).first()
    values = {"stopped_at": now, "stopped_code": code, "stopped_words": words[:500]}
    if there is None:
        db.session.execute(insert(Pace).values(kind=kind, key=found[0], name=name, **values))
        return True
    if there.stopped_at is not None:
        return False
    db.session.execute(update(Pace).where(Pace.id == there.id).values(**values))
    return True


def stopped(domains: Iterable[str]) -> set[str]:
    """Which of these domains nothing goes to until somebody has looked."""
    there = select(Pace.key).where(Pace.kind == "domain", Pace.stopped_at.is_not(None))
    keys = {bytes(key) for key in db.session.scalars(there)}
    return {domain for domain in domains if not keys.isdisjoint(digests(domain))} if keys else set()


def free(kind: str, name: str) -> bool:
    """Let mail go there again, in the caller's transaction. Says whether it was stopped."""
    values = {"stopped_at": None, "stopped_code": None, "stopped_words": None}
    of_it = (Pace.kind == kind) & Pace.key.in_(digests(name)) & Pace.stopped_at.is_not(None)
    return db.session.execute(update(Pace).where(of_it).values(**values)).rowcount > 0


def set_limits(kind: str, name: str, **limits) -> None:
    """Set the limits (per_hour, per_day, growth, ceiling) of a name, or with "" of all that have none of their own,
    those that have begun with an older one among them; in the caller's transaction."""
    values = {"set_by_hand": True, **limits}
    statement = insert(Pace).values(kind=kind, key=digests(name)[0], name=name, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=values))
    if not name and limits:
        copies = update(Pace).where(Pace.kind == kind, ~Pace.set_by_hand).values(**limits)
        db.session.execute(copies.execution_options(synchronize_session=False))
