"""Starting a mailing: segment, texts and audience are fixed in one transaction, one row for each recipient.

The audience is read by one statement, so it is that of one moment, and written batch by batch in the same transaction:
either all of it is there, or nothing. Refused while anything lacks; then nothing is written.
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import func, select, text

from app.campaigns import queries as campaigns
from app.campaigns.models import Campaign
from app.kernel import audit, i18n
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.letters.list_models import Line
from app.letters.models import Letter

from . import audience, checking, composing, framing, mailing_settings, missions, results
from .audience import Recipient
from .checking import NEUTRAL, Fault
from .composing import Composed, Words
from .models import Delivery, Mailing, MailingText

BATCH = 2000
# As much more than was approved as may come in between without anybody looking again.
GROWN = 1.1
_ONE_AT_A_TIME = 0x504C4E59
_SLOTS = Delivery.__table__.c.slots.type.context
_COLUMNS = {
    "contact_id": "bigint",
    "organisation_id": "bigint",
    "country": "char(3)",
    "language": "text",
    "by_fallback": "boolean",
    "variant": "text",
    "state": "text",
    "reason": "text",
    "slots": "bytea",
    "token": "bytea",
}
_ARRAYS = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _COLUMNS.items())
_INSERT = text(
    f"INSERT INTO mobilisation_delivery (mailing_id, {', '.join(_COLUMNS)})"  # noqa: S608 names of columns above
    f" SELECT :mailing_id, new_there.* FROM unnest({_ARRAYS}) AS new_there"
)


@dataclass
class Count:
    """What an audience is made of, counted while it is read: for the table before sending and for checking it."""

    audience: int = 0
    queued: int = 0
    excluded: Counter = field(default_factory=Counter)
    languages: Counter = field(default_factory=Counter)
    neutral: Counter = field(default_factory=Counter)
    lacking: Counter = field(default_factory=Counter)

    def add(self, one: Recipient) -> None:
        """Count one recipient in."""
        self.audience += 1
        if one.reason is None:
            self.queued += 1
            self.languages[one.language, one.by_fallback] += 1
            if one.variant == NEUTRAL:
                self.neutral[one.language] += 1
        else:
            self.excluded[one.reason] += 1
            self.lacking.update(one.lacking)


class Refused(ValueError):
    """It does not start; `why` is state, segment, faults, nobody, grown; `faults` say what lacks in the texts."""

    def __init__(self, why: str, faults: Iterable[Fault] = ()):
        super().__init__(why)
        self.why, self.faults = why, list(faults)


def words(mailing_id: int) -> list[Words]:
    """The texts of a mailing as they were written, by language."""
    columns = (MailingText.language, MailingText.variant, MailingText.subject, MailingText.preheader, MailingText.body)
    rows = select(*columns).where(MailingText.mailing_id == mailing_id).order_by(MailingText.language, MailingText.id)
    return [Words(*row) for row in db.session.execute(rows)]


def words_of(row: MailingText) -> Words:
    """One of them, from its row."""
    return Words(row.language, row.variant, row.subject, row.preheader, row.body)


def faults(mailing: Mailing, texts: list[Words], neutral_for: Iterable[str] = ()) -> list[Fault]:
    """What keeps a mailing from starting, its audience apart: texts in every language and variant."""
    names = telling(mailing) if any(text_.variant == NEUTRAL for text_ in texts) else ()
    return checking.check(
        texts,
        default=mailing.language,
        frames=framing.frame,
        neutral_for=frozenset(neutral_for) if mailing.neutral else frozenset(),
        telling=lambda language: names,
    )


def telling(mailing: Mailing) -> list[str]:
    """What would tell what a neutral mail is about: the names of the campaign, in whatever language, that of the
    sender, and the address of this site where neutral mails have another."""
    views = [campaigns.campaign_view(mailing.campaign, language) for language in i18n.CODES]
    hosts = [urlsplit(current_app.config[name]).netloc for name in ("SITE_URL", "NEUTRAL_URL")]
    told = [hosts[0]] if hosts[0] != hosts[1] else []
    return [mailing.campaign, mailing.sender_name, *(view.name for view in views if view), *told]


def compose(mailing: Mailing, texts: list[Words]) -> dict[tuple[str, str], Composed]:
    """Every text in pieces, neutral ones only where they may be sent. Raises slots.Bad, composing.Target."""
    wanted = [text_ for text_ in texts if mailing.neutral or text_.variant != NEUTRAL]
    return {(text_.language, text_.variant): composing.compose(text_) for text_ in wanted}


def freeze(mailing: Mailing, now: datetime) -> Count:
    """Write a delivery for everybody whom a mailing that is to start means, and have it run. `mailing` is locked.

    Raises Refused, and whatever was written has to be rolled back then.
    """
    if mailing.state != "scheduled" or mailing.frozen_at is not None:
        raise Refused("state")
    texts = words(mailing.id)
    wrong = faults(mailing, texts)
    if wrong:
        raise Refused("faults", wrong)
    composed = compose(mailing, texts)
    count = Count()
    # One at a time over all campaigns: of two that start at once each would not see how many mails the other brings.
    db.session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    try:
        batch: list[Recipient] = []
        for one in audience.read(mailing, composed, now):
            count.add(one)
            batch.append(one)
            if len(batch) == BATCH:
                _write(mailing.id, batch)
                batch.clear()
        _write(mailing.id, batch)
    except ValueError as error:
        # Of the rule, whose groups, asks or networks may have gone since it was written.
        raise Refused("segment") from error
    wrong = faults(mailing, texts, count.neutral)
    if wrong:
        raise Refused("faults", wrong)
    if not count.queued:
        raise Refused("nobody")
    if grown(mailing, count.queued):
        raise Refused("grown")
    missions.mark(mailing.id)
    mailing.frozen_at, mailing.audience, mailing.state = now, count.audience, "running"
    mailing.lines_before, mailing.wrote_before = _last_line(mailing), results.letters(mailing)
    mailing.refused, mailing.changed_at = None, now
    db.session.flush()
    after = {"audience": count.audience, "queued": count.queued}
    audit.record("mailings.start", f"mailing:{mailing.id}", actor=None, now=now, campaign=mailing.campaign, after=after)
    return count


def grown(mailing: Mailing, number: int) -> bool:
    """Whether a mailing would go to more than somebody has said yes to."""
    alone = mailing_settings.alone(mailing.campaign, {mailing.asked_by, mailing.created_by})
    return number > max(alone, int((mailing.approved_for or 0) * GROWN))


def _write(mailing_id: int, batch: list[Recipient]) -> None:
    if not batch:
        return
    rows = [
        (
            one.contact_id,
            one.organisation_id,
            one.country,
            one.language,
            one.by_fallback,
            one.variant,
            "queued" if one.reason is None else "excluded",
            one.reason,
            keyring().encrypt(json.dumps(one.values, ensure_ascii=False), _SLOTS) if one.reason is None else None,
            uuid.uuid4().bytes,
        )
        for one in batch
    ]
    values = dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    db.session.execute(_INSERT, {"mailing_id": mailing_id, **values})


def _last_line(mailing: Mailing) -> int | None:
    """The newest line of the public list of the letter that a mailing asks to sign."""
    if mailing.letter is None:
        return None
    letter = (
        select(Letter.id)
        .join(Campaign, Campaign.id == Letter.campaign_id)
        .where(Letter.slug == mailing.letter, Campaign.slug == mailing.campaign)
    )
    newest = select(func.max(Line.id)).where(Line.letter_id == letter.scalar_subquery())
    return db.session.scalar(newest) or 0
