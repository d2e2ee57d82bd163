"""What a report means: by its status code (RFC 3463), and only where that says nothing by its words."""

import re

from ..engine.outcomes import of_the_sender
from .model import HARD, SOFT, UNKNOWN

# Not within an address of a host, such as 185.5.1.12.
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_PLAIN = re.compile(r"(?<![\d.])([45])[0-5]\d(?=[ \-#:;,]|$)", re.MULTILINE)
# What servers say that give no code; each was seen in reports of well-known ones.
_NOBODY = re.compile(
    r"user unknown|unknown user|user not found|user does(?: not|n't) exist|no such (?:user|mailbox|recipient|address)"
    r"|unknown (?:recipient|local part)|recipient (?:unknown|not found)|mailbox not found|unrouteable address"
    r"|no mailbox here by that name|doesn't have an? [\w.]+ account|address (?:does not exist|not found)"
    r"|account (?:does not exist|that you tried to reach does not exist)|mailbox does(?: not|n't) exist"
    r"|invalid recipient|(?:收件人|邮箱|用户|帐户|账户|地址)[^。\n]{0,12}不存在"
    r"|пользователь не найден|нет такого пользователя",
    re.IGNORECASE,
)

# From this many on a share says something.
LEAST_COMPLAINTS, LEAST_BOUNCES = 3, 20
# Mail providers begin to refuse a sender at 0.3 % of complaints, relays at 5 to 10 % of addresses that are no good.
COMPLAINTS_IN_1000, BOUNCES_IN_1000 = 3, 50


def status_in(text: str) -> str | None:
    """The first enhanced status code in a text, such as 5.1.1; one that says nothing (5.0.0) only if no other does."""
    found = [".".join(codes) for codes in _ENHANCED.findall(text)]
    return next((code for code in found if not vague(code)), found[0] if found else None)


def vague(status: str | None) -> bool:
    """Whether a code says no more than that it failed (RFC 3463, 3.1: X.0.X)."""
    return status is None or status.split(".")[1] == "0"


def of_the_address(status: str | None) -> bool:
    """Whether a soft failure with this code says something of the address, or may: not one of what we wrote (X.6.X),
    of a policy (X.7.X), of our own address or of one that it was forwarded to (5.1.X, which else is hard)."""
    return status is None or not (status.startswith("5.1.") or status.split(".")[1] in ("6", "7"))


def failed(status: str | None, words: str = "") -> tuple[str, str | None]:
    """What a failure is, and its code: `words` is what the server said, or the report's own text.

    Hard are addresses that are no good (5.1.x), and nothing else: a full mailbox, a policy, a content refused for spam
    say nothing about the address. A code beats words, and one that says something beats 5.0.0.
    """
    code = status_in(status or "")
    if vague(code):
        code = status_in(words) or code
    if not vague(code):
        hard = code.startswith("5.1.") and not of_the_sender(code, words)
        return (HARD if hard else SOFT), code
    if (code or "5").startswith("5") and _NOBODY.search(words):
        return HARD, code or "5.1.1"
    return (SOFT if code or _PLAIN.search(words) else UNKNOWN), code


def too_many(sent: int, hard: int, complaints: int) -> str | None:
    """Why a mailing is to stop by itself: "complaints", "errors", or None."""
    if complaints >= LEAST_COMPLAINTS and complaints * 1000 > COMPLAINTS_IN_1000 * sent:
        return "complaints"
    if hard >= LEAST_BOUNCES and hard * 1000 > BOUNCES_IN_1000 * sent:
        return "errors"
    return None
