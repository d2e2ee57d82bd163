"""What may be told of a period's parts, signatures by region, language or source: the rule of rules.py, for reports.

Whoever has two reports can subtract them, whoever has all of them most of all, and what each day added in all is public
to the last signature. So a report never counts a part over its own two dates:

- Parts are told by whole calendar months that are over. Every report of a period is a sum of the same months, and two
  reports differ by whole months, never by a day.
- In a month a part with fewer than ten signatures, none included, is not told. What is not told is one sum; and that
  sum is known, as the month's total is. So one part more is kept back that has ten or more: from the sum nobody can
  tell what is of it and what of the small ones.
- Which one is kept back must not depend on how large it was, or its size would bound the rest. It is the first with ten
  or more in an order that every reader could make: what has no name first, then by what was told of it before, least
  first, then by name.

Parts count who ever confirmed, like the areas of a petition: withdrawing, erasing or being called false lowers none of
them, so a report of a past month says tomorrow what it says today. `tests/people/test_periods.py` goes through every
small case of a month as a reader who knows the rule.

A partner, who can send an address to one person and look, is told less: `steps`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .rules import SMALL

# The part of what has no name: no region, no source.
NOWHERE = ""


@dataclass(frozen=True)
class Told:
    """What may be told of some months: each part that may stand alone, and one sum over everything else."""

    parts: dict[str, int]
    rest: int


def tell(months: Sequence[Mapping[str, int]], known: Iterable[str] = (), chosen: slice = slice(None)) -> Told:
    """What may be told of the `chosen` of these months, given oldest first from the very first one on.

    Each month is its signatures by part. `known` are the parts that there are in any case, whether or not anybody
    signed: regions, languages. Where they are not known, as sources are not, there is always one more that nobody sees.
    """
    known = frozenset(known)
    told_before: Counter = Counter()
    parts: Counter = Counter()
    rest = 0
    wanted = set(range(len(months))[chosen])
    for number, month in enumerate(months):
        alone = _alone(month, known, told_before)
        told_before.update(alone)
        if number in wanted:
            parts.update(alone)
            rest += sum(month.values()) - sum(alone.values())
    return Told(dict(sorted(parts.items(), key=lambda item: (-item[1], item[0]))), rest)


def _alone(month: Mapping[str, int], known: frozenset[str], told_before: Mapping[str, int]) -> dict[str, int]:
    large = [part for part, number in month.items() if number >= SMALL]
    if known and known | month.keys() == set(large):
        return dict(month)
    kept_back = min(large, key=lambda part: (part != NOWHERE, told_before[part], part), default=None)
    return {part: month[part] for part in large if part != kept_back}


@dataclass(frozen=True)
class Step:
    """At least ten signatures more: from the Monday of one week to the Sunday of another."""

    first: date
    last: date
    number: int


def steps(days: Mapping[date, int], today: date) -> list[Step]:
    """What a partner is told of those who came through it: weeks that are over, taken together until they hold ten.

    What is left under ten is not told yet. So the figure moves once a week at most, and never by fewer than ten.
    """
    weeks: Counter = Counter()
    for day, number in days.items():
        weeks[day - timedelta(days=day.weekday())] += number
    found, first, held = [], None, 0
    for monday in sorted(weeks):
        sunday = monday + timedelta(days=6)
        if sunday >= today:
            break
        first, held = first or monday, held + weeks[monday]
        if held >= SMALL:
            found.append(Step(first, sunday, held))
            first, held = None, 0
    return found
