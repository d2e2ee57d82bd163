"""Signatures as an export (accounts/exports.py): what names nobody, and, for who may, the people too."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.accounts import exports
from app.campaigns.models import Campaign
from app.kernel.db import db
from app.people.models import Person

from .models import Petition, Signature

STATES = {
    "pending": lazy("not confirmed yet"),
    "confirmed": lazy("confirmed"),
    "fraudulent": lazy("called false"),
}
SAFE = {
    "id": lazy("Number"),
    "petition": lazy("Petition"),
    "signed_on": lazy("Signed on"),
    "confirmed_on": lazy("Confirmed on"),
    "state": lazy("State"),
    "shown": lazy("How it is shown"),
    "language": lazy("Language"),
    "text_version": lazy("Version of the text"),
    "source": lazy("Name in the address that led here"),
}
# The country or area too: beside a day and a language it may name whoever is alone there.
PERSONAL = {
    "area": lazy("Country or area"),
    "name": lazy("Name"),
    "email": lazy("E-mail address"),
    "updates": lazy("Wants news"),
}


def rows(filters: dict[str, str], personal: bool) -> Iterator[list[Any]]:
    """The signatures of a campaign that its filters leave, by their number."""
    columns = [Signature.id, Petition.slug, Signature.signed_at, Signature.confirmed_at, Signature.state]
    columns += [Signature.shown, Signature.language, Signature.text_version, Signature.source]
    if personal:
        columns += [Signature.area, Signature.name, Person.email, Signature.updates]
    statement = (
        select(*columns)
        .join(Petition, Petition.id == Signature.petition_id)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .join(Person, Person.id == Signature.person_id)
        .where(Campaign.slug == filters["campaign"])
    )
    if filters.get("petition"):
        statement = statement.where(Petition.slug == filters["petition"])
    if filters.get("state"):
        statement = statement.where(Signature.state == filters["state"])
    if first := exports.day(filters, "signed_from"):
        statement = statement.where(Signature.signed_at >= datetime.combine(first, time(), UTC))
    if last := exports.day(filters, "signed_to"):
        statement = statement.where(Signature.signed_at < datetime.combine(last, time(), UTC) + timedelta(days=1))
    for row in exports.by_key(statement, Signature.id):
        number, petition, signed, confirmed, *rest = row
        yield [number, petition, signed.date(), confirmed and confirmed.date(), *rest]


def _petitions(campaign: str | None) -> list[tuple[str, str]]:
    statement = select(Petition.slug).join(Campaign, Campaign.id == Petition.campaign_id)
    return [
        (slug, slug) for slug in db.session.scalars(statement.where(Campaign.slug == campaign).order_by(Petition.id))
    ]


exports.register(
    "signatures",
    lazy("Signatures"),
    SAFE,
    PERSONAL,
    rows,
    action="signatures.export",
    personal_action="signatures.export-people",
    filters=(
        exports.Filter("petition", lazy("Petition"), _petitions),
        exports.Filter("state", lazy("State"), lambda campaign: [(key, str(word)) for key, word in STATES.items()]),
        exports.Filter("signed_from", lazy("Signed from")),
        exports.Filter("signed_to", lazy("Signed to")),
    ),
)
