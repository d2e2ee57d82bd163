"""donations: offers, gifts, payments, what Stripe told, the ledger and its sums"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None

# The ledger is only added to, and its sums are kept with it: no page adds up lines.
LEDGER = """
CREATE FUNCTION donations_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is only added to: take a line back by another'; END $$;
CREATE TRIGGER donations_entry_only_added BEFORE UPDATE OR DELETE ON donations_entry
    FOR EACH ROW EXECUTE FUNCTION donations_refuse();
CREATE TRIGGER donations_entry_not_emptied BEFORE TRUNCATE ON donations_entry
    FOR EACH STATEMENT EXECUTE FUNCTION donations_refuse();
CREATE FUNCTION donations_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO donations_total AS t
        (campaign, livemode, month, kind, currency, settled_currency, minor, settled_minor, number)
    SELECT coalesce(campaign, ''), livemode, date_trunc('month', happened_at AT TIME ZONE 'UTC')::date, kind, currency,
        settled_currency, sum(minor), sum(settled_minor), count(*)
    FROM now_there GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (campaign, livemode, month, kind, currency, settled_currency) DO UPDATE SET
        minor = t.minor + EXCLUDED.minor, settled_minor = t.settled_minor + EXCLUDED.settled_minor,
        number = t.number + EXCLUDED.number;
    RETURN NULL;
END $$;
CREATE TRIGGER donations_entry_added AFTER INSERT ON donations_entry
    REFERENCING NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION donations_add_up();
"""


def upgrade():
    op.create_table('donations_event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('stripe_id', sa.Text(), nullable=False, comment='evt_'),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('about', sa.Text(), nullable=True, comment='id of the object that it speaks of'),
    sa.Column('livemode', sa.Boolean(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False, comment='says Stripe'),
    sa.Column('payload', sa.LargeBinary(), nullable=True, comment='as it came; dropped after 30 days'),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True, comment='when the books had it; NULL: a job has still to look'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_event')),
    sa.UniqueConstraint('stripe_id', name=op.f('uq_donations_event_stripe_id'))
    )
    op.create_index('ix_donations_event_received_at', 'donations_event', ['received_at'], unique=False, postgresql_where=sa.text('payload IS NOT NULL'))
    op.create_index('ix_donations_event_waiting', 'donations_event', ['id'], unique=False, postgresql_where=sa.text('taken_at IS NULL'))
    op.create_table('donations_fund',
    sa.Column('campaign', sa.Text(), nullable=False, comment='its slug'),
    sa.Column('open', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('goal', sa.BigInteger(), nullable=True, comment='minor units; NULL: no bar is shown'),
    sa.Column('currency', sa.Text(), nullable=True, comment='ISO 4217, of the goal: in which Stripe settles'),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_donations_fund_currency')),
    sa.CheckConstraint('(goal IS NULL) = (currency IS NULL)', name=op.f('ck_donations_fund_goal')),
    sa.CheckConstraint('goal > 0', name=op.f('ck_donations_fund_some')),
    sa.PrimaryKeyConstraint('campaign', name=op.f('pk_donations_fund'))
    )
    op.create_table('donations_offer',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False, comment='its slug'),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('interval', sa.Text(), nullable=False),
    sa.Column('amounts', postgresql.ARRAY(sa.BigInteger()), nullable=False, comment='minor units, rising'),
    sa.Column('minimum', sa.BigInteger(), nullable=False, comment='minor units'),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_donations_offer_currency')),
    sa.CheckConstraint("interval IN ('once', 'monthly')", name=op.f('ck_donations_offer_interval')),
    sa.CheckConstraint('cardinality(amounts) BETWEEN 1 AND 6', name=op.f('ck_donations_offer_amounts')),
    sa.CheckConstraint('minimum > 0 AND minimum <= ALL (amounts)', name=op.f('ck_donations_offer_minimum')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_offer')),
    sa.UniqueConstraint('campaign', 'currency', 'interval', name=op.f('uq_donations_offer_campaign_currency_interval'))
    )
    op.create_table('donations_recipient',
    sa.Column('id', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False, comment='lines'),
    sa.Column('register', sa.Text(), server_default='', nullable=False, comment='its number in a register'),
    sa.Column('reply_to', sa.Text(), nullable=False, comment='public: where a donor may ask'),
    sa.Column('tax', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment='what the law wants a receipt to say, by language'),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_donations_recipient_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_recipient'))
    )
    op.create_table('donations_reconciliation',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('livemode', sa.Boolean(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=True, comment='NULL: from the beginning'),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed', sa.Boolean(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False, comment='of differences found, those repaired among them'),
    sa.Column('differences', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False, comment='the first of them'),
    sa.Column('balances', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment="by currency: ours and Stripe's"),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('NOT agreed OR number = 0', name=op.f('ck_donations_reconciliation_agreed')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_reconciliation'))
    )
    op.create_index('ix_donations_reconciliation_agreed', 'donations_reconciliation', ['livemode', 'until'], unique=False, postgresql_where=sa.text('agreed'))
    op.create_table('donations_statement',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=False),
    sa.Column('livemode', sa.Boolean(), nullable=False),
    sa.Column('donor_digest', sa.LargeBinary(), nullable=False, comment='as of the gifts that it adds up'),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_statement')),
    sa.UniqueConstraint('livemode', 'year', 'donor_digest', name=op.f('uq_donations_statement_livemode_year_donor_digest'))
    )
    op.create_table('donations_total',
    sa.Column('campaign', sa.Text(), nullable=False, comment="'' where there is none"),
    sa.Column('livemode', sa.Boolean(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False, comment='its first day, in UTC'),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('settled_currency', sa.Text(), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False),
    sa.Column('settled_minor', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False, comment='of lines'),
    sa.PrimaryKeyConstraint('campaign', 'livemode', 'month', 'kind', 'currency', 'settled_currency', name=op.f('pk_donations_total'))
    )
    op.create_table('donations_gift',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('key', sa.Uuid(), nullable=False, comment='key of the call to Stripe, and its client_reference_id'),
    sa.Column('token_digest', sa.LargeBinary(), nullable=False, comment="SHA-256 of its page's token"),
    sa.Column('campaign', sa.Text(), nullable=False, comment='its slug'),
    sa.Column('minor', sa.BigInteger(), nullable=False, comment='minor units, of each payment'),
    sa.Column('currency', sa.Text(), nullable=False, comment='ISO 4217'),
    sa.Column('interval', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False, comment='of the page, of receipts'),
    sa.Column('state', sa.Text(), server_default='begun', nullable=False),
    sa.Column('livemode', sa.Boolean(), nullable=False, comment='real money'),
    sa.Column('session', sa.Text(), nullable=True, comment="Stripe's Checkout Session (cs_)"),
    sa.Column('checkout_url', sa.LargeBinary(), nullable=True, comment="Stripe's page, while it can be paid there"),
    sa.Column('payment_intent', sa.Text(), nullable=True, comment='pi_, of a gift given once'),
    sa.Column('customer', sa.Text(), nullable=True, comment='cus_, of a monthly gift: it has one of its own'),
    sa.Column('subscription', sa.Text(), nullable=True, comment='sub_'),
    sa.Column('monthly_state', sa.Text(), nullable=True, comment='NULL: given once, or not yet begun'),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True, comment='when a monthly gift was over'),
    sa.Column('shown_name', sa.LargeBinary(), nullable=True, comment='public; NULL: anonymous, as most are'),
    sa.Column('person_id', sa.BigInteger(), nullable=True, comment="who has the donor's address, if anybody here"),
    sa.Column('donor_name', sa.LargeBinary(), nullable=True, comment='Stripe told'),
    sa.Column('donor_email', sa.LargeBinary(), nullable=True, comment='Stripe told'),
    sa.Column('donor_digest', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 of the canonical address, as of a person'),
    sa.Column('network', sa.LargeBinary(), nullable=True, comment='HMAC-SHA-256 of the network it came from; dropped after a day'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=True, comment='when Stripe said that it is given'),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True, comment='its donor was erased: nothing of them is written here again'),
    sa.CheckConstraint("(monthly_state IS NOT DISTINCT FROM 'cancelled') = (ended_at IS NOT NULL)", name=op.f('ck_donations_gift_ended')),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_donations_gift_currency')),
    sa.CheckConstraint("interval = 'monthly' OR num_nonnulls(monthly_state, subscription, ended_at) = 0", name=op.f('ck_donations_gift_once')),
    sa.CheckConstraint("interval IN ('once', 'monthly')", name=op.f('ck_donations_gift_interval')),
    sa.CheckConstraint("monthly_state IN ('active', 'past_due', 'ending', 'cancelled')", name=op.f('ck_donations_gift_monthly_state')),
    sa.CheckConstraint("state = 'given' OR given_at IS NULL", name=op.f('ck_donations_gift_given')),
    sa.CheckConstraint("state IN ('begun', 'held', 'open', 'processing', 'failed', 'expired', 'given')", name=op.f('ck_donations_gift_state')),
    sa.CheckConstraint('(donor_email IS NULL) = (donor_digest IS NULL)', name=op.f('ck_donations_gift_found')),
    sa.CheckConstraint('minor > 0', name=op.f('ck_donations_gift_some')),
    sa.ForeignKeyConstraint(['person_id'], ['people_person.id'], name=op.f('fk_donations_gift_person_id_people_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_gift')),
    sa.UniqueConstraint('key', name=op.f('uq_donations_gift_key')),
    sa.UniqueConstraint('session', name=op.f('uq_donations_gift_session')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_donations_gift_token_digest'))
    )
    op.create_index('ix_donations_gift_campaign', 'donations_gift', ['campaign', 'id'], unique=False)
    op.create_index('ix_donations_gift_customer', 'donations_gift', ['customer'], unique=False, postgresql_where=sa.text('customer IS NOT NULL'))
    op.create_index('ix_donations_gift_donor', 'donations_gift', ['donor_digest', 'id'], unique=False, postgresql_where=sa.text('donor_digest IS NOT NULL'))
    op.create_index('ix_donations_gift_intent', 'donations_gift', ['payment_intent'], unique=False, postgresql_where=sa.text('payment_intent IS NOT NULL'))
    op.create_index('ix_donations_gift_network', 'donations_gift', ['network', 'created_at'], unique=False, postgresql_where=sa.text('network IS NOT NULL'))
    op.create_index('ix_donations_gift_person_id', 'donations_gift', ['person_id'], unique=False, postgresql_where=sa.text('person_id IS NOT NULL'))
    op.create_index('ix_donations_gift_shown', 'donations_gift', ['campaign', 'given_at'], unique=False, postgresql_where=sa.text("shown_name IS NOT NULL AND state = 'given'"))
    op.create_index('ix_donations_gift_state', 'donations_gift', ['state', 'created_at'], unique=False)
    op.create_index('uq_donations_gift_subscription', 'donations_gift', ['subscription'], unique=True, postgresql_where=sa.text('subscription IS NOT NULL'))
    op.create_table('donations_link',
    sa.Column('token_digest', sa.LargeBinary(), nullable=False, comment='SHA-256 of the token'),
    sa.Column('gift_id', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['gift_id'], ['donations_gift.id'], name=op.f('fk_donations_link_gift_id_donations_gift'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_donations_link'))
    )
    op.create_index(op.f('ix_donations_link_gift_id'), 'donations_link', ['gift_id'], unique=False)
    op.create_index(op.f('ix_donations_link_made_at'), 'donations_link', ['made_at'], unique=False)
    op.create_table('donations_payment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('gift_id', sa.BigInteger(), nullable=True, comment='NULL: of no gift of ours'),
    sa.Column('charge', sa.Text(), nullable=False, comment='ch_ or py_'),
    sa.Column('minor', sa.BigInteger(), nullable=False, comment='as it was charged'),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('livemode', sa.Boolean(), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True, comment='NULL: not yet, or it failed'),
    sa.Column('refunded', sa.BigInteger(), server_default='0', nullable=False, comment='minor units given back: what the ledger says'),
    sa.Column('disputed', sa.BigInteger(), server_default='0', nullable=False, comment='minor units that a dispute took: what the ledger says'),
    sa.Column('dispute', sa.Text(), nullable=True, comment='of the last one'),
    sa.Column('receipt_year', sa.SmallInteger(), nullable=True),
    sa.Column('receipt_number', sa.Integer(), nullable=True, comment='within the year, without a gap'),
    sa.Column('receipt_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False, comment='when Stripe made the charge'),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_donations_payment_currency')),
    sa.CheckConstraint("dispute IN ('open', 'won', 'lost')", name=op.f('ck_donations_payment_dispute')),
    sa.CheckConstraint('(receipt_year IS NULL) = (receipt_number IS NULL)', name=op.f('ck_donations_payment_receipt')),
    sa.CheckConstraint('minor > 0', name=op.f('ck_donations_payment_some')),
    sa.CheckConstraint('receipt_number > 0', name=op.f('ck_donations_payment_receipt_number')),
    sa.CheckConstraint('receipt_sent_at IS NULL OR receipt_number IS NOT NULL', name=op.f('ck_donations_payment_receipt_sent')),
    sa.ForeignKeyConstraint(['gift_id'], ['donations_gift.id'], name=op.f('fk_donations_payment_gift_id_donations_gift')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_payment')),
    sa.UniqueConstraint('charge', name=op.f('uq_donations_payment_charge')),
    sa.UniqueConstraint('livemode', 'receipt_year', 'receipt_number', name='uq_donations_payment_receipt')
    )
    op.create_index('ix_donations_payment_disputed', 'donations_payment', ['id'], unique=False, postgresql_where=sa.text("dispute = 'open'"))
    op.create_index('ix_donations_payment_gift_id', 'donations_payment', ['gift_id', 'paid_at'], unique=False)
    op.create_index('ix_donations_payment_paid_at', 'donations_payment', ['paid_at', 'id'], unique=False)
    op.create_index('ix_donations_payment_stray', 'donations_payment', ['id'], unique=False, postgresql_where=sa.text('gift_id IS NULL'))
    op.create_index('ix_donations_payment_unpaid', 'donations_payment', ['id'], unique=False, postgresql_where=sa.text('paid_at IS NULL'))
    op.create_index('ix_donations_payment_unreceipted', 'donations_payment', ['id'], unique=False, postgresql_where=sa.text('receipt_sent_at IS NULL AND paid_at IS NOT NULL AND gift_id IS NOT NULL'))
    op.create_table('donations_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('source_id', sa.Text(), nullable=False, comment='txn_, the balance transaction; by hand: key of the form'),
    sa.Column('about', sa.Text(), nullable=True, comment='what it is of at Stripe: ch_, re_, dp_, po_'),
    sa.Column('livemode', sa.Boolean(), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False, comment='as it was given, refunded, …'),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('settled_minor', sa.BigInteger(), nullable=False, comment='as it is in the balance'),
    sa.Column('settled_currency', sa.Text(), nullable=False),
    sa.Column('rate', sa.Numeric(), nullable=True, comment='as Stripe wrote it; NULL: there was none'),
    sa.Column('campaign', sa.Text(), nullable=True, comment='its slug'),
    sa.Column('payment_id', sa.BigInteger(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True, comment='of an entry by hand; should name nobody'),
    sa.Column('staff_id', sa.BigInteger(), nullable=True, comment='who entered it by hand'),
    sa.Column('reverses', sa.BigInteger(), nullable=True, comment='the line it takes back'),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(source = 'manual') = (kind IN ('transfer', 'grant'))", name=op.f('ck_donations_entry_by_hand')),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$' AND settled_currency ~ '^[A-Z]{3}$'", name=op.f('ck_donations_entry_currency')),
    sa.CheckConstraint("kind <> 'gift' OR minor > 0", name=op.f('ck_donations_entry_gift')),
    sa.CheckConstraint("kind IN ('gift', 'fee', 'refund', 'dispute', 'payout', 'adjustment', 'transfer', 'grant')", name=op.f('ck_donations_entry_kind')),
    sa.CheckConstraint("source = 'manual' OR (staff_id IS NULL AND reverses IS NULL AND note IS NULL)", name=op.f('ck_donations_entry_of_stripe')),
    sa.CheckConstraint("source IN ('stripe', 'manual')", name=op.f('ck_donations_entry_source')),
    sa.CheckConstraint('currency <> settled_currency OR minor = settled_minor', name=op.f('ck_donations_entry_same_currency')),
    sa.CheckConstraint('rate > 0', name=op.f('ck_donations_entry_rate')),
    sa.ForeignKeyConstraint(['payment_id'], ['donations_payment.id'], name=op.f('fk_donations_entry_payment_id_donations_payment')),
    sa.ForeignKeyConstraint(['reverses'], ['donations_entry.id'], name=op.f('fk_donations_entry_reverses_donations_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_entry')),
    sa.UniqueConstraint('reverses', name=op.f('uq_donations_entry_reverses')),
    sa.UniqueConstraint('source_id', 'kind', 'source', name=op.f('uq_donations_entry_source_id_kind_source'))
    )
    op.create_index('ix_donations_entry_campaign', 'donations_entry', ['campaign', 'happened_at', 'id'], unique=False)
    op.create_index('ix_donations_entry_happened_at', 'donations_entry', ['happened_at', 'id'], unique=False)
    op.create_index('ix_donations_entry_payment_id', 'donations_entry', ['payment_id'], unique=False, postgresql_where=sa.text('payment_id IS NOT NULL'))
    op.create_table('donations_refund',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('payment_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.Uuid(), nullable=False, comment='of the press, and of the call to Stripe'),
    sa.Column('minor', sa.BigInteger(), nullable=False, comment="of the payment's currency"),
    sa.Column('reason', sa.Text(), server_default='', nullable=False, comment='for the desk; should name nobody'),
    sa.Column('state', sa.Text(), server_default='asked', nullable=False),
    sa.Column('refused', sa.Text(), nullable=True, comment="Stripe's code"),
    sa.Column('refund', sa.Text(), nullable=True, comment='re_, once taken'),
    sa.Column('staff_id', sa.BigInteger(), nullable=True, comment='who asked'),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('asked', 'taken', 'refused')", name=op.f('ck_donations_refund_state')),
    sa.CheckConstraint('minor > 0', name=op.f('ck_donations_refund_some')),
    sa.ForeignKeyConstraint(['payment_id'], ['donations_payment.id'], name=op.f('fk_donations_refund_payment_id_donations_payment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_donations_refund')),
    sa.UniqueConstraint('key', name=op.f('uq_donations_refund_key')),
    sa.UniqueConstraint('refund', name=op.f('uq_donations_refund_refund'))
    )
    op.create_index('ix_donations_refund_open', 'donations_refund', ['id'], unique=False, postgresql_where=sa.text("state = 'asked'"))
    op.create_index('ix_donations_refund_payment_id', 'donations_refund', ['payment_id', 'id'], unique=False)
    op.execute(LEDGER)


def downgrade():
    op.drop_index('ix_donations_refund_payment_id', table_name='donations_refund')
    op.drop_index('ix_donations_refund_open', table_name='donations_refund', postgresql_where=sa.text("state = 'asked'"))
    op.drop_table('donations_refund')
    op.drop_index('ix_donations_entry_payment_id', table_name='donations_entry', postgresql_where=sa.text('payment_id IS NOT NULL'))
    op.drop_index('ix_donations_entry_happened_at', table_name='donations_entry')
    op.drop_index('ix_donations_entry_campaign', table_name='donations_entry')
    op.drop_table('donations_entry')
    op.drop_index('ix_donations_payment_unreceipted', table_name='donations_payment', postgresql_where=sa.text('receipt_sent_at IS NULL AND paid_at IS NOT NULL AND gift_id IS NOT NULL'))
    op.drop_index('ix_donations_payment_unpaid', table_name='donations_payment', postgresql_where=sa.text('paid_at IS NULL'))
    op.drop_index('ix_donations_payment_stray', table_name='donations_payment', postgresql_where=sa.text('gift_id IS NULL'))
    op.drop_index('ix_donations_payment_paid_at', table_name='donations_payment')
    op.drop_index('ix_donations_payment_gift_id', table_name='donations_payment')
    op.drop_index('ix_donations_payment_disputed', table_name='donations_payment', postgresql_where=sa.text("dispute = 'open'"))
    op.drop_table('donations_payment')
    op.drop_index(op.f('ix_donations_link_made_at'), table_name='donations_link')
    op.drop_index(op.f('ix_donations_link_gift_id'), table_name='donations_link')
    op.drop_table('donations_link')
    op.drop_index('uq_donations_gift_subscription', table_name='donations_gift', postgresql_where=sa.text('subscription IS NOT NULL'))
    op.drop_index('ix_donations_gift_state', table_name='donations_gift')
    op.drop_index('ix_donations_gift_shown', table_name='donations_gift', postgresql_where=sa.text("shown_name IS NOT NULL AND state = 'given'"))
    op.drop_index('ix_donations_gift_person_id', table_name='donations_gift', postgresql_where=sa.text('person_id IS NOT NULL'))
    op.drop_index('ix_donations_gift_network', table_name='donations_gift', postgresql_where=sa.text('network IS NOT NULL'))
    op.drop_index('ix_donations_gift_intent', table_name='donations_gift', postgresql_where=sa.text('payment_intent IS NOT NULL'))
    op.drop_index('ix_donations_gift_donor', table_name='donations_gift', postgresql_where=sa.text('donor_digest IS NOT NULL'))
    op.drop_index('ix_donations_gift_customer', table_name='donations_gift', postgresql_where=sa.text('customer IS NOT NULL'))
    op.drop_index('ix_donations_gift_campaign', table_name='donations_gift')
    op.drop_table('donations_gift')
    op.drop_table('donations_total')
    op.drop_table('donations_statement')
    op.drop_index('ix_donations_reconciliation_agreed', table_name='donations_reconciliation', postgresql_where=sa.text('agreed'))
    op.drop_table('donations_reconciliation')
    op.drop_table('donations_recipient')
    op.drop_table('donations_offer')
    op.drop_table('donations_fund')
    op.drop_index('ix_donations_event_waiting', table_name='donations_event', postgresql_where=sa.text('taken_at IS NULL'))
    op.drop_index('ix_donations_event_received_at', table_name='donations_event', postgresql_where=sa.text('payload IS NOT NULL'))
    op.drop_table('donations_event')
    op.execute("DROP FUNCTION donations_refuse(); DROP FUNCTION donations_add_up()")
