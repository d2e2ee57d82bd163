"""Pure decisions about petitions: the canonical text, the form's token, who gets which mail."""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

TOKEN_DAYS = 8
REMIND_AFTER = timedelta(days=3)
FORGET_AFTER = timedelta(days=30)
MAILS_A_DAY = 3
MAILS_EVER = 12
LEAST_MILESTONE = 10
PUT_OFF = timedelta(minutes=5)
LONGEST_PUT_OFF = 24  # times PUT_OFF
HELD, FALSE = "held", "fraudulent"

# Removing more than so many signatures needs two people, however it is cut into pieces within the span.
ALONE = 50
ALONE_WITHIN = timedelta(days=1)
# In a campaign with one person it takes effect after so long, with notice.
NOTICE = timedelta(hours=24)


def canonical_text(title: str, addressees: str, body: str) -> bytes:
    """The bytes whose SHA-256 is a text's digest: title, addressees and Markdown body, each parted by an empty line,
    in Unicode normal form C, with single line feeds and one at the end, as UTF-8."""
    parts = (part.replace("\r\n", "\n").strip() for part in (title, addressees, body))
    return unicodedata.normalize("NFC", "\n\n".join(parts) + "\n").encode()


def text_digest(title: str, addressees: str, body: str) -> bytes:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical_text(title, addressees, body)).digest()


def form_token(secret: str, petition: str, digest: bytes, language: str, day: date) -> str:
    """A token that says which text stood on the page, in which language, on which day. The same for every visitor, so
    that the page can be cached; it is no defence against forgery from elsewhere (Origin and Fetch Metadata are)."""
    stamp = f"{day:%Y%m%d}"
    message = f"sign\0{petition}\0{digest.hex()}\0{language}\0{stamp}".encode()
    return f"{stamp}.{hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:32]}"


def token_fault(token: str, secret: str, petition: str, digest: bytes, language: str, today: date) -> str | None:
    """None when the token is good; "expired" when it is older than eight days; "changed" when the page showed another
    text than this one (or the token is not ours)."""
    stamp, _, _ = token.partition(".")
    try:
        day = datetime.strptime(stamp, "%Y%m%d").date()  # noqa: DTZ007 a day, not a moment
    except ValueError:
        return "changed"
    expected = form_token(secret, petition, digest, language, day)
    if not hmac.compare_digest(expected.encode(), token.encode()):
        return "changed"
    return None if timedelta(0) <= today - day <= timedelta(days=TOKEN_DAYS) else "expired"


def told_state(confirmed_at: datetime | None) -> str:
    """What a signature's own person may know of its state: `pending`, or `confirmed` once they have confirmed it.

    Whether it was called false is told to nobody: it would only tell whoever forges how to do better.
    """
    return "pending" if confirmed_at is None else "confirmed"


def mail_kind(state: str, repeat: bool, sent: list[tuple[str, datetime]], now: datetime) -> str | None:
    """Which mail a signing calls for: `confirm`, `repeat`, or none.

    `state` is the one that its person is told, `repeat` whether the person had signed before, `sent` the mails so far.
    At most three in a day and twelve ever, so that nobody can flood another's mailbox through the form.
    """
    if not repeat and (state == "confirmed" or sent):
        # The job ran twice: nobody signed again.
        return None
    today = [moment for _, moment in sent if now - moment < timedelta(days=1)]
    if len(today) >= MAILS_A_DAY or len(sent) >= MAILS_EVER:
        return None
    return "repeat" if state == "confirmed" else "confirm"


def next_milestone(count: int, milestones: Sequence[int]) -> int:
    """The number to reach next: the first of the rising `milestones` above `count`, else the next of 10, 20, 50, 100,
    200, 500 and so on that is above it and above them all. A milestone that is reached gives way to the next at once,
    so that no bar is ever full and nobody reads that their signature is one too many."""
    for milestone in milestones:
        if milestone > count:
            return milestone
    beyond = max(count, LEAST_MILESTONE - 1, *milestones)
    power = 10 ** (len(str(beyond)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power > beyond)


def needs_checking(number: int, alone_before: int) -> bool:
    """Whether removing so many signatures is not for one person alone, who has removed `alone_before` in the span."""
    return number + alone_before > ALONE


@dataclass(frozen=True)
class Allowance:
    """A row of petitions_limit: what one network or one mail domain may do before more of it is held."""

    seconds: int
    waiting: int
    per_confirmed: float
    mails: int
    verdict: str

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.seconds)

    def trips(self, unconfirmed: int, confirmed: int) -> bool:
        """Whether so many signatures of the window are too many: the more of them were confirmed, the more may wait."""
        return unconfirmed > self.waiting + self.per_confirmed * confirmed

    def mail_delay(self, mailed: int, unconfirmed: int, confirmed: int) -> timedelta | None:
        """How long one more mail to what is held has to wait, when `mailed` have gone out in the window; None: not.

        The longer the queue for the mails of a window, the later it asks again.
        """
        most = self.mails + self.per_confirmed * confirmed
        if mailed < most:
            return None
        return PUT_OFF * min(LONGEST_PUT_OFF, 1 + int(unconfirmed / max(most, 1)))
