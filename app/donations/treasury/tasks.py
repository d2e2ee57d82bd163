"""Jobs of the treasurer. Each can run twice without harm."""

import procrastinate

from app.kernel import clock
from app.kernel.db import db

from .. import gateway, switch
from . import refunding

tasks = procrastinate.Blueprint()
# Stripe may be away for a day. What is left after that stands at the desk, with a button.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)


@tasks.task(name="send", retry=RETRY)
def send(refund_id: int) -> None:
    """Ask Stripe for a refund that the page which asked for it did not get through."""
    refunding.send(refund_id, clock.now())


@tasks.periodic(cron="41 4 * * *")
@tasks.task(name="follow")
def follow(timestamp: int) -> None:
    """Ask Stripe once a day what became of the refunds that it took lately: what a bank refused counts no more."""
    if not switch.on():
        return
    for refund_id in refunding.to_follow(clock.now()):
        try:
            refunding.follow(refund_id)
        except (gateway.Away, gateway.Refused):
            # Tomorrow is another day, and the next one may be well.
            db.session.rollback()
