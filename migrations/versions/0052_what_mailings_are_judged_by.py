"""from where on a mailing is judged by its refusals; what is stopped is found by an index"""

from alembic import op
import sqlalchemy as sa

revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('mobilisation_mailing', sa.Column('judged_sent', sa.Integer(), server_default='0', nullable=False, comment='how many were sent that are not looked at any more when refusals are too many'))
    op.add_column('mobilisation_mailing', sa.Column('judged_refused', sa.Integer(), server_default='0', nullable=False, comment='the same of those that were refused'))
    op.create_index('ix_mobilisation_pace_stopped', 'mobilisation_pace', ['kind'], postgresql_where=sa.text('stopped_at IS NOT NULL'))


def downgrade():
    op.drop_index('ix_mobilisation_pace_stopped', table_name='mobilisation_pace')
    op.drop_column('mobilisation_mailing', 'judged_refused')
    op.drop_column('mobilisation_mailing', 'judged_sent')
