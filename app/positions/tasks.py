"""Jobs about positions. Each can run twice without harm."""

import logging

import procrastinate

from app.kernel import clock
from app.kernel.db import db

from . import refreshing

tasks = procrastinate.Blueprint()
log = logging.getLogger(__name__)


@tasks.periodic(cron="3 0 * * *")
@tasks.task(name="derive")
def derive(timestamp: int) -> None:
    """Derive all positions anew each night: report and mend what was not as the evidence says (nothing should be), and
    bring to the new day what moves by time alone."""
    for slug, campaign_id, ask in refreshing.asks():
        if states := refreshing.amiss(campaign_id, ask):
            log.error("positions of %s on %s were not as the evidence says: %s", slug, ask, " ".join(states))
        refreshing.renew(campaign_id, ask, clock.now())
        db.session.commit()
