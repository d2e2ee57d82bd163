"""The board: every document in every language, and how far each has come. For the desk, as JSON, and for `check`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.kernel.db import db

from . import translation
from .format import HEAD, Document
from .kinds import CAMPAIGN, KINDS
from .models import Block, Campaign, Draft, Publication
from .pack import Pack
from .translation import DRAFT, MISSING, REVIEWED, SOURCE, STALE, Made, Original

PUBLISHED = "published"
STATES = (MISSING, STALE, DRAFT, REVIEWED, PUBLISHED)


@dataclass(frozen=True)
class Piece:
    """A block as the board sees it."""

    key: str
    digest: str
    source: str | None
    state: str | None
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Cell:
    """A document in a language. `state` is one of STATES; `at` since when: the day the original left it behind, it was
    written, or published. `made` is how far its translation has come by its weakest block (machine, draft, reviewed;
    None in the source language and where it is missing); `published_at` when what everybody reads was published, though
    the desk may have other words by now; `behind` how many blocks are missing or stale."""

    language: str
    state: str
    at: datetime | None = None
    made: str | None = None
    published_at: datetime | None = None
    behind: int = 0


@dataclass(frozen=True)
class Line:
    """A document with its cells, in the order of the board's languages."""

    kind: str
    slug: str
    title: str
    cells: tuple[Cell, ...]


@dataclass
class Board:
    """Documents by languages; `totals` are numbers of blocks by language and state, as `flask campaign check` says."""

    campaign: str
    source_language: str
    languages: list[str]
    lines: list[Line] = field(default_factory=list)
    totals: dict[str, dict[str, int]] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "campaign": self.campaign,
            "source_language": self.source_language,
            "languages": self.languages,
            "documents": [
                {
                    "kind": line.kind,
                    "slug": line.slug,
                    "title": line.title,
                    "cells": {cell.language: _cell_json(cell) for cell in line.cells},
                }
                for line in self.lines
            ],
            "totals": self.totals,
        }


def _cell_json(cell: Cell) -> dict[str, Any]:
    return {
        "state": cell.state,
        "at": cell.at and cell.at.isoformat(),
        "translation": cell.made,
        "published_at": cell.published_at and cell.published_at.isoformat(),
        "blocks_behind": cell.behind,
    }


def cell(
    language: str,
    source_language: str,
    pieces: dict[str, list[Piece]],
    public: list[Piece],
    published_at: datetime | None,
) -> Cell:
    """One cell. `pieces` are the document's blocks at the desk by language, `public` what is published in this one."""
    own, originals = pieces.get(language, []), _originals(pieces.get(source_language, []))
    if language == source_language:
        standing = translation.Standing(SOURCE if len(own) > 1 and any(p.key == HEAD for p in own) else MISSING)
        behind = 0
    else:
        standing = translation.standing(_made(own), originals)
        states = translation.tally([(originals, {language: _made(own)})], [language])[language]
        behind = states.get(MISSING, 0) + states.get(STALE, 0)
    if standing.state == MISSING:
        return Cell(language, MISSING, published_at=published_at, behind=behind)
    made = None if standing.state in (SOURCE, STALE) else standing.state
    if standing.state == STALE:
        return Cell(language, STALE, standing.since, None, published_at, behind)
    if public and _said(own) == _said(public):
        return Cell(language, PUBLISHED, published_at, made, published_at)
    state = REVIEWED if standing.state == REVIEWED else DRAFT
    return Cell(language, state, max((p.changed_at for p in own if p.changed_at), default=None), made, published_at)


def _originals(pieces: Iterable[Piece]) -> dict[str, Original]:
    return {piece.key: Original(piece.digest, piece.changed_at) for piece in pieces}


def _made(pieces: Iterable[Piece]) -> dict[str, Made]:
    return {piece.key: Made(piece.source, piece.state) for piece in pieces}


def _said(pieces: Iterable[Piece]) -> list[tuple]:
    return [(piece.key, piece.digest, piece.source, piece.state) for piece in pieces]


Pieces = dict[tuple[str, str], dict[str, list[Piece]]]


def _board(
    slug: str,
    source: str,
    languages: list[str],
    titles: dict[tuple[str, str], str],
    desk: Pieces,
    public: Pieces,
    published: dict[tuple[str, str, str], datetime],
) -> Board:
    board = Board(slug, source, languages)
    for (kind, document), pieces in desk.items():
        cells = tuple(
            cell(
                language,
                source,
                pieces,
                public.get((kind, document), {}).get(language, []),
                published.get((kind, document, language)),
            )
            for language in languages
        )
        board.lines.append(Line(kind, document, titles.get((kind, document), document), cells))
    both = (
        (_originals(pieces.get(source, [])), {language: _made(own) for language, own in pieces.items()})
        for pieces in desk.values()
    )
    board.totals = translation.tally(both, [language for language in languages if language != source])
    return board


def of_campaign(campaign: Campaign, language: str) -> Board:
    """The board of what the desk has, titles in `language` where they are there. Three queries."""
    desk, titles = _rows(campaign, Draft, language)
    public, _ = _rows(campaign, Block, language)
    published = {
        (row.kind, row.slug, row.language): row.published_at
        for row in db.session.execute(
            select(Publication.kind, Publication.slug, Publication.language, Publication.published_at).where(
                Publication.campaign_id == campaign.id
            )
        )
    }
    return _board(campaign.slug, campaign.source_language, campaign.spoken, titles, desk, public, published)


def _rows(campaign: Campaign, table, language: str) -> tuple[Pieces, dict[tuple[str, str], str]]:
    rows = db.session.execute(
        select(table.kind, table.slug, table.language, table.key, table.fields)
        .add_columns(table.digest, table.source, table.state, table.changed_at)
        .where(table.campaign_id == campaign.id)
        .order_by(table.position, table.slug, table.place)
    ).all()
    found: Pieces = {}
    titles: dict[tuple[str, str], str] = {}
    for row in sorted(rows, key=lambda row: list(KINDS).index(row.kind)):
        piece = Piece(row.key, row.digest, row.source, row.state, row.changed_at)
        found.setdefault((row.kind, row.slug), {}).setdefault(row.language, []).append(piece)
        if row.fields and (row.language == language or (row.kind, row.slug) not in titles):
            titles[row.kind, row.slug] = title(row.kind, row.fields)
    return found, titles


def title(kind: str, fields: dict[str, str]) -> str:
    """What a document is called, by its front matter."""
    return fields[{CAMPAIGN: "name", "mails": "subject"}.get(kind, "title")]


def of_pack(pack: Pack) -> Board:
    """The board of a pack in a folder: it knows no days, and not what is published."""
    desk = {
        (kind, slug): {language: list(_pieces(document)) for language, document in by_language.items()}
        for kind, by_slug in pack.documents.items()
        for slug, by_language in by_slug.items()
    }
    titles = {
        (kind, slug): title(kind, by_language[pack.source_language].front)
        for kind, by_slug in pack.documents.items()
        for slug, by_language in by_slug.items()
    }
    return _board(
        pack.slug, pack.source_language, [*pack.head.languages, *pack.head.content_languages], titles, desk, {}, {}
    )


def _pieces(document: Document) -> Iterable[Piece]:
    yield Piece(HEAD, document.digest, document.source, document.state)
    for block in document.blocks:
        yield Piece(block.key, block.digest, block.source, block.state)


def unpublished(campaign_id: int) -> int:
    """How many blocks say something else at the desk than in public, or stand in one of the two only."""
    sides = []
    for table in (Draft, Block):
        names = (table.kind, table.slug, table.language, table.key, table.digest, table.source, table.state)
        sides.append({tuple(row) for row in db.session.execute(select(*names).where(table.campaign_id == campaign_id))})
    return len({row[:4] for row in sides[0] ^ sides[1]})
