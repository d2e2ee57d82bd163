"""Passwords: which ones are good enough, and their hashes (argon2id, RFC 9106). No rules of composition (NIST SP
800-63B-4, 3.1.1.2): length, and not what is tried first."""

import unicodedata
from functools import cache
from pathlib import Path

import argon2

SHORTEST = 12
LONGEST_BYTES = 1024
FEWEST_CHARACTERS = 5
_LIST = Path(__file__).parent / "data" / "common_passwords.txt"
_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)

# Of no password: whoever has none, or does not exist, is compared with it, at the cost of all others.
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$cGxlbmFyeW5vYm9keXNzYWx0$DRl3ZH1pOcMfGXrJW6v1aA9KSkgNt5L0QHvKpZ2aUVY"


def normal(password: str) -> str:
    """One form for what different keyboards send for the same letters (NFKC, as RFC 8265 asks for)."""
    return unicodedata.normalize("NFKC", password)


def core(password: str) -> str:
    """What is left of a password in lower case without the digits and signs around it, which add little."""
    text = normal(password).casefold()
    letters = [place for place, character in enumerate(text) if character.isalpha()]
    return text[letters[0] : letters[-1] + 1] if letters else ""


@cache
def common() -> frozenset[str]:
    """The cores of the passwords that are used, and so tried, most."""
    return frozenset(_LIST.read_text(encoding="utf-8").split("\n")) - {""}


def fault(password: str, own: tuple[str, ...] = ()) -> str | None:
    """Why a password may not be chosen: "short", "long" or "common"; None if it may. `own` are words that stand near:
    the name of its owner, their address."""
    text = normal(password)
    if len(text.encode()) > LONGEST_BYTES:
        return "long"
    if len(text) < SHORTEST:
        return "short"
    return "common" if _is_common(text.casefold(), own) else None


def _is_common(text: str, own: tuple[str, ...]) -> bool:
    middle = core(text)
    near = {core(word) for word in (*own, *(word.partition("@")[0] for word in own), "plenary")} - {""}
    guessed = common() | near
    return (
        len(set(text)) < FEWEST_CHARACTERS
        or not middle
        or text in guessed
        or middle in guessed
        or (len(middle) < FEWEST_CHARACTERS and len(text) < 2 * SHORTEST)
        or any(
            text == text[:size] * (len(text) // size) for size in range(1, len(text) // 2 + 1) if not len(text) % size
        )
    )


def hashed(password: str) -> str:
    """The hash to store. One computation."""
    return _hasher.hash(normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one of this hash. One computation, whether there is a hash or not."""
    text = normal(password)
    try:
        right = _hasher.verify(stored or NOBODYS, text if len(text.encode()) <= LONGEST_BYTES else "")
    except argon2.exceptions.VerificationError:
        return False
    return right and stored is not None
