"""Joining a pack with what has been edited here since the last pack, block by block. Pure.

Each block is looked at three times: what the last pack said (base), what stands here (at the desk, and published), what
this pack says (theirs). Where only one side has moved, it wins; where both have, and not to the same, that is a
conflict, and nobody's words are lost over it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .format import HEAD

# A block by kind, slug, language, key; what it says as (digest, source, state).
Key = tuple[str, str, str, str]
Stamp = tuple[str, str | None, str | None]


@dataclass
class Plan:
    """Which blocks become what the pack says; which are conflicts, each with the blocks that go with it."""

    taken: set[Key] = field(default_factory=set)
    conflicts: list[list[Key]] = field(default_factory=list)


def plan(base: dict[Key, Stamp], desk: dict[Key, Stamp], public: dict[Key, Stamp], theirs: dict[Key, Stamp]) -> Plan:
    """What becomes of each block that any of the four has."""
    found = Plan()
    everything = dict.fromkeys((*theirs, *base, *desk, *public))
    for document in dict.fromkeys(key[:3] for key in everything):
        keys = [key for key in everything if key[:3] == document]
        head = (*document, HEAD)
        # A document that is there on one side only is taken or kept whole: half of one is nothing.
        if len({head in side for side in (desk, public, theirs)}) == 1:
            for key in keys:
                _judge(found, [key], *(side.get(key) for side in (base, desk, public, theirs)))
        else:
            whole = ([side.get(key) for key in keys] for side in (base, desk, public, theirs))
            _judge(found, keys, *whole)
    return found


def _judge(found: Plan, keys: list[Key], base: Any, desk: Any, public: Any, theirs: Any) -> None:
    # What says what is published brings nothing new: what the desk has besides is a newer draft.
    if theirs in (base, public):
        return
    if desk in (base, theirs) and public in (base, theirs):
        found.taken.update(keys)
    else:
        found.conflicts.append(keys)


def value(base: Any, ours: Any, theirs: Any) -> tuple[Any, bool]:
    """A setting that may have moved on both sides: what it becomes, ours in a conflict; whether it is one."""
    if theirs in (base, ours):
        return ours, False
    return (theirs, False) if ours == base else (ours, True)


def order(base: Iterable[str], ours: Iterable[str], theirs: Iterable[str], there: Iterable[str]) -> list[str]:
    """The order of what is `there`: that of the side that moved it, ours where both did. What only the other side has
    comes after what it follows there."""
    base, ours, theirs, there = list(base), list(ours), list(theirs), set(there)
    first, second = (theirs, ours) if _same_order(base, ours) else (ours, theirs)
    found = [each for each in first if each in there]
    for number, each in enumerate(second):
        if each in there and each not in found:
            before = [known for known in second[:number] if known in found]
            found.insert(found.index(before[-1]) + 1 if before else 0, each)
    return found


def _same_order(base: list[str], ours: list[str]) -> bool:
    return [each for each in ours if each in base] == [each for each in base if each in ours]
