"""since when a role is held, links to set up an account anew, a second TOTP secret beside the first"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

SCOPE = 'ck_accounts_attempt_scope'
ROLE_OR_ACCOUNT = 'ck_accounts_invitation_role_or_account'
FIRST = 'ck_accounts_invitation_first'


def upgrade():
    op.drop_constraint(op.f(SCOPE), 'accounts_attempt')
    op.create_check_constraint(op.f(SCOPE), 'accounts_attempt', "scope IN ('account', 'network', 'factor')")
    op.add_column('accounts_invitation', sa.Column('staff_id', sa.BigInteger(), nullable=True, comment='whose account is set up anew; NULL: a new role'))
    op.alter_column('accounts_invitation', 'email',
               existing_type=postgresql.BYTEA(),
               nullable=True,
               comment='NULL: asked for by the page, or that of the account')
    op.alter_column('accounts_invitation', 'campaign', existing_type=sa.TEXT(), nullable=True, existing_comment="slug, or '*' for all")
    op.alter_column('accounts_invitation', 'role', existing_type=sa.TEXT(), nullable=True)
    op.create_foreign_key(op.f('fk_accounts_invitation_staff_id_accounts_staff'), 'accounts_invitation', 'accounts_staff', ['staff_id'], ['id'], ondelete='CASCADE')
    op.create_check_constraint(op.f(ROLE_OR_ACCOUNT), 'accounts_invitation', '(staff_id IS NULL) = (role IS NOT NULL AND campaign IS NOT NULL)')
    op.create_check_constraint(op.f(FIRST), 'accounts_invitation', "email IS NOT NULL OR staff_id IS NOT NULL OR role = 'administrator'")
    op.add_column('accounts_role', sa.Column('given_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False))
    op.add_column('accounts_totp', sa.Column('next_secret', sa.LargeBinary(), nullable=True, comment='takes the place of `secret` once a code of it was shown'))
    op.alter_column('accounts_totp', 'secret',
               existing_type=postgresql.BYTEA(),
               nullable=True,
               comment='base32; NULL: none was proved by a code yet',
               existing_comment='base32')
    op.alter_column('accounts_totp', 'last_step',
               existing_type=sa.BigInteger(),
               server_default='0',
               existing_comment='of the last code taken: none is taken twice')
    op.alter_column('accounts_totp', 'confirmed_at',
               existing_type=postgresql.TIMESTAMP(timezone=True),
               comment='when `secret` was proved',
               existing_comment='NULL: not proved yet',
               existing_nullable=True)


def downgrade():
    op.alter_column('accounts_totp', 'confirmed_at',
               existing_type=postgresql.TIMESTAMP(timezone=True),
               comment='NULL: not proved yet',
               existing_comment='when `secret` was proved',
               existing_nullable=True)
    op.alter_column('accounts_totp', 'last_step',
               existing_type=sa.BigInteger(),
               server_default=None,
               existing_comment='of the last code taken: none is taken twice')
    op.execute('DELETE FROM accounts_totp WHERE secret IS NULL')
    op.alter_column('accounts_totp', 'secret',
               existing_type=postgresql.BYTEA(),
               nullable=False,
               comment='base32',
               existing_comment='base32; NULL: none was proved by a code yet')
    op.drop_column('accounts_totp', 'next_secret')
    op.drop_column('accounts_role', 'given_at')
    op.execute('DELETE FROM accounts_invitation WHERE role IS NULL OR email IS NULL')
    op.drop_constraint(op.f(FIRST), 'accounts_invitation')
    op.drop_constraint(op.f(ROLE_OR_ACCOUNT), 'accounts_invitation')
    op.drop_constraint(op.f('fk_accounts_invitation_staff_id_accounts_staff'), 'accounts_invitation', type_='foreignkey')
    op.alter_column('accounts_invitation', 'role', existing_type=sa.TEXT(), nullable=False)
    op.alter_column('accounts_invitation', 'campaign', existing_type=sa.TEXT(), nullable=False, existing_comment="slug, or '*' for all")
    op.alter_column('accounts_invitation', 'email',
               existing_type=postgresql.BYTEA(),
               nullable=False,
               comment=None,
               existing_comment='NULL: asked for by the page, or that of the account')
    op.drop_column('accounts_invitation', 'staff_id')
    op.execute("DELETE FROM accounts_attempt WHERE scope = 'factor'")
    op.drop_constraint(op.f(SCOPE), 'accounts_attempt')
    op.create_check_constraint(op.f(SCOPE), 'accounts_attempt', "scope IN ('account', 'network')")
