"""requests about one's own data, exports, the ledger of consent only added to"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

# The ledger is only added to. A row goes with its person, or when its person is erased: then it must (GDPR art. 17).
REFUSE = """
CREATE FUNCTION people_consent_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM people_person WHERE id = OLD.person_id AND erased_at IS NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the ledger of consent is only added to';
END $$;
CREATE TRIGGER people_consent_only_added BEFORE UPDATE OR DELETE ON people_consent
    FOR EACH ROW EXECUTE FUNCTION people_consent_refuse();
CREATE TRIGGER people_consent_not_emptied BEFORE TRUNCATE ON people_consent
    FOR EACH STATEMENT EXECUTE FUNCTION people_consent_refuse();
"""


def upgrade():
    op.create_table('people_request',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False, comment='of its mails and of the pages they lead to'),
    sa.Column('discreet', sa.Boolean(), nullable=False, comment='its mails are neutral, see rules.discreet'),
    sa.Column('email', sa.LargeBinary(), nullable=True, comment='as given; NULL once forgotten'),
    sa.Column('email_digest', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 of the canonical address; NULL once forgotten'),
    sa.Column('changes', sa.LargeBinary(), nullable=True, comment='JSON: what to correct, by name'),
    sa.Column('note', sa.LargeBinary(), nullable=True, comment='of the desk: how it came'),
    sa.Column('proof', sa.Text(), nullable=True, comment='how its person proved who they are'),
    sa.Column('proof_note', sa.LargeBinary(), nullable=True, comment='by what, if not by the link'),
    sa.Column('answer', sa.LargeBinary(), nullable=True, comment='to its person, where it was refused: why'),
    sa.Column('received_on', sa.Date(), nullable=False, comment='the clock begins to run (GDPR art. 12(3))'),
    sa.Column('due_on', sa.Date(), nullable=False, comment='one month later'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True, comment='id of staff'),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True, comment='when the last mail went out that asks for the proof'),
    sa.Column('proved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.BigInteger(), nullable=True, comment='id of staff; NULL: its person, or the machine'),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True, comment='when the mail went out that says what came of it'),
    sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True, comment='when what is personal of it was deleted'),
    sa.CheckConstraint("(ended_at IS NOT NULL) = (state IN ('done', 'refused', 'denied'))", name=op.f('ck_people_request_ended')),
    sa.CheckConstraint("kind IN ('access', 'correct', 'erase', 'object')", name=op.f('ck_people_request_kind')),
    sa.CheckConstraint("proof IN ('link', 'otherwise')", name=op.f('ck_people_request_proof')),
    sa.CheckConstraint("state IN ('asked', 'proved', 'done', 'refused', 'denied')", name=op.f('ck_people_request_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_request'))
    )
    op.create_index('ix_people_request_due', 'people_request', ['due_on'], unique=False, postgresql_where='ended_at IS NULL')
    op.create_index('ix_people_request_email_digest', 'people_request', ['email_digest'], unique=False)
    op.create_index('ix_people_request_ended_at', 'people_request', ['ended_at'], unique=False)
    op.create_table('accounts_export',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('work_id', sa.BigInteger(), nullable=False, comment='id of kernel_work, which says how far it is'),
    sa.Column('name', sa.Text(), nullable=False, comment='of what is exported, see exports.register'),
    sa.Column('campaign', sa.Text(), nullable=True, comment='slug'),
    sa.Column('personal', sa.Boolean(), nullable=False, comment='with the columns that are personal'),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False, comment='what for; names nobody'),
    sa.Column('filters', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='choices, nothing personal'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ready_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rows', sa.BigInteger(), nullable=True),
    sa.Column('size', sa.BigInteger(), nullable=True, comment='of the file, in bytes'),
    sa.CheckConstraint("NOT personal OR purpose <> ''", name=op.f('ck_accounts_export_purpose')),
    sa.CheckConstraint("form IN ('csv', 'xlsx')", name=op.f('ck_accounts_export_form')),
    sa.ForeignKeyConstraint(['staff_id'], ['accounts_staff.id'], name=op.f('fk_accounts_export_staff_id_accounts_staff'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_export'))
    )
    op.create_index('ix_accounts_export_staff_id', 'accounts_export', ['staff_id', 'id'], unique=False)
    op.create_table('people_request_link',
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('request_id', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['people_request.id'], name=op.f('fk_people_request_link_request_id_people_request'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_people_request_link'))
    )
    op.create_index(op.f('ix_people_request_link_expires_at'), 'people_request_link', ['expires_at'], unique=False)
    op.create_index(op.f('ix_people_request_link_request_id'), 'people_request_link', ['request_id'], unique=False)
    op.create_table('accounts_export_part',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('export_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['export_id'], ['accounts_export.id'], name=op.f('fk_accounts_export_part_export_id_accounts_export'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts_export_part')),
    sa.UniqueConstraint('export_id', 'number', name=op.f('uq_accounts_export_part_export_id_number'))
    )
    op.create_index('ix_kernel_audit_action', 'kernel_audit', ['action', 'id'], unique=False)
    op.create_index('ix_kernel_audit_actor', 'kernel_audit', ['actor', 'id'], unique=False)
    op.add_column('people_consent', sa.Column('how', sa.Text(), server_default='web', nullable=False, comment='by which way it was said'))
    op.create_check_constraint(op.f('ck_people_consent_how'), 'people_consent', "how IN ('web', 'mail', 'paper', 'spoken', 'import', 'desk')")
    op.drop_constraint(op.f('ck_people_suppression_reason'), 'people_suppression', type_='check')
    op.create_check_constraint(op.f('ck_people_suppression_reason'), 'people_suppression', "reason IN ('erased', 'not_me', 'objected')")
    op.execute(REFUSE)


def downgrade():
    op.execute("DROP TRIGGER people_consent_only_added ON people_consent")
    op.execute("DROP TRIGGER people_consent_not_emptied ON people_consent")
    op.execute("DROP FUNCTION people_consent_refuse()")
    op.execute("DELETE FROM people_suppression WHERE reason = 'objected'")
    op.drop_constraint(op.f('ck_people_suppression_reason'), 'people_suppression', type_='check')
    op.create_check_constraint(op.f('ck_people_suppression_reason'), 'people_suppression', "reason IN ('erased', 'not_me')")
    op.drop_column('people_consent', 'how')
    op.drop_index('ix_kernel_audit_actor', table_name='kernel_audit')
    op.drop_index('ix_kernel_audit_action', table_name='kernel_audit')
    op.drop_table('accounts_export_part')
    op.drop_index(op.f('ix_people_request_link_request_id'), table_name='people_request_link')
    op.drop_index(op.f('ix_people_request_link_expires_at'), table_name='people_request_link')
    op.drop_table('people_request_link')
    op.drop_index('ix_accounts_export_staff_id', table_name='accounts_export')
    op.drop_table('accounts_export')
    op.drop_index('ix_people_request_ended_at', table_name='people_request')
    op.drop_index('ix_people_request_email_digest', table_name='people_request')
    op.drop_index('ix_people_request_due', table_name='people_request', postgresql_where='ended_at IS NULL')
    op.drop_table('people_request')
