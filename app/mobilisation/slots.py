"""Words of a mailing that each recipient has their own of: `{name}`, `{name|friends}`. Pure.

A slot is a name and, after a bar, what stands there for whoever has no value. There is no code in it, no attribute and
no format: what is not in NAMES is a fault, told with its place. `{{` and `}}` write a brace.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.kernel import i18n

NAME, ORGANISATION, STATE, POSITION, SIGN_LINK, MISSION = NAMES = (
    "name",
    "organisation",
    "state",
    "position",
    "sign_link",
    "mission",
)
# These are addresses of pages: they may be a link's target, and have no fallback but another address.
LINKS = frozenset({SIGN_LINK})
# An address stands by itself also in a text from right to left, and nothing may stand around it in a link.
_BARE = LINKS | {MISSION}
# What a neutral mail may say of its recipient: not whom they work for, nor what it is about.
NEUTRAL = frozenset({NAME, SIGN_LINK})

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
# Directions of writing that a value could turn its surroundings with (UAX #9), and marks that composing.py uses.
_TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]")


@dataclass(frozen=True)
class Slot:
    """A slot as a text has it: its name, and what stands there for who has no value (None: nothing is said)."""

    name: str
    fallback: str | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with a slot and where: `why` is unknown, brace or fallback; line and column count from 1."""

    why: str
    said: str
    line: int
    column: int


Piece = str | Slot


class Bad(ValueError):
    """A text with slots that cannot be read; `faults` says what and where."""

    def __init__(self, faults: list[Fault]):
        super().__init__(", ".join(f"{fault.why} {fault.line}:{fault.column}" for fault in faults))
        self.faults = faults


class Lacking(LookupError):
    """Slots that have neither a value nor a fallback for somebody; `names` are theirs."""

    def __init__(self, names: tuple[str, ...]):
        super().__init__(", ".join(names))
        self.names = names


def parse(source: str) -> tuple[Piece, ...]:
    """The text in pieces: words as they stand, and slots. Raises Bad."""
    pieces, faults = read(source)
    if faults:
        raise Bad(faults)
    return pieces


def read(source: str) -> tuple[tuple[Piece, ...], list[Fault]]:
    """The text in pieces, and what is wrong with it; what is wrong stands among the pieces as words."""
    pieces: list[Piece] = []
    faults: list[Fault] = []
    last = 0
    for found in _TOKEN.finditer(source):
        _add(pieces, source[last : found.start()])
        last = found.end()
        said = found[0]
        if said in ("{{", "}}"):
            _add(pieces, said[0])
            continue
        name, bar, fallback = (found[1] or "").partition("|")
        name, fallback = name.strip().lower(), fallback.strip()
        why = "brace" if found[1] is None else "unknown" if name not in NAMES else None
        if why is None and bar and (not fallback or (name in LINKS and not fallback.startswith("https://"))):
            why = "fallback"
        if why:
            before = source.rfind("\n", 0, found.start())
            faults.append(Fault(why, said, source.count("\n", 0, found.start()) + 1, found.start() - before))
            _add(pieces, said)
        else:
            pieces.append(Slot(name, fallback if bar else None))
    _add(pieces, source[last:])
    return tuple(pieces), faults


def _add(pieces: list[Piece], words: str) -> None:
    if words and pieces and isinstance(pieces[-1], str):
        pieces[-1] += words
    elif words:
        pieces.append(words)


def used(pieces: Iterable[Piece]) -> frozenset[str]:
    """The names of the slots that a text has."""
    return frozenset(piece.name for piece in pieces if isinstance(piece, Slot))


def lacking(pieces: Iterable[Piece], values: Mapping[str, str | None]) -> tuple[str, ...]:
    """The slots of a text that have neither a value nor a fallback, in the order of NAMES."""
    without = {p.name for p in pieces if isinstance(p, Slot) and p.fallback is None and not values.get(p.name)}
    return tuple(name for name in NAMES if name in without)


def fill(pieces: Iterable[Piece], values: Mapping[str, str | None]) -> str:
    """The text for somebody with these values. Raises Lacking."""
    pieces = tuple(pieces)
    without = lacking(pieces, values)
    if without:
        raise Lacking(without)
    return "".join(p if isinstance(p, str) else values.get(p.name) or p.fallback or "" for p in pieces)


def value(said: str | None, language: str, name: str) -> str | None:
    """A value as it may stand in a mail of a language: in one line, turning nothing round; None for an empty one."""
    words = _TURNING.sub("", said or "")
    if not words.isprintable():
        words = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in words)
    words = " ".join(words.split())
    if not words:
        return None
    if name in _BARE or i18n.EVERY[language].dir == "ltr":
        return words
    return f"\u2068{words}\u2069"
