"""The one place that knows what time it is, so that tests can move it."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in UTC: tallies and form tokens turn over at 00:00 UTC."""
    return now().date()
