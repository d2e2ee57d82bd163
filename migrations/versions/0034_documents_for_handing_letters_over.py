"""Documents in which letters are handed over; a delivery may be made with a note."""

from alembic import op
import sqlalchemy as sa

revision = '0034'
down_revision = '0031'
branch_labels = None
depends_on = None

CHECK = "ck_letters_delivery_how"


def upgrade():
    op.drop_constraint(op.f(CHECK), 'letters_delivery')
    op.create_check_constraint(
        op.f(CHECK), 'letters_delivery', "how IN ('hand', 'mail', 'post', 'meeting', 'note', 'other')"
    )
    op.create_table('letters_handover',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('work_id', sa.BigInteger(), nullable=False, comment='id of kernel_work, which says how far it is'),
    sa.Column('version', sa.Integer(), nullable=False, comment='of the text; only who stands under it is named'),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('is_full', sa.Boolean(), nullable=False, comment='with names that are to wait for the handover, and who signed'),
    sa.Column('state', sa.Text(), nullable=True, comment="ISO 3166-1 alpha-3 of the mission's state"),
    sa.Column('country_first', sa.Boolean(), nullable=False, comment='organisations of the state stand before the letter'),
    sa.Column('address', sa.LargeBinary(), nullable=False, comment='as it stands on an envelope, line by line; may be empty'),
    sa.Column('changes', sa.Integer(), server_default='0', nullable=False, comment='how often somebody in it was hidden: a file drawn before that is not kept'),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("form IN ('pdf', 'docx')", name=op.f('ck_letters_handover_form')),
    sa.CheckConstraint('state IS NOT NULL OR NOT country_first', name=op.f('ck_letters_handover_country_first')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_handover_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['accounts_staff.id'], name=op.f('fk_letters_handover_staff_id_accounts_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_handover'))
    )
    op.create_index(op.f('ix_letters_handover_created_at'), 'letters_handover', ['created_at'], unique=False)
    op.create_index('ix_letters_handover_letter_id', 'letters_handover', ['letter_id', 'staff_id', 'id'], unique=False)
    op.create_index(op.f('ix_letters_handover_staff_id'), 'letters_handover', ['staff_id'], unique=False)


def downgrade():
    op.drop_constraint(op.f(CHECK), 'letters_delivery')
    op.execute("UPDATE letters_delivery SET how = 'other' WHERE how = 'note'")
    op.create_check_constraint(
        op.f(CHECK), 'letters_delivery', "how IN ('hand', 'mail', 'post', 'meeting', 'other')"
    )
    op.drop_index(op.f('ix_letters_handover_staff_id'), table_name='letters_handover')
    op.drop_index('ix_letters_handover_letter_id', table_name='letters_handover')
    op.drop_index(op.f('ix_letters_handover_created_at'), table_name='letters_handover')
    op.drop_table('letters_handover')
