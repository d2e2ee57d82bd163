"""Addresses of websites, and the domain that tells whose they are. Pure."""

import re
from contextlib import suppress
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import idna
from publicsuffixlist import PublicSuffixList

from .naming import DATA

LONGEST_WEBSITE = 300
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")

# Names below a country that stand for a kind of body, also where the list of public suffixes does not have them.
_KINDS = frozenset(["ac", "asso", "co", "com", "edu", "go", "gob", "gouv", "gov", "info", "mil", "ne", "net"])
_KINDS |= frozenset(["ngo", "nom", "ong", "or", "org", "web"])


class InvalidWebsite(ValueError):
    """What was typed is no address of a public website."""


def checked_website(text: str) -> str:
    """The address in one spelling: https unless http was said, host in lower case ASCII, no user, port 80 or 443, query
    or fragment, no slash at the end. Asks no server. Raises InvalidWebsite."""
    text = text.strip()
    if not text or len(text) > LONGEST_WEBSITE or any(c.isspace() or ord(c) < 32 for c in text):
        raise InvalidWebsite
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
        host = idna.encode((parts.hostname or "").rstrip("."), uts46=True).decode().lower()
    except (ValueError, idna.IDNAError) as error:
        raise InvalidWebsite from error
    if parts.scheme.lower() not in ("http", "https") or parts.username or not _HOST.fullmatch(host):
        raise InvalidWebsite
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    return urlunsplit((parts.scheme.lower(), place, parts.path.rstrip("/"), "", ""))


def shown_website(website: str) -> str:
    """An address of `checked_website` as people read it: without scheme and www, in its own script."""
    parts = urlsplit(website)
    host = parts.netloc.removeprefix("www.")
    with suppress(idna.IDNAError):
        host = idna.decode(host)
    return host + parts.path


def website_domain(website: str | None) -> str | None:
    """The registrable domain of a website; None for hosts that many share."""
    return _domain(urlsplit(website).hostname, _shared()) if website else None


def mail_domain(address: str | None) -> str | None:
    """The registrable domain of a checked e-mail address; None for providers of free mail."""
    if not address:
        return None
    host = address.rpartition("@")[2].lower()
    try:
        host = idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return None
    return _domain(host, _shared() | _free())


def own_domain(host: str | None) -> str | None:
    """The domain that a registry itself gave to whoever is at this host (lower case ASCII); None for what lies under
    another's: hosts that many share, and the names that a company or a club gives away below its own."""
    found = _registrable(host, _registries())
    return found if found and found == _domain(host, _shared()) else None


def asked_domain(text: str) -> str | None:
    """The registrable domain of what somebody looks for, when it looks like a website or an address."""
    if "." not in text or " " in text.strip():
        return None
    try:
        return _domain(urlsplit(checked_website(text.rpartition("@")[2])).hostname, frozenset())
    except InvalidWebsite:
        return None


def _domain(host: str | None, but: frozenset[str]) -> str | None:
    found = _registrable(host, _suffixes())
    return None if found is None or found in but or host in but else found


def _registrable(host: str | None, suffixes: PublicSuffixList) -> str | None:
    found = suffixes.privatesuffix(host) if host else None
    labels = found.split(".") if found else []
    if len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _KINDS:
        # org.ke: many are below it, whether or not its registry says so.
        above = host.removesuffix(f".{found}").rpartition(".")[2] if host != found else None
        return f"{above}.{found}" if above else None
    return found


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _registries() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


@cache
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    lines = [line.strip() for line in (DATA / "free_mail.txt").read_text(encoding="utf-8").splitlines()]
    at = lines.index("[hosts]")
    free, shared = ({line for line in part if line and line[0] not in "#["} for part in (lines[:at], lines[at:]))
    return frozenset(free), frozenset(shared)


def _free() -> frozenset[str]:
    return _lists()[0]


def _shared() -> frozenset[str]:
    return _lists()[1]
