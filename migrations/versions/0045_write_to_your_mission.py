"""letters to missions: whom to write to, letters, mails, replies"""

from alembic import op
import sqlalchemy as sa

revision = '0045'
down_revision = '0043'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('mobilisation_mission_reply',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('ask', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('on_record', sa.Boolean(), nullable=False),
    sa.Column('words', sa.Text(), nullable=True, comment='public'),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('on_record = (words IS NOT NULL)', name=op.f('ck_mobilisation_mission_reply_words')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_mobilisation_mission_reply_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_mobilisation_mission_reply_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_mission_reply'))
    )
    op.create_index('ix_mobilisation_mission_reply_state', 'mobilisation_mission_reply', ['campaign_id', 'state', 'received_on'], unique=False)
    op.create_table('mobilisation_trusted',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False, comment='public'),
    sa.Column('website', sa.Text(), nullable=True, comment='public'),
    sa.Column('contact', sa.LargeBinary(), nullable=True, comment='once a day the letters go there; NULL: at the desk'),
    sa.Column('mailbox', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 of the contact'),
    sa.Column('next_try', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entered_by', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_mobilisation_trusted_name')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_mobilisation_trusted_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_mobilisation_trusted_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_trusted')),
    sa.UniqueConstraint('campaign_id', 'name', name=op.f('uq_mobilisation_trusted_campaign_id_name'))
    )
    op.create_table('mobilisation_writing',
    sa.Column('campaign_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('per_hour', sa.SmallInteger(), server_default='6', nullable=False),
    sa.Column('per_day', sa.SmallInteger(), server_default='24', nullable=False),
    sa.Column('kept_days', sa.SmallInteger(), server_default='30', nullable=False),
    sa.Column('residents_only', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.CheckConstraint('kept_days BETWEEN 1 AND 90', name=op.f('ck_mobilisation_writing_kept_days')),
    sa.CheckConstraint('per_day BETWEEN 1 AND 500', name=op.f('ck_mobilisation_writing_per_day')),
    sa.CheckConstraint('per_hour BETWEEN 1 AND 60', name=op.f('ck_mobilisation_writing_per_hour')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_mobilisation_writing_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', name=op.f('pk_mobilisation_writing'))
    )
    op.create_table('mobilisation_wrote',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('ask', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_mobilisation_wrote_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_wrote')),
    sa.UniqueConstraint('campaign_id', 'ask', 'state', name=op.f('uq_mobilisation_wrote_campaign_id_ask_state'))
    )
    op.create_table('mobilisation_target',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.CHAR(length=3), nullable=False),
    sa.Column('place', sa.Text(), nullable=False, comment='permanent mission in New York, in Geneva, or foreign ministry'),
    sa.Column('email', sa.LargeBinary(), nullable=False, comment='public: a general mailbox'),
    sa.Column('mailbox', sa.LargeBinary(), nullable=False, comment='key number, then HMAC-SHA-256 of the canonical address: what the limits count by'),
    sa.Column('language', sa.Text(), nullable=False, comment='in which it corresponds'),
    sa.Column('source', sa.Text(), nullable=False, comment='address of the page that publishes it'),
    sa.Column('checked_on', sa.Date(), nullable=False, comment='when somebody last looked there'),
    sa.Column('policy', sa.Text(), server_default='open', nullable=False),
    sa.Column('next_try', sa.DateTime(timezone=True), nullable=True, comment='nothing before: the relay refused the last mail'),
    sa.Column('entered_by', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("language IN ('ar', 'zh', 'en', 'fr', 'ru', 'es')", name=op.f('ck_mobilisation_target_language')),
    sa.CheckConstraint("place IN ('new-york', 'geneva', 'ministry')", name=op.f('ck_mobilisation_target_place')),
    sa.CheckConstraint("policy IN ('open', 'replied', 'digest', 'closed')", name=op.f('ck_mobilisation_target_policy')),
    sa.CheckConstraint("source <> ''", name=op.f('ck_mobilisation_target_source')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_mobilisation_target_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_mobilisation_target_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['state'], ['states_state.iso3'], name=op.f('fk_mobilisation_target_state_states_state'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_target')),
    sa.UniqueConstraint('campaign_id', 'state', 'place', name=op.f('uq_mobilisation_target_campaign_id_state_place'))
    )
    op.create_index('ix_mobilisation_target_mailbox', 'mobilisation_target', ['mailbox'], unique=False)
    op.create_index(op.f('ix_mobilisation_target_state'), 'mobilisation_target', ['state'], unique=False)
    op.create_table('mobilisation_mission_mail',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('target_id', sa.BigInteger(), nullable=True),
    sa.Column('trusted_id', sa.BigInteger(), nullable=True),
    sa.Column('mailbox', sa.LargeBinary(), nullable=False, comment='as of mobilisation_target, which may go'),
    sa.Column('digest', sa.Boolean(), nullable=False, comment='several letters in one mail'),
    sa.Column('letters', sa.Integer(), nullable=False, comment='how many'),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False, comment='when it was begun'),
    sa.CheckConstraint("state IN ('handing', 'handed', 'failed', 'uncertain', 'again')", name=op.f('ck_mobilisation_mission_mail_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_mobilisation_mission_mail_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['target_id'], ['mobilisation_target.id'], name=op.f('fk_mobilisation_mission_mail_target_id_mobilisation_target'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['trusted_id'], ['mobilisation_trusted.id'], name=op.f('fk_mobilisation_mission_mail_trusted_id_mobilisation_trusted'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_mission_mail'))
    )
    op.create_index(op.f('ix_mobilisation_mission_mail_campaign_id'), 'mobilisation_mission_mail', ['campaign_id'], unique=False)
    op.create_index('ix_mobilisation_mission_mail_mailbox', 'mobilisation_mission_mail', ['mailbox', 'at'], unique=False)
    op.create_index('ix_mobilisation_mission_mail_open', 'mobilisation_mission_mail', ['state', 'at'], unique=False, postgresql_where=sa.text("state IN ('handing','uncertain')"))
    op.create_table('mobilisation_mission_letter',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('ask', sa.Text(), nullable=False, comment='slug of campaigns_ask'),
    sa.Column('state', sa.Text(), nullable=False, comment='ISO 3166-1 alpha-3, of the state that is written to'),
    sa.Column('target_id', sa.BigInteger(), nullable=True),
    sa.Column('trusted_id', sa.BigInteger(), nullable=True),
    sa.Column('mail_id', sa.BigInteger(), nullable=True),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('letter', sa.Text(), nullable=False, comment='thank, request or answer, as the state stood'),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False, comment="of the writer's page"),
    sa.Column('mission_language', sa.Text(), nullable=False),
    sa.Column('subject', sa.LargeBinary(), nullable=False),
    sa.Column('own', sa.LargeBinary(), nullable=False, comment="the writer's own words"),
    sa.Column('body', sa.LargeBinary(), nullable=False, comment='the letter below them'),
    sa.Column('name', sa.LargeBinary(), nullable=True),
    sa.Column('email', sa.LargeBinary(), nullable=True, comment="where the mission's answer goes, and our mail"),
    sa.Column('email_digest', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 of the canonical address'),
    sa.Column('network', sa.LargeBinary(), nullable=True, comment='HMAC-SHA-256 of the network it came from'),
    sa.Column('lives_there', sa.Boolean(), nullable=False, comment='they say so'),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(status IN ('sent', 'digested', 'passed', 'dropped')) = (done_at IS NOT NULL)", name=op.f('ck_mobilisation_mission_letter_done')),
    sa.CheckConstraint("letter IN ('thank', 'request', 'answer')", name=op.f('ck_mobilisation_mission_letter_letter')),
    sa.CheckConstraint("status IN ('asked', 'waiting', 'sending', 'sent', 'digested', 'passed', 'dropped')", name=op.f('ck_mobilisation_mission_letter_status')),
    sa.CheckConstraint("way = 'us' OR num_nonnulls(name, email, email_digest) = 0", name=op.f('ck_mobilisation_mission_letter_nobody')),
    sa.CheckConstraint("way IN ('us', 'organisation')", name=op.f('ck_mobilisation_mission_letter_way')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_mobilisation_mission_letter_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['mail_id'], ['mobilisation_mission_mail.id'], name=op.f('fk_mobilisation_mission_letter_mail_id_mobilisation_mission_mail'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['target_id'], ['mobilisation_target.id'], name=op.f('fk_mobilisation_mission_letter_target_id_mobilisation_target'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['trusted_id'], ['mobilisation_trusted.id'], name=op.f('fk_mobilisation_mission_letter_trusted_id_mobilisation_trusted'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_mission_letter'))
    )
    op.create_index('ix_mobilisation_mission_letter_address', 'mobilisation_mission_letter', ['email_digest', 'asked_at'], unique=False)
    op.create_index('ix_mobilisation_mission_letter_campaign', 'mobilisation_mission_letter', ['campaign_id', 'status', 'id'], unique=False)
    op.create_index('ix_mobilisation_mission_letter_done', 'mobilisation_mission_letter', ['done_at'], unique=False)
    op.create_index('ix_mobilisation_mission_letter_mail', 'mobilisation_mission_letter', ['mail_id'], unique=False)
    op.create_index('ix_mobilisation_mission_letter_network', 'mobilisation_mission_letter', ['network', 'asked_at'], unique=False)
    op.create_index('ix_mobilisation_mission_letter_target', 'mobilisation_mission_letter', ['target_id', 'id'], unique=False, postgresql_where=sa.text("status = 'waiting'"))
    op.create_index('ix_mobilisation_mission_letter_trusted', 'mobilisation_mission_letter', ['trusted_id', 'id'], unique=False)
    op.create_table('mobilisation_mission_link',
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['letter_id'], ['mobilisation_mission_letter.id'], name=op.f('fk_mobilisation_mission_link_letter_id_mobilisation_mission_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_mobilisation_mission_link'))
    )
    op.create_index(op.f('ix_mobilisation_mission_link_letter_id'), 'mobilisation_mission_link', ['letter_id'], unique=False)


def downgrade():
    op.drop_index(op.f('ix_mobilisation_mission_link_letter_id'), table_name='mobilisation_mission_link')
    op.drop_table('mobilisation_mission_link')
    op.drop_index('ix_mobilisation_mission_letter_trusted', table_name='mobilisation_mission_letter')
    op.drop_index('ix_mobilisation_mission_letter_target', table_name='mobilisation_mission_letter', postgresql_where=sa.text("status = 'waiting'"))
    op.drop_index('ix_mobilisation_mission_letter_network', table_name='mobilisation_mission_letter')
    op.drop_index('ix_mobilisation_mission_letter_mail', table_name='mobilisation_mission_letter')
    op.drop_index('ix_mobilisation_mission_letter_done', table_name='mobilisation_mission_letter')
    op.drop_index('ix_mobilisation_mission_letter_campaign', table_name='mobilisation_mission_letter')
    op.drop_index('ix_mobilisation_mission_letter_address', table_name='mobilisation_mission_letter')
    op.drop_table('mobilisation_mission_letter')
    op.drop_index('ix_mobilisation_mission_mail_open', table_name='mobilisation_mission_mail', postgresql_where=sa.text("state IN ('handing','uncertain')"))
    op.drop_index('ix_mobilisation_mission_mail_mailbox', table_name='mobilisation_mission_mail')
    op.drop_index(op.f('ix_mobilisation_mission_mail_campaign_id'), table_name='mobilisation_mission_mail')
    op.drop_table('mobilisation_mission_mail')
    op.drop_index(op.f('ix_mobilisation_target_state'), table_name='mobilisation_target')
    op.drop_index('ix_mobilisation_target_mailbox', table_name='mobilisation_target')
    op.drop_table('mobilisation_target')
    op.drop_table('mobilisation_wrote')
    op.drop_table('mobilisation_writing')
    op.drop_table('mobilisation_trusted')
    op.drop_index('ix_mobilisation_mission_reply_state', table_name='mobilisation_mission_reply')
    op.drop_table('mobilisation_mission_reply')
