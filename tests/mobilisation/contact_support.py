"""What tests of contacts do again and again: contacts with consents, mailings, and mails to them."""

from datetime import timedelta

from sqlalchemy import insert, select

from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import contacts
from app.mobilisation.models import Delivery, Mailing
from app.people.models import Consent
from app.people.org_models import Position
from app.people.positions import Agreement, ledger_rows
from tests.people.org_support import organisation, person


def said(person_id: int, network_id: int, act: str = "given", ago: int = 10, purpose: str = "mobilisation", **more):
    """Somebody says yes or no to a network, so many days ago."""
    at = clock.now() - timedelta(days=ago)
    agreement = Agreement(network_id, (purpose,), act, "Fictional words.", "en", more.get("how", "web"), at)
    db.session.execute(insert(Consent), ledger_rows([person_id], agreement, None, at))
    db.session.commit()


def contact(address: str, *networks: int, name: str = "Fictional Person", agrees: bool = True, **org) -> int:
    """Somebody in an organisation of these networks, who agreed with each to get calls to act; the person's id."""
    made = organisation(org.pop("organisation", f"Fictional {address}"), *networks, **org)
    person_id = db.session.scalar(select(Position.person_id).where(Position.id == person(made, address, name)))
    for network_id in networks if agrees else ():
        said(person_id, network_id)
    return person_id


def mailing(campaign: str = "un75", **values) -> Mailing:
    """A mailing that runs."""
    now = clock.now()
    stamp = {"created_at": now, "changed_at": now, "frozen_at": now, "audience": 0}
    stamp |= {"name": "Fictional", "state": "running", "language": "en"}
    made = Mailing(campaign=campaign, **{**stamp, **values})
    db.session.add(made)
    db.session.commit()
    return made


def delivery(made: Mailing, person_id: int, **values) -> Delivery:
    """A mail of a mailing to somebody; the row with its token."""
    sent = Delivery(
        mailing_id=made.id,
        contact_id=person_id,
        **{"language": "en", "state": "sent", "sent_at": clock.now(), **values},
    )
    db.session.add(sent)
    db.session.commit()
    return sent


def fold_all() -> None:
    """All that entries tell of is taken into the bits of contacts."""
    while contacts.fold():
        pass
