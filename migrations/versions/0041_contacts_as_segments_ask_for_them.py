"""contacts as segments ask for them, and segments with a name"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

# What the projection has to be, said once: triggers, the nightly check and tests read it.
VIEW = """
CREATE VIEW mobilisation_contact_due AS
SELECT p.person_id AS contact_id, p.organisation_id,
    coalesce(o.country::text, '') COLLATE "C" AS country, o.ecosoc COLLATE "C" AS ecosoc,
    ARRAY(SELECT m.network_id FROM people_membership AS m WHERE m.organisation_id = o.id ORDER BY 1) AS networks,
    ARRAY(SELECT DISTINCT r COLLATE "C" FROM unnest(p.roles) AS r ORDER BY 1) AS roles,
    coalesce(p.language, '') COLLATE "C" AS language, coalesce(p.second_language, '') COLLATE "C" AS second_language,
    count(*) OVER (PARTITION BY p.person_id) > 1 AS several
FROM people_position AS p
JOIN people_organisation AS o ON o.id = p.organisation_id AND o.joined_into IS NULL
JOIN people_person AS h ON h.id = p.person_id AND h.email IS NOT NULL AND h.restricted_at IS NULL
"""

# Many write people, organisations and memberships; one place brings the projection to what they say. Whoever changes
# the same person or organisation at the same time waits, and sees what the other wrote: a statement within a function
# sees all that was committed before it. Locks are taken in the order of ids.
RENEW = """
CREATE FUNCTION mobilisation_contact_renew(persons bigint[], organisations bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    meant bigint[];
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
    INSERT INTO mobilisation_kind (country, ecosoc, networks, roles, language, second_language, several)
        SELECT DISTINCT d.country, d.ecosoc, d.networks, d.roles, d.language, d.second_language, d.several
        FROM mobilisation_contact_due AS d WHERE d.contact_id = ANY(meant) AND NOT EXISTS (
            SELECT FROM mobilisation_kind AS k WHERE (k.country, k.ecosoc, k.networks, k.roles, k.language,
                k.second_language, k.several) = (d.country, d.ecosoc, d.networks, d.roles, d.language,
                d.second_language, d.several))
        ORDER BY 1, 2, 3, 4, 5, 6, 7
        ON CONFLICT DO NOTHING;
    DELETE FROM mobilisation_contact AS c WHERE c.contact_id = ANY(meant) AND NOT EXISTS (
        SELECT FROM mobilisation_contact_due AS d
        WHERE d.contact_id = ANY(meant) AND d.contact_id = c.contact_id AND d.organisation_id = c.organisation_id);
    INSERT INTO mobilisation_contact AS c (contact_id, organisation_id, kind_id, several)
        SELECT d.contact_id, d.organisation_id, k.id, k.several
        FROM mobilisation_contact_due AS d JOIN mobilisation_kind AS k
            USING (country, ecosoc, networks, roles, language, second_language, several)
        WHERE d.contact_id = ANY(meant)
        ON CONFLICT (contact_id, organisation_id) DO UPDATE SET kind_id = excluded.kind_id, several = excluded.several
        WHERE c.kind_id <> excluded.kind_id;
END $$;
"""

TRIGGERS = """
CREATE FUNCTION mobilisation_contact_by_position() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    persons bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        persons := ARRAY(SELECT DISTINCT person_id FROM now_said);
    ELSIF TG_OP = 'DELETE' THEN
        persons := ARRAY(SELECT DISTINCT person_id FROM said);
    ELSE
        persons := ARRAY(SELECT DISTINCT moved.person_id FROM said AS s JOIN now_said AS n USING (id)
            CROSS JOIN LATERAL (VALUES (s.person_id), (n.person_id)) AS moved (person_id)
            WHERE (s.person_id, s.organisation_id, s.roles, s.language, s.second_language)
                IS DISTINCT FROM (n.person_id, n.organisation_id, n.roles, n.language, n.second_language));
    END IF;
    PERFORM mobilisation_contact_renew(persons, '{}');
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_contact_came AFTER INSERT ON people_position
    REFERENCING NEW TABLE AS now_said FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_by_position();
CREATE TRIGGER mobilisation_contact_changed AFTER UPDATE ON people_position
    REFERENCING OLD TABLE AS said NEW TABLE AS now_said
    FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_by_position();
CREATE TRIGGER mobilisation_contact_went AFTER DELETE ON people_position
    REFERENCING OLD TABLE AS said FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_by_position();

CREATE FUNCTION mobilisation_contact_by_membership() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    organisations bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        organisations := ARRAY(SELECT DISTINCT organisation_id FROM now_said);
    ELSIF TG_OP = 'DELETE' THEN
        organisations := ARRAY(SELECT DISTINCT organisation_id FROM said);
    ELSE
        organisations := ARRAY(SELECT organisation_id FROM said UNION SELECT organisation_id FROM now_said);
    END IF;
    PERFORM mobilisation_contact_renew('{}', organisations);
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_contact_came AFTER INSERT ON people_membership
    REFERENCING NEW TABLE AS now_said FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_by_membership();
CREATE TRIGGER mobilisation_contact_changed AFTER UPDATE ON people_membership
    REFERENCING OLD TABLE AS said NEW TABLE AS now_said
    FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_by_membership();
CREATE TRIGGER mobilisation_contact_went AFTER DELETE ON people_membership
    REFERENCING OLD TABLE AS said FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_contact_by_membership();

CREATE FUNCTION mobilisation_contact_by_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mobilisation_contact_renew('{}', ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_contact_changed AFTER UPDATE OF country, ecosoc, joined_into ON people_organisation
    FOR EACH ROW WHEN ((OLD.country, OLD.ecosoc, OLD.joined_into)
        IS DISTINCT FROM (NEW.country, NEW.ecosoc, NEW.joined_into))
    EXECUTE FUNCTION mobilisation_contact_by_organisation();

CREATE FUNCTION mobilisation_contact_by_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mobilisation_contact_renew(ARRAY[NEW.id], '{}');
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_contact_changed AFTER UPDATE OF email, restricted_at ON people_person
    FOR EACH ROW WHEN ((OLD.email IS NULL, OLD.restricted_at IS NULL)
        IS DISTINCT FROM (NEW.email IS NULL, NEW.restricted_at IS NULL))
    EXECUTE FUNCTION mobilisation_contact_by_person();
"""

# Contacts of a kind are counted as they come and go; whoever writes them adds rows, and waits for nobody.
NUMBERS = """
CREATE FUNCTION mobilisation_kind_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO mobilisation_kind_entry (kind_id, number) SELECT kind_id, count(*) FROM now_said GROUP BY 1;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO mobilisation_kind_entry (kind_id, number) SELECT kind_id, -count(*) FROM said GROUP BY 1;
    ELSE
        INSERT INTO mobilisation_kind_entry (kind_id, number)
            SELECT kind_id, sum(number) FROM (
                SELECT kind_id, 1 AS number FROM now_said UNION ALL SELECT kind_id, -1 FROM said
            ) AS moved GROUP BY 1 HAVING sum(number) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_kind_came AFTER INSERT ON mobilisation_contact
    REFERENCING NEW TABLE AS now_said FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_kind_numbers();
CREATE TRIGGER mobilisation_kind_changed AFTER UPDATE ON mobilisation_contact
    REFERENCING OLD TABLE AS said NEW TABLE AS now_said
    FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_kind_numbers();
CREATE TRIGGER mobilisation_kind_went AFTER DELETE ON mobilisation_contact
    REFERENCING OLD TABLE AS said FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_kind_numbers();
"""

FILL = """
INSERT INTO mobilisation_kind (country, ecosoc, networks, roles, language, second_language, several, number)
    SELECT country, ecosoc, networks, roles, language, second_language, several, count(*) FROM mobilisation_contact_due
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
INSERT INTO mobilisation_contact (contact_id, organisation_id, kind_id, several)
    SELECT d.contact_id, d.organisation_id, k.id, k.several FROM mobilisation_contact_due AS d JOIN mobilisation_kind AS k
        USING (country, ecosoc, networks, roles, language, second_language, several);
"""

TABLES = ('people_position', 'people_membership', 'people_organisation', 'people_person')


def upgrade():
    op.create_table('mobilisation_kind',
    sa.Column('id', sa.Integer(), sa.Identity(always=True), nullable=False),
    sa.Column('country', sa.Text(collation='C'), nullable=False, comment='code of states_area, of the organisation'),
    sa.Column('ecosoc', sa.Text(collation='C'), nullable=False),
    sa.Column('networks', postgresql.ARRAY(sa.BigInteger()), nullable=False, comment='ids of people_network, rising'),
    sa.Column('roles', postgresql.ARRAY(sa.Text(collation='C')), nullable=False, comment='of people_position, sorted'),
    sa.Column('language', sa.Text(collation='C'), nullable=False),
    sa.Column('second_language', sa.Text(collation='C'), nullable=False),
    sa.Column('several', sa.Boolean(), nullable=False, comment='whether these contacts are in several organisations'),
    sa.Column('number', sa.Integer(), server_default='0', nullable=False, comment='of its contacts, without what entries say'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_kind')),
    sa.UniqueConstraint('country', 'ecosoc', 'networks', 'roles', 'language', 'second_language', 'several', name='uq_mobilisation_kind_all')
    )
    op.create_table('mobilisation_contact',
    sa.Column('contact_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind_id', sa.Integer(), nullable=False),
    sa.Column('several', sa.Boolean(), nullable=False, comment='as its kind says'),
    sa.ForeignKeyConstraint(['contact_id'], ['people_person.id'], name=op.f('fk_mobilisation_contact_contact_id_people_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['kind_id'], ['mobilisation_kind.id'], name=op.f('fk_mobilisation_contact_kind_id_mobilisation_kind')),
    sa.ForeignKeyConstraint(['organisation_id'], ['people_organisation.id'], name=op.f('fk_mobilisation_contact_organisation_id_people_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('contact_id', 'organisation_id', name=op.f('pk_mobilisation_contact'))
    )
    op.create_table('mobilisation_kind_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['kind_id'], ['mobilisation_kind.id'], name=op.f('fk_mobilisation_kind_entry_kind_id_mobilisation_kind'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_kind_entry'))
    )
    op.create_index(op.f('ix_mobilisation_kind_entry_kind_id'), 'mobilisation_kind_entry', ['kind_id'])
    op.create_table('mobilisation_segment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False, comment='its slug'),
    sa.Column('name', sa.Text(), nullable=False, comment='for the desk alone'),
    sa.Column('rule', sa.Text(), nullable=False, comment='as an address holds it, see rule.py'),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('char_length(name) BETWEEN 1 AND 120', name=op.f('ck_mobilisation_segment_name')),
    sa.CheckConstraint('char_length(rule) <= 2000', name=op.f('ck_mobilisation_segment_rule')),
    sa.ForeignKeyConstraint(['created_by'], ['accounts_staff.id'], name=op.f('fk_mobilisation_segment_created_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_segment'))
    )
    op.create_index('ix_mobilisation_segment_changed_at', 'mobilisation_segment', ['campaign', 'changed_at', 'id'])
    for statement in (VIEW, RENEW, TRIGGERS, FILL, NUMBERS):
        op.execute(statement)
    # Filled first: an index that is built at once is smaller and quicker.
    op.create_index('ix_mobilisation_kind_several', 'mobilisation_kind', ['id'], postgresql_where=sa.text('several'))
    op.create_index('ix_mobilisation_contact_kind_id', 'mobilisation_contact', ['kind_id'])
    op.create_index('ix_mobilisation_contact_organisation_id', 'mobilisation_contact', ['organisation_id', 'contact_id', 'kind_id', 'several'])
    op.create_index('ix_mobilisation_contact_several', 'mobilisation_contact', ['contact_id', 'organisation_id', 'kind_id'], postgresql_where=sa.text('several'))


def downgrade():
    for what, table in [('came', t) for t in TABLES[:2]] + [('changed', t) for t in TABLES] + [('went', t) for t in TABLES[:2]]:
        op.execute(f'DROP TRIGGER mobilisation_contact_{what} ON {table}')
    for table in TABLES:
        op.execute(f'DROP FUNCTION mobilisation_contact_by_{table.removeprefix("people_")}()')
    op.execute('DROP FUNCTION mobilisation_contact_renew(bigint[], bigint[])')
    op.execute('DROP VIEW mobilisation_contact_due')
    for table in ('mobilisation_segment', 'mobilisation_contact', 'mobilisation_kind_entry', 'mobilisation_kind'):
        op.drop_table(table)
    op.execute('DROP FUNCTION mobilisation_kind_numbers()')
