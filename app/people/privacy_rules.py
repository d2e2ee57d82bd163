"""Pure decisions about requests of people about their own data."""

import calendar
from datetime import date, timedelta

# What may be asked: to see, to correct, to erase, to keep and not use, to use again, to be written to no more (GDPR
# art. 15, 16, 17, 18, 21).
KINDS = ("access", "correct", "erase", "restrict", "lift", "object")
# asked: its person has to prove who they are; proved: it is to be done; the others are its ends. Denied: "that was not
# me", or nobody proved it.
ASKED, PROVED, DONE, REFUSED, DENIED = "asked", "proved", "done", "refused", "denied"
STATES = (ASKED, PROVED, DONE, REFUSED, DENIED)
OPEN = frozenset({ASKED, PROVED})

# What can be corrected here. An address cannot: a signature rests on the proof that its address was its signer's, so
# whoever has a new one signs with it, and withdraws the other.
CORRECTABLE = ("name", "language")

LINK_DAYS = 14
# So long after its end what is personal of a request is kept, to answer questions about it.
CONTENT_DAYS = 30
# A request that nobody proves is ended after so long.
UNPROVED_DAYS = 90
# That there was a request, and when it was done, is kept to account for it (GDPR art. 5(2)): as long as a claim can
# be made for it in most places.
LOG_DAYS = 3 * 365


def due(received: date) -> date:
    """The last day to answer: one month after the request came in, on the month's last day where it is shorter (GDPR
    art. 12(3); Regulation 1182/71, art. 3)."""
    year, month = received.year + received.month // 12, received.month % 12 + 1
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))


def days_left(due_on: date, today: date) -> int:
    """How many days are left to answer; below nought when it is late."""
    return (due_on - today) // timedelta(days=1)
