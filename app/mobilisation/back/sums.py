"""What a page tells of what came back of a mailing: sums, of nobody."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from app.kernel.db import db

from ..models import Delivery
from . import events
from .model import SOFT


@dataclass(frozen=True)
class CameBack:
    """How many of a mailing's mails came back for good, came back for now, were reported as unwanted, made somebody
    leave."""

    bounced: int = 0
    soft: int = 0
    complained: int = 0
    unsubscribed: int = 0

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return any((self.bounced, self.soft, self.complained, self.unsubscribed))


def came_back(mailing_id: int) -> CameBack:
    """The sums of one mailing. Addresses that a server refused at once are not among them: those mails failed, and
    never went out. What came back for now is told for as long as it is kept (events.KEEP)."""
    marks = (Delivery.bounced_at, Delivery.complained_at, Delivery.unsubscribed_at)
    sums = (func.count(mark).filter(Delivery.state.in_(("sent", "uncertain"))) for mark in marks)
    told = or_(*(mark.is_not(None) for mark in marks))
    bounced, complained, unsubscribed = db.session.execute(
        select(*sums).where(Delivery.mailing_id == mailing_id, told)
    ).one()
    return CameBack(bounced, events.counts(mailing_id)[SOFT], complained, unsubscribed)
