"""Documents put together again from their blocks, with how far each translation has come."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from app.accounts.models import Staff
from app.kernel.db import db

from .format import HEAD
from .models import Block, BlockVersion, Campaign
from .translation import Made, Original, Standing, standing


@dataclass(frozen=True)
class Words:
    """A document in one language: front matter, its blocks as (id, Markdown), and how the translation stands.

    `source_language` is the language it was translated from, None where this is that language. `changed_at` is when it
    last came to say something else. `translators` are those of its translators who chose to be named in public.
    """

    fields: dict[str, str]
    blocks: tuple[tuple[str, str], ...]
    changed_at: datetime
    source_language: str | None
    standing: Standing
    translators: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """All its Markdown."""
        return "\n\n".join(text for _, text in self.blocks)


def words(campaign_id: int, kind: str, slug: str, language: str, named: bool = False) -> Words | None:
    """A document in a language; None where it is not there, or not translated yet. One query; `named` has it ask, too,
    which of its translators chose to be named."""
    source = select(Campaign.source_language).where(Campaign.id == campaign_id).scalar_subquery()
    statement = select(Block, (Block.language == source).label("original"))
    if named:
        statement = statement.add_columns(Staff.pseudonym, Staff.name).outerjoin(
            Staff, (Staff.id == _translator()) & Staff.credited & Staff.disabled_at.is_(None)
        )
    rows = db.session.execute(
        statement.where(Block.campaign_id == campaign_id, Block.kind == kind, Block.slug == slug)
        .where(or_(Block.language == language, Block.language == source))
        .order_by(Block.place)
    ).all()
    blocks = [row.Block for row in rows if row.Block.language == language]
    originals = {row.Block.key: Original(row.Block.digest, row.Block.changed_at) for row in rows if row.original}
    found = {block.key: Made(block.source, block.state) for block in blocks}
    if HEAD not in found or len(found) < 2:
        return None
    original_language = next((row.Block.language for row in rows if row.original), None)
    translated = original_language != language
    return Words(
        fields=next(block.fields for block in blocks if block.key == HEAD),
        blocks=tuple((block.key, block.text) for block in blocks if block.key != HEAD),
        changed_at=max(block.changed_at for block in blocks),
        source_language=original_language if translated else None,
        standing=standing(found, originals) if translated else Standing("source"),
        translators=_translators(rows, language) if named and translated else (),
    )


def _translator():
    """Who first gave a block the words that it says: the id of staff, of a block in the statement around this."""
    names = ("campaign_id", "kind", "slug", "language", "key", "digest")
    return (
        select(BlockVersion.actor)
        .where(*(getattr(BlockVersion, name) == getattr(Block, name) for name in names))
        .where(BlockVersion.what == "edited", BlockVersion.actor.is_not(None))
        .order_by(BlockVersion.id)
        .limit(1)
        .correlate(Block)
        .scalar_subquery()
    )


def _translators(rows, language: str) -> tuple[str, ...]:
    """Each name once, whoever translated most first."""
    counted = Counter(row.pseudonym or row.name for row in rows if row.Block.language == language and row.name)
    return tuple(name for name, _number in counted.most_common())


def languages(campaign_id: int, kind: str, slug: str) -> list[str]:
    """The languages there are of a document."""
    return list(
        db.session.scalars(
            select(Block.language).where(
                Block.campaign_id == campaign_id, Block.kind == kind, Block.slug == slug, Block.key == HEAD
            )
        )
    )
