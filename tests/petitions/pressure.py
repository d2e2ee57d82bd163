"""Signers by the hundred, a clock that tests move, and a worker that works between."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, text

from app.kernel import clock, mail
from app.kernel.db import db
from app.petitions import operations
from app.petitions.models import Petition, PetitionText
from app.petitions.operations import OpenText, Signing

DUE = text(
    "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= :now)"
    " RETURNING id, task_name, args"
)
WORDINGS = {"signature": "I agree."}


@dataclass
class Crowd:
    """People who sign by the operation that the form's view calls, and what comes into their mailboxes."""

    app: object
    monkeypatch: object
    now: datetime
    letters: dict[str, list[mail.Letter]] = field(default_factory=dict)

    def __post_init__(self):
        self.monkeypatch.setattr(clock, "now", lambda: self.now)
        # Kept as data: writing two thousand files is not what is tried here.
        self.monkeypatch.setattr(mail, "send", lambda letter: self.letters.setdefault(letter.to, []).append(letter))
        petition, words = db.session.execute(
            select(Petition, PetitionText)
            .join(PetitionText, PetitionText.petition_id == Petition.id)
            .where(PetitionText.language == "en", Petition.slug == "focal-point")
        ).one()
        self.words = OpenText(petition.id, words.version, words.digest)

    def later(self, **span) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def sign(self, address: str, network: str | None, area: str = "CPV", **more) -> None:
        """One signature, as the web process stores it."""
        signing = Signing("Ama Mensah", address, area, "none", False, "en", WORDINGS, network, **more)
        assert operations.sign(self.words, "un75", signing, self.now)

    def work(self) -> list[str]:
        """Everything the worker could do by now, in order; the names of the tasks that ran."""
        db.session.commit()
        ran = []
        while due := db.session.execute(DUE, {"now": self.now}).all():
            db.session.commit()
            for job in sorted(due, key=lambda job: job.id):
                self.app.extensions["jobs"].tasks[job.task_name].func(**job.args)
            ran += [job.task_name for job in due]
        return ran

    def link(self, address: str) -> str:
        """The path of the page to which the button of the mail that came last leads."""
        path = self.letters[address][-1].action_url.removeprefix("http://plenary.test")
        return path.replace("/m/", "/signature/", 1)

    def confirm(self, client, address: str):
        """Press the button, over HTTP; the answer."""
        return client.post(self.link(address), data={"action": "confirm"})
