"""Contacts: where consent was said, calls of a campaign that somebody left, more reasons for no mail, larger lists."""

from alembic import op
import sqlalchemy as sa

revision = '0042'
down_revision = '0040'
branch_labels = None
depends_on = None

REASON = 'ck_people_suppression_reason'
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


def downgrade():
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
