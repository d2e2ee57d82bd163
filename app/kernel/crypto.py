"""Personal fields at rest: AES-256-GCM columns, and keyed digests to find a row again.

A stored value begins with one byte, the number of its key, so keys can be exchanged while both are held.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12

# What a column that holds one of `Keyring.digests` says of itself (`info=`), so that a backup can name its keys.
KEYED_DIGEST = {"keyed_digest": True}


class UnknownKey(Exception):
    """A stored value was written with a key that the settings no longer hold, or was tampered with."""


class Keyring:
    """Encryption and digest keys, by number, the first of each being the one that writes."""

    def __init__(self, encryption: Mapping[int, bytes], digest: Mapping[int, bytes]):
        self._ciphers = {number: AESGCM(key) for number, key in encryption.items()}
        self._digest_keys = dict(digest)
        self.newest = next(iter(encryption))

    def encrypt(self, text: str, context: str) -> bytes:
        """`text` sealed for `context` (table.column): it opens nowhere else."""
        return self.encrypt_bytes(text.encode(), context)

    def encrypt_bytes(self, content: bytes, context: str) -> bytes:
        """The same for what is no text."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self.newest].encrypt(nonce, content, context.encode())
        return bytes([self.newest]) + nonce + sealed

    def decrypt(self, blob: bytes, context: str) -> str:
        """The text of `encrypt`. Raises UnknownKey when its key is gone or the value was changed."""
        return self.decrypt_bytes(blob, context).decode()

    def decrypt_bytes(self, blob: bytes, context: str) -> bytes:
        """What `encrypt_bytes` sealed. Raises as `decrypt`."""
        cipher = self._ciphers.get(blob[0])
        if cipher is None:
            raise UnknownKey(f"{context}: there is no encryption key number {blob[0]}")
        try:
            return cipher.decrypt(blob[1 : NONCE_BYTES + 1], blob[NONCE_BYTES + 1 :], context.encode())
        except (InvalidTag, ValueError) as error:
            raise UnknownKey(f"{context}: the value does not open with key number {blob[0]}") from error

    def signers(self, purpose: str) -> dict[int, Ed25519PrivateKey]:
        """Keys to sign with for `purpose`, by number, the one that signs first. They are derived from the digest keys
        (HKDF-SHA-256), so that they are held, kept and exchanged with those, and nothing more can be lost."""
        return {number: _signer(key, purpose) for number, key in self._digest_keys.items()}

    def digests(self, text: str, purpose: str) -> list[bytes]:
        """HMAC-SHA-256 of `text` for `purpose` under each digest key, newest first, after the key's number."""
        message = f"{purpose}\0{text}".encode()
        return [
            bytes([number]) + hmac.digest(key, message, hashlib.sha256) for number, key in self._digest_keys.items()
        ]


def _signer(key: bytes, purpose: str) -> Ed25519PrivateKey:
    seed = HKDF(hashes.SHA256(), length=32, salt=None, info=f"ed25519\0{purpose}".encode()).derive(key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def keyring() -> Keyring:
    """The keyring of the running app."""
    return current_app.extensions["keyring"]


class EncryptedText(TypeDecorator):
    """A text column that only the holder of the keys can read.

    `context` is `table.column`; it is bound into the seal, so that a value copied to another column does not open.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str):
        super().__init__()
        self.context = context

    def process_bind_param(self, value, dialect):
        return None if value is None else keyring().encrypt(value, self.context)

    def process_result_value(self, value, dialect):
        return None if value is None else keyring().decrypt(bytes(value), self.context)


class EncryptedBytes(EncryptedText):
    """The same for files: takes and gives bytes."""

    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else keyring().encrypt_bytes(value, self.context)

    def process_result_value(self, value, dialect):
        return None if value is None else keyring().decrypt_bytes(bytes(value), self.context)
