"""The one place of this room that talks to others: a mailbox (IMAP), Amazon's certificates, the DNS."""

import imaplib
import ssl
from collections.abc import Iterator
from functools import lru_cache
from http.client import HTTPException, HTTPSConnection
from urllib.parse import unquote, urlsplit

from .hook import Refused

SECONDS = 10.0
_LONGEST_ANSWER = 64 * 1024


class Away(Exception):
    """Nobody answers; the message says who, and no secret."""


def fetch(url: str) -> bytes:
    """What is at a https:// address that the caller has checked. Certificates are remembered. Raises Refused (503),
    so that whoever called calls again."""
    return _remembered(url) if url.endswith(".pem") else _got(url)


@lru_cache(maxsize=16)
def _remembered(url: str) -> bytes:
    return _got(url)


def _got(url: str) -> bytes:
    parts = urlsplit(url)
    connection = HTTPSConnection(parts.netloc, timeout=SECONDS, context=ssl.create_default_context())
    try:
        # One request and no redirect: the answer is from the host that was checked, or there is none.
        connection.request("GET", f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}")
        answer = connection.getresponse()
        content = answer.read(_LONGEST_ANSWER + 1)
        if answer.status != 200 or len(content) > _LONGEST_ANSWER:
            raise Refused(503)
        return content
    except (OSError, HTTPException):
        raise Refused(503) from None
    finally:
        connection.close()


def lookup(name: str, kind: str) -> list[str]:
    """The records of a name in the DNS, as text: TXT whole, MX as their hosts. Empty when there are none. Raises
    Away."""
    # Only `flask mail check-domain` asks.
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, kind, lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Away(f"{name} {kind}: {type(error).__name__}") from None
    if kind == "TXT":
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    if kind == "MX":
        return [str(record.exchange) for record in sorted(answer, key=lambda record: record.preference)]
    return [record.to_text() for record in answer]


class ImapBox:
    """A mailbox by IMAP (RFC 3501): what nobody has seen yet, in the order it came. Raises Away from everywhere."""

    def __init__(self, address: str, most: int):
        self._parts = urlsplit(address)
        self._most = most

    def __enter__(self) -> "ImapBox":
        parts = self._parts
        with _away("mailbox"):
            if parts.scheme == "imaps":
                trusted = ssl.create_default_context()
                box = imaplib.IMAP4_SSL(parts.hostname, parts.port or 993, ssl_context=trusted, timeout=SECONDS)
            else:
                box = imaplib.IMAP4(parts.hostname, parts.port or 143, timeout=SECONDS)
        self._box = box
        folder = unquote(parts.path.strip("/")) or "INBOX"
        quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
        try:
            with _away("mailbox"):
                box.login(unquote(parts.username or ""), unquote(parts.password or ""))
                if box.select(f'"{quoted}"')[0] != "OK":
                    raise Away("mailbox: there is no such folder")
        except BaseException:
            box.shutdown()
            raise
        return self

    def __exit__(self, *error) -> None:
        try:
            self._box.logout()
        except (OSError, imaplib.IMAP4.error):
            return

    def letters(self) -> Iterator[tuple[str, bytes]]:
        """The number and content of each unseen message; reading one leaves it unseen."""
        with _away("mailbox"):
            numbers = self._box.uid("SEARCH", None, "UNSEEN UNDELETED")[1][0] or b""
        for number in numbers.split():
            with _away("mailbox"):
                answer = self._box.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{self._most}>)")[1]
            content = next((one[1] for one in answer if isinstance(one, tuple)), None)
            if content is not None:
                yield number.decode(), content

    def done(self, number: str) -> None:
        """Delete a message: what it said is written down, and it held an address."""
        with _away("mailbox"):
            self._box.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen \Deleted)")
            if "UIDPLUS" in self._box.capabilities:
                self._box.uid("EXPUNGE", number)
            else:
                self._box.expunge()

    def keep(self, number: str) -> None:
        """Leave a message for a person, flagged, and seen by us."""
        with _away("mailbox"):
            self._box.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen \Flagged)")


class _away:
    # A server's own words may quote a name or an address.
    def __init__(self, what: str):
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, OSError | imaplib.IMAP4.error):
            raise Away(f"{self._what}: {kind.__name__}") from None
