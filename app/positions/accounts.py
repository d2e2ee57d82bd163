"""What pages tell of one state or one group: where it stands on each ask, by what, since when; what it has said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import any_, literal, or_, select

from app.campaigns.queries import AskView, CampaignView, asks
from app.kernel.db import db
from app.states import groups

from . import explaining, prospects, queries, record, tallies
from .blocks import title
from .models import Evidence as Row
from .models import Withheld as WithheldRow
from .pieces import FREEING, OF_GROUPS
from .queries import Withheld
from .record import Evidence, Position

REGARDED_AT_MOST = 8


@dataclass(frozen=True)
class OnAsk:
    """Where a state stands on an ask today: its title in `lang`, the account of it and its history, both None while
    the position is withheld."""

    slug: str
    title: str
    lang: str
    status: str
    account: explaining.Account | None
    history: tuple[tuple[date, Position], ...]
    withheld: Withheld | None


def of_state(campaign: CampaignView, state: str, today: date) -> list[OnAsk]:
    """Where a state stands on each ask of the campaign, in its order. Six queries, and one for each step by which one
    piece regards another."""
    rows = groups.memberships(campaign.world)
    theirs = {row.group for row in rows if row.state == state}
    named = or_(Row.speaker == state, literal(state) == any_(Row.states), Row.speaker.in_([*theirs, record.UN]))
    found = {piece.ref: piece for piece in queries.records(campaign.id, Row.status == record.PUBLISHED, named)}
    for _ in range(REGARDED_AT_MOST):
        missing = {piece.regards for piece in found.values() if piece.regards} - found.keys()
        more = missing and queries.records(campaign.id, Row.status == record.PUBLISHED, Row.ref.in_(missing))
        if not more:
            break
        found |= {piece.ref: piece for piece in more}
    hidden = _withheld(campaign.id, state)
    return [
        _on_ask(ask, campaign.language, state, today, list(found.values()), rows, hidden) for ask in asks(campaign.id)
    ]


def _on_ask(
    ask: AskView, lang: str, state: str, today: date, pieces: list[Evidence], rows, hidden: Mapping[str, Withheld]
) -> OnAsk:
    account, history = None, ()
    if ask.slug not in hidden:
        account = explaining.explain(state, ask.slug, today, pieces, rows)
        history = tuple(explaining.history(state, ask.slug, pieces, rows, today))
    return OnAsk(ask.slug, *title(ask, lang), ask.status, account, history, hidden.get(ask.slug))


def _withheld(campaign_id: int, state: str) -> dict[str, Withheld]:
    statement = select(WithheldRow).where(
        WithheldRow.campaign_id == campaign_id, WithheldRow.state == state, WithheldRow.lifted_at.is_(None)
    )
    return {row.ask: Withheld(row.reason, row.language, row.at) for row in db.session.scalars(statement)}


def refs(asks: Iterable[OnAsk]) -> set[str]:
    """The refs of all pieces that the accounts of a state tell."""
    found = set()
    for account in (ask.account for ask in asks if ask.account):
        found |= {item.piece.ref for item in (*account.own, *account.posts, *account.group)}
        found |= {one.piece.ref for one in account.released} | {piece.ref for piece in account.background}
    return found


@dataclass(frozen=True)
class GroupOnAsk:
    """How many members of a group stand where on an ask; who would newly be counted if it spoke; and by state where
    each stands."""

    slug: str
    title: str
    lang: str
    status: str
    tally: tallies.Tally
    newly: tuple[str, ...]
    standing: Mapping[str, Position]


def of_group(campaign: CampaignView, code: str, today: date, thresholds) -> list[GroupOnAsk]:
    """A group's members on each ask of the campaign, in its order."""
    rows = groups.memberships(campaign.world)
    states = tallies.members_on(code, today, rows)
    found = []
    for ask in asks(campaign.id):
        standing = queries.standing(campaign.id, ask.slug, today)
        goals = thresholds if ask.status == "open" else ()
        newly = prospects.newly_counted(code, standing, rows, today) if ask.status == "open" else ()
        counted = tallies.tally(code, states, standing, goals)
        found.append(
            GroupOnAsk(ask.slug, *title(ask, campaign.language), ask.status, counted, tuple(sorted(newly)), standing)
        )
    return found


@dataclass(frozen=True)
class Said:
    """What a group said, and who dissociated from it or made a reservation."""

    piece: Evidence
    freed: tuple[Evidence, ...]


def said_by_group(campaign_id: int, code: str) -> list[Said]:
    """What is published that the group said, the latest first. Two queries."""
    own = queries.records(
        campaign_id, Row.status == record.PUBLISHED, Row.speaker == code, Row.type.in_(list(OF_GROUPS))
    )
    refs = [piece.ref for piece in own]
    about = queries.records(
        campaign_id, Row.status == record.PUBLISHED, Row.regards.in_(refs), Row.type.in_(list(FREEING))
    )
    return [
        Said(piece, tuple(one for one in about if one.regards == piece.ref))
        for piece in sorted(own, key=lambda piece: (piece.date, piece.ref), reverse=True)
    ]
