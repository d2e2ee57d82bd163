"""further languages of signers; packs at the desk"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('campaigns_brought_pack',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('brought_by', sa.BigInteger(), nullable=True),
    sa.Column('brought_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True, comment='NULL: shown, not taken in yet'),
    sa.Column('content', sa.LargeBinary(), nullable=False, comment='the ZIP file, as zips.py has read it without fault'),
    sa.ForeignKeyConstraint(['brought_by'], ['accounts_staff.id'], name=op.f('fk_campaigns_brought_pack_brought_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_brought_pack_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_brought_pack'))
    )
    op.create_index(op.f('ix_campaigns_brought_pack_campaign_id'), 'campaigns_brought_pack', ['campaign_id'], unique=False)
    op.add_column('campaigns_base', sa.Column('desk_head', sa.Text(), nullable=True, comment='the same of a pack that the desk took in since; the folder has not seen what that said'))
    op.add_column('campaigns_base', sa.Column('desk_blocks', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='likewise'))
    op.add_column('petitions_signature', sa.Column('further', sa.Text(), nullable=True, comment='language besides the six that was read in; mails are in it where they are there; NULL: none'))
    op.alter_column('petitions_signature', 'language',
               existing_type=sa.TEXT(),
               comment='of the page that was signed on',
               existing_comment='of the text that was on the page',
               existing_nullable=False)


def downgrade():
    op.alter_column('petitions_signature', 'language',
               existing_type=sa.TEXT(),
               comment='of the text that was on the page',
               existing_comment='of the page that was signed on',
               existing_nullable=False)
    op.drop_column('petitions_signature', 'further')
    op.drop_column('campaigns_base', 'desk_blocks')
    op.drop_column('campaigns_base', 'desk_head')
    op.drop_index(op.f('ix_campaigns_brought_pack_campaign_id'), table_name='campaigns_brought_pack')
    op.drop_table('campaigns_brought_pack')
