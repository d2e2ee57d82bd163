"""What the desk reads about mailings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.kernel import listing
from app.kernel.db import db
from app.people.models import Person
from app.people.org_models import Membership, Organisation, Position
from app.positions import record

from . import balance, results, stamps
from .engine.models import Pace
from .mailing_operations import LEFT
from .models import Delivery, Lacking, Mailing, MailingText

ORDER = listing.Order((Mailing.id,), descending=True)
UNCERTAIN = listing.Order((Delivery.id,))
LACKING = listing.Order((Lacking.id,))
WAITING = ("queued", "sending")
ENDORSED = (record.CHAMPION, record.SUPPORT)


@dataclass(frozen=True)
class Left:
    """A state in the audience that came to support an ask while a mailing runs, and how many wait there."""

    moved: results.Moved
    queued: int


def page(campaign: str, networks: tuple[int, ...] | None, cursor: str | None):
    """A page of a campaign's mailings, the latest first, and their balances: of these networks' coordinators, or (None)
    all. Raises listing.WrongCursor."""
    columns = (Mailing.id, Mailing.name, Mailing.state, Mailing.created_at, Mailing.starts_at, Mailing.refused)
    statement = select(*columns).where(Mailing.campaign == campaign)
    if networks is not None:
        statement = statement.where(Mailing.network_id.in_(networks))
    part = listing.part(statement, ORDER, cursor)
    return part, balance.of(row.id for row in part.rows)


def texts(mailing_id: int) -> list[MailingText]:
    """The texts of a mailing, by language, the plain one first."""
    order = (MailingText.language, MailingText.variant.desc())
    return list(db.session.scalars(select(MailingText).where(MailingText.mailing_id == mailing_id).order_by(*order)))


def text(mailing_id: int, language: str, variant: str) -> MailingText | None:
    """One of them; None where there is none."""
    which = (MailingText.language == language) & (MailingText.variant == variant)
    return db.session.scalar(select(MailingText).where(MailingText.mailing_id == mailing_id, which))


def spread(mailing_id: int) -> list:
    """How a mailing's recipients stand by state of delivery, reason, language and country; those in a worker's hands
    are queued. One scan of its deliveries."""
    columns = (Delivery.state, Delivery.reason, Delivery.language, Delivery.country)
    rows = db.session.execute(
        select(*columns, func.count()).where(Delivery.mailing_id == mailing_id).group_by(*columns)
    )
    return [("queued" if state == "sending" else state, *rest) for state, *rest in rows]


def left(mailing: Mailing) -> list[Left]:
    """The states that came to support an ask of a mailing while some of its recipients there still wait."""
    if mailing.state not in ("running", "paused"):
        return []
    waiting = dict(
        db.session.execute(
            select(Delivery.country, func.count())
            # Workers claim a small mailing whole: what is in their hands can still be cancelled, too.
            .where(Delivery.mailing_id == mailing.id, Delivery.state.in_(WAITING), Delivery.country.is_not(None))
            .group_by(Delivery.country)
        ).all()
    )
    latest: dict[tuple[str, str], results.Moved] = {}
    for one in results.moved(mailing, waiting):
        latest.setdefault((one.state, one.ask), one)
    endorsed = {one.state: one for one in latest.values() if one.position in ENDORSED}
    return [Left(one, waiting[state]) for state, one in sorted(endorsed.items())]


def recipient(mailing_id: int, contact_id: int):
    """How somebody stands in a mailing that is frozen: language, variant, state, reason, and what fills their slots
    (JSON); None where they are not in it, or nobody knows any more."""
    columns = (
        Delivery.contact_id,
        Delivery.language,
        Delivery.variant,
        Delivery.state,
        Delivery.reason,
        Delivery.slots,
    )
    which = (Delivery.mailing_id == mailing_id) & (Delivery.contact_id == contact_id)
    return db.session.execute(select(*columns).where(which)).one_or_none()


def recipients(mailing_id: int, most: int = 20) -> list:
    """A few of a frozen mailing whom it goes to: contact_id, language and organisation of each."""
    return db.session.execute(
        select(Delivery.contact_id, Delivery.language, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Delivery.organisation_id)
        .where(Delivery.mailing_id == mailing_id, Delivery.contact_id.is_not(None), Delivery.state != "excluded")
        .order_by(Delivery.id)
        .limit(most)
    ).all()


def uncertain(mailing_id: int, cursor: str | None):
    """A page of the recipients of whom nobody knows whether they got it: who they are, for whoever may see them.
    Raises listing.WrongCursor."""
    statement = (
        select(
            Delivery.id,
            Delivery.contact_id,
            Delivery.language,
            Delivery.country,
            Delivery.reason,
            Organisation.name.label("organisation"),
            Person.email,
        )
        .outerjoin(Person, Person.id == Delivery.contact_id)
        .outerjoin(Organisation, Organisation.id == Delivery.organisation_id)
        .where(Delivery.mailing_id == mailing_id, Delivery.state == "uncertain")
    )
    return listing.part(statement, UNCERTAIN, cursor)


def open_uncertain(mailing_ids: Iterable[int]) -> dict[int, list[int]]:
    """The deliveries of which nobody knows whether they went out and on which nobody has decided yet, by mailing."""
    rows = db.session.execute(
        select(Delivery.mailing_id, Delivery.id)
        .where(Delivery.mailing_id.in_(list(mailing_ids)), Delivery.state == "uncertain")
        .where(Delivery.reason.is_distinct_from(LEFT))
        .order_by(Delivery.mailing_id, Delivery.id)
    )
    found: dict[int, list[int]] = {}
    for mailing_id, delivery_id in rows:
        found.setdefault(mailing_id, []).append(delivery_id)
    return found


def lacking(mailing_id: int, slot: str, cursor: str | None):
    """A page of the contacts for whom a slot had no value when the mailing was last tried out. Raises
    listing.WrongCursor."""
    statement = select(Lacking.id, Lacking.contact_id).where(Lacking.mailing_id == mailing_id, Lacking.slot == slot)
    return listing.part(statement, LACKING, cursor)


def people(ids: Iterable[int], networks: tuple[int, ...] | None) -> dict[int, tuple[str, str]]:
    """Name and organisation of contacts, by id, as they stand in the first organisation that they are in, of these
    networks or (None) of all: a coordinator is told of no other."""
    wanted = list(ids)
    if not wanted:
        return {}
    statement = (
        select(Position.person_id, Position.name, Organisation.name)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .where(Position.person_id.in_(wanted), Organisation.joined_into.is_(None))
        .order_by(Position.id.desc())
    )
    if networks is not None:
        mine = select(Membership.organisation_id).where(Membership.network_id.in_(networks))
        statement = statement.where(Organisation.id.in_(mine))
    rows = db.session.execute(statement)
    return {person: (name, organisation) for person, name, organisation in rows}


def waiting(campaign: str | None) -> list[tuple[str, int, datetime]]:
    """How many mailings wait for a second person, and since when, by campaign."""
    return _counted(campaign, Mailing.state == "waiting", func.min(Mailing.asked_at))


def refused(campaign: str | None) -> list[tuple[str, int, datetime]]:
    """How many mailings did not start at their hour, by campaign."""
    return _counted(campaign, (Mailing.state == "draft") & Mailing.refused.is_not(None), func.min(Mailing.changed_at))


def stopped(campaign: str | None) -> list[tuple[str, int, datetime]]:
    """How many mailings stopped by themselves, by campaign."""
    by_itself = (Mailing.state == "paused") & (Mailing.paused_for != "person")
    return _counted(campaign, by_itself, func.min(Mailing.changed_at))


def refusals(mailing_id: int) -> list[tuple[int, str | None, int]]:
    """What servers answered to those of a mailing that it was not sent to, and to how many, the most first."""
    number = func.count()
    refused = Delivery.state.in_(("queued", "failed")) & Delivery.smtp_code.is_not(None)
    statement = select(Delivery.smtp_code, Delivery.enhanced_code, number).where(
        Delivery.mailing_id == mailing_id, refused
    )
    rows = db.session.execute(statement.group_by(Delivery.smtp_code, Delivery.enhanced_code).order_by(number.desc()))
    return [tuple(row) for row in rows]


def unsure(campaign: str | None) -> list[tuple[str, int, datetime]]:
    """How many recipients are uncertain in mailings that are not cancelled, and nobody has decided on, by campaign."""
    statement = (
        select(Mailing.campaign, func.count(Delivery.id), func.min(Mailing.frozen_at))
        .join(Delivery, Delivery.mailing_id == Mailing.id)
        .where(Delivery.state == "uncertain", Delivery.reason.is_distinct_from(LEFT))
        .where(Mailing.state.in_(("running", "paused", "finished")))
        .group_by(Mailing.campaign)
    )
    if campaign is not None:
        statement = statement.where(Mailing.campaign == campaign)
    return [tuple(row) for row in db.session.execute(statement)]


def stopped_domains(campaign: str | None) -> list[tuple[str, int, datetime]]:
    """How many domains are stopped because their server refuses our mail on principle, by campaign that has a mailing
    under way: they hold for all alike."""
    number = select(func.count()).where(Pace.kind == "domain", Pace.stopped_at.is_not(None)).scalar_subquery()
    since = select(func.min(Pace.stopped_at)).where(Pace.kind == "domain").scalar_subquery()
    statement = select(Mailing.campaign, number, since).where(Mailing.state.in_(("running", "paused"))).distinct()
    if campaign is not None:
        statement = statement.where(Mailing.campaign == campaign)
    return [tuple(row) for row in db.session.execute(statement)]


def _counted(campaign: str | None, which, since) -> list[tuple[str, int, datetime]]:
    statement = select(Mailing.campaign, func.count(), since).where(which).group_by(Mailing.campaign)
    if campaign is not None:
        statement = statement.where(Mailing.campaign == campaign)
    return [tuple(row) for row in db.session.execute(statement)]


def of_token(token: bytes):
    """What the personal link of a delivery leads to: campaign, letter, and the public name of the organisation that was
    written to, while that is known. None where the link is nobody's."""
    return db.session.execute(
        select(Mailing.campaign, Mailing.letter, Organisation.name, Organisation.name_language, Organisation.names)
        .select_from(Delivery)
        .join(Mailing, Mailing.id == Delivery.mailing_id)
        .outerjoin(Organisation, Organisation.id == Delivery.organisation_id)
        .where(Delivery.token.in_((token, stamps.kept(token))))
    ).one_or_none()
