"""Everything that writes about campaigns. Each verb works in the caller's transaction."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.kernel import pagecache
from app.kernel.db import db

from .models import Ask, AskText, Campaign, CampaignText, MailText, Page
from .pack import Pack


def import_pack(pack: Pack, now: datetime) -> Campaign:
    """Make the database say what the pack says: all of it or, when the caller rolls back, nothing."""
    campaign = db.session.scalar(select(Campaign).where(Campaign.slug == pack.slug).with_for_update())
    if campaign is None:
        campaign = Campaign(slug=pack.slug)
        db.session.add(campaign)
    campaign.source_language = pack.source_language
    campaign.languages = list(pack.languages)
    campaign.pack_digest = pack.digest
    campaign.content_digest = ""
    campaign.imported_at = now
    db.session.flush()
    _replace_texts(campaign.id, pack)
    _replace_pages(campaign.id, pack, now)
    _replace_asks(campaign.id, pack)
    campaign.content_digest = content_digest(campaign.id)
    pagecache.bump()
    return campaign


def _replace_texts(campaign_id: int, pack: Pack) -> None:
    db.session.execute(delete(CampaignText).where(CampaignText.campaign_id == campaign_id))
    db.session.execute(
        insert(CampaignText),
        [{"campaign_id": campaign_id, "language": code, **words} for code, words in pack.texts.items()],
    )
    db.session.execute(delete(MailText).where(MailText.campaign_id == campaign_id))
    db.session.execute(
        insert(MailText),
        [
            {"campaign_id": campaign_id, "kind": kind, "language": code, **document.front, "body": document.body}
            for kind, by_language in pack.documents["mails"].items()
            for code, document in by_language.items()
        ],
    )


def _replace_pages(campaign_id: int, pack: Pack, now: datetime) -> None:
    """Rewrite only the pages that differ, so that "last changed" stays true."""
    held = {(p.slug, p.language): p for p in db.session.scalars(select(Page).where(Page.campaign_id == campaign_id))}
    for position, entry in enumerate(pack.order["pages"]):
        for code, document in pack.documents["pages"][entry["slug"]].items():
            words = {**document.front, "body": document.body}
            page = held.pop((entry["slug"], code), None)
            if page is None:
                page = Page(campaign_id=campaign_id, slug=entry["slug"], language=code, updated_at=now)
                db.session.add(page)
            elif any(getattr(page, key) != value for key, value in words.items()):
                page.updated_at = now
            page.position = position
            for key, value in words.items():
                setattr(page, key, value)
    for page in held.values():
        db.session.delete(page)
    db.session.flush()


def _replace_asks(campaign_id: int, pack: Pack) -> None:
    """Asks keep their id: evidence will speak to them."""
    held = {ask.slug: ask for ask in db.session.scalars(select(Ask).where(Ask.campaign_id == campaign_id))}
    for position, entry in enumerate(pack.order["asks"]):
        ask = held.pop(entry["slug"], None)
        if ask is None:
            ask = Ask(campaign_id=campaign_id, slug=entry["slug"])
            db.session.add(ask)
        ask.position, ask.status, ask.variants = position, entry["status"], list(entry.get("variants", []))
        db.session.flush()
        db.session.execute(delete(AskText).where(AskText.ask_id == ask.id))
        db.session.execute(
            insert(AskText),
            [
                {"ask_id": ask.id, "language": code, "title": document.front["title"], "body": document.body}
                for code, document in pack.documents["asks"][entry["slug"]].items()
            ],
        )
    for ask in held.values():
        db.session.delete(ask)
    db.session.flush()


def content_digest(campaign_id: int) -> str:
    """SHA-256 over what the campaign's rows say now, in a fixed order."""
    statements = (
        select(CampaignText.language, CampaignText.name, CampaignText.tagline)
        .where(CampaignText.campaign_id == campaign_id)
        .order_by(CampaignText.language),
        select(Page.slug, Page.language, Page.position, Page.title, Page.description, Page.body)
        .where(Page.campaign_id == campaign_id)
        .order_by(Page.slug, Page.language),
        select(Ask.slug, Ask.position, Ask.status, Ask.variants, AskText.language, AskText.title, AskText.body)
        .join(AskText, AskText.ask_id == Ask.id)
        .where(Ask.campaign_id == campaign_id)
        .order_by(Ask.slug, AskText.language),
        select(MailText.kind, MailText.language, MailText.subject, MailText.action, MailText.body)
        .where(MailText.campaign_id == campaign_id)
        .order_by(MailText.kind, MailText.language),
    )
    rows = [[list(row) for row in db.session.execute(statement)] for statement in statements]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
