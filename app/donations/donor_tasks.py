"""Jobs that follow from what a donor wants. They can run twice without harm."""

import procrastinate

from app.kernel import clock
from app.kernel.db import db

from . import gateway, intake
from .models import Gift

tasks = procrastinate.Blueprint()
# Stripe may be away for a day.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)


@tasks.task(name="end", retry=RETRY)
def end(gift_id: int) -> None:
    """End the monthly gift of a donor who was erased: nobody could be told any longer that it goes on."""
    gift = db.session.get(Gift, gift_id)
    if gift is None or gift.subscription is None or gift.monthly_state == "cancelled":
        db.session.rollback()
        return
    subscription = gift.subscription
    db.session.rollback()
    # No lock is held while Stripe is asked.
    told = gateway.cancel(subscription)
    found = intake.gift_of(None, Gift.id == gift_id)
    if found is not None:
        intake.set_monthly(found, "cancelled", told, clock.now())
    db.session.commit()
