"""What staff decide about signatories: each decision is logged, without a name, and told to the signatory.

In the caller's transaction. What the log knows a signatory by leads nowhere any more once it is hidden.
"""

from datetime import datetime

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel import audit
from app.kernel.db import db

from . import doubting, lines, mandates, operations
from .models import COUNTED_ONLY, INDIVIDUAL, ORGANISATION, PUBLIC, ROLLS, Letter, Signatory
from .record import opened

VOUCHED, LOOKED = "voucher", "campaigner"


def accept(signatory_id: int, how: str, *, actor: int, now: datetime) -> bool:
    """Find a mandate good: `how` is voucher or campaigner. False when it does not wait any longer, or is
    restricted, as with the others here."""
    signatory = operations.locked(signatory_id)
    if signatory is None or signatory.state != "waiting" or opened(signatory.sealed).restricted:
        return False
    log("letters.accept", signatory, actor, now)
    operations.count(signatory, opened(signatory.sealed), how, actor, now)
    return True


def refuse(signatory_id: int, reason: str, *, actor: int, now: datetime) -> bool:
    """Refuse a mandate; its reason is told to the signatory. What was said is deleted after thirty days. False when it
    neither waits nor counts."""
    signatory = operations.locked(signatory_id)
    if signatory is None or signatory.state not in ("waiting", "counted") or opened(signatory.sealed).restricted:
        return False
    log("letters.refuse", signatory, actor, now)
    operations.drop_full_copies(signatory)
    lines.remove(signatory.id)
    record = opened(signatory.sealed).told("refused", now, actor, reason=reason, told_network=None)
    signatory.state, signatory.since, signatory.doubts = "refused", now.date(), []
    signatory.sealed = record.sealed()
    db.session.flush()
    operations.call_for_mail(signatory.id, "refused", now)
    return True


def move(signatory_id: int, roll: str, *, actor: int, now: datetime) -> bool:
    """Have a signatory stand in the other list; it is told. A name that it did not choose to make public as it stood in
    a list of other names, is not made public by it. False where it stands there, or may not: a letter without
    individuals has no such list, and an organisation has a name."""
    signatory = operations.locked(signatory_id)
    if signatory is None or roll not in ROLLS or signatory.roll == roll or signatory.state == "refused":
        return False
    record = opened(signatory.sealed)
    individuals = db.session.scalar(select(Letter.individuals).where(Letter.id == signatory.letter_id))
    if record.restricted or (roll == "organisation" and not record.name) or (roll == "individual" and not individuals):
        return False
    log("letters.move", signatory, actor, now)
    operations.drop_full_copies(signatory)
    lines.remove(signatory.id)
    signatory.roll = roll
    if signatory.visibility == PUBLIC and not mandates.one_name(record.name, record.person):
        # Another name would be public than the one they chose to be: they are counted until they say so themselves.
        signatory.visibility = COUNTED_ONLY
    record = record.told("moved", now, actor)
    if signatory.state == "waiting" and roll == INDIVIDUAL:
        # People speak for themselves.
        operations.count(signatory, record, "self", actor, now, mail="moved")
        return True
    if signatory.state == "counted" and roll == ORGANISATION:
        record, doubts = doubting.looked_at(signatory, record, None, now)
        if doubts:
            operations.hold(signatory, record, doubts, now)
            operations.call_for_mail(signatory.id, "moved", now)
            return True
    operations.show(signatory, record)
    operations.call_for_mail(signatory.id, "moved", now)
    return True


def log(action: str, signatory: Signatory, actor: int, now: datetime) -> None:
    """Write into the log of the desk what was done to a signatory: its number, and nothing of what it said."""
    letter, campaign = _letter(signatory.letter_id)
    # Who is not to be named is not found by its number either, whoever acted.
    subject = (
        f"signatory:{signatory.id}" if signatory.visibility == PUBLIC and not signatory.delayed else f"letter:{letter}"
    )
    audit.record(action, subject, actor=actor, now=now, campaign=campaign)


def log_letter(action: str, letter_id: int, actor: int, now: datetime) -> None:
    """The same of what was done under a letter, without a number."""
    letter, campaign = _letter(letter_id)
    audit.record(action, f"letter:{letter}", actor=actor, now=now, campaign=campaign)


def _letter(letter_id: int) -> tuple[str, str]:
    joined = select(Letter.slug, Campaign.slug).join(Campaign, Campaign.id == Letter.campaign_id)
    return tuple(db.session.execute(joined.where(Letter.id == letter_id)).one())
