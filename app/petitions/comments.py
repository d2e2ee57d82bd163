"""What signers say beside their names: read by a person before it appears, gone with the name.

Works in the caller's transaction. What may appear stands in `signature_queries.signatories`: a confirmed signature, a
name that is shown, a comment that was let.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.campaigns.models import Campaign
from app.kernel import audit, listing, pagecache
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people.queries import usable

from .models import COMMENT_CONTEXT, Petition, Signature

WAITING, LET, REFUSED = "waiting", "let", "refused"
STATES = (WAITING, LET, REFUSED)
# A refused one stays so long, that its person can see and mend it.
KEEP_REFUSED = timedelta(days=30)
BATCH = 500


def values_of(comment: str | None, now: datetime) -> dict[str, object]:
    """The parameters for a comment, or for none, of the statement that signs."""
    return {
        "comment": keyring().encrypt(comment, COMMENT_CONTEXT) if comment else None,
        "comment_state": WAITING if comment else None,
        "comment_at": now if comment else None,
    }


def write(signature_id: int, comment: str | None, now: datetime) -> None:
    """Put a signer's own comment in the place of the one before, or with None take it away. A changed one is read again
    before it appears; an unchanged one stands as it stood."""
    signature = db.session.scalar(
        select(Signature).where(Signature.id == signature_id, Signature.erased.is_(False)).with_for_update()
    )
    if signature is None or signature.comment == comment:
        return
    signature.comment = comment
    signature.comment_state = comment and WAITING
    signature.comment_at = now if comment else None
    db.session.flush()
    pagecache.bump()


@dataclass(frozen=True)
class Waiting:
    """One comment as a moderator reads it, with the name it is to stand beside."""

    id: int
    petition: str
    name: str
    comment: str
    at: datetime

    @property
    def stamp(self) -> str:
        """What tells this very wording from a later one."""
        return self.at.isoformat()


def queue(campaign: str, state: str, cursor: str | None) -> tuple[list[Waiting], listing.Part]:
    """Comments of a campaign in a state, oldest first, of those alone whose name is shown. One query.

    Raises listing.WrongCursor.
    """
    statement = (
        select(
            Signature.id,
            Signature.comment_at,
            Signature.name,
            Signature.comment,
            Petition.slug,
        )
        .join(Petition, Petition.id == Signature.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(
            Campaign.slug == campaign,
            Signature.comment_state == state,
            Signature.shown == "name",
            Signature.state == "confirmed",
            usable(Signature.person_id),
        )
    )
    order = listing.Order((Signature.comment_at, Signature.id), descending=state != WAITING)
    part = listing.part(statement, order, cursor)
    return [Waiting(r.id, r.slug, r.name, r.comment, r.comment_at) for r in part.rows], part


def decide(signature_id: int, let: bool, *, campaign: str, stamp: str | None, actor: int | None, now: datetime) -> bool:
    """Let a comment appear, or refuse it. `stamp` is that of the wording that was read; None: whichever stands.

    False, and then nothing is done, when it says something else by now or is gone.
    """
    signature = db.session.scalar(
        select(Signature)
        .join(Petition, Petition.id == Signature.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Signature.id == signature_id, Campaign.slug == campaign, Signature.comment_state.is_not(None))
        .with_for_update(of=Signature)
    )
    if signature is None or (stamp is not None and signature.comment_at.isoformat() != stamp):
        return False
    before, after = signature.comment_state, LET if let else REFUSED
    signature.comment_state, signature.comment_at = after, now
    audit.record(
        "comments.let" if let else "comments.refuse",
        f"signature:{signature_id}",
        actor=actor,
        now=now,
        campaign=campaign,
        before={"comment": before},
        after={"comment": after},
    )
    pagecache.bump()
    return True


def forget_refused(now: datetime) -> int:
    """Delete comments that were refused thirty days ago. Returns how many of this batch; 0: none is left."""
    old = select(Signature.id).where(
        Signature.comment_state == REFUSED, Signature.comment_at <= now - KEEP_REFUSED, usable(Signature.person_id)
    )
    done = db.session.execute(
        update(Signature)
        .where(Signature.id.in_(old.limit(BATCH).with_for_update(skip_locked=True)))
        .values(comment=None, comment_state=None, comment_at=None)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount
