"""Jobs about contacts. Each can run twice without harm."""

import procrastinate

from app.kernel.db import db
from app.kernel.logs import log

from . import contacts

tasks = procrastinate.Blueprint()


@tasks.periodic(cron="13 2 * * *")
@tasks.task(name="check")
def check(timestamp: int) -> None:
    """Compare the projection of contacts with what it has to be: report and mend what was amiss (nothing should be)."""
    found = contacts.check()
    if found.amiss or found.miscounted:
        log.error("contacts were not as people say", extra={"number": found.amiss, "kinds": found.miscounted})
    db.session.commit()


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="fold")
def fold(timestamp: int) -> None:
    """Add up by how much kinds of contacts grew, so that few entries are left to read."""
    contacts.fold()
    db.session.commit()
