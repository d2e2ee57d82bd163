"""What is read of evidence and positions. States, groups and memberships are asked of the states' own queries.

`standing` answers from the stored positions when they are as of the day that is asked for, and derives otherwise.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, any_, func, literal, or_, select

from app.campaigns.models import Ask, Campaign
from app.kernel.db import db
from app.states import groups, members

from . import record, rules
from .correction_models import Correction
from .correction_rules import OPEN
from .models import Archived, Cached, Change, StoredPosition
from .models import Evidence as Row
from .models import Withheld as WithheldRow
from .pieces import OF_GROUPS
from .record import Dispute as Dispute

# Where the table's name of a field is not the contract's: these are words of SQL.
_NAMED = {"date": "said_on", "on": "on_what", "cast": "vote_cast"}
FIELDS = tuple(name for name in record.Evidence.__slots__ if name != "of_current_version")
DERIVED_BY = (
    *("ref", "ask", "speaker", "type", "date", "on", "yes_means", "cast", "signal", "relevance", "status", "regards"),
    "states",
)
COLUMNS = {name: getattr(Row, _NAMED.get(name, name)) for name in FIELDS}


@dataclass(frozen=True)
class Withheld:
    """Why a position is kept back, in which language that is said, and since when."""

    reason: str
    language: str
    since: datetime


@dataclass(frozen=True)
class Moved:
    """A position that moved, as positions_change has it: found `at`, and so by the evidence `since` a day; None where
    no evidence says."""

    id: int
    ask: str
    state: str
    at: datetime
    since: date | None
    was: str
    was_level: str
    position: str
    level: str
    evidence: str | None
    why: str


def campaign(slug: str) -> Campaign | None:
    """A campaign by its slug."""
    return db.session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()


def world(campaign_id: int) -> str:
    """The world whose states the campaign's positions are of. Raises NoResultFound for no campaign."""
    return db.session.scalars(select(Campaign.world).where(Campaign.id == campaign_id)).one()


def records(campaign_id: int, *conditions) -> list[record.Evidence]:
    """The pieces of a campaign for which all conditions (on `models.Evidence`) hold, of whatever status, by ref."""
    current = Row.ask_version >= func.coalesce(Ask.version, 1)
    statement = (
        select(*COLUMNS.values(), current)
        .outerjoin(Ask, and_(Ask.campaign_id == Row.campaign_id, Ask.slug == Row.ask))
        .where(Row.campaign_id == campaign_id, *conditions)
        .order_by(Row.ref)
    )
    return [_record(row) for row in db.session.execute(statement)]


def _record(row) -> record.Evidence:
    *values, current = row
    said = dict(zip(FIELDS, values, strict=True))
    said["states"] = tuple(said["states"])
    return record.Evidence(**said, of_current_version=current)


def published(campaign_id: int, ask: str | None = None) -> list[record.Evidence]:
    """All that is published in a campaign, or on one of its asks."""
    asked = [] if ask is None else [Row.ask == ask]
    return records(campaign_id, Row.status == record.PUBLISHED, *asked)


def published_after(campaign_id: int, ask: str | None, ref: str, most: int) -> list[record.Evidence]:
    """A part of what `published` answers: the first pieces, up to a number, whose ref comes after this one."""
    asked = [] if ask is None else [Row.ask == ask]
    part = select(Row.ref).where(Row.campaign_id == campaign_id, Row.status == record.PUBLISHED, Row.ref > ref, *asked)
    return records(campaign_id, Row.ref.in_(part.order_by(Row.ref).limit(most)))


def derived(campaign_id: int, ask: str, as_of: date, states: Collection[str]) -> dict[str, record.Position]:
    """Where these states stand as of a day, derived anew, withheld or not."""
    rows, periods = basis(campaign_id, ask, as_of, states)
    found = rules.derive_all(states, [ask], as_of, rows, periods)
    return {state: position for (state, _), position in found.items()}


def basis(
    campaign_id: int, ask: str, as_of: date, states: Collection[str]
) -> tuple[list[record.Evidence], Collection[record.Membership]]:
    """What the positions of these states as of a day are derived from: pieces, with the fields that count alone, and
    memberships."""
    of = world(campaign_id)
    periods = groups.memberships(of)
    whole = len(states) >= len(members.states(of))
    rows = counting(campaign_id, ask, as_of) if whole else _counting_for(campaign_id, ask, as_of, states, periods)
    return rows, periods


def counting(campaign_id: int, ask: str | None, as_of: date, *conditions) -> list[record.Evidence]:
    """The pieces that count on an ask, or on every ask, as of a day and fulfil the conditions, with the fields that a
    derivation goes by alone: texts and sources stay where they are."""
    current = Row.ask_version >= func.coalesce(Ask.version, 1)
    statement = (
        select(*(COLUMNS[name] for name in DERIVED_BY), current)
        .outerjoin(Ask, and_(Ask.campaign_id == Row.campaign_id, Ask.slug == Row.ask))
        .where(*conditions)
    )
    rows = db.session.execute(_that_speak(statement, campaign_id, ask, as_of)).all()
    return [light(row) for row in rows]


def light(row) -> record.Evidence:
    """A piece from a row of DERIVED_BY and whether it was given for the present text."""
    *values, states, current = row
    return record.Evidence(**dict(zip(DERIVED_BY, (*values, tuple(states)), strict=True)), of_current_version=current)


def _counting_for(
    campaign_id: int, ask: str, as_of: date, states: Collection[str], periods: Iterable[record.Membership]
) -> list[record.Evidence]:
    """Of what `counting` answers, what these states go by: what they and their groups said, what they joined by name,
    and what all that is about."""
    speakers = {*states, *(period.group for period in periods if period.state in states)}
    by_ref: dict[str, record.Evidence] = {}
    new = counting(
        campaign_id,
        ask,
        as_of,
        or_(Row.speaker.in_(speakers), Row.states.overlap(literal(list(states), Row.states.type))),
    )
    while new:
        by_ref |= {piece.ref: piece for piece in new}
        regarded = {piece.regards for piece in new} - by_ref.keys() - {""}
        new = counting(campaign_id, ask, as_of, Row.ref.in_(regarded)) if regarded else []
    return list(by_ref.values())


def standing(campaign_id: int, ask: str, as_of: date) -> dict[str, record.Position]:
    """Where every state of the campaign's world stands as of a day; unknown where that is withheld."""
    hidden = withheld(campaign_id, ask)
    states = members.states(world(campaign_id))
    stored = db.session.scalar(select(Cached.as_of).where(Cached.campaign_id == campaign_id, Cached.ask == ask))
    found = stored_positions(campaign_id, ask, as_of) if stored == as_of else derived(campaign_id, ask, as_of, states)
    unknown = {state: record.Position(state, ask, as_of) for state in states}
    return unknown | {state: at for state, at in found.items() if state in unknown and state not in hidden}


def stored_positions(campaign_id: int, ask: str, as_of: date) -> dict[str, record.Position]:
    """The stored positions of an ask by state, said to be as of a day; those withheld, too."""
    rows = db.session.scalars(
        select(StoredPosition).where(StoredPosition.campaign_id == campaign_id, StoredPosition.ask == ask)
    )
    return {
        row.state: record.Position(row.state, ask, as_of, row.position, row.level, row.evidence, tuple(row.flags))
        for row in rows
    }


def withheld(campaign_id: int, ask: str) -> dict[str, Withheld]:
    """The states whose position on an ask is kept back now, whatever day is asked for, with the public reason."""
    rows = db.session.scalars(
        select(WithheldRow).where(
            WithheldRow.campaign_id == campaign_id, WithheldRow.ask == ask, WithheldRow.lifted_at.is_(None)
        )
    )
    return {row.state: Withheld(row.reason, row.language, row.at) for row in rows}


def kept_back(row) -> ColumnElement[bool]:
    """The condition that a position is kept back now: that of a table's `campaign_id`, `ask` and `state`."""
    same = (WithheldRow.campaign_id == row.campaign_id, WithheldRow.ask == row.ask, WithheldRow.state == row.state)
    return select(WithheldRow.id).where(*same, WithheldRow.lifted_at.is_(None)).exists()


def disputes(campaign_id: int) -> dict[str, Dispute]:
    """The pieces of a campaign that a state disputes and on which nothing is decided yet, by ref."""
    rows = db.session.execute(
        select(
            Correction.evidence, Correction.disputed_on, Correction.words, Correction.from_state, Correction.language
        )
        .where(Correction.campaign_id == campaign_id, Correction.state == OPEN, Correction.from_state.is_not(None))
        .order_by(Correction.disputed_on, Correction.id)
    )
    found: dict[str, list[Dispute]] = {}
    for ref, *said in rows:
        found.setdefault(ref, []).append(Dispute(*said))
    return {ref: replace(first, others=tuple(others)) for ref, (first, *others) in found.items()}


def deciding(campaign_id: int, refs: Collection[str]) -> dict[str, record.Evidence]:
    """The pieces of these refs, by ref."""
    return {piece.ref: piece for piece in records(campaign_id, Row.ref.in_(refs))} if refs else {}


def variants(campaign_id: int, refs: Collection[str]) -> dict[str, str]:
    """Which wording of the ask each of the pieces of these refs is for, by ref; an empty text where none is named."""
    statement = select(Row.ref, Row.variant).where(Row.campaign_id == campaign_id, Row.ref.in_(refs))
    return {ref: variant for ref, variant in db.session.execute(statement)} if refs else {}


def spoke(campaign_id: int, ask: str, as_of: date) -> frozenset[str]:
    """The codes of groups that have said something on the ask that counts, as of a day."""
    statement = _that_speak(select(Row.speaker).distinct(), campaign_id, ask, as_of)
    statement = statement.where(Row.type.in_(OF_GROUPS), Row.states == literal([], Row.states.type))
    return frozenset(db.session.scalars(statement))


def _that_speak(statement: Select, campaign_id: int, ask: str | None, as_of: date) -> Select:
    asked = [] if ask is None else [Row.ask == ask]
    return statement.where(
        *asked,
        Row.campaign_id == campaign_id,
        Row.status == record.PUBLISHED,
        Row.relevance == record.DIRECT,
        Row.said_on <= as_of,
    )


def latest(campaign_id: int, ask: str, as_of: date, most: int) -> list[record.Evidence]:
    """The latest published pieces that speak to the ask directly, up to a day and a number."""
    refs = _that_speak(select(Row.ref), campaign_id, ask, as_of).order_by(Row.said_on.desc(), Row.ref).limit(most)
    found = records(campaign_id, Row.ref.in_(refs))
    return sorted(found, key=lambda piece: (piece.date, piece.ref), reverse=True)


def about(
    campaign_id: int, code: str, asks: Iterable[str] | None = None, group: bool | None = None
) -> list[record.Evidence]:
    """What is published that a state, a group or a decider said, joined by name, or that is about such a piece. The
    code is a group's with `group`, or where no state of the campaign's world has it: NAM is Namibia, too."""
    if group is None:
        group = code not in members.states(world(campaign_id)) and code in groups.groups(world(campaign_id))
    if group:
        named = and_(Row.speaker == code, Row.type.in_(OF_GROUPS))
    else:
        named = or_(and_(Row.speaker == code, Row.type.not_in(OF_GROUPS)), literal(code) == any_(Row.states))
    regarded = select(Row.ref).where(Row.campaign_id == campaign_id, Row.status == record.PUBLISHED, named)
    asked = [] if asks is None else [Row.ask.in_(list(asks))]
    return records(campaign_id, Row.status == record.PUBLISHED, or_(named, Row.regards.in_(regarded)), *asked)


def archived(campaign_id: int, digest: str, public: bool = True) -> Archived | None:
    """The source kept under a digest, where a piece of the campaign has it; `public`: a published one."""
    wanted = select(Row.id).where(Row.campaign_id == campaign_id, Row.archived == digest)
    if public:
        wanted = wanted.where(Row.status == record.PUBLISHED)
    return db.session.scalar(select(Archived).where(Archived.digest == digest, wanted.exists()))


def changes(campaign_id: int, most: int, states: Collection[str] | None = None, ask: str | None = None) -> list[Moved]:
    """The latest changes of positions, the newest first; of these states and this ask if given."""
    statement = select(Change).where(Change.campaign_id == campaign_id)
    if states is not None:
        statement = statement.where(Change.state.in_(list(states)))
    if ask is not None:
        statement = statement.where(Change.ask == ask)
    rows = db.session.scalars(statement.order_by(Change.id.desc()).limit(most))
    return [Moved(**{one.name: getattr(row, one.name) for one in fields(Moved)}) for row in rows]
