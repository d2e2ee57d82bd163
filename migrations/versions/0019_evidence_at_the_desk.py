"""what the desk lists evidence by"""

from alembic import op
import sqlalchemy as sa

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_positions_evidence_latest', 'positions_evidence', ['campaign_id', 'said_on', 'id'], unique=False)
    op.create_index('ix_positions_evidence_changed', 'positions_evidence', ['campaign_id', 'changed_at', 'id'], unique=False)
    op.create_index('ix_positions_evidence_provisional', 'positions_evidence', ['campaign_id', 'entered_at'], unique=False, postgresql_where="provisional AND status <> 'withdrawn'")
    op.create_index('ix_positions_evidence_symbol', 'positions_evidence', ['campaign_id', 'un_symbol'], unique=False)


def downgrade():
    op.drop_index('ix_positions_evidence_symbol', table_name='positions_evidence')
    op.drop_index('ix_positions_evidence_provisional', table_name='positions_evidence', postgresql_where="provisional AND status <> 'withdrawn'")
    op.drop_index('ix_positions_evidence_changed', table_name='positions_evidence')
    op.drop_index('ix_positions_evidence_latest', table_name='positions_evidence')
