"""Mailings that nobody lets go on come to their end, too."""

from datetime import datetime

from sqlalchemy import select

from app.kernel import retention
from app.kernel.db import db

from . import mailing_operations
from .models import Delivery, Mailing
from .retention import LINKS


def end_abandoned(now: datetime, batch: int) -> int:
    """Cancel what began 90 days ago and has sent nothing for as long, as nobody lets it go on: without an end it would
    never be forgotten to whom the rest went (retention.py). Returns how many of this batch."""
    old = now - LINKS
    lately = select(Delivery.id).where(Delivery.mailing_id == Mailing.id, Delivery.sent_at > old).exists()
    asked = select(Mailing).where(Mailing.state.in_(("running", "paused")), Mailing.frozen_at <= old, ~lately)
    found = db.session.scalars(asked.order_by(Mailing.id).limit(batch).with_for_update(skip_locked=True)).all()
    for mailing in found:
        mailing_operations.cancel(mailing, actor=None, now=now)
    return len(found)


retention.register("mobilisation.abandoned", end_abandoned)
