"""What is read of single signatures: those whose people chose to be shown, and one's own, by the link in a mail."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.kernel import tokens
from app.kernel.db import db
from app.people.disclosure import PUBLIC, Signing, may_be_told
from app.people.queries import usable
from app.states import queries as states

from . import rules
from .counting import disclosed
from .models import Petition, Signature, SignatureLink

LIST_PAGE = 50


@dataclass(frozen=True)
class SignatoryRow:
    """One line of the public list: a name or none, a place or none, the day of confirming, a comment that was let."""

    name: str | None
    area: str | None
    region: str | None
    day: date
    comment: str | None


def signatories(
    petition_id: int, before: int | None = None, limit: int = LIST_PAGE
) -> tuple[list[SignatoryRow], int | None]:
    """Those who chose to be shown, newest first, `limit` at a time; and the number to continue before, or None.

    Who chose "name and area" is shown with both: it is their choice. Who chose the area alone is shown with it only
    where that area stands under its own name by the disclosure rule, and else with its region.
    """
    said = (Signature.name, Signature.comment, Signature.comment_state)
    statement = (
        select(Signature.id, Signature.area, Signature.shown, Signature.confirmed_at, *said)
        .where(Signature.petition_id == petition_id, Signature.state == "confirmed", Signature.shown != "none")
        .where(usable(Signature.person_id))
        .order_by(Signature.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Signature.id < before)
    found = db.session.execute(statement).all()
    open_areas, regions = disclosed(petition_id).areas, states.region_of()
    rows = []
    for row in found[:limit]:
        named = may_be_told(Signing(row.shown), (), "") == PUBLIC
        area = row.area if row.area in regions and (named or row.area in open_areas) else None
        region = regions.get(row.area) if area is None else None
        name, comment = row.name if named else None, row.comment if named and row.comment_state == "let" else None
        rows.append(SignatoryRow(name, area, region, row.confirmed_at.date(), comment))
    return rows, found[limit - 1].id if len(found) > limit else None


@dataclass(frozen=True)
class OwnSignature:
    """A signature as the holder of its link sees it; whether it was called false is not told. `further` is the language
    besides the six that its person reads in."""

    id: int
    petition: str
    state: str
    name: str
    area: str
    shown: str
    updates: bool
    signed_at: datetime
    comment: str | None
    comment_state: str | None
    further: str | None


def own_signature(token: str) -> OwnSignature | None:
    """The signature that a link from a mail leads to; None when it has been withdrawn or erased, or never was."""
    row = db.session.execute(
        select(
            Signature.id,
            Petition.slug,
            Signature.confirmed_at,
            Signature.name,
            Signature.area,
            Signature.shown,
            Signature.updates,
            Signature.signed_at,
            Signature.comment,
            Signature.comment_state,
            Signature.further,
        )
        .join(SignatureLink, SignatureLink.signature_id == Signature.id)
        .join(Petition, Petition.id == Signature.petition_id)
        .where(SignatureLink.token_digest == tokens.token_digest(token), Signature.erased.is_(False))
    ).one_or_none()
    return row and OwnSignature(row.id, row.slug, rules.told_state(row.confirmed_at), *row[3:])
