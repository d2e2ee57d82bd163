"""Mandates of sign-on letters: invitations, pairs that may be one, from where sign-ons come."""

from alembic import op
import sqlalchemy as sa

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('letters_origin',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('network', sa.LargeBinary(), nullable=False, comment='key number, then HMAC-SHA-256 of the network'),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_origin_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_origin')),
    sa.UniqueConstraint('letter_id', 'network', 'day', name=op.f('uq_letters_origin_letter_id_network_day'))
    )
    op.create_index('ix_letters_origin_day', 'letters_origin', ['day'], unique=False)
    op.create_table('letters_pairs',
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False, comment='JSON, see pairing.py'),
    sa.Column('compared', sa.Integer(), nullable=False, comment='how many signatories were compared'),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_pairs_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('letter_id', name=op.f('pk_letters_pairs'))
    )
    op.create_table('letters_invitation',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('position_id', sa.BigInteger(), nullable=False),
    sa.Column('network_id', sa.BigInteger(), nullable=False, comment='the network that invites, to which they agreed'),
    sa.Column('token_digest', sa.LargeBinary(), nullable=True, comment="SHA-256 of the link's token; NULL before a mail is made"),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('sent', sa.Boolean(), server_default='false', nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_invitation_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['network_id'], ['people_network.id'], name=op.f('fk_letters_invitation_network_id_people_network')),
    sa.ForeignKeyConstraint(['position_id'], ['people_position.id'], name=op.f('fk_letters_invitation_position_id_people_position'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_invitation')),
    sa.UniqueConstraint('letter_id', 'position_id', name=op.f('uq_letters_invitation_letter_id_position_id'))
    )
    op.create_index(op.f('ix_letters_invitation_network_id'), 'letters_invitation', ['network_id'], unique=False)
    op.create_index('ix_letters_invitation_position_id', 'letters_invitation', ['position_id'], unique=False)
    op.create_index('ix_letters_invitation_unsent', 'letters_invitation', ['letter_id', 'id'], unique=False, postgresql_where='NOT sent')
    op.create_index('uq_letters_invitation_token_digest', 'letters_invitation', ['token_digest'], unique=True)


def downgrade():
    op.drop_index('uq_letters_invitation_token_digest', table_name='letters_invitation')
    op.drop_index('ix_letters_invitation_unsent', table_name='letters_invitation', postgresql_where='NOT sent')
    op.drop_index('ix_letters_invitation_position_id', table_name='letters_invitation')
    op.drop_index(op.f('ix_letters_invitation_network_id'), table_name='letters_invitation')
    op.drop_table('letters_invitation')
    op.drop_table('letters_pairs')
    op.drop_index('ix_letters_origin_day', table_name='letters_origin')
    op.drop_table('letters_origin')
