"""The desk's words of a document: read for its pages, and put together as format.py has them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.kernel.db import db

from .format import HEAD, Block, Document
from .kinds import CAMPAIGN
from .models import Campaign, Draft

# Blocks get lines of their own, far apart, so that what is found wrong can be told by the block it stands in.
LINES = 100_000


def campaign(slug: str) -> Campaign | None:
    """The campaign of that slug, published or not."""
    return db.session.scalar(select(Campaign).where(Campaign.slug == slug))


@dataclass(frozen=True)
class AtDesk:
    """A campaign as those see it who work on it, published or not, in one language or else in its own."""

    slug: str
    name: str
    tagline: str


def at_desk(language: str, slug: str | None = None) -> list[AtDesk]:
    """Every campaign there is, or the one of that slug. One query."""
    statement = (
        select(Campaign.slug, Draft.fields, Draft.language)
        .join(Draft, Draft.campaign_id == Campaign.id)
        .where(Draft.kind == CAMPAIGN, Draft.key == HEAD)
        .where((Draft.language == language) | (Draft.language == Campaign.source_language))
        .order_by(Campaign.slug)
    )
    if slug is not None:
        statement = statement.where(Campaign.slug == slug)
    found: dict[str, AtDesk] = {}
    for own, fields, code in db.session.execute(statement):
        if code == language or own not in found:
            found[own] = AtDesk(own, fields["name"], fields["tagline"])
    return list(found.values())


def rows(campaign_id: int, kind: str, slug: str, languages: Iterable[str] | None = None) -> dict[str, list[Draft]]:
    """The desk's rows of a document by language, the head first; of `languages` or of all. One query."""
    statement = (
        select(Draft)
        .where(Draft.campaign_id == campaign_id, Draft.kind == kind, Draft.slug == slug)
        .order_by(Draft.language, Draft.place, Draft.id)
    )
    if languages is not None:
        statement = statement.where(Draft.language.in_(set(languages)))
    found: dict[str, list[Draft]] = {}
    for row in db.session.scalars(statement):
        found.setdefault(row.language, []).append(row)
    return found


def document(parts: Iterable) -> Document:
    """A document from its rows of one language (of Draft or Block); one whose head is not there has no fields."""
    front, source, state, blocks = {}, None, None, []
    for part in parts:
        if part.key == HEAD:
            front, source, state = part.fields, part.source, part.state
        else:
            line = (len(blocks) + 1) * LINES
            blocks.append(Block(part.key, part.text, part.source, part.state, line))
    return Document(front, tuple(blocks), source, state)


def block_of(found: Document, line: int) -> str:
    """The id of the block of `document()` in which a line stands."""
    number = line // LINES
    return found.blocks[number - 1].key if 0 < number <= len(found.blocks) else HEAD
