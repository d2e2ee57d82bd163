"""Pure decisions about accounts: addresses, codes, devices, ways back, who may touch whom."""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

import idna
from email_validator import EmailNotValidError, validate_email

from app.kernel.i18n import CODES

from .roles import EVERYWHERE, SEE_PEOPLE, Role

LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, as corrected by RFC 3696 erratum 1690
LONGEST_NAME = 100
TOTP_DIGITS = 6
_OWN_PATH = re.compile(r"/(?:{})/desk(?:[/?].*)?".format("|".join(CODES)))
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser/"),
    ("Firefox", "Firefox/"),
    ("Firefox", "FxiOS/"),
    ("Chrome", "CriOS/"),
    ("Chrome", "Chrome/"),
    ("Safari", "Safari/"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("ChromeOS", "CrOS"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)


class InvalidAddress(ValueError):
    """What was typed is no e-mail address that mail of ours reaches."""


def checked_address(text: str) -> str:
    """The address as it will be written to. Asks no server. Raises InvalidAddress."""
    try:
        checked = validate_email((text or "").strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise InvalidAddress(str(error)) from error
    if not checked.local_part.isascii() or len(checked.normalized) > LONGEST_ADDRESS:
        raise InvalidAddress(checked.normalized)
    return checked.normalized


def account_of(text: str) -> str:
    """One spelling of an address, whatever was typed: what an account is found by. Never raises."""
    local, _, domain = unicodedata.normalize("NFKC", (text or "").strip()).casefold().rpartition("@")
    if not domain.isascii():
        with suppress(idna.IDNAError):
            domain = idna.encode(domain, uts46=True).decode()
    return f"{local}@{domain}"


def plain_code(text: str | None) -> str:
    """A code as it is compared: digits of any script as ASCII, letters in capitals, nothing between them."""
    found = (str(unicodedata.digit(c, c)) for c in unicodedata.normalize("NFKC", text or "") if c.isalnum())
    return "".join(found).upper()


def is_totp(code: str) -> bool:
    """Whether a plain code looks like one of an authenticator app, and not like a recovery code."""
    return len(code) == TOTP_DIGITS and code.isascii() and code.isdigit()


def own_path(text: str | None) -> str | None:
    """An address to go on to, if it is a page of the desk and nothing else; None for whatever might lead elsewhere."""
    if not text or not _OWN_PATH.fullmatch(text) or "\\" in text or "//" in text.partition("?")[0]:
        return None
    if any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") or c.isspace() for c in text):
        return None
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or "/../" in f"{parts.path}/" or "/./" in f"{parts.path}/":
        return None
    return text


def device(user_agent: str) -> str:
    """Browser and system in two words, for somebody to know a sign-in of theirs by; empty when neither is known."""
    names = (next((name for name, mark in table if mark in user_agent), "") for table in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, names))


def language_codes(text: str) -> tuple[str, ...]:
    """Language codes (RFC 5646), parted by spaces or commas. Raises ValueError with the part that is none."""
    codes = tuple(dict.fromkeys(re.split(r"[\s,]+", text.strip()))) if text.strip() else ()
    for code in codes:
        if not _LANGUAGE.fullmatch(code):
            raise ValueError(code)
    return codes


def sees_people(held: Iterable[Role]) -> bool:
    """Whether one of these roles sees personal data, so that its holder needs a second factor."""
    return any(role.name in SEE_PEOPLE for role in held)


def is_theirs_alone(campaign: str | None, held: Iterable[str]) -> bool:
    """Whether somebody who manages the staff of a campaign (None: of the whole site) may act on an account whose roles
    are held in these campaigns: nobody of one campaign acts on who works elsewhere, too."""
    return campaign is None or set(held) == {campaign}


def may_enable(campaign: str | None, disabled_in: str | None) -> bool:
    """Whether an administrator of a campaign (None: of the whole site) may let in whom one of `disabled_in` shut out:
    nobody undoes what was decided above them."""
    return campaign is None or campaign == disabled_in


def leaves_nobody(administrators: set[int], staff_id: int) -> bool:
    """Whether the site would be without an administrator if this one went."""
    return administrators == {staff_id}


def is_site_wide(campaign: str, role: str) -> bool:
    """Whether a role is the one that the site cannot be without."""
    return campaign == EVERYWHERE and role == "administrator"
