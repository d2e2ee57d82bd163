"""What somebody is written to about, as they see and change it themselves, by a link in a fresh mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from app.kernel import jobs, retention, tokens
from app.kernel.db import db
from app.people.models import Consent, Person, Suppression
from app.people.operations import digests_of, record_consent, unsuppress
from app.people.org_queries import agreed, ledger
from app.people.positions import Agreement, ledger_rows

from . import eligibility, leaving
from .leaving import Leaving
from .leaving_models import ChoiceLink

TASK = "leaving:mail"
KEEP = timedelta(days=7)
# Whoever has a forwarded mail cannot fill its reader's mailbox.
REST = timedelta(hours=1)
_NO_SYNC = {"synchronize_session": False}


@dataclass(frozen=True)
class Choices:
    """What somebody once said yes or no to: pairs of network (id) and purpose, with the names of the networks;
    campaigns (slugs); and what of it holds now. `all_left`: they left all mailings."""

    person_id: int
    names: dict[int, dict[str, str]]
    networks: dict[tuple[int, str], bool]
    campaigns: dict[str, bool]
    all_left: bool


def ask(found: Leaving, language: str, now: datetime) -> None:
    """Have a mail sent to whom a delivery went, with a link to their choices: at most one an hour."""
    person = found.person_id and db.session.get(Person, found.person_id, with_for_update=True)
    if not person or person.email is None:
        return
    lately = ChoiceLink.asked_at > now - REST
    if db.session.scalar(select(ChoiceLink.id).where(ChoiceLink.person_id == person.id, lately).limit(1)):
        return
    link = ChoiceLink(
        person_id=person.id, language=language, neutral=found.neutral, asked_at=now, expires_at=now + KEEP
    )
    db.session.add(link)
    db.session.flush()
    jobs.defer(TASK, jobs.MAIL_QUEUE, link_id=link.id)


def waiting(link_id: int, now: datetime) -> tuple[ChoiceLink, str] | None:
    """A link whose mail has not gone out, and the address it goes to."""
    row = db.session.execute(
        select(ChoiceLink, Person.email)
        .join(Person, Person.id == ChoiceLink.person_id)
        .where(ChoiceLink.id == link_id, ChoiceLink.expires_at > now, Person.email.is_not(None))
    ).one_or_none()
    return row and (row[0], row[1])


def new_token(link_id: int) -> str:
    """A fresh token for a link; the one before works no longer."""
    token, digest = tokens.new_token()
    mine = update(ChoiceLink).where(ChoiceLink.id == link_id).values(token_digest=digest)
    db.session.execute(mine.execution_options(**_NO_SYNC))
    return token


def person_of(token: str, now: datetime) -> int | None:
    """Whose link this is (an id); None where it leads nowhere, or no longer."""
    mine = ChoiceLink.token_digest == tokens.token_digest(token)
    return db.session.scalar(
        select(ChoiceLink.person_id)
        .join(Person, Person.id == ChoiceLink.person_id)
        .where(mine, ChoiceLink.expires_at > now, Person.erased_at.is_(None))
    )


def of(person_id: int) -> Choices:
    """What somebody chose, as it stands. Four queries."""
    rows = ledger(person_id, None)
    holds = agreed(rows)
    said = db.session.execute(
        select(Consent.campaign, Consent.act)
        .where(Consent.person_id == person_id, Consent.campaign.is_not(None), Consent.purpose == eligibility.PURPOSE)
        .order_by(Consent.at, Consent.id)
    )
    person = db.session.get_one(Person, person_id)
    silent = select(Suppression.reason).where(
        Suppression.email_digest.in_(digests_of(person)), Suppression.reason == "unsubscribed"
    )
    return Choices(
        person_id,
        {row.network_id: row.names for row in rows},
        {key: key in holds for key in sorted({(row.network_id, row.purpose) for row in rows})},
        {campaign: act == "given" for campaign, act in said},
        db.session.scalar(silent) is not None,
    )


def choose(
    now_holds: Choices,
    networks: dict[tuple[int, str], bool],
    campaigns: dict[str, bool],
    wording: str,
    language: str,
    now: datetime,
) -> None:
    """Have this hold instead: of what they once said yes or no to. Whoever says yes to anything has not left all
    mailings any longer."""
    person_id = now_holds.person_id
    for (network_id, purpose), held in now_holds.networks.items():
        wanted = networks.get((network_id, purpose), False)
        if wanted != held:
            act = "given" if wanted else "withdrawn"
            agreement = Agreement(network_id, (purpose,), act, wording, language, "web", now)
            db.session.execute(insert(Consent), ledger_rows([person_id], agreement, None, now))
    for campaign, held in now_holds.campaigns.items():
        wanted = campaigns.get(campaign, False)
        if wanted != held:
            said = {"campaign": campaign, "language": language, "wording": wording, "how": "web"}
            record_consent(person_id, eligibility.PURPOSE, "given" if wanted else "withdrawn", **said, now=now)
    if any(networks.get(key) for key in now_holds.networks) or any(campaigns.get(key) for key in now_holds.campaigns):
        unsuppress(person_id, "unsubscribed")
    leaving.take_out(person_id, now)


def forget_links(now: datetime, batch: int) -> int:
    """Delete links that have expired. Returns how many of this batch."""
    return retention.delete_some(ChoiceLink.id, ChoiceLink.expires_at <= now, batch)


retention.register("mobilisation.choices", forget_links)
