"""many called false together, comments, finding a shown name, batches of signatures on paper"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('petitions_bulk',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('conditions', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='as selecting.Chosen.said; its digests leave after 30 days, as those of the signatures do'),
    sa.Column('reason', sa.Text(), nullable=False, comment='kept with each signature; names nobody'),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('checked', sa.Text(), nullable=False, comment="by how many people, once it runs; 'none': few enough"),
    sa.Column('number', sa.Integer(), nullable=False, comment='of signatures when it was asked for'),
    sa.Column('asked_by', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True, comment='when it takes effect with no second person; NULL: only with one'),
    sa.Column('decided_by', sa.BigInteger(), nullable=True, comment='who checked it, or stopped it'),
    sa.Column('undone_by', sa.BigInteger(), nullable=True),
    sa.Column('undo_reason', sa.Text(), nullable=True),
    sa.Column('work_id', sa.BigInteger(), nullable=True, comment='of the latest kernel_work'),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("checked IN ('none', 'one', 'two')", name=op.f('ck_petitions_bulk_checked')),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'undoing', 'undone', 'cancelled')", name=op.f('ck_petitions_bulk_state')),
    sa.ForeignKeyConstraint(['asked_by'], ['accounts_staff.id'], name=op.f('fk_petitions_bulk_asked_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['decided_by'], ['accounts_staff.id'], name=op.f('fk_petitions_bulk_decided_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['petition_id'], ['petitions_petition.id'], name=op.f('fk_petitions_bulk_petition_id_petitions_petition'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undone_by'], ['accounts_staff.id'], name=op.f('fk_petitions_bulk_undone_by_accounts_staff'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_petitions_bulk'))
    )
    op.create_index('ix_petitions_bulk_asked_by', 'petitions_bulk', ['asked_by', 'asked_at'], unique=False)
    op.create_index('ix_petitions_bulk_open', 'petitions_bulk', ['state', 'due_at'], unique=False, postgresql_where="state IN ('waiting', 'running', 'undoing')")
    op.create_index('ix_petitions_bulk_petition_id', 'petitions_bulk', ['petition_id', 'id'], unique=False)
    op.create_table('petitions_paper_batch',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False, comment='where they were collected'),
    sa.Column('collected_on', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('entered_by', sa.BigInteger(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_reason', sa.Text(), nullable=True),
    sa.CheckConstraint('(removed_at IS NULL) = (removed_reason IS NULL)', name=op.f('ck_petitions_paper_batch_removed')),
    sa.CheckConstraint('number > 0', name=op.f('ck_petitions_paper_batch_number')),
    sa.ForeignKeyConstraint(['entered_by'], ['accounts_staff.id'], name=op.f('fk_petitions_paper_batch_entered_by_accounts_staff'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['petition_id'], ['petitions_petition.id'], name=op.f('fk_petitions_paper_batch_petition_id_petitions_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_petitions_paper_batch'))
    )
    op.create_index('ix_petitions_paper_batch_petition_id', 'petitions_paper_batch', ['petition_id', 'id'], unique=False)
    op.create_table('petitions_bulk_row',
    sa.Column('bulk_id', sa.BigInteger(), nullable=False),
    sa.Column('signature_id', sa.BigInteger(), nullable=False),
    sa.Column('done', sa.Boolean(), server_default='false', nullable=False, comment='it is false by this action'),
    sa.Column('was', sa.Text(), nullable=True, comment='its state before'),
    sa.Column('was_held', sa.Text(), nullable=True, comment='what held it before'),
    sa.CheckConstraint('(was IS NOT NULL) = done', name=op.f('ck_petitions_bulk_row_done')),
    sa.ForeignKeyConstraint(['bulk_id'], ['petitions_bulk.id'], name=op.f('fk_petitions_bulk_row_bulk_id_petitions_bulk'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['signature_id'], ['petitions_signature.id'], name=op.f('fk_petitions_bulk_row_signature_id_petitions_signature'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('bulk_id', 'signature_id', name=op.f('pk_petitions_bulk_row'))
    )
    op.create_index('ix_petitions_bulk_row_signature_id', 'petitions_bulk_row', ['signature_id'], unique=False)
    op.create_table('petitions_paper_scan',
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False, comment='when it was put here'),
    sa.CheckConstraint("kind IN ('pdf', 'jpeg', 'png')", name=op.f('ck_petitions_paper_scan_kind')),
    sa.ForeignKeyConstraint(['batch_id'], ['petitions_paper_batch.id'], name=op.f('fk_petitions_paper_scan_batch_id_petitions_paper_batch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('batch_id', name=op.f('pk_petitions_paper_scan'))
    )
    op.create_index(op.f('ix_petitions_paper_scan_at'), 'petitions_paper_scan', ['at'], unique=False)
    op.add_column('petitions_signature', sa.Column('name_digest', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 of the folded name, see names.py; only while the name is shown'))
    op.add_column('petitions_signature', sa.Column('comment', sa.LargeBinary(), nullable=True, comment='why it matters to its person; shown with the name or not at all'))
    op.add_column('petitions_signature', sa.Column('comment_state', sa.Text(), nullable=True, comment='whether a person has read it and let it appear'))
    op.add_column('petitions_signature', sa.Column('comment_at', sa.DateTime(timezone=True), nullable=True, comment='since when it is in this state'))
    op.create_check_constraint('only_shown_names_are_found', 'petitions_signature', "name_digest IS NULL OR shown = 'name'")
    op.create_check_constraint('comment_state', 'petitions_signature', "comment_state IN ('waiting', 'let', 'refused')")
    op.create_check_constraint('comment', 'petitions_signature', "(comment IS NULL) = (comment_state IS NULL) AND (comment IS NULL) = (comment_at IS NULL)")
    op.create_index('ix_petitions_signature_area', 'petitions_signature', ['petition_id', 'area', 'signed_at'], unique=False)
    op.create_index('ix_petitions_signature_comment', 'petitions_signature', ['comment_state', 'comment_at', 'id'], unique=False, postgresql_where='comment_state IS NOT NULL')
    op.create_index('ix_petitions_signature_false', 'petitions_signature', ['petition_id', 'signed_at'], unique=False, postgresql_where="state = 'fraudulent'")
    op.create_index('ix_petitions_signature_held', 'petitions_signature', ['petition_id', 'signed_at'], unique=False, postgresql_where="held IS NOT NULL AND state = 'pending'")
    op.create_index('ix_petitions_signature_name', 'petitions_signature', ['name_digest', 'signed_at'], unique=False, postgresql_where='name_digest IS NOT NULL')
    op.create_index('ix_petitions_signature_signed_at', 'petitions_signature', ['petition_id', 'signed_at', 'id'], unique=False)
    op.create_index('ix_petitions_signature_source', 'petitions_signature', ['petition_id', 'source', 'signed_at'], unique=False, postgresql_where='source IS NOT NULL')
    op.create_index('ix_petitions_signature_undigested', 'petitions_signature', ['id'], unique=False, postgresql_where="shown = 'name' AND name_digest IS NULL")


def downgrade():
    op.drop_index('ix_petitions_signature_undigested', table_name='petitions_signature', postgresql_where="shown = 'name' AND name_digest IS NULL")
    op.drop_index('ix_petitions_signature_source', table_name='petitions_signature', postgresql_where='source IS NOT NULL')
    op.drop_index('ix_petitions_signature_signed_at', table_name='petitions_signature')
    op.drop_index('ix_petitions_signature_name', table_name='petitions_signature', postgresql_where='name_digest IS NOT NULL')
    op.drop_index('ix_petitions_signature_held', table_name='petitions_signature', postgresql_where="held IS NOT NULL AND state = 'pending'")
    op.drop_index('ix_petitions_signature_false', table_name='petitions_signature', postgresql_where="state = 'fraudulent'")
    op.drop_index('ix_petitions_signature_comment', table_name='petitions_signature', postgresql_where='comment_state IS NOT NULL')
    op.drop_index('ix_petitions_signature_area', table_name='petitions_signature')
    for name in ('comment', 'comment_state', 'only_shown_names_are_found'):
        op.drop_constraint(op.f(f'ck_petitions_signature_{name}'), 'petitions_signature')
    op.drop_column('petitions_signature', 'comment_at')
    op.drop_column('petitions_signature', 'comment_state')
    op.drop_column('petitions_signature', 'comment')
    op.drop_column('petitions_signature', 'name_digest')
    op.drop_index(op.f('ix_petitions_paper_scan_at'), table_name='petitions_paper_scan')
    op.drop_table('petitions_paper_scan')
    op.drop_index('ix_petitions_bulk_row_signature_id', table_name='petitions_bulk_row')
    op.drop_table('petitions_bulk_row')
    op.drop_index('ix_petitions_paper_batch_petition_id', table_name='petitions_paper_batch')
    op.drop_table('petitions_paper_batch')
    op.drop_index('ix_petitions_bulk_petition_id', table_name='petitions_bulk')
    op.drop_index('ix_petitions_bulk_open', table_name='petitions_bulk', postgresql_where="state IN ('waiting', 'running', 'undoing')")
    op.drop_index('ix_petitions_bulk_asked_by', table_name='petitions_bulk')
    op.drop_table('petitions_bulk')
