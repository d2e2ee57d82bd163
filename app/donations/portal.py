"""The link to one's own monthly gifts, which goes by mail to the address that Stripe told, and to nobody who asks."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.kernel import jobs, retention
from app.kernel.db import db
from app.kernel.tokens import new_token, token_digest
from app.people.operations import email_digests

from . import public_queries
from .models import Gift, Link

TASK = "giving:link"
# Nobody can fill somebody's mailbox by asking again and again.
REST = timedelta(hours=1)


def ask(address: str) -> None:
    """Have a link mailed to an address if a monthly gift of it is running. What is answered says nothing of that."""
    gifts = public_queries.running(email_digests(address))
    if gifts:
        jobs.defer(TASK, jobs.MAIL_QUEUE, gift_id=gifts[0].id)


def new_link(gift_id: int, now: datetime) -> tuple[Gift, str] | None:
    """A fresh link for whoever gives a gift, and its token; None where they had one within the hour, or nothing of
    theirs runs any longer. Of two at once the second waits for the first."""
    gift = db.session.get(Gift, gift_id, with_for_update=True)
    if gift is None or gift.donor_email is None or gift.monthly_state in (None, "cancelled"):
        return None
    if db.session.scalar(select(Link.gift_id).where(Link.gift_id == gift_id, Link.made_at > now - REST).limit(1)):
        return None
    token, digest = new_token()
    db.session.add(Link(token_digest=digest, gift_id=gift_id, made_at=now))
    db.session.flush()
    return gift, token


def take_back(token: str) -> None:
    """Forget a link that nobody got."""
    db.session.execute(delete(Link).where(Link.token_digest == token_digest(token)))


def forget_links(now: datetime, batch: int) -> int:
    """Delete links that work no longer. Returns how many of this batch."""
    return retention.delete_some(Link.token_digest, Link.made_at <= now - public_queries.LINK_WORKS, batch)


retention.register("donations.links", forget_links)
