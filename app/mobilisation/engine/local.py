"""Mailings on a machine without a relay: each message goes into the mailbox that developers read."""

import time
from collections.abc import Callable

from app.kernel import clock, mail
from app.kernel.db import db

from . import aftermath, claims, outcomes
from .choosing import Chooser
from .journal import Leave, Standing, allow
from .outcomes import Outcome
from .wording import Unwritable, Wording

BATCH = 50


def run(stopping: Callable[[], bool], until_idle: float | None) -> None:
    """Put what is queued into the mailbox until asked to stop, or until nothing was there for so many seconds."""
    busy = time.monotonic()
    while not stopping():
        now = time.monotonic()
        if drain(stopping):
            busy = now
        elif until_idle is not None and now - busy > until_idle:
            return
        else:
            time.sleep(0.3)


def drain(stopping: Callable[[], bool] = lambda: False) -> int:
    """Put all that may go now into the mailbox, with the same claims and leaves as over a relay; how many it were."""
    chooser, wording, sent = Chooser("mailbox", "mailbox"), Wording(), 0
    worker = claims.enlist()
    while not stopping():
        found = chooser.claim(worker, [BATCH])
        db.session.commit()
        for claim in found:
            done: list[Outcome] = []
            for place, parcel in enumerate(claim.parcels, 1):
                try:
                    letter = wording.write(claim.mailing_id, parcel)
                except Unwritable as error:
                    done.append(outcomes.unfit(parcel.id, str(error)))
                    continue
                leave = Leave(claim.line_id, place, parcel.id, claim.mailing_id)
                allowed = allow(worker, {claim.line_id: Standing(place)}, leave)
                db.session.commit()
                if not allowed:
                    continue
                mail.put(mail.mailbox_dir(), letter.content.replace(b"\r\n..", b"\r\n."))
                done.append(Outcome(parcel.id, "sent", code=250, enhanced="2.0.0"))
                sent += 1
            claims.settle(done)
            settled = {outcome.delivery_id for outcome in done}
            claims.end([claim.line_id], [parcel.id for parcel in claim.parcels if parcel.id not in settled])
            db.session.commit()
        if not found:
            break
    claims.resign(worker)
    aftermath.tidy(clock.now())
    db.session.commit()
    return sent
