"""Limits on begun gifts, counted in PostgreSQL.

Who is over one is told nothing of it: their gift is held, Stripe is not asked, and their page is the one that everybody
has while Stripe is away. It can be tried again, as with everybody.
"""

from datetime import datetime

from sqlalchemy import func, select

from app.kernel.crypto import keyring
from app.kernel.db import db

from . import pressure, rules, switch
from .models import GIFT_STATES, NETWORK_PURPOSE, Gift
from .pressure import Seen


def over(network: str | None, now: datetime) -> bool:
    """Whether this network (None: nobody knows) has begun as many gifts as it may.

    Until the caller commits, nobody else of the network is judged: two at once are not both the last.
    """
    if network is None:
        return False
    digests = keyring().digests(network, NETWORK_PURPOSE)
    # The oldest key's: it stays the same while keys are changed.
    number = int.from_bytes(digests[-1][1:9], signed=True)
    db.session.execute(select(func.pg_advisory_xact_lock(number)))
    asked = Gift.created_at > now - pressure.WINDOW
    begun, given = db.session.execute(
        select(
            func.count().filter(asked, Gift.state != "held"),
            func.count().filter(Gift.state == "given"),
        ).where(Gift.network.in_(digests), Gift.created_at > now - pressure.GIVEN_WITHIN)
    ).one()
    return pressure.over(Seen(begun, given))


def release(gift: Gift, network: str | None, now: datetime) -> bool:
    """Let a held gift be tried, if the network that it is tried from now has not begun too many; whether it may.

    It counts as begun now and there, so that nobody lays in a store of held ones.
    """
    if over(network, now):
        return False
    db.session.refresh(gift, with_for_update=True)
    if gift.state == "held":
        gift.state = rules.moved(gift.state, "begun")
        gift.network = keyring().digests(network, NETWORK_PURPOSE)[0] if network else None
        gift.created_at = gift.changed_at = now
    return True


def raised(now: datetime) -> int:
    """By how many steps the least gift is raised at this moment."""
    until = now - pressure.SETTLES_WITHIN
    # What was held does not count: one network alone would raise it for everybody. Named one by one, as the index
    # begins with the state.
    states = [state for state in GIFT_STATES if state != "held"]
    begun, given = db.session.execute(
        select(func.count(), func.count().filter(Gift.state == "given")).where(
            Gift.state.in_(states),
            Gift.created_at.between(until - pressure.WINDOW, until),
            Gift.livemode == switch.livemode(),
        )
    ).one()
    return pressure.steps(Seen(begun, given))
