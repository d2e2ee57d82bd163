"""Questions that translators ask on a block: read for pages, written by named verbs in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.accounts.names import names
from app.kernel import audit, listing
from app.kernel.db import db

from .models import Campaign
from .translation_models import Question, QuestionWord

LONGEST = 2000
ORDER = listing.Order((Question.id,), descending=True)


@dataclass(frozen=True)
class Said:
    """One message of a thread: who (as colleagues see them; None: nobody who is known any longer), when, what."""

    by: str | None
    at: datetime
    text: str


@dataclass(frozen=True)
class Thread:
    """A question with all that was said to it."""

    id: int
    kind: str
    slug: str
    key: str
    language: str
    asked_by: int | None
    answered_at: datetime | None
    words: tuple[Said, ...]


def on_document(campaign_id: int, kind: str, slug: str, language: str) -> dict[str, list[Thread]]:
    """The threads on a document by block: those of its translators into one language."""
    found: dict[str, list[Thread]] = {}
    which = (Question.campaign_id == campaign_id) & (Question.kind == kind) & (Question.slug == slug)
    for thread in _threads(which & (Question.language == language)):
        found.setdefault(thread.key, []).append(thread)
    return found


def part(
    campaign_id: int, languages: Iterable[str] | None, waiting: bool, cursor: str | None
) -> tuple[listing.Part, list[Thread]]:
    """A page of a campaign's questions, the newest first; `waiting`: only those without an answer; `languages`: only
    of translators into these. Three queries. Raises listing.WrongCursor."""
    statement = select(Question.id).where(Question.campaign_id == campaign_id)
    if languages is not None:
        statement = statement.where(Question.language.in_(list(languages)))
    if waiting:
        statement = statement.where(Question.answered_at.is_(None))
    rows = listing.part(statement, ORDER, cursor)
    return rows, list(reversed(_threads(Question.id.in_([row.id for row in rows.rows]))))


def thread(campaign_id: int, question_id: int) -> Thread | None:
    """One thread."""
    return next(iter(_threads((Question.campaign_id == campaign_id) & (Question.id == question_id))), None)


def _threads(which) -> list[Thread]:
    rows = db.session.execute(
        select(Question, QuestionWord)
        .join(QuestionWord, QuestionWord.question_id == Question.id)
        .where(which)
        .order_by(Question.id, QuestionWord.id)
    ).all()
    called = names(row.QuestionWord.said_by for row in rows)
    said: dict[int, list[Said]] = {}
    questions: dict[int, Question] = {}
    for question, word in rows:
        questions[question.id] = question
        said.setdefault(question.id, []).append(Said(called.get(word.said_by), word.said_at, word.text))
    return [
        Thread(q.id, q.kind, q.slug, q.key, q.language, q.asked_by, q.answered_at, tuple(said[q.id]))
        for q in questions.values()
    ]


def waiting(campaign: str | None) -> list:
    """Slug, number of questions that wait for an answer, and when the first was asked: of each campaign that has such,
    or of one. One statement."""
    statement = (
        select(Campaign.slug, func.count(), func.min(Question.asked_at))
        .join(Campaign, Campaign.id == Question.campaign_id)
        .where(Question.answered_at.is_(None))
        .group_by(Campaign.slug)
    )
    return list(db.session.execute(statement if campaign is None else statement.where(Campaign.slug == campaign)))


def ask(campaign: Campaign, place: tuple[str, str, str], language: str, text: str, actor: int, now: datetime) -> int:
    """Ask a question on the block at `place` (kind, slug, block id); the question's id."""
    kind, slug, key = place
    question = Question(
        campaign_id=campaign.id, kind=kind, slug=slug, key=key, language=language, asked_by=actor, asked_at=now
    )
    db.session.add(question)
    db.session.flush()
    db.session.add(QuestionWord(question_id=question.id, said_by=actor, said_at=now, text=text))
    audit.record(
        "questions.ask",
        f"question:{question.id}",
        actor=actor,
        now=now,
        campaign=campaign.slug,
        after={"block": f"{kind}/{slug}#{key}", "language": language},
    )
    return question.id


def say(campaign: Campaign, question_id: int, text: str, answers: bool, actor: int, now: datetime) -> None:
    """Add to a thread. What a campaigner says answers it (`answers`); what a translator adds opens it again.

    Raises LookupError.
    """
    question = db.session.scalar(
        select(Question).where(Question.campaign_id == campaign.id, Question.id == question_id).with_for_update()
    )
    if question is None:
        raise LookupError(question_id)
    question.answered_at = now if answers else None
    db.session.add(QuestionWord(question_id=question_id, said_by=actor, said_at=now, text=text))
    action = "questions.answer" if answers else "questions.ask-on"
    audit.record(action, f"question:{question_id}", actor=actor, now=now, campaign=campaign.slug)
