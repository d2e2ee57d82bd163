"""Whether two organisations may be one: a score with its reasons, and the keys by which such pairs are found. Pure.

Every rule looks at both sides alike, so that the order of the two never matters.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations, product

from .naming import Normal, acronym, normal, skeleton

SAME, MAYBE = "same", "maybe"
# From so many points on two are taken for one, or shown to somebody who decides.
SAME_FROM, MAYBE_FROM = 78, 50
# A pair that a country, a kind of body, or a place or number in the name tells apart may be chapter and parent: never
# "same".
UNSURE = 70
# Below so many letters an acronym says too little.
SHORTEST_ACRONYM = 3
LONGEST_CORE = 8
REASONS = (
    *("domain", "name", "close", "acronym", "same_acronym", "same_country"),
    *("other_place", "other_country", "other_kind", "other_number"),
)


@dataclass(frozen=True)
class Profile:
    """An organisation as it is compared. `domains` are opaque: two are equal, or are not."""

    names: tuple[str, ...]
    acronym: str | None = None
    country: str | None = None
    domains: frozenset = frozenset()

    @cached_property
    def normals(self) -> tuple[Normal, ...]:
        """Its names, taken apart."""
        return tuple(normal(name) for name in self.names)

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """Its acronyms: the one that is written down, and those that stand in brackets behind a name."""
        found = {acronym(self.acronym)}.union(*(one.acronyms for one in self.normals))
        return frozenset(short for short in found if len(short) >= SHORTEST_ACRONYM)


@dataclass(frozen=True)
class Match:
    """How much speaks for two being one: points of a hundred, "same" or "maybe", and why (of REASONS)."""

    points: int
    verdict: str
    reasons: tuple[str, ...] = field(default=())


def compare(one: Profile, other: Profile) -> Match | None:
    """What speaks for the two being one organisation; None: nothing that is worth a look."""
    for_it: dict[str, int] = {}
    if one.domains & other.domains:
        for_it["domain"] = 80
    likeness, pair = _names(one, other)
    if likeness == 1.0:
        for_it["name"] = 90
    elif likeness >= 0.75:
        for_it["close"] = 82 if likeness >= 0.9 else 60
    for_it |= _acronyms(one, other)
    if not for_it:
        return None
    if one.country and one.country == other.country:
        for_it["same_country"] = 5
    points = min(100, max(for_it.values()) + 5 * (len(for_it) - 1))
    against = _against(one, other, pair)
    if against:
        points = min(points, UNSURE)
    if points < MAYBE_FROM:
        return None
    verdict = SAME if points >= SAME_FROM else MAYBE
    return Match(points, verdict, tuple(reason for reason in REASONS if reason in for_it or reason in against))


def _names(one: Profile, other: Profile) -> tuple[float, tuple[Normal, Normal] | None]:
    best, most = None, None
    for left, right in product(one.normals, other.normals):
        # Of equally like names, the pair that agrees on its places and kinds.
        rank = _alike(left, right), not left.places ^ right.places, not left.kinds ^ right.kinds
        if most is None or rank > most:
            best, most = (left, right), rank
    return (most[0], best) if most else (0.0, None)


def _alike(left: Normal, right: Normal) -> float:
    if not left.core or not right.core:
        return 0.0
    if left.numbers and right.numbers and left.numbers != right.numbers:
        # Section 4 and Section 5.
        return 0.0
    if sorted(left.core) == sorted(right.core) or "".join(left.core) == "".join(right.core):
        return 1.0
    return min(_covered(left.core, right.core), _covered(right.core, left.core))


def _covered(words: tuple[str, ...], others: tuple[str, ...]) -> float:
    """How much of the words' letters the others have too, in any order."""
    letters = sum(map(len, words))
    return sum(len(word) * max(_word(word, other) for other in others) for word in words) / letters


# The same words come up again and again in the names of one list.
@lru_cache(maxsize=1 << 16)
def _word(one: str, other: str) -> float:
    if one == other:
        return 1.0
    bones = skeleton(one)
    # Two consonants are enough where a script writes no vowels.
    if bones == skeleton(other) and (len(bones) >= 3 or (len(bones) == 2 and (_voiceless(one) or _voiceless(other)))):
        return 0.95
    if min(len(one), len(other)) < 4:
        return 0.0
    longest = max(len(one), len(other))
    # Letters that only one of them has cannot be exchanged for each other's: the distance is not less.
    if longest - (Counter(one) & Counter(other)).total() > 0.4 * longest:
        return 0.0
    likeness = 1 - _distance(one, other) / longest
    return likeness if likeness >= 0.6 else 0.0


def _voiceless(word: str) -> bool:
    return not set(word) & set("aeiou")


def _distance(one: str, other: str) -> int:
    """Levenshtein's distance; two neighbours that changed places count once."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b)))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], earlier[j - 2] + 1)
    return row[-1]


def _acronyms(one: Profile, other: Profile) -> dict[str, int]:
    found = {}
    if _shortens(one, other) or _shortens(other, one):
        found["acronym"] = 65
    if one.acronyms & other.acronyms:
        # The same three letters in one country are worth a look; in two countries they are chance.
        found["same_acronym"] = 50 if one.country and one.country == other.country else 45
    return found


def _shortens(one: Profile, other: Profile) -> bool:
    """Whether an acronym of `one`, or a name that is one, is made of the initials of a name of `other`."""
    short = one.acronyms | _short_names(one)
    return any(short & name.initials for name in other.normals) or bool(_short_names(other) & one.acronyms)


def _short_names(profile: Profile) -> frozenset[str]:
    return frozenset(name.core[0] for name in profile.normals if len(name.core) == 1 and 3 <= len(name.core[0]) <= 8)


def _against(one: Profile, other: Profile, pair: tuple[Normal, Normal] | None) -> set[str]:
    against = set()
    if one.country and other.country and one.country != other.country:
        against.add("other_country")
    if pair:
        left, right = pair
        # A name without a place, of an organisation in that place, says the same.
        told = ({one.country} if not left.places else set()) | ({other.country} if not right.places else set())
        if (left.places ^ right.places) - told:
            against.add("other_place")
        if left.kinds and right.kinds and not left.kinds & right.kinds:
            against.add("other_kind")
    if not any(left.numbers == right.numbers for left, right in product(one.normals, other.normals)):
        against.add("other_number")
    return against


def keys(profile: Profile) -> set[str]:
    """The keys that a profile is found by."""
    found = {f"a:{short}" for short in profile.acronyms | _short_names(profile)}
    for name in profile.normals:
        found |= {f"i:{short}" for short in name.initials} | _name_keys(name)
    return found


def asked(profile: Profile) -> set[str]:
    """The keys to look for: whoever may be the same organisation has one of them at least among their `keys`.

    Initials are looked for among acronyms alone: that two names have the same initials says nothing.
    """
    shorts = profile.acronyms | _short_names(profile)
    found = {f"{kind}:{short}" for short in shorts for kind in "ai"}
    for name in profile.normals:
        found |= {f"a:{short}" for short in name.initials} | _name_keys(name)
    return found


def _name_keys(name: Normal) -> set[str]:
    core = sorted(name.core)[:LONGEST_CORE]
    bones = sorted(name.bones)[:LONGEST_CORE]
    found = {
        "n:" + "".join(name.core)[:80],
        "s:" + " ".join(bones),
        "b:" + " ".join(sorted(word[:3] for word in core)),
        "e:" + " ".join(sorted(word[-3:] for word in core)),
    }
    if len(bones) >= 4:
        found |= {"s:" + " ".join(left) for left in combinations(bones, len(bones) - 1)}
    return found
