"""Mailings, their recipients, and what the engine writes down while it sends."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0040'
down_revision = '0034'
branch_labels = None
depends_on = None


# Every change of deliveries says by how many each state became more or fewer: the balance is the sum of that.
MOVED = """
CREATE FUNCTION mobilisation_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO mobilisation_movement (mailing_id, state, reason, number)
        SELECT mailing_id, state, CASE WHEN state IN ('failed', 'excluded') THEN reason END, count(*)
        FROM now_there GROUP BY 1, 2, 3;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO mobilisation_movement (mailing_id, state, reason, number)
        SELECT mailing_id, state, CASE WHEN state IN ('failed', 'excluded') THEN reason END, -count(*)
        FROM was_there GROUP BY 1, 2, 3;
    ELSE
        INSERT INTO mobilisation_movement (mailing_id, state, reason, number)
        SELECT mailing_id, state, CASE WHEN state IN ('failed', 'excluded') THEN reason END, sum(n)
        FROM (SELECT mailing_id, state, reason, 1 AS n FROM now_there
              UNION ALL SELECT mailing_id, state, reason, -1 FROM was_there) AS both_there
        GROUP BY 1, 2, 3 HAVING sum(n) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mobilisation_delivery_added AFTER INSERT ON mobilisation_delivery
    REFERENCING NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_moved();
CREATE TRIGGER mobilisation_delivery_moved AFTER UPDATE ON mobilisation_delivery
    REFERENCING OLD TABLE AS was_there NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_moved();
CREATE TRIGGER mobilisation_delivery_gone AFTER DELETE ON mobilisation_delivery
    REFERENCING OLD TABLE AS was_there FOR EACH STATEMENT EXECUTE FUNCTION mobilisation_moved();
"""


def upgrade():
    op.create_table('mobilisation_movement',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('mailing_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_movement'))
    )
    op.create_index('ix_mobilisation_movement_mailing_id', 'mobilisation_movement', ['mailing_id', 'state'], unique=False)
    op.create_table('mobilisation_pace',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False, comment='key number, then HMAC-SHA-256 of name'),
    sa.Column('name', sa.LargeBinary(), nullable=False, comment='host of the relay, domain of the sender or recipient, or id'),
    sa.Column('set_by_hand', sa.Boolean(), server_default='false', nullable=False, comment='no copy of the row for the empty key'),
    sa.Column('per_hour', sa.Float(), nullable=True, comment='NULL: no such limit'),
    sa.Column('per_day', sa.Integer(), nullable=True, comment='NULL: no such limit'),
    sa.Column('growth', sa.Float(), server_default='1', nullable=False, comment='by what per_day is multiplied after a day on which it was used up'),
    sa.Column('ceiling', sa.Integer(), nullable=True, comment='per_day grows no further'),
    sa.Column('free_from', sa.DateTime(timezone=True), nullable=True, comment='when the next may go by per_hour'),
    sa.Column('day', sa.Date(), nullable=True, comment='UTC; the day that used is of'),
    sa.Column('used', sa.Integer(), server_default='0', nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True, comment='since when nothing goes there any more'),
    sa.Column('stopped_code', sa.Text(), nullable=True, comment='enhanced code of the refusal'),
    sa.Column('stopped_words', sa.LargeBinary(), nullable=True, comment='what the server said'),
    sa.CheckConstraint("kind IN ('relay', 'sender', 'domain', 'mission', 'mailing')", name=op.f('ck_mobilisation_pace_kind')),
    sa.CheckConstraint('growth >= 1', name=op.f('ck_mobilisation_pace_growth')),
    sa.CheckConstraint('per_day > 0', name=op.f('ck_mobilisation_pace_per_day')),
    sa.CheckConstraint('per_hour > 0', name=op.f('ck_mobilisation_pace_per_hour')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_pace')),
    postgresql_with={'fillfactor': 50}
    )
    op.create_index('uq_mobilisation_pace_kind_key', 'mobilisation_pace', ['kind', 'key'], unique=True)
    op.create_table('mobilisation_mailing',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False, comment='its slug'),
    sa.Column('name', sa.Text(), nullable=False, comment='for the desk alone'),
    sa.Column('kind', sa.Text(), server_default='bulk', nullable=False),
    sa.Column('state', sa.Text(), server_default='draft', nullable=False),
    sa.Column('segment', sa.Text(), server_default='', nullable=False, comment='the rule as an address holds it'),
    sa.Column('network_id', sa.BigInteger(), nullable=True, comment="of the coordinator whose mailing it is; NULL: the campaign's"),
    sa.Column('language', sa.Text(), nullable=False, comment='whoever reads none of the others is written to in it'),
    sa.Column('sender_name', sa.Text(), server_default='', nullable=False),
    sa.Column('reply_to', sa.LargeBinary(), nullable=True),
    sa.Column('neutral', sa.Boolean(), server_default='false', nullable=False, comment='whether neutral texts may go where the plain ones could harm'),
    sa.Column('asked_by', sa.BigInteger(), nullable=True, comment='id of staff who asked to start it'),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.BigInteger(), nullable=True, comment='id of the second person'),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True, comment='NULL: as soon as it is let go'),
    sa.Column('zone', sa.Text(), server_default='UTC', nullable=False, comment='name of the zone its hours are told in'),
    sa.Column('quiet_from', sa.SmallInteger(), nullable=True, comment='hour of the zone from which nothing is sent'),
    sa.Column('quiet_until', sa.SmallInteger(), nullable=True),
    sa.Column('pace', sa.Integer(), nullable=True, comment='at most so many an hour; NULL: as the relay takes them'),
    sa.Column('week_cap', sa.SmallInteger(), nullable=True, comment='at most so many mails a week to one contact; NULL: as the campaign has it'),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('audience', sa.Integer(), nullable=True, comment='how many deliveries were written when it was frozen'),
    sa.Column('paused_for', sa.Text(), nullable=True, comment='person, errors, complaints, or policy'),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True, comment='when it was finished or cancelled'),
    sa.Column('created_by', sa.BigInteger(), nullable=True, comment='id of staff'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'waiting', 'scheduled', 'cancelled') OR frozen_at IS NOT NULL", name=op.f('ck_mobilisation_mailing_frozen')),
    sa.CheckConstraint("state IN ('draft', 'waiting', 'scheduled', 'running', 'paused', 'finished', 'cancelled')", name=op.f('ck_mobilisation_mailing_state')),
    sa.CheckConstraint('(frozen_at IS NULL) = (audience IS NULL)', name=op.f('ck_mobilisation_mailing_audience')),
    sa.CheckConstraint('(quiet_from IS NULL) = (quiet_until IS NULL)', name=op.f('ck_mobilisation_mailing_quiet_both')),
    sa.CheckConstraint('pace > 0', name=op.f('ck_mobilisation_mailing_pace')),
    sa.CheckConstraint('quiet_from >= 0 AND quiet_from <= 23 AND quiet_until >= 0 AND quiet_until <= 23', name=op.f('ck_mobilisation_mailing_quiet')),
    sa.CheckConstraint('week_cap > 0', name=op.f('ck_mobilisation_mailing_week_cap')),
    sa.ForeignKeyConstraint(['network_id'], ['people_network.id'], name=op.f('fk_mobilisation_mailing_network_id_people_network')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_mailing'))
    )
    op.create_index('ix_mobilisation_mailing_campaign', 'mobilisation_mailing', ['campaign', 'id'], unique=False)
    op.create_index(op.f('ix_mobilisation_mailing_network_id'), 'mobilisation_mailing', ['network_id'], unique=False)
    op.create_index('ix_mobilisation_mailing_state', 'mobilisation_mailing', ['state', 'id'], unique=False)
    op.create_table('mobilisation_delivery',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('mailing_id', sa.BigInteger(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('organisation_id', sa.BigInteger(), nullable=True, comment='id of the organisation they were written to for'),
    sa.Column('mission_id', sa.BigInteger(), nullable=True, comment='id of the office whose pace holds for it'),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('variant', sa.Text(), server_default='plain', nullable=False),
    sa.Column('country', sa.CHAR(length=3), nullable=True, comment='of the contact when the mailing was frozen'),
    sa.Column('by_fallback', sa.Boolean(), server_default='false', nullable=False, comment='the language is not one of their own'),
    sa.Column('state', sa.Text(), server_default='queued', nullable=False),
    sa.Column('reason', sa.Text(), nullable=True, comment='a code: why it failed or was left out'),
    sa.Column('slots', sa.LargeBinary(), nullable=True, comment='JSON: what stands in the places of the text'),
    sa.Column('token', sa.LargeBinary(), server_default=sa.text('uuid_send(gen_random_uuid())'), nullable=False, comment='random; Message-ID, return path and the links in the mail are made of it'),
    sa.Column('attempts', sa.SmallInteger(), server_default='0', nullable=False, comment='how often a relay put it off'),
    sa.Column('next_try', sa.DateTime(timezone=True), nullable=True, comment='not before; NULL: as soon as its turn comes'),
    sa.Column('smtp_code', sa.SmallInteger(), nullable=True, comment='of the last answer (RFC 5321)'),
    sa.Column('enhanced_code', sa.Text(), nullable=True, comment='of the last answer (RFC 3463), such as 5.1.1'),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('bounced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('complained_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('unsubscribed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'excluded', 'cancelled', 'uncertain')", name=op.f('ck_mobilisation_delivery_state')),
    sa.CheckConstraint("state NOT IN ('failed', 'excluded') OR reason IS NOT NULL", name=op.f('ck_mobilisation_delivery_reason')),
    sa.CheckConstraint("variant IN ('plain', 'neutral')", name=op.f('ck_mobilisation_delivery_variant')),
    sa.ForeignKeyConstraint(['contact_id'], ['people_person.id'], name=op.f('fk_mobilisation_delivery_contact_id_people_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mailing_id'], ['mobilisation_mailing.id'], name=op.f('fk_mobilisation_delivery_mailing_id_mobilisation_mailing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_delivery')),
    sa.UniqueConstraint('contact_id', 'mailing_id', name=op.f('uq_mobilisation_delivery_contact_id_mailing_id'))
    )
    op.create_index('ix_mobilisation_delivery_next_try', 'mobilisation_delivery', ['next_try', 'id'], unique=False, postgresql_where=sa.text("state = 'queued' AND next_try IS NOT NULL"))
    op.create_index('ix_mobilisation_delivery_state', 'mobilisation_delivery', ['mailing_id', 'state', 'id'], unique=False)
    op.create_index('uq_mobilisation_delivery_token', 'mobilisation_delivery', ['token'], unique=True)
    op.create_table('mobilisation_worker',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('lines', postgresql.ARRAY(sa.BigInteger()), server_default='{}', nullable=False),
    sa.Column('places', postgresql.ARRAY(sa.Integer()), server_default='{}', nullable=False),
    sa.Column('settled', postgresql.ARRAY(sa.Integer()), server_default='{}', nullable=False, comment='of how many it is written what became of them'),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('cardinality(lines) = cardinality(places) AND cardinality(lines) = cardinality(settled)', name=op.f('ck_mobilisation_worker_lines')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_worker')),
    postgresql_with={'fillfactor': 20}
    )
    op.create_table('mobilisation_line',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('worker_id', sa.BigInteger(), nullable=False),
    sa.Column('mailing_id', sa.BigInteger(), nullable=False),
    sa.Column('deliveries', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.ForeignKeyConstraint(['mailing_id'], ['mobilisation_mailing.id'], name=op.f('fk_mobilisation_line_mailing_id_mobilisation_mailing')),
    sa.ForeignKeyConstraint(['worker_id'], ['mobilisation_worker.id'], name=op.f('fk_mobilisation_line_worker_id_mobilisation_worker')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_line'))
    )
    op.create_index(op.f('ix_mobilisation_line_worker_id'), 'mobilisation_line', ['worker_id'], unique=False)
    op.create_table('mobilisation_mailing_text',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('mailing_id', sa.BigInteger(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('variant', sa.Text(), server_default='plain', nullable=False),
    sa.Column('subject', sa.Text(), server_default='', nullable=False),
    sa.Column('preheader', sa.Text(), server_default='', nullable=False),
    sa.Column('body', sa.Text(), server_default='', nullable=False, comment='Markdown with slots'),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("variant IN ('plain', 'neutral')", name=op.f('ck_mobilisation_mailing_text_variant')),
    sa.ForeignKeyConstraint(['mailing_id'], ['mobilisation_mailing.id'], name=op.f('fk_mobilisation_mailing_text_mailing_id_mobilisation_mailing'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_mailing_text')),
    sa.UniqueConstraint('mailing_id', 'language', 'variant', name=op.f('uq_mobilisation_mailing_text_mailing_id_language_variant'))
    )
    op.execute(MOVED)


def downgrade():
    op.drop_table('mobilisation_mailing_text')
    op.drop_index(op.f('ix_mobilisation_line_worker_id'), table_name='mobilisation_line')
    op.drop_table('mobilisation_line')
    op.drop_table('mobilisation_worker')
    op.drop_index('uq_mobilisation_delivery_token', table_name='mobilisation_delivery')
    op.drop_index('ix_mobilisation_delivery_state', table_name='mobilisation_delivery')
    op.drop_index('ix_mobilisation_delivery_next_try', table_name='mobilisation_delivery', postgresql_where=sa.text("state = 'queued' AND next_try IS NOT NULL"))
    op.drop_table('mobilisation_delivery')
    op.drop_index('ix_mobilisation_mailing_state', table_name='mobilisation_mailing')
    op.drop_index(op.f('ix_mobilisation_mailing_network_id'), table_name='mobilisation_mailing')
    op.drop_index('ix_mobilisation_mailing_campaign', table_name='mobilisation_mailing')
    op.drop_table('mobilisation_mailing')
    op.drop_index('uq_mobilisation_pace_kind_key', table_name='mobilisation_pace')
    op.drop_table('mobilisation_pace')
    op.drop_index('ix_mobilisation_movement_mailing_id', table_name='mobilisation_movement')
    op.drop_table('mobilisation_movement')
    op.execute("DROP FUNCTION mobilisation_moved()")
