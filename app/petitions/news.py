"""News to signers who asked for them: who waits for an update, who has had it, and who wants no more.

What is to be sent stands in `petitions_sending`, who has had it in `petitions_update_mail`; the jobs hold nothing.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.campaigns.models import Campaign
from app.campaigns.update_queries import UpdateView, languages_of, updates
from app.kernel import jobs
from app.kernel.db import db
from app.kernel.i18n import EVERY
from app.people import operations as people
from app.people.models import Person, Suppression

from .models import Petition, Sending, Signature, UpdateMail

TASK = "news:send_update"
BATCH = 25


@dataclass(frozen=True)
class Audience:
    """Who waits for an update, by language; `untranslated` are those whose language does not have it yet."""

    waiting: dict[str, int]
    untranslated: dict[str, int]
    reached: int


@dataclass(frozen=True)
class Order:
    """A sending as the job that works on it needs it; `words` by language."""

    id: int
    petition_id: int
    campaign: str
    slug: str
    asked_at: datetime
    done_at: datetime | None
    words: dict[str, UpdateView]


@dataclass(frozen=True)
class Reader:
    """Somebody who waits for an update."""

    signature_id: int
    address: str
    language: str
    area: str
    further: str | None = None


def words_of(campaign_id: int, slug: str) -> dict[str, UpdateView]:
    """An update in every language that has it; empty when there is none of that name."""
    return {code: view for code in languages_of(campaign_id, slug) for view in updates(campaign_id, code, slug)}


def audience(petition: Petition, slug: str, now: datetime) -> Audience:
    """Who would get an update if it went out now."""
    words = words_of(petition.campaign_id, slug)
    spoken = (Signature.language, Signature.further)
    statement = _waiting(petition.id, slug, now).with_only_columns(*spoken, func.count()).group_by(*spoken)
    found: Counter[str] = Counter()
    for language, further, number in db.session.execute(statement):
        found[further if further in words else language] += number
    reached = db.session.scalar(
        select(func.count())
        .select_from(UpdateMail)
        .join(Signature, Signature.id == UpdateMail.signature_id)
        .where(Signature.petition_id == petition.id, UpdateMail.update_slug == slug)
    )
    return Audience(
        waiting={code: found[code] for code in EVERY if code in found and code in words},
        untranslated={code: found[code] for code in EVERY if code in found and code not in words},
        reached=reached,
    )


def _waiting(petition_id: int, slug: str, now: datetime):
    """Those who confirmed, want news, may be written to, and have not had this update. False signatures get none."""
    had = select(UpdateMail).where(UpdateMail.signature_id == Signature.id, UpdateMail.update_slug == slug).exists()
    silent = (
        select(Suppression)
        .where(
            Suppression.email_digest == Person.email_digest,
            # Who left all mailings took back the news with them; who agreed to news since gets them.
            Suppression.reason != "unsubscribed",
            or_(Suppression.until.is_(None), Suppression.until > now),
        )
        .exists()
    )
    return (
        select(Signature.id)
        .join(Person, Person.id == Signature.person_id)
        .where(
            Signature.petition_id == petition_id,
            Signature.state == "confirmed",
            Signature.updates,
            Signature.erased.is_(False),
            Person.email.is_not(None),
            ~had,
            ~silent,
        )
    )


def ask(petition_id: int, slug: str, now: datetime) -> None:
    """Have an update sent to whoever waits for it. Asked again, it goes to those who have not had it yet."""
    changes = {"asked_at": now, "done_at": None}
    sending_id = db.session.scalar(
        upsert(Sending)
        .values(petition_id=petition_id, update_slug=slug, **changes)
        .on_conflict_do_update(index_elements=["petition_id", "update_slug"], set_=changes)
        .returning(Sending.id)
    )
    go_on(sending_id)


def go_on(sending_id: int, after_id: int = 0, at: datetime | None = None) -> None:
    """Queue the next batch of a sending, behind whatever else waits: those whose id is above `after_id`."""
    jobs.defer(TASK, jobs.MAIL_QUEUE, at, jobs.PATIENT, sending_id=sending_id, after_id=after_id)


def resume_lost() -> int:
    """Queue every sending that is not done and has no job any longer. Returns how many."""
    jobless = text(
        "NOT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = 'news:send_update'"
        " AND status IN ('todo', 'doing') AND args @> jsonb_build_object('sending_id', petitions_sending.id))"
    )
    lost = db.session.scalars(select(Sending.id).where(Sending.done_at.is_(None), jobless)).all()
    for sending_id in lost:
        go_on(sending_id)
    return len(lost)


def order(sending_id: int) -> Order | None:
    """What a sending is to send; None when it is gone."""
    row = db.session.execute(
        select(Sending, Campaign.slug, Petition.campaign_id)
        .join(Petition, Petition.id == Sending.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Sending.id == sending_id)
    ).one_or_none()
    if row is None:
        return None
    sending, campaign, campaign_id = row
    words = words_of(campaign_id, sending.update_slug)
    return Order(
        sending_id, sending.petition_id, campaign, sending.update_slug, sending.asked_at, sending.done_at, words
    )


def next_ids(order: Order, after_id: int, now: datetime, most: int = BATCH) -> list[int]:
    """The signatures that wait and whose language has the text, by id from the one after `after_id`."""
    statement = (
        _waiting(order.petition_id, order.slug, now)
        .where(Signature.id > after_id)
        .where(or_(Signature.language.in_(order.words), Signature.further.in_(order.words)))
        .order_by(Signature.id)
        .limit(most)
    )
    return list(db.session.scalars(statement))


def reader(order: Order, signature_id: int, now: datetime) -> Reader | None:
    """Whoever waits under a signature, as it stands this moment; None when they no longer do."""
    statement = (
        _waiting(order.petition_id, order.slug, now)
        .with_only_columns(Signature.id, Person.email, Signature.language, Signature.area, Signature.further)
        .where(Signature.id == signature_id)
    )
    row = db.session.execute(statement).one_or_none()
    return row and Reader(*row)


def note(order: Order, signature_id: int, now: datetime) -> bool:
    """Note that a signer gets the update. False when somebody else did so; while they still may fail, this waits."""
    statement = upsert(UpdateMail).values(signature_id=signature_id, update_slug=order.slug, sent_at=now)
    return db.session.scalar(statement.on_conflict_do_nothing().returning(UpdateMail.signature_id)) is not None


def finish(sending_id: int, now: datetime) -> None:
    """Note that nobody waits any longer."""
    db.session.execute(update(Sending).where(Sending.id == sending_id).values(done_at=now))


def end(signature_id: int, language: str, wording: str, now: datetime) -> None:
    """Send no more news to a signer; the ledger of consent says when, and by which words."""
    row = db.session.execute(
        update(Signature)
        .where(Signature.id == signature_id, Signature.updates)
        .where(Petition.id == Signature.petition_id, Campaign.id == Petition.campaign_id)
        .values(updates=False)
        .returning(Signature.person_id, Campaign.slug)
    ).one_or_none()
    if row:
        people.record_consent(
            row.person_id,
            "updates",
            "withdrawn",
            campaign=row.slug,
            language=language,
            wording=wording,
            how="web",
            now=now,
        )
