"""Jobs about mandates and doubles. Each can run twice without harm."""

import procrastinate

from app.kernel import clock
from app.kernel.db import db

from . import pairing

tasks = procrastinate.Blueprint()


@tasks.periodic(cron="*/10 * * * *")
@tasks.task(name="compare")
def compare(timestamp: int) -> None:
    """Compare the signatories of every letter under which there are more or fewer than before."""
    for letter_id in pairing.outdated():
        pairing.compare(letter_id, clock.now())
        db.session.commit()
