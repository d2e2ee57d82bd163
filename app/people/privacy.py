"""The life of a request of a person about their own data. Each verb works in the caller's transaction.

Nothing is given or changed before its person has proved who they are, and each step is told to them by mail. The audit
log holds every step and no personal value.
"""

import json
from datetime import date, datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import insert, select

from app.kernel import audit, jobs, retention, tokens
from app.kernel.db import db
from app.kernel.i18n import FALLBACK

from . import holdings, operations, privacy_rules
from .models import Person
from .privacy_models import PrivacyLink, PrivacyRequest
from .privacy_rules import ASKED, DENIED, DONE, OPEN, PROVED, REFUSED

MAIL_TASK = "privacy:mail"


class WrongStep(Exception):
    """A request is not where this step can be taken: somebody was quicker, or it has ended."""


def receive(
    kind: str,
    address: str,
    *,
    received: date,
    actor: int | None,
    now: datetime,
    language: str | None = None,
    change: holdings.Change | None = None,
    note: str | None = None,
) -> PrivacyRequest:
    """Write down a request and have its person asked, by mail, whether it is theirs. The same is done for an address
    that nobody here has. An open request of the same kind and address is returned as it is."""
    subject = holdings.subject_of(address)
    held = db.session.scalar(
        select(PrivacyRequest)
        .where(
            PrivacyRequest.email_digest.in_(subject.digests),
            PrivacyRequest.kind == kind,
            PrivacyRequest.ended_at.is_(None),
        )
        .limit(1)
    )
    if held is not None:
        return held
    request = PrivacyRequest(
        kind=kind,
        state=ASKED,
        language=language or _language(subject) or FALLBACK,
        discreet=holdings.is_discreet(subject.person_id),
        email=address,
        email_digest=subject.digests[0],
        changes=json.dumps(vars(change)) if change else None,
        note=note,
        received_on=received,
        due_on=privacy_rules.due(received),
        created_at=now,
        created_by=actor,
    )
    db.session.add(request)
    db.session.flush()
    after = {"kind": kind, "received_on": received.isoformat(), "due_on": request.due_on.isoformat()}
    audit.record("privacy.receive", _subject(request), actor=actor, now=now, after=after)
    _queue_mail(request)
    return request


def _language(subject: holdings.Subject) -> str | None:
    return subject.person_id and db.session.scalar(select(Person.language).where(Person.id == subject.person_id))


def _subject(request: PrivacyRequest) -> str:
    return f"request:{request.id}"


def _queue_mail(request: PrivacyRequest) -> None:
    jobs.defer(MAIL_TASK, jobs.MAIL_QUEUE, request_id=request.id)


def _in(request_id: int, *states: str) -> PrivacyRequest:
    request = db.session.get(PrivacyRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None or request.state not in states:
        raise WrongStep(request_id)
    return request


def _step(request: PrivacyRequest, action: str, state: str, actor: int | None, now: datetime, reason=None) -> None:
    before, request.state = request.state, state
    if state not in OPEN:
        request.ended_at, request.ended_by = now, actor
    db.session.flush()
    audit.record(
        f"privacy.{action}",
        _subject(request),
        actor=actor,
        now=now,
        before={"state": before},
        after={"state": state, "kind": request.kind},
        reason=reason,
    )


def ask_again(request_id: int, *, actor: int, now: datetime) -> None:
    """Have the mail that asks for the proof sent once more. Raises WrongStep."""
    request = _in(request_id, ASKED)
    audit.record("privacy.ask-again", _subject(request), actor=actor, now=now)
    _queue_mail(request)


def prove(request_id: int, now: datetime) -> None:
    """Its person has pressed the button behind the link in the mail. Raises WrongStep."""
    request = _in(request_id, ASKED)
    request.proof, request.proved_at = "link", now
    _step(request, "prove", PROVED, None, now)


def prove_otherwise(request_id: int, note: str, *, actor: int, now: datetime) -> None:
    """Somebody at the desk knows by other means that it is its person's; `note` says by what. Raises WrongStep."""
    request = _in(request_id, ASKED)
    request.proof, request.proof_note, request.proved_at = "otherwise", note, now
    _step(request, "prove-otherwise", PROVED, actor, now)


def deny(request_id: int, now: datetime) -> None:
    """Whoever has the address says that it was not them. Nothing is done. Raises WrongStep."""
    _step(_in(request_id, ASKED), "deny", DENIED, None, now)


def refuse(request_id: int, answer: str, *, actor: int, now: datetime) -> None:
    """End a request without doing it; its person is told why (GDPR art. 12(4)). Raises WrongStep."""
    request = _in(request_id, *OPEN)
    request.answer = answer
    _step(request, "refuse", REFUSED, actor, now)
    _queue_mail(request)


def carry_out(request_id: int, *, actor: int, now: datetime) -> None:
    """Do what a proved request asks for, and have its person told. Raises WrongStep."""
    request = _in(request_id, PROVED)
    subject = holdings.subject_of(request.email)
    match request.kind:
        case "correct" if subject.person_id:
            holdings.correct(subject.person_id, change_of(request))
        case "erase" if subject.person_id:
            operations.erase(subject.person_id, now)
        case "restrict" if subject.person_id:
            operations.restrict(subject.person_id, now)
        case "lift" if subject.person_id:
            operations.lift(subject.person_id)
        case "erase":
            operations.let_go_of(list(subject.digests))
        case "restrict":
            operations.restrict_address(list(subject.digests), now)
        case "lift":
            operations.lift_address(list(subject.digests))
        case "object":
            operations.suppress(subject.digests[0], "objected", now)
            if subject.person_id:
                # Under the digest that they are known by, too: an older key may have made it.
                operations.suppress_person(subject.person_id, "objected", now)
                with force_locale(request.language):
                    wording = _("Write to me no more.")
                how = "web" if request.proof == "link" else "desk"
                holdings.silence(subject.person_id, request.language, wording, how, now)
    _step(request, request.kind, DONE, actor, now)
    _queue_mail(request)


def change_of(request: PrivacyRequest) -> holdings.Change:
    """What a request asks to be corrected."""
    return holdings.Change(**json.loads(request.changes)) if request.changes else holdings.Change()


def new_link(request: PrivacyRequest, now: datetime) -> tuple[str, datetime]:
    """A token for a link to a request, to be put into one mail, and when it expires."""
    token, digest = tokens.new_token()
    expires = now + timedelta(days=privacy_rules.LINK_DAYS)
    db.session.execute(insert(PrivacyLink).values(token_digest=digest, request_id=request.id, expires_at=expires))
    return token, expires


def note_mail(request: PrivacyRequest, now: datetime) -> None:
    """Note that a mail about a request has gone out. With the last one about an erasure, what is personal of the
    request goes, too."""
    if request.state == ASKED:
        request.asked_at = now
    else:
        request.told_at = now
    db.session.flush()
    audit.record("privacy.mail", _subject(request), actor=None, now=now, after={"state": request.state})
    if request.kind == "erase" and request.state == DONE:
        forget_content(request, now)


def forget_content(request: PrivacyRequest, now: datetime) -> None:
    """Delete what is personal of a request; that there was one stays. Its links work to their end: they tell that it
    was done, and no more."""
    request.email = request.email_digest = request.changes = request.note = None
    request.proof_note = request.answer = None
    request.forgotten_at = now
    db.session.flush()


def forget_contents(now: datetime, batch: int) -> int:
    """Delete what is personal of requests that ended thirty days ago. Returns how many of this batch."""
    old = now - timedelta(days=privacy_rules.CONTENT_DAYS)
    found = db.session.scalars(
        select(PrivacyRequest)
        .where(PrivacyRequest.ended_at <= old, PrivacyRequest.forgotten_at.is_(None))
        .order_by(PrivacyRequest.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    ).all()
    for request in found:
        forget_content(request, now)
    return len(found)


def end_unproved(now: datetime, batch: int) -> int:
    """End requests that nobody proved in ninety days. Returns how many of this batch."""
    old = now - timedelta(days=privacy_rules.UNPROVED_DAYS)
    found = db.session.scalars(
        select(PrivacyRequest)
        .where(PrivacyRequest.state == ASKED, PrivacyRequest.created_at <= old)
        .order_by(PrivacyRequest.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    ).all()
    for request in found:
        _step(request, "unproved", DENIED, None, now)
    return len(found)


def forget_links(now: datetime, batch: int) -> int:
    """Delete links that have expired. Returns how many of this batch."""
    return retention.delete_some(PrivacyLink.token_digest, PrivacyLink.expires_at <= now, batch)


def forget_requests(now: datetime, batch: int) -> int:
    """Delete requests whose content is gone and that ended three years ago. Returns how many of this batch."""
    ended = PrivacyRequest.ended_at <= now - timedelta(days=privacy_rules.LOG_DAYS)
    return retention.delete_some(PrivacyRequest.id, ended & PrivacyRequest.forgotten_at.is_not(None), batch)
