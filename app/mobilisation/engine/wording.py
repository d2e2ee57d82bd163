"""What a delivery is written as: the mailing's compiled text, and what is its recipient's own."""

import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple

from flask import current_app

from app.kernel import clock
from app.kernel.crypto import Keyring, keyring
from app.kernel.db import db

from .. import framing, headers, slots, stamps, starting
from ..checking import NEUTRAL
from ..models import Mailing
from . import smtp
from .compile import Message, Unfilled, check

# Stands in an address while it is made once for all; no token is written like this.
_TOKEN = bytes(stamps.TOKEN_BYTES)
_LINK = stamps.link_word(_TOKEN)


class Unwritable(Exception):
    """No message can be made of a delivery; the message is the reason, a code."""


class Parcel(NamedTuple):
    """One delivery as it was claimed: whose it is, and what fills the places of its text."""

    id: int
    address: str
    token: bytes
    language: str
    variant: str
    values: dict[str, str]
    attempts: int = 0
    domain: str = ""


class Letter(NamedTuple):
    """A message as it goes over the wire: the envelope, and the content with its dots doubled, without the last."""

    sender: str
    recipient: str
    content: bytes


class Writer:
    """A mailing's text in one language and variant. Raises Unwritable where there is none."""

    def __init__(self, mailing: Mailing, language: str, variant: str):
        texts = {(text.language, text.variant): text for text in starting.words(mailing.id)}
        if (language, variant) not in texts:
            raise Unwritable("no-text")
        composed = starting.compose(mailing, [texts[language, variant]])[language, variant]
        neutral = variant == NEUTRAL
        self._house = headers.house(current_app.config, neutral)
        about = headers.About(mailing.id, mailing.campaign, language, neutral, mailing.sender_name, mailing.reply_to)
        self._message = Message(headers.wire(headers.common(about, self._house)), framing.framed(composed))
        self._keyring: Keyring = keyring()
        self._own = headers.Own(language, self._house, self._keyring)
        check(self._own.wire(_TOKEN))
        self._links = {framing.LEAVE_LINK: headers.leave_url(_TOKEN, language, self._house)}
        if slots.SIGN_LINK in composed.used:
            self._links[slots.SIGN_LINK] = framing.own_links(mailing, _TOKEN, language, variant)[slots.SIGN_LINK]

    def write(self, parcel: Parcel, now: datetime) -> Letter:
        """The message of one recipient. Raises Unwritable."""
        try:
            recipient = smtp.wire_address(parcel.address)
        except smtp.Unfit:
            raise Unwritable("address") from None
        link = stamps.link_word(parcel.token)
        values = parcel.values | {name: url.replace(_LINK, link) for name, url in self._links.items()}
        # A template that was checked stands for the rest.
        first = f"To: {recipient}\r\nDate: {_date(int(now.timestamp()))}\r\n"
        try:
            content = self._message.build(check(first.encode()) + self._own.wire(parcel.token), values)
        except Unfilled:
            raise Unwritable("slot") from None
        except ValueError:
            raise Unwritable("headers") from None
        return Letter(headers.envelope_sender(parcel.token, self._house, self._keyring), recipient, content)


@lru_cache(maxsize=2)
def _date(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC))


class Wording:
    """The writers of the mailings that a worker sends; a frozen text stays as it is, so each is made once."""

    MOST = 64

    def __init__(self):
        self._writers: dict[tuple[int, str, str], Writer] = {}

    def prepare(self, mailing_id: int, parcels: Iterable[Parcel]) -> None:
        """Make the writers that these deliveries need, so that writing them asks no database."""
        for language, variant in {(parcel.language, parcel.variant) for parcel in parcels}:
            with contextlib.suppress(Unwritable):
                self._writer(mailing_id, language, variant)

    def write(self, mailing_id: int, parcel: Parcel) -> Letter:
        """The message of a delivery. Raises Unwritable."""
        return self._writer(mailing_id, parcel.language, parcel.variant).write(parcel, clock.now())

    def _writer(self, mailing_id: int, language: str, variant: str) -> Writer:
        key = (mailing_id, language, variant)
        if key not in self._writers:
            if len(self._writers) >= self.MOST:
                self._writers.clear()
            mailing = db.session.get(Mailing, mailing_id)
            self._writers[key] = Writer(mailing, language, variant)
        return self._writers[key]
