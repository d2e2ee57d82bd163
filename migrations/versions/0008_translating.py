"""translators' glossary, questions, files brought back, further languages"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('campaigns_question',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False, comment="the block's id"),
    sa.Column('language', sa.Text(), nullable=False, comment='into which its asker translates'),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True, comment='NULL: it waits for an answer'),
    sa.ForeignKeyConstraint(['asked_by'], ['accounts_staff.id'], name=op.f('fk_campaigns_question_asked_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_question_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_question'))
    )
    op.create_index('ix_campaigns_question_block', 'campaigns_question', ['campaign_id', 'kind', 'slug', 'key'], unique=False)
    op.create_index('ix_campaigns_question_open', 'campaigns_question', ['campaign_id', 'id'], unique=False, postgresql_where='answered_at IS NULL')
    op.create_table('campaigns_returned',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('brought_by', sa.BigInteger(), nullable=True),
    sa.Column('brought_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True, comment='NULL: shown, not taken in yet'),
    sa.Column('units', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='what the file says: address, digests and text of each unit'),
    sa.Column('fates', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='what becomes, or became, of each block, see returning.py'),
    sa.ForeignKeyConstraint(['brought_by'], ['accounts_staff.id'], name=op.f('fk_campaigns_returned_brought_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_returned_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_returned'))
    )
    op.create_index(op.f('ix_campaigns_returned_campaign_id'), 'campaigns_returned', ['campaign_id'], unique=False)
    op.create_table('campaigns_term',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('term', sa.Text(), nullable=False),
    sa.Column('folded', sa.Text(), nullable=False, comment='the term in small letters, which no two terms share'),
    sa.Column('note', sa.Text(), server_default='', nullable=False, comment='what it means, or where it comes from'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_term_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_term')),
    sa.UniqueConstraint('campaign_id', 'folded', name=op.f('uq_campaigns_term_campaign_id_folded'))
    )
    op.create_table('campaigns_question_word',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('question_id', sa.BigInteger(), nullable=False),
    sa.Column('said_by', sa.BigInteger(), nullable=True),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['campaigns_question.id'], name=op.f('fk_campaigns_question_word_question_id_campaigns_question'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['said_by'], ['accounts_staff.id'], name=op.f('fk_campaigns_question_word_said_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_question_word'))
    )
    op.create_index('ix_campaigns_question_word_question_id', 'campaigns_question_word', ['question_id', 'id'], unique=False)
    op.create_table('campaigns_term_word',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('term_id', sa.BigInteger(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('translation', sa.Text(), nullable=False, comment='the one agreed on'),
    sa.Column('forbidden', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='words not to be used for it'),
    sa.CheckConstraint("translation <> '' OR forbidden <> '{}'", name=op.f('ck_campaigns_term_word_says_something')),
    sa.ForeignKeyConstraint(['term_id'], ['campaigns_term.id'], name=op.f('fk_campaigns_term_word_term_id_campaigns_term'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_term_word')),
    sa.UniqueConstraint('term_id', 'language', name=op.f('uq_campaigns_term_word_term_id_language'))
    )
    op.add_column('campaigns_campaign', sa.Column('content_languages', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='in which some texts are besides the six of the site; see tongues.py'))


def downgrade():
    op.drop_column('campaigns_campaign', 'content_languages')
    op.drop_table('campaigns_term_word')
    op.drop_index('ix_campaigns_question_word_question_id', table_name='campaigns_question_word')
    op.drop_table('campaigns_question_word')
    op.drop_table('campaigns_term')
    op.drop_index(op.f('ix_campaigns_returned_campaign_id'), table_name='campaigns_returned')
    op.drop_table('campaigns_returned')
    op.drop_index('ix_campaigns_question_open', table_name='campaigns_question', postgresql_where='answered_at IS NULL')
    op.drop_index('ix_campaigns_question_block', table_name='campaigns_question')
    op.drop_table('campaigns_question')
