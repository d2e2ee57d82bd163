"""groups, dated memberships and offices; states of fictional worlds; what was edited stays"""

from alembic import op
import sqlalchemy as sa

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


FICTIONAL = '^(Q[M-Z]|X[A-Z])[A-Z]$'
# Two periods of a state in a group share no day. Whoever writes them locks the group's row first.
NO_OVERLAP = """
CREATE FUNCTION states_no_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.struck AND EXISTS (
        SELECT FROM states_membership AS other
        WHERE other.group_code = NEW.group_code AND other.state_iso3 = NEW.state_iso3 AND other.id <> NEW.id
            AND NOT other.struck AND daterange(other.joined, other.left_on) && daterange(NEW.joined, NEW.left_on)
    ) THEN
        RAISE EXCEPTION 'periods of % in % overlap', NEW.state_iso3, NEW.group_code USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER states_no_overlap AFTER INSERT OR UPDATE ON states_membership
    FOR EACH ROW EXECUTE FUNCTION states_no_overlap();
"""


def first_day(written):
    """SQL for the first day of a date that is a year, a month or a day."""
    whole = f"{written} || substr('-01-01', length({written}) - 3)"
    return f"make_date(substr({whole}, 1, 4)::integer, substr({whole}, 6, 2)::integer, substr({whole}, 9, 2)::integer)"


def form(written):
    """SQL that holds a date to be written as a year, a month or a day."""
    return f"{written} ~ '^[0-9]{{4}}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$'"


def upgrade():
    op.create_table('states_change',
    sa.Column('id', sa.SmallInteger(), autoincrement=False, nullable=False, comment='always 1'),
    sa.Column('token', sa.Text(), nullable=False, comment='another one after each change; never the same twice'),
    sa.CheckConstraint('id = 1', name=op.f('ck_states_change_single_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_states_change'))
    )
    op.add_column('states_area', sa.Column('names_basis', sa.Text(), server_default='file', nullable=False, comment='as of states_state'))
    op.add_column('states_state', sa.Column('world', sa.Text(), server_default='un', nullable=False, comment='un, or the fictional world it stands in'))
    op.add_column('states_state', sa.Column('un_order', sa.SmallInteger(), nullable=True, comment="place in the UN's English alphabetical order; null for observers"))
    op.add_column('states_state', sa.Column('article_en', sa.Text(), server_default='', nullable=False, comment='as UNTERM prints it; so all article_*'))
    op.add_column('states_state', sa.Column('article_fr', sa.Text(), server_default='', nullable=False))
    op.add_column('states_state', sa.Column('article_es', sa.Text(), server_default='', nullable=False))
    op.add_column('states_state', sa.Column('name_source', sa.Text(), server_default='', nullable=False, comment='where the names come from'))
    op.add_column('states_state', sa.Column('names_basis', sa.Text(), server_default='file', nullable=False, comment='file, or edited here: then no edition of the files changes its names'))
    op.add_column('states_state', sa.Column('tile_col', sa.SmallInteger(), nullable=True, comment='where its tile lies, from the left'))
    op.add_column('states_state', sa.Column('tile_row', sa.SmallInteger(), nullable=True, comment='from the top'))
    op.alter_column('states_state', 'iso3',
               existing_type=sa.CHAR(length=3),
               comment='ISO 3166-1 alpha-3; of a fictional state, a user-assigned code',
               existing_comment='ISO 3166-1 alpha-3',
               existing_nullable=False)
    op.alter_column('states_state', 'iso2',
               existing_type=sa.CHAR(length=2),
               nullable=True,
               comment='ISO 3166-1 alpha-2; null for a fictional state',
               existing_comment='ISO 3166-1 alpha-2')
    op.alter_column('states_state', 'm49',
               existing_type=sa.CHAR(length=3),
               nullable=True,
               comment='UN M49, three digits with leading zeros; null for a fictional state',
               existing_comment='UN M49, three digits with leading zeros')
    op.alter_column('states_state', 'admitted',
               existing_type=sa.SMALLINT(),
               nullable=True,
               comment='year of admission; of observers, since when they are; null for a fictional state',
               existing_comment='year of admission; of observers, since when they are')
    op.alter_column('states_state', 'region_code',
               existing_type=sa.CHAR(length=3),
               nullable=True,
               comment='M49 region: geography, not the regional group; null for a fictional state',
               existing_comment='M49 region: geography, not the regional group')
    op.create_unique_constraint(op.f('uq_states_state_iso3_world'), 'states_state', ['iso3', 'world'])
    op.create_unique_constraint(op.f('uq_states_state_world_tile_col_tile_row'), 'states_state', ['world', 'tile_col', 'tile_row'], deferrable=True, initially='IMMEDIATE')
    op.create_check_constraint(op.f('ck_states_state_names_basis'), 'states_state', "names_basis IN ('file', 'edited')")
    op.create_check_constraint(op.f('ck_states_area_names_basis'), 'states_area', "names_basis IN ('file', 'edited')")
    op.create_check_constraint(op.f('ck_states_state_tile'), 'states_state', '(tile_col IS NULL) = (tile_row IS NULL)')
    op.create_check_constraint(op.f('ck_states_state_fictional_codes_are_user_assigned'), 'states_state', f"world = 'un' OR (iso3 ~ '{FICTIONAL}' AND iso3 <> 'XKX')")
    op.create_check_constraint(op.f('ck_states_state_real_states_have_codes'), 'states_state', "(world = 'un') = (num_nulls(iso2, m49, admitted, region_code) = 0)")
    op.drop_constraint(op.f('ck_states_state_members_have_a_group'), 'states_state')
    op.create_check_constraint(op.f('ck_states_state_members_have_a_group'), 'states_state', "(world = 'un' AND membership = 'member') = (regional_group IS NOT NULL)")
    op.drop_column('states_load', 'id')
    op.add_column('states_load', sa.Column('world', sa.Text(), nullable=False, server_default='un'))
    op.alter_column('states_load', 'world', server_default=None)
    op.create_primary_key(op.f('pk_states_load'), 'states_load', ['world'])
    op.add_column('campaigns_campaign', sa.Column('world', sa.Text(), server_default='un', nullable=False, comment='whose states it is about: un, or a fictional one that its pack brings along'))
    op.create_table('states_group',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('world', sa.Text(), server_default='un', nullable=False, comment='un, or the fictional world it stands in'),
    sa.Column('name_ar', sa.Text(), nullable=True),
    sa.Column('name_ar_source', sa.Text(), nullable=True, comment='ids of states_source or addresses, with ; between'),
    sa.Column('name_zh', sa.Text(), nullable=True),
    sa.Column('name_zh_source', sa.Text(), nullable=True),
    sa.Column('name_en', sa.Text(), nullable=True),
    sa.Column('name_en_source', sa.Text(), nullable=True),
    sa.Column('name_fr', sa.Text(), nullable=True),
    sa.Column('name_fr_source', sa.Text(), nullable=True),
    sa.Column('name_ru', sa.Text(), nullable=True),
    sa.Column('name_ru_source', sa.Text(), nullable=True),
    sa.Column('name_es', sa.Text(), nullable=True),
    sa.Column('name_es_source', sa.Text(), nullable=True),
    sa.Column('official_name_en', sa.Text(), nullable=False, comment='the long name; empty where none was found'),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('binds', sa.Text(), nullable=False, comment='whether its statements bind its members: yes; only those named; no (it never speaks for them)'),
    sa.Column('stated_count', sa.SmallInteger(), nullable=True, comment='how many members the source says it has'),
    sa.Column('outside_un', sa.Text(), nullable=False, comment='members that are no states of the UN, with ; between'),
    sa.Column('as_of', sa.Text(), nullable=False, comment='of when the sources are, in words'),
    sa.Column('source', sa.Text(), nullable=False, comment='as name_ar_source'),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False, comment='of the files, or edited here'),
    sa.CheckConstraint("basis IN ('file', 'edited')", name=op.f('ck_states_group_basis')),
    sa.CheckConstraint("binds IN ('yes', 'named', 'no')", name=op.f('ck_states_group_binds')),
    sa.CheckConstraint("code <> 'UN'", name=op.f('ck_states_group_code_is_free')),
    sa.CheckConstraint("code ~ '^[A-Z][A-Z0-9_]{1,29}$'", name=op.f('ck_states_group_code')),
    sa.CheckConstraint("kind IN ('regional', 'political', 'economic')", name=op.f('ck_states_group_kind')),
    sa.CheckConstraint('(name_ar IS NULL) = (name_ar_source IS NULL)', name=op.f('ck_states_group_name_ar_has_a_source')),
    sa.CheckConstraint('(name_en IS NULL) = (name_en_source IS NULL)', name=op.f('ck_states_group_name_en_has_a_source')),
    sa.CheckConstraint('(name_es IS NULL) = (name_es_source IS NULL)', name=op.f('ck_states_group_name_es_has_a_source')),
    sa.CheckConstraint('(name_fr IS NULL) = (name_fr_source IS NULL)', name=op.f('ck_states_group_name_fr_has_a_source')),
    sa.CheckConstraint('(name_ru IS NULL) = (name_ru_source IS NULL)', name=op.f('ck_states_group_name_ru_has_a_source')),
    sa.CheckConstraint('(name_zh IS NULL) = (name_zh_source IS NULL)', name=op.f('ck_states_group_name_zh_has_a_source')),
    sa.CheckConstraint('name_en IS NOT NULL', name=op.f('ck_states_group_name_en')),
    sa.CheckConstraint('stated_count >= 0', name=op.f('ck_states_group_stated_count')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_states_group')),
    sa.UniqueConstraint('code', 'world', name=op.f('uq_states_group_code_world'))
    )
    op.create_table('states_source',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False, comment='an address, or where else it was read'),
    sa.Column('licence', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_states_source'))
    )
    op.create_table('states_membership',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('group_code', sa.Text(), nullable=False),
    sa.Column('state_iso3', sa.CHAR(length=3), nullable=False),
    sa.Column('world', sa.Text(), server_default='un', nullable=False, comment='of its group and of its state alike'),
    sa.Column('period', sa.SmallInteger(), nullable=False, comment='1, 2, … for each state in each group'),
    sa.Column('status', sa.Text(), nullable=False, comment='former: was a member until it left'),
    sa.Column('joined_written', sa.Text(), nullable=True, comment='null: always, or nobody found since when'),
    sa.Column('joined', sa.Date(), sa.Computed(first_day('joined_written'), persisted=True), nullable=True),
    sa.Column('left_written', sa.Text(), nullable=True),
    sa.Column('left_on', sa.Date(), sa.Computed(first_day('left_written'), persisted=True), nullable=True),
    sa.Column('suspended_from_written', sa.Text(), nullable=True),
    sa.Column('suspended_from', sa.Date(), sa.Computed(first_day('suspended_from_written'), persisted=True), nullable=True),
    sa.Column('suspended_to_written', sa.Text(), nullable=True, comment='null with a begin: still, as far as seen'),
    sa.Column('suspended_to', sa.Date(), sa.Computed(first_day('suspended_to_written'), persisted=True), nullable=True),
    sa.Column('joined_known', sa.Boolean(), nullable=False, comment='whether a source says since when'),
    sa.Column('confidence', sa.Text(), nullable=False),
    sa.Column('sources', sa.Text(), nullable=False, comment='ids of states_source or addresses, with ; between'),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False, comment='of the files, or edited here: then the files say nothing more of this state in this group'),
    sa.Column('struck', sa.Boolean(), server_default='false', nullable=False, comment='never was: kept, so that no edition of the files brings it back'),
    sa.CheckConstraint("basis IN ('file', 'edited')", name=op.f('ck_states_membership_basis')),
    sa.CheckConstraint("confidence IN ('high', 'medium', 'low')", name=op.f('ck_states_membership_confidence')),
    sa.CheckConstraint(form('joined_written'), name=op.f('ck_states_membership_joined_written')),
    sa.CheckConstraint(form('left_written'), name=op.f('ck_states_membership_left_written')),
    sa.CheckConstraint("sources <> ''", name=op.f('ck_states_membership_sources')),
    sa.CheckConstraint("status <> 'former' OR left_written IS NOT NULL", name=op.f('ck_states_membership_former_has_left')),
    sa.CheckConstraint("status IN ('member', 'associated', 'observer', 'former')", name=op.f('ck_states_membership_status')),
    sa.CheckConstraint(form('suspended_from_written'), name=op.f('ck_states_membership_suspended_from_written')),
    sa.CheckConstraint(form('suspended_to_written'), name=op.f('ck_states_membership_suspended_to_written')),
    sa.CheckConstraint('NOT joined_known OR joined_written IS NOT NULL', name=op.f('ck_states_membership_joined_known')),
    sa.CheckConstraint('joined < left_on', name=op.f('ck_states_membership_joined_before_left')),
    sa.CheckConstraint('period >= 1', name=op.f('ck_states_membership_period')),
    sa.CheckConstraint('suspended_from < suspended_to', name=op.f('ck_states_membership_suspended_in_order')),
    sa.CheckConstraint('suspended_from >= joined AND suspended_from < left_on', name=op.f('ck_states_membership_suspended_while_in')),
    sa.CheckConstraint('suspended_to_written IS NULL OR suspended_from_written IS NOT NULL', name=op.f('ck_states_membership_suspension_has_a_begin')),
    sa.ForeignKeyConstraint(['group_code', 'world'], ['states_group.code', 'states_group.world'], name='fk_states_membership_group'),
    sa.ForeignKeyConstraint(['state_iso3', 'world'], ['states_state.iso3', 'states_state.world'], name='fk_states_membership_state'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_states_membership')),
    sa.UniqueConstraint('group_code', 'state_iso3', 'period', name=op.f('uq_states_membership_group_code_state_iso3_period'))
    )
    op.create_index('ix_states_membership_state', 'states_membership', ['state_iso3'], unique=False)
    op.create_table('states_office',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('office', sa.Text(), nullable=False, comment='such as chair, presidency, member, president_session_80'),
    sa.Column('body', sa.Text(), nullable=False, comment='code of a group, or of a body of the UN'),
    sa.Column('holder', sa.CHAR(length=3), nullable=True, comment="the state; null where it is no state's"),
    sa.Column('world', sa.Text(), server_default='un', nullable=False, comment='of its holder'),
    sa.Column('person', sa.Text(), nullable=False, comment='where the office is personal: a public office, as the source says'),
    sa.Column('period', sa.SmallInteger(), nullable=False, comment='1, 2, … for each holder of each office'),
    sa.Column('from_written', sa.Text(), nullable=True),
    sa.Column('from_on', sa.Date(), sa.Computed(first_day('from_written'), persisted=True), nullable=True),
    sa.Column('to_written', sa.Text(), nullable=True, comment='the last day where a day is written; else the month or year in which the next holder begins'),
    sa.Column('to_on', sa.Date(), sa.Computed(first_day('to_written'), persisted=True), nullable=True),
    sa.Column('source', sa.Text(), nullable=False, comment='ids of states_source or addresses, with ; between'),
    sa.Column('confidence', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False, comment='of the files, or edited here'),
    sa.Column('struck', sa.Boolean(), server_default='false', nullable=False, comment='as of states_membership'),
    sa.CheckConstraint("basis IN ('file', 'edited')", name=op.f('ck_states_office_basis')),
    sa.CheckConstraint("confidence IN ('high', 'medium', 'low')", name=op.f('ck_states_office_confidence')),
    sa.CheckConstraint(form('from_written'), name=op.f('ck_states_office_from_written')),
    sa.CheckConstraint("holder IS NOT NULL OR person <> ''", name=op.f('ck_states_office_held_by_somebody')),
    sa.CheckConstraint("source <> ''", name=op.f('ck_states_office_source')),
    sa.CheckConstraint(form('to_written'), name=op.f('ck_states_office_to_written')),
    sa.CheckConstraint('from_on < to_on OR (from_on = to_on AND from_written = to_written)', name=op.f('ck_states_office_in_order')),
    sa.ForeignKeyConstraint(['holder', 'world'], ['states_state.iso3', 'states_state.world'], name='fk_states_office_holder'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_states_office')),
    sa.UniqueConstraint('office', 'body', 'holder', 'period', name=op.f('uq_states_office_office_body_holder_period'))
    )
    op.execute(NO_OVERLAP)


def downgrade():
    op.drop_table('states_office')
    op.drop_index('ix_states_membership_state', table_name='states_membership')
    op.drop_table('states_membership')
    op.drop_table('states_source')
    op.drop_table('states_group')
    op.drop_table('states_change')
    op.execute("DROP FUNCTION states_no_overlap()")
    op.execute("DELETE FROM states_state WHERE world <> 'un'")
    op.execute("DELETE FROM states_load WHERE world <> 'un'")
    op.drop_column('campaigns_campaign', 'world')
    for name in ('members_have_a_group', 'real_states_have_codes', 'fictional_codes_are_user_assigned', 'tile', 'names_basis'):
        op.drop_constraint(op.f(f'ck_states_state_{name}'), 'states_state')
    op.create_check_constraint(op.f('ck_states_state_members_have_a_group'), 'states_state', "(membership = 'member') = (regional_group IS NOT NULL)")
    op.drop_constraint(op.f('uq_states_state_world_tile_col_tile_row'), 'states_state', type_='unique')
    op.drop_constraint(op.f('uq_states_state_iso3_world'), 'states_state', type_='unique')
    op.alter_column('states_state', 'region_code',
               existing_type=sa.CHAR(length=3),
               nullable=False,
               comment='M49 region: geography, not the regional group',
               existing_comment='M49 region: geography, not the regional group; null for a fictional state')
    op.alter_column('states_state', 'admitted',
               existing_type=sa.SMALLINT(),
               nullable=False,
               comment='year of admission; of observers, since when they are',
               existing_comment='year of admission; of observers, since when they are; null for a fictional state')
    op.alter_column('states_state', 'm49',
               existing_type=sa.CHAR(length=3),
               nullable=False,
               comment='UN M49, three digits with leading zeros',
               existing_comment='UN M49, three digits with leading zeros; null for a fictional state')
    op.alter_column('states_state', 'iso2',
               existing_type=sa.CHAR(length=2),
               nullable=False,
               comment='ISO 3166-1 alpha-2',
               existing_comment='ISO 3166-1 alpha-2; null for a fictional state')
    op.alter_column('states_state', 'iso3',
               existing_type=sa.CHAR(length=3),
               comment='ISO 3166-1 alpha-3',
               existing_comment='ISO 3166-1 alpha-3; of a fictional state, a user-assigned code',
               existing_nullable=False)
    op.drop_column('states_state', 'tile_row')
    op.drop_column('states_state', 'tile_col')
    op.drop_column('states_state', 'names_basis')
    op.drop_column('states_state', 'name_source')
    op.drop_column('states_state', 'article_es')
    op.drop_column('states_state', 'article_fr')
    op.drop_column('states_state', 'article_en')
    op.drop_column('states_state', 'un_order')
    op.drop_column('states_state', 'world')
    op.drop_column('states_load', 'world')
    op.add_column('states_load', sa.Column('id', sa.SmallInteger(), autoincrement=False, nullable=False, server_default='1', comment='always 1'))
    op.alter_column('states_load', 'id', server_default=None)
    op.create_primary_key(op.f('pk_states_load'), 'states_load', ['id'])
    op.create_check_constraint(op.f('ck_states_load_single_row'), 'states_load', 'id = 1')
    op.drop_column('states_area', 'names_basis')
