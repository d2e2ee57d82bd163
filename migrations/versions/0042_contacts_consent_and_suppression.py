"""Contacts: where consent was said, calls of a campaign that somebody left, more reasons for no mail, larger lists."""

from alembic import op
import sqlalchemy as sa

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

REASON = 'ck_people_suppression_reason'
FATE = 'ck_people_import_row_fate'
PURPOSE = 'ck_people_consent_purpose_of_network'
WIDER = (
    "CASE WHEN network_id IS NULL THEN purpose IN ('signature', 'updates', 'mobilisation')"
    " ELSE purpose IN ('letters', 'mobilisation', 'news') END"
)


def upgrade():
    op.add_column('people_consent', sa.Column('place', sa.Text(), nullable=True, comment="where: a page, a meeting, a list; nobody's name"))
    op.drop_constraint(op.f(PURPOSE), 'people_consent', type_='check')
    op.create_check_constraint(op.f(PURPOSE), 'people_consent', WIDER)
    op.create_index('ix_people_consent_campaign_calls', 'people_consent', ['campaign', 'person_id'], unique=False, postgresql_where=sa.text("purpose = 'mobilisation' AND campaign IS NOT NULL"))
    op.drop_constraint(op.f(REASON), 'people_suppression', type_='check')
    op.create_check_constraint(op.f(REASON), 'people_suppression', "reason IN ('bounced', 'complained', 'erased', 'not_me', 'objected', 'restricted', 'unsubscribed')")
    op.create_table('mobilisation_choice_link',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('token_digest', sa.LargeBinary(), nullable=True, comment="SHA-256 of the link's token; NULL before the mail is made"),
    sa.Column('language', sa.Text(), nullable=False, comment='of the page it was asked for on'),
    sa.Column('neutral', sa.Boolean(), nullable=False, comment='whether the mail says what it is about'),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people_person.id'], name=op.f('fk_mobilisation_choice_link_person_id_people_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mobilisation_choice_link'))
    )
    op.create_index('ix_mobilisation_choice_link_person_id', 'mobilisation_choice_link', ['person_id', 'asked_at'], unique=False)
    op.create_index('uq_mobilisation_choice_link_token_digest', 'mobilisation_choice_link', ['token_digest'], unique=True)
    # Lists that wait are read again: whoever uploaded one does so once more.
    op.execute("UPDATE people_import SET state = 'dropped' WHERE state IN ('uploaded', 'checking', 'checked')")
    op.execute("UPDATE people_import_row SET content = NULL, email_digest = NULL, key = NULL")
    op.drop_column('people_import', 'content')
    op.add_column('people_import', sa.Column('size', sa.BigInteger(), nullable=True, comment='bytes of the file; NULL once it is applied, dropped or a week old, and gone'))
    op.create_table('people_import_part',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('import_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['people_import.id'], name=op.f('fk_people_import_part_import_id_people_import'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_import_part')),
    sa.UniqueConstraint('import_id', 'number', name=op.f('uq_people_import_part_import_id_number'))
    )
    op.create_table('people_import_key',
    sa.Column('import_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False, comment='digest of a name, an acronym or the keyed digest of a domain'),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['people_import.id'], name=op.f('fk_people_import_key_import_id_people_import'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('import_id', 'key', 'line', name=op.f('pk_people_import_key'))
    )
    op.drop_constraint(op.f(FATE), 'people_import_row', type_='check')
    op.create_check_constraint(op.f(FATE), 'people_import_row', "fate IN ('new', 'updated', 'duplicate', 'double', 'refused', 'suppressed')")
    op.create_table('mobilisation_network_link',
    sa.Column('network_id', sa.BigInteger(), nullable=False),
    sa.Column('campaign', sa.Text(), nullable=False, comment='its slug'),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False, comment='slug of the letter or petition'),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chosen_by', sa.BigInteger(), nullable=False, comment='id of staff'),
    sa.CheckConstraint("kind IN ('letter', 'petition')", name=op.f('ck_mobilisation_network_link_kind')),
    sa.ForeignKeyConstraint(['network_id'], ['people_network.id'], name=op.f('fk_mobilisation_network_link_network_id_people_network'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('network_id', name=op.f('pk_mobilisation_network_link'))
    )


def downgrade():
    op.drop_table('mobilisation_network_link')
    op.execute("UPDATE people_import_row SET fate = 'updated' WHERE fate = 'duplicate'")
    op.drop_constraint(op.f(FATE), 'people_import_row', type_='check')
    op.create_check_constraint(op.f(FATE), 'people_import_row', "fate IN ('new', 'updated', 'double', 'refused', 'suppressed')")
    op.drop_table('people_import_key')
    op.drop_table('people_import_part')
    op.execute("UPDATE people_import SET state = 'dropped' WHERE state IN ('uploaded', 'checking', 'checked')")
    op.drop_column('people_import', 'size')
    op.add_column('people_import', sa.Column('content', sa.LargeBinary(), nullable=True, comment='the file; NULL once it is applied, dropped or a week old'))
    op.drop_table('mobilisation_choice_link')
    op.execute("DELETE FROM people_suppression WHERE reason IN ('bounced', 'complained', 'unsubscribed')")
    op.drop_constraint(op.f(REASON), 'people_suppression', type_='check')
    op.create_check_constraint(op.f(REASON), 'people_suppression', "reason IN ('erased', 'not_me', 'objected', 'restricted')")
    op.drop_index('ix_people_consent_campaign_calls', table_name='people_consent', postgresql_where=sa.text("purpose = 'mobilisation' AND campaign IS NOT NULL"))
    op.execute('ALTER TABLE people_consent DISABLE TRIGGER people_consent_only_added')
    op.execute("DELETE FROM people_consent WHERE network_id IS NULL AND purpose = 'mobilisation'")
    op.execute('ALTER TABLE people_consent ENABLE TRIGGER people_consent_only_added')
    op.drop_constraint(op.f(PURPOSE), 'people_consent', type_='check')
    op.create_check_constraint(op.f(PURPOSE), 'people_consent', "(network_id IS NULL) = (purpose IN ('signature', 'updates'))")
    op.drop_column('people_consent', 'place')
