"""What staff decide about signatories: each decision is logged, without a name, and told to the signatory.

In the caller's transaction. What the log knows a signatory by leads nowhere any more once it is hidden.
"""

from datetime import datetime

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel import audit
from app.kernel.db import db

from . import lines, operations
from .models import ROLLS, Letter, Signatory
from .record import opened

VOUCHED, LOOKED = "voucher", "campaigner"


def accept(signatory_id: int, how: str, *, actor: int, now: datetime) -> bool:
    """Find a mandate good: `how` is voucher or campaigner. False when it does not wait any longer."""
    signatory = operations.locked(signatory_id)
    if signatory is None or signatory.state != "waiting":
        return False
    _log("letters.accept", signatory, actor, now)
    operations.count(signatory, opened(signatory.sealed), how, actor, now)
    return True


def refuse(signatory_id: int, reason: str, *, actor: int, now: datetime) -> bool:
    """Refuse a mandate; its reason is told to the signatory. What was said is deleted after thirty days. False when it
    neither waits nor counts."""
    signatory = operations.locked(signatory_id)
    if signatory is None or signatory.state not in ("waiting", "counted"):
        return False
    _log("letters.refuse", signatory, actor, now)
    lines.remove(signatory.id)
    record = opened(signatory.sealed).told("refused", now, actor, reason=reason)
    signatory.state, signatory.since, signatory.doubts, signatory.told_network = "refused", now.date(), [], None
    signatory.sealed = record.sealed()
    db.session.flush()
    operations.call_for_mail(signatory.id, "refused", now)
    return True


def move(signatory_id: int, roll: str, *, actor: int, now: datetime) -> bool:
    """Have a signatory stand in the other list; it is told. False where it stands there, or may not: a letter without
    individuals has no such list, and an organisation has a name."""
    signatory = operations.locked(signatory_id)
    if signatory is None or roll not in ROLLS or signatory.roll == roll or signatory.state == "refused":
        return False
    record = opened(signatory.sealed)
    individuals = db.session.scalar(select(Letter.individuals).where(Letter.id == signatory.letter_id))
    if (roll == "organisation" and not record.name) or (roll == "individual" and not individuals):
        return False
    _log("letters.move", signatory, actor, now)
    lines.remove(signatory.id)
    signatory.roll = roll
    operations.show(signatory, record.told("moved", now, actor), now)
    operations.call_for_mail(signatory.id, "moved", now)
    return True


def _log(action: str, signatory: Signatory, actor: int, now: datetime) -> None:
    campaign = db.session.scalar(
        select(Campaign.slug).join(Letter, Letter.campaign_id == Campaign.id).where(Letter.id == signatory.letter_id)
    )
    audit.record(action, f"signatory:{signatory.id}", actor=actor, now=now, campaign=campaign)
