"""What a server's answer means for a delivery: sent, tried again later, or failed; and what else has to happen. Pure.

The classes are those of RFC 5321, 4.2.1 and RFC 3463. 4.x.x: later, with growing pauses. 5.1.x: there is no such
address, so it is never written to again. 5.7.x: the server does not want us, and more of the same would only make it
worse, so its domain (or, where it refuses the sender, the mailing) is stopped until somebody has looked.

Some answers are about the relay or about us, and whoever gets the mail shall not suffer for them: that it takes no more
at the moment (over a connection, a second or a day), or that it does not understand what we say.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from .smtp import Reply

# RFC 5321, 4.5.4.1 wants at least half an hour between tries in the long run; greylisting ends sooner.
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=4)
# With pauses of 5, 10, 20 … 240 minutes these are some two days.
MOST_ATTEMPTS = 16
FULL_PAUSE = timedelta(hours=2)

# Bad addresses among 5.1.x are those of recipients (RFC 3463, 3.2); .7 and .8 speak of the sender's.
_OF_SENDER = ("5.1.7", "5.1.8")
# With 5.1.0 some large providers refuse whole senders, for a day.
_SOMEBODYS, _SENDER = "5.1.0", re.compile(r"\bsender\b", re.IGNORECASE)
# It does not know our commands, wants us to encrypt or to prove who we are; our account has used up its day.
_OF_US, _USED_UP = frozenset({500, 502, 503, 504, 530, 534, 535, 538}), "5.4.5"
# It closes, or we are too fast; too many in one connection (RFC 3463, 3.6: 4.5.3), and 4.3.x is the system itself.
_NOT_NOW, _TOO_MANY, _OF_THE_SYSTEM = frozenset({421, 454}), "4.5.3", "4.3."


@dataclass(slots=True)
class Outcome:
    """What became of one try. `state` is the delivery's: `queued` with `next_try` where it is to be tried again.

    `suppress`: the address does not exist. `stop`: what is to be stopped, "domain", "mailing" or None.
    """

    delivery_id: int
    state: str
    reason: str | None = None
    code: int | None = None
    enhanced: str | None = None
    next_try: datetime | None = None
    tried: bool = True
    suppress: bool = False
    stop: str | None = None
    words: str = ""


def pause(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts, 10))


def sent(delivery_id: int, reply: Reply) -> Outcome:
    """The server took the message: a good answer to its final dot."""
    return Outcome(delivery_id, "sent", code=reply.code, enhanced=reply.enhanced)


def of_the_sender(enhanced: str | None, words: str) -> bool:
    """Whether a refusal with this code and these words is of our own address."""
    return enhanced in _OF_SENDER or (enhanced == _SOMEBODYS and bool(_SENDER.search(words)))


def of_the_relay(reply: Reply) -> bool:
    """Whether this answer says that the relay takes nothing at the moment, from us or from anybody: over this
    connection nothing more is worth a try."""
    if reply.code // 100 != 4:
        return False
    enhanced = reply.enhanced or ""
    return reply.code in _NOT_NOW or enhanced == _TOO_MANY or enhanced.startswith(_OF_THE_SYSTEM)


def judge(delivery_id: int, reply: Reply, step: str, attempts: int, now: datetime) -> Outcome:
    """What an answer to one step of a message (mail, rcpt, data or dot) means, after so many tries before."""
    said = {"delivery_id": delivery_id, "code": reply.code, "enhanced": reply.enhanced}
    enhanced = reply.enhanced or ""
    if reply.good:
        return sent(delivery_id, reply)
    if reply.code // 100 != 5:
        if attempts + 1 >= MOST_ATTEMPTS:
            return Outcome(state="failed", reason="gave-up", **said)
        wait = max(FULL_PAUSE if enhanced == "4.2.2" else FIRST_PAUSE, pause(attempts))
        return Outcome(state="queued", next_try=now + wait, **said)
    ours = reply.code in _OF_US or enhanced == _USED_UP
    if step == "mail" or ours or of_the_sender(enhanced, reply.words):
        # Our own address is refused, or we are: nothing else of this mailing would fare better.
        return Outcome(state="queued", next_try=now + pause(attempts), stop="mailing", words=reply.words, **said)
    if enhanced.startswith("5.1."):
        return Outcome(state="failed", reason="no-such-address", suppress=True, **said)
    if enhanced.startswith("5.7."):
        return Outcome(state="failed", reason="policy", stop="domain", words=reply.words, **said)
    if enhanced.startswith("5.2."):
        return Outcome(state="failed", reason="mailbox", **said)
    return Outcome(state="failed", reason="refused", **said)


def lost(delivery_id: int, handed: bool) -> Outcome:
    """A connection broke: `handed` where the final dot may have come through, and nobody can say what became of it."""
    if handed:
        return Outcome(delivery_id, "uncertain", "connection")
    return Outcome(delivery_id, "queued", tried=False)


def broke(delivery_id: int, attempts: int, now: datetime) -> Outcome:
    """A connection broke over a message that was certainly not handed over: perhaps by chance, and so it is tried again
    at once; again, and the server may break over this very one, which then lets the others by."""
    if attempts + 1 >= MOST_ATTEMPTS:
        return Outcome(delivery_id, "failed", "gave-up")
    return Outcome(delivery_id, "queued", next_try=now + pause(attempts) if attempts else None)


def held(delivery_id: int, until: datetime) -> Outcome:
    """It waits, as nothing goes to its domain."""
    return Outcome(delivery_id, "queued", next_try=until, tried=False)


def unfit(delivery_id: int, reason: str) -> Outcome:
    """The message could not be made: nothing was handed over."""
    return Outcome(delivery_id, "failed", reason, tried=False)
