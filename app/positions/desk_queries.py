"""What the desk asks about evidence: the list, one piece, what is like it, rolls, what waits for somebody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select

from app.accounts import audit_queries
from app.campaigns.models import Ask, Campaign
from app.kernel.db import db
from app.kernel.listing import Order, Part, part

from . import record
from .models import Evidence as Row
from .models import Roll, StoredPosition
from .models import Withheld as WithheldRow

PROVISIONAL_AFTER = timedelta(days=14)
# What a piece may need, beside being checked: to be found in the record, or to be read against the ask's new text.
PROVISIONAL, OLD_TEXT, UNCHECKED = "provisional", "recheck", "check"
NEEDS = (UNCHECKED, PROVISIONAL, OLD_TEXT)
NARROWED = ("ask", "type", "speaker", "status", "relevance", "confidence")
ORDERS = {
    "date": Order((Row.said_on, Row.id), descending=True),
    "-date": Order((Row.said_on, Row.id)),
    "changed": Order((Row.changed_at, Row.id), descending=True),
    "ref": Order((Row.ref,)),
}
_LISTED = (
    Row.id,
    Row.ref,
    Row.ask,
    Row.speaker,
    Row.type,
    Row.said_on,
    Row.signal,
    Row.vote_cast,
    Row.status,
    Row.relevance,
    Row.confidence,
    Row.provisional,
    Row.changed_at,
    Row.un_symbol,
)
MOST_CHOICES = 300


@dataclass(frozen=True)
class Search:
    """What somebody looks for: `words` in what is written, or the beginning of a ref or symbol, or an address; the
    others narrow it, each by name; an empty text does not."""

    words: str = ""
    ask: str = ""
    type: str = ""
    speaker: str = ""
    status: str = ""
    relevance: str = ""
    confidence: str = ""
    needs: str = ""
    sort: str = "date"


def needing(needs: str):
    """The condition under which a piece needs this (one of NEEDS). Raises KeyError."""
    newest = select(Ask.version).where(Ask.campaign_id == Row.campaign_id, Ask.slug == Row.ask).scalar_subquery()
    there = Row.status != record.WITHDRAWN
    return {
        UNCHECKED: Row.status == record.DRAFT,
        PROVISIONAL: and_(Row.provisional, there),
        OLD_TEXT: and_(Row.ask_version < newest, there),
    }[needs]


def found(campaign_id: int, search: Search) -> Select:
    """The statement that finds what somebody looks for."""
    statement = select(*_LISTED).where(Row.campaign_id == campaign_id)
    for name in NARROWED:
        if said := getattr(search, name):
            statement = statement.where(getattr(Row, name) == said)
    if search.needs:
        statement = statement.where(needing(search.needs))
    if text := search.words.strip():
        statement = statement.where(saying(text))
    return statement


def saying(text: str):
    """The condition under which these words are in what is written, or begin a ref or symbol, or are the address."""
    written = (Row.quote, Row.translation, Row.note, Row.forum, Row.delivered_by)
    begins = (Row.ref, Row.un_symbol)
    return or_(
        Row.url == text,
        *(column.istartswith(text, autoescape=True) for column in begins),
        *(column.icontains(text, autoescape=True) for column in written),
    )


def pieces(campaign_id: int, search: Search, cursor: str | None) -> Part:
    """A page of evidence. Raises WrongCursor."""
    return part(found(campaign_id, search), ORDERS[search.sort], cursor)


def one(campaign_id: int, evidence_id: int, held: bool = False) -> Row | None:
    """One piece; `held`: for a change, until the transaction ends."""
    statement = select(Row).where(Row.campaign_id == campaign_id, Row.id == evidence_id)
    return db.session.scalar(statement.with_for_update() if held else statement)


def linked(campaign_id: int, refs: Collection[str]) -> dict[str, int]:
    """The ids of pieces by ref, for links."""
    rows = db.session.execute(select(Row.ref, Row.id).where(Row.campaign_id == campaign_id, Row.ref.in_(list(refs))))
    return {row.ref: row.id for row in rows}


def regarding(campaign_id: int, ref: str) -> list:
    """The pieces that are about a piece: id, ref, type, speaker, status."""
    columns = (Row.id, Row.ref, Row.type, Row.speaker, Row.status)
    return db.session.execute(
        select(*columns).where(Row.campaign_id == campaign_id, Row.regards == ref).order_by(Row.ref)
    ).all()


def history(row: Row) -> list:
    """What was done to a piece, and to the roll that it came with, the oldest first."""
    own = audit_queries.of_subject(f"evidence:{row.id}")
    whole = audit_queries.of_subject(f"roll:{row.roll_id}") if row.roll_id else []
    return sorted([*own, *whole], key=lambda entry: entry.id)


def decided(campaign_id: int, ref: str) -> list[StoredPosition]:
    """The stored positions that a piece decides now."""
    statement = select(StoredPosition).where(StoredPosition.campaign_id == campaign_id, StoredPosition.evidence == ref)
    return list(db.session.scalars(statement.order_by(StoredPosition.ask, StoredPosition.state)))


def version(campaign_id: int, ask: str) -> int:
    """The version of an ask's text; one for an ask that is gone."""
    return db.session.scalar(select(Ask.version).where(Ask.campaign_id == campaign_id, Ask.slug == ask)) or 1


def asks(campaign_id: int) -> list[Ask]:
    """The campaign's asks in their order."""
    return list(db.session.scalars(select(Ask).where(Ask.campaign_id == campaign_id).order_by(Ask.position)))


def published_on(campaign_id: int, ask: str) -> int:
    """How many published pieces speak to an ask: while there are any, it is not removed."""
    speaking = (Row.campaign_id == campaign_id, Row.ask == ask, Row.status == record.PUBLISHED)
    return db.session.scalar(select(func.count()).select_from(Row).where(*speaking))


def alike(campaign_id: int, day: date, url: str, symbol: str, but: int | None = None) -> list:
    """The pieces of one day with this address or this symbol, that are not withdrawn: id, ref, speaker, type, ask."""
    same = [column == said for column, said in ((Row.url, url), (Row.un_symbol, symbol)) if said]
    if not same:
        return []
    statement = select(Row.id, Row.ref, Row.speaker, Row.type, Row.ask).where(
        Row.campaign_id == campaign_id, Row.said_on == day, Row.status != record.WITHDRAWN, or_(*same)
    )
    if but is not None:
        statement = statement.where(Row.id != but)
    return db.session.execute(statement.order_by(Row.ref).limit(20)).all()


def choices(campaign_id: int, ask: str, kinds: Collection[str]) -> list:
    """The latest pieces on an ask of these types that are not withdrawn: ref, type, speaker, said_on, un_symbol."""
    columns = (Row.ref, Row.type, Row.speaker, Row.said_on, Row.un_symbol)
    statement = select(*columns).where(
        Row.campaign_id == campaign_id, Row.ask == ask, Row.type.in_(list(kinds)), Row.status != record.WITHDRAWN
    )
    return db.session.execute(statement.order_by(Row.said_on.desc(), Row.ref).limit(MOST_CHOICES)).all()


def rolls(campaign_id: int, cursor: str | None) -> Part:
    """A page of what was entered in one go, the newest first. Raises WrongCursor."""
    statement = select(Roll.id, Roll.kind, Roll.entered_at).where(Roll.campaign_id == campaign_id)
    return part(statement, Order((Roll.id,), descending=True), cursor)


def roll(campaign_id: int, roll_id: int, held: bool = False) -> Roll | None:
    """One of them; `held`: for a change."""
    statement = select(Roll).where(Roll.campaign_id == campaign_id, Roll.id == roll_id)
    return db.session.scalar(statement.with_for_update() if held else statement)


def roll_rows(roll_id: int) -> list[Row]:
    """The pieces of a roll, by ref."""
    return list(db.session.scalars(select(Row).where(Row.roll_id == roll_id).order_by(Row.id)))


def withheld(campaign_id: int) -> list[WithheldRow]:
    """The positions that are kept back now, the latest first."""
    statement = select(WithheldRow).where(WithheldRow.campaign_id == campaign_id, WithheldRow.lifted_at.is_(None))
    return list(db.session.scalars(statement.order_by(WithheldRow.id.desc())))


def waiting(campaign: str | None, needs: str, now: datetime) -> list[tuple[str, int, datetime]]:
    """How many pieces need something (one of NEEDS), and since when the oldest: by campaign, of one or of all. What is
    provisional is told after a fortnight."""
    statement = (
        select(Campaign.slug, func.count(), func.min(Row.entered_at))
        .join(Row, Row.campaign_id == Campaign.id)
        .where(needing(needs))
        .group_by(Campaign.slug)
    )
    if needs == PROVISIONAL:
        statement = statement.where(Row.entered_at < now - PROVISIONAL_AFTER)
    if campaign is not None:
        statement = statement.where(Campaign.slug == campaign)
    return [tuple(row) for row in db.session.execute(statement)]
