"""A mailing's text, compiled once per language and variant into encoded pieces: a message is a join of them. Pure.

Transfer encodings do not care where a word ends, so what stands between two slots is encoded beforehand. In
quoted-printable (RFC 2045, 6.7) a soft line break before and after each value lets every piece begin on a line of its
own. In base64 (6.8) three octets become four letters: each piece is kept in three ways, one for each number of its
octets that the value before it needs to be full.

Nothing in a value can end a line of a header or the message: headers of values are encoded or refused, bodies are
encoded, and dots at the beginning of a line are doubled (RFC 5321, 4.5.2).
"""

import base64
import binascii
import html
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

EOL = b"\r\n"
SOFT = b"=\r\n"
# RFC 5322, 2.1.1: 998 octets without the line's end. RFC 2047, 2: 75 letters an encoded word.
LONGEST_LINE = 998
_WORD_OCTETS = 39
_QP_LINE, _BASE64_OCTETS = 76, 57
_SHORT_SUBJECT = 60
_PLAIN = re.compile(r"[ -~]*")
# What stands as it is in any header, HTML or line of quoted-printable, also at its beginning.
_SIMPLE = re.compile("[0-9A-Za-z/:_(-][0-9A-Za-z/:_(),. -]{0,70}")
_BROKEN = re.compile("\r\n|\r|\x85|\u2028|\u2029|\x0b|\x0c")


class Hole(Protocol):
    """A place in a text: its name, and what stands there for who has no value."""

    name: str
    fallback: str | None


Pieces = Iterable["str | Hole"]


class Unfilled(LookupError):
    """A place has neither a value nor a fallback for somebody; the message is its name."""


@dataclass(frozen=True)
class Text:
    """What a mailing says in one language: in `html` all that stands between places is HTML already."""

    subject: Pieces
    text: Pieces
    html: Pieces


def clean(value: str) -> str:
    """A value as a body can hold it: line ends as mail has them, no other control characters, no half characters."""
    if value.isascii() and value.isprintable():
        return value
    lines = _BROKEN.sub("\n", value).split("\n")
    kept = ("".join(c for c in line if c == "\t" or unicodedata.category(c) not in ("Cc", "Cs")) for line in lines)
    return "\r\n".join(kept)


def one_line(value: str) -> str:
    """A value as a header can hold it: one line."""
    return " ".join(clean(value).split())


def subject_header(said: str) -> bytes:
    """The Subject header, encoded where it has to be (RFC 2047), folded, with its line end."""
    said = one_line(said)
    if len(said) <= _SHORT_SUBJECT and _PLAIN.fullmatch(said) and "=?" not in said:
        return b"Subject: " + said.encode("ascii") + EOL
    words, octets = [], b""
    for letter in said:
        encoded = letter.encode()
        if len(octets) + len(encoded) > _WORD_OCTETS:
            words.append(octets)
            octets = b""
        octets += encoded
    words.append(octets)
    return b"Subject: " + b"\r\n ".join(b"=?utf-8?b?" + base64.b64encode(word) + b"?=" for word in words) + EOL


class Part:
    """A text of one MIME type with places, encoded in pieces."""

    def __init__(self, kind: str, pieces: Pieces):
        self._is_html = kind == "html"
        texts, names, fallbacks = _apart(pieces)
        self._holes = list(zip(names, fallbacks, strict=True))
        octets = [clean(text).encode() for text in texts]
        # The end of the last line belongs to the text, or a reader's program says that it was cut.
        if not octets[-1].endswith(EOL):
            octets[-1] += EOL
        whole = b"".join(octets)
        self.is_base64 = len(binascii.b2a_qp(whole)) > len(whole) * 4 / 3
        if self.is_base64:
            self._encoded = [_Three(piece) for piece in octets]
        else:
            last = len(octets) - 1
            # With a place between each two, for what somebody's values say.
            self._whole: list[bytes] = [b""] * (2 * last + 1)
            self._whole[::2] = [_quoted(piece, soft=place < last) for place, piece in enumerate(octets)]
        name = b"base64" if self.is_base64 else b"quoted-printable"
        self.head = (
            b"Content-Type: text/"
            + kind.encode()
            + b"; charset=utf-8\r\nContent-Transfer-Encoding: "
            + name
            + EOL
            + EOL
        )

    def write(self, values: Mapping[str, str | None], out: list[bytes]) -> None:
        """Append the encoded body for somebody's values to `out`. Raises Unfilled."""
        said = []
        for name, fallback in self._holes:
            value = values.get(name) or fallback
            if value is None:
                raise Unfilled(name)
            said.append(value)
        (self._write_base64 if self.is_base64 else self._write_quoted)(said, out)

    def _write_quoted(self, said: list[str], out: list[bytes]) -> None:
        whole = self._whole.copy()
        whole[1::2] = [
            value.encode() + SOFT if _SIMPLE.fullmatch(value) else _quoted(self._octets(value), soft=True)
            for value in said
        ]
        out += whole

    def _write_base64(self, said: list[str], out: list[bytes]) -> None:
        written, waiting = self._encoded[0].ways[0]
        out.append(written)
        for value, piece in zip(said, self._encoded[1:], strict=True):
            waiting += self._octets(value)
            lacks = -len(waiting) % 3
            if len(piece.octets) < lacks:
                waiting += piece.octets
                continue
            out.append(_lines(waiting + piece.octets[:lacks]))
            written, waiting = piece.ways[lacks]
            out.append(written)
        out.append(_lines(waiting))

    def _octets(self, value: str) -> bytes:
        if _SIMPLE.fullmatch(value):
            return value.encode()
        value = clean(value)
        return (html.escape(value) if self._is_html else value).encode("utf-8", "replace")


class Message:
    """A mailing in one language and variant. `headers` are those that every message has, each with its line end."""

    def __init__(self, headers: bytes, text: Text):
        self._subject, self._subject_names, self._subject_fallbacks = _apart(text.subject)
        self._parts = [Part("plain", text.text), Part("html", text.html)]
        boundary = b"=_" + secrets.token_hex(16).encode()
        fixed = headers
        if not self._subject_names:
            fixed += subject_header(self._subject[0])
        self._headers = check(fixed)
        self._head = (
            b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="' + boundary + b'"' + EOL + EOL
        )
        self._between = [b"--" + boundary + EOL + part.head for part in self._parts]
        self._end = b"--" + boundary + b"--" + EOL

    def build(self, own: bytes, values: Mapping[str, str | None]) -> bytes:
        """The message of one recipient as it goes over the wire, dots doubled, without the dot that ends it. `own` are
        its own headers, each with its line end, as `check` lets them pass. Raises Unfilled."""
        out = [self._headers, own]
        if self._subject_names:
            out.append(subject_header(self._said_subject(values)))
        out.append(self._head)
        for between, part in zip(self._between, self._parts, strict=True):
            out.append(between)
            part.write(values, out)
        out.append(self._end)
        return b"".join(out)

    def _said_subject(self, values: Mapping[str, str | None]) -> str:
        said = self._subject[0]
        for name, fallback, text in zip(self._subject_names, self._subject_fallbacks, self._subject[1:], strict=True):
            value = values.get(name) or fallback
            if value is None:
                raise Unfilled(name)
            said += value + text
        return said


_HEADERS = re.compile(rb"(?:[!-9;-~]+: ?[^\x00\r\n]*\r\n(?:[ \t]+[^\s\x00][^\x00\r\n]*\r\n)*)*")


def check(headers: bytes) -> bytes:
    """The headers as they came. Raises ValueError unless each is a name, a colon and a value, folded or not, with a
    line end, and no line is too long."""
    if not _HEADERS.fullmatch(headers) or max(map(len, headers.split(EOL))) > LONGEST_LINE:
        raise ValueError("these are no headers")
    return headers


def _apart(pieces: Pieces) -> tuple[list[str], list[str], list[str | None]]:
    """The texts between places, one more than there are; the places' names and fallbacks."""
    texts, names, fallbacks = [""], [], []
    for piece in pieces:
        if isinstance(piece, str):
            texts[-1] += piece
        else:
            names.append(piece.name)
            fallbacks.append(piece.fallback)
            texts.append("")
    return texts, names, fallbacks


class _Three:
    """Octets in base64 in three ways: without their first none, one or two; and what is too little for three letters
    at the end waits for what comes next."""

    def __init__(self, octets: bytes):
        self.octets = octets
        self.ways = [self._way(octets[skipped:]) for skipped in range(3)]

    @staticmethod
    def _way(octets: bytes) -> tuple[bytes, bytes]:
        full = len(octets) - len(octets) % 3
        return _lines(octets[:full]), octets[full:]


def _lines(octets: bytes) -> bytes:
    if len(octets) <= _BASE64_OCTETS:
        return binascii.b2a_base64(octets, newline=False) + EOL if octets else b""
    starts = range(0, len(octets), _BASE64_OCTETS)
    return b"".join(
        binascii.b2a_base64(octets[start : start + _BASE64_OCTETS], newline=False) + EOL for start in starts
    )


def _quoted(octets: bytes, soft: bool) -> bytes:
    """Octets in quoted-printable, beginning and, if `soft`, ending on a line of their own."""
    if len(octets) < _QP_LINE and octets.isalnum():
        written = octets
    else:
        written = binascii.b2a_qp(octets, istext=True, header=False)
        # What begins a message's line may not be a dot alone, and is another sign of the end to some servers.
        written = written.replace(b"=\n", b"=\r\n").replace(b"\r\n.", b"\r\n..")
        if written.startswith(b"."):
            written = b"." + written
    if not soft or (written.endswith(EOL) and not written.endswith(SOFT)):
        return written
    return written + SOFT if written else b""
