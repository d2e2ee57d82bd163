"""What a bulk mail says of itself in its headers: whose it is, how to leave, that no person wrote it by hand.

Some headers are the same for everybody who gets a mailing in one language and variant (`common`), some are a delivery's
own (`own`). None holds an address other than our own, or anything that says who reads it. A neutral mail tells nowhere
which campaign it comes from: only its number, which says nothing to whoever looks over a shoulder.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import parseaddr
from functools import cached_property, partial

import idna

from app.kernel import i18n
from app.kernel.crypto import Keyring

from . import stamps

Headers = list[tuple[str, str]]

# RFC 5322, 2.1.1 allows 998 octets a line; longer ones, and what is not ASCII, are folded by the library.
_SHORT = 900
_UNFIT = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class House:
    """Where mails come from: the sender, the address that reports go to, where links lead.

    `postmark`: the relay is Postmark, which sets a return path of its own and tells a mail by what a header says.
    """

    sender: str
    bounces: str
    site_url: str
    postmark: bool = False

    @cached_property
    def domain(self) -> str:
        """The domain of the sender in ASCII, by which List-Id and Message-ID are ours."""
        return on_the_wire(parseaddr(self.sender)[1]).rpartition("@")[2]


@dataclass(frozen=True)
class About:
    """What a mailing says of itself in one language and variant; `reply_to` is an address alone."""

    mailing_id: int
    campaign: str
    language: str
    neutral: bool = False
    sender_name: str = ""
    reply_to: str | None = None


def house(config: Mapping, neutral: bool) -> House:
    """Where mails of one variant come from, by the app's settings."""
    return House(
        sender=config["MAIL_NEUTRAL_SENDER" if neutral else "MAIL_DEFAULT_SENDER"],
        bounces=config["MAIL_NEUTRAL_BOUNCES" if neutral else "MAIL_BOUNCES"],
        site_url=config["NEUTRAL_URL" if neutral else "SITE_URL"],
        postmark=config["POSTMARK_HOOK"] is not None,
    )


def common(about: About, house: House) -> Headers:
    """The headers that everybody gets alike. Raises ValueError for a `reply_to` that no relay takes.

    From is at our own domain whatever the mailing says (DMARC, RFC 7489: the relay signs for that alone).
    Auto-Submitted and X-Auto-Response-Suppress keep answering machines quiet (RFC 3834; MS-OXCMAIL 2.2.3.2.14),
    Feedback-ID is for Gmail's counts of complaints: mailing, language and a sender that is the same for ever.
    """
    name, address = parseaddr(house.sender)
    headers = [("From", _mailbox("" if about.neutral else about.sender_name or name, address))]
    # A neutral mail is answered to its neutral sender.
    if about.reply_to and not about.neutral:
        headers.append(("Reply-To", on_the_wire(about.reply_to)))
    label = "mail" if about.neutral else about.campaign
    return [
        *headers,
        ("List-Id", f"<{label}.lists.{house.domain}>"),
        ("Feedback-ID", f"m{about.mailing_id}:{about.language}:bulk:{_sender_word(house.domain)}"),
        ("Precedence", "bulk"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Content-Language", about.language),
    ]


def own(token: bytes, language: str, house: House, keyring: Keyring) -> Headers:
    """The headers of one delivery: a post to the link acts at once (RFC 8058), a reader gets a page there."""
    headers = [
        ("Message-ID", stamps.message_id(token, house.domain)),
        ("List-Unsubscribe", f"<{leave_url(token, language, house)}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]
    if house.postmark:
        # Kept in its webhooks, and taken out before the mail goes on to anybody.
        headers += [("X-PM-KeepID", "true"), ("X-PM-Metadata-delivery", stamps.stamp(token, keyring))]
    return headers


class Own:
    """The headers of deliveries in one language as they stand in messages: written once, for a token that is nobody's,
    and then what each one's token makes of them is put in its place."""

    def __init__(self, language: str, house: House, keyring: Keyring):
        self._words: list[Callable[[bytes], str]] = [stamps.link_word, partial(stamps.message_id, domain=house.domain)]
        if house.postmark:
            self._words.append(partial(stamps.stamp, keyring=keyring))
        blank = bytes(stamps.TOKEN_BYTES)
        self._written = wire(own(blank, language, house, keyring))
        self._blanks = [word(blank).encode() for word in self._words]

    def wire(self, token: bytes) -> bytes:
        """What `wire` makes of `own` for this token."""
        written = self._written
        for blank, word in zip(self._blanks, self._words, strict=True):
            written = written.replace(blank, word(token).encode())
        return written


def envelope_sender(token: bytes, house: House, keyring: Keyring) -> str:
    """The return path of one delivery (MAIL FROM): a report of it says by its address alone which mail came back."""
    return stamps.return_path(token, house.bounces, keyring)


def leave_url(token: bytes, language: str, house: House) -> str:
    """The page where whoever got this mail leaves, or says what they want to get; in the mail's language, or in the
    site's first where pages do not speak it."""
    language = language if language in i18n.BY_CODE else i18n.FALLBACK
    return f"{house.site_url}/{language}/mail/{stamps.link_word(token)}"


def wire(headers: Headers) -> bytes:
    """The headers as they stand in a message, encoded and folded, each with its line end. Nothing in a value can make
    a line of its own."""
    return "".join(_line(name, value) for name, value in headers).encode("ascii")


def on_the_wire(address: str) -> str:
    """The address with its domain in ASCII (RFC 5890). Raises ValueError where relays without SMTPUTF8 take none."""
    local, _, domain = address.strip().rpartition("@")
    try:
        plain = f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        plain = ""
    if not local or not plain.isascii() or not plain.isprintable() or re.search(r'[\s<>()",;:\\\[\]]', plain):
        raise ValueError("not an address that any relay takes")
    return plain


def _mailbox(name: str, address: str) -> str:
    said = " ".join(_UNFIT.sub(" ", name).split())
    return str(Address(said, addr_spec=on_the_wire(address)))


def _line(name: str, value: str) -> str:
    if value.isascii() and value.isprintable() and len(value) <= _SHORT:
        return f"{name}: {value}\r\n"
    return SMTP.header_factory(name, _UNFIT.sub(" ", value)).fold(policy=SMTP)


def _sender_word(domain: str) -> str:
    # Five to fifteen characters that are the same for ever, says Gmail.
    return base64.b32encode(hashlib.sha256(domain.encode()).digest()[:8]).decode().lower()[:12]
