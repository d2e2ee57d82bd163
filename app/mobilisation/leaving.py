"""Leaving: one campaign's mails, a network's, or all. By the link of a mail, which is made of its delivery's token.

Such links are forwarded with the mail. So whoever has one can end mails, and learns nothing: neither address nor name
nor what else was chosen. Whatever is personal needs a fresh mail (leaving_choices.py). Works in the caller's
transaction; the ledger of consent keeps each act, in the words that were read.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select, update

from app.kernel.db import db
from app.people import holdings
from app.people.models import Consent, Person
from app.people.operations import record_consent, suppress_person
from app.people.org_models import Network
from app.people.org_queries import agreed, ledger
from app.people.positions import Agreement, ledger_rows

from . import eligibility, stamps
from .models import Delivery, Mailing

# What can be left, the least first: what one click in a mail program leaves is the first.
CAMPAIGN, NETWORK, ALL = LEAVABLE = ("this", "sender", "all")
_WAITS = ("queued", "sending")
_NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True)
class Leaving:
    """A delivery as the page of its link needs it. `person_id` is None where nobody is there any more whom it went to;
    `network` are the names of the network that wrote, None where it was the campaign itself."""

    delivery_id: int
    person_id: int | None
    campaign: str
    network_id: int | None
    network: dict[str, str] | None
    neutral: bool
    language: str


def find(text: str) -> Leaving | None:
    """The delivery whose link this is; None where there is none. Of one that has been forgotten, the link alone tells
    whom it went to."""
    token = stamps.token_of_link(text)
    if token is None:
        return None
    row = db.session.execute(
        select(
            Delivery.id,
            Delivery.contact_id,
            Mailing.campaign,
            Mailing.network_id,
            Network.names,
            Delivery.variant == "neutral",
            Delivery.language,
            Delivery.reader,
        )
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(Network, Network.id == Mailing.network_id)
        .where(Delivery.token.in_((token, stamps.kept(token))))
    ).one_or_none()
    if row is None:
        return None
    *said, reader = row
    found = Leaving(*said)
    if reader is None:
        return found
    person = select(Person.id).where(Person.id == stamps.opened(token, bytes(reader)), Person.erased_at.is_(None))
    return replace(found, person_id=db.session.scalar(person))


def leave(found: Leaving, what: str, wording: str, language: str, now: datetime, how: str = "web") -> None:
    """End mails: of the campaign, of the network that wrote (of every network where it was the campaign itself), or
    all. Twice does no more than once. What waits for this person and may not go any longer is taken out."""
    if found.person_id is None:
        return
    person_id = found.person_id
    if what == CAMPAIGN:
        if not db.session.scalar(select(eligibility.left(person_id, found.campaign))):
            said = {"campaign": found.campaign, "language": language, "wording": wording}
            record_consent(person_id, eligibility.PURPOSE, "withdrawn", **said, how=how, now=now)
    elif what == NETWORK:
        _leave_networks(person_id, found.network_id, wording, language, how, now)
    else:
        suppress_person(person_id, "unsubscribed", now)
        holdings.silence(person_id, language, wording, how, now)
    mine = update(Delivery).where(Delivery.id == found.delivery_id, Delivery.unsubscribed_at.is_(None))
    db.session.execute(mine.values(unsubscribed_at=now).execution_options(**_NO_SYNC))
    take_out(person_id, now)


def _leave_networks(person_id: int, network_id: int | None, wording: str, language: str, how: str, now: datetime):
    """Of the network that wrote, everything; where the campaign wrote itself, the calls to act of every network."""
    for network, purpose in sorted(agreed(ledger(person_id, None))):
        if network == network_id or (network_id is None and purpose == eligibility.PURPOSE):
            agreement = Agreement(network, (purpose,), "withdrawn", wording, language, how, now)
            db.session.execute(insert(Consent), ledger_rows([person_id], agreement, None, now))


def take_out(person_id: int, now: datetime) -> int:
    """Take a person out of what waits to be sent to them and may not be sent any longer; of how many mailings. What a
    worker has claimed it asks for once more before it hands it over."""
    waiting = db.session.execute(
        select(Delivery.id, Mailing.campaign, Mailing.network_id)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .where(Delivery.contact_id == person_id, Delivery.state.in_(_WAITS))
        .order_by(Delivery.id)
    ).all()
    done = 0
    for delivery_id, campaign, network_id in waiting:
        networks = None if network_id is None else (network_id,)
        row = db.session.execute(eligibility.reasons_of([person_id], campaign, now, networks=networks)).one_or_none()
        if row is not None:
            mine = update(Delivery).where(Delivery.id == delivery_id, Delivery.state.in_(_WAITS))
            values = {"state": "excluded", "reason": row.reason, "next_try": None}
            done += db.session.execute(mine.values(**values).execution_options(**_NO_SYNC)).rowcount
    return done
