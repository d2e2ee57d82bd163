"""contacts as strings of bits, by which segments are counted"""

import importlib.util
from pathlib import Path

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None

# As in 0049, without the day of the last mail; which of their organisations it is instead of whether there are several.
VIEW = """
CREATE VIEW mobilisation_contact_due AS
SELECT p.person_id AS contact_id, p.organisation_id,
    coalesce(o.country::text, '') COLLATE "C" AS country, o.ecosoc COLLATE "C" AS ecosoc,
    ARRAY(SELECT m.network_id FROM people_membership AS m WHERE m.organisation_id = o.id ORDER BY 1) AS networks,
    ARRAY(SELECT DISTINCT r COLLATE "C" FROM unnest(p.roles) AS r ORDER BY 1) AS roles,
    coalesce(p.language, '') COLLATE "C" AS language, coalesce(p.second_language, '') COLLATE "C" AS second_language,
    (row_number() OVER (PARTITION BY p.person_id ORDER BY p.organisation_id))::smallint AS place
FROM people_position AS p
JOIN people_organisation AS o ON o.id = p.organisation_id AND o.joined_into IS NULL
JOIN people_person AS h ON h.id = p.person_id AND h.email IS NOT NULL AND h.restricted_at IS NULL
"""

RENEW = """
CREATE FUNCTION mobilisation_contact_renew(persons bigint[], organisations bigint[]) RETURNS void
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
    INSERT INTO mobilisation_kind (country, ecosoc, networks, roles, language, second_language)
        SELECT DISTINCT d.country, d.ecosoc, d.networks, d.roles, d.language, d.second_language
        FROM unnest(due) AS d WHERE NOT EXISTS (
            SELECT FROM mobilisation_kind AS k WHERE (k.country, k.ecosoc, k.networks, k.roles, k.language,
                k.second_language) = (d.country, d.ecosoc, d.networks, d.roles, d.language, d.second_language))
        ORDER BY 1, 2, 3, 4, 5, 6
        ON CONFLICT DO NOTHING;
    DELETE FROM mobilisation_contact AS c WHERE c.contact_id = ANY(meant) AND (c.contact_id, c.organisation_id)
        NOT IN (SELECT d.contact_id, d.organisation_id FROM unnest(due) AS d);
    INSERT INTO mobilisation_contact AS c (contact_id, organisation_id, kind_id, place)
        SELECT d.contact_id, d.organisation_id, k.id, d.place
        FROM unnest(due) AS d JOIN mobilisation_kind AS k
            USING (country, ecosoc, networks, roles, language, second_language)
        ON CONFLICT (contact_id, organisation_id) DO UPDATE SET kind_id = excluded.kind_id, place = excluded.place
        WHERE (c.kind_id, c.place) <> (excluded.kind_id, excluded.place);
END $$;
"""

# A string of bits: `words` are the places, from 0, of those of its 512 words of 64 bits that are not 0, and `bits` these
# words.
BITS = """
CREATE FUNCTION mobilisation_bits(words integer[], bits bigint[]) RETURNS bit LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    string bytea[] := array_fill('\\x0000000000000000'::bytea, ARRAY[512]);
BEGIN
    FOR one IN 1..cardinality(words) LOOP
        string[words[one] + 1] := int8send(bits[one]);
    END LOOP;
    RETURN ('x' || encode((SELECT string_agg(word, NULL) FROM unnest(string) AS word), 'hex'))::bit(32768);
END $$
"""

# What the bits of a chunk have to be, said once: whoever brings them to it reads it. A day of no mail is not there, and
# 0001-01-02 is a day that nobody can say.
BITS_DUE = """
CREATE FUNCTION mobilisation_contact_bits_due(piece integer)
RETURNS TABLE (what text, value text, place smallint, bits bit) LANGUAGE sql STABLE AS $$
WITH mailed AS (
    SELECT contact_id, coalesce((max(sent_at) AT TIME ZONE 'UTC')::date, '0001-01-02') AS day
    FROM mobilisation_delivery WHERE state IN ('sent', 'uncertain')
        AND contact_id >= piece::bigint << 15 AND contact_id < (piece + 1)::bigint << 15
    GROUP BY 1
), here AS MATERIALIZED (
    SELECT c.place, ((c.contact_id & 32767) >> 6)::integer AS word, 1::bigint << (c.contact_id & 63)::integer AS bit,
        k.country, a.region_code::text AS region, k.ecosoc, k.networks, k.roles, k.language, k.second_language,
        to_char(m.day, 'YYYY-MM-DD') AS day
    FROM mobilisation_contact AS c JOIN mobilisation_kind AS k ON k.id = c.kind_id
        LEFT JOIN states_area AS a ON a.code::text = k.country
        LEFT JOIN mailed AS m ON m.contact_id = c.contact_id
    WHERE c.contact_id >= piece::bigint << 15 AND c.contact_id < (piece + 1)::bigint << 15
), said AS (
    SELECT 'everybody' AS what, '' AS value, place, word, bit_or(bit) AS bits FROM here GROUP BY 2, 3, 4
    UNION ALL SELECT 'country', country, place, word, bit_or(bit) FROM here GROUP BY 2, 3, 4
    UNION ALL SELECT 'region', region, place, word, bit_or(bit) FROM here WHERE region IS NOT NULL GROUP BY 2, 3, 4
    UNION ALL SELECT 'ecosoc', ecosoc, place, word, bit_or(bit) FROM here GROUP BY 2, 3, 4
    UNION ALL SELECT 'network', one::text, place, word, bit_or(bit) FROM here, unnest(networks) AS one GROUP BY 2, 3, 4
    UNION ALL SELECT 'role', one, place, word, bit_or(bit) FROM here, unnest(roles) AS one GROUP BY 2, 3, 4
    UNION ALL SELECT 'language', one, place, word, bit_or(bit)
        FROM here, LATERAL (VALUES (language), (second_language)) AS spoken (one) WHERE one <> '' GROUP BY 2, 3, 4
    UNION ALL SELECT 'mailed', day, place, word, bit_or(bit) FROM here WHERE day IS NOT NULL GROUP BY 2, 3, 4
    UNION ALL SELECT 'mailed-in', left(day, 7), place, word, bit_or(bit) FROM here WHERE day IS NOT NULL GROUP BY 2, 3, 4
)
SELECT what, value COLLATE "C", place, mobilisation_bits(array_agg(word), array_agg(bits))
FROM said GROUP BY 1, 2, 3
$$
"""

# One at a time, and what is read is younger than what any other wrote. Entries and what they tell of are committed
# together, so that whatever is taken away here is seen here. Returns how many rows
# were not as they had to be though no entry told so.
BITS_RENEW = """
CREATE FUNCTION mobilisation_contact_bits_renew(piece integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    amiss integer;
BEGIN
    LOCK TABLE mobilisation_contact_bits IN SHARE ROW EXCLUSIVE MODE;
    WITH told AS (
        DELETE FROM mobilisation_contact_entry
        WHERE contact_id >= piece::bigint << 15 AND contact_id < (piece + 1)::bigint << 15
        RETURNING 1
    ), due AS MATERIALIZED (
        SELECT * FROM mobilisation_contact_bits_due(piece)
    ), gone AS (
        DELETE FROM mobilisation_contact_bits AS b WHERE b.chunk = piece AND NOT EXISTS (
            SELECT FROM due WHERE (due.what, due.value, due.place) = (b.what, b.value, b.place)) RETURNING 1
    ), changed AS (
        INSERT INTO mobilisation_contact_bits AS b (what, value, chunk, place, bits)
            SELECT what, value, piece, place, bits FROM due
            ON CONFLICT (what, value, chunk, place) DO UPDATE SET bits = excluded.bits WHERE b.bits <> excluded.bits
        RETURNING 1
    )
    SELECT CASE WHEN EXISTS (SELECT FROM told) THEN 0
        ELSE (SELECT count(*) FROM gone) + (SELECT count(*) FROM changed) END INTO amiss;
    RETURN amiss;
END $$;
"""

# Whoever writes contacts or sends only writes down of whom the bits may not say what is so.
ENTRIES = """
CREATE FUNCTION mobilisation_contact_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO mobilisation_contact_entry (contact_id) SELECT DISTINCT contact_id FROM said;
    ELSE
        INSERT INTO mobilisation_contact_entry (contact_id) SELECT DISTINCT contact_id FROM now_said;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_entry_came AFTER INSERT ON mobilisation_contact
    REFERENCING NEW TABLE AS now_said FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_entries();
CREATE TRIGGER mobilisation_entry_changed AFTER UPDATE ON mobilisation_contact
    REFERENCING NEW TABLE AS now_said
    FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_entries();
CREATE TRIGGER mobilisation_entry_went AFTER DELETE ON mobilisation_contact
    REFERENCING OLD TABLE AS said FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_entries();
"""
AREA_ENTRIES = """
CREATE FUNCTION mobilisation_area_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mobilisation_contact_entry (contact_id) SELECT DISTINCT c.contact_id FROM mobilisation_contact AS c
        JOIN mobilisation_kind AS k ON k.id = c.kind_id WHERE k.country = NEW.code::text;
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_area_changed AFTER UPDATE OF region_code ON states_area
    FOR EACH ROW WHEN (OLD.region_code IS DISTINCT FROM NEW.region_code) EXECUTE FUNCTION mobilisation_area_entries();
"""
MAILED_ENTRIES = """
CREATE OR REPLACE FUNCTION mobilisation_mailed_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO mobilisation_contact_entry (contact_id, mailed) SELECT DISTINCT contact_id, true FROM now_there
            WHERE state IN ('sent', 'uncertain') AND contact_id IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO mobilisation_contact_entry (contact_id, mailed) SELECT DISTINCT contact_id, true FROM was_there
            WHERE state IN ('sent', 'uncertain') AND contact_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
"""

KIND = ('country', 'ecosoc', 'networks', 'roles', 'language', 'second_language')
FILL = f"""
INSERT INTO mobilisation_kind ({', '.join(KIND)}) SELECT DISTINCT {', '.join(KIND)} FROM mobilisation_contact_due;
INSERT INTO mobilisation_contact (contact_id, organisation_id, kind_id, place)
    SELECT d.contact_id, d.organisation_id, k.id, d.place
    FROM mobilisation_contact_due AS d JOIN mobilisation_kind AS k USING ({', '.join(KIND)});
"""


def _before(name):
    """An earlier migration, for what stands in it."""
    path = next(Path(__file__).parent.glob(f'{name}_*.py'))
    spec = importlib.util.spec_from_file_location(f'migration_{name}', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def upgrade():
    op.execute('DROP FUNCTION mobilisation_contact_renew(bigint[], bigint[])')
    op.execute('DROP VIEW mobilisation_contact_due')
    op.execute('DROP FUNCTION mobilisation_mailed_fold(integer)')
    op.execute('DROP FUNCTION mobilisation_mailed(bigint)')
    op.execute('DROP FUNCTION mobilisation_kind_numbers() CASCADE')
    op.drop_table('mobilisation_kind_entry')
    op.drop_table('mobilisation_mailed_entry')
    # All of it is made anew below.
    op.execute('TRUNCATE mobilisation_contact, mobilisation_kind')
    op.execute('ALTER TABLE mobilisation_contact DROP CONSTRAINT pk_mobilisation_contact')
    for name in ('organisation_id', 'several'):
        op.drop_index(f'ix_mobilisation_contact_{name}', 'mobilisation_contact')
    for name in ('several', 'number', 'mailed'):
        op.drop_index(f'ix_mobilisation_kind_{name}', 'mobilisation_kind')
    op.drop_constraint('uq_mobilisation_kind_all', 'mobilisation_kind')
    for name in ('mailed', 'several', 'number'):
        op.drop_column('mobilisation_kind', name)
    op.drop_column('mobilisation_contact', 'several')
    op.add_column('mobilisation_contact', sa.Column('place', sa.SmallInteger(), nullable=False, comment="which of the person's organisations it is, from 1, in the order of their ids"))
    op.create_table('mobilisation_contact_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('mailed', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='whether it is of their last mail alone'),
    sa.PrimaryKeyConstraint('contact_id', 'id', name=op.f('pk_mobilisation_contact_entry'))
    )
    op.create_table('mobilisation_contact_bits',
    sa.Column('what', sa.Text(collation='C'), nullable=False, comment='everybody, country, region, ecosoc, network, role, language, mailed(-in)'),
    sa.Column('value', sa.Text(collation='C'), nullable=False, comment='as in mobilisation_kind; the day of the last mail that reached them, UTC, or its month'),
    sa.Column('chunk', sa.Integer(), autoincrement=False, nullable=False, comment='contact_id >> 15'),
    sa.Column('place', sa.SmallInteger(), autoincrement=False, nullable=False, comment='of mobilisation_contact'),
    sa.Column('bits', postgresql.BIT(length=32768), nullable=False),
    sa.PrimaryKeyConstraint('what', 'value', 'chunk', 'place', name=op.f('pk_mobilisation_contact_bits'))
    )
    for statement in (VIEW, RENEW, FILL):
        op.execute(statement)
    # Filled first: an index that is built at once is smaller and quicker.
    op.execute('ALTER TABLE mobilisation_contact ADD CONSTRAINT pk_mobilisation_contact PRIMARY KEY (contact_id, organisation_id) INCLUDE (kind_id, place)')
    op.create_unique_constraint('uq_mobilisation_kind_all', 'mobilisation_kind', list(KIND))
    op.create_index('ix_mobilisation_contact_organisation_id', 'mobilisation_contact', ['organisation_id', 'contact_id', 'place'])
    op.execute('ANALYZE mobilisation_kind')
    op.execute('ANALYZE mobilisation_contact')
    for statement in (BITS, BITS_DUE, BITS_RENEW, ENTRIES, AREA_ENTRIES, MAILED_ENTRIES):
        op.execute(statement)
    op.execute('SELECT mobilisation_contact_bits_renew(chunk) FROM (SELECT DISTINCT (contact_id >> 15)::integer AS chunk FROM mobilisation_contact) AS chunks')


def downgrade():
    contacts, mailed = _before('0041'), _before('0049')
    for what in ('came', 'changed', 'went'):
        op.execute(f'DROP TRIGGER mobilisation_entry_{what} ON mobilisation_contact')
        op.execute(f'DROP TRIGGER mobilisation_mailed_{what} ON mobilisation_delivery')
    op.execute('DROP TRIGGER mobilisation_area_changed ON states_area')
    for function in ('contact_entries()', 'area_entries()', 'mailed_entries()', 'contact_bits_renew(integer)', 'contact_bits_due(integer)', 'bits(integer[], bigint[])', 'contact_renew(bigint[], bigint[])'):
        op.execute(f'DROP FUNCTION mobilisation_{function}')
    op.execute('DROP VIEW mobilisation_contact_due')
    op.drop_table('mobilisation_contact_bits')
    op.drop_table('mobilisation_contact_entry')
    op.execute('TRUNCATE mobilisation_contact, mobilisation_kind')
    op.drop_index('ix_mobilisation_contact_organisation_id', 'mobilisation_contact')
    op.drop_constraint('uq_mobilisation_kind_all', 'mobilisation_kind')
    op.execute('ALTER TABLE mobilisation_contact DROP CONSTRAINT pk_mobilisation_contact')
    op.drop_column('mobilisation_contact', 'place')
    op.add_column('mobilisation_contact', sa.Column('several', sa.Boolean(), nullable=False, comment='as its kind says'))
    op.add_column('mobilisation_kind', sa.Column('mailed', sa.Date(), server_default='0001-01-01', nullable=False, comment='day of the last mail that reached them, UTC'))
    op.add_column('mobilisation_kind', sa.Column('several', sa.Boolean(), nullable=False, comment='whether these contacts are in several organisations'))
    op.add_column('mobilisation_kind', sa.Column('number', sa.Integer(), server_default='0', nullable=False, comment='of its contacts, without what entries say'))
    op.create_unique_constraint('uq_mobilisation_kind_all', 'mobilisation_kind', [*KIND, 'mailed', 'several'])
    op.create_table('mobilisation_kind_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['kind_id'], ['mobilisation_kind.id'], name=op.f('fk_mobilisation_kind_entry_kind_id_mobilisation_kind'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_kind_entry'))
    )
    op.create_index(op.f('ix_mobilisation_kind_entry_kind_id'), 'mobilisation_kind_entry', ['kind_id'])
    op.create_table('mobilisation_mailed_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_mailed_entry'))
    )
    for statement in (mailed.MAILED, mailed.VIEW):
        op.execute(statement)
    same = ', '.join((*KIND, 'mailed', 'several'))
    op.execute(f'INSERT INTO mobilisation_kind ({same}, number) SELECT {same}, count(*) FROM mobilisation_contact_due GROUP BY {same}')
    op.execute(f'INSERT INTO mobilisation_contact (contact_id, organisation_id, kind_id, several) SELECT d.contact_id, d.organisation_id, k.id, k.several FROM mobilisation_contact_due AS d JOIN mobilisation_kind AS k USING ({same})')
    op.execute('ALTER TABLE mobilisation_contact ADD CONSTRAINT pk_mobilisation_contact PRIMARY KEY (contact_id, organisation_id) INCLUDE (kind_id, several)')
    op.create_index('ix_mobilisation_contact_organisation_id', 'mobilisation_contact', ['organisation_id', 'contact_id', 'kind_id', 'several'])
    op.create_index('ix_mobilisation_contact_several', 'mobilisation_contact', ['contact_id', 'organisation_id', 'kind_id'], postgresql_where=sa.text('several'))
    op.create_index('ix_mobilisation_kind_several', 'mobilisation_kind', ['id'], postgresql_where=sa.text('several'), postgresql_include=['country', 'mailed'])
    op.create_index('ix_mobilisation_kind_number', 'mobilisation_kind', ['country', 'number'], postgresql_where=sa.text('NOT several'))
    op.create_index('ix_mobilisation_kind_mailed', 'mobilisation_kind', ['mailed', 'number'], postgresql_where=sa.text('NOT several'))
    for statement in (mailed.RENEW, contacts.NUMBERS, mailed.ENTRIES, mailed.FOLD):
        op.execute(statement)
