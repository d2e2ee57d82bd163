"""Against who tries stolen cards with small gifts: how many calls a network has, and the least that is taken while many
gifts are begun and few are given. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from .rules import Suggested

# A network may begin so many within the hour, and so many more for each that was given within a day.
WINDOW = timedelta(hours=1)
GIVEN_WITHIN = timedelta(days=1)
FREE = 10
FOR_EACH_GIVEN = 3
# However many a network gave: so many within the hour, and not one more.
MOST = 100

# Whoever pays does so within some minutes: what was begun a moment ago says nothing yet.
SETTLES_WITHIN = timedelta(minutes=5)
# So many begun within an hour and fewer than one in five given: the least rises by a step each.
STEPS = (30, 100, 300)
ONE_IN = 5


@dataclass(frozen=True)
class Seen:
    """Gifts begun, for which Stripe was asked, and gifts given."""

    begun: int
    given: int


def over(of_network: Seen) -> bool:
    """Whether a network has begun as many as it may: the next one is held, and Stripe is not asked."""
    return of_network.begun >= min(FREE + FOR_EACH_GIVEN * of_network.given, MOST)


def steps(of_all: Seen) -> int:
    """By how many steps the least gift is raised, 0 to 3, while this was begun and given within the hour."""
    if of_all.given * ONE_IN >= of_all.begun:
        return 0
    return sum(of_all.begun >= step for step in STEPS)


def least(suggested: Suggested, raised: int) -> int:
    """The least that is taken, raised by so many steps along what is suggested (minor units)."""
    if not raised:
        return suggested.minimum
    return max(suggested.minimum, suggested.amounts[min(raised, len(suggested.amounts)) - 1])
