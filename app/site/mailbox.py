"""The local mailbox: what would have been mailed, where no relay is set. It does not exist in production."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, Response, abort, redirect, render_template, url_for

from app.kernel import http, i18n, mail

mailbox = Blueprint("mailbox", __name__, template_folder="templates")

SHOWN = 200


@dataclass(frozen=True)
class StoredMail:
    """One .eml file: its id is the file's name without its ending."""

    id: str
    message: EmailMessage

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def date(self) -> datetime:
        return parsedate_to_datetime(str(self.message["Date"]))

    @property
    def language(self) -> str:
        return str(self.message["Content-Language"] or i18n.FALLBACK)

    @property
    def direction(self) -> str:
        return i18n.BY_CODE[self.language].dir if self.language in i18n.BY_CODE else "ltr"

    def part(self, kind: str) -> str:
        """The text of the `plain` or `html` part."""
        body = self.message.get_body((kind,))
        return body.get_content() if body else ""


def _read(path: Path) -> StoredMail:
    return StoredMail(path.stem, email.message_from_bytes(path.read_bytes(), policy=email.policy.default))


def _find(mail_id: str) -> StoredMail:
    path = mail.mailbox_dir() / f"{mail_id}.eml"
    if not path.is_file():
        abort(404)
    return _read(path)


@mailbox.before_request
def only_without_relay():
    """404 where mails leave the house."""
    if not mail.uses_mailbox():
        abort(404)


@mailbox.get("/mailbox")
def index():
    """To the mailbox in the reader's language."""
    response = redirect(url_for("mailbox.mails", lang=i18n.negotiated()))
    response.headers["Vary"] = "Accept-Language"
    return response


@mailbox.get("/<language:lang>/mailbox")
def mails(lang: str):
    """The newest two hundred mails."""
    files = sorted(mail.mailbox_dir().glob("[!.]*.eml"), reverse=True)[:SHOWN]
    return http.private(render_template("site/mailbox.html", mails=[_read(f) for f in files], robots="noindex"))


@mailbox.get("/<language:lang>/mailbox/<mail_id>")
def one(lang: str, mail_id: str):
    """One mail as text, with its links."""
    return http.private(render_template("site/mail.html", mail=_find(mail_id), robots="noindex"))


@mailbox.get("/<language:lang>/mailbox/<mail_id>.html")
def html(lang: str, mail_id: str):
    """One mail as a mail program shows its HTML part."""
    response = http.private(Response(_find(mail_id).part("html"), mimetype="text/html"))
    # A mail brings its own styles, as mail programs want them; nothing else may load.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-top-navigation"
    )
    return response
