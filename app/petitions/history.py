"""What befell one signature: for whoever has to judge it. Four statements, however long the story is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts import holders
from app.kernel.audit import Entry
from app.kernel.db import db

from .desk_models import Bulk, BulkRow
from .models import SignatureMail
from .searching import Whole

MOST = 200


@dataclass(frozen=True)
class Event:
    """One thing that happened: `what` is signed, mail, confirmed, false, or an action of the audit log; `detail` a
    mail's kind, or the number of a bulk action; `who` a colleague's name."""

    at: datetime
    what: str
    detail: str | None = None
    who: str | None = None
    reason: str | None = None


def events(signature: Whole) -> list[Event]:
    """The story of a signature, the oldest first."""
    mails = db.session.execute(
        select(SignatureMail.sent_at, SignatureMail.kind)
        .where(SignatureMail.signature_id == signature.id)
        .order_by(SignatureMail.id)
        .limit(MOST)
    ).all()
    entries = db.session.execute(
        select(Entry.at, Entry.action, Entry.actor, Entry.reason)
        .where(Entry.subject == f"signature:{signature.id}")
        .order_by(Entry.id.desc())
        .limit(MOST)
    ).all()
    together = db.session.execute(
        select(Bulk.id, Bulk.asked_at, Bulk.asked_by, Bulk.reason)
        .join(BulkRow, BulkRow.bulk_id == Bulk.id)
        .where(BulkRow.signature_id == signature.id, BulkRow.done)
    ).all()
    who = holders.names({row.actor for row in entries} | {row.asked_by for row in together})
    found = [Event(signature.signed_at, "signed")]
    found += [Event(row.sent_at, "mail", row.kind) for row in mails]
    found += [Event(row.asked_at, "false", str(row.id), who.get(row.asked_by), row.reason) for row in together]
    if signature.confirmed_at:
        found.append(Event(signature.confirmed_at, "confirmed"))
    found += [Event(row.at, row.action, None, who.get(row.actor), row.reason) for row in entries]
    return sorted(found, key=lambda event: event.at)
