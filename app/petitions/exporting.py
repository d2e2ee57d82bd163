"""Signatures as an export (accounts/exports.py): columns that are safe, and columns that name people."""

from collections.abc import Callable, Iterator

from flask_babel import lazy_gettext as lazy
from sqlalchemy import select

from app.accounts import exports
from app.campaigns.models import Campaign
from app.kernel.db import db
from app.kernel.i18n import current_language
from app.people.models import Person

from . import desk_words, searching, selecting
from .models import Petition, Signature
from .selecting import Chosen

BATCH = 1000
SAFE = {
    "id": lazy("Number"),
    "petition": lazy("Petition"),
    "signed_on": lazy("Signed on"),
    "confirmed_on": lazy("Confirmed on"),
    "state": lazy("State"),
    "held": lazy("Held by"),
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
    "comment": lazy("Comment on the public list"),
}
_READ = (
    Signature.id,
    Signature.signed_at,
    Signature.confirmed_at,
    Signature.state,
    Signature.held,
    Signature.shown,
    Signature.language,
    Signature.text_version,
    Signature.source,
    Signature.name,
    Signature.comment,
    Signature.comment_state,
    Signature.area,
    Signature.updates,
)


def rows(filters: dict[str, str], personal: bool) -> Iterator[tuple]:
    """The signatures of a campaign that its filters leave, as rows of SAFE and, with `personal`, PERSONAL."""
    wanted = selecting.chosen(filters)
    statement = (
        select(Petition.id, Petition.slug)
        .join(Campaign, Campaign.id == Petition.campaign_id)
        .where(Campaign.slug == filters["campaign"])
    )
    if filters.get("petition"):
        statement = statement.where(Petition.slug == filters["petition"])
    for petition_id, slug in db.session.execute(statement.order_by(Petition.id)).all():
        for number, *row in of_petition(petition_id, wanted, personal):
            yield (number, slug, *row)


def of_petition(petition_id: int, wanted: Chosen, personal: bool) -> Iterator[tuple]:
    """The signatures that are meant, by their number, as rows without the petition, read a batch at a time.

    Safe rows name nobody; what was said beside a name is there only where everybody can read it.
    """
    statement = (
        select(*_READ, *((Person.email,) if personal else ()))
        .join(Person, Person.id == Signature.person_id)
        .where(*selecting.clauses(petition_id, wanted))
        .order_by(Signature.id)
        .limit(BATCH)
    )
    last = 0
    while True:
        found = db.session.execute(statement.where(Signature.id > last)).all()
        for row in found:
            yield _row(row, personal)
        if len(found) < BATCH:
            return
        last = found[-1].id


def _row(row, personal: bool) -> tuple:
    public = searching.is_shown(row.state, row.shown)
    safe = (
        row.id,
        row.signed_at.date(),
        row.confirmed_at and row.confirmed_at.date(),
        row.state,
        row.held,
        row.shown,
        row.language,
        row.text_version,
        row.source,
    )
    comment = row.comment if public and row.comment_state == "let" else None
    return (*safe, row.area, row.name, row.email, row.updates, comment) if personal else safe


def _petitions(campaign: str | None) -> list[tuple[str, str]]:
    statement = select(Petition.slug).join(Campaign, Campaign.id == Petition.campaign_id)
    slugs = db.session.scalars(statement.where(Campaign.slug == campaign).order_by(Petition.id))
    return [(slug, slug) for slug in slugs]


def _brought(name: str) -> Callable[[str], str | None]:
    """The words for a condition that the list's link brings along; None where no page of ours made it."""

    def words(value: str) -> str | None:
        try:
            wanted = selecting.chosen({name: value})
        except selecting.WrongCondition:
            return None
        return next((text for _key, _label, text in desk_words.conditions(wanted, current_language())), None)

    return words


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
        exports.Filter("state", lazy("State"), lambda campaign: list(desk_words.state_words().items())),
        exports.Filter(
            "area",
            lazy("Country or area"),
            lambda campaign: list(desk_words.area_words(current_language()).items()),
        ),
        exports.Filter("held", lazy("Held by"), lambda campaign: list(desk_words.held_words().items())),
        exports.Filter("network", lazy("Network"), brought=_brought("network"), secret=True),
        exports.Filter("domain", lazy("Mail domain"), brought=_brought("domain"), secret=True),
        exports.Filter("name", lazy("Name shown"), brought=_brought("name"), secret=True),
        exports.Filter("source", lazy("Came by"), brought=_brought("source")),
        exports.Filter("since", lazy("Signed from (UTC)"), moment=True),
        exports.Filter("until", lazy("Signed before (UTC)"), moment=True),
    ),
)
