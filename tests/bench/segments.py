"""Segments over a million contacts: the count of several rules beside the bare indexed count of the same table.

    python -m tests.bench.segments

runs this alone. The same app in this process, over a database of its own; each rule and the bare count in turns.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy import text

from app import create_app
from app.kernel import clock
from app.kernel.config import new_secrets
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.kernel.postgres import Cluster
from app.mobilisation.segments import queries
from app.mobilisation.segments.facts import Viewer
from app.mobilisation.segments.rule import parse
from app.people.models import EMAIL_CONTEXT

CONTACTS, ORGANISATIONS, NETWORKS, SIGNED = 1_000_000, 250_000, 40, 5_000
SIGNATURES, LATE = 25_000, 2_000
RULES = {
    "position and group and not signed": (
        "position:focal-point=undecided,unknown group:NAM not signed-letter:focal-point"
    ),
    "group and language": "group:G77 language:fr",
    "a network, or one of some countries and a role": "network:fictional-3 or country:KEN,GHA,PER role:un",
    "not signed": "not signed-letter:focal-point",
    "signed the petition by name": "signed-petition:focal-point",
    "wrote to a mission": "wrote:mission",
    "never written to": "mailed:never",
    "last written to before this month": "mailed:before.2026-11-01",
    "not written to this month": "group:AFRICAN_GROUP not mailed:since.2026-11-01",
    "nested, of nearly all kinds of conditions": (
        "group:G77 (not signed-letter:focal-point or mailed:before.2026-11-01)"
        " not (role:un or language:fr signed-petition:focal-point)"
    ),
    "did none of it": (
        "not signed-letter:focal-point not signed-petition:focal-point not wrote:mission not mailed:since.2026-10-01"
    ),
    "in most countries": "position:focal-point=undecided,unknown",
    "a coordinator: not written to": "not mailed:ever",
    "everybody": "",
}
# In bare counts, at most; a rule that names four sets of tens of thousands of people pays for each of them, and is
# measured without a target.
MOST, BEYOND = 3.0, {"did none of it"}
# A coordinator's networks; others see all.
COORDINATOR = Viewer((3, 5))

# Foreign keys are not checked meanwhile, and no trigger works; the rows obey the first and are what the others make.
# One contact in fifty is in two organisations; countries, networks and roles are as uneven as those of a real list.
_STATEMENTS = (
    "SET session_replication_role = replica",
    """
INSERT INTO people_network (slug, names, created_at)
SELECT 'fictional-' || n, jsonb_build_object('en', 'Fictional network ' || n), now()
FROM generate_series(1, %(networks)s) AS n""",
    """
INSERT INTO people_organisation (name, name_language, country, ecosoc, sort_key, created_at, changed_at)
SELECT 'Fictional organisation ' || n, 'en',
    codes[1 + floor(cardinality(codes) * power(mod(n * 7919, 10007) / 10007.0, 1.7))::int],
    (ARRAY['none', 'none', 'none', 'none', 'special', 'roster', 'general'])[1 + n %% 7], lower('fictional ' || n),
    now(), now()
FROM generate_series(1::bigint, %(organisations)s) AS n,
    (SELECT array_agg(code ORDER BY md5(code)) AS codes FROM states_area) AS areas""",
    """
INSERT INTO people_membership (organisation_id, network_id, since)
SELECT DISTINCT n, 1 + mod(n / 7 * turn * turn, %(networks)s), current_date
FROM generate_series(1::bigint, %(organisations)s) AS n, generate_series(1, 3) AS turn WHERE mod(n, 4) >= turn""",
    """
INSERT INTO people_person (email, email_digest, language, created_at)
SELECT %(email)s, '\\x01'::bytea || sha256(n::text::bytea), 'en', now() FROM generate_series(1, %(contacts)s) AS n""",
    """
INSERT INTO people_position (organisation_id, person_id, name, roles, language, created_at, changed_at)
SELECT 1 + mod(p.id * 7919 + turn * 13, %(organisations)s), p.id, %(name)s,
    CASE WHEN p.id %% 9 < 4 THEN ARRAY['contact'] WHEN p.id %% 9 < 8 THEN
        ARRAY[(ARRAY['head', 'un', 'policy', 'press'])[p.id %% 9 - 3]] ELSE ARRAY['head', 'un'] END,
    (ARRAY['en', 'en', 'fr', 'es', 'ar'])[1 + p.id %% 5], now(), now()
FROM people_person AS p, generate_series(0, 1) AS turn WHERE turn = 0 OR p.id %% 50 = 0""",
    """
INSERT INTO letters_line (letter_id, signatory_id, roll, name, country, sort_key, version, language, organisation_id)
SELECT letter.id, n, 'organisation', 'Fictional', 'KEN', 'fictional', 1, 'en', n * 50
FROM letters_letter AS letter, generate_series(1, %(signed)s) AS n WHERE letter.slug = 'focal-point'""",
    # Four mailings of the campaign, to half of all and to fewer, and one of a network's coordinator.
    """
INSERT INTO mobilisation_mailing (campaign, name, network_id, language, created_at, changed_at)
SELECT 'un75', 'Fictional', nullif(n, 1) - 2, 'en', now(), now() FROM unnest(ARRAY[1, 1, 1, 1, 5]) AS n""",
    """
INSERT INTO mobilisation_delivery (mailing_id, contact_id, language, state, sent_at)
SELECT m.id, p.id, 'en', 'sent', sent.day + p.id %% 86000 * interval '1 second'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM mobilisation_mailing) AS m
JOIN (VALUES (1, timestamptz '2026-09-20', 2, 0), (2, '2026-10-15', 4, 1), (3, '2026-11-10', 10, 3),
    (4, '2026-11-15', 50, 1), (5, '2026-11-01', 20, 7)) AS sent (place, day, of, rest) USING (place)
JOIN people_person AS p ON p.id %% sent.of = sent.rest""",
    """
INSERT INTO petitions_signature (petition_id, person_id, state, name, area, shown, language, text_version, text_digest,
    updates, signed_at, confirmed_at)
SELECT p.id, n * 40, 'confirmed', %(name)s, 'KEN', (ARRAY['name', 'area'])[1 + n %% 2], 'en', 1, 'x', false, now(),
    now()
FROM petitions_petition AS p, generate_series(1, %(signatures)s) AS n WHERE p.slug = 'focal-point'""",
    """
INSERT INTO mobilisation_mission_letter (campaign_id, ask, state, way, letter, status, language, mission_language,
    subject, own, body, email_digest, lives_there, asked_at, done_at)
SELECT c.id, 'focal-point', 'KEN', 'us', 'thank', 'sent', 'en', 'en', %(name)s, %(name)s, %(name)s, p.email_digest,
    true, now(), now()
FROM campaigns_campaign AS c, people_person AS p WHERE c.slug = 'un75' AND p.id %% 50 = 9""",
    "ANALYZE mobilisation_delivery",
    "CREATE TEMP TABLE due AS SELECT * FROM mobilisation_contact_due",
    """
INSERT INTO mobilisation_kind (country, ecosoc, networks, roles, language, second_language)
SELECT DISTINCT country, ecosoc, networks, roles, language, second_language FROM due""",
    "ANALYZE mobilisation_kind",
    """
INSERT INTO mobilisation_contact (contact_id, organisation_id, kind_id, place)
SELECT d.contact_id, d.organisation_id, k.id, d.place FROM due AS d JOIN mobilisation_kind AS k
    USING (country, ecosoc, networks, roles, language, second_language)""",
    "ANALYZE mobilisation_contact",
    """
SELECT mobilisation_contact_bits_renew(chunk)
FROM (SELECT DISTINCT (contact_id >> 15)::integer AS chunk FROM mobilisation_contact) AS chunks""",
    # Some of the last mails, and some changes of contacts, are not in the bits yet.
    """
INSERT INTO mobilisation_contact_entry (contact_id, mailed)
SELECT n * 50 + 1, n %% 10 > 0 FROM generate_series(1, %(late)s) AS n""",
    "SET session_replication_role = DEFAULT",
    "VACUUM ANALYZE",
    "CHECKPOINT",
)


@dataclass
class Counted:
    """One rule: how many contacts it means, and in each round how long its count and the bare one took (seconds)."""

    name: str
    number: int = 0
    took: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        """What the count of the rule costs in bare counts, round by round."""
        return [mine / bare for mine, bare in zip(self.took, self.bare, strict=True)]


def compare(environ: dict[str, str], url: str, rounds: int, contacts: int = CONTACTS) -> tuple[list[Counted], int]:
    """Fill a database with contacts and measure each rule in alternating rounds, after one that is thrown away; and how
    many strings of bits say who they are."""
    app = create_app({**environ, "DATABASE_URL": url})
    with app.app_context():
        values = {
            "contacts": contacts,
            "organisations": max(contacts * ORGANISATIONS // CONTACTS, 10),
            "networks": NETWORKS,
            "signed": contacts * SIGNED // CONTACTS,
            "signatures": contacts * SIGNATURES // CONTACTS,
            "late": LATE,
            "email": keyring().encrypt("somebody@example.org", EMAIL_CONTEXT),
            "name": keyring().encrypt("Fictional person", "people_position.name"),
        }
        with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
            for statement in _STATEMENTS:
                connection.execute(statement, values)
        found = [Counted(name) for name in RULES]
        try:
            for turn in range(rounds + 1):
                for one in found if turn % 2 else reversed(found):
                    took, number = _timed(lambda one=one: _number(one.name))
                    bare, _all = _timed(_bare)
                    one.number = number
                    if turn:
                        one.took.append(took)
                        one.bare.append(bare)
            strings = db.session.scalar(text("SELECT count(*) FROM mobilisation_contact_bits"))
            return found, strings
        finally:
            db.session.remove()
            db.engine.dispose()


def _number(name: str) -> int:
    """The count of a rule. What it means is read before the clock starts to matter: it is kept in the process."""
    viewer = COORDINATOR if name.startswith("a coordinator") else Viewer()
    return queries.number(parse(RULES[name]), viewer, "un75", clock.now())


def _bare() -> int:
    return db.session.scalar(text("SELECT count(*) FROM mobilisation_contact"))


def _timed(work) -> tuple[float, int]:
    began = time.perf_counter()
    number = work()
    return time.perf_counter() - began, number


def main() -> int:
    """Measure alone, and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory(prefix="bench-segments-") as folder:
        cluster = Cluster(Path(folder) / "pg")
        cluster.start()
        try:
            from . import servers

            environ = servers.environment(
                PLENARY_ENV="development",
                INSTANCE_DIR=f"{folder}/instance",
                DATABASE_URL=cluster.url("plenary"),
                **new_secrets(),
            )
            servers.run(["flask", "release"], environ)
            found, strings = compare(environ, cluster.url("plenary"), rounds)
        finally:
            cluster.stop()
    print(f"{CONTACTS:,} contacts in {strings:,} strings of bits, {rounds} rounds")
    for one in found:
        middle = statistics.median(one.ratios)
        print(
            f"{one.name:50} {one.number:>9,} {1000 * statistics.median(one.took):7.1f} ms"
            f" bare {1000 * statistics.median(one.bare):6.1f} ms ratio {middle:.2f}"
            f" ({min(one.ratios):.2f}-{max(one.ratios):.2f})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
