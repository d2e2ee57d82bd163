"""when the dispute was opened that a payment's word is of: one charge may be disputed again"""

from alembic import op
import sqlalchemy as sa

revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('donations_payment', sa.Column('disputed_at', sa.DateTime(timezone=True), nullable=True, comment='when that was opened: one charge may be disputed again'))


def downgrade():
    op.drop_column('donations_payment', 'disputed_at')
