"""What tests do again and again: run the queue, read the mailbox, sign as a stranger would."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

from sqlalchemy import text

from app.kernel import clock, mail
from app.kernel.db import db

LINK = re.compile(r"http://plenary\.test/(\w\w)/(signature|m)/([\w-]+)(#withdraw)?\s")


def run_jobs(app) -> list[str]:
    """Run every job that is due, in order, until none is left; the names of the tasks that ran."""
    ran = []
    while True:
        job = db.session.execute(
            text(
                "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs WHERE status = 'todo'"
                " AND (scheduled_at IS NULL OR scheduled_at <= :now) ORDER BY id LIMIT 1) RETURNING task_name, args"
            ),
            {"now": clock.now()},
        ).one_or_none()
        if job is None:
            return ran
        db.session.commit()
        with app.app_context():
            app.extensions["jobs"].tasks[job.task_name].func(**job.args)
        ran.append(job.task_name)


def run_task(app, name: str) -> None:
    """Run a periodic task once."""
    with app.app_context():
        app.extensions["jobs"].tasks[name].func(timestamp=0)


@dataclass(frozen=True)
class ReadMail:
    """One mail of the mailbox."""

    to: str
    subject: str
    language: str
    text: str
    html: str
    raw: EmailMessage

    @property
    def link(self) -> str:
        """The path of the page of the signature, to which the action's link leads."""
        return next(f"/{lang}/signature/{token}" for lang, _, token, anchor in LINK.findall(self.text) if not anchor)

    @property
    def withdraw_link(self) -> str:
        """The path of the withdraw link."""
        return next(f"/{lang}/{way}/{token}" for lang, way, token, anchor in LINK.findall(self.text) if anchor)


# A mailbox is read again after each of a hundred mails: what was read once is not taken apart anew.
@lru_cache(maxsize=4096)
def _message(path: Path, written: int, size: int) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


@lru_cache(maxsize=4096)
def _mail(path: Path, written: int, size: int) -> ReadMail:
    message = _message(path, written, size)
    return ReadMail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        language=str(message["Content-Language"]),
        text=message.get_body(("plain",)).get_content(),
        html=message.get_body(("html",)).get_content(),
        raw=message,
    )


def _files(folder: Path) -> Iterator[tuple[Path, int, int]]:
    for path in sorted(folder.glob("[!.]*.eml")):
        about = path.stat()
        yield path, about.st_mtime_ns, about.st_size


def messages(folder: Path) -> list[EmailMessage]:
    """Every message of a mailbox, oldest first. They are to be read, not changed."""
    return [_message(*file) for file in _files(folder)]


def read_mailbox() -> list[ReadMail]:
    """Every mail of the local mailbox, oldest first."""
    return [_mail(*file) for file in _files(mail.mailbox_dir())]


FIELD = re.compile(r'<input[^>]*name="token"[^>]*value="([^"]*)"')
PETITION = "/{lang}/un75/petitions/focal-point"


def form_values(client, lang: str = "en", **changes) -> dict[str, str]:
    """What a stranger would send from the petition's page, with the token on it; None leaves a field out."""
    page = client.get(PETITION.format(lang=lang)).get_data(as_text=True)
    values = {
        "token": FIELD.search(page)[1],
        "name": "Ama Serwaa Mensah",
        "email": "ama@example.org",
        "area": "CPV",
        "shown": "none",
        "consent": "y",
        **changes,
    }
    return {key: value for key, value in values.items() if value is not None}


def sign(client, lang: str = "en", **changes):
    """Sign as a stranger; the answer."""
    return client.post(PETITION.format(lang=lang), data=form_values(client, lang, **changes))


def confirm_all(app, client) -> int:
    """Press the button in every confirm mail that is in the mailbox; how many there were."""
    run_jobs(app)
    links = [m.link for m in read_mailbox()]
    for link in links:
        assert client.post(link, data={"action": "confirm"}).status_code == 303
    return len(links)


def crowd(session, days: int, each: int, on_paper: int = 0) -> None:
    """Set the petition's figures as if `each` people had signed on every one of the last `days` days, from everywhere
    in the world; the signatures themselves are not made."""
    today = clock.today()
    opened = today - timedelta(days=max(days, 1) - 1)
    (petition,) = session.scalars(text("SELECT id FROM petitions_petition WHERE slug = 'focal-point'"))
    values = {
        "id": petition,
        "today": today,
        "opened": opened,
        "days": days,
        "each": each,
        "sum": days * each,
        "paper": on_paper,
    }
    for statement in (
        "UPDATE petitions_petition SET opened_on = :opened WHERE id = :id",
        "UPDATE petitions_total SET confirmed = :sum, withdrawn = 0, on_paper = :paper WHERE petition_id = :id",
        "DELETE FROM petitions_day_total WHERE petition_id = :id",
        "DELETE FROM petitions_area_total WHERE petition_id = :id",
        "INSERT INTO petitions_day_total"
        " SELECT :id, CAST(:today AS date) - n, :each, 0 FROM generate_series(0, :days - 1) AS n",
        "INSERT INTO petitions_area_total (petition_id, area, confirmed, withdrawn, shown)"
        " SELECT :id, code, 10 + row_number() OVER (ORDER BY code), 0, true FROM states_area WHERE :days > 0",
        "UPDATE kernel_page_version SET version = version + 1",
    ):
        session.execute(text(statement), values)
    session.commit()
