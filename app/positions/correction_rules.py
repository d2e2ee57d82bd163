"""The right of reply in plain decisions: its states, its clock, its limits. Pure."""

from datetime import date, timedelta

ASKED, OPEN, UPHELD, DECLINED = "asked", "open", "upheld", "declined"
STATES = (ASKED, OPEN, UPHELD, DECLINED)

WORKING_DAYS = 5
LINK_WORKS = timedelta(days=7)
KEPT_AFTER = timedelta(days=30)
# An office behind one address may ask for several; nobody's mailbox is filled through us.
PER_NETWORK = (10, timedelta(hours=1))
PER_ADDRESS = (5, timedelta(days=1))
SATURDAY = 5


def due(confirmed: date) -> date:
    """The fifth working day after the day on which a request was confirmed; Saturday and Sunday are none."""
    day, left = confirmed, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def days_left(due_on: date, today: date) -> int:
    """How many working days are left until the last one, that one counted; 0: today is the last; negative: so many
    working days late."""
    if today <= due_on:
        return sum(_works(today + timedelta(days=n)) for n in range(1, (due_on - today).days + 1))
    return -sum(_works(due_on + timedelta(days=n)) for n in range(1, (today - due_on).days + 1)) or -1


def _works(day: date) -> bool:
    return day.weekday() < SATURDAY
