"""Reading the box of reports by the clock. It can run twice without harm: an event is taken once."""

import procrastinate
from flask import current_app

from app.kernel import clock
from app.kernel.logs import log

from . import boxes, gateway, worn

tasks = procrastinate.Blueprint()


@tasks.periodic(cron="*/5 * * * *")
@tasks.task(name="read", queueing_lock="bounces:read", lock="bounces:read")
def read(timestamp: int) -> None:
    """Read the box of reports, if one is set; one that is away is asked again in five minutes."""
    address = current_app.config["BOUNCE_BOX"]
    if not address:
        return
    try:
        counted = boxes.read_box(address, clock.now())
    except (gateway.Away, OSError) as error:
        log.error("the box of reports is away", extra={"error": type(error).__name__})
        return
    if counted:
        log.info("reports read", extra=dict(counted))


@tasks.periodic(cron="29 3 * * *")
@tasks.task(name="worn", queueing_lock="bounces:worn", lock="bounces:worn")
def look_for_worn(timestamp: int) -> None:
    """Write no more to addresses that have taken nothing for long, however their servers said so."""
    if done := worn.look_at_all(clock.now()):
        log.info("addresses take nothing", extra={"number": done})
