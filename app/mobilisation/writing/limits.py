"""What letters to missions share with mailings: the limits of relay, sender and domain hold for both, and each counts
what the other has sent to a mission."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import text

from app.kernel import mail
from app.kernel.db import db

from .. import missions
from ..engine import paces
from . import rules

# What mailings have sent to a mailbox, or are sending; one of which nobody knows whether it went out counts.
_MAILED = text(
    "SELECT count(*) FILTER (WHERE m.at > :hour) AS in_hour, count(*) AS in_day FROM ("
    " SELECT CASE d.state WHEN 'sending' THEN CAST(:now AS timestamptz) WHEN 'uncertain' THEN g.frozen_at"
    "  ELSE d.sent_at END AS at FROM mobilisation_delivery d JOIN mobilisation_mailing g ON g.id = d.mailing_id"
    " WHERE d.mission_id = ANY(:numbers)) AS m WHERE m.at > :day"
)


@dataclass
class Held:
    """The limits that hold for the next mail to an address, locked until the transaction ends, and how many mails of
    mailings the mission there had in the last hour and day."""

    buckets: dict[paces.Key, paces.Bucket]
    asked: tuple[paces.Key, ...]
    mission: paces.Bucket | None
    in_hour: int = 0
    in_day: int = 0

    def take(self, now: datetime) -> bool:
        """Take the leave for one mail; False: it has to wait."""
        if paces.grant(self.buckets, [(0, self.asked)], now)[0] is not None:
            return False
        if self.mission is not None and not self.mission.by_hand:
            # The campaign's own limits have let it go; mailings are to know of it.
            self.mission.take(now)
        paces.save(self.buckets)
        return True


def hold(address: str, now: datetime, *, neutral: bool = False, mission: bool = False) -> Held:
    """What holds for the next mail to an address, a `mission`'s or another's."""
    config = current_app.config
    relay = "mailbox" if mail.uses_mailbox() else config["MAIL_SERVER"] or ""
    sender = config["MAIL_NEUTRAL_SENDER" if neutral else "MAIL_DEFAULT_SENDER"]
    keys = (("relay", relay), ("sender", _domain(sender)), ("domain", _domain(address)))
    if not mission:
        return Held(paces.load(keys), keys, None)
    numbers = missions.numbers(address)
    own = ("mission", str(numbers[0]))
    buckets = paces.load((*keys, own))
    # After the lock: whatever a worker has claimed for it is written down by now.
    window = {"numbers": numbers, "now": now, "hour": now - rules.HOUR, "day": now - rules.DAY}
    seen = db.session.execute(_MAILED, window).one()
    asked = (*keys, own) if buckets[own].by_hand else keys
    return Held(buckets, asked, buckets[own], seen.in_hour, seen.in_day)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].rstrip(">").lower()
