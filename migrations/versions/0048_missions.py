"""What mailings send to missions."""

from alembic import op
import sqlalchemy as sa

revision = '0048'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade():
    op.alter_column('mobilisation_delivery', 'mission_id', existing_type=sa.BigInteger(), comment="number of the mission's mailbox it goes to, whose pace holds for it (missions.py)")
    op.create_index('ix_mobilisation_delivery_mission_id', 'mobilisation_delivery', ['mission_id'], unique=False, postgresql_where=sa.text('mission_id IS NOT NULL'))


def downgrade():
    op.drop_index('ix_mobilisation_delivery_mission_id', table_name='mobilisation_delivery', postgresql_where=sa.text('mission_id IS NOT NULL'))
    op.alter_column('mobilisation_delivery', 'mission_id', existing_type=sa.BigInteger(), comment='id of the office whose pace holds for it')
