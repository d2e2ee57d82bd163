"""What came back of mailings: an event of each kind, by its number at the source."""

from alembic import op
import sqlalchemy as sa

revision = '0044'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('mobilisation_event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('source', sa.Text(), nullable=False, comment='mailbox, or the name of a provider'),
    sa.Column('outside_id', sa.Text(), nullable=False, comment='its number there; of a report, a digest of it'),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=True, comment='enhanced status code (RFC 3463), such as 5.1.1'),
    sa.Column('mailing_id', sa.BigInteger(), nullable=True),
    sa.Column('delivery_id', sa.BigInteger(), nullable=True, comment='NULL: a mail that was none of a mailing'),
    sa.Column('paused', sa.Boolean(), server_default='false', nullable=False, comment='it was one too many: its mailing was paused'),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False, comment='when it happened, says the source'),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('hard', 'soft', 'complained', 'unsubscribed')", name=op.f('ck_mobilisation_event_kind')),
    sa.CheckConstraint('(delivery_id IS NULL) = (mailing_id IS NULL)', name=op.f('ck_mobilisation_event_of_a_mailing')),
    sa.ForeignKeyConstraint(['delivery_id'], ['mobilisation_delivery.id'], name=op.f('fk_mobilisation_event_delivery_id_mobilisation_delivery'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mailing_id'], ['mobilisation_mailing.id'], name=op.f('fk_mobilisation_event_mailing_id_mobilisation_mailing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_event')),
    sa.UniqueConstraint('source', 'outside_id', name=op.f('uq_mobilisation_event_source_outside_id'))
    )
    op.create_index(op.f('ix_mobilisation_event_delivery_id'), 'mobilisation_event', ['delivery_id'], unique=False)
    op.create_index('ix_mobilisation_event_mailing_id', 'mobilisation_event', ['mailing_id', 'kind', 'delivery_id'], unique=False)
    op.create_index(op.f('ix_mobilisation_event_taken_at'), 'mobilisation_event', ['taken_at'], unique=False)
    op.create_index('ix_mobilisation_delivery_back', 'mobilisation_delivery', ['mailing_id'], unique=False, postgresql_where=sa.text('bounced_at IS NOT NULL OR complained_at IS NOT NULL OR unsubscribed_at IS NOT NULL'))


def downgrade():
    op.drop_index('ix_mobilisation_delivery_back', table_name='mobilisation_delivery', postgresql_where=sa.text('bounced_at IS NOT NULL OR complained_at IS NOT NULL OR unsubscribed_at IS NOT NULL'))
    op.drop_index(op.f('ix_mobilisation_event_taken_at'), table_name='mobilisation_event')
    op.drop_index('ix_mobilisation_event_mailing_id', table_name='mobilisation_event')
    op.drop_index(op.f('ix_mobilisation_event_delivery_id'), table_name='mobilisation_event')
    op.drop_table('mobilisation_event')
