"""What makes two spellings of an e-mail address one person: a table of providers, kept as data."""

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import idna
from email_validator import EmailNotValidError, validate_email

PROVIDERS = Path(__file__).parent / "data" / "mail_providers.csv"
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, as corrected by RFC 3696 erratum 1690


class InvalidAddress(ValueError):
    """What was typed is no e-mail address."""


class UnwritableAddress(InvalidAddress):
    """An address that exists, but that our mail cannot reach."""


@dataclass(frozen=True)
class Provider:
    """How one provider reads the part before the @."""

    domain: str
    canonical_domain: str
    ignores_dots: bool
    tag: str  # the character after which the rest is a label, or empty


@cache
def providers() -> dict[str, Provider]:
    """The table of providers, by domain in lower case."""
    with PROVIDERS.open(encoding="utf-8", newline="") as file:
        return {
            row["domain"]: Provider(row["domain"], row["canonical_domain"], row["ignores_dots"] == "1", row["tag"])
            for row in csv.DictReader(file)
        }


def checked_address(text: str) -> str:
    """The address as it will be written to, with Unicode normalised. Asks no server.

    Raises InvalidAddress, and UnwritableAddress where the part before the @ is not ASCII: few relays take such mail
    (RFC 6531), and a signer whose mail never comes would be lost in silence.
    """
    try:
        checked = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidAddress(str(error)) from error
    if not checked.local_part.isascii():
        raise UnwritableAddress(checked.normalized)
    return checked.normalized


def canonical_address(address: str) -> str:
    """One spelling for all that reach the same mailbox: case folded, alias domains joined, dots and tags dropped
    where the provider's row says that it ignores them. `address` is one that `checked_address` returned."""
    local, _, domain = unicodedata.normalize("NFKC", address).rpartition("@")
    local, domain = local.casefold(), _ascii_domain(domain.casefold())
    provider = providers().get(domain)
    if provider is None:
        return f"{local}@{domain}"
    if provider.tag:
        local = local.partition(provider.tag)[0] or local
    if provider.ignores_dots:
        local = local.replace(".", "") or local
    return f"{local}@{provider.canonical_domain}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain
