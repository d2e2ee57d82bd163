"""Whether a webhook is Stripe's own: its signature over the raw body (https://docs.stripe.com/webhooks/signature).

Ours rather than the library's: that one would be loaded by whatever stranger posts here, takes the body for text, and
asks another clock. A test compares both.
"""

import hashlib
import hmac
from collections.abc import Iterable

TOLERANCE = 300


def genuine(body: bytes, header: str, secrets: Iterable[str], now: int) -> bool:
    """Whether `header` (Stripe-Signature) proves `body` under one of the secrets, and is at most five minutes old."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdigit()) or len(moments[0]) > 12:
        return False
    if abs(now - int(moments[0])) > TOLERANCE:
        return False
    signed = moments[0].encode() + b"." + body
    expected = [hmac.digest(secret.encode(), signed, hashlib.sha256).hex() for secret in secrets]
    return any([hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given])
