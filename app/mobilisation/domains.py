"""What the records of a sending domain lack for mail at scale: SPF, DKIM, DMARC, a way back. Pure: DNS is passed in.

SPF is RFC 7208, DKIM RFC 6376 and 8463, DMARC RFC 7489. Large mailbox providers ask all three of whoever sends them
thousands of mails a day, with one domain in From that SPF or DKIM stands for.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from publicsuffixlist import PublicSuffixList

# Records of a name (TXT whole, MX as hosts); empty when there are none. It may raise what it likes.
Lookup = Callable[[str, str], list[str]]

GOOD, WEAK, LACKS = "good", "weak", "lacks"
MOST_LOOKUPS = 10
_COSTLY = ("include", "a", "mx", "ptr", "exists")
# RFC 7208, 5 and 6: mechanisms, and modifiers, of which unknown ones are passed over.
_TERM = re.compile(
    r"[+?~-]?(?:all|(?:include|exists|ptr):[^:\s]+|ptr|(?:a|mx)(?::[^:/\s]+)?(?:/\d{1,3})?(?://\d{1,3})?"
    r"|ip(?P<version>[46]):(?P<network>\S+))|[a-z][a-z0-9_.-]*=\S*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: good, weak or lacking, and what to do, in a sentence."""

    level: str
    about: str
    words: str


def examine(sender: str, bounces: str, selectors: Iterable[str], lookup: Lookup) -> list[Finding]:
    """What is right and what is missing where mails are from the domain `sender`, their reports go to the domain
    `bounces`, and the relay signs with `selectors`. Raises what `lookup` raises."""
    policy, found = _dmarc(sender, lookup)
    return [
        *_way_back(bounces, lookup),
        *_spf(bounces, lookup),
        *_dkim(sender, list(selectors), lookup),
        *found,
        _alignment(sender, bounces, policy.get("aspf", "r").lower() == "s"),
    ]


def organisational(domain: str) -> str:
    """The domain that is registered, by the list of public suffixes (RFC 7489, 3.2)."""
    return _suffixes().privatesuffix(domain.lower()) or domain.lower()


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def tags(record: str) -> dict[str, str]:
    """The tags of a DKIM or DMARC record, by name in lower case."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}


def _way_back(domain: str, lookup: Lookup) -> list[Finding]:
    hosts = [host.rstrip(".") for host in lookup(domain, "MX")]
    if hosts == [""]:
        return [Finding(LACKS, "MX", f"{domain} says that it takes no mail (RFC 7505): no report can come back.")]
    if hosts:
        return [Finding(GOOD, "MX", f"Reports to {domain} go to {hosts[0]}.")]
    if lookup(domain, "A") or lookup(domain, "AAAA"):
        return [Finding(WEAK, "MX", f"{domain} has no MX record: reports are tried at its own address. Add one.")]
    return [
        Finding(LACKS, "MX", f"{domain} has no MX record and no address: no report can come back. Add an MX record.")
    ]


def _spf_records(domain: str, lookup: Lookup) -> list[str]:
    return [text for text in lookup(domain, "TXT") if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def _spf(domain: str, lookup: Lookup) -> list[Finding]:
    records = _spf_records(domain, lookup)
    if not records:
        example = "v=spf1 include:NAME-GIVEN-BY-YOUR-RELAY ~all"
        return [Finding(LACKS, "SPF", f"{domain} has no SPF record. Add a TXT record: {example}")]
    if len(records) > 1:
        return [Finding(LACKS, "SPF", f"{domain} has {len(records)} SPF records, which counts as none. Make them one.")]
    found = []
    spent, broken = _cost(records[0], lookup, {domain.lower()})
    if broken:
        found.append(
            Finding(LACKS, "SPF", f"{domain} includes {broken}, which has no one SPF record: all of it fails.")
        )
    if spent > MOST_LOOKUPS:
        words = f"{domain} needs more than the {MOST_LOOKUPS} look-ups that are allowed: all of it fails."
        found.append(Finding(LACKS, "SPF", words))
    if odd := next((term for term in records[0].split()[1:] if not _is_term(term)), None):
        found.append(Finding(LACKS, "SPF", f"{domain} says {odd}, which nobody understands: all of it fails."))
    ends = [term.lower() for term in records[0].split()[1:]]
    last = _last(records[0], lookup)
    if last in ("all", "+all"):
        found.append(Finding(LACKS, "SPF", f"{domain} ends in +all: the whole world may send for it. End it in ~all."))
    elif last == "?all" or (last is None and not any(term.startswith("redirect=") for term in ends)):
        found.append(Finding(WEAK, "SPF", f"{domain} does not say that nobody else sends for it. End it in ~all."))
    if not any(
        term.lstrip("+-~?").partition(":")[0].partition("/")[0] in (*_COSTLY, "ip4", "ip6") for term in ends
    ) and (not any(term.startswith("redirect=") for term in ends)):
        found.append(Finding(LACKS, "SPF", f"{domain} lets nobody send for it. Name your relay in it."))
    named = ", ".join(term for term in records[0].split()[1:] if term.lstrip("+-~?").lower() != "all")
    return found or [Finding(GOOD, "SPF", f"{domain} lets send for it: {named}. See that your relay is among them.")]


def _is_term(term: str) -> bool:
    found = _TERM.fullmatch(term)
    if found is None or found["network"] is None:
        return found is not None
    try:
        return ipaddress.ip_network(found["network"], strict=False).version == int(found["version"])
    except ValueError:
        return False


def _last(record: str, lookup: Lookup) -> str | None:
    """What a record says of everybody else, or what the one says that it goes on to (RFC 7208, 6.1)."""
    for _ in range(MOST_LOOKUPS):
        terms = record.lower().split()[1:]
        said = next((term for term in terms if term.lstrip("+-~?") == "all"), None)
        onward = next((term.partition("=")[2] for term in terms if term.startswith("redirect=")), None)
        records = _spf_records(onward, lookup) if onward and said is None and "%" not in onward else []
        if len(records) != 1:
            return said
        record = records[0]
    return None


def _cost(record: str, lookup: Lookup, seen: set[str]) -> tuple[int, str | None]:
    """How many look-ups a record needs (RFC 7208, 4.6.4), counted until they are too many, and an include in it that
    has no record. `seen` are the domains it is reached through: whoever includes itself would be counted for ever."""
    spent, broken, waiting = 0, None, [record]
    while waiting and spent <= MOST_LOOKUPS:
        for term in waiting.pop(0).lower().split()[1:]:
            name, _, value = term.lstrip("+-~?").replace("redirect=", "redirect:", 1).partition(":")
            name = name.partition("/")[0]
            if name not in (*_COSTLY, "redirect"):
                continue
            spent += 1
            # What a macro stands for, the mail alone tells.
            if name not in ("include", "redirect") or "%" in value or value in seen or spent > MOST_LOOKUPS:
                continue
            seen.add(value)
            records = _spf_records(value, lookup)
            if len(records) == 1:
                waiting += records
            else:
                broken = broken or value
    return spent, broken


def _dkim(domain: str, selectors: list[str], lookup: Lookup) -> list[Finding]:
    if not selectors:
        words = (
            "No selector was given, so DKIM was not looked at. Your relay says which it signs with; it stands in the"
            " DKIM-Signature header of any mail that it sent, after s=. Then: --selector NAME."
        )
        return [Finding(WEAK, "DKIM", words)]
    return [_key(f"{selector}._domainkey.{domain}", lookup) for selector in selectors]


def _key(name: str, lookup: Lookup) -> Finding:
    records = lookup(name, "TXT")
    if not records:
        return Finding(LACKS, "DKIM", f"There is no key at {name}. Add the TXT or CNAME record that your relay gives.")
    if len(records) > 1:
        return Finding(LACKS, "DKIM", f"There are {len(records)} keys at {name}: no receiver knows which is meant.")
    record = tags(records[0])
    if "p" not in record:
        return Finding(
            LACKS, "DKIM", f"What stands at {name} is no key. Add the TXT or CNAME record that your relay gives."
        )
    if not record["p"]:
        return Finding(LACKS, "DKIM", f"The key at {name} was revoked: p= is empty. Sign with another selector.")
    if "y" in record.get("t", "").split(":"):
        return Finding(WEAK, "DKIM", f"The key at {name} says that it is only tried out (t=y). Take that away.")
    kind = record.get("k", "rsa")
    try:
        content = base64.b64decode(record["p"], validate=True)
        key = load_der_public_key(content) if kind == "rsa" else None
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return Finding(LACKS, "DKIM", f"The key at {name} cannot be read. Copy it anew, whole.")
    if kind == "ed25519" and len(content) == 32:
        return Finding(
            WEAK, "DKIM", f"{name} is an Ed25519 key, which many receivers do not read. Sign with RSA as well."
        )
    if not isinstance(key, RSAPublicKey):
        return Finding(LACKS, "DKIM", f"The key at {name} is of a kind that receivers do not read. Use RSA, 2048 bits.")
    if key.key_size < 1024:
        return Finding(LACKS, "DKIM", f"The key at {name} has {key.key_size} bits, too few to count. Use 2048.")
    if key.key_size < 2048:
        return Finding(WEAK, "DKIM", f"The key at {name} has {key.key_size} bits. Use 2048.")
    return Finding(GOOD, "DKIM", f"There is a key of {key.key_size} bits at {name}.")


def _dmarc(domain: str, lookup: Lookup) -> tuple[dict[str, str], list[Finding]]:
    """The policy that holds for a domain, its own or that of the domain it is below, and what to say of it."""
    above = organisational(domain)
    for place in dict.fromkeys((domain, above)):
        records = [text for text in lookup(f"_dmarc.{place}", "TXT") if text.lower().startswith("v=dmarc1")]
        if len(records) > 1:
            words = f"_dmarc.{place} has {len(records)} records, which counts as none. Make them one."
            return {}, [Finding(LACKS, "DMARC", words)]
        if records:
            return _policy(domain, place, tags(records[0]))
    example = f"v=DMARC1; p=none; rua=mailto:reports@{above}"
    words = f"{domain} has no DMARC record, and large providers refuse bulk mail without. Add a TXT record at"
    return {}, [Finding(LACKS, "DMARC", f"{words} _dmarc.{above}: {example}")]


def _policy(domain: str, place: str, policy: dict[str, str]) -> tuple[dict[str, str], list[Finding]]:
    wish = (policy.get("sp") if place != domain else None) or policy.get("p", "")
    found = []
    if wish.lower() not in ("none", "quarantine", "reject"):
        found.append(
            Finding(LACKS, "DMARC", f"_dmarc.{place} has no policy that anybody reads (p=). Begin with p=none.")
        )
    elif wish.lower() == "none":
        words = f"_dmarc.{place} only watches (p=none). Once the reports are clean, go on to quarantine and reject."
        found.append(Finding(WEAK, "DMARC", words))
    if not policy.get("rua"):
        words = f"_dmarc.{place} asks for no reports. Add rua=mailto:… to see who sends in your name."
        found.append(Finding(WEAK, "DMARC", words))
    return policy, found or [Finding(GOOD, "DMARC", f"_dmarc.{place} asks to {wish.lower()} what is not yours.")]


def _alignment(sender: str, bounces: str, strict: bool) -> Finding:
    if sender.lower() == bounces.lower() or (not strict and organisational(sender) == organisational(bounces)):
        return Finding(GOOD, "alignment", f"Mails are from {sender} and come back to {bounces}: SPF stands for From.")
    words = (
        f"Mails are from {sender} and come back to {bounces}, so SPF does not stand for From. DKIM must, with"
        f" d={sender}; or set the address of reports to one at {sender}."
    )
    return Finding(WEAK, "alignment", words)
