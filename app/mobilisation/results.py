"""What came of a mailing, as far as it can be told without watching anybody: who signed in public, whose state moved.

No mail says that it was opened, no link that it was followed. Other rooms tell what they know by `add`. What is
fewer than ten of a state is told together with other states, and never alone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as lazy
from sqlalchemy import and_, func, select

from app.campaigns.models import Campaign
from app.kernel import retention
from app.kernel.db import db
from app.letters.list_models import Line
from app.letters.models import Letter
from app.people.rules import SMALL
from app.positions.models import Change
from app.positions.queries import kept_back

from .models import Delivery, Mailing
from .result_models import MailingResult
from .retention import LINKS
from .segments_said import asks_of
from .writing.models import Reply, Wrote

SIGNED = "signed"
REACHED = ("sent", "uncertain")
Ask = Callable[[Mailing], Mapping[str | None, int]]


@dataclass(frozen=True)
class Result:
    """One kind of result: the words for it, the states that had ten or more by their code, what all others had
    together, and whether that is so few that no number is told."""

    kind: str
    label: object
    states: Mapping[str, int]
    elsewhere: int
    few: bool


@dataclass(frozen=True)
class Moved:
    """A position of a state in the audience that moved since the mailing began."""

    state: str
    ask: str
    was: str
    position: str
    since: date | None
    found: datetime


_kinds: dict[str, tuple[object, Ask]] = {}


def add(kind: str, label, ask: Ask) -> None:
    """Have `ask(mailing)` tell how many of a mailing's contacts did something after it, by state. It may not tell what
    its room tells nobody: who signed and is hidden counts as who did not."""
    _kinds[kind] = (label, ask)


def signed(mailing: Mailing) -> dict[str | None, int]:
    """How many of the organisations written to came to stand on the letter's public list since, by state."""
    if mailing.letter is None or mailing.lines_before is None:
        return {}
    letter = and_(Letter.slug == mailing.letter, Letter.campaign_id == Campaign.id, Campaign.slug == mailing.campaign)
    rows = (
        select(func.min(Delivery.country), Delivery.organisation_id)
        .join(Line, Line.organisation_id == Delivery.organisation_id)
        .join(Letter, Letter.id == Line.letter_id)
        .join(Campaign, letter)
        .where(Delivery.mailing_id == mailing.id, Delivery.state.in_(REACHED), Line.id > mailing.lines_before)
        .group_by(Delivery.organisation_id)
        .subquery()
    )
    return dict(db.session.execute(select(rows.c[0], func.count()).group_by(rows.c[0])).all())


def letters(mailing: Mailing) -> dict[str, int]:
    """How many letters have reached the missions of each state about the asks of a mailing, until now."""
    asks = asks_of(mailing)
    rows = (
        select(Wrote.state, func.sum(Wrote.number))
        .join(Campaign, Campaign.id == Wrote.campaign_id)
        .where(Campaign.slug == mailing.campaign, Wrote.ask.in_(asks))
        .group_by(Wrote.state)
    )
    return {state: int(number) for state, number in db.session.execute(rows)} if asks else {}


def wrote(mailing: Mailing) -> dict[str | None, int]:
    """The letters that reached missions of states in the audience since a mailing began, whoever wrote them."""
    before = mailing.wrote_before or {}
    there = set(states_of(mailing.id))
    since = {state: number - before.get(state, 0) for state, number in letters(mailing).items() if state in there}
    return {state: number for state, number in since.items() if number > 0}


def replied(mailing: Mailing) -> list[str]:
    """The states in the audience whose missions have answered since a mailing began."""
    asks = asks_of(mailing)
    if mailing.frozen_at is None or not asks:
        return []
    rows = (
        select(Reply.state)
        .join(Campaign, Campaign.id == Reply.campaign_id)
        .where(Campaign.slug == mailing.campaign, Reply.ask.in_(asks), Reply.entered_at >= mailing.frozen_at)
        .where(Reply.received_on >= mailing.frozen_at.date(), Reply.state.in_(states_of(mailing.id)))
        .distinct()
    )
    return sorted(db.session.scalars(rows))


def states_of(mailing_id: int) -> list[str]:
    """The states in a mailing's audience."""
    column = select(Delivery.country).where(Delivery.mailing_id == mailing_id, Delivery.country.is_not(None))
    return sorted(db.session.scalars(column.distinct()))


add(SIGNED, lazy("Organisations that signed in public since"), signed)
add("wrote", lazy("Letters that reached their missions since, whoever wrote them"), wrote)


def counted(mailing: Mailing) -> dict[str, dict[str | None, int]]:
    """Every kind of result by state: those written down, once it is forgotten who was written to."""
    rows = db.session.execute(
        select(MailingResult.kind, MailingResult.country, MailingResult.number).where(
            MailingResult.mailing_id == mailing.id
        )
    ).all()
    if not rows:
        return {kind: dict(ask(mailing)) for kind, (_, ask) in _kinds.items()}
    kept: dict[str, dict[str | None, int]] = {}
    for kind, country, number in rows:
        kept.setdefault(kind, {})[country] = number
    return kept


def told(mailing: Mailing) -> list[Result]:
    """The results as a page may tell them."""
    found = counted(mailing)
    return [folded(kind, _kinds[kind][0] if kind in _kinds else kind, numbers) for kind, numbers in found.items()]


def folded(kind: str, label, numbers: Mapping[str | None, int]) -> Result:
    """A kind of result with small numbers put together. Pure."""
    states = {code: number for code, number in numbers.items() if code is not None and number >= SMALL}
    rest = {code: number for code, number in numbers.items() if code not in states and number}
    elsewhere = sum(rest.values())
    if len(rest) == 1 and states:
        # One alone would be told by what is missing: the smallest of the others goes with it.
        least = min(states, key=lambda code: (states[code], code))
        elsewhere += states.pop(least)
    return Result(kind, label, states, elsewhere, 0 < elsewhere < SMALL)


def moved(mailing: Mailing, states: Iterable[str]) -> list[Moved]:
    """What moved in these states since a mailing began, on the asks that it is about, the latest first; nothing of
    positions that are kept back."""
    asks = asks_of(mailing)
    if mailing.frozen_at is None or not asks:
        return []
    rows = db.session.execute(
        select(Change.state, Change.ask, Change.was, Change.position, Change.since, Change.at)
        .join(Campaign, Campaign.id == Change.campaign_id)
        .where(Campaign.slug == mailing.campaign, Change.ask.in_(asks), Change.state.in_(list(states)))
        .where(Change.at >= mailing.frozen_at, Change.was != Change.position)
        .where(~kept_back(Change))
        .order_by(Change.id.desc())
    )
    return [Moved(*row) for row in rows]


def keep(now: datetime, batch: int) -> int:
    """Write down the numbers of mailings of which it is about to be forgotten whom they went to. How many mailings."""
    kept = select(MailingResult.id).where(MailingResult.mailing_id == Mailing.id).exists()
    named = select(Delivery.id).where(Delivery.mailing_id == Mailing.id, Delivery.organisation_id.is_not(None)).exists()
    old = select(Mailing).where(Mailing.ended_at <= now - LINKS, named, ~kept).order_by(Mailing.id).limit(20)
    mailings = list(db.session.scalars(old.with_for_update(skip_locked=True)))
    for mailing in mailings:
        numbers = counted(mailing)
        rows = [
            MailingResult(mailing_id=mailing.id, kind=kind, country=country, number=number)
            for kind, by_state in numbers.items()
            for country, number in (by_state or {None: 0}).items()
        ]
        db.session.add_all(rows)
    db.session.flush()
    return len(mailings)


# Sweeps go by name: this one comes before `mobilisation.links`, which forgets who they were.
retention.register("mobilisation.keep-results", keep)
