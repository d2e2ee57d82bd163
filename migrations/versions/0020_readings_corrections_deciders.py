"""Readings, contacts and deciders; requests to correct a claim, and addresses of missions."""

from alembic import op
import sqlalchemy as sa

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('positions_contact',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('met_on', sa.Date(), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True, comment='with whom, about what'),
    sa.Column('by', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['accounts_staff.id'], name=op.f('fk_positions_contact_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_contact_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_contact'))
    )
    op.create_index('ix_positions_contact_campaign', 'positions_contact', ['campaign_id', 'state', 'met_on'], unique=False)
    op.create_index('ix_positions_contact_met_on', 'positions_contact', ['met_on'], unique=False)
    op.create_index('ix_positions_contact_state', 'positions_contact', ['state', 'met_on'], unique=False)
    op.create_table('positions_decider',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False, comment='how evidence names this speaker; never changed'),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False, comment='as the source has it'),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('changed_by', sa.BigInteger(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("code ~ '^X-[A-Z0-9_-]+$'", name=op.f('ck_positions_decider_code')),
    sa.CheckConstraint("kind IN ('secretary_general', 'designate', 'candidate', 'president', 'cofacilitator')", name=op.f('ck_positions_decider_kind')),
    sa.CheckConstraint("name <> ''", name=op.f('ck_positions_decider_name')),
    sa.CheckConstraint("source <> ''", name=op.f('ck_positions_decider_source')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_positions_decider_until')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_decider_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['changed_by'], ['accounts_staff.id'], name=op.f('fk_positions_decider_changed_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_decider')),
    sa.UniqueConstraint('campaign_id', 'code', name=op.f('uq_positions_decider_campaign_id_code'))
    )
    op.create_table('positions_mission',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('email', sa.LargeBinary(), nullable=False),
    sa.Column('email_digest', sa.LargeBinary(), nullable=False, comment='key number, then HMAC-SHA-256 of the canonical address'),
    sa.Column('source', sa.Text(), nullable=False, comment='where the address is published'),
    sa.Column('entered_by', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("source <> ''", name=op.f('ck_positions_mission_source')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_mission_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_positions_mission_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_mission'))
    )
    op.create_index('ix_positions_mission_email_digest', 'positions_mission', ['email_digest'], unique=False)
    op.create_index('ix_positions_mission_state', 'positions_mission', ['campaign_id', 'state'], unique=False)
    op.create_table('positions_reading',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('ask', sa.Text(), nullable=False, comment='slug of campaigns_ask'),
    sa.Column('state', sa.Text(), nullable=False, comment='ISO 3166-1 alpha-3'),
    sa.Column('told', sa.LargeBinary(), nullable=False, comment='what we were told'),
    sa.Column('act', sa.LargeBinary(), nullable=False, comment='the likely act'),
    sa.Column('sure', sa.LargeBinary(), nullable=False, comment='high, medium, low'),
    sa.Column('record', sa.LargeBinary(), nullable=False, comment='on or off the record'),
    sa.Column('by_whom', sa.LargeBinary(), nullable=False, comment='who told us'),
    sa.Column('until', sa.Date(), nullable=False, comment='the last day on which it is good; then it is deleted'),
    sa.Column('entered_by', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('client_id', sa.Text(), nullable=True, comment='of the form: a note sent twice is stored once'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_reading_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_positions_reading_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_reading')),
    sa.UniqueConstraint('client_id', name=op.f('uq_positions_reading_client_id'))
    )
    op.create_index('ix_positions_reading_state', 'positions_reading', ['campaign_id', 'state', 'ask', 'id'], unique=False)
    op.create_index('ix_positions_reading_until', 'positions_reading', ['until'], unique=False)
    op.create_table('positions_reading_photo',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('reading_id', sa.BigInteger(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("media_type IN ('image/png', 'image/jpeg', 'image/webp')", name=op.f('ck_positions_reading_photo_media_type')),
    sa.ForeignKeyConstraint(['reading_id'], ['positions_reading.id'], name=op.f('fk_positions_reading_photo_reading_id_positions_reading'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_reading_photo')),
    sa.UniqueConstraint('reading_id', name=op.f('uq_positions_reading_photo_reading_id'))
    )
    op.create_table('positions_correction',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False, comment='ref of the piece that is said to be wrong'),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False, comment='of who asked: of its mails, and of `words`'),
    sa.Column('wrong', sa.LargeBinary(), nullable=True, comment='what is wrong; NULL once forgotten'),
    sa.Column('source', sa.LargeBinary(), nullable=True, comment='what shows it'),
    sa.Column('name', sa.LargeBinary(), nullable=True, comment='of who asked'),
    sa.Column('email', sa.LargeBinary(), nullable=True, comment='NULL: by note verbale, or forgotten'),
    sa.Column('email_digest', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 of the canonical address; NULL once forgotten'),
    sa.Column('network', sa.LargeBinary(), nullable=True, comment='HMAC-SHA-256 of the network it came from'),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.BigInteger(), nullable=True, comment='who entered a note verbale'),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True, comment='the clock begins to run'),
    sa.Column('due_on', sa.Date(), nullable=True, comment='five working days later'),
    sa.Column('from_state', sa.Text(), nullable=True, comment='the state that disputes it; NULL: somebody else asks'),
    sa.Column('words', sa.Text(), nullable=True, comment="public: the state's own words"),
    sa.Column('disputed_on', sa.Date(), nullable=True),
    sa.Column('note_verbale', sa.LargeBinary(), nullable=True, comment='its number, if that is how the state said it'),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True, comment='public'),
    sa.Column('replaced_by', sa.Text(), nullable=True, comment='ref of the piece that stands in its place'),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True, comment='when the mail went out that says what was decided'),
    sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True, comment='when what is personal of it was deleted'),
    sa.CheckConstraint("(state = 'asked') = (confirmed_at IS NULL)", name=op.f('ck_positions_correction_confirmed')),
    sa.CheckConstraint("(state IN ('upheld', 'declined')) = (decided_at IS NOT NULL)", name=op.f('ck_positions_correction_decided')),
    sa.CheckConstraint("state IN ('asked', 'open', 'upheld', 'declined')", name=op.f('ck_positions_correction_state')),
    sa.CheckConstraint('(decided_at IS NULL) = (reason IS NULL)', name=op.f('ck_positions_correction_reason')),
    sa.CheckConstraint('(from_state IS NULL) = (disputed_on IS NULL)', name=op.f('ck_positions_correction_disputed')),
    sa.CheckConstraint('(from_state IS NULL) = (words IS NULL)', name=op.f('ck_positions_correction_words')),
    sa.ForeignKeyConstraint(['campaign_id', 'evidence'], ['positions_evidence.campaign_id', 'positions_evidence.ref'], name=op.f('fk_positions_correction_campaign_id_evidence_positions_evidence'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_correction_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by'], ['accounts_staff.id'], name=op.f('fk_positions_correction_decided_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_positions_correction_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_correction'))
    )
    op.create_index('ix_positions_correction_email_digest', 'positions_correction', ['email_digest', 'asked_at'], unique=False)
    op.create_index('ix_positions_correction_evidence', 'positions_correction', ['campaign_id', 'evidence'], unique=False)
    op.create_index('ix_positions_correction_list', 'positions_correction', ['campaign_id', 'state', 'id'], unique=False)
    op.create_index('ix_positions_correction_network', 'positions_correction', ['network', 'asked_at'], unique=False)
    op.create_table('positions_correction_link',
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('correction_id', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['correction_id'], ['positions_correction.id'], name=op.f('fk_positions_correction_link_correction_id_positions_correction'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_positions_correction_link'))
    )
    op.create_index(op.f('ix_positions_correction_link_correction_id'), 'positions_correction_link', ['correction_id'], unique=False)
    op.create_index(op.f('ix_positions_correction_link_expires_at'), 'positions_correction_link', ['expires_at'], unique=False)
    op.create_table('positions_state_work',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('owner_staff', sa.BigInteger(), nullable=True),
    sa.Column('owner_organisation', sa.BigInteger(), nullable=True),
    sa.Column('next_step', sa.LargeBinary(), nullable=True),
    sa.Column('next_on', sa.Date(), nullable=True),
    sa.Column('next_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('(next_step IS NULL) = (next_on IS NULL)', name=op.f('ck_positions_state_work_next')),
    sa.CheckConstraint('owner_staff IS NULL OR owner_organisation IS NULL', name=op.f('ck_positions_state_work_owner')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_state_work_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['next_by'], ['accounts_staff.id'], name=op.f('fk_positions_state_work_next_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_organisation'], ['people_organisation.id'], name=op.f('fk_positions_state_work_owner_organisation_people_organisation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_staff'], ['accounts_staff.id'], name=op.f('fk_positions_state_work_owner_staff_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_state_work')),
    sa.UniqueConstraint('campaign_id', 'state', name=op.f('uq_positions_state_work_campaign_id_state'))
    )
    op.create_index('ix_positions_state_work_next', 'positions_state_work', ['next_on'], unique=False)


def downgrade():
    op.drop_index('ix_positions_state_work_next', table_name='positions_state_work')
    op.drop_table('positions_state_work')
    op.drop_index(op.f('ix_positions_correction_link_expires_at'), table_name='positions_correction_link')
    op.drop_index(op.f('ix_positions_correction_link_correction_id'), table_name='positions_correction_link')
    op.drop_table('positions_correction_link')
    op.drop_index('ix_positions_correction_network', table_name='positions_correction')
    op.drop_index('ix_positions_correction_list', table_name='positions_correction')
    op.drop_index('ix_positions_correction_evidence', table_name='positions_correction')
    op.drop_index('ix_positions_correction_email_digest', table_name='positions_correction')
    op.drop_table('positions_correction')
    op.drop_table('positions_reading_photo')
    op.drop_index('ix_positions_reading_until', table_name='positions_reading')
    op.drop_index('ix_positions_reading_state', table_name='positions_reading')
    op.drop_table('positions_reading')
    op.drop_index('ix_positions_mission_state', table_name='positions_mission')
    op.drop_index('ix_positions_mission_email_digest', table_name='positions_mission')
    op.drop_table('positions_mission')
    op.drop_table('positions_decider')
    op.drop_index('ix_positions_contact_state', table_name='positions_contact')
    op.drop_index('ix_positions_contact_met_on', table_name='positions_contact')
    op.drop_index('ix_positions_contact_campaign', table_name='positions_contact')
    op.drop_table('positions_contact')
