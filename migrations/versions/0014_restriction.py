"""restriction of what is held about somebody"""

from alembic import op
import sqlalchemy as sa
revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

REQUESTS = ('ck_people_request_kind', 'people_request')
REASONS = ('ck_people_suppression_reason', 'people_suppression')


def upgrade():
    op.add_column('people_person', sa.Column('restricted_at', sa.DateTime(timezone=True), nullable=True, comment='since when it is kept and not used (GDPR art. 18)'))
    op.create_index('ix_people_person_restricted', 'people_person', ['id'], unique=False, postgresql_where='restricted_at IS NOT NULL')
    _check(*REQUESTS, "kind IN ('access', 'correct', 'erase', 'restrict', 'lift', 'object')")
    _check(*REASONS, "reason IN ('erased', 'not_me', 'objected', 'restricted')")


def downgrade():
    # Nothing here knows of a restriction any more: who is restricted goes on getting no mail.
    op.execute("UPDATE people_suppression SET reason = 'objected' WHERE reason = 'restricted'")
    op.execute("DELETE FROM people_request WHERE kind IN ('restrict', 'lift')")
    _check(*REASONS, "reason IN ('erased', 'not_me', 'objected')")
    _check(*REQUESTS, "kind IN ('access', 'correct', 'erase', 'object')")
    op.drop_index('ix_people_person_restricted', table_name='people_person', postgresql_where='restricted_at IS NOT NULL')
    op.drop_column('people_person', 'restricted_at')


def _check(name, table, condition):
    op.drop_constraint(op.f(name), table, type_='check')
    op.create_check_constraint(op.f(name), table, condition)
