"""Everything that writes about campaigns. Each verb works in the caller's transaction."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, func, insert, literal, select, true
from sqlalchemy.dialects.postgresql import insert as upsert

from app.kernel import pagecache
from app.kernel.db import db

from . import head
from .format import HEAD
from .models import Ask, Base, Block, BlockVersion, Campaign, Draft, Publication, Update
from .pack import Pack


def import_pack(pack: Pack, now: datetime) -> Campaign:
    """Make the database say what the pack says: all of it or, when the caller rolls back, nothing."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == pack.slug).with_for_update())
    if campaign is None:
        campaign = Campaign(slug=pack.slug)
        db.session.add(campaign)
    campaign.source_language = pack.source_language
    campaign.languages = list(pack.head.languages)
    campaign.content_languages = list(pack.head.content_languages)
    campaign.pack_digest = pack.digest
    campaign.content_digest = ""
    campaign.imported_at = now
    db.session.flush()
    _replace_blocks(campaign.id, pack, now)
    _replace_asks(campaign.id, pack)
    db.session.execute(delete(Update).where(Update.campaign_id == campaign.id))
    days = [{"campaign_id": campaign.id, "slug": e["slug"], "day": e["date"]} for e in pack.head.entries["updates"]]
    if days:
        db.session.execute(insert(Update), days)
    campaign.content_digest = content_digest(campaign.id)
    _put_base(campaign.id, pack)
    pagecache.bump()
    return campaign


def _replace_blocks(campaign_id: int, pack: Pack, now: datetime) -> None:
    """Write all blocks anew, here and at the desk; one that says what it said keeps the time it changed, so that
    notices stay true."""
    rows = list(_rows(pack))
    for table in (Block, Draft):
        held = {
            tuple(key): (digest, changed)
            for *key, digest, changed in db.session.execute(
                select(table.kind, table.slug, table.language, table.key, table.digest, table.changed_at).where(
                    table.campaign_id == campaign_id
                )
            )
        }
        db.session.execute(delete(table).where(table.campaign_id == campaign_id))
        new = []
        for row in rows:
            digest, changed = held.get((row["kind"], row["slug"], row["language"], row["key"]), (None, now))
            new.append({**row, "campaign_id": campaign_id, "changed_at": changed if digest == row["digest"] else now})
        db.session.execute(insert(table), new)
    _note_versions(campaign_id, now)
    _put_publications(campaign_id, now)


def _put_publications(campaign_id: int, now: datetime) -> None:
    """A pack publishes all that it says; what it says as before stays published since then."""
    name = ("kind", "slug", "language")
    held = {
        tuple(row[:3]): (row.published_at, row.published_by)
        for row in db.session.execute(
            select(*(getattr(Publication, n) for n in name), Publication.published_at, Publication.published_by).where(
                Publication.campaign_id == campaign_id
            )
        )
    }
    db.session.execute(delete(Publication).where(Publication.campaign_id == campaign_id))
    latest = select(*(getattr(Block, n) for n in name), func.max(Block.changed_at)).where(
        Block.campaign_id == campaign_id
    )
    new = []
    for *document, changed_at in db.session.execute(latest.group_by(*(getattr(Block, n) for n in name))):
        at, by = held.get(tuple(document), (now, None))
        at, by = (now, None) if changed_at == now else (at, by)
        same = dict(zip(name, document, strict=True))
        new.append({**same, "campaign_id": campaign_id, "published_at": at, "published_by": by})
    db.session.execute(insert(Publication), new)


def _put_base(campaign_id: int, pack: Pack) -> None:
    blocks = {
        "/".join(row[n] for n in ("kind", "slug", "language", "key")): [row["digest"], row["source"], row["state"]]
        for row in _rows(pack)
    }
    values = {"head": head.write(pack.head), "blocks": blocks}
    statement = upsert(Base).values(campaign_id=campaign_id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=[Base.campaign_id], set_=values))


def _note_versions(campaign_id: int, now: datetime) -> None:
    """Add to the history what a pack has brought: each block whose newest version says something else."""
    name = ("kind", "slug", "language", "key", "fields", "text", "digest", "source", "state")
    newest = (
        select(BlockVersion.digest, BlockVersion.source, BlockVersion.state)
        .where(
            BlockVersion.campaign_id == campaign_id, *(getattr(BlockVersion, n) == getattr(Draft, n) for n in name[:4])
        )
        .order_by(BlockVersion.id.desc())
        .limit(1)
        .lateral("newest")
    )
    moved = (
        select(Draft.campaign_id, *(getattr(Draft, n) for n in name), literal("imported"), literal(now))
        .outerjoin(newest, true())
        .where(Draft.campaign_id == campaign_id)
        .where(
            newest.c.digest.is_distinct_from(Draft.digest)
            | newest.c.source.is_distinct_from(Draft.source)
            | newest.c.state.is_distinct_from(Draft.state)
        )
    )
    db.session.execute(insert(BlockVersion).from_select(["campaign_id", *name, "what", "at"], moved))


def _rows(pack: Pack) -> Iterator[dict]:
    for kind, by_slug in pack.documents.items():
        for position, (slug, by_language) in enumerate(by_slug.items()):
            for language, document in by_language.items():
                common = {"kind": kind, "slug": slug, "position": position, "language": language}
                yield {
                    **common,
                    "key": HEAD,
                    "place": 0,
                    "fields": document.front,
                    "text": None,
                    "digest": document.digest,
                    "source": document.source,
                    "state": document.state,
                }
                for place, block in enumerate(document.blocks, 1):
                    yield {
                        **common,
                        "key": block.key,
                        "place": place,
                        "fields": None,
                        "text": block.text,
                        "digest": block.digest,
                        "source": block.source,
                        "state": block.state,
                    }


def _replace_asks(campaign_id: int, pack: Pack) -> None:
    """Asks keep their id: evidence will speak to them."""
    held = {ask.slug: ask for ask in db.session.scalars(select(Ask).where(Ask.campaign_id == campaign_id))}
    for position, entry in enumerate(pack.head.entries["asks"]):
        ask = held.pop(entry["slug"], None)
        if ask is None:
            ask = Ask(campaign_id=campaign_id, slug=entry["slug"])
            db.session.add(ask)
        ask.position, ask.status, ask.variants = position, entry["status"], list(entry.get("variants", []))
    for ask in held.values():
        db.session.delete(ask)
    db.session.flush()


def content_digest(campaign_id: int) -> str:
    """SHA-256 over what the campaign's rows say now, in a fixed order."""
    statements = (
        select(
            *(Block.kind, Block.slug, Block.position, Block.language, Block.key, Block.place),
            *(Block.fields, Block.text, Block.source, Block.state),
        )
        .where(Block.campaign_id == campaign_id)
        .order_by(Block.kind, Block.slug, Block.language, Block.place),
        select(Ask.slug, Ask.position, Ask.status, Ask.variants)
        .where(Ask.campaign_id == campaign_id)
        .order_by(Ask.slug),
        select(Update.slug, Update.day).where(Update.campaign_id == campaign_id).order_by(Update.slug),
    )
    rows = [[list(row) for row in db.session.execute(statement)] for statement in statements]
    further = db.session.scalar(select(Campaign.content_languages).where(Campaign.id == campaign_id))
    if further:
        rows.append(further)
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()
