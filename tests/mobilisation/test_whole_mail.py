"""One mail of a mailing from its making to what comes back: read as a mail program reads it, left with one click as
RFC 8058 says, and reported as a mail server reports it."""

from email import message_from_bytes
from email.policy import SMTP
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.kernel import clock, i18n
from app.kernel.db import db
from app.mobilisation.back import boxes, events
from app.mobilisation.engine.wording import Parcel, Writer
from app.mobilisation.models import Delivery, Mailing
from app.people import operations as people
from app.people.models import Consent, Person

from . import mailing_support, reports

ADA = "ada@example.org"
SAID = {
    "en": ("The focal point", "Dear {name|friends},\n\n.A line that begins with a dot."),
    "ar": ("جهة الاتصال في الأمم المتحدة", "إلى {name|الأصدقاء}\n\nنكتب إليكم اليوم."),
    "zh": ("联络点", "致{name|朋友们}\n\n我们今天写信给您。"),
}


@pytest.fixture
def mailing(app, monkeypatch) -> Mailing:
    """A mailing in three languages and two variants; nobody's campaign."""
    mailing_support.spoken(monkeypatch)
    made = mailing_support.plan("everybody", *SAID, neutral=True)
    for language, (subject, body) in SAID.items():
        mailing_support.write(made, language, "plain", subject, body)
        mailing_support.write(made, language, "neutral", "For you", "{name|–}")
    made.sender_name, made.reply_to = "Мы, народы", "office@campaign.example"
    db.session.commit()
    return made


def delivery(mailing: Mailing, language: str, variant: str = "plain") -> Delivery:
    """A delivery to somebody, as it was sent."""
    now, digest = clock.now(), people.email_digests(ADA)[0]
    person = Person(email=ADA, email_digest=digest, created_at=now)
    db.session.add(person)
    db.session.flush()
    made = Delivery(mailing_id=mailing.id, contact_id=person.id, language=language, variant=variant, state="sent")
    db.session.add(made)
    db.session.commit()
    db.session.refresh(made)
    return made


def written(mailing: Mailing, sent: Delivery):
    """The mail and its return path."""
    parcel = Parcel(sent.id, ADA, sent.token, sent.language, sent.variant, {"name": "Ada <Example>"})
    letter = Writer(mailing, sent.language, sent.variant).write(parcel, clock.now())
    message = message_from_bytes(letter.content.replace(b"\r\n..", b"\r\n."), policy=SMTP)
    assert not message.defects
    return message, letter.sender


@pytest.mark.parametrize("language", SAID)
def test_a_mail_is_text_and_html_in_its_language_and_direction_with_all_its_headers(mailing, language):
    sent = delivery(mailing, language)
    message, sender = written(mailing, sent)
    assert (message["Subject"], message["From"].addresses[0].display_name) == (SAID[language][0], "Мы, народы")
    assert message["From"].addresses[0].domain == sender.partition("@")[2], "SPF stands for the sender that is shown"
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = (one.get_content() for one in message.iter_parts())
    spoken = i18n.BY_CODE[language]
    assert f'<html lang="{language}" dir="{spoken.dir}">' in html and "Ada &lt;Example&gt;" in html
    assert "Ada <Example>" in text
    url = message["List-Unsubscribe"].strip("<>")
    assert url in text and url in html
    assert "\r\n.A line" in text.replace("\n", "\r\n").replace("\r\r", "\r") or language != "en"
    raw = message.as_bytes().replace(ADA.encode(), b"", 1)
    assert b"ada" not in raw.lower().partition(b"\r\n\r\n")[0], "the address stands in To alone"
    assert str(sent.contact_id) not in message["Feedback-ID"].split(":") and "<img" not in html


def test_a_neutral_mail_holds_nothing_of_the_campaign(mailing):
    message, _ = written(mailing, delivery(mailing, "en", "neutral"))
    whole = f"{message.items()} {' '.join(one.get_content() for one in message.iter_parts())}"
    assert not any(word in whole for word in ("un75", "народы", "campaign.example", "Fictional"))


def test_one_click_leaves_at_once_from_another_site_and_a_look_changes_nothing(client, mailing):
    sent = delivery(mailing, "ar")
    message, _ = written(mailing, sent)
    path = urlsplit(message["List-Unsubscribe"].strip("<>")).path
    assert path.startswith("/ar/mail/")
    assert client.get(path).status_code == 200
    assert db.session.scalars(select(Consent)).all() == []
    key, _, value = message["List-Unsubscribe-Post"].partition("=")
    from_elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    answer = client.post(path, data={key: value}, headers=from_elsewhere)
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    db.session.expire_all()
    assert sent.unsubscribed_at is not None
    assert [(row.act, row.campaign) for row in db.session.scalars(select(Consent))] == [("withdrawn", "un75")]


def test_a_report_to_its_return_path_is_of_this_mail(mailing):
    sent = delivery(mailing, "zh")
    _, sender = written(mailing, sent)
    found = boxes.understood(reports.dsn(sender, "5.1.1"), clock.now())
    assert events.take(found.event, clock.now()) == "hard"
    db.session.refresh(sent)
    assert sent.bounced_at is not None
