"""organisations, networks, imports"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

# Consent is given to a campaign, or to a network; autogenerate does not see checks.
CHECKS = {
    'campaign_or_network': '(campaign IS NULL) <> (network_id IS NULL)',
    'purpose_of_network': "(network_id IS NULL) = (purpose IN ('signature', 'updates'))",
}
PURPOSE = 'ck_people_consent_purpose'


def upgrade():
    op.create_table('people_network',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('names', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='its name by language; English is always there'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f('ck_people_network_slug')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_network')),
    sa.UniqueConstraint('slug', name=op.f('uq_people_network_slug'))
    )
    op.create_table('people_import',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True, comment='the file; NULL once it is applied, dropped or a week old'),
    sa.Column('format', sa.Text(), nullable=False, comment='csv or xlsx'),
    sa.Column('encoding', sa.Text(), nullable=True, comment='of CSV, as detected'),
    sa.Column('separator', sa.Text(), nullable=True, comment='of CSV, as detected'),
    sa.Column('language', sa.Text(), nullable=False, comment='of names that do not say theirs'),
    sa.Column('columns', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='what each column of the file is (importing.columns), or NULL'),
    sa.Column('networks', postgresql.ARRAY(sa.BigInteger()), nullable=True, comment='those whose members its owner may see; NULL: all'),
    sa.Column('network_id', sa.BigInteger(), nullable=True, comment='the network that its organisations join'),
    sa.Column('policy', sa.Text(), server_default='skip', nullable=False, comment='what becomes of rows that may be a double: skip or add'),
    sa.Column('consent', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='purposes, words, language, way and day of the consent that its people gave'),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment='rows by fate'),
    sa.Column('created_by', sa.BigInteger(), nullable=False, comment='id of staff'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('work_id', sa.BigInteger(), nullable=True, comment='of the long work under way, or the last'),
    sa.CheckConstraint("state IN ('uploaded', 'checking', 'checked', 'applying', 'applied', 'undoing', 'undone', 'dropped')", name=op.f('ck_people_import_state')),
    sa.ForeignKeyConstraint(['network_id'], ['people_network.id'], name=op.f('fk_people_import_network_id_people_network')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_import'))
    )
    op.create_index('ix_people_import_created_by', 'people_import', ['created_by', 'id'], unique=False)
    op.create_index('ix_people_import_state', 'people_import', ['state', 'created_at'], unique=False)
    op.create_table('people_import_row',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('import_id', sa.BigInteger(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False, comment='line of the file, as a spreadsheet numbers it'),
    sa.Column('content', sa.LargeBinary(), nullable=True, comment='its values as JSON; NULL once the import is over'),
    sa.Column('email_digest', sa.LargeBinary(), nullable=True, comment='of the address in it, so that erasing finds it'),
    sa.Column('key', sa.Text(collation='C'), nullable=True, comment="of the organisation's name, so that later lines find it"),
    sa.Column('fate', sa.Text(), nullable=False),
    sa.Column('problems', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='codes of what is wrong'),
    sa.Column('organisation_id', sa.BigInteger(), nullable=True, comment='the organisation it is, may be, or was made'),
    sa.Column('same_as_line', sa.Integer(), nullable=True, comment='an earlier line that is the same organisation'),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undo', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='what applying it changed: ids, and fields of the organisation'),
    sa.CheckConstraint("fate IN ('new', 'updated', 'double', 'refused', 'suppressed')", name=op.f('ck_people_import_row_fate')),
    sa.ForeignKeyConstraint(['import_id'], ['people_import.id'], name=op.f('fk_people_import_row_import_id_people_import'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_import_row')),
    sa.UniqueConstraint('import_id', 'line', name=op.f('uq_people_import_row_import_id_line'))
    )
    op.create_index('ix_people_import_row_email_digest', 'people_import_row', ['email_digest'], unique=False)
    op.create_index('ix_people_import_row_fate', 'people_import_row', ['import_id', 'fate', 'line'], unique=False)
    op.create_index('ix_people_import_row_key', 'people_import_row', ['import_id', 'key'], unique=False)
    op.create_table('people_organisation',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_language', sa.Text(), nullable=False, comment='BCP 47 code of the language that `name` is in'),
    sa.Column('names', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False, comment='its names in other languages, by their code'),
    sa.Column('acronym', sa.Text(), nullable=True),
    sa.Column('country', sa.CHAR(length=3), nullable=True),
    sa.Column('works_in', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='codes of areas'),
    sa.Column('website', sa.Text(), nullable=True, comment='an address as people.websites writes it'),
    sa.Column('ecosoc', sa.Text(), server_default='none', nullable=False),
    sa.Column('sort_key', sa.Text(collation='C'), nullable=False, comment='of `name`, by people.naming.sort_key'),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('joined_into', sa.BigInteger(), nullable=True, comment='the organisation it was found to be'),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("ecosoc IN ('none', 'applied', 'roster', 'special', 'general')", name=op.f('ck_people_organisation_ecosoc')),
    sa.CheckConstraint('(joined_into IS NULL) = (joined_at IS NULL)', name=op.f('ck_people_organisation_joined')),
    sa.CheckConstraint('joined_into <> id', name=op.f('ck_people_organisation_not_into_itself')),
    sa.ForeignKeyConstraint(['country'], ['states_area.code'], name=op.f('fk_people_organisation_country_states_area')),
    sa.ForeignKeyConstraint(['joined_into'], ['people_organisation.id'], name=op.f('fk_people_organisation_joined_into_people_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_organisation'))
    )
    op.create_index('ix_people_organisation_changed_at', 'people_organisation', ['changed_at', 'id'], unique=False, postgresql_where=sa.text('joined_into IS NULL'))
    op.create_index('ix_people_organisation_country', 'people_organisation', ['country', 'sort_key', 'id'], unique=False, postgresql_where=sa.text('joined_into IS NULL'))
    op.create_index('ix_people_organisation_ecosoc', 'people_organisation', ['ecosoc', 'sort_key', 'id'], unique=False, postgresql_where=sa.text('joined_into IS NULL'))
    op.create_index('ix_people_organisation_joined_into', 'people_organisation', ['joined_into'], unique=False)
    op.create_index('ix_people_organisation_sort_key', 'people_organisation', ['sort_key', 'id'], unique=False, postgresql_where=sa.text('joined_into IS NULL'))
    op.create_table('people_double',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('first_id', sa.BigInteger(), nullable=False),
    sa.Column('second_id', sa.BigInteger(), nullable=False),
    sa.Column('points', sa.SmallInteger(), nullable=False, comment='of a hundred, by people.matching'),
    sa.Column('verdict', sa.Text(), nullable=False, comment='same or maybe'),
    sa.Column('reasons', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.BigInteger(), nullable=True, comment='id of staff'),
    sa.CheckConstraint("state IN ('open', 'apart', 'joined')", name=op.f('ck_people_double_state')),
    sa.CheckConstraint('first_id < second_id', name=op.f('ck_people_double_order')),
    sa.ForeignKeyConstraint(['first_id'], ['people_organisation.id'], name=op.f('fk_people_double_first_id_people_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['second_id'], ['people_organisation.id'], name=op.f('fk_people_double_second_id_people_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_double')),
    sa.UniqueConstraint('first_id', 'second_id', name=op.f('uq_people_double_first_id_second_id'))
    )
    op.create_index('ix_people_double_points', 'people_double', ['state', 'points', 'id'], unique=False)
    op.create_index('ix_people_double_second_id', 'people_double', ['second_id'], unique=False)
    op.create_table('people_joining',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('kept_id', sa.BigInteger(), nullable=False),
    sa.Column('gone_id', sa.BigInteger(), nullable=False),
    sa.Column('before', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="the kept one's fields that changed, as they were"),
    sa.Column('after', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='and as the joining left them'),
    sa.Column('moved', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='ids of the positions and memberships that moved'),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.BigInteger(), nullable=True, comment='id of staff'),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True, comment='when the time to take it back was over and the rest was cleared'),
    sa.ForeignKeyConstraint(['gone_id'], ['people_organisation.id'], name=op.f('fk_people_joining_gone_id_people_organisation')),
    sa.ForeignKeyConstraint(['kept_id'], ['people_organisation.id'], name=op.f('fk_people_joining_kept_id_people_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_joining'))
    )
    op.create_index('ix_people_joining_gone_id', 'people_joining', ['gone_id'], unique=False)
    op.create_index('ix_people_joining_kept_id', 'people_joining', ['kept_id'], unique=False)
    op.create_table('people_membership',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=False),
    sa.Column('network_id', sa.BigInteger(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['network_id'], ['people_network.id'], name=op.f('fk_people_membership_network_id_people_network')),
    sa.ForeignKeyConstraint(['organisation_id'], ['people_organisation.id'], name=op.f('fk_people_membership_organisation_id_people_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_membership')),
    sa.UniqueConstraint('organisation_id', 'network_id', name=op.f('uq_people_membership_organisation_id_network_id'))
    )
    op.create_index('ix_people_membership_network_id', 'people_membership', ['network_id', 'organisation_id'], unique=False)
    op.create_table('people_organisation_domain',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False, comment='key number, then HMAC-SHA-256 of the registrable domain'),
    sa.ForeignKeyConstraint(['organisation_id'], ['people_organisation.id'], name=op.f('fk_people_organisation_domain_organisation_id_people_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_organisation_domain')),
    sa.UniqueConstraint('organisation_id', 'digest', name=op.f('uq_people_organisation_domain_organisation_id_digest'))
    )
    op.create_index('ix_people_organisation_domain_digest', 'people_organisation_domain', ['digest'], unique=False)
    op.create_table('people_organisation_key',
    sa.Column('organisation_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.Text(collation='C'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['people_organisation.id'], name=op.f('fk_people_organisation_key_organisation_id_people_organisation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('organisation_id', 'key', name=op.f('pk_people_organisation_key'))
    )
    op.create_index('ix_people_organisation_key_key', 'people_organisation_key', ['key', 'organisation_id'], unique=False)
    op.create_table('people_position',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('organisation_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('title', sa.LargeBinary(), nullable=True, comment='what they are called there, in their words'),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False, comment='of ROLES'),
    sa.Column('language', sa.Text(), nullable=True, comment='BCP 47; to write to them in'),
    sa.Column('second_language', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['people_organisation.id'], name=op.f('fk_people_position_organisation_id_people_organisation')),
    sa.ForeignKeyConstraint(['person_id'], ['people_person.id'], name=op.f('fk_people_position_person_id_people_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_position')),
    sa.UniqueConstraint('organisation_id', 'person_id', name=op.f('uq_people_position_organisation_id_person_id'))
    )
    op.create_index('ix_people_position_person_id', 'people_position', ['person_id'], unique=False)
    op.add_column('people_consent', sa.Column('network_id', sa.BigInteger(), nullable=True, comment='the network it was given to; it or a campaign'))
    op.add_column('people_consent', sa.Column('recorded_by', sa.BigInteger(), nullable=True, comment='id of staff who wrote it down; NULL: nobody had to'))
    op.add_column('people_consent', sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=True, comment='when that was'))
    op.alter_column('people_consent', 'campaign',
               existing_type=sa.TEXT(),
               nullable=True,
               existing_comment='slug of the campaign it was given to')
    op.alter_column('people_consent', 'at',
               existing_type=postgresql.TIMESTAMP(timezone=True),
               comment='when they said so',
               existing_nullable=False)
    op.create_foreign_key(op.f('fk_people_consent_network_id_people_network'), 'people_consent', 'people_network', ['network_id'], ['id'])
    op.drop_constraint(op.f(PURPOSE), 'people_consent', type_='check')
    op.create_check_constraint(op.f(PURPOSE), 'people_consent', "purpose IN ('signature', 'updates', 'letters', 'mobilisation', 'news')")
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f'ck_people_consent_{name}'), 'people_consent', rule)


def downgrade():
    for name in CHECKS:
        op.drop_constraint(op.f(f'ck_people_consent_{name}'), 'people_consent', type_='check')
    # What was agreed towards networks has no place in the tables of before.
    op.execute('DELETE FROM people_consent WHERE network_id IS NOT NULL')
    op.drop_constraint(op.f(PURPOSE), 'people_consent', type_='check')
    op.create_check_constraint(op.f(PURPOSE), 'people_consent', "purpose IN ('signature', 'updates')")
    op.drop_constraint(op.f('fk_people_consent_network_id_people_network'), 'people_consent', type_='foreignkey')
    op.alter_column('people_consent', 'at',
               existing_type=postgresql.TIMESTAMP(timezone=True),
               comment=None,
               existing_comment='when they said so',
               existing_nullable=False)
    op.alter_column('people_consent', 'campaign',
               existing_type=sa.TEXT(),
               nullable=False,
               existing_comment='slug of the campaign it was given to')
    op.drop_column('people_consent', 'recorded_at')
    op.drop_column('people_consent', 'recorded_by')
    op.drop_column('people_consent', 'network_id')
    op.drop_index('ix_people_position_person_id', table_name='people_position')
    op.drop_table('people_position')
    op.drop_index('ix_people_organisation_key_key', table_name='people_organisation_key')
    op.drop_table('people_organisation_key')
    op.drop_index('ix_people_organisation_domain_digest', table_name='people_organisation_domain')
    op.drop_table('people_organisation_domain')
    op.drop_index('ix_people_membership_network_id', table_name='people_membership')
    op.drop_table('people_membership')
    op.drop_index('ix_people_joining_kept_id', table_name='people_joining')
    op.drop_index('ix_people_joining_gone_id', table_name='people_joining')
    op.drop_table('people_joining')
    op.drop_index('ix_people_double_second_id', table_name='people_double')
    op.drop_index('ix_people_double_points', table_name='people_double')
    op.drop_table('people_double')
    op.drop_index('ix_people_organisation_sort_key', table_name='people_organisation', postgresql_where=sa.text('joined_into IS NULL'))
    op.drop_index('ix_people_organisation_joined_into', table_name='people_organisation')
    op.drop_index('ix_people_organisation_ecosoc', table_name='people_organisation', postgresql_where=sa.text('joined_into IS NULL'))
    op.drop_index('ix_people_organisation_country', table_name='people_organisation', postgresql_where=sa.text('joined_into IS NULL'))
    op.drop_index('ix_people_organisation_changed_at', table_name='people_organisation', postgresql_where=sa.text('joined_into IS NULL'))
    op.drop_table('people_organisation')
    op.drop_index('ix_people_import_row_key', table_name='people_import_row')
    op.drop_index('ix_people_import_row_fate', table_name='people_import_row')
    op.drop_index('ix_people_import_row_email_digest', table_name='people_import_row')
    op.drop_table('people_import_row')
    op.drop_index('ix_people_import_state', table_name='people_import')
    op.drop_index('ix_people_import_created_by', table_name='people_import')
    op.drop_table('people_import')
    op.drop_table('people_network')
