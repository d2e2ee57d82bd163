"""who disabled an account"""

from alembic import op
import sqlalchemy as sa
revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    # Of accounts that are disabled already nobody knows by whom: NULL leaves them to administrators of the site.
    op.add_column('accounts_staff', sa.Column('disabled_in', sa.Text(), nullable=True, comment='slug of the campaign whose administrator did it; NULL: one of the whole site'))


def downgrade():
    op.drop_column('accounts_staff', 'disabled_in')
