"""Pure decisions about letters: versions, links and mails, and what is signed by the house."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from .models import MATERIAL, PUBLIC

MAILS_A_DAY = 3
MAILS_A_WEEK = 12
LIST_FORM = "plenary list 1"
RECEIPT_FORM = "plenary receipt 1"


@dataclass(frozen=True)
class Edition:
    """One version: its number and whether it changed the substance."""

    number: int
    kind: str


def stands_under(editions: Sequence[Edition], version: int) -> int:
    """The version under which a signature of `version` is told: editorial ones carry signatures over, up to the next
    material one."""
    told = version
    for edition in sorted(editions, key=lambda edition: edition.number):
        if edition.number > version:
            if edition.kind == MATERIAL:
                break
            told = edition.number
    return told


def by_version(editions: Sequence[Edition], signed: Mapping[int, int]) -> list[tuple[int, int]]:
    """How many stand under each version, newest first; versions under which nobody stands are left out."""
    found: dict[int, int] = {}
    for version, number in signed.items():
        told = stands_under(editions, version)
        found[told] = found.get(told, 0) + number
    return [(version, number) for version, number in sorted(found.items(), reverse=True) if number]


def is_asked_again(editions: Sequence[Edition], version: int) -> bool:
    """Whether whoever signed this version is to say whether they sign the newest one, too."""
    return bool(editions) and stands_under(editions, version) != max(edition.number for edition in editions)


def mail_may_go(kind: str, before: Iterable[tuple[str, date]], today: date) -> bool:
    """Whether one more mail that a form calls for may go: at most three in a day and twelve in a week, so that nobody
    can flood a mailbox through it. Mails about what was decided always go."""
    if kind not in ("confirm", "repeat"):
        return True
    sent = [day for was, day in before if was in ("confirm", "repeat")]
    return sent.count(today) < MAILS_A_DAY and len(sent) < MAILS_A_WEEK


def is_shown(state: str, visibility: str, delayed: bool, handed_over: bool) -> bool:
    """Whether a signatory stands on the public list."""
    return state == "counted" and visibility == PUBLIC and (handed_over or not delayed)


def list_digest(lines: Iterable[Sequence[str]], salt: bytes) -> str:
    """SHA-256 (hex) of a salt and a public list: for each signatory list, name, country and version, parted by tabs;
    the lines in the order of their bytes, a line feed after each, as UTF-8. Numbers, days and order are not in it."""
    return sha256(salt + list_bytes(lines)).hexdigest()


def list_bytes(lines: Iterable[Sequence[str]]) -> bytes:
    """The public list as its digest is made of it."""
    rows = sorted("\t".join(" ".join(part.split()) for part in line).encode() for line in lines)
    return b"".join(row + b"\n" for row in rows)


TENS = 10


def in_tens(number: int) -> int:
    """A number rounded down to tens: what is told of those who are not named. Nought is not told."""
    return number - number % TENS


def statement(letter: str, day: date, number: int, digest: str, before: str) -> str:
    """What is signed of a day: the number of lines, their digest, and the digest of the statement before ("-": none),
    so that no day can be taken out of the row unseen."""
    said = (LIST_FORM, f"letter: {letter}", f"day: {day.isoformat()}", f"signatories: {number}", f"list: {digest}")
    return "\n".join((*said, f"before: {before}")) + "\n"


def receipt(letter: str, roll: str, name: str, version: int, language: str, digest: str, moment: str) -> str:
    """What is signed for a signatory: the letter, their name, and which text they signed when (UTC)."""
    said = (
        RECEIPT_FORM,
        f"letter: {letter}",
        f"list: {roll}",
        f"name: {' '.join(name.split())}",
        f"version: {version}",
    )
    return "\n".join((*said, f"language: {language}", f"text: {digest}", f"signed: {moment}")) + "\n"
