"""What tests of mailings at the desk do again and again: an audience, a plan with its texts, a dry run, a start."""

from app.accounts import holders
from app.kernel import clock
from app.kernel.db import db
from app.mobilisation import framing, mailing_operations, mailing_tasks
from app.mobilisation.checking import Frame
from app.mobilisation.composing import Words
from app.mobilisation.mailing_operations import Plan
from app.mobilisation.models import Mailing
from tests.support import run_jobs

BODY = (
    "Dear {name|friends},\n\n{state|your state} stands here: {position|nowhere}. {organisation}\n\n[Sign]({sign_link})"
)


def spoken(monkeypatch) -> None:
    """Have every language say how mails end, as it does once our newest words are translated."""
    monkeypatch.setattr(framing, "frame", lambda language: Frame("x", "y"))


def plan(segment: str = "everybody", *languages: str, neutral: bool = False, actor: int = 1, **said) -> Mailing:
    """A mailing with texts in these languages, neutral ones besides where those may go."""
    now = clock.now()
    wanted = Plan("Fictional mailing", segment, (languages or ("en",))[0], neutral=neutral, ask="focal-point", **said)
    made = mailing_operations.create("un75", wanted, None, actor=actor, now=now)
    for language in languages or ("en",):
        write(made, language, "plain", "Fictional subject", BODY)
        if neutral:
            write(made, language, "neutral", "A page for you", "{sign_link}")
    db.session.commit()
    return made


def write(made: Mailing, language: str, variant: str, subject: str, body: str) -> None:
    """A text of a mailing."""
    words = Words(language, variant, subject, "", body)
    mailing_operations.write(made, words, actor=1, now=clock.now())


def tried(app, made: Mailing) -> dict:
    """The report of a dry run."""
    mailing_operations.try_out(made, actor=1, now=clock.now())
    db.session.commit()
    run_jobs(app)
    return mailing_operations.report(made)


def started(app, made: Mailing, actor: int = 1) -> Mailing:
    """A mailing that was tried, asked for and started, as long as it goes to few."""
    tried(app, made)
    mailing_operations.ask(made, None, "UTC", None, actor=actor, now=clock.now())
    db.session.commit()
    mailing_tasks.start(made.id)
    return db.session.get(Mailing, made.id, populate_existing=True)


def nobody(monkeypatch) -> None:
    """No colleague is let in by another."""
    monkeypatch.setattr(holders, "let_in_by", lambda someone, since: set())
