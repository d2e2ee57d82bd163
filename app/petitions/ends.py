"""The end of a petition: the moment from which nobody can sign, told in the time zone in which it was set.

The one gate is the statement that signs (`operations.sign`). Who signed before the end may confirm after it, as long as
any signature may be confirmed: a signature is dated by its signing, and the mail may lie in the mailbox for days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from sqlalchemy import update

from app.kernel import pagecache
from app.kernel.db import db

from .models import Petition

UTC_NAME = "Etc/UTC"
# Another machine's clock may lag a little: a page that it made before its end may not outlive the turn.
LAG = timedelta(seconds=2)


@dataclass(frozen=True)
class End:
    """The end of a petition as readers are told it; `at` is in the zone in which it was set."""

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


def end_of(petition: Petition) -> End | None:
    """When a petition ends; None when no end is set."""
    if petition.closes_at is None:
        return None
    zone = petition.time_zone or UTC_NAME
    return End(petition.closes_at.astimezone(ZoneInfo(zone)), zone)


def is_open(petition: Petition, now: datetime) -> bool:
    """Whether the petition can be signed at a moment: before its end, and no longer at it."""
    return petition.closes_at is None or now < petition.closes_at


def turn_pages(now: datetime) -> int:
    """Have every page made anew once for each end that has passed, in the caller's transaction; how many ends it were.

    What is to be done stands in the rows, so an end that passed while no worker ran is made up for.
    """
    passed = update(Petition).where(
        Petition.closes_at <= now - LAG, Petition.turned_at.is_distinct_from(Petition.closes_at)
    )
    turned = db.session.scalars(passed.values(turned_at=Petition.closes_at).returning(Petition.id)).all()
    if turned:
        pagecache.bump()
    return len(turned)
