"""A compiled message reads as the same message that the library builds, in every language and with hostile values."""

import email
import email.policy
import html
import random
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from app.mobilisation.engine.compile import Message, Text, Unfilled, check, clean, one_line, subject_header

HEADERS = b"From: Plenary <plenary@example.org>\r\nPrecedence: bulk\r\n"
OWN = b"To: somebody@example.org\r\nMessage-ID: <one@example.org>\r\n"


@dataclass(frozen=True)
class Hole:
    name: str
    fallback: str | None = None


WORDS = {
    "en": "Dear {name}, a focal point = a voice.\n.\n.. From {organisation}\n{state}",
    "fr": "Chère {name}, où que vous soyez : {state} n’a pas répondu à {organisation}",
    "es": "¡Hola {name}! {organisation} {state}. ¿Y mañana?",
    "ru": "Здравствуйте, {name}! {state} ещё не ответила; {organisation}.",
    "ar": "السيد {name}، لم تُجب {state} بعد، {organisation}.",
    "zh": "{name}：{state}尚未表态。{organisation}",
}
VALUES = [
    "",
    ".",
    "..\r\n.\r\n",
    "x\r\nBcc: evil@example.org\r\n\r\nhi",
    "a\nb\rc\u2028d",
    "=?utf-8?b?eA==?=",
    "=3D=\r\n",
    "<script>&\"'",
    " ends with a blank ",
    "\t",
    "é" * 400,
    "a" * 3000,
    "null\x00 and \x1b bell",
    "half \ud800 letter",
    "مرحبا\u202e",
    "🕊️ " * 30,
    "Ann\r\n.\r\nQUIT\r\n",
]


def pieces(source: str) -> list:
    """A text with {places} in pieces."""
    found = []
    for number, part in enumerate(source.replace("{", "\0").replace("}", "\0").split("\0")):
        found.append(Hole(part, "friends") if number % 2 else part)
    return found


def filled(found, values, escape=False) -> str:
    """What a reader should see of these pieces."""
    said = ""
    for piece in found:
        value = piece if isinstance(piece, str) else clean(values.get(piece.name) or piece.fallback)
        said += html.escape(value) if escape and not isinstance(piece, str) else value
    return said.encode("utf-8", "replace").decode()


def as_received(written: bytes) -> bytes:
    """What a server makes of it: one dot less where a line begins with one. No line ends the message before its end."""
    lines = written.split(b"\r\n")
    assert b"." not in lines and all(b"\n" not in line and b"\r" not in line and len(line) <= 998 for line in lines)
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)


def parsed(written: bytes) -> EmailMessage:
    """A message, read as mail programs do."""
    return email.message_from_bytes(as_received(written), policy=email.policy.default)


def content(message: EmailMessage, kind: str) -> str:
    """The words of one of its parts, without the ends of the last lines."""
    return message.get_body((kind,)).get_content().replace("\r\n", "\n").rstrip("\n")


@pytest.mark.parametrize("language", WORDS)
def test_a_compiled_message_is_the_one_the_library_builds(language):
    chance = random.Random(language)
    source = WORDS[language]
    subject = pieces("{state} – " + source.split("\n")[0][:20].replace("{", "").replace("}", ""))
    text = pieces((source + "\n\n") * 3)
    body = pieces(f'<p lang="{language}">{source}</p><a href="https://example.org/{{name}}">{{name}}</a>' * 4)
    message = Message(HEADERS, Text(subject, text, body))
    for _ in range(25):
        values = {name: chance.choice(VALUES) for name in ("name", "organisation", "state")}
        written = message.build(OWN, values)
        found = parsed(written)
        built = EmailMessage(policy=email.policy.SMTP)
        built.set_content(filled(text, values))
        built.add_alternative(filled(body, values, escape=True), subtype="html")
        expected = email.message_from_bytes(built.as_bytes(), policy=email.policy.default)
        # The library loses a blank here and reads what looks encoded there, so the words themselves are compared.
        assert found["Subject"] == one_line(filled(subject, values))
        assert [found["To"], found["Precedence"], found["Bcc"]] == ["somebody@example.org", "bulk", None]
        for kind in ("plain", "html"):
            assert content(found, kind) == content(expected, kind)
        encodings = [part["Content-Transfer-Encoding"] for part in found.iter_parts()]
        assert encodings[0] == {"en": "quoted-printable", "ar": "base64"}.get(language, encodings[0])
        assert not found.defects and not any(part.defects for part in found.walk())
        assert all(len(line) <= 77 for line in written.partition(b"\r\n\r\n")[2].split(b"\r\n"))


def test_a_subject_without_places_is_encoded_once_and_long_ones_are_folded():
    for said in ("Plain", "a " * 100, "Ж" * 200, "=?utf-8?q?x?=", "", "one\r\nBcc: two"):
        line = subject_header(said)
        assert email.message_from_bytes(line + b"\r\n", policy=email.policy.default)["Subject"] == one_line(said)
        assert all(len(part) <= 76 for part in line.split(b"\r\n"))


def test_what_is_no_header_is_refused_and_what_is_not_filled_is_told():
    for wrong in (b"To: a\nBcc: b\r\n", b"To: a\r\n\r\nbody", b"To: a", b"To a\r\n", b"X: " + b"x" * 999 + b"\r\n"):
        with pytest.raises(ValueError):
            check(wrong)
    message = Message(HEADERS, Text(["Hello"], [Hole("name")], ["<p>Hello</p>"]))
    with pytest.raises(Unfilled, match="name"):
        message.build(OWN, {"name": None})
