"""Gifts that arrived, as the books hold them once Stripe has told."""

import secrets
import uuid
from datetime import datetime

from app.donations.models import Gift, Payment, Recipient
from app.kernel import clock
from app.kernel.db import db
from app.people import operations as people

ADDRESS = "amina@example.org"


def organisation(**changes) -> Recipient:
    """The organisation's data, filled in."""
    values = {
        "id": 1,
        "name": "Fictional Society for Rivers",
        "address": "1 Fictional Street\n1200 Nowhere",
        "register": "CHE-000.000.000",
        "reply_to": "treasurer@example.org",
        "tax": {"en": "Fictional words of tax.", "fr": "Mots fictifs du fisc."},
        "changed_at": clock.now(),
        **changes,
    }
    row = Recipient(**values)
    db.session.add(row)
    db.session.flush()
    return row


def gift(address: str | None = ADDRESS, **changes) -> Gift:
    """A gift that was given."""
    digest = people.email_digests(address)[0] if address else None
    values = {
        "key": uuid.uuid4(),
        "token_digest": secrets.token_bytes(32),
        "campaign": "un75",
        "minor": 2500,
        "currency": "EUR",
        "interval": "once",
        "language": "fr",
        "state": "given",
        "livemode": False,
        "donor_name": "Amina Fictive",
        "donor_email": address,
        "donor_digest": digest,
        "created_at": clock.now(),
        "changed_at": clock.now(),
        "given_at": clock.now(),
        **changes,
    }
    row = Gift(**values)
    db.session.add(row)
    db.session.flush()
    return row


def payment(of: Gift, paid_at: datetime | None = None, **changes) -> Payment:
    """A payment of a gift that arrived."""
    values = {
        "gift_id": of.id,
        "charge": f"ch_{secrets.token_hex(8)}",
        "minor": of.minor,
        "currency": of.currency,
        "livemode": of.livemode,
        "paid_at": paid_at or clock.now(),
        "created_at": paid_at or clock.now(),
        **changes,
    }
    row = Payment(**values)
    db.session.add(row)
    db.session.flush()
    return row
