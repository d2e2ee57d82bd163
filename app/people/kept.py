"""What one line of the table of retention says (see retention.py)."""

from dataclasses import dataclass

SEALED = "encrypted"
KEYED = "HMAC with a secret key"
HASHED = "SHA-256 of 192 random bits"
PLAIN = "plain"
NOBODY = "nobody"


@dataclass(frozen=True)
class Kept:
    """One kind of personal data: what it is, where, in which form, how long, why, who lets go of it, who sees it."""

    what: str
    where: tuple[str, ...]
    form: str
    how_long: str
    why: str
    by: str
    seen_by: str = NOBODY
