"""A new campaign, begun at the desk. In the caller's transaction; nothing of it is public before it is published.

The folder starter/ holds what each campaign needs and what differs between none, in six languages: the mails, what the
site stores, safety, and what kind of site this is. The campaign's own words come from whoever starts it.
"""

from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select

from app.kernel import audit
from app.kernel.db import db
from app.kernel.i18n import CODES

from . import editing, format
from .drafts import LINES
from .editing import BlockFaults, Wrong
from .format import HEAD, Block, Document
from .head import NO_CAMPAIGN, SLUG
from .kinds import CAMPAIGN, MAILS, NEEDED_PAGES
from .models import Campaign
from .structure import WrongName, put_passages

STARTER = Path(__file__).parent / "starter"
LONGEST_SLUG = 40


@cache
def texts() -> dict[tuple[str, str], dict[str, Document]]:
    """The texts of starter/ by kind and slug, then language."""
    found: dict[tuple[str, str], dict[str, Document]] = {}
    for path in sorted(STARTER.glob("*/*/*.md")):
        name = (path.parent.parent.name, path.parent.name)
        found.setdefault(name, {})[path.stem] = format.parse(path.read_text(encoding="utf-8"))
    return found


def start(
    slug: str,
    source_language: str,
    own: dict[str, str],
    tell: str,
    call: dict[str, str],
    call_text: str,
    *,
    taken: set[str],
    actor: int | None,
    now: datetime,
) -> Campaign:
    """Begin a campaign: `own` are its name, tagline and words to share, `tell` what people send to their own network,
    `call` and `call_text` its first page, all in the source language. `taken` are words that addresses of the desk
    use. Raises WrongName, BlockFaults."""
    if not SLUG.match(slug) or len(slug) > LONGEST_SLUG:
        raise WrongName("form")
    if slug in taken or slug in NO_CAMPAIGN:
        raise WrongName("reserved")
    if db.session.scalar(select(Campaign.id).where(Campaign.slug == slug)):
        raise WrongName("taken")
    campaign = Campaign(slug=slug, source_language=source_language, languages=list(CODES), imported_at=now)
    campaign.pack_digest = campaign.content_digest = ""
    db.session.add(campaign)
    db.session.flush()
    by = {"actor": actor, "now": now}
    put_passages(campaign, CAMPAIGN, CAMPAIGN, source_language, own, [("tell", tell)], 0, **by)
    put_passages(campaign, "pages", "call", source_language, call, [("lead", call_text)], 0, **by)
    _check(campaign, CAMPAIGN, CAMPAIGN, own, "tell", tell)
    _check(campaign, "pages", "call", call, "lead", call_text)
    order = {"mails": MAILS, "pages": NEEDED_PAGES}
    for (kind, name), by_language in texts().items():
        for language in CODES:
            document, original = by_language[language], by_language[source_language]
            stamps = {} if language == source_language else _stamps(original)
            blocks = [(block.key, block.text) for block in document.blocks]
            position = order[kind].index(name)
            put_passages(campaign, kind, name, language, document.front, blocks, position, **by, stamps=stamps)
    audit.record("campaigns.start", f"campaign:{slug}", campaign=slug, after={"source": source_language}, **by)
    return campaign


def _stamps(original: Document) -> dict[str, tuple[str, str]]:
    """What a translation carries: of which words it is one. Nobody has reviewed it."""
    return {HEAD: (original.digest, editing.DRAFT)} | {b.key: (b.digest, editing.DRAFT) for b in original.blocks}


def _check(campaign: Campaign, kind: str, slug: str, fields: dict[str, str], key: str, text: str) -> None:
    """Raise BlockFaults for what is wrong with words of their own."""
    clean = {name: editing.clean(value).strip() for name, value in fields.items()}
    said = Document(clean, (Block(key, editing.clean(text), line=LINES),))
    wrong = [Wrong(HEAD, finding) for finding in editing.missing_fields(kind, clean)]
    wrong += [Wrong(key, finding) for finding in editing.text_findings(key, said.blocks[0].text)]
    found = editing.document_findings(kind, slug, campaign.source_language, said, None)
    wrong += [Wrong(block, finding) for block, finding in found]
    if wrong:
        raise BlockFaults(wrong)
