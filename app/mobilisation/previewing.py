"""Whose mail is looked at: how a mailing means somebody, as it would today, or as it did when it was frozen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.kernel.db import db

from . import audience, mailing_queries, rendering
from .composing import Words
from .models import Mailing


@dataclass(frozen=True)
class Recipient:
    """Somebody whom a mailing means: the text that they get (language and variant; None: there is none for them),
    `reason` why they get none after all (a code), and what fills its slots."""

    contact_id: int
    text: tuple[str, str] | None
    reason: str | None
    values: Mapping[str, str]


def recipient(mailing: Mailing, texts: list[Words], contact_id: int, now: datetime) -> Recipient | None:
    """How a mailing means a contact; None where it does not, or its rule says nothing any more."""
    there = {(text.language, text.variant) for text in texts}
    if mailing.frozen_at is None:
        row = _asked(lambda: audience.one(mailing, there, contact_id, now))
        values = rendering.of_row(mailing, row, now) if row else {}
    else:
        row = mailing_queries.recipient(mailing.id, contact_id)
        # What was frozen for nobody's mail was not kept.
        values = json.loads(row.slots) if row and row.slots is not None else None
    if row is None:
        return None
    text = (row.language, row.variant)
    return Recipient(contact_id, text if text in there and values is not None else None, row.reason, values or {})


def some(mailing: Mailing, texts: list[Words], now: datetime) -> list:
    """A few recipients to choose from, each with contact_id, language and organisation."""
    if mailing.frozen_at is not None:
        return mailing_queries.recipients(mailing.id)
    there = {(text.language, text.variant) for text in texts}
    return _asked(lambda: audience.some(mailing, there, now)) or []


def _asked(ask):
    """What the rule of a plan gives; None where it names what there is no longer."""
    try:
        with db.session.begin_nested():
            return ask()
    except ValueError:
        return None
