"""Jobs about contacts. Each can run twice without harm."""

import procrastinate
from sqlalchemy.exc import OperationalError

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


@tasks.periodic(cron="* * * * *")
@tasks.task(name="fold")
def fold(timestamp: int) -> None:
    """Take in who was written to and by how much kinds of contacts grew, so that few entries are left to read."""
    try:
        while contacts.fold():
            db.session.commit()
        db.session.commit()
    except OperationalError:
        # Somebody writes many contacts: entries wait until the next minute, and count meanwhile.
        db.session.rollback()
