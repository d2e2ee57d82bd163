"""What follows from what comes back: by the mailbox, by a pipe, by providers."""

import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.kernel import clock
from app.kernel.crypto import keyring
from app.kernel.db import db
from app.mobilisation import headers
from app.mobilisation.back import boxes, events, gateway
from app.mobilisation.back.hook import Refused
from app.mobilisation.back.models import MailEvent
from app.mobilisation.models import Delivery, Mailing
from app.people import operations as people
from app.people.models import Person, Suppression
from app.people.queries import is_suppressed

from . import providers, reports
from .imap import imap_server

pytestmark = pytest.mark.usefixtures("app")
ADA, BO = "ada@example.org", "bo@example.org"


class Sent:
    """A mailing that went to somebody."""

    def __init__(self, *addresses: str, others: int = 0):
        now = clock.now()
        self.mailing = Mailing(
            campaign="un75", name="Fictional", language="en", created_at=now, changed_at=now,
            state="running", frozen_at=now, audience=len(addresses) + others,
        )  # fmt: skip
        db.session.add(self.mailing)
        db.session.flush()
        self.deliveries = []
        for address in addresses:
            digest = people.email_digests(address)[0]
            person = db.session.scalar(select(Person).where(Person.email_digest == digest))
            if person is None:
                person = Person(email=address, email_digest=digest, created_at=now)
                db.session.add(person)
                db.session.flush()
            self.deliveries.append(self._delivery(contact_id=person.id, state="sent"))
        self.deliveries += [self._delivery(contact_id=None, state="sent") for _ in range(others)]
        db.session.commit()

    def _delivery(self, **said) -> Delivery:
        delivery = Delivery(mailing_id=self.mailing.id, language="en", **said)
        db.session.add(delivery)
        db.session.flush()
        db.session.refresh(delivery)
        return delivery

    def path(self, place: int = 0) -> str:
        house = headers.House("news@plenary.test", "bounces@plenary.test", "http://plenary.test")
        return headers.envelope_sender(self.deliveries[place].token, house, keyring())

    def moments(self, place: int = 0) -> dict[str, bool]:
        db.session.expire_all()
        found = self.deliveries[place]
        return {name: getattr(found, f"{name}_at") is not None for name in ("bounced", "complained", "unsubscribed")}


def taken() -> list[tuple]:
    return [tuple(row) for row in db.session.execute(select(MailEvent.source, MailEvent.kind).order_by(MailEvent.id))]


def reason(address: str) -> str | None:
    wanted = Suppression.email_digest.in_(people.email_digests(address))
    return db.session.scalar(select(Suppression.reason).where(wanted))


def take(raw: bytes) -> str | None:
    event = boxes.understood(raw, clock.now()).event
    return event and events.take(event, clock.now())


def test_a_bounce_suppresses_its_address_once_and_what_waits_for_it_is_not_sent():
    sent, other = Sent(ADA, BO), Sent(ADA)
    other.deliveries[0].state = "queued"
    db.session.commit()
    raw = reports.dsn(sent.path(), "5.1.1")
    assert (take(raw), take(raw)) == ("hard", None)
    assert sent.moments() == {"bounced": True, "complained": False, "unsubscribed": False}
    assert not sent.moments(1)["bounced"] and reason(BO) is None
    assert is_suppressed(ADA, clock.now()) and reason(ADA) == "bounced"
    assert (other.deliveries[0].state, other.deliveries[0].reason) == ("excluded", "bounced")
    assert events.counts(sent.mailing.id)["hard"] == 1
    row = db.session.execute(select(MailEvent)).scalar_one()
    assert ADA not in str(vars(row))


def test_a_soft_bounce_is_counted_and_suppresses_nobody():
    sent = Sent(ADA)
    assert take(reports.dsn(sent.path(), "5.2.2")) == "soft"
    assert take(reports.dsn(sent.path(), "4.4.1", "delayed")) is None
    assert not sent.moments()["bounced"] and reason(ADA) is None and events.counts(sent.mailing.id)["soft"] == 1


def test_an_address_that_ours_was_forwarded_to_says_nothing_about_ours():
    sent = Sent(ADA)
    assert take(reports.dsn(sent.path(), "5.1.1", final="somebody.else@example.net")) == "soft"
    assert reason(ADA) is None
    again = reports.dsn(sent.path(), "5.1.1", final="/o=Example/ou=Users/cn=ada")
    assert take(again.replace(b"rfc822;", b"x400;")) == "hard"


def test_a_complaint_is_stronger_than_a_bounce_and_weaker_than_an_erasure():
    sent = Sent(ADA, BO)
    take(reports.dsn(sent.path(), "5.1.1"))
    assert take(reports.complaint(f"Return-Path: <{sent.path()}>")) == "complained"
    assert reason(ADA) == "complained" and sent.moments()["complained"]
    people.erase(sent.deliveries[1].contact_id, clock.now())
    take(reports.complaint(f"Return-Path: <{sent.path(1)}>"))
    assert reason(BO) == "erased"


def test_a_mailing_of_which_too_much_comes_back_pauses_by_itself():
    sent = Sent(*(f"p{n}@example.org" for n in range(3)), others=7)
    for place in range(3):
        db.session.refresh(sent.mailing)
        assert sent.mailing.state == "running"
        take(reports.complaint(f"Return-Path: <{sent.path(place)}>"))
    db.session.refresh(sent.mailing)
    assert (sent.mailing.state, sent.mailing.paused_for) == ("paused", "complaints")
    sent.mailing.state, sent.mailing.paused_for = "running", None
    db.session.commit()
    take(reports.complaint(f"Return-Path: <{sent.path(3)}>"))
    db.session.refresh(sent.mailing)
    assert sent.mailing.state == "running", "who let it go on knew of those before"


def test_the_page_of_a_mailing_tells_what_came_back_and_of_nobody(staff):
    sent = Sent(ADA, BO, "cy@example.org", "di@example.org", others=30)
    client = staff("campaigner")
    page = f"/en/desk/un75/mailings/{sent.mailing.id}"
    assert 'id="back"' not in client.get(page).text
    take(reports.dsn(sent.path(), "5.1.1"))
    take(reports.complaint(f"Return-Path: <{sent.path(1)}>"))
    take(reports.dsn(sent.path(2), "5.2.2", final="cy@example.org"))
    db.session.commit()
    for path in (page, f"{page}/balance"):
        text = client.get(path).text
        told = text.partition('id="back"')[2].partition("</dl>")[0]
        assert told.count("<bdi>1</bdi>") == 3 and "Unsubscribed" not in told
        assert not any(address in text for address in (ADA, BO))


def test_what_came_back_is_forgotten_in_time_and_the_delivery_keeps_its_moment():
    sent = Sent(ADA)
    take(reports.dsn(sent.path(), "5.1.1"))
    assert events.forget(clock.now() + events.KEEP - timedelta(hours=1), 10) == 0
    assert events.forget(clock.now() + events.KEEP + timedelta(hours=1), 10) == 1
    assert sent.moments()["bounced"] and taken() == []


def fill(folder, *messages: bytes) -> boxes.Maildir:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    for number, raw in enumerate(messages):
        (folder / "new" / f"{number}.mx.example.org").write_bytes(raw)
    return boxes.Maildir(folder)


def test_a_maildir_is_read_once_and_what_nobody_understands_stays(tmp_path):
    sent = Sent(ADA)
    machine = reports.vacation(sent.path(), "Auto-Submitted: auto-replied")
    person = f"From: bo@example.org\nTo: {sent.path()}\nSubject: Thank you\n\nHello\n".encode()
    fill(tmp_path, reports.dsn(sent.path(), "5.1.1"), machine, person)
    address = f"maildir:{tmp_path}"
    assert boxes.read_box(address, clock.now()) == {"hard": 1, "automatic": 1, "unknown": 1}
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["2.mx.example.org:2,FS"]
    assert not boxes.read_box(address, clock.now())


def test_a_run_that_is_killed_goes_on_and_takes_nothing_twice(tmp_path, monkeypatch):
    sent = Sent(ADA, BO)
    box = fill(tmp_path, reports.dsn(sent.path(), "5.2.2"), reports.dsn(sent.path(1), "5.1.1", final=BO))
    monkeypatch.setattr(box, "done", lambda number: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        boxes.take_from(box, clock.now())
    assert taken() == [("mailbox", "soft")], "what it said was written down before the message was put away"
    monkeypatch.undo()
    boxes.take_from(box, clock.now())
    assert taken() == [("mailbox", "soft"), ("mailbox", "hard")]
    assert not list((tmp_path / "new").iterdir())


def test_a_mailbox_by_imap_is_read_once_and_what_nobody_understands_stays():
    sent = Sent(ADA)
    person = f"From: bo@example.org\nTo: {sent.path()}\n\nHello\n".encode()
    with imap_server("ada", "a secret/word", [reports.dsn(sent.path(), "5.1.1"), person]) as (port, messages):
        address = f"imap://ada:a%20secret%2Fword@127.0.0.1:{port}/Reports%20back"
        assert boxes.read_box(address, clock.now()) == {"hard": 1, "unknown": 1}
        assert messages == {2: {"\\Seen", "\\Flagged"}}
        assert not boxes.read_box(address, clock.now())
        with pytest.raises(gateway.Away) as away:
            boxes.read_box(address.replace("secret", "wrong"), clock.now())
        assert "wrong" not in str(away.value)
    assert reason(ADA) == "bounced"


def test_a_mail_server_pipes_a_report(app):
    sent = Sent(ADA)
    run = app.test_cli_runner().invoke
    forwarded = reports.dsn("abuse@plenary.test", "5.1.1")
    unknown = run(args=["mail", "bounce"], input=forwarded)
    assert unknown.output.startswith("unknown: ") and unknown.exit_code == 69, "the server gives it back"
    assert run(args=["mail", "bounce", "--recipient", sent.path()], input=forwarded).output == "hard\n"
    assert reason(ADA) == "bounced"


def post(client, path: str, told, **more):
    # Amazon says text/plain, and it is JSON.
    return client.post(path, data=json.dumps(told), headers={"Content-Type": "text/plain; charset=UTF-8", **more})


@pytest.fixture
def amazon(app, monkeypatch):
    """SES's topic is ours, and its certificate is ours, too; gives the addresses that were fetched."""
    fetched = []
    content = {"pem": providers.certificate()}

    def fetch(url: str) -> bytes:
        fetched.append(url)
        return content["pem"]

    monkeypatch.setitem(app.config, "SES_TOPICS", frozenset({providers.TOPIC}))
    monkeypatch.setattr(gateway, "fetch", fetch)
    return fetched, content


def test_ses_tells_bounces_and_complaints_in_both_signatures_once(client, amazon):
    sent = Sent(ADA, BO)
    bounce = providers.signed("1", Message=providers.ses_bounce(sent.path(), ADA))
    complaint = providers.signed("2", Message=providers.ses_complaint(sent.path(1), BO), Subject="x")
    for told in (bounce, bounce, complaint):
        assert post(client, "/hooks/mail/ses", told).status_code == 200
    assert taken() == [("ses", "hard"), ("ses", "complained")]
    assert (reason(ADA), reason(BO)) == ("bounced", "complained")


def test_a_younger_region_of_amazon_signs_with_a_name_of_its_own_and_for_no_other(client, amazon):
    _, content = amazon
    sent = Sent(ADA)
    url = "https://sns.af-south-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
    told = providers.signed(Message=providers.ses_bounce(sent.path(), ADA), SigningCertURL=url)
    for name, status in (("sns-signing.me-south-1", 403), ("sns-signing.af-south-1", 200)):
        content["pem"] = providers.certificate(name=f"{name}.amazonaws.com")
        assert post(client, "/hooks/mail/ses", told).status_code == status
    assert taken() == [("ses", "hard")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"bounceType": "Transient", "bounceSubType": "MailboxFull"}, "soft"),
        ({"bounceType": "Transient", "bouncedRecipients": [{"emailAddress": ADA}]}, None),
        ({"bounceType": "Undetermined"}, "hard"),
        ({"bounceType": "Undetermined", "bouncedRecipients": [{"emailAddress": ADA}]}, "soft"),
        ({"bouncedRecipients": [{"emailAddress": ADA, "status": "5.7.1"}]}, "soft"),
        ({"bouncedRecipients": [{"emailAddress": ADA}]}, "hard"),
    ],
)
def test_what_ses_calls_a_bounce_counts_as_what_it_is(client, amazon, changes, expected):
    sent = Sent(ADA)
    told = providers.signed(Message=providers.ses_bounce(sent.path(), ADA, **changes))
    assert post(client, "/hooks/mail/ses", told).status_code == 200
    assert taken() == ([("ses", expected)] if expected else [])


def test_a_subscription_is_confirmed_at_amazon_alone(client, amazon):
    fetched, _ = amazon
    said = {"Type": "SubscriptionConfirmation", "Token": "y", "SubscribeURL": providers.SUBSCRIBE}
    assert post(client, "/hooks/mail/ses", providers.signed(**said)).status_code == 200
    assert fetched == [providers.CERTIFICATE, providers.SUBSCRIBE]
    elsewhere = {**said, "SubscribeURL": "https://sns.eu-central-1.amazonaws.com.example/?Action=ConfirmSubscription"}
    assert post(client, "/hooks/mail/ses", providers.signed(**elsewhere)).status_code == 403
    assert len(fetched) == 3


def test_what_amazon_did_not_sign_is_refused(client, amazon):
    fetched, content = amazon
    sent = Sent(ADA)
    message = {"Message": providers.ses_bounce(sent.path(), ADA)}
    good = providers.signed(**message)
    for place in (
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com@example.org/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com:444/SimpleNotificationService-0123456789abcdef.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com/x.pem",
        "https://[",
        None,
    ):
        told = providers.signed(**message, SigningCertURL=place)
        assert post(client, "/hooks/mail/ses", told).status_code == 403, place
    other_topic = providers.signed(**message, TopicArn=providers.TOPIC + "2")
    old = providers.signed(**message, Timestamp="2026-11-01T10:00:00.000Z")
    for told in (other_topic, old):
        assert post(client, "/hooks/mail/ses", told).status_code == 403
    assert fetched == [], "nobody is asked for what cannot be theirs"
    for changed in ({"Message": message["Message"] + " "}, {"Signature": "AAAA"}, {"SignatureVersion": "3"}):
        assert post(client, "/hooks/mail/ses", {**good, **changed}).status_code == 403
    for pem in (providers.certificate(name="sns.example.org"), providers.certificate(days=0), b"nothing"):
        content["pem"] = pem
        assert post(client, "/hooks/mail/ses", good).status_code == 403
    for nonsense in ("text", [], {"Type": "Notification"}, {"Type": ["x"]}, {**good, "Timestamp": None}):
        assert post(client, "/hooks/mail/ses", nonsense).status_code in (400, 403)
    # Brackets within brackets: no reader of JSON comes to their end.
    deep = client.post("/hooks/mail/ses", data=b"[" * 100_000)
    assert deep.status_code == 400
    assert taken() == [] and reason(ADA) is None


def test_a_hook_is_not_there_until_it_is_set_and_tells_a_provider_to_come_again(app, client, amazon, monkeypatch):
    def away(url: str) -> bytes:
        raise Refused(503)

    monkeypatch.setattr(gateway, "fetch", away)
    assert post(client, "/hooks/mail/ses", providers.signed()).status_code == 503
    monkeypatch.setitem(app.config, "SES_TOPICS", frozenset())
    for name in ("ses", "postmark", "other"):
        assert post(client, f"/hooks/mail/{name}", {}).status_code == 404


def basic(secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def test_postmark_tells_what_came_back_with_its_password_alone(app, client, monkeypatch):
    secret = "postmark:a long and random password"
    monkeypatch.setitem(app.config, "POSTMARK_HOOK", secret)
    sent = Sent(ADA, BO)
    stamps = [sent.path(place).partition("+")[2].partition("@")[0] for place in (0, 1)]
    told = providers.postmark("HardBounce", stamps[0], ADA)
    for headers_ in (
        {},
        basic("postmark:another"),
        {"Authorization": "Basic ???"},
        {"Authorization": f"Bearer {secret}"},
    ):
        assert post(client, "/hooks/mail/postmark", told, **headers_).status_code == 401
    assert taken() == []
    for one in (
        providers.postmark("AutoResponder", stamps[1], BO, ID=1),
        providers.postmark("Transient", stamps[1], BO, ID=2),
        providers.postmark("HardBounce", stamps[1], BO, ID=3, Details="smtp;550 5.7.1 refused by policy"),
        told,
        told,
        providers.postmark("SpamComplaint", stamps[1], BO, ID=4, RecordType="SpamComplaint"),
        providers.postmark("SoftBounce", stamps[0], ADA, ID=5, RecordType=None),
        {"RecordType": "Open"},
    ):
        assert post(client, "/hooks/mail/postmark", one, **basic(secret)).status_code == 200
    assert [kind for _, kind in taken()] == ["soft", "hard", "complained", "soft"]
    assert (reason(ADA), reason(BO)) == ("bounced", "complained")


def test_who_unsubscribes_at_a_provider_has_left(app, client, monkeypatch):
    secret = "postmark:a long and random password"
    monkeypatch.setitem(app.config, "POSTMARK_HOOK", secret)
    sent, other = Sent(ADA, BO), Sent(ADA)
    other.deliveries[0].state = "queued"
    db.session.commit()
    told = {
        "RecordType": "SubscriptionChange",
        "MessageID": "x",
        "ChangedAt": "2026-11-28T10:00:00Z",
        "Recipient": ADA,
        "Origin": "Recipient",
        "SuppressSending": True,
        "SuppressionReason": "ManualSuppression",
        "Metadata": {"delivery": sent.path().partition("+")[2].partition("@")[0]},
    }
    for changes in ({"Origin": "Admin"}, {"SuppressSending": False}, {"SuppressionReason": "HardBounce"}, {}):
        assert post(client, "/hooks/mail/postmark", {**told, **changes}, **basic(secret)).status_code == 200
    assert taken() == [("postmark", "unsubscribed")]
    assert sent.moments()["unsubscribed"] and reason(ADA) == "unsubscribed" and reason(BO) is None
    assert (other.deliveries[0].state, other.deliveries[0].reason) == ("excluded", "unsubscribed")


def test_a_single_mail_that_comes_back_counts_where_a_provider_vouches_for_it(app, client, monkeypatch):
    secret = "postmark:a long and random password"
    monkeypatch.setitem(app.config, "POSTMARK_HOOK", secret)
    told = providers.postmark("HardBounce", "", "nobody.here@example.org")
    assert post(client, "/hooks/mail/postmark", told, **basic(secret)).status_code == 200
    assert reason("nobody.here@example.org") == "bounced"
    assert take(reports.dsn("bounces@plenary.test", "5.1.1")) is None and reason(ADA) is None
