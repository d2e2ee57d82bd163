"""What petitions and letters sign by alike: the canonical text and its digest, the form's token, milestones. Pure."""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta

TOKEN_DAYS = 8
LEAST_MILESTONE = 10


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
