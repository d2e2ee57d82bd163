"""The end of a petition or a letter: from when on nobody can sign, told in the time zone in which it was set."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

UTC_NAME = "Etc/UTC"


class Ends(Protocol):
    """What has an end: a row with these two."""

    closes_at: datetime | None
    time_zone: str | None


@dataclass(frozen=True)
class End:
    """The end of a petition or a letter as readers are told it; `at` is in the zone in which it was set."""

    at: datetime
    zone: str

    @property
    def iso(self) -> str:
        """ISO 8601 with the offset that holds there at that moment."""
        return self.at.isoformat()

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def time(self) -> str:
        """Hours and minutes, as UN documents write them in every language."""
        return f"{self.at:%H:%M}"

    def place(self, language: str) -> str:
        """The city that the zone is named after, in a language as far as CLDR knows it; `UTC` for UTC."""
        return get_timezone_location(self.zone, locale=language, return_city=True)


def end_of(what: Ends) -> End | None:
    """When it ends; None when no end is set."""
    if what.closes_at is None:
        return None
    zone = what.time_zone or UTC_NAME
    return End(what.closes_at.astimezone(ZoneInfo(zone)), zone)


def is_open(what: Ends, now: datetime) -> bool:
    """Whether it can be signed at a moment: before its end, and no longer at it."""
    return what.closes_at is None or now < what.closes_at
