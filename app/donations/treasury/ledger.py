"""What the desk reads of the ledger: its lines by key, and its sums, which the database keeps."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select

from app.kernel import listing
from app.kernel.db import db

from .. import switch
from ..books import MANUAL_KINDS, Entry, Reconciliation, Total
from ..models import Gift, Payment
from . import words
from .gifts import WrongCondition

ORDER = listing.Order((Entry.happened_at, Entry.id), descending=True)
# In the address of a list: what belongs to no campaign. No campaign's slug looks like it.
NONE = "-"
# reconciling.reconcile compares no more often at once.
IN_A_RUN = 3


@dataclass(frozen=True)
class Wanted:
    """Which lines are meant; what is None narrows nothing. `since` and `until` are days in UTC, both within."""

    campaign: str | None = None
    kind: str | None = None
    source: str | None = None
    currency: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def said(self) -> dict[str, str]:
        """The conditions as an address says them."""
        return {one.name: str(value) for one in fields(self) if (value := getattr(self, one.name)) is not None}


def chosen(said: Mapping[str, str]) -> Wanted:
    """The conditions that an address or an export says. Raises WrongCondition."""
    text = {one.name: said.get(one.name) or None for one in fields(Wanted)}
    if (text["kind"] and text["kind"] not in words.KINDS) or (text["source"] and text["source"] not in words.SOURCES):
        raise WrongCondition(text)
    if (text["currency"] and not re.fullmatch("[A-Z]{3}", text["currency"])) or "\0" in (text["campaign"] or ""):
        raise WrongCondition(text)
    try:
        days = {name: date.fromisoformat(day) if (day := text.pop(name)) else None for name in ("since", "until")}
    except ValueError:
        raise WrongCondition("day") from None
    return Wanted(**text, **days)


def clauses(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions for a statement over the ledger, of the lines that count now: real ones, or in test mode those of
    tests."""
    found = [Entry.livemode == switch.livemode()]
    if wanted.campaign:
        found.append(Entry.campaign.is_(None) if wanted.campaign == NONE else Entry.campaign == wanted.campaign)
    if wanted.kind:
        found.append(Entry.kind == wanted.kind)
    if wanted.source:
        found.append(Entry.source == wanted.source)
    if wanted.currency:
        found.append((Entry.currency == wanted.currency) | (Entry.settled_currency == wanted.currency))
    if wanted.since:
        found.append(Entry.happened_at >= datetime.combine(wanted.since, time.min, UTC))
    if wanted.until:
        found.append(Entry.happened_at < _after(wanted.until))
    return found


def _after(day: date) -> datetime:
    last = datetime.max.replace(tzinfo=UTC)
    return datetime.combine(day + timedelta(days=1), time.min, UTC) if day < date.max else last


COLUMNS = (
    Entry.id,
    Entry.kind,
    Entry.source,
    Entry.source_id,
    Entry.about,
    Entry.minor,
    Entry.currency,
    Entry.settled_minor,
    Entry.settled_currency,
    Entry.rate,
    Entry.campaign,
    Entry.payment_id,
    Entry.note,
    Entry.staff_id,
    Entry.reverses,
    Entry.happened_at,
    Entry.booked_at,
    Entry.livemode,
    Payment.gift_id,
    Payment.receipt_year,
    Payment.receipt_number,
    Gift.campaign.label("gift_campaign"),
)


def statement(wanted: Wanted):
    """The lines that are meant, each with its gift and its receipt where it has them."""
    return (
        select(*COLUMNS)
        .outerjoin(Payment, Payment.id == Entry.payment_id)
        .outerjoin(Gift, Gift.id == Payment.gift_id)
        .where(*clauses(wanted))
    )


def page(wanted: Wanted, cursor: str | None) -> listing.Part:
    """One page of the lines that are meant, the latest first. Raises listing.WrongCursor."""
    return listing.part(statement(wanted), ORDER, cursor)


def reversed_by(ids: Iterable[int]) -> dict[int, int]:
    """Of these lines, those that were taken back, and by which one."""
    rows = db.session.execute(select(Entry.reverses, Entry.id).where(Entry.reverses.in_(list(ids))))
    return {old: new for old, new in rows}


def by_hand(campaign: str | None, entry_id: int) -> Entry | None:
    """A line that was entered by hand, of a campaign or (None) any, and takes back none itself; None when there is
    none."""
    wanted = [Entry.id == entry_id, Entry.kind.in_(MANUAL_KINDS), Entry.reverses.is_(None)]
    return db.session.scalar(select(Entry).where(*wanted, *([Entry.campaign == campaign] if campaign else ())))


def currencies() -> list[str]:
    """Every currency that the ledger has."""
    given = select(Total.currency).where(Total.livemode == switch.livemode())
    return sorted(
        db.session.scalars(given.union(select(Total.settled_currency).where(Total.livemode == switch.livemode())))
    )


# Which column of sums a kind of line goes into.
COLUMN = {
    "gift": "gross",
    "transfer": "by_hand",
    "grant": "by_hand",
    "refund": "refunds",
    "dispute": "disputes",
    "fee": "fees",
    "adjustment": "other",
    "payout": "payouts",
}


@dataclass
class Sums:
    """What a campaign had in a month, in minor units of a currency: `parts` by the columns of words.COLUMNS. `month` or
    `campaign` is None in a line that adds them up; a campaign is "" where lines belong to none."""

    month: date | None
    campaign: str | None
    currency: str
    parts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(words.COLUMNS, 0))

    def add(self, column: str, minor: int) -> None:
        """Add to a column; all but what was paid out is in the net as well."""
        self.parts[column] += minor
        if column != "payouts":
            self.parts["net"] += minor


def years(campaign: str | None) -> list[int]:
    """The years that the ledger has sums of, the latest first."""
    first, last = db.session.execute(
        select(func.min(Total.month), func.max(Total.month)).where(*_which(campaign, None))
    ).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def _which(campaign: str | None, year: int | None) -> list[ColumnElement[bool]]:
    found = [Total.livemode == switch.livemode()]
    if campaign:
        found.append(Total.campaign == ("" if campaign == NONE else campaign))
    if year:
        found.append(Total.month.between(date(year, 1, 1), date(year, 12, 31)))
    return found


def sums(campaign: str | None, year: int | None, settled: bool = True) -> list[Sums]:
    """The sums by month, campaign and currency, the latest month first: as they stand in the balance or, not `settled`,
    in the currencies that were given."""
    found: dict[tuple, Sums] = {}
    wanted = select(Total).where(*_which(campaign, year)).order_by(Total.month.desc(), Total.campaign, Total.currency)
    for row in db.session.scalars(wanted):
        minor, currency = (row.settled_minor, row.settled_currency) if settled else (row.minor, row.currency)
        line = found.setdefault((row.month, row.campaign, currency), Sums(row.month, row.campaign, currency))
        line.add(COLUMN[row.kind], minor)
    return sorted(found.values(), key=lambda line: (-line.month.toordinal(), line.campaign, line.currency))


def together(lines: Iterable[Sums]) -> list[Sums]:
    """The same added up, a line for each currency. Pure."""
    found: dict[str, Sums] = {}
    for line in lines:
        whole = found.setdefault(line.currency, Sums(None, None, line.currency))
        for column, minor in line.parts.items():
            whole.parts[column] += minor
    return [found[currency] for currency in sorted(found)]


def last_comparison() -> Reconciliation | None:
    """The last comparison of the books with Stripe's; None when there was none."""
    mine = select(Reconciliation).where(Reconciliation.livemode == switch.livemode())
    return db.session.scalar(mine.order_by(Reconciliation.id.desc()).limit(1))


def same_run(of: Reconciliation) -> list[Reconciliation]:
    """A comparison and those just before it of the same run: what was found is mended, and compared again."""
    before = (Reconciliation.livemode == of.livemode, Reconciliation.id <= of.id)
    few = db.session.scalars(select(Reconciliation).where(*before).order_by(Reconciliation.id.desc()).limit(IN_A_RUN))
    return [one for one in reversed(few.all()) if one.until == of.until]


def comparisons(cursor: str | None) -> listing.Part:
    """A page of the comparisons, the latest first. Raises listing.WrongCursor."""
    r = Reconciliation
    columns = (r.id, r.since, r.until, r.agreed, r.number, r.ended_at)
    return listing.part(select(*columns).where(r.livemode == switch.livemode()), COMPARED, cursor)


COMPARED = listing.Order((Reconciliation.id,), descending=True)


def comparison(number: int) -> Reconciliation | None:
    """One of them; None when there is none."""
    return db.session.get(Reconciliation, number)
