"""The word in a receipt's link. It is made of the number of what it leads to and a keyed code, so that no row is kept
for it, whoever has the database alone can make none, and it works for as long as the receipt's donor is known."""

import base64
import binascii
import hmac
from dataclasses import dataclass

from app.kernel.crypto import keyring

PURPOSE = "donations.receipt-link"
RECEIPT, STATEMENT = "receipt", "statement"
_KINDS = {b"r": RECEIPT, b"s": STATEMENT}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_CODE_BYTES = 18


@dataclass(frozen=True)
class Stamp:
    """What a link leads to: the receipt of a payment, or a statement, by its id."""

    kind: str
    id: int


def word(stamp: Stamp) -> str:
    """The word for a link, 36 characters."""
    content = _LETTERS[stamp.kind] + stamp.id.to_bytes(8, "big")
    return base64.urlsafe_b64encode(content + _codes(content)[0]).decode()


def read(text: str) -> Stamp | None:
    """What `word` wrote; None for anything else."""
    try:
        found = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    content, code = found[:9], found[9:]
    if len(found) != 9 + _CODE_BYTES or content[:1] not in _KINDS:
        return None
    if not any(hmac.compare_digest(code, ours) for ours in _codes(content)):
        return None
    return Stamp(_KINDS[content[:1]], int.from_bytes(content[1:], "big"))


def _codes(content: bytes) -> list[bytes]:
    # The first byte of a digest is its key's number.
    return [digest[1 : 1 + _CODE_BYTES] for digest in keyring().digests(content.hex(), PURPOSE)]
