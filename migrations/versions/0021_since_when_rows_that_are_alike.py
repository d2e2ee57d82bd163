"""Since when a position that moved holds; rows of a file of evidence that are from the same source as another."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

COUNTS = 'rows by fate; `untold` faults'
COUNTS_NOW = 'rows by fate, and `like`; `untold` faults'


def upgrade():
    op.add_column('positions_change', sa.Column('since', sa.Date(), nullable=True, comment='from which day on it stands there, by the evidence; NULL: by none, as that was taken off the file'))
    op.alter_column('positions_change', 'at', existing_type=postgresql.TIMESTAMP(timezone=True), existing_nullable=False, comment='when we found it')
    # What was found before: since the day of the piece that decided, or, where a position was kept back or another text of the ask left
    # nothing of it, since that day.
    op.execute(
        "UPDATE positions_change AS moved SET since = piece.said_on FROM positions_evidence AS piece"
        " WHERE piece.campaign_id = moved.campaign_id AND piece.ref = moved.evidence"
    )
    op.execute(
        "UPDATE positions_change SET since = (at AT TIME ZONE 'UTC')::date"
        " WHERE evidence IS NULL AND why IN ('withheld', 'version', 'time')"
    )
    op.add_column('positions_import_row', sa.Column('is_like', sa.Text(), server_default='', nullable=False, comment='what is from the same source, in words'))
    op.create_index('ix_positions_import_row_like', 'positions_import_row', ['import_id', 'line'], unique=False, postgresql_where="is_like <> ''")
    op.alter_column('positions_import', 'counts', existing_type=postgresql.JSONB(), existing_nullable=False, existing_server_default=sa.text("'{}'::jsonb"), comment=COUNTS_NOW, existing_comment=COUNTS)


def downgrade():
    op.alter_column('positions_import', 'counts', existing_type=postgresql.JSONB(), existing_nullable=False, existing_server_default=sa.text("'{}'::jsonb"), comment=COUNTS, existing_comment=COUNTS_NOW)
    op.drop_index('ix_positions_import_row_like', table_name='positions_import_row', postgresql_where="is_like <> ''")
    op.drop_column('positions_import_row', 'is_like')
    op.alter_column('positions_change', 'at', existing_type=postgresql.TIMESTAMP(timezone=True), existing_nullable=False, comment=None, existing_comment='when we found it')
    op.drop_column('positions_change', 'since')
