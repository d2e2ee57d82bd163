"""What a mail of a mailing bears of its delivery: three words made of one random token, and none says whose it is.

- The link in the mail holds the token itself: whoever holds the mail may leave.
- The return path (VERP) holds the token and a keyed code, as whoever was forwarded the mail has the link, and must not
  be able to say that the mail came back. It is hexadecimal: some mail servers change the case of addresses.
- The Message-ID is a digest, as replies quote it in public, where nobody is to make the other two of it.

Once it is to be forgotten who was written to, the token goes from our books, too. A digest of it stays, to find the
delivery by, and who it went to, sealed under a key that is made of the token: whoever holds the mail can still leave by
its link, however old it is, and nobody else can open what is kept, we least of all.
"""

import base64
import binascii
import hashlib
import hmac
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.kernel.crypto import Keyring

TOKEN_BYTES = 16
PURPOSE = "mobilisation.return-path"
# With the token 48 characters; with "bounces+" before them less than the 64 of RFC 5321, 4.5.3.1.1.
_CODE_BYTES = 8
# Also in what forwarders make of an address, such as SRS0=ab=cd=example.org=bounces+…@forwarder.example.
_STAMP = re.compile(r"(?<![A-Za-z0-9])[0-9A-Fa-f]{48}(?![A-Za-z0-9])")
_NAMED = b"message-id\0"
_KEPT, _READER = b"kept\0", b"reader\0"
# Each key seals one thing, once.
_NONCE = bytes(12)
_LINK = re.compile(r"/mail/([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")


def stamp(token: bytes, keyring: Keyring) -> str:
    """The token with its code, 48 characters that no mail server changes the meaning of."""
    return (token + _codes(token, keyring)[0]).hex()


def return_path(token: bytes, bounces: str, keyring: Keyring) -> str:
    """The envelope's sender for one delivery; `bounces` is the address that reports come to."""
    local, _, domain = bounces.rpartition("@")
    return f"{local}+{stamp(token, keyring)}@{domain}"


def token_in(text: str, keyring: Keyring) -> bytes | None:
    """The token of the first stamp of ours in a text, such as an address or a whole report; None: there is none."""
    for found in _STAMP.findall(text):
        content = bytes.fromhex(found)
        token, code = content[:TOKEN_BYTES], content[TOKEN_BYTES:]
        if any(hmac.compare_digest(code, ours) for ours in _codes(token, keyring)):
            return token
    return None


def message_id(token: bytes, domain: str) -> str:
    """The Message-ID of a delivery's mail: the same whenever it is made, with its angle brackets."""
    return f"<{hashlib.sha256(_NAMED + token).hexdigest()[:40]}@{domain}>"


def link_word(token: bytes) -> str:
    """The token as it stands in a link, 22 characters."""
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def token_of_link(word: str) -> bytes | None:
    """What `link_word` wrote; None for anything else."""
    try:
        token = base64.b64decode(f"{word}==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == TOKEN_BYTES and link_word(token) == word else None


def token_in_link(text: str) -> bytes | None:
    """The token of the first link of a mailing in a text; None: there is none."""
    found = _LINK.search(text)
    return token_of_link(found[1]) if found else None


def kept(token: bytes) -> bytes:
    """What a delivery is found by once its token is forgotten."""
    return hashlib.sha256(_KEPT + token).digest()[:TOKEN_BYTES]


def sealed(token: bytes, person_id: int) -> bytes:
    """Who a mail went to, as only its own token opens it."""
    return _cipher(token).encrypt(_NONCE, person_id.to_bytes(8, "big"), kept(token))


def opened(token: bytes, reader: bytes) -> int | None:
    """What `sealed` wrote; None for another token's."""
    try:
        return int.from_bytes(_cipher(token).decrypt(_NONCE, reader, kept(token)), "big")
    except InvalidTag:
        return None


def _cipher(token: bytes) -> AESGCM:
    return AESGCM(hashlib.sha256(_READER + token).digest())


def _codes(token: bytes, keyring: Keyring) -> list[bytes]:
    return [digest[1 : 1 + _CODE_BYTES] for digest in keyring.digests(token.hex(), PURPOSE)]
