"""What a campaign's rows say as a whole."""

import hashlib
import json

from sqlalchemy import select

from app.kernel.db import db

from .models import Ask, Block, Campaign, Update


def content_digest(campaign_id: int) -> str:
    """SHA-256 over what is published of a campaign now, in a fixed order."""
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
    path = (Ask.decider, Ask.body, Ask.procedure, Ask.worth, Ask.next_date)
    said = select(Ask.slug, Ask.version, *path).where(Ask.campaign_id == campaign_id).order_by(Ask.slug)
    settled = [list(row) for row in db.session.execute(said) if row.version > 1 or any(row[2:])]
    if settled:
        rows.append(settled)
    further = db.session.scalar(select(Campaign.content_languages).where(Campaign.id == campaign_id))
    if further:
        rows.append(further)
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()
