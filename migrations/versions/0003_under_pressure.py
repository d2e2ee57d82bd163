"""limits, held and false signatures, ends and milestones, sheets of paper, civic space, switches"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# Mail providers that anybody may have an address with, by the domain that people/addresses.py makes of theirs: a viral
# hour brings thousands of signers of each. (waiting and mails, domains)
SHARED = (
    (5000, """gmail.com outlook.com hotmail.com live.com icloud.com yahoo.com proton.me yandex.ru mail.ru qq.com 163.com
        126.com"""),
    (2000, """msn.com yahoo.fr yahoo.es yahoo.de yahoo.it yahoo.co.uk yahoo.ca yahoo.co.in yahoo.in yahoo.co.id
        yahoo.co.jp yahoo.com.br yahoo.com.mx yahoo.com.ar yahoo.com.ph yahoo.com.vn ymail.com rocketmail.com
        hotmail.fr hotmail.es hotmail.it hotmail.de hotmail.co.uk hotmail.com.br outlook.fr outlook.es outlook.de
        outlook.it outlook.sa live.fr live.co.uk live.nl live.com.mx
        aol.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.com fastmail.com zoho.com
        mailbox.org posteo.de tuta.com tutanota.com tutanota.de riseup.net hey.com
        foxmail.com yeah.net sina.com sina.cn sohu.com aliyun.com 139.com 189.cn tom.com 21cn.com vip.qq.com vip.163.com
        bk.ru inbox.ru list.ru internet.ru rambler.ru lenta.ru ukr.net i.ua meta.ua tut.by mail.kz
        maktoob.com emirates.net.ae eim.ae saudi.net.sa qatar.net.qa batelco.com.bh omantel.net.om qualitynet.net
        link.net tedata.net.eg menara.ma topnet.tn gnet.tn planet.tn djaweb.dz cyberia.net.lb terra.net.lb idm.net.lb
        go.com.jo orange.jo scs-net.org yemen.net.ye y.net.ye
        orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bluewin.ch skynet.be telenet.be ziggo.nl kpnmail.nl
        libero.it virgilio.it alice.it tiscali.it tin.it telefonica.net sapo.pt wp.pl o2.pl onet.pl interia.pl
        seznam.cz centrum.cz abv.bg mail.bg freemail.hu citromail.hu azet.sk otenet.gr btinternet.com sky.com
        comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net rogers.com shaw.ca bigpond.com optusnet.com.au
        uol.com.br bol.com.br terra.com.br ig.com.br prodigy.net.mx speedy.com.ar fibertel.com.ar
        naver.com daum.net hanmail.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com
        mweb.co.za webmail.co.za telkomsa.net vodamail.co.za"""),
)


def upgrade():
    op.create_table('kernel_switch',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_kernel_switch'))
    )
    limit = op.create_table('petitions_limit',
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False, comment="'*' for all; a domain; a network in CIDR; the narrowest row applies"),
    sa.Column('seconds', sa.Integer(), nullable=False, comment='others are looked at that were signed so long before or after'),
    sa.Column('waiting', sa.Integer(), nullable=False, comment='so many may be unconfirmed in the window whatever else is known'),
    sa.Column('per_confirmed', sa.Double(), nullable=False, comment='and so many more for each that was confirmed in it'),
    sa.Column('mails', sa.Integer(), nullable=False, comment='mails to held signatures in the window; the rest wait, none is lost'),
    sa.Column('verdict', sa.Text(), server_default='held', nullable=False),
    sa.CheckConstraint("scope IN ('network', 'domain')", name=op.f('ck_petitions_limit_scope')),
    sa.CheckConstraint("verdict IN ('held', 'fraudulent')", name=op.f('ck_petitions_limit_verdict')),
    sa.CheckConstraint('seconds > 0 AND waiting >= 0 AND per_confirmed >= 0 AND mails >= 0', name=op.f('ck_petitions_limit_numbers')),
    sa.PrimaryKeyConstraint('scope', 'key', name=op.f('pk_petitions_limit'))
    )
    op.bulk_insert(limit, [
        dict(scope='network', key='*', seconds=3600, waiting=25, per_confirmed=2, mails=250),
        dict(scope='domain', key='*', seconds=3600, waiting=30, per_confirmed=2, mails=250),
        *(
            dict(scope='domain', key=domain, seconds=3600, waiting=many, per_confirmed=2, mails=many)
            for many, domains in SHARED for domain in domains.split()
        ),
    ])
    op.create_table('petitions_paper',
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False, comment='of the words on it and its design'),
    sa.Column('pdf', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['petition_id'], ['petitions_petition.id'], name=op.f('fk_petitions_paper_petition_id_petitions_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('petition_id', 'version', 'language', name=op.f('pk_petitions_paper'))
    )
    op.create_table('states_civic_space',
    sa.Column('state_iso3', sa.CHAR(length=3), nullable=False),
    sa.Column('rating', sa.Text(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False, comment='id in data/sources.csv, or an address'),
    sa.Column('basis', sa.Text(), nullable=False, comment='stated by the source, derived from it, or edited here'),
    sa.Column('note', sa.Text(), nullable=False),
    sa.CheckConstraint("basis IN ('stated', 'derived', 'edited')", name=op.f('ck_states_civic_space_basis')),
    sa.CheckConstraint("rating IN ('open', 'narrowed', 'obstructed', 'repressed', 'closed')", name=op.f('ck_states_civic_space_rating')),
    sa.ForeignKeyConstraint(['state_iso3'], ['states_state.iso3'], name=op.f('fk_states_civic_space_state_iso3_states_state'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('state_iso3', name=op.f('pk_states_civic_space'))
    )
    op.create_table('petitions_sending',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('petition_id', sa.BigInteger(), nullable=False),
    sa.Column('update_slug', sa.Text(), nullable=False, comment="slug of the campaign's update"),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True, comment='NULL while somebody waits for it'),
    sa.ForeignKeyConstraint(['petition_id'], ['petitions_petition.id'], name=op.f('fk_petitions_sending_petition_id_petitions_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_petitions_sending')),
    sa.UniqueConstraint('petition_id', 'update_slug', name=op.f('uq_petitions_sending_petition_id_update_slug'))
    )
    op.create_table('petitions_update_mail',
    sa.Column('signature_id', sa.BigInteger(), nullable=False),
    sa.Column('update_slug', sa.Text(), nullable=False, comment="slug of the campaign's update"),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['signature_id'], ['petitions_signature.id'], name=op.f('fk_petitions_update_mail_signature_id_petitions_signature'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('signature_id', 'update_slug', name=op.f('pk_petitions_update_mail'))
    )
    op.add_column('petitions_petition', sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True, comment='the moment from which nobody can sign; NULL: no end is set'))
    op.add_column('petitions_petition', sa.Column('time_zone', sa.Text(), nullable=True, comment='IANA name of the zone in which the end was set'))
    op.add_column('petitions_petition', sa.Column('turned_at', sa.DateTime(timezone=True), nullable=True, comment='the end for which pages have been made anew, see ends.turn_pages'))
    op.add_column('petitions_petition', sa.Column('milestones', postgresql.ARRAY(sa.Integer()), server_default='{}', nullable=False, comment='numbers to reach, rising; beyond the last they go on by a rule'))
    op.add_column('petitions_signature', sa.Column('network', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 of the network it came from, see limits.py; NULL after 30 days'))
    op.add_column('petitions_signature', sa.Column('domain', sa.LargeBinary(), nullable=True, comment='key number, then HMAC-SHA-256 of the domain of its address, see limits.py; NULL after 30 days'))
    op.add_column('petitions_signature', sa.Column('held', sa.Text(), nullable=True, comment='what it tripped; confirming lets it count all the same'))
    op.add_column('petitions_signature', sa.Column('false_reason', sa.Text(), nullable=True, comment='why it was called false; never shown'))
    op.add_column('petitions_signature', sa.Column('source', sa.Text(), nullable=True, comment='name in the address that led here (?from=)'))
    op.alter_column('petitions_signature', 'confirmed_at',
               existing_type=postgresql.TIMESTAMP(timezone=True),
               comment='when its person confirmed; also of a false one, which is not told',
               existing_nullable=True)
    op.create_index('ix_petitions_signature_domain', 'petitions_signature', ['domain', 'signed_at'], unique=False, postgresql_where='domain IS NOT NULL')
    op.create_index('ix_petitions_signature_network', 'petitions_signature', ['network', 'signed_at'], unique=False, postgresql_where='network IS NOT NULL')
    op.create_index('ix_petitions_mail_sent_at', 'petitions_mail', ['sent_at'], unique=False)
    op.drop_constraint(op.f('ck_petitions_signature_state'), 'petitions_signature', type_='check')
    op.create_check_constraint(op.f('ck_petitions_signature_state'), 'petitions_signature', "state IN ('pending', 'confirmed', 'fraudulent')")
    op.drop_constraint(op.f('ck_petitions_signature_confirmed_at'), 'petitions_signature', type_='check')
    op.create_check_constraint(op.f('ck_petitions_signature_confirmed_at'), 'petitions_signature', "state = 'fraudulent' OR (state = 'confirmed') = (confirmed_at IS NOT NULL)")
    op.create_check_constraint(op.f('ck_petitions_signature_false_reason'), 'petitions_signature', "(state = 'fraudulent') = (false_reason IS NOT NULL)")
    op.create_check_constraint(op.f('ck_petitions_signature_held'), 'petitions_signature', "held IN ('network', 'domain', 'trap')")
    op.create_check_constraint(op.f('ck_petitions_signature_source'), 'petitions_signature', "source ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'")
    op.drop_index('ix_petitions_signature_pending', table_name='petitions_signature')
    op.create_index('ix_petitions_signature_pending', 'petitions_signature', ['signed_at'], unique=False, postgresql_where='confirmed_at IS NULL')


def downgrade():
    op.drop_index('ix_petitions_mail_sent_at', table_name='petitions_mail')
    # What was called false and had been confirmed did not count before, so it may not count now either.
    op.execute("DELETE FROM petitions_signature WHERE state = 'fraudulent'")
    op.drop_constraint(op.f('ck_petitions_signature_false_reason'), 'petitions_signature', type_='check')
    op.drop_constraint(op.f('ck_petitions_signature_held'), 'petitions_signature', type_='check')
    op.drop_constraint(op.f('ck_petitions_signature_source'), 'petitions_signature', type_='check')
    op.drop_constraint(op.f('ck_petitions_signature_state'), 'petitions_signature', type_='check')
    op.create_check_constraint(op.f('ck_petitions_signature_state'), 'petitions_signature', "state IN ('pending', 'confirmed')")
    op.drop_constraint(op.f('ck_petitions_signature_confirmed_at'), 'petitions_signature', type_='check')
    op.create_check_constraint(op.f('ck_petitions_signature_confirmed_at'), 'petitions_signature', "(state = 'confirmed') = (confirmed_at IS NOT NULL)")
    op.drop_index('ix_petitions_signature_pending', table_name='petitions_signature')
    op.create_index('ix_petitions_signature_pending', 'petitions_signature', ['signed_at'], unique=False, postgresql_where="state = 'pending'")
    op.drop_index('ix_petitions_signature_network', table_name='petitions_signature', postgresql_where='network IS NOT NULL')
    op.drop_index('ix_petitions_signature_domain', table_name='petitions_signature', postgresql_where='domain IS NOT NULL')
    op.alter_column('petitions_signature', 'confirmed_at',
               existing_type=postgresql.TIMESTAMP(timezone=True),
               comment=None,
               existing_comment='when its person confirmed; also of a false one, which is not told',
               existing_nullable=True)
    op.drop_column('petitions_signature', 'source')
    op.drop_column('petitions_signature', 'false_reason')
    op.drop_column('petitions_signature', 'held')
    op.drop_column('petitions_signature', 'domain')
    op.drop_column('petitions_signature', 'network')
    op.drop_column('petitions_petition', 'milestones')
    op.drop_column('petitions_petition', 'turned_at')
    op.drop_column('petitions_petition', 'time_zone')
    op.drop_column('petitions_petition', 'closes_at')
    op.drop_table('petitions_update_mail')
    op.drop_table('states_civic_space')
    op.drop_table('petitions_paper')
    op.drop_table('petitions_sending')
    op.drop_table('petitions_limit')
    op.drop_table('kernel_switch')
