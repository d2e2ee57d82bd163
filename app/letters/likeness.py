"""Which signatories of one letter may be one: the same body twice, chapter and parent, a person in two lists. Pure.

Nothing here decides: what is found is put side by side before a person. Whoever is compared is known by any key that
lasts; domains are compared as they are, in memory alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.people import matching
from app.people.matching import SAME, Match, Profile
from app.people.websites import own_domain

from .mandates import gives_to_all, one_name, words_of

# Points of a pair that bears one person's name, of a hundred (matching.Match).
ONE_PERSON = 70
PERSON = "person"


@dataclass(frozen=True)
class Named:
    """A signatory as it is compared: an organisation by its profile, a person by `person`. Of an organisation `person`
    is who signed for it."""

    key: str
    person: str
    profile: Profile | None = None


def profile(names: Iterable[str], acronym: str | None, country: str | None, website: str | None, address: str | None):
    """An organisation as it is compared: by its names, and by the domains that are its own."""
    hosts = [urlsplit(website).hostname] if website else []
    if address and not gives_to_all(address):
        hosts.append(address.rpartition("@")[2].lower())
    domains = frozenset(filter(None, map(own_domain, hosts)))
    return Profile(tuple(name for name in names if name), acronym, country, domains)


def alike(one: Named, others: Iterable[Named]) -> list[tuple[str, Match]]:
    """Who of the others may be this one, the likeliest first."""
    found = [(other.key, match) for other in others if other.key != one.key and (match := compare(one, other))]
    return sorted(found, key=lambda pair: (-pair[1].points, pair[0]))


def compare(one: Named, other: Named) -> Match | None:
    """What speaks for two signatories being one; None: nothing.

    Two organisations are compared by name, acronym and domain; two people by their names, in any script; a person and
    an organisation by whether the organisation bears the person's name.
    """
    if one.profile and other.profile:
        return matching.compare(one.profile, other.profile)
    if one.profile or other.profile:
        body, human = (one, other) if one.profile else (other, one)
        alike_names = any(one_name(name, human.person) for name in body.profile.names)
    else:
        alike_names = one_name(one.person, other.person)
    return Match(ONE_PERSON, matching.MAYBE, (PERSON,)) if alike_names else None


class Index:
    """Many signatories, so that one is compared with few of them."""

    def __init__(self, everyone: Iterable[Named]):
        self._by_key: dict[str, list[Named]] = defaultdict(list)
        for named in everyone:
            for key in keys(named):
                self._by_key[key].append(named)

    def near(self, named: Named) -> list[tuple[str, Match]]:
        """Who may be this one, the likeliest first; found by what they share, then compared."""
        wanted = keys(named) | ({f"m:{key}" for key in matching.asked(named.profile)} if named.profile else set())
        found = {other.key: other for key in wanted for other in self._by_key.get(key, ())}
        return alike(named, found.values())


def keys(named: Named) -> set[str]:
    """What somebody is found by; whoever may be one with them shares one of these, or of matching.asked."""
    if named.profile is None:
        return {f"p:{_letters(named.person)}"}
    found = {f"m:{key}" for key in matching.keys(named.profile)} | {f"d:{each}" for each in named.profile.domains}
    return found | {f"p:{_letters(name)}" for name in named.profile.names}


def _letters(name: str) -> str:
    return " ".join(words_of(name))


def surely_one(match: Match) -> bool:
    """Whether a signatory is the known organisation it is compared with: the same domain, and nothing tells them
    apart. Then the likeness is no reason for doubt."""
    return (
        match.verdict == SAME
        and "domain" in match.reasons
        and not any(reason.startswith("other_") for reason in match.reasons)
        and bool({"name", "close", "acronym", "same_acronym"} & set(match.reasons))
    )
