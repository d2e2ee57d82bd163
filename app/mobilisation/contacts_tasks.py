"""Jobs about contacts. Each can run twice without harm."""

import procrastinate

from app.kernel.db import db
from app.kernel.logs import log

from . import contacts

# A chunk takes a third of a second: a mailing to everybody, which lets all be made anew, leaves the machine to others.
MOST_FOLDED = 16

tasks = procrastinate.Blueprint()


@tasks.periodic(cron="13 2 * * *")
@tasks.task(name="check")
def check(timestamp: int) -> None:
    """Compare the projection of contacts with what it has to be: report and mend what was amiss (nothing should be)."""
    if found := contacts.check():
        log.error("contacts were not as people say", extra={"number": found})
    db.session.commit()
    if found := contacts.check_bits():
        log.error("bits of contacts were not as contacts say", extra={"number": found})
    db.session.commit()


@tasks.periodic(cron="* * * * *")
@tasks.task(name="fold")
def fold(timestamp: int = 0) -> None:
    """Bring the bits of contacts to what is so where most entries wait, so that few are left to read; each minute, and
    when a list was taken in or back."""
    for _ in range(MOST_FOLDED):
        there = contacts.fold()
        db.session.commit()
        if not there:
            return
