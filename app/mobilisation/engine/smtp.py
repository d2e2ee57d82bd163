"""SMTP as a mailing speaks it (RFC 5321): many messages over one connection, several commands in one write where the
server offers PIPELINING (RFC 2920), and whatever the server says is kept.

`open_session` waits; afterwards nothing does: whoever holds a session asks its socket when there is something to read.
"""

import re
import smtplib
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import idna

from app.kernel import mail

# RFC 5321, 4.5.3.2: five minutes for a command, ten after the final dot; a relay of our own is not so slow.
COMMAND_SECONDS = 60.0
DOT_SECONDS = 300.0
LONGEST_REPLY = 64 * 1024
DOT = b".\r\n"

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
_LINE = re.compile(rb"(\d{3})([ -]?)(.*)")
_LOCAL = re.compile(r"[^\x00-\x20\x7f-\x9f\s<>()\[\]\\,;:@\"]+")


class Unfit(ValueError):
    """An address that cannot be written to."""


class Closed(Exception):
    """The connection is gone; the message says how."""


@dataclass(frozen=True)
class Relay:
    """Where mail is handed over, and how to be let in."""

    host: str
    port: int
    use_ssl: bool = False
    use_tls: bool = False
    username: str | None = None
    password: str | None = None


@dataclass(frozen=True)
class Reply:
    """What the server said: its code, its enhanced code (RFC 3463) where it has one, and its words, line by line."""

    code: int
    enhanced: str | None
    words: str

    @property
    def good(self) -> bool:
        """Whether it says yes."""
        return self.code // 100 == 2


def relay_of(config: Mapping) -> Relay:
    """The relay of the app's settings."""
    return Relay(
        config["MAIL_SERVER"],
        config["MAIL_PORT"],
        config["MAIL_USE_SSL"],
        config["MAIL_USE_TLS"],
        config["MAIL_USERNAME"],
        config["MAIL_PASSWORD"],
    )


def wire_address(address: str) -> str:
    """The address as it stands in a command: its domain in ASCII (RFC 5890). Whether its other half is not says
    `isascii`; then it needs SMTPUTF8 (RFC 6531). Raises Unfit."""
    local, _, domain = address.rpartition("@")
    if not domain.isascii() or not re.fullmatch(r"[A-Za-z0-9.-]+", domain):
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            raise Unfit("no domain") from None
    if not _LOCAL.fullmatch(local) or len(local) + len(domain) > 253:
        raise Unfit("no address")
    return f"{local}@{domain}"


class Session:
    """A connection that the server has let in, and does not wait any more."""

    def __init__(self, sock, features: Mapping[str, str]):
        self.socket = sock
        self.pipelining = "pipelining" in features
        self.utf8 = "smtputf8" in features
        self.eight = "8bitmime" in features
        self.deadline: float | None = None
        self._in = b""
        self._lines: list[tuple[int, str]] = []
        self._out = bytearray()
        sock.setblocking(False)

    def fileno(self) -> int:
        """The number of its socket, for select."""
        return self.socket.fileno()

    @property
    def unsent(self) -> int:
        """How many octets are written and not yet out."""
        return len(self._out)

    def envelope(self, sender: str, recipient: str) -> list[bytes]:
        """MAIL, RCPT and DATA of one message. Raises Unfit where the server takes no such address."""
        extras = ""
        if not recipient.isascii():
            if not self.utf8:
                raise Unfit("the relay takes no addresses beyond ASCII")
            extras = (" BODY=8BITMIME" if self.eight else "") + " SMTPUTF8"
        return [f"MAIL FROM:<{sender}>{extras}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"]

    def write(self, content: bytes, seconds: float = COMMAND_SECONDS) -> None:
        """Send, now or as soon as the server takes it; an answer is expected within so many seconds. Raises Closed."""
        self.deadline = time.monotonic() + seconds
        if self._out:
            self._out += content
            return
        sent = self._send(content)
        if sent < len(content):
            self._out += content[sent:]

    def flush(self) -> None:
        """Send more of what waits. Raises Closed."""
        if self._out:
            del self._out[: self._send(bytes(self._out[: 1 << 18]))]

    def _send(self, content: bytes) -> int:
        try:
            return self.socket.send(content)
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError, InterruptedError):
            return 0
        except OSError as error:
            raise Closed(type(error).__name__) from error

    def read(self) -> list[Reply]:
        """The replies that have come. Raises Closed."""
        while True:
            try:
                content = self.socket.recv(LONGEST_REPLY)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError, InterruptedError):
                break
            except OSError as error:
                raise Closed(type(error).__name__) from error
            if not content:
                if found := self._replies():
                    return found
                raise Closed("the server closed the connection")
            self._in += content
            # What TLS has unpacked already, no select will tell of.
            if not isinstance(self.socket, ssl.SSLSocket) or not self.socket.pending():
                break
        return self._replies()

    def _replies(self) -> list[Reply]:
        *lines, self._in = self._in.split(b"\n")
        if len(self._in) > LONGEST_REPLY or len(self._lines) > 1000:
            raise Closed("the server talks without end")
        replies = []
        for line in lines:
            if not self._lines and line[3:4] == b" ":
                # Nearly all are of one line, and the same again and again.
                replies.append(_said(line))
                continue
            found = _LINE.fullmatch(line.rstrip(b"\r"))
            if found is None:
                raise Closed("the server speaks something else")
            self._lines.append((int(found[1]), found[3].decode("utf-8", "replace")))
            if found[2] != b"-":
                replies.append(_reply(self._lines))
                self._lines = []
        return replies

    def close(self, politely: bool = False) -> None:
        """End it; `politely` where the server waits for a command."""
        try:
            if politely and not self._out:
                self.socket.send(b"QUIT\r\n")
        except OSError:
            pass
        finally:
            self.socket.close()


@lru_cache(maxsize=256)
def _said(line: bytes) -> Reply:
    found = _LINE.fullmatch(line.rstrip(b"\r"))
    if found is None:
        raise Closed("the server speaks something else")
    return _reply([(int(found[1]), found[3].decode("utf-8", "replace"))])


def _reply(lines: list[tuple[int, str]]) -> Reply:
    code = lines[-1][0]
    found = next((match for _, words in lines if (match := _ENHANCED.match(words))), None)
    # An enhanced code of another class than the reply's says nothing (RFC 2034, 4).
    enhanced = found[1] if found and int(found[1][0]) == code // 100 else None
    return Reply(code, enhanced, "\n".join(words for _, words in lines))


def open_session(relay: Relay) -> Session:
    """Connect, say who we are, encrypt and be let in as the relay wants it. Raises Closed with what was said."""
    try:
        plain = mail.open_relay(relay.host, relay.port, relay.use_ssl, relay.use_tls)
        try:
            plain.ehlo_or_helo_if_needed()
            if relay.username and relay.password:
                plain.login(relay.username, relay.password)
        except BaseException:
            plain.close()
            raise
    except smtplib.SMTPResponseException as error:
        raise Closed(f"the relay said {error.smtp_code}") from error
    except (OSError, ValueError, smtplib.SMTPException) as error:
        # ValueError: a password that SMTP has no letters for.
        raise Closed(type(error).__name__) from error
    sock = plain.sock
    # The file over the socket is empty by now, and would close it.
    plain.file.detach() if hasattr(plain.file, "detach") else None
    plain.file = plain.sock = None
    return Session(sock, {name.lower(): value for name, value in plain.esmtp_features.items()})
