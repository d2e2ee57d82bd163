"""A mailing to a crowd, written straight into the database: fictional people who agreed, and what they are sent."""

import json
import os
from datetime import timedelta

from sqlalchemy import text

from app.kernel import clock
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.mobilisation.models import SLOTS_CONTEXT
from app.people.models import EMAIL_CONTEXT, EMAIL_DIGEST_PURPOSE

LANGUAGES = ("en", "fr", "ar")
BATCH = 5000
BODIES = {
    "en": "Dear {name|friends},\n\nthis is a fictional mail to {organisation|you}. " + "It says the same again. " * 10,
    "fr": "Chers amis de {organisation|partout},\n\nceci est un courriel fictif. "
    + "Il le redit encore une fois. " * 10,
    "ar": "السيدات والسادة {name|الأصدقاء}،\n\nهذه رسالة خيالية. " + "وتكرر الكلام نفسه. " * 10,
}


def address(number: int) -> str:
    """The address of one of the crowd."""
    return f"person{number}@crowd{number % 97}.example.org"


def fill(number: int, body_times: int = 1, start: int = 0, state: str = "running") -> int:
    """People `start` … and a mailing to them in a state, committed; the id of the mailing."""
    now = clock.now()
    network = db.session.execute(
        text(
            "INSERT INTO people_network (slug, names, created_at) VALUES ('fictional', '{\"en\": \"Fictional\"}', :now)"
            " ON CONFLICT (slug) DO UPDATE SET slug = EXCLUDED.slug RETURNING id"
        ),
        {"now": now},
    ).scalar_one()
    mailing = db.session.execute(
        text(
            "INSERT INTO mobilisation_mailing"
            " (campaign, name, state, language, frozen_at, audience, created_at, changed_at)"
            " VALUES ('un75', 'Fictional mailing', :state, 'en', :now, :number, :now, :now) RETURNING id"
        ),
        {"now": now, "number": number, "state": state},
    ).scalar_one()
    for language in LANGUAGES:
        values = {"mailing": mailing, "language": language, "now": now}
        rest = [BODIES[language].partition("\n\n")[2].replace("{organisation|you}", "you")] * (body_times - 1)
        paragraphs = "\n\n".join([BODIES[language], *rest])
        db.session.execute(
            text(
                "INSERT INTO mobilisation_mailing_text (mailing_id, language, subject, body, changed_at)"
                " VALUES (:mailing, :language, 'A fictional subject', :body, :now)"
            ),
            {**values, "body": paragraphs},
        )
    for first in range(start, start + number, BATCH):
        _some(range(first, min(first + BATCH, start + number)), mailing, network, now)
        db.session.commit()
    return mailing


def _some(numbers: range, mailing: int, network: int, now) -> None:
    ring = keyring()
    addresses = [address(number) for number in numbers]
    slots = [
        ring.encrypt(json.dumps({"name": f"Fictional Person {n}", "organisation": "Fictional Council"}), SLOTS_CONTEXT)
        for n in numbers
    ]
    db.session.execute(
        text(
            "WITH given AS (SELECT * FROM unnest(CAST(:emails AS bytea[]), CAST(:digests AS bytea[]),"
            "  CAST(:languages AS text[]), CAST(:slots AS bytea[]), CAST(:tokens AS bytea[]))"
            "  AS v (email, digest, language, slots, token)),"
            " made AS (INSERT INTO people_person (email, email_digest, language, created_at)"
            "  SELECT email, digest, language, :now FROM given RETURNING id, email_digest, language),"
            " agreed AS (INSERT INTO people_consent (person_id, purpose, act, network_id, language, wording, how, at)"
            "  SELECT id, 'mobilisation', 'given', :network, language, 'Fictional words', 'web', :now FROM made)"
            " INSERT INTO mobilisation_delivery (mailing_id, contact_id, language, slots, token, state, next_try)"
            "  SELECT :mailing, made.id, made.language, given.slots, given.token, 'queued', NULL"
            "  FROM given JOIN made ON made.email_digest = given.digest"
        ),
        {
            "emails": [ring.encrypt(each, EMAIL_CONTEXT) for each in addresses],
            "digests": [ring.digests(each, EMAIL_DIGEST_PURPOSE)[0] for each in addresses],
            "languages": [LANGUAGES[number % len(LANGUAGES)] for number in numbers],
            "slots": slots,
            "tokens": [os.urandom(16) for _ in numbers],
            "mailing": mailing,
            "network": network,
            "now": now - timedelta(days=1),
        },
    )


def states(mailing: int) -> dict[str, int]:
    """How many deliveries of the mailing are in each state, counted one by one."""
    rows = db.session.execute(
        text("SELECT state, count(*) FROM mobilisation_delivery WHERE mailing_id = :mailing GROUP BY 1"),
        {"mailing": mailing},
    )
    return {row[0]: row[1] for row in rows}
