"""A campaign as a pack again: byte for byte what was imported, or what has been edited and published here since."""

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.i18n import CODES

from . import drafts, editing, settings
from .format import HEAD, Document
from .head import Head
from .kinds import CAMPAIGN, KINDS
from .models import Ask, Block, Campaign, Draft, Update
from .pack import files_of

Documents = dict[str, dict[str, dict[str, Document]]]


def pack_files(campaign: Campaign, kept: dict[str, list[dict]], with_drafts: bool = False) -> dict[str, str]:
    """The files of the campaign's pack by name: what is published, or, `with_drafts`, what the desk has as far as it
    could be published. `kept` are the tables of rooms above (rooms.entries), in any order."""
    documents = desk_documents(campaign) if with_drafts else documents_of(campaign.id, Block)
    return files_of(head_of(campaign, documents, kept), documents)


def head_of(campaign: Campaign, documents: Documents, kept: dict[str, list[dict]]) -> Head:
    """What campaign.toml says of these documents."""
    own = {kind: {entry["slug"]: entry for entry in group} for kind, group in kept.items()}
    rows = db.session.execute(select(Update.slug, Update.day).where(Update.campaign_id == campaign.id))
    days = {slug: day for slug, day in rows}
    asks = db.session.scalars(select(Ask).where(Ask.campaign_id == campaign.id).order_by(Ask.position))
    entries = {
        "pages": [{"slug": slug} for slug in documents["pages"]],
        "updates": [{"slug": slug, "date": days[slug]} for slug in documents["updates"]],
        **{kind: [dict(own[kind][slug]) for slug in documents[kind]] for kind in settings.KEPT},
        "asks": [settings.entry_of(ask) for ask in asks if ask.slug in documents["asks"]],
    }
    spoken = documents[CAMPAIGN].get(CAMPAIGN, {})
    silent = tuple(code for code in CODES if code not in spoken)
    for kind, group in entries.items():
        for entry in group:
            there = documents[kind][entry["slug"]]
            entry["untranslated"] = [code for code in CODES if code not in there and code not in silent]
    further = tuple(campaign.content_languages)
    return Head(
        campaign.slug, campaign.source_language, tuple(campaign.languages), entries, silent, further, campaign.world
    )


def documents_of(campaign_id: int, table: type[Block] | type[Draft]) -> Documents:
    """Every document as published (Block) or as the desk has it (Draft). One query."""
    rows = db.session.scalars(
        select(table).where(table.campaign_id == campaign_id).order_by(table.position, table.language, table.place)
    )
    found: Documents = {kind: {} for kind in KINDS}
    parts: dict[tuple[str, str, str], list] = {}
    for row in rows:
        parts.setdefault((row.kind, row.slug, row.language), []).append(row)
    for (kind, slug, language), own in parts.items():
        if any(row.key == HEAD for row in own):
            found[kind].setdefault(slug, {})[language] = drafts.document(own)
    return found


def desk_documents(campaign: Campaign) -> Documents:
    """What the desk has, but for what is not whole yet, and for languages in which the campaign itself is not."""
    documents = documents_of(campaign.id, Draft)
    source = campaign.source_language
    for kind, by_slug in documents.items():
        for slug, by_language in by_slug.items():
            original = by_language.get(source)
            for language, document in list(by_language.items()):
                beside = original if language != source else None
                if any(editing.document_findings(kind, slug, language, document, beside)):
                    del by_language[language]
        documents[kind] = {slug: by_language for slug, by_language in by_slug.items() if source in by_language}
    spoken = documents[CAMPAIGN].get(CAMPAIGN, {})
    for by_slug in documents.values():
        for by_language in by_slug.values():
            for language in [code for code in by_language if code in CODES and code not in spoken]:
                del by_language[language]
    return documents
