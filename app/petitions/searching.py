"""What the desk reads about signatures: lists by key, one signature, and masks over whoever did not choose to be shown.

No statement per row; no count without an end.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.campaigns.models import Campaign
from app.kernel import listing
from app.kernel.db import db
from app.people import operations as people
from app.people.disclosure import PUBLIC, Signing, may_be_told
from app.people.models import Person

from . import selecting
from .models import Petition, Signature
from .selecting import Chosen

SAMPLE = 20
# A bulk action may hold so many signatures; what is counted for a page is counted up to here.
MOST = 100_000
DOTS = "•••"


def masked(name: str | None) -> str:
    """A name as it may be seen by whoever has given no reason to see it: its first letter, where that is not a name by
    itself, and dots. Pure."""
    first = (name or "")[:1]
    # The first character of a Chinese, Japanese or Korean name is a family name.
    letter = first if first.isalpha() and unicodedata.east_asian_width(first) not in "WF" else ""
    return letter + DOTS


def is_shown(state: str, shown: str) -> bool:
    """Whether the public list shows the name of a signature, by the rule of people/disclosure.py. Pure."""
    return state == "confirmed" and may_be_told(Signing(shown), (), "") == PUBLIC


@dataclass(frozen=True)
class Line:
    """One signature of a list; `name` is masked unless the public list shows it. Of network and domain eight digits."""

    id: int
    signed_at: datetime
    name: str
    public: bool
    area: str
    state: str
    held: str | None
    network: str | None
    domain: str | None
    source: str | None


COLUMNS = (
    Signature.id,
    Signature.signed_at,
    Signature.name,
    Signature.shown,
    Signature.area,
    Signature.state,
    Signature.held,
    Signature.network,
    Signature.domain,
    Signature.source,
)


def line(row) -> Line:
    """A row of `COLUMNS` as a list shows it."""
    public = is_shown(row.state, row.shown)
    return Line(
        id=row.id,
        signed_at=row.signed_at,
        name=row.name if public and row.name else masked(row.name),
        public=public,
        area=row.area,
        state=row.state,
        held=row.held,
        network=selecting.short(row.network),
        domain=selecting.short(row.domain),
        source=row.source,
    )


def page(petition_id: int, wanted: Chosen, cursor: str | None, oldest_first: bool) -> tuple[list[Line], listing.Part]:
    """One page of the signatures that are meant, by the moment of signing. Raises listing.WrongCursor."""
    order = listing.Order((Signature.signed_at, Signature.id), descending=not oldest_first)
    part = listing.part(select(*COLUMNS).where(*selecting.clauses(petition_id, wanted)), order, cursor)
    return [line(row) for row in part.rows], part


def sample(petition_id: int, wanted: Chosen) -> list[Line]:
    """The latest few of the signatures that are meant and are not called false."""
    statement = (
        select(*COLUMNS)
        .where(*selecting.clauses(petition_id, wanted), Signature.state != "fraudulent")
        .order_by(Signature.signed_at.desc())
        .limit(SAMPLE)
    )
    return [line(row) for row in db.session.execute(statement)]


def number(petition_id: int, wanted: Chosen) -> int:
    """How many signatures are meant that are not called false; one more than MOST where they are too many."""
    meant = select(Signature.id).where(*selecting.clauses(petition_id, wanted), Signature.state != "fraudulent")
    return db.session.scalar(select(func.count()).select_from(meant.limit(MOST + 1).subquery()))


def by_address(petition_id: int, address: str) -> int | None:
    """The id of the signature under an address that `checked_address` returned; None when there is none."""
    statement = (
        select(Signature.id)
        .join(Person, Person.id == Signature.person_id)
        .where(Signature.petition_id == petition_id, Person.email_digest.in_(people.email_digests(address)))
    )
    return db.session.scalar(statement.limit(1))


@dataclass(frozen=True)
class Whole:
    """Everything the desk shows of one signature but who it is: name and address are masked, `look` shows them."""

    id: int
    campaign: str
    petition: str
    name: str
    public: bool
    area: str
    shown: str
    state: str
    held: str | None
    false_reason: str | None
    language: str
    text_version: int
    source: str | None
    updates: bool
    erased: bool
    restricted: bool
    signed_at: datetime
    confirmed_at: datetime | None
    network: str | None
    domain: str | None
    comment: str | None
    comment_state: str | None


def one(campaign: str, petition: str, signature_id: int) -> Whole | None:
    """One signature of a campaign's petition; None when there is none. What is said beside a name that is not shown is
    masked with the name."""
    row = _row(campaign, petition, signature_id, Signature, Person.restricted_at)
    if row is None:
        return None
    s, restricted = row[0], row[1] is not None
    public = is_shown(s.state, s.shown) and not restricted
    return Whole(
        id=s.id,
        campaign=campaign,
        petition=petition,
        name=s.name if public and s.name else masked(s.name),
        public=public,
        area=s.area,
        shown=s.shown,
        state=s.state,
        held=s.held,
        false_reason=s.false_reason,
        language=s.language,
        text_version=s.text_version,
        source=s.source,
        updates=s.updates,
        erased=s.erased,
        restricted=restricted,
        signed_at=s.signed_at,
        confirmed_at=s.confirmed_at,
        network=selecting.short(s.network),
        domain=selecting.short(s.domain),
        comment=s.comment if public else (s.comment and DOTS),
        comment_state=s.comment_state,
    )


@dataclass(frozen=True)
class InTheClear:
    """Who signed, in the clear: for one look, with a reason."""

    name: str | None
    address: str | None
    comment: str | None


def in_the_clear(campaign: str, petition: str, signature_id: int) -> InTheClear | None:
    """Who signed; None where that is restricted. Whoever calls this writes the look down, with its reason, in the same
    transaction."""
    row = _row(campaign, petition, signature_id, Person.restricted_at, Signature.name, Person.email, Signature.comment)
    return InTheClear(*row[1:]) if row and row[0] is None else None


def _row(campaign: str, petition: str, signature_id: int, *columns):
    statement = (
        select(*columns)
        .select_from(Signature)
        .join(Person, Person.id == Signature.person_id)
        .join(Petition, Petition.id == Signature.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Campaign.slug == campaign, Petition.slug == petition, Signature.id == signature_id)
    )
    return db.session.execute(statement).one_or_none()
