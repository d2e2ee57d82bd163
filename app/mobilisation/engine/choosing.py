"""What is to be handed over next: of which mailing, to whom, and who has to wait or is left out after all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app
from sqlalchemy import BigInteger, LargeBinary, Select, Text, any_, bindparam, cast, select, text, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY

from app.kernel import clock
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.kernel.jobs import MAIL_QUEUE
from app.people.models import EMAIL_CONTEXT, Person

from .. import eligibility
from ..models import SLOTS_CONTEXT, Delivery, Mailing
from . import claims, paces
from .journal import array
from .wording import Parcel

# A single mail that is due and that nobody has begun.
_WAITING = text(
    "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = :queue"
    " AND (scheduled_at IS NULL OR scheduled_at <= now()))"
)
_COLUMNS = (
    Delivery.id,
    Delivery.contact_id,
    Delivery.token,
    Delivery.language,
    Delivery.variant,
    # Opened by the hundred: a column that opens itself asks each time for the keys of the app.
    type_coerce(Delivery.slots, LargeBinary).label("slots"),
    Delivery.attempts,
    Delivery.mission_id,
)
_TRIES = 3
_SOME = any_(cast(bindparam("ids", type_=Text), ARRAY(BigInteger)))
_ADDRESSES = select(Person.id, type_coerce(Person.email, LargeBinary)).where(Person.id == _SOME)


@dataclass
class Claim:
    """What one line has claimed: its row, its deliveries in the order in which they are handed over, and the pace that
    their mailing had by then."""

    line_id: int
    mailing_id: int
    parcels: list[Parcel]
    pace: int | None = None


@dataclass(frozen=True)
class Running:
    """What matters of a mailing that runs."""

    id: int
    campaign: str
    network_id: int | None
    pace: int | None


def sender_domain() -> str:
    """The domain that mailings are from, whose pace holds for all of them."""
    return current_app.config["MAIL_DEFAULT_SENDER"].rpartition("@")[2].rstrip(">").lower()


def single_mail_waits() -> bool:
    """Whether a single mail (a confirmation, say) is due and not yet being sent: it goes first."""
    return db.session.execute(_WAITING, {"queue": MAIL_QUEUE}).scalar_one()


def is_quiet(zone: str, quiet_from: int | None, quiet_until: int | None, now: datetime) -> bool:
    """Whether at this moment a mailing keeps quiet: from an hour of its zone until another, past midnight as well."""
    if quiet_from is None or quiet_until is None:
        return False
    try:
        hour = now.astimezone(ZoneInfo(zone)).hour
    except (ZoneInfoNotFoundError, ValueError):
        hour = now.hour
    if quiet_from <= quiet_until:
        return quiet_from <= hour < quiet_until
    return hour >= quiet_from or hour < quiet_until


def running(now: datetime) -> list[Running]:
    """The mailings of which something may be sent now, oldest first."""
    rows = db.session.execute(
        select(
            Mailing.id,
            Mailing.campaign,
            Mailing.network_id,
            Mailing.pace,
            Mailing.zone,
            Mailing.quiet_from,
            Mailing.quiet_until,
        )
        .where(Mailing.state == "running")
        .order_by(Mailing.id)
    )
    return [
        Running(row.id, row.campaign, row.network_id, row.pace)
        for row in rows
        if not is_quiet(row.zone, row.quiet_from, row.quiet_until, now)
    ]


class Chooser:
    """Claims deliveries for the lines of workers. `relay` and `sender` are names whose paces hold for all."""

    def __init__(self, relay: str, sender: str):
        self._common = (("relay", relay), ("sender", sender))
        # Where the search for what was never tried goes on, by mailing: what lies before is claimed or done.
        self._from: dict[int, int] = {}
        self._turn = 0
        self._statements: dict[tuple, Select] = {}

    def claim(self, worker: int, sizes: Sequence[int]) -> list[Claim]:
        """A claim for each line of a worker, as far as there is one, of at most so many deliveries, in the caller's
        transaction."""
        now = clock.now()
        mailings = running(now)
        found: list[Claim] = []
        self._turn += 1
        for place in range(len(mailings)):
            mailing = mailings[(place + self._turn) % len(mailings)]
            left = list(sizes[len(found) :])
            if not left:
                break
            found += self._of(worker, mailing, left, now)
        return found

    def _of(self, worker: int, mailing: Running, sizes: list[int], now: datetime) -> list[Claim]:
        most = sum(sizes)
        if mailing.pace:
            # Who cannot go now is not told to wait for a turn that another pace would bring sooner.
            most = min(most, paces.at_once(mailing.pace))
        for _ in range(_TRIES):
            rows = self._candidates(mailing, most, now)
            if not rows:
                return []
            parcels = self._sifted(mailing, rows, now)
            if parcels:
                break
        else:
            return []
        lists = []
        for size in sizes:
            if not parcels:
                break
            lists.append(parcels[:size])
            parcels = parcels[size:]
        ids = claims.take(worker, mailing.id, [[parcel.id for parcel in each] for each in lists])
        return [Claim(line, mailing.id, each, mailing.pace) for line, each in zip(ids, lists, strict=True)]

    def _candidates(self, mailing: Running, most: int, now: datetime):
        queued = select(*_COLUMNS).where(Delivery.mailing_id == mailing.id, Delivery.state == "queued").limit(most)
        locked = {"of": Delivery, "skip_locked": True}
        start = self._from.get(mailing.id, 0)
        fresh = queued.where(Delivery.next_try.is_(None), Delivery.id > start).order_by(Delivery.id)
        rows = list(db.session.execute(fresh.with_for_update(**locked)))
        self._from[mailing.id] = rows[-1].id if len(rows) == most else 0
        if len(rows) < most:
            late = queued.where(Delivery.next_try <= now).order_by(Delivery.next_try).limit(most - len(rows))
            rows += db.session.execute(late.with_for_update(**locked))
        return rows

    def _sifted(self, mailing: Running, rows, now: datetime) -> list[Parcel]:
        """Those that may go now. The others are left out, or wait."""
        ring = keyring()
        contacts = {"ids": array(row.contact_id for row in rows if row.contact_id is not None)}
        reasons = dict(db.session.execute(self._reasons(mailing, now), contacts).all())
        addresses = {
            number: sealed and ring.decrypt(sealed, EMAIL_CONTEXT)
            for number, sealed in db.session.execute(_ADDRESSES, contacts)
        }
        out = {
            row.id: "erased" if row.contact_id is None else reasons.get(row.contact_id, "no_address")
            for row in rows
            if row.contact_id in reasons or not addresses.get(row.contact_id)
        }
        claims.exclude(out)
        able = [row for row in rows if row.id not in out]
        domains = {row.id: addresses[row.contact_id].rpartition("@")[2].lower() for row in able}
        limits = {pair: self._limits(mailing, *pair) for pair in {(domains[row.id], row.mission_id) for row in able}}
        keys = {key for each in limits.values() for key in each}
        own = {("mailing", str(mailing.id)): float(mailing.pace)} if mailing.pace else {}
        buckets = paces.load(keys, own) if keys else {}
        wanted = ((row.id, limits[domains[row.id], row.mission_id]) for row in able)
        answers = paces.grant(buckets, wanted, now)
        paces.save(buckets)
        claims.later({number: at for number, at in answers.items() if at is not None})
        return [
            Parcel(
                row.id,
                addresses[row.contact_id],
                bytes(row.token),
                row.language,
                row.variant,
                json.loads(ring.decrypt(row.slots, SLOTS_CONTEXT)) if row.slots else {},
                row.attempts,
                domains[row.id],
            )
            for row in able
            if answers[row.id] is None
        ]

    def _reasons(self, mailing: Running, now: datetime) -> Select:
        """Who of some contacts may not be written to after all. Made anew each minute: making it takes longer than
        asking it."""
        key = (mailing.campaign, mailing.network_id, int(now.timestamp() / 60))
        if key not in self._statements:
            networks = None if mailing.network_id is None else (mailing.network_id,)
            found = eligibility.excluded(mailing.campaign, now, networks=networks)
            self._statements = {key: found.where(found.selected_columns.contact_id == _SOME)}
        return self._statements[key]

    def _limits(self, mailing: Running, domain: str, mission_id: int | None) -> tuple[paces.Key, ...]:
        found = [*self._common, ("domain", domain)]
        if mission_id is not None:
            found.append(("mission", str(mission_id)))
        if mailing.pace:
            found.append(("mailing", str(mailing.id)))
        return tuple(found)
