"""partners, parts of totals"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# What the signatures still say; what has been withdrawn or called false since has left no part behind, and stands under
# the empty one, so that the parts of a day go on adding up to it. Where the worker was stopped first, as `flask release`
# wants it, no entry waits to be counted.
PARTS = """
INSERT INTO petitions_part_total (petition_id, kind, part, day, confirmed)
SELECT s.petition_id, parts.kind, coalesce(parts.part, ''), (s.confirmed_at AT TIME ZONE 'UTC')::date, count(*)
FROM petitions_signature AS s LEFT JOIN states_area AS place ON place.code = s.area
CROSS JOIN LATERAL (
    VALUES ('region', place.region_code), ('language', s.language), ('source', s.source)
) AS parts (kind, part)
WHERE s.state = 'confirmed' GROUP BY 1, 2, 3, 4
"""
REST = """
INSERT INTO petitions_part_total AS t (petition_id, kind, part, day, confirmed)
SELECT d.petition_id, kinds.kind, '', d.day, d.confirmed - coalesce(sum(known.confirmed), 0)
FROM petitions_day_total AS d CROSS JOIN (VALUES ('region'), ('language'), ('source')) AS kinds (kind)
LEFT JOIN petitions_part_total AS known
    ON known.petition_id = d.petition_id AND known.kind = kinds.kind AND known.day = d.day
GROUP BY d.petition_id, kinds.kind, d.day, d.confirmed HAVING d.confirmed > coalesce(sum(known.confirmed), 0)
ON CONFLICT (petition_id, kind, part, day) DO UPDATE SET confirmed = t.confirmed + EXCLUDED.confirmed
"""


def upgrade():
    op.create_table('petitions_partner',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False, comment='the name in ?from=, as it is'),
    sa.Column('names', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='its name by language; English is always there'),
    sa.Column('website', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False, comment='whether pages show it to who comes by its address'),
    sa.Column('token_digest', sa.LargeBinary(), nullable=True, comment='SHA-256 of the token in the address of its own page; NULL: it has none'),
    sa.Column('logo', sa.LargeBinary(), nullable=True),
    sa.Column('logo_type', sa.Text(), nullable=True, comment='media type, as its bytes say'),
    sa.Column('logo_digest', sa.Text(), nullable=True, comment='SHA-256 of it, for its address'),
    sa.Column('logo_width', sa.Integer(), nullable=True, comment='pixels, so that the page does not jump'),
    sa.Column('logo_height', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("slug ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'", name=op.f('ck_petitions_partner_slug')),
    sa.CheckConstraint('(logo IS NULL) = (logo_digest IS NULL)', name=op.f('ck_petitions_partner_logo_digest')),
    sa.CheckConstraint('(logo IS NULL) = (logo_type IS NULL)', name=op.f('ck_petitions_partner_logo_type')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_petitions_partner_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_petitions_partner')),
    sa.UniqueConstraint('campaign_id', 'slug', name=op.f('uq_petitions_partner_campaign_id_slug')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_petitions_partner_token_digest'))
    )
    op.create_index(op.f('ix_petitions_partner_logo_digest'), 'petitions_partner', ['logo_digest'], unique=False)
    op.create_table('petitions_part_total',
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False, comment='M49 code of a region, a language, a name in ?from=; empty for none'),
    sa.Column('day', sa.Date(), nullable=False, comment='of the confirmation, UTC'),
    sa.Column('confirmed', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('region', 'language', 'source')", name=op.f('ck_petitions_part_total_kind')),
    sa.ForeignKeyConstraint(['petition_id'], ['petitions_petition.id'], name=op.f('fk_petitions_part_total_petition_id_petitions_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('petition_id', 'kind', 'part', 'day', name=op.f('pk_petitions_part_total'))
    )
    op.create_index('ix_kernel_work_running', 'kernel_work', ['actor'], unique=False, postgresql_where='ended_at IS NULL')
    op.add_column('petitions_tally_entry', sa.Column('language', sa.Text(), nullable=True))
    op.add_column('petitions_tally_entry', sa.Column('source', sa.Text(), nullable=True))
    op.execute(PARTS)
    op.execute(REST)


def downgrade():
    op.drop_column('petitions_tally_entry', 'source')
    op.drop_column('petitions_tally_entry', 'language')
    op.drop_index('ix_kernel_work_running', table_name='kernel_work', postgresql_where='ended_at IS NULL')
    op.drop_table('petitions_part_total')
    op.drop_index(op.f('ix_petitions_partner_logo_digest'), table_name='petitions_partner')
    op.drop_table('petitions_partner')
