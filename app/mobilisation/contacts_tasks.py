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
    if found.amiss:
        log.error("contacts were not as people say", extra={"number": found.amiss})
    db.session.commit()
