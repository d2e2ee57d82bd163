"""Jobs about campaigns. Their arguments are ids only, and each can run twice without harm."""

import procrastinate

from app.kernel import clock, pagecache
from app.kernel.db import db

from . import pictures, schedules

tasks = procrastinate.Blueprint()


@tasks.task(name="pictures")
def draw_pictures(campaign_id: int) -> None:
    """Draw the share pictures of pages whose words have changed."""
    if pictures.refresh(campaign_id):
        pagecache.bump()
    db.session.commit()


@tasks.periodic(cron="* * * * * */5")
@tasks.task(name="schedule")
def carry_out_schedule(timestamp: int) -> None:
    """Publish, or take back, what is due."""
    schedules.carry_out(clock.now())
    db.session.commit()
