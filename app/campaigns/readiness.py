"""What keeps documents from being published: everything public is looked at as it would be afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.kernel.db import db
from app.kernel.i18n import CODES

from . import drafts, editing, markdown
from .faults import Finding
from .format import HEAD
from .kinds import CAMPAIGN, KINDS, MAILS, NEEDED_PAGES
from .models import Block, Campaign, Draft

# A document in a language: kind, slug, language.
Name = tuple[str, str, str]

NOT_THERE = Finding(0, "not-there")
NEEDED = Finding(0, "needed")


@dataclass(frozen=True)
class Problem:
    """What keeps a document from being published, or from being taken back."""

    kind: str
    slug: str
    language: str
    finding: Finding


class NotReady(Exception):
    """Nothing was published or taken back; `problems` says why."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(f"{p.kind}/{p.slug}/{p.language}: {p.finding.words}" for p in problems))
        self.problems = problems


def is_of(table, campaign_id: int, name: Name) -> tuple:
    """The condition that a row of Draft, Block or Publication belongs to a document."""
    kind, slug, language = name
    return (
        table.campaign_id == campaign_id,
        table.kind == kind,
        table.slug == slug,
        table.language == language,
    )


def public(campaign_id: int) -> dict[Name, list[Block]]:
    """Everything that is published, by document. One query."""
    found: dict[Name, list[Block]] = {}
    rows = select(Block).where(Block.campaign_id == campaign_id).order_by(Block.position, Block.language, Block.place)
    for row in db.session.scalars(rows):
        found.setdefault((row.kind, row.slug, row.language), []).append(row)
    return found


def changed(campaign_id: int) -> list[Name]:
    """The documents of which the desk has other words than are published, in the order of the kinds; those without a
    head are not begun. Two queries."""
    held, desk = public(campaign_id), {}
    rows = select(Draft).where(Draft.campaign_id == campaign_id).order_by(Draft.position, Draft.language, Draft.place)
    for row in db.session.scalars(rows):
        desk.setdefault((row.kind, row.slug, row.language), []).append(row)
    moved = [name for name, own in desk.items() if own[0].key == HEAD and said(own) != said(held.get(name, []))]
    return sorted(moved, key=lambda name: list(KINDS).index(name[0]))


def said(rows: Iterable) -> list[tuple]:
    """What a document's rows say, to tell whether two say the same."""
    return [(row.key, row.digest, row.source, row.state) for row in rows]


def problems(campaign: Campaign, after: dict[Name, list], moved: dict[Name, dict[str, str]]) -> list[Problem]:
    """What would be wrong with a campaign of which `after` is published. `moved` are the documents that are new, each
    with the digests that the blocks of its original have at the desk."""
    found: list[Problem] = []
    for name, desk in moved.items():
        found += _document(name, after, campaign.source_language, desk)
    return found + _dead_links(after) + _campaign(after, campaign.source_language)


def _document(name: Name, after: dict[Name, list], source: str, desk: dict[str, str]) -> list[Problem]:
    kind, slug, language = name
    document, original = drafts.document(after[name]), None
    if language != source:
        rows = after.get((kind, slug, source), [])
        known = {row.key: row.digest for row in rows}
        # Made from words that nobody can read yet: they are published first, or together.
        if not rows or any(row.source == desk.get(row.key) != known.get(row.key) for row in after[name]):
            return [Problem(*name, Finding(0, "source-first"))]
        original = drafts.document(rows)
    findings = editing.document_findings(kind, slug, language, document, original)
    return [Problem(*name, finding) for _, finding in findings]


def _dead_links(after: dict[Name, list]) -> list[Problem]:
    there = {(kind, slug) for kind, slug, _ in after}
    found = []
    for name, rows in after.items():
        for row in rows:
            for link in markdown.links(row.text) if row.key != HEAD else ():
                place, _, target = link.partition(":")
                if place in ("page", "petition") and (f"{place}s", target) not in there:
                    found.append(Problem(*name, Finding(0, "dead-link", {"link": link})))
    return found


def _campaign(after: dict[Name, list], source: str) -> list[Problem]:
    """What a campaign that is public must have: its own words, its mails, the pages that the site leads to."""
    found = []
    for language in dict.fromkeys(name[2] for name in after if name[2] in CODES):
        needed = [(CAMPAIGN, CAMPAIGN), *(("mails", mail) for mail in MAILS)]
        needed += [("pages", page) for page in NEEDED_PAGES] if language == source else []
        for kind, slug in needed:
            if (kind, slug, language) not in after:
                found.append(Problem(kind, slug, language, Finding(0, "not-public")))
    return found
