"""Paces of missions; links that end mails for ever; for whom a slot had no value; whom a list calls not to be written to."""

from alembic import op
import sqlalchemy as sa

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('people_suppression', sa.Column('import_id', sa.BigInteger(), nullable=True, comment='id of the list that alone says so, and with which it is taken back'))
    op.create_table('mobilisation_lacking',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('mailing_id', sa.BigInteger(), nullable=False),
    sa.Column('slot', sa.Text(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['contact_id'], ['people_person.id'], name=op.f('fk_mobilisation_lacking_contact_id_people_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mailing_id'], ['mobilisation_mailing.id'], name=op.f('fk_mobilisation_lacking_mailing_id_mobilisation_mailing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_lacking'))
    )
    op.create_index(op.f('ix_mobilisation_lacking_contact_id'), 'mobilisation_lacking', ['contact_id'], unique=False)
    op.create_index('ix_mobilisation_lacking_mailing_id', 'mobilisation_lacking', ['mailing_id', 'slot', 'id'], unique=False)
    op.alter_column('mobilisation_delivery', 'mission_id', existing_type=sa.BigInteger(), comment="number of the mission's mailbox it goes to, whose pace holds for it (missions.py)")
    op.add_column('mobilisation_delivery', sa.Column('reader', sa.LargeBinary(), nullable=True, comment='who it went to, once contact_id and token are gone: only the link in the mail opens it (stamps.py)'))
    op.alter_column('mobilisation_delivery', 'token', existing_type=sa.LargeBinary(), existing_nullable=False, comment='random; Message-ID, return path and the links in the mail are made of it; later its digest')
    op.create_index('ix_mobilisation_delivery_mission_id', 'mobilisation_delivery', ['mission_id'], unique=False, postgresql_where=sa.text('mission_id IS NOT NULL'))


def downgrade():
    op.drop_index('ix_mobilisation_lacking_mailing_id', table_name='mobilisation_lacking')
    op.drop_index(op.f('ix_mobilisation_lacking_contact_id'), table_name='mobilisation_lacking')
    op.drop_table('mobilisation_lacking')
    op.drop_column('people_suppression', 'import_id')
    op.drop_index('ix_mobilisation_delivery_mission_id', table_name='mobilisation_delivery', postgresql_where=sa.text('mission_id IS NOT NULL'))
    op.alter_column('mobilisation_delivery', 'token', existing_type=sa.LargeBinary(), existing_nullable=False, comment='random; Message-ID, return path and the links in the mail are made of it')
    op.drop_column('mobilisation_delivery', 'reader')
    op.alter_column('mobilisation_delivery', 'mission_id', existing_type=sa.BigInteger(), comment='id of the office whose pace holds for it')
