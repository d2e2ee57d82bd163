"""A state's time in a group as a plain record, which derivations above go by: no database, no web."""

from dataclasses import dataclass
from datetime import date

MEMBER, ASSOCIATED, OBSERVER, FORMER = "member", "associated", "observer", "former"
STATUSES = (MEMBER, ASSOCIATED, OBSERVER, FORMER)


@dataclass(frozen=True, slots=True)
class Membership:
    """One period of a state in a group. `joined` None means always; `left` is the first day on which it is no longer a
    member; `suspended_to` None with a `suspended_from` means still. `binds` is whether the group's statements bind its
    members without naming them (groups.csv: exactly yes)."""

    group: str
    state: str
    status: str
    joined: date | None = None
    left: date | None = None
    suspended_from: date | None = None
    suspended_to: date | None = None
    binds: bool = True


def status_on(period, day: date) -> str | None:
    """What a state is in a group on a day by one of its periods (a Membership, or anything with its dates): a status
    other than `former`, which was a member until it left. None before it joined and from the day it left on."""
    if (period.joined and day < period.joined) or (period.left and day >= period.left):
        return None
    return MEMBER if period.status == FORMER else period.status


def suspended_on(period, day: date) -> bool:
    """Whether its membership is suspended on a day: from the first day of a suspension up to the day it is lifted."""
    if not period.suspended_from or day < period.suspended_from:
        return False
    return period.suspended_to is None or day < period.suspended_to
