"""Links that work for ever: a random token in the mail, its digest in the database."""

import hashlib
import secrets

TOKEN_BYTES = 24


def new_token() -> tuple[str, bytes]:
    """A token for a link (32 URL-safe characters, 192 bits) and the digest to store."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, token_digest(token)


def token_digest(token: str) -> bytes:
    """SHA-256 of a token. It needs no key: 192 random bits cannot be guessed, and no key change can break a link."""
    return hashlib.sha256(token.encode()).digest()
