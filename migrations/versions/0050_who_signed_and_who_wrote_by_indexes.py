"""who signed a petition by name, who wrote, whom a mailing reached, and numbers of kinds, are read from indexes alone"""

from alembic import op
import sqlalchemy as sa

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None

UNIQUE = 'uq_petitions_signature_petition_id_person_id'
LETTERS = 'ix_mobilisation_mission_letter_writers'
PERSON = 'uq_people_person_email_digest'
KIND = 'ix_mobilisation_kind_several'
NUMBER = 'ix_mobilisation_kind_number'
MAILED = 'ix_mobilisation_kind_mailed'
DELIVERY = 'ix_mobilisation_delivery_state'


def upgrade():
    op.drop_constraint(UNIQUE, 'petitions_signature')
    op.execute(f'ALTER TABLE petitions_signature ADD CONSTRAINT {UNIQUE} UNIQUE (petition_id, person_id) INCLUDE (state, shown)')
    op.create_index(LETTERS, 'mobilisation_mission_letter', ['campaign_id', 'email_digest'], postgresql_where=sa.text("status IN ('sent', 'digested') AND email_digest IS NOT NULL"))
    op.drop_index(PERSON, 'people_person')
    op.create_index(PERSON, 'people_person', ['email_digest'], unique=True, postgresql_include=['id'])
    op.drop_index(DELIVERY, 'mobilisation_delivery')
    op.create_index(DELIVERY, 'mobilisation_delivery', ['mailing_id', 'state', 'id'], postgresql_include=['contact_id', 'sent_at'])
    op.drop_index(KIND, 'mobilisation_kind')
    op.create_index(KIND, 'mobilisation_kind', ['id'], postgresql_where=sa.text('several'), postgresql_include=['country', 'mailed'])
    op.create_index(NUMBER, 'mobilisation_kind', ['country', 'number'], postgresql_where=sa.text('NOT several'))
    op.create_index(MAILED, 'mobilisation_kind', ['mailed', 'number'], postgresql_where=sa.text('NOT several'))


def downgrade():
    op.drop_index(MAILED, 'mobilisation_kind')
    op.drop_index(NUMBER, 'mobilisation_kind')
    op.drop_index(KIND, 'mobilisation_kind')
    op.create_index(KIND, 'mobilisation_kind', ['id'], postgresql_where=sa.text('several'))
    op.drop_index(DELIVERY, 'mobilisation_delivery')
    op.create_index(DELIVERY, 'mobilisation_delivery', ['mailing_id', 'state', 'id'])
    op.drop_index(PERSON, 'people_person')
    op.create_index(PERSON, 'people_person', ['email_digest'], unique=True)
    op.drop_index(LETTERS, 'mobilisation_mission_letter')
    op.drop_constraint(UNIQUE, 'petitions_signature')
    op.create_unique_constraint(UNIQUE, 'petitions_signature', ['petition_id', 'person_id'])
