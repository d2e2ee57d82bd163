"""Jobs of donations. Each can run twice without harm."""

import procrastinate

from app.kernel import clock
from app.kernel.db import db

from . import booking, reconciling, switch

tasks = procrastinate.Blueprint()
# Stripe may be away for a day; what is lost even so the reconciliation finds.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)


@tasks.task(name="book", retry=RETRY)
def book(event_id: int) -> None:
    """Ask Stripe for the truth about what an event told, and write it into the books."""
    booking.book(event_id, clock.now())
    db.session.commit()


@tasks.periodic(cron="11 4 * * *")
@tasks.task(name="reconcile", retry=RETRY)
def reconcile(timestamp: int) -> None:
    """Compare the books with Stripe's once a day, and take in what was missed."""
    if switch.on():
        reconciling.reconcile(clock.now())
