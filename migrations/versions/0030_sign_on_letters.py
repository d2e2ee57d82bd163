"""Sign-on letters: texts that stay as they were signed, signatories, the public list and its daily digests."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0030'
down_revision = '0021'
branch_labels = None
depends_on = None

# What was signed, and what was published of a list on a day, stays as it was. Of a text only its state may change, when
# somebody has reviewed it, and of a digest the salt may go. All of it goes with its letter.
REFUSE = """
CREATE FUNCTION letters_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM letters_letter WHERE id = OLD.letter_id) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'letters_text' THEN
        IF to_jsonb(NEW) - 'state' = to_jsonb(OLD) - 'state' THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'letters_digest' THEN
        IF to_jsonb(NEW) - 'salt' = to_jsonb(OLD) - 'salt' AND NEW.salt IS NULL THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was published of a letter is never changed';
END $$;
"""
KEPT = ("letters_version", "letters_text", "letters_digest")


def upgrade():
    op.create_table('letters_letter',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='0', nullable=False, comment='number of the one open for signature; 0: none yet'),
    sa.Column('negotiated', sa.Text(), nullable=False, comment='the language that was negotiated; others are translations'),
    sa.Column('individuals', sa.Boolean(), server_default='false', nullable=False, comment='whether people may sign in a list of theirs'),
    sa.Column('addressees', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='missions: all permanent missions; or ISO 3166-1 alpha-3 of states'),
    sa.Column('official', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='languages whose translation is official, besides the negotiated one'),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True, comment='the moment from which nobody can sign; NULL: no end is set'),
    sa.Column('time_zone', sa.Text(), nullable=True, comment='IANA name of the zone in which the end was set'),
    sa.Column('turned_at', sa.DateTime(timezone=True), nullable=True, comment='the end for which pages have been made anew'),
    sa.Column('milestones', postgresql.ARRAY(sa.Integer()), server_default='{}', nullable=False),
    sa.Column('handed_over_on', sa.Date(), nullable=True, comment='since when delayed names are shown'),
    sa.CheckConstraint('(closes_at IS NULL) = (time_zone IS NULL)', name=op.f('ck_letters_letter_zone')),
    sa.CheckConstraint('(version > 0) = (opened_on IS NOT NULL)', name=op.f('ck_letters_letter_opened')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_letters_letter_campaign_id_campaigns_campaign')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_letter')),
    sa.UniqueConstraint('slug', name=op.f('uq_letters_letter_slug'))
    )
    op.create_table('letters_delivery',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=True, comment="ISO 3166-1 alpha-3 of the mission's state; NULL: another"),
    sa.Column('addressee', sa.Text(), nullable=False, comment="an office, never a person's name"),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('receipt', sa.Text(), server_default='', nullable=False, comment='how it was acknowledged'),
    sa.Column('entered_by', sa.BigInteger(), nullable=True, comment='id of staff'),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("how IN ('hand', 'mail', 'post', 'meeting', 'other')", name=op.f('ck_letters_delivery_how')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_delivery_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_delivery'))
    )
    op.create_index('ix_letters_delivery_letter_id', 'letters_delivery', ['letter_id', 'day'], unique=False)
    op.create_table('letters_digest',
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False, comment='what is signed, see rules.statement'),
    sa.Column('signature', sa.LargeBinary(), nullable=False, comment='Ed25519'),
    sa.Column('salt', sa.LargeBinary(), nullable=True, comment='32 random bytes before the list: without them nobody can try out who stood on it'),
    sa.Column('key', sa.Integer(), nullable=False, comment='number of the key'),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_digest_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('letter_id', 'day', name=op.f('pk_letters_digest'))
    )
    op.create_table('letters_figures',
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False, comment='at whose end they were made, UTC'),
    sa.Column('told', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='what may be told: at least so many, in tens; by area and region'),
    sa.Column('sealed', sa.LargeBinary(), nullable=False, comment='JSON: the tallies, and what the disclosure rule remembers'),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_figures_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('letter_id', name=op.f('pk_letters_figures'))
    )
    op.create_table('letters_signatory',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False, comment='random'),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('roll', sa.Text(), nullable=False, comment='which list it stands in'),
    sa.Column('state', sa.Text(), nullable=False, comment='pending: not confirmed; waiting: for its mandate to be looked at'),
    sa.Column('visibility', sa.Text(), nullable=False),
    sa.Column('delayed', sa.Boolean(), nullable=False, comment='not shown before the letter is handed over'),
    sa.Column('version', sa.Integer(), nullable=False, comment='of the text it stands under'),
    sa.Column('email_digest', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 for this letter alone, see seals.py; NULL: its person was erased'),
    sa.Column('sealed', sa.LargeBinary(), nullable=False, comment='JSON, see record.py'),
    sa.Column('since', sa.Date(), nullable=True, comment='day since which it is in its state; NULL once it counts'),
    sa.Column('doubts', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='codes, while it waits'),
    sa.CheckConstraint("(state = 'counted') = (since IS NULL)", name=op.f('ck_letters_signatory_since')),
    sa.CheckConstraint("roll IN ('organisation', 'individual')", name=op.f('ck_letters_signatory_roll')),
    sa.CheckConstraint("state = 'waiting' OR doubts = '{}'", name=op.f('ck_letters_signatory_only_while_waiting')),
    sa.CheckConstraint("state IN ('pending', 'waiting', 'counted', 'refused')", name=op.f('ck_letters_signatory_state')),
    sa.CheckConstraint("visibility IN ('public', 'area', 'counted')", name=op.f('ck_letters_signatory_visibility')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_signatory_letter_id_letters_letter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_signatory')),
    sa.UniqueConstraint('letter_id', 'email_digest', name=op.f('uq_letters_signatory_letter_id_email_digest'))
    )
    op.create_index('ix_letters_signatory_hidden', 'letters_signatory', ['letter_id'], unique=False, postgresql_where="state = 'counted' AND (visibility <> 'public' OR delayed)")
    op.create_index('ix_letters_signatory_since', 'letters_signatory', ['state', 'since'], unique=False, postgresql_where="state <> 'counted'")
    op.create_table('letters_total',
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('roll', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False, comment='empty for all'),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('all', 'version', 'country', 'region', 'network', 'ecosoc')", name=op.f('ck_letters_total_kind')),
    sa.CheckConstraint('number >= 0', name=op.f('ck_letters_total_number')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_total_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('letter_id', 'roll', 'kind', 'part', name=op.f('pk_letters_total'))
    )
    op.create_table('letters_version',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False, comment='editorial: signatures carry over; material: all are asked again'),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.BigInteger(), nullable=True, comment='id of staff; NULL: a pack'),
    sa.CheckConstraint("kind IN ('first', 'editorial', 'material')", name=op.f('ck_letters_version_kind')),
    sa.CheckConstraint("number > 0 AND (number = 1) = (kind = 'first')", name=op.f('ck_letters_version_number')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_version_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_version')),
    sa.UniqueConstraint('letter_id', 'number', name=op.f('uq_letters_version_letter_id_number'))
    )
    op.create_table('letters_withdrawal',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False, comment='random'),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('roll', sa.Text(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.CheckConstraint("roll IN ('organisation', 'individual')", name=op.f('ck_letters_withdrawal_roll')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_withdrawal_letter_id_letters_letter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_withdrawal'))
    )
    op.create_index(op.f('ix_letters_withdrawal_letter_id'), 'letters_withdrawal', ['letter_id'], unique=False)
    op.create_table('letters_link',
    sa.Column('token_digest', sa.LargeBinary(), nullable=False),
    sa.Column('signatory_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['signatory_id'], ['letters_signatory.id'], name=op.f('fk_letters_link_signatory_id_letters_signatory'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_letters_link'))
    )
    op.create_index(op.f('ix_letters_link_signatory_id'), 'letters_link', ['signatory_id'], unique=False)
    op.create_table('letters_mail',
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False, comment='random'),
    sa.Column('signatory_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False, comment='on which it was called for'),
    sa.Column('sent', sa.Boolean(), server_default='false', nullable=False),
    sa.CheckConstraint("kind IN ('confirm', 'repeat', 'waiting', 'counted', 'refused', 'asked', 'moved', 'reaffirm', 'withdrawn')", name=op.f('ck_letters_mail_kind')),
    sa.ForeignKeyConstraint(['signatory_id'], ['letters_signatory.id'], name=op.f('fk_letters_mail_signatory_id_letters_signatory'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_mail'))
    )
    op.create_index(op.f('ix_letters_mail_signatory_id'), 'letters_mail', ['signatory_id'], unique=False)
    op.create_table('letters_text',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('addressees', sa.Text(), nullable=False, comment='whom it is addressed to, in words'),
    sa.Column('body', sa.Text(), nullable=False, comment='Markdown'),
    sa.Column('digest', sa.LargeBinary(), nullable=False, comment='SHA-256 of the canonical text, see campaigns/signing.py'),
    sa.Column('state', sa.Text(), nullable=False),
    sa.CheckConstraint("state IN ('draft', 'reviewed', 'official')", name=op.f('ck_letters_text_state')),
    sa.ForeignKeyConstraint(['letter_id', 'version'], ['letters_version.letter_id', 'letters_version.number'], name=op.f('fk_letters_text_letter_id_version_letters_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_text')),
    sa.UniqueConstraint('letter_id', 'version', 'language', name=op.f('uq_letters_text_letter_id_version_language'))
    )
    op.create_table('letters_line',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=False),
    sa.Column('signatory_id', sa.BigInteger(), nullable=False),
    sa.Column('roll', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('person', sa.LargeBinary(), nullable=True, comment='of a person: the name'),
    sa.Column('title', sa.LargeBinary(), nullable=True, comment='of a person: what they are'),
    sa.Column('names', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment='in other languages, by code'),
    sa.Column('acronym', sa.Text(), nullable=True),
    sa.Column('website', sa.Text(), nullable=True),
    sa.Column('country', sa.Text(), nullable=False, comment="code of states_area, or 'other', or 'unsaid'"),
    sa.Column('region', sa.CHAR(length=3), nullable=True, comment='M49 code; NULL: none'),
    sa.Column('ecosoc', sa.Text(), server_default='none', nullable=False),
    sa.Column('networks', postgresql.ARRAY(sa.BigInteger()), server_default='{}', nullable=False, comment='ids of people_network'),
    sa.Column('organisation_id', sa.BigInteger(), nullable=True, comment='the known organisation that it is'),
    sa.Column('sort_key', sa.Text(collation='C'), nullable=False, comment='by people.naming; of people empty'),
    sa.Column('version', sa.Integer(), nullable=False, comment='of the text it stands under'),
    sa.Column('language', sa.Text(), nullable=False, comment='in which it was signed'),
    sa.CheckConstraint("(roll = 'individual') = (person IS NOT NULL)", name=op.f('ck_letters_line_people_have_a_name')),
    sa.CheckConstraint("(roll = 'organisation') = (name IS NOT NULL)", name=op.f('ck_letters_line_organisations_have_a_name')),
    sa.CheckConstraint("ecosoc IN ('none', 'applied', 'roster', 'special', 'general')", name=op.f('ck_letters_line_ecosoc')),
    sa.CheckConstraint("roll IN ('organisation', 'individual')", name=op.f('ck_letters_line_roll')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters_letter.id'], name=op.f('fk_letters_line_letter_id_letters_letter')),
    sa.ForeignKeyConstraint(['organisation_id'], ['people_organisation.id'], name=op.f('fk_letters_line_organisation_id_people_organisation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['signatory_id'], ['letters_signatory.id'], name=op.f('fk_letters_line_signatory_id_letters_signatory'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters_line')),
    sa.UniqueConstraint('signatory_id', name=op.f('uq_letters_line_signatory_id'))
    )
    op.create_index('ix_letters_line_country', 'letters_line', ['letter_id', 'roll', 'country', 'sort_key', 'id'], unique=False)
    op.create_index('ix_letters_line_ecosoc', 'letters_line', ['letter_id', 'roll', 'ecosoc', 'sort_key', 'id'], unique=False)
    op.create_index('ix_letters_line_list', 'letters_line', ['letter_id', 'roll', 'sort_key', 'id'], unique=False)
    op.create_index('ix_letters_line_organisation_id', 'letters_line', ['organisation_id'], unique=False)
    op.create_index('ix_letters_line_region', 'letters_line', ['letter_id', 'roll', 'region', 'sort_key', 'id'], unique=False)
    op.create_table('letters_line_key',
    sa.Column('line_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.Text(collation='C'), nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['letters_line.id'], name=op.f('fk_letters_line_key_line_id_letters_line'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('line_id', 'key', name=op.f('pk_letters_line_key'))
    )
    op.create_index('ix_letters_line_key_key', 'letters_line_key', ['key', 'line_id'], unique=False)
    op.execute(REFUSE)
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION letters_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION letters_refuse()"
        )


def downgrade():
    op.drop_index('ix_letters_line_key_key', table_name='letters_line_key')
    op.drop_table('letters_line_key')
    op.drop_index('ix_letters_line_region', table_name='letters_line')
    op.drop_index('ix_letters_line_organisation_id', table_name='letters_line')
    op.drop_index('ix_letters_line_list', table_name='letters_line')
    op.drop_index('ix_letters_line_ecosoc', table_name='letters_line')
    op.drop_index('ix_letters_line_country', table_name='letters_line')
    op.drop_table('letters_line')
    op.drop_table('letters_text')
    op.drop_index(op.f('ix_letters_mail_signatory_id'), table_name='letters_mail')
    op.drop_table('letters_mail')
    op.drop_index(op.f('ix_letters_link_signatory_id'), table_name='letters_link')
    op.drop_table('letters_link')
    op.drop_index(op.f('ix_letters_withdrawal_letter_id'), table_name='letters_withdrawal')
    op.drop_table('letters_withdrawal')
    op.drop_table('letters_version')
    op.drop_table('letters_total')
    op.drop_index('ix_letters_signatory_since', table_name='letters_signatory', postgresql_where="state <> 'counted'")
    op.drop_index('ix_letters_signatory_hidden', table_name='letters_signatory', postgresql_where="state = 'counted' AND (visibility <> 'public' OR delayed)")
    op.drop_table('letters_signatory')
    op.drop_table('letters_figures')
    op.drop_table('letters_digest')
    op.drop_index('ix_letters_delivery_letter_id', table_name='letters_delivery')
    op.drop_table('letters_delivery')
    op.drop_table('letters_letter')
    op.execute("DROP FUNCTION letters_refuse()")
