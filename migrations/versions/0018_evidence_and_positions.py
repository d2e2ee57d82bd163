"""evidence, the positions that follow from it, their changes; an ask has a version of its text"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

# Evidence is withdrawn with a reason, and stays. It goes with its campaign alone.
NEVER_DELETED = '''
CREATE FUNCTION positions_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM campaigns_campaign WHERE id = OLD.campaign_id) THEN
        RAISE EXCEPTION 'evidence is withdrawn, not deleted';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER positions_evidence_never_deleted BEFORE DELETE ON positions_evidence
    FOR EACH ROW EXECUTE FUNCTION positions_never_deleted();
'''


def upgrade():
    op.create_table('positions_archived',
    sa.Column('digest', sa.Text(), nullable=False, comment='SHA-256 of the bytes, in hex'),
    sa.Column('media_type', sa.Text(), nullable=False, comment='as told by the bytes'),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("media_type IN ('application/pdf', 'text/plain')", name=op.f('ck_positions_archived_media_type')),
    sa.CheckConstraint('octet_length(content) BETWEEN 1 AND 10485760', name=op.f('ck_positions_archived_size')),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_positions_archived'))
    )
    op.create_table('positions_cached',
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('ask', sa.Text(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_cached_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'ask', name=op.f('pk_positions_cached'))
    )
    op.create_table('positions_change',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('ask', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('was', sa.Text(), nullable=False, comment='the position before, as it showed'),
    sa.Column('was_level', sa.Text(), nullable=False),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=True, comment='ref of the piece that decides now'),
    sa.Column('why', sa.Text(), nullable=False),
    sa.CheckConstraint("why IN ('evidence', 'membership', 'time', 'version', 'withheld', 'lifted', 'repair')", name=op.f('ck_positions_change_why')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_change_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_change'))
    )
    op.create_index('ix_positions_change_campaign', 'positions_change', ['campaign_id', 'id'], unique=False)
    op.create_index('ix_positions_change_state', 'positions_change', ['state', 'campaign_id', 'id'], unique=False)
    op.create_table('positions_roll',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False, comment='the type of its pieces'),
    sa.Column('stated', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='the result that the source states, by what was cast'),
    sa.Column('pasted', sa.Text(), nullable=False, comment='the text as it came'),
    sa.Column('entered_by', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('vote', 'cosponsor', 'signature', 'alignment', 'joint_statement')", name=op.f('ck_positions_roll_kind')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_roll_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_positions_roll_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_roll'))
    )
    op.create_index(op.f('ix_positions_roll_campaign_id'), 'positions_roll', ['campaign_id'], unique=False)
    op.create_table('positions_withheld',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('ask', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False, comment='public'),
    sa.Column('language', sa.Text(), nullable=False, comment='of the reason'),
    sa.Column('by', sa.BigInteger(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_by', sa.BigInteger(), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_positions_withheld_reason')),
    sa.ForeignKeyConstraint(['by'], ['accounts_staff.id'], name=op.f('fk_positions_withheld_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_withheld_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lifted_by'], ['accounts_staff.id'], name=op.f('fk_positions_withheld_lifted_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_withheld'))
    )
    op.create_index('ux_positions_withheld_now', 'positions_withheld', ['campaign_id', 'ask', 'state'], unique=True, postgresql_where='lifted_at IS NULL')
    op.create_table('positions_evidence',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False, comment='stable within the campaign; compared byte by byte'),
    sa.Column('ask', sa.Text(), nullable=False, comment='slug of campaigns_ask'),
    sa.Column('ask_version', sa.Integer(), nullable=False, comment="of the ask's text for which it was given, or last checked"),
    sa.Column('variant', sa.Text(), server_default='', nullable=False),
    sa.Column('speaker', sa.Text(), nullable=False, comment="a state's, a group's or a decider's code, or UN"),
    sa.Column('states', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='named one by one; sorted'),
    sa.Column('type', sa.Text(), nullable=False, comment='a code of evidence_types.csv'),
    sa.Column('on_what', sa.Text(), server_default='', nullable=False, comment='`on` of the contract'),
    sa.Column('yes_means', sa.Text(), server_default='', nullable=False),
    sa.Column('vote_cast', sa.Text(), server_default='', nullable=False, comment='`cast` of the contract'),
    sa.Column('said_on', sa.Date(), nullable=False, comment='`date` of the contract: of the act'),
    sa.Column('signal', sa.Text(), server_default='', nullable=False),
    sa.Column('relevance', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('confidence', sa.Text(), nullable=False),
    sa.Column('regards', sa.Text(), server_default='', nullable=False, comment='ref of the piece that it is about'),
    sa.Column('delivered_by', sa.Text(), server_default='', nullable=False),
    sa.Column('forum', sa.Text(), server_default='', nullable=False),
    sa.Column('un_symbol', sa.Text(), server_default='', nullable=False),
    sa.Column('paragraph', sa.Text(), server_default='', nullable=False),
    sa.Column('url', sa.Text(), server_default='', nullable=False),
    sa.Column('archive_url', sa.Text(), server_default='', nullable=False),
    sa.Column('language', sa.Text(), server_default='', nullable=False, comment='of the quote, BCP 47'),
    sa.Column('quote', sa.Text(), server_default='', nullable=False),
    sa.Column('translation', sa.Text(), server_default='', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('provisional', sa.Boolean(), server_default='false', nullable=False, comment='from a press release, until it is confirmed from the record'),
    sa.Column('archived', sa.Text(), nullable=True, comment='the source as it was found'),
    sa.Column('roll_id', sa.BigInteger(), nullable=True, comment='entered in one go with others'),
    sa.Column('entered_by', sa.BigInteger(), nullable=True, comment='NULL: a file by the command line, or a pack'),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_by', sa.BigInteger(), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_alone', sa.Boolean(), server_default='false', nullable=False, comment='checked by who entered it'),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_reason', sa.Text(), nullable=True, comment='public, if it was published'),
    sa.CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f('ck_positions_evidence_withdrawn')),
    sa.CheckConstraint("confidence IN ('high', 'medium', 'low')", name=op.f('ck_positions_evidence_confidence')),
    sa.CheckConstraint("on_what <> 'procedural' OR relevance <> 'direct'", name=op.f('ck_positions_evidence_procedural')),
    sa.CheckConstraint("on_what IN ('whole', 'paragraph', 'amendment', 'procedural', '')", name=op.f('ck_positions_evidence_on_what')),
    sa.CheckConstraint("ref <> ''", name=op.f('ck_positions_evidence_ref')),
    sa.CheckConstraint("relevance IN ('direct', 'related', 'context')", name=op.f('ck_positions_evidence_relevance')),
    sa.CheckConstraint("said_on >= '1945-01-01'", name=op.f('ck_positions_evidence_said_on')),
    sa.CheckConstraint("signal IN ('champion', 'support', 'partial', 'undecided', 'sceptical', 'opposed', '')", name=op.f('ck_positions_evidence_signal')),
    sa.CheckConstraint("status IN ('draft', 'checked', 'published', 'withdrawn')", name=op.f('ck_positions_evidence_status')),
    sa.CheckConstraint("type <> 'vote' OR (on_what <> '' AND yes_means <> '' AND vote_cast <> '')", name=op.f('ck_positions_evidence_vote')),
    sa.CheckConstraint("vote_cast IN ('yes', 'no', 'abstain', 'absent', '')", name=op.f('ck_positions_evidence_vote_cast')),
    sa.CheckConstraint("yes_means IN ('for', 'against', '')", name=op.f('ck_positions_evidence_yes_means')),
    sa.CheckConstraint('(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)', name=op.f('ck_positions_evidence_withdrawn_reason')),
    sa.ForeignKeyConstraint(['archived'], ['positions_archived.digest'], name=op.f('fk_positions_evidence_archived_positions_archived')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_evidence_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['checked_by'], ['accounts_staff.id'], name=op.f('fk_positions_evidence_checked_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_positions_evidence_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['roll_id'], ['positions_roll.id'], name=op.f('fk_positions_evidence_roll_id_positions_roll')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_evidence')),
    sa.UniqueConstraint('campaign_id', 'ref', name=op.f('uq_positions_evidence_campaign_id_ref'))
    )
    op.create_index('ix_positions_evidence_ask', 'positions_evidence', ['campaign_id', 'ask', 'said_on'], unique=False)
    op.create_index('ix_positions_evidence_group', 'positions_evidence', ['campaign_id', 'ask', 'speaker'], unique=False, postgresql_where="type IN ('group_statement', 'group_draft') AND states = '{}'")
    op.create_index('ix_positions_evidence_regards', 'positions_evidence', ['campaign_id', 'regards'], unique=False)
    op.create_index(op.f('ix_positions_evidence_roll_id'), 'positions_evidence', ['roll_id'], unique=False)
    op.create_index('ix_positions_evidence_speaker', 'positions_evidence', ['campaign_id', 'speaker', 'said_on'], unique=False)
    op.create_index('ix_positions_evidence_states', 'positions_evidence', ['states'], unique=False, postgresql_using='gin')
    op.create_index('ix_positions_evidence_status', 'positions_evidence', ['campaign_id', 'status', 'id'], unique=False)
    op.create_index('ix_positions_evidence_url', 'positions_evidence', ['campaign_id', 'url'], unique=False)
    op.create_table('positions_position',
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('ask', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False, comment="ISO 3166-1 alpha-3, or a decider's code"),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False, comment='ref of the piece that decided'),
    sa.Column('flags', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.CheckConstraint("level IN ('own', 'named', 'group')", name=op.f('ck_positions_position_level')),
    sa.CheckConstraint("position IN ('champion', 'support', 'partial', 'undecided', 'sceptical', 'opposed')", name=op.f('ck_positions_position_position')),
    sa.ForeignKeyConstraint(['campaign_id', 'evidence'], ['positions_evidence.campaign_id', 'positions_evidence.ref'], name=op.f('fk_positions_position_campaign_id_evidence_positions_evidence'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_position_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'ask', 'state', name=op.f('pk_positions_position'))
    )
    op.create_table('positions_import',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True, comment='the file; NULL once it is applied, dropped or a week old'),
    sa.Column('language', sa.Text(), nullable=False, comment='in which its faults are told'),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment='rows by fate; `untold` faults'),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('work_id', sa.BigInteger(), nullable=True, comment='of the long work under way, or the last'),
    sa.CheckConstraint("state IN ('reading', 'read', 'applying', 'applied', 'dropped')", name=op.f('ck_positions_import_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_positions_import_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by'], ['accounts_staff.id'], name=op.f('fk_positions_import_created_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions_import'))
    )
    op.create_index('ix_positions_import_campaign', 'positions_import', ['campaign_id', 'id'], unique=False)
    op.create_index('ix_positions_import_state', 'positions_import', ['state', 'created_at'], unique=False)
    op.create_table('positions_import_row',
    sa.Column('import_id', sa.BigInteger(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False, comment='of the file, on which the row begins'),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.Column('fate', sa.Text(), nullable=False),
    sa.Column('said', sa.Text(), server_default='', nullable=False, comment='ask, speaker, type and date, for its reader'),
    sa.Column('faults', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='column and reason of each'),
    sa.CheckConstraint("fate IN ('new', 'same', 'faulty')", name=op.f('ck_positions_import_row_fate')),
    sa.ForeignKeyConstraint(['import_id'], ['positions_import.id'], name=op.f('fk_positions_import_row_import_id_positions_import'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('import_id', 'line', name=op.f('pk_positions_import_row'))
    )
    op.create_index('ix_positions_import_row_fate', 'positions_import_row', ['import_id', 'fate', 'line'], unique=False)
    op.add_column('campaigns_ask', sa.Column('version', sa.Integer(), server_default='1', nullable=False, comment='of its text; another one when the substance changes'))
    op.create_check_constraint(op.f('ck_campaigns_ask_version'), 'campaigns_ask', 'version > 0')
    op.add_column('campaigns_ask', sa.Column('decider', sa.Text(), nullable=True, comment='who decides; a code of paths.py, as the next three'))
    op.add_column('campaigns_ask', sa.Column('body', sa.Text(), nullable=True, comment='in which body'))
    op.add_column('campaigns_ask', sa.Column('procedure', sa.Text(), nullable=True, comment='by vote, by consensus, or alone'))
    op.add_column('campaigns_ask', sa.Column('worth', sa.Text(), nullable=True, comment='what a majority of states is worth there'))
    op.add_column('campaigns_ask', sa.Column('next_date', sa.Date(), nullable=True, comment='on which it can be decided next, where that is known'))
    op.execute(NEVER_DELETED)


def downgrade():
    op.drop_table('positions_import_row')
    op.drop_table('positions_import')
    for name in ('next_date', 'worth', 'procedure', 'body', 'decider', 'version'):
        op.drop_column('campaigns_ask', name)
    op.execute("DROP TRIGGER positions_evidence_never_deleted ON positions_evidence; DROP FUNCTION positions_never_deleted()")
    op.drop_table('positions_position')
    op.drop_index('ix_positions_evidence_url', table_name='positions_evidence')
    op.drop_index('ix_positions_evidence_group', table_name='positions_evidence', postgresql_where="type IN ('group_statement', 'group_draft') AND states = '{}'")
    op.drop_index('ix_positions_evidence_status', table_name='positions_evidence')
    op.drop_index('ix_positions_evidence_states', table_name='positions_evidence', postgresql_using='gin')
    op.drop_index('ix_positions_evidence_speaker', table_name='positions_evidence')
    op.drop_index(op.f('ix_positions_evidence_roll_id'), table_name='positions_evidence')
    op.drop_index('ix_positions_evidence_regards', table_name='positions_evidence')
    op.drop_index('ix_positions_evidence_ask', table_name='positions_evidence')
    op.drop_table('positions_evidence')
    op.drop_index('ux_positions_withheld_now', table_name='positions_withheld', postgresql_where='lifted_at IS NULL')
    op.drop_table('positions_withheld')
    op.drop_index(op.f('ix_positions_roll_campaign_id'), table_name='positions_roll')
    op.drop_table('positions_roll')
    op.drop_index('ix_positions_change_state', table_name='positions_change')
    op.drop_index('ix_positions_change_campaign', table_name='positions_change')
    op.drop_table('positions_change')
    op.drop_table('positions_cached')
    op.drop_table('positions_archived')
