"""Receipts: one for each payment, in the donor's language, numbered without a gap; and the statement of a year."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app import create_app
from app.donations import reconciling
from app.donations.models import Payment, Statement
from app.donations.receipts import mails, operations, paper, queries, stamps, tasks
from app.donations.receipts.rules import called, left, owed, stated_year
from app.donations.receipts.stamps import Stamp
from app.kernel import clock, mail
from app.kernel.db import db
from app.kernel.i18n import CODES
from app.people import operations as people
from tests.conftest import environment
from tests.donations.receipt_support import ADDRESS, gift, organisation, payment
from tests.support import form_values, run_jobs, run_task

IN_2026 = datetime(2026, 5, 6, 12, tzinfo=UTC)
JANUARY = datetime(2027, 1, 9, 6, tzinfo=UTC)


def test_what_is_left_owed_and_called():
    assert left(2500, 1000, 0) == 1500 and left(2500, 1000, 2500) == 0
    assert owed(2500, 0, 0, False) and not owed(2500, 2500, 0, False) and owed(2500, 2500, 0, True)
    assert called(2026, 42, True) == "2026-000042" and called(2026, 42, False) == "TEST-2026-000042"
    assert stated_year(datetime(2027, 1, 2, tzinfo=UTC).date()) is None
    assert stated_year(JANUARY.date()) == stated_year(datetime(2027, 12, 31, tzinfo=UTC).date()) == 2026


def test_the_receipt_comes_once_in_french_with_all_that_it_must_say(app, session, mailbox):
    organisation()
    one = payment(gift(), IN_2026)
    for _ in range(3):
        operations.call_for_receipt(one.id)
    run_jobs(app)
    tasks.send_receipt(payment_id=one.id)
    run_task(app, "receipts:sweep")
    run_jobs(app)
    (sent,) = mailbox()
    assert (sent.to, sent.language, sent.raw["Reply-To"]) == (ADDRESS, "fr", "treasurer@example.org")
    for words in (
        "TEST-2026-000001",
        "25,00\N{NO-BREAK SPACE}€",
        "6 mai 2026",
        "Amina Fictive",
        "Mots fictifs du fisc.",
    ):
        assert words in sent.text and words in sent.html
    assert "Fictional Society for Rivers\n1 Fictional Street" in sent.text.replace("\r", "")
    assert sent.subject == "[Mode test] Merci : reçu TEST-2026-000001"
    (file,) = sent.raw.iter_attachments()
    assert file.get_filename() == "TEST-2026-000001.pdf" and file.get_content().startswith(b"%PDF")


def test_however_stripe_tells_of_a_payment_one_receipt_comes_of_it(app, world, session, mailbox):
    organisation()
    for seed in range(4):
        gifts = [world.begin(interval=interval) for interval in ("once", "monthly", "once")]
        for number, one in enumerate(gifts):
            world.books.pay(one.session, f"donor-{seed}-{number}@example.org")
        for _ in range(6):
            world.courier.double(0)
        world.courier.mix(random.Random(seed))
        world.courier.lose(0)
        world.tell()
        reconciling.reconcile(clock.now())
        run_jobs(app)
    sent = [one.to for one in mailbox()]
    assert len(sent) == len(set(sent)) == 12
    assert {one.rpartition("@")[0] for one in sent} == {
        f"donor-{seed}-{number}" for seed in range(4) for number in range(3)
    }
    numbers = session.scalars(select(Payment.receipt_number).order_by(Payment.receipt_number)).all()
    assert numbers == list(range(1, 13))


def test_real_money_says_nothing_of_tests_and_is_numbered_by_itself(app, session, mailbox):
    organisation()
    for live in (False, False, True):
        operations.call_for_receipt(payment(gift(livemode=live), IN_2026).id)
    run_jobs(app)
    assert [one.subject.rpartition(" ")[2] for one in mailbox()] == [
        "TEST-2026-000001",
        "TEST-2026-000002",
        "2026-000001",
    ]
    assert "est mode" not in mailbox()[2].text + mailbox()[2].subject


def test_a_receipt_waits_for_the_organisation_and_takes_no_number_meanwhile(app, session, mailbox):
    one = payment(gift(), IN_2026)
    operations.call_for_receipt(one.id)
    run_jobs(app)
    run_task(app, "receipts:sweep")
    assert mailbox() == [] and session.get(Payment, one.id).receipt_number is None
    organisation()
    session.commit()
    run_task(app, "receipts:sweep")
    run_task(app, "receipts:sweep")
    assert run_jobs(app) == ["receipts:mail"] and len(mailbox()) == 1


def test_what_was_given_back_whole_has_no_receipt_and_leaves_no_gap(app, session, mailbox):
    organisation()
    payments = [payment(gift(), IN_2026, refunded=refunded) for refunded in (0, 2500, 1000)]
    for one in payments:
        operations.call_for_receipt(one.id)
    run_jobs(app)
    assert [session.get(Payment, one.id).receipt_number for one in payments] == [1, None, 2]
    assert "10,00" in mailbox()[1].text and "15,00" in mailbox()[1].text


def test_a_mail_that_a_relay_did_not_take_is_tried_again_under_its_number(app, session, mailbox, monkeypatch):
    organisation()
    first, second = payment(gift(), IN_2026), payment(gift(), IN_2026)

    def away(letter):
        raise OSError("the relay is away")

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", away)
        with pytest.raises(OSError, match="away"):
            tasks.send_receipt(payment_id=first.id)
        session.rollback()
    tasks.send_receipt(payment_id=second.id)
    tasks.send_receipt(payment_id=first.id)
    assert [one.subject.rpartition("-")[2] for one in mailbox()] == ["000002", "000001"]
    again = mails.receipt_mail(queries.receipt(first.id))
    assert f"<{again.key}@" in mailbox()[1].raw["Message-ID"], "sent twice it would be shown once"


@pytest.mark.parametrize(
    ("reason", "goes"),
    [("unsubscribed", True), ("complained", True), ("bounced", False), ("objected", False), ("restricted", False)],
)
def test_who_complained_still_gets_what_they_are_owed(app, session, mailbox, reason, goes):
    organisation()
    people.suppress(people.email_digests(ADDRESS)[0], reason, clock.now())
    one = payment(gift(), IN_2026)
    session.commit()
    tasks.send_receipt(payment_id=one.id)
    run_task(app, "receipts:sweep")
    assert run_jobs(app) == [] and len(mailbox()) == int(goes)
    assert (session.get(Payment, one.id).receipt_number is not None) is goes


def test_where_it_is_not_safe_the_mail_says_nothing_and_its_page_all(app, client, session, mailbox):
    client.post("/en/un75/petitions/focal-point", data=form_values(client, email=ADDRESS, area="CHN"))
    person = session.scalar(select(people.Person.id))
    run_jobs(app)
    organisation()
    one = payment(gift(person_id=person, language="en"), IN_2026)
    tasks.send_receipt(payment_id=one.id)
    sent = mailbox()[-1]
    for words in ("gift", "receipt", "25.00", "Amina", "Fictional", "TEST-2026"):
        assert words not in sent.subject + sent.text.partition("http")[0]
    assert list(sent.raw.iter_attachments()) == [] and sent.raw["Reply-To"] is None
    link = f"/en/m/{stamps.word(Stamp(stamps.RECEIPT, one.id))}/g"
    assert link in sent.text
    page = client.get(link, follow_redirects=True).get_data(as_text=True)
    assert "TEST-2026-000001" in page and "€25.00" in page and "Test mode" in page


def test_a_link_is_of_one_receipt_and_nobody_can_make_another(app, client, session):
    organisation()
    one, other = payment(gift(), IN_2026), payment(gift("other@example.org"), IN_2026)
    word = stamps.word(Stamp(stamps.RECEIPT, one.id))
    assert stamps.read(word) == Stamp(stamps.RECEIPT, one.id)
    forged = stamps.word(Stamp(stamps.RECEIPT, other.id))[:12] + word[12:]
    for wrong in (forged, word[:-1], word.swapcase(), f"{word}A", "x"):
        assert stamps.read(wrong) is None and client.get(f"/en/receipt/{wrong}").status_code == 404
        assert client.post(f"/en/receipt/{wrong}").status_code == 404
    assert client.get(f"/ar/receipt/{word}").headers["Cache-Control"] == "no-store"


def test_a_statement_goes_once_to_each_donor_in_january(app, session, mailbox, monkeypatch):
    organisation()
    monkeypatch.setattr(clock, "now", lambda: JANUARY)
    mine = gift(livemode=True, interval="monthly")
    for month in (3, 4, 5):
        payment(mine, datetime(2026, month, 1, tzinfo=UTC), refunded=2500 if month == 4 else 0)
    payment(gift(livemode=True, currency="JPY", minor=3000), IN_2026)
    payment(mine, datetime(2027, 1, 1, tzinfo=UTC))
    payment(gift("back@example.org", livemode=True), IN_2026, refunded=2500)
    payment(gift("earlier@example.org", livemode=True), datetime(2025, 12, 31, 23, tzinfo=UTC))
    payment(gift("test@example.org"), IN_2026)
    for _ in range(2):
        run_task(app, "receipts:statements")
        run_jobs(app)
    (sent,) = [one for one in mailbox() if one.to == ADDRESS]
    assert {one.to for one in mailbox()} == {ADDRESS}
    text = sent.text.replace("\N{NO-BREAK SPACE}", " ")
    assert "50,00 € (75,00 € " in text, "two of three months are left"
    assert "3 000 JPY" in text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("¥", "JPY").replace("JP ", "")
    assert "1 janvier 2027" not in text and "1er janvier 2027" not in text
    assert [row.sent_at for row in session.scalars(select(Statement))] == [JANUARY]


def test_a_statement_is_asked_for_from_the_receipt_and_mailed(app, client, session, mailbox, monkeypatch):
    organisation()
    one = payment(gift(), IN_2026)
    path = f"/en/receipt/{stamps.word(Stamp(stamps.RECEIPT, one.id))}"
    monkeypatch.setattr(clock, "now", lambda: IN_2026)
    client.post(path)
    assert session.scalar(select(Statement.id)) is None, "the year is not over"
    monkeypatch.setattr(clock, "now", lambda: JANUARY)
    assert "statement of 2026" in client.get(path).get_data(as_text=True)
    for _ in range(2):
        assert client.post(path).location.endswith("/asked")
        run_jobs(app)
    (sent,) = mailbox()
    made = session.scalar(select(Statement.id))
    page = client.get(f"/en/receipt/{stamps.word(Stamp(stamps.STATEMENT, made))}").get_data(as_text=True)
    assert sent.to == ADDRESS and "2026" in sent.subject
    assert "€25.00" in page and client.get(f"{path}/asked").status_code == 200


@pytest.mark.parametrize("lang", CODES)
def test_a_paper_is_drawn_in_every_language_and_is_accessible(app, session, lang, caplog):
    organisation(name="Société fictive 河流 نهر")
    one = payment(gift(language=lang, donor_name="李小龍 محمد Ñandú 🎁"), IN_2026, refunded=100)
    operations.take_number(one.id)
    assert paper.receipt_file(queries.receipt(one.id)).content.startswith(b"%PDF")
    made = session.merge(Statement(year=2026, livemode=False, donor_digest=people.email_digests(ADDRESS)[0]))
    session.flush()
    assert paper.statement_file(queries.statement(made.id)).content.startswith(b"%PDF")
    assert "not accessible" not in caplog.text


def test_numbers_have_no_gap_and_no_double_whoever_comes_at_once_and_fails(make_database, tmp_path_factory):
    app = create_app(environment(make_database(), tmp_path_factory.mktemp("receipts")))
    with app.app_context():
        ids = [payment(gift(), IN_2026).id for _ in range(24)]
        db.session.commit()
        db.session.remove()

    def number(payment_id: int) -> None:
        with app.app_context():
            operations.take_number(payment_id)
            # Every third worker is killed before it commits.
            db.session.rollback() if payment_id % 3 == 0 else db.session.commit()
            db.session.remove()

    asked = [*ids, *ids]
    random.Random(8).shuffle(asked)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(number, asked))
    with app.app_context():
        given = sorted(db.session.scalars(select(Payment.receipt_number).where(Payment.receipt_number.is_not(None))))
        assert given == list(range(1, len([one for one in ids if one % 3]) + 1))
        db.session.remove()
        db.engine.dispose()
