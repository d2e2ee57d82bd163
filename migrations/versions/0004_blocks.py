"""what a campaign says, in blocks: pages, asks, mails and names move into one table"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# Each old row becomes a head and one block of text; what a campaign posts with its link was its tagline until now.
MOVE = """
WITH old AS (
    SELECT campaign_id, 'campaign' AS kind, 'campaign' AS slug, 0 AS position, language, 'tell' AS key,
        jsonb_build_object('name', name, 'tagline', tagline, 'share', tagline) AS fields,
        'name: ' || name || E'\\n\\nshare: ' || tagline || E'\\n\\ntagline: ' || tagline AS canonical,
        tagline AS body, now() AS changed_at
    FROM campaigns_text
    UNION ALL
    SELECT campaign_id, 'pages', slug, position, language, 'text',
        jsonb_build_object('title', title, 'description', description),
        'description: ' || description || E'\\n\\ntitle: ' || title, body, updated_at
    FROM campaigns_page
    UNION ALL
    SELECT ask.campaign_id, 'asks', ask.slug, ask.position, words.language, 'ask',
        jsonb_build_object('title', words.title), 'title: ' || words.title, words.body, now()
    FROM campaigns_ask_text AS words JOIN campaigns_ask AS ask ON ask.id = words.ask_id
    UNION ALL
    SELECT campaign_id, 'mails', kind, 0, language, 'body',
        jsonb_build_object('subject', subject, 'action', action),
        'action: ' || action || E'\\n\\nsubject: ' || subject, body, now()
    FROM campaigns_mail_text
    UNION ALL
    SELECT petition.campaign_id, 'petitions', petition.slug, 0, words.language, 'text',
        jsonb_build_object('title', words.title, 'addressees', words.addressees),
        'addressees: ' || words.addressees || E'\\n\\ntitle: ' || words.title, words.body, now()
    FROM petitions_text AS words
    JOIN petitions_petition AS petition ON petition.id = words.petition_id AND petition.version = words.version
)
INSERT INTO campaigns_block (campaign_id, kind, slug, position, language, key, place, fields, text, digest, changed_at)
SELECT campaign_id, kind, slug, position, language, 'head', 0, fields, NULL,
    left(encode(sha256(convert_to(canonical, 'UTF8')), 'hex'), 12), changed_at FROM old
UNION ALL
SELECT campaign_id, kind, slug, position, language, key, 1, NULL, body,
    left(encode(sha256(convert_to(body, 'UTF8')), 'hex'), 12), changed_at FROM old
"""
MARK = """
UPDATE campaigns_block AS made SET source = original.digest, state = 'draft'
FROM campaigns_block AS original JOIN campaigns_campaign AS campaign ON campaign.id = original.campaign_id
WHERE original.language = campaign.source_language AND made.language <> campaign.source_language
    AND made.campaign_id = original.campaign_id AND made.kind = original.kind AND made.slug = original.slug
    AND made.key = original.key
"""
# The digests of what was imported speak of tables that are gone: the release reads the pack again.
FORGET = "UPDATE campaigns_campaign SET pack_digest = '', content_digest = ''"


def upgrade():
    op.create_table('campaigns_block',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False, comment='of the document'),
    sa.Column('position', sa.Integer(), nullable=False, comment='order of the document among its kind, from 0'),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False, comment="the block's id"),
    sa.Column('place', sa.Integer(), nullable=False, comment='order in the document; the head is 0'),
    sa.Column('fields', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='the front matter'),
    sa.Column('text', sa.Text(), nullable=True, comment='Markdown'),
    sa.Column('digest', sa.Text(), nullable=False, comment='of fields or text, see format.py'),
    sa.Column('source', sa.Text(), nullable=True, comment='digest of the source block it was translated from'),
    sa.Column('state', sa.Text(), nullable=True, comment='of a translation, with source'),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(key = 'head') = (fields IS NOT NULL)", name=op.f('ck_campaigns_block_head_has_fields')),
    sa.CheckConstraint("(key = 'head') = (text IS NULL)", name=op.f('ck_campaigns_block_others_have_text')),
    sa.CheckConstraint('(source IS NULL) = (state IS NULL)', name=op.f('ck_campaigns_block_source_and_state')),
    sa.CheckConstraint("state IN ('machine', 'draft', 'reviewed')", name=op.f('ck_campaigns_block_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_block_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_block')),
    sa.UniqueConstraint('campaign_id', 'kind', 'slug', 'language', 'key', name=op.f('uq_campaigns_block_campaign_id_kind_slug_language_key'))
    )
    op.create_table('campaigns_update',
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_update_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'slug', name=op.f('pk_campaigns_update'))
    )
    op.execute(MOVE)
    op.execute(MARK)
    op.execute(FORGET)
    for table in ('campaigns_text', 'campaigns_page', 'campaigns_ask_text', 'campaigns_mail_text'):
        op.drop_table(table)


def downgrade():
    op.create_table('campaigns_text',
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('tagline', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_text_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'language', name=op.f('pk_campaigns_text'))
    )
    op.create_table('campaigns_page',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False, comment='order in the menu, from 0'),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False, comment='Markdown'),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_page_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_page')),
    sa.UniqueConstraint('campaign_id', 'slug', 'language', name=op.f('uq_campaigns_page_campaign_id_slug_language'))
    )
    op.create_table('campaigns_ask_text',
    sa.Column('ask_id', sa.BigInteger(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False, comment='Markdown, one paragraph'),
    sa.ForeignKeyConstraint(['ask_id'], ['campaigns_ask.id'], name=op.f('fk_campaigns_ask_text_ask_id_campaigns_ask'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('ask_id', 'language', name=op.f('pk_campaigns_ask_text'))
    )
    op.create_table('campaigns_mail_text',
    sa.Column('campaign_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False, comment='label of the button'),
    sa.Column('body', sa.Text(), nullable=False, comment='paragraphs with the placeholders {name}, {petition}, {action}'),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaign.id'], name=op.f('fk_campaigns_mail_text_campaign_id_campaigns_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'kind', 'language', name=op.f('pk_campaigns_mail_text'))
    )
    op.execute(FORGET)
    op.drop_table('campaigns_update')
    op.drop_table('campaigns_block')
