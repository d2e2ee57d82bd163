"""What the readers of reports share: parts of a message, their text, their headers, however broken they are."""

import base64
import binascii
import re
from collections.abc import Iterator
from email import message_from_string
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message

# So much of a part, a header and an address is looked at: a report says what it says at its beginning, and whoever
# writes to the address of reports shall not keep us busy with more.
MOST, MOST_HEADER, MOST_ADDRESS = 20_000, 5_000, 1_000
# Lines that may be base64, and how much of it together is worth a look: a stamp or a link is longer.
_BASE64, _LEAST_BASE64 = re.compile(rb"[A-Za-z0-9+/]{2,}={0,2}"), 32
_TAGS = re.compile(
    r"<(?:style|script)\b(?:(?!<style|<script).)*?</(?:style|script)>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL
)


def header(message: Message, name: str) -> str:
    """A header's value in one line, its encoded words read; empty where there is none."""
    value = message.get(name)
    if value is None:
        return ""
    if len(value if isinstance(value, str) else str(value)) > MOST_HEADER:
        value = str(value)[:MOST_HEADER]
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        pieces = [(str(value), None)]
    said = [piece if isinstance(piece, str) else decoded(piece, charset) for piece, charset in pieces]
    return " ".join("".join(said).split())


def decoded(content: bytes, charset: str | None) -> str:
    """Bytes as text, in the charset they claim if Python knows it; what does not fit is replaced."""
    try:
        return content.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return content.decode("latin-1")


def text(part: Message) -> str:
    """The text of one part, plain or HTML without its tags, at most MOST characters."""
    try:
        content = part.get_payload(decode=True)
    except (MessageError, ValueError):
        content = None
    if not isinstance(content, bytes):
        return ""
    said = decoded(content[: 4 * MOST], part.get_content_charset())
    if part.get_content_type() == "text/html":
        said = _TAGS.sub(" ", said)
    return said[:MOST]


def words(message: Message) -> str:
    """What a person would read of a message: its own text parts, without the message that came back within it."""
    said = []
    for part in own_parts(message):
        if part.get_content_maintype() == "text" and part.get_content_subtype() != "rfc822-headers":
            said.append(text(part))
    return "\n".join(said)[:MOST]


def own_parts(message: Message):
    """The parts of a message, not those of a message within it."""
    yield message
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            yield from own_parts(part)


def blocks(part: Message) -> list[Message]:
    """The blocks of fields of a message/delivery-status or message/feedback-report part."""
    payload = part.get_payload()
    if isinstance(payload, list) and part.get("Content-Transfer-Encoding", "").strip().lower() == "base64":
        # By RFC 6533, 3, and as some gateways write all of a mail anew.
        payload = _decoded("".join(str(block.get_payload()) for block in payload)).decode("utf-8", "replace")
        payload = [message_from_string(block) for block in re.split(r"\r?\n\s*\r?\n", payload.strip()) if block]
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, Message)]
    return [message_from_string(block) for block in re.split(r"\r?\n\s*\r?\n", text(part).strip()) if block]


def trimmed(raw: bytes) -> bytes:
    """A message with no header, folded or not, longer than MOST: what the library takes over the parameters of one
    grows with the square of its length. Lines of text are cut alike."""
    lines, length = [], 0
    for line in raw.splitlines(keepends=True):
        length = length + len(line) if line[:1] in (b" ", b"\t") else len(line)
        if length <= MOST:
            lines.append(line)
        elif length == len(line):
            lines.append(line[:MOST] + b"\n")
    return b"".join(lines)


def readings(raw: bytes) -> Iterator[str]:
    """A message as it came, and as it reads without the encodings that lines within it may be in: a mail that comes
    back within a report was encoded anew on its way now and then."""
    yield raw.decode("latin-1")
    yield re.sub(rb"=[ \t]*\r?\n", b"", raw).decode("latin-1")
    block: list[bytes] = []
    for line in [*raw.splitlines(), b""]:
        if _BASE64.fullmatch(line):
            block.append(line)
            continue
        if sum(map(len, block)) >= _LEAST_BASE64:
            yield _decoded(b"".join(block)).decode("latin-1")
        block = []


def _decoded(content: str | bytes) -> bytes:
    try:
        return base64.b64decode(content)
    except (binascii.Error, ValueError):
        return b""


def typed_address(value: str) -> str | None:
    """The address of a field such as `rfc822; somebody@example.org` (RFC 3464, 2.1.2); None for other kinds."""
    kind, separator, address = value[:MOST_ADDRESS].partition(";")
    if not separator:
        kind, address = "rfc822", value[:MOST_ADDRESS]
    found = re.search(r"[^\s<>;]+@[^\s<>;]+", address)
    return found[0] if found and kind.strip().lower() in ("rfc822", "utf-8") else None
