"""A crowd of signatures, put into the database in bulk: every area of the world, confirmed over the last days."""

import psycopg
from flask import Flask

from app.kernel.crypto import keyring
from app.kernel.db import db
from app.people.models import EMAIL_CONTEXT
from app.petitions import counting
from app.petitions.models import NAME_CONTEXT

DAYS = 30

# Foreign keys are not checked meanwhile; the rows obey them.
_STATEMENTS = (
    "SET LOCAL session_replication_role = replica",
    """
CREATE TEMPORARY TABLE crowd ON COMMIT DROP AS
WITH areas AS (SELECT array_agg(code ORDER BY code) AS codes FROM states_area)
SELECT n, codes[1 + n %% cardinality(codes)] AS area, now() - (n %% %(days)s) * interval '1 day' AS at,
    '\\x01'::bytea || sha256(n::text::bytea) AS digest
FROM areas, generate_series(%(first)s, %(last)s) AS n
""",
    """
INSERT INTO people_person (email, email_digest, language, created_at)
SELECT %(email)s, digest, 'en', at FROM crowd ORDER BY n
""",
    """
WITH signature AS (
    INSERT INTO petitions_signature (petition_id, person_id, state, name, area, shown, language, text_version,
        text_digest, updates, erased, signed_at, confirmed_at)
    SELECT words.petition_id, person.id, 'confirmed', %(name)s, area, (ARRAY['name', 'area', 'none'])[1 + n %% 3], 'en',
        words.version, words.digest, false, false, at, at
    FROM crowd
    JOIN people_person AS person ON person.email_digest = crowd.digest
    CROSS JOIN petitions_petition AS petition
    JOIN petitions_text AS words ON words.petition_id = petition.id AND words.version = petition.version
    WHERE petition.slug = 'focal-point' AND words.language = 'en'
    ORDER BY n
    RETURNING person_id, petition_id, area, signed_at, language
), consent AS (
    INSERT INTO people_consent (person_id, purpose, act, campaign, language, wording, at)
    SELECT person_id, 'signature', 'given', 'un75', 'en', 'I agree to this.', signed_at FROM signature
)
INSERT INTO petitions_tally_entry (petition_id, area, day, confirmed, withdrawn, language)
SELECT petition_id, area, signed_at::date, count(*), 0, language FROM signature GROUP BY 1, 2, 3, 6
""",
)


def gather(app: Flask, database_url: str, first: int, last: int) -> None:
    """Add the signatures numbered `first` to `last`, let the app's own task count them, and tidy up as autovacuum
    would. The names and addresses are sealed with the app's keys."""
    with app.app_context():
        values = {
            "first": first,
            "last": last,
            "days": DAYS,
            "email": keyring().encrypt("somebody@example.org", EMAIL_CONTEXT),
            "name": keyring().encrypt("Ama Serwaa Mensah", NAME_CONTEXT),
        }
        with psycopg.connect(database_url, cursor_factory=psycopg.ClientCursor) as connection:
            for statement in _STATEMENTS:
                connection.execute(statement, values)
        counting.count()
        db.session.commit()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
