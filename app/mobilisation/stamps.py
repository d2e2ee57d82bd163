"""What a mail of a mailing bears of its delivery: three words made of one random token, and none says whose it is.

- The link in the mail holds the token itself: whoever holds the mail may leave.
- The return path (VERP) holds the token and a keyed code, as whoever was forwarded the mail has the link, and must not
  be able to say that the mail came back. It is hexadecimal: some mail servers change the case of addresses.
- The Message-ID is a digest, as replies quote it in public, where nobody is to make the other two of it.
"""

import base64
import binascii
import hashlib
import hmac
import re

from app.kernel.crypto import Keyring

TOKEN_BYTES = 16
PURPOSE = "mobilisation.return-path"
# With the token 48 characters; with "bounces+" before them less than the 64 of RFC 5321, 4.5.3.1.1.
_CODE_BYTES = 8
# Also in what forwarders make of an address, such as SRS0=ab=cd=example.org=bounces+…@forwarder.example.
_STAMP = re.compile(r"(?<![A-Za-z0-9])[0-9A-Fa-f]{48}(?![A-Za-z0-9])")
_NAMED = b"message-id\0"
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


def _codes(token: bytes, keyring: Keyring) -> list[bytes]:
    return [digest[1 : 1 + _CODE_BYTES] for digest in keyring.digests(token.hex(), PURPOSE)]
