"""Everything that writes gifts and entries by hand. Each verb works in the caller's transaction."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select

from app.kernel.crypto import keyring
from app.kernel.db import db
from app.kernel.tokens import new_token, token_digest

from . import booking, rules, switch
from .books import MANUAL_KINDS, Entry
from .models import NETWORK_PURPOSE, Gift
from .money import Money

# Stripe forgets a call's key after a day, and a session expires by then: an older row is not tried again.
TRIED_AGAIN_FOR = timedelta(hours=23)


def begin(
    *,
    campaign: str,
    given: Money,
    interval: str,
    language: str,
    now: datetime,
    shown_name: str | None = None,
    network: str | None = None,
    held: bool = False,
) -> tuple[Gift, str]:
    """Write down a gift before Stripe is asked: the row, and the token of its page.

    What is given has been checked (rules.too_little, too_much). `held`: a limit was met; no call is to be made, and its
    page looks like any other's. Commit before the call.
    """
    token, digest = new_token()
    gift = Gift(
        key=uuid.uuid4(),
        token_digest=digest,
        campaign=campaign,
        minor=given.minor,
        currency=given.currency,
        interval=interval,
        language=language,
        state="held" if held else "begun",
        livemode=switch.livemode(),
        shown_name=shown_name or None,
        network=keyring().digests(network, NETWORK_PURPOSE)[0] if network else None,
        created_at=now,
        changed_at=now,
    )
    db.session.add(gift)
    db.session.flush()
    return gift, token


def by_token(token: str) -> Gift | None:
    """The gift whose page has this token."""
    return db.session.scalar(select(Gift).where(Gift.token_digest == token_digest(token)))


def may_try(gift: Gift, now: datetime) -> bool:
    """Whether Stripe may be asked for this gift's session (again): it was begun lately, and none is known."""
    return gift.state == "begun" and now - gift.created_at < TRIED_AGAIN_FOR


def opened(gift: Gift, session: str, url: str, now: datetime) -> None:
    """Note the session that Stripe opened for a gift, and where it is paid. What its webhook said meanwhile stands."""
    db.session.refresh(gift, with_for_update=True)
    gift.session = gift.session or session
    gift.state = rules.moved(gift.state, "open")
    if gift.state == "open":
        gift.checkout_url = url
    gift.changed_at = now


def enter(
    *,
    kind: str,
    key: uuid.UUID,
    given: Money,
    campaign: str | None,
    happened_at: datetime,
    note: str,
    staff_id: int,
    now: datetime,
) -> bool:
    """Enter a bank transfer (`transfer`) or a `grant` by hand. `key` is the form's own: sent twice it is entered once.
    Whether it was entered now. Raises ValueError for another kind."""
    if kind not in MANUAL_KINDS:
        raise ValueError(kind)
    values = _by_hand(kind, str(key), given, campaign, happened_at, now)
    return bool(booking.append([{**values, "note": note or None, "staff_id": staff_id}]))


def reverse(entry_id: int, note: str, staff_id: int, now: datetime) -> bool:
    """Take a line that was entered by hand back by another with the opposite sign; once. Whether it was now.

    Raises ValueError where there is no such line by hand, or it takes one back itself.
    """
    old = db.session.get(Entry, entry_id)
    if old is None or old.source != "manual" or old.reverses:
        raise ValueError(entry_id)
    given = Money(-old.minor, old.currency)
    values = _by_hand(old.kind, f"reverses {old.id}", given, old.campaign, old.happened_at, now)
    values |= {"livemode": old.livemode, "note": note or None, "staff_id": staff_id, "reverses": old.id}
    return bool(booking.append([values]))


def _by_hand(kind: str, key: str, given: Money, campaign: str | None, happened_at: datetime, now: datetime) -> dict:
    return {
        "kind": kind,
        "source": "manual",
        "source_id": key,
        "livemode": switch.livemode(),
        "minor": given.minor,
        "currency": given.currency,
        "settled_minor": given.minor,
        "settled_currency": given.currency,
        "campaign": campaign,
        "happened_at": happened_at,
        "booked_at": now,
    }
