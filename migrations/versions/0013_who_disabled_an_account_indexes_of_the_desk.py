"""who disabled an account; indexes for lists of the desk and its first page"""

from alembic import op
import sqlalchemy as sa
revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    # Of accounts that are disabled already nobody knows by whom: NULL leaves them to administrators of the site.
    op.add_column('accounts_staff', sa.Column('disabled_in', sa.Text(), nullable=True, comment='slug of the campaign whose administrator did it; NULL: one of the whole site'))
    op.create_index('ix_accounts_staff_created_at', 'accounts_staff', ['created_at', 'id'], unique=False)
    op.create_index('ix_accounts_role_coordinator', 'accounts_role', ['staff_id'], unique=False, postgresql_where="role = 'coordinator'")
    op.create_index('ix_people_request_over', 'people_request', ['created_at', 'id'], unique=False, postgresql_where='ended_at IS NOT NULL')
    op.create_index('ix_petitions_signature_unread', 'petitions_signature', ['petition_id', 'comment_at'], unique=False, postgresql_where="comment_state = 'waiting' AND shown = 'name' AND state = 'confirmed'")


def downgrade():
    op.drop_index('ix_petitions_signature_unread', table_name='petitions_signature', postgresql_where="comment_state = 'waiting' AND shown = 'name' AND state = 'confirmed'")
    op.drop_index('ix_people_request_over', table_name='people_request', postgresql_where='ended_at IS NOT NULL')
    op.drop_index('ix_accounts_role_coordinator', table_name='accounts_role', postgresql_where="role = 'coordinator'")
    op.drop_index('ix_accounts_staff_created_at', table_name='accounts_staff')
    op.drop_column('accounts_staff', 'disabled_in')
