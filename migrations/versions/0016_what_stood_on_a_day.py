"""what stood on a day: signatures on paper, and organisations by country and status"""

from alembic import op
import sqlalchemy as sa
revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

# A batch counts from the day on which it was entered until it was removed; how it was corrected between is not known
# any more, nor since when the rest was there that was said without a batch: it counts from today.
PAPER = """
INSERT INTO petitions_paper_day (petition_id, day, number)
SELECT petition_id, day, sum(number) FROM (
    SELECT petition_id, (entered_at AT TIME ZONE 'UTC')::date AS day, number FROM petitions_paper_batch
    UNION ALL SELECT petition_id, (removed_at AT TIME ZONE 'UTC')::date, -number FROM petitions_paper_batch
        WHERE removed_at IS NOT NULL
    UNION ALL SELECT t.petition_id, (now() AT TIME ZONE 'UTC')::date, t.on_paper - coalesce(
        (SELECT sum(b.number) FROM petitions_paper_batch AS b
            WHERE b.petition_id = t.petition_id AND b.removed_at IS NULL), 0)
        FROM petitions_total AS t
) AS known GROUP BY 1, 2 HAVING sum(number) <> 0
"""

ORGANISATIONS = """
INSERT INTO people_organisation_entry (day, country, ecosoc, entered, there)
SELECT (created_at AT TIME ZONE 'UTC')::date, country, ecosoc, count(*), count(*) FROM people_organisation GROUP BY 1, 2, 3
UNION ALL
SELECT (joined_at AT TIME ZONE 'UTC')::date, country, ecosoc, 0, -count(*) FROM people_organisation
WHERE joined_into IS NOT NULL GROUP BY 1, 2, 3
"""

# Many write organisations; one place writes down what that does to their numbers.
TRIGGERS = """
CREATE FUNCTION people_organisation_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO people_organisation_entry (day, country, ecosoc, entered, there)
    SELECT (created_at AT TIME ZONE 'UTC')::date, country, ecosoc, count(*), count(*) FROM now_said
    WHERE joined_into IS NULL GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;
CREATE TRIGGER people_organisation_came AFTER INSERT ON people_organisation
    REFERENCING NEW TABLE AS now_said FOR EACH STATEMENT EXECUTE FUNCTION people_organisation_came();
CREATE FUNCTION people_organisation_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO people_organisation_entry (day, country, ecosoc, entered, there)
    SELECT day, country, ecosoc, 0, sum(there) FROM (
        SELECT s.country, s.ecosoc, -1 AS there, n.joined_at, n.changed_at, n.joined_into IS NOT NULL AS left
        FROM said AS s JOIN now_said AS n USING (id) WHERE s.joined_into IS NULL
        UNION ALL
        SELECT n.country, n.ecosoc, 1, NULL, n.changed_at, false FROM now_said AS n WHERE n.joined_into IS NULL
    ) AS moved (country, ecosoc, there, joined_at, changed_at, gone)
    CROSS JOIN LATERAL (
        SELECT ((CASE WHEN gone THEN joined_at ELSE changed_at END) AT TIME ZONE 'UTC')::date AS day
    ) AS days
    GROUP BY 1, 2, 3 HAVING sum(there) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER people_organisation_changed AFTER UPDATE ON people_organisation
    REFERENCING OLD TABLE AS said NEW TABLE AS now_said
    FOR EACH STATEMENT EXECUTE FUNCTION people_organisation_changed();
CREATE FUNCTION people_organisation_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO people_organisation_entry (day, country, ecosoc, entered, there)
    SELECT today, country, ecosoc, -count(*) FILTER (WHERE (created_at AT TIME ZONE 'UTC')::date = today), -count(*)
    FROM said CROSS JOIN (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS days
    WHERE joined_into IS NULL GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;
CREATE TRIGGER people_organisation_went AFTER DELETE ON people_organisation
    REFERENCING OLD TABLE AS said FOR EACH STATEMENT EXECUTE FUNCTION people_organisation_went();
"""


def upgrade():
    op.create_table('petitions_paper_day',
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False, comment='on which it was entered, corrected or removed, UTC'),
    sa.Column('number', sa.Integer(), nullable=False, comment='by how many the number on paper rose, or fell'),
    sa.ForeignKeyConstraint(['petition_id'], ['petitions_petition.id'], name=op.f('fk_petitions_paper_day_petition_id_petitions_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('petition_id', 'day', name=op.f('pk_petitions_paper_day'))
    )
    op.create_table('people_organisation_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('day', sa.Date(), nullable=False, comment='UTC'),
    sa.Column('country', sa.CHAR(length=3), nullable=True),
    sa.Column('ecosoc', sa.Text(), nullable=False),
    sa.Column('entered', sa.Integer(), nullable=False, comment='organisations that are new'),
    sa.Column('there', sa.Integer(), nullable=False, comment='by how many more, or fewer, there are'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_organisation_entry'))
    )
    op.execute(PAPER)
    op.execute(ORGANISATIONS)
    op.execute(TRIGGERS)


def downgrade():
    for what in ('came', 'changed', 'went'):
        op.execute(f'DROP TRIGGER people_organisation_{what} ON people_organisation')
        op.execute(f'DROP FUNCTION people_organisation_{what}()')
    op.drop_table('people_organisation_entry')
    op.drop_table('petitions_paper_day')
