"""A campaign as a pack again: byte for byte what was imported, or what has been edited here since."""

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.i18n import CODES

from .format import HEAD, Block, Document
from .head import Head
from .kinds import KINDS
from .models import Ask, Campaign, Update
from .models import Block as Row
from .pack import files_of


def pack_files(campaign: Campaign, petitions: list[dict]) -> dict[str, str]:
    """The files of the campaign's pack by name. `petitions` are the tables [[petitions]], in any order."""
    documents = _documents(campaign.id)
    own = {entry["slug"]: entry for entry in petitions}
    rows = db.session.execute(select(Update.slug, Update.day).where(Update.campaign_id == campaign.id))
    days = {slug: day for slug, day in rows}
    asks = db.session.scalars(select(Ask).where(Ask.campaign_id == campaign.id).order_by(Ask.position))
    entries = {
        "pages": [{"slug": slug} for slug in documents["pages"]],
        "updates": [{"slug": slug, "date": days[slug]} for slug in documents["updates"]],
        "petitions": [own[slug] for slug in documents["petitions"]],
        "asks": [{"slug": ask.slug, "status": ask.status, "variants": ask.variants} for ask in asks],
    }
    for kind in ("pages", "updates"):
        for entry in entries[kind]:
            entry["untranslated"] = [code for code in CODES if code not in documents[kind][entry["slug"]]]
    return files_of(
        Head(
            campaign.slug,
            campaign.source_language,
            tuple(campaign.languages),
            entries,
            tuple(campaign.content_languages),
        ),
        documents,
    )


def _documents(campaign_id: int) -> dict[str, dict[str, dict[str, Document]]]:
    rows = db.session.scalars(
        select(Row).where(Row.campaign_id == campaign_id).order_by(Row.position, Row.language, Row.place)
    )
    found: dict[str, dict[str, dict[str, Document]]] = {kind: {} for kind in KINDS}
    blocks: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        blocks.setdefault((row.kind, row.slug, row.language), []).append(row)
    for (kind, slug, language), parts in blocks.items():
        head = next(part for part in parts if part.key == HEAD)
        body = tuple(Block(part.key, part.text, part.source, part.state) for part in parts if part.key != HEAD)
        found[kind].setdefault(slug, {})[language] = Document(head.fields, body, head.source, head.state)
    return found
