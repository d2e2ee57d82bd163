"""accounts, their sessions, the audit log, long work"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# The log is only added to: whoever holds the application's database user can still drop the trigger, and the chain of
# seals then tells.
REFUSE = """
CREATE FUNCTION kernel_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$;
CREATE TRIGGER kernel_audit_only_added BEFORE UPDATE OR DELETE ON kernel_audit
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_refuse();
CREATE TRIGGER kernel_audit_not_emptied BEFORE TRUNCATE ON kernel_audit
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_audit_refuse();
"""


def upgrade():
    op.create_table('accounts_attempt',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("scope IN ('account', 'network')", name=op.f('ck_accounts_attempt_scope')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_attempt'))
    )
    op.create_index('ix_accounts_attempt_digest', 'accounts_attempt', ['digest', 'at'], unique=False)
    op.create_table('accounts_staff',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('email', sa.LargeBinary(), nullable=False),
    sa.Column('email_digest', sa.LargeBinary(), nullable=False, comment='key number, then HMAC-SHA-256 of the canonical address'),
    sa.Column('name', sa.LargeBinary(), nullable=False, comment='as colleagues see it'),
    sa.Column('pseudonym', sa.Text(), nullable=True, comment='shown instead of the name wherever work is credited'),
    sa.Column('credited', sa.Boolean(), server_default='false', nullable=False, comment='wants to be named in public'),
    sa.Column('language', sa.Text(), nullable=False, comment='of the interface and of mails'),
    sa.Column('password', sa.Text(), nullable=True, comment='argon2id, PHC format; NULL: passkeys only'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_staff')),
    sa.UniqueConstraint('email_digest', name=op.f('uq_accounts_staff_email_digest'))
    )
    op.create_table('kernel_audit',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.BigInteger(), nullable=True, comment='id of staff; NULL: the machine, the command line'),
    sa.Column('action', sa.Text(), nullable=False, comment='a verb with its room, such as pages.publish'),
    sa.Column('subject', sa.Text(), nullable=False, comment='what it was done to, such as signature:42'),
    sa.Column('campaign', sa.Text(), nullable=True, comment='slug'),
    sa.Column('before', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('after', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('previous', sa.LargeBinary(), nullable=False, comment='seal of the entry before'),
    sa.Column('seal', sa.LargeBinary(), nullable=False, comment='SHA-256 of `previous` and this entry'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_audit'))
    )
    op.create_index('ix_kernel_audit_campaign', 'kernel_audit', ['campaign', 'id'], unique=False)
    op.create_index('ix_kernel_audit_subject', 'kernel_audit', ['subject'], unique=False)
    op.create_table('kernel_work',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False, comment='a verb with its room, such as people.import'),
    sa.Column('campaign', sa.Text(), nullable=True, comment='slug'),
    sa.Column('actor', sa.BigInteger(), nullable=True, comment='id of staff who asked for it'),
    sa.Column('input', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='what the task goes by; ids and choices, nothing personal'),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False, comment='steps in all; 0: not known yet'),
    sa.Column('done', sa.BigInteger(), nullable=False),
    sa.Column('result', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='numbers and ids, nothing personal'),
    sa.Column('after_url', sa.Text(), nullable=True, comment='path of the page to go on to, without its language'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f('ck_kernel_work_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kernel_work'))
    )
    op.create_table('accounts_invitation',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('email', sa.LargeBinary(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False, comment="slug, or '*' for all"),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('languages', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('networks', postgresql.ARRAY(sa.BigInteger()), server_default='{}', nullable=False),
    sa.Column('invited_by', sa.BigInteger(), nullable=True, comment='NULL: from the command line'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('administrator', 'campaigner', 'moderator', 'translator', 'coordinator', 'treasurer', 'observer')", name=op.f('ck_accounts_invitation_role')),
    sa.ForeignKeyConstraint(['invited_by'], ['accounts_staff.id'], name=op.f('fk_accounts_invitation_invited_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_invitation')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_accounts_invitation_token_digest'))
    )
    op.create_table('accounts_passkey',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False, comment='as its owner calls it'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['accounts_staff.id'], name=op.f('fk_accounts_passkey_staff_id_accounts_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_accounts_passkey_credential_id'))
    )
    op.create_index(op.f('ix_accounts_passkey_staff_id'), 'accounts_passkey', ['staff_id'], unique=False)
    op.create_table('accounts_recovery',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False, comment='SHA-256; the code has 80 random bits'),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['accounts_staff.id'], name=op.f('fk_accounts_recovery_staff_id_accounts_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_recovery'))
    )
    op.create_index(op.f('ix_accounts_recovery_staff_id'), 'accounts_recovery', ['staff_id'], unique=False)
    op.create_table('accounts_role',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False, comment="slug, or '*' for all"),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('languages', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='of a translator'),
    sa.Column('networks', postgresql.ARRAY(sa.BigInteger()), server_default='{}', nullable=False, comment='of a coordinator'),
    sa.CheckConstraint("role IN ('administrator', 'campaigner', 'moderator', 'translator', 'coordinator', 'treasurer', 'observer')", name=op.f('ck_accounts_role_role')),
    sa.ForeignKeyConstraint(['staff_id'], ['accounts_staff.id'], name=op.f('fk_accounts_role_staff_id_accounts_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_role')),
    sa.UniqueConstraint('staff_id', 'campaign', 'role', name=op.f('uq_accounts_role_staff_id_campaign_role'))
    )
    op.create_table('accounts_session',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False, comment='browser and system in two words, for its owner to know it by'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('factor_at', sa.DateTime(timezone=True), nullable=True, comment='when its owner last proved who they are by a second factor or a passkey'),
    sa.Column('notice', sa.Text(), nullable=True, comment='what the next page says at its top; names nobody'),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['staff_id'], ['accounts_staff.id'], name=op.f('fk_accounts_session_staff_id_accounts_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_session')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_accounts_session_token_digest'))
    )
    op.create_index('ix_accounts_session_staff_id', 'accounts_session', ['staff_id'], unique=False)
    op.create_table('accounts_step',
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('challenge', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('second', 'passkey', 'enrol', 'again')", name=op.f('ck_accounts_step_kind')),
    sa.ForeignKeyConstraint(['staff_id'], ['accounts_staff.id'], name=op.f('fk_accounts_step_staff_id_accounts_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_accounts_step'))
    )
    op.create_table('accounts_totp',
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False, comment='base32'),
    sa.Column('last_step', sa.BigInteger(), nullable=False, comment='of the last code taken: none is taken twice'),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True, comment='NULL: not proved yet'),
    sa.ForeignKeyConstraint(['staff_id'], ['accounts_staff.id'], name=op.f('fk_accounts_totp_staff_id_accounts_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_accounts_totp'))
    )
    op.execute(REFUSE)


def downgrade():
    op.drop_table('accounts_totp')
    op.drop_table('accounts_step')
    op.drop_index('ix_accounts_session_staff_id', table_name='accounts_session')
    op.drop_table('accounts_session')
    op.drop_table('accounts_role')
    op.drop_index(op.f('ix_accounts_recovery_staff_id'), table_name='accounts_recovery')
    op.drop_table('accounts_recovery')
    op.drop_index(op.f('ix_accounts_passkey_staff_id'), table_name='accounts_passkey')
    op.drop_table('accounts_passkey')
    op.drop_table('accounts_invitation')
    op.drop_table('kernel_work')
    op.drop_index('ix_kernel_audit_subject', table_name='kernel_audit')
    op.drop_index('ix_kernel_audit_campaign', table_name='kernel_audit')
    op.drop_table('kernel_audit')
    op.execute('DROP FUNCTION kernel_audit_refuse()')
    op.drop_table('accounts_staff')
    op.drop_index('ix_accounts_attempt_digest', table_name='accounts_attempt')
    op.drop_table('accounts_attempt')
