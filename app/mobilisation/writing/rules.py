"""Which letter fits a position, how many go out, what a link to a mail program may hold. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from app.positions import record

NEW_YORK, GENEVA, MINISTRY = "new-york", "geneva", "ministry"
PLACES = (NEW_YORK, GENEVA, MINISTRY)
# What a mission may be sent: letters; digests alone, once its reply was read; digests alone; nothing.
OPEN, REPLIED, DIGEST, CLOSED = "open", "replied", "digest", "closed"
# From the least strict to the strictest.
POLICIES = (OPEN, REPLIED, DIGEST, CLOSED)
ONLY_DIGESTS = frozenset({REPLIED, DIGEST})

THANK, REQUEST, ANSWER = "thank", "request", "answer"
LETTERS = (THANK, REQUEST, ANSWER)
_FITS = {
    record.CHAMPION: THANK,
    record.SUPPORT: THANK,
    record.SCEPTICAL: ANSWER,
    record.OPPOSED: ANSWER,
}

# How a letter goes: by us, or through an organisation without a name.
BY_US, BY_OTHERS = "us", "organisation"
WAYS = (BY_US, BY_OTHERS)
ASKED, WAITING, SENDING, SENT, DIGESTED, PASSED, DROPPED = (
    "asked",
    "waiting",
    "sending",
    "sent",
    "digested",
    "passed",
    "dropped",
)
STATES = (ASKED, WAITING, SENDING, SENT, DIGESTED, PASSED, DROPPED)
DONE = (SENT, DIGESTED, PASSED, DROPPED)
# A mail to a mission: being handed over; the relay has it; it has not; nobody knows; a person said "once more".
HANDING, HANDED, FAILED, UNCERTAIN, AGAIN = "handing", "handed", "failed", "uncertain", "again"
MAIL_STATES = (HANDING, HANDED, FAILED, UNCERTAIN, AGAIN)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_HOUR, PER_DAY, KEPT_DAYS = 6, 24, 30
MOST_PER_HOUR, MOST_PER_DAY, MOST_KEPT_DAYS = 60, 500, 90
# So many letters stand in one digest, at most, and so many characters: some megabytes, which every mail server takes.
# What is left over waits for the next.
IN_A_DIGEST, CHARACTERS_IN_A_DIGEST = 1000, 1_500_000
# A worker that says nothing for so long about a mail it was handing over has died over it.
SILENT = timedelta(minutes=10)
# After a refusal by the relay, the next try.
TRY_AGAIN = timedelta(hours=1)
LINK_WORKS = timedelta(days=7)
# So much is taken from one network, and for one address; of the second, nobody is told.
PER_NETWORK = (20, HOUR)
PER_ADDRESS = (3, DAY)
# The same letter of the same network within this time, to an organisation: its button was pressed twice.
TWICE = timedelta(minutes=10)
SHORTEST_OWN, LONGEST_OWN, LONGEST_BODY = 40, 1500, 6000
# So many of these are letters or digits, at least.
FEWEST_LETTERS = 12
# Some mail programs take no longer address than this (the 2,083 characters of Windows' own limit, less a margin).
LONGEST_MAILTO = 1900
STEP = 10


@dataclass(frozen=True)
class Plan:
    """What goes to a mission now: so many letters each by itself, and whether all others go in one digest."""

    singly: int
    digest: bool


def fitting(position: str, inferred: bool) -> str:
    """The letter for where a state stands. What is known through a group only has still to be said in its own name."""
    letter = _FITS.get(position, REQUEST)
    return REQUEST if inferred and letter == THANK else letter


def strictest(policies: Iterable[str]) -> str:
    """What holds for a mailbox of which several entries say something: its mission asked this site, not a campaign."""
    return max(policies, key=POLICIES.index, default=OPEN)


def plan(waiting: int, free: int) -> Plan:
    """What to do with letters that wait, while so many mails are still free: never an equal letter too many, and the
    last mail that is free carries all the rest."""
    if waiting <= free:
        return Plan(waiting, False)
    return Plan(max(free - 1, 0), free > 0)


def free(last_hour: int, last_day: int, per_hour: int, per_day: int) -> int:
    """How many mails a mission may still be sent, by what it was sent in the last hour and the last day."""
    return max(0, min(per_hour - last_hour, per_day - last_day))


def in_one(letters: Iterable[tuple[str, str]]) -> int:
    """How many of these letters go in one digest, from the first: each is one's own words and what stands below them,
    which the digest says once for all who sent the same."""
    bodies: set[str] = set()
    taken = characters = 0
    for own, body in letters:
        characters += len(own) + (0 if body in bodies else len(body))
        bodies.add(body)
        if taken == IN_A_DIGEST or (taken and characters > CHARACTERS_IN_A_DIGEST):
            break
        taken += 1
    return taken


def length(words: str) -> int:
    """How much a text says, in Latin letters: a sign of Chinese, Japanese or Korean says as much as two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def told(number: int) -> int:
    """How many are told to have written: whole tens, so that nobody's letter can be seen to arrive; 0: nothing is."""
    return number - number % STEP


def mailto(address: str, subject: str, body: str) -> str | None:
    """A link that opens a letter in a mail program (RFC 6068); None where it would be too long for some of them."""
    lines = body.replace("\r\n", "\n").replace("\n", "\r\n")
    link = f"mailto:{quote(address, safe='@')}?subject={quote(subject, safe='')}&body={quote(lines, safe='')}"
    return link if len(link) <= LONGEST_MAILTO else None


def mail_link(address: str, subject: str, prompt: str, letter: str) -> tuple[str, bool]:
    """The link that opens as much of a letter in a mail program as all of them take, and whether that is all of it: a
    `prompt` for one's own words above the letter, the prompt alone, a subject alone, an address alone."""
    whole = mailto(address, subject, f"{prompt}\n\n{letter}" if letter else prompt)
    if whole:
        return whole, True
    less = mailto(address, subject, prompt) or mailto(address, subject, "")
    return less or f"mailto:{quote(address, safe='@')}", False


# Words, in whatever language they come, that mailboxes of offices have in them, and people's own have not.
_OFFICES = re.compile(
    "mission|misi[oó]n|info|office|oficina|bureau|press|prensa|media|contact|correo|mail|emba|emb-|-emb|deleg|perm|protoc"
    "|secret|consul|chancell|cancill|foreign|extern|etrang|m?ofa|mfa|minrex|gov|gob|state|depart|general|registr|new-?york"
    "|gen[eè]v|ginebra|un-|-un|onu"
)


def personal(address: str) -> bool:
    """Whether a mailbox looks like somebody's own, such as name.surname@: whoever enters it is asked to look again."""
    name = re.sub(r"[._-]+", "-", address.partition("@")[0].partition("+")[0].lower()).strip("-")
    words = name.split("-")
    own = 2 <= len(words) <= 3 and all(word.isalpha() for word in words) and max(map(len, words)) > 2
    return own and _OFFICES.search(f"-{name}-") is None


def digest_due(last: datetime | None, now: datetime) -> bool:
    """Whether a mission that gets digests alone may be sent the next: one a day."""
    return last is None or last <= now - DAY
