"""Mails: two parts that say the same, in one language and direction, and nothing that follows the reader."""

import email.policy
import re
import ssl
from typing import ClassVar

import pytest

from app.kernel import mail
from app.kernel.i18n import BY_CODE, CODES
from tests.support import run_jobs, sign


@pytest.mark.parametrize("lang", CODES)
def test_a_mail_is_whole_in_its_language(app, client, mailbox, lang):
    sign(client, lang)
    run_jobs(app)
    (found,) = mailbox()
    assert f'<html lang="{lang}" dir="{BY_CODE[lang].dir}">' in found.html.replace("\r", "")
    assert "Ama Serwaa Mensah" in found.text and "Ama Serwaa Mensah" in found.html
    assert found.link and found.withdraw_link.startswith(found.link)
    assert found.raw["Auto-Submitted"] == "auto-generated"
    assert found.raw["Message-ID"]
    assert not re.search(r"[{}]|%\(", found.text)


def test_a_mail_loads_nothing_and_follows_nobody(app, client, mailbox):
    sign(client)
    run_jobs(app)
    html = mailbox()[0].html
    assert "<img" not in html and "<script" not in html and "url(" not in html
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {"http://plenary.test"}


@pytest.mark.parametrize("word", ["word ", "été ", "слово ", "رسالة ", "字"])
def test_every_line_is_short_enough_and_every_octet_plain_for_any_relay(app, word):
    said = word * 400
    message = mail.Message(
        subject="x", recipients=["a@example.org"], body=said, html=f"<p>{said}</p>", sender="b@c.test"
    )
    sent = message.as_bytes()
    assert sent.isascii() and max(map(len, sent.splitlines())) <= 998
    parsed = email.message_from_bytes(sent, policy=email.policy.default)
    assert parsed.get_body(("plain",)).get_content().strip() == said.strip()
    assert said in parsed.get_body(("html",)).get_content()


def test_a_latin_name_stands_apart_in_an_arabic_mail(app, client, mailbox):
    sign(client, "ar")
    run_jobs(app)
    assert "\u2068Ama Serwaa Mensah\u2069" in mailbox()[0].text


def test_what_a_name_holds_is_text_in_the_mail(app, client, mailbox):
    sign(client, name="Ama {action} <b>x</b> %(x)s")
    run_jobs(app)
    (found,) = mailbox()
    assert "<b>x</b>" not in found.html
    assert "Ama {action} <b>x</b> %(x)s" in found.text


def test_a_name_with_a_line_break_adds_no_header(app, client, mailbox):
    sign(client, name="Ama\r\nBcc: everyone")
    run_jobs(app)
    (found,) = mailbox()
    assert found.raw["Bcc"] is None


def test_a_domain_with_accents_gets_its_mail(app, client, mailbox):
    assert sign(client, email="ama@mañana.example.org").status_code == 303
    run_jobs(app)
    assert mailbox()[0].to == "ama@xn--maana-pta.example.org"


def test_an_address_our_mail_cannot_reach_is_told_and_not_lost_in_silence(client):
    answer = sign(client, email="ünïcode@example.org")
    assert answer.status_code == 422
    assert "Latin letters before the @" in answer.get_data(as_text=True)


def test_with_a_relay_set_or_in_production_there_is_no_mailbox(app, client):
    app.config["MAIL_SERVER"] = "relay.example"
    try:
        assert not mail.uses_mailbox()
        assert client.get("/en/mailbox").status_code == 404
        assert client.get("/mailbox").status_code == 404
    finally:
        app.config["MAIL_SERVER"] = None


def test_the_mailbox_shows_what_went_out_and_only_that(app, client, mailbox):
    assert client.get("/ar/mailbox").status_code == 200
    sign(client, "fr")
    run_jobs(app)
    page = client.get("/en/mailbox").get_data(as_text=True)
    (path,) = re.findall(r'href="(/en/mailbox/[^"]+)"', page)
    assert mailbox()[0].link in client.get(path).get_data(as_text=True)
    assert client.get(path + ".html").headers["Content-Security-Policy"].endswith("sandbox allow-top-navigation")
    for path in ("/en/mailbox/..%2f..%2fkeys", "/en/mailbox/none"):
        assert client.get(path).status_code == 404


class Relay:
    """A relay that notes how it was spoken to."""

    said: ClassVar[list] = []

    def __init__(self, server, port, timeout=None, context=None):
        self.said.append(("connect", server, port, timeout, context))

    def starttls(self, context=None):
        self.said.append(("starttls", context.verify_mode, context.check_hostname))

    def login(self, user, password):
        self.said.append(("login", user))

    def sendmail(self, sender, recipients, content, *options):
        self.said.append(("mail", sender, recipients))

    def quit(self):
        self.said.append(("quit",))


def test_the_relay_is_asked_for_its_certificate_and_not_waited_for_without_end(app, client, monkeypatch):
    settings = app.extensions["mail"]
    Relay.said.clear()
    monkeypatch.setattr(mail.smtplib, "SMTP", Relay)
    monkeypatch.setitem(app.config, "MAIL_SERVER", "relay.example")
    for name, value in {"server": "relay.example", "use_tls": True, "username": "u", "password": "p"}.items():
        monkeypatch.setattr(settings, name, value)
    sign(client)
    run_jobs(app)
    (_, server, _, timeout, _), tls, login, sent, _ = Relay.said
    assert (server, timeout) == ("relay.example", mail.RELAY_SECONDS)
    assert tls == ("starttls", ssl.CERT_REQUIRED, True)
    assert login == ("login", "u")
    assert sent[2] == ["ama@example.org"]
