"""Pure decisions about receipts: whether one is owed, what it is called, and who may ask for what."""

from datetime import UTC, date, datetime

# Statements of a year go out from this day of the next one on: by then what was on its way at midnight is booked.
STATEMENTS_FROM = (1, 3)


def left(minor: int, refunded: int, disputed: int) -> int:
    """What is left of a payment, in its minor units, when what went back and what a dispute took is taken off."""
    return max(minor - refunded - disputed, 0)


def owed(minor: int, refunded: int, disputed: int, numbered: bool) -> bool:
    """Whether a payment has a receipt: one of which nothing is left has none, unless it has a number already, as a
    number that nobody got would be a gap."""
    return numbered or left(minor, refunded, disputed) > 0


def called(year: int, number: int, livemode: bool) -> str:
    """The number as it stands on the receipt: 2026-000042, and TEST-2026-000042 where no money moved."""
    return f"{'' if livemode else 'TEST-'}{year}-{number:06}"


def year_of(moment: datetime) -> int:
    """The year that a payment belongs to, in UTC as the books have it."""
    return moment.astimezone(UTC).year


def span(year: int) -> tuple[datetime, datetime]:
    """A year's first moment, and the first after it, in UTC."""
    return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)


def stated_year(today: date) -> int | None:
    """The year whose statements go out by themselves on this day; None in the first days of January."""
    return today.year - 1 if (today.month, today.day) >= STATEMENTS_FROM else None
