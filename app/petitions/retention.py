"""How petitions let go of what they held long enough (kernel/retention.py; people/retention.py says how long)."""

from datetime import datetime

from sqlalchemy import select

from app.campaigns.models import BroughtPack
from app.kernel import retention
from app.kernel.db import db
from app.people.queries import usable

from . import bulk, comments, limits, operations, packs, paper_batches, rules
from .models import Signature


def forget_packs(now: datetime, batch: int) -> int:
    """Delete packs that were brought to the desk a week ago. Returns how many of this batch."""
    return retention.delete_some(BroughtPack.id, BroughtPack.brought_at < now - packs.KEPT, batch)


def forget_unconfirmed(now: datetime, batch: int) -> int:
    """Delete signatures that nobody confirmed in thirty days, with what they held. Returns how many of this batch."""
    old = db.session.scalars(
        select(Signature.id)
        .where(Signature.confirmed_at.is_(None), Signature.signed_at <= now - rules.FORGET_AFTER)
        .where(usable(Signature.person_id))
        .order_by(Signature.signed_at)
        .limit(batch)
    ).all()
    for signature_id in old:
        operations.withdraw(signature_id, now, only_pending=True)
    return len(old)


retention.register("petitions.unconfirmed", forget_unconfirmed)
retention.register("petitions.packs", forget_packs)
retention.register("petitions.digests", limits.forget_digests)
retention.register("petitions.refused-comments", lambda now, batch: comments.forget_refused(now))
retention.register("petitions.scans", lambda now, batch: paper_batches.forget_scans(now))
retention.register("petitions.conditions", lambda now, batch: bulk.forget_conditions(now))
