"""Mail as data: a subject, paragraphs and one action, rendered once to text and to HTML.

Through SMTP where MAIL_SERVER is set; otherwise, outside production, as .eml files in `<instance>/mailbox/`.
"""

import base64
import binascii
import os
import secrets
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import make_msgid, parseaddr
from pathlib import Path

import flask_mail
import idna
from flask import Flask, current_app, render_template
from flask_babel import force_locale

from . import clock, i18n

RELAY_SECONDS = 30.0


def open_relay(server: str, port: int, use_ssl: bool, use_tls: bool) -> smtplib.SMTP:
    """A connection to a relay, encrypted as asked, its certificate checked; one that says nothing for half a minute is
    given up. Raises what smtplib, ssl and socket raise."""
    trusted = ssl.create_default_context() if use_ssl or use_tls else None
    if use_ssl:
        return smtplib.SMTP_SSL(server, port, timeout=RELAY_SECONDS, context=trusted)
    relay = smtplib.SMTP(server, port, timeout=RELAY_SECONDS)
    if use_tls:
        try:
            relay.starttls(context=trusted)
        except BaseException:
            relay.close()
            raise
    return relay


class _Connection(flask_mail.Connection):
    # Flask-Mail's own waits for ever, and asks for no certificate.
    def configure_host(self):
        relay = open_relay(self.mail.server, self.mail.port, self.mail.use_ssl, self.mail.use_tls)
        if self.mail.username and self.mail.password:
            relay.login(self.mail.username, self.mail.password)
        return relay


class _Mail(flask_mail.Mail):
    def connect(self):
        return _Connection(current_app.extensions["mail"])


mailer = _Mail()
# Longer lines, in octets, are none (RFC 5322, 2.1.1): relays refuse a mail that has one, or cut it.
LONGEST_LINE = 998


class Message(flask_mail.Message):
    """A mail that every relay can carry. Flask-Mail sends texts as eight bits and in lines as long as they are written:
    here such a text goes as quoted-printable or base64, whichever is shorter."""

    def _mimetext(self, text: str | None, subtype: str = "plain"):
        octets = (text or "").encode()
        if octets.isascii() and max(map(len, octets.split(b"\n"))) < LONGEST_LINE:
            return super()._mimetext(text, subtype)
        part = MIMENonMultipart("text", subtype, charset="utf-8")
        quoted = 5 * len(octets) < 6 * len(octets.decode("ascii", "ignore"))
        part["Content-Transfer-Encoding"] = "quoted-printable" if quoted else "base64"
        part.set_payload((binascii.b2a_qp(octets) if quoted else base64.encodebytes(octets)).decode())
        return part


@dataclass(frozen=True)
class File:
    """What goes along with a mail."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One mail to one person.

    `paragraphs` are plain text in `lang`; the action's button stands after paragraph number `action_after` (from 0).
    `withdraw_url` is the link that works for ever, in the footer of every mail about a signature; other mails say in
    `why` for what reason they come. News carry `news_url`: whoever posts there gets no more of them, with one click in
    the mail program (RFC 2369, RFC 8058); a reader gets a page there.
    Subject and paragraphs may be in another language than what stands around them, `words_lang`, and the label of the
    button in that or in `action_lang`.
    A neutral letter goes out by the neutral sender and says nowhere what it is about; the page it leads to says that,
    and who writes.
    `facts` are names with their values, in the letter's language; they stand between that paragraph and the button.
    Answers go to `reply_to`, where it is set. What has a `key` has one Message-ID however often it is sent, so that a
    mail program shows it once.
    """

    to: str
    lang: str
    subject: str
    paragraphs: tuple[str, ...]
    action_label: str
    action_url: str
    action_after: int
    withdraw_url: str | None = None
    news_url: str | None = None
    neutral: bool = False
    why: str | None = None
    words_lang: str | None = None
    action_lang: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    reply_to: str | None = None
    key: str | None = None
    files: tuple[File, ...] = ()


def init_app(app: Flask) -> None:
    """Set up Flask-Mail; in production a relay is required by the settings."""
    app.config.setdefault("MAIL_SUPPRESS_SEND", False)
    mailer.init_app(app)


def mailbox_dir() -> Path:
    """Where mails are kept when there is no relay."""
    return current_app.config["INSTANCE_DIR"] / "mailbox"


def uses_mailbox() -> bool:
    """Whether mails stay on this machine: no relay is set, and this is not production."""
    return current_app.config["MAIL_SERVER"] is None and current_app.config["MODE"] != "production"


def render(letter: Letter) -> Message:
    """The message as it goes out, in the letter's language: plain text and HTML."""
    spoken = i18n.EVERY[letter.words_lang or letter.lang]
    with force_locale(letter.lang):
        values = {
            "letter": letter,
            "lang": letter.lang,
            "dir": i18n.BY_CODE[letter.lang].dir,
            "words": spoken,
            "button_words": i18n.EVERY[letter.action_lang or spoken.code],
            "controller": current_app.config["CONTROLLER"],
            "site_url": current_app.config["SITE_URL"],
            "site_name": "Plenary",
        }
        text = render_template("mail/mail.txt", **values)
        html = render_template("mail/mail.html", **values)
    sender = current_app.config["MAIL_NEUTRAL_SENDER" if letter.neutral else "MAIL_DEFAULT_SENDER"]
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    headers = {
        "Auto-Submitted": "auto-generated",
        "Content-Language": ", ".join(dict.fromkeys((spoken.code, letter.lang))),
    }
    if letter.news_url:
        headers["List-Unsubscribe"] = f"<{letter.news_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = Message(
        subject=letter.subject,
        recipients=[on_the_wire(letter.to)],
        body=text,
        html=html,
        sender=sender,
        date=clock.now().timestamp(),
        extra_headers=headers,
        reply_to=on_the_wire(letter.reply_to) if letter.reply_to else None,
    )
    for file in letter.files:
        message.attach(file.name, file.mimetype, file.content)
    message.msgId = f"<{letter.key}@{domain}>" if letter.key else make_msgid(domain=domain)
    return message


def on_the_wire(address: str) -> str:
    """The address with its domain in ASCII (RFC 5890), as relays without SMTPUTF8 take it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{idna.encode(domain, uts46=True).decode()}"


def send(letter: Letter) -> None:
    """Hand the letter to the relay, or put it into the mailbox. Raises what smtplib raises; the job is then retried."""
    post(render(letter))


def post(message: Message) -> None:
    """The same for a message that is made already."""
    if uses_mailbox():
        put(mailbox_dir(), message.as_bytes())
    else:
        mailer.send(message)


class NotTaken(Exception):
    """The relay does not have a message, for certain."""


def hand_over(message: Message) -> None:
    """Hand a message to the relay, once. Raises NotTaken where it is certain that the relay does not have it; after
    anything else that is raised nobody knows."""
    if uses_mailbox():
        put(mailbox_dir(), message.as_bytes())
        return
    connection = mailer.connect()
    try:
        connection.host = None if connection.mail.suppress else connection.configure_host()
    except Exception as error:
        raise NotTaken from error
    try:
        connection.send(message)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
        raise NotTaken from error
    finally:
        if connection.host is not None:
            with suppress(Exception):
                connection.host.quit()


def put(folder: Path, content: bytes) -> None:
    """Put a message into a mailbox, whole or not at all. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
    partial = folder / f".{name}"
    partial.write_bytes(content)
    os.replace(partial, folder / name)
