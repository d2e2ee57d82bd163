"""Jobs of the treasurer. Each can run twice without harm."""

import procrastinate

from app.kernel import clock

from . import refunding

tasks = procrastinate.Blueprint()
# Stripe may be away for a day. What is left after that stands at the desk, with a button.
RETRY = procrastinate.RetryStrategy(max_attempts=16, exponential_wait=2, wait=1)


@tasks.task(name="send", retry=RETRY)
def send(refund_id: int) -> None:
    """Ask Stripe for a refund that the page which asked for it did not get through."""
    refunding.send(refund_id, clock.now())
