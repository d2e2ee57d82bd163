"""News: to those who asked, in their language, once; and one click ends them."""

import smtplib
import xml.etree.ElementTree as ElementTree
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from app.campaigns.models import Block, Campaign, Update
from app.kernel import clock, mail, pagecache, switches
from app.kernel.i18n import BY_CODE, CODES
from app.people.models import Consent
from app.petitions import news
from app.petitions.models import Sending, Signature, SignatureLink, UpdateMail
from tests.support import read_mailbox, run_jobs, run_task, sign

HEARD = "we-were-heard"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def blocks(campaign, slug, language, title):
    """An update in a language, as a pack brings it."""
    text = "See [why](page:why) & [this](https://example.org/)."
    common = {"campaign_id": campaign.id, "kind": "updates", "slug": slug, "language": language, "position": 0}
    made = {"source": "0" * 12, "state": "reviewed"} if language != "en" else {}
    rest = {**common, **made, "digest": "0" * 12, "changed_at": datetime(2026, 12, 10, tzinfo=UTC)}
    fields = {"title": f"{title} ({language})", "description": f"In short ({language})"}
    return [Block(key="head", place=0, fields=fields, **rest), Block(key="text", place=1, text=text, **rest)]


class Translated:
    """The languages that have the update; a test may take one away and give it back."""

    def __init__(self, session, campaign):
        self.session = session
        self.campaign = campaign

    def append(self, language):
        self.session.add_all(blocks(self.campaign, HEARD, language, "We were heard"))
        self._changed()

    def remove(self, language):
        self.session.query(Block).filter_by(kind="updates", slug=HEARD, language=language).delete()
        self._changed()

    def _changed(self):
        pagecache.bump()
        self.session.commit()


@pytest.fixture(autouse=True)
def translated(session):
    """The campaign has news: two of them in English, one in every language."""
    campaign = session.query(Campaign).one()
    for slug, day in ((HEARD, date(2026, 12, 10)), ("begun", date(2026, 11, 24))):
        session.add(Update(campaign_id=campaign.id, slug=slug, day=day))
    session.add_all(blocks(campaign, "begun", "en", "It <has> begun"))
    held = Translated(session, campaign)
    for language in CODES:
        held.append(language)
    return held


@pytest.fixture
def signers(app, client, session):
    """Signs and confirms, and empties the mailbox; takes languages, returns the addresses."""

    def make(*languages, updates="y", confirm=True, **changes):
        addresses = []
        for language in languages:
            addresses.append(f"p{session.query(Signature).count()}@example.org")
            sign(client, language, email=addresses[-1], updates=updates, **changes)
            run_jobs(app)
            if confirm:
                client.post(read_mailbox()[-1].link, data={"action": "confirm"})
        empty_mailbox()
        return addresses

    return make


def empty_mailbox():
    for path in mail.mailbox_dir().glob("*.eml"):
        path.unlink()


@pytest.fixture
def command(app, session):
    """Runs `flask petitions update`, answering its question with yes."""

    def run(slug=HEARD, petition="focal-point", answer="y\n"):
        session.commit()
        return app.test_cli_runner().invoke(args=["petitions", "update", petition, slug], input=answer)

    return run


def sent() -> list[str]:
    return sorted(m.to for m in read_mailbox())


def news_path(found) -> str:
    return str(found.raw["List-Unsubscribe"]).strip()[1:-1].removeprefix("http://plenary.test")


def test_the_command_says_who_will_get_it_and_asks_first(app, signers, command):
    signers("en", "en", "ar")
    answer = command(answer="n\n")
    assert "We were heard (ar): 3 signers (ar 1, en 2) will get it." in answer.output
    assert answer.exit_code == 1
    assert run_jobs(app) == []
    assert command().exit_code == 0
    run_jobs(app)
    assert len(sent()) == 3


def test_each_gets_it_in_the_language_they_signed_in(app, signers, command):
    signers(*CODES)
    command()
    run_jobs(app)
    found = {m.language: m for m in read_mailbox()}
    assert set(found) == set(CODES)
    for code, one in found.items():
        assert one.subject == f"We were heard ({code})"
        assert f"In short ({code})" in one.text and f"In short ({code})" in one.html
        assert f"http://plenary.test/{code}/un75/updates/{HEARD}\n" in one.text.replace("\r", "")
        assert f'<html lang="{code}" dir="{BY_CODE[code].dir}">' in one.html
        assert f"/{code}/signature/" in one.text


def test_only_who_confirmed_and_asked_and_may_be_written_to_gets_it(app, client, session, signers, command):
    (wanted,) = signers("en")
    signers("en", updates=None)
    signers("en", confirm=False)
    (false, erased, gone, ended) = signers("en", "en", "en", "en")
    rows = {number: row for number, row in enumerate(session.query(Signature).order_by(Signature.id))}
    rows[3].state, rows[3].false_reason = "fraudulent", "bot"
    session.commit()
    from app.people import operations as people
    from app.petitions import operations

    people.erase(rows[4].person_id, clock.now())
    operations.withdraw(rows[5].id, clock.now())
    operations.choose(rows[6].id, "none", False, "en", "News", clock.now())
    session.commit()
    command()
    run_jobs(app)
    assert sent() == [wanted], (false, erased, gone, ended)


def test_who_asked_to_be_left_alone_gets_none_even_by_an_old_digest_key(app, session, signers, command, monkeypatch):
    from app.people import operations as people
    from app.people.models import Person

    signers("en", "en")
    one, two = session.query(Person).order_by(Person.id)
    people.suppress(one.email_digest, "not_me", clock.now())
    other = two.email
    session.commit()
    monkeypatch.setattr("app.petitions.news_tasks.is_suppressed", lambda address, now: address == other)
    command()
    run_jobs(app)
    assert sent() == []
    assert session.query(Sending).one().done_at is not None


def test_erasing_forgets_which_news_went_out(app, session, signers, command):
    from app.people import operations as people

    signers("en")
    command()
    run_jobs(app)
    assert session.query(UpdateMail).count() == 1
    people.erase(session.query(Signature).one().person_id, clock.now())
    assert session.query(UpdateMail).count() == 0


def test_who_ends_the_news_while_they_go_out_gets_none(app, client, session, signers, command, monkeypatch):
    signers("en", "en", "en")
    send, last = mail.send, session.query(Signature).order_by(Signature.id.desc()).first().id

    def send_and_end(letter):
        send(letter)
        news.end(last, "en", "No more", clock.now())

    command()
    monkeypatch.setattr(mail, "send", send_and_end)
    run_jobs(app)
    assert len(sent()) == 2


def test_nobody_gets_it_twice_however_often_it_is_asked_for(app, signers, command):
    addresses = signers("en", "fr")
    for _ in range(3):
        command()
        run_jobs(app)
    assert sent() == sorted(addresses)
    assert "Nobody waits for it" in command().output
    late = signers("es")
    assert "Had it before: 2." in command().output
    run_jobs(app)
    assert sent() == late


def test_two_jobs_for_the_same_sending_send_it_once(app, session, signers, command):
    signers(*["en"] * 4)
    command()
    news.go_on(session.query(Sending).one().id)
    session.commit()
    run_jobs(app)
    assert len(sent()) == 4


def test_while_one_worker_sends_the_other_waits_and_then_leaves_it_alone(make_database):
    """Two connections, as two workers have: the second note waits for the first, and tells that it was done."""
    import threading

    import psycopg

    note = "INSERT INTO petitions_update_mail VALUES (1, 'x', now()) ON CONFLICT DO NOTHING RETURNING signature_id"
    url = make_database()
    with psycopg.connect(url, autocommit=True) as setup:
        setup.execute(
            "ALTER TABLE petitions_update_mail DROP CONSTRAINT "
            + "fk_petitions_update_mail_signature_id_petitions_signature"
        )
    for end, second_sends in (("rollback", True), ("commit", False)):
        found = []
        with psycopg.connect(url) as first, psycopg.connect(url) as second:
            assert first.execute(note).fetchone()
            waiting = threading.Thread(target=lambda s=second, f=found: f.append(s.execute(note).fetchone()))
            waiting.start()
            waiting.join(0.3)
            assert found == []
            getattr(first, end)()
            waiting.join(10)
            assert [bool(row) for row in found] == [second_sends], end
            second.rollback()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_mail_nobody_is_left_out_and_at_most_one_gets_it_twice(
    app, session, signers, command, monkeypatch, moment
):
    addresses = signers(*["en"] * 5)
    send, times = mail.send, []

    def killed(letter):
        times.append(1)
        if moment == "after" or len(times) != 3:
            send(letter)
        if len(times) == 3:
            raise KeyboardInterrupt

    command()
    monkeypatch.setattr(mail, "send", killed)
    with pytest.raises(KeyboardInterrupt):
        run_jobs(app)
    run_task(app, "news:resume_lost")
    run_task(app, "news:resume_lost")
    run_jobs(app)
    assert set(sent()) == set(addresses)
    assert len(sent()) == (6 if moment == "after" else 5)
    assert session.query(UpdateMail).count() == 5
    assert session.query(Sending).one().done_at is not None
    run_task(app, "news:resume_lost")
    assert run_jobs(app) == []


def test_it_goes_out_a_few_at_a_time_behind_the_mails_to_confirm(app, client, session, signers, command, monkeypatch):
    monkeypatch.setattr(news, "BATCH", 2)
    monkeypatch.setattr(news.next_ids, "__defaults__", (2,))
    signers(*["en"] * 5)
    command()
    sign(client, email="new@example.org")
    jobs = "SELECT task_name, priority FROM procrastinate_jobs ORDER BY priority DESC, id"
    assert session.execute(text(jobs)).all() == [("petitions:mail", 0), ("news:send_update", -1)]
    assert run_jobs(app).count("news:send_update") == 3
    assert len(sent()) == 6


def test_while_mailing_is_paused_it_waits_and_then_goes_on(app, session, signers, command, monkeypatch):
    signers("en")
    command()
    switches.pause("mailing", clock.now())
    session.commit()
    assert run_jobs(app) == ["news:send_update"]
    assert sent() == []
    switches.resume("mailing")
    session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
    session.commit()
    run_jobs(app)
    assert len(sent()) == 1


@pytest.mark.parametrize(
    "refusal", [smtplib.SMTPRecipientsRefused({"p1@example.org": (450, b"later")}), smtplib.SMTPDataError(550, b"no")]
)
def test_one_that_the_relay_refuses_keeps_nobody_waiting_and_is_given_up_in_the_end(
    app, session, signers, command, monkeypatch, refusal
):
    signers("en", "en", "en")
    send, tries = mail.send, []

    def picky(letter):
        if letter.to.startswith("p1@"):
            tries.append(1)
            raise refusal
        send(letter)

    monkeypatch.setattr(mail, "send", picky)
    command()
    run_jobs(app)
    assert sent() == ["p0@example.org", "p2@example.org"]
    assert session.query(Sending).one().done_at is None
    start = clock.now()
    for hours, tried, done in ((2, 2, False), (80, 3, True)):
        monkeypatch.setattr(clock, "now", lambda hours=hours: start + timedelta(hours=hours))
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now()"))
        session.commit()
        run_jobs(app)
        assert (len(tries), session.query(Sending).one().done_at is not None) == (tried, done)
        session.commit()


def test_while_the_relay_is_away_the_job_is_tried_again_and_goes_on_where_it_was(
    app, session, signers, command, monkeypatch
):
    signers("en", "en")
    send, away = mail.send, [True]

    def relay(letter):
        if away and letter.to.startswith("p1@"):
            raise ConnectionRefusedError
        send(letter)

    monkeypatch.setattr(mail, "send", relay)
    command()
    with pytest.raises(ConnectionRefusedError):
        run_jobs(app)
    assert sent() == ["p0@example.org"]
    away.clear()
    run_task(app, "news:resume_lost")
    run_jobs(app)
    assert sent() == ["p0@example.org", "p1@example.org"]


def test_who_reads_a_language_without_it_is_left_out_and_named_and_gets_it_once_it_is_translated(
    app, signers, command, translated
):
    signers("en", "ru")
    translated.remove("ru")
    answer = command()
    assert "Left out, as their language does not have it yet: 1 signers (ru 1)." in answer.output
    run_jobs(app)
    assert [m.language for m in read_mailbox()] == ["en"]
    translated.append("ru")
    command()
    run_jobs(app)
    assert [m.language for m in read_mailbox()] == ["en", "ru"]


def test_an_update_or_a_petition_that_is_not_there_is_named(command):
    assert "The campaign has no update nothing." in command("nothing").output
    assert "There is no petition nowhere." in command(petition="nowhere").output


def test_one_click_in_the_mail_program_ends_the_news_without_a_cookie_or_a_redirect(
    app, client, session, signers, command
):
    signers("fr")
    command()
    run_jobs(app)
    (found,) = read_mailbox()
    assert found.raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(found.raw["List-Unsubscribe"]).strip().startswith("<http://plenary.test/fr/signature/")
    assert news_path(found) in found.text
    answer = client.post(
        news_path(found), data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
    )
    assert answer.status_code == 200
    (signature,) = session.query(Signature)
    assert (signature.state, signature.updates) == ("confirmed", False)
    ledger = session.query(Consent).filter_by(purpose="updates").order_by(Consent.id).all()
    assert [(row.act, row.campaign, row.language) for row in ledger] == [
        ("given", "un75", "fr"),
        ("withdrawn", "un75", "fr"),
    ]
    assert client.post(news_path(found)).status_code == 200
    assert session.query(Consent).filter_by(purpose="updates").count() == 2
    command()
    assert run_jobs(app) == []


def test_opening_the_link_ends_nothing_and_shows_a_button_that_does(app, client, session, signers, command):
    signers("en")
    command()
    run_jobs(app)
    path = news_path(read_mailbox()[0])
    for _ in range(3):
        page = client.get(path)
        client.head(path)
    assert page.headers["Cache-Control"] == "no-store"
    assert '<form method="post"' in page.get_data(as_text=True)
    assert session.query(Signature).one().updates is True
    session.commit()
    assert "You get no news from us" in client.post(path).get_data(as_text=True)
    assert "<form" not in client.get(path).get_data(as_text=True)


def test_a_link_to_a_signature_that_is_gone_says_so(client):
    for answer in (client.get("/en/signature/x/news"), client.post("/en/signature/x/news")):
        assert answer.status_code == 404
        assert "This link leads to no signature" in answer.get_data(as_text=True)


def test_a_mail_to_confirm_has_no_button_to_leave_a_list(app, client, session):
    sign(client)
    run_jobs(app)
    (found,) = read_mailbox()
    assert found.raw["List-Unsubscribe"] is None
    assert "/news" not in found.text


def test_only_the_digest_of_the_link_in_a_mail_is_kept(app, session, signers, command):
    signers("en")
    command()
    run_jobs(app)
    token = news_path(read_mailbox()[0]).split("/")[-2]
    assert session.query(SignatureLink).count() == 2
    for row in session.query(SignatureLink):
        assert token.encode() not in row.token_digest


# The pages and the feed


def test_the_list_is_newest_first_and_leads_to_each(client):
    page = client.get("/en/un75/updates").get_data(as_text=True)
    assert page.index("We were heard") < page.index("It &lt;has&gt; begun")
    assert client.get(f"/en/un75/updates/{HEARD}").status_code == 200
    assert client.get("/en/un75/updates/nothing").status_code == 404
    assert client.get("/en/nowhere/updates").status_code == 404


def test_where_there_is_no_news_yet_the_page_says_so(client, translated):
    translated.remove("fr")
    page = client.get("/fr/un75/updates").get_data(as_text=True)
    assert "<article" not in page and 'class="lede"' in page


def test_what_is_not_translated_yet_says_so_in_the_readers_language_and_names_those_that_are(client, translated):
    translated.remove("ar")
    answer = client.get(f"/ar/un75/updates/{HEARD}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert 'content="noindex"' in page
    assert "We were heard" not in page
    for code in set(CODES) - {"ar"}:
        assert f'<a href="http://plenary.test/{code}/un75/updates/{HEARD}" hreflang="{code}" lang="{code}"' in page


def test_the_sitemap_lists_news_in_the_languages_there_are(client):
    text = client.get("/sitemap.xml").get_data(as_text=True)
    assert f"/zh/un75/updates/{HEARD}</loc>" in text
    assert "/en/un75/updates/begun</loc>" in text and "/zh/un75/updates/begun" not in text


@pytest.mark.parametrize("lang", CODES)
def test_every_page_of_the_campaign_leads_a_reader_program_to_the_feed_of_its_language(client, lang):
    for path in ("", "/why", "/updates", f"/updates/{HEARD}", "/petitions/focal-point"):
        page = client.get(f"/{lang}/un75{path}").get_data(as_text=True)
        assert 'type="application/atom+xml" title="' in page
        assert f'href="/{lang}/un75/updates.atom"' in page


@pytest.mark.parametrize("empty", [False, True])
def test_the_feed_is_what_rfc_4287_asks_for(client, translated, empty):
    if empty:
        translated.remove("zh")
    answer = client.get("/zh/un75/updates.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.data)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh"
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == (0 if empty else 1)
    for part in [feed, *entries]:
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"a:{name}", ATOM)) == 1, name
        assert part.find("a:id", ATOM).text.startswith("http://plenary.test/zh/un75/updates")
        assert datetime.fromisoformat(part.find("a:updated", ATOM).text).tzinfo == UTC
    assert feed.find("a:author/a:name", ATOM).text
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
    assert links == {
        "self": "http://plenary.test/zh/un75/updates.atom",
        "alternate": "http://plenary.test/zh/un75/updates",
    }
    ids = [part.find("a:id", ATOM).text for part in [feed, *entries]]
    assert len(ids) == len(set(ids))
    for entry in entries:
        content = entry.find("a:content", ATOM)
        assert content.get("type") == "html"
        assert 'href="http://plenary.test/zh/un75/why"' in content.text
        assert 'href="https://example.org/"' in content.text


def test_the_feed_holds_signs_as_text(client):
    feed = ElementTree.fromstring(client.get("/en/un75/updates.atom").data)
    assert [t.text for t in feed.findall("a:entry/a:title", ATOM)] == ["We were heard (en)", "It <has> begun (en)"]
