"""the language besides the six that a signer reads in"""

from alembic import op
import sqlalchemy as sa

revision = '0015'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('petitions_signature', sa.Column('further', sa.Text(), nullable=True, comment='language besides the six that was read in; mails are in it where they are there; NULL: none'))
    op.alter_column('petitions_signature', 'language',
               existing_type=sa.TEXT(),
               comment='of the page that was signed on',
               existing_comment='of the text that was on the page',
               existing_nullable=False)


def downgrade():
    op.alter_column('petitions_signature', 'language',
               existing_type=sa.TEXT(),
               comment='of the text that was on the page',
               existing_comment='of the page that was signed on',
               existing_nullable=False)
    op.drop_column('petitions_signature', 'further')
