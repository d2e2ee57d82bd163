"""when contacts were last written to, as segments ask for it"""

import importlib.util
from pathlib import Path

from alembic import op
import sqlalchemy as sa

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None

# The day (UTC) of the last mail that reached somebody, as far as it is still known: 0001-01-01 where none did, and
# 0001-01-02 where nobody can say when.
MAILED = """
CREATE FUNCTION mobilisation_mailed(contact bigint) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((
        SELECT coalesce((max(d.sent_at) AT TIME ZONE 'UTC')::date, '0001-01-02')
        FROM mobilisation_delivery AS d WHERE d.contact_id = contact AND d.state IN ('sent', 'uncertain')
        HAVING count(*) > 0
    ), '0001-01-01')
$$
"""

# As in 0041, with the day of the last mail.
VIEW = """
CREATE VIEW mobilisation_contact_due AS
SELECT p.person_id AS contact_id, p.organisation_id,
    coalesce(o.country::text, '') COLLATE "C" AS country, o.ecosoc COLLATE "C" AS ecosoc,
    ARRAY(SELECT m.network_id FROM people_membership AS m WHERE m.organisation_id = o.id ORDER BY 1) AS networks,
    ARRAY(SELECT DISTINCT r COLLATE "C" FROM unnest(p.roles) AS r ORDER BY 1) AS roles,
    coalesce(p.language, '') COLLATE "C" AS language, coalesce(p.second_language, '') COLLATE "C" AS second_language,
    mobilisation_mailed(p.person_id) AS mailed, count(*) OVER (PARTITION BY p.person_id) > 1 AS several
FROM people_position AS p
JOIN people_organisation AS o ON o.id = p.organisation_id AND o.joined_into IS NULL
JOIN people_person AS h ON h.id = p.person_id AND h.email IS NOT NULL AND h.restricted_at IS NULL
"""

# As in 0041, but the view is read once and not three times.
RENEW = """
CREATE OR REPLACE FUNCTION mobilisation_contact_renew(persons bigint[], organisations bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    meant bigint[];
    due mobilisation_contact_due[];
BEGIN
    IF cardinality(persons) + cardinality(organisations) = 0 THEN
        RETURN;
    END IF;
    LOCK TABLE mobilisation_contact IN ROW EXCLUSIVE MODE;
    PERFORM 1 FROM people_organisation WHERE id = ANY(organisations)
        OR id IN (SELECT organisation_id FROM people_position WHERE person_id = ANY(persons))
        ORDER BY id FOR NO KEY UPDATE;
    meant := ARRAY(SELECT unnest(persons) UNION
        SELECT person_id FROM people_position WHERE organisation_id = ANY(organisations));
    PERFORM 1 FROM people_person WHERE id = ANY(meant) ORDER BY id FOR NO KEY UPDATE;
    due := ARRAY(SELECT d FROM mobilisation_contact_due AS d WHERE d.contact_id = ANY(meant));
    INSERT INTO mobilisation_kind (country, ecosoc, networks, roles, language, second_language, mailed, several)
        SELECT DISTINCT d.country, d.ecosoc, d.networks, d.roles, d.language, d.second_language, d.mailed, d.several
        FROM unnest(due) AS d WHERE NOT EXISTS (
            SELECT FROM mobilisation_kind AS k WHERE (k.country, k.ecosoc, k.networks, k.roles, k.language,
                k.second_language, k.mailed, k.several) = (d.country, d.ecosoc, d.networks, d.roles, d.language,
                d.second_language, d.mailed, d.several))
        ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
        ON CONFLICT DO NOTHING;
    DELETE FROM mobilisation_contact AS c WHERE c.contact_id = ANY(meant) AND (c.contact_id, c.organisation_id)
        NOT IN (SELECT d.contact_id, d.organisation_id FROM unnest(due) AS d);
    INSERT INTO mobilisation_contact AS c (contact_id, organisation_id, kind_id, several)
        SELECT d.contact_id, d.organisation_id, k.id, k.several
        FROM unnest(due) AS d JOIN mobilisation_kind AS k
            USING (country, ecosoc, networks, roles, language, second_language, mailed, several)
        ON CONFLICT (contact_id, organisation_id) DO UPDATE SET kind_id = excluded.kind_id, several = excluded.several
        WHERE c.kind_id <> excluded.kind_id;
END $$;
"""

# Whoever sends only writes down of whom it is no longer so; a task brings their kinds to it, and until then whoever
# counts reads of these few what their deliveries say.
ENTRIES = """
CREATE FUNCTION mobilisation_mailed_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO mobilisation_mailed_entry (contact_id) SELECT DISTINCT contact_id FROM now_there
            WHERE state IN ('sent', 'uncertain') AND contact_id IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO mobilisation_mailed_entry (contact_id) SELECT DISTINCT contact_id FROM was_there
            WHERE state IN ('sent', 'uncertain') AND contact_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_mailed_came AFTER INSERT ON mobilisation_delivery
    REFERENCING NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_mailed_entries();
CREATE TRIGGER mobilisation_mailed_changed AFTER UPDATE ON mobilisation_delivery
    REFERENCING OLD TABLE AS was_there NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_mailed_entries();
CREATE TRIGGER mobilisation_mailed_went AFTER DELETE ON mobilisation_delivery
    REFERENCING OLD TABLE AS was_there FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_mailed_entries();
INSERT INTO mobilisation_mailed_entry (contact_id) SELECT DISTINCT contact_id FROM mobilisation_delivery
    WHERE state IN ('sent', 'uncertain') AND contact_id IS NOT NULL;
"""

# Nobody else writes contacts meanwhile, so none is missed that somebody adds; whoever is in the way for long keeps the
# entries waiting.
FOLD = """
CREATE FUNCTION mobilisation_mailed_fold(most integer) RETURNS integer LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
DECLARE
    found bigint[];
    persons bigint[];
BEGIN
    found := ARRAY(SELECT id FROM mobilisation_mailed_entry ORDER BY id LIMIT most);
    IF cardinality(found) = 0 THEN
        RETURN 0;
    END IF;
    LOCK TABLE mobilisation_contact IN SHARE ROW EXCLUSIVE MODE;
    WITH gone AS (DELETE FROM mobilisation_mailed_entry WHERE id = ANY(found) RETURNING contact_id)
        SELECT array_agg(DISTINCT contact_id) INTO persons FROM gone;
    WITH late AS MATERIALIZED (SELECT one, mobilisation_mailed(one) AS mailed FROM unnest(persons) AS one),
    moving AS MATERIALIZED (
        SELECT c.contact_id, c.organisation_id, k.country, k.ecosoc, k.networks, k.roles, k.language,
            k.second_language, late.mailed, k.several
        FROM late JOIN mobilisation_contact AS c ON c.contact_id = late.one
            JOIN mobilisation_kind AS k ON k.id = c.kind_id AND k.mailed <> late.mailed
    ), wanted AS MATERIALIZED (
        SELECT DISTINCT country, ecosoc, networks, roles, language, second_language, mailed, several FROM moving
    ), there AS MATERIALIZED (
        SELECT k.id, wanted.* FROM wanted JOIN mobilisation_kind AS k
            USING (country, ecosoc, networks, roles, language, second_language, mailed, several)
    ), made AS (
        INSERT INTO mobilisation_kind (country, ecosoc, networks, roles, language, second_language, mailed, several)
            SELECT * FROM wanted EXCEPT
            SELECT country, ecosoc, networks, roles, language, second_language, mailed, several FROM there
        RETURNING id, country, ecosoc, networks, roles, language, second_language, mailed, several
    ), due AS (SELECT * FROM there UNION ALL SELECT * FROM made)
    UPDATE mobilisation_contact AS c SET kind_id = due.id
        FROM moving JOIN due USING (country, ecosoc, networks, roles, language, second_language, mailed, several)
        WHERE (c.contact_id, c.organisation_id) = (moving.contact_id, moving.organisation_id);
    RETURN cardinality(found);
END $$;
"""

KIND = ('country', 'ecosoc', 'networks', 'roles', 'language', 'second_language')


def _before():
    """The migration whose view and function these were."""
    path = Path(__file__).with_name('0041_contacts_as_segments_ask_for_them.py')
    spec = importlib.util.spec_from_file_location('contacts_before', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def upgrade():
    op.create_table('mobilisation_mailed_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_mailed_entry'))
    )
    op.add_column('mobilisation_kind', sa.Column('mailed', sa.Date(), server_default='0001-01-01', nullable=False, comment='day of the last mail that reached them, UTC'))
    op.drop_constraint('uq_mobilisation_kind_all', 'mobilisation_kind')
    op.create_unique_constraint('uq_mobilisation_kind_all', 'mobilisation_kind', [*KIND, 'mailed', 'several'])
    op.execute('ALTER TABLE mobilisation_contact DROP CONSTRAINT pk_mobilisation_contact')
    op.execute('ALTER TABLE mobilisation_contact ADD CONSTRAINT pk_mobilisation_contact PRIMARY KEY (contact_id, organisation_id) INCLUDE (kind_id, several)')
    op.execute('DROP VIEW mobilisation_contact_due')
    for statement in (MAILED, VIEW, RENEW, ENTRIES, FOLD):
        op.execute(statement)


def downgrade():
    before = _before()
    for what in ('came', 'changed', 'went'):
        op.execute(f'DROP TRIGGER mobilisation_mailed_{what} ON mobilisation_delivery')
    op.execute('DROP FUNCTION mobilisation_mailed_entries()')
    op.execute('DROP FUNCTION mobilisation_mailed_fold(integer)')
    op.drop_table('mobilisation_mailed_entry')
    op.execute('DROP FUNCTION mobilisation_contact_renew(bigint[], bigint[])')
    op.execute('DROP VIEW mobilisation_contact_due')
    op.execute('DROP FUNCTION mobilisation_mailed(bigint)')
    op.execute('ALTER TABLE mobilisation_contact DROP CONSTRAINT pk_mobilisation_contact')
    op.create_primary_key('pk_mobilisation_contact', 'mobilisation_contact', ['contact_id', 'organisation_id'])
    # Kinds that differed by that day alone are one again.
    op.drop_constraint('uq_mobilisation_kind_all', 'mobilisation_kind')
    same = ', '.join((*KIND, 'several'))
    op.execute(f'''UPDATE mobilisation_contact AS c SET kind_id = one.id FROM mobilisation_kind AS k,
        (SELECT min(id) AS id, {same} FROM mobilisation_kind GROUP BY {same}) AS one
        WHERE k.id = c.kind_id AND ({', '.join(f'k.{name}' for name in (*KIND, 'several'))})
            = ({', '.join(f'one.{name}' for name in (*KIND, 'several'))}) AND k.id <> one.id''')
    op.execute('DELETE FROM mobilisation_kind_entry')
    op.execute('DELETE FROM mobilisation_kind AS k WHERE NOT EXISTS (SELECT FROM mobilisation_contact AS c WHERE c.kind_id = k.id)')
    op.execute('UPDATE mobilisation_kind AS k SET number = (SELECT count(*) FROM mobilisation_contact AS c WHERE c.kind_id = k.id)')
    op.drop_column('mobilisation_kind', 'mailed')
    op.create_unique_constraint('uq_mobilisation_kind_all', 'mobilisation_kind', [*KIND, 'several'])
    op.execute(before.VIEW)
    op.execute(before.RENEW)
