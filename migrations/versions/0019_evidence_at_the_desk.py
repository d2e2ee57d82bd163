"""what the desk lists evidence by; a vote on a procedural motion may leave open what yes means"""

from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

VOTE = 'ck_positions_evidence_vote'
WHOLE = "type <> 'vote' OR (on_what <> '' AND yes_means <> '' AND vote_cast <> '')"
PROCEDURAL = "type <> 'vote' OR (on_what <> '' AND vote_cast <> '' AND (yes_means <> '' OR on_what = 'procedural'))"


def upgrade():
    op.drop_constraint(op.f(VOTE), 'positions_evidence', type_='check')
    op.create_check_constraint(op.f(VOTE), 'positions_evidence', PROCEDURAL)
    op.create_index('ix_positions_evidence_latest', 'positions_evidence', ['campaign_id', 'said_on', 'id'], unique=False)
    op.create_index('ix_positions_evidence_changed', 'positions_evidence', ['campaign_id', 'changed_at', 'id'], unique=False)
    op.create_index('ix_positions_evidence_provisional', 'positions_evidence', ['campaign_id', 'entered_at'], unique=False, postgresql_where="provisional AND status <> 'withdrawn'")
    op.create_index('ix_positions_evidence_symbol', 'positions_evidence', ['campaign_id', 'un_symbol'], unique=False)


def downgrade():
    op.drop_constraint(op.f(VOTE), 'positions_evidence', type_='check')
    op.create_check_constraint(op.f(VOTE), 'positions_evidence', WHOLE)
    op.drop_index('ix_positions_evidence_symbol', table_name='positions_evidence')
    op.drop_index('ix_positions_evidence_provisional', table_name='positions_evidence', postgresql_where="provisional AND status <> 'withdrawn'")
    op.drop_index('ix_positions_evidence_changed', table_name='positions_evidence')
    op.drop_index('ix_positions_evidence_latest', table_name='positions_evidence')
