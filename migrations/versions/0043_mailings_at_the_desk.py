"""Mailings at the desk: what a mailing speaks of and leads to, its dry run and its yes; settings and results."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('mobilisation_mailing_setting',
    sa.Column('campaign', sa.Text(), nullable=False, comment='its slug'),
    sa.Column('approve_above', sa.Integer(), nullable=False, comment='more recipients than that need a second person'),
    sa.Column('week_cap', sa.SmallInteger(), nullable=False, comment='mails a week to one contact, over all networks'),
    sa.CheckConstraint('approve_above >= 0', name=op.f('ck_mobilisation_mailing_setting_approve_above')),
    sa.CheckConstraint('week_cap > 0', name=op.f('ck_mobilisation_mailing_setting_week_cap')),
    sa.PrimaryKeyConstraint('campaign', name=op.f('pk_mobilisation_mailing_setting'))
    )
    op.create_table('mobilisation_mailing_result',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('mailing_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False, comment='signed, or a kind that another room told of'),
    sa.Column('country', sa.CHAR(length=3), nullable=True, comment='NULL: not known'),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['mailing_id'], ['mobilisation_mailing.id'], name=op.f('fk_mobilisation_mailing_result_mailing_id_mobilisation_mailing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_mailing_result'))
    )
    op.create_index('ix_mobilisation_mailing_result_mailing_id', 'mobilisation_mailing_result', ['mailing_id'], unique=False)
    op.create_index('ix_mobilisation_delivery_organisation_id', 'mobilisation_delivery', ['organisation_id'], unique=False, postgresql_where=sa.text('organisation_id IS NOT NULL'))
    op.add_column('mobilisation_mailing', sa.Column('ask', sa.Text(), nullable=True, comment='slug of the ask whose position it speaks of'))
    op.add_column('mobilisation_mailing', sa.Column('letter', sa.Text(), nullable=True, comment='slug of the letter that its link leads to'))
    op.add_column('mobilisation_mailing', sa.Column('tried_by', sa.BigInteger(), nullable=True, comment='id of the work of its last dry run'))
    op.add_column('mobilisation_mailing', sa.Column('approved_for', sa.Integer(), nullable=True, comment='to how many it was approved to go'))
    op.add_column('mobilisation_mailing', sa.Column('refused', sa.Text(), nullable=True, comment='a code: why it did not start at its hour'))
    op.add_column('mobilisation_mailing', sa.Column('lines_before', sa.BigInteger(), nullable=True, comment="the last line of the letter's public list when it was frozen"))
    op.add_column('mobilisation_mailing', sa.Column('wrote_before', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment="letters that had reached each state's missions when it was frozen"))


def downgrade():
    op.drop_column('mobilisation_mailing', 'wrote_before')
    op.drop_column('mobilisation_mailing', 'lines_before')
    op.drop_column('mobilisation_mailing', 'refused')
    op.drop_column('mobilisation_mailing', 'approved_for')
    op.drop_column('mobilisation_mailing', 'tried_by')
    op.drop_column('mobilisation_mailing', 'letter')
    op.drop_column('mobilisation_mailing', 'ask')
    op.drop_index('ix_mobilisation_delivery_organisation_id', table_name='mobilisation_delivery', postgresql_where=sa.text('organisation_id IS NOT NULL'))
    op.drop_index('ix_mobilisation_mailing_result_mailing_id', table_name='mobilisation_mailing_result')
    op.drop_table('mobilisation_mailing_result')
    op.drop_table('mobilisation_mailing_setting')
