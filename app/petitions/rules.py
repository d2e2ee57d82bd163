"""Pure decisions about petitions: who gets which mail, what is too much; what letters decide alike is signing.py's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.campaigns.signing import canonical_text, form_token, next_milestone, text_digest, token_fault

__all__ = ("canonical_text", "form_token", "next_milestone", "text_digest", "token_fault")

REMIND_AFTER = timedelta(days=3)
FORGET_AFTER = timedelta(days=30)
MAILS_A_DAY = 3
MAILS_EVER = 12
PUT_OFF = timedelta(minutes=5)
LONGEST_PUT_OFF = 24  # times PUT_OFF
HELD, FALSE = "held", "fraudulent"

# Removing more than so many signatures needs two people, however it is cut into pieces within the span.
ALONE = 50
ALONE_WITHIN = timedelta(days=1)
# In a campaign with one person it takes effect after so long, with notice.
NOTICE = timedelta(hours=24)


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
