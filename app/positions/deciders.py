"""Deciders that are no states: entered at the desk or from the list of candidates, and where they stand. Their
positions follow from evidence by the same rules and stand in no tally (rule 14 of docs/positions.md)."""

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from anyascii import anyascii
from sqlalchemy import select

from app.campaigns.models import Campaign
from app.kernel import audit, pagecache
from app.kernel.db import db

from . import queries, record
from .decider_models import Decider
from .models import Evidence as Row

CANDIDATES = Path(__file__).parent / "data" / "sg_candidates.csv"


class Taken(ValueError):
    """Another decider of the campaign has this code, or a state or a group."""


@dataclass(frozen=True)
class Said:
    """What is entered of a decider."""

    kind: str
    name: str
    since: date | None
    until: date | None
    source: str
    note: str


@dataclass(frozen=True)
class Standing:
    """A decider with where they stand on each ask, and what they said, the newest first."""

    decider: Decider
    positions: dict[str, record.Position]
    evidence: list[record.Evidence]


def code_of(name: str) -> str:
    """The code that a name makes: X- and the name in Latin capitals."""
    return "X-" + re.sub(r"[^A-Z0-9]+", "-", anyascii(name).upper()).strip("-")


def every(campaign_id: int) -> list[Decider]:
    """The deciders of a campaign by kind and name."""
    statement = select(Decider).where(Decider.campaign_id == campaign_id).order_by(Decider.kind, Decider.name)
    return list(db.session.scalars(statement))


def one(campaign_id: int, code: str) -> Decider | None:
    """One of them by the code."""
    statement = select(Decider).where(Decider.campaign_id == campaign_id, Decider.code == code)
    return db.session.scalars(statement).one_or_none()


def standings(campaign_id: int, asks: list[str], today: date) -> list[Standing]:
    """Where each decider stands on each ask as of a day, with what is published of them: one query for each ask."""
    found = every(campaign_id)
    codes = [decider.code for decider in found]
    if not codes:
        return []
    derived = {ask: queries.derived(campaign_id, ask, today, codes) for ask in asks}
    said: dict[str, list[record.Evidence]] = {code: [] for code in codes}
    for piece in queries.records(campaign_id, Row.speaker.in_(codes), Row.status == record.PUBLISHED):
        said[piece.speaker].append(piece)
    return [
        Standing(
            decider,
            {ask: derived[ask].get(decider.code) or record.Position(decider.code, ask, today) for ask in asks},
            sorted(said[decider.code], key=lambda piece: piece.date, reverse=True),
        )
        for decider in found
    ]


def enter(campaign: Campaign, code: str, said: Said, *, actor: int | None, now: datetime) -> Decider:
    """Enter a decider. Raises Taken."""
    if one(campaign.id, code):
        raise Taken(code)
    found = Decider(campaign_id=campaign.id, code=code, **vars(said), changed_by=actor, changed_at=now)
    db.session.add(found)
    db.session.flush()
    _changed("deciders.enter", campaign, found, actor, now)
    return found


def change(campaign: Campaign, found: Decider, said: Said, *, actor: int, now: datetime) -> None:
    """Correct what is said of a decider; the code stays."""
    for name, value in vars(said).items():
        setattr(found, name, value)
    found.changed_by, found.changed_at = actor, now
    _changed("deciders.change", campaign, found, actor, now)


def load_candidates(campaign: Campaign, now: datetime) -> tuple[list[str], list[str]]:
    """Enter the candidates for Secretary-General of data/sg_candidates.csv that are not there yet; their codes, and the
    names of those left out as nobody is known to have nominated them, by a source."""
    entered, left_out = [], []
    with CANDIDATES.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            code = code_of(row["candidate"])
            if not row["nominated_by"].strip() or not row["source"].strip():
                left_out.append(row["candidate"])
            elif not one(campaign.id, code):
                since = date.fromisoformat(row["nominated_on"]) if row["nominated_on"] else None
                said = Said("candidate", row["candidate"], since, None, row["source"], row["note"])
                enter(campaign, code, said, actor=None, now=now)
                entered.append(code)
    return entered, left_out


def _changed(action: str, campaign: Campaign, found: Decider, actor: int | None, now: datetime) -> None:
    subject, after = f"decider:{found.code}", {"kind": found.kind}
    audit.record(action, subject, actor=actor, now=now, campaign=campaign.slug, after=after)
    pagecache.bump()
