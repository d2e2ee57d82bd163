"""What the desk's lists hold besides signatures, put into the database in bulk; no name among it is anybody's.

Each statement makes as many rows as there are signatures (`rows`), or a few (`few`) of what nobody has more of:
networks, partners, people of one organisation, sessions of one's own. What is open, and so counted on the first page,
is as much with a million as with a thousand, but for comments: those come with signatures.
"""

import psycopg
from flask import Flask

from app.kernel.crypto import keyring
from app.people.org_models import Position
from app.petitions.models import COMMENT_CONTEXT

FEW = 20
_NUMBERS = "FROM generate_series(1::bigint, %(rows)s) AS n"
_SOME = "FROM generate_series(1::bigint, %(few)s) AS n"
_CAMPAIGN = "(SELECT id FROM campaigns_campaign WHERE slug = 'un75')"
_PETITION = "(SELECT id FROM petitions_petition WHERE slug = 'focal-point')"
_AT = "now() - n * interval '1 second'"

STATEMENTS = (
    f"""
INSERT INTO kernel_audit (at, actor, action, subject, campaign, after, previous, seal)
SELECT {_AT}, n %% 9, (ARRAY['pages.publish', 'signatures.look', 'partners.add'])[1 + n %% 3],
    'signature:' || n, CASE WHEN n %% 3 > 0 THEN 'un75' END, jsonb_build_object('n', n), sha256(n::text::bytea),
    sha256((n + 1)::text::bytea)
{_NUMBERS}""",
    f"""
INSERT INTO kernel_work (kind, campaign, actor, input, state, total, done, created_at, ended_at)
SELECT 'exports.make', 'un75', %(staff)s, '{{}}', 'done', n, n, {_AT}, {_AT} {_NUMBERS}""",
    f"""
INSERT INTO people_organisation (name, name_language, country, ecosoc, sort_key, created_at, changed_at)
SELECT 'Fictional organisation ' || md5(n::text), 'en', (ARRAY['GHA', 'FRA', 'PER', NULL])[1 + n %% 4],
    (ARRAY['none', 'special', 'general'])[1 + n %% 3], 'fictional organisation ' || md5(n::text),
    now() - n * interval '1 minute', now() - n * interval '1 minute'
{_NUMBERS}""",
    f"""
INSERT INTO people_double (first_id, second_id, points, verdict, reasons, state, found_at)
SELECT n, n + 1, 100 - n %% 50, 'maybe', ARRAY['domain'], CASE WHEN n <= 100 THEN 'open' ELSE 'apart' END, {_AT}
{_NUMBERS} WHERE n < %(rows)s""",
    f"""
INSERT INTO people_network (slug, names, created_at)
SELECT 'fictional-' || n, jsonb_build_object('en', 'Fictional network ' || n), {_AT} {_SOME}""",
    """
INSERT INTO people_membership (organisation_id, network_id, since)
SELECT n, 1 + n %% %(few)s, current_date FROM generate_series(1::bigint, %(rows)s) AS n""",
    f"""
INSERT INTO people_position (organisation_id, person_id, name, roles, language, created_at, changed_at)
SELECT 1, n, %(name)s, ARRAY['contact'], 'en', {_AT}, {_AT} {_SOME}""",
    f"""
INSERT INTO people_import (format, language, columns, state, counts, created_by, created_at)
SELECT 'csv', 'en', ARRAY['name'], CASE WHEN n = 1 THEN 'applied' ELSE 'dropped' END,
    jsonb_build_object('new', 7), %(staff)s, {_AT}
{_NUMBERS}""",
    f"""
INSERT INTO people_import_row (import_id, line, fate, organisation_id)
SELECT (SELECT min(id) FROM people_import), n + 1, (ARRAY['new', 'updated', 'double'])[1 + n %% 3], n {_NUMBERS}""",
    f"""
INSERT INTO positions_evidence (campaign_id, ref, ask, ask_version, speaker, type, said_on, signal, relevance, status,
    confidence, url, entered_at, changed_at)
SELECT {_CAMPAIGN}, 'BENCH-' || n, 'focal-point', 1, (ARRAY['GHA', 'FRA', 'PER', 'KEN'])[1 + n %% 4],
    'national_statement', date '2026-01-01' - (n %% 20000)::int, 'undecided', 'related',
    (ARRAY['draft', 'checked', 'published'])[1 + n %% 3], 'high', 'https://example.org/' || n, {_AT}, {_AT}
{_NUMBERS}""",
    f"""
INSERT INTO positions_import (campaign_id, language, state, counts, created_by, created_at)
SELECT {_CAMPAIGN}, 'en', CASE WHEN n = 1 THEN 'applied' ELSE 'dropped' END, jsonb_build_object('new', 7), %(staff)s,
    {_AT}
{_NUMBERS}""",
    f"""
INSERT INTO positions_import_row (import_id, line, ref, fate, said)
SELECT (SELECT min(id) FROM positions_import), n + 1, 'F-' || n, (ARRAY['new', 'same', 'faulty'])[1 + n %% 3], 'said'
{_NUMBERS}""",
    f"""
INSERT INTO positions_roll (campaign_id, kind, pasted, entered_by, entered_at)
SELECT {_CAMPAIGN}, (ARRAY['vote', 'cosponsor', 'alignment'])[1 + n %% 3], 'pasted', %(staff)s, {_AT} {_NUMBERS}""",
    f"""
INSERT INTO positions_correction (campaign_id, evidence, state, language, asked_at, confirmed_at, due_on, decided_at,
    reason)
SELECT {_CAMPAIGN}, 'BENCH-' || n, CASE WHEN n <= 100 THEN 'open' ELSE 'declined' END, 'en', {_AT}, {_AT},
    current_date + (n %% 5)::int, CASE WHEN n > 100 THEN now() END, CASE WHEN n > 100 THEN 'The source says so.' END
{_NUMBERS}""",
    f"""
INSERT INTO positions_contact (campaign_id, state, met_on, by, entered_at)
SELECT {_CAMPAIGN}, (ARRAY['GHA', 'FRA', 'PER', 'KEN'])[1 + n %% 4], current_date - (n %% 500)::int, %(staff)s, {_AT}
{_NUMBERS}""",
    f"""
INSERT INTO donations_gift (key, token_digest, campaign, minor, currency, interval, language, state, livemode,
    created_at, changed_at)
SELECT gen_random_uuid(), sha256(n::text::bytea), 'un75', 2500, CASE WHEN n %% 5000 = 7 THEN 'KWD' ELSE 'EUR' END,
    'once', 'fr', CASE WHEN n %% 3 = 0 THEN 'given' ELSE 'expired' END, true, {_AT}, {_AT} {_NUMBERS}""",
    f"""
INSERT INTO donations_payment (gift_id, charge, minor, currency, livemode, paid_at, dispute, created_at, looked_at,
    receipt_year, receipt_number, receipt_sent_at)
SELECT CASE WHEN n > 900 THEN n END, 'ch_' || n, 2500, 'EUR', true, {_AT}, CASE WHEN n %% 1000 = 0 THEN 'won' END,
    {_AT}, CASE WHEN n > 100 THEN now() END, 2026, n, now() {_NUMBERS}""",
    f"""
INSERT INTO donations_entry (kind, source, source_id, livemode, minor, currency, settled_minor, settled_currency,
    campaign, payment_id, happened_at, booked_at)
SELECT CASE WHEN n %% 1000 = 0 THEN 'payout' WHEN n %% 2 = 0 THEN 'fee' ELSE 'gift' END, 'stripe', 'txn_' || n, true,
    2500, 'EUR', 2500, 'EUR', 'un75', n, {_AT}, {_AT} {_NUMBERS}""",
    f"""
INSERT INTO donations_reconciliation (livemode, until, agreed, number, ended_at)
SELECT true, {_AT}, true, 0, {_AT} {_NUMBERS}""",
    f"""
INSERT INTO mobilisation_segment (campaign, name, rule, created_by, created_at, changed_at)
SELECT 'un75', 'Fictional segment ' || n, 'group:NAM', %(staff)s, {_AT}, {_AT} {_NUMBERS}""",
    f"""
INSERT INTO mobilisation_mailing (campaign, name, language, segment, created_by, created_at, changed_at)
SELECT 'un75', 'Fictional mailing ' || n, 'en', 'group:NAM', %(staff)s, {_AT}, {_AT} {_NUMBERS}""",
    f"""
INSERT INTO mobilisation_delivery (mailing_id, language, state)
SELECT (SELECT min(id) FROM mobilisation_mailing), 'en', 'uncertain' {_NUMBERS}""",
    f"""
INSERT INTO mobilisation_lacking (mailing_id, slot, contact_id)
SELECT (SELECT min(id) FROM mobilisation_mailing), 'name', (SELECT min(id) FROM people_person) {_NUMBERS}""",
    f"""
INSERT INTO people_request (kind, state, language, discreet, proof, received_on, due_on, created_at, ended_at)
SELECT (ARRAY['access', 'correct', 'erase', 'object'])[1 + n %% 4], CASE WHEN n <= 100 THEN 'asked' ELSE 'done' END,
    'en', false, CASE WHEN n > 100 THEN 'link' END, current_date, current_date + 30, {_AT},
    CASE WHEN n > 100 THEN now() END
{_NUMBERS}""",
    f"""
INSERT INTO campaigns_term (campaign_id, term, folded, note)
SELECT {_CAMPAIGN}, 'Fictional term ' || n, 'fictional term ' || n, '' {_NUMBERS}""",
    f"""
INSERT INTO campaigns_term_word (term_id, language, translation)
SELECT id, 'fr', 'Terme fictif' FROM campaigns_term WHERE campaign_id = {_CAMPAIGN} AND folded LIKE 'fictional term%%'
""",
    f"""
INSERT INTO campaigns_question (campaign_id, kind, slug, key, language, asked_by, asked_at, answered_at)
SELECT {_CAMPAIGN}, 'page', 'fictional', 'b' || n, 'fr', %(staff)s, {_AT}, CASE WHEN n > 100 THEN now() END
{_NUMBERS}""",
    """
INSERT INTO campaigns_question_word (question_id, said_by, said_at, text)
SELECT id, asked_by, asked_at, 'What is meant here?' FROM campaigns_question WHERE slug = 'fictional'""",
    f"""
INSERT INTO petitions_partner (campaign_id, slug, names, active, created_at)
SELECT {_CAMPAIGN}, 'fictional-' || n, jsonb_build_object('en', 'Fictional partner ' || n), true, {_AT} {_SOME}""",
    f"""
INSERT INTO petitions_paper_batch (petition_id, place, collected_on, number, entered_by, entered_at)
SELECT {_PETITION}, 'A fictional square', current_date, 1 + n %% 50, %(staff)s, {_AT} {_NUMBERS}""",
    f"""
INSERT INTO petitions_bulk (petition_id, conditions, reason, state, checked, number, asked_by, asked_at, ended_at)
SELECT {_PETITION}, '{{"area": "GHA"}}', 'One hand wrote them.', 'done', 'none', 7, %(staff)s, {_AT}, {_AT}
{_NUMBERS}""",
    f"""
UPDATE petitions_signature SET comment = %(comment)s, comment_at = signed_at,
    comment_state = (ARRAY['waiting', 'let', 'refused'])[1 + id %% 3]
WHERE petition_id = {_PETITION} AND shown = 'name'""",
    f"""
INSERT INTO accounts_staff (email, email_digest, name, language, created_at)
SELECT %(email)s, sha256(('staff' || n)::bytea), %(colleague)s, 'en', {_AT} {_NUMBERS}""",
    """
INSERT INTO accounts_role (staff_id, campaign, role) SELECT id, 'un75', 'observer' FROM accounts_staff WHERE id > 1""",
    """
INSERT INTO accounts_session (token_digest, staff_id, device, created_at, seen_at)
SELECT sha256(id::text::bytea), id, 'Firefox, Linux', now(), now() FROM accounts_staff""",
    f"""
INSERT INTO accounts_session (token_digest, staff_id, device, created_at, seen_at)
SELECT sha256(('own' || n)::bytea), %(staff)s, 'Firefox, Linux', now(), now() {_SOME}""",
    f"""
INSERT INTO accounts_export (staff_id, work_id, name, campaign, personal, form, purpose, filters, created_at,
    expires_at)
SELECT %(staff)s, n, 'signatures', CASE WHEN n %% 2 = 0 THEN 'un75' END, false, 'csv', '', '{{}}', {_AT}, {_AT}
{_NUMBERS}""",
    f"""
INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)
SELECT 'default', 'fictional:' || n, '{{}}', 'failed' {_SOME}""",
)


def fill(app: Flask, database_url: str, rows: int, staff_id: int) -> None:
    """Put `rows` of everything into a database that has signatures already; it belongs to somebody of the staff."""
    with app.app_context():
        sealed = {
            "comment": keyring().encrypt("Fictional words.", COMMENT_CONTEXT),
            "name": keyring().encrypt("Fictional person", Position.name.type.context),
            "email": keyring().encrypt("somebody@staff.example.org", "accounts_staff.email"),
            "colleague": keyring().encrypt("Fictional colleague", "accounts_staff.name"),
        }
    with psycopg.connect(database_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        # Foreign keys are not checked meanwhile; the rows obey them.
        connection.execute("SET session_replication_role = replica")
        for statement in STATEMENTS:
            connection.execute(statement, {"rows": rows, "few": FEW, "staff": staff_id, **sealed})
        connection.execute("VACUUM ANALYZE")
