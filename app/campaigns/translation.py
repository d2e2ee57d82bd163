"""How far a translation has come. Pure.

A translated block carries the digest of the source block it was made from; where the source says something else now,
the translation is behind, whatever its state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.kernel.tongues import OTHER_CODES

MISSING, STALE, MACHINE, DRAFT, REVIEWED, SOURCE = "missing", "stale", "machine", "draft", "reviewed", "source"
# The first of these that any block is in, a page is in.
WORST_FIRST = (MISSING, STALE, MACHINE, DRAFT, REVIEWED)


@dataclass(frozen=True)
class Made:
    """What a block of a translation was made from, and its state; both None where it is the source language's own."""

    source: str | None
    state: str | None


@dataclass(frozen=True)
class Original:
    """A block of the source language: its digest and, where that is known, when it came to say what it says."""

    digest: str
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """A document's translation as a whole. `since` is when the original last left it behind, or None."""

    state: str
    since: datetime | None = None


def block_state(made: Made | None, original: Original | None) -> str:
    """One of missing, stale, machine, draft, reviewed. A block whose original is gone is stale."""
    if made is None:
        return MISSING
    if original is None or made.source != original.digest:
        return STALE
    return made.state or STALE


def standing(blocks: dict[str, Made], originals: dict[str, Original]) -> Standing:
    """The whole document by its worst block. One with no head, or with nothing but a head, is missing.

    A document in which only some blocks are missing is stale: it can be read, and says that it is behind.
    """
    if "head" not in blocks or len(blocks) < 2:
        return Standing(MISSING)
    states = {key: block_state(blocks.get(key), originals.get(key)) for key in blocks.keys() | originals.keys()}
    behind = [key for key, state in states.items() if state in (MISSING, STALE)]
    if behind:
        return Standing(STALE, _latest(originals[key].changed_at for key in behind if key in originals))
    return Standing(next(state for state in WORST_FIRST if state in states.values()))


def tally(
    documents: Iterable[tuple[dict[str, Original], dict[str, dict[str, Made]]]], languages: Iterable[str]
) -> dict[str, dict[str, int]]:
    """How many blocks are in which state, by language. Each document is the blocks of its original, and those of its
    translations by language; what is not there is `missing`, but in a language
    besides the six, in which nothing has to be there."""
    found: dict[str, dict[str, int]] = {code: {} for code in languages}
    for originals, translations in documents:
        for code, states in found.items():
            own = translations.get(code, {})
            if not own and code in OTHER_CODES:
                continue
            for key, original in originals.items():
                state = block_state(own.get(key), original)
                states[state] = states.get(state, 0) + 1
    return found


def _latest(moments: Iterable[datetime]) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)
