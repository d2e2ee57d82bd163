"""Digests by which an address is found again within one letter, random numbers, and what the house signs."""

import secrets
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.kernel.crypto import keyring
from app.people import operations as people

from .rules import RECEIPT_FORM

SIGNING_PURPOSE = "letters"


def random_id() -> int:
    """A number for a row whose place and age nobody should tell."""
    return secrets.randbelow(2**62) + 1


def address_digests(letter_id: int, address: str) -> list[bytes]:
    """The digests of a checked address for one letter, under every key, the newest first. They are made from those of
    `people_person`, and equal none of them, nor those of another letter: without the key they join with nothing."""
    return digests_of(letter_id, people.email_digests(address))


def digests_of(letter_id: int, digests: Iterable[bytes]) -> list[bytes]:
    """The same from the digests that somebody is known by elsewhere."""
    purpose = f"letters.signatory:{letter_id}"
    return [made for digest in digests for made in keyring().digests(digest.hex(), purpose)]


def word_keys(word: str) -> list[str]:
    """What a word of a person's name is looked for by, under every key, the newest first."""
    return [f"p:{made.hex()}" for made in keyring().digests(word, "letters.person_word")]


def sign(text: str) -> tuple[int, bytes]:
    """The number of the key, and an Ed25519 signature of a text (RFC 8032)."""
    number, key = next(iter(keyring().signers(SIGNING_PURPOSE).items()))
    return number, key.sign(text.encode())


def public_keys() -> dict[int, str]:
    """The public keys by number, in hexadecimal, the one that signs now first."""
    signers = keyring().signers(SIGNING_PURPOSE)
    return {number: key.public_key().public_bytes_raw().hex() for number, key in signers.items()}


def is_ours(text: str, signature: bytes) -> int | None:
    """The number of the key under which this house signed a text; None: it did not."""
    for number, key in public_keys().items():
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, text.encode())
        except InvalidSignature:
            continue
        return number
    return None


SIGNATURE_LINE = "signature: "


def with_signature(text: str) -> str:
    """A text with a line that holds the key's number and its signature."""
    number, signature = sign(text)
    return f"{text}{SIGNATURE_LINE}{number} {signature.hex()}\n"


def receipt_in(typed: str) -> dict[str, str] | None:
    """What a receipt of `rules.receipt` says, by name, if this house gave it; None: it did not."""
    text, line, rest = typed.strip().partition(f"\n{SIGNATURE_LINE}")
    try:
        signature = bytes.fromhex(rest.partition(" ")[2].strip())
    except ValueError:
        return None
    if not line or is_ours(f"{text}\n", signature) is None or not text.startswith(f"{RECEIPT_FORM}\n"):
        return None
    return dict(part.split(": ", 1) for part in text.split("\n")[1:])
