"""Whether somebody may be taken to speak for an organisation: what makes that sure, and what makes it doubtful. Pure.

The machine accepts, and never refuses. It accepts who writes from the organisation's own domain, when nothing else
gives reason for doubt; whatever it doubts is looked at by a person, or vouched for by a network's coordinator.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import idna
from flask_babel import lazy_gettext as lazy

from app.people.matching import Match
from app.people.naming import latin, skeleton, tokens
from app.people.websites import mail_domain, own_domain

FREE_MAIL = "free-mail"
OTHER_DOMAIN = "other-domain"
NO_WEBSITE = "no-website"
SHARED_HOST = "shared-host"
LIKE_ANOTHER = "like-another"
MANY_FROM_NETWORK = "many-from-network"
NAME_OF_PERSON = "name-of-person"
TRAP = "trap"
NOT_KNOWN_TO_NETWORK = "not-known-to-network"
DOUBTS = {
    FREE_MAIL: lazy("The e-mail address is of a provider where anybody gets one"),
    OTHER_DOMAIN: lazy("The e-mail address is at another domain than the website"),
    NO_WEBSITE: lazy("No website was given"),
    SHARED_HOST: lazy("The website is on a host that many share, so its domain is nobody’s own"),
    LIKE_ANOTHER: lazy("The name or the domain is like that of another organisation"),
    MANY_FROM_NETWORK: lazy("Many signed for organisations from one place within a day"),
    NAME_OF_PERSON: lazy("The name of the organisation is that of the person"),
    TRAP: lazy("A field was filled in that people do not see: perhaps a program did it"),
    NOT_KNOWN_TO_NETWORK: lazy("The coordinator who was asked does not know them"),
}
# So many sign-ons from one network in a day are an office, or a meeting; from the next one on somebody looks.
MOST_FROM_NETWORK = 5
# What stands before a name and is none of it, in Latin letters.
_TITLES = frozenset(
    latin(word)
    for titles in (
        ("dr", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "mme", "mlle", "herr", "frau"),
        ("sr", "sra", "srta", "doña", "господин", "госпожа", "السيد", "السيدة", "الدكتور", "الدكتورة"),
    )
    for word in titles
)


@dataclass(frozen=True)
class Case:
    """What is known of a sign-on when its address is confirmed: a website of `checked_website` or None, an address of
    `checked_address`; `likeness` to the organisation that it is most like; `from_network`: how many signed for
    organisations from the same network within a day, this one among them."""

    name: str
    website: str | None
    address: str
    person: str
    likeness: Match | None = None
    from_network: int = 1


def doubts(case: Case) -> tuple[str, ...]:
    """What gives reason to look before this mandate is accepted, as codes in the order of DOUBTS; none: nothing does.

    A known organisation is like itself: whoever makes a Case leaves out what it surely is.
    """
    found = set()
    site = site_domain(case.website)
    if case.website is None:
        found.add(NO_WEBSITE)
    elif site is None:
        found.add(SHARED_HOST)
    if gives_to_all(case.address):
        found.add(FREE_MAIL)
    elif site is not None and not at_own_domain(case.website, case.address):
        found.add(OTHER_DOMAIN)
    if case.likeness is not None:
        found.add(LIKE_ANOTHER)
    if case.from_network > MOST_FROM_NETWORK:
        found.add(MANY_FROM_NETWORK)
    if one_name(case.name, case.person):
        found.add(NAME_OF_PERSON)
    return tuple(code for code in DOUBTS if code in found)


def at_own_domain(website: str | None, address: str) -> bool:
    """Whether an address is at the domain of a website, and that domain is somebody's own: one that a registry gave
    out, no host that many share, and nowhere that anybody gets an address."""
    site = site_domain(website)
    return site is not None and site == own_domain(_host(address)) and not gives_to_all(address)


def site_domain(website: str | None) -> str | None:
    """The domain of a website that is its owner's own; None where there is none."""
    return own_domain(urlsplit(website).hostname) if website else None


def gives_to_all(address: str) -> bool:
    """Whether anybody gets an address where this one is."""
    host = _host(address)
    return mail_domain(address) is None or host in _for_all() or own_domain(host) in _for_all()


def one_name(one: str, other: str) -> bool:
    """Whether two names are one person's: the same words in any order, in any script, with titles or without."""
    first, second = words_of(one), words_of(other)
    return bool(first) and first == second


def words_of(name: str) -> list[str]:
    """The words of a person's name as they sound, in one order, without titles."""
    found = [latin(word) for word in tokens(name)]
    return sorted(skeleton(word) for word in found if word and word not in _TITLES)


def _host(address: str) -> str | None:
    try:
        return idna.encode(address.rpartition("@")[2], uts46=True).decode().lower()
    except idna.IDNAError:
        return None


@cache
def _for_all() -> frozenset[str]:
    lines = (Path(__file__).parent / "data" / "mail_for_all.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
