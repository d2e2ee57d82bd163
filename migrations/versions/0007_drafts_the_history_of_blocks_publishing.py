"""the desk's words beside the published ones, the history of blocks, publishing by the hour, what a pack said last"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

# All that stood here came from packs: it is published, it is what the desk begins with, and it opens each history.
FILL = """
INSERT INTO campaigns_draft (campaign_id, kind, slug, position, language, key, place, fields, text, digest, source, state, changed_at)
    SELECT campaign_id, kind, slug, position, language, key, place, fields, text, digest, source, state, changed_at
    FROM campaigns_block ORDER BY id;
INSERT INTO campaigns_block_version (campaign_id, kind, slug, language, key, fields, text, digest, source, state, what, at)
    SELECT campaign_id, kind, slug, language, key, fields, text, digest, source, state, 'imported', changed_at
    FROM campaigns_block ORDER BY id;
INSERT INTO campaigns_publication (campaign_id, kind, slug, language, published_at)
    SELECT campaign_id, kind, slug, language, max(changed_at) FROM campaigns_block GROUP BY 1, 2, 3, 4;
INSERT INTO campaigns_base (campaign_id, blocks)
    SELECT campaign_id, jsonb_object_agg(concat_ws('/', kind, slug, language, key), jsonb_build_array(digest, source, state, place))
    FROM campaigns_block GROUP BY 1;
"""


def upgrade():
    op.create_table('campaigns_base',
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('head', sa.Text(), nullable=True, comment='campaign.toml; NULL: not known'),
    sa.Column('blocks', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='kind/slug/language/key: digest, source, state, place of each block'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_base_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', name=op.f('pk_campaigns_base'))
    )
    op.create_table('campaigns_block_version',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('fields', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('actor', sa.BigInteger(), nullable=True, comment='NULL: a pack, or the command line'),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("what IN ('imported', 'edited', 'reviewed', 'restored', 'removed')", name=op.f('ck_campaigns_block_version_what')),
    sa.ForeignKeyConstraint(['actor'], ['accounts_staff.id'], name=op.f('fk_campaigns_block_version_actor_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_block_version_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_block_version'))
    )
    op.create_index('ix_campaigns_block_version_block', 'campaigns_block_version', ['campaign_id', 'kind', 'slug', 'language', 'key', 'id'], unique=False)
    op.create_table('campaigns_draft',
    sa.Column('written_by', sa.BigInteger(), nullable=True, comment='who gave it these words; NULL: a pack'),
    sa.Column('reviewed_by', sa.BigInteger(), nullable=True, comment='who called it reviewed, with state'),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False, comment='of the document'),
    sa.Column('position', sa.Integer(), nullable=False, comment='order of the document among its kind, from 0'),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False, comment="the block's id"),
    sa.Column('place', sa.Integer(), nullable=False, comment='order in the document; the head is 0'),
    sa.Column('fields', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='the front matter'),
    sa.Column('text', sa.Text(), nullable=True, comment='Markdown'),
    sa.Column('digest', sa.Text(), nullable=False, comment='of fields or text, see format.py'),
    sa.Column('source', sa.Text(), nullable=True, comment='digest of the source block it was translated from'),
    sa.Column('state', sa.Text(), nullable=True, comment='of a translation, with source'),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(key = 'head') = (fields IS NOT NULL)", name=op.f('ck_campaigns_draft_head_has_fields')),
    sa.CheckConstraint("(key = 'head') = (text IS NULL)", name=op.f('ck_campaigns_draft_others_have_text')),
    sa.CheckConstraint("state IN ('machine', 'draft', 'reviewed')", name=op.f('ck_campaigns_draft_state')),
    sa.CheckConstraint('(source IS NULL) = (state IS NULL)', name=op.f('ck_campaigns_draft_source_and_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_draft_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reviewed_by'], ['accounts_staff.id'], name=op.f('fk_campaigns_draft_reviewed_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['written_by'], ['accounts_staff.id'], name=op.f('fk_campaigns_draft_written_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_draft')),
    sa.UniqueConstraint('campaign_id', 'kind', 'slug', 'language', 'key', name=op.f('uq_campaigns_draft_campaign_id_kind_slug_language_key'))
    )
    op.create_table('campaigns_publication',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False, comment='these very words'),
    sa.Column('published_by', sa.BigInteger(), nullable=True, comment='NULL: a pack'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_publication_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['published_by'], ['accounts_staff.id'], name=op.f('fk_campaigns_publication_published_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_publication')),
    sa.UniqueConstraint('campaign_id', 'kind', 'slug', 'language', name=op.f('uq_campaigns_publication_campaign_id_kind_slug_language'))
    )
    op.create_table('campaigns_schedule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('languages', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False, comment='IANA name of the zone in which the hour was set'),
    sa.Column('set_by', sa.BigInteger(), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True, comment='its hour came, and the document could not be published'),
    sa.CheckConstraint("action IN ('publish', 'unpublish')", name=op.f('ck_campaigns_schedule_action')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_schedule_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['set_by'], ['accounts_staff.id'], name=op.f('fk_campaigns_schedule_set_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_schedule')),
    sa.UniqueConstraint('campaign_id', 'kind', 'slug', name=op.f('uq_campaigns_schedule_campaign_id_kind_slug'))
    )
    op.create_index(op.f('ix_campaigns_schedule_at'), 'campaigns_schedule', ['at'], unique=False)
    op.execute(FILL)


def downgrade():
    op.drop_index(op.f('ix_campaigns_schedule_at'), table_name='campaigns_schedule')
    op.drop_table('campaigns_schedule')
    op.drop_table('campaigns_publication')
    op.drop_table('campaigns_draft')
    op.drop_index('ix_campaigns_block_version_block', table_name='campaigns_block_version')
    op.drop_table('campaigns_block_version')
    op.drop_table('campaigns_base')
