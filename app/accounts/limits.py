"""How often a sign-in may be tried: by the address typed, by the network it comes from, by the account whose second
factor is asked for. The same for accounts that exist and that do not.

A try is written down before it is judged, so that a hundred at once are not all let by; one that succeeds is taken
back.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from app.kernel.crypto import keyring
from app.kernel.db import db

from .models import ATTEMPT_DIGEST_PURPOSE, Attempt


@dataclass(frozen=True)
class Limit:
    """So many failed tries within so long."""

    tries: int
    within: timedelta


# Whoever knows an address can use up its tries: so they come back soon, and a passkey needs none of them.
LIMITS = {
    "account": (Limit(10, timedelta(minutes=15)),),
    # An office behind one address.
    "network": (Limit(60, timedelta(minutes=15)),),
    # Only who knows the password comes so far, and guesses one of a million.
    "factor": (Limit(6, timedelta(minutes=15)), Limit(30, timedelta(days=1))),
}


@dataclass(frozen=True)
class Try:
    """One try that was written down."""

    ids: tuple[int, ...]
    wait: timedelta | None

    @property
    def minutes(self) -> int:
        """How many minutes to wait; 0: the try may go on."""
        return math.ceil(self.wait.total_seconds() / 60) if self.wait else 0


def begin(now: datetime, *, account: str | None = None, network: str | None = None, factor: int | None = None) -> Try:
    """Write a try down, in a transaction of its own, and say whether it may go on. One that may not counts no further.

    `account` is the address typed (rules.account_of), `network` where it comes from, `factor` an id of staff.
    """
    said = {"account": account, "network": network, "factor": None if factor is None else str(factor)}
    ids, wait = [], None
    for scope, text in said.items():
        if text is None:
            continue
        digest = keyring().digests(f"{scope}:{text}", ATTEMPT_DIGEST_PURPOSE)[0]
        ids.append(db.session.scalar(insert(Attempt).values(scope=scope, digest=digest, at=now).returning(Attempt.id)))
        db.session.commit()
        for limit in LIMITS[scope]:
            wait = max(filter(None, (wait, _wait(digest, limit, now))), default=None)
    found = Try(tuple(ids), wait)
    if wait:
        succeeded(found)
        db.session.commit()
    return found


def _wait(digest: bytes, limit: Limit, now: datetime) -> timedelta | None:
    """How long until fewer than allowed are left within the time; None when it is so now."""
    since = now - limit.within
    # The one that has to grow old first; the newest is the try itself.
    edge = db.session.scalar(
        select(Attempt.at)
        .where(Attempt.digest == digest, Attempt.at > since)
        .order_by(Attempt.at.desc(), Attempt.id.desc())
        .offset(limit.tries)
        .limit(1)
    )
    return None if edge is None else edge - since


def succeeded(tried: Try) -> None:
    """Take a try back, in the caller's transaction: only what failed counts."""
    if tried.ids:
        db.session.execute(delete(Attempt).where(Attempt.id.in_(tried.ids)))
